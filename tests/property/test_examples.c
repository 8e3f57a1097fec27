// The example plugins do what they are examples of.
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/scenario.h"
#include "sim/run.h"

enum { N_QUARTER = 4 };

// What jobs of each quarter of the horizon earned, per job.
typedef struct quarters {
    double end_s;
    double usd[N_QUARTER];
    double jobs[N_QUARTER];
} quarters;

static void on_outcome(void *context, const sw_outcome *outcome) {
    quarters *to = context;
    const int q = (int)(N_QUARTER * outcome->job.arrival_s / to->end_s);
    if (outcome->kind != SW_OUTCOME_UNFINISHED) {
        to->usd[q] += outcome->revenue_usd - outcome->late_usd - outcome->transfer_usd;
        to->jobs[q] += 1.0;
    }
}

static sw_model *load(const char *path, const char *const *set, int32_t n_set) {
    sw_model *model = NULL;
    sw_messages messages = {0};
    const sw_scenario_options options = {.set = set, .n_set = n_set};
    const sw_status status = sw_scenario_load(path, &options, &model, &messages);
    ck_assert_msg(status == SW_OK, "%s", messages.n > 0 ? messages.text[0] : "no message");
    sw_messages_deinit(&messages);
    return model;
}

// Runs a pair; nullable: quarters.
static sw_metrics run(const sw_model *model, const char *spec, uint64_t seed, quarters *to) {
    sw_error err = {0};
    sw_policy_pair *pair = NULL;
    ck_assert_msg(sw_policy_resolve(model, spec, &pair, &err) == SW_OK, "%s", err.text);
    sw_run_options options = {.seed = seed};
    if (to != NULL) {
        *to = (quarters){.end_s = model->sys.end_s};
        options.listeners = (sw_sim_listeners){.context = to, .outcome = on_outcome};
    }
    sw_run_result result;
    ck_assert_msg(sw_run(model, pair, &options, &result, &err) == SW_OK, "%s", err.text);
    const sw_metrics total = result.total;
    sw_run_result_deinit(&result);
    sw_policy_pair_destroy(pair);
    return total;
}

// What a job earns in the last quarter over what it earns in the first.
static double growth(const quarters *q) {
    ck_assert_double_gt(q->jobs[0], 1000.0);
    ck_assert_double_gt(q->usd[0], 0.0);
    return q->usd[N_QUARTER - 1] / q->jobs[N_QUARTER - 1] / (q->usd[0] / q->jobs[0]);
}

START_TEST(linucb_earns_more_by_the_job_the_longer_it_learns_where_nothing_else_changes) {
    const char *const set[] = {"site hall.price=40", "site field.price=40", "site field.pv=0.3",
                               "scenario.slots=96"};
    sw_model *model = load("scenarios/quick.ini", set, 4);
    quarters learner;
    quarters constant;
    (void)run(model, POLICIES "/linucb.so/idle", (uint64_t)_i, &learner);
    (void)run(model, "random/idle", (uint64_t)_i, &constant);
    ck_assert_msg(growth(&learner) > 1.08, "linucb: times %g", growth(&learner));
    ck_assert_msg(fabs(growth(&constant) - 1.0) < 0.04, "random: times %g", growth(&constant));
    sw_model_destroy(model);
}
END_TEST

START_TEST(carbon_shift_serves_patient_jobs_for_less_energy_and_carbon_than_cheapest) {
    sw_model *model = load("tests/property/batch.ini", NULL, 0);
    const sw_metrics cheapest = run(model, "cheapest/idle", (uint64_t)_i, NULL);
    const sw_metrics shift = run(model, POLICIES "/carbon-shift.so/idle", (uint64_t)_i, NULL);
    const double usual_usd = cheapest.energy_cost_usd + cheapest.carbon_usd;
    const double moved_usd = shift.energy_cost_usd + shift.carbon_usd;
    ck_assert_msg(moved_usd < 0.85 * usual_usd, "%g USD against %g", moved_usd, usual_usd);
    ck_assert_double_lt(shift.carbon_kg, cheapest.carbon_kg);
    ck_assert_double_gt(shift.revenue_usd, 0.995 * cheapest.revenue_usd);
    ck_assert_double_lt(shift.violation_rate, 0.001);
    sw_model_destroy(model);
}
END_TEST

START_TEST(edf_slack_is_late_less_often_than_greedy_and_earns_as_much) {
    sw_model *model = load("scenarios/quick.ini", NULL, 0);
    const sw_metrics greedy = run(model, "greedy/threshold", (uint64_t)_i, NULL);
    const sw_metrics slack = run(model, POLICIES "/edf-slack.so/threshold", (uint64_t)_i, NULL);
    ck_assert_double_lt(slack.violation_rate, 0.8 * greedy.violation_rate);
    ck_assert_double_gt(slack.utility_usd, 0.98 * greedy.utility_usd);
    sw_model_destroy(model);
}
END_TEST

int main(void) {
    enum { N_SEED = 3 };
    Suite *suite = suite_create("examples");
    TCase *tcase = tcase_create("examples");
    tcase_add_loop_test(
        tcase, linucb_earns_more_by_the_job_the_longer_it_learns_where_nothing_else_changes, 0,
        N_SEED);
    tcase_add_loop_test(tcase,
                        carbon_shift_serves_patient_jobs_for_less_energy_and_carbon_than_cheapest,
                        0, N_SEED);
    tcase_add_loop_test(tcase, edf_slack_is_late_less_often_than_greedy_and_earns_as_much, 0,
                        N_SEED);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

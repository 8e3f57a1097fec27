// Every built-in pair runs a scenario from first to last event, and its record replays to the same
// results, bit for bit.
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/scenario.h"
#include "sim/run.h"
#include "support/temp_dir.h"

static const char *const dispatcher[] = {"local",          "random",   "round-robin",
                                         "shortest-queue", "cheapest", "greedy"};
static const char *const manager[] = {"idle", "threshold"};
enum { N_MANAGER = sizeof manager / sizeof manager[0] };
enum { N_PAIR = (int)(sizeof dispatcher / sizeof dispatcher[0]) * N_MANAGER };

// What a run decided, written as replay reads it.
typedef struct record {
    const sw_system *sys;
    FILE *jobs;
    FILE *controls;
} record;

static void write_decision(void *context, const sw_job_view *job, const sw_decision *decision) {
    const record *to = context;
    if (decision->asp < 0) {
        (void)fprintf(to->jobs, "%lld,,,\n", (long long)job->job);
        return;
    }
    (void)fprintf(to->jobs, "%lld,%s,%d,%.17g\n", (long long)job->job,
                  to->sys->asp_name[decision->asp], to->sys->steps[decision->step],
                  decision->not_before_s);
}

static void write_controls(void *context, int64_t slot, const sw_controls *applied) {
    const record *to = context;
    for (int32_t k = 0; k < to->sys->n_asp; k++) {
        (void)fprintf(to->controls, "%lld,level,%s,%d\n", (long long)slot, to->sys->asp_name[k],
                      applied->level[k]);
        (void)fprintf(to->controls, "%lld,active,%s,%d\n", (long long)slot, to->sys->asp_name[k],
                      applied->active[k]);
    }
    for (int32_t i = 0; i < to->sys->n_site; i++) {
        (void)fprintf(to->controls, "%lld,battery_kw,%s,%.17g\n", (long long)slot,
                      to->sys->site_name[i], applied->battery_kw[i]);
    }
}

static sw_model *load(const char *const *set, int32_t n_set) {
    sw_model *model = NULL;
    sw_messages messages = {0};
    const sw_scenario_options options = {.set = set, .n_set = n_set};
    const sw_status status = sw_scenario_load("scenarios/quick.ini", &options, &model, &messages);
    ck_assert_msg(status == SW_OK, "%s", messages.n > 0 ? messages.text[0] : "no message");
    sw_messages_deinit(&messages);
    return model;
}

static void run(const sw_model *model, const char *spec, const sw_run_options *options,
                sw_run_result *result) {
    sw_error err = {0};
    sw_policy_pair *pair = NULL;
    ck_assert_msg(sw_policy_resolve(model, spec, &pair, &err) == SW_OK, "%s", err.text);
    ck_assert_msg(sw_run(model, pair, options, result, &err) == SW_OK, "%s: %s", spec, err.text);
    sw_policy_pair_destroy(pair);
}

START_TEST(every_pair_runs_and_its_record_replays_to_the_same_results) {
    char spec[64];
    (void)snprintf(spec, sizeof spec, "%s/%s", dispatcher[_i / N_MANAGER], manager[_i % N_MANAGER]);
    temp_dir dir;
    temp_dir_make(&dir);
    char jobs[128];
    char controls[128];
    (void)snprintf(jobs, sizeof jobs, "%s/jobs.csv", dir.path);
    (void)snprintf(controls, sizeof controls, "%s/controls.csv", dir.path);

    sw_model *model = load(NULL, 0);
    record to = {.sys = &model->sys, .jobs = fopen(jobs, "wb"), .controls = fopen(controls, "wb")};
    ck_assert_ptr_nonnull(to.jobs);
    ck_assert_ptr_nonnull(to.controls);
    (void)fputs("job,asp,steps,not_before_s\n", to.jobs);
    (void)fputs("slot,kind,name,value\n", to.controls);
    const sw_run_options recorded = {
        .seed = 3,
        .listeners = {.context = &to, .decision = write_decision, .controls = write_controls}};
    sw_run_result first = {0};
    run(model, spec, &recorded, &first);
    ck_assert_int_eq(fclose(to.jobs), 0);
    ck_assert_int_eq(fclose(to.controls), 0);
    sw_model_destroy(model);
    ck_assert_double_gt(first.total.jobs, 100.0);
    ck_assert_double_gt(first.total.jobs_on_time, 10.0);

    char set_jobs[160];
    char set_controls[160];
    (void)snprintf(set_jobs, sizeof set_jobs, "policy replay.jobs=%s", jobs);
    (void)snprintf(set_controls, sizeof set_controls, "policy replay.controls=%s", controls);
    const char *const set[] = {set_jobs, set_controls};
    model = load(set, 2);
    const sw_run_options plain = {.seed = 3};
    sw_run_result second = {0};
    run(model, "replay/replay", &plain, &second);
    // A battery command that was clipped is recorded as applied, and so is clipped no more.
    second.total.clipped_controls = first.total.clipped_controls;
    ck_assert_msg(memcmp(&first.total, &second.total, sizeof first.total) == 0,
                  "%s: utility %.17g, replayed %.17g", spec, first.total.utility_usd,
                  second.total.utility_usd);
    sw_run_result_deinit(&first);
    sw_run_result_deinit(&second);
    sw_model_destroy(model);
    temp_dir_remove(&dir);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("policies_run");
    TCase *tcase = tcase_create("policies_run");
    tcase_add_loop_test(tcase, every_pair_runs_and_its_record_replays_to_the_same_results, 0,
                        N_PAIR);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

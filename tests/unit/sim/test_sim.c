// The simulator by itself: a run whose books were tampered with does not pass the check that ends
// every run; what slots report adds up; failures are told; what there is not is refused.
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "sim/run.h"
#include "sim/sim.h"
#include "sim/state.h"
#include "support/lp_fixture.h"

enum { N_SITE = 3, N_SLOT = 4 };

// What is done to a run in its last slot, and the words of the message that tell the balance.
typedef struct tampering {
    void (*with)(sw_sim *sim);
    const char *balance; // NULL: nothing was done, the run passes
} tampering;

static void leave_alone(sw_sim *sim) {
    (void)sim;
}
static void lose_a_job(sw_sim *sim) {
    sim->n_arrived++;
}
static void count_a_job_twice(sw_sim *sim) {
    sim->server[0].count.on_time++;
}
static void import_too_much_at_first(sw_sim *sim) {
    sim->plant[0].total.import_kwh += 1e-6;
}
static void import_too_little_at_last(sw_sim *sim) {
    sim->plant[N_SITE - 1].total.import_kwh -= 1e-6;
}
static void forget_gpu_energy(sw_sim *sim) {
    sim->server[1].total.gpu_kw_s *= 0.999;
}
static void leak_charge(sw_sim *sim) {
    sim->soc[1] -= 1e-6;
}
static void charge_without_battery(sw_sim *sim) {
    sim->plant[0].total.charge_kwh += 1e-6;
    sim->plant[0].total.discharge_kwh += 1e-6;
}
static void steal_a_cent(sw_sim *sim) {
    sim->booked_usd -= 0.01;
}

static const tampering tamperings[] = {
    {leave_alone, NULL},
    {lose_a_job, "jobs off by 1,"},
    {count_a_job_twice, "jobs off by 2,"},
    {import_too_much_at_first, "energy by 2.6"},
    {import_too_little_at_last, "energy by 2.6"},
    {forget_gpu_energy, "energy by 0.0001"},
    {leak_charge, "battery by 9.6"},
    {charge_without_battery, "battery by 2e-06"},
    {steal_a_cent, "money by 0.00"},
};

// Three sites of 1 kW, the middle one with a battery that charges; a job at each.
static sw_model *make_model(void) {
    sw_model *model = lp_fixture(N_SITE, 1, 300.0, N_SLOT);
    const sw_system *sys = &model->sys;
    static const double arrival_s[1] = {10.0};
    for (int32_t i = 0; i < N_SITE; i++) {
        lp_fixture_constant(model, i, SW_SIGNAL_BUY, 100.0);
        lp_fixture_jobs(model, i, 1, arrival_s, NULL, NULL, NULL);
        PUT(sys->site_base_kw, i, 1.0);
    }
    PUT(sys->site_battery_kwh, 1, 1.0);
    PUT(sys->site_battery_charge_kw, 1, 0.1);
    PUT(sys->site_battery_discharge_kw, 1, 0.1);
    PUT(sys->site_battery_eff_charge, 1, 0.9);
    PUT(sys->site_soc_max_kwh, 1, 1.0);
    return model;
}

START_TEST(the_check_of_a_run_names_the_balance_that_is_off) {
    const tampering *t = &tamperings[_i];
    sw_model *model = make_model();
    sw_world *world = NULL;
    sw_sim *sim = NULL;
    ck_assert_int_eq(sw_world_create(model, 0, &world, NULL), SW_OK);
    ck_assert_int_eq(sw_sim_create(model, world, NULL, &sim, NULL), SW_OK);
    for (sw_need need; (need = sw_sim_advance(sim)) != SW_NEED_NOTHING;) {
        if (need == SW_NEED_CONTROLS) {
            if (sw_sim_view(sim)->slot == N_SLOT - 1) {
                t->with(sim);
            }
            sw_sim_controls(sim)->battery_kw[1] = 0.1;
            ck_assert_int_eq(sw_sim_control(sim, NULL), SW_OK);
        } else {
            const sw_decision decision = {.asp = sw_sim_job(sim)->origin};
            ck_assert_int_eq(sw_sim_decide(sim, &decision, NULL), SW_OK);
        }
    }
    sw_error err = {SW_OK, ""};
    const sw_status status = sw_sim_check(sim, &err);
    ck_assert_int_eq(status, t->balance == NULL ? SW_OK : SW_ERR_CHECK);
    ck_assert_msg(t->balance == NULL || strstr(err.text, t->balance) != NULL, "%s", err.text);
    sw_sim_destroy(sim);
    sw_world_destroy(world);
    sw_model_destroy(model);
}
END_TEST

START_TEST(jobs_at_an_asp_that_there_is_not_are_none) {
    sw_model *model = make_model();
    sw_world *world = NULL;
    sw_sim *sim = NULL;
    ck_assert_int_eq(sw_world_create(model, 0, &world, NULL), SW_OK);
    ck_assert_int_eq(sw_sim_create(model, world, NULL, &sim, NULL), SW_OK);
    for (int32_t asp = -1; asp <= N_SITE; asp += N_SITE + 1) {
        int32_t n = 7;
        ck_assert_ptr_null(sw_sim_asp_jobs(sim, asp, &n));
        ck_assert_int_eq(n, 0);
    }
    sw_sim_destroy(sim);
    sw_world_destroy(world);
    sw_model_destroy(model);
}
END_TEST

START_TEST(a_run_begins_with_the_first_job_of_a_world_that_was_used_before) {
    sw_model *model = make_model();
    sw_world *world = NULL;
    sw_sim *sim = NULL;
    sw_arrival arrival;
    ck_assert_int_eq(sw_world_create(model, 0, &world, NULL), SW_OK);
    ck_assert(sw_world_next(world, &arrival));
    ck_assert_int_eq(sw_sim_create(model, world, NULL, &sim, NULL), SW_OK);
    ck_assert_int_eq(sw_sim_advance(sim), SW_NEED_CONTROLS);
    ck_assert_int_eq(sw_sim_control(sim, NULL), SW_OK);
    ck_assert_int_eq(sw_sim_advance(sim), SW_NEED_DECISION);
    ck_assert_int_eq(sw_sim_job(sim)->job, arrival.job);
    ck_assert_int_eq(sw_sim_job(sim)->cls, arrival.cls);
    sw_sim_destroy(sim);
    sw_world_destroy(world);
    sw_model_destroy(model);
}
END_TEST

// Sums of the slots' reports, over sites or ASPs.
typedef struct slot_sums {
    double heat_kw;
    double it_kwh;
    double cooling_kwh;
    double renewable_kwh;
    double import_kwh;
    double export_kwh;
    double curtailed_kwh;
    double cost_usd;
    double busy_gpu_s;
    double sent_jobs;
    double sent_steps;
    double revenue_usd;
} slot_sums;

static void add_slot(void *context, const sw_slot_report *slot) {
    slot_sums *sum = context;
    for (int32_t i = 0; i < N_SITE; i++) {
        sum->heat_kw += slot->cooling_heat_kw[i];
        sum->it_kwh += slot->it_kwh[i];
        sum->cooling_kwh += slot->cooling_kwh[i];
        sum->renewable_kwh += slot->renewable_kwh[i];
        sum->import_kwh += slot->import_kwh[i];
        sum->export_kwh += slot->export_kwh[i];
        sum->curtailed_kwh += slot->curtailed_kwh[i];
        sum->cost_usd += slot->cost_usd[i];
        sum->busy_gpu_s += slot->busy_gpu_s[i];
        sum->sent_jobs += slot->sent_jobs[i];
        sum->sent_steps += slot->sent_steps[i];
        sum->revenue_usd += slot->revenue_usd[i];
    }
}

START_TEST(reports_of_slots_add_up_to_the_run) {
    sw_model *model = make_model();
    for (int32_t i = 0; i < N_SITE; i++) {
        lp_fixture_constant(model, i, SW_SIGNAL_PV, 1.0);
        lp_fixture_constant(model, i, SW_SIGNAL_SELL, 50.0);
    }
    PUT(model->sys.site_pv_kw, 0, 3.0);
    PUT(model->sys.site_export_limit_kw, 0, 0.5);
    PUT(model->sys.site_pue, 1, 1.25);
    sw_error err = {SW_OK, ""};
    sw_policy_pair *pair = NULL;
    ck_assert_int_eq(sw_policy_resolve(model, "local/idle", &pair, &err), SW_OK);
    slot_sums sum = {0};
    const sw_run_options options = {.listeners = {.context = &sum, .slot = add_slot}};
    sw_run_result result;
    ck_assert_msg(sw_run(model, pair, &options, &result, &err) == SW_OK, "%s", err.text);
    const sw_metrics *m = &result.total;
    const double pair_of[][2] = {{sum.it_kwh, m->it_kwh},
                                 {sum.cooling_kwh, m->cooling_kwh},
                                 {sum.renewable_kwh, m->renewable_kwh},
                                 {sum.import_kwh, m->import_kwh},
                                 {sum.export_kwh, m->export_kwh},
                                 {sum.curtailed_kwh, m->curtailed_kwh},
                                 {sum.cost_usd, m->energy_cost_usd},
                                 {sum.busy_gpu_s, m->utilisation * N_SITE * N_SLOT * 300.0},
                                 {sum.sent_jobs, m->jobs},
                                 {sum.sent_steps, m->jobs},
                                 {sum.revenue_usd, m->revenue_usd}};
    for (size_t i = 0; i < sizeof pair_of / sizeof pair_of[0]; i++) {
        ck_assert_double_gt(pair_of[i][0], 0.0);
        ck_assert_double_eq_tol(pair_of[i][0], pair_of[i][1], 1e-9);
    }
    ck_assert_double_eq(sum.heat_kw, 0.0); // no site has a room
    sw_run_result_deinit(&result);
    sw_policy_pair_destroy(pair);
    sw_model_destroy(model);
}
END_TEST

// Expects a run to fail, and to leave its result empty.
static void expect_failure(const char *policy, const volatile int *stop, sw_status status) {
    sw_model *model = make_model();
    static const sw_policy_param mode = {.key = "mode", .value = "guess", .where = "x.ini:2"};
    static const sw_policy_section section = {
        .name = "lp", .where = "x.ini:1", .n_param = 1, .param = &mode};
    model->policy = &section;
    model->n_policy = 1;
    sw_error err = {SW_OK, ""};
    sw_policy_pair *pair = NULL;
    ck_assert_int_eq(sw_policy_resolve(model, policy, &pair, &err), SW_OK);
    const sw_run_options options = {.stop = stop};
    sw_run_result result;
    ck_assert_int_eq(sw_run(model, pair, &options, &result, &err), status);
    ck_assert_ptr_null(result.site);
    ck_assert_ptr_null(result.asp);
    sw_policy_pair_destroy(pair);
    sw_model_destroy(model);
}

START_TEST(a_run_that_fails_says_so) {
    static const int yes = 1;
    expect_failure("local/idle", &yes, SW_ERR_INTERRUPTED);
    expect_failure("lp/lp", NULL, SW_ERR_POLICY);
}
END_TEST

// A job of two and a half hours: the clock of its ASP is set back on the way.
START_TEST(long_work_ends_to_the_instant) {
    sw_model *model = lp_fixture(1, 1, 300.0, 40);
    static const double arrival_s[2] = {10.0, 20.0};
    static const double work[2] = {60.0, 10.0};
    lp_fixture_jobs(model, 0, 2, arrival_s, NULL, NULL, work);
    sw_error err = {SW_OK, ""};
    sw_policy_pair *pair = NULL;
    ck_assert_int_eq(sw_policy_resolve(model, "local/idle", &pair, &err), SW_OK);
    const sw_run_options options = {0};
    sw_run_result result;
    ck_assert_msg(sw_run(model, pair, &options, &result, &err) == SW_OK, "%s", err.text);
    ck_assert_double_eq(result.total.jobs_on_time, 2.0);
    // From 10 to 9010 s and, after that, to 10510 s.
    ck_assert_double_eq_tol(result.total.mean_latency_s, (9000.0 + 10490.0) / 2.0, 1e-9);
    sw_run_result_deinit(&result);
    sw_policy_pair_destroy(pair);
    sw_model_destroy(model);
}
END_TEST

START_TEST(decisions_and_controls_just_outside_of_what_there_is_are_refused) {
    sw_model *model = make_model();
    sw_world *world = NULL;
    sw_sim *sim = NULL;
    ck_assert_int_eq(sw_world_create(model, 0, &world, NULL), SW_OK);
    ck_assert_int_eq(sw_sim_create(model, world, NULL, &sim, NULL), SW_OK);
    ck_assert_int_eq(sw_sim_advance(sim), SW_NEED_CONTROLS);
    sw_controls *c = sw_sim_controls(sim);
    const int32_t last = N_SITE - 1;
    int32_t *const count[] = {&c->level[last], &c->level[last], &c->active[last], &c->active[last]};
    const int32_t wrong[] = {-1, 1, -1, 2};
    for (int i = 0; i < 4; i++) {
        const int32_t right = *count[i];
        *count[i] = wrong[i];
        ck_assert_int_eq(sw_sim_control(sim, NULL), SW_ERR_POLICY);
        *count[i] = right;
    }
    c->battery_kw[last] = (double)NAN;
    ck_assert_int_eq(sw_sim_control(sim, NULL), SW_ERR_POLICY);
    c->battery_kw[last] = 0.0;
    c->thermostat[last] = 0;
    c->cooling_kw[last] = (double)INFINITY;
    ck_assert_int_eq(sw_sim_control(sim, NULL), SW_ERR_POLICY);
    c->cooling_kw[last] = 0.0;
    ck_assert_int_eq(sw_sim_control(sim, NULL), SW_OK);
    ck_assert_int_eq(sw_sim_advance(sim), SW_NEED_DECISION);
    const sw_decision bad[] = {{.asp = -2},
                               {.asp = N_SITE},
                               {.asp = last, .step = -1},
                               {.asp = last, .step = 1},
                               {.asp = last, .not_before_s = (double)NAN},
                               {.asp = last, .not_before_s = (double)INFINITY}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_int_eq(sw_sim_decide(sim, &bad[i], NULL), SW_ERR_POLICY);
    }
    const sw_decision good = {.asp = last};
    ck_assert_int_eq(sw_sim_decide(sim, &good, NULL), SW_OK);
    sw_sim_destroy(sim);
    sw_world_destroy(world);
    sw_model_destroy(model);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("sim");
    TCase *tcase = tcase_create("sim");
    tcase_add_loop_test(tcase, the_check_of_a_run_names_the_balance_that_is_off, 0,
                        (int)(sizeof tamperings / sizeof tamperings[0]));
    tcase_add_test(tcase, a_run_begins_with_the_first_job_of_a_world_that_was_used_before);
    tcase_add_test(tcase, reports_of_slots_add_up_to_the_run);
    tcase_add_test(tcase, a_run_that_fails_says_so);
    tcase_add_test(tcase, long_work_ends_to_the_instant);
    tcase_add_test(tcase, decisions_and_controls_just_outside_of_what_there_is_are_refused);
    tcase_add_test(tcase, jobs_at_an_asp_that_there_is_not_are_none);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lp/bound.h"
#include "policy/registry.h"
#include "sim/run.h"
#include "support/lp_fixture.h"

enum { N_SLOT = 48, N_STEP = 6 };

static sw_dist constant(double a) {
    return (sw_dist){.kind = SW_DIST_CONSTANT, .a = a};
}

// Two sites with prices in opposite phase, ten GPUs each, batteries and a little sun; jobs that
// keep them two thirds busy on the day's mean.
static sw_model *make_model(void) {
    sw_model *model = lp_fixture(2, N_STEP, 300.0, N_SLOT);
    sw_system *sys = &model->sys;
    const char **name = sw_model_texts(sys->site_name);
    for (int32_t i = 0; i < 2; i++) {
        double price[N_SLOT];
        double sun[N_SLOT];
        double *rate = lp_fixture_alloc(model, N_SLOT, sizeof *rate);
        for (int32_t s = 0; s < N_SLOT; s++) {
            const bool dear = (s / 12 + i) % 2 == 0;
            price[s] = dear ? 120.0 : 30.0;
            sun[s] = s > 12 && s < 36 ? 0.5 : 0.0;
            rate[s] = dear ? 0.8 : 0.4;
        }
        name[i] = i == 0 ? "east" : "west";
        sw_model_texts(sys->asp_name)[i] = name[i];
        sw_model_texts(sys->class_name)[i] = name[i];
        lp_fixture_signal(model, i, SW_SIGNAL_BUY, price);
        lp_fixture_signal(model, i, SW_SIGNAL_PV, sun);
        PUT(sys->site_base_kw, i, 0.5);
        PUT(sys->site_pv_kw, i, 4.0);
        PUT(sys->site_battery_kwh, i, 4.0);
        PUT(sys->site_battery_charge_kw, i, 4.0);
        PUT(sys->site_battery_discharge_kw, i, 4.0);
        PUT(sys->site_soc_max_kwh, i, 4.0);
        PUT(sys->site_soc_start_kwh, i, 2.0);
        PUT_INT(sys->asp_gpus, i, 10);
        PUT_INT(sys->asp_n_level, i, 2);
        PUT(sys->asp_idle_w, i, 60.0);
        PUT(sys->asp_level_speed, (ptrdiff_t)2 * i, 0.8);
        PUT(sys->asp_level_busy_w, (ptrdiff_t)2 * i, 220.0);
        PUT(sys->asp_level_speed, (ptrdiff_t)2 * i + 1, 1.0);
        PUT(sys->asp_level_busy_w, (ptrdiff_t)2 * i + 1, 400.0);
        for (int32_t c = 0; c < N_STEP; c++) {
            PUT_INT(sys->steps, c, 6 * (c + 1));
            PUT(sys->asp_image_work_s, i * N_STEP + c, 0.2 + 0.5 * (c + 1));
            PUT(sys->asp_quality, i * N_STEP + c, sw_quality(0.05, 0.9, 0.2, 14.0, 6.0 * (c + 1)));
        }
        PUT(sys->class_price_usd, i, 0.0001);
        PUT(sys->class_late_usd, i, 0.00005);
        sw_workload *load = (sw_workload *)(uintptr_t)&model->workload[i];
        *load = (sw_workload){.kind = SW_ARRIVAL_POISSON,
                              .rate = {.value = rate, .stride = 1},
                              .iod = 1.0,
                              .images = constant(4.0),
                              .deadline_s = {.kind = SW_DIST_UNIFORM, .a = 40.0, .b = 120.0},
                              .work = constant(1.0)};
    }
    PUT(sys->link_transfer_usd, 1, 0.000002);
    PUT(sys->link_transfer_usd, 2, 0.000002);
    model->forecast = SW_FORECAST_DAY_AHEAD;
    model->forecast_sigma = 0.1;
    sw_model_describe_classes(model);
    return model;
}

static double utility_of(const sw_model *model, const char *spec, uint64_t seed) {
    sw_policy_pair *pair = NULL;
    sw_error err = {0};
    ck_assert_msg(sw_policy_resolve(model, spec, &pair, &err) == SW_OK, "%s", err.text);
    const sw_run_options options = {.seed = seed};
    sw_run_result result;
    ck_assert_msg(sw_run(model, pair, &options, &result, &err) == SW_OK, "%s", err.text);
    const double utility_usd = result.total.utility_usd;
    sw_run_result_deinit(&result);
    sw_policy_pair_destroy(pair);
    return utility_usd;
}

START_TEST(lp_comes_near_its_bound_and_the_oracle_nearer) {
    sw_model *model = make_model();
    double lp_usd = 0.0;
    double oracle_usd = 0.0;
    double greedy_usd = 0.0;
    double bound_usd = 0.0;
    for (uint64_t seed = 0; seed < 3; seed++) {
        sw_bound_result bound;
        ck_assert_int_eq(sw_bound_compute(model, seed, NULL, &bound, NULL), SW_OK);
        const double lp = utility_of(model, "lp", seed);
        const double oracle = utility_of(model, "oracle", seed);
        ck_assert_double_le(lp, bound.bound_usd);
        ck_assert_double_le(oracle, bound.bound_usd);
        lp_usd += lp;
        oracle_usd += oracle;
        greedy_usd += utility_of(model, "greedy/threshold", seed);
        bound_usd += bound.bound_usd;
    }
    // 0.9827 and 0.9842 if jobs paid for every wait.
    ck_assert_double_gt(lp_usd, 0.983 * bound_usd);
    ck_assert_double_gt(oracle_usd, 0.985 * bound_usd);
    ck_assert_double_gt(oracle_usd, lp_usd);
    ck_assert_double_lt(greedy_usd, lp_usd);
    sw_model_destroy(model);
}
END_TEST

START_TEST(halves_mix_with_other_policies) {
    sw_model *model = make_model();
    ck_assert_double_gt(utility_of(model, "lp/threshold", 0),
                        utility_of(model, "local/threshold", 0));
    ck_assert_double_gt(utility_of(model, "greedy/lp", 0), utility_of(model, "greedy/idle", 0));
    sw_model_destroy(model);
}
END_TEST

START_TEST(same_seed_gives_the_same_bits) {
    sw_model *model = make_model();
    ck_assert(utility_of(model, "lp", 5) == utility_of(model, "lp", 5));
    sw_model_destroy(model);
}
END_TEST

static sw_model *with_param(const char *key, const char *value) {
    sw_model *model = make_model();
    sw_policy_param *param = lp_fixture_alloc(model, 1, sizeof *param);
    sw_policy_section *section = lp_fixture_alloc(model, 1, sizeof *section);
    *param = (sw_policy_param){.key = key, .value = value, .where = "x.ini:7"};
    *section = (sw_policy_section){.name = "lp", .where = "x.ini:6", .n_param = 1, .param = param};
    model->policy = section;
    model->n_policy = 1;
    return model;
}

START_TEST(mode_apportion_follows_the_planned_volumes) {
    sw_model *model = with_param("mode", "apportion");
    sw_bound_result bound;
    ck_assert_int_eq(sw_bound_compute(model, 0, NULL, &bound, NULL), SW_OK);
    const double utility_usd = utility_of(model, "lp", 0);
    ck_assert_double_gt(utility_usd, 0.85 * bound.bound_usd);
    sw_model *bids = make_model();
    ck_assert(utility_usd != utility_of(bids, "lp", 0));
    sw_model_destroy(bids);
    sw_model_destroy(model);
}
END_TEST

START_TEST(unknown_mode_is_refused) {
    sw_model *model = with_param("mode", "both");
    sw_policy_pair *pair = NULL;
    sw_error err = {0};
    ck_assert_int_eq(sw_policy_resolve(model, "lp", &pair, &err), SW_OK);
    const sw_run_options options = {.seed = 0};
    sw_run_result result;
    ck_assert_int_ne(sw_run(model, pair, &options, &result, &err), SW_OK);
    ck_assert_msg(strstr(err.text, "mode is 'both', allowed are bid and apportion") != NULL, "%s",
                  err.text);
    sw_policy_pair_destroy(pair);
    sw_model_destroy(model);
}
END_TEST

START_TEST(jobs_without_deadline_wait_for_cheap_power) {
    // All jobs come in the dear half of the horizon and may be served in the cheap one.
    for (int waits = 0; waits < 2; waits++) {
        sw_model *model = lp_fixture(1, 1, 300.0, 24);
        double price[24];
        double *rate = lp_fixture_alloc(model, 24, sizeof *rate);
        for (int32_t s = 0; s < 24; s++) {
            price[s] = s < 12 ? 200.0 : 20.0;
            rate[s] = s < 12 ? 0.01 : 0.0;
        }
        lp_fixture_signal(model, 0, SW_SIGNAL_BUY, price);
        PUT(model->sys.site_base_kw, 0, 0.1);
        PUT_INT(model->sys.asp_gpus, 0, 4);
        sw_workload *load = (sw_workload *)(uintptr_t)&model->workload[0];
        *load = (sw_workload){.kind = SW_ARRIVAL_POISSON,
                              .rate = {.value = rate, .stride = 1},
                              .iod = 1.0,
                              .images = constant(1.0),
                              .deadline_s = constant(waits ? 7200.0 : 290.0),
                              .work = constant(1.0)};
        sw_model_describe_classes(model);
        sw_policy_pair *pair = NULL;
        ck_assert_int_eq(sw_policy_resolve(model, "lp", &pair, NULL), SW_OK);
        const sw_run_options options = {.seed = 1};
        sw_run_result result;
        ck_assert_int_eq(sw_run(model, pair, &options, &result, NULL), SW_OK);
        ck_assert_double_gt(result.total.jobs, 20.0);
        ck_assert_double_gt(result.total.jobs_on_time, 0.9 * result.total.jobs);
        const double usd_per_kwh = result.total.energy_cost_usd / result.total.import_kwh;
        if (waits) {
            ck_assert_double_lt(usd_per_kwh, 0.05);
        } else {
            ck_assert_double_gt(usd_per_kwh, 0.15);
        }
        sw_run_result_deinit(&result);
        sw_policy_pair_destroy(pair);
        sw_model_destroy(model);
    }
}
END_TEST

// One GPU that takes 5 s to wake, and jobs of a second that come once in about ten minutes.
static sw_run_result run_rare_jobs(double price_usd) {
    sw_model *model = lp_fixture(1, 1, 300.0, 48);
    double *rate = lp_fixture_alloc(model, 1, sizeof *rate);
    *rate = 1.0 / 600.0;
    model->forecast = SW_FORECAST_DAY_AHEAD; // tells the rate, not the jobs
    lp_fixture_constant(model, 0, SW_SIGNAL_BUY, 100.0);
    PUT(model->sys.asp_image_work_s, 0, 1.0);
    PUT(model->sys.asp_idle_w, 0, 60.0);
    PUT(model->sys.asp_wake_s, 0, 5.0);
    PUT(model->sys.class_price_usd, 0, price_usd);
    *(sw_workload *)(uintptr_t)&model->workload[0] = (sw_workload){.kind = SW_ARRIVAL_POISSON,
                                                                   .rate = {.value = rate},
                                                                   .iod = 1.0,
                                                                   .images = constant(1.0),
                                                                   .deadline_s = constant(30.0),
                                                                   .work = constant(1.0)};
    sw_model_describe_classes(model);
    sw_policy_pair *pair = NULL;
    sw_run_result result;
    const sw_run_options options = {.seed = 2};
    ck_assert_int_eq(sw_policy_resolve(model, "lp", &pair, NULL), SW_OK);
    ck_assert_int_eq(sw_run(model, pair, &options, &result, NULL), SW_OK);
    ck_assert_double_gt(result.total.jobs, 10.0);
    sw_policy_pair_destroy(pair);
    sw_model_destroy(model);
    return result;
}

START_TEST(a_gpu_stays_on_for_rare_jobs_if_they_pay_for_its_idle_time) {
    // A slot of idling costs 0.0005 USD, and brings half a job.
    sw_run_result dear = run_rare_jobs(0.01);
    ck_assert_double_gt(dear.total.jobs_on_time, 0.9 * dear.total.jobs);
    ck_assert_double_gt(dear.total.it_kwh, 0.06 * 4.0);
    sw_run_result cheap = run_rare_jobs(0.0005);
    ck_assert_double_eq(cheap.total.jobs_on_time, 0.0);
    ck_assert_double_eq(cheap.total.it_kwh, 0.0);
    sw_run_result_deinit(&dear);
    sw_run_result_deinit(&cheap);
}
END_TEST

START_TEST(jobs_wait_for_a_gpu_that_wakes) {
    // A burst in the third slot only; its first jobs come while the GPU wakes.
    sw_model *model = lp_fixture(1, 1, 300.0, 4);
    double arrival_s[40];
    double deadline_s[40];
    for (int i = 0; i < 40; i++) {
        arrival_s[i] = 601.0 + 5.0 * i;
        deadline_s[i] = 30.0;
    }
    lp_fixture_jobs(model, 0, 40, arrival_s, deadline_s, NULL, NULL);
    lp_fixture_constant(model, 0, SW_SIGNAL_BUY, 100.0);
    PUT(model->sys.asp_image_work_s, 0, 1.0);
    PUT(model->sys.asp_idle_w, 0, 60.0);
    PUT(model->sys.asp_wake_s, 0, 12.0);
    PUT(model->sys.class_price_usd, 0, 0.01);
    sw_model_describe_classes(model);
    sw_policy_pair *pair = NULL;
    sw_run_result result;
    const sw_run_options options = {.seed = 0};
    ck_assert_int_eq(sw_policy_resolve(model, "oracle", &pair, NULL), SW_OK);
    ck_assert_int_eq(sw_run(model, pair, &options, &result, NULL), SW_OK);
    ck_assert_double_eq(result.total.jobs_on_time, 40.0);
    ck_assert_double_lt(result.total.it_kwh, 0.1); // asleep in the other slots
    sw_run_result_deinit(&result);
    sw_policy_pair_destroy(pair);
    sw_model_destroy(model);
}
END_TEST

START_TEST(jobs_put_off_are_no_queue_before_their_time) {
    // Long jobs of the dear half are put off to the cheap one, where short ones come that cannot
    // wait for them: they fit in between, as long ones are spread out.
    sw_model *model = lp_fixture(2, 1, 300.0, 24);
    enum { N_LONG = 24, N_SHORT = 36 };
    double price[24];
    double arrival_s[N_SHORT];
    double deadline_s[N_SHORT];
    double work[N_SHORT];
    for (int32_t s = 0; s < 24; s++) {
        price[s] = s < 12 ? 200.0 : 20.0;
    }
    for (int i = 0; i < N_LONG; i++) {
        arrival_s[i] = 150.0 * i + 1.0;
        deadline_s[i] = 7200.0 - 300.0;
        work[i] = 60.0;
    }
    lp_fixture_jobs(model, 0, N_LONG, arrival_s, deadline_s, NULL, work);
    for (int i = 0; i < N_SHORT; i++) {
        arrival_s[i] = 3600.0 + 100.0 * i;
        deadline_s[i] = 90.0;
        work[i] = 1.0;
    }
    lp_fixture_jobs(model, 1, N_SHORT, arrival_s, deadline_s, NULL, work);
    lp_fixture_signal(model, 0, SW_SIGNAL_BUY, price);
    PUT(model->sys.asp_image_work_s, 0, 1.0);
    PUT_INT(model->sys.asp_gpus, 1, 0);
    PUT_INT(model->sys.class_origin, 1, 0);
    sw_model_describe_classes(model);
    sw_policy_pair *pair = NULL;
    sw_run_result result;
    const sw_run_options options = {.seed = 0};
    ck_assert_int_eq(sw_policy_resolve(model, "lp", &pair, NULL), SW_OK);
    ck_assert_int_eq(sw_run(model, pair, &options, &result, NULL), SW_OK);
    ck_assert_double_lt(result.total.energy_cost_usd / result.total.import_kwh, 0.05);
    ck_assert_double_gt(result.total.jobs_on_time,
                        50.0); // of 60; 44 if all that is due in a slot were a queue
    sw_run_result_deinit(&result);
    sw_policy_pair_destroy(pair);
    sw_model_destroy(model);
}
END_TEST

// ------------------------------------------------------------------ a solver that fails

typedef struct broken_host {
    sw_world *world;
    sw_sim *sim;
    int n_log;
} broken_host;

// Slots 2 and 3 have no forecast.
static double forecast(const sw_host *host, sw_forecast_kind kind, int32_t owner, int64_t slot) {
    const broken_host *b = host->context;
    const int64_t now = sw_sim_view(b->sim)->slot;
    const double hole = now == 2 || now == 3 ? (double)NAN : 0.0;
    return hole + sw_world_forecast(b->world, kind, owner, slot, now, false);
}

static void count_log(const sw_host *host, sw_log_level level, const char *text) {
    broken_host *b = host->context;
    ck_assert_int_eq(level, SW_LOG_WARN);
    ck_assert_msg(strstr(text, "the last one stays") != NULL, "%s", text);
    b->n_log++;
}

static const sw_asp_job *asp_jobs(const sw_host *host, int32_t asp, int32_t *n) {
    const broken_host *b = host->context;
    return sw_sim_asp_jobs(b->sim, asp, n);
}

START_TEST(failed_plans_are_logged_and_never_fatal) {
    sw_model *model = make_model();
    broken_host b = {0};
    ck_assert_int_eq(sw_world_create(model, 0, &b.world, NULL), SW_OK);
    ck_assert_int_eq(sw_sim_create(model, b.world, NULL, &b.sim, NULL), SW_OK);
    const sw_host host = {.struct_size = sizeof host,
                          .context = &b,
                          .log = count_log,
                          .forecast = forecast,
                          .asp_jobs = asp_jobs};
    const sw_policy *lp = &sw_policy_lp;
    const sw_param_value param[3] = {{.text = "bid"}, {.number = 0.06}, {.number = 24.0}};
    ck_assert_int_eq(lp->n_param, 3);
    char why[200];
    void *state = calloc(1, lp->state_size(&model->sys, param));
    ck_assert_ptr_nonnull(state);
    ck_assert_int_eq(lp->create(state, &model->sys, &host, param, why, sizeof why), 0);
    sw_need need;
    while ((need = sw_sim_advance(b.sim)) != SW_NEED_NOTHING) {
        if (need == SW_NEED_CONTROLS) {
            lp->tick(state, sw_sim_view(b.sim));
            lp->control(state, sw_sim_view(b.sim), sw_sim_controls(b.sim));
            ck_assert_int_eq(sw_sim_control(b.sim, NULL), SW_OK);
        } else {
            sw_decision decision = {.asp = -1};
            lp->dispatch(state, sw_sim_view(b.sim), sw_sim_job(b.sim), &decision);
            ck_assert_int_eq(sw_sim_decide(b.sim, &decision, NULL), SW_OK);
        }
    }
    ck_assert_int_eq(b.n_log, 2);
    ck_assert_double_gt(sw_sim_metrics(b.sim)->utility_usd, 0.8 * utility_of(model, "lp", 0));
    lp->destroy(state);
    free(state);
    sw_sim_destroy(b.sim);
    sw_world_destroy(b.world);
    sw_model_destroy(model);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("lp");
    TCase *tcase = tcase_create("lp");
    tcase_add_test(tcase, lp_comes_near_its_bound_and_the_oracle_nearer);
    tcase_add_test(tcase, halves_mix_with_other_policies);
    tcase_add_test(tcase, same_seed_gives_the_same_bits);
    tcase_add_test(tcase, mode_apportion_follows_the_planned_volumes);
    tcase_add_test(tcase, unknown_mode_is_refused);
    tcase_add_test(tcase, jobs_without_deadline_wait_for_cheap_power);
    tcase_add_test(tcase, a_gpu_stays_on_for_rare_jobs_if_they_pay_for_its_idle_time);
    tcase_add_test(tcase, jobs_wait_for_a_gpu_that_wakes);
    tcase_add_test(tcase, jobs_put_off_are_no_queue_before_their_time);
    tcase_add_test(tcase, failed_plans_are_logged_and_never_fatal);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

// Comparisons: the same bits for any number of threads, replicates that the seed makes different or
// not.
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "io/scenario.h"
#include "sweep/compare.h"

static sw_model *load(const char *const *set, int32_t n_set) {
    sw_messages messages = {0};
    sw_model *model = NULL;
    const sw_scenario_options options = {.set = set, .n_set = n_set};
    const sw_status status = sw_scenario_load("scenarios/quick.ini", &options, &model, &messages);
    ck_assert_msg(status == SW_OK, "%s", messages.n > 0 ? messages.text[0] : "no message");
    return model;
}

static sw_status compare(const sw_model *model, const char *const *policy, int32_t n_policy,
                         int32_t n_seed, int32_t threads, const volatile int *stop,
                         sw_compare *result, sw_error *err) {
    const sw_compare_options options = {.policy = policy,
                                        .n_policy = n_policy,
                                        .model = &model,
                                        .n_model = 1,
                                        .seed = 5,
                                        .n_seed = n_seed,
                                        .threads = threads,
                                        .stop = stop};
    return sw_compare_run(&options, result, err);
}

START_TEST(threads_do_not_change_a_bit) {
    const char *const policy[] = {"local/idle", "random/idle", "greedy/threshold"};
    sw_model *model = load(NULL, 0);
    sw_compare one;
    sw_compare three;
    sw_error error = {0};
    ck_assert_int_eq(compare(model, policy, 3, 4, 1, NULL, &one, &error), SW_OK);
    ck_assert_int_eq(compare(model, policy, 3, 4, 3, NULL, &three, &error), SW_OK);
    ck_assert_int_eq(one.n_rep, 4);
    ck_assert(one.seed_matters);
    ck_assert_mem_eq(one.metric, three.metric, sizeof(double) * SW_N_METRIC * 3 * 4);
    // The seeds are other worlds, and the policies see the same ones.
    const double *jobs =
        sw_compare_values(&one, (int)(offsetof(sw_metrics, jobs) / sizeof(double)), 0);
    ck_assert(jobs[0] != jobs[1] || jobs[1] != jobs[2]);
    ck_assert_mem_eq(jobs, jobs + 4, 4 * sizeof *jobs);
    sw_compare_deinit(&one);
    sw_compare_deinit(&three);
    sw_model_destroy(model);
}
END_TEST

START_TEST(a_policy_that_draws_numbers_keeps_the_seeds) {
    // Without random jobs and forecasts errors only the policy can depend on the seed.
    const char *const set[] = {"scenario.forecast=persistence",
                               "workload drafts.arrivals=trace:traces/traced_jobs.csv",
                               "workload art.arrivals=trace:traces/traced_jobs.csv",
                               "workload posters.arrivals=trace:traces/traced_jobs.csv",
                               "workload drafts.images=1",
                               "workload art.images=1",
                               "workload posters.images=1",
                               "workload drafts.deadline_s=60",
                               "workload art.deadline_s=60",
                               "workload posters.deadline_s=60",
                               "workload drafts.work=1",
                               "workload art.work=1",
                               "workload posters.work=1"};
    const char *const steady[] = {"local/idle", "greedy/idle"};
    const char *const drawing[] = {"local/idle", "random/idle"};
    sw_model *model = load(set, (int32_t)(sizeof set / sizeof *set));
    ck_assert(!model->seeded);
    sw_compare result;
    sw_error error = {0};
    ck_assert_int_eq(compare(model, steady, 2, 3, 2, NULL, &result, &error), SW_OK);
    ck_assert(!result.seed_matters);
    ck_assert_int_eq(result.n_rep, 1);
    sw_compare_deinit(&result);
    ck_assert_int_eq(compare(model, drawing, 2, 3, 2, NULL, &result, &error), SW_OK);
    ck_assert(result.seed_matters);
    ck_assert_int_eq(result.n_rep, 3);
    const double *utility = sw_compare_values(&result, 0, 1);
    ck_assert(utility[0] != utility[1]);
    sw_compare_deinit(&result);
    sw_model_destroy(model);
}
END_TEST

START_TEST(an_interrupt_leaves_nothing) {
    const char *const policy[] = {"local/idle"};
    const volatile int stop = 1;
    sw_model *model = load(NULL, 0);
    sw_compare result;
    sw_error error = {0};
    ck_assert_int_eq(compare(model, policy, 1, 2, 2, &stop, &result, &error), SW_ERR_INTERRUPTED);
    ck_assert(result.run == NULL && result.n_rep == 0);
    sw_model_destroy(model);
}
END_TEST

START_TEST(a_policy_named_twice_or_unknown_is_refused) {
    const char *const twice[] = {"local/idle", "local/idle"};
    const char *const unknown[] = {"local/idle", "nobody"};
    sw_model *model = load(NULL, 0);
    sw_compare result;
    sw_error error = {0};
    ck_assert_int_eq(compare(model, twice, 2, 1, 1, NULL, &result, &error), SW_ERR_BAD_INPUT);
    ck_assert_ptr_nonnull(strstr(error.text, "named twice"));
    error = (sw_error){0};
    ck_assert_int_eq(compare(model, unknown, 2, 1, 1, NULL, &result, &error), SW_ERR_BAD_INPUT);
    ck_assert_ptr_nonnull(strstr(error.text, "nobody"));
    sw_model_destroy(model);
}
END_TEST

static sw_status half_bound(const sw_model *model, uint64_t seed, double *bound_usd,
                            sw_error *err) {
    (void)model;
    (void)seed;
    (void)err;
    *bound_usd = 1000.0;
    return SW_OK;
}

START_TEST(standing_is_measured_between_random_and_the_bound) {
    const char *const policy[] = {"local/idle", "random/idle"};
    sw_model *owned = load(NULL, 0);
    const sw_model *model = owned;
    const sw_compare_options options = {.policy = policy,
                                        .n_policy = 2,
                                        .model = &model,
                                        .n_model = 1,
                                        .n_seed = 2,
                                        .bound = half_bound};
    sw_compare result;
    sw_error error = {0};
    ck_assert_int_eq(sw_compare_run(&options, &result, &error), SW_OK);
    const double local = sw_summarise(sw_compare_values(&result, 0, 0), 2).mean;
    const double random = sw_summarise(sw_compare_values(&result, 0, 1), 2).mean;
    const sw_standing first = sw_compare_standing(&result, 0);
    const sw_standing second = sw_compare_standing(&result, 1);
    ck_assert_double_eq_tol(first.share_of_bound, local / 1000.0, 1e-15);
    ck_assert_double_eq_tol(first.score, (local - random) / (1000.0 - random), 1e-15);
    ck_assert_double_eq_tol(first.gap_usd, 1000.0 - local, 1e-9);
    ck_assert_double_eq(second.score, 0.0);
    ck_assert_double_eq_tol(second.diff_utility_usd.mean, random - local, 1e-12);
    sw_compare_deinit(&result);
    sw_model_destroy(owned);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("compare");
    TCase *tcase = tcase_create("compare");
    tcase_add_test(tcase, threads_do_not_change_a_bit);
    tcase_add_test(tcase, a_policy_that_draws_numbers_keeps_the_seeds);
    tcase_add_test(tcase, an_interrupt_leaves_nothing);
    tcase_add_test(tcase, a_policy_named_twice_or_unknown_is_refused);
    tcase_add_test(tcase, standing_is_measured_between_random_and_the_bound);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

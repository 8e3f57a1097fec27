#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "base/fmath.h"
#include "base/rng.h"
#include "model/model.h"

static const double LIST_VALUE[5] = {1.0, 2.0, 4.0, 7.0, 9.0};
static const double LIST_UP_TO[5] = {0.125, 0.5, 0.5, 0.75, 1.0}; // 4.0 has no weight

static const sw_dist LIST = {
    .kind = SW_DIST_LIST, .n = 5, .value = LIST_VALUE, .up_to = LIST_UP_TO};
static const sw_dist CONSTANT = {.kind = SW_DIST_CONSTANT, .a = 42.0};
static const sw_dist UNIFORM = {.kind = SW_DIST_UNIFORM, .a = -1.0, .b = 3.0};
static const sw_dist LOGNORMAL = {.kind = SW_DIST_LOGNORMAL, .a = 20.0, .b = 0.5};
static const sw_dist EXPONENTIAL = {.kind = SW_DIST_EXPONENTIAL, .a = 2.5};

// Midpoint rule over u: the mean of the inverse transform.
static double mean_over_u(const sw_dist *dist, int n, double shift, double power) {
    double sum = 0.0;
    for (int i = 0; i < n; i++) {
        const double x = sw_dist_at(dist, ((double)i + 0.5) / n) - shift;
        sum += power == 2.0 ? x * x : x;
    }
    return sum / n;
}

START_TEST(values_at_known_quantiles) {
    ck_assert_double_eq(sw_dist_at(&CONSTANT, 0.3), 42.0);
    ck_assert_double_eq(sw_dist_at(&UNIFORM, 0.25), 0.0);
    ck_assert_double_eq(sw_dist_at(&LOGNORMAL, 0.5), 20.0);
    // 0.975 quantile: 20 exp(0.5 * 1.959963984540054)
    ck_assert_double_eq_tol(sw_dist_at(&LOGNORMAL, 0.975), 53.2881, 1e-3);
    ck_assert_double_eq_tol(sw_dist_at(&EXPONENTIAL, 0.5), 2.5 * 0.6931471805599453, 1e-14);
}
END_TEST

START_TEST(list_gives_the_first_entry_above_u) {
    ck_assert_double_eq(sw_dist_at(&LIST, 1e-16), 1.0);
    ck_assert_double_eq(sw_dist_at(&LIST, 0.1249999), 1.0);
    ck_assert_double_eq(sw_dist_at(&LIST, 0.125), 2.0);
    ck_assert_double_eq(sw_dist_at(&LIST, 0.4999999), 2.0);
    ck_assert_double_eq(sw_dist_at(&LIST, 0.5), 7.0);
    ck_assert_double_eq(sw_dist_at(&LIST, 0.75), 9.0);
    ck_assert_double_eq(sw_dist_at(&LIST, 1.0 - 0x1p-53), 9.0);
}
END_TEST

START_TEST(lists_of_any_length_agree_with_a_linear_search) {
    double value[SW_MAX_LIST];
    double up_to[SW_MAX_LIST];
    for (int32_t n = 1; n <= SW_MAX_LIST; n++) {
        for (int32_t i = 0; i < n; i++) {
            value[i] = (double)i;
            up_to[i] = i == n - 1 ? 1.0 : (double)((i + 1) * (i + 1)) / (double)(n * n);
        }
        const sw_dist dist = {.kind = SW_DIST_LIST, .n = n, .value = value, .up_to = up_to};
        for (uint64_t k = 0; k < 500; k++) {
            const double u = sw_rng_uniform(5, SW_RNG_IMAGES, 0, k, 0);
            int32_t i = 0;
            while (i < n - 1 && up_to[i] <= u) {
                i++;
            }
            ck_assert_double_eq(sw_dist_at(&dist, u), value[i]);
        }
    }
}
END_TEST

START_TEST(means_agree_with_the_integral_over_u) {
    const int n = 1 << 16;
    ck_assert_double_eq(sw_dist_mean(&CONSTANT), 42.0);
    ck_assert_double_eq_tol(sw_dist_mean(&UNIFORM), mean_over_u(&UNIFORM, n, 0.0, 1.0), 1e-12);
    ck_assert_double_eq_tol(sw_dist_mean(&LOGNORMAL), mean_over_u(&LOGNORMAL, n, 0.0, 1.0), 2e-3);
    ck_assert_double_eq_tol(sw_dist_mean(&EXPONENTIAL), mean_over_u(&EXPONENTIAL, n, 0.0, 1.0),
                            1e-3);
    ck_assert_double_eq_tol(sw_dist_mean(&LIST), mean_over_u(&LIST, n, 0.0, 1.0), 1e-12);
    ck_assert_double_eq(sw_dist_mean(&LIST), 0.125 + 0.375 * 2.0 + 0.25 * 7.0 + 0.25 * 9.0);
}
END_TEST

START_TEST(an_infinite_entry_counts_only_with_weight) {
    const double value[2] = {3.0, (double)INFINITY};
    const double never[2] = {1.0, 1.0};
    const double seldom[2] = {0.9, 1.0};
    sw_dist dist = {.kind = SW_DIST_LIST, .n = 2, .value = value, .up_to = never};
    ck_assert_double_eq(sw_dist_mean(&dist), 3.0);
    dist.up_to = seldom;
    ck_assert(isinf(sw_dist_mean(&dist)));
    ck_assert(isinf(sw_dist_at(&dist, 0.95)));
}
END_TEST

START_TEST(spread_is_that_of_the_distribution) {
    const int n = 1 << 16;
    const double lognormal_var = 400.0 * sw_exp(0.25) * (sw_exp(0.25) - 1.0);
    ck_assert_double_eq_tol(
        mean_over_u(&LOGNORMAL, n, sw_dist_mean(&LOGNORMAL), 2.0) / lognormal_var, 1.0, 3e-3);
    ck_assert_double_eq_tol(mean_over_u(&EXPONENTIAL, n, 2.5, 2.0) / 6.25, 1.0, 3e-3);
    ck_assert_double_eq_tol(mean_over_u(&UNIFORM, n, 1.0, 2.0), 16.0 / 12.0, 1e-6);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("dist");
    TCase *tc = tcase_create("dist");
    tcase_add_test(tc, values_at_known_quantiles);
    tcase_add_test(tc, list_gives_the_first_entry_above_u);
    tcase_add_test(tc, lists_of_any_length_agree_with_a_linear_search);
    tcase_add_test(tc, means_agree_with_the_integral_over_u);
    tcase_add_test(tc, an_infinite_entry_counts_only_with_weight);
    tcase_add_test(tc, spread_is_that_of_the_distribution);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

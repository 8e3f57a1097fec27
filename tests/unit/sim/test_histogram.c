// The latency histogram against sorting.
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "base/rng.h"
#include "sim/histogram.h"

static sw_arena arena;
static sw_histogram_edges edges;
static int64_t count[SW_HISTOGRAM_BINS];

static void setup(void) {
    memset(count, 0, sizeof count);
    ck_assert_int_eq(sw_histogram_edges_init(&edges, &arena, NULL), SW_OK);
}

static void teardown(void) {
    sw_arena_deinit(&arena);
}

START_TEST(bin_holds_values_above_the_edge_below_up_to_its_own_edge) {
    for (int32_t bin = 1; bin < SW_HISTOGRAM_BINS; bin++) {
        ck_assert_int_eq(sw_histogram_bin(&edges, edges.upper[bin]), bin);
        ck_assert_int_eq(sw_histogram_bin(&edges, nextafter(edges.upper[bin - 1], INFINITY)), bin);
    }
    ck_assert_int_eq(sw_histogram_bin(&edges, 0.0), 0);
    ck_assert_int_eq(sw_histogram_bin(&edges, 1e-3), 0);
    ck_assert_int_eq(sw_histogram_bin(&edges, 1e30), SW_HISTOGRAM_BINS - 1);
}
END_TEST

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

START_TEST(quantile_is_at_most_half_a_percent_above_the_exact_one) {
    enum { N = 10001 };
    static double value[N];
    for (uint64_t i = 0; i < N; i++) {
        value[i] = sw_exp(3.0 * sw_norm_quantile(sw_rng_uniform(7, SW_RNG_POLICY, 0, i, 0)));
        count[sw_histogram_bin(&edges, value[i])]++;
    }
    qsort(value, N, sizeof *value, ascending);
    const double exact = value[(int)ceil(0.99 * N) - 1];
    const double found = sw_histogram_quantile(&edges, count, 0.99);
    ck_assert_double_ge(found, exact);
    ck_assert_double_le(found, exact * 1.005 * (1.0 + 1e-12));
}
END_TEST

START_TEST(quantile_of_nothing_is_zero) {
    ck_assert_double_eq(sw_histogram_quantile(&edges, count, 0.99), 0.0);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("histogram");
    TCase *tcase = tcase_create("all");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, bin_holds_values_above_the_edge_below_up_to_its_own_edge);
    tcase_add_test(tcase, quantile_is_at_most_half_a_percent_above_the_exact_one);
    tcase_add_test(tcase, quantile_of_nothing_is_zero);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

// Quantiles and intervals against values known from elsewhere.
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "sweep/stats.h"

// Two-sided quantiles: those marked exact from closed forms, the others from mpmath's incomplete
// beta function at 30 digits.
static const struct {
    int df;
    double confidence;
    double t;
} table[] = {
    {1, 0.5, 1.0},                // exact: tan(pi / 4)
    {2, 0.95, 4.302652729749464}, // exact: 0.95 sqrt(2 / (1 - 0.95^2))
    {1, 0.9, 6.313751514675},
    {1, 0.95, 12.706204736175},
    {1, 0.99, 63.656741162872},
    {3, 0.95, 3.1824463052837},
    {4, 0.95, 2.7764451051978},
    {5, 0.95, 2.5705818356363},
    {9, 0.95, 2.2621571627982},
    {9, 0.99, 3.2498355415921},
    {10, 0.95, 2.2281388519863},
    {10, 0.99, 3.169272672617},
    {30, 0.9, 1.697260886594},
    {30, 0.95, 2.0422724563012},
    {99, 0.95, 1.9842169515864},
    {100, 0.99, 2.625890521438},
    {999, 0.95, 1.9623414611334},
};

START_TEST(student_quantile_agrees_with_tables) {
    const double want = table[_i].t;
    const double got = sw_student_t(table[_i].df, table[_i].confidence);
    ck_assert_msg(fabs(got / want - 1.0) < 2e-13, "t(%d, %g) = %.15g, not %.15g", table[_i].df,
                  table[_i].confidence, got, want);
}
END_TEST

START_TEST(student_quantile_tends_to_the_normal) {
    // 1.959963984540054 (1 + (z^2 + 1) / (4 df) + ...), Cornish and Fisher.
    const double z = 1.959963984540054;
    const double got = sw_student_t(1000000, 0.95);
    ck_assert_double_eq_tol(got, z * (1.0 + (z * z + 1.0) / 4e6), 1e-9);
}
END_TEST

START_TEST(summary_of_five_values_is_worked_by_hand) {
    const double x[] = {2.0, 4.0, 4.0, 5.0, 10.0};
    // mean 5, squares 9 + 1 + 1 + 0 + 25 = 36, sd 3, error 3 / sqrt(5)
    const sw_summary s = sw_summarise(x, 5);
    ck_assert_double_eq_tol(s.mean, 5.0, 1e-15);
    ck_assert_double_eq_tol(s.hi - 5.0, 2.77644510520 * 3.0 / sqrt(5.0), 1e-9);
    ck_assert_double_eq_tol(s.lo + s.hi, 10.0, 1e-12);
}
END_TEST

START_TEST(paired_difference_forgets_what_both_share) {
    const double base[] = {100.0, 200.0, 300.0};
    const double better[] = {101.0, 202.0, 303.0};
    const sw_summary s = sw_summarise_difference(better, base, 3);
    // differences 1, 2, 3: mean 2, sd 1
    ck_assert_double_eq_tol(s.mean, 2.0, 1e-12);
    ck_assert_double_eq_tol(s.hi, 2.0 + 4.302652729749464 / sqrt(3.0), 1e-9);
}
END_TEST

START_TEST(one_value_has_no_interval_and_none_no_mean) {
    const double x = 7.0;
    const sw_summary one = sw_summarise(&x, 1);
    ck_assert(one.mean == 7.0 && isnan(one.lo) && isnan(one.hi));
    ck_assert(isnan(sw_summarise(&x, 0).mean));
}
END_TEST

int main(void) {
    Suite *suite = suite_create("stats");
    TCase *tcase = tcase_create("stats");
    tcase_add_loop_test(tcase, student_quantile_agrees_with_tables, 0,
                        (int)(sizeof table / sizeof *table));
    tcase_add_test(tcase, student_quantile_tends_to_the_normal);
    tcase_add_test(tcase, summary_of_five_values_is_worked_by_hand);
    tcase_add_test(tcase, paired_difference_forgets_what_both_share);
    tcase_add_test(tcase, one_value_has_no_interval_and_none_no_mean);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

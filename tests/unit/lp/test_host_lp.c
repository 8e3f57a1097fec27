// Linear programs as policies hand them over, sound and unsound.
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lp/host_lp.h"

// Maximise 3 x + 2 y with x + y <= 4, x + 3 y <= 7, 0 <= x <= 3, 0 <= y <= 10: x = 3, y = 1, worth
// 11. The entries are in no order, and the coefficient 3 comes in two parts.
typedef struct textbook {
    double cost[2], col_lo[2], col_hi[2], row_lo[2], row_hi[2];
    int32_t row[5], col[5];
    double value[5], x[2], dual[2];
    sw_lp_problem problem;
    sw_lp_solution solution;
    sw_error err;
} textbook;

static void make(textbook *t) {
    *t = (textbook){.cost = {3, 2},
                    .col_hi = {3, 10},
                    .row_lo = {-HUGE_VAL, -HUGE_VAL},
                    .row_hi = {4, 7},
                    .row = {1, 1, 0, 1, 0},
                    .col = {1, 0, 1, 1, 0},
                    .value = {1, 1, 1, 2, 1}};
    t->problem = (sw_lp_problem){.struct_size = sizeof t->problem,
                                 .n_col = 2,
                                 .n_row = 2,
                                 .n_entry = 5,
                                 .col_cost = t->cost,
                                 .col_lo = t->col_lo,
                                 .col_hi = t->col_hi,
                                 .row_lo = t->row_lo,
                                 .row_hi = t->row_hi,
                                 .entry_row = t->row,
                                 .entry_col = t->col,
                                 .entry_value = t->value};
    t->solution =
        (sw_lp_solution){.struct_size = sizeof t->solution, .x = t->x, .row_dual = t->dual};
}

static sw_lp_status solve(textbook *t) {
    return sw_host_lp_solve(&t->problem, &t->solution, &t->err);
}

START_TEST(the_vertex_its_duals_and_worth_are_found_from_unordered_entries) {
    textbook t;
    make(&t);
    ck_assert_int_eq(solve(&t), SW_LP_OPTIMAL);
    ck_assert_double_eq_tol(t.solution.objective, 11.0, 1e-12);
    ck_assert_double_eq_tol(t.x[0], 3.0, 1e-12);
    ck_assert_double_eq_tol(t.x[1], 1.0, 1e-12);
    ck_assert_double_eq_tol(t.dual[0], 2.0, 1e-12);
    ck_assert_double_eq_tol(t.dual[1], 0.0, 1e-12);
}
END_TEST

START_TEST(results_that_nobody_wants_are_not_written) {
    textbook t;
    make(&t);
    t.solution.x = NULL;
    t.solution.row_dual = NULL;
    ck_assert_int_eq(solve(&t), SW_LP_OPTIMAL);
    ck_assert_double_eq_tol(t.solution.objective, 11.0, 1e-12);
}
END_TEST

START_TEST(an_infeasible_and_an_unbounded_problem_are_told_apart) {
    textbook t;
    make(&t);
    t.row_lo[0] = 3.5; // x + y >= 3.5 and x + 3 y <= 1
    t.row_hi[1] = 1.0;
    ck_assert_int_eq(solve(&t), SW_LP_INFEASIBLE);
    ck_assert(isnan(t.solution.objective) && isnan(t.x[0]) && isnan(t.dual[1]));
    make(&t);
    t.col_lo[0] = 4.0; // above its upper bound
    ck_assert_int_eq(solve(&t), SW_LP_INFEASIBLE);
    make(&t);
    t.row_hi[0] = HUGE_VAL;
    t.row_hi[1] = HUGE_VAL;
    t.col_hi[1] = HUGE_VAL;
    ck_assert_int_eq(solve(&t), SW_LP_UNBOUNDED);
}
END_TEST

START_TEST(a_problem_without_rows_goes_to_its_bounds) {
    textbook t;
    make(&t);
    t.problem.n_row = 0;
    t.problem.n_entry = 0;
    ck_assert_int_eq(solve(&t), SW_LP_OPTIMAL);
    ck_assert_double_eq_tol(t.solution.objective, 29.0, 1e-12);
}
END_TEST

static void expect_refused(textbook *t, const char *says) {
    ck_assert_int_eq(solve(t), SW_LP_REFUSED);
    ck_assert_msg(strstr(t->err.text, says) != NULL, "message is: %s", t->err.text);
}

START_TEST(an_unsound_problem_is_refused_with_its_own_message) {
    textbook t;
    make(&t);
    t.problem.struct_size = 0;
    expect_refused(&t, "struct_size not set");
    make(&t);
    t.solution.struct_size = 8;
    expect_refused(&t, "struct_size not set");
    make(&t);
    t.problem.n_row = -1;
    expect_refused(&t, "2 columns, -1 rows, 5 entries; allowed: 0..1000000");
    make(&t);
    t.problem.n_entry = INT64_MAX;
    expect_refused(&t, "9223372036854775807 entries");
    make(&t);
    t.problem.entry_col = NULL;
    expect_refused(&t, "an array is NULL");
    make(&t);
    t.cost[1] = (double)NAN;
    expect_refused(&t, "column 1: cost nan");
    make(&t);
    t.col_lo[0] = -HUGE_VAL;
    expect_refused(&t, "column 0: cost 3, bounds -inf..3");
    make(&t);
    t.row_hi[1] = (double)NAN;
    expect_refused(&t, "row 1: bounds -inf..nan");
    make(&t);
    t.row[3] = 2;
    expect_refused(&t, "entry 3: row 2 of 0..1, column 1 of 0..1, value 2");
    make(&t);
    t.value[0] = HUGE_VAL;
    expect_refused(&t, "entry 0: row 1 of 0..1, column 1 of 0..1, value inf");
    make(&t); // both of column 1 in row 1
    t.value[0] = 1e308;
    t.value[3] = 1e308;
    expect_refused(&t, "column 1: entries of one row add up to no number");
}
END_TEST

int main(void) {
    Suite *suite = suite_create("host_lp");
    TCase *tcase = tcase_create("host_lp");
    tcase_add_test(tcase, the_vertex_its_duals_and_worth_are_found_from_unordered_entries);
    tcase_add_test(tcase, results_that_nobody_wants_are_not_written);
    tcase_add_test(tcase, an_infeasible_and_an_unbounded_problem_are_told_apart);
    tcase_add_test(tcase, a_problem_without_rows_goes_to_its_bounds);
    tcase_add_test(tcase, an_unsound_problem_is_refused_with_its_own_message);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

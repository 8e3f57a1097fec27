#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/rng.h"
#include "lp/solver.h"

// Maximise 3 x + 2 y with x + y <= 4, x + 3 y <= 7, 0 <= x <= 3, 0 <= y <= 10: x = 3, y = 1,
// worth 11.
static void build_textbook(sw_lp *lp) {
    sw_lp_init(lp);
    const int32_t first = sw_lp_add_row(lp, -INFINITY, 4.0);
    const int32_t second = sw_lp_add_row(lp, -INFINITY, 7.0);
    (void)sw_lp_add_column(lp, 3.0, 0.0, 3.0, false);
    sw_lp_add_entry(lp, first, 1.0);
    sw_lp_add_entry(lp, second, 1.0);
    (void)sw_lp_add_column(lp, 2.0, 0.0, 10.0, true);
    sw_lp_add_entry(lp, first, 1.0);
    sw_lp_add_entry(lp, second, 3.0);
}

static sw_solver *load_textbook(sw_lp *lp) {
    sw_solver *solver = NULL;
    sw_error err = {0};
    build_textbook(lp);
    ck_assert_int_eq(sw_solver_create(lp, &solver, &err), SW_OK);
    return solver;
}

START_TEST(simplex_finds_the_vertex_its_duals_and_worth) {
    sw_lp lp;
    sw_solver *solver = load_textbook(&lp);
    sw_solve_end end = SW_SOLVE_STOPPED;
    double x[2];
    double dual[2];
    ck_assert_int_eq(sw_solver_simplex(solver, 100, &end, NULL), SW_OK);
    ck_assert_int_eq(end, SW_SOLVE_OPTIMAL);
    sw_solver_columns(solver, x);
    sw_solver_row_duals(solver, dual);
    ck_assert_double_eq_tol(x[0], 3.0, 1e-12);
    ck_assert_double_eq_tol(x[1], 1.0, 1e-12);
    ck_assert_double_eq_tol(dual[0], 2.0, 1e-12); // another unit of the first row buys a unit of y
    ck_assert_double_eq_tol(dual[1], 0.0, 1e-12);
    ck_assert_double_eq_tol(sw_solver_objective(solver), 11.0, 1e-12);
    sw_solver_destroy(solver);
    sw_lp_deinit(&lp);
}
END_TEST

START_TEST(interior_point_agrees_with_simplex_in_every_ordering) {
    for (int32_t ordering = 0; ordering < SW_SOLVER_N_ORDERING; ordering++) {
        sw_lp lp;
        sw_solver *solver = load_textbook(&lp);
        sw_solve_end end = SW_SOLVE_STOPPED;
        double dual[2];
        sw_error err = {0};
        ck_assert_msg(sw_solver_interior(solver, ordering, &end, &err) == SW_OK, "%s", err.text);
        ck_assert_int_eq(end, SW_SOLVE_OPTIMAL);
        ck_assert_double_eq_tol(sw_solver_objective(solver), 11.0, 1e-5);
        sw_solver_row_duals(solver, dual);
        const sw_lp_certificate certificate = sw_lp_certify(&lp, dual);
        ck_assert_double_ge(certificate.bound, 11.0);
        ck_assert_double_le(certificate.bound, 11.0 + 1e-4);
        sw_solver_destroy(solver);
        sw_lp_deinit(&lp);
    }
}
END_TEST

START_TEST(any_duals_prove_a_bound_and_the_best_prove_the_optimum) {
    sw_lp lp;
    build_textbook(&lp);
    const double best[2] = {2.0, 0.0};
    const sw_lp_certificate tight = sw_lp_certify(&lp, best);
    ck_assert_double_ge(tight.bound, 11.0);
    ck_assert_double_le(tight.bound, 11.0 + 1e-12);
    ck_assert_double_eq(tight.clipped, 0.0);

    const double wrong_sign[2] = {-0.5, NAN};
    const sw_lp_certificate loose = sw_lp_certify(&lp, wrong_sign);
    ck_assert_double_eq_tol(loose.bound, 3.0 * 3.0 + 2.0 * 10.0, 1e-12); // as if there were no rows
    ck_assert_double_eq(loose.clipped, 0.5);

    for (uint64_t i = 0; i < 1000; i++) {
        const double dual[2] = {8.0 * sw_rng_uniform(1, SW_RNG_POLICY, 0, i, 0) - 4.0,
                                8.0 * sw_rng_uniform(1, SW_RNG_POLICY, 0, i, 1) - 4.0};
        ck_assert_double_ge(sw_lp_certify(&lp, dual).bound, 11.0);
    }
    sw_lp_deinit(&lp);
}
END_TEST

START_TEST(residual_is_the_worst_row_relative_to_its_terms) {
    sw_lp lp;
    build_textbook(&lp);
    double scratch[4];
    const double inside[2] = {1.0, 1.0};
    const double outside[2] = {3.0, 2.0}; // 5 > 4 of 1 + 5; 9 > 7 of 1 + 9
    ck_assert_double_eq(sw_lp_row_residual(&lp, inside, scratch), 0.0);
    ck_assert_double_eq_tol(sw_lp_row_residual(&lp, outside, scratch), 2.0 / 10.0, 1e-15);
    sw_lp_deinit(&lp);
}
END_TEST

START_TEST(changes_in_place_move_the_optimum_from_the_kept_basis) {
    sw_lp lp;
    sw_solver *solver = load_textbook(&lp);
    sw_solve_end end = SW_SOLVE_STOPPED;
    ck_assert_int_eq(sw_solver_simplex(solver, 100, &end, NULL), SW_OK);
    ck_assert_int_eq(sw_solver_set_row_bounds(solver, 0, -INFINITY, 5.0, NULL), SW_OK);
    ck_assert_int_eq(sw_solver_set_column_bounds(solver, 0, 0.0, 2.0, NULL), SW_OK);
    ck_assert_int_eq(sw_solver_set_cost(solver, 1, 4.0, NULL), SW_OK);
    const int32_t row[1] = {1};
    const double value[1] = {2.0};
    ck_assert_int_eq(sw_solver_set_entries(solver, 1, 1, row, value, NULL), SW_OK);
    ck_assert_int_eq(sw_solver_simplex(solver, 100, &end, NULL), SW_OK);
    ck_assert_int_eq(end, SW_SOLVE_OPTIMAL);
    // Now x <= 5, x + 2 y <= 7, x <= 2: x = 0, y = 3.5 is worth 14, x = 2, y = 2.5 is worth 16.
    ck_assert_double_eq_tol(sw_solver_objective(solver), 16.0, 1e-12);
    sw_solver_destroy(solver);
    sw_lp_deinit(&lp);
}
END_TEST

START_TEST(impossible_and_endless_programs_are_told_apart) {
    for (int kind = 0; kind < 2; kind++) {
        sw_lp lp;
        sw_lp_init(&lp);
        const int32_t row = sw_lp_add_row(&lp, kind == 0 ? 2.0 : 0.0, INFINITY);
        (void)sw_lp_add_column(&lp, 1.0, 0.0, 1.0, kind == 1);
        sw_lp_add_entry(&lp, row, 1.0);
        sw_solver *solver = NULL;
        sw_solve_end end = SW_SOLVE_STOPPED;
        ck_assert_int_eq(sw_solver_create(&lp, &solver, NULL), SW_OK);
        ck_assert_int_eq(sw_solver_simplex(solver, 100, &end, NULL), SW_OK);
        ck_assert_int_eq(end, kind == 0 ? SW_SOLVE_INFEASIBLE : SW_SOLVE_UNBOUNDED);
        sw_solver_destroy(solver);
        sw_lp_deinit(&lp);
    }
}
END_TEST

START_TEST(iteration_limit_stops_without_an_error) {
    sw_lp lp;
    sw_solver *solver = load_textbook(&lp);
    sw_solve_end end = SW_SOLVE_OPTIMAL;
    ck_assert_int_eq(sw_solver_simplex(solver, 0, &end, NULL), SW_OK);
    ck_assert_int_eq(end, SW_SOLVE_STOPPED);
    sw_solver_destroy(solver);
    sw_lp_deinit(&lp);
}
END_TEST

START_TEST(abort_in_glpk_is_an_error_after_which_new_solvers_work) {
    sw_lp lp;
    sw_lp other_lp;
    sw_solver *solver = load_textbook(&lp);
    sw_solver *other = load_textbook(&other_lp);
    sw_error err = {0};
    const int32_t row[1] = {7}; // there is no such row: GLPK calls this an error and aborts
    const double value[1] = {1.0};
    ck_assert_int_eq(sw_solver_set_entries(solver, 0, 1, row, value, &err), SW_ERR_NO_MEMORY);
    ck_assert_msg(strstr(err.text, "row index out of range") != NULL, "%s", err.text);

    // GLPK dropped everything the thread had, and both solvers know.
    sw_solve_end end = SW_SOLVE_STOPPED;
    ck_assert_int_eq(sw_solver_simplex(solver, 100, &end, NULL), SW_ERR_NO_MEMORY);
    ck_assert_int_eq(sw_solver_simplex(other, 100, &end, NULL), SW_ERR_NO_MEMORY);
    sw_solver *fresh = NULL;
    ck_assert_int_eq(sw_solver_create(&lp, &fresh, NULL), SW_OK);
    sw_solver_destroy(solver);
    sw_solver_destroy(other);
    ck_assert_int_eq(sw_solver_simplex(fresh, 100, &end, NULL), SW_OK);
    ck_assert_int_eq(end, SW_SOLVE_OPTIMAL);
    sw_solver_destroy(fresh);
    sw_lp_deinit(&lp);
    sw_lp_deinit(&other_lp);
}
END_TEST

START_TEST(mps_file_is_written_and_a_bad_path_is_an_error) {
    sw_lp lp;
    sw_solver *solver = load_textbook(&lp);
    char path[] = "/tmp/stepwatt-lp-XXXXXX";
    const int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(close(fd), 0);
    ck_assert_int_eq(sw_solver_write_mps(solver, path, 2.0, 1.0, NULL), SW_OK);
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fseek(file, 0, SEEK_END), 0);
    ck_assert_int_gt(ftell(file), 100);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(unlink(path), 0);
    sw_error err = {0};
    ck_assert_int_eq(sw_solver_write_mps(solver, "/nowhere/x.mps", 1.0, 0.0, &err), SW_ERR_IO);
    // Writing leaves the program as it was.
    sw_solve_end end = SW_SOLVE_STOPPED;
    ck_assert_int_eq(sw_solver_simplex(solver, 100, &end, NULL), SW_OK);
    ck_assert_double_eq_tol(sw_solver_objective(solver), 11.0, 1e-12);
    sw_solver_destroy(solver);
    sw_lp_deinit(&lp);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("solver");
    TCase *tcase = tcase_create("solver");
    tcase_add_test(tcase, simplex_finds_the_vertex_its_duals_and_worth);
    tcase_add_test(tcase, interior_point_agrees_with_simplex_in_every_ordering);
    tcase_add_test(tcase, any_duals_prove_a_bound_and_the_best_prove_the_optimum);
    tcase_add_test(tcase, residual_is_the_worst_row_relative_to_its_terms);
    tcase_add_test(tcase, changes_in_place_move_the_optimum_from_the_kept_basis);
    tcase_add_test(tcase, impossible_and_endless_programs_are_told_apart);
    tcase_add_test(tcase, iteration_limit_stops_without_an_error);
    tcase_add_test(tcase, abort_in_glpk_is_an_error_after_which_new_solvers_work);
    tcase_add_test(tcase, mps_file_is_written_and_a_bad_path_is_an_error);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

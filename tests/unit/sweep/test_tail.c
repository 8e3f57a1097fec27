// The mean of the worst, and Pareto fronts, against cases worked by hand and against brute force.
#include <check.h>
#include <stdlib.h>

#include "base/rng.h"
#include "sweep/tail.h"

START_TEST(the_tail_counts_its_last_value_in_part) {
    static const double value[] = {5.0, 1.0, 4.0, 2.0, 3.0};
    double scratch[5];
    ck_assert_double_eq(sw_tail_mean(value, 5, 0.4, scratch), 1.5);
    ck_assert_double_eq_tol(sw_tail_mean(value, 5, 0.5, scratch), (1.0 + 2.0 + 0.5 * 3.0) / 2.5,
                            1e-15);
    ck_assert_double_eq(sw_tail_mean(value, 5, 1.0, scratch), 3.0);
    ck_assert_double_eq(sw_tail_mean(value, 5, 0.2, scratch), 1.0);
    ck_assert_double_eq(sw_tail_mean(value, 5, 0.01, scratch), 1.0);
    ck_assert_double_eq(value[0], 5.0);
}
END_TEST

START_TEST(the_front_is_what_nothing_beats) {
    enum { N = 60 };
    double a[N];
    double b[N];
    bool front[N];
    sw_error error = {0};
    for (uint64_t i = 0; i < N; i++) { // few values, so that many are equal
        a[i] = (double)(int)(8.0 * sw_rng_uniform((uint64_t)_i, SW_RNG_POLICY, 0, i, 0));
        b[i] = (double)(int)(8.0 * sw_rng_uniform((uint64_t)_i, SW_RNG_POLICY, 1, i, 0));
    }
    ck_assert_int_eq(sw_pareto_front(a, b, N, front, &error), SW_OK);
    for (int i = 0; i < N; i++) {
        bool beaten = false;
        for (int j = 0; j < N; j++) {
            beaten = beaten || (a[j] >= a[i] && b[j] >= b[i] && (a[j] > a[i] || b[j] > b[i]));
        }
        ck_assert_msg(front[i] == !beaten, "seed %d, pair %d", _i, i);
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("tail");
    TCase *tcase = tcase_create("tail");
    tcase_add_test(tcase, the_tail_counts_its_last_value_in_part);
    tcase_add_loop_test(tcase, the_front_is_what_nothing_beats, 0, 50);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

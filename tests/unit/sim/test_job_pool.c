// Records of jobs: as many as there are jobs in the system, up to a limit.
#include <check.h>
#include <stdlib.h>

#include "sim/state.h"

START_TEST(records_are_given_out_once_and_again_after_release) {
    enum { N = 300 }; // more than the first room
    static sw_sim sim;
    static bool taken[1024];
    sim.pool_free = -1;
    for (int i = 0; i < N; i++) {
        const int32_t item = sw_job_take(&sim);
        ck_assert_int_ge(item, 0);
        ck_assert_int_lt(item, sim.pool_capacity);
        ck_assert(!taken[item]);
        taken[item] = true;
    }
    ck_assert_int_eq(sim.in_system, N);
    sw_job_release(&sim, 7);
    ck_assert_int_eq(sw_job_take(&sim), 7);
    free(sim.pool);
}
END_TEST

// The pool is not there: whoever looked at it would crash.
START_TEST(no_more_jobs_than_2_to_the_30_are_in_the_system) {
    static sw_sim sim;
    sim.pool_capacity = 1 << 30;
    sim.pool_free = -1;
    sim.in_system = INT64_C(1) << 30;
    ck_assert_int_eq(sw_job_take(&sim), -1);
    ck_assert_int_eq(sim.in_system, INT64_C(1) << 30);
    ck_assert_int_eq(sim.pool_capacity, 1 << 30);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("pool");
    TCase *tcase = tcase_create("all");
    tcase_add_test(tcase, records_are_given_out_once_and_again_after_release);
    tcase_add_test(tcase, no_more_jobs_than_2_to_the_30_are_in_the_system);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

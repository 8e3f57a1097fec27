// A broken promise must stop the program in every build. It has its own program because each test
// dies in a fork of it, whatever CK_FORK says.
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/status.h"

START_TEST(a_kept_promise_goes_on) {
    SW_REQUIRE(1 + 1 == 2);
}
END_TEST

START_TEST(a_broken_promise_aborts) {
    (void)fclose(stderr); // its message belongs in no test log
    SW_REQUIRE(1 + 1 == 3);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("require");
    TCase *tc = tcase_create("require");
    tcase_add_test(tc, a_kept_promise_goes_on);
    tcase_add_test_raise_signal(tc, a_broken_promise_aborts, SIGABRT);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_FORK);
    srunner_run_all(runner, CK_NORMAL);
    const int n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

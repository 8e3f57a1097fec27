// test_scenarios.c -- every scenario of the folder scenarios/ can be read as it is.
#include <check.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/scenario.h"

START_TEST(every_scenario_is_accepted) {
    glob_t found;
    ck_assert_int_eq(glob("scenarios/*.ini", 0, NULL, &found), 0);
    ck_assert_uint_ge(found.gl_pathc, 4);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        // Its traces are not part of the project; tests/golden/real.sh makes them where it can.
        if (strcmp(found.gl_pathv[i], "scenarios/real.ini") == 0 &&
            access("build/real-traces", F_OK) != 0) {
            printf("skipped: %s needs scenarios/make-real-traces.sh\n", found.gl_pathv[i]);
            continue;
        }
        const sw_scenario_options options = {0};
        sw_messages messages = {0};
        sw_model *model = NULL;
        const sw_status status = sw_scenario_load(found.gl_pathv[i], &options, &model, &messages);
        ck_assert_msg(status == SW_OK, "%s", messages.n > 0 ? messages.text[0] : "?");
        ck_assert_int_eq(messages.n, 0);
        sw_messages_deinit(&messages);
        sw_model_destroy(model);
    }
    globfree(&found);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("golden scenarios");
    TCase *tcase = tcase_create("scenarios");
    tcase_add_test(tcase, every_scenario_is_accepted);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

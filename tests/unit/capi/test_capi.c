// The library from outside: only its public header is included.
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stepwatt/stepwatt.h"

START_TEST(a_run_tells_its_metrics_by_name) {
    char why[1024] = "";
    stepwatt_scenario *scenario =
        stepwatt_scenario_load("scenarios/quick.ini", NULL, 0, why, sizeof why);
    ck_assert_msg(scenario != NULL, "%s", why);
    ck_assert_int_eq(stepwatt_scenario_site_count(scenario), 2);
    ck_assert_str_eq(stepwatt_scenario_site_name(scenario, 1), "field");
    ck_assert_ptr_null(stepwatt_scenario_site_name(scenario, 2));
    ck_assert_int_eq(stepwatt_scenario_asp_count(scenario), 3);
    ck_assert_str_eq(stepwatt_scenario_asp_name(scenario, 0), "small");
    stepwatt_result *result = stepwatt_run(scenario, "greedy/threshold", 3, why, sizeof why);
    ck_assert_msg(result != NULL, "%s", why);
    stepwatt_scenario_free(scenario); // results outlive it
    const double utility = stepwatt_result_metric(result, "utility_usd");
    const double sites = stepwatt_result_site_metric(result, 0, "utility_usd") +
                         stepwatt_result_site_metric(result, 1, "utility_usd");
    ck_assert_double_ne(utility, 0.0);
    ck_assert_double_eq_tol(utility, sites, 1e-9);
    ck_assert(isnan(stepwatt_result_metric(result, "nosuch")));
    ck_assert(isnan(stepwatt_result_asp_metric(result, 3, "jobs")));
    ck_assert(isnan(stepwatt_result_asp_metric(result, 0, "import_kwh")));
    ck_assert_double_gt(stepwatt_result_asp_metric(result, 0, "jobs"), 0.0);
    stepwatt_result_free(result);
}
END_TEST

START_TEST(overrides_take_part_and_errors_are_told) {
    char why[1024] = "";
    const char *const wrong[] = {"site hall.pv_kw=x", "asp small.model=none"};
    ck_assert_ptr_null(stepwatt_scenario_load("scenarios/quick.ini", wrong, 2, why, sizeof why));
    ck_assert_ptr_nonnull(strstr(why, "pv_kw"));
    ck_assert_ptr_nonnull(strstr(why, "\n"));
    char tiny[8];
    ck_assert_ptr_null(stepwatt_scenario_load("nosuch.ini", NULL, 0, tiny, sizeof tiny));
    ck_assert_uint_eq(strlen(tiny), 7);
    ck_assert_ptr_null(stepwatt_scenario_load("nosuch.ini", NULL, 0, NULL, 0));
    stepwatt_scenario *scenario =
        stepwatt_scenario_load("scenarios/quick.ini", NULL, 0, why, sizeof why);
    ck_assert_ptr_null(stepwatt_run(scenario, "nobody", 0, why, sizeof why));
    ck_assert_ptr_nonnull(strstr(why, "nobody"));
    stepwatt_scenario_free(scenario);
}
END_TEST

START_TEST(metrics_can_be_listed) {
    ck_assert_int_gt(stepwatt_metric_count(), 30);
    ck_assert_str_eq(stepwatt_metric_name(0), "utility_usd");
    ck_assert_str_eq(stepwatt_metric_unit(0), "USD");
    ck_assert_ptr_nonnull(stepwatt_metric_text(0));
    ck_assert_ptr_null(stepwatt_metric_name(stepwatt_metric_count()));
    ck_assert_ptr_null(stepwatt_metric_name(-1));
}
END_TEST

int main(void) {
    Suite *suite = suite_create("capi");
    TCase *tcase = tcase_create("capi");
    tcase_add_test(tcase, a_run_tells_its_metrics_by_name);
    tcase_add_test(tcase, overrides_take_part_and_errors_are_told);
    tcase_add_test(tcase, metrics_can_be_listed);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

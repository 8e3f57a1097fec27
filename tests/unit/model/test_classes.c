#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "model/model.h"
#include "support/lp_fixture.h"

START_TEST(drawn_jobs_are_described_by_their_distributions) {
    static const double value[2] = {1.0, 4.0};
    static const double up_to[2] = {0.75, 1.0};
    sw_model *model = lp_fixture(1, 1, 300.0, 2);
    sw_workload *load = (sw_workload *)(uintptr_t)&model->workload[0];
    load->kind = SW_ARRIVAL_POISSON;
    load->images = (sw_dist){.kind = SW_DIST_LIST, .n = 2, .value = value, .up_to = up_to};
    load->deadline_s = (sw_dist){.kind = SW_DIST_LOGNORMAL, .a = 40.0, .b = 1.0};
    load->work = (sw_dist){.kind = SW_DIST_EXPONENTIAL, .a = 1.5};
    sw_model_describe_classes(model);
    ck_assert_double_eq(model->sys.class_images[0], 1.75);
    ck_assert_double_eq(model->sys.class_value[0], 1.0);
    ck_assert_double_eq(model->sys.class_work[0], 1.5);
    ck_assert_double_eq_tol(model->sys.class_deadline_s[0], 40.0, 1e-12);
    sw_model_destroy(model);
}
END_TEST

START_TEST(traced_jobs_are_described_by_their_columns) {
    const double arrival_s[4] = {0.0, 1.0, 2.0, 3.0};
    const double deadline_s[4] = {30.0, INFINITY, 10.0, 20.0};
    const double value[4] = {1.0, 2.0, 3.0, 4.0};
    const double work[4] = {0.5, 0.5, 1.0, 1.0};
    sw_model *model = lp_fixture(1, 1, 300.0, 2);
    lp_fixture_jobs(model, 0, 4, arrival_s, deadline_s, value, work);
    sw_model_describe_classes(model);
    ck_assert_double_eq(model->sys.class_images[0], 1.0); // no column: the class's own
    ck_assert_double_eq(model->sys.class_value[0], 2.5);
    ck_assert_double_eq(model->sys.class_work[0], 0.75);
    static const int32_t images[4] = {1, 2, 4, 2};
    ((sw_workload *)(uintptr_t)&model->workload[0])->trace.images = images;
    sw_model_describe_classes(model);
    ck_assert_double_eq(model->sys.class_images[0], 2.25);
    ck_assert_double_eq(model->sys.class_deadline_s[0], 30.0); // of 10 20 30 inf, the upper middle
    sw_model_destroy(model);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("classes");
    TCase *tcase = tcase_create("classes");
    tcase_add_test(tcase, drawn_jobs_are_described_by_their_distributions);
    tcase_add_test(tcase, traced_jobs_are_described_by_their_columns);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

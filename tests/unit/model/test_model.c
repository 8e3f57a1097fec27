#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/model.h"
#include "model/system_list.h"

// The arrays fill the end of the struct without a hole, so a field that the list lacks shows as a
// gap.
START_TEST(list_names_every_array_of_the_system_in_order) {
    static const size_t offset[] = {
#define OFFSET(type, field, rows, columns) offsetof(sw_system, field),
        SW_SYSTEM_ARRAY_LIST(OFFSET)
#undef OFFSET
    };
    const size_t n = sizeof offset / sizeof offset[0];
    ck_assert_uint_eq(offset[0],
                      (offsetof(sw_system, n_level_max) + sizeof(int32_t) + sizeof(void *) - 1) /
                          sizeof(void *) * sizeof(void *));
    for (size_t i = 1; i < n; i++) {
        ck_assert_uint_eq(offset[i], offset[i - 1] + sizeof(void *));
    }
    ck_assert_uint_eq(offset[n - 1] + sizeof(void *), sizeof(sw_system));
}
END_TEST

START_TEST(list_gives_each_array_its_type) {
#define SAME(type, field, rows, columns)                                                           \
    ck_assert(_Generic(((sw_system *)NULL)->field, const type * : true, default : false));
    SW_SYSTEM_ARRAY_LIST(SAME)
#undef SAME
}
END_TEST

START_TEST(allocated_arrays_have_their_shape_and_are_zero) {
    sw_model *model = sw_model_create();
    ck_assert_ptr_nonnull(model);
    ck_assert_uint_eq(model->sys.struct_size, sizeof(sw_system));
    model->sys.n_site = 3;
    model->sys.n_asp = 5;
    model->sys.n_class = 7;
    model->sys.n_step = 11;
    model->sys.n_level_max = 13;
    sw_error err = {0};
    ck_assert_int_eq(sw_model_alloc(model, &err), SW_OK);

    const sw_system *sys = &model->sys;
    // Every element can be written, and none lies in another array.
    size_t n_element = 0;
#define FILL(type, field, rows, columns)                                                           \
    for (size_t i = 0; i < SW_SYSTEM_COUNT(sys, rows, columns); i++) {                             \
        const type zero = 0;                                                                       \
        ck_assert(memcmp(&sys->field[i], &zero, sizeof zero) == 0);                                \
        memset((void *)(uintptr_t)&sys->field[i], 0x5A, sizeof(type));                             \
        n_element++;                                                                               \
    }
    SW_SYSTEM_ARRAY_LIST(FILL)
#undef FILL
    ck_assert_uint_eq(n_element, 11 + 30 * 3 + 9 * 5 + 2 * 5 * 13 + 2 * 5 * 11 + 2 * 5 * 5 + 8 * 7);
    sw_model_destroy(model);
}
END_TEST

START_TEST(too_many_of_anything_is_refused_before_memory_is_taken) {
    sw_model *model = sw_model_create();
    ck_assert_ptr_nonnull(model);
    model->sys.n_asp = SW_MAX_ASP + 1;
    sw_error err = {0};
    ck_assert_int_eq(sw_model_alloc(model, &err), SW_ERR_BAD_INPUT);
    ck_assert_str_eq(err.text, "number of ASPs is 2001, allowed are 0 to 2000");
    ck_assert_ptr_null(model->arena.block);
    ck_assert_ptr_null(model->sys.steps);
    model->sys.n_asp = -1;
    ck_assert_int_eq(sw_model_alloc(model, NULL), SW_ERR_BAD_INPUT);
    model->sys.n_asp = 1;
    const struct {
        int32_t *count;
        int32_t most;
    } counts[] = {{&model->sys.n_site, 1000},
                  {&model->sys.n_class, 2000},
                  {&model->sys.n_step, 256},
                  {&model->sys.n_level_max, 64}};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        *counts[i].count = counts[i].most + 1;
        ck_assert_int_eq(sw_model_alloc(model, NULL), SW_ERR_BAD_INPUT);
        ck_assert_ptr_null(model->arena.block);
        *counts[i].count = 1;
    }
    model->sys.n_step = SW_MAX_STEP;
    ck_assert_int_eq(sw_model_alloc(model, NULL), SW_OK);
    sw_model_destroy(model);
    sw_model_destroy(NULL);
}
END_TEST

START_TEST(service_work_is_what_policies_predict) {
    const double image_work_s[4] = {1.1, 2.3, 0.7, 3.9};
    const sw_system sys = {.n_asp = 2, .n_step = 2, .asp_image_work_s = image_work_s};
    ck_assert_double_eq_tol(sw_service_work_s(&sys, 1, 0, 3, 1.5, 1), 1.5 * 3.0 * 0.7, 1e-15);
    for (int32_t images = 1; images < 50; images++) {
        const sw_job_view job = {.images = images, .work = 0.1 * images};
        ck_assert(sw_service_work_s(&sys, 1, 1, images, job.work, 1) ==
                  sw_job_work_s(&sys, &job, 1, 1));
    }
}
END_TEST

START_TEST(quality_is_logistic_between_floor_and_ceiling) {
    ck_assert_double_eq(sw_quality(0.2, 0.8, 0.25, 16.0, 16.0), 0.5);
    // 0.95 / (1 + e^-0.88), e^-0.88 = 0.4147829
    ck_assert_double_eq_tol(sw_quality(0.0, 0.95, 0.22, 16.0, 20.0), 0.6714811, 1e-6);
    ck_assert_double_eq_tol(sw_quality(0.1, 0.9, 1.0, 10.0, 1000.0), 0.9, 1e-12);
    ck_assert_double_eq_tol(sw_quality(0.1, 0.9, 1.0, 2000.0, 0.0), 0.1, 1e-12);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("model");
    TCase *tc = tcase_create("model");
    tcase_add_test(tc, list_names_every_array_of_the_system_in_order);
    tcase_add_test(tc, list_gives_each_array_its_type);
    tcase_add_test(tc, allocated_arrays_have_their_shape_and_are_zero);
    tcase_add_test(tc, too_many_of_anything_is_refused_before_memory_is_taken);
    tcase_add_test(tc, service_work_is_what_policies_predict);
    tcase_add_test(tc, quality_is_logistic_between_floor_and_ceiling);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

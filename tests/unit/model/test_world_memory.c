#include <check.h>
#include <stdlib.h>

#include "model/world.h"
#include "support/count_alloc.h"
#include "support/world_fixture.h"

// Memory taken by a world of `rate_per_s`, and that none is taken while it runs.
static int64_t calls_to_create(double rate_per_s, int64_t *n_job) {
    sw_model *model = fixture_model(1, 2, 300.0, 100);
    model->forecast = SW_FORECAST_DAY_AHEAD;
    model->forecast_sigma = 0.1;
    for (int32_t cls = 0; cls < 2; cls++) {
        fixture_workloads(model)[cls].rate = fixture_signal(model, rate_per_s);
        fixture_workloads(model)[cls].work =
            (sw_dist){.kind = SW_DIST_LOGNORMAL, .a = 1.0, .b = 0.5};
    }
    const int64_t before = count_alloc_calls();
    sw_world *world = NULL;
    const sw_status status = sw_world_create(model, 1, &world, NULL);
    const int64_t created = count_alloc_calls();

    ck_assert_int_eq(status, SW_OK);
    const int64_t ready = count_alloc_calls(); // check's own assertions take memory too

    *n_job = 0;
    sw_arrival job;
    double sum = 0.0;
    while (sw_world_next(world, &job)) {
        (*n_job)++;
    }
    for (int64_t slot = 0; slot < 100; slot++) {
        sum += sw_world_forecast(world, SW_FORECAST_JOBS, 0, slot, 0, true);
        sum += sw_world_forecast(world, SW_FORECAST_BUY, 0, slot, 0, false);
    }
    sw_world_rewind(world);
    const bool again = sw_world_next(world, &job);
    ck_assert_int_eq(count_alloc_calls(), ready);
    ck_assert(again && sum > 0.0);
    sw_world_destroy(world);
    sw_model_destroy(model);
    return created - before;
}

START_TEST(a_world_takes_the_same_memory_for_few_and_many_jobs_and_none_while_it_runs) {
    int64_t n_few = 0;
    int64_t n_many = 0;
    const int64_t few = calls_to_create(0.001, &n_few);
    const int64_t many = calls_to_create(10.0, &n_many);
    ck_assert_int_gt(n_many, 1000 * n_few);
    ck_assert_int_gt(few, 0); // the count works
    ck_assert_int_eq(few, many);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("world_memory");
    TCase *tc = tcase_create("world_memory");
    tcase_add_test(tc, a_world_takes_the_same_memory_for_few_and_many_jobs_and_none_while_it_runs);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

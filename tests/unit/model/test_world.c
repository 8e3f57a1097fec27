#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "base/fmath.h"
#include "base/rng.h"
#include "base/timegrid.h"
#include "model/arrivals.h"
#include "model/world.h"
#include "support/world_fixture.h"

static const double IMAGES[4] = {1.0, 2.0, 4.0, 8.0};
static const double IMAGES_UP_TO[4] = {0.58, 0.66, 0.85, 1.0};
static const sw_dist IMAGE_LIST = {
    .kind = SW_DIST_LIST, .n = 4, .value = IMAGES, .up_to = IMAGES_UP_TO};

static sw_world *world_of(const sw_model *model, uint64_t seed) {
    sw_world *world = NULL;
    sw_error err = {0};
    ck_assert_msg(sw_world_create(model, seed, &world, &err) == SW_OK, "%s", err.text);
    return world;
}

static sw_signal varying_signal(sw_model *model, double base, double swing) {
    double *value = fixture_alloc(model, (size_t)model->sys.n_slot, sizeof *value);
    for (int64_t slot = 0; slot < model->sys.n_slot; slot++) {
        value[slot] = base + swing * (double)((slot * 7) % 5 - 2);
    }
    return (sw_signal){.value = value, .stride = 1};
}

// A class of everything random: rates that vary and touch 0, lists, lognormals.
static sw_model *varied_model(int32_t n_class) {
    sw_model *model = fixture_model(1, n_class, 300.0, 40);
    for (int32_t cls = 0; cls < n_class; cls++) {
        sw_workload *workload = &fixture_workloads(model)[cls];
        workload->kind = cls % 2 == 0 ? SW_ARRIVAL_POISSON : SW_ARRIVAL_BURSTY;
        workload->iod = 20.0;
        workload->rate = varying_signal(model, 0.2, 0.1);
        workload->images = IMAGE_LIST;
        workload->deadline_s = (sw_dist){.kind = SW_DIST_UNIFORM, .a = 30.0, .b = 90.0};
        workload->work = (sw_dist){.kind = SW_DIST_LOGNORMAL, .a = 1.0, .b = 0.5};
    }
    return model;
}

// The rate of each slot by the definition of the bursty variant.
static double slot_rate(const sw_model *model, int32_t cls, uint64_t seed, int64_t slot) {
    const sw_workload *workload = &model->workload[cls];
    const double rate = sw_signal_at(&workload->rate, slot);
    const double mu = rate * model->sys.slot_s;
    if (workload->kind == SW_ARRIVAL_POISSON || mu == 0.0) {
        return rate;
    }
    double z = sw_rng_uniform(seed, SW_RNG_BURST, (uint32_t)cls, 0, 0) < 0.5 ? 1.0 : -1.0;
    for (int64_t n = 1; n <= slot; n++) {
        z = sw_rng_uniform(seed, SW_RNG_BURST, (uint32_t)cls, (uint64_t)n, 0) < 0.15 ? -z : z;
    }
    return rate * (1.0 + z * fmin(1.0, sqrt((workload->iod - 1.0) / mu)));
}

// Solves integral of the rate = s by walking the slots; end_s when it is never reached.
static double invert(const sw_model *model, int32_t cls, uint64_t seed, double s) {
    const double slot_s = model->sys.slot_s;
    double integral = 0.0;
    for (int64_t slot = 0; slot < model->sys.n_slot; slot++) {
        const double rate = slot_rate(model, cls, seed, slot);
        if (integral + rate * slot_s > s) {
            return (double)slot * slot_s + (s - integral) / rate;
        }
        integral += rate * slot_s;
    }
    return model->sys.end_s;
}

START_TEST(jobs_are_what_the_definition_says) {
    sw_model *model = varied_model(2);
    const uint64_t seed = 11 + ((uint64_t)1 << 40);
    sw_world *world = world_of(model, seed);
    double s[2] = {0.0, 0.0};
    uint64_t n[2] = {0, 0};
    sw_arrival job;
    int64_t n_job = 0;
    while (sw_world_next(world, &job)) {
        const uint32_t cls = (uint32_t)job.cls;
        const sw_workload *workload = &model->workload[cls];
        const uint64_t i = n[cls]++;
        s[cls] -= sw_log(sw_rng_uniform(seed, SW_RNG_ARRIVAL, cls, i, 0));
        ck_assert_double_eq_tol(job.time_s, invert(model, job.cls, seed, s[cls]), 1e-7);
        ck_assert_double_eq(job.time_s, sw_time_round(job.time_s));
        const double u_deadline = sw_rng_uniform(seed, SW_RNG_DEADLINE, cls, i, 0);
        const double u_images = sw_rng_uniform(seed, SW_RNG_IMAGES, cls, i, 0);
        const double u_work = sw_rng_uniform(seed, SW_RNG_WORK, cls, i, 0);
        ck_assert_double_eq(
            job.deadline_s,
            sw_time_round(job.time_s + sw_dist_at(&workload->deadline_s, u_deadline)));
        ck_assert_int_eq(job.images, (int)sw_dist_at(&workload->images, u_images));
        ck_assert_double_eq(job.work, sw_dist_at(&workload->work, u_work));
        ck_assert_double_eq(job.value, 1.0);
        ck_assert_int_eq(job.job, n_job++);
    }
    // The run ends only where the integral does.
    for (uint32_t cls = 0; cls < 2; cls++) {
        ck_assert_uint_gt(n[cls], 500);
        s[cls] -= sw_log(sw_rng_uniform(seed, SW_RNG_ARRIVAL, cls, n[cls], 0));
        ck_assert_double_eq(invert(model, (int32_t)cls, seed, s[cls]), model->sys.end_s);
    }
    ck_assert(!sw_world_next(world, &job));
    sw_world_destroy(world);
    sw_model_destroy(model);
}
END_TEST

START_TEST(jobs_come_in_order_for_any_number_of_classes) {
    static const int32_t counts[] = {0, 1, 2, 3, 4, 5, 8, 9, 33};
    for (size_t k = 0; k < sizeof counts / sizeof counts[0]; k++) {
        sw_model *model = varied_model(counts[k]);
        sw_world *world = world_of(model, k);
        sw_arrival last = {.time_s = 0.0, .cls = -1, .job = -1};
        sw_arrival job;
        uint64_t seen = 0;
        while (sw_world_next(world, &job)) {
            ck_assert(job.time_s > last.time_s ||
                      (job.time_s == last.time_s && job.cls >= last.cls));
            ck_assert_int_eq(job.job, last.job + 1);
            ck_assert(job.time_s < model->sys.end_s);
            seen |= (uint64_t)1 << job.cls;
            last = job;
        }
        ck_assert_uint_eq(seen, ((uint64_t)1 << counts[k]) - 1);
        sw_world_destroy(world);
        sw_model_destroy(model);
    }
}
END_TEST

// Compares what is left of two worlds; returns the number of jobs.
static int64_t expect_same(sw_world *a, sw_world *b) {
    sw_arrival x;
    sw_arrival y;
    int64_t n = 0;
    while (sw_world_next(a, &x)) {
        ck_assert(sw_world_next(b, &y));
        ck_assert_int_eq(x.job, y.job);
        ck_assert_int_eq(x.cls, y.cls);
        ck_assert_int_eq(x.images, y.images);
        ck_assert_double_eq(x.time_s, y.time_s);
        ck_assert_double_eq(x.deadline_s, y.deadline_s);
        ck_assert_double_eq(x.work, y.work);
        ck_assert_double_eq(x.value, y.value);
        n++;
    }
    ck_assert(!sw_world_next(b, &y));
    return n;
}

START_TEST(the_same_seed_gives_the_same_jobs_and_another_seed_others) {
    sw_model *model = varied_model(3);
    sw_world *a = world_of(model, 5);
    sw_world *b = world_of(model, 5);
    sw_world *c = world_of(model, 6);
    ck_assert_uint_eq(sw_world_seed(c), 6);
    ck_assert_int_gt(expect_same(a, b), 1000);
    sw_world_rewind(a);
    sw_arrival x;
    sw_arrival y;
    ck_assert(sw_world_next(a, &x) && sw_world_next(c, &y));
    ck_assert(x.time_s != y.time_s);
    sw_world_destroy(a);
    sw_world_destroy(b);
    sw_world_destroy(c);
    sw_model_destroy(model);
}
END_TEST

START_TEST(rewinding_starts_again_at_the_first_job) {
    sw_model *model = varied_model(3);
    sw_world *a = world_of(model, 5);
    sw_world *b = world_of(model, 5);
    sw_arrival job;
    for (int i = 0; i < 777; i++) {
        ck_assert(sw_world_next(a, &job));
    }
    sw_world_rewind(a);
    const int64_t n = expect_same(a, b);
    sw_world_rewind(a);
    sw_world_rewind(b);
    ck_assert_int_eq(expect_same(a, b), n);
    sw_world_destroy(a);
    sw_world_destroy(b);
    sw_model_destroy(model);
}
END_TEST

START_TEST(a_change_of_one_distribution_moves_no_other_draw) {
    sw_model *model = varied_model(3);
    sw_model *other = varied_model(3);
    fixture_workloads(other)[1].deadline_s = fixture_constant((double)INFINITY);
    fixture_workloads(other)[2].work = fixture_constant(1.25);
    sw_world *a = world_of(model, 3);
    sw_world *b = world_of(other, 3);
    sw_arrival x;
    sw_arrival y;
    while (sw_world_next(a, &x)) {
        ck_assert(sw_world_next(b, &y));
        ck_assert_double_eq(x.time_s, y.time_s);
        ck_assert_int_eq(x.cls, y.cls);
        ck_assert_int_eq(x.images, y.images);
        ck_assert(y.cls == 1 ? isinf(y.deadline_s) : x.deadline_s == y.deadline_s);
        ck_assert_double_eq(y.work, y.cls == 2 ? 1.25 : x.work);
    }
    ck_assert(!sw_world_next(b, &y));
    sw_world_destroy(a);
    sw_world_destroy(b);
    sw_model_destroy(model);
    sw_model_destroy(other);
}
END_TEST

START_TEST(traces_are_merged_by_time_then_class_then_row) {
    static const double first_s[5] = {0.0, 1.0, 1.0, 2.0, 11.0};
    static const double second_s[4] = {0.5, 1.0, 2.0, 3.0};
    static const double deadline_s[4] = {5.0, (double)INFINITY, 7.0, 8.0};
    static const double value[4] = {1.0, 2.0, 3.0, 4.0};
    static const double work[4] = {0.5, 0.6, 0.7, 0.8};
    static const int32_t images[4] = {4, 3, 2, 1};
    sw_model *model = fixture_model(1, 2, 5.0, 2);
    fixture_workloads(model)[0].kind = SW_ARRIVAL_TRACE;
    fixture_workloads(model)[0].trace = (sw_job_trace){.n = 5, .arrival_s = first_s};
    fixture_workloads(model)[1].kind = SW_ARRIVAL_TRACE;
    fixture_workloads(model)[1].trace = (sw_job_trace){.n = 4,
                                                       .arrival_s = second_s,
                                                       .images = images,
                                                       .deadline_s = deadline_s,
                                                       .value = value,
                                                       .work = work};
    // The row at 11 s lies beyond the end and is not part of the run.
    static const int32_t cls[8] = {0, 1, 0, 0, 1, 0, 1, 1};
    static const double time_s[8] = {0.0, 0.5, 1.0, 1.0, 1.0, 2.0, 2.0, 3.0};
    sw_world *world = world_of(model, 0);
    sw_arrival job;
    int row = 0;
    for (int i = 0; i < 8; i++) {
        ck_assert(sw_world_next(world, &job));
        ck_assert_int_eq(job.job, i);
        ck_assert_int_eq(job.cls, cls[i]);
        ck_assert_double_eq(job.time_s, time_s[i]);
        if (job.cls == 0) {
            ck_assert_int_eq(job.images, 1);
            ck_assert_double_eq(job.deadline_s, job.time_s + 60.0);
            ck_assert_double_eq(job.value, 1.0);
            ck_assert_double_eq(job.work, 1.0);
        } else {
            ck_assert_int_eq(job.images, images[row]);
            ck_assert(job.deadline_s == job.time_s + deadline_s[row]);
            ck_assert_double_eq(job.value, value[row]);
            ck_assert_double_eq(job.work, work[row]);
            row++;
        }
    }
    ck_assert(!sw_world_next(world, &job));
    sw_world_destroy(world);
    sw_model_destroy(model);
}
END_TEST

START_TEST(a_long_trace_is_handed_out_whole) {
    enum { N = 5 * SW_ARRIVAL_BLOCK };
    for (int64_t n = N - 2; n <= N; n++) {
        sw_model *model = fixture_model(1, 1, 1000.0, 1);
        double *time_s = fixture_alloc(model, N, sizeof *time_s);
        for (int64_t i = 0; i < n; i++) {
            time_s[i] = (double)(i / 3);
        }
        fixture_workloads(model)[0].kind = SW_ARRIVAL_TRACE;
        fixture_workloads(model)[0].trace = (sw_job_trace){.n = n, .arrival_s = time_s};
        fixture_workloads(model)[0].images = IMAGE_LIST;
        sw_world *world = world_of(model, 4);
        sw_arrival job;
        for (int64_t i = 0; i < n; i++) {
            ck_assert(sw_world_next(world, &job));
            ck_assert_double_eq(job.time_s, time_s[i]);
            const double u = sw_rng_uniform(4, SW_RNG_IMAGES, 0, (uint64_t)i, 0);
            ck_assert_int_eq(job.images, (int)sw_dist_at(&IMAGE_LIST, u));
        }
        ck_assert(!sw_world_next(world, &job));
        sw_world_destroy(world);
        sw_model_destroy(model);
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("world");
    TCase *tc = tcase_create("world");
    tcase_add_test(tc, jobs_are_what_the_definition_says);
    tcase_add_test(tc, jobs_come_in_order_for_any_number_of_classes);
    tcase_add_test(tc, the_same_seed_gives_the_same_jobs_and_another_seed_others);
    tcase_add_test(tc, rewinding_starts_again_at_the_first_job);
    tcase_add_test(tc, a_change_of_one_distribution_moves_no_other_draw);
    tcase_add_test(tc, traces_are_merged_by_time_then_class_then_row);
    tcase_add_test(tc, a_long_trace_is_handed_out_whole);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

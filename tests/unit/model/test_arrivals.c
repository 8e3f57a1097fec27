#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "base/timegrid.h"
#include "model/arrivals.h"
#include "support/world_fixture.h"

enum { N_SLOT = 2000 };

// Counts the jobs of class 0 in each slot; returns how many there are.
static int64_t count_slots(const sw_model *model, uint64_t seed, double count[N_SLOT]) {
    for (int slot = 0; slot < N_SLOT; slot++) {
        count[slot] = 0.0;
    }
    sw_arrival_clock clock;
    sw_arrival_clock_init(&clock, &model->sys, model->workload, 0, seed);
    double time_s[SW_ARRIVAL_BLOCK];
    int64_t total = 0;
    for (int n; (n = sw_arrival_clock_next(&clock, time_s)) > 0;) {
        for (int i = 0; i < n; i++) {
            count[(int)(time_s[i] / model->sys.slot_s)] += 1.0;
        }
        total += n;
    }
    return total;
}

static double mean_of(const double *x, int n) {
    double sum = 0.0;
    for (int i = 0; i < n; i++) {
        sum += x[i];
    }
    return sum / n;
}

// Covariance of x with itself `lag` later.
static double covariance(const double *x, int n, int lag) {
    const double mean = mean_of(x, n);
    double sum = 0.0;
    for (int i = lag; i < n; i++) {
        sum += (x[i] - mean) * (x[i - lag] - mean);
    }
    return sum / (n - lag);
}

static sw_model *constant_rate(sw_arrival_kind kind, double rate, double iod) {
    sw_model *model = fixture_model(0, 1, 300.0, N_SLOT);
    fixture_workloads(model)[0].kind = kind;
    fixture_workloads(model)[0].rate = fixture_signal(model, rate);
    fixture_workloads(model)[0].iod = iod;
    return model;
}

START_TEST(poisson_counts_have_variance_equal_to_their_mean) {
    sw_model *model = constant_rate(SW_ARRIVAL_POISSON, 1.0, 1.0);
    double count[N_SLOT];
    const int64_t n = count_slots(model, 42, count);
    // Five standard deviations of the total and of the variance of 2,000 counts.
    ck_assert_double_eq_tol((double)n, 300.0 * N_SLOT, 5.0 * sqrt(300.0 * N_SLOT));
    const double iod = covariance(count, N_SLOT, 0) / mean_of(count, N_SLOT);
    ck_assert_double_eq_tol(iod, 1.0, 5.0 * sqrt(2.0 / N_SLOT));
    ck_assert_double_eq_tol(covariance(count, N_SLOT, 1) / covariance(count, N_SLOT, 0), 0.0,
                            5.0 / sqrt((double)N_SLOT));
    sw_model_destroy(model);
}
END_TEST

START_TEST(bursty_counts_have_their_index_of_dispersion_and_correlation) {
    sw_model *model = constant_rate(SW_ARRIVAL_BURSTY, 4.0, 60.0);
    double count[N_SLOT];
    (void)count_slots(model, 42, count);
    const double variance = covariance(count, N_SLOT, 0);
    ck_assert_double_eq_tol(variance / mean_of(count, N_SLOT), 60.0, 6.0);
    // 0.7 for the state itself; the Poisson part, 1/60 of the variance, has none.
    ck_assert_double_eq_tol(covariance(count, N_SLOT, 1) / variance, 0.7 * 59.0 / 60.0, 0.06);
    ck_assert_double_eq_tol(mean_of(count, N_SLOT), 1200.0, 30.0);
    sw_model_destroy(model);
}
END_TEST

START_TEST(bursts_start_high_and_low_alike) {
    sw_model *model = constant_rate(SW_ARRIVAL_BURSTY, 4.0, 60.0);
    int n_high = 0;
    for (uint64_t seed = 0; seed < 400; seed++) {
        sw_arrival_clock clock;
        sw_arrival_clock_init(&clock, &model->sys, model->workload, 0, seed);
        n_high += clock.high ? 1 : 0;
    }
    ck_assert_int_gt(n_high, 150);
    ck_assert_int_lt(n_high, 250);
    sw_model_destroy(model);
}
END_TEST

START_TEST(bursts_of_a_small_class_swing_between_nothing_and_double) {
    sw_model *model = constant_rate(SW_ARRIVAL_BURSTY, 0.1, 60.0); // 30 jobs a slot < IOD - 1
    double count[N_SLOT];
    (void)count_slots(model, 3, count);
    int n_empty = 0;
    for (int slot = 0; slot < N_SLOT; slot++) {
        n_empty += count[slot] == 0.0 ? 1 : 0;
        ck_assert(count[slot] == 0.0 || (count[slot] > 20.0 && count[slot] < 110.0));
    }
    ck_assert_int_gt(n_empty, N_SLOT / 3);
    ck_assert_int_lt(n_empty, 2 * N_SLOT / 3);
    sw_model_destroy(model);
}
END_TEST

START_TEST(an_index_of_dispersion_of_1_is_poisson) {
    sw_model *poisson = constant_rate(SW_ARRIVAL_POISSON, 1.0, 1.0);
    sw_model *bursty = constant_rate(SW_ARRIVAL_BURSTY, 1.0, 1.0);
    double a[N_SLOT];
    double b[N_SLOT];
    (void)count_slots(poisson, 1, a);
    (void)count_slots(bursty, 1, b);
    for (int slot = 0; slot < N_SLOT; slot++) {
        ck_assert_double_eq(a[slot], b[slot]);
    }
    sw_model_destroy(poisson);
    sw_model_destroy(bursty);
}
END_TEST

START_TEST(jobs_follow_a_rate_that_varies) {
    sw_model *model = constant_rate(SW_ARRIVAL_POISSON, 0.0, 1.0);
    double *rate = fixture_alloc(model, N_SLOT, sizeof *rate);
    for (int slot = 0; slot < N_SLOT; slot++) {
        rate[slot] = slot % 10 < 5 ? 0.0 : (double)(slot % 10);
    }
    fixture_workloads(model)[0].rate = (sw_signal){.value = rate, .stride = 1};
    double count[N_SLOT];
    (void)count_slots(model, 8, count);
    double total[10] = {0};
    for (int slot = 0; slot < N_SLOT; slot++) {
        total[slot % 10] += count[slot];
    }
    for (int k = 0; k < 10; k++) {
        const double expected = k < 5 ? 0.0 : (double)k * 300.0 * (N_SLOT / 10.0);
        ck_assert_double_eq_tol(total[k], expected, 5.0 * sqrt(expected) + 1e-9);
    }
    sw_model_destroy(model);
}
END_TEST

START_TEST(times_within_a_slot_are_uniform) {
    sw_model *model = constant_rate(SW_ARRIVAL_BURSTY, 1.0, 30.0);
    sw_arrival_clock clock;
    sw_arrival_clock_init(&clock, &model->sys, model->workload, 0, 12);
    double time_s[SW_ARRIVAL_BLOCK];
    int64_t total = 0;
    int64_t bin[10] = {0};
    for (int n; (n = sw_arrival_clock_next(&clock, time_s)) > 0; total += n) {
        for (int i = 0; i < n; i++) {
            bin[(int)(fmod(time_s[i], 300.0) / 30.0)]++;
        }
    }
    for (int k = 0; k < 10; k++) {
        ck_assert_double_eq_tol((double)bin[k], (double)total / 10.0,
                                5.0 * sqrt((double)total / 10.0));
    }
    sw_model_destroy(model);
}
END_TEST

START_TEST(a_class_without_jobs_ends_at_once) {
    sw_model *model = constant_rate(SW_ARRIVAL_BURSTY, 0.0, 60.0);
    double count[N_SLOT];
    ck_assert_int_eq(count_slots(model, 8, count), 0);
    fixture_workloads(model)[0].kind = SW_ARRIVAL_TRACE;
    ck_assert_int_eq(count_slots(model, 8, count), 0);
    sw_model_destroy(model);
}
END_TEST

START_TEST(rounding_never_gives_a_job_at_the_end) {
    // So many jobs in so short a slot that the last ones lie within a grid step of its end.
    sw_model *model = fixture_model(0, 1, 0x1p-20, 4);
    fixture_workloads(model)[0].rate = fixture_signal(model, 0x1p+32);
    int64_t n_job = 0;
    double last_s = 0.0;
    sw_arrival_source source;
    for (sw_arrival_source_init(&source, &model->sys, model->workload, 0, 5); source.n > 0;
         sw_arrival_source_next(&source)) {
        for (int i = 0; i < source.n; i++) {
            ck_assert(source.time_s[i] >= last_s && source.time_s[i] < 0x1p-18);
            last_s = source.time_s[i];
        }
        n_job += source.n;
    }
    // Of 16,384 jobs expected, those of the last half step of 512 are cut: 16,368.
    ck_assert_double_eq_tol((double)n_job, 16368.0, 5.0 * 128.0);
    ck_assert_double_eq(last_s, 0x1p-18 - 0x1p-27);
    sw_model_destroy(model);
}
END_TEST

START_TEST(a_year_of_jobs_keeps_rate_order_and_grid) {
    enum { N_YEAR = 105120, N_MONTH = 12 };
    const double rate = 0.05;
    sw_model *model = fixture_model(0, 1, 300.0, N_YEAR);
    fixture_workloads(model)[0].rate = fixture_signal(model, rate);
    sw_arrival_clock clock;
    sw_arrival_clock_init(&clock, &model->sys, model->workload, 0, 3);
    double time_s[SW_ARRIVAL_BLOCK];
    double last_s = 0.0;
    int64_t n_wrong = 0;
    double month[N_MONTH] = {0.0};
    for (int n; (n = sw_arrival_clock_next(&clock, time_s)) > 0;) {
        for (int i = 0; i < n; i++) {
            n_wrong += time_s[i] < last_s || time_s[i] >= model->sys.end_s;
            n_wrong += time_s[i] != sw_time_round(time_s[i]);
            last_s = time_s[i];
            month[(int)(time_s[i] / model->sys.end_s * N_MONTH)] += 1.0;
        }
    }
    ck_assert_int_eq(n_wrong, 0);
    const double expected = rate * model->sys.end_s / N_MONTH;
    for (int k = 0; k < N_MONTH; k++) {
        ck_assert_double_eq_tol(month[k], expected, 4.0 * sqrt(expected));
    }
    sw_model_destroy(model);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("arrivals");
    TCase *tc = tcase_create("arrivals");
    tcase_add_test(tc, poisson_counts_have_variance_equal_to_their_mean);
    tcase_add_test(tc, bursty_counts_have_their_index_of_dispersion_and_correlation);
    tcase_add_test(tc, bursts_start_high_and_low_alike);
    tcase_add_test(tc, bursts_of_a_small_class_swing_between_nothing_and_double);
    tcase_add_test(tc, an_index_of_dispersion_of_1_is_poisson);
    tcase_add_test(tc, jobs_follow_a_rate_that_varies);
    tcase_add_test(tc, times_within_a_slot_are_uniform);
    tcase_add_test(tc, a_class_without_jobs_ends_at_once);
    tcase_add_test(tc, rounding_never_gives_a_job_at_the_end);
    tcase_add_test(tc, a_year_of_jobs_keeps_rate_order_and_grid);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

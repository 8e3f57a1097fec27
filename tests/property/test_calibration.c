// Generators against measured series: prices of four zones, arrivals of three services. The data
// lie beside the repository; without them the tests say so and pass.
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "model/synth_fit.h"

#define DATA "../shared/data/"

enum { N_SEED = 20, LENGTHS = 4, MAX_ROWS = 40000 };

static double rows[MAX_ROWS];

static FILE *open_data(const char *name) {
    char path[200];
    (void)snprintf(path, sizeof path, DATA "%s", name);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        (void)printf("skipped: no %s\n", path);
    }
    return file;
}

// Expects the greater of a share of the measured value and a difference.
static void expect_close(const char *what, double real, double made, double share,
                         double difference) {
    const double most = fmax(share * fabs(real), difference);
    ck_assert_msg(fabs(made - real) <= most, "%s: measured %g, generated %g, allowed +-%g", what,
                  real, made, most);
}

static void expect_hours_close(const sw_synth_stats *real, const sw_synth_stats *made) {
    expect_close("mean", real->mean, made->mean, 0.05, 0.0);
    expect_close("sd", real->sd, made->sd, 0.15, 0.0);
    expect_close("lag-1", real->lag1, made->lag1, 0.0, 0.05);
    expect_close("share of spikes", real->spike, made->spike, 0.3, 0.005);
    expect_close("share below 0", real->low, made->low, 0.3, 0.005);
    for (int h = 0; h < 24; h++) {
        expect_close("profile", real->profile[h], made->profile[h], 0.05, 0.1);
    }
}

static void compare(const sw_synth_sample *sample, const sw_synth *synth, sw_synth_stats *real,
                    sw_synth_stats *made) {
    sw_error err = {0};
    ck_assert_msg(sw_synth_stats_of(sample, real, &err) == SW_OK, "%s", err.text);
    ck_assert_msg(sw_synth_trials(synth, sample, LENGTHS * sample->n, N_SEED, made, &err) == SW_OK,
                  "%s", err.text);
}

static const struct zone {
    const char *file;
    const char *generator;
    double start_local_s;
} zones[] = {
    {"prices/US-MIDA-PJM_electricity_prices_2023.csv", "price-pjm", 1672531200.0},
    {"prices/US-CAL-CISO_electricity_prices_2023.csv", "price-caiso", 1672444800.0},
    {"prices/US-TEX-ERCO_electricity_prices_2023.csv", "price-ercot", 1672531200.0},
    {"prices/DE-LU_electricity_prices_2023.csv", "price-de", 1672531200.0},
};

START_TEST(prices_are_like_those_of_their_zone) {
    const struct zone *zone = &zones[_i];
    FILE *file = open_data(zone->file);
    if (file == NULL) {
        return;
    }
    char line[200];
    int64_t n = 0;
    ck_assert_ptr_nonnull(fgets(line, sizeof line, file));
    while (fgets(line, sizeof line, file) != NULL && n < MAX_ROWS) {
        rows[n++] = strtod(strchr(line, ',') + 1, NULL);
    }
    (void)fclose(file);
    sw_synth synth;
    sw_error err = {0};
    ck_assert_int_eq(sw_synth_parse(zone->generator, &synth, &err), SW_OK);
    synth.fine = 0.0; // hours do not see it
    const sw_synth_sample sample = {
        .n = n, .value = rows, .interval_s = 3600.0, .start_local_s = zone->start_local_s};
    sw_synth_stats real;
    sw_synth_stats made;
    compare(&sample, &synth, &real, &made);
    expect_hours_close(&real, &made);
    // What was published was estimated from this very file.
    if (_i == 0) {
        sw_synth fitted;
        ck_assert_int_eq(sw_synth_fit(&sample, SW_SYNTH_PRICE, &fitted, &err), SW_OK);
        ck_assert_double_eq_tol(fitted.fast_ar, synth.fast_ar, 0.005);
        ck_assert_double_eq_tol(fitted.table[20], synth.table[20], 0.1);
    }
}
END_TEST

// Counts the times of a file in intervals; `first_s` is the first one's begin.
static int64_t count_times(FILE *file, double (*time_of)(const char *), double first_s,
                           double interval_s, int64_t n) {
    char line[400];
    ck_assert_ptr_nonnull(fgets(line, sizeof line, file));
    memset(rows, 0, sizeof rows);
    while (fgets(line, sizeof line, file) != NULL) {
        const double at = floor((time_of(line) - first_s) / interval_s);
        if (at >= 0.0 && at < (double)n) {
            rows[(int64_t)at] += 1.0 / interval_s;
        }
    }
    (void)fclose(file);
    return n;
}

static double date_of(const char *line) {
    char date[20] = "";
    double unix_s = (double)NAN;
    memcpy(date, line, 19);
    ck_assert_msg(sw_date_parse(date, &unix_s), "%s", date);
    return unix_s;
}

static double creation_of(const char *line) {
    const char *field = line;
    for (int i = 0; i < 8; i++) {
        field = strchr(field, ',') + 1;
    }
    return strtod(field, NULL);
}

START_TEST(arrivals_are_like_image_requests_of_a_production_service) {
    FILE *file = open_data("arrivals/alibaba_genai_lora_request_trace_2024-11-15_12-01.csv");
    if (file == NULL) {
        return;
    }
    const double first_s = 1731715200.0 + 7 * 3600.0; // the published clock runs 7 h late
    const sw_synth_sample sample = {.n = count_times(file, date_of, first_s, 300.0, INT64_C(15) * 288),
                                    .value = rows,
                                    .interval_s = 300.0,
                                    .start_local_s = first_s - 7 * 3600.0};
    sw_synth synth;
    sw_synth_stats real;
    sw_synth_stats made;
    ck_assert_int_eq(sw_synth_parse("rate-genai", &synth, NULL), SW_OK);
    compare(&sample, &synth, &real, &made);
    expect_hours_close(&real, &made);
    expect_close("dispersion", real.dispersion, made.dispersion, 0.15, 0.0);
}
END_TEST

START_TEST(arrivals_are_like_pods_of_a_gpu_cluster) {
    FILE *file = open_data("arrivals/openb_pod_list_default_head.csv");
    if (file == NULL) {
        return;
    }
    const sw_synth_sample sample = {
        .n = count_times(file, creation_of, 115 * 86400.0, 300.0, INT64_C(9) * 288),
        .value = rows,
        .interval_s = 300.0,
        .start_local_s = 115 * 86400.0};
    sw_synth synth;
    sw_error err = {0};
    sw_synth_stats real;
    sw_synth_stats made;
    ck_assert_msg(sw_synth_fit(&sample, SW_SYNTH_RATE, &synth, &err) == SW_OK, "%s", err.text);
    compare(&sample, &synth, &real, &made);
    expect_hours_close(&real, &made);
    expect_close("dispersion", real.dispersion, made.dispersion, 0.15, 0.0);
}
END_TEST

START_TEST(arrivals_are_like_an_hour_of_conversations) {
    FILE *file = open_data("arrivals/AzureLLMInferenceTrace_conv.csv");
    if (file == NULL) {
        return;
    }
    // One hour has no profile: its 11 whole intervals give a mean and a dispersion.
    enum { N = 11 };
    const double first_s = 1700158546.0; // 2023-11-16T18:15:46Z
    (void)count_times(file, date_of, first_s, 300.0, N);
    double mean = 0.0;
    double variance = 0.0;
    for (int i = 0; i < N; i++) {
        mean += rows[i] / N;
    }
    for (int i = 0; i < N; i++) {
        variance += (rows[i] - mean) * (rows[i] - mean) / (N - 1);
    }
    sw_synth synth;
    sw_synth_stats made;
    const sw_synth_sample clock = {.interval_s = 300.0, .start_local_s = 1700158800.0};
    ck_assert_int_eq(sw_synth_parse("rate-llm", &synth, NULL), SW_OK);
    ck_assert_int_eq(sw_synth_trials(&synth, &clock, INT64_C(2) * 288, N_SEED, &made, NULL), SW_OK);
    expect_close("mean", mean, made.mean, 0.05, 0.0);
    expect_close("dispersion", variance * 300.0 / mean, made.dispersion, 0.15, 0.0);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("calibration");
    TCase *tcase = tcase_create("all");
    tcase_add_loop_test(tcase, prices_are_like_those_of_their_zone, 0,
                        (int)(sizeof zones / sizeof *zones));
    tcase_add_test(tcase, arrivals_are_like_image_requests_of_a_production_service);
    tcase_add_test(tcase, arrivals_are_like_pods_of_a_gpu_cluster);
    tcase_add_test(tcase, arrivals_are_like_an_hour_of_conversations);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

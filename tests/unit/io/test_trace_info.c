// Statistics of traces: small series worked out by hand or with numpy, and what the texts and JSON
// say.
#include "support/put_file.h"

#include <math.h>
#include <stdlib.h>

#include "io/series_stats.h"
#include "io/trace_info.h"

static void near(double got, double want) {
    ck_assert_msg(fabs(got - want) <= 1e-12 * fmax(1.0, fabs(want)), "%.17g, not %.17g", got, want);
}

START_TEST(statistics_are_those_of_numpy) {
    // np.std(x, ddof=1), np.quantile(x, q); a = x-x.mean(); (a[1:]*a[:-1]).sum()/(a*a).sum()
    const double x[] = {3, -1, 4, -1, 5, 9, -2, 6};
    const double t[] = {0, 3600, 7200, 86400, 90000, 93600, 3599, -1};
    sw_series_stats s;
    ck_assert(sw_series_stats_of(x, t, 8, &s));
    ck_assert_int_eq(s.n, 8);
    near(s.mean, 2.875);
    near(s.sd, 3.9074105418879577);
    near(s.lag1, -0.46330409356725144);
    near(s.negative_share, 0.375);
    near(s.quantile[0], -1.93);
    near(s.quantile[2], -1);
    near(s.quantile[3], 3.5);
    near(s.quantile[6], 8.79);
    near(s.hour_mean[0], 0); // 3, -1, -2
    near(s.hour_mean[1], 2);
    near(s.hour_mean[2], 6.5);
    near(s.hour_mean[23], 6); // a second before the start is 23:59:59
    ck_assert(isnan(s.hour_mean[3]));
}
END_TEST

START_TEST(missing_and_constant_values_give_no_numbers_out_of_nothing) {
    const double x[] = {NAN, 2, NAN, 2, 2};
    sw_series_stats s;
    ck_assert(sw_series_stats_of(x, NULL, 5, &s));
    ck_assert(s.n == 3 && s.n_missing == 2);
    near(s.sd, 0);
    ck_assert(isnan(s.lag1) && isnan(s.hour_mean[0]));
    ck_assert(sw_series_stats_of(x, NULL, 1, &s));
    ck_assert(s.n == 0 && isnan(s.mean) && isnan(s.quantile[3]));
}
END_TEST

// Describes a text as a trace; returns the print or JSON, which lives until the next call.
static const char *told(const char *text, bool as_json) {
    static char got[20000];
    const char *path = put(text);
    sw_error err = {0};
    sw_trace_info *info = NULL;
    ck_assert_msg(sw_trace_info_load(path, 0, &info, &err) == SW_OK, "%s", err.text);
    unlink(path);
    memset(got, 0, sizeof got);
    FILE *out = fmemopen(got, sizeof got - 1, "w");
    if (as_json) {
        sw_json json;
        sw_json_init(&json, out);
        sw_trace_info_json(info, &json);
        ck_assert(sw_json_finish(&json));
    } else {
        sw_trace_info_print(info, out);
    }
    (void)fclose(out);
    sw_trace_info_unload(info);
    return got;
}

static void contains(const char *text, const char *part) {
    ck_assert_msg(strstr(text, part) != NULL, "'%s' lacks '%s'", text, part);
}

START_TEST(a_signal_trace_is_described) {
    const char *text = "time,a_c,b\n2025-01-01T00:00Z,1,\n2025-01-01T01:00Z,2,5\n"
                       "2025-01-01T02:00Z,3,5\n2025-01-01T05:00Z,-4,5\n";
    const char *got = told(text, false);
    contains(got, "signal trace, 4 rows");
    contains(got, "from 2025-01-01T00:00:00Z to 2025-01-01T05:00:00Z");
    contains(got, "every 3600 s, gaps 1, longest interval 10800 s");
    contains(got, "a_c (c)\n  values 4, missing 0\n  min -4, mean 0.5, max 3");
    contains(got, "b\n  values 3, missing 1");
    contains(got, "02 h             3  ########################################\n");
    contains(got, "00 h             1  #############################\n"); // 5/7 of 40
    got = told(text, true);
    contains(got, "\"kind\": \"signals\", \"rows\": 4");
    contains(got, "\"gaps\": 1");
    contains(got, "\"name\": \"b\", \"unit\": null, \"n\": 3, \"missing\": 1");
    contains(got, "\"lag1\": null");
}
END_TEST

START_TEST(a_job_trace_is_described) {
    // Windows of 60 s from the first job on: 3, 0, 1, 1 jobs (the last one is not whole): mean 1,
    // sum of squares 10 (of 3): counts 3, 0, 1 in whole windows: mean 4/3, variance 7/3,
    // index 1.75.
    const char *got = told("arrival_s,images\n10,1\n20,2\n30,3\n150,4\n210,5\n", true);
    contains(got, "\"kind\": \"jobs\", \"rows\": 5");
    contains(got, "\"interval_s\": 50");
    contains(got, "\"rate_per_s\": 0.02");
    contains(got, "\"dispersion\": [{\"window_s\": 60, \"index\": 1.75");
    contains(got, "{\"window_s\": 300, \"index\": null}");
    contains(told("arrival_s,images\n10,1\n20,2\n", false), "rate 0.1 jobs/s");
}
END_TEST

START_TEST(a_long_silence_between_jobs_counts_as_empty_windows) {
    // 61 windows: 1 job in the first, none in 59, and one that opens the last and is whole.
    const char *got = told("arrival_s\n0\n3600\n3665\n", true);
    // counts 1, 0 x 59, 1: mean 2/61, variance (2 - 4/61)/60, index (61/2)(2 - 4/61)/60 = 59/60
    contains(got, "\"dispersion\": [{\"window_s\": 60, \"index\": 0.98333");
}
END_TEST

START_TEST(spikes_and_the_day_before_are_found) {
    // Two weeks by hours: a level of 20 (40 in the second week), every 24th hour high.
    enum { N = 336 };
    double x[N];
    double t[N];
    for (int i = 0; i < N; i++) {
        const double level = i < N / 2 ? 20 : 40;
        t[i] = 3600.0 * i;
        x[i] =
            i % 24 == 18 ? level + 60 : level; // 80 is above 3 x 20 and 20 + 50; 100 below 3 x 40
    }
    x[5] = 65; // above 3 x 20, not above 70
    near(sw_series_spikes(x, t, N), 7.0 / N);
    sw_series_stats s;
    ck_assert(sw_series_stats_of(x, t, N, &s));
    double squares = 0;
    double products = 0;
    for (int i = 0; i < N; i++) {
        squares += (x[i] - s.mean) * (x[i] - s.mean) / N;
        products += i < 24 ? 0 : (x[i] - s.mean) * (x[i - 24] - s.mean) / (N - 24);
    }
    near(s.lag_day, products / squares);
    ck_assert(isnan(sw_series_correlation(x, t, 1)));
    const double up[] = {1, 2, NAN, 3};
    const double down[] = {6, 4, 9, 2};
    near(sw_series_correlation(up, down, 4), -1);
}
END_TEST

// Compares two texts as traces; returns the print or JSON, which lives until the next call.
static const char *compared(const char *a, const char *b, bool as_json) {
    static char got[20000];
    const char *text[] = {a, b};
    sw_trace_info *info[2] = {NULL, NULL};
    sw_error err = {0};
    for (int i = 0; i < 2; i++) {
        const char *path = put(text[i]);
        ck_assert_msg(sw_trace_info_load(path, 0, &info[i], &err) == SW_OK, "%s", err.text);
        unlink(path);
    }
    memset(got, 0, sizeof got);
    FILE *out = fmemopen(got, sizeof got - 1, "w");
    sw_json json;
    sw_json_init(&json, out);
    if (as_json) {
        sw_trace_compare_json(info[0], info[1], &json);
        ck_assert(sw_json_finish(&json));
    } else {
        sw_trace_compare_print(info[0], info[1], out);
    }
    (void)fclose(out);
    sw_trace_info_unload(info[0]);
    sw_trace_info_unload(info[1]);
    return got;
}

START_TEST(two_signals_are_compared_by_name_unit_or_as_the_only_ones) {
    const char *a = "time,p_usd_per_mwh,t_c\n2025-01-01T00:00Z,1,5\n2025-01-01T01:00Z,2,6\n"
                    "2025-01-01T02:00Z,3,7\n";
    const char *b = "time,q_usd_per_mwh,t_c,u\n2025-01-01T01:00Z,2.5,6,0\n"
                    "2025-01-01T02:00Z,-4,7,0\n2025-01-01T03:00Z,3,8,0\n";
    const char *got = compared(a, b, false);
    contains(got, "p_usd_per_mwh (A) and q_usd_per_mwh (B)\n");
    contains(got, "  mean                            2          0.5         -1.5\n");
    contains(got, "  below zero, %                   0       33.333       33.333\n");
    contains(got, "at 2 common times: B - A mean -3.25, rms 4.9624; correlation -1.000");
    contains(got, "    02 h             3           -4  o#######");
    contains(got, "t_c (A) and t_c (B)");
    contains(got, "    03 h             -            8  ");
    got = compared(a, b, true);
    contains(got, "{\"a\": \"t_c\", \"b\": \"t_c\", \"mean\": [6, 7]");
    contains(got, "\"common_times\": 2, \"mean_difference\": 0");
    contains(compared("time_s,a\n0,1\n1,2\n", "time_s,b\n0,1\n1,2\n", false), "a (A) and b (B)");
    contains(compared("time_s,a,c\n0,1,1\n1,2,2\n", "time_s,b\n0,1\n1,2\n", false),
             "c (A): no series of B belongs to it");
}
END_TEST

START_TEST(two_job_traces_are_compared_and_never_with_a_signal) {
    const char *jobs = "arrival_s,images\n10,1\n20,2\n30,3\n150,4\n210,5\n";
    const char *got = compared(jobs, "arrival_s,images\n0,1\n10,2\n", false);
    contains(got, "  jobs                            5            2           -3\n");
    contains(got, "  rate, jobs/s                 0.02          0.1         0.08\n");
    contains(got, "images (A) and images (B)");
    contains(compared(jobs, "time_s,a\n0,1\n1,2\n", false), "have nothing to compare");
}
END_TEST

START_TEST(a_bad_file_is_refused) {
    sw_error err = {0};
    sw_trace_info *info = NULL;
    const char *path = put("arrival_s\n5\n1\n");
    ck_assert_int_eq(sw_trace_info_load(path, 0, &info, &err), SW_ERR_BAD_INPUT);
    assert_says(err, ":3: arrival_s");
    unlink(path);
    ck_assert_ptr_null(info);
}
END_TEST

int main(void) {
    TCase *tc = tcase_create("trace info");
    tcase_add_test(tc, statistics_are_those_of_numpy);
    tcase_add_test(tc, missing_and_constant_values_give_no_numbers_out_of_nothing);
    tcase_add_test(tc, a_signal_trace_is_described);
    tcase_add_test(tc, a_job_trace_is_described);
    tcase_add_test(tc, a_long_silence_between_jobs_counts_as_empty_windows);
    tcase_add_test(tc, spikes_and_the_day_before_are_found);
    tcase_add_test(tc, two_signals_are_compared_by_name_unit_or_as_the_only_ones);
    tcase_add_test(tc, two_job_traces_are_compared_and_never_with_a_signal);
    tcase_add_test(tc, a_bad_file_is_refused);
    Suite *suite = suite_create("trace info");
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

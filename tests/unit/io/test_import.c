// Importers: small files for every trap of a format, and published files against numbers computed
// with pandas.
//
// The golden numbers come from /usr/bin/python3 with pandas, run in the folder of the files:
//   W0, W1 = '2023-07-16T04:00:00Z', '2023-07-23T04:00:00Z'
//   d = pd.read_csv(FILE); t = pd.to_datetime(d.iloc[:,0], utc=True)
//   v = d.iloc[:,1 (price), 4 (direct), 5 (LCA)][(t >= W0) & (t < W1)]
//   v.mean(), v.std(), v.max(), v.quantile(.95); a = v - v.mean();
//   (a[1:].values*a[:-1].values).sum()/(a**2).sum()
// EPW: pd.read_csv(FILE, skiprows=8, header=None), t = to_datetime(dict(year=2023, month=d[1],
// day=d[2], hour=d[3]-1)) - zone, d[6] Wind: t = day + (Period-1)*5 min + 6 h,
// d['317_WIND_1']/799.1 Requests: rows of status SUCCEED with images and steps; r =
// exec.clip(lower=.5)/(images*steps); w = r/r.median()
#include "support/import_text.h"

#include <math.h>
#include <stdlib.h>

#include "io/columns.h"
#include "io/import_format.h"
#include "io/series_stats.h"
#include "io/trace.h"

#define DATA      "../shared/data/"
#define TOLERANCE 1e-12 // relative

START_TEST(a_price_file_keeps_offsets_and_naive_times_are_utc) {
    const char *text = "Datetime,Price (USD/MWh)\n2023-01-01 00:00:00-06:00,1.5\n"
                       "2023-01-01 01:00:00-06:00,-2\n";
    ck_assert_msg(import_text(text, plain("auto", NULL)) == SW_OK, "%s", err.text);
    ck_assert_str_eq(report.format, "price");
    output_is("time,price_usd_per_mwh\n2023-01-01T06:00:00Z,1.5\n2023-01-01T07:00:00Z,-2\n");
    const char *naive = "Datetime,Price (EUR/MWh)\n2023-01-01 00:00:00,1\n2023-01-01 01:00:00,2\n";
    ck_assert_int_eq(import_text(naive, plain("price", NULL)), SW_OK);
    output_is("time,price_eur_per_mwh\n2023-01-01T00:00:00Z,1\n2023-01-01T01:00:00Z,2\n");
    sw_import_options options = plain("price", NULL);
    options.utc_offset_h = 1;
    ck_assert_int_eq(import_text(naive, options), SW_OK);
    output_is("time,price_eur_per_mwh\n2022-12-31T23:00:00Z,1\n2023-01-01T00:00:00Z,2\n");
    is_refused(text, options, ":2: '2023-01-01 00:00:00-06:00' has its own offset");
}
END_TEST

START_TEST(a_clock_with_daylight_saving_is_found_out) {
    // 2023-03-12: 02:00 does not exist. 2023-11-05: 01:00 is there twice.
    is_refused("Datetime,Price (USD/MWh)\n2023-03-12 00:00,1\n2023-03-12 01:00,1\n"
               "2023-03-12 03:00,1\n2023-03-12 04:00,1\n",
               plain("auto", NULL), ":3: no value at 2023-03-12T02:00:00Z (UTC); give --fill");
    is_refused("Datetime,Price (USD/MWh)\n2023-11-05 00:00,1\n2023-11-05 01:00,1\n"
               "2023-11-05 01:00,1\n2023-11-05 02:00,1\n",
               plain("auto", NULL), ":4: 2023-11-05T01:00:00Z has the time of line 3");
    is_refused("Datetime,Price (USD/MWh)\n2023-11-05 01:00,1\n2023-11-05 00:00,1\n",
               plain("auto", NULL), ":3: 2023-11-05T00:00:00Z is before line 2");
    // With offsets both are plain hours.
    ck_assert_int_eq(import_text("Datetime,Price (USD/MWh)\n2023-11-05 01:00:00-05:00,1\n"
                                 "2023-11-05 01:00:00-06:00,2\n",
                                 plain("auto", NULL)),
                     SW_OK);
    output_is("time,price_usd_per_mwh\n2023-11-05T06:00:00Z,1\n2023-11-05T07:00:00Z,2\n");
}
END_TEST

START_TEST(gaps_are_errors_unless_filled) {
    const char *text = "Datetime,Price (USD/MWh)\n2023-01-01 00:00,1\n2023-01-01 01:00,2\n"
                       "2023-01-01 02:00,\n2023-01-01 03:00,6\n2023-01-01 06:00,0\n"
                       "2023-01-01 07:00,0\n";
    sw_import_options options = plain("auto", NULL);
    is_refused(text, options, ":4: no value at 2023-01-01T02:00:00Z");
    options.fill = SW_FILL_HOLD;
    ck_assert_int_eq(import_text(text, options), SW_OK);
    ck_assert_int_eq(report.n_filled, 3);
    output_is("time,price_usd_per_mwh\n2023-01-01T00:00:00Z,1\n2023-01-01T01:00:00Z,2\n"
              "2023-01-01T02:00:00Z,2\n2023-01-01T03:00:00Z,6\n2023-01-01T04:00:00Z,6\n"
              "2023-01-01T05:00:00Z,6\n2023-01-01T06:00:00Z,0\n2023-01-01T07:00:00Z,0\n");
    options.fill = SW_FILL_LINEAR;
    ck_assert_int_eq(import_text(text, options), SW_OK);
    output_is("time,price_usd_per_mwh\n2023-01-01T00:00:00Z,1\n2023-01-01T01:00:00Z,2\n"
              "2023-01-01T02:00:00Z,4\n2023-01-01T03:00:00Z,6\n2023-01-01T04:00:00Z,4\n"
              "2023-01-01T05:00:00Z,2\n2023-01-01T06:00:00Z,0\n2023-01-01T07:00:00Z,0\n");
    // A window beside the gap is whole.
    options = plain("auto", NULL);
    options.start_unix_s = date("2023-01-01T00:30Z");
    options.days = 1.5 / 24;
    ck_assert_int_eq(import_text(text, options), SW_OK);
    output_is("time,price_usd_per_mwh\n2023-01-01T00:00:00Z,1\n2023-01-01T01:00:00Z,2\n");
    options.days = 1;
    is_refused(text, options,
               "covers 2023-01-01T00:00:00Z to 2023-01-01T08:00:00Z, not the window");
}
END_TEST

START_TEST(a_small_file_cannot_ask_for_much_to_be_filled) {
    sw_import_options options = plain("auto", NULL);
    options.fill = SW_FILL_HOLD;
    is_refused("Datetime,Price (USD/MWh)\n2023-01-01 00:00:00,1\n2023-01-01 00:00:01,2\n"
               "2023-04-01 00:00:00,3\n",
               options, ":3: a gap of 90 days after 2023-01-01T00:00:01Z at an interval of 1 s");
}
END_TEST

START_TEST(nothing_lies_beyond_the_ends_to_fill_from) {
    sw_import_options options = plain("auto", NULL);
    options.fill = SW_FILL_LINEAR;
    is_refused(
        "Datetime,Price (USD/MWh)\n2023-01-01 00:00,\n2023-01-01 01:00,2\n2023-01-01 02:00,2\n",
        options, ":2: no value at 2023-01-01T00:00:00Z");
    is_refused(
        "Datetime,Price (USD/MWh)\n2023-01-01 00:00,1\n2023-01-01 01:00,2\n2023-01-01 02:00,\n",
        options, ":3: no value at 2023-01-01T02:00:00Z");
}
END_TEST

#define EPW_TOP                                                                                    \
    "LOCATION,X,TX,USA,SRC,1,32.9,-97.0,-6.0,170\nD\nT\nG\nH\nC \"unbalanced\nC\nDATA PERIODS\n"

// The arrays are not there: whoever looked at them would crash.
START_TEST(more_rows_than_allowed_are_told_from_a_lack_of_memory) {
    sw_samples full = {.path = "x.csv", .n = SW_IMPORT_MAX_ROW, .room = SW_IMPORT_MAX_ROW};
    ck_assert(!sw_samples_add(&full, 0.0, 0.0, 1));
    err = (sw_error){0};
    ck_assert_int_eq(sw_import_no_room(full.path, full.n, SW_IMPORT_MAX_ROW, &err),
                     SW_ERR_BAD_INPUT);
    ck_assert_str_eq(err.text, "x.csv: more than the 16777216 rows allowed");
    err = (sw_error){0};
    ck_assert_int_eq(sw_import_no_room(full.path, 5, SW_IMPORT_MAX_ROW, &err), SW_ERR_NO_MEMORY);
}
END_TEST

START_TEST(an_interrupted_import_leaves_the_old_file) {
    const char *text = "Datetime,Price (USD/MWh)\n2023-01-01 00:00,10\n2023-01-01 01:00,20\n";
    const volatile int stop = 1;
    sw_import_options options = plain("price", NULL);
    options.stop = &stop;
    ck_assert_int_eq(import_text(text, options), SW_ERR_INTERRUPTED);
    assert_says(err, ":1: interrupted");
    output_is("old");
}
END_TEST

START_TEST(an_interrupted_trace_leaves_the_old_file) {
    const double value[] = {0.0, 1.0};
    const sw_out_column column[] = {{.name = "time_s", .value = value},
                                    {.name = "x", .value = value}};
    const volatile int stop = 1;
    const sw_out_table table = {.n = 2, .column = column, .n_column = 2, .stop = &stop};
    for (int i = 0; i < 2; i++) {
        new_output(i == 0 ? ".csv" : ".h5");
        ck_assert_int_eq(sw_trace_write(out_path, &table, &err), SW_ERR_INTERRUPTED);
        assert_says(err, "interrupted; nothing is written");
        output_is("old");
    }
}
END_TEST

START_TEST(an_epw_year_is_laid_over_the_window) {
    const char *text =
        EPW_TOP "2021,2,27,23,0,?,1,0\n2021,2,27,24,60,?,2,0\n2009,2,28,1,0,?,3,0\n"
                "2009,2,28,2,0,?,99.9,0\n2009,2,28,3,0,?,-5.5,0\n2009,3,1,1,0,?,7,0\n";
    sw_import_options options = plain("auto", NULL);
    is_refused(text, options, "its days belong to no one year; give --start DATE and --days N");
    // Hour 1 is midnight to one at UTC-6; 29 February takes the day before.
    options.start_unix_s = date("2024-02-28T05:00:00Z");
    options.days = 2.0 / 24;
    ck_assert_msg(import_text(text, options) == SW_OK, "%s", err.text);
    output_is("time,outdoor_c\n2024-02-28T05:00:00Z,2\n2024-02-28T06:00:00Z,3\n");
    options.start_unix_s = date("2024-02-29T06:00:00Z");
    options.days = 3.0 / 24;
    is_refused(text, options, ":12: no value at 2024-02-29T07:00:00Z");
    options.fill = SW_FILL_LINEAR;
    ck_assert_msg(import_text(text, options) == SW_OK, "%s", err.text);
    output_is("time,outdoor_c\n2024-02-29T06:00:00Z,3\n2024-02-29T07:00:00Z,-1.25\n"
              "2024-02-29T08:00:00Z,-5.5\n");
    options.utc_offset_h = -5;
    is_refused(text, options, "--utc-offset -5, but the file itself says -6 hours");
    options = plain("epw", NULL);
    is_refused(EPW_TOP "2021,1,1,25,0,?,1\n", options,
               ":9: field 4, '25'; an integer from 1 to 24");
    is_refused(EPW_TOP "2021,2,30,1,0,?,1\n", options, ":9: month 2 has no day 30");
    is_refused(EPW_TOP "2021,2,3,1,0,?,88\n", options, ":9: field 7, dry bulb, C: 88; -90 to 70");
    is_refused(EPW_TOP "2021,2,3,1,0,?\n", options, ":9: 6 fields; 7 are needed");
}
END_TEST

START_TEST(wind_power_becomes_a_capacity_factor) {
    char text[20000] = "Year,Month,Day,Period,A,B\n";
    for (int period = 1; period <= 288; period++) {
        (void)snprintf(text + strlen(text), 40, "2020,7,1,%d,%d,1\n", period, period / 3);
    }
    sw_import_options options = plain("auto", NULL);
    options.start_unix_s = date("2023-07-01T07:00:00Z");
    options.days = 10.0 / 1440;
    options.utc_offset_h = -7;
    is_refused(text, options, "--column must name a plant; there are: A, B");
    options.column = "A";
    is_refused(text, options, "--rated MW of plant 'A' is needed");
    options.rated_mw = 50;
    is_refused(text, options, ":154: 51 MW; 0 to the --rated 50 MW");
    options.rated_mw = 200;
    options.start_unix_s = date("2023-07-01T07:10:00Z");
    ck_assert_msg(import_text(text, options) == SW_OK, "%s", err.text);
    output_is("time,wind_cf\n2023-07-01T07:10:00Z,0.005\n2023-07-01T07:15:00Z,0.005\n");
    options.start_unix_s = date("2023-07-02T07:00:00Z");
    is_refused(text, options, "no value at 2023-07-02T07:00:00Z");
}
END_TEST

#define GENAI_TOP                                                                                  \
    "gmt_create,predict_type,predict_status,exec_time_seconds,groupId,prompt_length,"              \
    "negative_prompt_length,num_images_per_prompt,num_inference_steps,"                            \
    "checkpoint_model_version_id,num_lora\n"

START_TEST(requests_become_jobs_and_the_unusable_are_counted) {
    const char *text =
        GENAI_TOP "2024-11-15 10:00:00,TXT_2_IMG,SUCCEED,60.0,G0001,1,,2.0,30.0,M0,0\n"
                  "2024-11-15 10:00:01,TXT_2_IMG,FAILED,60.0,G0002,1,,2.0,30.0,M0,0\n"
                  "2024-11-15 10:00:01,TXT_2_IMG,SUCCEED,60.0,G0002,1,,,,,0\n"
                  "2024-11-15 10:00:01,TXT_2_IMG,SUCCEED,0.0,G0003,1,,1.0,10.0,M0,0\n"
                  "2024-11-15 10:00:09,IMG_2_IMG,SUCCEED,240.0,G0005,1,,4.0,30.0,M0,0\n";
    ck_assert_msg(import_text(text, plain("auto", NULL)) == SW_OK, "%s", err.text);
    ck_assert_int_eq(report.n_left_out, 2);
    ck_assert_int_eq(report.n_written, 3);
    // Seconds per image and step: 1, 0.05 (0 s counts as half of one), 2; the median is 1.
    output_is("arrival_s,images,work\n0,2,1\n1,1,0.05\n9,4,2\n");
    sw_import_options options = plain("alibaba-genai", NULL);
    options.start_unix_s = date("2024-11-15T09:59:59");
    options.days = 9.0 / 86400;
    options.part = 2;
    options.n_part = 4;
    ck_assert_int_eq(import_text(text, options), SW_OK);
    output_is("arrival_s,images,work\n1,2,1\n");
    options.part = 3;
    is_refused(text, options, "no usable request in the window");
    is_refused(GENAI_TOP "2024-11-15 10:00:00,T,SUCCEED,6,G0001,1,,1.5,30,M,0\n",
               plain("auto", NULL), ":2: 1.5 images");
    is_refused(GENAI_TOP "2024-11-15 10:00:00,T,SUCCEED,-6,G0001,1,,1,30,M,0\n",
               plain("auto", NULL), ":2: field 4, '-6'");
    is_refused(GENAI_TOP "2024-11-15 10:00:00,T,SUCCEED,6,G1,1,,1,30,M,0\n"
                         "2024-11-15 09:00:00,T,SUCCEED,6,G1,1,,1,30,M,0\n",
               plain("auto", NULL), ":3: time is before the row above");
}
END_TEST

START_TEST(unknown_layouts_and_idle_options_are_told) {
    const char *price = "Datetime,Price (USD/MWh)\n2023-01-01 00:00,1\n2023-01-01 01:00,x\n";
    is_refused("a,b\n1,2\n", plain("auto", NULL), "unknown layout; seen:\n  a,b\nexpected one of");
    is_refused(price, plain("epw", NULL), "is not of format epw");
    is_refused(price, plain("pjn", NULL), "unknown format 'pjn'; allowed: auto, price, pjm,");
    is_refused(price, plain("auto", NULL), ":3: field 2, 'x', is no number");
    is_refused("", plain("auto", NULL), "is empty");
    is_refused("Datetime,Price (Taler/MWh)\n", plain("auto", NULL),
               "column 'Price (Taler/MWh)': 'Taler' is no currency; three capitals");
    is_refused("Datetime,Cost\n", plain("auto", NULL),
               "closest is price, but there is no 'Price (*/MWh)' of");
    is_refused("Datetime,Price (USD/MWh)\n", plain("auto", NULL), "fewer than two samples");
    is_refused("Datetime,Price (USD/MWh)\n2023-13-01,1\n", plain("auto", NULL),
               ":2: '2023-13-01' is no date");
    sw_import_options options = plain("auto", NULL);
    options.column = "x";
    is_refused(price, options, "--column has no meaning for format price");
    options = plain("auto", NULL);
    options.rated_mw = 1;
    is_refused(price, options, "--rated has no meaning for format price");
    options = plain("auto", NULL);
    options.n_part = options.part = 1;
    is_refused(price, options, "--part has no meaning for format price");
    ck_assert_str_eq(sw_import_format_at(0)->name, "price");
    ck_assert_ptr_null(sw_import_format_at(100));
}
END_TEST

static bool have_data(void) {
    if (access(DATA "SOURCES.md", R_OK) == 0) {
        return true;
    }
    printf("skipped: " DATA " is not there\n");
    return false;
}

static void near(double got, double want) {
    ck_assert_msg(fabs(got - want) <= TOLERANCE * fabs(want), "%.17g, not %.17g", got, want);
}

// Imports a published file for the week of the golden numbers and returns the statistics.
static sw_series_stats week_of(sw_import_options options, const char *suffix) {
    new_output(suffix);
    options.out = out_path;
    options.start_unix_s = date("2023-07-16T04:00:00Z");
    options.days = 7;
    ck_assert_msg(sw_import(&options, &report, &err) == SW_OK, "%s", err.text);
    sw_trace *trace = NULL;
    ck_assert_msg(sw_trace_load(out_path, &trace, &err) == SW_OK, "%s", err.text);
    unlink(out_path);
    ck_assert_int_eq(trace->n_series, 1);
    ck_assert_double_eq(trace->time_s[0], options.start_unix_s);
    sw_series_stats stats;
    ck_assert(sw_series_stats_of(trace->value[0], trace->time_s, trace->n, &stats));
    sw_trace_unload(trace);
    return stats;
}

START_TEST(published_prices_have_the_statistics_of_pandas) {
    static const struct {
        const char *path;
        double mean, sd, min, max, p95, lag1;
    } want[] = {{DATA "prices/US-MIDA-PJM_electricity_prices_2023.csv", 37.42008323214286,
                 26.664498859985912, 13.179816, 211.046303, 77.24148175000008, 0.7387054489543785},
                {DATA "prices/US-CAL-CISO_electricity_prices_2023.csv", 68.51284160714286,
                 27.386355403099518, 39.51322, 193.15805, 123.57883650000002, 0.7906435210962263},
                {DATA "prices/US-TEX-ERCO_electricity_prices_2023.csv", 66.69708333333334,
                 83.1868807767083, 12.97, 466.22, 269.71750000000026, 0.8506562984754739}};
    for (size_t i = 0; have_data() && i < 3; i++) {
        const sw_series_stats got = week_of(plain("auto", want[i].path), ".csv");
        ck_assert_int_eq(got.n, 168);
        near(got.mean, want[i].mean);
        near(got.sd, want[i].sd);
        near(got.min, want[i].min);
        near(got.max, want[i].max);
        near(got.quantile[5], want[i].p95);
        near(got.lag1, want[i].lag1);
    }
}
END_TEST

START_TEST(published_carbon_has_the_statistics_of_pandas) {
    static const struct {
        const char *path;
        double direct, lca;
    } want[] = {{DATA "carbon/US-MIDA-PJM_2023_hourly.csv", 363.81630952380954, 440.3261904761905},
                {DATA "carbon/US-CAL-CISO_2023_hourly.csv", 215.90755952380954, 291.1739285714286},
                {DATA "carbon/US-TEX-ERCO_2023_hourly.csv", 337.82738095238096, 408.1480357142857}};
    for (size_t i = 0; have_data() && i < 3; i++) {
        sw_import_options options = plain("auto", want[i].path);
        near(week_of(options, ".csv").mean, want[i].direct);
        options.column = "lca";
        near(week_of(options, ".h5").mean, want[i].lca); // HDF5 on the way
        // The file holds January, April, July and October.
        new_output(".csv");
        options.out = out_path;
        options.start_unix_s = date("2023-07-30T00:00:00Z");
        options.days = 7;
        ck_assert_int_eq(sw_import(&options, &report, &err), SW_ERR_BAD_INPUT);
        assert_says(err, "no value at 2023-08-01T00:00:00Z");
        unlink(out_path);
    }
}
END_TEST

START_TEST(published_weather_and_wind_have_the_statistics_of_pandas) {
    if (!have_data()) {
        return;
    }
    sw_series_stats got = week_of(plain("auto", DATA "weather/USA_VA_Leesburg.Exec.epw"), ".csv");
    near(got.mean, 28.360714285714288);
    near(got.min, 21.0);
    near(got.max, 37.0);
    got = week_of(plain("auto", DATA "weather/USA_TX_Dallas-Fort.Worth.epw"), ".csv");
    near(got.mean, 30.77261904761904);
    sw_import_options options = plain("auto", DATA "renewables/REAL_TIME_wind_jan_jul.csv");
    options.column = "317_WIND_1";
    options.rated_mw = 799.1;
    options.utc_offset_h = -6;
    got = week_of(options, ".csv");
    ck_assert_int_eq(got.n, 2016);
    near(got.mean, 0.1389145253688177);
    near(got.max, 0.9568264297334501);
}
END_TEST

START_TEST(published_requests_have_the_statistics_of_pandas) {
    if (!have_data()) {
        return;
    }
    static const char *const suffix[] = {".csv", ".h5"};
    for (int i = 0; i < 2; i++) {
        new_output(suffix[i]);
        sw_import_options options =
            plain("auto", DATA "arrivals/alibaba_genai_lora_request_trace_2024-11-15_12-01.csv");
        ck_assert_msg(sw_import(&options, &report, &err) == SW_OK, "%s", err.text);
        ck_assert_int_eq(report.n_read, 15630);
        ck_assert_int_eq(report.n_left_out, 15630 - 15362);
        sw_arena arena = {0};
        sw_job_trace jobs;
        char sha256[65];
        ck_assert_msg(sw_job_trace_load(out_path, INFINITY, &arena, &jobs, sha256, &err) == SW_OK,
                      "%s", err.text);
        unlink(out_path);
        ck_assert_int_eq(jobs.n, 15362);
        double images = 0;
        double work = 0;
        for (int64_t k = 0; k < jobs.n; k++) {
            images += jobs.images[k];
            work += jobs.work[k];
        }
        ck_assert_double_eq(images, 40936);
        near(work / 15362, 1.159276497064063);
        near(jobs.work[0], 2.2857142857142856);
        ck_assert_double_eq(jobs.arrival_s[jobs.n - 1], 1407720);
        sw_arena_deinit(&arena);
    }
}
END_TEST

int main(void) {
    TCase *tc = tcase_create("import");
    tcase_add_test(tc, a_price_file_keeps_offsets_and_naive_times_are_utc);
    tcase_add_test(tc, a_clock_with_daylight_saving_is_found_out);
    tcase_add_test(tc, gaps_are_errors_unless_filled);
    tcase_add_test(tc, a_small_file_cannot_ask_for_much_to_be_filled);
    tcase_add_test(tc, nothing_lies_beyond_the_ends_to_fill_from);
    tcase_add_test(tc, more_rows_than_allowed_are_told_from_a_lack_of_memory);
    tcase_add_test(tc, an_interrupted_import_leaves_the_old_file);
    tcase_add_test(tc, an_interrupted_trace_leaves_the_old_file);
    tcase_add_test(tc, an_epw_year_is_laid_over_the_window);
    tcase_add_test(tc, wind_power_becomes_a_capacity_factor);
    tcase_add_test(tc, requests_become_jobs_and_the_unusable_are_counted);
    tcase_add_test(tc, unknown_layouts_and_idle_options_are_told);
    tcase_add_test(tc, published_prices_have_the_statistics_of_pandas);
    tcase_add_test(tc, published_carbon_has_the_statistics_of_pandas);
    tcase_add_test(tc, published_weather_and_wind_have_the_statistics_of_pandas);
    tcase_add_test(tc, published_requests_have_the_statistics_of_pandas);
    Suite *suite = suite_create("import");
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

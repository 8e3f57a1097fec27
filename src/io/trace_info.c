#include "io/trace_info.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "io/columns.h"
#include "io/series_stats.h"
#include "io/trace.h"

enum { N_WINDOW = 3, BAR_WIDTH = 40 };

#define GAP_INTERVALS 1.5

// Lengths over which arrivals are counted for the index of dispersion.
static const double window_s[N_WINDOW] = {60.0, 300.0, 3600.0};

typedef struct series {
    const char *name;
    const char *unit; // nullable
    sw_series_stats stats;
} series;

struct sw_trace_info {
    sw_arena arena; // owns the info itself apart
    const char *path;
    char sha256[65];
    bool is_jobs;
    bool dated;
    double utc_offset_h;
    int64_t n;
    double first_s;
    double last_s;
    double interval_s;  // commonest; of jobs the mean time between arrivals
    int64_t n_gap;      // intervals longer than 1.5 times the commonest
    double longest_s;   // of the intervals
    double interval_cv; // of jobs
    double
        dispersion[N_WINDOW]; // of jobs: variance over mean of counts; NaN: fewer than two windows
    int32_t n_series;
    series *series; // [n_series]
};

// Counts arrivals in windows of one length and returns variance over mean of the counts.
static double dispersion_of(const double *time_s, int64_t n, double length_s) {
    const int64_t n_window = (int64_t)floor((time_s[n - 1] - time_s[0]) / length_s);
    if (n_window < 2) {
        return (double)NAN;
    }
    double sum = 0.0;
    double squares = 0.0;
    int64_t row = 0;
    for (int64_t w = 0; w < n_window && row < n; w++) {
        const int64_t first = row;
        const double end_s = time_s[0] + (double)(w + 1) * length_s;
        // Long empty stretches are stepped over at once.
        if (time_s[row] >= end_s) {
            w += (int64_t)floor((time_s[row] - end_s) / length_s);
            continue;
        }
        while (row < n && time_s[row] < end_s) {
            row++;
        }
        const double count = (double)(row - first);
        sum += count;
        squares += count * count;
    }
    const double mean = sum / (double)n_window;
    const double variance = (squares - sum * mean) / (double)(n_window - 1);
    return mean > 0.0 ? variance / mean : (double)NAN;
}

// Range, resolution and gaps of the times.
static void describe_times(sw_trace_info *info, const double *time_s, int64_t n) {
    info->n = n;
    info->first_s = time_s[0];
    info->last_s = time_s[n - 1];
    if (n < 2) {
        return;
    }
    const double mean_s = (time_s[n - 1] - time_s[0]) / (double)(n - 1);
    if (info->is_jobs) {
        info->interval_s = mean_s;
    }
    double squares = 0.0;
    for (int64_t i = 1; i < n; i++) {
        const double step_s = time_s[i] - time_s[i - 1];
        squares += (step_s - mean_s) * (step_s - mean_s);
        info->longest_s = step_s > info->longest_s ? step_s : info->longest_s;
        info->n_gap += !info->is_jobs && step_s > GAP_INTERVALS * info->interval_s;
    }
    info->interval_cv =
        n > 2 && mean_s > 0.0 ? sqrt(squares / (double)(n - 2)) / mean_s : (double)NAN;
}

// Takes the statistics of one column.
static sw_status describe_series(sw_trace_info *info, const char *name, const double *value,
                                 const double *clock_s, sw_error *err) {
    series *s = &info->series[info->n_series];
    s->name = sw_arena_strdup(&info->arena, name);
    s->unit = sw_trace_unit(name);
    if (s->name == NULL || !sw_series_stats_of(value, clock_s, info->n, &s->stats)) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", info->path);
    }
    info->n_series++;
    return SW_OK;
}

static sw_status describe_signals(sw_trace_info *info, const sw_trace *trace, sw_error *err) {
    info->dated = trace->dated;
    info->interval_s = trace->interval_s;
    describe_times(info, trace->time_s, trace->n);
    info->series = sw_arena_alloc(&info->arena, (size_t)trace->n_series, sizeof info->series[0]);
    double *clock_s = sw_arena_alloc(&info->arena, (size_t)trace->n, sizeof clock_s[0]);
    if (info->series == NULL || clock_s == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", info->path);
    }
    for (int64_t i = 0; i < trace->n; i++) {
        clock_s[i] = trace->time_s[i] + 3600.0 * info->utc_offset_h;
    }
    for (int32_t i = 0; i < trace->n_series; i++) {
        SW_TRY(describe_series(info, trace->name[i], trace->value[i], clock_s, err));
    }
    return SW_OK;
}

static sw_status describe_jobs(sw_trace_info *info, const sw_columns *table, sw_error *err) {
    // The loader of scenarios decides what a job trace is.
    sw_job_trace jobs = {0};
    char sha256[65];
    SW_TRY(sw_job_trace_load(info->path, (double)INFINITY, &info->arena, &jobs, sha256, err));
    info->is_jobs = true;
    describe_times(info, jobs.arrival_s, jobs.n);
    for (int w = 0; w < N_WINDOW; w++) {
        info->dispersion[w] = dispersion_of(jobs.arrival_s, jobs.n, window_s[w]);
    }
    info->series = sw_arena_alloc(&info->arena, (size_t)table->n_column, sizeof info->series[0]);
    if (info->series == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", info->path);
    }
    for (int32_t i = 0; i < table->n_column; i++) {
        if (strcmp(table->name[i], "arrival_s") != 0) {
            SW_TRY(describe_series(info, table->name[i], table->value[i], NULL, err));
        }
    }
    return SW_OK;
}

// Looks at the columns to tell jobs from signals.
static sw_status describe(sw_trace_info *info, const char *path, sw_error *err) {
    sw_columns table = {0};
    SW_TRY(sw_columns_load(path, &table, err));
    memcpy(info->sha256, table.sha256, sizeof info->sha256);
    if (sw_columns_find(&table, "arrival_s") >= 0) {
        const sw_status status = describe_jobs(info, &table, err);
        sw_columns_deinit(&table);
        return status;
    }
    sw_columns_deinit(&table);
    sw_trace *trace = NULL;
    SW_TRY(sw_trace_load(path, &trace, err));
    const sw_status status = describe_signals(info, trace, err);
    sw_trace_unload(trace);
    return status;
}

sw_status sw_trace_info_load(const char *path, double utc_offset_h, sw_trace_info **info,
                             sw_error *err) {
    sw_trace_info *result = calloc(1, sizeof *result);
    if (result == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", path);
    }
    result->utc_offset_h = utc_offset_h;
    result->path = sw_arena_strdup(&result->arena, path);
    const sw_status status = result->path == NULL
                                 ? sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", path)
                                 : describe(result, path, err);
    if (status != SW_OK) {
        sw_trace_info_unload(result);
        return status;
    }
    *info = result;
    return SW_OK;
}

void sw_trace_info_unload(sw_trace_info *info) {
    if (info != NULL) {
        sw_arena_deinit(&info->arena);
        free(info);
    }
}

static const char *time_text(const sw_trace_info *info, double time_s, char text[SW_DATE_TEXT]) {
    if (!info->dated || !sw_date_format(time_s, text)) {
        (void)snprintf(text, SW_DATE_TEXT, "%.10g s", time_s);
    }
    return text;
}

// Plots the means of the hours as bars from the lowest (or 0) to the highest.
static void print_hours(const sw_series_stats *stats, FILE *out) {
    double lo = 0.0;
    double hi = 0.0;
    for (int h = 0; h < SW_HOURS; h++) {
        lo = stats->hour_mean[h] < lo ? stats->hour_mean[h] : lo;
        hi = stats->hour_mean[h] > hi ? stats->hour_mean[h] : hi;
    }
    for (int h = 0; h < SW_HOURS; h++) {
        const double mean = stats->hour_mean[h];
        if (isnan(mean)) {
            (void)fprintf(out, "    %02d h  %12s\n", h, "-");
            continue;
        }
        const int length = hi > lo ? (int)rint((mean - lo) / (hi - lo) * BAR_WIDTH) : 0;
        (void)fprintf(out, "    %02d h  %12.5g  ", h, mean);
        for (int i = 0; i < length; i++) {
            (void)fputc('#', out);
        }
        (void)fputc('\n', out);
    }
}

static void print_series(const sw_trace_info *info, const series *s, FILE *out) {
    const sw_series_stats *t = &s->stats;
    (void)fprintf(out, "\n%s%s%s%s\n", s->name, s->unit != NULL ? " (" : "",
                  s->unit != NULL ? s->unit : "", s->unit != NULL ? ")" : "");
    (void)fprintf(out, "  values %" PRId64 ", missing %" PRId64 "\n", t->n, t->n_missing);
    if (t->n == 0) {
        return;
    }
    (void)fprintf(out, "  min %.5g, mean %.5g, max %.5g, sd %.5g\n", t->min, t->mean, t->max,
                  t->sd);
    (void)fputs("  quantiles", out);
    for (int q = 0; q < SW_N_QUANTILE; q++) {
        (void)fprintf(out, "%s %g %%: %.5g", q == 0 ? "" : ",", 100.0 * sw_quantile_p[q],
                      t->quantile[q]);
    }
    (void)fprintf(out, "\n  lag-1 autocorrelation %.3f, below zero %.2f %%\n", t->lag1,
                  100.0 * t->negative_share);
    if (!info->is_jobs) {
        (void)fprintf(out, "  mean by hour of the day (%s%+g h)\n", info->dated ? "UTC" : "start",
                      info->utc_offset_h);
        print_hours(t, out);
    }
}

void sw_trace_info_print(const sw_trace_info *info, FILE *out) {
    char first[SW_DATE_TEXT];
    char last[SW_DATE_TEXT];
    (void)fprintf(out, "%s: %s trace, %" PRId64 " %s\nsha256 %s\n", info->path,
                  info->is_jobs ? "job" : "signal", info->n, info->is_jobs ? "jobs" : "rows",
                  info->sha256);
    (void)fprintf(out, "from %s to %s\n", time_text(info, info->first_s, first),
                  time_text(info, info->last_s, last));
    if (info->is_jobs) {
        (void)fprintf(out,
                      "rate %.5g jobs/s; time between arrivals: mean %.5g s, longest %.5g s, "
                      "variation %.3g\n",
                      info->interval_s > 0.0 ? 1.0 / info->interval_s : (double)NAN,
                      info->interval_s, info->longest_s, info->interval_cv);
        (void)fputs("index of dispersion of counts:", out);
        for (int w = 0; w < N_WINDOW; w++) {
            (void)fprintf(out, "%s %.4g in %g s", w == 0 ? "" : ",", info->dispersion[w],
                          window_s[w]);
        }
        (void)fputc('\n', out);
    } else {
        (void)fprintf(out, "every %.10g s, gaps %" PRId64 ", longest interval %.10g s\n",
                      info->interval_s, info->n_gap, info->longest_s);
    }
    for (int32_t i = 0; i < info->n_series; i++) {
        print_series(info, &info->series[i], out);
    }
}

static void json_number(sw_json *json, const char *key, double value) {
    sw_json_key(json, key);
    sw_json_number(json, value);
}

static void json_integer(sw_json *json, const char *key, int64_t value) {
    sw_json_key(json, key);
    sw_json_integer(json, value);
}

static void json_text(sw_json *json, const char *key, const char *value) {
    sw_json_key(json, key);
    sw_json_text(json, value);
}

static void json_series(const series *s, sw_json *json) {
    const sw_series_stats *t = &s->stats;
    sw_json_begin_object(json);
    json_text(json, "name", s->name);
    json_text(json, "unit", s->unit);
    json_integer(json, "n", t->n);
    json_integer(json, "missing", t->n_missing);
    json_number(json, "min", t->min);
    json_number(json, "max", t->max);
    json_number(json, "mean", t->mean);
    json_number(json, "sd", t->sd);
    json_number(json, "lag1", t->lag1);
    json_number(json, "negative_share", t->negative_share);
    sw_json_key(json, "quantiles");
    sw_json_begin_array(json);
    for (int q = 0; q < SW_N_QUANTILE; q++) {
        sw_json_begin_object(json);
        json_number(json, "p", sw_quantile_p[q]);
        json_number(json, "value", t->quantile[q]);
        sw_json_end_object(json);
    }
    sw_json_end_array(json);
    sw_json_key(json, "hour_mean");
    sw_json_begin_array(json);
    for (int h = 0; h < SW_HOURS; h++) {
        sw_json_number(json, t->hour_mean[h]);
    }
    sw_json_end_array(json);
    sw_json_end_object(json);
}

void sw_trace_info_json(const sw_trace_info *info, sw_json *json) {
    char text[SW_DATE_TEXT];
    sw_json_begin_object(json);
    json_text(json, "file", info->path);
    json_text(json, "sha256", info->sha256);
    json_text(json, "kind", info->is_jobs ? "jobs" : "signals");
    json_integer(json, "rows", info->n);
    json_number(json, "first_s", info->first_s);
    json_number(json, "last_s", info->last_s);
    if (info->dated) {
        json_text(json, "first", time_text(info, info->first_s, text));
        json_text(json, "last", time_text(info, info->last_s, text));
    }
    json_number(json, "interval_s", info->interval_s);
    json_number(json, "longest_interval_s", info->longest_s);
    if (info->is_jobs) {
        json_number(json, "rate_per_s", 1.0 / info->interval_s);
        json_number(json, "interval_cv", info->interval_cv);
        sw_json_key(json, "dispersion");
        sw_json_begin_array(json);
        for (int w = 0; w < N_WINDOW; w++) {
            sw_json_begin_object(json);
            json_number(json, "window_s", window_s[w]);
            json_number(json, "index", info->dispersion[w]);
            sw_json_end_object(json);
        }
        sw_json_end_array(json);
    } else {
        json_integer(json, "gaps", info->n_gap);
    }
    sw_json_key(json, "series");
    sw_json_begin_array(json);
    for (int32_t i = 0; i < info->n_series; i++) {
        json_series(&info->series[i], json);
    }
    sw_json_end_array(json);
    sw_json_end_object(json);
}

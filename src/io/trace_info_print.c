// Traces as text and JSON.
#include <inttypes.h>
#include <math.h>

#include "io/trace_info_parts.h"

const char *sw_trace_info_time(const sw_trace_info *info, double time_s, char text[SW_DATE_TEXT]) {
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
        const int length = hi > lo ? (int)rint((mean - lo) / (hi - lo) * SW_TRACE_BAR) : 0;
        (void)fprintf(out, "    %02d h  %12.5g  ", h, mean);
        for (int i = 0; i < length; i++) {
            (void)fputc('#', out);
        }
        (void)fputc('\n', out);
    }
}

static void print_series(const sw_trace_info *info, const sw_trace_series *s, FILE *out) {
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
    (void)fprintf(out, "\n  autocorrelation of neighbours %.3f", t->lag1);
    if (isfinite(t->lag_day)) {
        (void)fprintf(out, ", over a day %.3f", t->lag_day);
    }
    (void)fprintf(out, "; below zero %.2f %%", 100.0 * t->negative_share);
    if (isfinite(t->spike_share)) {
        (void)fprintf(out, ", spikes %.2f %%", 100.0 * t->spike_share);
    }
    (void)fputc('\n', out);
    if (!info->is_jobs) {
        (void)fprintf(out, "  mean by hour of the day (%s%+g h)\n", info->dated ? "UTC" : "start",
                      info->utc_offset_h);
        print_hours(t, out);
    }
}

void sw_trace_info_head(const sw_trace_info *info, FILE *out) {
    char first[SW_DATE_TEXT];
    char last[SW_DATE_TEXT];
    (void)fprintf(out, "%s: %s trace, %" PRId64 " %s\nsha256 %s\n", info->path,
                  info->is_jobs ? "job" : "signal", info->n, info->is_jobs ? "jobs" : "rows",
                  info->sha256);
    (void)fprintf(out, "from %s to %s\n", sw_trace_info_time(info, info->first_s, first),
                  sw_trace_info_time(info, info->last_s, last));
    if (info->is_jobs) {
        (void)fprintf(out,
                      "rate %.5g jobs/s; time between arrivals: mean %.5g s, longest %.5g s, "
                      "variation %.3g\n",
                      info->interval_s > 0.0 ? 1.0 / info->interval_s : (double)NAN,
                      info->interval_s, info->longest_s, info->interval_cv);
        (void)fputs("index of dispersion of counts:", out);
        for (int w = 0; w < SW_TRACE_WINDOWS; w++) {
            (void)fprintf(out, "%s %.4g in %g s", w == 0 ? "" : ",", info->dispersion[w],
                          sw_trace_window_s[w]);
        }
        (void)fputc('\n', out);
    } else {
        (void)fprintf(out, "every %.10g s, gaps %" PRId64 ", longest interval %.10g s\n",
                      info->interval_s, info->n_gap, info->longest_s);
    }
}

void sw_trace_info_print(const sw_trace_info *info, FILE *out) {
    sw_trace_info_head(info, out);
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

static void json_series(const sw_trace_series *s, sw_json *json) {
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
    json_number(json, "lag_day", t->lag_day);
    json_number(json, "negative_share", t->negative_share);
    json_number(json, "spike_share", t->spike_share);
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
    sw_json_begin_object(json);
    json_text(json, "file", info->path);
    json_text(json, "sha256", info->sha256);
    json_text(json, "kind", info->is_jobs ? "jobs" : "signals");
    json_integer(json, "rows", info->n);
    json_number(json, "first_s", info->first_s);
    json_number(json, "last_s", info->last_s);
    if (info->dated) {
        char text[SW_DATE_TEXT];
        json_text(json, "first", sw_trace_info_time(info, info->first_s, text));
        json_text(json, "last", sw_trace_info_time(info, info->last_s, text));
    }
    json_number(json, "interval_s", info->interval_s);
    json_number(json, "longest_interval_s", info->longest_s);
    if (info->is_jobs) {
        json_number(json, "rate_per_s", 1.0 / info->interval_s);
        json_number(json, "interval_cv", info->interval_cv);
        sw_json_key(json, "dispersion");
        sw_json_begin_array(json);
        for (int w = 0; w < SW_TRACE_WINDOWS; w++) {
            sw_json_begin_object(json);
            json_number(json, "window_s", sw_trace_window_s[w]);
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

#include "io/import_samples.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "io/import_format.h"

enum { FIRST_ROOM = 1024 };

#define DAY_S               86400.0
#define GAP_INTERVALS       1.5
#define MOST_FILLED         2e5 // samples, and so many times the rows
#define MOST_FILLED_OF_ROWS 10.0
#define SAME_TIME_S         1e-6
#define LEAP_DAY_S          951782400.0 // 2000-02-29T00:00:00Z

void sw_samples_deinit(sw_samples *series) {
    free(series->time_s);
    free(series->value);
    free(series->line);
    *series = (sw_samples){0};
}

// Makes room for `room` entries of 8 bytes.
static bool resize(void *array, int64_t room) {
    void *old = NULL;
    memcpy(&old, array, sizeof old);
    void *larger = realloc(old, (size_t)room * sizeof(double));
    if (larger == NULL) {
        return false;
    }
    memcpy(array, &larger, sizeof larger);
    return true;
}

bool sw_samples_add(sw_samples *series, double time_s, double value, int64_t line) {
    if (series->n == series->room) {
        const int64_t room = series->room == 0 ? FIRST_ROOM : 2 * series->room;
        if (room > SW_IMPORT_MAX_ROW || !resize(&series->time_s, room) ||
            !resize(&series->value, room) || !resize(&series->line, room)) {
            return false;
        }
        series->room = room;
    }
    series->time_s[series->n] = time_s;
    series->value[series->n] = value;
    series->line[series->n] = line;
    series->n++;
    return true;
}

static const char *date_text(double unix_s, char text[SW_DATE_TEXT]) {
    if (!sw_date_format(unix_s, text)) {
        (void)snprintf(text, SW_DATE_TEXT, "%.10g s", unix_s);
    }
    return text;
}

static int compare_double(const void *a, const void *b) {
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

// A sample on its way through qsort.
typedef struct sample {
    double time_s;
    double value;
    int64_t line;
} sample;

static int compare_sample(const void *a, const void *b) {
    const sample *x = a;
    const sample *y = b;
    if (x->time_s != y->time_s) {
        return x->time_s < y->time_s ? -1 : 1;
    }
    return (x->line > y->line) - (x->line < y->line);
}

static bool is_sorted(const sw_samples *s) {
    for (int64_t i = 1; i < s->n; i++) {
        if (!(s->time_s[i] > s->time_s[i - 1])) {
            return false;
        }
    }
    return true;
}

sw_status sw_samples_sort(sw_samples *s, sw_error *err) {
    if (is_sorted(s)) {
        return SW_OK;
    }
    sample *rows = malloc((size_t)s->n * sizeof rows[0]);
    if (rows == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", s->path);
    }
    for (int64_t i = 0; i < s->n; i++) {
        rows[i] = (sample){s->time_s[i], s->value[i], s->line[i]};
    }
    qsort(rows, (size_t)s->n, sizeof rows[0], compare_sample);
    int64_t n = 0;
    for (int64_t i = 0; i < s->n; i++) {
        const bool again =
            n > 0 && rows[i].time_s == s->time_s[n - 1] &&
            (rows[i].value == s->value[n - 1] || (isnan(rows[i].value) && isnan(s->value[n - 1])));
        if (!again) {
            s->time_s[n] = rows[i].time_s;
            s->value[n] = rows[i].value;
            s->line[n] = rows[i].line;
            n++;
        }
    }
    s->n_left_out += s->n - n;
    s->n = n;
    free(rows);
    return SW_OK;
}

// Checks that there are two samples at least and that times rise.
static sw_status check_times(const sw_samples *s, sw_error *err) {
    char text[SW_DATE_TEXT];
    if (s->n < 2) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: fewer than two samples", s->path);
    }
    if (!sw_date_format(s->time_s[0], text) || !sw_date_format(s->time_s[s->n - 1], text)) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: times from %.10g to %.10g s since 1970; years 1 "
                       "to 9999 are allowed",
                       s->path, s->time_s[0], s->time_s[s->n - 1]);
    }
    for (int64_t i = 1; i < s->n; i++) {
        if (!(s->time_s[i] > s->time_s[i - 1])) {
            const char *why = s->time_s[i] == s->time_s[i - 1] ? "has the time of" : "is before";
            return sw_fail(
                err, SW_ERR_BAD_INPUT,
                "%s:%" PRId64 ": %s %s line %" PRId64
                "; times must rise (a local clock that is set back in autumn needs --clock, UTC or "
                "offsets)",
                s->path, s->line[i], date_text(s->time_s[i], text), why, s->line[i - 1]);
        }
    }
    return SW_OK;
}

// Returns how many steps between samples are of this length.
static int64_t count_steps(const sw_samples *s, double step_s) {
    int64_t n = 0;
    for (int64_t i = 1; i < s->n; i++) {
        n += fabs(s->time_s[i] - s->time_s[i - 1] - step_s) < SAME_TIME_S;
    }
    return n;
}

sw_status sw_samples_interval(const sw_samples *s, double *interval_s, sw_error *err) {
    *interval_s = s->interval_s;
    if (*interval_s > 0.0 || s->n < 2) {
        return SW_OK;
    }
    // What more than half of the steps have is the commonest.
    *interval_s = s->time_s[1] - s->time_s[0];
    if (*interval_s > 0.0 && 2 * count_steps(s, *interval_s) > s->n) {
        return SW_OK;
    }
    double *step = malloc((size_t)(s->n - 1) * sizeof step[0]);
    if (step == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", s->path);
    }
    for (int64_t i = 1; i < s->n; i++) {
        step[i - 1] = s->time_s[i] - s->time_s[i - 1];
    }
    qsort(step, (size_t)(s->n - 1), sizeof step[0], compare_double);
    int64_t most = 0;
    for (int64_t i = 0, end = 0; i < s->n - 1; i = end) {
        while (end < s->n - 1 && step[end] - step[i] < SAME_TIME_S) {
            end++;
        }
        if (end - i > most) {
            most = end - i;
            *interval_s = step[i];
        }
    }
    free(step);
    return SW_OK;
}

// Returns the time in the year 2000 of an instant on the clock of the series.
static double clock_2000(double unix_s, double utc_offset_h) {
    char text[SW_DATE_TEXT];
    double time_s = (double)NAN;
    if (sw_date_format(unix_s + 3600.0 * utc_offset_h, text)) {
        text[0] = '2';
        text[1] = text[2] = text[3] = '0';
        (void)sw_date_parse(text, &time_s);
    }
    return time_s;
}

// Returns the row at exactly this time; -1: none.
static int64_t find_time(const sw_samples *s, double time_s) {
    int64_t lo = 0;
    int64_t hi = s->n;
    while (lo < hi) {
        const int64_t mid = lo + (hi - lo) / 2;
        if (s->time_s[mid] < time_s - SAME_TIME_S) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    return lo < s->n && s->time_s[lo] <= time_s + SAME_TIME_S ? lo : -1;
}

// Lays a yearly series over the window; what it lacks is NaN.
static sw_status lay_over(const sw_samples *s, double interval_s, double start_s, double end_s,
                          sw_samples *out, sw_error *err) {
    // Samples start on the clock of the series, at the last step at or before the window's start.
    const double shift_s = 3600.0 * s->utc_offset_h;
    const double first_s = floor((start_s + shift_s) / interval_s) * interval_s - shift_s;
    for (int64_t i = 0;; i++) {
        const double t = first_s + (double)i * interval_s;
        if (t >= end_s) {
            return SW_OK;
        }
        const double of_year = clock_2000(t, s->utc_offset_h);
        int64_t row = find_time(s, of_year);
        if (row < 0 && of_year >= LEAP_DAY_S && of_year < LEAP_DAY_S + DAY_S) {
            row = find_time(s, of_year - DAY_S); // a typical year has no 29 February
        }
        const double value = row < 0 ? (double)NAN : s->value[row];
        if (!sw_samples_add(out, t, value, row < 0 ? 0 : s->line[row])) {
            return sw_import_no_room(s->path, out->n, SW_IMPORT_MAX_ROW, err);
        }
    }
}

// Copies the samples of the window and the one that holds at its start.
static sw_status copy_window(const sw_samples *s, double start_s, double end_s, sw_samples *out,
                             sw_error *err) {
    int64_t first = 0;
    while (first + 1 < s->n && s->time_s[first + 1] <= start_s) {
        first++;
    }
    for (int64_t i = first; i < s->n && s->time_s[i] < end_s; i++) {
        if (!sw_samples_add(out, s->time_s[i], s->value[i], s->line[i])) {
            return sw_import_no_room(s->path, out->n, SW_IMPORT_MAX_ROW, err);
        }
    }
    return SW_OK;
}

// Adds the samples that lie between two good ones, by the rule for gaps.
static sw_status add_between(const sw_samples *raw, int64_t from, int64_t to, double interval_s,
                             sw_import_fill fill, sw_samples *out, sw_error *err) {
    const double t0 = raw->time_s[from];
    const double t1 = raw->time_s[to];
    // A small file must not ask for much: two stray seconds a year apart are no trace of seconds.
    const double most = MOST_FILLED + MOST_FILLED_OF_ROWS * (double)raw->n;
    if ((t1 - t0) / interval_s + (double)out->n > most) {
        char text[SW_DATE_TEXT];
        return sw_fail(
            err, SW_ERR_BAD_INPUT,
            "%s:%" PRId64 ": a gap of %.4g days after %s at an interval of %g s; together "
            "at most %.0f samples of this file may be filled",
            raw->path, raw->line[from], (t1 - t0) / DAY_S, date_text(t0, text), interval_s, most);
    }
    for (int64_t k = 1; t0 + (double)k * interval_s < t1 - SAME_TIME_S; k++) {
        const double t = t0 + (double)k * interval_s;
        double x = raw->value[from];
        if (fill == SW_FILL_LINEAR) {
            x += (raw->value[to] - raw->value[from]) * ((t - t0) / (t1 - t0));
        }
        if (!sw_samples_add(out, t, x, 0)) {
            return sw_import_no_room(raw->path, out->n, SW_IMPORT_MAX_ROW, err);
        }
    }
    return SW_OK;
}

static sw_status fail_gap(const sw_samples *s, double time_s, int64_t line, sw_error *err) {
    char text[SW_DATE_TEXT];
    char where[32] = "";
    if (line > 0) {
        (void)snprintf(where, sizeof where, ":%" PRId64, line);
    }
    return sw_fail(err, SW_ERR_BAD_INPUT,
                   "%s%s: no value at %s (UTC); give --fill hold or --fill linear to fill gaps, or "
                   "another window",
                   s->path, where, date_text(time_s, text));
}

// Copies the good samples of `raw`, closing gaps between them. The ends must be there: nothing lies
// beyond them to fill from.
static sw_status close_gaps(const sw_samples *raw, double interval_s, double end_s,
                            sw_import_fill fill, sw_samples *out, sw_error *err) {
    int64_t last = -1;
    for (int64_t i = 0; i < raw->n; i++) {
        if (isnan(raw->value[i])) {
            if (fill == SW_FILL_NONE || last < 0) {
                return fail_gap(raw, raw->time_s[i], raw->line[i], err);
            }
            continue;
        }
        if (last >= 0 && raw->time_s[i] - raw->time_s[last] > GAP_INTERVALS * interval_s) {
            if (fill == SW_FILL_NONE) {
                return fail_gap(raw, raw->time_s[last] + interval_s, raw->line[last], err);
            }
            SW_TRY(add_between(raw, last, i, interval_s, fill, out, err));
        }
        if (!sw_samples_add(out, raw->time_s[i], raw->value[i], raw->line[i])) {
            return sw_import_no_room(raw->path, out->n, SW_IMPORT_MAX_ROW, err);
        }
        last = i;
    }
    if (last < 0 || raw->time_s[last] + interval_s < end_s - SAME_TIME_S) {
        return fail_gap(raw, last < 0 ? end_s : raw->time_s[last] + interval_s,
                        last < 0 ? 0 : raw->line[last], err);
    }
    return SW_OK;
}

// Finds the window: what the options say, else all there is.
static sw_status find_window(const sw_samples *s, const sw_import_options *options,
                             double interval_s, double *start_s, double *end_s, sw_error *err) {
    const bool has_start = isfinite(options->start_unix_s);
    if (s->yearly) {
        if (!has_start || !(options->days > 0.0)) {
            return sw_fail(err, SW_ERR_BAD_INPUT,
                           "%s: its days belong to no one year; give --start DATE and --days N",
                           s->path);
        }
        *start_s = options->start_unix_s;
        *end_s = *start_s + DAY_S * options->days;
        return SW_OK;
    }
    const double last_s = s->time_s[s->n - 1] + interval_s;
    *start_s = has_start ? options->start_unix_s : s->time_s[0];
    *end_s = options->days > 0.0 ? *start_s + DAY_S * options->days : last_s;
    if (*start_s < s->time_s[0] || *end_s > last_s || *end_s <= *start_s) {
        char first[SW_DATE_TEXT];
        char last[SW_DATE_TEXT];
        char from[SW_DATE_TEXT];
        char to[SW_DATE_TEXT];
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: covers %s to %s, not the window %s to %s",
                       s->path, date_text(s->time_s[0], first), date_text(last_s, last),
                       date_text(*start_s, from), date_text(*end_s, to));
    }
    return SW_OK;
}

sw_status sw_samples_cut(const sw_samples *series, const sw_import_options *options,
                         sw_samples *out, int64_t *n_filled, sw_error *err) {
    double interval_s = 0.0;
    double start_s = 0.0;
    double end_s = 0.0;
    sw_samples raw = {.path = series->path};
    sw_samples result = {.path = series->path};
    SW_TRY(check_times(series, err));
    SW_TRY(sw_samples_interval(series, &interval_s, err));
    SW_TRY(find_window(series, options, interval_s, &start_s, &end_s, err));
    sw_status status = series->yearly ? lay_over(series, interval_s, start_s, end_s, &raw, err)
                                      : copy_window(series, start_s, end_s, &raw, err);
    if (status == SW_OK) {
        status = close_gaps(&raw, interval_s, end_s, options->fill, &result, err);
    }
    if (status == SW_OK && result.n < 2) {
        status =
            sw_fail(err, SW_ERR_BAD_INPUT,
                    "%s: the window holds one sample; two at least make a trace", series->path);
    }
    sw_samples_deinit(&raw);
    if (status != SW_OK) {
        sw_samples_deinit(&result);
        return status;
    }
    *n_filled = 0;
    for (int64_t i = 0; i < result.n; i++) {
        *n_filled += result.line[i] == 0;
    }
    *out = result;
    return SW_OK;
}

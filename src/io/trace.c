#include "io/trace.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/timegrid.h"
#include "io/columns.h"
#include "io/unit.h"

#define MAX_TIME_S    1e12 // keeps intervals in microseconds within 64 bits
#define GAP_INTERVALS 1.5  // an interval longer than so many of the commonest one is a gap

enum { WHEN_TEXT = 64, LIST_TEXT = 512 };

// Writes a time of the trace for a message.
static const char *when(const sw_trace *trace, double time_s, char text[WHEN_TEXT]) {
    char date[SW_DATE_TEXT];
    if (trace->dated && sw_date_format(time_s, date)) {
        (void)snprintf(text, WHEN_TEXT, "%s", date);
    } else {
        (void)snprintf(text, WHEN_TEXT, "%.10g s", time_s);
    }
    return text;
}

// Takes the time column out of the table and checks that it rises.
static sw_status take_time(const sw_columns *table, sw_trace *trace, int32_t *column,
                           sw_error *err) {
    const int32_t seconds = sw_columns_find(table, "time_s");
    const int32_t dates = sw_columns_find(table, "time");
    if ((seconds < 0) == (dates < 0)) {
        return sw_fail(
            err, SW_ERR_BAD_INPUT,
            "%s: a signal trace needs one column 'time_s' (s from the scenario's start) or "
            "'time' (ISO 8601), this has %s",
            table->path, seconds < 0 ? "neither" : "both");
    }
    trace->dated = dates >= 0;
    *column = trace->dated ? dates : seconds;
    const double *time_s = table->value[*column];
    char where[SW_WHERE_TEXT];
    char this_text[WHEN_TEXT];
    char last_text[WHEN_TEXT];
    for (int64_t row = 0; row < table->n; row++) {
        if (!(fabs(time_s[row]) <= MAX_TIME_S)) {
            return sw_fail(err, SW_ERR_BAD_INPUT, "%s: time_s is no number of at most %g",
                           sw_row_where(table->path, table->line, row, where), MAX_TIME_S);
        }
        if (row > 0 && !(time_s[row] > time_s[row - 1])) {
            return sw_fail(err, SW_ERR_BAD_INPUT,
                           "%s: time %s is not after the row before, %s; times must rise strictly",
                           sw_row_where(table->path, table->line, row, where),
                           when(trace, time_s[row], this_text),
                           when(trace, time_s[row - 1], last_text));
        }
    }
    trace->time_s = time_s;
    return SW_OK;
}

static int compare_int64(const void *a, const void *b) {
    const int64_t x = *(const int64_t *)a;
    const int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

// Finds the commonest interval to the microsecond, the shortest of equally common ones; 0 for a
// single row.
static sw_status find_interval(sw_trace *trace, sw_error *err) {
    trace->interval_s = 0.0;
    if (trace->n < 2) {
        return SW_OK;
    }
    const int64_t n = trace->n - 1;
    int64_t *interval_us = malloc((size_t)n * sizeof interval_us[0]);
    if (interval_us == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", trace->path);
    }
    for (int64_t i = 0; i < n; i++) {
        interval_us[i] = (int64_t)rint((trace->time_s[i + 1] - trace->time_s[i]) * 1e6);
    }
    qsort(interval_us, (size_t)n, sizeof interval_us[0], compare_int64);
    int64_t most = 0;
    for (int64_t i = 0; i < n;) {
        int64_t end = i;
        while (end < n && interval_us[end] == interval_us[i]) {
            end++;
        }
        if (end - i > most) {
            most = end - i;
            trace->interval_s = (double)interval_us[i] / 1e6;
        }
        i = end;
    }
    free(interval_us);
    return SW_OK;
}

sw_status sw_trace_load_file(const char *path, sw_file *file, sw_trace **trace, sw_error *err) {
    sw_columns table = {0};
    SW_TRY(sw_columns_load_file(path, file, &table, err));
    sw_status status = SW_OK;
    sw_trace *t = calloc(1, sizeof *t);
    const char **name = sw_arena_alloc(&table.arena, (size_t)table.n_column, sizeof name[0]);
    const double **value = sw_arena_alloc(&table.arena, (size_t)table.n_column, sizeof value[0]);
    if (t == NULL || name == NULL || value == NULL) {
        status = sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", path);
        goto cleanup;
    }
    t->path = table.path;
    t->n = table.n;
    t->line = table.line;
    memcpy(t->sha256, table.sha256, sizeof t->sha256);
    int32_t time_column = -1;
    status = take_time(&table, t, &time_column, err);
    if (status == SW_OK) {
        status = find_interval(t, err);
    }
    if (status != SW_OK) {
        goto cleanup;
    }
    for (int32_t i = 0; i < table.n_column; i++) {
        if (i != time_column) {
            name[t->n_series] = table.name[i];
            value[t->n_series] = table.value[i];
            t->n_series++;
        }
    }
    t->name = name;
    t->value = value;
    t->arena = table.arena; // the trace owns the table's memory from here
    table.arena = (sw_arena){0};
    *trace = t;
    t = NULL;
cleanup:
    sw_columns_deinit(&table);
    free(t);
    return status;
}

sw_status sw_trace_load(const char *path, sw_trace **trace, sw_error *err) {
    sw_file file = {0};
    SW_TRY(sw_file_read(path, SW_FILE_MAX_BYTES, &file, err));
    return sw_trace_load_file(path, &file, trace, err);
}

void sw_trace_unload(sw_trace *trace) {
    if (trace != NULL) {
        sw_arena arena = trace->arena;
        sw_arena_deinit(&arena);
        free(trace);
    }
}

// True when `name` is `column` without its unit.
static bool is_base_name(const char *column, const char *name) {
    const char *unit = sw_trace_unit(column);
    const size_t n = strlen(name);
    return unit != NULL && strncmp(column, name, n) == 0 && column[n] == '_' &&
           strcmp(column + n + 1, unit) == 0;
}

// Finds a column; *n_match counts the ones that the name could mean.
static int32_t find_column(const sw_trace *trace, const char *name, int32_t *n_match) {
    int32_t found = -1;
    *n_match = 0;
    for (int32_t i = 0; i < trace->n_series; i++) {
        if (strcmp(trace->name[i], name) == 0) {
            *n_match = 1;
            return i;
        }
        if (is_base_name(trace->name[i], name)) {
            (*n_match)++;
            found = i;
        }
    }
    return *n_match == 1 ? found : -1;
}

int32_t sw_trace_column(const sw_trace *trace, const char *name) {
    int32_t n_match = 0;
    return find_column(trace, name, &n_match);
}

// Finds the column asked for and checks its unit, or tells what there is.
static sw_status choose_column(const sw_trace *trace, const char *name, const char *unit,
                               int32_t *column, sw_error *err) {
    int32_t n_match = 0;
    *column = find_column(trace, name, &n_match);
    if (*column < 0) {
        char list[LIST_TEXT] = "";
        size_t used = 0;
        for (int32_t i = 0; i < trace->n_series && used < sizeof list; i++) {
            const int n = snprintf(list + used, sizeof list - used, "%s%s", i == 0 ? "" : ", ",
                                   trace->name[i]);
            used += n < 0 ? sizeof list : (size_t)n;
        }
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: %s column '%s'; there are: %s", trace->path,
                       n_match > 1 ? "more than one" : "no", name, list);
    }
    const char *own = sw_trace_unit(trace->name[*column]);
    if (unit != NULL && own != NULL && !sw_unit_same(own, unit)) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: column '%s' is in %s, but the signal is in %s",
                       trace->path, trace->name[*column], own, unit);
    }
    return SW_OK;
}

// Rounds a time to the grid of event times, so that samples and slots meet exactly.
static double on_grid(double time_s) {
    return time_s < 0.0 ? -sw_time_round(-time_s) : sw_time_round(time_s);
}

// A trace laid over the slots of a run.
typedef struct overlay {
    const sw_trace *trace;
    double origin_s; // the trace's time at slot 0
    double end_s;    // of the last slot, from slot 0
} overlay;

// Returns the start of sample `row`, or the end of the last, from slot 0.
static double sample_s(const overlay *o, int64_t row) {
    const double *time_s = o->trace->time_s;
    if (row < o->trace->n) {
        return on_grid(time_s[row] - o->origin_s);
    }
    const int64_t last = o->trace->n - 1;
    return on_grid(time_s[last] - o->origin_s + (time_s[last] - time_s[last - 1]));
}

// Checks that samples without a gap cover the run.
static sw_status check_coverage(const overlay *o, sw_error *err) {
    const sw_trace *trace = o->trace;
    char from[WHEN_TEXT];
    char to[WHEN_TEXT];
    char where[SW_WHERE_TEXT];
    if (trace->n < 2) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: one sample alone; two at least are needed to tell how long one holds",
                       sw_row_where(trace->path, trace->line, 0, where));
    }
    if (sample_s(o, 0) > 0.0) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: first sample is at %s, after the start of the run, %s",
                       sw_row_where(trace->path, trace->line, 0, where),
                       when(trace, trace->time_s[0], from), when(trace, o->origin_s, to));
    }
    for (int64_t row = 0; row < trace->n; row++) {
        const double start_s = sample_s(o, row);
        const double next_s = sample_s(o, row + 1);
        const bool matters = next_s > 0.0 && start_s < o->end_s;
        if (matters && next_s - start_s > GAP_INTERVALS * trace->interval_s) {
            return sw_fail(
                err, SW_ERR_BAD_INPUT,
                "%s: gap after the sample at %s: it would hold for %.10g s, but samples come "
                "every %.10g s",
                sw_row_where(trace->path, trace->line, row, where),
                when(trace, trace->time_s[row], from), next_s - start_s, trace->interval_s);
        }
    }
    if (sample_s(o, trace->n) < o->end_s) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: samples end at %s, before the end of the run, %s",
                       sw_row_where(trace->path, trace->line, trace->n - 1, where),
                       when(trace, o->origin_s + sample_s(o, trace->n), from),
                       when(trace, o->origin_s + o->end_s, to));
    }
    return SW_OK;
}

// Returns a cell that must be a number.
static sw_status take_cell(const overlay *o, int32_t column, int64_t row, double *value,
                           sw_error *err) {
    *value = o->trace->value[column][row];
    if (isfinite(*value)) {
        return SW_OK;
    }
    char where[SW_WHERE_TEXT];
    char text[WHEN_TEXT];
    return sw_fail(err, SW_ERR_BAD_INPUT,
                   "%s: column '%s' at %s is empty or no number; a finite number is needed",
                   sw_row_where(o->trace->path, o->trace->line, row, where), o->trace->name[column],
                   when(o->trace, o->trace->time_s[row], text));
}

sw_status sw_trace_to_slots(const sw_trace *trace, const char *column, const char *unit,
                            double factor, const sw_slot_grid *grid, double *out, sw_error *err) {
    int32_t c = -1;
    SW_TRY(choose_column(trace, column, unit, &c, err));
    if (trace->dated && !isfinite(grid->start_unix_s)) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: times are dates, so that the scenario needs a start in [scenario]",
                       trace->path);
    }
    const overlay o = {.trace = trace,
                       .origin_s = trace->dated ? grid->start_unix_s : 0.0,
                       .end_s = on_grid((double)grid->n_slot * grid->slot_s)};
    SW_TRY(check_coverage(&o, err));

    // `next` is the first sample at or after the slot; the one before it holds at the slot's start.
    int64_t next = 0;
    while (next < trace->n && sample_s(&o, next) < 0.0) {
        next++;
    }
    for (int64_t slot = 0; slot < grid->n_slot; slot++) {
        const double end_s = on_grid((double)(slot + 1) * grid->slot_s);
        double sum = 0.0;
        double cell = 0.0;
        const int64_t first = next;
        for (; next < trace->n && sample_s(&o, next) < end_s; next++) {
            SW_TRY(take_cell(&o, c, next, &cell, err));
            sum += cell;
        }
        if (next == first) {
            SW_TRY(take_cell(&o, c, next - 1, &sum, err));
        } else {
            sum /= (double)(next - first);
        }
        out[slot] = sum * factor;
        if (!isfinite(out[slot])) {
            return sw_fail(err, SW_ERR_BAD_INPUT,
                           "%s: column '%s' times %g is too large for a number in slot %" PRId64,
                           trace->path, trace->name[c], factor, slot);
        }
    }
    return SW_OK;
}

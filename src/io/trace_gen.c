#include "io/trace_gen.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/columns.h"
#include "io/import_samples.h"
#include "io/trace.h"

// What slot 0 of a trace without dates is, as for generators: Monday 2025-07-14T00:00:00Z.
static const double NO_START_UNIX_S = 1752451200.0;
static const double COUNT_S = 300.0; // intervals in which jobs are counted

enum { MAX_ROWS = 10000000 };

// ------------------------------------------------------------------ generating

static sw_status write_made(const sw_trace_gen_options *o, const sw_synth *synth, int64_t n,
                            const double *time_s, const double *value, sw_error *err) {
    char name[64];
    char text[SW_SYNTH_TEXT];
    char clock[80];
    const char *unit = sw_synth_unit(synth->kind);
    (void)snprintf(name, sizeof name, "%s_%s", sw_synth_kind_name(synth->kind), unit);
    (void)snprintf(clock, sizeof clock, "seed %llu, stream %u, clock of the profile UTC%+g h",
                   (unsigned long long)o->seed, (unsigned)o->stream, o->utc_offset_h);
    if (!sw_synth_print(synth, text, sizeof text)) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "the generator's text is longer than %d characters",
                       (int)SW_SYNTH_TEXT - 1);
    }
    const char *const header[] = {"synthetic; times are the start of an interval", o->command, text,
                                  clock};
    const bool dated = !isnan(o->start_unix_s);
    const sw_out_column column[] = {
        {.name = dated ? "time" : "time_s",
         .unit = "s",
         .long_name = "start of the interval",
         .value = time_s},
        {.name = name, .unit = unit, .long_name = sw_synth_kind_name(synth->kind), .value = value}};
    const sw_out_table table = {.header = header,
                                .n_header = (int32_t)(sizeof header / sizeof *header),
                                .n = n,
                                .column = column,
                                .n_column = 2,
                                .stop = o->stop};
    return sw_trace_write(o->out, &table, err);
}

sw_status sw_trace_gen(const sw_trace_gen_options *o, sw_error *err) {
    sw_synth synth;
    SW_TRY(sw_synth_parse(o->generator, &synth, err));
    const double rows = ceil(o->days * 86400.0 / o->slot_s - 1e-9);
    if (!(rows >= 1.0 && rows <= MAX_ROWS)) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%g rows, allowed are 1 to %d", rows, (int)MAX_ROWS);
    }
    const int64_t n = (int64_t)rows;
    double *time_s = calloc((size_t)n, sizeof *time_s);
    double *value = calloc((size_t)n, sizeof *value);
    sw_status status = SW_OK;
    if (time_s == NULL || value == NULL) {
        status = sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for %lld rows", (long long)n);
        goto cleanup;
    }
    const double first_s = isnan(o->start_unix_s) ? 0.0 : o->start_unix_s;
    for (int64_t i = 0; i < n; i++) {
        time_s[i] = first_s + o->slot_s * (double)i;
    }
    const sw_synth_grid grid = {.start_unix_s = o->start_unix_s,
                                .utc_offset_h = o->utc_offset_h,
                                .slot_s = o->slot_s,
                                .n_slot = n};
    sw_synth_fill(&synth, o->seed, o->stream, &grid, value);
    status = write_made(o, &synth, n, time_s, value, err);
cleanup:
    free(time_s);
    free(value);
    return status;
}

// ------------------------------------------------------------------ reading what is fitted

// A series in memory that `free` takes.
typedef struct series {
    double *value;
    int64_t n;
    double interval_s;
    double start_unix_s;
    bool dated;
} series;

// Counts jobs that arrive at these times into a series whose last interval ends with the trace; it
// is left out unless it is the only one.
static sw_status count_jobs(const char *path, const double *time_s, int64_t n, series *s,
                            sw_error *err) {
    const int64_t whole = (int64_t)(time_s[n - 1] / COUNT_S);
    s->n = whole > 0 ? whole : 1;
    s->value = calloc((size_t)s->n, sizeof *s->value);
    if (s->value == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", path);
    }
    for (int64_t i = 0; i < n; i++) {
        const int64_t slot = (int64_t)(time_s[i] / COUNT_S);
        if (slot < s->n) {
            s->value[slot] += 1.0 / COUNT_S;
        }
    }
    return SW_OK;
}

static sw_status read_jobs(const char *path, series *s, sw_error *err) {
    sw_columns table = {0};
    sw_status status = sw_columns_load(path, &table, err);
    const int32_t at = status == SW_OK ? sw_columns_find(&table, "arrival_s") : -1;
    if (status == SW_OK && (at < 0 || table.n == 0)) {
        status = sw_fail(err, SW_ERR_BAD_INPUT, "%s: no jobs in a column 'arrival_s'", path);
    }
    if (status == SW_OK) {
        const double *time_s = table.value[at];
        double before_s = 0.0;
        for (int64_t i = 0; i < table.n && status == SW_OK; i++) {
            if (!(time_s[i] >= before_s && time_s[i] <= SW_MAX_END_S)) {
                char where[SW_WHERE_TEXT];
                status = sw_fail(err, SW_ERR_BAD_INPUT,
                                 "%s: arrival_s is not a number from that of the row before to %d",
                                 sw_row_where(path, table.line, i, where), SW_MAX_END_S);
            }
            before_s = time_s[i];
        }
        if (status == SW_OK) {
            status = count_jobs(path, time_s, table.n, s, err);
        }
    }
    s->interval_s = COUNT_S;
    s->start_unix_s = NO_START_UNIX_S;
    sw_columns_deinit(&table);
    return status;
}

static sw_status read_signal(const char *path, const char *name, series *s, sw_error *err) {
    sw_trace *trace = NULL;
    SW_TRY(sw_trace_load(path, &trace, err));
    sw_status status = SW_OK;
    const int32_t at = sw_trace_column(trace, name);
    if (at < 0) {
        status = sw_fail(err, SW_ERR_BAD_INPUT, "%s: no column '%s'", path, name);
        goto cleanup;
    }
    s->value = calloc((size_t)trace->n + 1, sizeof *s->value);
    if (s->value == NULL) {
        status = sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", path);
        goto cleanup;
    }
    s->n = trace->n;
    s->interval_s = trace->interval_s;
    s->dated = trace->dated;
    s->start_unix_s = trace->n > 0 && trace->dated ? trace->time_s[0] : NO_START_UNIX_S;
    for (int64_t i = 0; i < trace->n; i++) {
        char where[SW_WHERE_TEXT];
        s->value[i] = trace->value[at][i];
        const bool late = i > 0 && trace->time_s[i] - trace->time_s[i - 1] != s->interval_s;
        if (late || !isfinite(s->value[i])) {
            status =
                sw_fail(err, SW_ERR_BAD_INPUT, "%s: %s", sw_row_where(path, trace->line, i, where),
                        late ? "a gap, needed are even steps ('trace import --fill' makes "
                               "them)"
                             : "no number");
            goto cleanup;
        }
    }
cleanup:
    sw_trace_unload(trace);
    return status;
}

// ------------------------------------------------------------------ fitting

// Finds the kind by name, or by the column's unit.
static sw_status find_kind(const sw_trace_fit_options *o, sw_synth_kind *kind, sw_error *err) {
    const bool jobs = strcmp(o->column, "arrival_s") == 0;
    const char *unit = jobs ? "jobs_per_s" : sw_trace_unit(o->column);
    for (int k = 0; k < SW_SYNTH_KINDS; k++) {
        *kind = (sw_synth_kind)k;
        if (k == SW_SYNTH_TEMPERATURE) {
            continue;
        }
        const char *own = sw_synth_unit(*kind);
        const bool by_unit =
            unit != NULL && strcmp(unit, "cf") != 0 &&
            (strcmp(unit, own) == 0 || (k == SW_SYNTH_RATE && strcmp(unit, "per_s") == 0));
        if (o->kind != NULL ? strcmp(o->kind, sw_synth_kind_name(*kind)) == 0 : by_unit) {
            return SW_OK;
        }
    }
    return sw_fail(err, SW_ERR_BAD_INPUT,
                   "--kind: '%s'; price, carbon, wind, pv or rate is allowed, and needed where the "
                   "column's name does not end in usd_per_mwh, g_per_kwh or jobs_per_s",
                   o->kind != NULL ? o->kind : "");
}

// Measures a sample and what a generator makes of it: the one given, or one that is fitted.
static sw_status fit_sample(const sw_trace_fit_options *o, const sw_synth_sample *sample,
                            sw_synth_kind kind, sw_trace_fit *fit, sw_error *err) {
    SW_TRY(sw_synth_stats_of(sample, &fit->real, err));
    if (o->generator == NULL) {
        SW_TRY(sw_synth_fit(sample, kind, &fit->synth, err));
    }
    return sw_synth_trials(&fit->synth, sample, SW_TRACE_FIT_LENGTHS * sample->n,
                           SW_TRACE_FIT_SEEDS, &fit->made, err);
}

sw_status sw_trace_fit_file(const sw_trace_fit_options *o, sw_trace_fit *fit, sw_error *err) {
    series s = {0};
    sw_synth_kind kind = SW_SYNTH_PRICE;
    sw_status status = SW_OK;
    if (o->generator != NULL) {
        SW_TRY(sw_synth_parse(o->generator, &fit->synth, err));
    } else {
        SW_TRY(find_kind(o, &kind, err));
    }
    status = strcmp(o->column, "arrival_s") == 0 ? read_jobs(o->path, &s, err)
                                                 : read_signal(o->path, o->column, &s, err);
    if (status == SW_OK && isfinite(o->start_unix_s)) {
        status = s.dated ? sw_fail(err, SW_ERR_BAD_INPUT,
                                   "%s: has dates, so that --start has no meaning", o->path)
                         : SW_OK;
        s.start_unix_s = o->start_unix_s;
    }
    if (status != SW_OK) {
        goto cleanup;
    }
    const sw_synth_sample sample = {.n = s.n,
                                    .value = s.value,
                                    .interval_s = s.interval_s,
                                    .start_local_s = s.start_unix_s + 3600.0 * o->utc_offset_h};
    sw_error why = {0};
    status = fit_sample(o, &sample, kind, fit, &why);
    if (status != SW_OK) {
        status = sw_fail(err, status, "%s: %s", o->path, why.text);
    }
cleanup:
    free(s.value);
    return status;
}

// ------------------------------------------------------------------ showing

// Returns the greatest difference of two profiles.
static double profile_difference(const sw_synth_stats *a, const sw_synth_stats *b) {
    double most = 0.0;
    for (int h = 0; h < 24; h++) {
        most = fmax(most, fabs(a->profile[h] - b->profile[h]));
    }
    return most;
}

void sw_trace_fit_print(const sw_trace_fit *fit, FILE *out) {
    char text[SW_SYNTH_TEXT];
    const bool fits = sw_synth_print(&fit->synth, text, sizeof text);
    const sw_synth_stats *real = &fit->real;
    const sw_synth_stats *made = &fit->made;
    (void)fprintf(out, "synth:%s\n\n", fits ? text : "(too long)");
    (void)fputs("| statistic of hours | measured | generated |\n|---|---|---|\n", out);
    const struct {
        const char *name;
        double real;
        double made;
    } row[] = {
        {"mean", real->mean, made->mean},
        {"standard deviation", real->sd, made->sd},
        {"lag-1 correlation", real->lag1, made->lag1},
        {"share above 3 x and 50 over the week's median", real->spike, made->spike},
        {"share below 0", real->low, made->low},
        {"hourly profile, greatest difference", 0.0, profile_difference(real, made)},
        {"sd inside the hour over the mean", real->fine, made->fine},
        {"variance over mean of counts inside the hour", real->dispersion, made->dispersion},
    };
    const size_t n = sizeof row / sizeof *row - (fit->synth.kind == SW_SYNTH_RATE ? 0 : 1);
    for (size_t i = 0; i < n; i++) {
        (void)fprintf(out, "| %s | %.4g | %.4g |\n", row[i].name, row[i].real, row[i].made);
    }
}

static void json_stats(const sw_synth_stats *stats, sw_json *json) {
    const struct {
        const char *name;
        double value;
    } row[] = {{"mean", stats->mean},
               {"sd", stats->sd},
               {"lag1", stats->lag1},
               {"spike_share", stats->spike},
               {"low_share", stats->low},
               {"fine_sd", stats->fine},
               {"dispersion", stats->dispersion}};
    sw_json_begin_object(json);
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        sw_json_key(json, row[i].name);
        sw_json_number(json, row[i].value);
    }
    sw_json_key(json, "profile");
    sw_json_begin_array(json);
    for (int h = 0; h < 24; h++) {
        sw_json_number(json, stats->profile[h]);
    }
    sw_json_end_array(json);
    sw_json_end_object(json);
}

void sw_trace_fit_json(const sw_trace_fit *fit, sw_json *json) {
    char text[SW_SYNTH_TEXT];
    sw_json_begin_object(json);
    sw_json_key(json, "generator");
    sw_json_text(json, sw_synth_print(&fit->synth, text, sizeof text) ? text : NULL);
    sw_json_key(json, "kind");
    sw_json_text(json, sw_synth_kind_name(fit->synth.kind));
    sw_json_key(json, "measured");
    json_stats(&fit->real, json);
    sw_json_key(json, "generated");
    json_stats(&fit->made, json);
    sw_json_end_object(json);
}

#include "policy/replay_file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/number.h"

enum { N_COLUMN = 4 };

// Names in alphabetical order, with the index of each.
typedef struct name_entry {
    const char *name;
    int32_t index;
} name_entry;

static int compare_names(const void *a, const void *b) {
    return strcmp(((const name_entry *)a)->name, ((const name_entry *)b)->name);
}

static name_entry *sort_names(const char *const *name, int32_t n) {
    name_entry *entry = calloc((size_t)n + 1, sizeof *entry);
    for (int32_t i = 0; entry != NULL && i < n; i++) {
        entry[i] = (name_entry){name[i], i};
    }
    if (entry != NULL) {
        qsort(entry, (size_t)n, sizeof *entry, compare_names);
    }
    return entry;
}

static int32_t find_name(const name_entry *entry, int32_t n, const char *name) {
    const name_entry key = {name, 0};
    const name_entry *found = bsearch(&key, entry, (size_t)n, sizeof *entry, compare_names);
    return found == NULL ? -1 : found->index;
}

// What one file is read with.
typedef struct reader {
    const sw_system *sys;
    const char *path;
    sw_csv csv;
    name_entry *asp;  // [n_asp]
    name_entry *site; // [n_site]
    sw_error *err;
} reader;

static void close_reader(reader *in) {
    sw_csv_deinit(&in->csv);
    free(in->asp);
    free(in->site);
}

// Opens a file and checks its header, which must be `columns`.
static sw_status open_reader(reader *in, const char *const columns[N_COLUMN]) {
    in->asp = sort_names(in->sys->asp_name, in->sys->n_asp);
    in->site = sort_names(in->sys->site_name, in->sys->n_site);
    if (in->asp == NULL || in->site == NULL) {
        return sw_fail(in->err, SW_ERR_NO_MEMORY, "%s: out of memory", in->path);
    }
    SW_TRY(sw_csv_init(&in->csv, in->path, in->err));
    bool more = false;
    SW_TRY(sw_csv_next(&in->csv, &more, in->err));
    bool right = more && in->csv.n_field == N_COLUMN;
    for (int32_t i = 0; right && i < N_COLUMN; i++) {
        right = strcmp(in->csv.field[i], columns[i]) == 0;
    }
    if (!right) {
        return sw_fail(in->err, SW_ERR_BAD_INPUT, "%s:%lld: the header must be %s,%s,%s,%s",
                       in->path, (long long)(more ? in->csv.line : 1), columns[0], columns[1],
                       columns[2], columns[3]);
    }
    return SW_OK;
}

// Reads the next record; every one has all columns.
static sw_status next_record(reader *in, bool *more) {
    SW_TRY(sw_csv_next(&in->csv, more, in->err));
    if (*more && in->csv.n_field != N_COLUMN) {
        return sw_fail(in->err, SW_ERR_BAD_INPUT, "%s:%lld: %d fields; every row has %d", in->path,
                       (long long)in->csv.line, in->csv.n_field, N_COLUMN);
    }
    return SW_OK;
}

// Fails on a field: what it is not, and what is allowed.
static sw_status bad_field(const reader *in, const char *column, const char *text,
                           const char *allowed) {
    return sw_fail(in->err, SW_ERR_BAD_INPUT, "%s:%lld: %s: '%s' is not allowed; %s", in->path,
                   (long long)in->csv.line, column, text, allowed);
}

static sw_status read_count(const reader *in, const char *column, const char *text,
                            int64_t *value) {
    if (!sw_integer_parse(text, value) || *value < 0) {
        return bad_field(in, column, text, "a whole number from 0");
    }
    return SW_OK;
}

static int32_t find_steps(const sw_system *sys, int64_t steps) {
    for (int32_t i = 0; i < sys->n_step; i++) {
        if (sys->steps[i] == steps) {
            return i;
        }
    }
    return -1;
}

static sw_status read_job(const reader *in, sw_replay_job *row) {
    char *const *field = in->csv.field;
    *row = (sw_replay_job){.asp = -1, .line = (int32_t)in->csv.line};
    SW_TRY(read_count(in, "job", field[0], &row->job));
    int64_t steps = 0;
    if (field[1][0] != '\0') {
        const int32_t asp = find_name(in->asp, in->sys->n_asp, field[1]);
        if (asp < 0) {
            return bad_field(in, "asp", field[1], "the name of an ASP, or empty to reject the job");
        }
        row->asp = (int16_t)asp;
    }
    if (row->asp >= 0 || field[2][0] != '\0') {
        const int32_t step = sw_integer_parse(field[2], &steps) ? find_steps(in->sys, steps) : -1;
        if (step < 0) {
            return bad_field(in, "steps", field[2], "one of the scenario's steps");
        }
        row->step = (int16_t)(row->asp >= 0 ? step : 0);
    }
    if (field[3][0] != '\0' &&
        (!sw_number_parse(field[3], &row->not_before_s) ||
         !(row->not_before_s >= 0.0 && row->not_before_s < (double)INFINITY))) {
        return bad_field(in, "not_before_s", field[3], "a time from 0, or empty");
    }
    return SW_OK;
}

static int compare_jobs(const void *a, const void *b) {
    const sw_replay_job *x = a;
    const sw_replay_job *y = b;
    const int by_job = (x->job > y->job) - (x->job < y->job);
    return by_job != 0 ? by_job : (x->line > y->line) - (x->line < y->line);
}

static sw_status read_jobs(reader *in, sw_arena *arena, sw_replay_jobs *jobs) {
    static const char *const columns[N_COLUMN] = {"job", "asp", "steps", "not_before_s"};
    SW_TRY(open_reader(in, columns));
    const size_t most = (size_t)sw_csv_max_records(&in->csv, N_COLUMN);
    sw_replay_job *row = sw_arena_alloc(arena, most, sizeof *row);
    if (row == NULL) {
        return sw_fail(in->err, SW_ERR_NO_MEMORY, "%s: out of memory", in->path);
    }
    int64_t n = 0;
    bool ascending = true;
    bool more = false;
    SW_TRY(next_record(in, &more));
    for (; more; n++) {
        SW_TRY(read_job(in, &row[n]));
        ascending = ascending && (n == 0 || row[n].job > row[n - 1].job);
        SW_TRY(next_record(in, &more));
    }
    if (!ascending) {
        qsort(row, (size_t)n, sizeof *row, compare_jobs);
    }
    for (int64_t i = 1; i < n; i++) {
        if (row[i].job == row[i - 1].job) {
            return sw_fail(in->err, SW_ERR_BAD_INPUT,
                           "%s:%d: job: %lld has a row already in line %d; a job has one row",
                           in->path, row[i].line, (long long)row[i].job, row[i - 1].line);
        }
    }
    *jobs = (sw_replay_jobs){.path = in->path, .n = n, .row = row};
    return SW_OK;
}

sw_status sw_replay_read_jobs(const sw_system *sys, const char *path, sw_arena *arena,
                              const sw_replay_jobs **jobs, sw_error *err) {
    sw_replay_jobs *made = sw_arena_alloc(arena, 1, sizeof *made);
    if (made == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", path);
    }
    reader in = {.sys = sys, .path = path, .err = err};
    const sw_status status = read_jobs(&in, arena, made);
    close_reader(&in);
    if (status == SW_OK) {
        *jobs = made;
    }
    return status;
}

static const char *const kind_name[] = {"level", "active", "battery_kw", "cooling_kw"};

static sw_status read_value(const reader *in, const char *text, sw_replay_control *row) {
    const sw_system *sys = in->sys;
    int64_t whole = 0;
    switch ((sw_replay_kind)row->kind) {
    case SW_REPLAY_LEVEL:
        if (!sw_integer_parse(text, &whole) || whole < 0 || whole >= sys->asp_n_level[row->owner]) {
            return bad_field(in, "value", text, "the index of a level of this ASP, from 0");
        }
        row->value = (double)whole;
        return SW_OK;
    case SW_REPLAY_ACTIVE:
        if (!sw_integer_parse(text, &whole) || whole < 0 || whole > sys->asp_gpus[row->owner]) {
            return bad_field(in, "value", text, "a whole number from 0 to the GPUs of this ASP");
        }
        row->value = (double)whole;
        return SW_OK;
    case SW_REPLAY_COOLING_KW:
        if (text[0] == '\0') {
            row->value = NAN;
            return SW_OK;
        }
        break;
    case SW_REPLAY_BATTERY_KW:
        break;
    }
    if (!sw_number_parse(text, &row->value) || !isfinite(row->value)) {
        return bad_field(in, "value", text,
                         row->kind == SW_REPLAY_COOLING_KW ? "a number, or empty for the thermostat"
                                                           : "a number");
    }
    return SW_OK;
}

static sw_status read_control(const reader *in, sw_replay_control *row) {
    char *const *field = in->csv.field;
    *row = (sw_replay_control){.line = (int32_t)in->csv.line, .kind = -1};
    SW_TRY(read_count(in, "slot", field[0], &row->slot));
    for (int kind = 0; kind <= SW_REPLAY_COOLING_KW; kind++) {
        if (strcmp(kind_name[kind], field[1]) == 0) {
            row->kind = (int16_t)kind;
        }
    }
    if (row->kind < 0) {
        return bad_field(in, "kind", field[1], "level, active, battery_kw or cooling_kw");
    }
    const bool of_asp = row->kind == SW_REPLAY_LEVEL || row->kind == SW_REPLAY_ACTIVE;
    const int32_t owner = of_asp ? find_name(in->asp, in->sys->n_asp, field[2])
                                 : find_name(in->site, in->sys->n_site, field[2]);
    if (owner < 0) {
        return bad_field(in, "name", field[2],
                         of_asp ? "the name of an ASP" : "the name of a site");
    }
    row->owner = (int16_t)owner;
    return read_value(in, field[3], row);
}

// Orders by slot, kind and owner.
static int compare_keys(const sw_replay_control *x, const sw_replay_control *y) {
    if (x->slot != y->slot) {
        return x->slot > y->slot ? 1 : -1;
    }
    if (x->kind != y->kind) {
        return x->kind - y->kind;
    }
    return x->owner - y->owner;
}

static int compare_controls(const void *a, const void *b) {
    const sw_replay_control *x = a;
    const sw_replay_control *y = b;
    const int by_key = compare_keys(x, y);
    return by_key != 0 ? by_key : (x->line > y->line) - (x->line < y->line);
}

static sw_status read_controls(reader *in, sw_arena *arena, sw_replay_controls *controls) {
    static const char *const columns[N_COLUMN] = {"slot", "kind", "name", "value"};
    SW_TRY(open_reader(in, columns));
    const size_t most = (size_t)sw_csv_max_records(&in->csv, N_COLUMN);
    sw_replay_control *row = sw_arena_alloc(arena, most, sizeof *row);
    if (row == NULL) {
        return sw_fail(in->err, SW_ERR_NO_MEMORY, "%s: out of memory", in->path);
    }
    int64_t n = 0;
    bool more = false;
    SW_TRY(next_record(in, &more));
    for (; more; n++) {
        SW_TRY(read_control(in, &row[n]));
        SW_TRY(next_record(in, &more));
    }
    qsort(row, (size_t)n, sizeof *row, compare_controls);
    for (int64_t i = 1; i < n; i++) {
        if (compare_keys(&row[i], &row[i - 1]) == 0) {
            return sw_fail(in->err, SW_ERR_BAD_INPUT,
                           "%s:%d: this %s has a value for slot %lld already in line %d", in->path,
                           row[i].line, kind_name[row[i].kind], (long long)row[i].slot,
                           row[i - 1].line);
        }
    }
    *controls = (sw_replay_controls){.path = in->path, .n = n, .row = row};
    return SW_OK;
}

sw_status sw_replay_read_controls(const sw_system *sys, const char *path, sw_arena *arena,
                                  const sw_replay_controls **controls, sw_error *err) {
    sw_replay_controls *made = sw_arena_alloc(arena, 1, sizeof *made);
    if (made == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", path);
    }
    reader in = {.sys = sys, .path = path, .err = err};
    const sw_status status = read_controls(&in, arena, made);
    close_reader(&in);
    if (status == SW_OK) {
        *controls = made;
    }
    return status;
}

#include "io/import_rows.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"

enum { MAX_NAMES = 12, NAME_TEXT = 48, LIST_TEXT = 512 };

#define HOUR_S      3600.0
#define QUARTER_S   900.0
#define SAME_TIME_S 1e-6
#define MAX_TIME_S  1e11

// Where the layout's columns lie in a file; -1: not there.
typedef struct places {
    int32_t n_field;
    int32_t time;
    int32_t hour;
    int32_t quarter;
    int32_t again;
    int32_t place[2];
    int32_t kind;
    int32_t current;
    int32_t value;
} places;

// The names that a choice found in a column, to tell them when it was not clear.
typedef struct choice {
    const char *option; // as typed
    const char *wanted; // NULL: not said; then the file may hold one only
    int32_t n;
    char name[MAX_NAMES][NAME_TEXT];
    bool found;
} choice;

typedef struct reader {
    const sw_csv *csv;
    const sw_row_layout *layout;
    const sw_import_options *options;
    places at;
    sw_clock_reader clock;
    bool is_open; // without a clock of its own
    choice place;
    choice kind;
    double last_s;
} reader;

// ------------------------------------------------------------------ the header

static int32_t find(const sw_csv *csv, const char *pattern) {
    return pattern == NULL ? -1 : sw_pattern_find(pattern, csv, NULL);
}

// Writes `pattern` with what the header's `*` stood for in place of its own.
static void fill_star(const char *pattern, const char *star, bool small, char *out, size_t size) {
    const char *mark = strchr(pattern, '*');
    if (mark == NULL) {
        (void)snprintf(out, size, "%s", pattern);
        return;
    }
    const int head = (int)(mark - pattern);
    (void)snprintf(out, size, "%.*s%s%s", head, pattern, star, mark + 1);
    for (char *c = out + head; small && *c != '\0'; c++) {
        *c = sw_lower(*c);
    }
}

static bool is_currency(const char *star) {
    return strlen(star) == 3 && strspn(star, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3;
}

// Finds the series that --column names and says what it is.
static sw_status choose_series(reader *r, sw_samples *s, sw_error *err) {
    const sw_row_layout *l = r->layout;
    const char *wanted = l->kind == NULL ? r->options->column : NULL;
    char list[LIST_TEXT] = "";
    size_t used = 0;
    const sw_row_series *series = NULL;
    for (int i = 0; i < SW_MAX_ROW_SERIES && l->series[i].header != NULL; i++) {
        if (series == NULL && (wanted == NULL || strcmp(wanted, l->series[i].name) == 0)) {
            series = &l->series[i];
        }
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i == 0 ? "" : ", ",
                                 l->series[i].name);
    }
    if (series == NULL) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: --column '%s'; allowed: %s", r->csv->path,
                       wanted, list);
    }
    char star[SW_STAR_TEXT];
    r->at.value = sw_pattern_find(series->header, r->csv, star);
    if (r->at.value < 0) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s:%" PRId64 ": no column '%s'", r->csv->path,
                       r->csv->line, series->header);
    }
    if (strchr(series->unit, '*') != NULL && !is_currency(star)) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s:%" PRId64 ": column '%.64s': '%s' is no currency; three capitals such "
                       "as USD or EUR are allowed",
                       r->csv->path, r->csv->line, r->csv->field[r->at.value], star);
    }
    fill_star(series->column, star, true, s->column, sizeof s->column);
    fill_star(series->unit, star, false, s->unit, sizeof s->unit);
    s->what = series->what;
    return SW_OK;
}

static sw_status choose_clock(reader *r, const char *star, sw_error *err) {
    const char *name = strcmp(star, "UTC") == 0 ? "utc" : r->layout->clock;
    r->is_open = name == NULL;
    if (r->is_open) {
        name = r->options->clock != NULL ? r->options->clock : "utc";
    }
    r->clock.clock = sw_clock_find(name);
    if (r->clock.clock == NULL) {
        char list[LIST_TEXT] = "";
        sw_clock_list(list, sizeof list);
        return sw_fail(err, SW_ERR_BAD_INPUT, "--clock '%.64s'; allowed: %s", name, list);
    }
    return SW_OK;
}

static sw_status read_header(reader *r, sw_samples *s, sw_error *err) {
    const sw_row_layout *l = r->layout;
    const sw_csv *csv = r->csv;
    char star[SW_STAR_TEXT];
    r->at = (places){.n_field = csv->n_field,
                     .time = sw_pattern_find(l->time, csv, star),
                     .hour = find(csv, l->hour),
                     .quarter = find(csv, l->quarter),
                     .again = find(csv, l->again),
                     .place = {find(csv, l->place[0]), find(csv, l->place[1])},
                     .kind = find(csv, l->kind),
                     .current = find(csv, l->current)};
    if (r->at.time < 0) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s:%" PRId64 ": no column '%s'", csv->path,
                       csv->line, l->time);
    }
    if (l->hour != NULL) {
        SW_TRY(sw_import_find(csv, l->hour, &r->at.hour, err));
    }
    SW_TRY(choose_clock(r, star, err));
    r->place.wanted = r->options->place;
    r->place.option = "--site or --node";
    if (r->place.wanted != NULL && r->at.place[0] < 0 && r->at.place[1] < 0) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s:%" PRId64
                       ": the file names no places, so that --site and --node have no "
                       "meaning",
                       csv->path, csv->line);
    }
    r->kind.wanted = r->options->column != NULL ? r->options->column : l->kind_usual;
    r->kind.option = "--column";
    if (l->kind == NULL) {
        r->kind.wanted = NULL;
    }
    return choose_series(r, s, err);
}

// ------------------------------------------------------------------ which rows are wanted

// Keeps a name for the message; only the first few.
static void note_name(choice *c, const char *name) {
    char cut[NAME_TEXT];
    (void)snprintf(cut, sizeof cut, "%s", name);
    for (int32_t i = 0; i < c->n; i++) {
        if (strcmp(c->name[i], cut) == 0) {
            return;
        }
    }
    if (c->n < MAX_NAMES) {
        memcpy(c->name[c->n], cut, sizeof cut);
        c->n++;
    }
}

// Tells whether a row with these names in the columns of a choice is wanted.
static bool is_chosen(choice *c, const char *name, const char *other) {
    if (c->wanted == NULL) {
        // Names that repeat the last row's are the rule.
        if (c->n == 0 || strncmp(c->name[c->n - 1], name, NAME_TEXT - 1) != 0) {
            note_name(c, name);
        }
        c->found = true;
        return true;
    }
    if (strcmp(c->wanted, name) == 0 || (other != NULL && strcmp(c->wanted, other) == 0)) {
        c->found = true;
        return true;
    }
    if (!c->found) {
        note_name(c, name);
    }
    return false;
}

static bool is_wanted(reader *r) {
    char *const *field = r->csv->field;
    const places *at = &r->at;
    if (at->kind >= 0 && !is_chosen(&r->kind, field[at->kind], NULL)) {
        return false;
    }
    const int32_t first = at->place[0] >= 0 ? at->place[0] : at->place[1];
    const char *other = at->place[1] >= 0 ? field[at->place[1]] : NULL;
    return first < 0 || is_chosen(&r->place, field[first], other);
}

// Fails when a choice was not clear or met nothing.
static sw_status check_choice(const reader *r, const choice *c, const char *column, sw_error *err) {
    const bool many = c->wanted == NULL && c->n > 1;
    if (!many && (c->wanted == NULL || c->found)) {
        return SW_OK;
    }
    char list[LIST_TEXT] = "";
    size_t used = 0;
    for (int32_t i = 0; i < c->n && used < sizeof list; i++) {
        const int n =
            snprintf(list + used, sizeof list - used, "%s%s", i == 0 ? "" : ", ", c->name[i]);
        used += n < 0 ? sizeof list : (size_t)n;
    }
    const char *more = c->n == MAX_NAMES ? ", ..." : "";
    if (many) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: column '%s' has several: %s%s; choose one by %s",
                       r->csv->path, column, list, more, c->option);
    }
    return sw_fail(err, SW_ERR_BAD_INPUT, "%s: no row with '%.64s' in column '%s'; there are: %s%s",
                   r->csv->path, c->wanted, column, list, more);
}

// ------------------------------------------------------------------ one row

// Adds the begin of the hour and quarter to the day of a stamp.
static sw_status add_hour(const reader *r, sw_stamp *stamp, sw_error *err) {
    const sw_csv *csv = r->csv;
    const char *text = csv->field[r->at.hour];
    char digits[4] = "";
    int64_t hour = 0;
    // 24 or 24:00
    const size_t n = strcspn(text, ":");
    if (n < sizeof digits && (text[n] == '\0' || strcmp(text + n, ":00") == 0)) {
        memcpy(digits, text, n);
    }
    if (!sw_integer_parse(digits, &hour) || hour < 1 || hour > 24) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s:%" PRId64
                       ": field %d, '%.64s'; an hour from 1 to 24, or 01:00 to 24:00, "
                       "is allowed",
                       csv->path, csv->line, r->at.hour + 1, text);
    }
    stamp->local_s += HOUR_S * (double)(hour - 1);
    if (r->at.quarter >= 0) {
        int64_t quarter = 0;
        SW_TRY(sw_import_integer(csv, r->at.quarter, 1, 4, &quarter, err));
        stamp->local_s += QUARTER_S * (double)(quarter - 1);
    }
    if (r->at.again >= 0) {
        stamp->pass = csv->field[r->at.again][0] == 'Y' ? SW_PASS_SECOND : SW_PASS_FIRST;
    }
    return SW_OK;
}

static sw_status fail_clock(const reader *r, sw_clock_found found, sw_error *err) {
    const sw_csv *csv = r->csv;
    if (found == SW_CLOCK_UNKNOWN) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s:%" PRId64
                       ": '%.64s': when clock %s was set forward and back is not known "
                       "for this year; 2007 (us) or 1996 (europe) and later is allowed",
                       csv->path, csv->line, csv->field[r->at.time], r->clock.clock->name);
    }
    return sw_fail(err, SW_ERR_BAD_INPUT,
                   "%s:%" PRId64 ": '%.64s' does not exist on clock %s, which is set forward then; "
                   "--fill leaves the row out",
                   csv->path, csv->line, csv->field[r->at.time], r->clock.clock->name);
}

// Reads a time in seconds.
static sw_status take_seconds(const reader *r, double *utc_s, sw_error *err) {
    const sw_csv *csv = r->csv;
    const char *text = csv->field[r->at.time];
    if (!sw_number_parse(text, utc_s) || !(fabs(*utc_s) <= MAX_TIME_S)) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s:%" PRId64 ": field %d, '%.64s'; seconds since 1970 are allowed",
                       csv->path, csv->line, r->at.time + 1, text);
    }
    return SW_OK;
}

// Reads the time of a row; *skip when it does not exist and gaps may be filled.
static sw_status take_time(reader *r, double *utc_s, bool *skip, sw_error *err) {
    const sw_csv *csv = r->csv;
    const char *text = csv->field[r->at.time];
    sw_stamp stamp;
    *skip = false;
    if (r->layout->seconds) {
        return take_seconds(r, utc_s, err);
    }
    if (!sw_stamp_parse(text, r->layout->order, r->layout->interval, &stamp)) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s:%" PRId64 ": '%.64s' is no date; %s is allowed",
                       csv->path, csv->line, text, sw_stamp_form(r->layout->order));
    }
    if (r->at.hour >= 0) {
        SW_TRY(add_hour(r, &stamp, err));
    }
    if (stamp.has_offset) {
        if (r->is_open && (isfinite(r->options->utc_offset_h) || r->options->clock != NULL)) {
            return sw_fail(err, SW_ERR_BAD_INPUT,
                           "%s:%" PRId64 ": '%.64s' has its own offset, so that --utc-offset and "
                           "--clock have no meaning",
                           csv->path, csv->line, text);
        }
        *utc_s = stamp.local_s - stamp.offset_s;
        return SW_OK;
    }
    double second_s = 0.0;
    const sw_clock_found found =
        sw_clock_to_utc(&r->clock, stamp.local_s, stamp.year, utc_s, &second_s);
    if (found == SW_CLOCK_UNKNOWN ||
        (found == SW_CLOCK_NEVER && r->options->fill == SW_FILL_NONE)) {
        return fail_clock(r, found, err);
    }
    *skip = found == SW_CLOCK_NEVER;
    // Without a flag or mark, the second pass is the one that comes after the first.
    const bool later = stamp.pass == SW_PASS_UNKNOWN && *utc_s <= r->last_s;
    if (found == SW_CLOCK_TWICE && (stamp.pass == SW_PASS_SECOND || later)) {
        *utc_s = second_s;
    }
    if (r->is_open && isfinite(r->options->utc_offset_h)) {
        *utc_s -= HOUR_S * r->options->utc_offset_h;
    }
    return SW_OK;
}

static sw_status take_row(reader *r, sw_samples *s, sw_error *err) {
    const sw_csv *csv = r->csv;
    double utc_s = 0.0;
    double x = 0.0;
    bool skip = false;
    SW_TRY(sw_import_need(csv, r->at.n_field, err));
    if (!is_wanted(r)) {
        return SW_OK;
    }
    SW_TRY(take_time(r, &utc_s, &skip, err));
    SW_TRY(sw_import_value(csv, r->at.value, &x, err));
    if (skip ||
        (r->at.current >= 0 && sw_pattern_fits("false|0", csv->field[r->at.current], NULL))) {
        s->n_left_out++;
        return SW_OK;
    }
    if (r->layout->sum && s->n > 0 && utc_s == s->time_s[s->n - 1]) {
        s->value[s->n - 1] += x;
        return SW_OK;
    }
    r->last_s = utc_s;
    return sw_samples_add(s, utc_s, x, csv->line)
               ? SW_OK
               : sw_import_no_room(csv->path, s->n, SW_IMPORT_MAX_ROW, err);
}

// Turns ends of intervals into starts: the end before, or one interval earlier where that is far.
static sw_status shift_ends(const reader *r, sw_samples *s, sw_error *err) {
    double interval_s = 0.0;
    SW_TRY(sw_samples_interval(s, &interval_s, err));
    if (r->layout->stamped == SW_STAMPED_END_BELOW_HOUR && interval_s >= HOUR_S - SAME_TIME_S) {
        return SW_OK;
    }
    double end_s = -(double)INFINITY;
    for (int64_t i = 0; i < s->n; i++) {
        const double before_s = end_s;
        end_s = s->time_s[i];
        const bool near = end_s - before_s < interval_s - SAME_TIME_S;
        s->time_s[i] = near ? before_s : end_s - interval_s;
    }
    return SW_OK;
}

sw_status sw_import_read_rows(sw_csv *csv, const sw_import_kind *kind,
                              const sw_import_options *options, sw_samples *s, sw_error *err) {
    reader r = {
        .csv = csv, .layout = kind->layout, .options = options, .last_s = -(double)INFINITY};
    SW_TRY(read_header(&r, s, err));
    for (bool more = true;;) {
        SW_TRY(sw_csv_next(csv, &more, err));
        if (!more) {
            break;
        }
        SW_TRY(take_row(&r, s, err));
    }
    SW_TRY(check_choice(&r, &r.kind, r.layout->kind, err));
    SW_TRY(check_choice(&r, &r.place, r.layout->place[0], err));
    if (r.layout->any_order) {
        SW_TRY(sw_samples_sort(s, err));
    }
    return r.layout->stamped == SW_STAMPED_START ? SW_OK : shift_ends(&r, s, err);
}

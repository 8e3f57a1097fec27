// What the readers of foreign files share: matching names, and reading cells with exact errors.
#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/number.h"
#include "io/import_format.h"

char sw_lower(char c) {
    if (c >= 'A' && c <= 'Z') {
        c = (char)(c - 'A' + 'a');
    }
    return c;
}

static bool same(const char *a, const char *b, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (sw_lower(a[i]) != sw_lower(b[i])) {
            return false;
        }
    }
    return true;
}

// Compares with one alternative, the `n` bytes at `pattern`. `star` gets what the first `*` stands
// for. Nullable: star.
// NOLINTNEXTLINE(misc-no-recursion): as deep as a pattern of ours has stars
static bool fits_one(const char *pattern, size_t n, const char *text, char *star) {
    const char *mark = memchr(pattern, '*', n);
    if (mark == NULL) {
        return strlen(text) == n && same(pattern, text, n);
    }
    const size_t head = (size_t)(mark - pattern);
    if (strlen(text) < head || !same(pattern, text, head)) {
        return false;
    }
    for (const char *rest = text + head;; rest++) {
        if (fits_one(mark + 1, n - head - 1, rest, NULL)) {
            if (star != NULL) {
                (void)snprintf(star, SW_STAR_TEXT, "%.*s", (int)(rest - text - (ptrdiff_t)head),
                               text + head);
            }
            return true;
        }
        if (*rest == '\0') {
            return false;
        }
    }
}

bool sw_pattern_fits(const char *pattern, const char *text, char star[SW_STAR_TEXT]) {
    if (star != NULL) {
        star[0] = '\0';
    }
    for (;;) {
        const size_t n = strcspn(pattern, "|");
        if (fits_one(pattern, n, text, star)) {
            return true;
        }
        if (pattern[n] == '\0') {
            return false;
        }
        pattern += n + 1;
    }
}

int32_t sw_pattern_find(const char *pattern, const sw_csv *csv, char star[SW_STAR_TEXT]) {
    for (int32_t i = 0; i < csv->n_field; i++) {
        if (sw_pattern_fits(pattern, csv->field[i], star)) {
            return i;
        }
    }
    return -1;
}

sw_status sw_import_no_room(const char *path, int64_t n, int64_t most, sw_error *err) {
    return n >= most ? sw_fail(err, SW_ERR_BAD_INPUT, "%s: more than the %" PRId64 " rows allowed",
                               path, most)
                     : sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", path);
}

sw_status sw_import_find(const sw_csv *csv, const char *pattern, int32_t *field, sw_error *err) {
    *field = sw_pattern_find(pattern, csv, NULL);
    if (*field < 0) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s:%" PRId64 ": no column '%s'", csv->path,
                       csv->line, pattern);
    }
    return SW_OK;
}

sw_status sw_import_need(const sw_csv *csv, int32_t n, sw_error *err) {
    if (csv->n_field >= n) {
        return SW_OK;
    }
    return sw_fail(err, SW_ERR_BAD_INPUT, "%s:%" PRId64 ": %d fields; %d are needed", csv->path,
                   csv->line, csv->n_field, n);
}

static bool is_missing(const char *text) {
    static const char *const word[] = {"", "-", "n/e", "n/a", "nan", "null"};
    for (size_t i = 0; i < sizeof word / sizeof word[0]; i++) {
        if (strlen(text) == strlen(word[i]) && same(text, word[i], strlen(text))) {
            return true;
        }
    }
    return false;
}

sw_status sw_import_value(const sw_csv *csv, int32_t field, double *value, sw_error *err) {
    if (sw_number_parse(csv->field[field], value) && isfinite(*value)) {
        return SW_OK;
    }
    *value = (double)NAN;
    if (is_missing(csv->field[field])) {
        return SW_OK;
    }
    return sw_fail(err, SW_ERR_BAD_INPUT,
                   "%s:%" PRId64 ": field %d, '%.64s', is no number; a number, an empty field, -, "
                   "n/e or n/a is allowed",
                   csv->path, csv->line, field + 1, csv->field[field]);
}

sw_status sw_import_integer(const sw_csv *csv, int32_t field, int64_t lo, int64_t hi,
                            int64_t *value, sw_error *err) {
    if (!sw_integer_parse(csv->field[field], value) || *value < lo || *value > hi) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s:%" PRId64 ": field %d, '%.64s'; an integer from %" PRId64 " to %" PRId64
                       " is allowed",
                       csv->path, csv->line, field + 1, csv->field[field], lo, hi);
    }
    return SW_OK;
}

sw_status sw_import_date(const sw_csv *csv, int32_t field, sw_date_order order,
                         const sw_import_options *options, double *unix_s, sw_error *err) {
    sw_stamp stamp;
    const char *text = csv->field[field];
    if (!sw_stamp_parse(text, order, false, &stamp)) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s:%" PRId64 ": '%.64s' is no date; %s is allowed",
                       csv->path, csv->line, text, sw_stamp_form(order));
    }
    *unix_s = stamp.local_s - stamp.offset_s;
    if (isfinite(options->utc_offset_h)) {
        if (stamp.has_offset) {
            return sw_fail(err, SW_ERR_BAD_INPUT,
                           "%s:%" PRId64 ": '%.64s' has its own offset, so that --utc-offset has "
                           "no meaning",
                           csv->path, csv->line, text);
        }
        *unix_s -= 3600.0 * options->utc_offset_h;
    }
    return SW_OK;
}

sw_status sw_import_day_of_year(const sw_csv *csv, int32_t month_field, int32_t day_field,
                                double *time_s, sw_error *err) {
    int64_t month = 0;
    int64_t day = 0;
    int64_t days = 0;
    SW_TRY(sw_import_integer(csv, month_field, 1, 12, &month, err));
    SW_TRY(sw_import_integer(csv, day_field, 1, 31, &day, err));
    if (!sw_date_days(2000, month, day, &days)) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s:%" PRId64 ": month %d has no day %d", csv->path,
                       csv->line, (int)month, (int)day);
    }
    *time_s = 86400.0 * (double)days;
    return SW_OK;
}

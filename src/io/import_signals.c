// The readers of signals: each knows one layout and its traps.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/number.h"
#include "io/import_samples.h"

enum {
    EPW_HEADER_LINES = 8,
    EPW_LOCATION_OFFSET = 8, // field of LOCATION with the hours from UTC
    EPW_FIELDS = 7,          // needed of a row
    EPW_DRY_BULB = 6,
    WIND_FIRST_PLANT = 4,
    MAX_PERIOD = 288,
    LIST_TEXT = 512
};

#define EPW_MISSING_C    99.9
#define EPW_LIMIT_C      70.0 // the format's own range is -70 to 70
#define DAY_S            86400.0
#define CF_ROUNDING      1e-9
#define MAX_UTC_OFFSET_H 14.0

static sw_status no_memory(const sw_csv *csv, sw_error *err) {
    return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", csv->path);
}

static sw_status need_fields(const sw_csv *csv, int32_t n, sw_error *err) {
    if (csv->n_field >= n) {
        return SW_OK;
    }
    return sw_fail(err, SW_ERR_BAD_INPUT, "%s:%" PRId64 ": %d fields; %d are needed", csv->path,
                   csv->line, csv->n_field, n);
}

// An empty cell is a missing sample; anything else must be a finite number.
static sw_status take_value(const sw_csv *csv, int32_t field, double *value, sw_error *err) {
    *value = (double)NAN;
    if (csv->field[field][0] == '\0') {
        return SW_OK;
    }
    if (!sw_number_parse(csv->field[field], value) || !isfinite(*value)) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s:%" PRId64 ": field %d, '%.64s', is no number; a number or an empty "
                       "field is allowed",
                       csv->path, csv->line, field + 1, csv->field[field]);
    }
    return SW_OK;
}

static sw_status take_integer(const sw_csv *csv, int32_t field, int64_t lo, int64_t hi,
                              int64_t *value, sw_error *err) {
    if (!sw_integer_parse(csv->field[field], value) || *value < lo || *value > hi) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s:%" PRId64 ": field %d, '%.64s'; an integer from %" PRId64 " to %" PRId64
                       " is allowed",
                       csv->path, csv->line, field + 1, csv->field[field], lo, hi);
    }
    return SW_OK;
}

// Reads rows of a date in field `time` and a value in field `value`.
static sw_status read_dated_rows(sw_csv *csv, const sw_import_options *options, int32_t time,
                                 int32_t value, sw_samples *s, sw_error *err) {
    const int32_t n_field = csv->n_field;
    for (bool more = true;;) {
        SW_TRY(sw_csv_next(csv, &more, err));
        if (!more) {
            return SW_OK;
        }
        double unix_s = 0.0;
        double x = 0.0;
        SW_TRY(need_fields(csv, n_field, err));
        SW_TRY(sw_import_date(csv, csv->field[time], options, &unix_s, err));
        SW_TRY(take_value(csv, value, &x, err));
        if (!sw_samples_add(s, unix_s, x, csv->line)) {
            return no_memory(csv, err);
        }
    }
}

sw_status sw_import_price(sw_csv *csv, const sw_import_options *options, sw_samples *s,
                          sw_error *err) {
    // The currency stands in the header alone. Another one keeps its name, so that no scenario
    // takes it for USD.
    static const struct {
        const char *header;
        const char *column;
        const char *unit;
    } currencies[] = {{"Price (USD/MWh)", "price_usd_per_mwh", "USD/MWh"},
                      {"Price (EUR/MWh)", "price_eur_per_mwh", "EUR/MWh"},
                      {"Price (GBP/MWh)", "price_gbp_per_mwh", "GBP/MWh"},
                      {"Price (AUD/MWh)", "price_aud_per_mwh", "AUD/MWh"}};
    for (size_t i = 0; i < sizeof currencies / sizeof currencies[0]; i++) {
        const int32_t field = sw_csv_find(csv, currencies[i].header);
        if (field > 0) {
            s->column = currencies[i].column;
            s->unit = currencies[i].unit;
            s->what = "electricity price";
            return read_dated_rows(csv, options, 0, field, s, err);
        }
    }
    return sw_fail(err, SW_ERR_BAD_INPUT,
                   "%s:%" PRId64 ": no price column; Price (USD/MWh), (EUR/MWh), (GBP/MWh) or "
                   "(AUD/MWh) is allowed",
                   csv->path, csv->line);
}

// Finds the column of direct or life-cycle carbon intensity; exports of different years name it
// differently.
static int32_t find_carbon(const sw_csv *csv, bool life_cycle) {
    for (int32_t i = 0; i < csv->n_field; i++) {
        const char *name = csv->field[i];
        const bool intensity = strstr(name, "Carbon Intensity") || strstr(name, "Carbon intensity");
        const bool lca = strstr(name, "(LCA)") || strstr(name, "(Life cycle)");
        const bool direct = strstr(name, "(direct)") || strstr(name, "(Direct)");
        if (intensity && strstr(name, "/kWh") && (life_cycle ? lca : direct)) {
            return i;
        }
    }
    return -1;
}

sw_status sw_import_carbon(sw_csv *csv, const sw_import_options *options, sw_samples *s,
                           sw_error *err) {
    const char *kind = options->column != NULL ? options->column : "direct";
    const bool life_cycle = strcmp(kind, "lca") == 0;
    if (!life_cycle && strcmp(kind, "direct") != 0) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "--column '%s'; 'direct' (default) or 'lca' (life cycle) is allowed", kind);
    }
    const int32_t field = find_carbon(csv, life_cycle);
    if (field < 0) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s:%" PRId64 ": no column 'Carbon Intensity ... /kWh (%s)'", csv->path,
                       csv->line, life_cycle ? "LCA" : "direct");
    }
    s->column = "carbon_g_per_kwh";
    s->unit = "gCO2eq/kWh";
    s->what = life_cycle ? "carbon intensity of consumption, life cycle"
                         : "carbon intensity of consumption, direct emissions";
    return read_dated_rows(csv, options, 0, field, s, err);
}

// Returns a month, day and time of day as a time in the year 2000, which has all days there are.
// False: no such day.
static bool time_of_year(int64_t month, int64_t day, double second, double *time_s) {
    char text[SW_DATE_TEXT];
    (void)snprintf(text, sizeof text, "2000-%02d-%02d", (int)month, (int)day);
    if (!sw_date_parse(text, time_s)) {
        return false;
    }
    *time_s += second;
    return true;
}

static sw_status take_day(const sw_csv *csv, int32_t month_field, double second, double *time_s,
                          sw_error *err) {
    int64_t month = 0;
    int64_t day = 0;
    SW_TRY(take_integer(csv, month_field, 1, 12, &month, err));
    SW_TRY(take_integer(csv, month_field + 1, 1, 31, &day, err));
    if (!time_of_year(month, day, second, time_s)) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s:%" PRId64 ": month %d has no day %d", csv->path,
                       csv->line, (int)month, (int)day);
    }
    return SW_OK;
}

sw_status sw_import_epw(sw_csv *csv, const sw_import_options *options, sw_samples *s,
                        sw_error *err) {
    SW_TRY(need_fields(csv, EPW_LOCATION_OFFSET + 1, err));
    double offset_h = 0.0;
    if (!sw_number_parse(csv->field[EPW_LOCATION_OFFSET], &offset_h) ||
        !(fabs(offset_h) <= MAX_UTC_OFFSET_H)) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s:%" PRId64
                       ": LOCATION: time zone '%.64s'; hours from -14 to 14 are allowed",
                       csv->path, csv->line, csv->field[EPW_LOCATION_OFFSET]);
    }
    if (isfinite(options->utc_offset_h) && options->utc_offset_h != offset_h) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: --utc-offset %g, but the file itself says %g hours (standard time)",
                       csv->path, options->utc_offset_h, offset_h);
    }
    for (int i = 1; i < EPW_HEADER_LINES; i++) {
        sw_csv_skip_line(csv);
    }
    s->yearly = true;
    s->utc_offset_h = offset_h;
    s->interval_s = 3600.0;
    s->column = "outdoor_c";
    s->unit = "C";
    s->what = "dry-bulb temperature of a typical year (months come from different years), re-dated";
    for (bool more = true;;) {
        SW_TRY(sw_csv_next(csv, &more, err));
        if (!more) {
            return SW_OK;
        }
        int64_t hour = 0;
        double time_s = 0.0;
        double t_c = 0.0;
        SW_TRY(need_fields(csv, EPW_FIELDS, err));
        SW_TRY(take_integer(csv, 3, 1, 24, &hour, err)); // hour 1 is 00:00 to 01:00
        SW_TRY(take_day(csv, 1, 3600.0 * (double)(hour - 1), &time_s, err));
        SW_TRY(take_value(csv, EPW_DRY_BULB, &t_c, err));
        if (t_c >= EPW_MISSING_C) {
            t_c = (double)NAN;
        } else if (fabs(t_c) > EPW_LIMIT_C) {
            return sw_fail(err, SW_ERR_BAD_INPUT,
                           "%s:%" PRId64
                           ": dry bulb %g C; -70 to 70 and 99.9 (missing) are allowed",
                           csv->path, csv->line, t_c);
        }
        if (!sw_samples_add(s, time_s, t_c, csv->line)) {
            return no_memory(csv, err);
        }
    }
}

// Finds the plant asked for and checks that its size is known.
static sw_status find_plant(const sw_csv *csv, const sw_import_options *options, int32_t *field,
                            sw_error *err) {
    *field = options->column == NULL ? -1 : sw_csv_find(csv, options->column);
    if (*field < WIND_FIRST_PLANT) {
        char list[LIST_TEXT] = "";
        size_t used = 0;
        for (int32_t i = WIND_FIRST_PLANT; i < csv->n_field && used < sizeof list; i++) {
            const int n = snprintf(list + used, sizeof list - used, "%s%s",
                                   i == WIND_FIRST_PLANT ? "" : ", ", csv->field[i]);
            used += n < 0 ? sizeof list : (size_t)n;
        }
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: --column must name a plant; there are: %s",
                       csv->path, list);
    }
    if (!(options->rated_mw > 0.0 && isfinite(options->rated_mw))) {
        return sw_fail(
            err, SW_ERR_BAD_INPUT,
            "%s: --rated MW of plant '%s' is needed to turn its power into a capacity factor",
            csv->path, options->column);
    }
    return SW_OK;
}

// NaN, a missing sample, stays.
static double cf_of(double share) {
    return share > 1.0 ? 1.0 : share;
}

sw_status sw_import_wind(sw_csv *csv, const sw_import_options *options, sw_samples *s,
                         sw_error *err) {
    int32_t field = -1;
    SW_TRY(find_plant(csv, options, &field, err));
    const int32_t n_field = csv->n_field;
    int64_t n_period = 0; // of a day: known when the file is read, so times first hold day + period
    for (bool more = true;;) {
        SW_TRY(sw_csv_next(csv, &more, err));
        if (!more) {
            break;
        }
        int64_t period = 0;
        double time_s = 0.0;
        double mw = 0.0;
        SW_TRY(need_fields(csv, n_field, err));
        SW_TRY(take_integer(csv, 3, 1, MAX_PERIOD, &period, err));
        SW_TRY(take_day(csv, 1, (double)(period - 1), &time_s, err));
        SW_TRY(take_value(csv, field, &mw, err));
        if (mw < 0.0 || mw > options->rated_mw * (1.0 + CF_ROUNDING)) {
            return sw_fail(err, SW_ERR_BAD_INPUT,
                           "%s:%" PRId64 ": %g MW; 0 to the --rated %g MW is allowed", csv->path,
                           csv->line, mw, options->rated_mw);
        }
        if (!sw_samples_add(s, time_s, cf_of(mw / options->rated_mw), csv->line)) {
            return no_memory(csv, err);
        }
        n_period = period > n_period ? period : n_period;
    }
    if (n_period != 24 && n_period != MAX_PERIOD) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: Period goes up to %" PRId64
                       "; 24 (hours) or 288 (5 minutes) is allowed",
                       csv->path, n_period);
    }
    s->interval_s = DAY_S / (double)n_period;
    for (int64_t i = 0; i < s->n; i++) {
        const double day_s = floor(s->time_s[i] / DAY_S) * DAY_S;
        s->time_s[i] = day_s + (s->time_s[i] - day_s) * s->interval_s;
    }
    s->yearly = true;
    s->utc_offset_h = isfinite(options->utc_offset_h) ? options->utc_offset_h : 0.0;
    s->column = "wind_cf";
    s->unit = "1";
    s->what = "available wind power over rated power, re-dated by month, day and time";
    return SW_OK;
}

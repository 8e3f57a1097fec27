// Power of wind and PV plants as the RTS-GMLC test system has it: a column a plant, a row a period
// of a day.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/import_format.h"

enum { FIRST_PLANT = 4, MAX_PERIOD = 288, LIST_TEXT = 512 };

#define DAY_S       86400.0
#define CF_ROUNDING 1e-9

typedef struct layout {
    const char *column;
    const char *what;
} layout;

// Finds the plant asked for and checks that its size is known.
static sw_status find_plant(const sw_csv *csv, const sw_import_options *options, int32_t *field,
                            sw_error *err) {
    *field = options->column == NULL ? -1 : sw_csv_find(csv, options->column);
    if (*field < FIRST_PLANT) {
        char list[LIST_TEXT] = "";
        size_t used = 0;
        for (int32_t i = FIRST_PLANT; i < csv->n_field && used < sizeof list; i++) {
            const int n = snprintf(list + used, sizeof list - used, "%s%s",
                                   i == FIRST_PLANT ? "" : ", ", csv->field[i]);
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

// Reads the rows; times hold day + period until the length of a period is known.
static sw_status read_periods(sw_csv *csv, const sw_import_options *options, int32_t field,
                              int64_t *n_period, sw_samples *s, sw_error *err) {
    const int32_t n_field = csv->n_field;
    for (bool more = true;;) {
        SW_TRY(sw_csv_next(csv, &more, err));
        if (!more) {
            return SW_OK;
        }
        int64_t period = 0;
        double day_s = 0.0;
        double mw = 0.0;
        SW_TRY(sw_import_need(csv, n_field, err));
        SW_TRY(sw_import_integer(csv, 3, 1, MAX_PERIOD, &period, err));
        SW_TRY(sw_import_day_of_year(csv, 1, 2, &day_s, err));
        SW_TRY(sw_import_value(csv, field, &mw, err));
        if (mw < 0.0 || mw > options->rated_mw * (1.0 + CF_ROUNDING)) {
            return sw_fail(err, SW_ERR_BAD_INPUT,
                           "%s:%" PRId64 ": %g MW; 0 to the --rated %g MW is allowed", csv->path,
                           csv->line, mw, options->rated_mw);
        }
        if (!sw_samples_add(s, day_s + (double)(period - 1), cf_of(mw / options->rated_mw),
                            csv->line)) {
            return sw_import_no_room(csv->path, s->n, SW_IMPORT_MAX_ROW, err);
        }
        *n_period = period > *n_period ? period : *n_period;
    }
}

static sw_status read_plant(sw_csv *csv, const sw_import_kind *kind,
                            const sw_import_options *options, sw_samples *s, sw_error *err) {
    const layout *l = kind->layout;
    int32_t field = -1;
    int64_t n_period = 0; // of a day
    SW_TRY(find_plant(csv, options, &field, err));
    SW_TRY(read_periods(csv, options, field, &n_period, s, err));
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
    (void)snprintf(s->column, sizeof s->column, "%s", l->column);
    (void)snprintf(s->unit, sizeof s->unit, "1");
    s->what = l->what;
    return SW_OK;
}

#define PLANT_USES    (SW_USES_COLUMN | SW_USES_RATED | SW_USES_UTC_OFFSET | SW_USES_FILL)
#define PLANT_LICENCE "NREL: free to use and copy as long as its data use notice comes along"

static const layout wind = {
    "wind_cf", "available wind power over rated power, re-dated by month, day and time"};
static const layout pv = {"pv_cf",
                          "available PV power over rated power, re-dated by month, day and time"};

// PV plants are told by their names; what has none is wind.
const sw_import_kind sw_import_plants[] = {
    {.shown = {"rts-pv", "RTS-GMLC power of PV plants; --column PLANT --rated MW, re-dated",
               "Year,Month,Day,Period,PLANT_PV_1,..."},
     .licence = PLANT_LICENCE,
     .sign = {"Year", "Period", "*PV_*|PV*"},
     .uses = PLANT_USES,
     .layout = &pv,
     .read = read_plant},
    {.shown = {"rts-wind", "RTS-GMLC power of wind plants; --column PLANT --rated MW, re-dated",
               "Year,Month,Day,Period,PLANT,..."},
     .licence = PLANT_LICENCE,
     .sign = {"Year", "Month", "Day", "Period"},
     .uses = PLANT_USES,
     .layout = &wind,
     .read = read_plant},
    {.shown = {NULL}}};

// Weather files that are tables: a row a time, a column a quantity, and a few lines about the
// place.
#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "io/weather.h"

enum { EPW_HEADER_LINES = 8, MAX_LINES_ABOUT = 60, MAX_NAMES = 64 };

#define HOUR_S           3600.0
#define MAX_UTC_OFFSET_H 14.0
#define TRIM_S           1e-6

// Where the lines about the place stand.
typedef enum about {
    ABOUT_NONE,  // nowhere
    ABOUT_FIRST, // in the first record, whose fields are known by position; 8 lines in all
    ABOUT_NAMES, // names in the first record, values in the second
    ABOUT_PAIRS  // lines of name and value up to the header
} about;

// A column is a pattern, or #N: the N-th of a file without a header.
typedef struct layout {
    about about;
    bool has_header;
    bool index;    // the first column may hold dates
    bool yearly;   // the year in the file, if any, has no meaning
    bool snapshot; // irradiance at the time of the row, not its mean over the interval
    const char *year;
    const char *month;
    const char *day;
    const char *hour;
    const char *minute;
    int64_t first_hour; // 1: hours are counted from 1, and end then
    const char *channel[SW_N_CHANNEL];
    double missing[SW_N_CHANNEL]; // from here on: no value; 0: none
    const char *usual;            // series without --column
    double wind_m;
    const char *last; // text of the first field of the line after the rows
} layout;

// What lines about the place may tell.
static const struct {
    const char *name; // pattern
    int32_t position; // in the first record of ABOUT_FIRST
    size_t offset;    // of a double in sw_weather
    double factor;
} facts[] = {{"Lat (deg N):|Latitude|Latitude (deg N):", 6, offsetof(sw_weather, latitude), 1.0},
             {"Long (deg W):", 0, offsetof(sw_weather, longitude), -1.0},
             {"Longitude|Long (deg E):", 7, offsetof(sw_weather, longitude), 1.0},
             {"Time Zone", 8, offsetof(sw_weather, utc_offset_h), 1.0},
             {"DC System Size (kW):", 0, offsetof(sw_weather, dc_kw), 1.0},
             {"Array Tilt (deg):", 0, offsetof(sw_weather, system.tilt_deg), 1.0},
             {"Array Azimuth (deg):", 0, offsetof(sw_weather, system.azimuth_deg), 1.0},
             {"System Losses:|System Losses (%):", 0, offsetof(sw_weather, system.loss_frac), 0.01},
             {"Invert Efficiency:|Inverter Efficiency:|Invert Efficiency (%):", 0,
              offsetof(sw_weather, system.inverter_frac), 0.01},
             {"DC to AC Size Ratio:", 0, offsetof(sw_weather, system.dc_ac_ratio), 1.0}};

enum { N_FACT = sizeof facts / sizeof facts[0] };

// What each channel may be.
static const struct {
    const char *name;
    double lo;
    double hi;
} limits[SW_N_CHANNEL] = {[SW_CHANNEL_GHI] = {"global irradiance, W/m2", -50.0, 2000.0},
                          [SW_CHANNEL_DNI] = {"direct irradiance, W/m2", -50.0, 2000.0},
                          [SW_CHANNEL_DHI] = {"diffuse irradiance, W/m2", -50.0, 2000.0},
                          [SW_CHANNEL_POA] = {"irradiance of the array, W/m2", -50.0, 2500.0},
                          [SW_CHANNEL_TEMPERATURE] = {"dry bulb, C", -90.0, 70.0},
                          [SW_CHANNEL_CELL] = {"cell temperature, C", -90.0, 150.0},
                          [SW_CHANNEL_WIND] = {"wind speed, m/s", 0.0, 120.0},
                          [SW_CHANNEL_AC] = {"AC power, W", -1e9, 1e12}};

// ------------------------------------------------------------------ the place

static sw_status set_fact(const sw_csv *csv, int fact, const char *text, sw_weather *w,
                          sw_error *err) {
    double x = 0.0;
    if (!sw_number_parse(text, &x) || !(fabs(x) <= 1e6)) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s:%" PRId64 ": %s: '%.64s'; a number is allowed",
                       csv->path, csv->line, facts[fact].name, text);
    }
    x *= facts[fact].factor;
    memcpy((char *)w + facts[fact].offset, &x, sizeof x);
    return SW_OK;
}

// Takes a fact that the file tells; others are passed over.
static sw_status take_fact(const sw_csv *csv, const char *name, const char *text, sw_weather *w,
                           sw_error *err) {
    for (int i = 0; i < N_FACT; i++) {
        if (sw_pattern_fits(facts[i].name, name, NULL)) {
            return set_fact(csv, i, text, w, err);
        }
    }
    return SW_OK;
}

static sw_status fail_short(const sw_csv *csv, sw_error *err) {
    return sw_fail(err, SW_ERR_BAD_INPUT, "%s:%" PRId64 ": the file ends within its header",
                   csv->path, csv->line);
}

static sw_status read_names(sw_csv *csv, sw_weather *w, sw_error *err) {
    bool more = false;
    char *name[MAX_NAMES];
    const int32_t n = csv->n_field < MAX_NAMES ? csv->n_field : MAX_NAMES;
    for (int32_t i = 0; i < n; i++) {
        name[i] = csv->field[i]; // lies in the file's memory
    }
    SW_TRY(sw_csv_next(csv, &more, err));
    if (!more) {
        return fail_short(csv, err);
    }
    for (int32_t i = 0; i < n && i < csv->n_field; i++) {
        SW_TRY(take_fact(csv, name[i], csv->field[i], w, err));
    }
    SW_TRY(sw_csv_next(csv, &more, err));
    return more ? SW_OK : fail_short(csv, err);
}

// Reads lines of a name and a value until the header, which starts with Month.
static sw_status read_pairs(sw_csv *csv, sw_weather *w, sw_error *err) {
    bool more = true;
    for (int i = 0; i < MAX_LINES_ABOUT && more; i++) {
        if (sw_pattern_fits("Month", csv->field[0], NULL)) {
            return SW_OK;
        }
        if (csv->n_field >= 2) {
            SW_TRY(take_fact(csv, csv->field[0], csv->field[1], w, err));
        }
        SW_TRY(sw_csv_next(csv, &more, err));
    }
    return sw_fail(err, SW_ERR_BAD_INPUT, "%s: no header line that starts with 'Month'", csv->path);
}

static sw_status read_first(sw_csv *csv, sw_weather *w, sw_error *err) {
    for (int i = 0; i < N_FACT; i++) {
        if (facts[i].position > 0) {
            SW_TRY(sw_import_need(csv, facts[i].position + 1, err));
            SW_TRY(set_fact(csv, i, csv->field[facts[i].position], w, err));
        }
    }
    for (int i = 1; i < EPW_HEADER_LINES; i++) {
        sw_csv_skip_line(csv);
    }
    return SW_OK;
}

static sw_status read_about(sw_csv *csv, const layout *l, const sw_import_options *options,
                            sw_weather *w, sw_error *err) {
    w->utc_offset_h = (double)NAN;
    switch (l->about) {
    case ABOUT_NONE:
        break;
    case ABOUT_FIRST:
        SW_TRY(read_first(csv, w, err));
        break;
    case ABOUT_NAMES:
        SW_TRY(read_names(csv, w, err));
        break;
    case ABOUT_PAIRS:
        SW_TRY(read_pairs(csv, w, err));
        break;
    }
    if (isfinite(options->latitude)) {
        w->latitude = options->latitude;
        w->longitude = options->longitude;
    }
    const bool told = isfinite(w->utc_offset_h);
    if (told && !(fabs(w->utc_offset_h) <= MAX_UTC_OFFSET_H)) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: time zone %g; hours from -14 to 14 are allowed",
                       csv->path, w->utc_offset_h);
    }
    if (told && isfinite(options->utc_offset_h) && options->utc_offset_h != w->utc_offset_h) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: --utc-offset %g, but the file itself says %g hours (standard time)",
                       csv->path, options->utc_offset_h, w->utc_offset_h);
    }
    if (!told && isfinite(options->utc_offset_h)) {
        w->utc_offset_h = options->utc_offset_h;
    } else if (!told && w->yearly && isfinite(w->longitude)) {
        w->utc_offset_h = rint(w->longitude / 15.0); // standard time of the place
    } else if (!told) {
        w->utc_offset_h = 0.0;
    }
    return SW_OK;
}

// ------------------------------------------------------------------ the rows

// Fields of the columns; -1: not there.
typedef struct places {
    int32_t n_field; // that a row needs
    int32_t year;
    int32_t month;
    int32_t day;
    int32_t hour;
    int32_t minute;
    int32_t channel[SW_N_CHANNEL];
} places;

static int32_t find(const sw_csv *csv, const layout *l, const char *pattern) {
    if (pattern == NULL) {
        return -1;
    }
    int64_t position = 0;
    if (l->has_header) {
        return sw_pattern_find(pattern, csv, NULL);
    }
    return sw_integer_parse(pattern + 1, &position) ? (int32_t)position - 1 : -1;
}

// Finds the columns, chooses the series, and forgets the channels that it does not need.
static sw_status find_columns(const sw_csv *csv, const layout *l, const sw_import_options *options,
                              places *at, const sw_weather_series **series, unsigned *needs,
                              sw_error *err) {
    unsigned has = 0;
    const struct {
        const char *pattern;
        int32_t *field;
    } times[] = {{l->year, &at->year},
                 {l->month, &at->month},
                 {l->day, &at->day},
                 {l->hour, &at->hour},
                 {l->minute, &at->minute}};
    at->n_field = 0;
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        *times[i].field = find(csv, l, times[i].pattern);
        if (times[i].pattern != NULL && *times[i].field < 0) {
            return sw_fail(err, SW_ERR_BAD_INPUT, "%s:%" PRId64 ": no column '%s'", csv->path,
                           csv->line, times[i].pattern);
        }
        at->n_field = *times[i].field >= at->n_field ? *times[i].field + 1 : at->n_field;
    }
    for (int c = 0; c < SW_N_CHANNEL; c++) {
        at->channel[c] = find(csv, l, l->channel[c]);
        has |= at->channel[c] >= 0 ? 1u << c : 0u;
    }
    SW_TRY(sw_weather_choose(csv->path, options->column != NULL ? options->column : l->usual, has,
                             series, needs, err));
    for (int c = 0; c < SW_N_CHANNEL; c++) {
        at->channel[c] = (*needs & (1u << c)) != 0 ? at->channel[c] : -1;
        at->n_field = at->channel[c] >= at->n_field ? at->channel[c] + 1 : at->n_field;
    }
    return SW_OK;
}

// Reads the time of a row from its parts, or from dates in the first column.
static sw_status take_time(const sw_csv *csv, const layout *l, const places *at,
                           const sw_weather *w, double *time_s, sw_error *err) {
    int64_t hour = 0;
    int64_t minute = 0;
    sw_stamp stamp = {0};
    if (l->index && sw_stamp_parse(csv->field[0], SW_DATE_YMD, false, &stamp) && stamp.has_offset) {
        *time_s = stamp.local_s - stamp.offset_s;
        return SW_OK;
    }
    SW_TRY(sw_import_integer(csv, at->hour, l->first_hour, l->first_hour + 23, &hour, err));
    if (at->minute >= 0 && !l->yearly) {
        SW_TRY(sw_import_integer(csv, at->minute, 0, 59, &minute, err));
    }
    if (l->yearly) {
        SW_TRY(sw_import_day_of_year(csv, at->month, at->day, time_s, err));
    } else {
        int64_t year = 0;
        char text[SW_STAR_TEXT * 2];
        SW_TRY(sw_import_integer(csv, at->year, 1, 9999, &year, err));
        (void)snprintf(text, sizeof text, "%04d-%.8s-%.8s", (int)year, csv->field[at->month],
                       csv->field[at->day]);
        if (!sw_stamp_parse(text, SW_DATE_YMD, false, &stamp)) {
            return sw_fail(err, SW_ERR_BAD_INPUT, "%s:%" PRId64 ": '%s' is no date", csv->path,
                           csv->line, text);
        }
        *time_s = stamp.local_s - HOUR_S * w->utc_offset_h;
    }
    *time_s += HOUR_S * (double)(hour - l->first_hour) + 60.0 * (double)minute;
    return SW_OK;
}

static sw_status take_channel(const sw_csv *csv, const layout *l, const places *at, int channel,
                              sw_weather *w, sw_error *err) {
    double x = 0.0;
    const double missing = l->missing[channel];
    SW_TRY(sw_import_value(csv, at->channel[channel], &x, err));
    if (missing > 0.0 && x >= missing) {
        x = (double)NAN;
    } else if (x < limits[channel].lo || x > limits[channel].hi) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s:%" PRId64 ": field %d, %s: %g; %g to %g is allowed", csv->path,
                       csv->line, at->channel[channel] + 1, limits[channel].name, x,
                       limits[channel].lo, limits[channel].hi);
    }
    w->value[channel][w->n - 1] = x;
    return SW_OK;
}

static sw_status read_table(sw_csv *csv, const layout *l, const places *at, unsigned needs,
                            sw_weather *w, sw_error *err) {
    for (bool more = true;;) {
        SW_TRY(sw_csv_next(csv, &more, err));
        if (!more || (l->last != NULL && sw_pattern_fits(l->last, csv->field[0], NULL))) {
            return SW_OK;
        }
        double time_s = 0.0;
        SW_TRY(sw_import_need(csv, at->n_field, err));
        SW_TRY(take_time(csv, l, at, w, &time_s, err));
        if (!sw_weather_add(w, needs, time_s, csv->line)) {
            return sw_import_no_room(csv->path, w->n, SW_IMPORT_MAX_ROW, err);
        }
        for (int c = 0; c < SW_N_CHANNEL; c++) {
            if (at->channel[c] >= 0) {
                SW_TRY(take_channel(csv, l, at, c, w, err));
            }
        }
    }
}

// Snapshots in the middle of each hour stand for that hour; other ones for the interval they start.
static void place_snapshots(sw_weather *w) {
    const bool hourly = w->n > 1 && fabs(w->time_s[1] - w->time_s[0] - HOUR_S) < TRIM_S;
    const double past = w->n > 0 ? w->time_s[0] - HOUR_S * floor(w->time_s[0] / HOUR_S) : 0.0;
    w->sun_lag_s = 0.0;
    if (hourly && fabs(past - 0.5 * HOUR_S) < TRIM_S) {
        for (int64_t i = 0; i < w->n; i++) {
            w->time_s[i] -= 0.5 * HOUR_S;
        }
        w->sun_lag_s = 0.5 * HOUR_S;
    }
}

static sw_status read_weather(sw_csv *csv, const sw_import_kind *kind,
                              const sw_import_options *options, sw_samples *s, sw_error *err) {
    const layout *l = kind->layout;
    const sw_weather_series *series = NULL;
    unsigned needs = 0;
    places at = {0};
    sw_weather w = {.path = csv->path,
                    .yearly = l->yearly,
                    .interval_s = l->yearly ? HOUR_S : 0.0,
                    .sun_lag_s = 0.5 * HOUR_S,
                    .latitude = (double)NAN,
                    .longitude = (double)NAN,
                    .wind_m = l->wind_m,
                    .dc_kw = (double)NAN,
                    .system = sw_pv_system_default()};
    w.system.tilt_deg = (double)NAN;
    w.system.azimuth_deg = (double)NAN;
    sw_status status = read_about(csv, l, options, &w, err);
    if (status == SW_OK) {
        status = find_columns(csv, l, options, &at, &series, &needs, err);
    }
    if (status == SW_OK) {
        status = read_table(csv, l, &at, needs, &w, err);
    }
    if (status == SW_OK) {
        if (l->snapshot) {
            place_snapshots(&w);
        }
        status = sw_weather_derive(&w, series, options, s, err);
    }
    sw_weather_deinit(&w);
    return status;
}

// ------------------------------------------------------------------ the formats

// Fields by position; times end with the hour, 1 to 24 of local standard time.
static const layout epw = {.about = ABOUT_FIRST,
                           .yearly = true,
                           .month = "#2",
                           .day = "#3",
                           .hour = "#4",
                           .first_hour = 1,
                           .channel = {[SW_CHANNEL_TEMPERATURE] = "#7",
                                       [SW_CHANNEL_GHI] = "#14",
                                       [SW_CHANNEL_DNI] = "#15",
                                       [SW_CHANNEL_DHI] = "#16",
                                       [SW_CHANNEL_WIND] = "#22"},
                           .missing = {[SW_CHANNEL_TEMPERATURE] = 99.9,
                                       [SW_CHANNEL_GHI] = 9999.0,
                                       [SW_CHANNEL_DNI] = 9999.0,
                                       [SW_CHANNEL_DHI] = 9999.0,
                                       [SW_CHANNEL_WIND] = 999.0},
                           .usual = "outdoor_c",
                           .wind_m = 10.0};

#define NSRDB_COLUMNS                                                                              \
    .has_header = true, .snapshot = true, .year = "Year", .month = "Month", .day = "Day",          \
    .hour = "Hour", .minute = "Minute",                                                            \
    .channel = {[SW_CHANNEL_GHI] = "GHI",                                                          \
                [SW_CHANNEL_DNI] = "DNI",                                                          \
                [SW_CHANNEL_DHI] = "DHI",                                                          \
                [SW_CHANNEL_TEMPERATURE] = "Temperature|Air Temperature",                          \
                [SW_CHANNEL_WIND] = "Wind Speed"},                                                 \
    .usual = "outdoor_c", .wind_m = (double)NAN // the file does not say at which height

static const layout nsrdb = {.about = ABOUT_NAMES, NSRDB_COLUMNS};
static const layout nsrdb_pvlib = {.index = true, NSRDB_COLUMNS};

static const layout pvwatts = {.about = ABOUT_PAIRS,
                               .has_header = true,
                               .yearly = true,
                               .month = "Month",
                               .day = "Day",
                               .hour = "Hour",
                               .channel = {[SW_CHANNEL_DNI] = "Beam Irradiance (*",
                                           [SW_CHANNEL_DHI] = "Diffuse Irradiance (*",
                                           [SW_CHANNEL_TEMPERATURE] = "Ambient Temperature (*",
                                           [SW_CHANNEL_WIND] = "Wind Speed (*",
                                           [SW_CHANNEL_POA] = "Plane of Array Irradiance (*",
                                           [SW_CHANNEL_CELL] = "Cell Temperature (*",
                                           [SW_CHANNEL_AC] = "AC System Output (*"},
                               .usual = "ac",
                               .wind_m = 10.0,
                               .last = "Totals"};

#define WEATHER_USES (SW_USES_COLUMN | SW_USES_FILL | SW_USES_UTC_OFFSET | SW_USES_PLANT)
#define NREL_TERMS   "NREL: free to use; name NREL as the source"

const sw_import_kind sw_import_weather[] = {
    {.shown = {"epw", "EnergyPlus weather of a typical year, re-dated to the window",
               "LOCATION,City,State,Country,...  (8 header lines)"},
     .licence = "the terms of the weather file's publisher",
     .sign = {"LOCATION"},
     .uses = WEATHER_USES,
     .layout = &epw,
     .read = read_weather},
    {.shown = {"nsrdb", "NSRDB download (PSM3, PSM4)",
               "Source,Location ID,City,...  (then values, then Year,Month,Day,Hour,Minute,...)"},
     .licence = NREL_TERMS,
     .sign = {"Source", "Location ID", "Time Zone"},
     .uses = WEATHER_USES,
     .layout = &nsrdb,
     .read = read_weather},
    {.shown = {"nsrdb-table", "NSRDB as a plain table; dates in the first column, or --utc-offset",
               ",Year,Month,Day,Hour,Minute,...,GHI,..."},
     .licence = NREL_TERMS,
     .sign = {"Year", "Hour", "Minute", "GHI"},
     .uses = WEATHER_USES,
     .layout = &nsrdb_pvlib,
     .read = read_weather},
    {.shown = {"pvwatts",
               "PVWatts hourly output, re-dated; --column ac (usual), pv_cf to compute it",
               "PVWatts: Hourly PV Performance Data  (about 17 lines, then Month,Day,Hour,...)"},
     .licence = NREL_TERMS,
     .sign = {"PVWatts*"},
     .uses = WEATHER_USES,
     .layout = &pvwatts,
     .read = read_weather},
    {.shown = {"open-meteo", "Open-Meteo answer (JSON)",
               "{\"latitude\": ..., \"hourly\": {\"time\": ["},
     .licence = "Open-Meteo: CC BY 4.0",
     .sign = {"latitude", "hourly", "time"},
     .json = true,
     .uses = WEATHER_USES,
     .read = sw_import_open_meteo},
    {.shown = {NULL}}};

// Answers of the Open-Meteo interface: a JSON object with arrays by the hour. The reader takes what
// it knows and steps over the rest.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "io/weather.h"

enum { MAX_DEPTH = 32, KEY_TEXT = 64, NUMBER_TEXT = 40 };

#define HOUR_S       3600.0
#define MAX_OFFSET_S (14.0 * HOUR_S)

typedef struct cursor {
    const char *at;
    const char *end;
    int64_t line;
    const char *path;
    sw_error *err;
} cursor;

static sw_status fail_json(const cursor *c, const char *what) {
    return sw_fail(c->err, SW_ERR_BAD_INPUT, "%s:%" PRId64 ": no JSON as expected: %s", c->path,
                   c->line, what);
}

static char peek(cursor *c) {
    while (c->at < c->end &&
           (*c->at == ' ' || *c->at == '\t' || *c->at == '\r' || *c->at == '\n')) {
        c->line += *c->at == '\n';
        c->at++;
    }
    return *c->at; // the file ends in a 0
}

static bool take(cursor *c, char wanted) {
    if (peek(c) != wanted) {
        return false;
    }
    c->at++;
    return true;
}

// Reads a string, cut to KEY_TEXT; escapes stay as they are written.
static sw_status take_string(cursor *c, char text[KEY_TEXT]) {
    size_t n = 0;
    if (!take(c, '"')) {
        return fail_json(c, "a string");
    }
    while (c->at < c->end && *c->at != '"' && *c->at != '\n') {
        const bool escape = *c->at == '\\' && c->at + 1 < c->end;
        for (int i = 0; i < (escape ? 2 : 1); i++, c->at++) {
            if (n + 1 < KEY_TEXT) {
                text[n++] = *c->at;
            }
        }
    }
    text[n] = '\0';
    return take(c, '"') ? SW_OK : fail_json(c, "the end of a string");
}

// Reads a number; null is NaN.
static sw_status take_number(cursor *c, double *value) {
    char text[NUMBER_TEXT];
    size_t n = 0;
    (void)peek(c);
    while (c->at < c->end && n + 1 < sizeof text && strchr("+-.0123456789eEnul", *c->at) != NULL &&
           *c->at != '\0') {
        text[n++] = *c->at++;
    }
    text[n] = '\0';
    if (strcmp(text, "null") == 0) {
        *value = (double)NAN;
        return SW_OK;
    }
    return sw_number_parse(text, value) && isfinite(*value) ? SW_OK : fail_json(c, "a number");
}

// Steps over a value of any kind.
static sw_status skip_value(cursor *c) {
    char text[KEY_TEXT];
    int depth = 0;
    do {
        const char next = peek(c);
        if (next == '"') {
            SW_TRY(take_string(c, text));
        } else if (next == '{' || next == '[') {
            c->at++;
            depth++;
        } else if ((next == '}' || next == ']') && depth > 0) {
            c->at++;
            depth--;
        } else if ((next == ',' || next == ':') && depth > 0) {
            c->at++;
        } else if (next == '\0' || strchr(",:]}", next) != NULL || depth > MAX_DEPTH) {
            return fail_json(c, "a value");
        } else {
            while (c->at < c->end && strchr(" \t\r\n,:]}", *c->at) == NULL) {
                c->at++;
            }
        }
    } while (depth > 0);
    return SW_OK;
}

// Moves on to the next key of an object whose brace was read; *more is false at its end.
static sw_status next_key(cursor *c, bool first, char key[KEY_TEXT], bool *more) {
    *more = false;
    if (take(c, '}')) {
        return SW_OK;
    }
    if (!first && !take(c, ',')) {
        return fail_json(c, "a comma or the end of an object");
    }
    SW_TRY(take_string(c, key));
    if (!take(c, ':')) {
        return fail_json(c, "a colon");
    }
    *more = true;
    return SW_OK;
}

// ------------------------------------------------------------------ what is known

// Variables of the hours by channel, the newer name and the older.
static const struct {
    const char *pattern;
    sw_channel channel;
} variables[] = {{"temperature_2m", SW_CHANNEL_TEMPERATURE},
                 {"wind_speed_10m|windspeed_10m", SW_CHANNEL_WIND},
                 {"shortwave_radiation", SW_CHANNEL_GHI},
                 {"direct_normal_irradiance", SW_CHANNEL_DNI},
                 {"diffuse_radiation", SW_CHANNEL_DHI}};

enum { N_VARIABLE = sizeof variables / sizeof variables[0] };

// How units turn into C, m/s and W/m2: (x - zero) factor.
static const struct {
    const char *unit;
    double zero;
    double factor;
} units[] = {{"\xC2\xB0"
              "C",
              0.0, 1.0},
             {"\\u00b0C", 0.0, 1.0},
             {"\xC2\xB0"
              "F",
              32.0, 5.0 / 9.0},
             {"\\u00b0F", 32.0, 5.0 / 9.0},
             {"km/h", 0.0, 1.0 / 3.6},
             {"m/s", 0.0, 1.0},
             {"mp/h", 0.0, 0.44704},
             {"kn", 0.0, 1852.0 / 3600.0},
             {"W/m\xC2\xB2", 0.0, 1.0},
             {"W/m\\u00b2", 0.0, 1.0}};

enum { N_UNIT = sizeof units / sizeof units[0] };

// What the answer holds, before the arrays are read.
typedef struct answer {
    cursor time;                // at the array
    cursor value[SW_N_CHANNEL]; // likewise
    int unit[SW_N_CHANNEL];     // row of the table
    unsigned has;
    bool has_time;
} answer;

static int channel_of(const char *key) {
    for (int i = 0; i < N_VARIABLE; i++) {
        if (sw_pattern_fits(variables[i].pattern, key, NULL)) {
            return (int)variables[i].channel;
        }
    }
    return -1;
}

static sw_status read_units(cursor *c, answer *a) {
    char key[KEY_TEXT];
    char text[KEY_TEXT];
    bool more = true;
    if (!take(c, '{')) {
        return fail_json(c, "an object of units");
    }
    for (bool first = true;; first = false) {
        SW_TRY(next_key(c, first, key, &more));
        if (!more) {
            return SW_OK;
        }
        SW_TRY(take_string(c, text));
        const int channel = channel_of(key);
        for (int i = 0; channel >= 0 && i <= N_UNIT; i++) {
            if (i == N_UNIT) {
                return sw_fail(c->err, SW_ERR_BAD_INPUT,
                               "%s:%" PRId64 ": unit '%s' of %s; C, F, km/h, m/s, mp/h, kn or W/m2 "
                               "is allowed",
                               c->path, c->line, text, key);
            }
            if (strcmp(units[i].unit, text) == 0) {
                a->unit[channel] = i;
                break;
            }
        }
    }
}

static sw_status find_arrays(cursor *c, answer *a) {
    char key[KEY_TEXT];
    bool more = true;
    if (!take(c, '{')) {
        return fail_json(c, "an object of arrays by the hour");
    }
    for (bool first = true;; first = false) {
        SW_TRY(next_key(c, first, key, &more));
        if (!more) {
            return SW_OK;
        }
        const int channel = channel_of(key);
        (void)peek(c);
        if (strcmp(key, "time") == 0) {
            a->time = *c;
            a->has_time = true;
        } else if (channel >= 0) {
            a->value[channel] = *c;
            a->has |= 1u << channel;
        }
        SW_TRY(skip_value(c));
    }
}

static sw_status find_parts(cursor *c, answer *a, sw_weather *w) {
    char key[KEY_TEXT];
    bool more = true;
    double offset_s = 0.0;
    if (!take(c, '{')) {
        return fail_json(c, "an object");
    }
    for (bool first = true;; first = false) {
        SW_TRY(next_key(c, first, key, &more));
        if (!more) {
            break;
        }
        if (strcmp(key, "latitude") == 0) {
            SW_TRY(take_number(c, &w->latitude));
        } else if (strcmp(key, "longitude") == 0) {
            SW_TRY(take_number(c, &w->longitude));
        } else if (strcmp(key, "utc_offset_seconds") == 0) {
            SW_TRY(take_number(c, &offset_s));
        } else if (strcmp(key, "hourly_units") == 0) {
            SW_TRY(read_units(c, a));
        } else if (strcmp(key, "hourly") == 0) {
            SW_TRY(find_arrays(c, a));
        } else {
            SW_TRY(skip_value(c));
        }
    }
    if (!a->has_time) {
        return fail_json(c, "'hourly' with an array 'time'");
    }
    if (!(fabs(offset_s) <= MAX_OFFSET_S)) {
        return fail_json(c, "utc_offset_seconds from -50400 to 50400");
    }
    w->utc_offset_h = offset_s / HOUR_S;
    return SW_OK;
}

// ------------------------------------------------------------------ the arrays

// Begins an array, or moves on to its next item; *more is false at its end.
static sw_status next_item(cursor *c, bool first, bool *more) {
    *more = false;
    if (first && !take(c, '[')) {
        return fail_json(c, "an array");
    }
    if (take(c, ']')) {
        return SW_OK;
    }
    if (!first && !take(c, ',')) {
        return fail_json(c, "a comma or the end of an array");
    }
    *more = true;
    return SW_OK;
}

static sw_status read_times(answer *a, unsigned needs, sw_weather *w) {
    cursor *c = &a->time;
    char text[KEY_TEXT];
    sw_stamp stamp;
    bool more = true;
    for (bool first = true;; first = false) {
        double time_s = 0.0;
        SW_TRY(next_item(c, first, &more));
        if (!more) {
            return SW_OK;
        }
        if (peek(c) == '"') {
            SW_TRY(take_string(c, text));
            if (!sw_stamp_parse(text, SW_DATE_YMD, false, &stamp)) {
                return sw_fail(c->err, SW_ERR_BAD_INPUT,
                               "%s:%" PRId64 ": '%s' is no date; %s is allowed", c->path, c->line,
                               text, sw_stamp_form(SW_DATE_YMD));
            }
            const double offset_s = stamp.has_offset ? stamp.offset_s : HOUR_S * w->utc_offset_h;
            time_s = stamp.local_s - offset_s;
        } else {
            SW_TRY(take_number(c, &time_s)); // timeformat=unixtime
            if (!(fabs(time_s) <= 1e12)) {
                return fail_json(c, "a time");
            }
        }
        if (!sw_weather_add(w, needs, time_s, c->line)) {
            return sw_import_no_room(c->path, w->n, SW_IMPORT_MAX_ROW, c->err);
        }
    }
}

static sw_status read_values(answer *a, int channel, sw_weather *w) {
    cursor *c = &a->value[channel];
    bool more = true;
    for (int64_t i = 0;; i++) {
        double x = 0.0;
        SW_TRY(next_item(c, i == 0, &more));
        if (!more && i == w->n) {
            return SW_OK;
        }
        if (!more || i == w->n) {
            return fail_json(c, "as many values as times");
        }
        SW_TRY(take_number(c, &x));
        w->value[channel][i] = (x - units[a->unit[channel]].zero) * units[a->unit[channel]].factor;
    }
}

static sw_status read_answer(cursor *c, const sw_import_options *options, sw_weather *w,
                             sw_samples *s) {
    answer a = {0};
    const sw_weather_series *series = NULL;
    unsigned needs = 0;
    for (int channel = 0; channel < SW_N_CHANNEL; channel++) {
        a.unit[channel] = -1;
    }
    SW_TRY(find_parts(c, &a, w));
    SW_TRY(sw_weather_choose(c->path, options->column != NULL ? options->column : "outdoor_c",
                             a.has, &series, &needs, c->err));
    if (isfinite(options->utc_offset_h) && options->utc_offset_h != w->utc_offset_h) {
        return sw_fail(c->err, SW_ERR_BAD_INPUT,
                       "%s: --utc-offset %g, but the file itself says %g hours", c->path,
                       options->utc_offset_h, w->utc_offset_h);
    }
    SW_TRY(read_times(&a, needs, w));
    for (int channel = 0; channel < SW_N_CHANNEL; channel++) {
        if ((needs & (1u << channel)) == 0) {
            continue;
        }
        if (a.unit[channel] < 0) {
            return fail_json(c, "a unit for each variable in 'hourly_units'");
        }
        SW_TRY(read_values(&a, channel, w));
    }
    return sw_weather_derive(w, series, options, s, c->err);
}

sw_status sw_import_open_meteo(sw_csv *csv, const sw_import_kind *kind,
                               const sw_import_options *options, sw_samples *s, sw_error *err) {
    (void)kind;
    // Radiation is the mean of the hour before the time; the rest is of the time itself.
    sw_weather w = {.path = csv->path,
                    .sun_lag_s = 0.5 * HOUR_S,
                    .irradiance_s = HOUR_S,
                    .latitude = (double)NAN,
                    .longitude = (double)NAN,
                    .wind_m = 10.0,
                    .dc_kw = (double)NAN,
                    .system = sw_pv_system_default()};
    w.system.tilt_deg = (double)NAN;
    w.system.azimuth_deg = (double)NAN;
    cursor c = {.at = csv->file.data,
                .end = csv->file.data + csv->file.size,
                .line = 1,
                .path = csv->path,
                .err = err};
    const sw_status status = read_answer(&c, options, &w, s);
    sw_weather_deinit(&w);
    return status;
}

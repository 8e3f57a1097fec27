#include "io/weather.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/derive_wind.h"

enum { FIRST_ROOM = 1024, LIST_TEXT = 256 };

#define DAY_S        86400.0
#define LEAP_YEAR_S  (366.0 * DAY_S)
#define NEW_START    1.5 // intervals after which a cell has forgotten
#define WIND_OF_CELL 1.0 // m/s, where a file has no wind [ASSUMED]

#define MASK(channel) (1u << (channel))

void sw_weather_deinit(sw_weather *w) {
    free(w->time_s);
    free(w->line);
    for (int c = 0; c < SW_N_CHANNEL; c++) {
        free(w->value[c]);
    }
    *w = (sw_weather){0};
}

static bool resize_doubles(double **array, int64_t room) {
    double *larger = realloc(*array, (size_t)room * sizeof larger[0]);
    if (larger == NULL) {
        return false;
    }
    *array = larger;
    return true;
}

static bool make_room(sw_weather *w, unsigned wanted) {
    const int64_t room = w->room == 0 ? FIRST_ROOM : 2 * w->room;
    if (room > SW_IMPORT_MAX_ROW || !resize_doubles(&w->time_s, room)) {
        return false;
    }
    int64_t *line = realloc(w->line, (size_t)room * sizeof line[0]);
    if (line == NULL) {
        return false;
    }
    w->line = line;
    for (int c = 0; c < SW_N_CHANNEL; c++) {
        if ((wanted & MASK(c)) != 0 && !resize_doubles(&w->value[c], room)) {
            return false;
        }
    }
    w->room = room;
    return true;
}

bool sw_weather_add(sw_weather *w, unsigned wanted, double time_s, int64_t line) {
    if (w->n == w->room && !make_room(w, wanted)) {
        return false;
    }
    w->time_s[w->n] = time_s;
    w->line[w->n] = line;
    for (int c = 0; c < SW_N_CHANNEL; c++) {
        if (w->value[c] != NULL) {
            w->value[c][w->n] = (double)NAN;
        }
    }
    w->n++;
    return true;
}

// ------------------------------------------------------------------ the series

typedef sw_status derivation(const sw_weather *w, const sw_import_options *options, sw_samples *s,
                             sw_error *err);

struct sw_weather_series {
    const char *name; // for --column
    const char *column;
    const char *unit;
    const char *what;
    unsigned needs;     // mask of channels
    derivation *derive; // NULL: the one channel as it is
};

static sw_status add(sw_samples *s, double time_s, double value, int64_t line, sw_error *err) {
    return sw_samples_add(s, time_s, value, line)
               ? SW_OK
               : sw_import_no_room(s->path, s->n, SW_IMPORT_MAX_ROW, err);
}

static double interval_of(const sw_weather *w) {
    return w->interval_s > 0.0 || w->n < 2 ? w->interval_s : w->time_s[1] - w->time_s[0];
}

// Sets the array as the options say; else as the file does, else towards the equator at the
// latitude's tilt.
static sw_pv_system system_of(const sw_weather *w, const sw_import_options *options) {
    sw_pv_system system = w->system;
    if (isfinite(options->tilt_deg)) {
        system.tilt_deg = options->tilt_deg;
    } else if (!isfinite(system.tilt_deg)) {
        system.tilt_deg = fabs(w->latitude);
    }
    if (isfinite(options->azimuth_deg)) {
        system.azimuth_deg = options->azimuth_deg;
    } else if (!isfinite(system.azimuth_deg)) {
        system.azimuth_deg = w->latitude < 0.0 ? 0.0 : 180.0;
    }
    return system;
}

static sw_status derive_pv(const sw_weather *w, const sw_import_options *options, sw_samples *s,
                           sw_error *err) {
    if (!isfinite(w->latitude) || !isfinite(w->longitude)) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: the file does not say where it is from; --column pv_cf needs --at "
                       "LATITUDE,LONGITUDE",
                       w->path);
    }
    const double interval_s = interval_of(w);
    const sw_pv_system system = system_of(w, options);
    const double *wind = w->value[SW_CHANNEL_WIND];
    sw_pv_cell cell;
    sw_pv_cell_init(&cell, &system);
    for (int64_t i = 0; i < w->n; i++) {
        const double start_s = w->time_s[i] - w->irradiance_s;
        const double dni = w->value[SW_CHANNEL_DNI][i];
        const double dhi = w->value[SW_CHANNEL_DHI][i];
        const double outdoor_c = w->value[SW_CHANNEL_TEMPERATURE][i];
        double cf = (double)NAN;
        if (i > 0 && w->time_s[i] - w->time_s[i - 1] > NEW_START * interval_s) {
            sw_pv_cell_init(&cell, &system);
        }
        if (isfinite(dni) && isfinite(dhi) && isfinite(outdoor_c)) {
            // Days of no one year are given the sun of 2001, which has no 29 February.
            const double utc_s =
                start_s + (w->yearly ? LEAP_YEAR_S - 3600.0 * w->utc_offset_h : 0.0);
            const sw_sun sun = w->sun_lag_s > 0.0 ? sw_sun_over(utc_s, 2.0 * w->sun_lag_s,
                                                                w->latitude, w->longitude)
                                                  : sw_sun_at(utc_s, w->latitude, w->longitude);
            const sw_plane plane =
                sw_pv_plane(&system, &sun, dni > 0.0 ? dni : 0.0, dhi > 0.0 ? dhi : 0.0);
            const double v = wind != NULL && isfinite(wind[i]) ? wind[i] : WIND_OF_CELL;
            const double cell_c = sw_pv_cell_step(&cell, plane.total, outdoor_c, v, interval_s);
            cf = sw_pv_power(&system, plane.module, cell_c);
        }
        SW_TRY(add(s, start_s, cf, w->line[i], err));
    }
    return SW_OK;
}

static sw_status derive_ac(const sw_weather *w, const sw_import_options *options, sw_samples *s,
                           sw_error *err) {
    (void)options;
    if (!(w->dc_kw > 0.0)) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: no line 'DC System Size (kW)' with a size",
                       w->path);
    }
    for (int64_t i = 0; i < w->n; i++) {
        const double w_ac = w->value[SW_CHANNEL_AC][i];
        SW_TRY(add(s, w->time_s[i], w_ac / (1000.0 * w->dc_kw), w->line[i], err));
    }
    return SW_OK;
}

static sw_status derive_wind(const sw_weather *w, const sw_import_options *options, sw_samples *s,
                             sw_error *err) {
    const sw_turbine *turbine =
        sw_turbine_find(options->turbine != NULL ? options->turbine : sw_turbine_at(0)->name);
    if (turbine == NULL) {
        char list[LIST_TEXT] = "";
        size_t used = 0;
        for (int32_t i = 0; sw_turbine_at(i) != NULL; i++) {
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i == 0 ? "" : ", ",
                                     sw_turbine_at(i)->name);
        }
        return sw_fail(err, SW_ERR_BAD_INPUT, "--turbine '%.64s'; allowed: %s", options->turbine,
                       list);
    }
    const double from_m = isfinite(options->wind_m) ? options->wind_m : w->wind_m;
    if (!isfinite(from_m)) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: the file does not say at which height its wind was; --column wind_cf "
                       "needs --wind-height M",
                       w->path);
    }
    const double hub_m = isfinite(options->hub_m) ? options->hub_m : turbine->hub_m;
    const double gain = sw_wind_at_height(1.0, from_m, hub_m);
    for (int64_t i = 0; i < w->n; i++) {
        const double v = w->value[SW_CHANNEL_WIND][i];
        const double cf = isfinite(v) ? sw_turbine_cf(turbine, gain * v) : (double)NAN;
        SW_TRY(add(s, w->time_s[i], cf, w->line[i], err));
    }
    return SW_OK;
}

static const sw_weather_series series_list[] = {
    {"outdoor_c", "outdoor_c", "C", "dry-bulb temperature", MASK(SW_CHANNEL_TEMPERATURE), NULL},
    {"ac", "pv_cf", "1", "AC power of the file over its DC rating", MASK(SW_CHANNEL_AC), derive_ac},
    {"pv_cf", "pv_cf", "1", "AC power over DC rating, from irradiance and temperature by PVWatts 5",
     MASK(SW_CHANNEL_DNI) | MASK(SW_CHANNEL_DHI) | MASK(SW_CHANNEL_TEMPERATURE), derive_pv},
    {"wind_cf", "wind_cf", "1", "wind power over rated power, from wind speed by a turbine's curve",
     MASK(SW_CHANNEL_WIND), derive_wind},
    {"wind", "wind_m_per_s", "m/s", "wind speed at the file's height", MASK(SW_CHANNEL_WIND), NULL},
    {"ghi", "ghi_w_per_m2", "W/m2", "global horizontal irradiance", MASK(SW_CHANNEL_GHI), NULL},
    {"dni", "dni_w_per_m2", "W/m2", "direct normal irradiance", MASK(SW_CHANNEL_DNI), NULL},
    {"dhi", "dhi_w_per_m2", "W/m2", "diffuse horizontal irradiance", MASK(SW_CHANNEL_DHI), NULL},
    {"poa", "poa_w_per_m2", "W/m2", "irradiance in the plane of the array", MASK(SW_CHANNEL_POA),
     NULL},
    {"cell", "cell_c", "C", "temperature of the cell", MASK(SW_CHANNEL_CELL), NULL}};

enum { N_SERIES = sizeof series_list / sizeof series_list[0] };

sw_status sw_weather_choose(const char *path, const char *name, unsigned has,
                            const sw_weather_series **series, unsigned *needs, sw_error *err) {
    char list[LIST_TEXT] = "";
    size_t used = 0;
    for (int i = 0; i < N_SERIES; i++) {
        const sw_weather_series *s = &series_list[i];
        if ((s->needs & ~has) != 0) {
            continue;
        }
        if (strcmp(s->name, name) == 0) {
            *series = s;
            // A cell cools in the wind if the file knows it.
            *needs = s->needs | (s->derive == derive_pv ? has & MASK(SW_CHANNEL_WIND) : 0u);
            return SW_OK;
        }
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", used == 0 ? "" : ", ",
                                 s->name);
    }
    return sw_fail(err, SW_ERR_BAD_INPUT, "%s: --column '%.64s'; the file allows: %s", path, name,
                   list);
}

static sw_status copy_channel(const sw_weather *w, unsigned channel, sw_samples *s, sw_error *err) {
    const bool shifted = channel <= SW_CHANNEL_POA;
    for (int64_t i = 0; i < w->n; i++) {
        SW_TRY(add(s, w->time_s[i] - (shifted ? w->irradiance_s : 0.0), w->value[channel][i],
                   w->line[i], err));
    }
    return SW_OK;
}

sw_status sw_weather_derive(const sw_weather *w, const sw_weather_series *series,
                            const sw_import_options *options, sw_samples *s, sw_error *err) {
    (void)snprintf(s->column, sizeof s->column, "%s", series->column);
    (void)snprintf(s->unit, sizeof s->unit, "%s", series->unit);
    s->what = series->what;
    s->yearly = w->yearly;
    s->utc_offset_h = w->utc_offset_h;
    s->interval_s = w->interval_s;
    if (series->derive != NULL) {
        return series->derive(w, options, s, err);
    }
    unsigned channel = 0;
    while ((series->needs & MASK(channel)) == 0) {
        channel++;
    }
    return copy_channel(w, channel, s, err);
}

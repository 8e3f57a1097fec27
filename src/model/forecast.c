#include "model/forecast.h"

#include <math.h>
#include <stdlib.h>

#include "base/fmath.h"
#include "base/rng.h"
#include "base/timegrid.h"
#include "model/arrivals.h"

// Correlation of forecast errors of two targets an hour apart.
static const double ERROR_CORRELATION_PER_H = 0.9;

// ------------------------------------------------------------------ errors

// Number of the error series of a site's signal or a class; also its stream of random numbers.
static int32_t error_series(const sw_system *sys, sw_forecast_kind kind, int32_t owner) {
    if (kind == SW_FORECAST_JOBS) {
        return sys->n_site * SW_SIGNALS_PER_SITE + owner;
    }
    return owner * SW_SIGNALS_PER_SITE + (int32_t)kind;
}

// Fills a series of the AR(1) process over target slots, of unit variance.
static void make_errors(uint64_t seed, uint32_t stream, double correlation, int64_t n,
                        double *error) {
    const double fresh = sqrt(1.0 - correlation * correlation);
    double last = 0.0;
    for (int64_t slot = 0; slot < n; slot++) {
        const double normal =
            sw_norm_quantile(sw_rng_uniform(seed, SW_RNG_FORECAST, stream, (uint64_t)slot, 0));
        last = slot == 0 ? normal : correlation * last + fresh * normal;
        error[slot] = last;
    }
}

static sw_status init_errors(sw_forecaster *forecaster, sw_error *err) {
    const sw_system *sys = &forecaster->model->sys;
    const int32_t n_series = error_series(sys, SW_FORECAST_JOBS, sys->n_class);
    const size_t n_slot = (size_t)sys->n_slot;
    forecaster->error = calloc((size_t)n_series * n_slot, sizeof *forecaster->error);
    if (forecaster->error == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for the errors of %d forecasts",
                       n_series);
    }
    const double correlation = sw_pow(ERROR_CORRELATION_PER_H, sys->slot_s / 3600.0);
    for (int32_t series = 0; series < n_series; series++) {
        const int32_t kind = series < sys->n_site * SW_SIGNALS_PER_SITE
                                 ? series % SW_SIGNALS_PER_SITE
                                 : (int32_t)SW_FORECAST_JOBS;
        // The sell price errs with the buy price; the errors of the temperature stay 0.
        if (kind != (int32_t)SW_FORECAST_SELL && kind != (int32_t)SW_FORECAST_OUTDOOR) {
            make_errors(forecaster->seed, (uint32_t)series, correlation, sys->n_slot,
                        forecaster->error + (size_t)series * n_slot);
        }
    }
    return SW_OK;
}

// ------------------------------------------------------------------ jobs

// Counts the jobs of a class in each slot; one at a slot's first instant belongs to that slot.
static void count_jobs(sw_forecaster *forecaster, int32_t cls) {
    const sw_system *sys = &forecaster->model->sys;
    uint32_t *count = forecaster->count + (size_t)cls * (size_t)sys->n_slot;
    sw_arrival_clock clock;
    sw_arrival_clock_init(&clock, sys, &forecaster->realised->workload[cls], cls,
                          forecaster->seed);
    double time_s[SW_ARRIVAL_BLOCK];
    int64_t slot = 0;
    double next_s = sw_time_round(sys->slot_s);
    for (int n; (n = sw_arrival_clock_next(&clock, time_s)) > 0;) {
        for (int i = 0; i < n; i++) {
            while (time_s[i] >= next_s) {
                slot++;
                next_s = sw_time_round((double)(slot + 1) * sys->slot_s);
            }
            count[slot]++;
        }
    }
}

// Returns the number of jobs that the run itself has in a slot.
static double own_jobs(sw_forecaster *forecaster, int32_t cls, int64_t slot) {
    const sw_model *model = forecaster->model;
    if (!forecaster->counted) {
        for (int32_t c = 0; c < model->sys.n_class; c++) {
            if (model->workload[c].kind != SW_ARRIVAL_TRACE) {
                count_jobs(forecaster, c);
            }
        }
        forecaster->counted = true;
    }
    return (double)forecaster->count[cls * model->sys.n_slot + slot];
}

double sw_forecaster_expected_jobs(const sw_forecaster *forecaster, int32_t cls, int64_t slot) {
    const sw_model *model = forecaster->model;
    const sw_workload *workload = &forecaster->realised->workload[cls];
    if (workload->kind == SW_ARRIVAL_TRACE) {
        return (double)forecaster->count[cls * model->sys.n_slot + slot];
    }
    return sw_signal_at(&workload->rate, slot) * model->sys.slot_s;
}

// ------------------------------------------------------------------ forecasts

sw_status sw_forecaster_init(sw_forecaster *forecaster, const sw_model *model,
                             const sw_realised *realised, uint64_t seed, sw_error *err) {
    const sw_system *sys = &model->sys;
    *forecaster = (sw_forecaster){.model = model, .realised = realised, .seed = seed};
    forecaster->day_slots = (int64_t)ceil(86400.0 / sys->slot_s);
    if (model->forecast == SW_FORECAST_DAY_AHEAD && model->forecast_sigma > 0.0) {
        SW_TRY(init_errors(forecaster, err));
    }
    // calloc leaves the pages of classes that are never counted untouched.
    forecaster->count =
        calloc((size_t)sys->n_class * (size_t)sys->n_slot + 1, sizeof *forecaster->count);
    if (forecaster->count == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for the job counts of %d classes",
                       sys->n_class);
    }
    for (int32_t cls = 0; cls < sys->n_class; cls++) {
        if (model->workload[cls].kind == SW_ARRIVAL_TRACE) {
            count_jobs(forecaster, cls);
        }
    }
    return SW_OK;
}

void sw_forecaster_deinit(sw_forecaster *forecaster) {
    free(forecaster->error);
    free(forecaster->count);
    forecaster->error = NULL;
    forecaster->count = NULL;
}

// Returns the value of the slot itself: of a signal the true one, of jobs the expected number.
static double value_at(const sw_forecaster *forecaster, sw_forecast_kind kind, int32_t owner,
                       int64_t slot) {
    if (kind == SW_FORECAST_JOBS) {
        return sw_forecaster_expected_jobs(forecaster, owner, slot);
    }
    const sw_signal *signal =
        &forecaster->realised->signal[owner * SW_SIGNALS_PER_SITE + (int)kind];
    return sw_signal_at(signal, slot);
}

static double clamp(double x, double lo, double hi) {
    return x < lo ? lo : (x > hi ? hi : x);
}

// Returns x (1 + sigma eps), kept within what the quantity can physically be.
// NOLINTNEXTLINE(misc-no-recursion): one level, from selling to buying
static double day_ahead(const sw_forecaster *forecaster, sw_forecast_kind kind, int32_t owner,
                        int64_t slot) {
    const double x = value_at(forecaster, kind, owner, slot);
    if (forecaster->error == NULL) {
        return x;
    }
    const sw_system *sys = &forecaster->model->sys;
    const sw_forecast_kind source = kind == SW_FORECAST_SELL ? SW_FORECAST_BUY : kind;
    const double error = forecaster->error[error_series(sys, source, owner) * sys->n_slot + slot];
    const double y = x * (1.0 + forecaster->model->forecast_sigma * error);
    switch (kind) {
    case SW_FORECAST_SELL:
        return fmin(y, day_ahead(forecaster, SW_FORECAST_BUY, owner, slot));
    case SW_FORECAST_CARBON:
    case SW_FORECAST_JOBS:
        return fmax(y, 0.0);
    case SW_FORECAST_PV:
    case SW_FORECAST_WIND:
        return clamp(y, 0.0, 1.0);
    case SW_FORECAST_BUY:
    case SW_FORECAST_OUTDOOR:
        break;
    }
    return y;
}

double sw_forecaster_at(sw_forecaster *forecaster, sw_forecast_kind kind, int32_t owner,
                        int64_t slot, int64_t now_slot, bool perfect) {
    const sw_model *model = forecaster->model;
    const sw_system *sys = &model->sys;
    const int32_t n_owner = kind == SW_FORECAST_JOBS ? sys->n_class : sys->n_site;
    if ((int)kind < 0 || kind > SW_FORECAST_JOBS || owner < 0 || owner >= n_owner || slot < 0 ||
        slot >= sys->n_slot) {
        return (double)NAN;
    }
    perfect = perfect || model->forecast == SW_FORECAST_PERFECT;
    if (perfect && kind == SW_FORECAST_JOBS) {
        return own_jobs(forecaster, owner, slot);
    }
    if (perfect || slot <= now_slot) {
        return value_at(forecaster, kind, owner, slot);
    }
    if (model->forecast == SW_FORECAST_DAY_AHEAD) {
        return day_ahead(forecaster, kind, owner, slot);
    }
    const int64_t day_before = slot - forecaster->day_slots;
    const bool simulated = day_before >= 0 && day_before <= now_slot;
    return value_at(forecaster, kind, owner, simulated ? day_before : now_slot);
}

// forecast.h -- what policies are told about the slots ahead, by one rule for all of them. Errors
// are a pure function of (seed, signal, target slot), so a forecast is the same whenever asked.
#ifndef SW_MODEL_FORECAST_H
#define SW_MODEL_FORECAST_H

#include "model/realise.h"

typedef struct sw_forecaster {
    const sw_model *model;
    const sw_realised *realised;
    uint64_t seed;
    int64_t day_slots; // slots from a target back to 24 h before it
    double *error;     // of each signal and class; NULL: the mode needs none   [n_error, n_slot]
    uint32_t *count;   // jobs of a class that arrive in a slot   [n_class, n_slot]
    bool counted;      // count holds all classes, not only those that come from a trace
} sw_forecaster;

// Builds the forecasts of a seed, whose signals are borrowed; `deinit` also takes what a failed init left.
sw_status sw_forecaster_init(sw_forecaster *forecaster, const sw_model *model,
                             const sw_realised *realised, uint64_t seed, sw_error *err);
void sw_forecaster_deinit(sw_forecaster *forecaster);

// As sw_world_forecast and sw_world_expected_jobs.
double sw_forecaster_at(sw_forecaster *forecaster, sw_forecast_kind kind, int32_t owner,
                        int64_t slot, int64_t now_slot, bool perfect);
double sw_forecaster_expected_jobs(const sw_forecaster *forecaster, int32_t cls, int64_t slot);

#endif

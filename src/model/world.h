// world.h -- what happens outside the policies' reach in one run: signals, arrivals and forecasts,
// all a pure function of (model, seed). Every policy that runs with the same seed sees the same
// world.
#ifndef SW_MODEL_WORLD_H
#define SW_MODEL_WORLD_H

#include "model/model.h"

// One job as it arrives.
typedef struct sw_arrival {
    int64_t job;       // number over all classes, from 0
    double time_s;     // on the time grid, in [0, end_s)
    double deadline_s; // absolute, on the time grid; inf: never late
    double value;
    double work;
    int32_t cls;
    int32_t images;
} sw_arrival;

typedef struct sw_world sw_world;

// Builds the world of a seed. The model is borrowed and must outlive it. Memory does not depend on
// the number of jobs.
sw_status sw_world_create(const sw_model *model, uint64_t seed, sw_world **world, sw_error *err);
void sw_world_destroy(sw_world *world);

uint64_t sw_world_seed(const sw_world *world);
// The realised signal of a site (SW_SIGNAL_...).
const sw_signal *sw_world_signal(const sw_world *world, int32_t site, int32_t kind);

// Site-slots whose sell price was lowered to the buy price.
int64_t sw_world_sell_lowered(const sw_world *world);

// Gives the next job of the run in order (time, class, number within the class); false after the
// last.
bool sw_world_next(sw_world *world, sw_arrival *arrival);
// Goes back to the first job.
void sw_world_rewind(sw_world *world);

// Forecast made in `now_slot` of a quantity in `slot` >= now_slot, as sw_host.forecast describes.
// `perfect` gives the truth instead; for SW_FORECAST_JOBS that is the run's own count, which the
// first such call counts once.
double sw_world_forecast(sw_world *world, sw_forecast_kind kind, int32_t owner, int64_t slot,
                         int64_t now_slot, bool perfect);
// Expected arrivals of a class in a slot (integral of the rate, or the trace's count).
double sw_world_expected_jobs(const sw_world *world, int32_t cls, int64_t slot);

#endif

// plan.h -- turns a sweep file into an empty grid of results, after trying every value of every
// axis once, so that most errors show before anything runs.
#ifndef SW_SWEEP_PLAN_H
#define SW_SWEEP_PLAN_H

#include "io/scenario.h"
#include "policy/policy.h"
#include "sweep/grid.h"
#include "sweep/sweep_file.h"

typedef struct sw_plan_options {
    bool series;
    int32_t shard; // 0 .. n_shard - 1
    int32_t n_shard;
    double until_halfwidth_usd; // 0: the seeds of the file alone
    const char *command_line;
    const char *host;
} sw_plan_options;

// Loads the base scenario and, one value at a time, each value of each axis; resolves the policies
// in the base. Fills the grid (without memory for records) and its digest, which covers all that
// decides the results: settings, policies, seeds, scenarios with their input files, files that
// policies read, and the program. On failure `messages` tells all errors and *grid is empty.
sw_status sw_plan_make(const sw_sweep *sweep, const sw_plan_options *options, sw_grid *grid,
                       sw_messages *messages);

// Loads the scenario of a point.
sw_status sw_plan_model(const sw_sweep *sweep, int64_t point, sw_model **model, sw_error *err);

#endif

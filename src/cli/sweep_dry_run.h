// sweep_dry_run.h -- what a sweep would do: its points, and how long it would take.
#ifndef SW_CLI_SWEEP_DRY_RUN_H
#define SW_CLI_SWEEP_DRY_RUN_H

#include <stdio.h>

#include "sweep/runner.h"

// Prints the tasks of the grid's shard, point by point, and an estimate of time from one run of
// each policy at the first point. `grid` has no records.
sw_status sw_sweep_dry_run(const sw_sweep *sweep, const sw_grid *grid, int32_t threads,
                           const volatile int *stop, FILE *out, sw_error *err);

#endif

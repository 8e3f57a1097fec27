// sweep_slurm.h -- writes the script that runs a sweep as a Slurm array and merges its shards.
#ifndef SW_CLI_SWEEP_SLURM_H
#define SW_CLI_SWEEP_SLURM_H

#include "sweep/grid.h"

// Writes `output`.sbatch: an array of `elements` shards, each on `threads` processors, which
// requeues itself when Slurm ends it early. `grid`: the plan of the sweep.
sw_status sw_sweep_slurm(const char *file, const char *output, const sw_grid *grid,
                         int32_t elements, int32_t threads, sw_error *err);

#endif

// tiny_grid.h -- a finished sweep of a few tasks, whose results are made up but tell their place.
#ifndef TESTS_SUPPORT_TINY_GRID_H
#define TESTS_SUPPORT_TINY_GRID_H

#include "sweep/grid.h"

// Two axes (numbers, labels) of two values, two policies, one seed, two sites, one ASP; with
// series, two slots. All tasks of the shard are done. Give back with sw_grid_deinit.
void tiny_grid_make(sw_grid *grid, bool series, int32_t shard, int32_t n_shard);

// Number `i` of the record of a task.
double tiny_grid_number(int64_t task, int64_t i);

#endif

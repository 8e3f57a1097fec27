// merge.h -- joins the shards of a sweep into its whole.
#ifndef SW_SWEEP_MERGE_H
#define SW_SWEEP_MERGE_H

#include "sweep/grid.h"

// Reads all shards into *grid, as if one process had run them. They must be of one sweep and one
// version, each given once. SW_ERR_INTERRUPTED when some are missing. On failure *grid is empty.
sw_status sw_merge(const char *const *path, int32_t n, sw_grid *grid, sw_error *err);

#endif

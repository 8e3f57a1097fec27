// grid_hash.h -- a hash of what a file of a sweep says, by which damage is found when it is read.
#ifndef SW_SWEEP_GRID_HASH_H
#define SW_SWEEP_GRID_HASH_H

#include "base/sha256.h"
#include "sweep/grid.h"

// Hashes what stepwatt reads back of a file: labels, texts and counts, but not what differs between
// two runs of the same sweep (command line, host, time), then `n` numbers of each record that the
// file holds, by their tasks: of a shard all, of a whole sweep the metrics of the runs. `value` are
// these numbers, one record after another, `stride` apart.
void sw_grid_hash(const sw_grid *grid, const double *value, int64_t stride,
                  char hex[SW_SHA256_HEX]);

// How many numbers of a record are hashed.
int64_t sw_grid_hashed(const sw_grid *grid);

#endif

// execute.h -- runs the missing tasks of a sweep on the threads of this process.
#ifndef SW_SWEEP_EXECUTE_H
#define SW_SWEEP_EXECUTE_H

#include "sweep/journal.h"
#include "sweep/runner.h"

typedef struct sw_execute_options {
    int32_t threads;          // 0: as OpenMP decides
    const volatile int *stop; // nullable: a nonzero value drops what is in flight
    void (*progress)(void *context, double done, double planned); // nullable; calling thread alone
    void *progress_context;
} sw_execute_options;

// Threads that sw_execute would use when none are asked for.
int32_t sw_execute_threads(void);

// The tasks of this shard that are not done, point by point so that a scenario is loaded once.
// Owned by the caller; NULL when memory is short.
int64_t *sw_execute_list(const sw_grid *grid, int64_t *n);

// Runs the tasks that are not done and keeps each in grid and journal. SW_ERR_INTERRUPTED when
// stopped. On any failure what is done stays done.
sw_status sw_execute(const sw_sweep *sweep, sw_grid *grid, sw_journal *journal,
                     const sw_execute_options *options, sw_error *err);

// Adds seeds, after the last one, until the 95 % interval of the utility of every point and policy
// is at most `halfwidth_usd` to each side, or `most` seeds ran. *reached tells which.
sw_status sw_execute_until(const sw_sweep *sweep, sw_grid *grid, sw_journal *journal,
                           const sw_execute_options *options, double halfwidth_usd,
                           int32_t most, bool *reached, sw_error *err);

#endif

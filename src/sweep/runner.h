// runner.h -- runs single tasks of a sweep: keeps the scenarios in use, shared by all threads.
#ifndef SW_SWEEP_RUNNER_H
#define SW_SWEEP_RUNNER_H

#include "sweep/plan.h"

typedef struct sw_runner sw_runner;

// Makes a runner for up to `threads` tasks at a time; sweep and grid are borrowed. NULL when memory
// is short. Never more than threads + 1 scenarios are in memory.
sw_runner *sw_runner_create(const sw_sweep *sweep, const sw_grid *grid, int32_t threads);
void sw_runner_destroy(sw_runner *runner);

// Runs a task and writes its record, grid->n_value numbers. May be called by several threads of an
// OpenMP team at once. SW_ERR_INTERRUPTED when *stop (nullable) became nonzero.
sw_status sw_runner_run(sw_runner *runner, int64_t task, const volatile int *stop, double *record,
                        sw_error *err);

#endif

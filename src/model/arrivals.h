// arrivals.h -- the jobs of one workload class in order of arrival, made in blocks from random
// numbers or copied from a trace. A job is a pure function of (class, seed, its number in the
// class).
#ifndef SW_MODEL_ARRIVALS_H
#define SW_MODEL_ARRIVALS_H

#include "base/rng.h"
#include "model/model.h"

enum { SW_ARRIVAL_BLOCK = SW_RNG_BLOCK };

// When the jobs of a class arrive. The integrated rate is counted from the begin of the slot in
// which the next job is looked for, so that long runs lose no digits.
typedef struct sw_arrival_clock {
    const sw_workload *workload;
    uint64_t seed;
    uint32_t cls;
    bool high; // burst state of the slot
    double slot_s;
    double end_s; // jobs at or after it are not part of the run
    int64_t n_slot;
    int64_t index;  // number within the class of the next job
    int64_t slot;   // in which the next job is looked for; n_slot: none is left
    double begin_s; // of that slot
    double rate;    // jobs/s in it, bursts included
    double jobs;    // rate * slot_s
    double due;     // integrated rate at the last job found; below 0 in an earlier slot
} sw_arrival_clock;

// Sets the clock to the first job of class `cls`, whose workload is borrowed.
void sw_arrival_clock_init(sw_arrival_clock *clock, const sw_system *sys,
                           const sw_workload *workload, int32_t cls, uint64_t seed);
// Gives the times of the next jobs, on the time grid and ascending; returns their number, less than
// a block only at the end.
int sw_arrival_clock_next(sw_arrival_clock *clock, double time_s[SW_ARRIVAL_BLOCK]);

// The jobs of a class, a block at a time, one array per field.
typedef struct sw_arrival_source {
    sw_arrival_clock clock;
    int n;  // jobs in the block; 0: none is left
    int at; // of them handed out
    double time_s[SW_ARRIVAL_BLOCK];
    double deadline_s[SW_ARRIVAL_BLOCK];
    double value[SW_ARRIVAL_BLOCK];
    double work[SW_ARRIVAL_BLOCK];
    double images[SW_ARRIVAL_BLOCK];
} sw_arrival_source;

// Makes the first block of class `cls`.
void sw_arrival_source_init(sw_arrival_source *source, const sw_system *sys,
                            const sw_workload *workload, int32_t cls, uint64_t seed);
// Makes the next block.
void sw_arrival_source_next(sw_arrival_source *source);

#endif

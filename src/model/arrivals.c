#include "model/arrivals.h"

#include <math.h>
#include <string.h>

#include "base/fmath.h"
#include "base/timegrid.h"

// Probability that a bursty class changes its state between slots: lag-1 correlation 1 - 2 * 0.15.
static const double BURST_FLIP = 0.15;

// ------------------------------------------------------------------ times

// Draws the burst state of the clock's slot, from that of the slot before.
static bool burst_state(const sw_arrival_clock *clock) {
    const double u =
        sw_rng_uniform(clock->seed, SW_RNG_BURST, clock->cls, (uint64_t)clock->slot, 0);
    return clock->slot == 0 ? u < 0.5 : clock->high != (u < BURST_FLIP);
}

// Enters the clock's slot: where it begins and at which rate jobs arrive in it.
static void enter_slot(sw_arrival_clock *clock) {
    const sw_workload *workload = clock->workload;
    clock->begin_s = (double)clock->slot * clock->slot_s;
    clock->rate = sw_signal_at(&workload->rate, clock->slot);
    clock->jobs = clock->rate * clock->slot_s;
    if (workload->kind == SW_ARRIVAL_BURSTY) {
        clock->high = burst_state(clock);
        if (clock->jobs > 0.0) {
            // Slot counts then have variance jobs + (jobs * swing)^2 = iod * jobs.
            const double swing = fmin(1.0, sqrt((workload->iod - 1.0) / clock->jobs));
            clock->rate *= clock->high ? 1.0 + swing : 1.0 - swing;
            clock->jobs = clock->rate * clock->slot_s;
        }
    }
}

void sw_arrival_clock_init(sw_arrival_clock *clock, const sw_system *sys,
                           const sw_workload *workload, int32_t cls, uint64_t seed) {
    *clock = (sw_arrival_clock){.workload = workload,
                                .seed = seed,
                                .cls = (uint32_t)cls,
                                .slot_s = sys->slot_s,
                                .end_s = sw_time_round(sys->end_s),
                                .n_slot = sys->n_slot};
    if (clock->workload->kind != SW_ARRIVAL_TRACE && clock->slot < clock->n_slot) {
        enter_slot(clock);
    }
}

// Copies the next times of a trace.
static int trace_times(const sw_job_trace *trace, int64_t first, double *time_s) {
    const int64_t left = trace->n - first;
    const int n = left < SW_ARRIVAL_BLOCK ? (int)left : SW_ARRIVAL_BLOCK;
    if (n > 0) {
        memcpy(time_s, trace->arrival_s + first, (size_t)n * sizeof *time_s);
    }
    return n;
}

// Finds the jobs of the clock's slot, given their steps in integrated rate; returns how many of
// at most `most` lie in it.
static int slot_times(sw_arrival_clock *clock, int most, const double *step, double *time_s) {
    const double begin_s = clock->begin_s;
    const double slot_s = clock->slot_s;
    const double rate = clock->rate;
    const double jobs = clock->jobs;
    double due = clock->due;
    int n = 0;
    while (n < most && due + step[n] < jobs) {
        due += step[n];
        const double into_s = due / rate;
        // Rounding in the quotient must not carry a job past its slot, or jobs would swap.
        time_s[n] = begin_s + (into_s < slot_s ? into_s : slot_s);
        n++;
    }
    clock->due = due;
    return n;
}

// Inverts the integrated rate: job i is where it reaches S_i = S_(i-1) - ln u_i.
static int random_times(sw_arrival_clock *clock, double *time_s) {
    double step[SW_ARRIVAL_BLOCK];
    sw_rng_uniform_block(clock->seed, SW_RNG_ARRIVAL, clock->cls, (uint64_t)clock->index, step);
    sw_log_n(SW_ARRIVAL_BLOCK, step);
    for (int i = 0; i < SW_ARRIVAL_BLOCK; i++) {
        step[i] = -step[i];
    }
    int n = slot_times(clock, SW_ARRIVAL_BLOCK, step, time_s);
    while (n < SW_ARRIVAL_BLOCK && ++clock->slot < clock->n_slot) {
        clock->due -= clock->jobs;
        enter_slot(clock);
        n += slot_times(clock, SW_ARRIVAL_BLOCK - n, step + n, time_s + n);
    }
    for (int i = 0; i < n; i++) {
        time_s[i] = sw_time_round(time_s[i]);
    }
    return n;
}

int sw_arrival_clock_next(sw_arrival_clock *clock, double time_s[SW_ARRIVAL_BLOCK]) {
    const bool traced = clock->workload->kind == SW_ARRIVAL_TRACE;
    if (clock->slot >= clock->n_slot) {
        return 0;
    }
    int n = traced ? trace_times(&clock->workload->trace, clock->index, time_s)
                   : random_times(clock, time_s);
    // Rounding can lift the last jobs to the end; nothing comes after them.
    while (n > 0 && time_s[n - 1] >= clock->end_s) {
        n--;
    }
    if (n < SW_ARRIVAL_BLOCK) {
        clock->slot = clock->n_slot;
    }
    clock->index += n;
    return n;
}

// ------------------------------------------------------------------ fields

static void fill_constant(double *field, double value) {
    for (int i = 0; i < SW_ARRIVAL_BLOCK; i++) {
        field[i] = value;
    }
}

// Draws a field of the jobs from `first` on; a constant stands in the block already.
static void draw_field(const sw_arrival_source *source, const sw_dist *dist, sw_rng_purpose purpose,
                       int64_t first, double *field) {
    if (dist->kind != SW_DIST_CONSTANT) {
        const sw_arrival_clock *clock = &source->clock;
        sw_rng_uniform_block(clock->seed, purpose, clock->cls, (uint64_t)first, field);
        sw_dist_at_n(dist, SW_ARRIVAL_BLOCK, field);
    }
}

// Copies a column of the trace, where it has one; false where it has not.
static bool copy_column(const double *column, int64_t first, int n, double *field) {
    if (column == NULL) {
        return false;
    }
    memcpy(field, column + first, (size_t)n * sizeof *field);
    return true;
}

void sw_arrival_source_next(sw_arrival_source *source) {
    const sw_workload *workload = source->clock.workload;
    const sw_job_trace *trace = &workload->trace;
    const int64_t first = source->clock.index;
    source->at = 0;
    source->n = sw_arrival_clock_next(&source->clock, source->time_s);
    const int n = source->n;
    if (n == 0) {
        return;
    }
    if (!copy_column(trace->work, first, n, source->work)) {
        draw_field(source, &workload->work, SW_RNG_WORK, first, source->work);
    }
    (void)copy_column(trace->value, first, n, source->value);
    if (trace->images == NULL) {
        draw_field(source, &workload->images, SW_RNG_IMAGES, first, source->images);
    } else {
        for (int i = 0; i < n; i++) {
            source->images[i] = (double)trace->images[first + i];
        }
    }
    double *deadline_s = source->deadline_s;
    if (!copy_column(trace->deadline_s, first, n, deadline_s)) {
        if (workload->deadline_s.kind == SW_DIST_CONSTANT) {
            fill_constant(deadline_s, workload->deadline_s.a);
        }
        draw_field(source, &workload->deadline_s, SW_RNG_DEADLINE, first, deadline_s);
    }
    for (int i = 0; i < n; i++) {
        deadline_s[i] = sw_time_round(source->time_s[i] + deadline_s[i]);
    }
}

void sw_arrival_source_init(sw_arrival_source *source, const sw_system *sys,
                            const sw_workload *workload, int32_t cls, uint64_t seed) {
    sw_arrival_clock_init(&source->clock, sys, workload, cls, seed);
    fill_constant(source->value, 1.0);
    fill_constant(source->work, workload->work.a);
    fill_constant(source->images, workload->images.a);
    sw_arrival_source_next(source);
}

// What generated series look like on average, to be compared with measured ones.
#include <math.h>
#include <stdlib.h>

#include "base/timegrid.h"
#include "model/arrivals.h"
#include "model/synth_fit.h"

// Replaces rates by those of a Poisson process that follows them: counts over the slots' length.
static void count_arrivals(const sw_synth_grid *grid, uint64_t seed, const double *rate,
                           double *counted) {
    const sw_system sys = {.slot_s = grid->slot_s,
                           .n_slot = grid->n_slot,
                           .end_s = grid->slot_s * (double)grid->n_slot};
    const sw_workload workload = {.kind = SW_ARRIVAL_POISSON, .rate = {.value = rate, .stride = 1}};
    sw_arrival_clock clock;
    sw_arrival_clock_init(&clock, &sys, &workload, 0, seed);
    for (int64_t slot = 0; slot < grid->n_slot; slot++) {
        counted[slot] = 0.0;
    }
    double time_s[SW_ARRIVAL_BLOCK];
    for (int n; (n = sw_arrival_clock_next(&clock, time_s)) > 0;) {
        for (int i = 0; i < n; i++) {
            const int64_t slot = (int64_t)(time_s[i] / grid->slot_s);
            counted[slot < grid->n_slot ? slot : grid->n_slot - 1] += 1.0 / grid->slot_s;
        }
    }
}

static void add_share(double share, const sw_synth_stats *part, sw_synth_stats *sum) {
    sum->mean += share * part->mean;
    sum->sd += share * part->sd;
    sum->lag1 += share * part->lag1;
    sum->low += share * part->low;
    sum->spike += share * part->spike;
    sum->fine += share * part->fine;
    sum->dispersion += share * part->dispersion;
    for (int h = 0; h < 24; h++) {
        sum->profile[h] += share * part->profile[h];
    }
}

sw_status sw_synth_trials(const sw_synth *synth, const sw_synth_sample *like, int64_t n,
                          int32_t n_seed, sw_synth_stats *stats, sw_error *err) {
    const sw_synth_grid grid = {
        .start_unix_s = like->start_local_s, .slot_s = like->interval_s, .n_slot = n};
    const bool counts = synth->kind == SW_SYNTH_RATE;
    double *made = calloc((size_t)n, sizeof *made);
    double *counted = calloc((size_t)n, sizeof *counted);
    sw_status status = SW_OK;
    *stats = (sw_synth_stats){0};
    if (made == NULL || counted == NULL) {
        status = sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for %lld values", (long long)n);
    }
    if (status == SW_OK && counts && like->interval_s * (double)n > SW_MAX_END_S) {
        status = sw_fail(err, SW_ERR_BAD_INPUT, "arrivals of %g s, allowed are %d",
                         like->interval_s * (double)n, SW_MAX_END_S);
    }
    for (int32_t seed = 0; seed < n_seed && status == SW_OK; seed++) {
        sw_synth_stats one;
        sw_synth_fill(synth, (uint64_t)seed, 0, &grid, made);
        if (counts) {
            count_arrivals(&grid, (uint64_t)seed, made, counted);
        }
        const sw_synth_sample sample = {.n = n,
                                        .value = counts ? counted : made,
                                        .interval_s = like->interval_s,
                                        .start_local_s = like->start_local_s};
        status = sw_synth_stats_of(&sample, &one, err);
        if (status == SW_OK) {
            add_share(1.0 / n_seed, &one, stats);
        }
    }
    free(made);
    free(counted);
    return status;
}

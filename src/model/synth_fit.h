// synth_fit.h -- estimates a generator from a measured series, and the statistics by which the two
// are compared.
#ifndef SW_MODEL_SYNTH_FIT_H
#define SW_MODEL_SYNTH_FIT_H

#include "model/synth.h"

// A measured series: means of intervals that follow each other.
typedef struct sw_synth_sample {
    int64_t n;
    const double *value;  // [n]
    double interval_s;    // 3600, or a divisor of it
    double start_local_s; // begin of the first, on the clock of the place, s since 1970
} sw_synth_sample;

// Statistics of hourly means, and of intervals inside the hour.
typedef struct sw_synth_stats {
    double mean;
    double sd;
    double lag1;
    double profile[24]; // mean of a local hour over the mean
    double low;         // share of hours below 0
    double spike;       // share of hours above both 3 x and SPIKE_FLOOR over the week's median
    double fine;        // relative sd of the intervals about their hour
    double dispersion;  // of counts in the hours' intervals: variance over mean
} sw_synth_stats;

enum { SW_SYNTH_MIN_HOURS = 24, SW_SYNTH_MAX_HOURS = 24 * 366 * 20 };

sw_status sw_synth_stats_of(const sw_synth_sample *sample, sw_synth_stats *stats, sw_error *err);

// Averages the statistics of series of `n` intervals that seeds 0 .. n_seed - 1 make, on the clock of
// `like` (whose values are not used). Of a rate: those of the counts of a Poisson process.
sw_status sw_synth_trials(const sw_synth *synth, const sw_synth_sample *like, int64_t n,
                          int32_t n_seed, sw_synth_stats *stats, sw_error *err);

// Sets a generator of the kind to the sample. Profile and table are quantiles of the sample;
// persistence comes from the correlations of its ranks, then is corrected until generated series
// have the sample's own lag-1 correlation, mean and standard deviation.
sw_status sw_synth_fit(const sw_synth_sample *sample, sw_synth_kind kind, sw_synth *synth,
                       sw_error *err);

#endif

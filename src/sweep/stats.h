// stats.h -- what a handful of repeated runs says: a mean and how sure it is.
#ifndef SW_SWEEP_STATS_H
#define SW_SWEEP_STATS_H

#include <stdint.h>

// A mean with its two-sided confidence interval.
typedef struct sw_summary {
    double mean; // NaN: of nothing
    double lo;   // NaN with fewer than two values
    double hi;
} sw_summary;

// The confidence of all intervals that the program reports.
#define SW_CONFIDENCE 0.95

// Returns t such that a Student variable of `df` >= 1 degrees of freedom lies in -t..t with
// probability `confidence`, 0 < confidence < 1; relative error below 1e-12. The same bits on every
// machine.
double sw_student_t(int32_t df, double confidence);

// Summarises n values by their mean and Student interval.
sw_summary sw_summarise(const double *value, int32_t n);

// Summarises the paired differences value[i] - base[i].
sw_summary sw_summarise_difference(const double *value, const double *base, int32_t n);

#endif

// tail.h -- what is bad and what is best among many results: the mean of the worst, and the choices
// that no other beats in two figures at once.
#ifndef SW_SWEEP_TAIL_H
#define SW_SWEEP_TAIL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

// Returns the mean of the lowest share of n >= 1 values, 0 < share <= 1: the conditional value at
// risk of a figure of which more is better (Rockafellar and Uryasev, "Optimization of conditional
// value-at-risk", 2000; for samples: the value on the border counts in part). The least value when
// the share is less than one value. `scratch` has room for n values.
double sw_tail_mean(const double *value, int32_t n, double share, double *scratch);

// Tells of each of n pairs whether no other is at least as great in both and greater in one.
// SW_ERR_NO_MEMORY on failure.
sw_status sw_pareto_front(const double *a, const double *b, int64_t n, bool *front, sw_error *err);

#endif

// hull.h -- which of several ways to do something are worth mixing: the upper hull of worth over
// work.
#ifndef SW_LP_HULL_H
#define SW_LP_HULL_H

#include <stdint.h>

// Writes to `option` [n] which of n ways lie on the upper hull, from "nothing" (no work, no worth),
// of worth over work, and returns how many. `work` ascends. As work has a price >= 0, a mixture of
// neighbours on the hull is worth at least as much as what lies below it.
int32_t sw_upper_hull(int32_t n, const double *work, const double *worth, int32_t *option);

#endif

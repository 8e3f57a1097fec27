// timegrid.h -- the grid of times: every event time and deadline is a multiple of 2^-27 s, so that
// comparisons are exact and ties do not depend on how a sum was added up.
#ifndef SW_BASE_TIMEGRID_H
#define SW_BASE_TIMEGRID_H

#define SW_TIME_GRID_PER_S 134217728.0 // 2^27 multiples a second; one is 7.45 ns

// Returns the nearest multiple of 2^-27 s, half to even. `t_s` >= 0; infinity stays infinity.
static inline double sw_time_round(double t_s) {
    const double two52 = 4503599627370496.0;
    double x = t_s * SW_TIME_GRID_PER_S;
    if (x < two52) { // at or above 2^52 every double is a whole number already
        x = (x + two52) - two52;
    }
    return x / SW_TIME_GRID_PER_S;
}

#endif

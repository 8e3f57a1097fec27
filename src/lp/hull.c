#include "lp/hull.h"

int32_t sw_upper_hull(int32_t n, const double *work, const double *worth, int32_t *option) {
    int32_t n_kept = 0;
    for (int32_t c = 0; c < n; c++) {
        if (worth[c] <= (n_kept > 0 ? worth[option[n_kept - 1]] : 0.0)) {
            continue; // worth no more for no less work
        }
        while (n_kept > 0) {
            const int32_t last = option[n_kept - 1];
            const double from_work = n_kept > 1 ? work[option[n_kept - 2]] : 0.0;
            const double from_worth = n_kept > 1 ? worth[option[n_kept - 2]] : 0.0;
            if ((worth[last] - from_worth) * (work[c] - from_work) >
                (worth[c] - from_worth) * (work[last] - from_work)) {
                break; // the last one rises above the line to the new one
            }
            n_kept--;
        }
        option[n_kept++] = c;
    }
    return n_kept;
}

// problem.h -- a linear program kept in our own arrays (maximise), and the bound that any set of
// row duals proves.
//
// Columns are added one after another, each with its entries. Memory that runs short is remembered
// and told by sw_lp_is_complete, so that builders need not check every line.
#ifndef SW_LP_PROBLEM_H
#define SW_LP_PROBLEM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

// A program's units are made of what its jobs are worth. Less than this is nothing: units of it
// would make costs that no double holds.
#define SW_LP_LEAST_WORTH_USD 1e-30

typedef struct sw_lp {
    int32_t n_row;
    int32_t n_col;
    int64_t n_entry;
    double *row_lo;      // -inf: none                                            [n_row]
    double *row_hi;      // inf: none                                             [n_row]
    double *col_cost;    // worth of one unit                                   [n_col]
    double *col_lo;      // finite                                              [n_col]
    double *col_hi;      // finite for a problem whose bound is to be proved    [n_col]
    bool *col_open;      // rows imply col_hi: the solver need not see it       [n_col]
    int64_t *col_first;  // first entry of each column, and the end          [n_col + 1]
    int32_t *entry_row;  //                                                  [n_entry]
    double *entry_value; //                                                  [n_entry]
    int32_t row_capacity;
    int32_t col_capacity;
    int64_t entry_capacity;
    bool out_of_memory;
} sw_lp;

void sw_lp_init(sw_lp *lp);
void sw_lp_deinit(sw_lp *lp);

// Adds a row lo <= a.x <= hi and returns its index.
int32_t sw_lp_add_row(sw_lp *lp, double lo, double hi);
// Adds a column lo <= x <= hi without entries and returns its index.
int32_t sw_lp_add_column(sw_lp *lp, double cost, double lo, double hi, bool open);
// Adds an entry to the newest column; a row may be named once. Zeros and row -1 are left out.
void sw_lp_add_entry(sw_lp *lp, int32_t row, double value);
// True when all that was added is there.
bool sw_lp_is_complete(const sw_lp *lp);

// Returns the dual of a row with a wrong sign set to 0: a side that is absent cannot be priced.
double sw_lp_clip_dual(const sw_lp *lp, int32_t row, double dual);

// What a set of row duals proves.
typedef struct sw_lp_certificate {
    double bound;    // no feasible x is worth more; includes the rounding of this computation
    double rounding; // part of it
    double clipped;  // the largest dual of a wrong sign that was set to 0
} sw_lp_certificate;

// Returns the dual objective of `row_dual` [n_row] with signs clipped: for every x within the
// column bounds that meets all rows, cost.x = dual.(A x) + (cost - A'dual).x is at most the sum of
// both parts' largest values. It holds for any duals; all column bounds must be finite.
sw_lp_certificate sw_lp_certify(const sw_lp *lp, const double *row_dual);

// Returns the largest violation of a row by `x` [n_col], relative to 1 + the sum of its absolute
// terms. `scratch`: room for 2 * n_row numbers.
double sw_lp_row_residual(const sw_lp *lp, const double *x, double *scratch);

#endif

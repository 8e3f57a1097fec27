// solver.h -- GLPK behind a small interface: it solves a sw_lp, keeps its basis between solves, and
// turns GLPK's aborts into statuses.
//
// GLPK keeps its objects per thread: a solver is created, used and destroyed on one thread. The
// last solver of a thread gives GLPK's memory of that thread back. After an abort inside GLPK all
// solvers of the thread are lost: each says so at its next use, and new ones work.
#ifndef SW_LP_SOLVER_H
#define SW_LP_SOLVER_H

#include "base/status.h"
#include "lp/problem.h"

typedef struct sw_solver sw_solver;

typedef enum sw_solve_end {
    SW_SOLVE_OPTIMAL,    // within the solver's tolerance
    SW_SOLVE_STOPPED,    // a limit or numerical trouble: what there is may be used, nothing is
                         // promised
    SW_SOLVE_INFEASIBLE, // no point meets the rows
    SW_SOLVE_UNBOUNDED   // a point of any worth meets the rows
} sw_solve_end;

// Loads a problem, with free column bounds where the rows imply them. The problem may be destroyed
// afterwards.
sw_status sw_solver_create(const sw_lp *lp, sw_solver **solver, sw_error *err);
// Takes NULL.
void sw_solver_destroy(sw_solver *solver);

// Change the loaded problem in place; the basis stays.
sw_status sw_solver_set_cost(sw_solver *solver, int32_t col, double cost, sw_error *err);
sw_status sw_solver_set_column_bounds(sw_solver *solver, int32_t col, double lo, double hi,
                                      sw_error *err);
sw_status sw_solver_set_row_bounds(sw_solver *solver, int32_t row, double lo, double hi,
                                   sw_error *err);
// Replaces the entries of a column.
sw_status sw_solver_set_entries(sw_solver *solver, int32_t col, int32_t n, const int32_t *row,
                                const double *value, sw_error *err);

// Orders in which the interior point method factorises: they differ in rounding, so another may get
// further.
enum { SW_SOLVER_N_ORDERING = 2 };

// Solves by the interior point method: good for large problems from cold. `ordering`: 0 ..
// SW_SOLVER_N_ORDERING-1.
sw_status sw_solver_interior(sw_solver *solver, int32_t ordering, sw_solve_end *end, sw_error *err);
// Solves by the primal simplex method from the present basis, or from an advanced one when there is
// none or it is singular. `max_iterations` limits it in a way that does not depend on the machine's
// speed.
sw_status sw_solver_simplex(sw_solver *solver, int32_t max_iterations, sw_solve_end *end,
                            sw_error *err);

// Results of the last solve, whatever its end: the best point known to the solver.
void sw_solver_columns(const sw_solver *solver, double *value); // [n_col]
void sw_solver_row_duals(const sw_solver *solver,
                         double *dual); // worth of one unit more of the row  [n_row]
double sw_solver_objective(const sw_solver *solver);

// Writes the loaded problem as a free-format MPS file: the minimisation of -(scale * worth +
// constant).
sw_status sw_solver_write_mps(sw_solver *solver, const char *path, double scale, double constant,
                              sw_error *err);

#endif

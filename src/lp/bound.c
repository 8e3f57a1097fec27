#include "lp/bound.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/timegrid.h"
#include "lp/relaxation.h"
#include "lp/solver.h"

enum {
    SIMPLEX_MAX_COLUMN = 2000, // up to here simplex is as fast, and exact
    SIMPLEX_MAX_RESCUE =
        40000, // up to here simplex may help where interior point does not get near
    SIMPLEX_ITERATIONS = 2000000
};
// A gap that is worth another attempt, and one that is worth simplex.
static const double good_gap = 1e-7;
static const double poor_gap = 1e-3;

static double wall_now_s(void) {
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
        return 0.0;
    }
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

// What attempts at one program share.
typedef struct attempt {
    const sw_system *sys;
    const sw_relaxation *relaxation;
    sw_solver *solver;
    double *column;  // [n_col]
    double *dual;    // [n_row]
    double *best;    // duals of the result [n_row]
    double *scratch; // [2 n_row]
    sw_bound_result *result;
} attempt;

// What rounding times to the grid may earn a run, USD: each job may hold its GPU for a step of the
// grid less than its work takes.
static double grid_usd(const attempt *a, const double *dual) {
    const sw_system *sys = a->sys;
    const int32_t *row = a->relaxation->row[SW_DUAL_WORK];
    double dearest = 0.0; // work of a slot at the top level
    for (int32_t k = 0; k < sys->n_asp; k++) {
        const double speed = sys->asp_level_speed[k * sys->n_level_max + sys->asp_n_level[k] - 1];
        for (int64_t slot = 0; slot < sys->n_slot; slot++) {
            const int32_t i = row[k * sys->n_slot + slot];
            const double y = i >= 0 ? sw_lp_clip_dual(&a->relaxation->lp, i, dual[i]) : 0.0;
            dearest = fmax(dearest, speed * fabs(y));
        }
    }
    return (double)a->result->n_job / SW_TIME_GRID_PER_S * dearest / sys->slot_s /
           a->relaxation->units_per_usd;
}

// Weighs what the solver has found and keeps it when its bound is lower.
static void take_result(const attempt *a, const char *method, sw_solve_end end) {
    const sw_lp *lp = &a->relaxation->lp;
    const double usd = 1.0 / a->relaxation->units_per_usd;
    sw_solver_row_duals(a->solver, a->dual);
    const sw_lp_certificate certificate = sw_lp_certify(lp, a->dual);
    const double times_usd = grid_usd(a, a->dual);
    const double bound_usd = certificate.bound * usd + times_usd + a->relaxation->constant_usd;
    sw_bound_result *result = a->result;
    if (result->method != NULL && !(bound_usd < result->bound_usd)) {
        return;
    }
    memcpy(a->best, a->dual, (size_t)lp->n_row * sizeof *a->best);
    sw_solver_columns(a->solver, a->column);
    double worth = 0.0;
    for (int32_t j = 0; j < lp->n_col; j++) {
        worth += lp->col_cost[j] * a->column[j];
    }
    result->method = method;
    result->converged = end == SW_SOLVE_OPTIMAL;
    result->bound_usd = bound_usd;
    result->primal_usd = worth * usd + a->relaxation->constant_usd;
    sw_relaxation_terms(a->relaxation, a->column, result->term_usd);
    result->gap = (bound_usd - result->primal_usd) / fmax(1.0, fabs(bound_usd));
    result->primal_residual = sw_lp_row_residual(lp, a->column, a->scratch);
    result->dual_residual = certificate.clipped * usd;
    result->rounding_usd = certificate.rounding * usd + times_usd;
}

static sw_status try_simplex(const attempt *a, sw_error *err) {
    sw_solve_end end = SW_SOLVE_STOPPED;
    SW_TRY(sw_solver_simplex(a->solver, SIMPLEX_ITERATIONS, &end, err));
    take_result(a, "simplex", end);
    return SW_OK;
}

static bool is_good(const attempt *a, double gap) {
    return a->result->method != NULL && fabs(a->result->gap) <= gap;
}

static sw_status solve(const attempt *a, sw_error *err) {
    const int32_t n_col = a->relaxation->lp.n_col;
    if (n_col <= SIMPLEX_MAX_COLUMN) {
        return try_simplex(a, err);
    }
    for (int32_t ordering = 0; ordering < SW_SOLVER_N_ORDERING && !is_good(a, good_gap);
         ordering++) {
        sw_solve_end end = SW_SOLVE_STOPPED;
        SW_TRY(sw_solver_interior(a->solver, ordering, &end, err));
        take_result(a, "interior", end);
    }
    if (!is_good(a, poor_gap) && n_col <= SIMPLEX_MAX_RESCUE) {
        return try_simplex(a, err);
    }
    return SW_OK;
}

static sw_status solve_relaxation(const sw_system *sys, const sw_relaxation *relaxation,
                                  const sw_bound_options *options, sw_bound_result *result,
                                  sw_error *err) {
    const sw_lp *lp = &relaxation->lp;
    sw_status status = SW_ERR_NO_MEMORY;
    attempt a = {.sys = sys, .relaxation = relaxation, .result = result};
    a.column = malloc(((size_t)lp->n_col + 1) * sizeof *a.column);
    a.dual = malloc(((size_t)lp->n_row + 1) * sizeof *a.dual);
    a.best = malloc(((size_t)lp->n_row + 1) * sizeof *a.best);
    a.scratch = malloc((2 * (size_t)lp->n_row + 1) * sizeof *a.scratch);
    if (a.column == NULL || a.dual == NULL || a.best == NULL || a.scratch == NULL) {
        (void)sw_fail(err, status, "out of memory for the bound's LP (%d columns)", lp->n_col);
        goto cleanup;
    }
    status = sw_solver_create(lp, &a.solver, err);
    if (status == SW_OK && options->mps_path != NULL) {
        status = sw_solver_write_mps(a.solver, options->mps_path, 1.0 / relaxation->units_per_usd,
                                     relaxation->constant_usd, err);
    }
    if (status == SW_OK) {
        status = solve(&a, err);
    }
    if (status == SW_OK && options->duals != NULL) {
        status = sw_relaxation_duals(relaxation, sys, a.best, options->duals, err);
    }
cleanup:
    sw_solver_destroy(a.solver);
    free(a.column);
    free(a.dual);
    free(a.best);
    free(a.scratch);
    return status;
}

sw_status sw_bound_compute(const sw_model *model, uint64_t seed, const sw_bound_options *options,
                           sw_bound_result *result, sw_error *err) {
    const double start_s = wall_now_s();
    const sw_bound_options none = {0};
    const sw_bound_options *given = options != NULL ? options : &none;
    const int64_t max_columns = given->max_columns > 0 ? given->max_columns : SW_BOUND_MAX_COLUMNS;
    sw_bound_result found = {0};
    sw_world *world = NULL;
    sw_groups groups = {0};
    sw_relaxation relaxation = {0};
    sw_status status = sw_world_create(model, seed, &world, err);
    if (status == SW_OK) {
        status = sw_groups_collect(model, world, max_columns, &groups, err);
    }
    if (status == SW_OK) {
        status = sw_relaxation_build(model, world, &groups, max_columns, &relaxation, err);
    }
    found.n_job = groups.n_job;
    found.n_group = groups.n;
    sw_groups_deinit(&groups);
    sw_world_destroy(world);
    if (status == SW_OK) {
        found.n_row = relaxation.lp.n_row;
        found.n_column = relaxation.lp.n_col;
        status = solve_relaxation(&model->sys, &relaxation, given, &found, err);
    }
    sw_relaxation_deinit(&relaxation);
    if (status == SW_OK) {
        found.wall_s = fmax(wall_now_s() - start_s, 0.0); // a clock may be set back
        *result = found;
    }
    return status;
}

#include "lp/host_lp.h"

#include <math.h>
#include <stdlib.h>

#include "lp/solver.h"

enum { GREATEST_SIZE = 1000000, GREATEST_ENTRIES = 10000000 };

// ---------------------------------------------------------------- checks

static sw_status check_sizes(const sw_lp_problem *p, const sw_lp_solution *s, sw_error *err) {
    if (p == NULL || s == NULL || p->struct_size < sizeof *p || s->struct_size < sizeof *s) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "no problem, no solution, or a struct_size not set");
    }
    if (p->n_col < 0 || p->n_col > GREATEST_SIZE || p->n_row < 0 || p->n_row > GREATEST_SIZE ||
        p->n_entry < 0 || p->n_entry > GREATEST_ENTRIES) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%d columns, %d rows, %lld entries; allowed: 0..%d, 0..%d, 0..%d", p->n_col,
                       p->n_row, (long long)p->n_entry, GREATEST_SIZE, GREATEST_SIZE,
                       GREATEST_ENTRIES);
    }
    const bool columns = p->col_cost != NULL && p->col_lo != NULL && p->col_hi != NULL;
    const bool rows = p->row_lo != NULL && p->row_hi != NULL;
    const bool entries = p->entry_row != NULL && p->entry_col != NULL && p->entry_value != NULL;
    if ((p->n_col > 0 && !columns) || (p->n_row > 0 && !rows) || (p->n_entry > 0 && !entries)) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "an array is NULL");
    }
    return SW_OK;
}

static sw_status check_numbers(const sw_lp_problem *p, sw_error *err) {
    for (int32_t j = 0; j < p->n_col; j++) {
        if (!isfinite(p->col_cost[j]) || !isfinite(p->col_lo[j]) || !(p->col_hi[j] > -HUGE_VAL)) {
            return sw_fail(
                err, SW_ERR_BAD_INPUT,
                "column %d: cost %g, bounds %g..%g; cost and lower bound are finite, the "
                "upper one may be inf",
                j, p->col_cost[j], p->col_lo[j], p->col_hi[j]);
        }
    }
    for (int32_t i = 0; i < p->n_row; i++) {
        if (!(p->row_lo[i] < HUGE_VAL) || !(p->row_hi[i] > -HUGE_VAL)) {
            return sw_fail(err, SW_ERR_BAD_INPUT,
                           "row %d: bounds %g..%g; the lower one may be -inf, the upper one inf", i,
                           p->row_lo[i], p->row_hi[i]);
        }
    }
    for (int64_t e = 0; e < p->n_entry; e++) {
        if (p->entry_row[e] < 0 || p->entry_row[e] >= p->n_row || p->entry_col[e] < 0 ||
            p->entry_col[e] >= p->n_col || !isfinite(p->entry_value[e])) {
            return sw_fail(err, SW_ERR_BAD_INPUT,
                           "entry %lld: row %d of 0..%d, column %d of 0..%d, value %g",
                           (long long)e, p->entry_row[e], p->n_row - 1, p->entry_col[e],
                           p->n_col - 1, p->entry_value[e]);
        }
    }
    return SW_OK;
}

// True when a lower bound lies above its upper one: nothing can meet both.
static bool has_crossed_bounds(const sw_lp_problem *p) {
    bool crossed = false;
    for (int32_t j = 0; j < p->n_col; j++) {
        crossed = crossed || p->col_lo[j] > p->col_hi[j];
    }
    for (int32_t i = 0; i < p->n_row; i++) {
        crossed = crossed || p->row_lo[i] > p->row_hi[i];
    }
    return crossed;
}

// ---------------------------------------------------------------- building

// What sorts entries by column and adds up those of one place.
typedef struct sorter {
    int64_t *first; // of each column in `order`, and the end    [n_col + 1]
    int64_t *order; // entries by column, else as given          [n_entry]
    double *sum;    // of the present column                     [n_row]
    int32_t *seen;  // column in which the row was met last, + 1 [n_row]
    int32_t *rows;  // of the present column                     [n_row]
} sorter;

static void sorter_deinit(sorter *s) {
    free(s->first);
    free(s->order);
    free(s->sum);
    free(s->seen);
    free(s->rows);
}

static bool sorter_init(sorter *s, const sw_lp_problem *p) {
    s->first = calloc((size_t)p->n_col + 2, sizeof *s->first);
    s->order = calloc((size_t)p->n_entry + 1, sizeof *s->order);
    s->sum = calloc((size_t)p->n_row + 1, sizeof *s->sum);
    s->seen = calloc((size_t)p->n_row + 1, sizeof *s->seen);
    s->rows = calloc((size_t)p->n_row + 1, sizeof *s->rows);
    if (s->first == NULL || s->order == NULL || s->sum == NULL || s->seen == NULL ||
        s->rows == NULL) {
        return false;
    }
    // Counts are kept two ahead, so that filling leaves the firsts in place.
    for (int64_t e = 0; e < p->n_entry; e++) {
        if (p->entry_col[e] + 2 <= p->n_col) {
            s->first[p->entry_col[e] + 2]++;
        }
    }
    for (int32_t j = 2; j <= p->n_col; j++) {
        s->first[j] += s->first[j - 1];
    }
    for (int64_t e = 0; e < p->n_entry; e++) {
        s->order[s->first[p->entry_col[e] + 1]++] = e;
    }
    return true;
}

// False: entries of one place add up beyond all numbers.
static bool add_column(const sw_lp_problem *p, sorter *s, int32_t col, sw_lp *lp) {
    (void)sw_lp_add_column(lp, p->col_cost[col], p->col_lo[col], p->col_hi[col], false);
    int32_t n = 0;
    for (int64_t at = s->first[col]; at < s->first[col + 1]; at++) {
        const int64_t e = s->order[at];
        const int32_t row = p->entry_row[e];
        if (s->seen[row] != col + 1) {
            s->seen[row] = col + 1;
            s->sum[row] = 0.0;
            s->rows[n++] = row;
        }
        s->sum[row] += p->entry_value[e];
    }
    bool finite = true;
    for (int32_t i = 0; i < n && finite; i++) {
        finite = isfinite(s->sum[s->rows[i]]);
        if (finite) {
            sw_lp_add_entry(lp, s->rows[i], s->sum[s->rows[i]]);
        }
    }
    return finite;
}

static sw_status build(const sw_lp_problem *p, sw_lp *lp, sw_error *err) {
    sorter s = {0};
    const bool sorted = sorter_init(&s, p);
    for (int32_t i = 0; i < p->n_row && sorted; i++) {
        (void)sw_lp_add_row(lp, p->row_lo[i], p->row_hi[i]);
    }
    sw_status status = SW_OK;
    for (int32_t j = 0; j < p->n_col && sorted && status == SW_OK; j++) {
        if (!add_column(p, &s, j, lp)) {
            status = sw_fail(err, SW_ERR_BAD_INPUT,
                             "column %d: entries of one row add up to no number", j);
        }
    }
    sorter_deinit(&s);
    if (status == SW_OK && !(sorted && sw_lp_is_complete(lp))) {
        status = sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for %d columns, %d rows", p->n_col,
                         p->n_row);
    }
    return status;
}

// ---------------------------------------------------------------- solving

// Enough for any problem that gets anywhere, and the same on every machine.
static int32_t iteration_limit(const sw_lp_problem *p) {
    return 1000 + 100 * (p->n_row + p->n_col);
}

static sw_status solve(const sw_lp *lp, const sw_lp_problem *p, sw_lp_solution *solution,
                       sw_lp_status *end, sw_error *err) {
    sw_solver *solver = NULL;
    SW_TRY(sw_solver_create(lp, &solver, err));
    sw_solve_end how = SW_SOLVE_STOPPED;
    const sw_status status = sw_solver_simplex(solver, iteration_limit(p), &how, err);
    if (status == SW_OK) {
        *end = how == SW_SOLVE_OPTIMAL      ? SW_LP_OPTIMAL
               : how == SW_SOLVE_INFEASIBLE ? SW_LP_INFEASIBLE
               : how == SW_SOLVE_UNBOUNDED  ? SW_LP_UNBOUNDED
                                            : SW_LP_STOPPED;
        if (how == SW_SOLVE_OPTIMAL) {
            solution->objective = sw_solver_objective(solver);
            if (solution->x != NULL) {
                sw_solver_columns(solver, solution->x);
            }
            if (solution->row_dual != NULL) {
                sw_solver_row_duals(solver, solution->row_dual);
            }
        }
    }
    sw_solver_destroy(solver);
    return status;
}

sw_lp_status sw_host_lp_solve(const sw_lp_problem *problem, sw_lp_solution *solution,
                              sw_error *err) {
    if (check_sizes(problem, solution, err) != SW_OK || check_numbers(problem, err) != SW_OK) {
        return SW_LP_REFUSED;
    }
    solution->objective = (double)NAN;
    for (int32_t j = 0; j < problem->n_col && solution->x != NULL; j++) {
        solution->x[j] = (double)NAN;
    }
    for (int32_t i = 0; i < problem->n_row && solution->row_dual != NULL; i++) {
        solution->row_dual[i] = (double)NAN;
    }
    if (has_crossed_bounds(problem)) {
        return SW_LP_INFEASIBLE;
    }
    sw_lp lp;
    sw_lp_init(&lp);
    sw_lp_status end = SW_LP_REFUSED;
    if (build(problem, &lp, err) != SW_OK || solve(&lp, problem, solution, &end, err) != SW_OK) {
        end = SW_LP_REFUSED;
    }
    sw_lp_deinit(&lp);
    return end;
}

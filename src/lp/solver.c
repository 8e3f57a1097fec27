#include "lp/solver.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glpk.h>

#include "base/atomic_file.h"

struct sw_solver {
    glp_prob *prob;
    uint32_t epoch; // of the environment that holds `prob`
    bool has_basis; // a simplex solve left one
    bool interior;  // the last solve was by interior point
};

// Mirrors GLPK's environment, which is itself one per thread: `epoch` counts how often it was given
// back, so that a solver knows whether its problem still exists; `n_live` tells when to give it
// back.
static _Thread_local struct {
    uint32_t epoch;
    int32_t n_live;
} thread_env;

// ---------------------------------------------------------------- calls into GLPK that may abort

enum { GLPK_TEXT = 200 };

typedef struct guard {
    jmp_buf back;
    char text[GLPK_TEXT]; // what GLPK printed last, which is why it gave up
} guard;

// Keeps GLPK's words instead of printing them.
static int keep_text(void *info, const char *text) {
    guard *g = info;
    const size_t n = strcspn(text, "\n");
    if (n > 0 && strncmp(text, "Error detected", 14) != 0) {
        (void)snprintf(g->text, sizeof g->text, "%.*s", (int)n, text);
    }
    return 1;
}

static void leave_glpk(void *info) {
    guard *g = info;
    longjmp(g->back, 1);
}

// Calls body(context) with GLPK silenced. When GLPK gives up (misuse, or memory that runs short)
// its state is undefined, so the thread's environment is freed, with every problem in it.
static sw_status call_glpk(void (*body)(void *), void *context, sw_error *err) {
    guard g;
    g.text[0] = '\0';
    if (setjmp(g.back) != 0) {
        (void)glp_free_env();
        thread_env.epoch++;
        return sw_fail(err, SW_ERR_NO_MEMORY, "the LP solver gave up: %s",
                       g.text[0] != '\0' ? g.text : "no reason given");
    }
    (void)glp_term_out(GLP_OFF);
    glp_term_hook(keep_text, &g);
    glp_error_hook(leave_glpk, &g);
    body(context);
    glp_error_hook(NULL, NULL);
    glp_term_hook(NULL, NULL);
    return SW_OK;
}

static bool is_lost(const sw_solver *solver) {
    return solver->epoch != thread_env.epoch;
}

static sw_status check_alive(const sw_solver *solver, sw_error *err) {
    return is_lost(solver) ? sw_fail(err, SW_ERR_NO_MEMORY,
                                     "the LP was lost when the solver gave up on another one")
                           : SW_OK;
}

// ---------------------------------------------------------------- create and destroy

static int bound_type(double lo, double hi) {
    if (isinf(lo)) {
        return isinf(hi) ? GLP_FR : GLP_UP;
    }
    if (isinf(hi)) {
        return GLP_LO;
    }
    return lo < hi ? GLP_DB : GLP_FX;
}

typedef struct load_context {
    const sw_lp *lp;
    glp_prob *prob;
    int *index;
    double *value;
} load_context;

static void load(void *context) {
    load_context *c = context;
    const sw_lp *lp = c->lp;
    c->prob = glp_create_prob();
    glp_set_obj_dir(c->prob, GLP_MAX);
    if (lp->n_row > 0) {
        (void)glp_add_rows(c->prob, lp->n_row);
    }
    for (int32_t i = 0; i < lp->n_row; i++) {
        glp_set_row_bnds(c->prob, i + 1, bound_type(lp->row_lo[i], lp->row_hi[i]), lp->row_lo[i],
                         lp->row_hi[i]);
    }
    if (lp->n_col > 0) {
        (void)glp_add_cols(c->prob, lp->n_col);
    }
    for (int32_t j = 0; j < lp->n_col; j++) {
        const double hi = lp->col_open[j] ? (double)INFINITY : lp->col_hi[j];
        glp_set_col_bnds(c->prob, j + 1, bound_type(lp->col_lo[j], hi), lp->col_lo[j], hi);
        glp_set_obj_coef(c->prob, j + 1, lp->col_cost[j]);
        int n = 0;
        for (int64_t e = lp->col_first[j]; e < lp->col_first[j + 1]; e++) {
            n++;
            c->index[n] = lp->entry_row[e] + 1;
            c->value[n] = lp->entry_value[e];
        }
        glp_set_mat_col(c->prob, j + 1, n, c->index, c->value);
    }
}

sw_status sw_solver_create(const sw_lp *lp, sw_solver **solver, sw_error *err) {
    if (!sw_lp_is_complete(lp)) {
        return sw_fail(err, SW_ERR_NO_MEMORY,
                       "out of memory while building an LP of %d rows, %d columns", lp->n_row,
                       lp->n_col);
    }
    sw_status status = SW_ERR_NO_MEMORY;
    load_context context = {lp, NULL, NULL, NULL};
    sw_solver *made = calloc(1, sizeof *made);
    context.index = malloc(((size_t)lp->n_row + 1) * sizeof *context.index);
    context.value = malloc(((size_t)lp->n_row + 1) * sizeof *context.value);
    if (made == NULL || context.index == NULL || context.value == NULL) {
        (void)sw_fail(err, status, "out of memory for an LP of %d rows", lp->n_row);
        goto cleanup;
    }
    status = call_glpk(load, &context, err);
    if (status != SW_OK) {
        goto cleanup;
    }
    made->prob = context.prob;
    made->epoch = thread_env.epoch;
    thread_env.n_live++;
    *solver = made;
    made = NULL;
cleanup:
    free(context.index);
    free(context.value);
    free(made);
    return status;
}

void sw_solver_destroy(sw_solver *solver) {
    if (solver == NULL) {
        return;
    }
    if (!is_lost(solver)) {
        glp_delete_prob(solver->prob);
    }
    free(solver);
    thread_env.n_live--;
    if (thread_env.n_live == 0) {
        (void)glp_free_env();
        thread_env.epoch++;
    }
}

// ---------------------------------------------------------------- changes in place

typedef struct change_context {
    glp_prob *prob;
    int item;
    int n;
    const int *index; // from element 1
    const double *value;
    double lo;
    double hi;
} change_context;

static void change_cost(void *context) {
    const change_context *c = context;
    glp_set_obj_coef(c->prob, c->item, c->lo);
}

static void change_column_bounds(void *context) {
    const change_context *c = context;
    glp_set_col_bnds(c->prob, c->item, bound_type(c->lo, c->hi), c->lo, c->hi);
}

static void change_row_bounds(void *context) {
    const change_context *c = context;
    glp_set_row_bnds(c->prob, c->item, bound_type(c->lo, c->hi), c->lo, c->hi);
}

static void change_entries(void *context) {
    const change_context *c = context;
    glp_set_mat_col(c->prob, c->item, c->n, c->index, c->value);
}

sw_status sw_solver_set_cost(sw_solver *solver, int32_t col, double cost, sw_error *err) {
    SW_TRY(check_alive(solver, err));
    change_context context = {.prob = solver->prob, .item = col + 1, .lo = cost};
    return call_glpk(change_cost, &context, err);
}

sw_status sw_solver_set_column_bounds(sw_solver *solver, int32_t col, double lo, double hi,
                                      sw_error *err) {
    SW_TRY(check_alive(solver, err));
    change_context context = {.prob = solver->prob, .item = col + 1, .lo = lo, .hi = hi};
    return call_glpk(change_column_bounds, &context, err);
}

sw_status sw_solver_set_row_bounds(sw_solver *solver, int32_t row, double lo, double hi,
                                   sw_error *err) {
    SW_TRY(check_alive(solver, err));
    change_context context = {.prob = solver->prob, .item = row + 1, .lo = lo, .hi = hi};
    return call_glpk(change_row_bounds, &context, err);
}

enum { MAX_CHANGED_ENTRIES = 64 };

sw_status sw_solver_set_entries(sw_solver *solver, int32_t col, int32_t n, const int32_t *row,
                                const double *value, sw_error *err) {
    SW_TRY(check_alive(solver, err));
    SW_REQUIRE(n >= 0 && n < MAX_CHANGED_ENTRIES);
    int index[MAX_CHANGED_ENTRIES + 1] = {0};
    double coefficient[MAX_CHANGED_ENTRIES + 1] = {0.0};
    for (int32_t i = 0; i < n; i++) {
        index[i + 1] = row[i] + 1;
        coefficient[i + 1] = value[i];
    }
    change_context context = {
        .prob = solver->prob, .item = col + 1, .n = n, .index = index, .value = coefficient};
    return call_glpk(change_entries, &context, err);
}

// ---------------------------------------------------------------- solving

typedef struct solve_context {
    sw_solver *solver;
    int32_t ordering;
    int32_t max_iterations;
    int code; // what GLPK returned
} solve_context;

static void run_interior(void *context) {
    static const int ordering[SW_SOLVER_N_ORDERING] = {GLP_ORD_AMD, GLP_ORD_SYMAMD};
    solve_context *c = context;
    glp_iptcp parameters;
    glp_init_iptcp(&parameters);
    parameters.msg_lev = GLP_MSG_OFF;
    parameters.ord_alg = ordering[c->ordering];
    c->code = glp_interior(c->solver->prob, &parameters);
}

sw_status sw_solver_interior(sw_solver *solver, int32_t ordering, sw_solve_end *end,
                             sw_error *err) {
    SW_REQUIRE(ordering >= 0 && ordering < SW_SOLVER_N_ORDERING);
    SW_TRY(check_alive(solver, err));
    solve_context context = {solver, ordering, 0, 0};
    SW_TRY(call_glpk(run_interior, &context, err));
    solver->interior = true;
    const bool optimal = context.code == 0 && glp_ipt_status(solver->prob) == GLP_OPT;
    *end = optimal ? SW_SOLVE_OPTIMAL : SW_SOLVE_STOPPED;
    return SW_OK;
}

static void run_simplex(void *context) {
    solve_context *c = context;
    glp_smcp parameters;
    glp_init_smcp(&parameters);
    parameters.msg_lev = GLP_MSG_OFF;
    parameters.meth = GLP_PRIMAL;
    parameters.it_lim = c->max_iterations;
    if (!c->solver->has_basis) {
        glp_adv_basis(c->solver->prob, 0);
    }
    c->code = glp_simplex(c->solver->prob, &parameters);
    if (c->code == GLP_EBADB || c->code == GLP_ESING || c->code == GLP_ECOND ||
        c->code == GLP_EFAIL) {
        // The basis kept from before does not fit the changed problem: start afresh.
        glp_adv_basis(c->solver->prob, 0);
        c->code = glp_simplex(c->solver->prob, &parameters);
    }
}

sw_status sw_solver_simplex(sw_solver *solver, int32_t max_iterations, sw_solve_end *end,
                            sw_error *err) {
    SW_TRY(check_alive(solver, err));
    solve_context context = {solver, 0, max_iterations, 0};
    SW_TRY(call_glpk(run_simplex, &context, err));
    solver->interior = false;
    solver->has_basis = true;
    *end = SW_SOLVE_STOPPED;
    if (context.code == 0) {
        switch (glp_get_status(solver->prob)) {
        case GLP_OPT:
            *end = SW_SOLVE_OPTIMAL;
            break;
        case GLP_NOFEAS:
            *end = SW_SOLVE_INFEASIBLE;
            break;
        case GLP_UNBND:
            *end = SW_SOLVE_UNBOUNDED;
            break;
        default:
            break;
        }
    }
    return SW_OK;
}

void sw_solver_columns(const sw_solver *solver, double *value) {
    SW_REQUIRE(!is_lost(solver));
    const int n = glp_get_num_cols(solver->prob);
    for (int j = 1; j <= n; j++) {
        value[j - 1] = solver->interior ? glp_ipt_col_prim(solver->prob, j)
                                        : glp_get_col_prim(solver->prob, j);
    }
}

void sw_solver_row_duals(const sw_solver *solver, double *dual) {
    SW_REQUIRE(!is_lost(solver));
    const int n = glp_get_num_rows(solver->prob);
    for (int i = 1; i <= n; i++) {
        dual[i - 1] = solver->interior ? glp_ipt_row_dual(solver->prob, i)
                                       : glp_get_row_dual(solver->prob, i);
    }
}

double sw_solver_objective(const sw_solver *solver) {
    SW_REQUIRE(!is_lost(solver));
    return solver->interior ? glp_ipt_obj_val(solver->prob) : glp_get_obj_val(solver->prob);
}

// ---------------------------------------------------------------- export

typedef struct write_context {
    const sw_solver *solver;
    const char *path;
    double scale;
    double constant;
    int code;
} write_context;

// Writes a copy: readers disagree on how MPS says "maximise", so it is turned into a minimisation.
static void write_mps(void *context) {
    write_context *c = context;
    glp_prob *copy = glp_create_prob();
    glp_copy_prob(copy, c->solver->prob, GLP_OFF);
    const int n = glp_get_num_cols(copy);
    for (int j = 1; j <= n; j++) {
        glp_set_obj_coef(copy, j, -c->scale * glp_get_obj_coef(copy, j));
    }
    // They disagree on the sign of a constant, too: it becomes the cost of a column that is 1.
    const int one = glp_add_cols(copy, 1);
    glp_set_col_bnds(copy, one, GLP_FX, 1.0, 1.0);
    glp_set_obj_coef(copy, one, -c->constant);
    glp_set_obj_dir(copy, GLP_MIN);
    c->code = glp_write_mps(copy, GLP_MPS_FILE, NULL, c->path);
    glp_delete_prob(copy);
}

// GLPK does not tell when its last bytes find no room: a whole file ends with this line.
static bool is_whole(const char *path) {
    static const char last[] = "ENDATA\n";
    char found[sizeof last - 1];
    FILE *file = fopen(path, "rb");
    const bool whole = file != NULL && fseek(file, -(long)sizeof found, SEEK_END) == 0 &&
                       fread(found, sizeof found, 1, file) == 1 &&
                       memcmp(found, last, sizeof found) == 0;
    if (file != NULL) {
        (void)fclose(file); // nothing was written
    }
    return whole;
}

sw_status sw_solver_write_mps(sw_solver *solver, const char *path, double scale, double constant,
                              sw_error *err) {
    sw_atomic_file file = {0};
    SW_TRY(check_alive(solver, err));
    SW_TRY(sw_atomic_file_open(path, &file, err));
    write_context context = {solver, file.tmp, scale, constant, 0};
    errno = 0;
    sw_status status = call_glpk(write_mps, &context, err);
    if (status == SW_OK && (context.code != 0 || !is_whole(file.tmp))) {
        status = sw_fail(err, SW_ERR_IO, "%s: cannot be written: %s", path,
                         sw_errno_text(errno != 0 ? errno : ENOSPC));
    }
    if (status != SW_OK) {
        sw_atomic_file_abandon(&file);
        return status;
    }
    return sw_atomic_file_commit(&file, err);
}

#include "sweep/runner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/run.h"
#include "sweep/observer.h"

// A scenario in memory with its policies.
typedef struct entry {
    int64_t point; // -1: empty
    int32_t users; // tasks that run on it now
    uint64_t used; // when it was last taken
    sw_model *model;
    sw_policy_pair **pair; // [n_policy]; NULL: not resolved yet
} entry;

struct sw_runner {
    const sw_sweep *sweep;
    const sw_grid *grid;
    int32_t n_entry;
    uint64_t clock; // counts takings
    entry *entry;   // [n_entry]
};

sw_runner *sw_runner_create(const sw_sweep *sweep, const sw_grid *grid, int32_t threads) {
    sw_runner *runner = calloc(1, sizeof *runner);
    entry *array = calloc((size_t)threads + 1, sizeof *array);
    if (runner == NULL || array == NULL) {
        free(runner);
        free(array);
        return NULL;
    }
    *runner = (sw_runner){.sweep = sweep, .grid = grid, .n_entry = threads + 1, .entry = array};
    for (int32_t i = 0; i < runner->n_entry; i++) {
        array[i].point = -1;
    }
    return runner;
}

static void clear(const sw_runner *runner, entry *e) {
    for (int32_t p = 0; e->pair != NULL && p < runner->grid->n_policy; p++) {
        sw_policy_pair_destroy(e->pair[p]);
    }
    free(e->pair);
    sw_model_destroy(e->model);
    *e = (entry){.point = -1};
}

void sw_runner_destroy(sw_runner *runner) {
    if (runner != NULL) {
        for (int32_t i = 0; i < runner->n_entry; i++) {
            clear(runner, &runner->entry[i]);
        }
        free(runner->entry);
        free(runner);
    }
}

// A record of a scenario with other sites or slots than the grid's would not fit in it.
static sw_status check_shape(const sw_grid *grid, const sw_model *model, int64_t point,
                             sw_error *err) {
    if (model->sys.n_site != grid->n_site || model->sys.n_asp != grid->n_asp ||
        (grid->series && model->sys.n_slot > grid->n_slot)) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "point %lld: the scenario has more sites, ASPs or slots than the base; "
                       "sweep slots on one axis alone",
                       (long long)point);
    }
    return SW_OK;
}

// Finds or loads the scenario of a point and the pair of the policy.
static sw_status take(sw_runner *runner, int64_t point, int32_t policy, entry **taken,
                      sw_error *err) {
    entry *e = NULL;
    entry *oldest = NULL;
    for (int32_t i = 0; i < runner->n_entry; i++) {
        entry *at = &runner->entry[i];
        if (at->point == point) {
            e = at;
        }
        if (at->users == 0 && (oldest == NULL || at->used < oldest->used)) {
            oldest = at;
        }
    }
    if (e == NULL) {
        SW_REQUIRE(oldest != NULL); // there is one more entry than tasks
        clear(runner, oldest);
        e = oldest;
        e->pair = calloc((size_t)runner->grid->n_policy, sizeof(sw_policy_pair *));
        if (e->pair == NULL) {
            return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for policies");
        }
        SW_TRY(sw_plan_model(runner->sweep, point, &e->model, err));
        SW_TRY(check_shape(runner->grid, e->model, point, err));
        e->point = point;
    }
    if (e->pair[policy] == NULL) {
        SW_TRY(sw_policy_resolve(e->model, runner->sweep->policy[policy], &e->pair[policy], err));
    }
    e->users++;
    e->used = ++runner->clock;
    *taken = e;
    return SW_OK;
}

static void put_metrics(double *record, const sw_metrics *metrics, int32_t n) {
    memcpy(record, metrics, (size_t)n * sizeof *metrics);
}

// Copies series of `n` parts into a record whose slots may be more than the scenario's.
static double *put_series(double *record, const double *series, int64_t n_series, int64_t n_slot,
                          int64_t n_room, int64_t n) {
    for (int64_t s = 0; s < n_series; s++) {
        memcpy(record, series + s * n_slot * n, (size_t)(n_slot * n) * sizeof *record);
        for (int64_t i = n_slot * n; i < n_room * n; i++) {
            record[i] = (double)NAN;
        }
        record += n_room * n;
    }
    return record;
}

#define COUNT_ONE(field, unit, text) +1 // NOLINT(bugprone-macro-parentheses): summed up

static sw_status run(const sw_runner *runner, const entry *e, int64_t task,
                     const volatile int *stop, double *record, sw_error *err) {
    const sw_grid *grid = runner->grid;
    const int32_t policy = sw_grid_policy_of(grid, task);
    sw_series series = {0};
    sw_observer observer = {.series = grid->series ? &series : NULL};
    sw_run_options options = {.seed = grid->seed[sw_grid_seed_of(grid, task)], .stop = stop};
    sw_run_result result = {0};
    if (grid->series) {
        SW_TRY(sw_series_init(&series, e->model, err));
        options.listeners = sw_observer_listeners(&observer);
    }
    const sw_status status = sw_run(e->model, e->pair[policy], &options, &result, err);
    if (status == SW_OK) {
        put_metrics(record, &result.total, 1);
        record += SW_N_METRIC;
        put_metrics(record, result.site, grid->n_site);
        record += (ptrdiff_t)SW_N_METRIC * grid->n_site;
        put_metrics(record, result.asp, grid->n_asp);
        record += (ptrdiff_t)SW_N_METRIC * grid->n_asp;
        if (grid->series) {
            const int64_t n_slot = e->model->sys.n_slot;
            record = put_series(record, series.site, 0 SW_SITE_SERIES_LIST(COUNT_ONE), n_slot,
                                grid->n_slot, grid->n_site);
            (void)put_series(record, series.asp, 0 SW_ASP_SERIES_LIST(COUNT_ONE), n_slot,
                             grid->n_slot, grid->n_asp);
        }
        sw_run_result_deinit(&result);
    }
    sw_series_deinit(&series);
    return status;
}

sw_status sw_runner_run(sw_runner *runner, int64_t task, const volatile int *stop, double *record,
                        sw_error *err) {
    const int64_t point = sw_grid_point_of(runner->grid, task);
    const int32_t policy = sw_grid_policy_of(runner->grid, task);
    entry *e = NULL;
    sw_status status = SW_OK;
    // Scenarios are loaded by one thread at a time (HDF5 wants it), the others wait or run.
#pragma omp critical(stepwatt_runner)
    status = take(runner, point, policy, &e, err);
    if (status == SW_OK) {
        SW_REQUIRE(e != NULL);
        status = run(runner, e, task, stop, record, err);
#pragma omp critical(stepwatt_runner)
        e->users--;
    }
    return status;
}

#include "sweep/grid.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/metrics.h"
#include "sweep/series.h"

#define COUNT_ONE(field, unit, text) +1 // NOLINT(bugprone-macro-parentheses): summed up
enum {
    N_SITE_SERIES = 0 SW_SITE_SERIES_LIST(COUNT_ONE),
    N_ASP_SERIES = 0 SW_ASP_SERIES_LIST(COUNT_ONE)
};

int64_t sw_grid_record_length(int32_t n_site, int32_t n_asp, int64_t n_slot) {
    return (int64_t)SW_N_METRIC * (1 + n_site + n_asp) +
           n_slot * ((int64_t)N_SITE_SERIES * n_site + (int64_t)N_ASP_SERIES * n_asp);
}

sw_status sw_grid_size(sw_grid *grid, sw_error *err) {
    const int64_t n_old = grid->n_task;
    const int64_t n = grid->n_point * grid->n_policy * grid->n_seed;
    const size_t most = SIZE_MAX / 2 / sizeof(double);
    double *value = NULL;
    bool *done = NULL;
    if (n >= n_old && (uint64_t)grid->n_value <= most / (uint64_t)n) {
        value = realloc(grid->value, (size_t)n * (size_t)grid->n_value * sizeof *value);
        grid->value = value != NULL ? value : grid->value;
        done = realloc(grid->done, (size_t)n * sizeof *done);
        grid->done = done != NULL ? done : grid->done;
    }
    if (value == NULL || done == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY,
                       "out of memory for %" PRId64 " tasks of %" PRId64 " numbers; run shards", n,
                       grid->n_value);
    }
    for (int64_t i = n_old * grid->n_value; i < n * grid->n_value; i++) {
        value[i] = (double)NAN;
    }
    for (int64_t i = n_old; i < n; i++) {
        done[i] = false;
    }
    grid->n_task = n;
    return SW_OK;
}

void sw_grid_deinit(sw_grid *grid) {
    free(grid->value);
    free(grid->done);
    sw_arena_deinit(&grid->arena);
    *grid = (sw_grid){0};
}

void sw_grid_place(const sw_grid *grid, int64_t point, int32_t place[SW_SWEEP_MAX_AXIS]) {
    for (int32_t a = grid->n_axis - 1; a >= 0; a--) {
        place[a] = (int32_t)(point % grid->axis[a].n);
        point /= grid->axis[a].n;
    }
}

int64_t sw_grid_count_mine(const sw_grid *grid) {
    return (grid->n_task - grid->shard + grid->n_shard - 1) / grid->n_shard;
}

int64_t sw_grid_count_done(const sw_grid *grid) {
    int64_t n = 0;
    for (int64_t task = 0; task < grid->n_task; task++) {
        n += grid->done[task] && sw_grid_is_mine(grid, task) ? 1 : 0;
    }
    return n;
}

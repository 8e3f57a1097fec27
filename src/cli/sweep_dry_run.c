#include "cli/sweep_dry_run.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "cli/table.h"

static double now_s(void) {
    struct timespec now;
    return clock_gettime(CLOCK_MONOTONIC, &now) == 0
               ? (double)now.tv_sec + 1e-9 * (double)now.tv_nsec
               : 0.0;
}

static bool print_points(const sw_grid *grid, FILE *out) {
    sw_table *table = sw_table_create((size_t)grid->n_axis + 1);
    if (table == NULL) {
        return false;
    }
    sw_table_cell(table, "point");
    for (int32_t a = 0; a < grid->n_axis; a++) {
        sw_table_cell(table, "%s", grid->axis[a].name);
    }
    for (int64_t point = 0; point < grid->n_point; point++) {
        int32_t place[SW_SWEEP_MAX_AXIS];
        sw_grid_place(grid, point, place);
        sw_table_cell(table, "%" PRId64, point);
        for (int32_t a = 0; a < grid->n_axis; a++) {
            sw_table_cell(table, "%s", grid->axis[a].label[place[a]]);
        }
    }
    const bool ok = sw_table_print(table, out);
    sw_table_destroy(table);
    return ok;
}

// Seconds of one run of each policy, together.
static sw_status time_policies(const sw_sweep *sweep, const sw_grid *grid, const volatile int *stop,
                               double *spent_s, sw_error *err) {
    sw_runner *runner = sw_runner_create(sweep, grid, 1);
    double *record = calloc((size_t)grid->n_value, sizeof *record);
    sw_status status = SW_OK;
    *spent_s = 0.0;
    if (runner == NULL || record == NULL) {
        status = sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for a run");
    }
    for (int32_t policy = 0; policy < grid->n_policy && status == SW_OK; policy++) {
        const double from_s = now_s();
        status = sw_runner_run(runner, sw_grid_task(grid, 0, policy, 0), stop, record, err);
        *spent_s += fmax(now_s() - from_s, 0.0); // a clock may be set back
    }
    free(record);
    sw_runner_destroy(runner);
    return status;
}

sw_status sw_sweep_dry_run(const sw_sweep *sweep, const sw_grid *grid, int32_t threads,
                           const volatile int *stop, FILE *out, sw_error *err) {
    const int64_t n_task = grid->n_point * grid->n_policy * grid->n_seed;
    const int64_t n_mine = (n_task - grid->shard + grid->n_shard - 1) / grid->n_shard;
    (void)fprintf(
        out, "sweep %s of %s: %" PRId64 " points x %d policies x %d seeds = %" PRId64 " tasks\n",
        grid->name, sweep->base, grid->n_point, (int)grid->n_policy, (int)grid->n_seed, n_task);
    for (int32_t a = 0; a < grid->n_axis; a++) {
        (void)fprintf(out, "axis %s: %d values of %s\n", grid->axis[a].name, (int)grid->axis[a].n,
                      grid->axis[a].keys);
    }
    (void)fprintf(out, "policies:");
    for (int32_t p = 0; p < grid->n_policy; p++) {
        (void)fprintf(out, " %s", grid->policy[p]);
    }
    (void)fprintf(out, "\nseeds:");
    for (int32_t s = 0; s < grid->n_seed && s < 20; s++) {
        (void)fprintf(out, " %" PRIu64, grid->seed[s]);
    }
    (void)fprintf(out, "%s\ndigest: %s\n\n", grid->n_seed > 20 ? " ..." : "", grid->digest);
    if (!print_points(grid, out)) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for the table");
    }
    double spent_s = 0.0;
    SW_TRY(time_policies(sweep, grid, stop, &spent_s, err));
    const double total_s = spent_s / (double)grid->n_policy * (double)n_mine / (double)threads;
    (void)fprintf(out,
                  "\n%" PRId64 " tasks of shard %d of %d: about %.3g s (%.3g h) on %d thread%s, "
                  "by the first point\n",
                  n_mine, (int)grid->shard, (int)grid->n_shard, total_s, total_s / 3600.0,
                  (int)threads, threads == 1 ? "" : "s");
    return SW_OK;
}

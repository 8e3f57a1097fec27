#include "sweep/execute.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "sim/metrics.h"
#include "sweep/stats.h"

// Records that a crash of the machine (not of the program) may cost, in seconds of work.
static const double SYNC_EVERY_S = 5.0;

int32_t sw_execute_threads(void) {
    return omp_get_max_threads();
}

int64_t *sw_execute_list(const sw_grid *grid, int64_t *n) {
    const int64_t missing = sw_grid_count_mine(grid) - sw_grid_count_done(grid);
    int64_t *list = calloc((size_t)missing + 1, sizeof *list);
    *n = 0;
    for (int64_t point = 0; list != NULL && point < grid->n_point; point++) {
        for (int32_t seed = 0; seed < grid->n_seed; seed++) {
            for (int32_t policy = 0; policy < grid->n_policy; policy++) {
                const int64_t task = sw_grid_task(grid, point, policy, seed);
                if (sw_grid_is_mine(grid, task) && !grid->done[task]) {
                    list[(*n)++] = task;
                }
            }
        }
    }
    return list;
}

// What the threads share.
typedef struct execution {
    sw_grid *grid;
    sw_journal *journal;
    const sw_execute_options *options;
    sw_runner *runner;
    double done;
    double synced_s;
    int64_t failed_task; // the lowest so far; INT64_MAX: none
    sw_error error;      // of it
    int failed;
} execution;

static bool is_stopped(const execution *all) {
    return all->options->stop != NULL && *all->options->stop != 0;
}

static void note_failure(execution *all, int64_t task, const sw_error *error) {
    if (error->code != SW_ERR_INTERRUPTED && task < all->failed_task) {
        all->failed_task = task;
        all->error = *error;
    }
#pragma omp atomic write
    all->failed = 1;
}

static void run_one(execution *all, int64_t task) {
    sw_error error = {0};
    double *record = sw_grid_record(all->grid, task);
    sw_status status = sw_runner_run(all->runner, task, all->options->stop, record, &error);
#pragma omp critical(stepwatt_journal)
    {
        if (status == SW_OK) {
            status = sw_journal_add(all->journal, task, record, &error);
        }
        if (status == SW_OK && omp_get_wtime() - all->synced_s > SYNC_EVERY_S) {
            status = sw_journal_sync(all->journal, &error);
            all->synced_s = omp_get_wtime();
        }
        if (status == SW_OK) {
            all->grid->done[task] = true;
            all->done += 1.0;
        } else {
            note_failure(all, task, &error);
        }
    }
}

sw_status sw_execute(const sw_sweep *sweep, sw_grid *grid, sw_journal *journal,
                     const sw_execute_options *options, sw_error *err) {
    const int threads = options->threads > 0 ? options->threads : omp_get_max_threads();
    execution all = {.grid = grid,
                     .journal = journal,
                     .options = options,
                     .done = (double)sw_grid_count_done(grid),
                     .synced_s = omp_get_wtime(),
                     .failed_task = INT64_MAX};
    const double planned = (double)sw_grid_count_mine(grid);
    int64_t n = 0;
    int64_t *list = sw_execute_list(grid, &n);
    sw_status status = SW_OK;
    all.runner = sw_runner_create(sweep, grid, threads);
    if (list == NULL || all.runner == NULL) {
        status = sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for the list of tasks");
        goto cleanup;
    }
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
    for (int64_t i = 0; i < n; i++) {
        int failed = 0;
#pragma omp atomic read
        failed = all.failed;
        if (failed != 0 || is_stopped(&all)) {
            continue;
        }
        run_one(&all, list[i]);
        if (omp_get_thread_num() == 0 && options->progress != NULL) {
            double done = 0.0;
#pragma omp critical(stepwatt_journal)
            done = all.done;
            options->progress(options->progress_context, done, planned);
        }
    }
    if (all.failed_task != INT64_MAX) {
        status = sw_fail(
            err, all.error.code, "task %lld (point %lld, %s, seed %llu): %s",
            (long long)all.failed_task, (long long)sw_grid_point_of(grid, all.failed_task),
            grid->policy[sw_grid_policy_of(grid, all.failed_task)],
            (unsigned long long)grid->seed[sw_grid_seed_of(grid, all.failed_task)], all.error.text);
    } else if (is_stopped(&all) && sw_grid_count_done(grid) < sw_grid_count_mine(grid)) {
        status = sw_fail(err, SW_ERR_INTERRUPTED, "interrupted");
    }

cleanup:
    // What was done stays done, whatever the end.
    if (status == SW_OK) {
        status = sw_journal_sync(journal, err);
    } else {
        sw_error ignored = {0};
        (void)sw_journal_sync(journal, &ignored);
    }
    sw_runner_destroy(all.runner);
    free(list);
    return status;
}

// ------------------------------------------------------------------ until an interval is narrow

// The widest interval of the utility, to one side; infinite while there is one seed.
static double widest_usd(const sw_grid *grid, double *scratch) {
    const size_t utility = offsetof(sw_metrics, utility_usd) / sizeof(double);
    double widest = 0.0;
    for (int64_t point = 0; point < grid->n_point; point++) {
        for (int32_t policy = 0; policy < grid->n_policy; policy++) {
            for (int32_t seed = 0; seed < grid->n_seed; seed++) {
                scratch[seed] =
                    sw_grid_record(grid, sw_grid_task(grid, point, policy, seed))[utility];
            }
            const sw_summary s = sw_summarise(scratch, grid->n_seed);
            const double half = isnan(s.hi) ? (double)INFINITY : s.hi - s.mean;
            widest = half > widest ? half : widest;
        }
    }
    return widest;
}

// Adds half as many seeds again, at least one, at most `most` in all.
static sw_status add_seeds(sw_grid *grid, int32_t most, sw_error *err) {
    const int32_t n_old = grid->n_seed;
    const int64_t wanted = (int64_t)n_old + (n_old + 1) / 2;
    const int32_t n = wanted < most ? (int32_t)wanted : most;
    uint64_t *seed = sw_arena_alloc(&grid->arena, (size_t)n, sizeof *seed);
    if (seed == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for seeds");
    }
    uint64_t greatest = 0;
    for (int32_t i = 0; i < n_old; i++) {
        seed[i] = grid->seed[i];
        greatest = seed[i] > greatest ? seed[i] : greatest;
    }
    for (int32_t i = n_old; i < n; i++) {
        seed[i] = ++greatest;
    }
    grid->seed = seed;
    grid->n_seed = n;
    return sw_grid_size(grid, err);
}

sw_status sw_execute_until(const sw_sweep *sweep, sw_grid *grid, sw_journal *journal,
                           const sw_execute_options *options, double halfwidth_usd,
                           int32_t most, bool *reached, sw_error *err) {
    for (;;) {
        SW_TRY(sw_execute(sweep, grid, journal, options, err));
        double *scratch = calloc((size_t)grid->n_seed, sizeof *scratch);
        if (scratch == NULL) {
            return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for statistics");
        }
        *reached = widest_usd(grid, scratch) <= halfwidth_usd;
        free(scratch);
        if (*reached || grid->n_seed >= most) {
            return SW_OK;
        }
        SW_TRY(add_seeds(grid, most, err));
        SW_TRY(sw_journal_read(journal, grid, NULL, err));
    }
}

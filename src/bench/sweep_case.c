// sweep_case.c -- (sweep) tasks of a sweep: days under greedy/threshold, and runs of one slot,
// which show what a task costs besides its run. Wall time, journal included.
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench/parts.h"
#include "sweep/execute.h"
#include "sweep/plan.h"

// A scenario with next to no work.
static const char TINY[] =
    "[scenario]\nslots = 1\nsteps = 10\n[site s]\nprice = 40\ncooling = pue\npue = 1.2\n"
    "[gpu g]\nidle_w = 50\nlevels = 1:300\n"
    "[model m]\nquality_ceiling = 0.9\nquality_mid = 10\nquality_slope = 0.2\n"
    "overhead_s.g = 0.1\nstep_s.g = 0.1\n"
    "[asp a]\nsite = s\nmodel = m\ngpu = g\ngpus = 1\n"
    "[workload w]\norigin = a\narrivals = poisson:0.001\ndeadline_s = 60\nprice_usd = 0.001\n";

// Runs all tasks of a sweep file once.
static sw_status run_once(const sw_bench *bench, const char *path, const char *output,
                          int32_t threads, double *wall_s, double *n_task, sw_error *err) {
    sw_sweep sweep = {0};
    sw_grid grid = {0};
    sw_journal *journal = NULL;
    sw_messages messages = {0};
    sw_status status = sw_sweep_load(path, &sweep, &messages);
    if (status == SW_OK) {
        const sw_plan_options options = {.n_shard = 1, .command_line = "bench", .host = ""};
        status = sw_plan_make(&sweep, &options, &grid, &messages);
    }
    if (status != SW_OK) {
        (void)sw_fail(err, status, "%s", messages.n > 0 ? messages.text[0] : path);
        goto cleanup;
    }
    status = sw_grid_size(&grid, err);
    if (status == SW_OK) {
        status = sw_journal_open(output, &grid, false, &journal, err);
    }
    if (status == SW_OK) {
        const sw_execute_options options = {.threads = threads, .stop = bench->stop};
        const double from_s = sw_bench_wall_s();
        status = sw_execute(&sweep, &grid, journal, &options, err);
        *wall_s = sw_bench_least(*wall_s, sw_bench_wall_s() - from_s);
        *n_task = (double)sw_grid_count_done(&grid);
    }
    sw_journal_close(journal, true);
cleanup:
    sw_messages_deinit(&messages);
    sw_grid_deinit(&grid);
    sw_sweep_deinit(&sweep);
    return status;
}

// Measures a sweep of `seeds` tasks on one thread and on all.
static sw_status measure(const sw_bench *bench, const sw_bench_folder *folder, const char *label,
                         const char *base, const char *policy, int seeds, sw_error *err) {
    char text[4352];
    char path[256];
    char output[256];
    (void)snprintf(text, sizeof text, "[sweep]\nbase = %s\npolicies = %s\nseeds = %d\n", base,
                   policy, seeds);
    (void)snprintf(output, sizeof output, "%s/out.h5", folder->path);
    SW_TRY(sw_bench_folder_put(folder, "sweep.ini", text, path, err));
    const int32_t all = sw_execute_threads();
    double one_s = (double)INFINITY;
    double all_s = (double)INFINITY;
    double n_task = 0.0;
    for (int i = 0; i < bench->repeats; i++) {
        SW_TRY(run_once(bench, path, output, 1, &one_s, &n_task, err));
        SW_TRY(run_once(bench, path, output, all, &all_s, &n_task, err));
    }
    const sw_bench_figure figure[] = {
        {"tasks", n_task},
        {"tasks_per_s", n_task / one_s},
        {"us_per_task", one_s / n_task * 1e6},
        {"threads", (double)all},
        {"tasks_per_s_all", n_task / all_s},
        {"speed_up", one_s / all_s},
    };
    bench->row(bench->context, "sweep", label, figure, sizeof figure / sizeof figure[0]);
    return SW_OK;
}

// A sweep looks for its base beside itself.
static sw_status absolute_path(const char *path, char *absolute, size_t size, sw_error *err) {
    size_t used = 0;
    if (path[0] != '/') {
        if (getcwd(absolute, size) == NULL) {
            return sw_fail(err, SW_ERR_IO, "the current folder cannot be told: %s",
                           sw_errno_text(errno));
        }
        used = strlen(absolute);
    }
    const int n = snprintf(absolute + used, size - used, "%s%s", used > 0 ? "/" : "", path);
    return n > 0 && (size_t)n < size - used
               ? SW_OK
               : sw_fail(err, SW_ERR_BAD_INPUT, "%s: the path is too long", path);
}

sw_status sw_bench_sweep(const sw_bench *bench, sw_error *err) {
    sw_bench_folder folder = {0};
    char tiny[256];
    char day[4096];
    SW_TRY(absolute_path(bench->scenario, day, sizeof day, err));
    sw_status status = sw_bench_folder_make(&folder, err);
    if (status == SW_OK) {
        const int seeds = 4 + (int)(12.0 * bench->scale);
        status = measure(bench, &folder, "days", day, "greedy/threshold", seeds, err);
    }
    if (status == SW_OK) {
        status = sw_bench_folder_put(&folder, "tiny.ini", TINY, tiny, err);
    }
    if (status == SW_OK) {
        const int seeds = 100 + (int)(20000.0 * bench->scale);
        status = measure(bench, &folder, "single slots", tiny, "local/idle", seeds, err);
    }
    sw_bench_folder_remove(&folder);
    return status;
}

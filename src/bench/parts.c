#include "bench/parts.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/fmath.h"

static double read_clock(clockid_t clock) {
    struct timespec t = {0};
    (void)clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double sw_bench_cpu_s(void) {
    return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

double sw_bench_wall_s(void) {
    return read_clock(CLOCK_MONOTONIC);
}

// ------------------------------------------------------------------ files

sw_status sw_bench_folder_make(sw_bench_folder *folder, sw_error *err) {
    const char *parent = getenv("TMPDIR"); // NOLINT(concurrency-mt-unsafe): nobody sets it
    const int n = snprintf(folder->path, sizeof folder->path, "%s/stepwatt-bench-XXXXXX",
                           parent != NULL && parent[0] != '\0' ? parent : "/tmp");
    if (n < 0 || (size_t)n >= sizeof folder->path || mkdtemp(folder->path) == NULL) {
        folder->path[0] = '\0';
        return sw_fail(err, SW_ERR_IO, "no temporary folder can be made: %s", sw_errno_text(errno));
    }
    return SW_OK;
}

sw_status sw_bench_folder_put(const sw_bench_folder *folder, const char *name, const char *text,
                              char path[256], sw_error *err) {
    (void)snprintf(path, 256, "%s/%s", folder->path, name);
    FILE *file = fopen(path, "w");
    const bool written = file != NULL && fputs(text, file) >= 0;
    if (file == NULL || fclose(file) != 0 || !written) {
        return sw_fail(err, SW_ERR_IO, "%s: cannot be written: %s", path, sw_errno_text(errno));
    }
    return SW_OK;
}

void sw_bench_folder_remove(sw_bench_folder *folder) {
    DIR *list = folder->path[0] != '\0' ? opendir(folder->path) : NULL;
    if (list == NULL) {
        return;
    }
    // Only files of a case lie in it; unlink refuses the folders "." and "..".
    // NOLINTNEXTLINE(concurrency-mt-unsafe): one thread reads this list
    for (const struct dirent *entry = readdir(list); entry != NULL; entry = readdir(list)) {
        (void)unlinkat(dirfd(list), entry->d_name, 0);
    }
    (void)closedir(list);
    (void)rmdir(folder->path);
    folder->path[0] = '\0';
}

// ------------------------------------------------------------------ scenarios and runs

sw_status sw_bench_load(const char *path, sw_model **model, sw_error *err) {
    sw_messages messages = {0};
    const sw_scenario_options options = {0};
    sw_status status = sw_scenario_load(path, &options, model, &messages);
    if (status != SW_OK) {
        // A file that is not there is bad input too.
        status = status == SW_ERR_NO_MEMORY ? status : SW_ERR_BAD_INPUT;
        (void)sw_fail(err, status, "%s", messages.n > 0 ? messages.text[0] : path);
    }
    sw_messages_deinit(&messages);
    return status;
}

sw_status sw_bench_load_text(const char *text, sw_model **model, sw_error *err) {
    sw_bench_folder folder = {0};
    char path[256];
    sw_status status = sw_bench_folder_make(&folder, err);
    if (status == SW_OK) {
        status = sw_bench_folder_put(&folder, "bench.ini", text, path, err);
    }
    if (status == SW_OK) {
        status = sw_bench_load(path, model, err);
    }
    sw_bench_folder_remove(&folder);
    return status;
}

sw_status sw_bench_run(const sw_bench *bench, const sw_model *model, const sw_policy_pair *pair,
                       double *cpu_s, sw_run_result *result, sw_error *err) {
    const sw_run_options options = {.seed = 1, .stop = bench->stop};
    const double from_s = sw_bench_cpu_s();
    SW_TRY(sw_run(model, pair, &options, result, err));
    *cpu_s = sw_bench_cpu_s() - from_s;
    return SW_OK;
}

sw_status sw_bench_run_best(const sw_bench *bench, const sw_model *model, const char *policy,
                            double *cpu_s, sw_metrics *total, sw_error *err) {
    sw_policy_pair *pair = NULL;
    sw_status status = sw_policy_resolve(model, policy, &pair, err);
    *cpu_s = (double)INFINITY;
    for (int i = 0; status == SW_OK && i < bench->repeats; i++) {
        sw_run_result result = {0};
        double took_s = 0.0;
        status = sw_bench_run(bench, model, pair, &took_s, &result, err);
        *cpu_s = sw_bench_least(*cpu_s, took_s);
        *total = result.total;
        sw_run_result_deinit(&result);
    }
    sw_policy_pair_destroy(pair);
    return status;
}

// ------------------------------------------------------------------ fits

double sw_bench_exponent(int n, const double *x, const double *y) {
    double mean_x = 0.0;
    double mean_y = 0.0;
    for (int i = 0; i < n; i++) {
        mean_x += sw_log(x[i]) / n;
        mean_y += sw_log(y[i]) / n;
    }
    double covariance = 0.0;
    double variance = 0.0;
    for (int i = 0; i < n; i++) {
        const double off = sw_log(x[i]) - mean_x;
        covariance += off * (sw_log(y[i]) - mean_y);
        variance += off * off;
    }
    return variance > 0.0 ? covariance / variance : (double)NAN;
}

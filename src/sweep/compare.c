#include "sweep/compare.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What the threads share. Each task writes its own `run`, `error` and share; the sum of shares is
// updated atomically.
typedef struct comparison {
    const sw_compare_options *options;
    sw_policy_pair **pair; // [n_policy, n_model]
    sw_compare *compare;   // results, allocated for all planned replicates
    sw_error *error;       // of each task; the tasks of bounds follow those of runs
    double done;           // runs, fractions included
    double planned;
    int failed; // a task failed: those not yet begun are left out
} comparison;

static const sw_model *model_of(const sw_compare_options *options, int32_t rep) {
    return options->model[options->n_model > 1 ? rep : 0];
}

static bool is_stopped(const sw_compare_options *options) {
    return options->stop != NULL && *options->stop != 0;
}

// The progress of one run inside the whole.
typedef struct run_progress {
    comparison *all;
    double share;
    bool reports; // on the thread that called the comparison
} run_progress;

static void report_progress(void *context, double share) {
    run_progress *progress = context;
    comparison *all = progress->all;
    const double step = share - progress->share;
    progress->share = share;
#pragma omp atomic update
    all->done += step;
    if (progress->reports && all->options->progress != NULL) {
        double done = 0.0;
#pragma omp atomic read
        done = all->done;
        all->options->progress(all->options->progress_context, done, all->planned);
    }
}

static void run_one(comparison *all, int32_t policy, int32_t rep) {
    const sw_compare_options *options = all->options;
    sw_compare *compare = all->compare;
    const int64_t task = (int64_t)policy * compare->n_rep + rep;
    run_progress progress = {.all = all, .reports = omp_get_thread_num() == 0};
    const bool is_observed = rep == 0 && options->observer != NULL;
    const sw_run_options run_options = {
        .seed = compare->seed[rep],
        .listeners =
            is_observed ? sw_observer_listeners(&options->observer[policy]) : (sw_sim_listeners){0},
        .stop = options->stop,
        .progress = report_progress,
        .progress_context = &progress};
    const int32_t model = options->n_model > 1 ? rep : 0;
    (void)sw_run(model_of(options, rep), all->pair[(int64_t)policy * options->n_model + model],
                 &run_options, &compare->run[task], &all->error[task]);
    report_progress(&progress, 1.0);
}

static void bound_one(comparison *all, int32_t rep) {
    sw_compare *compare = all->compare;
    const int64_t task = (int64_t)compare->n_policy * compare->n_rep + rep;
    (void)all->options->bound(model_of(all->options, rep), compare->seed[rep],
                              &compare->bound_usd[rep], &all->error[task]);
    run_progress progress = {.all = all, .reports = omp_get_thread_num() == 0};
    report_progress(&progress, 1.0);
}

// Runs all tasks of the replicates first_rep .. end_rep - 1: bounds first, as the longest.
static sw_status run_replicates(comparison *all, int32_t first_rep, int32_t end_rep,
                                sw_error *err) {
    const sw_compare_options *options = all->options;
    sw_compare *compare = all->compare;
    const int32_t n_rep = end_rep - first_rep;
    const int32_t n_bound = options->bound != NULL ? n_rep : 0;
    const int64_t n_task = n_bound + (int64_t)compare->n_policy * n_rep;
    // NOLINTNEXTLINE(clang-analyzer-deadcode.DeadStores): the pragma reads it
    const int threads = options->threads > 0 ? options->threads : omp_get_max_threads();
    int used = 1;

#pragma omp parallel num_threads(threads)
    {
#pragma omp single nowait
        used = omp_get_num_threads();
#pragma omp for schedule(dynamic, 1)
        for (int64_t i = 0; i < n_task; i++) {
            int failed = 0;
#pragma omp atomic read
            failed = all->failed;
            if (failed != 0 || is_stopped(options)) {
                continue;
            }
            int64_t task = 0;
            if (i < n_bound) {
                const int32_t rep = first_rep + (int32_t)i;
                bound_one(all, rep);
                task = (int64_t)compare->n_policy * compare->n_rep + rep;
            } else {
                const int32_t rep = first_rep + (int32_t)((i - n_bound) / compare->n_policy);
                const int32_t policy = (int32_t)((i - n_bound) % compare->n_policy);
                run_one(all, policy, rep);
                task = (int64_t)policy * compare->n_rep + rep;
            }
            if (all->error[task].code != SW_OK) {
#pragma omp atomic write
                all->failed = 1;
            }
        }
    }
    if (used > compare->threads) {
        compare->threads = used;
    }

    // The first failure in task order, so that the message does not depend on threads where it can.
    const int64_t n_all = (int64_t)(compare->n_policy + 1) * compare->n_rep;
    for (int64_t task = 0; task < n_all; task++) {
        const sw_error *error = &all->error[task];
        if (error->code != SW_OK && error->code != SW_ERR_INTERRUPTED) {
            const bool is_run = task < (int64_t)compare->n_policy * compare->n_rep;
            return sw_fail(err, error->code, "%s, seed %llu: %s",
                           is_run ? compare->policy[task / compare->n_rep] : "bound",
                           (unsigned long long)compare->seed[task % compare->n_rep], error->text);
        }
    }
    if (is_stopped(options)) {
        return sw_fail(err, SW_ERR_INTERRUPTED, "interrupted; nothing is written");
    }
    return SW_OK;
}

static sw_status resolve_policies(comparison *all, sw_error *err) {
    const sw_compare_options *options = all->options;
    sw_compare *compare = all->compare;
    for (int32_t p = 0; p < options->n_policy; p++) {
        for (int32_t m = 0; m < options->n_model; m++) {
            sw_policy_pair **pair = &all->pair[(int64_t)p * options->n_model + m];
            SW_TRY(sw_policy_resolve(options->model[m], options->policy[p], pair, err));
        }
        const sw_policy_pair *pair = all->pair[(int64_t)p * options->n_model];
        const char *name = sw_policy_pair_name(pair);
        for (int32_t other = 0; other < p; other++) {
            if (strcmp(compare->policy[other], name) == 0) {
                return sw_fail(err, SW_ERR_BAD_INPUT,
                               "policy '%s' is named twice (as '%s' and '%s')", name,
                               options->policy[other], options->policy[p]);
            }
        }
        compare->policy[p] = strdup(name);
        if (compare->policy[p] == NULL) {
            return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for policy names");
        }
        compare->sees_future[p] = sw_policy_pair_sees_future(pair);
    }
    return SW_OK;
}

static sw_status take_memory(comparison *all, sw_error *err) {
    const sw_compare_options *options = all->options;
    sw_compare *compare = all->compare;
    compare->n_policy = options->n_policy;
    compare->moves_days = options->n_model > 1;
    compare->n_rep = options->n_model > 1 ? options->n_model : options->n_seed;
    const size_t n_policy = (size_t)compare->n_policy;
    const size_t n_rep = (size_t)compare->n_rep;
    const size_t n_run = n_policy * n_rep; // both are 31 bits
    all->pair = calloc(n_policy * (size_t)options->n_model, sizeof(sw_policy_pair *));
    all->error = calloc(n_run + n_rep, sizeof *all->error);
    compare->policy = calloc(n_policy, sizeof *compare->policy);
    compare->sees_future = calloc(n_policy, sizeof *compare->sees_future);
    compare->seed = calloc(n_rep, sizeof *compare->seed);
    compare->run = calloc(n_run, sizeof *compare->run);
    compare->metric = calloc(n_run, sizeof(double) * SW_N_METRIC);
    compare->decision_ns = calloc(n_run, sizeof *compare->decision_ns);
    compare->bound_usd = calloc(n_rep, sizeof *compare->bound_usd);
    if (all->pair == NULL || all->error == NULL || compare->policy == NULL ||
        compare->sees_future == NULL || compare->seed == NULL || compare->run == NULL ||
        compare->metric == NULL || compare->decision_ns == NULL || compare->bound_usd == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for %d policies x %d replicates",
                       compare->n_policy, compare->n_rep);
    }
    for (size_t rep = 0; rep < n_rep; rep++) {
        compare->seed[rep] = options->seed + rep;
        compare->bound_usd[rep] = (double)NAN;
    }
    return SW_OK;
}

// Lays the figures out by metric, in slot order, for statistics and files.
static void lay_out(sw_compare *compare) {
    const size_t n_run = (size_t)compare->n_policy * (size_t)compare->n_rep;
    for (size_t run = 0; run < n_run; run++) {
        double value[SW_N_METRIC];
        memcpy(value, &compare->run[run].total, sizeof value);
        for (size_t m = 0; m < SW_N_METRIC; m++) {
            compare->metric[m * n_run + run] = value[m];
        }
        const double jobs = compare->run[run].total.jobs;
        compare->decision_ns[run] = jobs > 0.0 ? compare->run[run].decision_s / jobs * 1e9 : 0.0;
    }
}

// Keeps the first replicate alone: the others would say the same.
static void keep_first_replicate(sw_compare *compare) {
    for (int32_t p = 1; p < compare->n_policy; p++) {
        compare->run[p] = compare->run[(size_t)p * (size_t)compare->n_rep];
        if (compare->n_rep > 1) {
            compare->run[(size_t)p * (size_t)compare->n_rep] = (sw_run_result){0};
        }
    }
    compare->n_rep = 1;
}

// True when no figure of the replicates run so far could have depended on the seed.
static bool is_seed_idle(const sw_compare_options *options, const sw_compare *compare) {
    if (options->n_model > 1 || options->model[0]->seeded) {
        return false;
    }
    for (int32_t p = 0; p < compare->n_policy; p++) {
        if (compare->run[(size_t)p * (size_t)compare->n_rep].used_random) {
            return false;
        }
    }
    return true;
}

sw_status sw_compare_run(const sw_compare_options *options, sw_compare *compare, sw_error *err) {
    SW_REQUIRE(options->n_policy >= 1 && options->n_model >= 1 &&
               (options->n_model > 1 || options->n_seed >= 1));
    *compare = (sw_compare){0};
    comparison all = {.options = options, .compare = compare};
    const double start_s = omp_get_wtime();
    sw_status status = take_memory(&all, err);
    if (status == SW_OK) {
        status = resolve_policies(&all, err);
    }
    if (status != SW_OK) {
        goto cleanup;
    }
    compare->seed_matters = true;
    const bool ask_first = options->n_model == 1 && !options->model[0]->seeded;
    all.planned =
        (double)(compare->n_policy + (options->bound != NULL ? 1 : 0)) * (double)compare->n_rep;
    // A scenario without random parts may still meet a policy that draws numbers: one replicate
    // tells.
    const int32_t n_first = ask_first ? 1 : compare->n_rep;
    status = run_replicates(&all, 0, n_first, err);
    if (status == SW_OK && ask_first && is_seed_idle(options, compare)) {
        compare->seed_matters = false;
        keep_first_replicate(compare);
    } else if (status == SW_OK && n_first < compare->n_rep) {
        status = run_replicates(&all, n_first, compare->n_rep, err);
    }
    if (status == SW_OK) {
        lay_out(compare);
        compare->wall_s = fmax(omp_get_wtime() - start_s, 0.0); // a clock may be set back
    }

cleanup:
    if (all.pair != NULL) {
        for (int64_t i = 0; i < (int64_t)options->n_policy * options->n_model; i++) {
            sw_policy_pair_destroy(all.pair[i]);
        }
    }
    free(all.pair);
    free(all.error);
    if (status != SW_OK) {
        sw_compare_deinit(compare);
    }
    return status;
}

void sw_compare_deinit(sw_compare *compare) {
    for (int32_t p = 0; compare->policy != NULL && p < compare->n_policy; p++) {
        free(compare->policy[p]);
    }
    const int64_t n_run = (int64_t)compare->n_policy * compare->n_rep;
    for (int64_t run = 0; compare->run != NULL && run < n_run; run++) {
        sw_run_result_deinit(&compare->run[run]);
    }
    free(compare->policy);
    free(compare->sees_future);
    free(compare->seed);
    free(compare->run);
    free(compare->metric);
    free(compare->decision_ns);
    free(compare->bound_usd);
    *compare = (sw_compare){0};
}

const double *sw_compare_values(const sw_compare *compare, int metric, int32_t policy) {
    const size_t n_rep = (size_t)compare->n_rep;
    return compare->metric + ((size_t)metric * (size_t)compare->n_policy + (size_t)policy) * n_rep;
}

// The mean utility of the policy that dispatches at random; NaN when there is none.
static double random_utility_usd(const sw_compare *compare, int utility) {
    for (int32_t p = 0; p < compare->n_policy; p++) {
        if (strncmp(compare->policy[p], "random/", 7) == 0) {
            return sw_summarise(sw_compare_values(compare, utility, p), compare->n_rep).mean;
        }
    }
    return (double)NAN;
}

sw_standing sw_compare_standing(const sw_compare *compare, int32_t policy) {
    const int utility = (int)(offsetof(sw_metrics, utility_usd) / sizeof(double));
    const double *value = sw_compare_values(compare, utility, policy);
    const double mean = sw_summarise(value, compare->n_rep).mean;
    const double bound = sw_summarise(compare->bound_usd, compare->n_rep).mean;
    const double random = random_utility_usd(compare, utility);
    return (sw_standing){
        .diff_utility_usd =
            sw_summarise_difference(value, sw_compare_values(compare, utility, 0), compare->n_rep),
        .share_of_bound = bound > 0.0 ? mean / bound : (double)NAN,
        .score = bound > random ? (mean - random) / (bound - random) : (double)NAN,
        .gap_usd = bound - mean,
    };
}

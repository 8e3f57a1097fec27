// The simulator against its twin, a second and naive implementation of the model: random systems,
// random decisions and commands, every job, every view and every metric compared.
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timegrid.h"
#include "support/twin.h"
#include "support/wild_run.h"

// A completion is rounded to the grid; two ways of adding up may differ by a step of it.
static const double CLOCK_SLACK_S = 2.0 / SW_TIME_GRID_PER_S;

#define AGREES(seed, what, ...)                                                                    \
    do {                                                                                           \
        if (!(what)) {                                                                             \
            char text[256];                                                                        \
            (void)snprintf(text, sizeof text, __VA_ARGS__);                                        \
            ck_abort_msg("SW_TEST_SEED=%llu: %s", (unsigned long long)(seed), text);               \
        }                                                                                          \
    } while (0)

static bool is_near(double a, double b, double slack) {
    return (isnan(a) && isnan(b)) || a == b || fabs(a - b) <= slack;
}

static bool is_close(double a, double b) {
    return is_near(a, b, 1e-9 * fmax(fabs(a), fabs(b)));
}

// ------------------------------------------------------------------ metrics

// What the terms of a metric amount to: the sum of all figures of its unit.
static double scale_of(const sw_metrics *metrics, const char *unit) {
    double sum = 0.0;
    for (int n = 0; n < SW_N_METRIC; n++) {
        const double value = ((const double *)metrics)[n];
        if (strcmp(sw_metric_table[n].unit, unit) == 0 && !isnan(value)) {
            sum += fabs(value);
        }
    }
    return sum;
}

static bool is_ratio(const char *name) {
    static const char *const ratio[] = {"violation_rate", "mean_quality", "mean_steps",
                                        "utilisation", "renewable_share"};
    for (size_t n = 0; n < sizeof ratio / sizeof ratio[0]; n++) {
        if (strcmp(name, ratio[n]) == 0) {
            return true;
        }
    }
    return false;
}

static void compare_metrics(uint64_t seed, const char *scope, int index, const sw_metrics *sim,
                            const sw_metrics *twin) {
    for (int n = 0; n < SW_N_METRIC; n++) {
        const sw_metric_info *info = &sw_metric_table[n];
        const double a = ((const double *)sim)[n];
        const double b = ((const double *)twin)[n];
        if (strcmp(info->name, "p99_latency_s") == 0) {
            continue; // a histogram's edge: see compare_p99
        }
        // Carbon follows from energy, some of which is the rounding of a balance.
        const char *unit = strcmp(info->unit, "kg") == 0 ? "kWh" : info->unit;
        double slack = 1e-9 * scale_of(twin, unit);
        if (strcmp(info->unit, "1") == 0) {
            slack = is_ratio(info->name) ? 1e-9 * (1.0 + fabs(b)) : 0.0; // counts are exact
        } else if (strcmp(info->unit, "s") == 0) {
            slack += CLOCK_SLACK_S;
        }
        AGREES(seed, is_near(a, b, slack), "%s %d: %s is %.17g, the twin says %.17g", scope, index,
               info->name, a, b);
    }
}

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

// The 99th percentile of latencies, at the ASPs of a site or at one ASP (-1: all of them), is the
// upper edge of a bin half a percent wide, the first one of a millisecond, around the latency below
// which lie 99 % of the twin's.
static void compare_p99(uint64_t seed, const sw_system *sys, int32_t site, int32_t asp,
                        double p99_s, const twin_result *twin) {
    double *latency_s = calloc((size_t)twin->n_job + 1, sizeof *latency_s);
    ck_assert_ptr_nonnull(latency_s);
    int64_t n = 0;
    for (int64_t j = 0; j < twin->n_job; j++) {
        const twin_job *job = &twin->job[j];
        if ((job->kind == SW_OUTCOME_ON_TIME || job->kind == SW_OUTCOME_LATE) &&
            (asp < 0 || job->asp == asp) && (site < 0 || sys->asp_site[job->asp] == site)) {
            latency_s[n++] = job->end_s - job->arrival.time_s;
        }
    }
    qsort(latency_s, (size_t)n, sizeof *latency_s, ascending);
    const int64_t rank = (99 * n + 99) / 100; // 1 is the lowest
    const double exact_s = n > 0 ? latency_s[rank - 1] : 0.0;
    const double most_s = n > 0 ? fmax(1.005 * exact_s, 0.001) : 0.0;
    AGREES(seed, p99_s >= exact_s - CLOCK_SLACK_S && p99_s <= most_s + 2.0 * CLOCK_SLACK_S,
           "site %d, ASP %d: 99 %% of latencies up to %.17g s, the twin says %.17g s", site, asp,
           p99_s, exact_s);
    free(latency_s);
}

// ------------------------------------------------------------------ jobs and views

static void compare_job(uint64_t seed, const sw_outcome *sim, const twin_job *twin) {
    const int job = (int)twin->arrival.job;
    AGREES(seed, sim->kind == twin->kind, "job %d: outcome %d, the twin says %d", job, sim->kind,
           twin->kind);
    AGREES(seed, sim->asp == twin->asp && (sim->asp < 0 || sim->step == twin->step),
           "job %d: ASP %d, the twin says %d", job, sim->asp, twin->asp);
    AGREES(seed,
           sim->job.arrival_s == twin->arrival.time_s &&
               sim->job.deadline_s == twin->arrival.deadline_s &&
               sim->job.images == twin->arrival.images && sim->job.cls == twin->arrival.cls &&
               sim->job.value == twin->arrival.value && sim->job.work == twin->arrival.work,
           "job %d: not the job that arrived", job);
    AGREES(seed, is_near(sim->start_s, twin->start_s, CLOCK_SLACK_S),
           "job %d: starts at %.9f, the twin says %.9f", job, sim->start_s, twin->start_s);
    AGREES(seed, is_near(sim->end_s, twin->end_s, CLOCK_SLACK_S),
           "job %d: ends at %.9f, the twin says %.9f", job, sim->end_s, twin->end_s);
    AGREES(seed,
           is_close(sim->revenue_usd, twin->revenue_usd) &&
               is_close(sim->late_usd, twin->late_usd) &&
               is_close(sim->transfer_usd, twin->transfer_usd),
           "job %d: revenue %.17g late %.17g transfer %.17g, the twin says %.17g %.17g %.17g", job,
           sim->revenue_usd, sim->late_usd, sim->transfer_usd, twin->revenue_usd, twin->late_usd,
           twin->transfer_usd);
}

static void compare_glimpse(uint64_t seed, int64_t job, int32_t asp, const twin_glimpse *sim,
                            const twin_glimpse *twin) {
    static const char *const name[TWIN_GLIMPSE_REALS] = {
        "running",        "queued",      "in_transit",       "available", "waiting_work_s",
        "running_work_s", "sent_work_s", "sent_work_last_s", "soc_kwh",   "room_c",
        "it_kw",          "net_kw",      "battery_kw"};
    for (int n = 0; n < TWIN_GLIMPSE_REALS; n++) {
        const double a = ((const double *)sim)[n];
        const double b = ((const double *)twin)[n];
        // Sums kept up to date carry the rounding of work that has left.
        const double slack = n < 4 ? 0.0 : 1e-9 * (1.0 + fabs(b));
        AGREES(seed, is_near(a, b, slack),
               "at the decision of job %d the view of ASP %d has %s %.17g, the twin says %.17g",
               (int)job, asp, name[n], a, b);
    }
}

// ------------------------------------------------------------------ a case

// What the cases have seen between them; a test of nothing would pass, too.
typedef struct tally {
    double n_run;
    double n_job;
    double n_outcome[5];
    double overdue;
    double clipped;
    double overload_s;
    double overheat_usd;
    double export_kwh;
    double curtailed_kwh;
    double late_decisions; // that waited for an interval
} tally;

static void compare(const wild_run *sim, const twin_result *twin) {
    const uint64_t seed = sim->seed;
    const sw_system *sys = &sim->model->sys;
    for (int64_t n = 0; n < sim->n_decided && n < twin->n_decided; n++) {
        AGREES(seed, sim->order[n] == twin->order[n], "decision %d is that of job %d, not %d",
               (int)n, (int)sim->order[n], (int)twin->order[n]);
        const int64_t j = sim->order[n];
        for (int32_t k = 0; k < sys->n_asp; k++) {
            compare_glimpse(seed, j, k, &sim->glimpse[j * sys->n_asp + k],
                            &twin->glimpse[j * sys->n_asp + k]);
        }
    }
    AGREES(seed, sim->n_decided == twin->n_decided, "%d decisions, the twin says %d",
           (int)sim->n_decided, (int)twin->n_decided);
    for (int64_t j = 0; j < sim->n_job; j++) {
        compare_job(seed, &sim->outcome[j], &twin->job[j]);
    }
    for (int32_t k = 0; k < sys->n_asp; k++) {
        compare_metrics(seed, "ASP", k, &sim->asp[k], &twin->asp[k]);
        compare_p99(seed, sys, -1, k, sim->asp[k].p99_latency_s, twin);
    }
    for (int32_t i = 0; i < sys->n_site; i++) {
        compare_metrics(seed, "site", i, &sim->site[i], &twin->site[i]);
        compare_p99(seed, sys, i, -1, sim->site[i].p99_latency_s, twin);
    }
    compare_metrics(seed, "run", 0, &sim->total, &twin->total);
    compare_p99(seed, sys, -1, -1, sim->total.p99_latency_s, twin);
}

static void count(tally *seen, const wild_run *sim) {
    seen->n_run += 1.0;
    seen->n_job += (double)sim->n_job;
    for (int64_t j = 0; j < sim->n_job; j++) {
        seen->n_outcome[sim->outcome[j].kind] += 1.0;
        seen->late_decisions +=
            sim->decision[j].asked && sim->decision[j].now_s > sim->outcome[j].job.arrival_s;
    }
    seen->overdue += sim->total.jobs_overdue;
    seen->clipped += sim->total.clipped_controls;
    seen->overload_s += sim->total.overload_s;
    seen->overheat_usd += sim->total.overheat_usd;
    seen->export_kwh += sim->total.export_kwh;
    seen->curtailed_kwh += sim->total.curtailed_kwh;
}

static void run_case(sw_model *model, uint64_t seed, tally *seen) {
    wild_run sim;
    twin_result twin;
    wild_run_go(&sim, model, seed, false);
    twin_run(model, seed, sim.decision, &sim.commands, &twin);
    compare(&sim, &twin);
    count(seen, &sim);
    twin_result_deinit(&twin);
    wild_run_deinit(&sim);
    sw_model_destroy(model);
}

// SW_TEST_CASES cases, or the one of SW_TEST_SEED.
START_TEST(simulator_and_twin_agree_on_every_job_view_and_metric) {
    const char *only = getenv("SW_TEST_SEED");
    const char *cases = getenv("SW_TEST_CASES");
    const uint64_t n_case = cases != NULL ? strtoull(cases, NULL, 10) : 2000;
    tally seen = {0};
    if (only != NULL) {
        run_case(random_model(strtoull(only, NULL, 10)), strtoull(only, NULL, 10), &seen);
        return;
    }
    for (uint64_t seed = 1; seed <= n_case; seed++) {
        run_case(random_model(seed), seed, &seen);
    }
    printf("%.0f runs, %.0f jobs: %.0f on time, %.0f late, %.0f dropped, %.0f rejected, "
           "%.0f unfinished\n",
           seen.n_run, seen.n_job, seen.n_outcome[SW_OUTCOME_ON_TIME],
           seen.n_outcome[SW_OUTCOME_LATE], seen.n_outcome[SW_OUTCOME_DROPPED],
           seen.n_outcome[SW_OUTCOME_REJECTED], seen.n_outcome[SW_OUTCOME_UNFINISHED]);
    for (int kind = 0; kind < 5; kind++) {
        ck_assert_double_gt(seen.n_outcome[kind], 0.03 * seen.n_job);
    }
    ck_assert_double_gt(seen.overdue, 0.0);
    ck_assert_double_gt(seen.late_decisions, 0.1 * seen.n_job);
    ck_assert_double_gt(seen.clipped, seen.n_run);
    ck_assert_double_gt(seen.overload_s, 0.0);
    ck_assert_double_gt(seen.overheat_usd, 0.0);
    ck_assert_double_gt(seen.export_kwh, 0.0);
    ck_assert_double_gt(seen.curtailed_kwh, 0.0);
}
END_TEST

// Sites that add up the power of their ASPs in one, two, three and four levels.
START_TEST(they_agree_on_sites_of_many_asps_too) {
    tally seen = {0};
    for (uint64_t seed = 1; seed <= 20; seed++) {
        run_case(random_wide_model(seed), seed, &seen);
    }
    ck_assert_double_gt(seen.n_outcome[SW_OUTCOME_ON_TIME], 0.0);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("twin");
    TCase *tcase = tcase_create("twin");
    tcase_add_test(tcase, simulator_and_twin_agree_on_every_job_view_and_metric);
    tcase_add_test(tcase, they_agree_on_sites_of_many_asps_too);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

// queue_check.h -- what independent replicates of a queue come to, held against a formula.
#ifndef SW_TEST_QUEUE_CHECK_H
#define SW_TEST_QUEUE_CHECK_H

#include <stdio.h>
#include <stdlib.h>

#include "support/queue_model.h"

enum { QUEUE_N_SEED = 10, QUEUE_N_SLOT = 4000, QUEUE_N_WARM_UP_SLOT = 200 };

// Student's t, 9 degrees of freedom, 99.9 % two-sided: a right simulator fails one test in a
// thousand, were its seeds not fixed.
static const double QUEUE_T_999 = 4.781;

// What became of the jobs that arrived after the warm-up.
typedef struct queue_seen {
    double n_job;
    double n_lost; // dropped or rejected
    double n_waited;
    double n_started[2]; // by class
    double wait_s[2];    // sum, by class
} queue_seen;

static inline void queue_hear(void *context, const sw_outcome *outcome) {
    queue_seen *seen = context;
    if (outcome->job.arrival_s < 300.0 * QUEUE_N_WARM_UP_SLOT) {
        return;
    }
    seen->n_job += 1.0;
    seen->n_lost += outcome->kind == SW_OUTCOME_DROPPED || outcome->kind == SW_OUTCOME_REJECTED;
    if (!isnan(outcome->start_s)) {
        const double wait_s = outcome->start_s - outcome->job.arrival_s;
        seen->n_waited += wait_s > 0.0;
        seen->n_started[outcome->job.cls] += 1.0;
        seen->wait_s[outcome->job.cls] += wait_s;
    }
}

// Runs one seed; `lossy`: rejects jobs that would have to wait.
static inline queue_seen queue_replicate(const sw_model *model, uint64_t seed, bool lossy) {
    sw_world *world = NULL;
    sw_sim *sim = NULL;
    queue_seen seen = {0};
    const sw_sim_listeners listeners = {.context = &seen, .outcome = queue_hear};
    ck_assert_int_eq(sw_world_create(model, seed, &world, NULL), SW_OK);
    ck_assert_int_eq(sw_sim_create(model, world, &listeners, &sim, NULL), SW_OK);
    queue_drive(sim, lossy);
    ck_assert_double_gt(seen.n_job, 1000.0);
    sw_sim_destroy(sim);
    sw_world_destroy(world);
    return seen;
}

static inline double queue_mean_wait_s(const queue_seen *seen, int32_t cls) {
    return seen->wait_s[cls] / seen->n_started[cls];
}

// Holds a figure of the seeds against a formula: it must lie in their confidence interval, which
// must be narrow.
static inline void queue_check(const char *name, const char *what, const char *unit,
                               const double figure[QUEUE_N_SEED], double formula) {
    double sum = 0.0;
    double squares = 0.0;
    for (int i = 0; i < QUEUE_N_SEED; i++) {
        sum += figure[i];
        squares += figure[i] * figure[i];
    }
    const double mean = sum / QUEUE_N_SEED;
    const double variance = (squares - QUEUE_N_SEED * mean * mean) / (QUEUE_N_SEED - 1);
    const double half = QUEUE_T_999 * sqrt(variance / QUEUE_N_SEED);
    printf("%s: %s %.4f%s +- %.4f, formula %.4f\n", name, what, mean, unit, half, formula);
    ck_assert_msg(fabs(mean - formula) <= half, "%s: %s %.6f +- %.6f, formula %.6f", name, what,
                  mean, half, formula);
    // An interval that holds everything would prove nothing.
    ck_assert_msg(half <= 0.08 * formula, "%s: %s +- %.6f is wide", name, what, half);
}

static inline sw_dist queue_exponential(void) {
    return (sw_dist){.kind = SW_DIST_EXPONENTIAL, .a = 1.0};
}

// Probability that all of c servers are busy when jobs are not let in then: Erlang B, by its
// recursion over servers.
static inline double erlang_b(int32_t c, double offered) {
    double blocked = 1.0;
    for (int32_t n = 1; n <= c; n++) {
        blocked = offered * blocked / (n + offered * blocked);
    }
    return blocked;
}

#endif

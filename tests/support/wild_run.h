// wild_run.h -- runs the simulator with random valid decisions and commands, writes down what was
// decided, seen and reached, and checks on the way what must hold at every decision.
#ifndef SW_TEST_WILD_RUN_H
#define SW_TEST_WILD_RUN_H

#include "sim/sim.h"
#include "support/random_model.h"
#include "support/twin.h"

typedef struct wild_run {
    const sw_model *model;
    uint64_t seed;
    bool idle; // commands nothing, rejects nothing and never waits
    dice dice;
    int64_t n_job;
    twin_decision *decision; // [n_job]
    twin_commands commands;
    twin_glimpse *glimpse; // [n_job, n_asp]
    sw_outcome *outcome;   // [n_job]
    int32_t *n_outcome;    // of each job: 1 in the end   [n_job]
    int64_t *order;        // jobs as they were decided   [n_decided]
    int64_t n_decided;
    sw_outcome *completed; // the last one at each ASP             [n_asp]
    int64_t *n_here;       // jobs sent to an ASP and not yet ended   [n_asp]
    int64_t n_ended;
    double now_s;
    sw_metrics total;
    sw_metrics *site; // [n_site]
    sw_metrics *asp;  // [n_asp]
    sw_balances balances;
} wild_run;

// Runs `seed` of the model; decisions depend on nothing but the seed, least of all on prices.
void wild_run_go(wild_run *run, const sw_model *model, uint64_t seed, bool idle);
void wild_run_deinit(wild_run *run);

#endif

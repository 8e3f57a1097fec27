// twin.h -- the model of docs/model.md a second time, as plainly and slowly as it can be written:
// every event is found by looking at everything, every power is worked out anew, sums are long
// doubles. Nothing of src/sim is used, so that a misreading would have to happen twice.
#ifndef SW_TEST_TWIN_H
#define SW_TEST_TWIN_H

#include "model/world.h"
#include "sim/metrics.h"

// What a policy decided for a job. A run that never came to ask has `asked` false.
typedef struct twin_decision {
    bool asked;
    double now_s; // when it was asked
    int32_t asp;  // -1: reject
    int32_t step;
    double not_before_s;
} twin_decision;

// What a policy commanded, slot by slot.
typedef struct twin_commands {
    int32_t *level;      // [n_slot, n_asp]
    int32_t *active;     // [n_slot, n_asp]
    double *battery_kw;  // [n_slot, n_site]
    double *cooling_kw;  // [n_slot, n_site]
    uint8_t *thermostat; // [n_slot, n_site]
} twin_commands;

// An ASP and its site as a policy sees them just before a decision.
typedef struct twin_glimpse {
    double running;
    double queued;
    double in_transit;
    double available;
    double waiting_work_s;
    double running_work_s;
    double sent_work_s;
    double sent_work_last_s;
    double soc_kwh;
    double room_c; // NaN: the site has no room
    double it_kw;
    double net_kw;
    double battery_kw;
} twin_glimpse;
enum { TWIN_GLIMPSE_REALS = sizeof(twin_glimpse) / sizeof(double) };

typedef enum twin_place {
    TWIN_AWAY,      // has not arrived
    TWIN_UNDECIDED, // waits for its decision
    TWIN_TRANSIT,
    TWIN_QUEUED,
    TWIN_RUNNING,
    TWIN_DONE
} twin_place;

// A job, what has become of it so far, and in the end its outcome.
typedef struct twin_job {
    sw_arrival arrival;
    twin_place place;
    sw_outcome_kind kind;
    int32_t asp;
    int32_t step;
    double reach_s;
    double start_s; // NaN: never started
    double end_s;   // NaN: unfinished
    double work_s;
    long double left_s; // work left, GPU-s at speed 1
    double revenue_usd;
    double late_usd;
    double transfer_usd;
} twin_job;

typedef struct twin_result {
    sw_metrics total;
    sw_metrics *site;      // [n_site]
    sw_metrics *asp;       // [n_asp]
    twin_job *job;         // [n_job]
    twin_glimpse *glimpse; // [n_job, n_asp]; zero where never asked
    int64_t n_job;
    int64_t *order; // jobs in the order in which they were decided   [n_decided]
    int64_t n_decided;
} twin_result;

// Counts the jobs of a run.
int64_t twin_count_jobs(const sw_model *model, uint64_t seed);

// Runs the model with decisions [n_job] and commands of another run. A decision that is needed but
// was not asked there leaves the job undecided. p99_latency_s is NaN throughout.
void twin_run(const sw_model *model, uint64_t seed, const twin_decision *decision,
              const twin_commands *commands, twin_result *result);
void twin_result_deinit(twin_result *result);

#endif

// unruly.c -- a plugin with one fault that the loader cannot see, chosen at compile time by FAULT.
// The conformance suite must find each; CMakeLists.txt says by which of its tests.
#include "stepwatt/sw_policy.h"

enum {
    OUT_OF_REACH = 1, // sends jobs where they cannot go
    NO_GPU = 2,       // divides by the number of available GPUs
    KEEPS_COUNT = 3,  // counts jobs in a variable that outlives the run
    SHARES_COUNT = 4, // the same, but begins each run anew
    REFUSES_END = 5,  // cannot begin with a value that its list allows
    NO_HELP = 6       // a parameter whose help says nothing
};

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): the fault to be found
static long count;

enum { PARAM_WEIGHT };

static const sw_param_spec params[] = {
    [PARAM_WEIGHT] = {.key = "weight",
                      .kind = SW_PARAM_NUMBER,
                      .fallback = 1.0,
                      .lo = 0.0,
                      .hi = 2.0,
                      .help = FAULT == NO_HELP ? "" : "weight of nothing"},
};

static int create(void *state, const sw_system *system, const sw_host *host,
                  const sw_param_value *value, char *why, size_t why_size) {
    (void)state;
    (void)system;
    (void)host;
    (void)why;
    (void)why_size;
    if (FAULT == SHARES_COUNT) {
        count = 0;
    }
    return FAULT == REFUSES_END && value[PARAM_WEIGHT].number == 2.0 ? 1 : 0;
}

static void dispatch(void *state, const sw_view *view, const sw_job_view *job,
                     sw_decision *decision) {
    (void)state;
    decision->asp = FAULT == OUT_OF_REACH ? 0 : job->origin;
    if (FAULT == NO_GPU) {
        decision->not_before_s = 0.0 / (double)view->available[job->origin];
    }
    if (FAULT == KEEPS_COUNT || FAULT == SHARES_COUNT) {
        decision->step = (int32_t)(count++ % view->system->n_step);
    }
}

static const sw_policy policy = {
    .abi_major = SW_POLICY_ABI_MAJOR,
    .abi_minor = SW_POLICY_ABI_MINOR,
    .struct_size = sizeof(sw_policy),
    .name = "unruly",
    .summary = "has one fault",
    .halves = SW_POLICY_DISPATCHER,
    .params = params,
    .n_param = 1,
    .create = create,
    .dispatch = dispatch,
};

SW_POLICY_EXPORT const sw_policy *sw_policy_entry(void) {
    return &policy;
}

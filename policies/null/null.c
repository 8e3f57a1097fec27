/* SPDX-License-Identifier: MIT */
// null.c -- the smallest policy that does something: the template for your own. It serves every job
// where it arrived, with a fixed number of steps, and leaves the controls as they are. Copy the
// folder, rename, change dispatch().
#include "stepwatt/sw_policy.h"

// What this policy keeps for one run; the host owns the memory.
typedef struct null_state {
    int32_t step; // index into system->steps
} null_state;

enum { PARAM_STEPS };

static const sw_param_spec params[] = {
    [PARAM_STEPS] = {.key = "steps",
                     .kind = SW_PARAM_NUMBER,
                     .fallback = 30,
                     .lo = 1,
                     .hi = 1000,
                     .help = "denoising steps of every job; the nearest listed"},
};

static size_t state_size(const sw_system *system, const sw_param_value *value) {
    (void)system;
    (void)value;
    return sizeof(null_state);
}

static int create(void *state, const sw_system *system, const sw_host *host,
                  const sw_param_value *value, char *why, size_t why_size) {
    (void)host;
    (void)why;
    (void)why_size;
    null_state *own = state;
    const double wanted = value[PARAM_STEPS].number;
    for (int32_t i = 1; i < system->n_step; i++) {
        const double here = fabs((double)system->steps[i] - wanted);
        if (here < fabs((double)system->steps[own->step] - wanted)) {
            own->step = i;
        }
    }
    return 0;
}

static void dispatch(void *state, const sw_view *view, const sw_job_view *job,
                     sw_decision *decision) {
    (void)view;
    const null_state *own = state;
    decision->asp = job->origin;
    decision->step = own->step;
}

static void control(void *state, const sw_view *view, sw_controls *controls) {
    (void)state;
    (void)view;
    (void)
        controls; // holds what was commanded last: at the start top level, all GPUs on, thermostat
}

static const sw_policy policy = {
    .abi_major = SW_POLICY_ABI_MAJOR,
    .abi_minor = SW_POLICY_ABI_MINOR,
    .struct_size = sizeof(sw_policy),
    .name = "null",
    .summary = "serves each job where it arrived with fixed steps; leaves controls alone",
    .halves = SW_POLICY_DISPATCHER | SW_POLICY_ENERGY,
    .params = params,
    .n_param = sizeof params / sizeof params[0],
    .state_size = state_size,
    .create = create,
    .dispatch = dispatch,
    .control = control,
};

SW_POLICY_EXPORT const sw_policy *sw_policy_entry(void) {
    return &policy;
}

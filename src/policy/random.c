// The dispatcher random: uniform over ASPs that can be reached and steps. It is the zero of the
// score that comparisons report.
#include "policy/choice.h"
#include "policy/registry.h"

typedef struct random_state {
    const sw_host *host;
} random_state;

// Maps u in (0, 1) to 0 .. n - 1; u * n may round up to n.
static int32_t pick(double u, int32_t n) {
    const int32_t i = (int32_t)(u * (double)n);
    return i < n ? i : n - 1;
}

static size_t random_state_size(const sw_system *system, const sw_param_value *params) {
    (void)system;
    (void)params;
    return sizeof(random_state);
}

static int random_create(void *state, const sw_system *system, const sw_host *host,
                         const sw_param_value *params, char *why, size_t why_size) {
    (void)system;
    (void)params;
    (void)why;
    (void)why_size;
    random_state *self = state;
    self->host = host;
    return 0;
}

static void random_dispatch(void *state, const sw_view *view, const sw_job_view *job,
                            sw_decision *decision) {
    const random_state *self = state;
    const sw_host *host = self->host;
    const sw_system *sys = view->system;
    int32_t n = 0;
    for (int32_t k = 0; k < sys->n_asp; k++) {
        n += sw_is_reachable(sys, job->origin, k);
    }
    int32_t left = pick(host->uniform(host, 0, (uint64_t)job->job, 0), n);
    for (int32_t k = 0; k < sys->n_asp; k++) {
        if (sw_is_reachable(sys, job->origin, k) && left-- == 0) {
            decision->asp = k;
        }
    }
    decision->step = pick(host->uniform(host, 0, (uint64_t)job->job, 1), sys->n_step);
}

const sw_policy sw_policy_random = {
    .abi_major = SW_POLICY_ABI_MAJOR,
    .abi_minor = SW_POLICY_ABI_MINOR,
    .struct_size = sizeof(sw_policy),
    .name = "random",
    .summary = "uniform over ASPs and steps",
    .halves = SW_POLICY_DISPATCHER,
    .state_size = random_state_size,
    .create = random_create,
    .dispatch = random_dispatch,
};

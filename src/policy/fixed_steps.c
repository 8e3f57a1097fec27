// The dispatchers that choose an ASP alone: local, round-robin, shortest-queue and cheapest. Every
// job gets the same number of denoising steps. Candidates are the ASPs that can be reached, in file
// order, so that of equals the first wins.
#include "policy/choice.h"
#include "policy/registry.h"

typedef struct fixed_state {
    int32_t step;   // index of the steps of every job
    int64_t turn[]; // round-robin: jobs dispatched so far   [n_class]
} fixed_state;

static const sw_param_spec fixed_params[] = {SW_STEPS_PARAM};

static size_t fixed_state_size(const sw_system *system, const sw_param_value *params) {
    (void)params;
    return sizeof(fixed_state) + (size_t)system->n_class * sizeof(int64_t);
}

static int fixed_create(void *state, const sw_system *system, const sw_host *host,
                        const sw_param_value *params, char *why, size_t why_size) {
    (void)host;
    (void)why;
    (void)why_size;
    fixed_state *fixed = state;
    fixed->step = sw_nearest_step(system, params[0].number);
    return 0;
}

static void local_dispatch(void *state, const sw_view *view, const sw_job_view *job,
                           sw_decision *decision) {
    (void)view;
    const fixed_state *fixed = state;
    decision->asp = job->origin;
    decision->step = fixed->step;
}

static void round_robin_dispatch(void *state, const sw_view *view, const sw_job_view *job,
                                 sw_decision *decision) {
    fixed_state *fixed = state;
    const sw_system *sys = view->system;
    int64_t n = 0;
    for (int32_t k = 0; k < sys->n_asp; k++) {
        n += sw_is_reachable(sys, job->origin, k);
    }
    SW_ASSERT(n > 0); // the origin can always be reached, so there is a turn to take
    int64_t left = fixed->turn[job->cls]++ % n;
    for (int32_t k = 0; k < sys->n_asp; k++) {
        if (sw_is_reachable(sys, job->origin, k) && left-- == 0) {
            decision->asp = k;
        }
    }
    decision->step = fixed->step;
}

static void shortest_queue_dispatch(void *state, const sw_view *view, const sw_job_view *job,
                                    sw_decision *decision) {
    const fixed_state *fixed = state;
    const sw_system *sys = view->system;
    double least_s = 0.0;
    decision->step = fixed->step;
    for (int32_t k = 0; k < sys->n_asp; k++) {
        if (!sw_is_reachable(sys, job->origin, k)) {
            continue;
        }
        const double wait_s = sw_predict_wait_s(view, k);
        if (decision->asp < 0 || wait_s < least_s) {
            decision->asp = k;
            least_s = wait_s;
        }
    }
}

static void cheapest_dispatch(void *state, const sw_view *view, const sw_job_view *job,
                              sw_decision *decision) {
    const fixed_state *fixed = state;
    const sw_system *sys = view->system;
    int32_t cheapest = -1; // of those on time
    int32_t soonest = -1;  // of all
    double least_usd = 0.0;
    double least_finish_s = 0.0;
    for (int32_t k = 0; k < sys->n_asp; k++) {
        if (!sw_is_reachable(sys, job->origin, k)) {
            continue;
        }
        const double delay_s = sw_predict_delay_s(view, job->origin, k);
        const double finish_s = sw_predict_finish_s(view, job, k, fixed->step, delay_s);
        if (soonest < 0 || finish_s < least_finish_s) {
            soonest = k;
            least_finish_s = finish_s;
        }
        const double usd =
            sw_image_cost_usd(sys, job, k, fixed->step, sw_energy_usd_per_work_s(view, k));
        if (sw_is_on_time(job, finish_s) && (cheapest < 0 || usd < least_usd)) {
            cheapest = k;
            least_usd = usd;
        }
    }
    decision->asp = cheapest >= 0 ? cheapest : soonest;
    decision->step = fixed->step;
}

#define FIXED_POLICY(policy_name, policy_summary, policy_dispatch)                                 \
    {                                                                                              \
        .abi_major = SW_POLICY_ABI_MAJOR, .abi_minor = SW_POLICY_ABI_MINOR,                        \
        .struct_size = sizeof(sw_policy), .name = (policy_name), .summary = (policy_summary),      \
        .halves = SW_POLICY_DISPATCHER, .params = fixed_params, .n_param = 1,                      \
        .state_size = fixed_state_size, .create = fixed_create, .dispatch = (policy_dispatch)      \
    }

const sw_policy sw_policy_local =
    FIXED_POLICY("local", "every job is served where it arrives", local_dispatch);
const sw_policy sw_policy_round_robin =
    FIXED_POLICY("round-robin", "the jobs of a class go to the ASPs in turn", round_robin_dispatch);
const sw_policy sw_policy_shortest_queue = FIXED_POLICY(
    "shortest-queue", "the ASP with the least predicted wait", shortest_queue_dispatch);
const sw_policy sw_policy_cheapest =
    FIXED_POLICY("cheapest",
                 "the ASP with the least energy and transfer cost that is on time, "
                 "else the one that finishes first",
                 cheapest_dispatch);

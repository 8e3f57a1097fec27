/* SPDX-License-Identifier: MIT */
// edf-slack.c -- a dispatcher that keeps slack: it takes the most valuable (ASP, steps) that is
// predicted to finish with a share of the time to the deadline in reserve, and the choice with most
// slack when nothing keeps the reserve. Meant for ASPs whose queues run by deadline (queue = edf),
// where a tight job overtakes those that can wait.
#include "stepwatt/sw_policy.h"

typedef struct slack_state {
    double reserve; // share of the time left that must remain at the predicted finish
} slack_state;

enum { PARAM_RESERVE };

static const sw_param_spec params[] = {
    [PARAM_RESERVE] = {.key = "reserve",
                       .kind = SW_PARAM_NUMBER,
                       .fallback = 0.2,
                       .lo = 0,
                       .hi = 0.95,
                       .help = "share of the time to the deadline kept in reserve"},
};

static size_t state_size(const sw_system *system, const sw_param_value *value) {
    (void)system;
    (void)value;
    return sizeof(slack_state);
}

static int create(void *state, const sw_system *system, const sw_host *host,
                  const sw_param_value *value, char *why, size_t why_size) {
    (void)system;
    (void)host;
    (void)why;
    (void)why_size;
    ((slack_state *)state)->reserve = value[PARAM_RESERVE].number;
    return 0;
}

// What a choice earns on time, USD: revenue less transfer and marginal energy.
static double worth_usd(const sw_view *view, const sw_job_view *job, int32_t asp, int32_t step,
                        double work_s) {
    const sw_system *sys = view->system;
    const double images = (double)job->images;
    return images * (sys->class_price_usd[job->cls] * job->value *
                         sys->asp_quality[asp * sys->n_step + step] -
                     sys->link_transfer_usd[job->origin * sys->n_asp + asp]) -
           sw_energy_usd_per_work_s(view, asp) * work_s;
}

static void dispatch(void *state, const sw_view *view, const sw_job_view *job,
                     sw_decision *decision) {
    const slack_state *own = state;
    const sw_system *sys = view->system;
    const double left_s = job->deadline_s - view->now_s;
    double best_usd = -HUGE_VAL;
    double most_slack_s = -HUGE_VAL;
    sw_decision calm = {.asp = -1};
    for (int32_t asp = 0; asp < sys->n_asp; asp++) {
        const double delay_s = sw_predict_delay_s(view, job->origin, asp);
        if (!(delay_s < HUGE_VAL)) {
            continue; // unreachable, or no GPU on
        }
        for (int32_t step = 0; step < sys->n_step; step++) {
            const double work_s = sw_job_work_s(sys, job, asp, step);
            const double slack_s = left_s - (delay_s + work_s / view->speed[asp]);
            if (slack_s > most_slack_s) {
                most_slack_s = slack_s;
                calm.asp = asp;
                calm.step = step;
            }
            // A job without deadline has endless slack and no reserve to keep.
            if (left_s < HUGE_VAL && slack_s < own->reserve * left_s) {
                continue;
            }
            const double usd = worth_usd(view, job, asp, step, work_s);
            if (usd > best_usd) {
                best_usd = usd;
                decision->asp = asp;
                decision->step = step;
            }
        }
    }
    if (decision->asp < 0 && most_slack_s >= 0.0) {
        *decision = calm;
    }
}

static const sw_policy policy = {
    .abi_major = SW_POLICY_ABI_MAJOR,
    .abi_minor = SW_POLICY_ABI_MINOR,
    .struct_size = sizeof(sw_policy),
    .name = "edf-slack",
    .summary = "most valuable choice that keeps a share of the slack in reserve",
    .halves = SW_POLICY_DISPATCHER,
    .params = params,
    .n_param = sizeof params / sizeof params[0],
    .state_size = state_size,
    .create = create,
    .dispatch = dispatch,
};

SW_POLICY_EXPORT const sw_policy *sw_policy_entry(void) {
    return &policy;
}

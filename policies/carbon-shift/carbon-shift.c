/* SPDX-License-Identifier: MIT */
// carbon-shift.c -- a dispatcher that moves patient jobs in space and time: to the site and the
// slot, before the deadline, where the forecast cost of their energy, carbon priced in, is least.
// Jobs that cannot wait are served at once. Useful where deadlines are hours, as for batch
// generation; with deadlines of seconds it is a cheapest-ASP policy.
#include "stepwatt/sw_policy.h"

typedef struct shift_state {
    const sw_system *sys;
    const sw_host *host;
    double carbon_usd_per_kg; // weight of carbon in the choice
    double margin;            // share of the time left that is never used for waiting
    int32_t step;
    int64_t horizon;     // slots looked ahead
    double *usd_per_kwh; // forecast [n_site, horizon], the present slot first
} shift_state;

enum { PARAM_STEPS, PARAM_CARBON, PARAM_MARGIN, PARAM_HORIZON };

static const sw_param_spec params[] = {
    [PARAM_STEPS] = {.key = "steps",
                     .kind = SW_PARAM_NUMBER,
                     .fallback = 30,
                     .lo = 1,
                     .hi = 1000,
                     .help = "denoising steps of every job; the nearest listed"},
    [PARAM_CARBON] = {.key = "carbon_usd_per_kg",
                      .kind = SW_PARAM_NUMBER,
                      .fallback = 0.1,
                      .lo = 0,
                      .hi = 1000,
                      .help = "price of CO2 that the choice assumes, USD/kg"},
    [PARAM_MARGIN] = {.key = "margin",
                      .kind = SW_PARAM_NUMBER,
                      .fallback = 0.3,
                      .lo = 0,
                      .hi = 1,
                      .help = "share of the slack kept in reserve"},
    [PARAM_HORIZON] = {.key = "horizon_h",
                       .kind = SW_PARAM_NUMBER,
                       .fallback = 24,
                       .lo = 0,
                       .hi = 168,
                       .help = "how far ahead a job may be moved, h"},
};

static int64_t horizon_slots(const sw_system *system, const sw_param_value *value) {
    const double slots = value[PARAM_HORIZON].number * 3600.0 / system->slot_s;
    return slots < (double)system->n_slot ? 1 + (int64_t)slots : system->n_slot;
}

// The state, then the table of forecasts behind it.
static size_t state_size(const sw_system *system, const sw_param_value *value) {
    return sizeof(shift_state) +
           (size_t)system->n_site * (size_t)horizon_slots(system, value) * sizeof(double);
}

static int create(void *state, const sw_system *system, const sw_host *host,
                  const sw_param_value *value, char *why, size_t why_size) {
    (void)why;
    (void)why_size;
    shift_state *own = state;
    own->sys = system;
    own->host = host;
    own->carbon_usd_per_kg = value[PARAM_CARBON].number;
    own->margin = value[PARAM_MARGIN].number;
    own->horizon = horizon_slots(system, value);
    own->usd_per_kwh = (double *)(own + 1);
    for (int32_t i = 1; i < system->n_step; i++) {
        const double wanted = value[PARAM_STEPS].number;
        if (fabs((double)system->steps[i] - wanted) <
            fabs((double)system->steps[own->step] - wanted)) {
            own->step = i;
        }
    }
    return 0;
}

// Asks for this slot's forecasts once.
static void tick(void *state, const sw_view *view) {
    shift_state *own = state;
    for (int32_t site = 0; site < own->sys->n_site; site++) {
        for (int64_t ahead = 0; ahead < own->horizon; ahead++) {
            const int64_t slot = view->slot + ahead;
            double *usd = &own->usd_per_kwh[site * own->horizon + ahead];
            *usd = HUGE_VAL;
            if (slot < own->sys->n_slot) {
                const double buy = own->host->forecast(own->host, SW_FORECAST_BUY, site, slot);
                const double carbon =
                    own->host->forecast(own->host, SW_FORECAST_CARBON, site, slot);
                *usd = (buy + own->carbon_usd_per_kg * carbon) / 1000.0;
            }
        }
    }
}

static void dispatch(void *state, const sw_view *view, const sw_job_view *job,
                     sw_decision *decision) {
    const shift_state *own = state;
    const sw_system *sys = own->sys;
    double best_usd = HUGE_VAL;
    for (int32_t asp = 0; asp < sys->n_asp; asp++) {
        const double delay_s = sw_predict_delay_s(view, job->origin, asp);
        const double work_s = sw_job_work_s(sys, job, asp, own->step);
        const double slack_s = job->deadline_s - view->now_s - delay_s - work_s / view->speed[asp];
        if (!(delay_s < HUGE_VAL) || slack_s < 0.0) {
            continue;
        }
        const int32_t site = sys->asp_site[asp];
        const double busy_w = sys->asp_level_busy_w[asp * sys->n_level_max + view->level[asp]];
        const double kwh = (1.0 + sys->asp_host_overhead[asp]) * busy_w * work_s /
                           view->speed[asp] / 3.6e6 * view->cooling_factor[site];
        const double transfer_usd =
            (double)job->images * sys->link_transfer_usd[job->origin * sys->n_asp + asp];
        const double latest_s = view->now_s + (1.0 - own->margin) * slack_s;
        for (int64_t ahead = 0; ahead < own->horizon; ahead++) {
            const double start_s = (double)(view->slot + ahead) * sys->slot_s;
            if (ahead > 0 && start_s > latest_s) {
                break;
            }
            const double usd = kwh * own->usd_per_kwh[site * own->horizon + ahead] + transfer_usd;
            if (usd < best_usd) {
                best_usd = usd;
                decision->asp = asp;
                decision->step = own->step;
                decision->not_before_s = ahead > 0 ? start_s : 0.0;
                if (ahead > 0) {
                    // Spread the jobs moved to a slot over it, as far as this job's deadline
                    // allows.
                    const double room_s = fmin(sys->slot_s, latest_s - start_s);
                    decision->not_before_s +=
                        room_s * own->host->uniform(own->host, 1, (uint64_t)job->job, 0);
                }
            }
        }
    }
}

static const sw_policy policy = {
    .abi_major = SW_POLICY_ABI_MAJOR,
    .abi_minor = SW_POLICY_ABI_MINOR,
    .struct_size = sizeof(sw_policy),
    .name = "carbon-shift",
    .summary = "moves patient jobs to the site and slot of least forecast energy and carbon cost",
    .halves = SW_POLICY_DISPATCHER,
    .params = params,
    .n_param = sizeof params / sizeof params[0],
    .state_size = state_size,
    .create = create,
    .tick = tick,
    .dispatch = dispatch,
};

SW_POLICY_EXPORT const sw_policy *sw_policy_entry(void) {
    return &policy;
}

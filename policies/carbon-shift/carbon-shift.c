/* SPDX-License-Identifier: MIT */
// carbon-shift.c -- a dispatcher that moves patient jobs in space and time: to the ASP and the
// slot, before the deadline, where the forecast cost of their energy, carbon priced in, is least.
// Surplus sun and wind cost only what they would have sold for. A plan of what was moved where
// keeps slots from filling up. Jobs that cannot wait are served at once. Useful where deadlines are
// hours, as for batch generation; with deadlines of seconds it is a cheapest-ASP policy.
#include "stepwatt/sw_policy.h"

// A slot ahead, at a site.
typedef struct outlook {
    double import_usd_per_kwh; // bought, carbon priced in
    double export_usd_per_kwh; // not sold
    double spare_kw;           // renewables beyond what the site draws without moved jobs
} outlook;

typedef struct shift_state {
    const sw_system *sys;
    const sw_host *host;
    double carbon_usd_per_kg; // price of CO2 in the choice
    double margin;            // share of the time left that is never used for waiting
    double fill;              // share of an ASP's GPU time that moved jobs may take
    int32_t step;
    int64_t horizon;    // slots looked ahead, the present one among them
    outlook *out;       // the present slot first            [n_site, horizon]
    double *planned_kw; // of moved jobs, by slot % horizon  [n_site, horizon]
    double *planned_s;  // GPU time of moved jobs, likewise  [n_asp, horizon]
} shift_state;

enum { PARAM_STEPS, PARAM_CARBON, PARAM_MARGIN, PARAM_FILL, PARAM_HORIZON };

static const sw_param_spec params[] = {
    [PARAM_STEPS] = {.key = "steps",
                     .kind = SW_PARAM_NUMBER,
                     .fallback = 30,
                     .lo = 1,
                     .hi = 1000,
                     .help = "denoising steps of every job; the nearest listed"},
    [PARAM_CARBON] = {.key = "extra_carbon_usd_per_kg",
                      .kind = SW_PARAM_NUMBER,
                      .fallback = 0,
                      .lo = 0,
                      .hi = 1000,
                      .help = "price of CO2 in the choice on top of the scenario's, USD/kg"},
    [PARAM_MARGIN] = {.key = "margin",
                      .kind = SW_PARAM_NUMBER,
                      .fallback = 0.3,
                      .lo = 0,
                      .hi = 1,
                      .help = "share of the slack kept in reserve"},
    [PARAM_FILL] = {.key = "fill",
                    .kind = SW_PARAM_NUMBER,
                    .fallback = 0.6,
                    .lo = 0,
                    .hi = 1,
                    .help = "share of an ASP's GPU time that jobs moved to a slot may take"},
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

// The state, then its three tables behind it.
static size_t state_size(const sw_system *system, const sw_param_value *value) {
    const size_t per_slot = (size_t)system->n_site * (sizeof(outlook) + sizeof(double)) +
                            (size_t)system->n_asp * sizeof(double);
    return sizeof(shift_state) + (size_t)horizon_slots(system, value) * per_slot;
}

static int create(void *state, const sw_system *system, const sw_host *host,
                  const sw_param_value *value, char *why, size_t why_size) {
    (void)why;
    (void)why_size;
    shift_state *own = state;
    own->sys = system;
    own->host = host;
    own->carbon_usd_per_kg = system->carbon_usd_per_kg + value[PARAM_CARBON].number;
    own->margin = value[PARAM_MARGIN].number;
    own->fill = value[PARAM_FILL].number;
    own->horizon = horizon_slots(system, value);
    own->out = (outlook *)(own + 1);
    own->planned_kw = (double *)(own->out + system->n_site * own->horizon);
    own->planned_s = own->planned_kw + system->n_site * own->horizon;
    for (int32_t i = 1; i < system->n_step; i++) {
        const double wanted = value[PARAM_STEPS].number;
        if (fabs((double)system->steps[i] - wanted) <
            fabs((double)system->steps[own->step] - wanted)) {
            own->step = i;
        }
    }
    return 0;
}

// What a site draws without jobs, kW.
static double idle_site_kw(const sw_view *view, int32_t site) {
    const sw_system *sys = view->system;
    double it_kw = sys->site_base_kw[site];
    for (int32_t asp = 0; asp < sys->n_asp; asp++) {
        if (sys->asp_site[asp] == site) {
            it_kw += (1.0 + sys->asp_host_overhead[asp]) * (double)view->active[asp] *
                     sys->asp_idle_w[asp] / 1000.0;
        }
    }
    return it_kw * view->cooling_factor[site];
}

static void look_ahead(const shift_state *own, const sw_view *view, int32_t site, int64_t slot,
                       double idle_kw, outlook *out) {
    const sw_host *host = own->host;
    const double pv = host->forecast(host, SW_FORECAST_PV, site, slot);
    const double wind = host->forecast(host, SW_FORECAST_WIND, site, slot);
    const double carbon = host->forecast(host, SW_FORECAST_CARBON, site, slot);
    const double sell = host->forecast(host, SW_FORECAST_SELL, site, slot);
    out->import_usd_per_kwh =
        (host->forecast(host, SW_FORECAST_BUY, site, slot) + own->carbon_usd_per_kg * carbon) /
        1000.0;
    out->export_usd_per_kwh =
        view->system->site_export_limit_kw[site] > 0.0 && sell > 0.0 ? sell / 1000.0 : 0.0;
    out->spare_kw =
        pv * view->system->site_pv_kw[site] + wind * view->system->site_wind_kw[site] - idle_kw;
}

// Asks for this slot's forecasts once, and clears the plan of the slot that enters the horizon.
static void tick(void *state, const sw_view *view) {
    const shift_state *own = state;
    const sw_system *sys = own->sys;
    const int64_t entering = (view->slot + own->horizon - 1) % own->horizon;
    for (int32_t site = 0; site < sys->n_site; site++) {
        const double idle_kw = idle_site_kw(view, site);
        own->planned_kw[site * own->horizon + entering] = 0.0;
        for (int64_t ahead = 0; ahead < own->horizon && view->slot + ahead < sys->n_slot; ahead++) {
            look_ahead(own, view, site, view->slot + ahead, idle_kw,
                       &own->out[site * own->horizon + ahead]);
        }
    }
    for (int32_t asp = 0; asp < sys->n_asp; asp++) {
        own->planned_s[asp * own->horizon + entering] = 0.0;
    }
}

// A job at an ASP.
typedef struct offer {
    int32_t asp;
    int32_t site;
    double service_s; // at the present speed
    double kwh;       // that it adds, cooling included
    double transfer_usd;
    double latest_s; // when it should start at the latest
} offer;

// Returns the cost of serving the job in a slot ahead, USD; infinite when the slot is full.
static double cost_usd(const shift_state *own, const sw_view *view, const offer *o, int64_t ahead) {
    const sw_system *sys = own->sys;
    const outlook *out = &own->out[o->site * own->horizon + ahead];
    const int64_t at = (view->slot + ahead) % own->horizon;
    bool imports = view->net_kw[o->site] >= 0.0;
    if (ahead > 0) {
        const double room_s = own->fill * (double)sys->asp_gpus[o->asp] * sys->slot_s;
        if (own->planned_s[o->asp * own->horizon + at] + o->service_s > room_s) {
            return HUGE_VAL;
        }
        imports = own->planned_kw[o->site * own->horizon + at] >= out->spare_kw;
    }
    return o->kwh * (imports ? out->import_usd_per_kwh : out->export_usd_per_kwh) + o->transfer_usd;
}

// Enters a job into the plan, at an instant of the slot that spreads the jobs moved to it.
static void move_to(const shift_state *own, const sw_view *view, const sw_job_view *job,
                    const offer *o, int64_t ahead, sw_decision *decision) {
    const sw_system *sys = own->sys;
    const int64_t at = (view->slot + ahead) % own->horizon;
    const double start_s = (double)(view->slot + ahead) * sys->slot_s;
    const double room_s = fmin(sys->slot_s, o->latest_s - start_s);
    decision->not_before_s =
        start_s + room_s * own->host->uniform(own->host, 1, (uint64_t)job->job, 0);
    own->planned_s[o->asp * own->horizon + at] += o->service_s;
    own->planned_kw[o->site * own->horizon + at] += o->kwh * 3600.0 / sys->slot_s;
}

static void dispatch(void *state, const sw_view *view, const sw_job_view *job,
                     sw_decision *decision) {
    const shift_state *own = state;
    const sw_system *sys = own->sys;
    double best_usd = HUGE_VAL;
    offer best = {.asp = -1};
    int64_t best_ahead = 0;
    for (int32_t asp = 0; asp < sys->n_asp; asp++) {
        const double delay_s = sw_predict_delay_s(view, job->origin, asp);
        const double service_s = sw_job_work_s(sys, job, asp, own->step) / view->speed[asp];
        const double slack_s = job->deadline_s - view->now_s - delay_s - service_s;
        if (!(delay_s < HUGE_VAL) || slack_s < 0.0) {
            continue;
        }
        const double busy_w = sys->asp_level_busy_w[asp * sys->n_level_max + view->level[asp]];
        const offer o = {.asp = asp,
                         .site = sys->asp_site[asp],
                         .service_s = service_s,
                         .kwh = (1.0 + sys->asp_host_overhead[asp]) *
                                (busy_w - sys->asp_idle_w[asp]) * service_s / 3.6e6 *
                                view->cooling_factor[sys->asp_site[asp]],
                         .transfer_usd = (double)job->images *
                                         sys->link_transfer_usd[job->origin * sys->n_asp + asp],
                         .latest_s = view->now_s + (1.0 - own->margin) * slack_s};
        for (int64_t ahead = 0; ahead < own->horizon && view->slot + ahead < sys->n_slot; ahead++) {
            if (ahead > 0 && (double)(view->slot + ahead) * sys->slot_s > o.latest_s) {
                break;
            }
            const double usd = cost_usd(own, view, &o, ahead);
            if (usd < best_usd) {
                best_usd = usd;
                best = o;
                best_ahead = ahead;
            }
        }
    }
    decision->asp = best.asp;
    decision->step = own->step;
    if (best.asp >= 0 && best_ahead > 0) {
        move_to(own, view, job, &best, best_ahead, decision);
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

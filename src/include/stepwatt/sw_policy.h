/* SPDX-License-Identifier: MIT */
// sw_policy.h -- the contract between stepwatt and a policy: what a policy sees, and what it
// decides.
//
// A policy is a constant table of functions (sw_policy). It offers a dispatcher (which ASP serves a
// job, with how many denoising steps), an energy manager (GPU levels, active GPUs, battery and
// cooling, once a slot), or both. Everything handed to a policy is borrowed and read-only unless
// said otherwise. Units are in the names: s, kW, kWh, W (one GPU only), C, USD, USD/MWh, gCO2/kWh.
// Shapes stand in brackets; the last index runs fastest. Structs grow only at their end: a field
// exists when `struct_size` covers it.
#ifndef STEPWATT_SW_POLICY_H
#define STEPWATT_SW_POLICY_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SW_POLICY_ABI_MAJOR 1
#define SW_POLICY_ABI_MINOR 0

// ---------------------------------------------------------------- the system: constant for a whole
// run

typedef enum sw_cooling { SW_COOLING_PUE = 0, SW_COOLING_COP = 1, SW_COOLING_RC = 2 } sw_cooling;

// The system as the scenario describes it.
typedef struct sw_system {
    size_t struct_size;
    const char *name;           // of the scenario
    double slot_s;              // length of a slot
    int64_t n_slot;             // slots of the horizon
    double end_s;               // n_slot * slot_s
    double dispatch_interval_s; // 0: each job is decided when it arrives
    double carbon_usd_per_kg;
    double revenue_scale; // already in class_price_usd and class_late_usd

    int32_t n_site;
    int32_t n_asp;
    int32_t n_class;
    int32_t n_step;      // choices of denoising steps
    int32_t n_level_max; // most DVFS levels of any ASP

    const int32_t *steps; // denoising steps, ascending                     [n_step]

    const char *const *site_name;            //                             [n_site]
    const double *site_base_kw;              // non-GPU IT load             [n_site]
    const double *site_import_limit_kw;      // inf: no limit               [n_site]
    const double *site_export_limit_kw;      // 0: none allowed; inf: no limit
    const double *site_overload_usd_per_kwh; //                             [n_site]
    const double *site_pv_kw;
    const double *site_wind_kw;
    const double *site_battery_kwh; // capacity; 0: no battery
    const double *site_battery_charge_kw;
    const double *site_battery_discharge_kw;
    const double *site_battery_eff_charge;
    const double *site_battery_eff_discharge;
    const double *site_soc_min_kwh; // window and start of the state of charge, as energy
    const double *site_soc_max_kwh;
    const double *site_soc_start_kwh;
    const double *site_battery_wear_usd_per_kwh; // per kWh discharged at the terminals
    const int32_t *site_cooling;                 // an sw_cooling
    const double *site_pue;                      // for pue
    const double *site_cop_a; // for cop and rc: COP = clamp(a - b T_out, min, max)
    const double *site_cop_b;
    const double *site_cop_min;
    const double *site_cop_max;
    const double *site_room_start_c; // for rc
    const double *site_room_set_c;
    const double *site_room_max_c;
    const double *site_room_kwh_per_k; // heat capacity C
    const double *site_room_kw_per_k;  // heat loss UA
    const double *site_cooling_max_kw; // heat removed at most
    const double *site_overheat_usd_per_kh;
    const double *site_wue_l_per_kwh;

    const char *const *asp_name;     //                                    [n_asp]
    const int32_t *asp_site;         // index of its site
    const int32_t *asp_gpus;         // GPUs owned
    const double *asp_host_overhead; // share of GPU power drawn by the host on top
    const double *asp_idle_w;        // one GPU, switched on, no work
    const double *asp_off_w;         // one GPU, switched off
    const double *asp_wake_s;        // from switching on to serving
    const int32_t *asp_edf;          // 1: queue by deadline; 0: FIFO
    const int32_t *asp_n_level;      // DVFS levels, speeds ascending
    const double *asp_level_speed;   // relative to reference              [n_asp, n_level_max]
    const double *asp_level_busy_w;  // one busy GPU                       [n_asp, n_level_max]
    const double *asp_image_work_s;  // GPU-s at speed 1 for one image     [n_asp, n_step]
    const double *asp_quality;       // q(steps), 0..1                     [n_asp, n_step]
    const double *link_latency_s;    // inf: unreachable        [n_asp origin, n_asp server]
    const double *link_transfer_usd; // per image               [n_asp origin, n_asp server]

    const char *const *class_name;  //                                     [n_class]
    const int32_t *class_origin;    // ASP at which its jobs arrive
    const double *class_price_usd;  // per image at quality 1, scaled
    const double *class_late_usd;   // per image, scaled
    const double *class_images;     // of a job, mean
    const double *class_value;      // factor of a job's revenue, mean
    const double *class_work;       // factor of a job's work, mean
    const double *class_deadline_s; // relative, median; inf: never late
} sw_system;

// ---------------------------------------------------------------- the view: the present, and
// nothing later

typedef struct sw_view {
    size_t struct_size;
    const sw_system *system;
    double now_s;
    int64_t slot; // the slot that holds now

    // Per site, for the present slot unless said otherwise.                 [n_site]
    const double *buy_usd_per_mwh;
    const double *sell_usd_per_mwh; // never above the buy price
    const double *carbon_g_per_kwh;
    const double *outdoor_c;
    const double *renewable_kw;       // PV and wind together
    const double *cooling_factor;     // kW drawn in all for a kW of IT load: PUE, or 1 + 1/COP
    const double *import_usd_per_kwh; // marginal cost of a kWh imported: buy price and carbon
    const double *export_usd_per_kwh; // marginal worth of a kWh not exported: max(sell price, 0)
    const double *soc_kwh;            // now
    const double *room_c;             // rc only; at the start of the slot
    const double *it_kw;              // now
    const double *net_kw;             // now: IT + cooling + battery - renewables
    const double *battery_kw;         // applied in this slot; > 0 charges

    // Per ASP, now.                                                         [n_asp]
    const int32_t *level;
    const double *speed;            // of that level
    const int32_t *active;          // GPUs switched on by command
    const int32_t *available;       // GPUs that may start or run a job; excludes those waking
    const int32_t *running;         // jobs, one GPU each
    const int32_t *queued;          // jobs
    const int32_t *in_transit;      // jobs sent that have not reached the queue
    const double *waiting_work_s;   // work queued and in transit, GPU-s at speed 1
    const double *running_work_s;   // sum of the whole work of the running jobs, GPU-s at speed 1
    const double *sent_work_s;      // work sent here since this slot's tick
    const double *sent_work_last_s; // work sent here in the slot before
} sw_view;

// A job that waits for its decision.
typedef struct sw_job_view {
    int64_t job;       // number, from 0 in order of arrival
    int32_t cls;       // workload class
    int32_t origin;    // ASP at which it arrived
    int32_t images;    // >= 1
    double arrival_s;  // when it arrived
    double deadline_s; // absolute; inf: never late
    double value;      // multiplies its revenue
    double work;       // multiplies its work
} sw_job_view;

// What a dispatcher answers. Set by the host before each call to reject, step 0, not_before 0.
typedef struct sw_decision {
    int32_t asp;         // server; -1: reject
    int32_t step;        // index into system->steps
    double not_before_s; // earliest start of the transfer; at or before now: at once
} sw_decision;

// What an energy manager sets for the slot. Filled by the host with the values commanded last.
typedef struct sw_controls {
    int32_t *level;      // per ASP, 0 .. n_level - 1                         [n_asp]
    int32_t *active;     // per ASP, 0 .. gpus                                [n_asp]
    double *battery_kw;  // per site, at the terminals, > 0 charges; clipped  [n_site]
    double *cooling_kw;  // per site, heat removed (rc); clipped; used when thermostat is 0
    uint8_t *thermostat; // per site, 1: the host holds room_set_c            [n_site]
} sw_controls;

// How a job ended; handed to `feedback`.
typedef enum sw_outcome_kind {
    SW_OUTCOME_ON_TIME = 0,
    SW_OUTCOME_LATE = 1,
    SW_OUTCOME_DROPPED = 2,
    SW_OUTCOME_REJECTED = 3,
    SW_OUTCOME_UNFINISHED = 4 // still in the system at the end of the horizon
} sw_outcome_kind;

typedef struct sw_outcome {
    sw_job_view job;
    sw_outcome_kind kind;
    int32_t asp; // -1: rejected or never decided
    int32_t step;
    double end_s;        // when it completed, was dropped or rejected; NaN: unfinished
    double start_s;      // when service began; NaN if it never did
    double revenue_usd;  // 0 unless on time
    double late_usd;     // penalty paid
    double transfer_usd; // charged at the decision
} sw_outcome;

// A job at an ASP, in the order of deadlines, then of job numbers.
typedef struct sw_asp_job {
    double deadline_s; // absolute; inf: never late
    double work_s;     // left, GPU-s at speed 1
    int64_t job;
} sw_asp_job;

// ---------------------------------------------------------------- the host: what a policy may ask
// for

// What can be forecast. Site signals take a site as owner, arrivals a class.
typedef enum sw_forecast_kind {
    SW_FORECAST_BUY = 0,     // USD/MWh
    SW_FORECAST_SELL = 1,    // USD/MWh
    SW_FORECAST_CARBON = 2,  // gCO2/kWh
    SW_FORECAST_OUTDOOR = 3, // C
    SW_FORECAST_PV = 4,      // capacity factor
    SW_FORECAST_WIND = 5,    // capacity factor
    SW_FORECAST_JOBS = 6     // jobs of a class that arrive in the slot
} sw_forecast_kind;

// A linear program: maximise cost . x with row_lo <= A x <= row_hi and col_lo <= x <= col_hi.
typedef struct sw_lp_problem {
    size_t struct_size;
    int32_t n_col;
    int32_t n_row;
    int64_t n_entry;
    const double *col_cost;    // worth of one unit; finite      [n_col]
    const double *col_lo;      // finite                         [n_col]
    const double *col_hi;      // inf: none                      [n_col]
    const double *row_lo;      // -inf: none                     [n_row]
    const double *row_hi;      // inf: none                      [n_row]
    const int32_t *entry_row;  // A by entries, in any order     [n_entry]
    const int32_t *entry_col;  //                                [n_entry]
    const double *entry_value; // those of one place add up      [n_entry]
} sw_lp_problem;

typedef enum sw_lp_status {
    SW_LP_OPTIMAL = 0,
    SW_LP_INFEASIBLE = 1, // no x meets all bounds
    SW_LP_UNBOUNDED = 2,  // x of any worth meets all bounds
    SW_LP_STOPPED = 3,    // numerical trouble, or more iterations than is sensible
    SW_LP_REFUSED = 4     // unsound, too large, or memory ran short; the reason is logged
} sw_lp_status;

// Where a solution goes. Unless the status is SW_LP_OPTIMAL all numbers are NaN, or, when refused,
// NaN or as they were.
typedef struct sw_lp_solution {
    size_t struct_size; // set by the policy
    double objective;
    double *x;        // room that the policy provides; NULL: not wanted   [n_col]
    double *row_dual; // worth of one unit more of a row; NULL: not wanted [n_row]
} sw_lp_solution;

typedef enum sw_log_level { SW_LOG_ERROR = 0, SW_LOG_WARN = 1, SW_LOG_INFO = 2 } sw_log_level;

typedef struct sw_host sw_host;
struct sw_host {
    size_t struct_size;
    void *context; // the host's own; pass the sw_host back unchanged
    // Writes one line of log.
    void (*log)(const sw_host *host, sw_log_level level, const char *text);
    // Returns a uniform number in (0, 1), a pure function of the run's seed and the three numbers.
    double (*uniform)(const sw_host *host, uint32_t stream, uint64_t index, uint32_t draw);
    // Returns the forecast, made now, of a quantity in `slot` (present slot to the last). A slot
    // that has begun gives its true value, and for SW_FORECAST_JOBS the expectation. Outside 0 ..
    // n_slot-1: NaN.
    double (*forecast)(const sw_host *host, sw_forecast_kind kind, int32_t owner, int64_t slot);
    // Returns the running, queued and in-transit jobs of an ASP in deadline order and their number.
    // Borrowed until the next call. NULL with n = 0 where there is none, or no such ASP.
    const sw_asp_job *(*asp_jobs)(const sw_host *host, int32_t asp, int32_t *n);
    // Solves a linear program; never ends the run. The same bits on every machine of one CPU type.
    sw_lp_status (*solve_lp)(const sw_host *host, const sw_lp_problem *problem,
                             sw_lp_solution *solution);
};

// ---------------------------------------------------------------- the policy: what a plugin
// provides

typedef enum sw_param_kind {
    SW_PARAM_NUMBER = 0,
    SW_PARAM_TEXT = 1,
    SW_PARAM_INTEGER = 2, // a whole number
    SW_PARAM_FILE = 3 // a text that names a file; the host hands over the path at which it found it
} sw_param_kind;

// A key that `[policy NAME]` may hold for this policy. The host checks kind and range.
typedef struct sw_param_spec {
    const char *key;
    sw_param_kind kind;
    double fallback; // when the key is absent (numbers)
    double lo;       // least and greatest allowed value (numbers)
    double hi;
    const char *fallback_text; // when the key is absent (texts); NULL: required
    const char *help;          // one line, with the unit
} sw_param_spec;

// A value, in the order of the policy's sw_param_spec list.
typedef struct sw_param_value {
    double number;
    const char *text;
    bool given; // false: the fallback
    const void
        *object; // what the host itself read from the file (built-in policies); NULL: nothing
} sw_param_value;

enum { SW_POLICY_DISPATCHER = 1, SW_POLICY_ENERGY = 2, SW_POLICY_SEES_FUTURE = 4 };

typedef struct sw_policy {
    // For ever the first three fields.
    uint32_t abi_major;
    uint32_t abi_minor;
    size_t struct_size;

    const char *name;
    const char *summary; // one line
    uint32_t
        halves; // SW_POLICY_DISPATCHER | SW_POLICY_ENERGY; SW_POLICY_SEES_FUTURE: perfect forecasts

    const sw_param_spec *params; // NULL with n_param = 0: takes none
    int32_t n_param;

    // (optional; default 0) Returns the bytes of state that one run needs. The host owns them,
    // zeroed, aligned to 64.
    size_t (*state_size)(const sw_system *system, const sw_param_value *params);
    // (optional) Called once before a run. `system`, `host` and `params` stay valid until destroy.
    // The host forecasts nothing (NaN) and has no jobs yet; all else it answers here, too. Returns
    // 0, or anything else with a reason in `why` (why_size bytes).
    int (*create)(void *state, const sw_system *system, const sw_host *host,
                  const sw_param_value *params, char *why, size_t why_size);
    // (optional) Called once after a run that `create` began.
    void (*destroy)(void *state);
    // (optional) Called at each slot tick, after signals took their new values and before controls
    // are set.
    void (*tick)(void *state, const sw_view *view);
    // (required for a dispatcher) Called for each job; fills `decision`.
    void (*dispatch)(void *state, const sw_view *view, const sw_job_view *job,
                     sw_decision *decision);
    // (required for an energy manager) Called at each slot tick after `tick`; changes `controls`.
    void (*control)(void *state, const sw_view *view, sw_controls *controls);
    // (optional) Called when a job's outcome is known.
    void (*feedback)(void *state, const sw_view *view, const sw_outcome *outcome);
} sw_policy;

// The one symbol that a plugin exports.
typedef const sw_policy *(*sw_policy_entry_fn)(void);
#define SW_POLICY_ENTRY "sw_policy_entry"

// Makes that symbol visible in a library built with hidden visibility.
#if defined(__GNUC__)
#define SW_POLICY_EXPORT __attribute__((visibility("default")))
#else
#define SW_POLICY_EXPORT
#endif
SW_POLICY_EXPORT const sw_policy *sw_policy_entry(void);

// ---------------------------------------------------------------- the default predictor, the same
// for everybody

// Returns the work of a job at an ASP with a step choice, GPU-s at speed 1.
static inline double sw_job_work_s(const sw_system *sys, const sw_job_view *job, int32_t asp,
                                   int32_t step) {
    return job->work * (double)job->images * sys->asp_image_work_s[asp * sys->n_step + step];
}

// Returns the predicted wait at an ASP, s; infinite when none of its GPUs is available.
static inline double sw_predict_wait_s(const sw_view *view, int32_t asp) {
    const int32_t available = view->available[asp];
    if (view->running[asp] + view->queued[asp] + view->in_transit[asp] < available) {
        return 0.0;
    }
    if (available <= 0) {
        return HUGE_VAL;
    }
    const double mean_running_s =
        view->running[asp] > 0 ? view->running_work_s[asp] / (double)view->running[asp] : 0.0;
    return (view->waiting_work_s[asp] + mean_running_s) / ((double)available * view->speed[asp]);
}

// Returns the delay before service of a job from `origin` at an ASP: the longer of latency and
// wait, s.
static inline double sw_predict_delay_s(const sw_view *view, int32_t origin, int32_t asp) {
    const double latency_s = view->system->link_latency_s[origin * view->system->n_asp + asp];
    const double wait_s = sw_predict_wait_s(view, asp);
    return latency_s > wait_s ? latency_s : wait_s;
}

// Returns the marginal energy cost of a GPU-second of work (at speed 1) at an ASP, USD: cooling and
// host included; energy bought at the buy price and carbon while the site imports, else energy not
// sold.
static inline double sw_energy_usd_per_work_s(const sw_view *view, int32_t asp) {
    const sw_system *sys = view->system;
    const int32_t site = sys->asp_site[asp];
    const double busy_w = sys->asp_level_busy_w[asp * sys->n_level_max + view->level[asp]];
    const double usd_per_kwh =
        view->net_kw[site] >= 0.0 ? view->import_usd_per_kwh[site] : view->export_usd_per_kwh[site];
    return (1.0 + sys->asp_host_overhead[asp]) * (busy_w - sys->asp_idle_w[asp]) /
           view->speed[asp] / 3.6e6 * view->cooling_factor[site] * usd_per_kwh;
}

#ifdef __cplusplus
}
#endif

#endif

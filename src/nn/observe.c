#include "nn/observe.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fmath.h"
#include "nn/schema.h"

// How long arrivals are remembered into a new slot, s: few jobs tell little of a rate.
static const double ARRIVAL_MEMORY_S = 60.0;

#define ENUM_ROW(name, scale, unit, text) name,

// Places of the features within their group.
enum slot_feature { SW_SLOT_FEATURES(ENUM_ROW) N_SLOT_ONCE };
#undef ENUM_ROW
#define ENUM_ROW(name, scale, unit, text) A_##name,
enum slot_asp_feature { SW_SLOT_ASP_FEATURES(ENUM_ROW) N_SLOT_ASP };
#undef ENUM_ROW
#define ENUM_ROW(name, scale, unit, text) J_##name,
enum job_feature { SW_JOB_FEATURES(ENUM_ROW) N_JOB };
#undef ENUM_ROW
#define ENUM_ROW(name, scale, unit, text) K_##name,
enum asp_feature { SW_ASP_FEATURES(ENUM_ROW) N_ASP };
#undef ENUM_ROW

struct sw_observer {
    sw_arena arena;
    const sw_system *sys;
    const sw_host *host;
    const sw_feature *feature; // [n_feature]
    char hash[SW_SHA256_HEX];
    int32_t n_feature;
    int32_t n_slot_feature;

    // Constant.
    double price_usd;     // mean price of an image, by which money is measured
    int32_t step;         // the middle step choice
    double *per_scale;    // 1 / scale                                     [n_feature]
    double *peak_kw;      // greatest IT load                              [n_site]
    double *capacity;     // GPU-s at speed 1 a second, at the top level   [n_asp]
    double *class_work_s; // expected work of a job at its origin at middle steps    [n_class]

    // Of the slot.
    int64_t slot;       // -1: none yet
    double *energy_kwh; // marginal energy of a GPU-s of work, cooling included    [n_asp]
    double *rate_past;  // work that arrived a second in the slot before           [n_asp]
    double *arrived_s;  // work that arrived in this slot                          [n_asp]
    int64_t n_seen;     // jobs counted so far
    float *slot_part;   // as an observation shows it   [n_slot_feature]

    // Of the last look.
    double *raw;      // features before scaling     [n_feature]
    double *base;     // [n_action]
    double *work_s;   // [n_action]
    double *finish_s; // predicted at the fewest steps   [n_asp]
    double *wait_s;   // [n_asp]
    double *gpu_usd;  // marginal energy of a GPU-s of work     [n_asp]
    uint8_t *on_time; // [n_action]
    int32_t n_on_time;
    int32_t origin;
};

// ---------------------------------------------------------------- life

static bool take_memory(sw_observer *obs) {
    const sw_system *sys = obs->sys;
    const size_t n_asp = (size_t)sys->n_asp;
    const size_t n_action = n_asp * (size_t)sys->n_step;
    obs->feature = sw_schema_list(sys->n_asp, &obs->arena, &obs->n_feature, &obs->n_slot_feature);
    const size_t n_feature = (size_t)obs->n_feature;
    struct {
        double **at;
        size_t n;
    } const want[] = {{&obs->per_scale, n_feature},
                      {&obs->raw, n_feature},
                      {&obs->peak_kw, (size_t)sys->n_site},
                      {&obs->capacity, n_asp},
                      {&obs->class_work_s, (size_t)sys->n_class},
                      {&obs->energy_kwh, n_asp},
                      {&obs->rate_past, n_asp},
                      {&obs->arrived_s, n_asp},
                      {&obs->base, n_action},
                      {&obs->work_s, n_action},
                      {&obs->finish_s, n_asp},
                      {&obs->wait_s, n_asp},
                      {&obs->gpu_usd, n_asp}};
    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
        *want[i].at = sw_arena_alloc(&obs->arena, want[i].n, sizeof(double));
        if (*want[i].at == NULL) {
            return false;
        }
    }
    obs->on_time = sw_arena_alloc(&obs->arena, n_action, 1);
    obs->slot_part = sw_arena_alloc(&obs->arena, n_feature, sizeof *obs->slot_part);
    return obs->on_time != NULL && obs->feature != NULL && obs->slot_part != NULL;
}

static void measure_system(sw_observer *obs) {
    for (int32_t i = 0; i < obs->n_feature; i++) {
        obs->per_scale[i] = 1.0 / obs->feature[i].scale;
    }
    const sw_system *sys = obs->sys;
    obs->step = sys->n_step / 2;
    for (int32_t i = 0; i < sys->n_site; i++) {
        obs->peak_kw[i] = sys->site_base_kw[i];
    }
    for (int32_t k = 0; k < sys->n_asp; k++) {
        const int32_t top = k * sys->n_level_max + sys->asp_n_level[k] - 1;
        const double gpus = (double)sys->asp_gpus[k];
        obs->capacity[k] = gpus * sys->asp_level_speed[top];
        obs->peak_kw[sys->asp_site[k]] +=
            (1.0 + sys->asp_host_overhead[k]) * gpus * sys->asp_level_busy_w[top] / 1000.0;
    }
    double price_usd = 0.0;
    for (int32_t w = 0; w < sys->n_class; w++) {
        const int32_t at = sys->class_origin[w] * sys->n_step + obs->step;
        obs->class_work_s[w] =
            sys->class_images[w] * sys->class_work[w] * sys->asp_image_work_s[at];
        price_usd += sys->class_price_usd[w] * sys->class_value[w] / (double)sys->n_class;
    }
    obs->price_usd = price_usd > 0.0 ? price_usd : 1.0;
}

sw_status sw_observer_create(const sw_system *system, const sw_host *host, sw_observer **observer,
                             sw_error *err) {
    sw_observer *obs = calloc(1, sizeof *obs);
    if (obs != NULL) {
        obs->sys = system;
        obs->host = host;
    }
    if (obs == NULL || !take_memory(obs)) {
        sw_observer_destroy(obs);
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for the observation of %d ASPs",
                       system->n_asp);
    }
    sw_schema_hash(obs->feature, obs->n_feature, system->n_step, obs->hash);
    measure_system(obs);
    sw_observer_reset(obs);
    *observer = obs;
    return SW_OK;
}

void sw_observer_destroy(sw_observer *observer) {
    if (observer != NULL) {
        sw_arena_deinit(&observer->arena);
        free(observer);
    }
}

void sw_observer_reset(sw_observer *observer) {
    observer->slot = -1;
    observer->n_seen = 0;
    for (int32_t k = 0; k < observer->sys->n_asp; k++) {
        observer->rate_past[k] = 0.0;
        observer->arrived_s[k] = 0.0;
    }
}

int32_t sw_observer_n_feature(const sw_observer *observer) {
    return observer->n_feature;
}

int32_t sw_observer_n_slot_feature(const sw_observer *observer) {
    return observer->n_slot_feature;
}

int32_t sw_observer_n_action(const sw_observer *observer) {
    return observer->sys->n_asp * observer->sys->n_step;
}

const sw_feature *sw_observer_feature(const sw_observer *observer) {
    return observer->feature;
}

const char *sw_observer_hash(const sw_observer *observer) {
    return observer->hash;
}

// ---------------------------------------------------------------- the slot

static double ratio(double part, double whole) {
    return whole > 0.0 ? part / whole : 0.0;
}

// The slot some hours ahead, at most the last.
static int64_t slot_ahead(const sw_observer *obs, double hours) {
    const int64_t slot = obs->slot + (int64_t)rint(hours * 3600.0 / obs->sys->slot_s);
    return slot < obs->sys->n_slot ? slot : obs->sys->n_slot - 1;
}

static double forecast(const sw_observer *obs, sw_forecast_kind kind, int32_t owner, int64_t slot) {
    return obs->host->forecast(obs->host, kind, owner, slot);
}

static double import_ahead(const sw_observer *obs, int32_t site, int64_t slot) {
    return (forecast(obs, SW_FORECAST_BUY, site, slot) +
            obs->sys->carbon_usd_per_kg * forecast(obs, SW_FORECAST_CARBON, site, slot)) /
           1000.0;
}

static double renewable_ahead(const sw_observer *obs, int32_t site, int64_t slot) {
    const sw_system *sys = obs->sys;
    return ratio(sys->site_pv_kw[site] * forecast(obs, SW_FORECAST_PV, site, slot) +
                     sys->site_wind_kw[site] * forecast(obs, SW_FORECAST_WIND, site, slot),
                 obs->peak_kw[site]);
}

// Expected work a second that arrives at an ASP in a slot.
static double rate_ahead(const sw_observer *obs, int32_t asp, int64_t slot) {
    double work_s = 0.0;
    for (int32_t w = 0; w < obs->sys->n_class; w++) {
        if (obs->sys->class_origin[w] == asp) {
            work_s += obs->class_work_s[w] * forecast(obs, SW_FORECAST_JOBS, w, slot);
        }
    }
    return work_s / obs->sys->slot_s;
}

// Fills the slot part of an ASP and its site.
static void see_asp_slot(sw_observer *obs, const sw_view *view, int32_t k, double *x) {
    const sw_system *sys = obs->sys;
    const int32_t site = sys->asp_site[k];
    const int64_t h1 = slot_ahead(obs, 1.0);
    const int64_t h3 = slot_ahead(obs, 3.0);
    const int64_t h6 = slot_ahead(obs, 6.0);
    const double capacity = obs->capacity[k];
    const double busy_w = sys->asp_level_busy_w[k * sys->n_level_max + view->level[k]];
    // In the order of the contract's own formula, so that costs are the same bits.
    obs->energy_kwh[k] = (1.0 + sys->asp_host_overhead[k]) * (busy_w - sys->asp_idle_w[k]) /
                         view->speed[k] / 3.6e6 * view->cooling_factor[site];

    x[A_import_price] = view->import_usd_per_kwh[site];
    x[A_import_price_1h] = import_ahead(obs, site, h1);
    x[A_import_price_3h] = import_ahead(obs, site, h3);
    x[A_import_price_6h] = import_ahead(obs, site, h6);
    x[A_export_price] = view->export_usd_per_kwh[site];
    x[A_renewable] = ratio(view->renewable_kw[site], obs->peak_kw[site]);
    x[A_renewable_1h] = renewable_ahead(obs, site, h1);
    x[A_renewable_3h] = renewable_ahead(obs, site, h3);
    x[A_renewable_6h] = renewable_ahead(obs, site, h6);
    x[A_soc] = ratio(view->soc_kwh[site] - sys->site_soc_min_kwh[site],
                     sys->site_soc_max_kwh[site] - sys->site_soc_min_kwh[site]);
    x[A_outdoor] = view->outdoor_c[site];
    x[A_cooling] = view->cooling_factor[site] - 1.0;
    x[A_room] = sys->site_cooling[site] == SW_COOLING_RC
                    ? view->room_c[site] - sys->site_room_set_c[site]
                    : 0.0;
    x[A_speed] = view->speed[k];
    x[A_active] = (double)view->active[k] / (double)sys->asp_gpus[k];
    x[A_load_now] = rate_ahead(obs, k, obs->slot) / capacity;
    x[A_load_1h] = rate_ahead(obs, k, h1) / capacity;
    x[A_load_3h] = rate_ahead(obs, k, h3) / capacity;
    x[A_load_past] = obs->rate_past[k] / capacity;
    x[A_sent_past] = view->sent_work_last_s[k] / (capacity * sys->slot_s);
    x[A_image_cost] = obs->energy_kwh[k] * view->import_usd_per_kwh[site] *
                      sys->asp_image_work_s[k * sys->n_step + obs->step] / obs->price_usd;
}

// Turns the arrivals counted so far into those of the slot before. Before the first slot, and where
// a slot passed without a look, the expected ones stand in, or none arrived.
static void close_arrivals(sw_observer *obs, int64_t slot) {
    for (int32_t k = 0; k < obs->sys->n_asp; k++) {
        if (obs->slot < 0) {
            obs->rate_past[k] = rate_ahead(obs, k, slot);
        } else {
            obs->rate_past[k] = slot == obs->slot + 1 ? obs->arrived_s[k] / obs->sys->slot_s : 0.0;
        }
        obs->arrived_s[k] = 0.0;
    }
}

// Scales and cuts the features from .. to - 1 into x.
static void scale(const sw_observer *obs, int32_t from, int32_t to, float *x) {
    for (int32_t i = from; i < to; i++) {
        double y = obs->raw[i] * obs->per_scale[i];
        y = y > -SW_OBSERVATION_CLIP ? y : -SW_OBSERVATION_CLIP;
        x[i - from] = (float)(y < SW_OBSERVATION_CLIP ? y : SW_OBSERVATION_CLIP);
    }
}

static void see_slot(sw_observer *obs, const sw_view *view) {
    const sw_system *sys = obs->sys;
    close_arrivals(obs, view->slot);
    obs->slot = view->slot;
    double capacity = 0.0;
    double expected = 0.0;
    double past = 0.0;
    for (int32_t k = 0; k < sys->n_asp; k++) {
        const int32_t from = N_SLOT_ONCE + k * N_SLOT_ASP;
        see_asp_slot(obs, view, k, obs->raw + from);
        capacity += obs->capacity[k];
        expected += rate_ahead(obs, k, obs->slot);
        past += obs->rate_past[k];
    }
    const double from_s = (double)view->slot * sys->slot_s;
    const double days = from_s / 86400.0;
    obs->raw[day_sin] = sw_cos_turns(days - floor(days) - 0.25);
    obs->raw[day_cos] = sw_cos_turns(days - floor(days));
    obs->raw[left] = (sys->end_s - from_s) / 3600.0;
    obs->raw[load] = expected / capacity;
    obs->raw[load_last] = past / capacity;
    scale(obs, 0, obs->n_slot_feature, obs->slot_part);
}

// ---------------------------------------------------------------- the decision

// Counts the job's arrival, once.
static void count_arrival(sw_observer *obs, const sw_job_view *job) {
    if (job->job >= obs->n_seen) {
        obs->n_seen = job->job + 1;
        obs->arrived_s[job->origin] +=
            job->work * (double)job->images *
            obs->sys->asp_image_work_s[job->origin * obs->sys->n_step + obs->step];
    }
}

// Fills worth, work and punctuality of an ASP's actions; as sw_job_work_s, the finish of the
// default predictor and the worth of greedy, in their order of operations.
static void see_actions(sw_observer *obs, const sw_view *view, const sw_job_view *job, int32_t k,
                        double energy_usd, double start_s) {
    const sw_system *sys = obs->sys;
    const int32_t n_step = sys->n_step;
    const int32_t from = k * n_step;
    const double *image_work_s = sys->asp_image_work_s + from;
    const double *quality = sys->asp_quality + from;
    double *work_s = obs->work_s + from;
    double *base = obs->base + from;
    uint8_t *on_time = obs->on_time + from;

    const double images = (double)job->images;
    const double job_work = job->work * images;
    const double speed = view->speed[k];
    // What never finishes is never on time, not even without a deadline.
    const double until_s = job->deadline_s < (double)INFINITY ? job->deadline_s : 0x1p1023;
    const double price_usd = sys->class_price_usd[job->cls] * job->value;
    const double late_usd = sys->class_late_usd[job->cls];
    const double transfer_usd = sys->link_transfer_usd[job->origin * sys->n_asp + k];
    for (int32_t c = 0; c < n_step; c++) {
        work_s[c] = job_work * image_work_s[c];
        const bool in_time = start_s + work_s[c] / speed <= until_s;
        const double cost_usd = transfer_usd + energy_usd * (job->work * image_work_s[c]);
        on_time[c] = in_time;
        base[c] = images * ((in_time ? price_usd * quality[c] : -late_usd) - cost_usd);
    }
    obs->finish_s[k] = start_s + work_s[0] / speed;
}

static void forbid_actions(sw_observer *obs, const sw_job_view *job, int32_t k) {
    const int32_t n_step = obs->sys->n_step;
    for (int32_t c = 0; c < n_step; c++) {
        const int32_t a = k * n_step + c;
        obs->work_s[a] = job->work * (double)job->images * obs->sys->asp_image_work_s[a];
        obs->base[a] = SW_UNREACHABLE_USD;
        obs->on_time[a] = 0;
    }
    obs->finish_s[k] = (double)INFINITY;
}

// Fills the decision part of an ASP.
static void see_asp(sw_observer *obs, const sw_view *view, const sw_job_view *job, int32_t k,
                    double elapsed_s, double *x) {
    const sw_system *sys = obs->sys;
    const int32_t site = sys->asp_site[k];
    const int32_t n_step = sys->n_step;
    const double gpus = (double)sys->asp_gpus[k];
    const double capacity = obs->capacity[k];
    const int32_t here = view->running[k] + view->queued[k] + view->in_transit[k];
    const double latency_s = sys->link_latency_s[job->origin * sys->n_asp + k];
    const bool reachable = latency_s < (double)INFINITY;
    const double usd_per_kwh =
        view->net_kw[site] >= 0.0 ? view->import_usd_per_kwh[site] : view->export_usd_per_kwh[site];
    const double energy_usd = obs->energy_kwh[k] * usd_per_kwh;
    const double wait_s = sw_predict_wait_s(view, k);
    const double delay_s = latency_s > wait_s ? latency_s : wait_s;
    const double slack_s = job->deadline_s - view->now_s;

    obs->wait_s[k] = wait_s;
    obs->gpu_usd[k] = energy_usd;
    if (reachable) {
        see_actions(obs, view, job, k, energy_usd, view->now_s + delay_s);
    } else {
        forbid_actions(obs, job, k);
    }
    int32_t n_legal = 0;
    int32_t best = 0;
    for (int32_t c = 0; c < n_step; c++) {
        const int32_t a = k * n_step + c;
        n_legal += obs->on_time[a];
        best = obs->base[a] > obs->base[k * n_step + best] ? c : best;
    }
    obs->n_on_time += n_legal;

    x[K_origin] = k == job->origin ? 1.0 : 0.0;
    x[K_wait] = wait_s;
    x[K_backlog] = (view->waiting_work_s[k] + 0.5 * view->running_work_s[k]) / capacity;
    x[K_free] = (double)(view->available[k] - here) / gpus;
    x[K_available] = (double)view->available[k] / gpus;
    x[K_sent] = view->sent_work_s[k] / (capacity * sys->slot_s);
    x[K_arriving] = (ARRIVAL_MEMORY_S * obs->rate_past[k] + obs->arrived_s[k]) /
                    (ARRIVAL_MEMORY_S + elapsed_s) / capacity;
    x[K_net] = ratio(view->net_kw[site], obs->peak_kw[site]);
    x[K_transfer] =
        reachable ? sys->link_transfer_usd[job->origin * sys->n_asp + k] / obs->price_usd : 0.0;
    x[K_latency] = latency_s;
    x[K_tight] = slack_s > 0.0 ? (delay_s < (double)INFINITY ? delay_s / slack_s : delay_s)
                               : (double)INFINITY;
    x[K_energy] =
        energy_usd * job->work * sys->asp_image_work_s[k * n_step + obs->step] / obs->price_usd;
    x[K_legal] = (double)n_legal / (double)n_step;
    x[K_best] = obs->base[k * n_step + best] / ((double)job->images * obs->price_usd);
    x[K_best_step] = n_step > 1 ? (double)best / (double)(n_step - 1) : 0.0;
}

bool sw_observer_look(sw_observer *observer, const sw_view *view, const sw_job_view *job) {
    const sw_system *sys = observer->sys;
    const bool fresh = view->slot != observer->slot;
    if (fresh) {
        see_slot(observer, view);
    }
    count_arrival(observer, job);
    const double elapsed_s = view->now_s - (double)view->slot * sys->slot_s;
    double *x = observer->raw + observer->n_slot_feature;
    x[J_elapsed] = elapsed_s / sys->slot_s;
    x[J_images] = (double)job->images;
    x[J_slack] = job->deadline_s - view->now_s;
    x[J_work] = job->work;
    x[J_value] = job->value;
    x[J_price] = sys->class_price_usd[job->cls] / observer->price_usd;
    x[J_late] = sys->class_late_usd[job->cls] / observer->price_usd;
    observer->n_on_time = 0;
    observer->origin = job->origin;
    for (int32_t k = 0; k < sys->n_asp; k++) {
        const int32_t from = N_JOB + k * N_ASP;
        see_asp(observer, view, job, k, elapsed_s, x + from);
    }
    return fresh;
}

// ---------------------------------------------------------------- what a look gave

void sw_observer_fill_slot(const sw_observer *observer, float *x) {
    memcpy(x, observer->slot_part, (size_t)observer->n_slot_feature * sizeof *x);
}

void sw_observer_fill_decision(const sw_observer *observer, float *x) {
    scale(observer, observer->n_slot_feature, observer->n_feature, x);
}

void sw_observer_fill(const sw_observer *observer, float *x) {
    sw_observer_fill_slot(observer, x);
    sw_observer_fill_decision(observer, x + observer->n_slot_feature);
}

int32_t sw_observer_mask(const sw_observer *observer, uint8_t *mask) {
    const sw_system *sys = observer->sys;
    memcpy(mask, observer->on_time, (size_t)sw_observer_n_action(observer));
    if (observer->n_on_time > 0) {
        return observer->n_on_time;
    }
    int32_t soonest = -1;
    for (int32_t k = 0; k < sys->n_asp; k++) {
        const bool reachable =
            sys->link_latency_s[observer->origin * sys->n_asp + k] < (double)INFINITY;
        if (reachable && (soonest < 0 || observer->finish_s[k] < observer->finish_s[soonest])) {
            soonest = k;
        }
    }
    if (soonest < 0) {
        return 0;
    }
    const int32_t action = soonest * sys->n_step;
    mask[action] = 1;
    return 1;
}

const double *sw_observer_base(const sw_observer *observer) {
    return observer->base;
}

const double *sw_observer_work(const sw_observer *observer) {
    return observer->work_s;
}

const double *sw_observer_wait(const sw_observer *observer) {
    return observer->wait_s;
}

const uint8_t *sw_observer_on_time(const sw_observer *observer) {
    return observer->on_time;
}

const double *sw_observer_gpu_usd(const sw_observer *observer) {
    return observer->gpu_usd;
}

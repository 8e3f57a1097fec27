// The policies lp and oracle: a rolling fluid program (lp/plan.h) gives each ASP's GPU time a price
// and each site a plan for the slot.
//
// Dispatcher, mode bid: a job goes where revenue - transfer - (p_k + kappa * wait) * work is
// greatest among the choices that are on time. The price p_k of an ASP's work, energy included, is
// the dual of its work row; the queue term reacts to bursts within the slot, which the plan cannot
// know. kappa is scale-free: a parameter times (revenue of a GPU-second) / (deadline), so that
// waiting a whole deadline costs about as much as the work earns, whatever the scale of money and
// time. Mode apportion follows the planned volumes instead.
//
// Energy manager: for each ASP the level and active GPUs that are worth most at the plan's prices,
// near the planned speed with some head room, as GPUs are never busy all the time; battery and
// cooling from the plan.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lp/plan.h"
#include "policy/choice.h"
#include "policy/registry.h"

// Queue that may stand at the end of a slot, in the tightest class's median deadline.
static const double standing_queue_share = 0.05;
// Speed over what is planned, in standard deviations of the work that arrives within a deadline:
// the plan takes work to come evenly.
static const double head_room = 1.5;
// How fast speed that was not planned loses worth; from 0.1 to 5 made no difference.
static const double mismatch = 1.0;
// Slots of observation after which half of an estimated correlation of surprises is believed.
static const double memory_slots = 6.0;
// Waiting for a cheaper period must save at least this share of the GPU time's price.
static const double shift_gain = 0.05;

// Share of the time waited for a cheaper period that must be left before the deadline.
static const double shift_reserve = 0.25;

enum { PARAM_MODE, PARAM_KAPPA, PARAM_HORIZON };

typedef struct lp_state {
    const sw_system *sys;
    const sw_host *host;
    sw_plan *plan;
    const sw_plan_view *planned; // of `plan`
    bool has_plan;               // solved once
    bool apportions;
    bool foreign;     // another policy dispatches
    int64_t n_failed; // solves
    double kappa_usd; // for the wait of one standard deviation, per GPU-second of work
    double standing_s;
    double deadline_s;    // tightest median, at most a slot
    int64_t n_dispatched; // since the tick
    double *expected;     // jobs of the present slot, when it began       [n_class]
    double *arrived;      // jobs since the tick                           [n_class]
    double *surprise;     // of the slot before, share of what was expected [n_class]
    double *memory;       // how much of it lasts for a slot               [n_class]
    double *product;      // sums for its estimate                         [n_class]
    double *square;
    double *kappa;      // USD per GPU-second of work and second of wait    [n_asp]
    double *run_work_s; // work of jobs seen running at ticks: their mean is that of the square over
                        // that of the work [n_asp]
    double *run_jobs;   // [n_asp]
    // Jobs sent with a start in a later slot are no queue yet: by slot, in a ring, and in all.
    int64_t n_ring;
    double *shifted_s;     // work                                           [n_asp, n_ring]
    double *shifted_jobs;  //                                                [n_asp, n_ring]
    double *ahead_s;       // [n_asp]
    double *ahead_jobs;    // [n_asp]
    double *credit;        // of options, images (apportion)                [n_option]
    double *reject_credit; //                                               [n_class]
} lp_state;

static const sw_param_spec lp_params[] = {
    [PARAM_MODE] = {.key = "mode",
                    .kind = SW_PARAM_TEXT,
                    .fallback_text = "bid",
                    .help = "bid: by prices of GPU time and queues; apportion: by planned volumes"},
    [PARAM_KAPPA] =
        {.key = "kappa",
         .kind = SW_PARAM_NUMBER,
         .fallback = 0.06,
         .lo = 0.0,
         .hi = 1000.0,
         .help = "price of a wait of one standard deviation, over the revenue of a GPU-second"},
    [PARAM_HORIZON] = {.key = "horizon_h",
                       .kind = SW_PARAM_NUMBER,
                       .fallback = 24.0,
                       .lo = 0.01,
                       .hi = 8784.0,
                       .help = "how far the plan looks ahead, h"},
};

// ------------------------------------------------------------------ life

// Lays the arrays out behind `self` (nullable) and returns the bytes of all. Options are bounded
// before they are known.
static size_t lay_out(const sw_system *sys, double horizon_s, lp_state *self) {
    const size_t n_class = (size_t)sys->n_class;
    const size_t n_asp = (size_t)sys->n_asp;
    const size_t n_option = n_class * n_asp * (size_t)sys->n_step;
    const double ahead = ceil(horizon_s / sys->slot_s) + 1.0;
    const size_t n_ring = (size_t)(ahead < (double)sys->n_slot ? ahead : (double)sys->n_slot);
    lp_state unused;
    lp_state *to = self != NULL ? self : &unused;
    struct {
        double **array;
        size_t n;
    } const part[] = {
        {&to->expected, n_class},
        {&to->arrived, n_class},
        {&to->surprise, n_class},
        {&to->memory, n_class},
        {&to->product, n_class},
        {&to->square, n_class},
        {&to->reject_credit, n_class},
        {&to->credit, n_option},
        {&to->kappa, n_asp},
        {&to->run_work_s, n_asp},
        {&to->run_jobs, n_asp},
        {&to->ahead_s, n_asp},
        {&to->ahead_jobs, n_asp},
        {&to->shifted_s, n_asp * n_ring},
        {&to->shifted_jobs, n_asp * n_ring},
    };
    size_t n = 0;
    for (size_t i = 0; i < sizeof part / sizeof part[0]; i++) {
        *part[i].array = self != NULL ? (double *)(self + 1) + n : NULL;
        n += part[i].n;
    }
    to->n_ring = (int64_t)n_ring;
    return sizeof(lp_state) + n * sizeof(double);
}

static size_t lp_state_size(const sw_system *system, const sw_param_value *params) {
    return lay_out(system, 3600.0 * params[PARAM_HORIZON].number, NULL);
}

// Sets what makes kappa and the queues scale-free: the most that a GPU-second can earn, a mean over
// classes, and the tightest median deadline.
static void set_scales(lp_state *self, double kappa) {
    const sw_system *sys = self->sys;
    double usd = 0.0;
    double deadline_s = (double)INFINITY;
    for (int32_t w = 0; w < sys->n_class; w++) {
        double best = 0.0;
        for (int32_t k = 0; k < sys->n_asp; k++) {
            for (int32_t c = 0; c < sys->n_step && sw_is_reachable(sys, sys->class_origin[w], k);
                 c++) {
                const int32_t at = k * sys->n_step + c;
                const double work_s = sys->class_work[w] * sys->asp_image_work_s[at];
                const double earns =
                    sys->class_price_usd[w] * sys->class_value[w] * sys->asp_quality[at];
                best = work_s > 0.0 ? fmax(best, earns / work_s) : best;
            }
        }
        usd += best / sys->n_class;
        deadline_s = fmin(deadline_s, sys->class_deadline_s[w]);
    }
    // A queue that lasts for slots is the plan's business.
    deadline_s = fmin(deadline_s, sys->slot_s);
    self->kappa_usd = kappa * usd;
    self->deadline_s = deadline_s > 0.0 ? deadline_s : sys->slot_s;
    self->standing_s = standing_queue_share * self->deadline_s;
}

// Sets a first guess of job sizes: twice the mean work at the middle choice of steps, one job's
// worth of evidence.
static void guess_sizes(lp_state *self) {
    const sw_system *sys = self->sys;
    for (int32_t k = 0; k < sys->n_asp; k++) {
        const double image_s = sys->asp_image_work_s[k * sys->n_step + sys->n_step / 2];
        double units = 0.0;
        for (int32_t w = 0; w < sys->n_class; w++) {
            units += sys->class_images[w] * sys->class_work[w] / sys->n_class;
        }
        self->run_jobs[k] = 1.0;
        self->run_work_s[k] = 2.0 * units * image_s;
    }
}

static int lp_create(void *state, const sw_system *system, const sw_host *host,
                     const sw_param_value *params, char *why, size_t why_size) {
    lp_state *self = state;
    const char *mode = params[PARAM_MODE].text;
    self->sys = system;
    self->host = host;
    self->apportions = strcmp(mode, "apportion") == 0;
    if (!self->apportions && strcmp(mode, "bid") != 0) {
        (void)snprintf(why, why_size, "mode is '%s', allowed are bid and apportion", mode);
        return 1;
    }
    (void)lay_out(system, 3600.0 * params[PARAM_HORIZON].number, self);
    set_scales(self, params[PARAM_KAPPA].number);
    guess_sizes(self);
    const sw_plan_options options = {.horizon_s = 3600.0 * params[PARAM_HORIZON].number,
                                     .queue_s = self->standing_s};
    sw_error err = {.code = SW_OK};
    if (sw_plan_create(system, host, &options, &self->plan, &err) != SW_OK) {
        (void)snprintf(why, why_size, "%s", err.text);
        return 1;
    }
    self->planned = sw_plan_results(self->plan);
    return 0;
}

static void lp_destroy(void *state) {
    lp_state *self = state;
    sw_plan_destroy(self->plan);
}

// ------------------------------------------------------------------ planning

// Learns by how much the slot that ended surprised, and how long such surprises last: bursts are no
// part of forecasts, but what was seen of one tells of the next slot.
static void learn_surprise(lp_state *self, int32_t w) {
    const double before = self->surprise[w];
    double now = 0.0;
    if (self->expected[w] > 0.0) {
        now = fmin(self->arrived[w] / self->expected[w] - 1.0, 3.0);
        self->product[w] += before * now;
        self->square[w] += before * before;
    }
    self->surprise[w] = now;
}

static void learn(lp_state *self, const sw_view *view) {
    const sw_system *sys = self->sys;
    double sent_s = 0.0;
    for (int32_t k = 0; k < sys->n_asp; k++) {
        sent_s += view->sent_work_last_s[k];
        self->run_work_s[k] += view->running_work_s[k];
        self->run_jobs[k] += view->running[k];
    }
    self->foreign = self->n_dispatched == 0 && sent_s > 0.0;
    const double n = (double)view->slot;
    for (int32_t w = 0; w < sys->n_class; w++) {
        if (self->n_dispatched > 0) {
            learn_surprise(self, w);
        } else {
            self->surprise[w] = 0.0;
        }
        const double correlation = self->square[w] > 0.0 ? self->product[w] / self->square[w] : 0.0;
        self->memory[w] = fmin(fmax(correlation, 0.0), 0.95) * n / (n + memory_slots);
        self->expected[w] = self->host->forecast(self->host, SW_FORECAST_JOBS, w, view->slot);
        self->arrived[w] = 0.0;
    }
    self->n_dispatched = 0;
}

// The work that was put off until this slot is due.
static void release_shifted(lp_state *self, const sw_view *view) {
    for (int32_t k = 0; k < self->sys->n_asp; k++) {
        const int64_t at = k * self->n_ring + view->slot % self->n_ring;
        self->ahead_s[k] -= self->shifted_s[at];
        self->ahead_jobs[k] -= self->shifted_jobs[at];
        self->shifted_s[at] = 0.0;
        self->shifted_jobs[at] = 0.0;
    }
}

// Work that comes at random in jobs of mean square / mean size s varies by sqrt(speed * s / t) over
// a time t; the wait at an ASP by sqrt(s t / speed).
static double job_size_s(const lp_state *self, int32_t k) {
    return self->run_work_s[k] / self->run_jobs[k];
}

static void price_waits(lp_state *self) {
    const sw_system *sys = self->sys;
    for (int32_t k = 0; k < sys->n_asp; k++) {
        const double one = sys->asp_level_speed[k * sys->n_level_max + sys->asp_n_level[k] - 1];
        const double speed = fmax(self->planned->speed[k], one);
        const double square = job_size_s(self, k) * self->deadline_s / speed;
        self->kappa[k] = square > 0.0 ? self->kappa_usd / sqrt(square) : 0.0;
    }
}

static void lp_tick(void *state, const sw_view *view) {
    lp_state *self = state;
    learn(self, view);
    release_shifted(self, view);
    sw_error err = {.code = SW_OK};
    if (sw_plan_solve(self->plan, view, self->surprise, self->memory, &err)) {
        self->has_plan = true;
        price_waits(self);
        return;
    }
    self->n_failed++;
    char text[SW_ERROR_TEXT + 80];
    (void)snprintf(text, sizeof text,
                   "lp: no plan in slot %lld (failure %lld), the last one stays: %s",
                   (long long)view->slot, (long long)self->n_failed, err.text);
    self->host->log(self->host, SW_LOG_WARN, text);
}

// ------------------------------------------------------------------ dispatcher

// The best choice so far for a job; worths are per image.
typedef struct best_choice {
    double usd;
    double gpu_usd; // of it paid for GPU time
    int32_t asp;
    int32_t step;
    double not_before_s;
} best_choice;

// Looks at all steps at an ASP: GPU time at `price_usd`, service within `time_s` at `speed`.
static void weigh_steps(const sw_system *sys, const sw_job_view *job, int32_t k, double price_usd,
                        double time_s, double speed, double not_before_s, best_choice *best) {
    const double *work_s = &sys->asp_image_work_s[k * sys->n_step];
    const double *quality = &sys->asp_quality[k * sys->n_step];
    const double limit_s = time_s * speed / ((double)job->images * job->work);
    const double pays_usd = sys->class_price_usd[job->cls] * job->value;
    const double costs_usd = price_usd * job->work;
    const double transfer_usd = sys->link_transfer_usd[job->origin * sys->n_asp + k];
    for (int32_t c = 0; c < sys->n_step && work_s[c] <= limit_s; c++) {
        const double usd = pays_usd * quality[c] - transfer_usd - costs_usd * work_s[c];
        if (usd > best->usd) {
            *best = (best_choice){usd, costs_usd * work_s[c], k, c, not_before_s};
        }
    }
}

// Looks at later periods of the plan, for jobs with time to wait. Jobs are spread over a period by
// their number.
static void weigh_shifts(const lp_state *self, const sw_view *view, const sw_job_view *job,
                         best_choice *best) {
    const sw_system *sys = self->sys;
    const sw_plan_view *plan = self->planned;
    const double at = 0.618033988749895 * (double)job->job;
    const double spread = at - floor(at);
    best_choice later = *best;
    later.usd += shift_gain * best->gpu_usd;
    for (int32_t p = 1; p < plan->n_period; p++) {
        const double from_s = (double)plan->slot[p] * sys->slot_s;
        const double to_s =
            (double)(p + 1 < plan->n_period ? plan->slot[p + 1] : plan->slot[p] + 1) * sys->slot_s;
        const double start_s = from_s + spread * (to_s - from_s);
        if (start_s >= job->deadline_s || start_s >= sys->end_s) {
            break;
        }
        for (int32_t k = 0; k < sys->n_asp; k++) {
            if (!sw_is_reachable(sys, job->origin, k) || start_s <= view->now_s) {
                continue;
            }
            const double latency_s = sys->link_latency_s[job->origin * sys->n_asp + k];
            // Plans err: a slot and a part of the wait are kept in hand.
            const double time_s = job->deadline_s - start_s - latency_s - sys->slot_s -
                                  shift_reserve * (start_s - view->now_s);
            const double speed =
                sys->asp_level_speed[k * sys->n_level_max]; // even at the lowest level
            weigh_steps(sys, job, k, plan->price_usd[k * plan->n_period + p], time_s, speed,
                        start_s, &later);
        }
    }
    if (later.not_before_s > 0.0) {
        *best = later;
    }
}

// What waits at an ASP: work, and the time until a new job would start, by the rule of
// sw_predict_wait_s but without work put off until later slots.
typedef struct queue_now {
    double work_s;
    double wait_s;
} queue_now;

static queue_now see_queue(const lp_state *self, const sw_view *view, int32_t k) {
    const double available = view->available[k];
    const double here =
        view->running[k] + view->queued[k] + view->in_transit[k] - self->ahead_jobs[k];
    queue_now queue = {fmax(view->waiting_work_s[k] - self->ahead_s[k], 0.0), 0.0};
    if (available == 0.0) {
        queue.wait_s = (double)INFINITY;
    } else if (here >= available) {
        const double running_s =
            view->running[k] > 0 ? view->running_work_s[k] / (double)view->running[k] : 0.0;
        queue.wait_s = (queue.work_s + running_s) / (available * view->speed[k]);
    }
    return queue;
}

static best_choice bid(const lp_state *self, const sw_view *view, const sw_job_view *job) {
    const sw_system *sys = self->sys;
    best_choice best = {.usd = -sys->class_late_usd[job->cls], .asp = -1};
    for (int32_t k = 0; k < sys->n_asp; k++) {
        if (!sw_is_reachable(sys, job->origin, k)) {
            continue;
        }
        const queue_now queue = see_queue(self, view, k);
        if (queue.wait_s == (double)INFINITY) {
            continue;
        }
        const double latency_s = sys->link_latency_s[job->origin * sys->n_asp + k];
        const double delay_s = latency_s > queue.wait_s ? latency_s : queue.wait_s;
        const double price_usd =
            self->planned->price_usd[k * self->planned->n_period] + self->kappa[k] * queue.wait_s;
        weigh_steps(sys, job, k, price_usd, job->deadline_s - view->now_s - delay_s, view->speed[k],
                    0.0, &best);
    }
    if (job->deadline_s - view->now_s > sys->slot_s) {
        weigh_shifts(self, view, job, &best);
    }
    return best;
}

// Gives each option its planned share of the images and takes the one that lags most behind, of
// those on time.
static best_choice apportion(lp_state *self, const sw_view *view, const sw_job_view *job) {
    const sw_plan_view *plan = self->planned;
    const double images = (double)job->images;
    const double all = plan->class_images[job->cls];
    best_choice best = {.asp = -1};
    double left = 1.0;
    int32_t taken = -1;
    for (int32_t o = plan->option_first[job->cls]; o < plan->option_first[job->cls + 1]; o++) {
        const double share = all > 0.0 ? plan->option_images[o] / all : 0.0;
        self->credit[o] += share * images;
        left -= share;
    }
    self->reject_credit[job->cls] += (left > 0.0 ? left : 0.0) * images;
    best.usd = left > 1e-9 ? self->reject_credit[job->cls] : -(double)INFINITY;
    for (int32_t o = plan->option_first[job->cls]; o < plan->option_first[job->cls + 1]; o++) {
        const int32_t k = plan->option_asp[o];
        const int32_t c = plan->option_step[o];
        if (self->credit[o] <= best.usd) {
            continue;
        }
        const double delay_s = sw_predict_delay_s(view, job->origin, k);
        if (sw_is_on_time(job, sw_predict_finish_s(view, job, k, c, delay_s))) {
            best = (best_choice){.usd = self->credit[o], .asp = k, .step = c};
            taken = o;
        }
    }
    if (taken >= 0) {
        self->credit[taken] -= images;
    } else {
        self->reject_credit[job->cls] -= images;
    }
    return best;
}

static void lp_dispatch(void *state, const sw_view *view, const sw_job_view *job,
                        sw_decision *decision) {
    lp_state *self = state;
    self->n_dispatched++;
    self->arrived[job->cls] += 1.0;
    const best_choice best =
        self->apportions && self->has_plan ? apportion(self, view, job) : bid(self, view, job);
    decision->asp = best.asp;
    decision->step = best.step;
    decision->not_before_s = best.not_before_s;
    const int64_t slot = (int64_t)(best.not_before_s / self->sys->slot_s);
    if (best.asp >= 0 && slot > view->slot && slot - view->slot < self->n_ring) {
        const int64_t at = best.asp * self->n_ring + slot % self->n_ring;
        const double work_s = sw_job_work_s(self->sys, job, best.asp, best.step);
        self->shifted_s[at] += work_s;
        self->shifted_jobs[at] += 1.0;
        self->ahead_s[best.asp] += work_s;
        self->ahead_jobs[best.asp] += 1.0;
    }
}

// ------------------------------------------------------------------ energy manager

// Returns the speed an ASP should have in this slot, GPU-seconds per second.
static double wanted_speed(const lp_state *self, const sw_view *view, int32_t k) {
    double speed = self->planned->speed[k];
    if (self->foreign) {
        const double sent_s = view->sent_work_last_s[k] + view->waiting_work_s[k];
        speed = fmax(speed, sent_s / self->sys->slot_s);
    }
    speed = fmax(speed, 0.0);
    return speed + head_room * sqrt(speed * job_size_s(self, k) / self->deadline_s);
}

// Returns what `active` GPUs at a level are worth in a second at the plan's prices, USD: their
// work, which is worth less the further it is from what was planned, less their energy.
static double worth_of(const lp_state *self, int32_t k, int32_t l, double active, double wanted) {
    const sw_system *sys = self->sys;
    const int32_t level = k * sys->n_level_max + l;
    const double price_usd = self->planned->price_usd[k * self->planned->n_period];
    const double speed = active * sys->asp_level_speed[level];
    const double off = wanted > 0.0 ? (speed - wanted) / wanted : 0.0;
    const double busy = fmin(active, wanted / sys->asp_level_speed[level]);
    const double w = busy * sys->asp_level_busy_w[level] + (active - busy) * sys->asp_idle_w[k] +
                     (sys->asp_gpus[k] - active) * sys->asp_off_w[k];
    const double energy_usd = self->planned->it_usd_per_kwh[sys->asp_site[k]] *
                              (1.0 + sys->asp_host_overhead[k]) * w / 3.6e6;
    return price_usd * (speed - mismatch * wanted * off * off) - energy_usd;
}

static void set_gpus(const lp_state *self, const sw_view *view, int32_t k, sw_controls *controls) {
    const sw_system *sys = self->sys;
    const double gpus = sys->asp_gpus[k];
    // A plan's work may lie below 0 by rounding.
    const double wanted = fmax(wanted_speed(self, view, k), 0.0);
    double best_usd = -(double)INFINITY;
    for (int32_t l = sys->asp_n_level[k] - 1; l >= 0; l--) {
        const double busy = wanted / sys->asp_level_speed[k * sys->n_level_max + l];
        for (int32_t up = 0; up < 2; up++) {
            const double active = fmin(up ? ceil(busy) : floor(busy), gpus);
            const double usd = worth_of(self, k, l, active, wanted);
            if (usd > best_usd) {
                best_usd = usd;
                controls->level[k] = l;
                controls->active[k] = (int32_t)active;
            }
        }
    }
}

static void lp_control(void *state, const sw_view *view, sw_controls *controls) {
    const lp_state *self = state;
    const sw_system *sys = self->sys;
    if (!self->has_plan) {
        return; // what was set last stays
    }
    for (int32_t k = 0; k < sys->n_asp; k++) {
        set_gpus(self, view, k, controls);
    }
    for (int32_t i = 0; i < sys->n_site; i++) {
        const bool room = sys->site_cooling[i] == SW_COOLING_RC;
        controls->battery_kw[i] = self->planned->battery_kw[i];
        controls->cooling_kw[i] = room ? self->planned->heat_kw[i] : 0.0;
        controls->thermostat[i] = room ? 0 : 1;
    }
}

#define LP_TABLE(title, what, sees)                                                                \
    {                                                                                              \
        .abi_major = SW_POLICY_ABI_MAJOR, .abi_minor = SW_POLICY_ABI_MINOR,                        \
        .struct_size = sizeof(sw_policy), .name = (title), .summary = (what),                      \
        .halves = SW_POLICY_DISPATCHER | SW_POLICY_ENERGY | (sees), .params = lp_params,           \
        .n_param = (int32_t)(sizeof lp_params / sizeof lp_params[0]), .state_size = lp_state_size, \
        .create = lp_create, .destroy = lp_destroy, .tick = lp_tick, .dispatch = lp_dispatch,      \
        .control = lp_control                                                                      \
    }

const sw_policy sw_policy_lp =
    LP_TABLE("lp", "a fluid linear program of the next day, re-solved each slot", 0);
const sw_policy sw_policy_oracle =
    LP_TABLE("oracle", "lp with perfect forecasts of jobs and signals", SW_POLICY_SEES_FUTURE);

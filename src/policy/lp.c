// The policies lp and oracle: a rolling fluid program (lp/plan.h) gives each ASP's GPU time a price
// and each site a plan for the slot. The dispatcher follows in lp_bid.c, the energy manager in
// lp_control.c; here are their parameters, what they learn, and the plan of each slot.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "policy/choice.h"
#include "policy/lp_state.h"
#include "policy/registry.h"

// Queue that may stand at the end of a slot, in the tightest class's median deadline.
static const double standing_queue_share = 0.05;
// Slots of observation after which half of an estimated correlation of surprises is believed.
static const double memory_slots = 6.0;

enum { PARAM_MODE, PARAM_KAPPA, PARAM_HORIZON };

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
static size_t lay_out(const sw_system *sys, double horizon_s, sw_lp_state *self) {
    const size_t n_class = (size_t)sys->n_class;
    const size_t n_asp = (size_t)sys->n_asp;
    const size_t all = n_class * n_asp * (size_t)sys->n_step;
    const size_t n_option = all < SW_PLAN_MAX_COLUMN ? all : SW_PLAN_MAX_COLUMN; // no plan has more
    const double ahead = ceil(horizon_s / sys->slot_s) + 1.0;
    const size_t n_ring = (size_t)(ahead < (double)sys->n_slot ? ahead : (double)sys->n_slot);
    sw_lp_state unused = {0};
    sw_lp_state *to = self != NULL ? self : &unused;
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
        {&to->due_s, n_asp},
        {&to->due_jobs, n_asp},
        {&to->shifted_s, n_asp * n_ring},
        {&to->shifted_jobs, n_asp * n_ring},
    };
    size_t n = 0;
    for (size_t i = 0; i < sizeof part / sizeof part[0]; i++) {
        *part[i].array = self != NULL ? (double *)(self + 1) + n : NULL;
        n += part[i].n;
    }
    to->n_ring = (int64_t)n_ring;
    return sizeof(sw_lp_state) + n * sizeof(double);
}

static size_t lp_state_size(const sw_system *system, const sw_param_value *params) {
    return lay_out(system, 3600.0 * params[PARAM_HORIZON].number, NULL);
}

// Sets what makes kappa and the queues scale-free: the most that a GPU-second can earn, a mean over
// classes, and the tightest median deadline.
static void set_scales(sw_lp_state *self, double kappa) {
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
static void guess_sizes(sw_lp_state *self) {
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
    sw_lp_state *self = state;
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
    sw_lp_state *self = state;
    sw_plan_destroy(self->plan);
}

// ------------------------------------------------------------------ planning

// Learns by how much the slot that ended surprised, and how long such surprises last: bursts are no
// part of forecasts, but what was seen of one tells of the next slot.
static void learn_surprise(sw_lp_state *self, int32_t w) {
    const double before = self->surprise[w];
    double now = 0.0;
    if (self->expected[w] > 0.0) {
        now = fmin(self->arrived[w] / self->expected[w] - 1.0, 3.0);
        self->product[w] += before * now;
        self->square[w] += before * before;
    }
    self->surprise[w] = now;
}

static void learn(sw_lp_state *self, const sw_view *view) {
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

// The work that was put off until this slot is due in it.
static void release_shifted(sw_lp_state *self, const sw_view *view) {
    for (int32_t k = 0; k < self->sys->n_asp; k++) {
        const int64_t at = k * self->n_ring + view->slot % self->n_ring;
        self->due_s[k] = self->shifted_s[at];
        self->due_jobs[k] = self->shifted_jobs[at];
        self->ahead_s[k] -= self->shifted_s[at];
        self->ahead_jobs[k] -= self->shifted_jobs[at];
        self->shifted_s[at] = 0.0;
        self->shifted_jobs[at] = 0.0;
    }
}

static void price_waits(sw_lp_state *self) {
    const sw_system *sys = self->sys;
    for (int32_t k = 0; k < sys->n_asp; k++) {
        const double one = sys->asp_level_speed[k * sys->n_level_max + sys->asp_n_level[k] - 1];
        const double speed = fmax(self->planned->speed[k], one);
        const double square = sw_lp_job_size_s(self, k) * self->deadline_s / speed;
        self->kappa[k] = square > 0.0 ? self->kappa_usd / sqrt(square) : 0.0;
    }
}

static void lp_tick(void *state, const sw_view *view) {
    sw_lp_state *self = state;
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

#define LP_TABLE(title, what, sees)                                                                \
    {                                                                                              \
        .abi_major = SW_POLICY_ABI_MAJOR, .abi_minor = SW_POLICY_ABI_MINOR,                        \
        .struct_size = sizeof(sw_policy), .name = (title), .summary = (what),                      \
        .halves = SW_POLICY_DISPATCHER | SW_POLICY_ENERGY | (sees), .params = lp_params,           \
        .n_param = (int32_t)(sizeof lp_params / sizeof lp_params[0]), .state_size = lp_state_size, \
        .create = lp_create, .destroy = lp_destroy, .tick = lp_tick, .dispatch = sw_lp_dispatch,   \
        .control = sw_lp_control                                                                   \
    }

const sw_policy sw_policy_lp =
    LP_TABLE("lp", "a fluid linear program of the next day, re-solved each slot", 0);
const sw_policy sw_policy_oracle =
    LP_TABLE("oracle", "lp with perfect forecasts of jobs and signals", SW_POLICY_SEES_FUTURE);

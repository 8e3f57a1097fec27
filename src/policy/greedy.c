// The dispatcher greedy: the ASP and steps worth most to this job now, among those predicted to be
// on time.
//
// An option is worth price * value * quality - transfer - energy an image; the number of images
// scales all options alike. Prices, carbon, levels and temperatures hold for a slot, so for a job
// of value 1 and work 1 the order of an ASP's steps by worth changes only with the slot and with
// the sign of the site's net power, which decides whether energy is bought or not sold. Both orders
// are kept per class and ASP and made at the first dispatch of the slot. A decision then looks at
// an ASP's queue only if its best option beats what was found so far, and takes its first option
// that is on time. Other jobs, and systems too large for the table, get the plain search.
#include <string.h>

#include "policy/choice.h"
#include "policy/registry.h"

enum { IMPORTING = 0, EXPORTING = 1, N_SIGN = 2 };

#define MAX_ORDER_BYTES ((size_t)64 << 20)

typedef struct greedy_state {
    bool ranks;             // false: the table would be too large
    int64_t priced_slot;    // slot of energy_usd, from 1; 0: none yet
    int64_t *ranked_slot;   // slot of the class's orders, from 1; 0: none yet     [n_class]
    double *energy_usd;     // per GPU-second of work                    [n_asp, N_SIGN]
    double *net_kw[N_SIGN]; // a net power of each sign, to ask the predictor for both    [n_site]
    double *worth_usd;      // scratch: of each step, an image                    [n_step]
    double *best_usd; // an image at the best steps; -inf: unreachable   [n_class, n_asp, N_SIGN]
    uint8_t *order;   // steps by worth, best first     [n_class, n_asp, N_SIGN, n_step]
} greedy_state;

// Returns bytes of the state, and lays its arrays out behind `self` unless that is NULL.
static size_t lay_out(const sw_system *sys, greedy_state *self) {
    const size_t n_class = (size_t)sys->n_class;
    const size_t n_asp = (size_t)sys->n_asp;
    const size_t n_step = (size_t)sys->n_step;
    const size_t n_row = n_class * n_asp * N_SIGN;
    const bool ranks = n_step <= 256 && n_row * n_step <= MAX_ORDER_BYTES;
    const size_t n_rank = ranks ? n_row : 0;

    const size_t n_double = n_asp * N_SIGN + (size_t)sys->n_site * N_SIGN + n_step + n_rank;
    if (self != NULL) {
        self->ranks = ranks;
        self->ranked_slot = (int64_t *)(self + 1);
        self->energy_usd = (double *)(self->ranked_slot + n_class);
        self->net_kw[IMPORTING] = self->energy_usd + n_asp * N_SIGN;
        self->net_kw[EXPORTING] = self->net_kw[IMPORTING] + sys->n_site;
        self->worth_usd = self->net_kw[EXPORTING] + sys->n_site;
        self->best_usd = self->worth_usd + n_step;
        self->order = (uint8_t *)(self->best_usd + n_rank);
    }
    return sizeof(greedy_state) + n_class * sizeof(int64_t) + n_double * sizeof(double) +
           n_rank * n_step;
}

static size_t greedy_state_size(const sw_system *system, const sw_param_value *params) {
    (void)params;
    return lay_out(system, NULL);
}

static int greedy_create(void *state, const sw_system *system, const sw_host *host,
                         const sw_param_value *params, char *why, size_t why_size) {
    (void)host;
    (void)params;
    (void)why;
    (void)why_size;
    greedy_state *self = state;
    lay_out(system, self);
    for (int32_t i = 0; i < system->n_site; i++) {
        self->net_kw[IMPORTING][i] = 1.0;
        self->net_kw[EXPORTING][i] = -1.0;
    }
    const size_t n_row = self->ranks ? (size_t)system->n_class * (size_t)system->n_asp * N_SIGN : 0;
    for (size_t row = 0; row < n_row; row++) {
        for (int32_t step = 0; step < system->n_step; step++) {
            self->order[row * (size_t)system->n_step + (size_t)step] = (uint8_t)step;
        }
    }
    return 0;
}

// Returns what an image of the job is worth at an ASP and steps, USD.
static double image_worth_usd(const sw_system *sys, const sw_job_view *job, int32_t asp,
                              int32_t step, double energy_usd) {
    return sys->class_price_usd[job->cls] * job->value *
               sys->asp_quality[asp * sys->n_step + step] -
           sw_image_cost_usd(sys, job, asp, step, energy_usd);
}

static int sign_of(const sw_view *view, int32_t asp) {
    return view->net_kw[view->system->asp_site[asp]] >= 0.0 ? IMPORTING : EXPORTING;
}

// Asks the predictor for the energy cost at both signs of net power.
static void price_energy(greedy_state *self, const sw_view *view) {
    for (int sign = 0; sign < N_SIGN; sign++) {
        sw_view supposed = *view;
        supposed.net_kw = self->net_kw[sign];
        for (int32_t k = 0; k < view->system->n_asp; k++) {
            self->energy_usd[k * N_SIGN + sign] = sw_energy_usd_per_work_s(&supposed, k);
        }
    }
    self->priced_slot = view->slot + 1;
}

// Sorts one row: greatest worth first, of equals fewer steps. Rows change little from slot to slot,
// which suits insertion.
static void sort_row(const double *worth_usd, uint8_t *order, int32_t n) {
    for (int32_t i = 1; i < n; i++) {
        const uint8_t step = order[i];
        int32_t at = i;
        while (at > 0 && (worth_usd[step] > worth_usd[order[at - 1]] ||
                          (worth_usd[step] == worth_usd[order[at - 1]] && step < order[at - 1]))) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = step;
    }
}

// Ranks the options of a class for jobs of value 1 and work 1.
static void rank_class(greedy_state *self, const sw_view *view, const sw_job_view *job) {
    const sw_system *sys = view->system;
    for (int32_t k = 0; k < sys->n_asp; k++) {
        for (int sign = 0; sign < N_SIGN; sign++) {
            const size_t row = (size_t)(job->cls * sys->n_asp + k) * N_SIGN + (size_t)sign;
            uint8_t *order = self->order + row * (size_t)sys->n_step;
            for (int32_t step = 0; step < sys->n_step; step++) {
                self->worth_usd[step] =
                    image_worth_usd(sys, job, k, step, self->energy_usd[k * N_SIGN + sign]);
            }
            sort_row(self->worth_usd, order, sys->n_step);
            self->best_usd[row] = sw_is_reachable(sys, job->origin, k) ? self->worth_usd[order[0]]
                                                                       : -(double)INFINITY;
        }
    }
    self->ranked_slot[job->cls] = view->slot + 1;
}

// The decision by the ranked options. An ASP must be strictly better than rejecting and than those
// before it.
static void choose_ranked(const greedy_state *self, const sw_view *view, const sw_job_view *job,
                          sw_decision *decision) {
    const sw_system *sys = view->system;
    double found_usd = -sys->class_late_usd[job->cls];
    for (int32_t k = 0; k < sys->n_asp; k++) {
        const int sign = sign_of(view, k);
        const size_t row = (size_t)(job->cls * sys->n_asp + k) * N_SIGN + (size_t)sign;
        if (self->best_usd[row] <= found_usd) {
            continue;
        }
        const uint8_t *order = self->order + row * (size_t)sys->n_step;
        const double energy_usd = self->energy_usd[k * N_SIGN + sign];
        const double delay_s = sw_predict_delay_s(view, job->origin, k);
        for (int32_t i = 0; i < sys->n_step; i++) {
            const double worth_usd = image_worth_usd(sys, job, k, order[i], energy_usd);
            if (worth_usd <= found_usd) {
                break;
            }
            if (sw_is_on_time(job, sw_predict_finish_s(view, job, k, order[i], delay_s))) {
                found_usd = worth_usd;
                decision->asp = k;
                decision->step = order[i];
                break;
            }
        }
    }
}

// The same decision by looking at every option.
static void choose_plainly(const greedy_state *self, const sw_view *view, const sw_job_view *job,
                           sw_decision *decision) {
    const sw_system *sys = view->system;
    double found_usd = -sys->class_late_usd[job->cls];
    for (int32_t k = 0; k < sys->n_asp; k++) {
        if (!sw_is_reachable(sys, job->origin, k)) {
            continue;
        }
        const double energy_usd = self->energy_usd[k * N_SIGN + sign_of(view, k)];
        const double delay_s = sw_predict_delay_s(view, job->origin, k);
        for (int32_t step = 0; step < sys->n_step; step++) {
            const double worth_usd = image_worth_usd(sys, job, k, step, energy_usd);
            if (worth_usd > found_usd &&
                sw_is_on_time(job, sw_predict_finish_s(view, job, k, step, delay_s))) {
                found_usd = worth_usd;
                decision->asp = k;
                decision->step = step;
            }
        }
    }
}

static void greedy_dispatch(void *state, const sw_view *view, const sw_job_view *job,
                            sw_decision *decision) {
    greedy_state *self = state;
    if (self->priced_slot != view->slot + 1) {
        price_energy(self, view);
    }
    if (!self->ranks || job->value != 1.0 || job->work != 1.0) {
        choose_plainly(self, view, job, decision);
        return;
    }
    if (self->ranked_slot[job->cls] != view->slot + 1) {
        rank_class(self, view, job);
    }
    choose_ranked(self, view, job, decision);
}

const sw_policy sw_policy_greedy = {
    .abi_major = SW_POLICY_ABI_MAJOR,
    .abi_minor = SW_POLICY_ABI_MINOR,
    .struct_size = sizeof(sw_policy),
    .name = "greedy",
    .summary = "the ASP and steps of greatest revenue less transfer and energy that are on time; "
               "rejects what cannot be",
    .halves = SW_POLICY_DISPATCHER,
    .state_size = greedy_state_size,
    .create = greedy_create,
    .dispatch = greedy_dispatch,
};

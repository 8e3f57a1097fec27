// The energy manager of lp and oracle: for each ASP the level and active GPUs that are worth most
// at the plan's prices, near the planned speed with some head room, as GPUs are never busy all the
// time; battery and cooling from the plan.
#include <math.h>

#include "policy/lp_state.h"

// Speed over what is planned, in standard deviations of the work that arrives within a deadline:
// the plan takes work to come evenly.
static const double head_room = 1.5;
// How fast speed that was not planned loses worth; from 0.1 to 5 made no difference.
static const double mismatch = 1.0;

// What an ASP should do in this slot, GPU-seconds per second.
typedef struct demand {
    double mean;   // work that comes
    double wanted; // speed for it: with head room
} demand;

static demand see_demand(const sw_lp_state *self, const sw_view *view, int32_t k) {
    // A plan's work may lie below 0 by rounding.
    double mean = fmax(self->planned->speed[k], 0.0);
    if (self->foreign) {
        const double sent_s = view->sent_work_last_s[k] + view->waiting_work_s[k];
        mean = fmax(mean, sent_s / self->sys->slot_s);
    }
    const double spread = sqrt(mean * sw_lp_job_size_s(self, k) / self->deadline_s);
    return (demand){mean, mean + head_room * spread};
}

// Returns what speed is worth in a second, USD. Near what is wanted a bit more or less is worth the
// plan's price, ever less as there is more; what is missing altogether costs all that its work
// would earn.
static double worth_of_speed(const sw_lp_state *self, int32_t k, double speed, demand d) {
    const double price_usd = self->planned->price_usd[(ptrdiff_t)k * self->planned->n_period];
    if (d.wanted == 0.0) {
        return 0.0;
    }
    const double off = fmin((speed - d.wanted) / d.wanted, 0.5 / mismatch);
    const double lost = d.mean > 0.0 ? fmax(1.0 - speed / d.mean, 0.0) : 0.0;
    const double lost_usd = fmax(self->planned->worth_usd[k] - price_usd, 0.0);
    return price_usd * d.wanted * (off - mismatch * off * off) - lost_usd * d.mean * lost * lost;
}

// Returns what `active` GPUs at a level are worth in a second, USD: their speed less their energy.
static double worth_of(const sw_lp_state *self, int32_t k, int32_t l, double active, demand d) {
    const sw_system *sys = self->sys;
    const int32_t level = k * sys->n_level_max + l;
    const double speed = active * sys->asp_level_speed[level];
    const double busy = fmin(active, d.wanted / sys->asp_level_speed[level]);
    const double w = busy * sys->asp_level_busy_w[level] + (active - busy) * sys->asp_idle_w[k] +
                     (sys->asp_gpus[k] - active) * sys->asp_off_w[k];
    const double energy_usd = self->planned->it_usd_per_kwh[sys->asp_site[k]] *
                              (1.0 + sys->asp_host_overhead[k]) * w / 3.6e6;
    return worth_of_speed(self, k, speed, d) - energy_usd;
}

static void set_gpus(const sw_lp_state *self, const sw_view *view, int32_t k,
                     sw_controls *controls) {
    const sw_system *sys = self->sys;
    const double gpus = sys->asp_gpus[k];
    const demand d = see_demand(self, view, k);
    double best_usd = -(double)INFINITY;
    for (int32_t l = sys->asp_n_level[k] - 1; l >= 0; l--) {
        const double busy = d.wanted / sys->asp_level_speed[k * sys->n_level_max + l];
        for (int32_t up = 0; up < 2; up++) {
            const double active = fmin(up ? ceil(busy) : floor(busy), gpus);
            const double usd = worth_of(self, k, l, active, d);
            if (usd > best_usd) {
                best_usd = usd;
                controls->level[k] = l;
                controls->active[k] = (int32_t)active;
            }
        }
    }
}

void sw_lp_control(void *state, const sw_view *view, sw_controls *controls) {
    const sw_lp_state *self = state;
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

// restless.c -- an energy manager for tests that changes everything in every slot: any level, any
// number of GPUs with none at all among them, battery and cooling commands inside and outside the
// ratings, the thermostat on and off.
#include "stepwatt/sw_policy.h"

enum { STREAM = 77, DRAW_LEVEL = 0, DRAW_ACTIVE, DRAW_BATTERY, DRAW_COOLING, DRAW_THERMOSTAT };

typedef struct restless_state {
    const sw_host *host;
} restless_state;

static size_t state_size(const sw_system *system, const sw_param_value *value) {
    (void)system;
    (void)value;
    return sizeof(restless_state);
}

static int create(void *state, const sw_system *system, const sw_host *host,
                  const sw_param_value *value, char *why, size_t why_size) {
    (void)system;
    (void)value;
    (void)why;
    (void)why_size;
    ((restless_state *)state)->host = host;
    return 0;
}

static void control(void *state, const sw_view *view, sw_controls *controls) {
    const sw_host *host = ((const restless_state *)state)->host;
    const sw_system *sys = view->system;
    const uint64_t slot = (uint64_t)view->slot;
    for (int32_t asp = 0; asp < sys->n_asp; asp++) {
        const uint64_t index = slot * (uint64_t)sys->n_asp + (uint64_t)asp;
        const double level = host->uniform(host, STREAM, index, DRAW_LEVEL);
        const double active = host->uniform(host, STREAM, index, DRAW_ACTIVE);
        controls->level[asp] = (int32_t)(level * (double)sys->asp_n_level[asp]);
        // A third of the time all are off, a third of the time all are on.
        const double share = active < 1.0 / 3 ? 0.0 : (active > 2.0 / 3 ? 1.0 : 3.0 * active - 1.0);
        controls->active[asp] = (int32_t)(share * (double)sys->asp_gpus[asp]);
    }
    for (int32_t site = 0; site < sys->n_site; site++) {
        const uint64_t index = slot * (uint64_t)sys->n_site + (uint64_t)site;
        const double battery = host->uniform(host, STREAM + 1, index, DRAW_BATTERY);
        const double cooling = host->uniform(host, STREAM + 1, index, DRAW_COOLING);
        controls->battery_kw[site] =
            1.5 *
            (battery * (sys->site_battery_charge_kw[site] + sys->site_battery_discharge_kw[site]) -
             sys->site_battery_discharge_kw[site]);
        controls->cooling_kw[site] = (1.5 * cooling - 0.25) * sys->site_cooling_max_kw[site];
        controls->thermostat[site] =
            host->uniform(host, STREAM + 1, index, DRAW_THERMOSTAT) < 0.5 ? 1 : 0;
    }
}

static const sw_policy policy = {
    .abi_major = SW_POLICY_ABI_MAJOR,
    .abi_minor = SW_POLICY_ABI_MINOR,
    .struct_size = sizeof(sw_policy),
    .name = "restless",
    .summary = "changes every control in every slot",
    .halves = SW_POLICY_ENERGY,
    .state_size = state_size,
    .create = create,
    .control = control,
};

SW_POLICY_EXPORT const sw_policy *sw_policy_entry(void) {
    return &policy;
}

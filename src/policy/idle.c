// The energy manager idle: what a center does without management.
#include "policy/idle.h"

#include "policy/registry.h"

void sw_controls_set_idle(const sw_system *sys, sw_controls *controls) {
    for (int32_t k = 0; k < sys->n_asp; k++) {
        controls->level[k] = sys->asp_n_level[k] - 1;
        controls->active[k] = sys->asp_gpus[k];
    }
    for (int32_t i = 0; i < sys->n_site; i++) {
        controls->battery_kw[i] = 0.0;
        controls->cooling_kw[i] = 0.0;
        controls->thermostat[i] = 1;
    }
}

static void idle_control(void *state, const sw_view *view, sw_controls *controls) {
    (void)state;
    sw_controls_set_idle(view->system, controls);
}

const sw_policy sw_policy_idle = {
    .abi_major = SW_POLICY_ABI_MAJOR,
    .abi_minor = SW_POLICY_ABI_MINOR,
    .struct_size = sizeof(sw_policy),
    .name = "idle",
    .summary = "battery at rest, all GPUs on at their top level, thermostat",
    .halves = SW_POLICY_ENERGY,
    .control = idle_control,
};

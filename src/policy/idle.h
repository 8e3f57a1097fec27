// idle.h -- the controls of a center that nobody manages, where every run starts.
#ifndef SW_POLICY_IDLE_H
#define SW_POLICY_IDLE_H

#include "stepwatt/sw_policy.h"

// Sets battery 0, top level, all GPUs on and the thermostat.
void sw_controls_set_idle(const sw_system *sys, sw_controls *controls);

#endif

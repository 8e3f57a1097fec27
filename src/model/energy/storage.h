// storage.h -- what a site stores: energy in its battery, and heat in its room. Pure functions.
// MODEL: docs/model.md, section "Energy".
#ifndef SW_MODEL_ENERGY_STORAGE_H
#define SW_MODEL_ENERGY_STORAGE_H

#include "stepwatt/sw_policy.h"

// Clips a battery command (kW at the terminals, > 0 charges) to the ratings, and so that the state of charge
// stays within its window for the whole slot.
double sw_battery_clip_kw(const sw_system *sys, int32_t site, double soc_kwh, double command_kw);

// Returns the state of charge after a slot at `battery_kw`, held within the window against rounding.
double sw_battery_step_kwh(const sw_system *sys, int32_t site, double soc_kwh, double battery_kw);

// Returns the change of stored energy in a slot at `battery_kw`: eff_charge b, or b / eff_discharge.
double sw_battery_change_kwh(const sw_system *sys, int32_t site, double battery_kw);

// Returns the room temperature at the end of a slot (rc): first-order response to heat and loss,
// a T + (1 - a) (T_out + (P_it - Q) / UA), a = exp(-slot UA / C).
double sw_room_step_c(const sw_system *sys, int32_t site, double room_c, double outdoor_c,
                      double mean_it_kw, double heat_kw);

// Returns the heat removal that brings the room to its set point at the end of the slot at constant IT power,
// within what the plant can do (rc).
double sw_thermostat_kw(const sw_system *sys, int32_t site, double room_c, double outdoor_c,
                        double it_kw);

#endif

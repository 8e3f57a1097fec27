#include "model/energy/storage.h"

#include "base/fmath.h"

static double clamp(double x, double lo, double hi)
{
    return x < lo ? lo : (x > hi ? hi : x);
}

double sw_battery_clip_kw(const sw_system *sys, int32_t site, double soc_kwh, double command_kw)
{
    if (sys->site_battery_kwh[site] <= 0.0) {
        return 0.0;
    }
    const double slot_h = sys->slot_s / 3600.0;
    const double room_kwh = sys->site_soc_max_kwh[site] - soc_kwh;
    const double stock_kwh = soc_kwh - sys->site_soc_min_kwh[site];
    double charge_kw = room_kwh / (sys->site_battery_eff_charge[site] * slot_h);
    double discharge_kw = stock_kwh * sys->site_battery_eff_discharge[site] / slot_h;
    charge_kw = clamp(charge_kw, 0.0, sys->site_battery_charge_kw[site]);
    discharge_kw = clamp(discharge_kw, 0.0, sys->site_battery_discharge_kw[site]);
    return clamp(command_kw, -discharge_kw, charge_kw);
}

double sw_battery_change_kwh(const sw_system *sys, int32_t site, double battery_kw)
{
    const double kwh = battery_kw * sys->slot_s / 3600.0;
    return kwh > 0.0 ? kwh * sys->site_battery_eff_charge[site]
                     : kwh / sys->site_battery_eff_discharge[site];
}

double sw_battery_step_kwh(const sw_system *sys, int32_t site, double soc_kwh, double battery_kw)
{
    return clamp(soc_kwh + sw_battery_change_kwh(sys, site, battery_kw),
                 sys->site_soc_min_kwh[site], sys->site_soc_max_kwh[site]);
}

// Share of the room's distance from its steady state that is left after a slot.
static double room_memory(const sw_system *sys, int32_t site)
{
    return sw_exp(-(sys->slot_s / 3600.0) * sys->site_room_kw_per_k[site] /
                  sys->site_room_kwh_per_k[site]);
}

double sw_room_step_c(const sw_system *sys, int32_t site, double room_c, double outdoor_c,
                      double mean_it_kw, double heat_kw)
{
    const double a = room_memory(sys, site);
    const double steady_c = outdoor_c + (mean_it_kw - heat_kw) / sys->site_room_kw_per_k[site];
    return a * room_c + (1.0 - a) * steady_c;
}

double sw_thermostat_kw(const sw_system *sys, int32_t site, double room_c, double outdoor_c,
                        double it_kw)
{
    const double a = room_memory(sys, site);
    const double steady_c = (sys->site_room_set_c[site] - a * room_c) / (1.0 - a);
    const double heat_kw = it_kw + sys->site_room_kw_per_k[site] * (outdoor_c - steady_c);
    return clamp(heat_kw, 0.0, sys->site_cooling_max_kw[site]);
}

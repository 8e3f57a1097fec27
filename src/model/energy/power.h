// power.h -- power of GPUs, cooling and grid exchange: pure functions of the system and numbers. kW unless named
// otherwise. MODEL: docs/model.md, section "Energy".
#ifndef SW_MODEL_ENERGY_POWER_H
#define SW_MODEL_ENERGY_POWER_H

#include "stepwatt/sw_policy.h"

// GPUs switched on: those commanded, and those still busy above them, which drain first.
static inline int32_t sw_gpus_on(int32_t active, int32_t busy)
{
    return active > busy ? active : busy;
}

// Returns the power of an ASP's GPUs and their hosts, kW.
static inline double sw_asp_power_kw(const sw_system *sys, int32_t asp, int32_t level,
                                     int32_t active, int32_t busy)
{
    const int32_t on = sw_gpus_on(active, busy);
    const double gpu_w = (double)busy * sys->asp_level_busy_w[asp * sys->n_level_max + level] +
                         (double)(on - busy) * sys->asp_idle_w[asp] +
                         (double)(sys->asp_gpus[asp] - on) * sys->asp_off_w[asp];
    return (1.0 + sys->asp_host_overhead[asp]) * gpu_w / 1000.0;
}

// Returns the coefficient of performance of a site's cooling at an outdoor temperature (cop and rc).
double sw_cop(const sw_system *sys, int32_t site, double outdoor_c);

// Returns kW drawn in all for one more kW of IT load: the PUE, or 1 + 1/COP.
double sw_cooling_factor(const sw_system *sys, int32_t site, double outdoor_c);

// How a net load splits at the grid connection.
typedef struct sw_grid_flow {
    double import_kw;
    double export_kw;
    double curtailed_kw;
    double overload_kw; // part of the import above the limit
} sw_grid_flow;

// Splits a net load: a surplus is exported up to `export_limit_kw`, if selling earns anything, else curtailed.
static inline sw_grid_flow sw_grid_split(double net_kw, double import_limit_kw,
                                         double export_limit_kw, bool selling_earns)
{
    sw_grid_flow flow = {0};
    if (net_kw >= 0.0) {
        flow.import_kw = net_kw;
        flow.overload_kw = net_kw > import_limit_kw ? net_kw - import_limit_kw : 0.0;
    } else {
        const double surplus_kw = -net_kw;
        const double limit_kw = selling_earns ? export_limit_kw : 0.0;
        flow.export_kw = surplus_kw < limit_kw ? surplus_kw : limit_kw;
        flow.curtailed_kw = surplus_kw - flow.export_kw;
    }
    return flow;
}

#endif

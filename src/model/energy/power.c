#include "model/energy/power.h"

double sw_cop(const sw_system *sys, int32_t site, double outdoor_c)
{
    const double cop = sys->site_cop_a[site] - sys->site_cop_b[site] * outdoor_c;
    if (cop < sys->site_cop_min[site]) {
        return sys->site_cop_min[site];
    }
    return cop > sys->site_cop_max[site] ? sys->site_cop_max[site] : cop;
}

double sw_cooling_factor(const sw_system *sys, int32_t site, double outdoor_c)
{
    if (sys->site_cooling[site] == SW_COOLING_PUE) {
        return sys->site_pue[site];
    }
    return 1.0 + 1.0 / sw_cop(sys, site, outdoor_c);
}

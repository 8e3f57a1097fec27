#include <math.h>

#include "support/twin_parts.h"

static long double at_most(long double x, long double hi) {
    return x < hi ? x : hi;
}

static long double at_least(long double x, long double lo) {
    return x > lo ? x : lo;
}

// ------------------------------------------------------------------ power

static long double gpus_kw(const twin *t, int32_t k) {
    const sw_system *sys = t->sys;
    const twin_asp *asp = &t->asp[k];
    const int32_t on = asp->active > asp->busy ? asp->active : asp->busy;
    const long double watt =
        (long double)asp->busy * sys->asp_level_busy_w[k * sys->n_level_max + asp->level] +
        (long double)(on - asp->busy) * sys->asp_idle_w[k] +
        (long double)(sys->asp_gpus[k] - on) * sys->asp_off_w[k];
    return (1.0L + sys->asp_host_overhead[k]) * watt / 1000.0L;
}

static long double it_kw(const twin *t, int32_t i) {
    long double kw = t->sys->site_base_kw[i];
    for (int32_t k = 0; k < t->sys->n_asp; k++) {
        if (t->sys->asp_site[k] == i) {
            kw += gpus_kw(t, k);
        }
    }
    return kw;
}

static long double cop(const twin *t, int32_t i) {
    const sw_system *sys = t->sys;
    const long double free =
        sys->site_cop_a[i] - (long double)sys->site_cop_b[i] * t->site[i].outdoor_c;
    return at_most(at_least(free, sys->site_cop_min[i]), sys->site_cop_max[i]);
}

static long double cooling_kw(const twin *t, int32_t i) {
    switch (t->sys->site_cooling[i]) {
    case SW_COOLING_PUE:
        return (t->sys->site_pue[i] - 1.0L) * it_kw(t, i);
    case SW_COOLING_COP:
        return it_kw(t, i) / cop(t, i);
    default:
        return t->site[i].heat_kw / cop(t, i);
    }
}

static long double net_kw(const twin *t, int32_t i) {
    return it_kw(t, i) + cooling_kw(t, i) + t->site[i].battery_kw - t->site[i].renewable_kw;
}

void twin_energy_advance(twin *t, double until_s) {
    const sw_system *sys = t->sys;
    const long double dt_s = (long double)until_s - t->now_s;
    const long double dt_h = dt_s / 3600.0L;
    for (int32_t k = 0; k < sys->n_asp; k++) {
        t->asp[k].sums.it_kwh += gpus_kw(t, k) * dt_h;
        t->asp[k].sums.busy_gpu_s += t->asp[k].busy * dt_s;
    }
    for (int32_t i = 0; i < sys->n_site; i++) {
        twin_site *site = &t->site[i];
        twin_sums *sums = &site->sums;
        const long double n = net_kw(t, i);
        const long double import_kwh = at_least(n, 0.0L) * dt_h;
        const long double surplus = at_least(-n, 0.0L);
        const long double export_kwh = site->sell_usd_per_mwh > 0.0
                                           ? at_most(surplus, sys->site_export_limit_kw[i]) * dt_h
                                           : 0.0L;
        site->slot_it_kwh += it_kw(t, i) * dt_h;
        sums->it_kwh += it_kw(t, i) * dt_h;
        sums->cooling_kwh += cooling_kw(t, i) * dt_h;
        sums->renewable_kwh += site->renewable_kw * dt_h;
        sums->import_kwh += import_kwh;
        sums->export_kwh += export_kwh;
        sums->curtailed_kwh += surplus * dt_h - export_kwh;
        sums->energy_cost_usd += import_kwh * site->buy_usd_per_mwh / 1000.0L -
                                 export_kwh * site->sell_usd_per_mwh / 1000.0L;
        if (n > sys->site_import_limit_kw[i]) {
            sums->overload_usd +=
                (n - sys->site_import_limit_kw[i]) * dt_h * sys->site_overload_usd_per_kwh[i];
            sums->overload_s += dt_s;
        }
        sums->carbon_kg += import_kwh * site->carbon_g_per_kwh / 1000.0L;
        sums->carbon_usd += import_kwh * site->carbon_g_per_kwh / 1000.0L * sys->carbon_usd_per_kg;
        sums->water_l += it_kw(t, i) * dt_h * sys->site_wue_l_per_kwh[i];
        const long double b_kwh = site->battery_kw * dt_h;
        sums->charge_kwh += at_least(b_kwh, 0.0L);
        sums->discharge_kwh += at_least(-b_kwh, 0.0L);
        sums->wear_usd += at_least(-b_kwh, 0.0L) * sys->site_battery_wear_usd_per_kwh[i];
    }
}

// ------------------------------------------------------------------ battery

// State of charge `dt_s` after the tick.
static long double soc_kwh(const twin *t, int32_t i, long double dt_s) {
    const double b = t->site[i].battery_kw;
    if (b == 0.0) {
        return t->site[i].soc_kwh;
    }
    return t->site[i].soc_kwh + (b > 0.0 ? t->sys->site_battery_eff_charge[i] * (long double)b
                                         : b / (long double)t->sys->site_battery_eff_discharge[i]) *
                                    dt_s / 3600.0L;
}

static long double clip_battery_kw(const twin *t, int32_t i, double command_kw) {
    const sw_system *sys = t->sys;
    const long double slot_h = sys->slot_s / 3600.0L;
    if (sys->site_battery_kwh[i] == 0.0) {
        return 0.0L;
    }
    const long double room = at_least(sys->site_soc_max_kwh[i] - t->site[i].soc_kwh, 0.0L);
    const long double store = at_least(t->site[i].soc_kwh - sys->site_soc_min_kwh[i], 0.0L);
    const long double most =
        at_most(sys->site_battery_charge_kw[i], room / sys->site_battery_eff_charge[i] / slot_h);
    const long double least = -at_most(sys->site_battery_discharge_kw[i],
                                       store * sys->site_battery_eff_discharge[i] / slot_h);
    return at_most(at_least(command_kw, least), most);
}

// ------------------------------------------------------------------ slots

// What is left of the room's distance from balance after a slot.
static long double room_decay(const twin *t, int32_t i) {
    return expl(-(t->sys->slot_s / 3600.0L) * t->sys->site_room_kw_per_k[i] /
                t->sys->site_room_kwh_per_k[i]);
}

void twin_energy_close_slot(twin *t) {
    const sw_system *sys = t->sys;
    for (int32_t i = 0; i < sys->n_site; i++) {
        twin_site *site = &t->site[i];
        if (site->battery_kw != 0.0) {
            site->soc_kwh = at_most(at_least(soc_kwh(t, i, sys->slot_s), sys->site_soc_min_kwh[i]),
                                    sys->site_soc_max_kwh[i]);
        }
        if (sys->site_cooling[i] == SW_COOLING_RC) {
            const long double slot_h = sys->slot_s / 3600.0L;
            const long double a = room_decay(t, i);
            site->room_c =
                a * site->room_c +
                (1.0L - a) * (site->outdoor_c + (site->slot_it_kwh / slot_h - site->heat_kw) /
                                                    sys->site_room_kw_per_k[i]);
            site->sums.overheat_usd += sys->site_overheat_usd_per_kh[i] *
                                       at_least(site->room_c - sys->site_room_max_c[i], 0.0L) *
                                       slot_h;
        }
        site->slot_it_kwh = 0.0L;
    }
}

void twin_energy_open_slot(twin *t) {
    const sw_system *sys = t->sys;
    for (int32_t i = 0; i < sys->n_site; i++) {
        twin_site *site = &t->site[i];
        double signal[SW_SIGNALS_PER_SITE];
        for (int32_t kind = 0; kind < SW_SIGNALS_PER_SITE; kind++) {
            signal[kind] = sw_signal_at(sw_world_signal(t->world, i, kind), t->slot);
        }
        site->buy_usd_per_mwh = signal[SW_SIGNAL_BUY];
        site->sell_usd_per_mwh = signal[SW_SIGNAL_SELL];
        site->carbon_g_per_kwh = signal[SW_SIGNAL_CARBON];
        site->outdoor_c = signal[SW_SIGNAL_OUTDOOR];
        site->renewable_kw = sys->site_pv_kw[i] * signal[SW_SIGNAL_PV] +
                             sys->site_wind_kw[i] * signal[SW_SIGNAL_WIND];

        const int64_t at = t->slot * sys->n_site + i;
        const double command_kw = t->commands->battery_kw[at];
        const long double applied_kw = clip_battery_kw(t, i, command_kw);
        site->sums.clipped_controls += applied_kw != command_kw ? 1.0L : 0.0L;
        site->battery_kw = (double)applied_kw;

        if (!t->commands->thermostat[at]) {
            const double heat_kw = t->commands->cooling_kw[at];
            const double most_kw = sys->site_cooling[i] == SW_COOLING_RC
                                       ? sys->site_cooling_max_kw[i]
                                       : 0.0; // no plant to command
            site->heat_kw = (double)at_most(at_least(heat_kw, 0.0L), most_kw);
            site->sums.clipped_controls += site->heat_kw != heat_kw ? 1.0L : 0.0L;
        }
    }
}

void twin_energy_thermostats(twin *t) {
    const sw_system *sys = t->sys;
    for (int32_t i = 0; i < sys->n_site; i++) {
        if (sys->site_cooling[i] != SW_COOLING_RC ||
            !t->commands->thermostat[t->slot * sys->n_site + i]) {
            continue;
        }
        const twin_site *site = &t->site[i];
        const long double a = room_decay(t, i);
        const long double q =
            it_kw(t, i) +
            sys->site_room_kw_per_k[i] *
                (site->outdoor_c - (sys->site_room_set_c[i] - a * site->room_c) / (1.0L - a));
        t->site[i].heat_kw = (double)at_most(at_least(q, 0.0L), sys->site_cooling_max_kw[i]);
    }
}

void twin_energy_settle(twin *t) {
    for (int32_t i = 0; i < t->sys->n_site; i++) {
        long double mean_price = 0.0L;
        for (int64_t s = 0; s < t->sys->n_slot; s++) {
            mean_price += sw_signal_at(sw_world_signal(t->world, i, SW_SIGNAL_BUY), s);
        }
        mean_price /= (long double)t->sys->n_slot;
        t->site[i].sums.battery_settlement_usd =
            (t->site[i].soc_kwh - t->sys->site_soc_start_kwh[i]) * mean_price / 1000.0L;
    }
}

void twin_energy_glimpse(const twin *t, int32_t site, twin_glimpse *glimpse) {
    const long double since_tick_s = t->now_s - (long double)t->slot * t->sys->slot_s;
    glimpse->soc_kwh = (double)soc_kwh(t, site, since_tick_s);
    glimpse->room_c =
        t->sys->site_cooling[site] == SW_COOLING_RC ? (double)t->site[site].room_c : (double)NAN;
    glimpse->it_kw = (double)it_kw(t, site);
    glimpse->net_kw = (double)net_kw(t, site);
    glimpse->battery_kw = t->site[site].battery_kw;
}

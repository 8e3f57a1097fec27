#include "lp/relaxation.h"

#include <math.h>
#include <string.h>

#include "base/fmath.h"
#include "model/energy/power.h"

// Where importing earns money or costs next to nothing, import must be tied to what the site draws.
static const double cheap_usd_per_kwh = 1e-3;

// Work that may wait: the groups of one lag at all ASPs. Shapes are [n_asp, n_slot_held].
typedef struct reservoir {
    int32_t lag;
    int64_t first;       // slot of the first arrival
    int64_t last;        // slot by which all is done
    bool *serves;        // some group may go to the ASP            [n_asp]
    int32_t *inflow_row; // inflow = work of the groups
    int32_t *carry_row;  // what is carried over arrived in the last `lag` slots
    int32_t *recent_row; // running sum of the inflow of the last `lag` slots (lag >= 2)
    int32_t *done_row;   // work is never undone (lag >= 2)
} reservoir;

typedef struct builder {
    const sw_model *model;
    const sw_system *sys;
    const sw_world *world;
    const sw_groups *groups;
    sw_lp *lp;
    sw_arena arena;
    int64_t max_columns;
    double units_per_usd;
    double slot_h;

    int32_t *work_row;    // GPU speed covers the work                     [n_asp, n_slot]
    int32_t *gpu_row;     // GPUs busy or idle are at most those owned     [n_asp, n_slot]
    int32_t *balance_row; // what comes in covers what is drawn            [n_site, n_slot]
    int32_t *draw_row;    // import is at most what is drawn; -1: not needed
    int32_t *soc_row;     // state of charge; -1: no battery
    int32_t *battery_row; // charging and discharging share the slot
    int32_t *room_row;    // room temperature; -1: not rc
    int32_t *over_row;    // temperature above the highest allowed
    int32_t n_reservoir;
    reservoir *reservoir; // [n_reservoir]
    int32_t *option;      // steps on the hull of one ASP                   [n_step]
} builder;

// ---------------------------------------------------------------- facts of the system

static double speed_top(const sw_system *sys, int32_t k) {
    return sys->asp_level_speed[k * sys->n_level_max + sys->asp_n_level[k] - 1];
}

// kW of one GPU and its host at `watt`.
static double gpu_kw(const sw_system *sys, int32_t k, double watt) {
    return (1.0 + sys->asp_host_overhead[k]) * watt / 1000.0;
}

// Least and greatest IT power of a site, and its power with all GPUs off, kW.
typedef struct it_range {
    double off_kw;
    double least_kw;
    double most_kw;
} it_range;

static it_range site_it_range(const sw_system *sys, int32_t site) {
    const double base_kw = sys->site_base_kw[site];
    it_range range = {base_kw, base_kw, base_kw};
    for (int32_t k = 0; k < sys->n_asp; k++) {
        if (sys->asp_site[k] != site) {
            continue;
        }
        double least_w = fmin(sys->asp_idle_w[k], sys->asp_off_w[k]);
        double most_w = fmax(sys->asp_idle_w[k], sys->asp_off_w[k]);
        for (int32_t l = 0; l < sys->asp_n_level[k]; l++) {
            least_w = fmin(least_w, sys->asp_level_busy_w[k * sys->n_level_max + l]);
            most_w = fmax(most_w, sys->asp_level_busy_w[k * sys->n_level_max + l]);
        }
        range.off_kw += sys->asp_gpus[k] * gpu_kw(sys, k, sys->asp_off_w[k]);
        range.least_kw += sys->asp_gpus[k] * gpu_kw(sys, k, least_w);
        range.most_kw += sys->asp_gpus[k] * gpu_kw(sys, k, most_w);
    }
    return range;
}

static double signal_at(const builder *b, int32_t site, int32_t kind, int64_t slot) {
    return sw_signal_at(sw_world_signal(b->world, site, kind), slot);
}

static double import_usd_per_kwh(const builder *b, int32_t site, int64_t slot) {
    return (signal_at(b, site, SW_SIGNAL_BUY, slot) +
            b->sys->carbon_usd_per_kg * signal_at(b, site, SW_SIGNAL_CARBON, slot)) /
           1000.0;
}

static bool has_battery(const sw_system *sys, int32_t site) {
    return sys->site_battery_kwh[site] > 0.0 &&
           (sys->site_battery_charge_kw[site] > 0.0 || sys->site_battery_discharge_kw[site] > 0.0);
}

static bool has_room(const sw_system *sys, int32_t site) {
    return sys->site_cooling[site] == SW_COOLING_RC;
}

// kW drawn for a kW of IT load, heat removal apart: with `rc` the cooling plant is a column of its
// own.
static double draw_factor(const builder *b, int32_t site, int64_t slot) {
    return has_room(b->sys, site)
               ? 1.0
               : sw_cooling_factor(b->sys, site, signal_at(b, site, SW_SIGNAL_OUTDOOR, slot));
}

// Share of the room's temperature that is left after a slot, and K per kW of heat added to it.
static double room_memory(const builder *b, int32_t site) {
    return sw_exp(-b->slot_h * b->sys->site_room_kw_per_k[site] /
                  b->sys->site_room_kwh_per_k[site]);
}

static double room_k_per_kw(const builder *b, int32_t site) {
    return (1.0 - room_memory(b, site)) / b->sys->site_room_kw_per_k[site];
}

static double discharge_most_kw(const builder *b, int32_t site) {
    return has_battery(b->sys, site) ? b->sys->site_battery_discharge_kw[site] : 0.0;
}

// ---------------------------------------------------------------- rows

static int32_t *take_rows(builder *b, int64_t n) {
    int32_t *row = sw_arena_alloc(&b->arena, (size_t)n, sizeof *row);
    for (int64_t i = 0; row != NULL && i < n; i++) {
        row[i] = -1;
    }
    return row;
}

static sw_status add_asp_rows(builder *b) {
    const int64_t n = b->sys->n_slot * b->sys->n_asp;
    b->work_row = take_rows(b, n);
    b->gpu_row = take_rows(b, n);
    if (b->work_row == NULL || b->gpu_row == NULL) {
        return SW_ERR_NO_MEMORY;
    }
    for (int64_t i = 0; i < n; i++) {
        const int32_t k = (int32_t)(i / b->sys->n_slot);
        b->work_row[i] = sw_lp_add_row(b->lp, 0.0, (double)INFINITY);
        b->gpu_row[i] = sw_lp_add_row(b->lp, -(double)INFINITY, b->sys->asp_gpus[k]);
    }
    return SW_OK;
}

static void add_room_rows(builder *b, int32_t site, int64_t slot, const it_range *it) {
    const sw_system *sys = b->sys;
    const double a = room_memory(b, site);
    double rhs = (1.0 - a) * signal_at(b, site, SW_SIGNAL_OUTDOOR, slot) +
                 room_k_per_kw(b, site) * it->off_kw;
    if (slot == 0) {
        rhs += a * sys->site_room_start_c[site];
    }
    const int64_t at = site * sys->n_slot + slot;
    b->room_row[at] = sw_lp_add_row(b->lp, rhs, rhs);
    b->over_row[at] = sw_lp_add_row(b->lp, -sys->site_room_max_c[site], (double)INFINITY);
}

static sw_status add_site_rows(builder *b) {
    const sw_system *sys = b->sys;
    const int64_t n = sys->n_slot * sys->n_site;
    int32_t **row[] = {&b->balance_row, &b->draw_row, &b->soc_row,
                       &b->battery_row, &b->room_row, &b->over_row};
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        *row[i] = take_rows(b, n);
        if (*row[i] == NULL) {
            return SW_ERR_NO_MEMORY;
        }
    }
    for (int32_t site = 0; site < sys->n_site; site++) {
        const it_range it = site_it_range(sys, site);
        for (int64_t slot = 0; slot < sys->n_slot; slot++) {
            const int64_t at = site * sys->n_slot + slot;
            const double off_kw = draw_factor(b, site, slot) * it.off_kw;
            const double renewable_kw =
                sys->site_pv_kw[site] * signal_at(b, site, SW_SIGNAL_PV, slot) +
                sys->site_wind_kw[site] * signal_at(b, site, SW_SIGNAL_WIND, slot);
            // What comes in beyond what is drawn is curtailed: the row's slack.
            b->balance_row[at] = sw_lp_add_row(b->lp, off_kw - renewable_kw, (double)INFINITY);
            if (import_usd_per_kwh(b, site, slot) <= cheap_usd_per_kwh) {
                b->draw_row[at] = sw_lp_add_row(b->lp, -(double)INFINITY, off_kw);
            }
            if (has_battery(sys, site)) {
                const double start_kwh = slot == 0 ? sys->site_soc_start_kwh[site] : 0.0;
                b->soc_row[at] = sw_lp_add_row(b->lp, start_kwh, start_kwh);
                b->battery_row[at] = sw_lp_add_row(b->lp, -(double)INFINITY, 1.0);
            }
            if (has_room(sys, site)) {
                add_room_rows(b, site, slot, &it);
            }
        }
    }
    return SW_OK;
}

static reservoir *find_reservoir(const builder *b, int32_t lag) {
    for (int32_t i = 0; i < b->n_reservoir; i++) {
        if (b->reservoir[i].lag == lag) {
            return &b->reservoir[i];
        }
    }
    return NULL;
}

// Finds which lags there are, when and where.
static sw_status find_reservoirs(builder *b) {
    enum { MAX_RESERVOIR = 64 }; // more than there are lags up to SW_MAX_SLOT
    const sw_system *sys = b->sys;
    b->reservoir = sw_arena_alloc(&b->arena, MAX_RESERVOIR, sizeof *b->reservoir);
    if (b->reservoir == NULL) {
        return SW_ERR_NO_MEMORY;
    }
    for (int64_t g = 0; g < b->groups->n; g++) {
        const sw_job_group *group = &b->groups->group[g];
        if (group->lag == 0) {
            continue;
        }
        reservoir *r = find_reservoir(b, group->lag);
        if (r == NULL) {
            SW_REQUIRE(b->n_reservoir < MAX_RESERVOIR);
            r = &b->reservoir[b->n_reservoir++];
            *r = (reservoir){.lag = group->lag, .first = group->slot};
            r->serves = sw_arena_alloc(&b->arena, (size_t)sys->n_asp, sizeof *r->serves);
            if (r->serves == NULL) {
                return SW_ERR_NO_MEMORY;
            }
        }
        // Groups come by slot: the newest is the last to be done.
        const int64_t end = sys->n_slot - 1;
        r->last = group->lag < end - group->slot ? group->slot + group->lag : end;
        for (int32_t k = 0; k < sys->n_asp; k++) {
            r->serves[k] = r->serves[k] || b->groups->max_step[g * sys->n_asp + k] >= 0;
        }
    }
    return SW_OK;
}

static int64_t held_slots(const reservoir *r) {
    return r->last - r->first + 1;
}

static sw_status add_reservoir_rows(builder *b, reservoir *r) {
    const int64_t n_held = held_slots(r);
    const int64_t n = n_held * b->sys->n_asp;
    r->inflow_row = take_rows(b, n);
    r->carry_row = take_rows(b, n);
    r->recent_row = take_rows(b, n);
    r->done_row = take_rows(b, n);
    if (r->inflow_row == NULL || r->carry_row == NULL || r->recent_row == NULL ||
        r->done_row == NULL) {
        return SW_ERR_NO_MEMORY;
    }
    for (int64_t i = 0; i < n; i++) {
        if (!r->serves[i / n_held]) {
            continue;
        }
        r->inflow_row[i] = sw_lp_add_row(b->lp, 0.0, 0.0);
        if (i % n_held == n_held - 1) {
            continue; // nothing is carried out of the last slot
        }
        if (r->lag != SW_LAG_END) {
            r->carry_row[i] = sw_lp_add_row(b->lp, 0.0, (double)INFINITY);
        }
        if (r->lag > 1 && r->lag != SW_LAG_END) {
            r->recent_row[i] = sw_lp_add_row(b->lp, 0.0, 0.0);
        }
        if (r->lag > 1) {
            r->done_row[i] = sw_lp_add_row(b->lp, 0.0, (double)INFINITY);
        }
    }
    return SW_OK;
}

// ---------------------------------------------------------------- columns of sites and GPUs

// Adds what `kw` drawn by IT at a site does to the newest column.
static void add_it_entries(builder *b, int32_t site, int64_t slot, double kw) {
    const int64_t at = site * b->sys->n_slot + slot;
    const double drawn_kw = draw_factor(b, site, slot) * kw;
    sw_lp_add_entry(b->lp, b->balance_row[at], -drawn_kw);
    sw_lp_add_entry(b->lp, b->draw_row[at], -drawn_kw);
    if (b->room_row[at] >= 0) {
        sw_lp_add_entry(b->lp, b->room_row[at], -room_k_per_kw(b, site) * kw);
    }
}

static void add_gpu_columns(builder *b, int32_t k, int64_t slot) {
    const sw_system *sys = b->sys;
    const int32_t site = sys->asp_site[k];
    const int64_t at = k * sys->n_slot + slot;
    const double gpus = sys->asp_gpus[k];
    for (int32_t l = 0; l < sys->asp_n_level[k]; l++) {
        const int32_t level = k * sys->n_level_max + l;
        (void)sw_lp_add_column(b->lp, 0.0, 0.0, gpus, true); // GPUs busy at the level
        sw_lp_add_entry(b->lp, b->work_row[at], sys->asp_level_speed[level]);
        sw_lp_add_entry(b->lp, b->gpu_row[at], 1.0);
        add_it_entries(b, site, slot,
                       gpu_kw(sys, k, sys->asp_level_busy_w[level] - sys->asp_off_w[k]));
    }
    // An idle GPU only ever helps where power is paid for, or off GPUs draw more.
    const double idle_w = sys->asp_idle_w[k] - sys->asp_off_w[k];
    if (idle_w < 0.0 || b->draw_row[site * sys->n_slot + slot] >= 0) {
        (void)sw_lp_add_column(b->lp, 0.0, 0.0, gpus, true); // GPUs on and idle
        sw_lp_add_entry(b->lp, b->gpu_row[at], 1.0);
        add_it_entries(b, site, slot, gpu_kw(sys, k, idle_w));
    }
}

static void add_grid_columns(builder *b, int32_t site, int64_t slot, double most_drawn_kw) {
    const sw_system *sys = b->sys;
    const int64_t at = site * sys->n_slot + slot;
    const double worth = b->slot_h * b->units_per_usd; // of 1 USD/kWh at 1 kW
    const double import_usd = import_usd_per_kwh(b, site, slot);
    const double limit_kw = sys->site_import_limit_kw[site];
    const bool limited = limit_kw < most_drawn_kw;
    (void)sw_lp_add_column(b->lp, -worth * import_usd, 0.0, limited ? limit_kw : most_drawn_kw,
                           !limited);
    sw_lp_add_entry(b->lp, b->balance_row[at], 1.0);
    sw_lp_add_entry(b->lp, b->draw_row[at], 1.0);
    if (limited) {
        const double over_usd = import_usd + sys->site_overload_usd_per_kwh[site];
        (void)sw_lp_add_column(b->lp, -worth * over_usd, 0.0, most_drawn_kw - limit_kw, true);
        sw_lp_add_entry(b->lp, b->balance_row[at], 1.0);
        sw_lp_add_entry(b->lp, b->draw_row[at], 1.0);
    }
    const double sell_usd = signal_at(b, site, SW_SIGNAL_SELL, slot) / 1000.0;
    const double surplus_kw = sys->site_pv_kw[site] * signal_at(b, site, SW_SIGNAL_PV, slot) +
                              sys->site_wind_kw[site] * signal_at(b, site, SW_SIGNAL_WIND, slot) +
                              discharge_most_kw(b, site);
    const double export_kw = fmin(sys->site_export_limit_kw[site], surplus_kw);
    if (sell_usd > 0.0 && export_kw > 0.0) {
        (void)sw_lp_add_column(b->lp, worth * sell_usd, 0.0, export_kw, false);
        sw_lp_add_entry(b->lp, b->balance_row[at], -1.0);
    }
}

// Mean buy price over the horizon, at which the change of stored energy is settled, USD/kWh.
static double settlement_usd_per_kwh(const builder *b, int32_t site) {
    double sum = 0.0;
    for (int64_t slot = 0; slot < b->sys->n_slot; slot++) {
        sum += signal_at(b, site, SW_SIGNAL_BUY, slot);
    }
    return sum / (double)b->sys->n_slot / 1000.0;
}

static void add_battery_columns(builder *b, int32_t site, int64_t slot, double settlement_usd) {
    const sw_system *sys = b->sys;
    const int64_t at = site * sys->n_slot + slot;
    const double charge_kw = sys->site_battery_charge_kw[site];
    const double discharge_kw = sys->site_battery_discharge_kw[site];
    if (charge_kw > 0.0) {
        (void)sw_lp_add_column(b->lp, 0.0, 0.0, charge_kw, true);
        sw_lp_add_entry(b->lp, b->balance_row[at], -1.0);
        sw_lp_add_entry(b->lp, b->draw_row[at], -1.0);
        sw_lp_add_entry(b->lp, b->soc_row[at], -b->slot_h * sys->site_battery_eff_charge[site]);
        sw_lp_add_entry(b->lp, b->battery_row[at], 1.0 / charge_kw);
    }
    if (discharge_kw > 0.0) {
        const double wear = b->slot_h * sys->site_battery_wear_usd_per_kwh[site];
        (void)sw_lp_add_column(b->lp, -wear * b->units_per_usd, 0.0, discharge_kw, true);
        sw_lp_add_entry(b->lp, b->balance_row[at], 1.0);
        sw_lp_add_entry(b->lp, b->soc_row[at], b->slot_h / sys->site_battery_eff_discharge[site]);
        sw_lp_add_entry(b->lp, b->battery_row[at], 1.0 / discharge_kw);
    }
    // State of charge at the end of the slot.
    const double start_kwh = sys->site_soc_start_kwh[site];
    const bool last = slot == sys->n_slot - 1;
    (void)sw_lp_add_column(b->lp, last ? settlement_usd * b->units_per_usd : 0.0,
                           fmin(sys->site_soc_min_kwh[site], start_kwh),
                           fmax(sys->site_soc_max_kwh[site], start_kwh), false);
    sw_lp_add_entry(b->lp, b->soc_row[at], 1.0);
    if (!last) {
        sw_lp_add_entry(b->lp, b->soc_row[at + 1], -1.0);
    }
}

// Range of the room temperature at the end of a slot, whatever is done; carried from slot to slot.
typedef struct room_range {
    double least_c;
    double most_c;
} room_range;

static void add_room_columns(builder *b, int32_t site, int64_t slot, const it_range *it,
                             room_range *room) {
    const sw_system *sys = b->sys;
    const int64_t at = site * sys->n_slot + slot;
    const double outdoor_c = signal_at(b, site, SW_SIGNAL_OUTDOOR, slot);
    const double a = room_memory(b, site);
    const double k_per_kw = room_k_per_kw(b, site);
    const double cooling_kw = sys->site_cooling_max_kw[site];
    const double drawn = 1.0 / sw_cop(sys, site, outdoor_c);

    (void)sw_lp_add_column(b->lp, 0.0, 0.0, cooling_kw, false); // heat removed
    sw_lp_add_entry(b->lp, b->balance_row[at], -drawn);
    sw_lp_add_entry(b->lp, b->draw_row[at], -drawn);
    sw_lp_add_entry(b->lp, b->room_row[at], k_per_kw);

    room->least_c =
        a * room->least_c + (1.0 - a) * outdoor_c + k_per_kw * (it->least_kw - cooling_kw);
    room->most_c = a * room->most_c + (1.0 - a) * outdoor_c + k_per_kw * it->most_kw;
    (void)sw_lp_add_column(b->lp, 0.0, room->least_c, room->most_c, true); // room temperature
    sw_lp_add_entry(b->lp, b->room_row[at], 1.0);
    sw_lp_add_entry(b->lp, b->over_row[at], -1.0);
    if (slot + 1 < sys->n_slot) {
        sw_lp_add_entry(b->lp, b->room_row[at + 1], -a);
    }
    const double over_usd = sys->site_overheat_usd_per_kh[site] * b->slot_h;
    (void)sw_lp_add_column(b->lp, -over_usd * b->units_per_usd, 0.0,
                           fmax(room->most_c - sys->site_room_max_c[site], 0.0), true);
    sw_lp_add_entry(b->lp, b->over_row[at], 1.0);
}

static double add_site_columns(builder *b, int32_t site) {
    const sw_system *sys = b->sys;
    const it_range it = site_it_range(sys, site);
    const bool battery = has_battery(sys, site);
    const double settlement_usd = settlement_usd_per_kwh(b, site);
    room_range room = {sys->site_room_start_c[site], sys->site_room_start_c[site]};
    for (int64_t slot = 0; slot < sys->n_slot; slot++) {
        double most_drawn_kw = draw_factor(b, site, slot) * it.most_kw;
        if (battery) {
            most_drawn_kw += sys->site_battery_charge_kw[site];
        }
        if (has_room(sys, site)) {
            most_drawn_kw += sys->site_cooling_max_kw[site] /
                             sw_cop(sys, site, signal_at(b, site, SW_SIGNAL_OUTDOOR, slot));
        }
        add_grid_columns(b, site, slot, most_drawn_kw);
        if (battery) {
            add_battery_columns(b, site, slot, settlement_usd);
        }
        if (has_room(sys, site)) {
            add_room_columns(b, site, slot, &it, &room);
        }
    }
    return battery ? -settlement_usd * sys->site_soc_start_kwh[site] : 0.0;
}

// ---------------------------------------------------------------- columns of jobs

static void add_reservoir_columns(builder *b, const reservoir *r, int32_t k) {
    const sw_system *sys = b->sys;
    const int64_t n_held = held_slots(r);
    const double most = sys->asp_gpus[k] * speed_top(sys, k); // work done in a slot
    for (int64_t s = 0; s < n_held; s++) {
        const int64_t i = k * n_held + s;
        const int64_t at = k * sys->n_slot + r->first + s;
        const int64_t to_end = sys->n_slot - 1 - (r->first + s);
        const double window = (double)(r->lag < to_end ? r->lag : to_end);
        const bool ends = s == n_held - 1;

        (void)sw_lp_add_column(b->lp, 0.0, 0.0, most * (window + 1.0), true); // work that arrives
        sw_lp_add_entry(b->lp, r->inflow_row[i], -1.0);
        sw_lp_add_entry(b->lp, b->work_row[at], -1.0);
        sw_lp_add_entry(b->lp, r->done_row[i], 1.0);
        if (r->lag == 1) {
            sw_lp_add_entry(b->lp, r->carry_row[i], 1.0);
        } else if (r->lag != SW_LAG_END) {
            sw_lp_add_entry(b->lp, r->recent_row[i], -1.0);
            if (s + r->lag < n_held) {
                sw_lp_add_entry(b->lp, r->recent_row[i + r->lag], 1.0);
            }
        }
        if (ends) {
            continue;
        }
        (void)sw_lp_add_column(b->lp, 0.0, 0.0, most * window, true); // work carried over
        sw_lp_add_entry(b->lp, b->work_row[at], 1.0);
        sw_lp_add_entry(b->lp, b->work_row[at + 1], -1.0);
        sw_lp_add_entry(b->lp, r->carry_row[i], -1.0);
        sw_lp_add_entry(b->lp, r->done_row[i], -1.0);
        sw_lp_add_entry(b->lp, r->done_row[i + 1], 1.0);
        if (r->recent_row[i] >= 0) { // work that arrived in the last `lag` slots
            (void)sw_lp_add_column(b->lp, 0.0, 0.0, most * 2.0 * (double)r->lag, true);
            sw_lp_add_entry(b->lp, r->recent_row[i], 1.0);
            sw_lp_add_entry(b->lp, r->recent_row[i + 1], -1.0);
            sw_lp_add_entry(b->lp, r->carry_row[i], 1.0);
        }
    }
}

// USD for an image of a group served on time, above what leaving it costs.
static double image_usd(const builder *b, const sw_job_group *group, int32_t k, int32_t step) {
    const sw_system *sys = b->sys;
    const int32_t origin = sys->class_origin[group->cls];
    const double late_usd = group->lag == SW_LAG_END ? 0.0 : sys->class_late_usd[group->cls];
    return sys->class_price_usd[group->cls] * group->value *
               sys->asp_quality[k * sys->n_step + step] +
           late_usd - sys->link_transfer_usd[origin * sys->n_asp + k];
}

// Lists the steps worth taking at an ASP: the upper hull, from "not served", of what an image earns
// over its work. Work has a price >= 0, so a mixture of neighbours on the hull is worth at least as
// much as what lies below it.
static int32_t find_hull(builder *b, const sw_job_group *group, int32_t k, int32_t max_step) {
    const double *work_s = &b->sys->asp_image_work_s[k * b->sys->n_step];
    int32_t n = 0;
    for (int32_t c = 0; c <= max_step; c++) {
        const double usd = image_usd(b, group, k, c);
        if (usd <= (n > 0 ? image_usd(b, group, k, b->option[n - 1]) : 0.0)) {
            continue; // earns no more for no less work
        }
        while (n > 0) {
            const int32_t last = b->option[n - 1];
            const double before_s = n > 1 ? work_s[b->option[n - 2]] : 0.0;
            const double before_usd = n > 1 ? image_usd(b, group, k, b->option[n - 2]) : 0.0;
            const double last_usd = image_usd(b, group, k, last);
            if ((last_usd - before_usd) * (work_s[c] - before_s) >
                (usd - before_usd) * (work_s[last] - before_s)) {
                break;
            }
            n--;
        }
        b->option[n++] = c;
    }
    return n;
}

static void add_group_columns(builder *b, int64_t g) {
    const sw_system *sys = b->sys;
    const sw_job_group *group = &b->groups->group[g];
    const reservoir *r = group->lag == 0 ? NULL : find_reservoir(b, group->lag);
    int32_t row = -1;
    for (int32_t k = 0; k < sys->n_asp; k++) {
        const int32_t n = find_hull(b, group, k, b->groups->max_step[g * sys->n_asp + k]);
        for (int32_t i = 0; i < n; i++) {
            if (row < 0) {
                row = sw_lp_add_row(b->lp, -(double)INFINITY, 1.0); // shares of the group
            }
            const int32_t step = b->option[i];
            const double worth = group->images * image_usd(b, group, k, step) * b->units_per_usd;
            const double work = group->images * group->work *
                                sys->asp_image_work_s[k * sys->n_step + step] / sys->slot_s;
            (void)sw_lp_add_column(b->lp, worth, 0.0, 1.0, true);
            sw_lp_add_entry(b->lp, row, 1.0);
            if (r == NULL) {
                sw_lp_add_entry(b->lp, b->work_row[k * sys->n_slot + group->slot], -work);
            } else {
                sw_lp_add_entry(b->lp, r->inflow_row[k * held_slots(r) + group->slot - r->first],
                                work);
            }
        }
    }
}

// ---------------------------------------------------------------- the whole

static sw_status refuse_size(const builder *b, sw_error *err) {
    return sw_fail(err, SW_ERR_BAD_INPUT,
                   "the bound's LP would need more than %lld columns; take fewer slots",
                   (long long)b->max_columns);
}

static sw_status build(builder *b, double *constant_usd, sw_error *err) {
    const sw_system *sys = b->sys;
    b->option = sw_arena_alloc(&b->arena, (size_t)sys->n_step, sizeof *b->option);
    if (b->option == NULL || add_asp_rows(b) != SW_OK || add_site_rows(b) != SW_OK ||
        find_reservoirs(b) != SW_OK) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for the bound's LP");
    }
    for (int32_t i = 0; i < b->n_reservoir; i++) {
        if (add_reservoir_rows(b, &b->reservoir[i]) != SW_OK) {
            return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for the bound's LP");
        }
    }
    *constant_usd = -b->groups->late_usd;
    for (int32_t site = 0; site < sys->n_site; site++) {
        *constant_usd += add_site_columns(b, site);
    }
    for (int32_t k = 0; k < sys->n_asp; k++) {
        for (int64_t slot = 0; slot < sys->n_slot; slot++) {
            add_gpu_columns(b, k, slot);
        }
        for (int32_t i = 0; i < b->n_reservoir; i++) {
            if (b->reservoir[i].serves[k]) {
                add_reservoir_columns(b, &b->reservoir[i], k);
            }
        }
    }
    for (int64_t g = 0; g < b->groups->n; g++) {
        if (b->lp->n_col > b->max_columns) {
            return refuse_size(b, err);
        }
        add_group_columns(b, g);
    }
    return sw_lp_is_complete(b->lp)
               ? SW_OK
               : sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for the bound's LP (%d columns)",
                         b->lp->n_col);
}

sw_status sw_relaxation_build(const sw_model *model, const sw_world *world, const sw_groups *groups,
                              int64_t max_columns, sw_relaxation *relaxation, sw_error *err) {
    const sw_system *sys = &model->sys;
    memset(relaxation, 0, sizeof *relaxation);
    sw_lp_init(&relaxation->lp);
    builder b = {.model = model,
                 .sys = sys,
                 .world = world,
                 .groups = groups,
                 .lp = &relaxation->lp,
                 .max_columns = max_columns,
                 .slot_h = sys->slot_s / 3600.0,
                 .units_per_usd = 1.0};
    if (groups->n > 0 && groups->worth_usd > 0.0) {
        b.units_per_usd = (double)groups->n / groups->worth_usd;
    }
    const int64_t per_slot =
        8 * (int64_t)sys->n_site + (2 + (int64_t)sys->n_level_max) * sys->n_asp;
    sw_status status = SW_OK;
    if (per_slot > max_columns / (sys->n_slot > 0 ? sys->n_slot : 1)) {
        status = refuse_size(&b, err);
    } else {
        status = build(&b, &relaxation->constant_usd, err);
    }
    relaxation->units_per_usd = b.units_per_usd;
    sw_arena_deinit(&b.arena);
    if (status != SW_OK) {
        sw_relaxation_deinit(relaxation);
    }
    return status;
}

void sw_relaxation_deinit(sw_relaxation *relaxation) {
    sw_lp_deinit(&relaxation->lp);
}

#include <math.h>
#include <stdlib.h>

#include "base/fmath.h"
#include "lp/hull.h"
#include "lp/plan_parts.h"

enum {
    LEAST_PERIODS = 4,
    LONG_PERIOD = 12 // slots
};

// Of solutions of the same worth, take the one with less to and fro. Relative to what images earn.
static const double tie_cost = 1e-6;
// Backlog that no GPU can work off in time: dear, but never impossible.
static const double late_work_cost = 10.0;

// ---------------------------------------------------------------- what there is to choose

// Steps worth taking at an ASP for a mean job of a class that can be on time; returns how many.
static int32_t find_options(const sw_system *sys, int32_t w, int32_t k, double *usd,
                            int32_t *option) {
    const int32_t origin = sys->class_origin[w];
    const double latency_s = sys->link_latency_s[origin * sys->n_asp + k];
    const double time_s = sys->class_deadline_s[w] - latency_s;
    if (!(latency_s < (double)INFINITY) || time_s < 0.0 || sys->asp_gpus[k] == 0) {
        return 0;
    }
    const double *work_s = &sys->asp_image_work_s[(ptrdiff_t)k * sys->n_step];
    const double speed = sys->asp_level_speed[k * sys->n_level_max + sys->asp_n_level[k] - 1];
    int32_t n = 0;
    while (n < sys->n_step && sys->class_work[w] * work_s[n] <= time_s * speed) {
        usd[n] =
            sys->class_price_usd[w] * sys->class_value[w] * sys->asp_quality[k * sys->n_step + n] +
            sys->class_late_usd[w] - sys->link_transfer_usd[origin * sys->n_asp + k];
        n++;
    }
    return sw_upper_hull(n, work_s, usd, option);
}

sw_status sw_plan_list_options(sw_plan *plan, double *usd, int32_t *option) {
    const sw_system *sys = plan->sys;
    // More than a period may have are refused by sw_plan_cut_periods: one more is enough to see it.
    const size_t all = (size_t)sys->n_class * (size_t)sys->n_asp * (size_t)sys->n_step;
    const size_t most = all < SW_PLAN_MAX_COLUMN + 1 ? all : SW_PLAN_MAX_COLUMN + 1;
    int32_t *first = sw_arena_alloc(&plan->arena, (size_t)sys->n_class + 1, sizeof *first);
    int32_t *asp = sw_arena_alloc(&plan->arena, most, sizeof *asp);
    int32_t *step = sw_arena_alloc(&plan->arena, most, sizeof *step);
    if (first == NULL || asp == NULL || step == NULL) {
        return SW_ERR_NO_MEMORY;
    }
    int32_t n = 0;
    for (int32_t w = 0; w < sys->n_class; w++) {
        first[w] = n;
        for (int32_t k = 0; k < sys->n_asp && (size_t)n <= SW_PLAN_MAX_COLUMN; k++) {
            const int32_t n_here = find_options(sys, w, k, usd, option);
            for (int32_t i = 0; i < n_here && (size_t)n < most; i++) {
                asp[n] = k;
                step[n] = option[i];
                n++;
            }
        }
    }
    first[sys->n_class] = n;
    plan->view.n_option = n;
    plan->view.option_first = first;
    plan->view.option_asp = asp;
    plan->view.option_step = step;
    return SW_OK;
}

// Cuts the horizon into periods, short ones first.
sw_status sw_plan_cut_periods(sw_plan *plan, double horizon_s, sw_error *err) {
    static const int32_t pattern[] = {1, 1, 1, 1, 2, 2, 4, 4, 6, 6};
    const int32_t n_pattern = (int32_t)(sizeof pattern / sizeof pattern[0]);
    const sw_system *sys = plan->sys;
    const double wanted = ceil(horizon_s / sys->slot_s);
    const int64_t horizon = wanted < (double)sys->n_slot ? (int64_t)wanted : sys->n_slot;
    const int64_t n_level = sys->n_level_max;
    const int64_t per_period =
        plan->view.n_option + sys->n_class + (n_level + 2) * sys->n_asp + 10 * (int64_t)sys->n_site;
    if (per_period > SW_PLAN_MAX_COLUMN) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "the system is too large for lp: %lld or more columns a period, at most %d",
                       (long long)per_period, (int)SW_PLAN_MAX_COLUMN);
    }
    const int64_t most = SW_PLAN_MAX_COLUMN / per_period > LEAST_PERIODS
                             ? SW_PLAN_MAX_COLUMN / per_period
                             : LEAST_PERIODS;
    int32_t *length = sw_arena_alloc(&plan->arena, (size_t)most, sizeof *length);
    int64_t *offset = sw_arena_alloc(&plan->arena, (size_t)most, sizeof *offset);
    if (length == NULL || offset == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for a plan");
    }
    int64_t at = 0;
    int32_t n = 0;
    while (at < horizon && n < most) {
        const int64_t want = n < n_pattern ? pattern[n] : LONG_PERIOD;
        offset[n] = at;
        length[n] = (int32_t)(horizon - at < want ? horizon - at : want);
        at += length[n];
        n++;
    }
    plan->n_period = n;
    plan->length = length;
    plan->offset = offset;
    return SW_OK;
}

// ---------------------------------------------------------------- rows and columns

static int32_t *take(sw_plan *plan, int64_t n) {
    int32_t *array = sw_arena_alloc(&plan->arena, (size_t)(n * plan->n_period), sizeof *array);
    for (int64_t i = 0; array != NULL && i < n * plan->n_period; i++) {
        array[i] = -1;
    }
    return array;
}

bool sw_plan_take_names(sw_plan *plan) {
    const sw_system *sys = plan->sys;
    struct {
        int32_t **array;
        int64_t n;
    } const name[] = {
        {&plan->pool_row, sys->n_class},
        {&plan->work_row, sys->n_asp},
        {&plan->gpu_row, sys->n_asp},
        {&plan->it_row, sys->n_site},
        {&plan->balance_row, sys->n_site},
        {&plan->draw_row, sys->n_site},
        {&plan->soc_row, sys->n_site},
        {&plan->battery_row, sys->n_site},
        {&plan->room_row, sys->n_site},
        {&plan->hot_row, sys->n_site},
        {&plan->served_col, plan->view.n_option},
        {&plan->kept_col, sys->n_class},
        {&plan->busy_col, (int64_t)sys->n_asp * sys->n_level_max},
        {&plan->carry_col, sys->n_asp},
        {&plan->it_col, sys->n_site},
        {&plan->import_col, sys->n_site},
        {&plan->over_col, sys->n_site},
        {&plan->export_col, sys->n_site},
        {&plan->charge_col, sys->n_site},
        {&plan->discharge_col, sys->n_site},
        {&plan->soc_col, sys->n_site},
        {&plan->heat_col, sys->n_site},
        {&plan->room_col, sys->n_site},
        {&plan->hot_col, sys->n_site},
    };
    for (size_t i = 0; i < sizeof name / sizeof name[0]; i++) {
        *name[i].array = take(plan, name[i].n);
        if (*name[i].array == NULL) {
            return false;
        }
    }
    return true;
}

static bool has_battery(const sw_system *sys, int32_t i) {
    return sys->site_battery_kwh[i] > 0.0 &&
           (sys->site_battery_charge_kw[i] > 0.0 || sys->site_battery_discharge_kw[i] > 0.0);
}

static void add_rows(sw_plan *plan, int32_t p) {
    const sw_system *sys = plan->sys;
    sw_lp *lp = &plan->lp;
    const double inf = (double)INFINITY;
    for (int32_t w = 0; w < sys->n_class; w++) {
        plan->pool_row[sw_plan_at(plan, w, p)] = sw_lp_add_row(lp, -inf, 0.0);
    }
    for (int32_t k = 0; k < sys->n_asp; k++) {
        plan->work_row[sw_plan_at(plan, k, p)] = sw_lp_add_row(lp, 0.0, inf);
        plan->gpu_row[sw_plan_at(plan, k, p)] = sw_lp_add_row(lp, -inf, 0.0);
    }
    for (int32_t i = 0; i < sys->n_site; i++) {
        const int64_t at = sw_plan_at(plan, i, p);
        plan->it_row[at] = sw_lp_add_row(lp, 0.0, 0.0);
        plan->balance_row[at] = sw_lp_add_row(lp, 0.0, inf);
        plan->draw_row[at] = sw_lp_add_row(lp, -inf, inf);
        if (has_battery(sys, i)) {
            plan->soc_row[at] = sw_lp_add_row(lp, 0.0, 0.0);
            plan->battery_row[at] = sw_lp_add_row(lp, -inf, 0.0);
        }
        if (sys->site_cooling[i] == SW_COOLING_RC) {
            plan->room_row[at] = sw_lp_add_row(lp, 0.0, 0.0);
            plan->hot_row[at] = sw_lp_add_row(lp, -sys->site_room_max_c[i], inf);
        }
    }
}

static void add_class_columns(sw_plan *plan, int32_t w, int32_t p) {
    const sw_system *sys = plan->sys;
    sw_lp *lp = &plan->lp;
    const int64_t pool = sw_plan_at(plan, w, p);
    const double length = plan->length[p];
    const double images = plan->images_ref[w];
    for (int32_t o = plan->view.option_first[w]; o < plan->view.option_first[w + 1]; o++) {
        const int32_t k = plan->view.option_asp[o];
        const double usd = sw_plan_option_usd(plan, w, o);
        plan->served_col[sw_plan_at(plan, o, p)] = sw_lp_add_column(
            lp, length * images * usd * plan->units_per_usd, 0.0, (double)INFINITY, true);
        sw_lp_add_entry(lp, plan->pool_row[pool], length);
        sw_lp_add_entry(lp, plan->work_row[sw_plan_at(plan, k, p)],
                        -images * sw_plan_option_work_s(plan, w, o) / sys->slot_s);
    }
    // Kept images are counted in slots' worth, like what arrives.
    plan->kept_col[pool] = sw_lp_add_column(lp, -tie_cost, 0.0, 0.0, false);
    sw_lp_add_entry(lp, plan->pool_row[pool], 1.0);
    if (p + 1 < plan->n_period) {
        sw_lp_add_entry(lp, plan->pool_row[pool + 1], -1.0);
    }
}

static void add_asp_columns(sw_plan *plan, int32_t k, int32_t p) {
    const sw_system *sys = plan->sys;
    sw_lp *lp = &plan->lp;
    const int64_t at = sw_plan_at(plan, k, p);
    const int64_t site = sw_plan_at(plan, sys->asp_site[k], p);
    for (int32_t l = 0; l < sys->asp_n_level[k]; l++) {
        const int32_t level = k * sys->n_level_max + l;
        plan->busy_col[sw_plan_at(plan, level, p)] =
            sw_lp_add_column(lp, 0.0, 0.0, (double)INFINITY, true);
        sw_lp_add_entry(lp, plan->work_row[at], sys->asp_level_speed[level]);
        sw_lp_add_entry(lp, plan->gpu_row[at], 1.0);
        sw_lp_add_entry(lp, plan->it_row[site],
                        -sw_plan_gpu_kw(sys, k, sys->asp_level_busy_w[level] - sys->asp_off_w[k]));
    }
    // Backlog in GPU-slots; what is too late for any GPU.
    plan->carry_col[at] = sw_lp_add_column(lp, -tie_cost, 0.0, 0.0, false);
    sw_lp_add_entry(lp, plan->work_row[at], 1.0 / plan->length[p]);
    if (p + 1 < plan->n_period) {
        sw_lp_add_entry(lp, plan->work_row[at + 1], -1.0 / plan->length[p + 1]);
    }
    (void)sw_lp_add_column(lp, -late_work_cost * plan->length[p], 0.0, (double)INFINITY, true);
    sw_lp_add_entry(lp, plan->work_row[at], 1.0);
}

static void add_battery_columns(sw_plan *plan, int32_t i, int32_t p) {
    const sw_system *sys = plan->sys;
    sw_lp *lp = &plan->lp;
    const int64_t at = sw_plan_at(plan, i, p);
    const double hours = plan->slot_h * plan->length[p];
    const double wear_usd = hours * sys->site_battery_wear_usd_per_kwh[i];
    const double charge_kw = sys->site_battery_charge_kw[i];
    const double discharge_kw = sys->site_battery_discharge_kw[i];
    if (charge_kw > 0.0) {
        plan->charge_col[at] = sw_lp_add_column(lp, -tie_cost / charge_kw, 0.0, charge_kw, false);
        sw_lp_add_entry(lp, plan->balance_row[at], -1.0);
        sw_lp_add_entry(lp, plan->draw_row[at], -1.0);
        sw_lp_add_entry(lp, plan->soc_row[at], -hours * sys->site_battery_eff_charge[i]);
        sw_lp_add_entry(lp, plan->battery_row[at], 1.0 / charge_kw);
    }
    if (discharge_kw > 0.0) {
        plan->discharge_col[at] =
            sw_lp_add_column(lp, -tie_cost / discharge_kw - wear_usd * plan->units_per_usd, 0.0,
                             discharge_kw, false);
        sw_lp_add_entry(lp, plan->balance_row[at], 1.0);
        sw_lp_add_entry(lp, plan->soc_row[at], hours / sys->site_battery_eff_discharge[i]);
        sw_lp_add_entry(lp, plan->battery_row[at], 1.0 / discharge_kw);
    }
    plan->soc_col[at] =
        sw_lp_add_column(lp, 0.0, fmin(sys->site_soc_min_kwh[i], sys->site_soc_start_kwh[i]),
                         fmax(sys->site_soc_max_kwh[i], sys->site_soc_start_kwh[i]), false);
    sw_lp_add_entry(lp, plan->soc_row[at], 1.0);
    if (p + 1 < plan->n_period) {
        sw_lp_add_entry(lp, plan->soc_row[at + 1], -1.0);
    }
}

static void add_room_columns(sw_plan *plan, int32_t i, int32_t p) {
    const sw_system *sys = plan->sys;
    sw_lp *lp = &plan->lp;
    const int64_t at = sw_plan_at(plan, i, p);
    const double hours = plan->slot_h * plan->length[p];
    plan->heat_col[at] = sw_lp_add_column(lp, 0.0, 0.0, sys->site_cooling_max_kw[i], false);
    plan->room_col[at] = sw_lp_add_column(lp, 0.0, -1000.0, 1000.0, false);
    sw_lp_add_entry(lp, plan->room_row[at], 1.0);
    sw_lp_add_entry(lp, plan->hot_row[at], -1.0);
    if (p + 1 < plan->n_period) {
        const double next_h = plan->slot_h * plan->length[p + 1];
        sw_lp_add_entry(
            lp, plan->room_row[at + 1],
            -sw_exp(-next_h * sys->site_room_kw_per_k[i] / sys->site_room_kwh_per_k[i]));
    }
    plan->hot_col[at] =
        sw_lp_add_column(lp, -hours * sys->site_overheat_usd_per_kh[i] * plan->units_per_usd, 0.0,
                         (double)INFINITY, true);
    sw_lp_add_entry(lp, plan->hot_row[at], 1.0);
}

static void add_site_columns(sw_plan *plan, int32_t i, int32_t p) {
    const sw_system *sys = plan->sys;
    sw_lp *lp = &plan->lp;
    const int64_t at = sw_plan_at(plan, i, p);
    const double inf = (double)INFINITY;
    // The entries of IT power and heat hold cooling factors, which come with the numbers.
    double off_kw = 0.0;
    for (int32_t k = 0; k < sys->n_asp; k++) {
        off_kw += sys->asp_site[k] == i
                      ? sys->asp_gpus[k] * sw_plan_gpu_kw(sys, k, sys->asp_off_w[k])
                      : 0.0;
    }
    plan->it_col[at] = sw_lp_add_column(lp, 0.0, -off_kw, inf, true);
    plan->import_col[at] = sw_lp_add_column(lp, 0.0, 0.0, sys->site_import_limit_kw[i], false);
    sw_lp_add_entry(lp, plan->balance_row[at], 1.0);
    sw_lp_add_entry(lp, plan->draw_row[at], 1.0);
    if (sys->site_import_limit_kw[i] < inf) {
        plan->over_col[at] = sw_lp_add_column(lp, 0.0, 0.0, inf, true);
        sw_lp_add_entry(lp, plan->balance_row[at], 1.0);
        sw_lp_add_entry(lp, plan->draw_row[at], 1.0);
    }
    plan->export_col[at] = sw_lp_add_column(lp, 0.0, 0.0, 0.0, false);
    sw_lp_add_entry(lp, plan->balance_row[at], -1.0);
    if (has_battery(sys, i)) {
        add_battery_columns(plan, i, p);
    }
    if (sys->site_cooling[i] == SW_COOLING_RC) {
        add_room_columns(plan, i, p);
    }
}

static void add_columns(sw_plan *plan, int32_t p) {
    const sw_system *sys = plan->sys;
    for (int32_t w = 0; w < sys->n_class; w++) {
        add_class_columns(plan, w, p);
    }
    for (int32_t k = 0; k < sys->n_asp; k++) {
        add_asp_columns(plan, k, p);
    }
    for (int32_t i = 0; i < sys->n_site; i++) {
        add_site_columns(plan, i, p);
    }
}

// ---------------------------------------------------------------- numbers that stay

// Sets the units: a slot's usual images of each class, and what they would earn at most.
static void set_units(sw_plan *plan, const sw_view *view) {
    const sw_system *sys = plan->sys;
    double usd = 0.0;
    for (int32_t w = 0; w < sys->n_class; w++) {
        double jobs = 0.0;
        int64_t n = 0;
        for (int32_t p = 0; p < plan->n_period; p++) {
            const int64_t slot = view->slot + plan->offset[p];
            if (slot < sys->n_slot) {
                jobs += plan->host->forecast(plan->host, SW_FORECAST_JOBS, w, slot);
                n++;
            }
        }
        const double images = n > 0 ? jobs / (double)n * sys->class_images[w] : 0.0;
        plan->images_ref[w] = images > 0.0 ? images : 1.0;
        usd += plan->images_ref[w] * sys->class_price_usd[w] * sys->class_value[w];
    }
    plan->units_per_usd = usd > SW_LP_LEAST_WORTH_USD ? 1.0 / usd : 1.0;
}

// Builds the program at the first solve, when there is a forecast to take units from.
sw_status sw_plan_build(sw_plan *plan, const sw_view *view, sw_error *err) {
    set_units(plan, view);
    for (int32_t p = 0; p < plan->n_period; p++) {
        add_rows(plan, p);
    }
    for (int32_t p = 0; p < plan->n_period; p++) {
        add_columns(plan, p);
    }
    const size_t n = (size_t)plan->lp.n_row + (size_t)plan->lp.n_col + 1;
    plan->scratch = malloc(n * sizeof *plan->scratch);
    return plan->scratch != NULL && sw_lp_is_complete(&plan->lp)
               ? SW_OK
               : sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for a plan");
}

#include <math.h>

#include "lp/hull.h"
#include "lp/relaxation_parts.h"

static double speed_top(const sw_system *sys, int32_t k) {
    return sys->asp_level_speed[k * sys->n_level_max + sys->asp_n_level[k] - 1];
}

// ---------------------------------------------------------------- rows

static sw_reservoir *find_reservoir(const sw_relaxer *b, int32_t lag) {
    for (int32_t i = 0; i < b->n_reservoir; i++) {
        if (b->reservoir[i].lag == lag) {
            return &b->reservoir[i];
        }
    }
    return NULL;
}

// Finds which lags there are, when and where.
static sw_status find_reservoirs(sw_relaxer *b) {
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
        sw_reservoir *r = find_reservoir(b, group->lag);
        if (r == NULL) {
            SW_REQUIRE(b->n_reservoir < MAX_RESERVOIR);
            r = &b->reservoir[b->n_reservoir++];
            *r = (sw_reservoir){.lag = group->lag, .first = group->slot};
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

static int64_t held_slots(const sw_reservoir *r) {
    return r->last - r->first + 1;
}

static sw_status add_reservoir_rows(sw_relaxer *b, sw_reservoir *r) {
    const int64_t n_held = held_slots(r);
    const int64_t n = n_held * b->sys->n_asp;
    r->inflow_row = sw_relaxer_take_rows(b, n);
    r->carry_row = sw_relaxer_take_rows(b, n);
    r->recent_row = sw_relaxer_take_rows(b, n);
    r->done_row = sw_relaxer_take_rows(b, n);
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

// ---------------------------------------------------------------- columns of jobs

static void add_reservoir_columns(sw_relaxer *b, const sw_reservoir *r, int32_t k) {
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
static double image_usd(const sw_relaxer *b, const sw_job_group *group, int32_t k, int32_t step) {
    const sw_system *sys = b->sys;
    const int32_t origin = sys->class_origin[group->cls];
    const double late_usd = group->lag == SW_LAG_END ? 0.0 : sys->class_late_usd[group->cls];
    return sys->class_price_usd[group->cls] * group->value *
               sys->asp_quality[k * sys->n_step + step] +
           late_usd - sys->link_transfer_usd[origin * sys->n_asp + k];
}

static void add_group_columns(sw_relaxer *b, int64_t g) {
    const sw_system *sys = b->sys;
    const sw_job_group *group = &b->groups->group[g];
    const sw_reservoir *r = group->lag == 0 ? NULL : find_reservoir(b, group->lag);
    int32_t row = -1;
    for (int32_t k = 0; k < sys->n_asp; k++) {
        const int32_t n_in_time = b->groups->max_step[g * sys->n_asp + k] + 1;
        for (int32_t c = 0; c < n_in_time; c++) {
            b->worth_usd[c] = image_usd(b, group, k, c);
        }
        const int32_t n = sw_upper_hull(n_in_time, &sys->asp_image_work_s[k * sys->n_step],
                                        b->worth_usd, b->option);
        for (int32_t i = 0; i < n; i++) {
            if (row < 0) {
                row = sw_lp_add_row(b->lp, -(double)INFINITY, 1.0); // shares of the group
            }
            const int32_t step = b->option[i];
            const double worth = group->images * b->worth_usd[step] * b->units_per_usd;
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

// ---------------------------------------------------------------- the whole part

sw_status sw_relaxer_add_job_rows(sw_relaxer *b) {
    SW_TRY(find_reservoirs(b));
    for (int32_t i = 0; i < b->n_reservoir; i++) {
        SW_TRY(add_reservoir_rows(b, &b->reservoir[i]));
    }
    return SW_OK;
}

bool sw_relaxer_add_job_columns(sw_relaxer *b) {
    for (int32_t i = 0; i < b->n_reservoir; i++) {
        for (int32_t k = 0; k < b->sys->n_asp; k++) {
            if (b->reservoir[i].serves[k]) {
                add_reservoir_columns(b, &b->reservoir[i], k);
            }
        }
    }
    for (int64_t g = 0; g < b->groups->n && b->lp->n_col <= b->max_columns; g++) {
        add_group_columns(b, g);
    }
    return b->lp->n_col <= b->max_columns;
}

#include <math.h>

#include "lp/hull.h"
#include "lp/relaxation_parts.h"

static double speed_top(const sw_system *sys, int32_t k) {
    return sys->asp_level_speed[k * sys->n_level_max + sys->asp_n_level[k] - 1];
}

// ---------------------------------------------------------------- rows

// Finds what is due when, since when, and where.
static sw_status find_reservoirs(sw_relaxer *b) {
    const sw_system *sys = b->sys;
    b->reservoir = sw_arena_alloc(&b->arena, (size_t)sys->n_slot, sizeof *b->reservoir);
    if (b->reservoir == NULL) {
        return SW_ERR_NO_MEMORY;
    }
    for (int64_t slot = 0; slot < sys->n_slot; slot++) {
        b->reservoir[slot] = (sw_reservoir){.first = -1, .due = slot};
    }
    for (int64_t g = 0; g < b->groups->n; g++) {
        const sw_job_group *group = &b->groups->group[g];
        sw_reservoir *r = &b->reservoir[group->due];
        if (group->due == group->slot) {
            continue; // cannot wait
        }
        if (r->first < 0) { // groups come by slot: this is the earliest
            r->first = group->slot;
            r->serves = sw_arena_alloc(&b->arena, (size_t)sys->n_asp, sizeof *r->serves);
            if (r->serves == NULL) {
                return SW_ERR_NO_MEMORY;
            }
        }
        for (int32_t k = 0; k < sys->n_asp; k++) {
            r->serves[k] = r->serves[k] || b->groups->max_step[g * sys->n_asp + k] >= 0;
        }
    }
    return SW_OK;
}

static int64_t held_slots(const sw_reservoir *r) {
    return r->due - r->first + 1;
}

static int64_t place_in(const sw_reservoir *r, int32_t k, int64_t slot) {
    return k * held_slots(r) + slot - r->first;
}

static sw_status add_reservoir_rows(sw_relaxer *b, sw_reservoir *r) {
    const int64_t n_held = held_slots(r);
    const int64_t n = n_held * b->sys->n_asp;
    r->inflow_row = sw_relaxer_take_rows(&b->arena, n);
    r->done_row = sw_relaxer_take_rows(&b->arena, n);
    if (r->inflow_row == NULL || r->done_row == NULL) {
        return SW_ERR_NO_MEMORY;
    }
    for (int64_t i = 0; i < n; i++) {
        // Nothing is carried out of the last slot: what is left is done.
        if (r->serves[i / n_held] && i % n_held < n_held - 1) {
            r->done_row[i] = sw_lp_add_row(b->lp, 0.0, (double)INFINITY);
        }
    }
    return SW_OK;
}

// Adds inflow rows where there is an inflow.
static void add_inflow_rows(sw_relaxer *b) {
    const sw_system *sys = b->sys;
    for (int64_t g = 0; g < b->groups->n; g++) {
        const sw_job_group *group = &b->groups->group[g];
        const sw_reservoir *r = &b->reservoir[group->due];
        for (int32_t k = 0; k < sys->n_asp && group->due > group->slot; k++) {
            const int64_t i = place_in(r, k, group->slot);
            if (b->groups->max_step[g * sys->n_asp + k] >= 0 && r->inflow_row[i] < 0) {
                r->inflow_row[i] = sw_lp_add_row(b->lp, 0.0, 0.0);
            }
        }
    }
}

// ---------------------------------------------------------------- columns of jobs

static void add_reservoir_columns(sw_relaxer *b, const sw_reservoir *r, int32_t k) {
    const sw_system *sys = b->sys;
    const double most = sys->asp_gpus[k] * speed_top(sys, k); // work done in a slot
    for (int64_t slot = r->first; slot <= r->due; slot++) {
        const int64_t i = place_in(r, k, slot);
        const int64_t at = k * sys->n_slot + slot;
        const double left = (double)(r->due - slot); // slots
        if (r->inflow_row[i] >= 0) {                 // work that arrives
            (void)sw_lp_add_column(b->lp, 0.0, 0.0, most * (left + 1.0), true);
            sw_lp_add_entry(b->lp, r->inflow_row[i], -1.0);
            sw_lp_add_entry(b->lp, b->work_row[at], -1.0);
            sw_lp_add_entry(b->lp, r->done_row[i], 1.0);
        }
        if (slot < r->due) { // work carried over
            (void)sw_lp_add_column(b->lp, 0.0, 0.0, most * left, true);
            sw_lp_add_entry(b->lp, b->work_row[at], 1.0);
            sw_lp_add_entry(b->lp, b->work_row[at + 1], -1.0);
            sw_lp_add_entry(b->lp, r->done_row[i], -1.0);
            sw_lp_add_entry(b->lp, r->done_row[i + 1], 1.0);
        }
    }
}

// What serving an image of a group on time at an ASP brings, USD, against leaving it.
typedef struct image_worth {
    double face_usd; // at quality 1
    double late_usd; // spared
    double transfer_usd;
} image_worth;

static image_worth worth_of_image(const sw_relaxer *b, const sw_job_group *group, int32_t k) {
    const sw_system *sys = b->sys;
    const int32_t origin = sys->class_origin[group->cls];
    return (image_worth){.face_usd = sys->class_price_usd[group->cls] * group->value,
                         .late_usd = group->pays ? sys->class_late_usd[group->cls] : 0.0,
                         .transfer_usd = sys->link_transfer_usd[origin * sys->n_asp + k]};
}

static void add_group_columns(sw_relaxer *b, int64_t g) {
    const sw_system *sys = b->sys;
    const sw_job_group *group = &b->groups->group[g];
    const sw_reservoir *r = &b->reservoir[group->due];
    int32_t row = -1;
    for (int32_t k = 0; k < sys->n_asp; k++) {
        const int32_t n_in_time = b->groups->max_step[g * sys->n_asp + k] + 1;
        const image_worth image = worth_of_image(b, group, k);
        for (int32_t c = 0; c < n_in_time; c++) {
            b->worth_usd[c] = image.face_usd * sys->asp_quality[k * sys->n_step + c] +
                              image.late_usd - image.transfer_usd;
        }
        const int32_t n = sw_upper_hull(n_in_time, &sys->asp_image_work_s[(ptrdiff_t)k * sys->n_step],
                                        b->worth_usd, b->option);
        for (int32_t i = 0; i < n; i++) {
            if (row < 0) {
                row = sw_lp_add_row(b->lp, -(double)INFINITY, 1.0); // shares of the group
            }
            const int32_t step = b->option[i];
            const double work = group->images * group->work *
                                sys->asp_image_work_s[k * sys->n_step + step] / sys->slot_s;
            const double face_usd = group->images * image.face_usd;
            (void)sw_lp_add_column(b->lp, 0.0, 0.0, 1.0, true);
            sw_relaxer_add_worth(b, SW_TERM_REVENUE,
                                 face_usd * sys->asp_quality[k * sys->n_step + step]);
            sw_relaxer_add_worth(b, SW_TERM_LATE, group->images * image.late_usd);
            sw_relaxer_add_worth(b, SW_TERM_TRANSFER, -group->images * image.transfer_usd);
            sw_relaxer_add_worth(b, SW_TERM_FACE, face_usd);
            sw_lp_add_entry(b->lp, row, 1.0);
            const int64_t at = k * sys->n_slot + group->slot;
            if (group->due == group->slot) {
                sw_lp_add_entry(b->lp, b->work_row[at], -work);
            } else {
                sw_lp_add_entry(b->lp, r->inflow_row[place_in(r, k, group->slot)], work);
            }
        }
    }
}

// ---------------------------------------------------------------- the whole part

sw_status sw_relaxer_add_job_rows(sw_relaxer *b) {
    SW_TRY(find_reservoirs(b));
    for (int64_t slot = 0; slot < b->sys->n_slot; slot++) {
        if (b->reservoir[slot].first >= 0) {
            SW_TRY(add_reservoir_rows(b, &b->reservoir[slot]));
        }
    }
    add_inflow_rows(b);
    return SW_OK;
}

bool sw_relaxer_add_job_columns(sw_relaxer *b) {
    for (int64_t slot = 0; slot < b->sys->n_slot; slot++) {
        const sw_reservoir *r = &b->reservoir[slot];
        for (int32_t k = 0; k < b->sys->n_asp && r->first >= 0; k++) {
            if (r->serves[k]) {
                add_reservoir_columns(b, r, k);
            }
        }
    }
    for (int64_t g = 0; g < b->groups->n && b->lp->n_col <= b->max_columns; g++) {
        add_group_columns(b, g);
    }
    return b->lp->n_col <= b->max_columns;
}

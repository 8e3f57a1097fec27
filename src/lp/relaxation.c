#include "lp/relaxation.h"

#include <stdlib.h>
#include <string.h>

#include "lp/relaxation_parts.h"

int32_t *sw_relaxer_take_rows(sw_arena *arena, int64_t n) {
    int32_t *row = sw_arena_alloc(arena, (size_t)n, sizeof *row);
    for (int64_t i = 0; row != NULL && i < n; i++) {
        row[i] = -1;
    }
    return row;
}

// Memory that runs short is told as that of the program is: by sw_lp_is_complete.
static void add_part(sw_relaxer *b, sw_term term, int32_t col, double usd) {
    sw_relaxation *r = b->relaxation;
    if (usd == 0.0) {
        return;
    }
    if (r->n_part == r->part_capacity) {
        const int64_t capacity = r->part_capacity > 0 ? 2 * r->part_capacity : 1024;
        sw_worth_part *part = realloc(r->part, (size_t)capacity * sizeof *part);
        if (part == NULL) {
            r->lp.out_of_memory = true;
            return;
        }
        r->part = part;
        r->part_capacity = capacity;
    }
    r->part[r->n_part++] = (sw_worth_part){.usd = usd, .col = col, .term = (int32_t)term};
}

void sw_relaxer_add_worth(sw_relaxer *b, sw_term term, double usd) {
    if (b->lp->out_of_memory) {
        return;
    }
    const int32_t col = b->lp->n_col - 1;
    add_part(b, term, col, usd);
    if (term != SW_TERM_FACE) {
        b->lp->col_cost[col] += usd * b->relaxation->units_per_usd;
    }
}

void sw_relaxer_add_constant(sw_relaxer *b, sw_term term, double usd) {
    add_part(b, term, -1, usd);
    b->relaxation->constant_usd += usd;
}

static sw_status refuse_size(const sw_relaxer *b, sw_error *err) {
    return sw_fail(err, SW_ERR_BAD_INPUT,
                   "the bound's LP would need more than %lld columns; take fewer slots",
                   (long long)b->max_columns);
}

static sw_status build(sw_relaxer *b, sw_error *err) {
    b->option = sw_arena_alloc(&b->arena, (size_t)b->sys->n_step, sizeof *b->option);
    b->worth_usd = sw_arena_alloc(&b->arena, (size_t)b->sys->n_step, sizeof *b->worth_usd);
    if (b->option == NULL || b->worth_usd == NULL || sw_relaxer_add_energy_rows(b) != SW_OK ||
        sw_relaxer_add_job_rows(b) != SW_OK) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for the bound's LP");
    }
    sw_relaxer_add_energy_columns(b);
    sw_relaxer_add_constant(b, SW_TERM_LATE, -b->groups->late_usd);
    if (!sw_relaxer_add_job_columns(b)) {
        return refuse_size(b, err);
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
    sw_relaxer b = {.model = model,
                    .sys = sys,
                    .world = world,
                    .groups = groups,
                    .relaxation = relaxation,
                    .lp = &relaxation->lp,
                    .max_columns = max_columns,
                    .slot_h = sys->slot_s / 3600.0};
    relaxation->units_per_usd = 1.0;
    if (groups->n > 0 && groups->worth_usd > SW_LP_LEAST_WORTH_USD) {
        relaxation->units_per_usd = (double)groups->n / groups->worth_usd;
    }
    const int64_t per_slot =
        8 * (int64_t)sys->n_site + (2 + (int64_t)sys->n_level_max) * sys->n_asp;
    sw_status status = SW_OK;
    if (per_slot > max_columns / (sys->n_slot > 0 ? sys->n_slot : 1)) {
        status = refuse_size(&b, err);
    } else {
        status = build(&b, err);
    }
    sw_arena_deinit(&b.arena);
    if (status != SW_OK) {
        sw_relaxation_deinit(relaxation);
    }
    return status;
}

void sw_relaxation_deinit(sw_relaxation *relaxation) {
    sw_lp_deinit(&relaxation->lp);
    free(relaxation->part);
    relaxation->part = NULL;
    sw_arena_deinit(&relaxation->arena);
}

void sw_relaxation_terms(const sw_relaxation *relaxation, const double *column, double *term_usd) {
    for (int32_t term = 0; term < SW_N_TERM; term++) {
        term_usd[term] = 0.0;
    }
    for (int64_t i = 0; i < relaxation->n_part; i++) {
        const sw_worth_part *part = &relaxation->part[i];
        term_usd[part->term] += part->usd * (part->col < 0 ? 1.0 : column[part->col]);
    }
}

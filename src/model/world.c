#include "model/world.h"

#include <stdlib.h>

#include "base/timegrid.h"
#include "model/arrivals.h"
#include "model/forecast.h"
#include "model/realise.h"

// Time and class of a job in one number that sorts as jobs do: below SW_MAX_END_S a time on the
// grid takes 53 bits, a class the other 11.
enum { CLASS_BITS = 11 };
_Static_assert(SW_MAX_CLASS <= 1 << CLASS_BITS, "a class must fit into its bits");
static const uint64_t NO_JOB = UINT64_MAX;

struct sw_world {
    const sw_model *model;
    uint64_t seed;
    int64_t n_given;           // jobs handed out
    int32_t n_leaf;            // a power of two, >= n_class
    uint64_t *tree;            // tournament, root at 1, class c at n_leaf + c   [2 n_leaf]
    sw_arrival_source *source; // [n_class]
    sw_realised realised;
    sw_forecaster forecaster;
    sw_arena arena;
};

// ------------------------------------------------------------------ merging the classes

// Puts the next job of a class into the tournament and plays its matches up to the root.
static inline void enter_next(sw_world *world, int32_t cls) {
    const sw_arrival_source *source = &world->source[cls];
    uint64_t *tree = world->tree;
    int32_t at = world->n_leaf + cls;
    uint64_t best = NO_JOB;
    if (SW_LIKELY(source->at < source->n)) {
        const int64_t grid_time = (int64_t)(source->time_s[source->at] * SW_TIME_GRID_PER_S);
        best = ((uint64_t)grid_time << CLASS_BITS) | (uint64_t)cls;
    }
    for (tree[at] = best; at > 1; at /= 2) {
        const uint64_t other = tree[at ^ 1];
        best = other < best ? other : best;
        tree[at / 2] = best;
    }
}

void sw_world_rewind(sw_world *world) {
    world->n_given = 0;
    for (int32_t i = 0; i < 2 * world->n_leaf; i++) {
        world->tree[i] = NO_JOB;
    }
    for (int32_t cls = 0; cls < world->model->sys.n_class; cls++) {
        sw_arrival_source_init(&world->source[cls], &world->model->sys,
                               &world->realised.workload[cls], cls, world->seed);
        enter_next(world, cls);
    }
}

bool sw_world_next(sw_world *world, sw_arrival *arrival) {
    const uint64_t first = world->tree[1];
    if (first == NO_JOB) {
        return false;
    }
    const int32_t cls = (int32_t)(first & ((1u << CLASS_BITS) - 1));
    sw_arrival_source *source = &world->source[cls];
    const int i = source->at++;
    *arrival = (sw_arrival){.job = world->n_given++,
                            .time_s = source->time_s[i],
                            .deadline_s = source->deadline_s[i],
                            .value = source->value[i],
                            .work = source->work[i],
                            .cls = cls,
                            .images = (int32_t)source->images[i]};
    if (SW_UNLIKELY(source->at == source->n)) {
        sw_arrival_source_next(source);
    }
    enter_next(world, cls);
    return true;
}

// ------------------------------------------------------------------ life and questions

sw_status sw_world_create(const sw_model *model, uint64_t seed, sw_world **world, sw_error *err) {
    const int32_t n_class = model->sys.n_class;
    SW_REQUIRE(model->sys.end_s <= SW_MAX_END_S && n_class <= SW_MAX_CLASS);
    sw_world *w = calloc(1, sizeof *w);
    if (w == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for the world of a run");
    }
    w->model = model;
    w->seed = seed;
    w->n_leaf = 2;
    while (w->n_leaf < n_class) {
        w->n_leaf *= 2;
    }
    sw_status status = SW_OK;
    w->tree = sw_arena_alloc(&w->arena, 2 * (size_t)w->n_leaf, sizeof *w->tree);
    w->source = sw_arena_alloc(&w->arena, (size_t)n_class, sizeof *w->source);
    if (w->tree == NULL || w->source == NULL) {
        status =
            sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for the arrivals of %d classes", n_class);
        goto cleanup;
    }
    status = sw_realise(model, seed, &w->arena, &w->realised, err);
    if (status != SW_OK) {
        goto cleanup;
    }
    status = sw_forecaster_init(&w->forecaster, model, &w->realised, seed, err);
    if (status != SW_OK) {
        goto cleanup;
    }
    sw_world_rewind(w);
    *world = w;
    w = NULL;
cleanup:
    sw_world_destroy(w);
    return status;
}

void sw_world_destroy(sw_world *world) {
    if (world != NULL) {
        sw_forecaster_deinit(&world->forecaster);
        sw_arena_deinit(&world->arena);
        free(world);
    }
}

int64_t sw_world_sell_lowered(const sw_world *world) {
    return world->realised.sell_lowered;
}

uint64_t sw_world_seed(const sw_world *world) {
    return world->seed;
}

const sw_signal *sw_world_signal(const sw_world *world, int32_t site, int32_t kind) {
    return &world->realised.signal[site * SW_SIGNALS_PER_SITE + kind];
}

double sw_world_forecast(sw_world *world, sw_forecast_kind kind, int32_t owner, int64_t slot,
                         int64_t now_slot, bool perfect) {
    return sw_forecaster_at(&world->forecaster, kind, owner, slot, now_slot, perfect);
}

double sw_world_expected_jobs(const sw_world *world, int32_t cls, int64_t slot) {
    return sw_forecaster_expected_jobs(&world->forecaster, cls, slot);
}

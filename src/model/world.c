#include "model/world.h"

#include <math.h>
#include <stdlib.h>

#include "model/arrivals.h"
#include "model/forecast.h"

// A node of the tournament: the earlier of the two below it; at the bottom, a class's next job.
typedef struct node {
    double time_s; // inf: no job is left
    int32_t cls;
} node;

struct sw_world {
    const sw_model *model;
    uint64_t seed;
    int64_t n_given;           // jobs handed out
    int32_t n_leaf;            // a power of two, >= n_class
    node *tree;                // root at 1, class c at n_leaf + c   [2 n_leaf]
    sw_arrival_source *source; // [n_class]
    sw_forecaster forecaster;
    sw_arena arena;
};

// ------------------------------------------------------------------ merging the classes

// Plays the matches above a leaf whose time has changed. At equal times the lower class wins.
static inline void replay(node *tree, int32_t leaf) {
    node best = tree[leaf];
    for (int32_t at = leaf; at > 1; at /= 2) {
        const node other = tree[at ^ 1];
        const bool lower = other.cls < best.cls;
        const bool loses = other.time_s < best.time_s || (lower && other.time_s == best.time_s);
        best.cls = loses ? other.cls : best.cls;
        best.time_s = loses ? other.time_s : best.time_s;
        tree[at / 2] = best;
    }
}

static double next_time_s(const sw_arrival_source *source) {
    return source->at < source->n ? source->time_s[source->at] : (double)INFINITY;
}

void sw_world_rewind(sw_world *world) {
    world->n_given = 0;
    for (int32_t i = 0; i < 2 * world->n_leaf; i++) {
        world->tree[i] = (node){.time_s = (double)INFINITY, .cls = i - world->n_leaf};
    }
    for (int32_t cls = 0; cls < world->model->sys.n_class; cls++) {
        sw_arrival_source_init(&world->source[cls], world->model, cls, world->seed);
        world->tree[world->n_leaf + cls].time_s = next_time_s(&world->source[cls]);
    }
    for (int32_t leaf = world->n_leaf; leaf < 2 * world->n_leaf; leaf += 2) {
        replay(world->tree, leaf);
    }
}

bool sw_world_next(sw_world *world, sw_arrival *arrival) {
    const node first = world->tree[1];
    if (first.time_s == (double)INFINITY) {
        return false;
    }
    sw_arrival_source *source = &world->source[first.cls];
    const int i = source->at++;
    *arrival = (sw_arrival){.job = world->n_given++,
                            .time_s = first.time_s,
                            .deadline_s = source->deadline_s[i],
                            .value = source->value[i],
                            .work = source->work[i],
                            .cls = first.cls,
                            .images = (int32_t)source->images[i]};
    if (SW_UNLIKELY(source->at == source->n)) {
        sw_arrival_source_next(source);
    }
    const int32_t leaf = world->n_leaf + first.cls;
    world->tree[leaf].time_s = next_time_s(source);
    replay(world->tree, leaf);
    return true;
}

// ------------------------------------------------------------------ life and questions

sw_status sw_world_create(const sw_model *model, uint64_t seed, sw_world **world, sw_error *err) {
    const int32_t n_class = model->sys.n_class;
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
    status = sw_forecaster_init(&w->forecaster, model, seed, err);
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

uint64_t sw_world_seed(const sw_world *world) {
    return world->seed;
}

const sw_signal *sw_world_signal(const sw_world *world, int32_t site, int32_t kind) {
    return &world->model->signal[site * SW_SIGNALS_PER_SITE + kind];
}

double sw_world_forecast(sw_world *world, sw_forecast_kind kind, int32_t owner, int64_t slot,
                         int64_t now_slot, bool perfect) {
    return sw_forecaster_at(&world->forecaster, kind, owner, slot, now_slot, perfect);
}

double sw_world_expected_jobs(const sw_world *world, int32_t cls, int64_t slot) {
    return sw_forecaster_expected_jobs(&world->forecaster, cls, slot);
}

// world_fixture.h -- small models made in memory, for tests of arrivals and forecasts.
#ifndef SW_TEST_WORLD_FIXTURE_H
#define SW_TEST_WORLD_FIXTURE_H

#include <stdlib.h>

#include "model/model.h"

static inline void *fixture_alloc(sw_model *model, size_t n, size_t size) {
    void *piece = sw_arena_alloc(&model->arena, n, size);
    SW_REQUIRE(piece != NULL);
    return piece;
}

static inline sw_dist fixture_constant(double a) {
    return (sw_dist){.kind = SW_DIST_CONSTANT, .a = a};
}

// A signal that is the same in all slots.
static inline sw_signal fixture_signal(sw_model *model, double value) {
    double *v = fixture_alloc(model, 1, sizeof *v);
    *v = value;
    return (sw_signal){.value = v, .stride = 0};
}

static inline sw_signal *fixture_signals(sw_model *model) {
    return (sw_signal *)(uintptr_t)model->signal;
}

static inline sw_workload *fixture_workloads(sw_model *model) {
    return (sw_workload *)(uintptr_t)model->workload;
}

// A model of `n_site` sites with all signals 0 and `n_class` classes: Poisson, rate 0, one image,
// deadline 60 s.
static inline sw_model *fixture_model(int32_t n_site, int32_t n_class, double slot_s,
                                      int64_t n_slot) {
    sw_model *model = sw_model_create();
    SW_REQUIRE(model != NULL);
    sw_system *sys = &model->sys;
    sys->slot_s = slot_s;
    sys->n_slot = n_slot;
    sys->end_s = slot_s * (double)n_slot;
    sys->n_site = n_site;
    sys->n_asp = 1;
    sys->n_class = n_class;
    sys->n_step = 1;
    sys->n_level_max = 1;
    SW_REQUIRE(sw_model_alloc(model, NULL) == SW_OK);
    model->signal =
        fixture_alloc(model, (size_t)n_site * SW_SIGNALS_PER_SITE, sizeof *model->signal);
    model->workload = fixture_alloc(model, (size_t)n_class, sizeof *model->workload);
    for (int32_t i = 0; i < n_site * SW_SIGNALS_PER_SITE; i++) {
        fixture_signals(model)[i] = fixture_signal(model, 0.0);
    }
    for (int32_t cls = 0; cls < n_class; cls++) {
        fixture_workloads(model)[cls] = (sw_workload){.kind = SW_ARRIVAL_POISSON,
                                                      .rate = fixture_signal(model, 0.0),
                                                      .iod = 1.0,
                                                      .images = fixture_constant(1.0),
                                                      .deadline_s = fixture_constant(60.0),
                                                      .work = fixture_constant(1.0)};
    }
    return model;
}

#endif

// lp_fixture.h -- small systems made in memory, whose best utility can be worked out by hand.
#ifndef SW_TEST_LP_FIXTURE_H
#define SW_TEST_LP_FIXTURE_H

#include <math.h>
#include <stdlib.h>

#include "model/model.h"

// Writes into an array of a system or model that is constant to everybody else.
#define PUT(array, index, value)     (*(double *)(uintptr_t) & (array)[index] = (value))
#define PUT_INT(array, index, value) (*(int32_t *)(uintptr_t) & (array)[index] = (value))

static inline void *lp_fixture_alloc(sw_model *model, size_t n, size_t size) {
    void *piece = sw_arena_alloc(&model->arena, n, size);
    SW_REQUIRE(piece != NULL);
    return piece;
}

// Sets a signal of a site, slot by slot.
static inline void lp_fixture_signal(sw_model *model, int32_t site, int32_t kind,
                                     const double *value) {
    double *v = lp_fixture_alloc(model, (size_t)model->sys.n_slot, sizeof *v);
    for (int64_t i = 0; i < model->sys.n_slot; i++) {
        v[i] = value[i]; // NOLINT(clang-analyzer-core.uninitialized.Assign): n_slot values
    }
    sw_signal *signal = (sw_signal *)(uintptr_t)model->signal;
    signal[site * SW_SIGNALS_PER_SITE + kind] = (sw_signal){.value = v, .stride = 1};
}

// Sets a signal of a site that never changes.
static inline void lp_fixture_constant(sw_model *model, int32_t site, int32_t kind, double value) {
    double *v = lp_fixture_alloc(model, 1, sizeof *v);
    *v = value;
    sw_signal *signal = (sw_signal *)(uintptr_t)model->signal;
    signal[site * SW_SIGNALS_PER_SITE + kind] = (sw_signal){.value = v, .stride = 0};
}

// Gives a class jobs from a list. `deadline_s` is relative. NULL columns are absent.
static inline void lp_fixture_jobs(sw_model *model, int32_t cls, int64_t n, const double *arrival_s,
                                   const double *deadline_s, const double *value,
                                   const double *work) {
    double *column[4] = {NULL};
    const double *from[4] = {arrival_s, deadline_s, value, work};
    for (int c = 0; c < 4; c++) {
        if (from[c] != NULL) {
            column[c] = lp_fixture_alloc(model, (size_t)n, sizeof(double));
            for (int64_t i = 0; i < n; i++) {
                column[c][i] = from[c][i];
            }
        }
    }
    sw_workload *w = (sw_workload *)(uintptr_t)&model->workload[cls];
    w->trace = (sw_job_trace){.n = n,
                              .arrival_s = column[0],
                              .deadline_s = column[1],
                              .value = column[2],
                              .work = column[3]};
}

// Makes sites without battery, renewables or export, price 0, PUE 1; an ASP on each with one GPU of
// 1 kW busy and nothing else, one level of speed 1, `n_step` choices of 1, 2, ... steps with
// quality 1 and half a slot of work for an image of the first choice; ASPs reach each other at once
// and free; a class at each, 1 USD an image, no jobs.
static inline sw_model *lp_fixture(int32_t n_site, int32_t n_step, double slot_s, int64_t n_slot) {
    sw_model *model = sw_model_create();
    SW_REQUIRE(model != NULL);
    sw_system *sys = &model->sys;
    sys->name = "fixture";
    sys->slot_s = slot_s;
    sys->n_slot = n_slot;
    sys->end_s = slot_s * (double)n_slot;
    sys->revenue_scale = 1.0;
    sys->n_site = n_site;
    sys->n_asp = n_site;
    sys->n_class = n_site;
    sys->n_step = n_step;
    sys->n_level_max = 2;
    SW_REQUIRE(sw_model_alloc(model, NULL) == SW_OK);
    model->forecast = SW_FORECAST_PERFECT;
    sw_signal *signal =
        lp_fixture_alloc(model, (size_t)n_site * SW_SIGNALS_PER_SITE, sizeof *signal);
    sw_workload *workload = lp_fixture_alloc(model, (size_t)n_site, sizeof *workload);
    model->signal = signal;
    model->workload = workload;
    for (int32_t c = 0; c < n_step; c++) {
        PUT_INT(sys->steps, c, c + 1);
    }
    for (int32_t i = 0; i < n_site; i++) {
        for (int32_t kind = 0; kind < SW_SIGNALS_PER_SITE; kind++) {
            lp_fixture_constant(model, i, kind, 0.0);
        }
        PUT(sys->site_import_limit_kw, i, (double)INFINITY);
        PUT(sys->site_pue, i, 1.0);
        PUT(sys->site_battery_eff_charge, i, 1.0);
        PUT(sys->site_battery_eff_discharge, i, 1.0);
        PUT_INT(sys->asp_site, i, i);
        PUT_INT(sys->asp_gpus, i, 1);
        PUT_INT(sys->asp_n_level, i, 1);
        PUT(sys->asp_level_speed, (ptrdiff_t)2 * i, 1.0);
        PUT(sys->asp_level_busy_w, (ptrdiff_t)2 * i, 1000.0);
        for (int32_t c = 0; c < n_step; c++) {
            PUT(sys->asp_image_work_s, i * n_step + c, 0.5 * slot_s * (c + 1));
            PUT(sys->asp_quality, i * n_step + c, 1.0);
        }
        PUT_INT(sys->class_origin, i, i);
        PUT(sys->class_price_usd, i, 1.0);
        workload[i] = (sw_workload){.kind = SW_ARRIVAL_TRACE,
                                    .iod = 1.0,
                                    .images = {.kind = SW_DIST_CONSTANT, .a = 1.0},
                                    .deadline_s = {.kind = SW_DIST_CONSTANT, .a = (double)INFINITY},
                                    .work = {.kind = SW_DIST_CONSTANT, .a = 1.0}};
    }
    return model;
}

// Makes one site for an hour with 2 kW in a room of UA = 1 kW/K and C = 1 kWh/K, which starts at
// 20 C with 20 C outside; above 20.5 C a Kh costs 1 USD. Cooling at COP 2, energy 100 USD/MWh.
static inline sw_model *lp_fixture_warm_room(void) {
    sw_model *model = lp_fixture(1, 1, 3600.0, 1);
    sw_system *sys = &model->sys;
    lp_fixture_constant(model, 0, SW_SIGNAL_BUY, 100.0);
    lp_fixture_constant(model, 0, SW_SIGNAL_OUTDOOR, 20.0);
    PUT_INT(sys->site_cooling, 0, SW_COOLING_RC);
    PUT(sys->site_base_kw, 0, 2.0);
    PUT(sys->site_cop_a, 0, 2.0);
    PUT(sys->site_cop_min, 0, 1.0);
    PUT(sys->site_cop_max, 0, 9.0);
    PUT(sys->site_room_start_c, 0, 20.0);
    PUT(sys->site_room_max_c, 0, 20.5);
    PUT(sys->site_room_kwh_per_k, 0, 1.0);
    PUT(sys->site_room_kw_per_k, 0, 1.0);
    PUT(sys->site_cooling_max_kw, 0, 10.0);
    PUT(sys->site_overheat_usd_per_kh, 0, 1.0);
    return model;
}

// Makes one site for an hour with a job of 0.75 of the hour's work at full speed, 1 kW; half speed
// draws 0.3 kW. Energy 100 USD/MWh.
static inline sw_model *lp_fixture_two_levels(void) {
    sw_model *model = lp_fixture(1, 1, 3600.0, 1);
    sw_system *sys = &model->sys;
    PUT_INT(sys->asp_n_level, 0, 2);
    PUT(sys->asp_level_speed, 0, 0.5);
    PUT(sys->asp_level_speed, 1, 1.0);
    PUT(sys->asp_level_busy_w, 0, 300.0);
    PUT(sys->asp_level_busy_w, 1, 1000.0);
    PUT(sys->asp_image_work_s, 0, 2700.0);
    lp_fixture_constant(model, 0, SW_SIGNAL_BUY, 100.0);
    const double arrival_s[1] = {0.0};
    lp_fixture_jobs(model, 0, 1, arrival_s, NULL, NULL, NULL);
    return model;
}

#endif

// queue_model.h -- the queues of the textbooks: Poisson arrivals at one ASP.
#ifndef SW_TEST_QUEUE_MODEL_H
#define SW_TEST_QUEUE_MODEL_H

#include <check.h>
#include <math.h>

#include "sim/sim.h"
#include "support/lp_fixture.h"

// Gives a class of a model Poisson arrivals, with work of its ASP's times `work`.
static inline void queue_arrivals(sw_model *model, int32_t cls, double rate_per_s, sw_dist work) {
    double *rate = lp_fixture_alloc(model, 1, sizeof *rate);
    *rate = rate_per_s;
    sw_workload *load = (sw_workload *)(uintptr_t)&model->workload[cls];
    load->kind = SW_ARRIVAL_POISSON;
    load->rate = (sw_signal){.value = rate, .stride = 0};
    load->work = work;
}

// Makes a queue of `gpus` servers, FIFO, with `rate_per_s` arrivals of `mean_work_s` GPU-s at speed
// 1 times the factor `work`, deadline inf.
static inline sw_model *queue_model(int32_t gpus, double rate_per_s, double mean_work_s,
                                    sw_dist work, int64_t n_slot) {
    sw_model *model = lp_fixture(1, 1, 300.0, n_slot);
    PUT_INT(model->sys.asp_gpus, 0, gpus);
    PUT(model->sys.asp_image_work_s, 0, mean_work_s);
    queue_arrivals(model, 0, rate_per_s, work);
    return model;
}

// Drives a run to its end: keeps the controls, serves every job at ASP 0, at once. `lossy`: rejects
// a job that finds all GPUs busy.
static inline void queue_drive(sw_sim *sim, bool lossy) {
    const sw_view *view = sw_sim_view(sim);
    for (;;) {
        const sw_need need = sw_sim_advance(sim);
        if (need == SW_NEED_NOTHING) {
            return;
        }
        if (need == SW_NEED_CONTROLS) {
            SW_REQUIRE(sw_sim_control(sim, NULL) == SW_OK);
        } else {
            SW_REQUIRE(need == SW_NEED_DECISION);
            const bool full = view->running[0] == view->system->asp_gpus[0];
            const sw_decision decision = {.asp = lossy && full ? -1 : 0};
            SW_REQUIRE(sw_sim_decide(sim, &decision, NULL) == SW_OK);
        }
    }
}

#endif

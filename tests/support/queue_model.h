// queue_model.h -- one site, one ASP, one class of Poisson arrivals that always waits: the queues
// of the textbooks.
#ifndef SW_TEST_QUEUE_MODEL_H
#define SW_TEST_QUEUE_MODEL_H

#include <check.h>
#include <math.h>

#include "sim/sim.h"
#include "support/lp_fixture.h"

// Makes a queue of `gpus` servers, FIFO, with `rate_per_s` arrivals of `mean_work_s` GPU-s at speed
// 1 times the factor `work`, deadline inf.
static inline sw_model *queue_model(int32_t gpus, double rate_per_s, double mean_work_s,
                                    sw_dist work, int64_t n_slot) {
    sw_model *model = lp_fixture(1, 1, 300.0, n_slot);
    PUT_INT(model->sys.asp_gpus, 0, gpus);
    PUT(model->sys.asp_image_work_s, 0, mean_work_s);
    double *rate = lp_fixture_alloc(model, 1, sizeof *rate);
    *rate = rate_per_s;
    sw_workload *load = (sw_workload *)(uintptr_t)model->workload;
    load->kind = SW_ARRIVAL_POISSON;
    load->rate = (sw_signal){.value = rate, .stride = 0};
    load->work = work;
    return model;
}

// Drives a run to its end: keeps the controls, serves every job where it arrived, at once.
static inline void queue_drive(sw_sim *sim) {
    for (;;) {
        const sw_need need = sw_sim_advance(sim);
        if (need == SW_NEED_NOTHING) {
            return;
        }
        if (need == SW_NEED_CONTROLS) {
            SW_REQUIRE(sw_sim_control(sim, NULL) == SW_OK);
        } else {
            SW_REQUIRE(need == SW_NEED_DECISION);
            SW_REQUIRE(sw_sim_decide(sim, &(sw_decision){.asp = 0}, NULL) == SW_OK);
        }
    }
}

#endif

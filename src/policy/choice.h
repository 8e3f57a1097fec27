// choice.h -- what the built-in dispatchers share: candidates, their predicted finish, and their
// worth per image.
#ifndef SW_POLICY_CHOICE_H
#define SW_POLICY_CHOICE_H

#include <math.h>

#include "stepwatt/sw_policy.h"

// The parameter of the dispatchers at fixed steps.
#define SW_STEPS_PARAM                                                                             \
    {                                                                                              \
        .key = "steps", .kind = SW_PARAM_INTEGER, .fallback = 30, .lo = 1, .hi = 1000000,          \
        .help = "denoising steps of every job; the nearest of the scenario's list, of two the "    \
                "fewer"                                                                            \
    }

// Returns the index of the listed steps nearest to `steps`, of two the fewer.
static inline int32_t sw_nearest_step(const sw_system *sys, double steps) {
    int32_t best = 0;
    for (int32_t i = 1; i < sys->n_step; i++) {
        if (fabs((double)sys->steps[i] - steps) < fabs((double)sys->steps[best] - steps)) {
            best = i;
        }
    }
    return best;
}

// True when a job from `origin` can be sent to `asp`.
static inline bool sw_is_reachable(const sw_system *sys, int32_t origin, int32_t asp) {
    return sys->link_latency_s[origin * sys->n_asp + asp] < (double)INFINITY;
}

// Returns when a job is predicted to complete, s: `delay_s` from now until service, then its work
// at the ASP's present speed. Infinite where no GPU is available.
static inline double sw_predict_finish_s(const sw_view *view, const sw_job_view *job, int32_t asp,
                                         int32_t step, double delay_s) {
    return view->now_s + delay_s + sw_job_work_s(view->system, job, asp, step) / view->speed[asp];
}

// True when a predicted finish keeps the deadline. Nothing that never finishes does, not even
// without a deadline.
static inline bool sw_is_on_time(const sw_job_view *job, double finish_s) {
    return finish_s <= job->deadline_s && finish_s < (double)INFINITY;
}

// Returns what an image served at `asp` costs, USD: transfer, and energy at `energy_usd` per
// GPU-second of work.
static inline double sw_image_cost_usd(const sw_system *sys, const sw_job_view *job, int32_t asp,
                                       int32_t step, double energy_usd) {
    return sys->link_transfer_usd[job->origin * sys->n_asp + asp] +
           energy_usd * (job->work * sys->asp_image_work_s[asp * sys->n_step + step]);
}

#endif

// The dispatcher of lp and oracle: jobs go where they are worth most at the plan's prices of GPU
// time.
//
// Mode bid: a job goes where revenue - transfer - (p_k + kappa * (wait - w0)) * work is greatest
// among the choices that are on time. The price p_k of an ASP's work, energy included, is the dual
// of its work row; the queue term reacts to bursts within the slot, which the plan cannot know.
// kappa is scale-free: a parameter times what a GPU-second earns, for a wait of one standard
// deviation. Mode apportion follows the planned volumes instead.
#include <math.h>

#include "policy/choice.h"
#include "policy/lp_state.h"

// The wait at which GPU time costs the plan's price, in standard deviations of waits: at none it is
// cheaper, down to its energy, else jobs would on average pay more than was planned and take fewer
// steps. From 0.2 to 0.5 made little difference.
static const double usual_wait = 0.3;
// Waiting for a cheaper period must save at least this share of the GPU time's price.
static const double shift_gain = 0.05;
// Share of the time waited for a cheaper period that must be left before the deadline.
static const double shift_reserve = 0.25;

// The best choice so far for a job; worths are per image.
typedef struct best_choice {
    double usd;
    double gpu_usd; // of it paid for GPU time
    int32_t asp;
    int32_t step;
    double not_before_s;
} best_choice;

// Looks at all steps at an ASP: GPU time at `price_usd`, service within `time_s` at `speed`.
static void weigh_steps(const sw_system *sys, const sw_job_view *job, int32_t k, double price_usd,
                        double time_s, double speed, double not_before_s, best_choice *best) {
    const double *work_s = &sys->asp_image_work_s[(ptrdiff_t)k * sys->n_step];
    const double *quality = &sys->asp_quality[(ptrdiff_t)k * sys->n_step];
    const double limit_s = time_s * speed / ((double)job->images * job->work);
    const double pays_usd = sys->class_price_usd[job->cls] * job->value;
    const double costs_usd = price_usd * job->work;
    const double transfer_usd = sys->link_transfer_usd[job->origin * sys->n_asp + k];
    for (int32_t c = 0; c < sys->n_step && work_s[c] <= limit_s; c++) {
        const double usd = pays_usd * quality[c] - transfer_usd - costs_usd * work_s[c];
        if (usd > best->usd) {
            *best = (best_choice){usd, costs_usd * work_s[c], k, c, not_before_s};
        }
    }
}

// Looks at later periods of the plan, for jobs with time to wait. Jobs are spread over a period by
// their number.
static void weigh_shifts(const sw_lp_state *self, const sw_view *view, const sw_job_view *job,
                         best_choice *best) {
    const sw_system *sys = self->sys;
    const sw_plan_view *plan = self->planned;
    const double at = 0.618033988749895 * (double)job->job;
    const double spread = at - floor(at);
    best_choice later = *best;
    later.usd += shift_gain * best->gpu_usd;
    for (int32_t p = 1; p < plan->n_period; p++) {
        const double from_s = (double)plan->slot[p] * sys->slot_s;
        const double to_s =
            (double)(p + 1 < plan->n_period ? plan->slot[p + 1] : plan->slot[p] + 1) * sys->slot_s;
        const double start_s = from_s + spread * (to_s - from_s);
        if (start_s >= job->deadline_s || start_s >= sys->end_s) {
            break;
        }
        for (int32_t k = 0; k < sys->n_asp; k++) {
            if (!sw_is_reachable(sys, job->origin, k) || start_s <= view->now_s) {
                continue;
            }
            const double latency_s = sys->link_latency_s[job->origin * sys->n_asp + k];
            // Plans err: a slot and a part of the wait are kept in hand.
            const double time_s = job->deadline_s - start_s - latency_s - sys->slot_s -
                                  shift_reserve * (start_s - view->now_s);
            const double speed =
                sys->asp_level_speed[(ptrdiff_t)k * sys->n_level_max]; // even at the lowest level
            weigh_steps(sys, job, k, plan->price_usd[k * plan->n_period + p], time_s, speed,
                        start_s, &later);
        }
    }
    if (later.not_before_s > 0.0) {
        *best = later;
    }
}

// What waits at an ASP: work, and the time until a new job would start, by the rule of
// sw_predict_wait_s but without work put off until later slots.
typedef struct queue_now {
    double work_s;
    double wait_s;
} queue_now;

static queue_now see_queue(const sw_lp_state *self, const sw_view *view, int32_t k) {
    const double available = view->available[k];
    const double gone = view->now_s / self->sys->slot_s - (double)view->slot; // of this slot
    const double later_jobs = self->ahead_jobs[k] + (1.0 - gone) * self->due_jobs[k];
    const double later_s = self->ahead_s[k] + (1.0 - gone) * self->due_s[k];
    const double here = view->running[k] + view->queued[k] + view->in_transit[k] - later_jobs;
    queue_now queue = {fmax(view->waiting_work_s[k] - later_s, 0.0), 0.0};
    if (available == 0.0 && view->active[k] > 0) {
        // All are waking, at the latest since the slot began.
        const sw_system *sys = self->sys;
        const double awake_s = (double)view->slot * sys->slot_s + sys->asp_wake_s[k];
        queue.wait_s =
            fmax(awake_s - view->now_s, 0.0) + queue.work_s / (view->active[k] * view->speed[k]);
    } else if (available == 0.0) {
        queue.wait_s = (double)INFINITY;
    } else if (here >= available) {
        const double running_s =
            view->running[k] > 0 ? view->running_work_s[k] / (double)view->running[k] : 0.0;
        queue.wait_s = (queue.work_s + running_s) / (available * view->speed[k]);
    }
    return queue;
}

static best_choice bid(const sw_lp_state *self, const sw_view *view, const sw_job_view *job) {
    const sw_system *sys = self->sys;
    best_choice best = {.usd = -sys->class_late_usd[job->cls], .asp = -1};
    for (int32_t k = 0; k < sys->n_asp; k++) {
        if (!sw_is_reachable(sys, job->origin, k)) {
            continue;
        }
        const queue_now queue = see_queue(self, view, k);
        if (queue.wait_s == (double)INFINITY) {
            continue;
        }
        const double latency_s = sys->link_latency_s[job->origin * sys->n_asp + k];
        const double delay_s = latency_s > queue.wait_s ? latency_s : queue.wait_s;
        const double at_rest_usd =
            self->planned->price_usd[(ptrdiff_t)k * self->planned->n_period] - usual_wait * self->kappa_usd;
        const double price_usd =
            fmax(at_rest_usd, self->planned->energy_usd[k]) + self->kappa[k] * queue.wait_s;
        weigh_steps(sys, job, k, price_usd, job->deadline_s - view->now_s - delay_s, view->speed[k],
                    0.0, &best);
    }
    if (job->deadline_s - view->now_s > sys->slot_s) {
        weigh_shifts(self, view, job, &best);
    }
    return best;
}

// Gives each option its planned share of the images and takes the one that lags most behind, of
// those on time.
static best_choice apportion(sw_lp_state *self, const sw_view *view, const sw_job_view *job) {
    const sw_plan_view *plan = self->planned;
    const double images = (double)job->images;
    const double all = plan->class_images[job->cls];
    best_choice best = {.asp = -1};
    double left = 1.0;
    int32_t taken = -1;
    for (int32_t o = plan->option_first[job->cls]; o < plan->option_first[job->cls + 1]; o++) {
        const double share = all > 0.0 ? plan->option_images[o] / all : 0.0;
        self->credit[o] += share * images;
        left -= share;
    }
    self->reject_credit[job->cls] += (left > 0.0 ? left : 0.0) * images;
    best.usd = left > 1e-9 ? self->reject_credit[job->cls] : -(double)INFINITY;
    for (int32_t o = plan->option_first[job->cls]; o < plan->option_first[job->cls + 1]; o++) {
        const int32_t k = plan->option_asp[o];
        const int32_t c = plan->option_step[o];
        if (self->credit[o] <= best.usd) {
            continue;
        }
        const double delay_s = sw_predict_delay_s(view, job->origin, k);
        if (sw_is_on_time(job, sw_predict_finish_s(view, job, k, c, delay_s))) {
            best = (best_choice){.usd = self->credit[o], .asp = k, .step = c};
            taken = o;
        }
    }
    if (taken >= 0) {
        self->credit[taken] -= images;
    } else {
        self->reject_credit[job->cls] -= images;
    }
    return best;
}

void sw_lp_dispatch(void *state, const sw_view *view, const sw_job_view *job,
                    sw_decision *decision) {
    sw_lp_state *self = state;
    self->n_dispatched++;
    self->arrived[job->cls] += 1.0;
    const best_choice best =
        self->apportions && self->has_plan ? apportion(self, view, job) : bid(self, view, job);
    decision->asp = best.asp;
    decision->step = best.step;
    decision->not_before_s = best.not_before_s;
    const int64_t slot = (int64_t)(best.not_before_s / self->sys->slot_s);
    if (best.asp >= 0 && slot > view->slot && slot - view->slot < self->n_ring) {
        const int64_t at = best.asp * self->n_ring + slot % self->n_ring;
        const double work_s = sw_job_work_s(self->sys, job, best.asp, best.step);
        self->shifted_s[at] += work_s;
        self->shifted_jobs[at] += 1.0;
        self->ahead_s[best.asp] += work_s;
        self->ahead_jobs[best.asp] += 1.0;
    }
}

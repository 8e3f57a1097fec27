// sim.c -- the order of events, and the two kinds of decisions that interrupt it.
#include "sim/sim.h"

#include <math.h>
#include <stdlib.h>

#include "sim/state.h"

void sw_sim_book(sw_sim *sim, double usd) {
    const double sum = sim->booked_usd + usd;
    sim->booked_rest += fabs(sim->booked_usd) >= fabs(usd) ? (sim->booked_usd - sum) + usd
                                                           : (usd - sum) + sim->booked_usd;
    sim->booked_usd = sum;
    sim->booked_size += fabs(usd);
}

static sw_need fail_memory(sw_sim *sim) {
    (void)sw_fail(&sim->error, SW_ERR_NO_MEMORY,
                  "out of memory at t=%.17g s with %lld jobs in the system", sim->now_s,
                  (long long)sim->in_system);
    return SW_NEED_FAILED;
}

void sw_sim_read_arrival(sw_sim *sim) {
    sim->arrival_key = sw_world_next(sim->world, &sim->arrival)
                           ? sw_event_key(sim->arrival.time_s, SW_EVENT_ARRIVAL)
                           : SW_KEY_NEVER;
}

// The key of tick `slot`; the tick at the end of the horizon only closes the last slot.
uint64_t sw_sim_tick_key(const sw_sim *sim, int64_t slot) {
    return sw_event_key(sw_time_round((double)slot * sim->sys->slot_s), SW_EVENT_TICK);
}

// The first multiple of the dispatch interval at or after `t_s`, on the time grid.
static double interval_after_s(const sw_sim *sim, double t_s) {
    const double interval_s = sim->sys->dispatch_interval_s;
    double n = floor(t_s / interval_s) - 1.0;
    double at_s;
    do {
        n += 1.0;
        at_s = sw_time_round(n * interval_s);
    } while (at_s < t_s);
    return at_s;
}

static void schedule_interval(sw_sim *sim) {
    sim->interval_key = SW_KEY_NEVER;
    if (sw_ring_count(&sim->undecided) > 0) {
        const sw_job *job = &sim->pool[sw_ring_at(&sim->undecided, 0)];
        const double at_s = interval_after_s(sim, job->view.arrival_s);
        if (at_s < sim->sys->end_s) {
            sim->interval_key = sw_event_key(at_s, SW_EVENT_INTERVAL);
        }
    }
}

// Takes the job that arrives now into the system.
static int32_t admit(sw_sim *sim) {
    const int32_t item = sw_job_take(sim);
    if (item >= 0) {
        const sw_arrival *arrival = &sim->arrival;
        sw_job *job = &sim->pool[item];
        job->view = (sw_job_view){.job = arrival->job,
                                  .cls = arrival->cls,
                                  .origin = sim->sys->class_origin[arrival->cls],
                                  .images = arrival->images,
                                  .arrival_s = arrival->time_s,
                                  .deadline_s = arrival->deadline_s,
                                  .value = arrival->value,
                                  .work = arrival->work};
        job->asp = -1;
        job->step = 0;
        job->work_s = 0.0;
        job->revenue_usd = 0.0;
        job->transfer_usd = 0.0;
        job->start_s = (double)NAN;
        sim->n_arrived++;
        sw_sim_read_arrival(sim);
    }
    return item;
}

// Begins a slot, or ends the run.
static sw_need tick(sw_sim *sim) {
    const sw_system *sys = sim->sys;
    const int64_t closed = sim->view.slot;
    if (closed >= 0) {
        sw_energy_close_slot(sim, closed);
    }
    const int64_t slot = closed + 1;
    if (slot == sys->n_slot) {
        sw_report_finish(sim);
        sim->done = true;
        return SW_NEED_NOTHING;
    }
    sim->n_tick++;
    sim->view.slot = slot;
    sim->tick_key = sw_sim_tick_key(sim, slot + 1);
    for (int32_t asp = 0; asp < sys->n_asp; asp++) {
        sw_service_rebase(sim, asp);
        sim->sent_work_last[asp] = sim->sent_work[asp];
        sim->sent_work[asp] = 0.0;
    }
    sw_energy_signals(sim, slot);
    sw_energy_refresh(sim);
    return SW_NEED_CONTROLS;
}

// Takes the next arrival up: at once as the job to be decided, else as one of those that wait for
// the next interval. Returns false when memory is short.
static bool take_arrival(sw_sim *sim, bool at_once) {
    const int32_t item = admit(sim);
    if (at_once) {
        sim->pending_item = item;
        return item >= 0;
    }
    if (item < 0 || !sw_ring_push(&sim->undecided, item)) {
        return false;
    }
    if (sim->interval_key == SW_KEY_NEVER) {
        schedule_interval(sim);
    }
    return true;
}

sw_need sw_sim_advance(sw_sim *sim) {
    if (sim->need != SW_NEED_NOTHING || sim->error.code != SW_OK) {
        return sim->error.code != SW_OK ? SW_NEED_FAILED : sim->need;
    }
    if (sim->done) {
        return SW_NEED_NOTHING;
    }
    const bool at_once = sim->sys->dispatch_interval_s <= 0.0;
    for (;;) {
        // The earliest of: an ASP's next event, the tick, the next arrival, an undecided job.
        const int32_t asp = sw_tourney_first(&sim->next);
        uint64_t key = sw_tourney_first_key(&sim->next);
        key = sim->tick_key < key ? sim->tick_key : key;
        key = sim->arrival_key < key ? sim->arrival_key : key;
        key = sim->interval_key < key ? sim->interval_key : key;
        const sw_event_kind kind = sw_event_key_kind(key);
        sim->now_s = sw_event_key_time_s(key);
        sim->view.now_s = sim->now_s;

        if (kind == SW_EVENT_TICK) {
            return sim->need = tick(sim);
        }
        if (kind == SW_EVENT_ARRIVAL) {
            if (!take_arrival(sim, at_once)) {
                return fail_memory(sim);
            }
            if (at_once) {
                sw_energy_show_soc(sim);
                return sim->need = SW_NEED_DECISION;
            }
        } else if (kind == SW_EVENT_INTERVAL) {
            sim->pending_item = sw_ring_pop(&sim->undecided);
            schedule_interval(sim);
            sw_energy_show_soc(sim);
            return sim->need = SW_NEED_DECISION;
        } else if (!sw_service_event(sim, asp, kind)) {
            return fail_memory(sim);
        }
    }
}

void sw_sim_leave_out_energy(sw_sim *sim) {
    sim->no_energy = true;
}

const sw_view *sw_sim_view(const sw_sim *sim) {
    return &sim->view;
}

const sw_job_view *sw_sim_job(const sw_sim *sim) {
    return &sim->pool[sim->pending_item].view;
}

sw_controls *sw_sim_controls(sw_sim *sim) {
    return &sim->controls;
}

const sw_error *sw_sim_error(const sw_sim *sim) {
    return &sim->error;
}

// ---------------------------------------------------------------- decisions

// Says what is wrong with a decision, or NULL.
static const char *decision_fault(const sw_sim *sim, const sw_decision *decision) {
    const sw_system *sys = sim->sys;
    if (decision->asp == -1) {
        return NULL;
    }
    if (decision->asp < -1 || decision->asp >= sys->n_asp) {
        return "no such ASP";
    }
    if (decision->step < 0 || decision->step >= sys->n_step) {
        return "no such step choice";
    }
    if (!isfinite(decision->not_before_s)) {
        return "not_before is not finite";
    }
    const int32_t origin = sim->pool[sim->pending_item].view.origin;
    if (isinf(sys->link_latency_s[origin * sys->n_asp + decision->asp])) {
        return "the ASP cannot be reached from the job's origin";
    }
    return NULL;
}

sw_status sw_sim_decide(sw_sim *sim, const sw_decision *decision, sw_error *err) {
    SW_REQUIRE(sim->need == SW_NEED_DECISION);
    const sw_system *sys = sim->sys;
    const int32_t item = sim->pending_item;
    sw_job *job = &sim->pool[item];
    const char *fault = decision_fault(sim, decision);
    if (fault != NULL) {
        return sw_fail(err, SW_ERR_POLICY,
                       "at t=%.9g s, job %lld: %s (asp %d of 0..%d, or -1 to reject; step choice "
                       "%d of 0..%d; not_before %g s)",
                       sim->now_s, (long long)job->view.job, fault, decision->asp, sys->n_asp - 1,
                       decision->step, sys->n_step - 1, decision->not_before_s);
    }
    sim->need = SW_NEED_NOTHING;
    if (sim->listeners.decision != NULL) {
        sim->listeners.decision(sim->listeners.context, &job->view, decision);
    }
    if (decision->asp == -1) {
        sw_service_book(sim, job, SW_OUTCOME_REJECTED);
        sw_job_release(sim, item);
        return SW_OK;
    }
    const int32_t asp = decision->asp;
    const int32_t link = job->view.origin * sys->n_asp + asp;
    const double images = (double)job->view.images;
    sw_server *server = &sim->server[asp];
    job->asp = asp;
    job->step = decision->step;
    job->work_s = sw_job_work_s(sys, &job->view, asp, decision->step);
    job->revenue_usd = images * sys->class_price_usd[job->view.cls] * job->view.value *
                       sys->asp_quality[asp * sys->n_step + decision->step];
    job->transfer_usd = images * sys->link_transfer_usd[link];
    server->count.transferred += asp != job->view.origin;
    server->slot.transfer_usd += job->transfer_usd;
    server->slot.sent_jobs += 1.0;
    server->slot.sent_steps += (double)sys->steps[decision->step];
    if (job->transfer_usd != 0.0) {
        sw_sim_book(sim, -job->transfer_usd);
    }
    const double from_s = decision->not_before_s > sim->now_s ? decision->not_before_s : sim->now_s;
    // Beyond the horizon all instants are alike; this keeps the key of a far-off one exact.
    double reach_s = sw_time_round(from_s + sys->link_latency_s[link]);
    reach_s = reach_s < sys->end_s ? reach_s : sys->end_s;
    if (!sw_service_send(sim, item, reach_s)) {
        (void)fail_memory(sim);
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s", sim->error.text);
    }
    return SW_OK;
}

// ---------------------------------------------------------------- controls

// Checks what an energy manager set; the message names the first fault.
static sw_status check_controls(const sw_sim *sim, sw_error *err) {
    const sw_system *sys = sim->sys;
    const sw_controls *c = &sim->controls;
    for (int32_t asp = 0; asp < sys->n_asp; asp++) {
        if (c->level[asp] < 0 || c->level[asp] >= sys->asp_n_level[asp]) {
            return sw_fail(err, SW_ERR_POLICY,
                           "at t=%.9g s, slot %lld, asp %s: level %d is not in 0..%d", sim->now_s,
                           (long long)sim->view.slot, sys->asp_name[asp], c->level[asp],
                           sys->asp_n_level[asp] - 1);
        }
        if (c->active[asp] < 0 || c->active[asp] > sys->asp_gpus[asp]) {
            return sw_fail(err, SW_ERR_POLICY,
                           "at t=%.9g s, slot %lld, asp %s: active %d is not in 0..%d", sim->now_s,
                           (long long)sim->view.slot, sys->asp_name[asp], c->active[asp],
                           sys->asp_gpus[asp]);
        }
    }
    for (int32_t site = 0; site < sys->n_site; site++) {
        if (!isfinite(c->battery_kw[site])) {
            return sw_fail(
                err, SW_ERR_POLICY, "at t=%.9g s, slot %lld, site %s: battery_kw %g is not finite",
                sim->now_s, (long long)sim->view.slot, sys->site_name[site], c->battery_kw[site]);
        }
        if (c->thermostat[site] == 0 && !isfinite(c->cooling_kw[site])) {
            return sw_fail(
                err, SW_ERR_POLICY, "at t=%.9g s, slot %lld, site %s: cooling_kw %g is not finite",
                sim->now_s, (long long)sim->view.slot, sys->site_name[site], c->cooling_kw[site]);
        }
    }
    return SW_OK;
}

// Hands the slot's controls, as clipped, to the listener.
static void report_controls(sw_sim *sim) {
    const sw_system *sys = sim->sys;
    for (int32_t site = 0; site < sys->n_site; site++) {
        sim->applied.battery_kw[site] = sim->battery[site];
        sim->applied.cooling_kw[site] = sim->plant[site].heat_kw;
    }
    const sw_controls applied = {.level = sim->level,
                                 .active = sim->active,
                                 .battery_kw = sim->applied.battery_kw,
                                 .cooling_kw = sim->applied.cooling_kw,
                                 .thermostat = sim->controls.thermostat};
    sim->listeners.controls(sim->listeners.context, sim->view.slot, &applied);
}

sw_status sw_sim_control(sw_sim *sim, sw_error *err) {
    SW_REQUIRE(sim->need == SW_NEED_CONTROLS);
    const int32_t n_asp = sim->sys->n_asp;
    if (sim->error.code != SW_OK) {
        return sw_fail(err, sim->error.code, "%s", sim->error.text);
    }
    SW_TRY(check_controls(sim, err));
    sim->need = SW_NEED_NOTHING;
    bool done = true;
    for (int32_t asp = 0; asp < n_asp && done; asp++) {
        done = sw_service_control(sim, asp, sim->controls.level[asp], sim->controls.active[asp]);
    }
    sw_energy_refresh(sim);
    for (int32_t asp = 0; asp < n_asp && done; asp++) {
        done = sw_service_start(sim, asp);
        sw_service_schedule(sim, asp);
    }
    if (!done) {
        (void)fail_memory(sim);
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s", sim->error.text);
    }
    sw_energy_controls(sim);
    if (sim->listeners.controls != NULL) {
        report_controls(sim);
    }
    return SW_OK;
}

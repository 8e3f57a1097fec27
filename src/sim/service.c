// service.c -- jobs on their way through an ASP: transit, queue, GPU, outcome; and the GPUs that
// serve them.
#include <math.h>
#include <stdlib.h>

#include "sim/state.h"

// Two completions closer than this, in work, may round to the same instant: more than a grid step
// at any speed.
static const double SAME_INSTANT_S = 2.0 / SW_TIME_GRID_PER_S;

// ---------------------------------------------------------------- records of jobs

int32_t sw_job_take(sw_sim *sim) {
    if (sim->pool_free < 0) {
        const int32_t old = sim->pool_capacity;
        if (old > INT32_MAX / 2) {
            return -1;
        }
        const int32_t capacity = old == 0 ? 256 : old * 2;
        sw_job *pool = realloc(sim->pool, (size_t)capacity * sizeof *pool);
        if (pool == NULL) {
            return -1;
        }
        for (int32_t i = old; i < capacity; i++) {
            pool[i].next_free = i + 1 < capacity ? i + 1 : -1;
        }
        sim->pool = pool;
        sim->pool_capacity = capacity;
        sim->pool_free = old;
    }
    const int32_t item = sim->pool_free;
    sim->pool_free = sim->pool[item].next_free;
    sim->in_system++;
    return item;
}

void sw_job_release(sw_sim *sim, int32_t item) {
    sim->pool[item].next_free = sim->pool_free;
    sim->pool_free = item;
    sim->in_system--;
}

// ---------------------------------------------------------------- outcomes

// Hands a job's end to the listener.
static void report_outcome(sw_sim *sim, const sw_job *job, sw_outcome_kind kind, double revenue_usd,
                           double late_usd) {
    const sw_outcome outcome = {.job = job->view,
                                .kind = kind,
                                .asp = job->asp,
                                .step = job->step,
                                .end_s = kind == SW_OUTCOME_UNFINISHED ? (double)NAN : sim->now_s,
                                .start_s = job->start_s,
                                .revenue_usd = revenue_usd,
                                .late_usd = late_usd,
                                .transfer_usd = job->transfer_usd};
    sw_energy_show_soc(sim);
    sim->listeners.outcome(sim->listeners.context, &outcome);
}

void sw_service_book(sw_sim *sim, const sw_job *job, sw_outcome_kind kind) {
    const int32_t at = job->asp >= 0 ? job->asp : job->view.origin;
    sw_server *server = &sim->server[at];
    // Late and dropped jobs always pay; what was rejected or cut off pays if its deadline lies
    // within the horizon.
    const bool due = job->view.deadline_s <= sim->sys->end_s;
    bool pays = true;
    double revenue_usd = 0.0;
    double late_usd = 0.0;
    server->count.jobs++;
    switch (kind) {
    case SW_OUTCOME_ON_TIME:
        server->count.on_time++;
        server->images_on_time[job->step] += job->view.images;
        revenue_usd = job->revenue_usd;
        server->slot.revenue_usd += revenue_usd;
        pays = false;
        break;
    case SW_OUTCOME_LATE:
        server->count.late++;
        break;
    case SW_OUTCOME_DROPPED:
        server->count.dropped++;
        break;
    case SW_OUTCOME_REJECTED:
        server->count.rejected++;
        pays = due;
        break;
    case SW_OUTCOME_UNFINISHED:
        server->count.unfinished++;
        server->count.overdue += due;
        pays = due;
        break;
    }
    if (pays) {
        late_usd = sim->sys->class_late_usd[job->view.cls] * (double)job->view.images;
        server->slot.late_usd += late_usd;
    }
    sw_sim_book(sim, revenue_usd - late_usd);
    if (sim->listeners.outcome != NULL) {
        report_outcome(sim, job, kind, revenue_usd, late_usd);
    }
}

// ---------------------------------------------------------------- the work clock and what comes
// next

double sw_work_clock_s(const sw_sim *sim, int32_t asp) {
    const sw_server *server = &sim->server[asp];
    return server->clock_work_s + sim->speed[asp] * (sim->now_s - server->clock_set_s);
}

// Sets the clock's origin to now, so that a new speed counts from here.
static void clock_set(sw_sim *sim, int32_t asp) {
    sw_server *server = &sim->server[asp];
    server->clock_work_s = server->running.n > 0 ? sw_work_clock_s(sim, asp) : 0.0;
    server->clock_set_s = sim->now_s;
}

void sw_service_rebase(sw_sim *sim, int32_t asp) {
    // A small clock keeps the rounding of finish times far below the time grid, also after a year.
    const double rebase_at_s = 4096.0;
    sw_server *server = &sim->server[asp];
    if (sw_work_clock_s(sim, asp) > rebase_at_s) {
        clock_set(sim, asp);
        sw_minset_subtract(&server->running, server->clock_work_s);
        server->clock_work_s = 0.0;
    }
}

// The instant at which the work clock reaches `finish_work_s`, on the time grid and not in the
// past.
static double completion_s(const sw_sim *sim, int32_t asp, double finish_work_s) {
    const sw_server *server = &sim->server[asp];
    const double at_s =
        server->clock_set_s + (finish_work_s - server->clock_work_s) / sim->speed[asp];
    return sw_time_round(at_s > sim->now_s ? at_s : sim->now_s);
}

void sw_service_schedule(sw_sim *sim, int32_t asp) {
    const sw_server *server = &sim->server[asp];
    // What lies at or beyond the end need not be told apart; completions at the end itself still
    // count.
    uint64_t key = SW_KEY_NEVER;
    if (server->running.n > 0) {
        const double at_s = completion_s(sim, asp, sw_minset_least_key(&server->running));
        if (at_s <= sim->sys->end_s) {
            key = sw_event_key(at_s, SW_EVENT_COMPLETION);
        }
    }
    if (server->n_wake > 0 && server->wake[0].ready_s < sim->sys->end_s) {
        const uint64_t wake = sw_event_key(server->wake[0].ready_s, SW_EVENT_WAKE);
        key = wake < key ? wake : key;
    }
    if (server->transit.n > 0 && server->transit.entry[0].key < sim->sys->end_s) {
        const uint64_t arrival = sw_event_key(server->transit.entry[0].key, SW_EVENT_REACH);
        key = arrival < key ? arrival : key;
    }
    sw_tourney_set(&sim->next, asp, key);
}

// ---------------------------------------------------------------- queue and start

// Takes a job out of the numbers of the queue. True when it can still be on time; else its deadline
// has passed and it is dropped.
static bool leave_queue(sw_sim *sim, int32_t asp, int32_t item) {
    const sw_job *job = &sim->pool[item];
    sim->queued[asp]--;
    sim->waiting_work[asp] -= job->work_s;
    if (sim->queued[asp] + sim->in_transit[asp] == 0) {
        sim->waiting_work[asp] = 0.0; // no residue of rounding in an empty queue
    }
    if (job->view.deadline_s >= sim->now_s) {
        return true;
    }
    sw_service_book(sim, job, SW_OUTCOME_DROPPED);
    sw_job_release(sim, item);
    return false;
}

// Takes the next job that can still be on time out of the queue, dropping those whose deadline has
// passed; -1: none.
static int32_t take_startable(sw_sim *sim, int32_t asp) {
    sw_server *server = &sim->server[asp];
    const bool edf = sim->sys->asp_edf[asp] != 0;
    while (sim->queued[asp] > 0) {
        int32_t item;
        if (edf) {
            item = server->edf.entry[0].item;
            sw_heap_remove(&server->edf, 0);
        } else {
            item = sw_ring_pop(&server->fifo);
        }
        if (leave_queue(sim, asp, item)) {
            return item;
        }
    }
    return -1;
}

// Starts a job now; returns the value of the work clock at which it will be done.
static double begin_service(sw_sim *sim, int32_t asp, int32_t item) {
    sw_server *server = &sim->server[asp];
    sw_job *job = &sim->pool[item];
    if (server->running.n == 0) {
        clock_set(sim, asp); // an idle ASP's clock starts afresh
    }
    job->start_s = sim->now_s;
    sim->running_work[asp] += job->work_s;
    return sw_work_clock_s(sim, asp) + job->work_s;
}

// The earliest completion as the set of running jobs has it.
static uint64_t first_completion(const sw_server *server) {
    return server->running.n > 0 ? server->running.node[1].order : SW_MINSET_EMPTY;
}

// Puts a job on a free GPU; false when memory is short.
static bool occupy(sw_sim *sim, int32_t asp, int32_t item) {
    const double done_work_s = begin_service(sim, asp, item);
    sim->running[asp]++;
    return sw_minset_add(&sim->server[asp].running, done_work_s, item);
}

// What follows from jobs that started: power, and the next event if another job completes first
// now.
static void after_start(sw_sim *sim, int32_t asp, uint64_t first_before) {
    sw_energy_busy_changed(sim, asp);
    if (first_completion(&sim->server[asp]) != first_before) {
        sw_service_schedule(sim, asp);
    }
}

bool sw_service_start(sw_sim *sim, int32_t asp) {
    const uint64_t first = first_completion(&sim->server[asp]);
    bool started = false;
    while (sim->running[asp] < sim->available[asp]) {
        const int32_t item = take_startable(sim, asp);
        if (item < 0) {
            break;
        }
        if (!occupy(sim, asp, item)) {
            return false;
        }
        started = true;
    }
    if (started) {
        after_start(sim, asp, first);
    }
    return true;
}

// Puts a job that reached the ASP into its queue, or starts it at once.
static bool reach(sw_sim *sim, int32_t asp, int32_t item) {
    sw_server *server = &sim->server[asp];
    const sw_job *job = &sim->pool[item];
    sim->n_reached++;
    sim->queued[asp]++;
    if (sim->running[asp] < sim->available[asp]) {
        SW_ASSERT(sim->queued[asp] == 1); // nobody waits while a GPU is free
        if (!leave_queue(sim, asp, item)) {
            return true;
        }
        const uint64_t first = first_completion(server);
        if (!occupy(sim, asp, item)) {
            return false;
        }
        after_start(sim, asp, first);
        return true;
    }
    if (sim->sys->asp_edf[asp] != 0) {
        const sw_heap_entry entry = {
            .key = job->view.deadline_s, .id = job->view.job, .item = item};
        return sw_heap_push(&server->edf, entry);
    }
    return sw_ring_push(&server->fifo, item);
}

bool sw_service_send(sw_sim *sim, int32_t item, double reach_s) {
    const sw_job *job = &sim->pool[item];
    const int32_t asp = job->asp;
    sim->waiting_work[asp] += job->work_s;
    sim->sent_work[asp] += job->work_s;
    if (reach_s <= sim->now_s && reach_s < sim->sys->end_s) {
        return reach(sim, asp, item); // it comes before anything else of this instant
    }
    sim->in_transit[asp]++;
    const sw_heap_entry entry = {.key = reach_s, .id = job->view.job, .item = item};
    if (!sw_heap_push(&sim->server[asp].transit, entry)) {
        return false;
    }
    if (sim->server[asp].transit.entry[0].item == item) {
        sw_service_schedule(sim, asp);
    }
    return true;
}

// ---------------------------------------------------------------- events

// Finds, among the running jobs below `node` that complete now, the one with the lowest number, if
// lower than that at place `best`.
// NOLINTNEXTLINE(misc-no-recursion): as deep as the tree, 31 levels at most
static int32_t completing(const sw_sim *sim, int32_t asp, int32_t node, int32_t best) {
    const sw_minset *running = &sim->server[asp].running;
    const sw_minset_node *least = &running->node[node];
    if (least->order == SW_MINSET_EMPTY ||
        completion_s(sim, asp, sw_minset_key(least->order)) > sim->now_s) {
        return best;
    }
    if (node < running->n_leaf) {
        best = completing(sim, asp, 2 * node, best);
        return completing(sim, asp, 2 * node + 1, best);
    }
    const int64_t job = sim->pool[running->item[least->place]].view.job;
    return job < sim->pool[running->item[best]].view.job ? least->place : best;
}

void sw_service_count_latency(sw_sim *sim, int32_t asp) {
    sw_server *server = &sim->server[asp];
    sw_histogram_count(&sim->edges, server->n_latency, server->latency_s, server->latency_count);
    server->n_latency = 0;
}

static bool complete(sw_sim *sim, int32_t asp) {
    sw_server *server = &sim->server[asp];
    sw_minset *running = &server->running;
    int32_t done = sw_minset_least(running);
    const double near_s = sw_minset_least_key(running) + SAME_INSTANT_S * sim->speed[asp];
    if (SW_UNLIKELY(sw_minset_has_another(running, near_s))) {
        done = completing(sim, asp, 1, done);
    }
    const int32_t item = running->item[done];
    const sw_job *job = &sim->pool[item];
    const double latency_s = sim->now_s - job->view.arrival_s;

    sim->n_completed++;
    server->slot.latency_s += latency_s;
    server->latency_s[server->n_latency++] = latency_s;
    if (server->n_latency == SW_LATENCY_BLOCK) {
        sw_service_count_latency(sim, asp);
    }
    sim->running_work[asp] -= job->work_s;
    sw_service_book(sim, job,
                    sim->now_s <= job->view.deadline_s ? SW_OUTCOME_ON_TIME : SW_OUTCOME_LATE);
    sw_job_release(sim, item);

    // The next job takes the GPU over at once: as many are busy as before, so power stays. At the
    // end of the horizon none starts, and none is dropped.
    const bool may_start =
        sim->now_s < sim->sys->end_s && sim->running[asp] - 1 < sim->available[asp];
    const int32_t next = may_start ? take_startable(sim, asp) : -1;
    if (next >= 0) {
        const double done_work_s = begin_service(sim, asp, next);
        sw_minset_replace(running, done, done_work_s, next);
    } else {
        sw_minset_remove(running, done);
        sim->running[asp]--;
        if (sim->running[asp] == 0) {
            sim->running_work[asp] = 0.0;
        }
        sw_energy_busy_changed(sim, asp);
    }
    sw_service_schedule(sim, asp);
    return true;
}

bool sw_service_event(sw_sim *sim, int32_t asp, sw_event_kind kind) {
    sw_server *server = &sim->server[asp];
    if (kind == SW_EVENT_COMPLETION) {
        return complete(sim, asp);
    }
    if (kind == SW_EVENT_WAKE) {
        server->waking -= server->wake[0].n;
        server->n_wake--;
        for (int32_t i = 0; i < server->n_wake; i++) {
            server->wake[i] = server->wake[i + 1];
        }
        sim->available[asp] = sim->active[asp] - server->waking;
        sw_service_schedule(sim, asp);
        return sw_service_start(sim, asp);
    }
    SW_ASSERT(kind == SW_EVENT_REACH);
    const int32_t item = server->transit.entry[0].item;
    sw_heap_remove(&server->transit, 0);
    sim->in_transit[asp]--;
    const bool done = reach(sim, asp, item);
    sw_service_schedule(sim, asp);
    return done;
}

// ---------------------------------------------------------------- controls

// Switches `n` more GPUs on: they serve after wake_s.
static bool switch_on(sw_sim *sim, int32_t asp, int32_t n) {
    sw_server *server = &sim->server[asp];
    const double ready_s = sw_time_round(sim->now_s + sim->sys->asp_wake_s[asp]);
    if (ready_s <= sim->now_s) {
        return true;
    }
    if (server->n_wake == server->wake_capacity) {
        const int32_t capacity = server->wake_capacity == 0 ? 4 : server->wake_capacity * 2;
        sw_wake *wake = realloc(server->wake, (size_t)capacity * sizeof *wake);
        if (wake == NULL) {
            return false;
        }
        server->wake = wake;
        server->wake_capacity = capacity;
    }
    server->wake[server->n_wake++] = (sw_wake){.ready_s = ready_s, .n = n};
    server->waking += n;
    return true;
}

// Switches `n` GPUs off, those with the longest time to wake first.
static void switch_off(sw_server *server, int32_t n) {
    while (n > 0 && server->n_wake > 0) {
        sw_wake *latest = &server->wake[server->n_wake - 1];
        const int32_t off = n < latest->n ? n : latest->n;
        latest->n -= off;
        server->waking -= off;
        n -= off;
        server->n_wake -= latest->n == 0;
    }
}

bool sw_service_control(sw_sim *sim, int32_t asp, int32_t level, int32_t active) {
    const sw_system *sys = sim->sys;
    sw_server *server = &sim->server[asp];
    if (level != sim->level[asp]) {
        clock_set(sim, asp);
        sim->level[asp] = level;
        sim->speed[asp] = sys->asp_level_speed[asp * sys->n_level_max + level];
    }
    const int32_t on = sw_gpus_on(sim->active[asp], sim->running[asp]);
    const int32_t on_next = sw_gpus_on(active, sim->running[asp]);
    if (on_next > on && !switch_on(sim, asp, on_next - on)) {
        return false;
    }
    if (on_next < on) {
        switch_off(server, on - on_next);
    }
    sim->active[asp] = active;
    sim->available[asp] = active - server->waking;
    return true;
}

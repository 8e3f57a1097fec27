#include "support/twin.h"

#include <math.h>
#include <stdlib.h>

#include "support/twin_parts.h"

static const double FOREVER = (double)INFINITY;

// Events of one instant happen in this order.
typedef enum event_kind { COMPLETION, TICK, WAKE, REACH, ARRIVAL, DECISION, NOTHING } event_kind;

typedef struct event {
    double time_s;
    event_kind kind;
    int32_t asp;
    int64_t job;
} event;

static bool is_before(const event *a, const event *b) {
    if (a->time_s != b->time_s) {
        return a->time_s < b->time_s;
    }
    if (a->kind != b->kind) {
        return a->kind < b->kind;
    }
    return a->asp != b->asp ? a->asp < b->asp : a->job < b->job;
}

// The nearest multiple of 2^-27 s, half to even.
static double on_grid_s(long double t_s) {
    return isinf(t_s) ? (double)t_s : (double)ldexpl(rintl(ldexpl(t_s, 27)), -27);
}

static void *take(int64_t n, size_t size) {
    void *piece = calloc(n > 0 ? (size_t)n : 1, size);
    SW_REQUIRE(piece != NULL);
    return piece;
}

// ------------------------------------------------------------------ what happens next

// When a job of an interval dispatch is decided: the next multiple of the interval.
static double decision_s(const twin *t, const twin_job *job) {
    const double interval_s = t->sys->dispatch_interval_s;
    const long double multiple = ceill((long double)job->arrival.time_s / interval_s);
    return fmax(on_grid_s(multiple * interval_s), job->arrival.time_s);
}

static event job_event(const twin *t, int64_t j) {
    const twin_job *job = &t->result->job[j];
    event next = {.time_s = FOREVER, .kind = NOTHING, .job = j};
    switch (job->place) {
    case TWIN_AWAY:
        next.kind = ARRIVAL;
        next.time_s = job->arrival.time_s;
        break;
    case TWIN_UNDECIDED:
        next.kind = DECISION;
        next.time_s = decision_s(t, job);
        break;
    case TWIN_TRANSIT:
        next.kind = REACH;
        next.time_s = job->reach_s;
        next.asp = job->asp;
        break;
    case TWIN_RUNNING: {
        const twin_asp *asp = &t->asp[job->asp];
        const double speed = t->sys->asp_level_speed[job->asp * t->sys->n_level_max + asp->level];
        next.kind = COMPLETION;
        next.time_s = fmax(on_grid_s(t->now_s + job->left_s / speed), t->now_s);
        next.asp = job->asp;
        break;
    }
    case TWIN_QUEUED:
    case TWIN_DONE:
        break;
    }
    return next;
}

// Looks at everything; at the end of the horizon only completions are left.
static event next_event(const twin *t) {
    event next = {.time_s = FOREVER, .kind = NOTHING};
    const double end_s = t->sys->end_s;
    const event boundary = {.time_s = (double)(t->slot + 1) * t->sys->slot_s, .kind = TICK};
    if (boundary.time_s < end_s) {
        next = boundary;
    }
    for (int32_t k = 0; k < t->sys->n_asp; k++) {
        const event wake = {.time_s = t->asp[k].ready_s[0], .kind = WAKE, .asp = k};
        if (t->asp[k].n_waking > 0 && wake.time_s < end_s && is_before(&wake, &next)) {
            next = wake;
        }
    }
    for (int64_t j = 0; j < t->result->n_job; j++) {
        const event e = job_event(t, j);
        const bool counts = e.kind == COMPLETION ? e.time_s <= end_s : e.time_s < end_s;
        if (counts && is_before(&e, &next)) {
            next = e;
        }
    }
    return next;
}

static void advance(twin *t, double until_s) {
    twin_energy_advance(t, until_s);
    const long double dt_s = (long double)until_s - t->now_s;
    for (int64_t j = 0; j < t->result->n_job; j++) {
        twin_job *job = &t->result->job[j];
        if (job->place == TWIN_RUNNING) {
            const int32_t level = t->asp[job->asp].level;
            job->left_s -= t->sys->asp_level_speed[job->asp * t->sys->n_level_max + level] * dt_s;
        }
    }
    t->now_s = until_s;
}

// ------------------------------------------------------------------ jobs

static void end_job(twin *t, twin_job *job, sw_outcome_kind kind) {
    const sw_system *sys = t->sys;
    const int32_t w = job->arrival.cls;
    job->place = TWIN_DONE;
    job->kind = kind;
    job->end_s = kind == SW_OUTCOME_UNFINISHED ? (double)NAN : t->now_s;
    if (kind == SW_OUTCOME_ON_TIME) {
        job->revenue_usd = job->arrival.images * sys->class_price_usd[w] * job->arrival.value *
                           sys->asp_quality[job->asp * sys->n_step + job->step];
    } else if (kind == SW_OUTCOME_LATE || kind == SW_OUTCOME_DROPPED ||
               job->arrival.deadline_s <= sys->end_s) {
        job->late_usd = job->arrival.images * sys->class_late_usd[w];
    }
}

// Whether queued job `a` is served before `b`.
static bool is_ahead(const twin *t, const twin_job *a, const twin_job *b) {
    const bool edf = t->sys->asp_edf[a->asp] != 0;
    const double key_a = edf ? a->arrival.deadline_s : a->reach_s;
    const double key_b = edf ? b->arrival.deadline_s : b->reach_s;
    return key_a != key_b ? key_a < key_b : a->arrival.job < b->arrival.job;
}

static void start_jobs(twin *t, int32_t k) {
    twin_asp *asp = &t->asp[k];
    while (t->now_s < t->sys->end_s && asp->busy < asp->active - asp->n_waking) {
        twin_job *head = NULL;
        for (int64_t j = 0; j < t->result->n_job; j++) {
            twin_job *job = &t->result->job[j];
            if (job->place == TWIN_QUEUED && job->asp == k &&
                (head == NULL || is_ahead(t, job, head))) {
                head = job;
            }
        }
        if (head == NULL) {
            return;
        }
        if (head->arrival.deadline_s < t->now_s) {
            end_job(t, head, SW_OUTCOME_DROPPED);
            continue;
        }
        head->place = TWIN_RUNNING;
        head->start_s = t->now_s;
        head->left_s = head->work_s;
        asp->busy++;
    }
}

static void glimpse(const twin *t, int32_t k, twin_glimpse *seen) {
    const twin_asp *asp = &t->asp[k];
    seen->running = asp->busy;
    seen->available = asp->active - asp->n_waking;
    seen->sent_work_s = (double)asp->sent_work_s;
    seen->sent_work_last_s = (double)asp->sent_work_last_s;
    for (int64_t j = 0; j < t->result->n_job; j++) {
        const twin_job *job = &t->result->job[j];
        if (job->place == TWIN_AWAY || job->place == TWIN_UNDECIDED || job->asp != k) {
            continue;
        }
        seen->queued += job->place == TWIN_QUEUED;
        seen->in_transit += job->place == TWIN_TRANSIT;
        if (job->place == TWIN_RUNNING) {
            seen->running_work_s += job->work_s;
        } else if (job->place != TWIN_DONE) {
            seen->waiting_work_s += job->work_s;
        }
    }
    twin_energy_glimpse(t, t->sys->asp_site[k], seen);
}

static void decide(twin *t, int64_t j) {
    const sw_system *sys = t->sys;
    twin_job *job = &t->result->job[j];
    for (int32_t k = 0; k < sys->n_asp; k++) {
        glimpse(t, k, &t->result->glimpse[j * sys->n_asp + k]);
    }
    t->result->order[t->result->n_decided++] = j;
    const twin_decision *decision = &t->decision[j];
    if (!decision->asked) { // the runs differ; the test will see it
        job->place = TWIN_TRANSIT;
        job->reach_s = FOREVER;
        return;
    }
    if (decision->asp < 0) {
        end_job(t, job, SW_OUTCOME_REJECTED);
        return;
    }
    const int32_t origin = sys->class_origin[job->arrival.cls];
    const int32_t link = origin * sys->n_asp + decision->asp;
    job->asp = decision->asp;
    job->step = decision->step;
    job->work_s = job->arrival.work * job->arrival.images *
                  sys->asp_image_work_s[job->asp * sys->n_step + job->step];
    job->transfer_usd = job->arrival.images * sys->link_transfer_usd[link];
    job->reach_s =
        on_grid_s((long double)fmax(t->now_s, decision->not_before_s) + sys->link_latency_s[link]);
    job->place = TWIN_TRANSIT;
    t->asp[job->asp].sent_work_s += job->work_s;
}

// ------------------------------------------------------------------ ticks

static void command_gpus(twin *t, int32_t k) {
    twin_asp *asp = &t->asp[k];
    const int64_t at = t->slot * t->sys->n_asp + k;
    const int32_t active = t->commands->active[at];
    asp->level = t->commands->level[at];
    // GPUs that still drain are on; those beyond them wake.
    const int32_t on = asp->active > asp->busy ? asp->active : asp->busy;
    for (int32_t n = on; n < active && t->sys->asp_wake_s[k] > 0.0; n++) {
        asp->ready_s[asp->n_waking++] = on_grid_s((long double)t->now_s + t->sys->asp_wake_s[k]);
    }
    // The first to go are those that would be ready last.
    for (int32_t n = active; n < asp->active && asp->n_waking > 0; n++) {
        asp->n_waking--;
    }
    asp->active = active;
}

static void tick(twin *t) {
    if (t->slot >= 0) {
        twin_energy_close_slot(t);
    }
    t->slot++;
    twin_energy_open_slot(t);
    for (int32_t k = 0; k < t->sys->n_asp; k++) {
        command_gpus(t, k);
        t->asp[k].sent_work_last_s = t->asp[k].sent_work_s;
        t->asp[k].sent_work_s = 0.0L;
    }
    for (int32_t k = 0; k < t->sys->n_asp; k++) {
        start_jobs(t, k);
    }
    twin_energy_thermostats(t);
}

static void happen(twin *t, const event *e) {
    twin_job *job = &t->result->job[e->job];
    twin_asp *asp = &t->asp[e->asp];
    t->result->total.events += e->kind == WAKE || e->kind == DECISION ? 0.0 : 1.0;
    switch (e->kind) {
    case COMPLETION:
        asp->busy--;
        end_job(t, job, t->now_s <= job->arrival.deadline_s ? SW_OUTCOME_ON_TIME : SW_OUTCOME_LATE);
        start_jobs(t, e->asp);
        break;
    case TICK:
        tick(t);
        break;
    case WAKE:
        asp->n_waking--;
        for (int32_t n = 0; n < asp->n_waking; n++) {
            asp->ready_s[n] = asp->ready_s[n + 1];
        }
        start_jobs(t, e->asp);
        break;
    case REACH:
        job->place = TWIN_QUEUED;
        start_jobs(t, e->asp);
        break;
    case ARRIVAL:
        job->place = TWIN_UNDECIDED;
        if (t->sys->dispatch_interval_s == 0.0) {
            decide(t, e->job);
        }
        break;
    case DECISION:
        decide(t, e->job);
        break;
    case NOTHING:
        break;
    }
}

// ------------------------------------------------------------------ results

static void count_job(const twin *t, const twin_job *job, twin_sums *sums) {
    const sw_arrival *arrival = &job->arrival;
    sums->jobs += 1.0L;
    sums->revenue_usd += job->revenue_usd;
    sums->late_usd += job->late_usd;
    sums->transfer_usd += job->transfer_usd;
    sums->jobs_transferred += job->asp >= 0 && job->asp != t->sys->class_origin[arrival->cls];
    if (job->kind == SW_OUTCOME_ON_TIME || job->kind == SW_OUTCOME_LATE) {
        sums->completed += 1.0L;
        sums->latency_s += (long double)job->end_s - arrival->time_s;
    }
    switch (job->kind) {
    case SW_OUTCOME_ON_TIME:
        sums->jobs_on_time += 1.0L;
        sums->images_on_time += arrival->images;
        sums->quality_images += (long double)arrival->images *
                                t->sys->asp_quality[job->asp * t->sys->n_step + job->step];
        sums->step_images += (long double)arrival->images * t->sys->steps[job->step];
        break;
    case SW_OUTCOME_LATE:
        sums->jobs_late += 1.0L;
        break;
    case SW_OUTCOME_DROPPED:
        sums->jobs_dropped += 1.0L;
        break;
    case SW_OUTCOME_REJECTED:
        sums->jobs_rejected += 1.0L;
        break;
    case SW_OUTCOME_UNFINISHED:
        sums->jobs_unfinished += 1.0L;
        sums->jobs_overdue += arrival->deadline_s <= t->sys->end_s;
        break;
    }
}

static void add_sums(twin_sums *to, const twin_sums *from, bool but_it) {
    const long double it_kwh = to->it_kwh;
    for (int n = 0; n < TWIN_N_SUM; n++) {
        ((long double *)to)[n] += ((const long double *)from)[n];
    }
    to->it_kwh = but_it ? it_kwh : to->it_kwh;
}

static long double share(long double part, long double whole) {
    return whole > 0.0L ? part / whole : 0.0L;
}

// Makes metrics from sums; NaN where a metric has no meaning.
static sw_metrics metrics_of(twin_sums *s, int scope) {
    s->utility_usd = s->revenue_usd - s->energy_cost_usd - s->overload_usd - s->wear_usd +
                     s->battery_settlement_usd - s->carbon_usd - s->overheat_usd - s->transfer_usd -
                     s->late_usd;
    s->violation_rate =
        share(s->jobs_late + s->jobs_dropped + s->jobs_rejected + s->jobs_overdue, s->jobs);
    s->mean_quality = share(s->quality_images, s->images_on_time);
    s->mean_steps = share(s->step_images, s->images_on_time);
    s->mean_latency_s = share(s->latency_s, s->completed);
    s->utilisation = share(s->busy_gpu_s, s->owned_gpu_s);
    const long double need_kwh = s->it_kwh + s->cooling_kwh;
    const long double kept_kwh = s->renewable_kwh - s->curtailed_kwh - s->export_kwh;
    s->renewable_share = share(fminl(fmaxl(kept_kwh, 0.0L), need_kwh), need_kwh);
    s->p99_latency_s = (long double)NAN;
    sw_metrics metrics = {0};
    for (int n = 0; n < SW_N_METRIC; n++) {
        const bool has = (sw_metric_table[n].scopes & scope) != 0;
        ((double *)&metrics)[n] = has ? (double)((const long double *)s)[n] : (double)NAN;
    }
    return metrics;
}

static void report(twin *t) {
    const sw_system *sys = t->sys;
    twin_result *result = t->result;
    for (int64_t j = 0; j < result->n_job; j++) {
        const twin_job *job = &result->job[j];
        const int32_t k = job->asp >= 0 ? job->asp : sys->class_origin[job->arrival.cls];
        count_job(t, job, &t->asp[k].sums);
    }
    twin_sums total = {.events = result->total.events};
    for (int32_t k = 0; k < sys->n_asp; k++) {
        t->asp[k].sums.owned_gpu_s = (long double)sys->asp_gpus[k] * sys->end_s;
        add_sums(&t->site[sys->asp_site[k]].sums, &t->asp[k].sums, true);
        result->asp[k] = metrics_of(&t->asp[k].sums, SW_SCOPE_ASP);
    }
    for (int32_t i = 0; i < sys->n_site; i++) {
        add_sums(&total, &t->site[i].sums, false);
        result->site[i] = metrics_of(&t->site[i].sums, SW_SCOPE_SITE);
    }
    result->total = metrics_of(&total, SW_SCOPE_RUN);
}

// ------------------------------------------------------------------ the run

int64_t twin_count_jobs(const sw_model *model, uint64_t seed) {
    sw_world *world = NULL;
    SW_REQUIRE(sw_world_create(model, seed, &world, NULL) == SW_OK);
    int64_t n = 0;
    sw_arrival arrival;
    while (sw_world_next(world, &arrival)) {
        n++;
    }
    sw_world_destroy(world);
    return n;
}

static void begin(twin *t, sw_world *world) {
    const sw_system *sys = t->sys;
    sw_arrival arrival;
    for (int64_t j = 0; sw_world_next(world, &arrival); j++) {
        SW_REQUIRE(arrival.job == j && arrival.time_s < sys->end_s);
        t->result->job[j] = (twin_job){.arrival = arrival,
                                       .place = TWIN_AWAY,
                                       .asp = -1,
                                       .start_s = (double)NAN,
                                       .end_s = (double)NAN};
    }
    for (int32_t k = 0; k < sys->n_asp; k++) {
        t->asp[k].active = sys->asp_gpus[k];
        t->asp[k].level = sys->asp_n_level[k] - 1;
        t->asp[k].ready_s = take(sys->asp_gpus[k], sizeof(double));
    }
    for (int32_t i = 0; i < sys->n_site; i++) {
        t->site[i].soc_kwh = sys->site_soc_start_kwh[i];
        t->site[i].room_c = sys->site_room_start_c[i];
    }
}

void twin_run(const sw_model *model, uint64_t seed, const twin_decision *decision,
              const twin_commands *commands, twin_result *result) {
    const sw_system *sys = &model->sys;
    const int64_t n_job = twin_count_jobs(model, seed);
    *result = (twin_result){.n_job = n_job,
                            .site = take(sys->n_site, sizeof(sw_metrics)),
                            .asp = take(sys->n_asp, sizeof(sw_metrics)),
                            .job = take(n_job, sizeof(twin_job)),
                            .glimpse = take(n_job * sys->n_asp, sizeof(twin_glimpse)),
                            .order = take(n_job, sizeof(int64_t))};
    sw_world *world = NULL;
    SW_REQUIRE(sw_world_create(model, seed, &world, NULL) == SW_OK);
    twin t = {.sys = sys,
              .world = world,
              .decision = decision,
              .commands = commands,
              .result = result,
              .asp = take(sys->n_asp, sizeof(twin_asp)),
              .site = take(sys->n_site, sizeof(twin_site)),
              .slot = -1};
    begin(&t, world);
    for (event e = next_event(&t); e.kind != NOTHING; e = next_event(&t)) {
        advance(&t, e.time_s);
        happen(&t, &e);
    }
    advance(&t, sys->end_s);
    twin_energy_close_slot(&t);
    twin_energy_settle(&t);
    for (int64_t j = 0; j < n_job; j++) {
        if (result->job[j].place != TWIN_DONE) {
            end_job(&t, &result->job[j], SW_OUTCOME_UNFINISHED);
        }
    }
    report(&t);
    for (int32_t k = 0; k < sys->n_asp; k++) {
        free(t.asp[k].ready_s);
    }
    free(t.asp);
    free(t.site);
    sw_world_destroy(world);
}

void twin_result_deinit(twin_result *result) {
    free(result->site);
    free(result->asp);
    free(result->job);
    free(result->glimpse);
    free(result->order);
    *result = (twin_result){.n_job = 0};
}

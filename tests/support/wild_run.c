#include "support/wild_run.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

// Fails with the seed that replays the case. check's own assertions write to a pipe each time,
// which would take most of the time here.
#define HOLDS(run, what)                                                                           \
    do {                                                                                           \
        if (!(what)) {                                                                             \
            ck_abort_msg("SW_TEST_SEED=%llu at %.9f s: %s", (unsigned long long)(run)->seed,       \
                         (run)->now_s, #what);                                                     \
        }                                                                                          \
    } while (0)

static void *take(int64_t n, size_t size) {
    void *piece = calloc(n > 0 ? (size_t)n : 1, size);
    SW_REQUIRE(piece != NULL);
    return piece;
}

// ------------------------------------------------------------------ what must always hold

static void check_view(wild_run *run, sw_sim *sim) {
    const sw_view *view = sw_sim_view(sim);
    const sw_system *sys = view->system;
    HOLDS(run, view->now_s >= run->now_s);
    run->now_s = view->now_s;
    HOLDS(run, view->slot == (int64_t)floor(view->now_s / sys->slot_s));
    for (int32_t i = 0; i < sys->n_site; i++) {
        const double slack_kwh = 1e-12 * sys->site_battery_kwh[i];
        HOLDS(run, view->soc_kwh[i] >= sys->site_soc_min_kwh[i] - slack_kwh);
        HOLDS(run, view->soc_kwh[i] <= sys->site_soc_max_kwh[i] + slack_kwh);
        HOLDS(run, view->battery_kw[i] <= sys->site_battery_charge_kw[i]);
        HOLDS(run, view->battery_kw[i] >= -sys->site_battery_discharge_kw[i]);
        HOLDS(run, view->sell_usd_per_mwh[i] <= view->buy_usd_per_mwh[i]);
    }
    for (int32_t k = 0; k < sys->n_asp; k++) {
        HOLDS(run, view->running[k] <= sys->asp_gpus[k]);
        HOLDS(run, view->available[k] <= view->active[k] && view->active[k] <= sys->asp_gpus[k]);
        HOLDS(run, view->queued[k] == 0 || view->running[k] >= view->available[k]);
        HOLDS(run, view->running[k] + view->queued[k] + view->in_transit[k] == run->n_here[k]);
        int32_t n = 0;
        const sw_asp_job *job = sw_sim_asp_jobs(sim, k, &n);
        HOLDS(run, n == run->n_here[k]);
        for (int32_t j = 0; j < n; j++) {
            HOLDS(run, job[j].work_s >= 0.0 && run->decision[job[j].job].asp == k);
            HOLDS(run,
                  j == 0 || job[j - 1].deadline_s < job[j].deadline_s ||
                      (job[j - 1].deadline_s == job[j].deadline_s && job[j - 1].job < job[j].job));
        }
    }
}

static void hear_outcome(void *context, const sw_outcome *outcome) {
    wild_run *run = context;
    const int64_t j = outcome->job.job;
    HOLDS(run, j >= 0 && j < run->n_job);
    run->outcome[j] = *outcome;
    run->n_outcome[j]++;
    run->n_ended++;
    if (outcome->asp >= 0) {
        run->n_here[outcome->asp]--;
    }
    // Jobs that complete at an ASP at the same instant, but for those that start at it, do so in the
    // order of their numbers.
    if ((outcome->kind == SW_OUTCOME_ON_TIME || outcome->kind == SW_OUTCOME_LATE) &&
        outcome->start_s < outcome->end_s) {
        sw_outcome *last = &run->completed[outcome->asp];
        HOLDS(run, last->end_s < outcome->end_s || last->job.job < j);
        *last = *outcome;
    }
}

// ------------------------------------------------------------------ what is decided

static void see(wild_run *run, const sw_view *view, int64_t j) {
    const sw_system *sys = view->system;
    for (int32_t k = 0; k < sys->n_asp; k++) {
        const int32_t i = sys->asp_site[k];
        run->glimpse[j * sys->n_asp + k] = (twin_glimpse){
            .running = view->running[k],
            .queued = view->queued[k],
            .in_transit = view->in_transit[k],
            .available = view->available[k],
            .waiting_work_s = view->waiting_work_s[k],
            .running_work_s = view->running_work_s[k],
            .sent_work_s = view->sent_work_s[k],
            .sent_work_last_s = view->sent_work_last_s[k],
            .soc_kwh = view->soc_kwh[i],
            .room_c = sys->site_cooling[i] == SW_COOLING_RC ? view->room_c[i] : (double)NAN,
            .it_kw = view->it_kw[i],
            .net_kw = view->net_kw[i],
            .battery_kw = view->battery_kw[i]};
    }
}

// A time up to two slots from now; in a stepped model a whole number of steps.
static double some_later_s(wild_run *run, const sw_view *view) {
    const double later_s = view->now_s + dice_real(&run->dice, -0.2, 2.0) * view->system->slot_s;
    if (!random_model_is_stepped(run->seed)) {
        return later_s;
    }
    return floor(later_s / RANDOM_MODEL_STEP_S) * RANDOM_MODEL_STEP_S;
}

static void decide(wild_run *run, sw_sim *sim) {
    const sw_view *view = sw_sim_view(sim);
    const sw_system *sys = view->system;
    const sw_job_view *job = sw_sim_job(sim);
    dice *d = &run->dice;
    HOLDS(run, job->job >= 0 && job->job < run->n_job && !run->decision[job->job].asked);
    sw_decision decision = {.asp = -1};
    if (run->idle || !dice_chance(d, 0.1)) {
        const int32_t last = sys->n_asp - 1;
        decision.asp = dice_chance(d, 0.4) ? dice_int(d, 0, last / 3) : dice_int(d, 0, last);
        decision.step = dice_int(d, 0, sys->n_step - 1);
        if (!run->idle && dice_chance(d, 0.2)) {
            decision.not_before_s = some_later_s(run, view);
        }
    }
    if (decision.asp >= 0 && isinf(sys->link_latency_s[job->origin * sys->n_asp + decision.asp])) {
        decision.asp = job->origin;
    }
    run->decision[job->job] = (twin_decision){.asked = true,
                                              .now_s = view->now_s,
                                              .asp = decision.asp,
                                              .step = decision.step,
                                              .not_before_s = decision.not_before_s};
    run->order[run->n_decided++] = job->job;
    see(run, view, job->job);
    if (decision.asp >= 0) {
        run->n_here[decision.asp]++;
    }
    sw_error err = {0};
    ck_assert_msg(sw_sim_decide(sim, &decision, &err) == SW_OK, "SW_TEST_SEED=%llu: %s",
                  (unsigned long long)run->seed, err.text);
}

static double some_kw(dice *d) {
    const int32_t kind = dice_int(d, 0, 9);
    return kind < 2 ? 0.0 : kind == 2 ? 1e6 : kind == 3 ? -1e6 : dice_real(d, -6.0, 10.0);
}

static void command(wild_run *run, sw_sim *sim) {
    const sw_view *view = sw_sim_view(sim);
    const sw_system *sys = view->system;
    dice *d = &run->dice;
    sw_controls *c = sw_sim_controls(sim);
    const twin_commands *log = &run->commands;
    for (int32_t k = 0; k < sys->n_asp; k++) {
        const int64_t at = view->slot * sys->n_asp + k;
        // The host hands over what was commanded last.
        HOLDS(run, c->level[k] ==
                       (view->slot == 0 ? sys->asp_n_level[k] - 1 : log->level[at - sys->n_asp]));
        HOLDS(run,
              c->active[k] == (view->slot == 0 ? sys->asp_gpus[k] : log->active[at - sys->n_asp]));
        if (!run->idle && dice_chance(d, 0.6)) {
            c->level[k] = dice_int(d, 0, sys->asp_n_level[k] - 1);
        }
        if (!run->idle && dice_chance(d, 0.7)) {
            c->active[k] = dice_int(d, 0, sys->asp_gpus[k]);
        }
        log->level[at] = c->level[k];
        log->active[at] = c->active[k];
    }
    for (int32_t i = 0; i < sys->n_site; i++) {
        const int64_t at = view->slot * sys->n_site + i;
        if (view->slot > 0) {
            HOLDS(run, c->battery_kw[i] == log->battery_kw[at - sys->n_site]);
            HOLDS(run, c->cooling_kw[i] == log->cooling_kw[at - sys->n_site]);
            HOLDS(run, c->thermostat[i] == log->thermostat[at - sys->n_site]);
        }
        if (!run->idle && dice_chance(d, 0.7)) {
            c->battery_kw[i] = some_kw(d);
        }
        if (!run->idle && dice_chance(d, 0.7)) {
            c->thermostat[i] = dice_chance(d, 0.4);
            c->cooling_kw[i] = some_kw(d);
        }
        log->battery_kw[at] = c->battery_kw[i];
        log->cooling_kw[at] = c->cooling_kw[i];
        log->thermostat[at] = c->thermostat[i];
    }
    sw_error err = {0};
    ck_assert_msg(sw_sim_control(sim, &err) == SW_OK, "SW_TEST_SEED=%llu: %s",
                  (unsigned long long)run->seed, err.text);
}

// ------------------------------------------------------------------ the run

static void init(wild_run *run, const sw_model *model, uint64_t seed, bool idle) {
    const sw_system *sys = &model->sys;
    const int64_t n_job = twin_count_jobs(model, seed);
    *run = (wild_run){.model = model,
                      .seed = seed,
                      .idle = idle,
                      .dice = {.seed = seed, .stream = 9},
                      .n_job = n_job,
                      .decision = take(n_job, sizeof(twin_decision)),
                      .glimpse = take(n_job * sys->n_asp, sizeof(twin_glimpse)),
                      .outcome = take(n_job, sizeof(sw_outcome)),
                      .n_outcome = take(n_job, sizeof(int32_t)),
                      .order = take(n_job, sizeof(int64_t)),
                      .completed = take(sys->n_asp, sizeof(sw_outcome)),
                      .n_here = take(sys->n_asp, sizeof(int64_t)),
                      .site = take(sys->n_site, sizeof(sw_metrics)),
                      .asp = take(sys->n_asp, sizeof(sw_metrics))};
    run->commands = (twin_commands){.level = take(sys->n_slot * sys->n_asp, sizeof(int32_t)),
                                    .active = take(sys->n_slot * sys->n_asp, sizeof(int32_t)),
                                    .battery_kw = take(sys->n_slot * sys->n_site, sizeof(double)),
                                    .cooling_kw = take(sys->n_slot * sys->n_site, sizeof(double)),
                                    .thermostat = take(sys->n_slot * sys->n_site, 1)};
}

void wild_run_go(wild_run *run, const sw_model *model, uint64_t seed, bool idle) {
    init(run, model, seed, idle);
    sw_world *world = NULL;
    sw_sim *sim = NULL;
    const sw_sim_listeners listeners = {.context = run, .outcome = hear_outcome};
    ck_assert_int_eq(sw_world_create(model, seed, &world, NULL), SW_OK);
    ck_assert_int_eq(sw_sim_create(model, world, &listeners, &sim, NULL), SW_OK);
    for (;;) {
        const sw_need need = sw_sim_advance(sim);
        if (need == SW_NEED_NOTHING) {
            break;
        }
        HOLDS(run, need == SW_NEED_CONTROLS || need == SW_NEED_DECISION);
        check_view(run, sim);
        if (need == SW_NEED_CONTROLS) {
            command(run, sim);
        } else {
            decide(run, sim);
        }
    }
    for (int64_t j = 0; j < run->n_job; j++) {
        HOLDS(run, run->n_outcome[j] == 1);
    }
    run->total = *sw_sim_metrics(sim);
    memcpy(run->site, sw_sim_site_metrics(sim), (size_t)model->sys.n_site * sizeof *run->site);
    memcpy(run->asp, sw_sim_asp_metrics(sim), (size_t)model->sys.n_asp * sizeof *run->asp);
    run->balances = *sw_sim_balances(sim);
    HOLDS(run, run->balances.jobs == 0.0);
    HOLDS(run, run->balances.energy <= 1e-9);
    HOLDS(run, run->balances.battery <= 1e-9);
    HOLDS(run, run->balances.money <= 1e-9);
    sw_sim_destroy(sim);
    sw_world_destroy(world);
}

void wild_run_deinit(wild_run *run) {
    free(run->decision);
    free(run->commands.level);
    free(run->commands.active);
    free(run->commands.battery_kw);
    free(run->commands.cooling_kw);
    free(run->commands.thermostat);
    free(run->glimpse);
    free(run->outcome);
    free(run->n_outcome);
    free(run->completed);
    free(run->order);
    free(run->n_here);
    free(run->site);
    free(run->asp);
    *run = (wild_run){.n_job = 0};
}

#include "support/tape.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void tape_turns_init(tape_turns *turns) {
    turns->next = 0;
    turns->over[0] = false;
    turns->over[1] = false;
    (void)pthread_mutex_init(&turns->mutex, NULL);
    (void)pthread_cond_init(&turns->changed, NULL);
}

void tape_turns_deinit(tape_turns *turns) {
    (void)pthread_cond_destroy(&turns->changed);
    (void)pthread_mutex_destroy(&turns->mutex);
}

void tape_turns_end(tape_turns *turns, int side) {
    (void)pthread_mutex_lock(&turns->mutex);
    turns->over[side] = true;
    (void)pthread_cond_broadcast(&turns->changed);
    (void)pthread_mutex_unlock(&turns->mutex);
}

// Hands over to the other run, and waits until it hands back or is over.
static void hand_over(tape_turns *turns, int side) {
    if (turns == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&turns->mutex);
    turns->next = 1 - side;
    (void)pthread_cond_broadcast(&turns->changed);
    while (turns->next != side && !turns->over[1 - side]) {
        (void)pthread_cond_wait(&turns->changed, &turns->mutex);
    }
    (void)pthread_mutex_unlock(&turns->mutex);
}

bool tape_open(tape *made, const sw_system *sys) {
    memset(made, 0, sizeof *made);
    made->sys = sys;
    for (int i = 0; i < TAPE_N; i++) {
        made->file[i] = open_memstream(&made->text[i], &made->size[i]);
        if (made->file[i] == NULL) {
            return false;
        }
    }
    (void)fputs("job,asp,steps,not_before_s\n", made->file[TAPE_JOBS]);
    (void)fputs("slot,kind,name,value\n", made->file[TAPE_CONTROLS]);
    return true;
}

bool tape_close(tape *made) {
    bool sound = true;
    for (int i = 0; i < TAPE_N; i++) {
        sound = fclose(made->file[i]) == 0 && sound;
        made->file[i] = NULL;
    }
    return sound;
}

void tape_deinit(tape *made) {
    for (int i = 0; i < TAPE_N; i++) {
        if (made->file[i] != NULL) {
            (void)fclose(made->file[i]);
        }
        free(made->text[i]);
    }
}

static void on_decision(void *context, const sw_job_view *job, const sw_decision *decision) {
    tape *to = context;
    if (decision->asp < 0) {
        (void)fprintf(to->file[TAPE_JOBS], "%lld,,,\n", (long long)job->job);
    } else {
        (void)fprintf(to->file[TAPE_JOBS], "%lld,%s,%d,%.17g\n", (long long)job->job,
                      to->sys->asp_name[decision->asp], to->sys->steps[decision->step],
                      decision->not_before_s);
    }
    hand_over(to->turns, to->side);
}

static void on_controls(void *context, int64_t slot, const sw_controls *applied) {
    tape *to = context;
    FILE *file = to->file[TAPE_CONTROLS];
    for (int32_t k = 0; k < to->sys->n_asp; k++) {
        to->all_off = to->all_off || applied->active[k] == 0;
        (void)fprintf(file, "%lld,level,%s,%d\n", (long long)slot, to->sys->asp_name[k],
                      applied->level[k]);
        (void)fprintf(file, "%lld,active,%s,%d\n", (long long)slot, to->sys->asp_name[k],
                      applied->active[k]);
    }
    for (int32_t i = 0; i < to->sys->n_site; i++) {
        (void)fprintf(file, "%lld,battery_kw,%s,%.17g\n", (long long)slot, to->sys->site_name[i],
                      applied->battery_kw[i]);
        (void)fprintf(file, "%lld,cooling_kw,%s,", (long long)slot, to->sys->site_name[i]);
        if (applied->thermostat[i] == 0) {
            (void)fprintf(file, "%.17g", applied->cooling_kw[i]);
        }
        (void)fputc('\n', file);
    }
    hand_over(to->turns, to->side);
}

static void on_outcome(void *context, const sw_outcome *outcome) {
    const tape *to = context;
    (void)fprintf(to->file[TAPE_OUTCOMES], "%lld %d %d %d %a %a %a %a %a\n",
                  (long long)outcome->job.job, (int)outcome->kind, outcome->asp, outcome->step,
                  outcome->start_s, outcome->end_s, outcome->revenue_usd, outcome->late_usd,
                  outcome->transfer_usd);
}

sw_sim_listeners tape_listeners(tape *made) {
    return (sw_sim_listeners){
        .context = made, .decision = on_decision, .controls = on_controls, .outcome = on_outcome};
}

bool tape_equal(const tape *a, const tape *b) {
    bool equal = true;
    for (int i = 0; i < TAPE_N; i++) {
        equal =
            equal && a->size[i] == b->size[i] && memcmp(a->text[i], b->text[i], a->size[i]) == 0;
    }
    return equal;
}

bool tape_results_equal(const sw_run_result *a, const sw_run_result *b, const sw_system *sys) {
    return memcmp(&a->total, &b->total, sizeof a->total) == 0 &&
           memcmp(a->site, b->site, (size_t)sys->n_site * sizeof *a->site) == 0 &&
           memcmp(a->asp, b->asp, (size_t)sys->n_asp * sizeof *a->asp) == 0;
}

#include "env/episode.h"

#include <math.h>
#include <stdlib.h>

#include "sim/host.h"

struct sw_episode {
    const sw_model *model;
    sw_episode_options options;
    sw_sim_host context; // the world and the simulator of the run are its own
    sw_host host;        // for the observation: never sees the future
    sw_sim_host energy_context;
    sw_host energy_host;
    sw_policy_run *policy;
    sw_observer *observer;
    sw_account account;
    bool wants_feedback;
    double decided_s; // when the last decision was made
    double dt;        // slots
};

// ---------------------------------------------------------------- listeners

static void on_slot(void *context, const sw_slot_report *report) {
    sw_episode *episode = context;
    sw_account_slot(&episode->account, report);
}

static void on_outcome(void *context, const sw_outcome *outcome) {
    sw_episode *episode = context;
    sw_account_outcome(&episode->account, outcome);
    if (episode->wants_feedback && outcome->kind != SW_OUTCOME_UNFINISHED) {
        sw_policy_run_feedback(episode->policy, sw_sim_view(episode->context.sim), outcome);
    }
}

// ---------------------------------------------------------------- life

static void end_run(sw_episode *episode) {
    sw_policy_run_destroy(episode->policy);
    sw_sim_destroy(episode->context.sim);
    sw_world_destroy(episode->context.world);
    episode->policy = NULL;
    episode->context.sim = NULL;
    episode->context.world = NULL;
    episode->energy_context.sim = NULL;
    episode->energy_context.world = NULL;
}

sw_status sw_episode_create(const sw_model *model, const sw_episode_options *options,
                            sw_episode **episode, sw_error *err) {
    sw_episode *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for an environment");
    }
    const char *name = sw_policy_pair_name(options->pair);
    made->model = model;
    made->options = *options;
    made->account = (sw_account){.sys = &model->sys, .timing = options->reward};
    made->context.policy = name;
    made->energy_context.policy = name;
    made->energy_context.sees_future = sw_policy_pair_energy_sees_future(options->pair);
    made->host = sw_sim_host_table(&made->context);
    made->energy_host = sw_sim_host_table(&made->energy_context);
    const sw_status status = sw_observer_create(&model->sys, &made->host, &made->observer, err);
    if (status != SW_OK) {
        sw_episode_destroy(made);
        return status;
    }
    *episode = made;
    return SW_OK;
}

void sw_episode_destroy(sw_episode *episode) {
    if (episode != NULL) {
        end_run(episode);
        sw_observer_destroy(episode->observer);
        sw_account_deinit(&episode->account);
        free(episode);
    }
}

// ---------------------------------------------------------------- the run

// Lets the energy manager set the slot's controls.
static sw_status manage_energy(sw_episode *episode, sw_error *err) {
    sw_sim *sim = episode->context.sim;
    const sw_view *view = sw_sim_view(sim);
    sw_error fault = {0};
    sw_policy_run_tick(episode->policy, view);
    sw_policy_run_control(episode->policy, view, sw_sim_controls(sim));
    const sw_status status = sw_sim_control(sim, &fault);
    if (status != SW_OK) {
        return sw_fail(err, status, "policy %s: %s", sw_policy_pair_name(episode->options.pair),
                       fault.text);
    }
    return SW_OK;
}

static double slots_since(const sw_episode *episode, double now_s) {
    return (now_s - episode->decided_s) / episode->model->sys.slot_s;
}

// Goes on to the next decision, or to the end of the horizon.
static sw_status go_on(sw_episode *episode, sw_episode_state *state, sw_error *err) {
    sw_sim *sim = episode->context.sim;
    sw_need need = sw_sim_advance(sim);
    while (need == SW_NEED_CONTROLS) {
        SW_TRY(manage_energy(episode, err));
        need = sw_sim_advance(sim);
    }
    if (need == SW_NEED_FAILED) {
        return sw_fail(err, sw_sim_error(sim)->code, "%s", sw_sim_error(sim)->text);
    }
    const sw_view *view = sw_sim_view(sim);
    if (need == SW_NEED_NOTHING) {
        episode->dt = slots_since(episode, episode->model->sys.end_s);
        sw_account_settle(&episode->account, sw_sim_metrics(sim)->battery_settlement_usd);
        *state = SW_EPISODE_OVER;
        return sw_sim_check(sim, err);
    }
    episode->dt = slots_since(episode, view->now_s);
    episode->decided_s = view->now_s;
    (void)sw_observer_look(episode->observer, view, sw_sim_job(sim));
    const int64_t most = episode->options.most_slots;
    *state = most > 0 && view->slot >= most ? SW_EPISODE_CUT : SW_EPISODE_WAITS;
    return SW_OK;
}

sw_status sw_episode_begin(sw_episode *episode, uint64_t seed, sw_error *err) {
    const sw_model *model = episode->model;
    const sw_sim_listeners listeners = {.context = episode, .slot = on_slot, .outcome = on_outcome};
    end_run(episode);
    sw_observer_reset(episode->observer);
    sw_account_begin(&episode->account);
    episode->decided_s = 0.0;
    SW_TRY(sw_world_create(model, seed, &episode->context.world, err));
    episode->energy_context.world = episode->context.world;
    SW_TRY(sw_policy_run_create(episode->options.pair, model, &episode->host, &episode->energy_host,
                                &episode->policy, err));
    episode->wants_feedback = sw_policy_run_wants_feedback(episode->policy);
    SW_TRY(sw_sim_create(model, episode->context.world, &listeners, &episode->context.sim, err));
    episode->energy_context.sim = episode->context.sim;
    sw_episode_state state;
    SW_TRY(go_on(episode, &state, err));
    if (state != SW_EPISODE_WAITS) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "seed %llu: no job arrives%s",
                       (unsigned long long)seed,
                       state == SW_EPISODE_CUT ? " before the episode is cut" : "");
    }
    return SW_OK;
}

bool sw_episode_can(const sw_episode *episode, int32_t action) {
    const sw_system *sys = &episode->model->sys;
    if (action < 0) {
        return action == -1;
    }
    const int32_t origin = sw_sim_job(episode->context.sim)->origin;
    return action < sys->n_asp * sys->n_step &&
           sys->link_latency_s[origin * sys->n_asp + action / sys->n_step] < (double)INFINITY;
}

sw_status sw_episode_step(sw_episode *episode, int32_t action, sw_episode_state *state,
                          sw_error *err) {
    const sw_system *sys = &episode->model->sys;
    sw_sim *sim = episode->context.sim;
    sw_decision decision = {.asp = -1};
    if (action >= 0) {
        const sw_job_view *job = sw_sim_job(sim);
        decision.asp = action / sys->n_step;
        decision.step = action % sys->n_step;
        SW_TRY(sw_account_expect(&episode->account, job, action, episode->observer, err));
        sw_account_transfer(&episode->account, job, decision.asp);
    }
    SW_TRY(sw_sim_decide(sim, &decision, err));
    return go_on(episode, state, err);
}

// The ones that can be reached, where the mask is off.
static void allow(const sw_episode *episode, bool masked, uint8_t *allowed) {
    if (masked) {
        (void)sw_observer_mask(episode->observer, allowed);
        return;
    }
    for (int32_t a = 0; a < sw_observer_n_action(episode->observer); a++) {
        allowed[a] = sw_episode_can(episode, a) ? 1 : 0;
    }
}

sw_status sw_episode_bid(sw_episode *episode, const sw_bid *bid, bool masked, uint8_t *allowed,
                         sw_episode_state *state, sw_error *err) {
    const sw_system *sys = &episode->model->sys;
    const sw_view *view = sw_sim_view(episode->context.sim);
    const int64_t slot = view->slot;
    double dt = 0.0;
    do {
        const sw_job_view *job = sw_sim_job(episode->context.sim);
        allow(episode, masked, allowed);
        const int32_t action = sw_bid_choose(bid, sys, episode->observer, allowed, job);
        SW_TRY(sw_episode_step(episode, action, state, err));
        dt += episode->dt;
    } while (*state == SW_EPISODE_WAITS && view->slot == slot);
    episode->dt = dt;
    return SW_OK;
}

// ---------------------------------------------------------------- what a step gave

const sw_observer *sw_episode_observer(const sw_episode *episode) {
    return episode->observer;
}

const sw_view *sw_episode_view(const sw_episode *episode) {
    return sw_sim_view(episode->context.sim);
}

float sw_episode_reward(sw_episode *episode, float *term) {
    return sw_account_pay(&episode->account, term);
}

double sw_episode_dt(const sw_episode *episode) {
    return episode->dt;
}

const sw_metrics *sw_episode_metrics(const sw_episode *episode) {
    return sw_sim_metrics(episode->context.sim);
}

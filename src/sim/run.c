// run.c -- drives one run: asks the policy pair whenever the simulator needs something.
#include "sim/run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/host.h"

// Of so many decisions one is timed; reading the clock costs about as much as a simple decision.
enum { DECISION_SAMPLE = 64 };

static double clock_s(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

// Everything one run holds.
typedef struct running {
    const sw_run_options *options;
    sw_sim *sim;
    sw_policy_run *policy;
    const char *name; // of the pair
    bool wants_feedback;
    double decision_s;
    double control_s;
} running;

// Stands between the simulator and the caller's listeners, to hand outcomes to the policy too.
static void on_outcome(void *context, const sw_outcome *outcome) {
    const running *r = context;
    if (r->wants_feedback && outcome->kind != SW_OUTCOME_UNFINISHED) {
        sw_policy_run_feedback(r->policy, sw_sim_view(r->sim), outcome);
    }
    if (r->options->listeners.outcome != NULL) {
        r->options->listeners.outcome(r->options->listeners.context, outcome);
    }
}

static void on_slot(void *context, const sw_slot_report *report) {
    const running *r = context;
    r->options->listeners.slot(r->options->listeners.context, report);
}

static void on_decision(void *context, const sw_job_view *job, const sw_decision *decision) {
    const running *r = context;
    r->options->listeners.decision(r->options->listeners.context, job, decision);
}

static void on_controls(void *context, int64_t slot, const sw_controls *applied) {
    const running *r = context;
    r->options->listeners.controls(r->options->listeners.context, slot, applied);
}

// Passes a failure of the simulator on; an invalid decision or control is the policy's fault.
static sw_status pass_on(const running *r, sw_status status, const sw_error *fault, sw_error *err) {
    return sw_fail(err, status, "%s%s%s%s", status == SW_ERR_POLICY ? "policy " : "",
                   status == SW_ERR_POLICY ? r->name : "", status == SW_ERR_POLICY ? ": " : "",
                   fault->text);
}

static sw_status set_controls(running *r, sw_error *err) {
    const sw_view *view = sw_sim_view(r->sim);
    const sw_run_options *options = r->options;
    if (options->stop != NULL && *options->stop != 0) {
        return sw_fail(err, SW_ERR_INTERRUPTED, "interrupted at slot %lld", (long long)view->slot);
    }
    if (options->progress != NULL) {
        options->progress(options->progress_context,
                          (double)view->slot / (double)view->system->n_slot);
    }
    const double from_s = clock_s();
    sw_policy_run_tick(r->policy, view);
    sw_policy_run_control(r->policy, view, sw_sim_controls(r->sim));
    r->control_s += clock_s() - from_s;
    sw_error fault = {0};
    const sw_status status = sw_sim_control(r->sim, &fault);
    return status == SW_OK ? SW_OK : pass_on(r, status, &fault, err);
}

static sw_status drive(running *r, sw_error *err) {
    sw_sim *sim = r->sim;
    const sw_view *view = sw_sim_view(sim);
    sw_error fault = {0};
    double sampled_s = 0.0;
    int64_t n = 0;
    for (;;) {
        const sw_need need = sw_sim_advance(sim);
        if (need == SW_NEED_DECISION) {
            sw_decision decision = {.asp = -1};
            const bool timed = n++ % DECISION_SAMPLE == 0;
            const double from_s = timed ? clock_s() : 0.0;
            sw_policy_run_dispatch(r->policy, view, sw_sim_job(sim), &decision);
            sampled_s += timed ? clock_s() - from_s : 0.0;
            const sw_status status = sw_sim_decide(sim, &decision, &fault);
            if (SW_UNLIKELY(status != SW_OK)) {
                return pass_on(r, status, &fault, err);
            }
        } else if (need == SW_NEED_CONTROLS) {
            SW_TRY(set_controls(r, err));
        } else if (need == SW_NEED_FAILED) {
            return sw_fail(err, sw_sim_error(sim)->code, "%s", sw_sim_error(sim)->text);
        } else {
            r->decision_s = r->control_s + sampled_s * DECISION_SAMPLE;
            return SW_OK;
        }
    }
}

// Copies the results out and checks the balances.
static sw_status collect(const sw_model *model, const sw_sim *sim, sw_run_result *result,
                         sw_error *err) {
    const size_t n_site = (size_t)model->sys.n_site;
    const size_t n_asp = (size_t)model->sys.n_asp;
    result->site = malloc(n_site * sizeof *result->site);
    result->asp = malloc(n_asp * sizeof *result->asp);
    if (result->site == NULL || result->asp == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for results");
    }
    result->total = *sw_sim_metrics(sim);
    memcpy(result->site, sw_sim_site_metrics(sim), n_site * sizeof *result->site);
    memcpy(result->asp, sw_sim_asp_metrics(sim), n_asp * sizeof *result->asp);
    result->balances = *sw_sim_balances(sim);
    return sw_sim_check(sim, err);
}

sw_status sw_run(const sw_model *model, const sw_policy_pair *pair, const sw_run_options *options,
                 sw_run_result *result, sw_error *err) {
    *result = (sw_run_result){0};
    sw_world *world = NULL;
    running r = {.options = options, .name = sw_policy_pair_name(pair)};
    sw_sim_host dispatcher = {.policy = sw_policy_pair_name(pair),
                              .sees_future = sw_policy_pair_dispatcher_sees_future(pair)};
    sw_sim_host energy = {.policy = dispatcher.policy,
                          .sees_future = sw_policy_pair_energy_sees_future(pair)};
    const sw_host host_d = sw_sim_host_table(&dispatcher);
    const sw_host host_e = sw_sim_host_table(&energy);
    const double from_s = clock_s();

    sw_status status = sw_world_create(model, options->seed, &world, err);
    if (status != SW_OK) {
        goto cleanup;
    }
    dispatcher.world = world;
    energy.world = world;
    // Listeners that nobody wants are not called at all.
    const sw_sim_listeners *wanted = &options->listeners;
    const sw_sim_listeners between = {.context = &r,
                                      .slot = wanted->slot != NULL ? on_slot : NULL,
                                      .decision = wanted->decision != NULL ? on_decision : NULL,
                                      .controls = wanted->controls != NULL ? on_controls : NULL,
                                      .outcome = on_outcome};
    sw_sim_listeners listeners = between;
    status = sw_policy_run_create(pair, model, &host_d, &host_e, &r.policy, err);
    if (status != SW_OK) {
        goto cleanup;
    }
    r.wants_feedback = sw_policy_run_wants_feedback(r.policy);
    if (!r.wants_feedback && wanted->outcome == NULL) {
        listeners.outcome = NULL;
    }
    status = sw_sim_create(model, world, &listeners, &r.sim, err);
    if (status != SW_OK) {
        goto cleanup;
    }
    dispatcher.sim = r.sim;
    energy.sim = r.sim;

    status = drive(&r, err);
    if (status != SW_OK) {
        goto cleanup;
    }
    result->wall_s = fmax(clock_s() - from_s, 0.0); // a clock may be set back
    result->decision_s = fmin(fmax(r.decision_s, 0.0), result->wall_s);
    result->control_s = r.control_s;
    result->used_random = dispatcher.used_random || energy.used_random;
    status = collect(model, r.sim, result, err);

cleanup:
    sw_policy_run_destroy(r.policy);
    sw_sim_destroy(r.sim);
    sw_world_destroy(world);
    if (status != SW_OK) {
        sw_run_result_deinit(result);
    }
    return status;
}

void sw_run_result_deinit(sw_run_result *result) {
    free(result->site);
    free(result->asp);
    *result = (sw_run_result){0};
}

// The state of a pair in one run, and the calls of its halves.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lp/host_lp.h"
#include "policy/pair.h"

enum { STATE_ALIGN = 64, WHY_TEXT = 512 };
// A state beyond this is a mistake; the system might grant the memory and kill the process later.
#define GREATEST_STATE ((size_t)1 << 34)

// One instance in a run.
typedef struct half_run {
    const sw_policy *policy;
    sw_host host; // as handed to the policy: the caller's, and what this module adds
    void *state;  // owned; NULL: the policy keeps none
    bool created; // destroy() is due
} half_run;

struct sw_policy_run {
    half_run dispatcher;
    half_run energy;         // empty when both halves are one instance
    const half_run *control; // the half that sets controls: one of the two above
};

static sw_lp_status solve_lp(const sw_host *host, const sw_lp_problem *problem,
                             sw_lp_solution *solution) {
    sw_error err = {0};
    const sw_lp_status status = sw_host_lp_solve(problem, solution, &err);
    if (status == SW_LP_REFUSED) {
        char text[SW_ERROR_TEXT + 32];
        (void)snprintf(text, sizeof text, "solve_lp refuses: %s", err.text);
        host->log(host, SW_LOG_ERROR, text);
    }
    return status;
}

static sw_status begin(half_run *half, const sw_policy_instance *instance, const sw_system *sys,
                       const sw_host *host, sw_error *err) {
    const sw_policy *policy = &instance->policy;
    half->policy = policy;
    half->host = *host;
    half->host.struct_size = sizeof half->host;
    half->host.solve_lp = solve_lp;
    const size_t size = policy->state_size != NULL ? policy->state_size(sys, instance->value) : 0;
    if (size > GREATEST_STATE) {
        return sw_fail(err, SW_ERR_POLICY,
                       "policy %s asks for %zu bytes of state; allowed: up to %zu", instance->name,
                       size, GREATEST_STATE);
    }
    if (size > 0) {
        const size_t whole = (size + STATE_ALIGN - 1) / STATE_ALIGN * STATE_ALIGN;
        half->state = aligned_alloc(STATE_ALIGN, whole);
        if (half->state == NULL) {
            return sw_fail(err, SW_ERR_NO_MEMORY,
                           "out of memory: policy %s asks for %zu bytes of state", instance->name,
                           size);
        }
        memset(half->state, 0, whole);
    }
    if (policy->create != NULL) {
        char why[WHY_TEXT] = "it gives no reason";
        if (policy->create(half->state, sys, &half->host, instance->value, why, sizeof why) != 0) {
            why[WHY_TEXT - 1] = '\0';
            return sw_fail(err, SW_ERR_POLICY, "policy %s cannot begin: %s", instance->name, why);
        }
    }
    half->created = true;
    return SW_OK;
}

static void end(half_run *half) {
    if (half->created && half->policy->destroy != NULL) {
        half->policy->destroy(half->state);
    }
    free(half->state);
}

sw_status sw_policy_run_create(const sw_policy_pair *pair, const sw_model *model,
                               const sw_host *host_dispatcher, const sw_host *host_energy,
                               sw_policy_run **run, sw_error *err) {
    sw_policy_run *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory beginning policy %s", pair->name);
    }
    made->control = pair->shared ? &made->dispatcher : &made->energy;
    sw_status status =
        begin(&made->dispatcher, pair->dispatcher, &model->sys, host_dispatcher, err);
    if (status == SW_OK && !pair->shared) {
        status = begin(&made->energy, pair->energy, &model->sys, host_energy, err);
    }
    if (status != SW_OK) {
        sw_policy_run_destroy(made);
        return status;
    }
    *run = made;
    return SW_OK;
}

void sw_policy_run_destroy(sw_policy_run *run) {
    if (run == NULL) {
        return;
    }
    end(&run->energy);
    end(&run->dispatcher);
    free(run);
}

static void tick(const half_run *half, const sw_view *view) {
    if (half->policy != NULL && half->policy->tick != NULL) {
        half->policy->tick(half->state, view);
    }
}

void sw_policy_run_tick(sw_policy_run *run, const sw_view *view) {
    tick(&run->dispatcher, view);
    tick(&run->energy, view);
}

void sw_policy_run_control(sw_policy_run *run, const sw_view *view, sw_controls *controls) {
    run->control->policy->control(run->control->state, view, controls);
}

void sw_policy_run_dispatch(sw_policy_run *run, const sw_view *view, const sw_job_view *job,
                            sw_decision *decision) {
    *decision = (sw_decision){.asp = -1, .step = 0, .not_before_s = 0.0};
    run->dispatcher.policy->dispatch(run->dispatcher.state, view, job, decision);
}

static bool has_feedback(const half_run *half) {
    return half->policy != NULL && half->policy->feedback != NULL;
}

void sw_policy_run_feedback(sw_policy_run *run, const sw_view *view, const sw_outcome *outcome) {
    if (has_feedback(&run->dispatcher)) {
        run->dispatcher.policy->feedback(run->dispatcher.state, view, outcome);
    }
    if (has_feedback(&run->energy)) {
        run->energy.policy->feedback(run->energy.state, view, outcome);
    }
}

bool sw_policy_run_wants_feedback(const sw_policy_run *run) {
    return has_feedback(&run->dispatcher) || has_feedback(&run->energy);
}

// faulty.c -- a plugin that keeps the contract until the job or slot `at`, and then breaks it as
// its parameter `fault` says. What the program must answer stands in test_faults.py.
#include <stdio.h>
#include <string.h>

#include "stepwatt/sw_policy.h"

typedef struct faulty_state {
    const sw_host *host;
    const char *fault;
    int64_t at;
} faulty_state;

enum { PARAM_FAULT, PARAM_AT };

static const sw_param_spec params[] = {
    [PARAM_FAULT] = {.key = "fault",
                     .kind = SW_PARAM_TEXT,
                     .fallback_text = "none",
                     .help = "what to do wrong"},
    [PARAM_AT] = {.key = "at",
                  .kind = SW_PARAM_INTEGER,
                  .fallback = 2,
                  .lo = 0,
                  .hi = 100,
                  .help = "job or slot at which to do it"},
};

static size_t state_size(const sw_system *system, const sw_param_value *value) {
    (void)system;
    const char *fault = value[PARAM_FAULT].text;
    return strcmp(fault, "state-huge") == 0   ? SIZE_MAX / 2
           : strcmp(fault, "state-most") == 0 ? SIZE_MAX
                                              : sizeof(faulty_state);
}

// True when the host gives no jobs of an ASP, and says so.
static bool has_no_jobs(const sw_host *host, int32_t asp) {
    int32_t n = -1;
    return host->asp_jobs(host, asp, &n) == NULL && n == 0;
}

// Asks before there is a run what a host can tell then.
static bool answers_early(const sw_host *host) {
    const double u = host->uniform(host, 1, 2, 3);
    return u > 0.0 && u < 1.0 && isnan(host->forecast(host, SW_FORECAST_BUY, 0, 0)) &&
           has_no_jobs(host, 0);
}

static int create(void *state, const sw_system *system, const sw_host *host,
                  const sw_param_value *value, char *why, size_t why_size) {
    (void)system;
    faulty_state *own = state;
    *own = (faulty_state){host, value[PARAM_FAULT].text, (int64_t)value[PARAM_AT].number};
    if (strcmp(own->fault, "create") == 0) {
        (void)snprintf(why, why_size, "the moon is in the wrong phase");
        return 1;
    }
    if (strcmp(own->fault, "create-long") == 0) {
        memset(why, 'x', why_size); // no end
        return -1;
    }
    if (strcmp(own->fault, "ask-early") == 0 && !answers_early(host)) {
        (void)snprintf(why, why_size, "the host answers wrongly");
        return 1;
    }
    return strcmp(own->fault, "create-silent") == 0;
}

static void crash(void) {
    volatile int *volatile nowhere = NULL;
    *nowhere = 1; // NOLINT(clang-analyzer-core.NullDereference): the crash to be caught
}

static void dispatch(void *state, const sw_view *view, const sw_job_view *job,
                     sw_decision *decision) {
    const faulty_state *own = state;
    decision->asp = job->origin;
    if (job->job != own->at) {
        return;
    }
    const char *fault = own->fault;
    if (strcmp(fault, "asp") == 0) {
        decision->asp = view->system->n_asp;
    } else if (strcmp(fault, "asp-negative") == 0) {
        decision->asp = -2;
    } else if (strcmp(fault, "unreachable") == 0) {
        decision->asp = 1;
    } else if (strcmp(fault, "step") == 0) {
        decision->step = view->system->n_step;
    } else if (strcmp(fault, "step-negative") == 0) {
        decision->step = -1;
    } else if (strcmp(fault, "not-before") == 0) {
        decision->not_before_s = (double)NAN;
    } else if (strcmp(fault, "not-before-endless") == 0) {
        decision->not_before_s = HUGE_VAL;
    } else if (strcmp(fault, "ask-beyond") == 0) {
        const int32_t n_asp = view->system->n_asp;
        const bool right = has_no_jobs(own->host, -1) && has_no_jobs(own->host, n_asp) &&
                           has_no_jobs(own->host, INT32_MAX);
        decision->asp = right ? job->origin : n_asp;
    } else if (strcmp(fault, "crash") == 0) {
        crash();
    } else if (strcmp(fault, "hang") == 0) {
        own->host->log(own->host, SW_LOG_WARN, "hangs");
        for (volatile int forever = 1; forever != 0;) {
        }
    }
}

static void control(void *state, const sw_view *view, sw_controls *controls) {
    const faulty_state *own = state;
    if (view->slot != own->at) {
        return;
    }
    const char *fault = own->fault;
    if (strcmp(fault, "level") == 0) {
        controls->level[1] = view->system->asp_n_level[1];
    } else if (strcmp(fault, "level-negative") == 0) {
        controls->level[0] = -1;
    } else if (strcmp(fault, "active") == 0) {
        controls->active[1] = view->system->asp_gpus[1] + 1;
    } else if (strcmp(fault, "active-negative") == 0) {
        controls->active[0] = -1;
    } else if (strcmp(fault, "battery") == 0) {
        controls->battery_kw[0] = (double)NAN;
    } else if (strcmp(fault, "cooling") == 0) {
        controls->thermostat[1] = 0;
        controls->cooling_kw[1] = HUGE_VAL;
    }
}

static const sw_policy policy = {
    .abi_major = SW_POLICY_ABI_MAJOR,
    .abi_minor = SW_POLICY_ABI_MINOR,
    .struct_size = sizeof(sw_policy),
    .name = "faulty",
    .summary = "breaks the contract as it is told",
    .halves = SW_POLICY_DISPATCHER | SW_POLICY_ENERGY,
    .params = params,
    .n_param = sizeof params / sizeof params[0],
    .state_size = state_size,
    .create = create,
    .dispatch = dispatch,
    .control = control,
};

SW_POLICY_EXPORT const sw_policy *sw_policy_entry(void) {
    return &policy;
}

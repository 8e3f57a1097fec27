// The policy replay: decisions and controls as two files hold them, so that a run can be made again
// or made up by hand. Both files are read when the policy is resolved.
#include <math.h>
#include <stdio.h>

#include "policy/idle.h"
#include "policy/instance.h"
#include "policy/registry.h"
#include "policy/replay_file.h"

enum { JOBS, CONTROLS, N_PARAM };

typedef struct replay_state {
    const sw_host *host;
    const sw_replay_jobs *jobs;         // NULL: not the dispatcher
    const sw_replay_controls *controls; // NULL: not the energy manager
    int64_t job_at;                     // where the next job's row is looked for first
    int64_t control_at;                 // first control not yet set
    int64_t n_used;                     // rows of jobs that the run has
    int64_t n_missing;                  // jobs without a row
} replay_state;

static const sw_param_spec replay_params[N_PARAM] = {
    [JOBS] = {.key = "jobs",
              .kind = SW_PARAM_FILE,
              .fallback_text = "",
              .help = "CSV job,asp,steps,not_before_s; needed by the dispatcher"},
    [CONTROLS] = {.key = "controls",
                  .kind = SW_PARAM_FILE,
                  .fallback_text = "",
                  .help = "CSV slot,kind,name,value; needed by the energy manager"},
};

static sw_status require_file(const char *label, const sw_param_value *value, int param,
                              sw_error *err) {
    if (value[param].given) {
        return SW_OK;
    }
    return sw_fail(err, SW_ERR_BAD_INPUT, "%s %s: required for replay as %s: %s", label,
                   replay_params[param].key, param == JOBS ? "dispatcher" : "energy manager",
                   replay_params[param].help);
}

// True when the file of a half must be read; without halves, those that are given are.
static bool is_wanted(uint32_t halves, uint32_t half, const sw_param_value *value) {
    return halves == 0 ? value->given : (halves & half) != 0;
}

static sw_status replay_load(const sw_model *model, const char *label, uint32_t halves,
                             sw_arena *arena, sw_param_value *value, sw_error *err) {
    if (is_wanted(halves, SW_POLICY_DISPATCHER, &value[JOBS])) {
        const sw_replay_jobs *jobs = NULL;
        SW_TRY(require_file(label, value, JOBS, err));
        SW_TRY(sw_replay_read_jobs(&model->sys, value[JOBS].text, arena, &jobs, err));
        value[JOBS].object = jobs;
    }
    if (is_wanted(halves, SW_POLICY_ENERGY, &value[CONTROLS])) {
        const sw_replay_controls *controls = NULL;
        SW_TRY(require_file(label, value, CONTROLS, err));
        SW_TRY(sw_replay_read_controls(&model->sys, value[CONTROLS].text, arena, &controls, err));
        value[CONTROLS].object = controls;
    }
    return SW_OK;
}

static size_t replay_state_size(const sw_system *system, const sw_param_value *params) {
    (void)system;
    (void)params;
    return sizeof(replay_state);
}

static int replay_create(void *state, const sw_system *system, const sw_host *host,
                         const sw_param_value *params, char *why, size_t why_size) {
    (void)system;
    (void)why;
    (void)why_size;
    replay_state *self = state;
    self->host = host;
    self->jobs = params[JOBS].object;
    self->controls = params[CONTROLS].object;
    return 0;
}

// Logs a count of rows or jobs, if there are any.
static void report(const replay_state *self, int64_t n, const char *what, const char *path) {
    if (n > 0) {
        char text[512];
        (void)snprintf(text, sizeof text, "replay: %lld %s %s", (long long)n, what, path);
        self->host->log(self->host, SW_LOG_WARN, text);
    }
}

static void replay_destroy(void *state) {
    const replay_state *self = state;
    if (self->jobs != NULL) {
        report(self, self->n_missing, "jobs were rejected that have no row in", self->jobs->path);
        report(self, self->jobs->n - self->n_used,
               "rows were ignored of jobs that the run lacks, in", self->jobs->path);
    }
    if (self->controls != NULL) {
        report(self, self->controls->n - self->control_at,
               "rows were ignored of slots that the run lacks, in", self->controls->path);
    }
}

// Returns the row of a job; NULL: there is none.
static const sw_replay_job *find_job(const replay_state *self, int64_t job) {
    const sw_replay_job *row = self->jobs->row;
    int64_t lo = 0;
    int64_t hi = self->jobs->n;
    // Jobs come in order, or nearly so.
    if (self->job_at < hi && row[self->job_at].job == job) {
        return &row[self->job_at];
    }
    while (lo < hi) {
        const int64_t mid = lo + (hi - lo) / 2;
        if (row[mid].job < job) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    return lo < self->jobs->n && row[lo].job == job ? &row[lo] : NULL;
}

static void replay_dispatch(void *state, const sw_view *view, const sw_job_view *job,
                            sw_decision *decision) {
    (void)view;
    replay_state *self = state;
    const sw_replay_job *row = find_job(self, job->job);
    if (row == NULL) {
        self->n_missing++;
        return;
    }
    self->n_used++;
    self->job_at = row - self->jobs->row + 1;
    decision->asp = row->asp;
    decision->step = row->step;
    decision->not_before_s = row->not_before_s;
}

static void set_control(const sw_replay_control *row, sw_controls *controls) {
    switch ((sw_replay_kind)row->kind) {
    case SW_REPLAY_LEVEL:
        controls->level[row->owner] = (int32_t)row->value;
        break;
    case SW_REPLAY_ACTIVE:
        controls->active[row->owner] = (int32_t)row->value;
        break;
    case SW_REPLAY_BATTERY_KW:
        controls->battery_kw[row->owner] = row->value;
        break;
    case SW_REPLAY_COOLING_KW:
        controls->thermostat[row->owner] = (uint8_t)(isnan(row->value) != 0);
        controls->cooling_kw[row->owner] = isnan(row->value) ? 0.0 : row->value;
        break;
    }
}

static void replay_control(void *state, const sw_view *view, sw_controls *controls) {
    replay_state *self = state;
    // What no row sets keeps its last value; the first slot begins as an unmanaged center.
    if (view->slot == 0) {
        sw_controls_set_idle(view->system, controls);
    }
    const sw_replay_controls *file = self->controls;
    while (self->control_at < file->n && file->row[self->control_at].slot <= view->slot) {
        set_control(&file->row[self->control_at], controls);
        self->control_at++;
    }
}

const sw_policy sw_policy_replay = {
    .abi_major = SW_POLICY_ABI_MAJOR,
    .abi_minor = SW_POLICY_ABI_MINOR,
    .struct_size = sizeof(sw_policy),
    .name = "replay",
    .summary = "decisions and controls as files give them",
    .halves = SW_POLICY_DISPATCHER | SW_POLICY_ENERGY,
    .params = replay_params,
    .n_param = N_PARAM,
    .state_size = replay_state_size,
    .create = replay_create,
    .destroy = replay_destroy,
    .dispatch = replay_dispatch,
    .control = replay_control,
};

const sw_policy_files sw_replay_files = {.policy = &sw_policy_replay, .load = replay_load};

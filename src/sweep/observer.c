#include "sweep/observer.h"

static void on_slot(void *context, const sw_slot_report *report) {
    const sw_observer *observer = context;
    sw_series_add(observer->series, report);
}

static void on_outcome(void *context, const sw_outcome *outcome) {
    const sw_observer *observer = context;
    sw_job_table_add(observer->jobs, outcome);
}

static void on_decision(void *context, const sw_job_view *job, const sw_decision *decision) {
    const sw_observer *observer = context;
    sw_replay_files_decision(observer->replay, job, decision);
}

static void on_controls(void *context, int64_t slot, const sw_controls *applied) {
    const sw_observer *observer = context;
    sw_replay_files_controls(observer->replay, slot, applied);
}

sw_sim_listeners sw_observer_listeners(sw_observer *observer) {
    return (sw_sim_listeners){
        .context = observer,
        .slot = observer->series != NULL ? on_slot : NULL,
        .outcome = observer->jobs != NULL ? on_outcome : NULL,
        .decision = observer->replay != NULL ? on_decision : NULL,
        .controls = observer->replay != NULL ? on_controls : NULL,
    };
}

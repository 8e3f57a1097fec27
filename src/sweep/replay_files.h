// replay_files.h -- writes what a policy decided as jobs.csv and controls.csv, which the policy
// `replay` reads back to repeat the run.
#ifndef SW_SWEEP_REPLAY_FILES_H
#define SW_SWEEP_REPLAY_FILES_H

#include "base/atomic_file.h"
#include "sim/run.h"

typedef struct sw_replay_files {
    const sw_model *model; // borrowed
    sw_atomic_file jobs;
    sw_atomic_file controls;
    // Values written last; a row is written when one changes.
    int32_t *level;     // [n_asp]
    int32_t *active;    // [n_asp]
    double *battery_kw; // [n_site]
    double *cooling_kw; // [n_site]; NaN: thermostat
} sw_replay_files;

// Starts both files in `folder`, which must exist.
sw_status sw_replay_files_open(sw_replay_files *files, const sw_model *model, const char *folder,
                               sw_error *err);
void sw_replay_files_decision(sw_replay_files *files, const sw_job_view *job,
                              const sw_decision *decision);
void sw_replay_files_controls(sw_replay_files *files, int64_t slot, const sw_controls *applied);
// Finishes both files; neither is left when one fails.
sw_status sw_replay_files_commit(sw_replay_files *files, sw_error *err);
// Gives everything back; files not committed vanish.
void sw_replay_files_close(sw_replay_files *files);

#endif

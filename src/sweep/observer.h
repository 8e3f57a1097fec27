// observer.h -- listens to one run for those who want more than its totals: series, jobs,
// recordings.
#ifndef SW_SWEEP_OBSERVER_H
#define SW_SWEEP_OBSERVER_H

#include "sweep/job_table.h"
#include "sweep/replay_files.h"
#include "sweep/series.h"

// What to listen for; all borrowed, all nullable.
typedef struct sw_observer {
    sw_series *series;
    sw_job_table *jobs;
    sw_replay_files *replay;
} sw_observer;

// Returns the listeners that feed the observer, which must outlive the run.
sw_sim_listeners sw_observer_listeners(sw_observer *observer);

#endif

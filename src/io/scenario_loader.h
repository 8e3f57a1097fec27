// scenario_loader.h -- what loads the series of a scenario: its signals (scenario_series.c) and its
// workloads (scenario_workloads.c). Private to them.
#ifndef SW_IO_SCENARIO_LOADER_H
#define SW_IO_SCENARIO_LOADER_H

#include "io/scenario_draft.h"
#include "io/trace.h"
#include "model/realise.h"
#include "model/synth.h"

typedef struct sw_series_loader {
    sw_draft *draft;
    sw_model *model;
    sw_slot_grid grid;
    int64_t n_value; // taken for signals so far
    struct loaded_trace *trace;
    struct loaded_jobs *jobs;
    struct input_node *input; // newest first
    const sw_synth **synth;   // the model's; NULL: no generators so far
    double *sell_fraction;    // the model's
} sw_series_loader;

// Adds a file that was read to the model's list.
void sw_series_note_input(sw_series_loader *load, const char *path, const char sha256[65]);
// Complains of a key with the text of a failure; memory that is short is no fault of the input.
void sw_series_complain(sw_series_loader *load, const sw_item *item, const char *key,
                        sw_status code, const char *text);
// Loads the signal whose number, or place after all signals, is `stream`.
bool sw_series_load_signal(sw_series_loader *load, const sw_item *item, sw_value *value,
                           double utc_offset_h, int32_t stream, sw_signal *signal);
// Loads a workload whose rate, if it has one, is the signal `stream`.
void sw_series_load_workload(sw_series_loader *load, const sw_item *item, int32_t stream,
                             sw_workload *workload);

#endif

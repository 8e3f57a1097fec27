// trace.h -- reads trace files (CSV or HDF5): signals as one value a slot, jobs as columns.
#ifndef SW_IO_TRACE_H
#define SW_IO_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/status.h"
#include "model/model.h"

// One trace file in memory: a time column and named series.
typedef struct sw_trace {
    sw_arena arena;
    const char *path;
    bool dated;        // time is ISO 8601 (unix_s) rather than seconds from the start
    int64_t n;         // rows
    double interval_s; // the commonest one; 0 with fewer than two rows
    const double
        *time_s; // strictly ascending: s since 1970 UTC when dated, else from the start   [n]
    const int64_t *line; // of each row, for messages; NULL for HDF5 [n]
    int32_t n_series;
    const char *const *name;    // column names as in the file [n_series]
    const double *const *value; // [n_series][n]; NaN where the cell is empty or no number
    char sha256[65];            // of the file
} sw_trace;

// Reads a signal trace: header, times, all columns. Errors name file, line and what is allowed. A
// column may hold empty or non-numeric cells until it is asked for.
sw_status sw_trace_load(const char *path, sw_trace **trace, sw_error *err);
// The same for a file that is in memory; takes it over also when it fails.
sw_status sw_trace_load_file(const char *path, sw_file *file, sw_trace **trace, sw_error *err);
void sw_trace_unload(sw_trace *trace);

// Finds a column by full name, or by its name without a known unit suffix; -1: not there, or two
// could be meant.
int32_t sw_trace_column(const sw_trace *trace, const char *name);
// The unit a column name ends in ("usd_per_mwh", "c", "g_per_kwh", "cf", ...); NULL: none known.
const char *sw_trace_unit(const char *column_name);

// Where slots lie.
typedef struct sw_slot_grid {
    double start_unix_s; // NaN when the scenario has no start
    double slot_s;
    int64_t n_slot;
} sw_slot_grid;

// Fills `out` [n_slot] with the slot means of a column times `factor`, by the rules of the signal
// trace: coverage, gaps, numbers. `unit`: the unit suffix that the signal has (a column with
// another known unit is an error).
sw_status sw_trace_to_slots(const sw_trace *trace, const char *column, const char *unit,
                            double factor, const sw_slot_grid *grid, double *out, sw_error *err);

// Reads a job trace into `arena`; jobs at or after `end_s` are left out. `sha256` gets the file's
// hash.
sw_status sw_job_trace_load(const char *path, double end_s, sw_arena *arena, sw_job_trace *jobs,
                            char sha256[65], sw_error *err);
// The same for a file that is in memory; takes it over also when it fails.
sw_status sw_job_trace_load_file(const char *path, sw_file *file, double end_s, sw_arena *arena,
                                 sw_job_trace *jobs, char sha256[65], sw_error *err);

#endif

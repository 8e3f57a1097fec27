// grid.h -- the results of a sweep: labelled dimensions, one record of numbers a task, and where
// they come from.
//
// A task is (point, policy, seed). Its number is (seed * n_point + point) * n_policy + policy, with
// places in the lists: adding seeds at the end moves no number. A record holds the metrics of the
// run, then those of each site, then of each ASP, then the series if asked for. Records know
// nothing of threads, shards or clocks, so files of the same sweep are the same.
#ifndef SW_SWEEP_GRID_H
#define SW_SWEEP_GRID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/sha256.h"
#include "base/status.h"
#include "sweep/sweep_file.h"

typedef struct sw_grid_axis {
    const char *name;
    const char *unit;
    const char *keys;
    int32_t n;
    const char **label; // [n]
    double *number;     // NULL: labels alone   [n]
} sw_grid_axis;

// Where a sweep comes from; all texts belong to the grid.
typedef struct sw_origin {
    const char *version;
    const char *commit;
    const char *built_with;
    const char *host;
    const char *command_line;
    const char *sweep_text;
    const char *scenario;        // path of the base scenario
    const char *scenario_text;   // of the base scenario
    const char *scenario_sha256; // of it and its input files
    int32_t n_input;
    const char **input_path;   // files of all values of the axes  [n_input]
    const char **input_sha256; // [n_input]
} sw_origin;

typedef struct sw_grid {
    sw_arena arena;
    const char *name;
    char digest[SW_SHA256_HEX]; // of all that decides the results, and of the program
    sw_origin origin;
    double revenue_scale;
    int32_t n_axis;
    sw_grid_axis axis[SW_SWEEP_MAX_AXIS];
    int64_t n_point;
    int32_t n_policy;
    const char **policy; // full names   [n_policy]
    int32_t n_seed;
    uint64_t *seed; // [n_seed]
    int32_t n_site;
    const char **site; // [n_site]
    int32_t n_asp;
    const char **asp; // [n_asp]
    bool series;
    int64_t n_slot;  // of the longest scenario; 0 without series
    double slot_s;   // of the base scenario
    int32_t shard;   // 0 .. n_shard - 1
    int32_t n_shard; // 1: the whole
    int64_t n_value; // of a record
    int64_t n_task;  // of all shards
    double *value;   // [n_task, n_value]; NaN where a task is not done
    bool *done;      // [n_task]
} sw_grid;

// Takes memory for all records, by the counts set in the grid; again when seeds were added, which
// keeps what is there.
sw_status sw_grid_size(sw_grid *grid, sw_error *err);
void sw_grid_deinit(sw_grid *grid);

// Numbers of a record for these counts.
int64_t sw_grid_record_length(int32_t n_site, int32_t n_asp, int64_t n_slot);

static inline int64_t sw_grid_task(const sw_grid *grid, int64_t point, int32_t policy,
                                   int32_t seed) {
    return ((int64_t)seed * grid->n_point + point) * grid->n_policy + policy;
}
static inline int64_t sw_grid_point_of(const sw_grid *grid, int64_t task) {
    return task / grid->n_policy % grid->n_point;
}
static inline int32_t sw_grid_policy_of(const sw_grid *grid, int64_t task) {
    return (int32_t)(task % grid->n_policy);
}
static inline int32_t sw_grid_seed_of(const sw_grid *grid, int64_t task) {
    return (int32_t)(task / grid->n_policy / grid->n_point);
}
static inline bool sw_grid_is_mine(const sw_grid *grid, int64_t task) {
    return task % grid->n_shard == grid->shard;
}

static inline double *sw_grid_record(const sw_grid *grid, int64_t task) {
    return grid->value + task * grid->n_value;
}

// Writes the place of a point on each axis; the last axis moves fastest.
void sw_grid_place(const sw_grid *grid, int64_t point, int32_t place[SW_SWEEP_MAX_AXIS]);

// Counts the tasks of this shard, and those of them that are done.
int64_t sw_grid_count_mine(const sw_grid *grid);
int64_t sw_grid_count_done(const sw_grid *grid);

// Writes the results: a whole sweep as METRIC(axes..., policy, seed), site_METRIC(..., site),
// asp_METRIC(..., asp), slot_...(..., time, site or asp); a shard as its tasks and their records.
sw_status sw_grid_save(const char *path, const sw_grid *grid, sw_error *err);

// Reads the file of a whole sweep that sw_grid_save wrote: the metrics of the runs only (n_value is
// their number). On failure *grid is empty.
sw_status sw_grid_load(const char *path, sw_grid *grid, sw_error *err);

// Reads only what a file says of its sweep: digest, shard and labels, no records. They are compared
// with nothing. On failure *grid is empty.
sw_status sw_grid_load_head(const char *path, sw_grid *grid, sw_error *err);

// Puts the records of a shard's file in their places in a sized grid of its sweep.
sw_status sw_grid_take_shard(const char *path, sw_grid *whole, sw_error *err);

#endif

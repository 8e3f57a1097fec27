// sweep_file.h -- reads a sweep file: a base scenario, axes of values for its keys, policies and
// seeds, whose product is the list of tasks.
#ifndef SW_SWEEP_SWEEP_FILE_H
#define SW_SWEEP_SWEEP_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "io/messages.h"

// Limits of a sweep, checked before memory is taken.
enum {
    SW_SWEEP_MAX_AXIS = 8,
    SW_SWEEP_MAX_KEY = 32, // that move together on one axis
    SW_SWEEP_MAX_VALUE = 100000,
    SW_SWEEP_MAX_POLICY = 256,
    SW_SWEEP_MAX_SEED = 1000000
};
#define SW_SWEEP_MAX_TASK INT64_C(100000000)

// One axis: keys of the scenario that move together through n values.
typedef struct sw_sweep_axis {
    const char *name;
    const char *keys; // all of them, for people: "site east.pv_kw, site west.pv_kw"
    const char *unit; // of the numbers; "1" where there is none
    int32_t line;     // of its section
    int32_t n_key;
    int32_t n;            // values
    const char **label;   // names of the values                                   [n]
    double *number;       // the labels as numbers; NULL: some are not             [n]
    const char **setting; // "SECTION.KEY=VALUE"; NULL: as the base scenario has it  [n, n_key]
} sw_sweep_axis;

typedef struct sw_sweep {
    sw_arena arena;
    const char *path; // of the sweep file
    const char *text; // of the sweep file
    const char *name;
    const char *base; // path of the scenario
    int32_t n_axis;
    sw_sweep_axis axis[SW_SWEEP_MAX_AXIS];
    int64_t n_point; // product of the axes
    int32_t n_policy;
    const char **policy; // as the file names them   [n_policy]
    int32_t n_seed;
    uint64_t *seed; // [n_seed]
} sw_sweep;

// Reads a sweep file; does not look into the scenario. On any error `messages` tells all of them
// and *sweep is empty. Give back with sw_sweep_deinit, which takes an empty one.
sw_status sw_sweep_load(const char *path, sw_sweep *sweep, sw_messages *messages);
void sw_sweep_deinit(sw_sweep *sweep);

// True for a name that an axis may have: letters, digits and _, and none that the results use.
bool sw_sweep_is_axis_name(const char *name);

// Writes the place of a point on each axis; the last axis moves fastest.
void sw_sweep_place(const sw_sweep *sweep, int64_t point, int32_t place[SW_SWEEP_MAX_AXIS]);

enum { SW_SWEEP_MAX_SETTING = SW_SWEEP_MAX_AXIS * SW_SWEEP_MAX_KEY };

// Collects the settings of the values at `place`; returns how many. Borrowed from the sweep.
int32_t sw_sweep_settings(const sw_sweep *sweep, const int32_t place[SW_SWEEP_MAX_AXIS],
                          const char *setting[SW_SWEEP_MAX_SETTING]);

#endif

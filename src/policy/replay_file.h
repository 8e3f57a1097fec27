// replay_file.h -- decisions and controls read from CSV files, sorted, for any number of runs to
// share.
#ifndef SW_POLICY_REPLAY_FILE_H
#define SW_POLICY_REPLAY_FILE_H

#include "base/arena.h"
#include "base/status.h"
#include "stepwatt/sw_policy.h"

// One decision. 24 bytes, as there may be millions.
typedef struct sw_replay_job {
    int64_t job;
    double not_before_s; // 0: at once
    int32_t line;        // of the file, from 1
    int16_t asp;         // -1: reject
    int16_t step;        // index; 0 for a rejected job
} sw_replay_job;

typedef struct sw_replay_jobs {
    const char *path;
    int64_t n;
    const sw_replay_job *row; // job numbers strictly ascending   [n]
} sw_replay_jobs;

typedef enum sw_replay_kind {
    SW_REPLAY_LEVEL,
    SW_REPLAY_ACTIVE,
    SW_REPLAY_BATTERY_KW,
    SW_REPLAY_COOLING_KW
} sw_replay_kind;

// One control that takes a new value.
typedef struct sw_replay_control {
    int64_t slot;
    double value; // NaN: back to the thermostat
    int32_t line;
    int16_t kind;  // an sw_replay_kind
    int16_t owner; // ASP for level and active, else site
} sw_replay_control;

typedef struct sw_replay_controls {
    const char *path;
    int64_t n;
    const sw_replay_control *row; // ascending by slot, kind, owner, without equals   [n]
} sw_replay_controls;

// Reads `job,asp,steps,not_before_s`. Memory is the arena's; the path is borrowed.
sw_status sw_replay_read_jobs(const sw_system *sys, const char *path, sw_arena *arena,
                              const sw_replay_jobs **jobs, sw_error *err);

// Reads `slot,kind,name,value`, likewise.
sw_status sw_replay_read_controls(const sw_system *sys, const char *path, sw_arena *arena,
                                  const sw_replay_controls **controls, sw_error *err);

#endif

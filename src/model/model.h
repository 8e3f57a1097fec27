// model.h -- one scenario, read and checked: the system, its signals and its workloads. Built once
// (by io), then constant and shared by all runs and threads. All memory belongs to the model's
// arena.
#ifndef SW_MODEL_MODEL_H
#define SW_MODEL_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "stepwatt/sw_policy.h"

// Limits of a scenario; SCENARIO files beyond them are refused before memory is taken.
enum {
    SW_MAX_SITE = 1000,
    SW_MAX_ASP = 2000,
    SW_MAX_CLASS = 2000,
    SW_MAX_STEP = 256,
    SW_MAX_LEVEL = 64,
    SW_MAX_GPUS = 1000000,
    SW_MAX_LIST = 64,     // entries of a VALUE:WEIGHT list
    SW_MAX_IMAGES = 10000 // of one job
};
#define SW_MAX_SLOT  2200000  // 20 years of 5 minutes
#define SW_MAX_END_S 67108864 // 2^26 s, two years: beyond it the time grid of 2^-27 s is not exact

// A signal: one value a slot.
typedef struct sw_signal {
    const double *value; // [n_slot], or one value when stride is 0
    int64_t stride;      // 1, or 0 for a constant
} sw_signal;

static inline double sw_signal_at(const sw_signal *signal, int64_t slot) {
    return signal->value[slot * signal->stride];
}

// The signals of a site; the order is that of sw_forecast_kind.
enum {
    SW_SIGNAL_BUY,
    SW_SIGNAL_SELL,
    SW_SIGNAL_CARBON,
    SW_SIGNAL_OUTDOOR,
    SW_SIGNAL_PV,
    SW_SIGNAL_WIND,
    SW_SIGNALS_PER_SITE
};

// A distribution drawn by inverse transform from one uniform number.
typedef enum sw_dist_kind {
    SW_DIST_CONSTANT,    // a
    SW_DIST_UNIFORM,     // a .. b
    SW_DIST_LOGNORMAL,   // median a, sigma b
    SW_DIST_EXPONENTIAL, // mean a
    SW_DIST_LIST         // value[i] with probability weight[i]
} sw_dist_kind;

typedef struct sw_dist {
    sw_dist_kind kind;
    double a;
    double b;
    int32_t n;           // of the list
    const double *value; // [n]
    const double *up_to; // cumulative probability, last 1   [n]
} sw_dist;

// Returns the value at u in (0, 1).
double sw_dist_at(const sw_dist *dist, double u);
// Replaces n numbers u by their values.
void sw_dist_at_n(const sw_dist *dist, int n, double *u);
// Returns the mean.
double sw_dist_mean(const sw_dist *dist);

// Jobs of a class that come from a file. A column that the file lacks is NULL.
typedef struct sw_job_trace {
    int64_t n;
    const double *arrival_s;  // ascending, on the time grid          [n]
    const int32_t *images;    // nullable                             [n]
    const double *deadline_s; // relative; inf allowed; nullable     [n]
    const double *value;      // nullable                             [n]
    const double *work;       // nullable                             [n]
} sw_job_trace;

typedef enum sw_arrival_kind {
    SW_ARRIVAL_TRACE,
    SW_ARRIVAL_POISSON,
    SW_ARRIVAL_BURSTY
} sw_arrival_kind;

// How the jobs of a class arrive and what they are like.
typedef struct sw_workload {
    sw_arrival_kind kind;
    sw_job_trace trace; // for TRACE
    sw_signal rate;     // jobs/s, for POISSON and BURSTY
    double iod;         // index of dispersion of slot counts, >= 1, for BURSTY
    sw_dist images;
    sw_dist deadline_s; // relative
    sw_dist work;
} sw_workload;

typedef enum sw_forecast_mode {
    SW_FORECAST_PERSISTENCE,
    SW_FORECAST_DAY_AHEAD, // with forecast_sigma
    SW_FORECAST_PERFECT
} sw_forecast_mode;

// One `[policy NAME]` section.
typedef struct sw_policy_param {
    const char *key;
    const char *value;
    const char *where; // FILE:LINE of the key, for messages
} sw_policy_param;

typedef struct sw_policy_section {
    const char *name;
    const char *use;   // built-in name or path; NULL: the section's own name
    const char *where; // FILE:LINE of the section
    int32_t n_param;
    const sw_policy_param *param; // keys other than `use`   [n_param]
} sw_policy_section;

// An input file other than the scenario itself.
typedef struct sw_input_file {
    const char *path;
    char sha256[65];
} sw_input_file;

typedef struct sw_model {
    sw_arena arena;
    sw_system sys;

    double start_unix_s; // of slot 0, s since 1970 UTC; NaN: not given
    sw_forecast_mode forecast;
    double forecast_sigma;
    bool seeded;          // some part depends on the seed
    int64_t sell_lowered; // site-slots whose sell price was lowered to the buy price

    // Signals whose values do not depend on the seed; NULL for others, and their workloads' rates:
    // runs get all of theirs from the world.
    const sw_signal *signal; // [n_site, SW_SIGNALS_PER_SITE]; SELL is never above BUY
    // Generators of those others, by the number of the signal or after all signals of the class;
    // an entry is NULL where there is none   [n_site SW_SIGNALS_PER_SITE + n_class]; NULL: none
    const struct sw_synth *const *synth;
    const double *sell_fraction;       // of a generated buy price; NaN: none; NULL without synth   [n_site]
    const double *site_utc_offset_h;   // [n_site]
    const sw_workload *workload;       // [n_class]
    const char *const *asp_model_name; // of the diffusion model and GPU type, for reports   [n_asp]
    const char *const *asp_gpu_name;   // [n_asp]

    int32_t n_policy;
    const sw_policy_section *policy; // [n_policy]

    const char *path; // of the scenario file
    const char *dir;  // its folder, where policy files are looked up first
    const char *text; // the scenario with all includes and --set, as one text that reproduces it
    char digest[65];  // SHA-256 of that text and of all input files
    int32_t n_input;
    const sw_input_file *input; // [n_input]
} sw_model;

// Returns an empty model; NULL when memory is short. `destroy` takes NULL.
sw_model *sw_model_create(void);
void sw_model_destroy(sw_model *model);

// Takes the arrays of `model->sys` by the counts set in it, zeroed; all strings NULL.
sw_status sw_model_alloc(sw_model *model, sw_error *err);

// Sets what the system tells of its classes' jobs (class_images, class_value, class_work,
// class_deadline_s) from their workloads.
void sw_model_describe_classes(sw_model *model);

// Whoever builds a model writes its arrays through these; they return the array they are given.
static inline double *sw_model_reals(const double *array) {
    const union {
        const double *in;
        double *out;
    } same = {.in = array};
    return same.out;
}
static inline int32_t *sw_model_ints(const int32_t *array) {
    const union {
        const int32_t *in;
        int32_t *out;
    } same = {.in = array};
    return same.out;
}
static inline const char **sw_model_texts(const char *const *array) {
    const union {
        const char *const *in;
        const char **out;
    } same = {.in = array};
    return same.out;
}

// Service work of `batch` images of one job at an ASP, GPU-s at speed 1. Images run one after
// another on one GPU; `batch` is reserved for batched service and must be 1 today.
double sw_service_work_s(const sw_system *sys, int32_t asp, int32_t step, int32_t images,
                         double work, int32_t batch);

// Returns q(steps) = floor + (ceiling - floor) / (1 + exp(-slope (steps - mid))).
double sw_quality(double floor_q, double ceiling_q, double slope, double mid, double steps);

#endif

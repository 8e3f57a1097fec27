// twin_parts.h -- what the two halves of the twin share: events (twin.c) and energy
// (twin_energy.c).
#ifndef SW_TEST_TWIN_PARTS_H
#define SW_TEST_TWIN_PARTS_H

#include "support/twin.h"

// All metrics as long sums, and what the means among them are made from.
typedef struct twin_sums {
#define TWIN_FIELD(name, unit, scopes, text) long double name;
    SW_METRIC_LIST(TWIN_FIELD)
#undef TWIN_FIELD
    long double quality_images; // of images on time, sum of qualities
    long double step_images;    // and of steps
    long double completed;      // jobs
    long double latency_s;      // sum over completed jobs
    long double busy_gpu_s;
    long double owned_gpu_s;
} twin_sums;
enum { TWIN_N_SUM = sizeof(twin_sums) / sizeof(long double) };

typedef struct twin_asp {
    int32_t level;
    int32_t active;
    int32_t busy;
    int32_t n_waking;
    double *ready_s; // of each GPU that wakes, earliest first   [gpus]
    long double sent_work_s;
    long double sent_work_last_s;
    twin_sums sums;
} twin_asp;

typedef struct twin_site {
    double buy_usd_per_mwh; // signals of the slot
    double sell_usd_per_mwh;
    double carbon_g_per_kwh;
    double outdoor_c;
    double renewable_kw;
    double battery_kw;       // applied
    double heat_kw;          // removed, applied (rc)
    long double soc_kwh;     // at the tick
    long double room_c;      // at the tick
    long double slot_it_kwh; // since the tick
    twin_sums sums;
} twin_site;

typedef struct twin {
    const sw_system *sys;
    const sw_world *world;
    const twin_decision *decision;
    const twin_commands *commands;
    twin_result *result;
    twin_asp *asp;
    twin_site *site;
    double now_s;
    int64_t slot; // -1: before the first tick
} twin;

// Integrates power from now to `until_s`.
void twin_energy_advance(twin *t, double until_s);
// Ends the slot: battery, room and what they cost.
void twin_energy_close_slot(twin *t);
// Takes the signals and commands of a new slot; before the starts of the tick.
void twin_energy_open_slot(twin *t);
// Sets the thermostats; after the starts of the tick.
void twin_energy_thermostats(twin *t);
// Settles batteries after the last slot.
void twin_energy_settle(twin *t);
// Fills the site's part of a glimpse.
void twin_energy_glimpse(const twin *t, int32_t site, twin_glimpse *glimpse);

#endif

// plan.h -- a rolling plan: the fluid program of the next day, made from forecasts and solved anew
// each slot.
//
// Jobs are volumes of images: by class, ASP and steps in each period; GPUs are busy at levels;
// sites buy, sell, store and cool. Periods are single slots at first and grow to a dozen slots. The
// program is kept and changed in place, so that each solve starts from the basis of the one before.
// Results depend on that history.
#ifndef SW_LP_PLAN_H
#define SW_LP_PLAN_H

#include "base/status.h"
#include "stepwatt/sw_policy.h"

typedef struct sw_plan sw_plan;

// Columns of a program: larger systems look ahead in fewer periods, and those with more columns in
// one period are refused.
enum { SW_PLAN_MAX_COLUMN = 40000 };

typedef struct sw_plan_options {
    double horizon_s; // looks so far ahead
    double queue_s;   // wait at each ASP that may stand at the end of the present slot
} sw_plan_options;

// What was planned. Arrays belong to the plan and change with each solve.
typedef struct sw_plan_view {
    int32_t n_period;
    int32_t n_option;    // choices of a class: an ASP and steps each
    const int64_t *slot; // first slot of each period                                [n_period]
    const double
        *price_usd; // of a GPU-second of work at speed 1, energy included  [n_asp, n_period]
    const double *energy_usd; // part of it for energy, in the present slot           [n_asp]
    const double *speed;      // GPUs times speed wanted in the present slot              [n_asp]
    const double *worth_usd;  // earned by a GPU-second of planned work, unpaid penalties included;
                              // as it was last where nothing is planned                  [n_asp]
    const double *it_usd_per_kwh; // of energy for IT in the present slot [n_site]
    const double *battery_kw; // for the present slot, > 0 charges                        [n_site]
    const double *heat_kw;    // to remove in the present slot (rc)                       [n_site]
    const int32_t
        *option_first; // a class's options are first[w] .. first[w + 1] - 1      [n_class + 1]
    const int32_t
        *option_asp; //                                                          [n_option]
    const int32_t
        *option_step; //                                                          [n_option]
    const double *option_images; // planned for the present slot [n_option]
    const double *class_images;  // expected in the present slot [n_class]
} sw_plan_view;

// Builds the program, without numbers. Must be used and destroyed on this thread. `system` and
// `host` are borrowed.
sw_status sw_plan_create(const sw_system *system, const sw_host *host,
                         const sw_plan_options *options, sw_plan **plan, sw_error *err);
// Takes NULL.
void sw_plan_destroy(sw_plan *plan);

// Plans from the present slot on; called once a slot. `surprise` [n_class]: by what share more jobs
// than forecast arrive just now; `memory` [n_class]: how much of it lasts from slot to slot. False
// when the program was not solved: `err` says why, the results stay what they were, and the next
// call starts from scratch.
bool sw_plan_solve(sw_plan *plan, const sw_view *view, const double *surprise, const double *memory,
                   sw_error *err);

const sw_plan_view *sw_plan_results(const sw_plan *plan);

#endif

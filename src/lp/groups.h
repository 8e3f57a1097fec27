// groups.h -- the jobs of a run as a few groups: what the bound needs to know of them, gathered in
// one pass.
//
// A group holds the jobs of one class that arrive in one slot and must be done by the end of the
// same later slot. Where jobs are many their members differ in what an image pays (`value`) and how
// long it takes
// (`work`). Both are put on a grid of nodes: a member between two nodes is split over them so that
// its mean stays. The worth of a member, for any prices, is a maximum of linear functions of
// (value, work), hence convex, so that splitting never makes it smaller: what bounds the split jobs
// bounds the jobs. Where jobs are few each is a group.
#ifndef SW_LP_GROUPS_H
#define SW_LP_GROUPS_H

#include <stdint.h>

#include "model/world.h"

typedef struct sw_job_group {
    int64_t slot; // of arrival
    int64_t due;  // the last slot that may serve it, rounded up as sw_group_due does
    int32_t cls;
    bool pays;     // the deadline lies within the horizon: not serving it costs the penalty
    double images; // in all
    double value;  // of each
    double work;   // of each
} sw_job_group;

typedef struct sw_groups {
    int64_t n;
    sw_job_group *group; // by slot, then in order of first arrival                              [n]
    int16_t *max_step;   // largest steps that some member can finish in time; -1: none   [n, n_asp]
    int64_t n_job;
    double late_usd;  // penalty if none of them were served
    double worth_usd; // revenue if all were served on time at quality 1
    int64_t capacity;
} sw_groups;

// Goes through all jobs of `world` (rewound before and after). `max_groups`: refuses more
// (SW_ERR_BAD_INPUT).
sw_status sw_groups_collect(const sw_model *model, sw_world *world, int64_t max_groups,
                            sw_groups *groups, sw_error *err);
void sw_groups_deinit(sw_groups *groups);

// Returns the last slot that may serve a job which arrives in `slot` and is due in `last`, rounded
// up: long waits to multiples of 2, 4, 8 ... slots, a quarter of the wait at most, so that few due
// slots are open at a time.
int64_t sw_group_due(int64_t slot, int64_t last);

#endif

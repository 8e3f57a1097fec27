// pair.h -- the two halves of a run once resolved. Private to the module.
#ifndef SW_POLICY_PAIR_H
#define SW_POLICY_PAIR_H

#include "policy/instance.h"
#include "policy/policy.h"

struct sw_policy_pair {
    sw_arena arena;
    const char *name;                     // "D/E"
    sw_policy_instance instance[2];       // the second is empty when `shared`
    bool shared;                          // both halves are one instance, with one state
    const sw_policy_instance *dispatcher; // both point into `instance`
    const sw_policy_instance *energy;
};

#endif

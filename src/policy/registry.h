// registry.h -- the table of built-in policies, and the one check that every policy table must
// pass.
#ifndef SW_POLICY_REGISTRY_H
#define SW_POLICY_REGISTRY_H

#include "base/status.h"
#include "stepwatt/sw_policy.h"

// The built-in policies; each in a file of its own name, those at fixed steps together.
extern const sw_policy sw_policy_local;
extern const sw_policy sw_policy_random;
extern const sw_policy sw_policy_round_robin;
extern const sw_policy sw_policy_shortest_queue;
extern const sw_policy sw_policy_cheapest;
extern const sw_policy sw_policy_greedy;
extern const sw_policy sw_policy_idle;
extern const sw_policy sw_policy_threshold;
extern const sw_policy sw_policy_replay;
extern const sw_policy sw_policy_lp;
extern const sw_policy sw_policy_oracle;
extern const sw_policy sw_policy_drl;

// Returns the built-in policy of a name; NULL: there is none.
const sw_policy *sw_policy_find(const char *name);

// Writes the names of the built-in policies that have all of `halves`, parted by ", ", into `text`.
void sw_policy_names(uint32_t halves, char *text, size_t text_size);

// Checks a policy table, built in or loaded, and copies it into `copy`: fields that its struct_size
// does not cover read as NULL or 0. `origin` names it in messages.
sw_status sw_policy_check(const sw_policy *table, const char *origin, sw_policy *copy,
                          sw_error *err);

#endif

// wild_policy.h -- callbacks of a policy that do what a fuzzer's input says, inside the contract
// and outside of it, and remember which.
#ifndef SW_TESTS_FUZZ_WILD_POLICY_H
#define SW_TESTS_FUZZ_WILD_POLICY_H

#include <stdbool.h>

#include "bytes.h"
#include "stepwatt/sw_policy.h"

enum { WILD_MOST_JOBS = 4096 };

// What the policy does in one run. Zeroed but for `in` and `has_create`.
typedef struct wild_policy {
    bytes *in;
    bool has_create;     // the table has it
    const sw_host *host; // set by create
    size_t state_size;
    bool refused; // it would not begin, or asked for too much memory
    bool broke;   // it answered what the contract forbids
    bool is_destroyed;
    bool is_created;                     // and not yet destroyed
    double not_before_s[WILD_MOST_JOBS]; // of each job that was decided
} wild_policy;

// Makes `policy` the one whose callbacks are called next. There is one at a time: a callback
// without state has no other way to find it.
void wild_policy_set(wild_policy *policy);

// The callbacks, for a table.
extern const sw_policy wild_policy_table;

#endif

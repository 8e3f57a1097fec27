// describe.h -- tells what a policy is and which parameters it takes, as text or JSON.
#ifndef SW_POLICY_DESCRIBE_H
#define SW_POLICY_DESCRIBE_H

#include <stdio.h>

#include "stepwatt/sw_policy.h"

// Writes one policy: what it does, its halves, and its parameters with defaults, ranges and help.
// Write errors stay in the stream's error flag, here and below.
void sw_policy_describe(FILE *out, const sw_policy *policy);
// The same as a JSON object in one line:
// {"name", "summary", "halves": [...], "sees_future", "abi": "MAJOR.MINOR",
//  "params": [{"key", "kind", "default", "min", "max", "required", "help"}]};
// bounds that are infinite, and those of texts, are null.
void sw_policy_describe_json(FILE *out, const sw_policy *policy);

// Writes the built-in policies, a line each: name, halves, summary.
void sw_policy_list(FILE *out);
// The same as a JSON array of the objects above, in one line.
void sw_policy_list_json(FILE *out);

#endif

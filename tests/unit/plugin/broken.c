// broken.c -- a plugin with one fault, chosen at compile time by FAULT; 0: none. What the loader
// must say of each stands in test_plugin.c.
#include "stepwatt/sw_policy.h"

static void dispatch(void *state, const sw_view *view, const sw_job_view *job,
                     sw_decision *decision) {
    (void)state;
    (void)view;
    decision->asp = job->origin;
}

static const sw_param_spec params[] = {
    {.key = "weight", .fallback = FAULT == 9 ? 5.0 : 1.0, .lo = 0.0, .hi = 2.0, .help = "-"},
    {.key = FAULT == 10 ? "weight" : (FAULT == 11 ? "use" : (FAULT == 15 ? "a b" : "other")),
     .kind = FAULT == 16 ? (sw_param_kind)99 : SW_PARAM_NUMBER,
     .hi = 1.0,
     .help = FAULT == 17 ? NULL : "-"},
};

static const sw_policy policy = {
    .abi_major = FAULT == 1 ? SW_POLICY_ABI_MAJOR + 1 : SW_POLICY_ABI_MAJOR,
    .abi_minor = FAULT == 2 ? SW_POLICY_ABI_MINOR + 1 : SW_POLICY_ABI_MINOR,
    .struct_size = FAULT == 3 ? 16 : sizeof(sw_policy),
    .name = FAULT == 4 ? "no good name" : "broken",
    .summary = "has one fault",
    .halves = FAULT == 5   ? 0
              : FAULT == 6 ? SW_POLICY_ENERGY
              : FAULT == 7 ? (SW_POLICY_DISPATCHER | SW_POLICY_SEES_FUTURE)
                           : SW_POLICY_DISPATCHER,
    .params = params,
    .n_param = FAULT == 12 ? -1 : 2,
    .dispatch = FAULT == 8 ? NULL : dispatch,
};

#if FAULT != 13
SW_POLICY_EXPORT const sw_policy *sw_policy_entry(void) {
    return FAULT == 14 ? NULL : &policy;
}
#else
SW_POLICY_EXPORT const sw_policy *some_other_entry(void);
SW_POLICY_EXPORT const sw_policy *some_other_entry(void) {
    return &policy;
}
#endif

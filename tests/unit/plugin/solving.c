// solving.c -- a plugin that asks the host to solve linear programs, and logs what it hears.
#include <stdio.h>

#include "stepwatt/sw_policy.h"

typedef struct solving_state {
    const sw_host *host;
} solving_state;

static size_t state_size(const sw_system *system, const sw_param_value *value) {
    (void)system;
    (void)value;
    return sizeof(solving_state);
}

static int create(void *state, const sw_system *system, const sw_host *host,
                  const sw_param_value *value, char *why, size_t why_size) {
    (void)system;
    (void)value;
    (void)why;
    (void)why_size;
    ((solving_state *)state)->host = host;
    return 0;
}

// Shares `capacity` of GPU time between two uses worth 3 and 2, of at most 3 and 10.
static void solve(const sw_host *host, double capacity) {
    const double cost[] = {3, 2};
    const double col_lo[] = {0, 0};
    const double col_hi[] = {3, 10};
    const double row_lo[] = {-HUGE_VAL};
    const int32_t row[] = {0, 0};
    const int32_t col[] = {0, 1};
    const double value[] = {1, 1};
    const sw_lp_problem problem = {.struct_size = sizeof problem,
                                   .n_col = 2,
                                   .n_row = 1,
                                   .n_entry = 2,
                                   .col_cost = cost,
                                   .col_lo = col_lo,
                                   .col_hi = col_hi,
                                   .row_lo = row_lo,
                                   .row_hi = &capacity,
                                   .entry_row = row,
                                   .entry_col = col,
                                   .entry_value = value};
    double x[2] = {-1, -1};
    double dual[1] = {-1};
    sw_lp_solution solution = {.struct_size = sizeof solution, .x = x, .row_dual = dual};
    const sw_lp_status status = host->solve_lp(host, &problem, &solution);
    char text[128];
    (void)snprintf(text, sizeof text, "status %d worth %g x %g %g dual %g", (int)status,
                   solution.objective, x[0], x[1], dual[0]);
    host->log(host, SW_LOG_WARN, text);
}

static void control(void *state, const sw_view *view, sw_controls *controls) {
    (void)controls;
    const sw_host *host = ((const solving_state *)state)->host;
    if (host->struct_size < offsetof(sw_host, solve_lp) + sizeof host->solve_lp) {
        return; // an older host
    }
    const double capacity[] = {4, -1, (double)NAN}; // by slot
    if (view->slot < 3) {
        solve(host, capacity[view->slot]);
    }
}

static const sw_policy policy = {
    .abi_major = SW_POLICY_ABI_MAJOR,
    .abi_minor = SW_POLICY_ABI_MINOR,
    .struct_size = sizeof(sw_policy),
    .name = "solving",
    .summary = "asks the host to solve linear programs",
    .halves = SW_POLICY_ENERGY,
    .state_size = state_size,
    .create = create,
    .control = control,
};

SW_POLICY_EXPORT const sw_policy *sw_policy_entry(void) {
    return &policy;
}

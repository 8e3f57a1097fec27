// host_lp.h -- solves a linear program that a policy hands over, whatever is wrong with it.
#ifndef SW_LP_HOST_LP_H
#define SW_LP_HOST_LP_H

#include "base/status.h"
#include "stepwatt/sw_policy.h"

// Solves as sw_host.solve_lp describes; SW_LP_REFUSED comes with the reason in `err`.
sw_lp_status sw_host_lp_solve(const sw_lp_problem *problem, sw_lp_solution *solution,
                              sw_error *err);

#endif

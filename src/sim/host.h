// host.h -- the host table that policies of a run ask: forecasts, random numbers, jobs at an ASP.
#ifndef SW_SIM_HOST_H
#define SW_SIM_HOST_H

#include "sim/sim.h"

// What a host table points to. World and simulator are borrowed; the simulator may be NULL
// before the run.
typedef struct sw_sim_host {
    sw_sim *sim;
    sw_world *world;
    bool sees_future;
    bool used_random;   // set when a policy asks for a random number
    const char *policy; // named in log lines
} sw_sim_host;

// Returns a table whose context is `host`. solve_lp is left to policy/.
sw_host sw_sim_host_table(sw_sim_host *host);

#endif

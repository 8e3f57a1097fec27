// sweep_command.h -- the command `sweep` for one process, or for the ranks of a team.
#ifndef SW_CLI_SWEEP_COMMAND_H
#define SW_CLI_SWEEP_COMMAND_H

#include "cli/command.h"
#include "sweep/execute.h"

// How ranks work together. Every rank reads the sweep; rank 0 hands tasks out and writes.
typedef struct sw_sweep_team {
    void *context;
    int rank;
    int size;
    // True when all ranks could read the sweep and it is the same; called by every rank once.
    bool (*agree)(void *context, bool ok, const char *digest);
    // On the other ranks: runs tasks until rank 0 dismisses.
    sw_exit (*work)(void *context, const sw_sweep *sweep, sw_grid *grid, const volatile int *stop);
    // On rank 0: tells the others to end; harmless when they have.
    void (*dismiss)(void *context, const sw_grid *grid);
    // On rank 0: runs what is missing on the other ranks.
    sw_status (*execute)(void *context, sw_grid *grid, sw_journal *journal,
                         const sw_execute_options *options, sw_error *err);
} sw_sweep_team;

// Nullable: team, for a process alone.
sw_exit sw_sweep_command(int argc, char **argv, const sw_sweep_team *team);

#endif

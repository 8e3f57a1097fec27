// trace_synth.h -- the verbs of `stepwatt trace` that have to do with generators.
#ifndef SW_CLI_TRACE_SYNTH_H
#define SW_CLI_TRACE_SYNTH_H

#include "cli/command.h"

// argv[0] is the verb. `command`: the whole command line, for the header of what is written.
sw_exit sw_trace_gen_command(int argc, char **argv, const char *command);
sw_exit sw_trace_fit_command(int argc, char **argv);

#endif

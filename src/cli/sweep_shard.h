// sweep_shard.h -- which part of a sweep a process runs, and where its part is written.
#ifndef SW_CLI_SWEEP_SHARD_H
#define SW_CLI_SWEEP_SHARD_H

#include "io/messages.h"

typedef struct sw_shard {
    int32_t index; // 0 .. count - 1
    int32_t count; // 1: the whole
} sw_shard;

// Reads --shard I/N, or where `text` is NULL the array that Slurm started this process in, or
// neither: the whole.
sw_shard sw_shard_read(const char *text, sw_messages *messages);

// Returns `output`, or for a shard `output` with `.I-of-N` before its ending; owned by the caller,
// NULL when memory is short.
char *sw_shard_path(const char *output, sw_shard shard);

#endif

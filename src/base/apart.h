// apart.h -- reads a file in a process of its own, where a library that the file leads astray may
// crash, damage memory or never end: the caller gets a message, and its memory is as it was.
//
// What is read comes back through a pipe. The caller's side takes it as it takes any hostile input.
// This holds mistakes back, not attackers: the process has the rights of the program.
#ifndef SW_BASE_APART_H
#define SW_BASE_APART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/status.h"

// What reading may take: of the CPU, and by the clock, where it waits for what never comes.
enum { SW_APART_CPU_S = 600, SW_APART_WALL_S = 3600 };

// One end of the pipe. A call that failed makes all later ones fail.
typedef struct sw_pipe {
    int fd;
    bool failed; // the other end is gone, or the system refused
    int error;   // errno of the system; 0: the other end is gone
} sw_pipe;

// Both are false where `n` bytes did not get through.
bool sw_pipe_give(sw_pipe *out, const void *data, size_t n);
bool sw_pipe_take(sw_pipe *in, void *data, size_t n) SW_NODISCARD;

// How a thing is read, in three steps of which the first two run in the process of their own.
typedef struct sw_apart_steps {
    // Reads it; may crash. What it takes need not be given back.
    sw_status (*read)(void *what, sw_error *err);
    // Hands over what was read.
    void (*give)(const void *what, sw_pipe *out);
    // Takes what was handed over, into `what` as it was before. SW_ERR_BAD_INPUT, without a
    // message: it is not whole, or cannot be.
    sw_status (*take)(void *what, sw_pipe *in, sw_error *err);
} sw_apart_steps;

// Reads `path`, a name for messages, with at most `most_bytes` of memory beyond what the program
// has. A failure to read is the caller's, with its message; one that ends the process is
// SW_ERR_BAD_INPUT; SW_ERR_NO_MEMORY: no room for a process; SW_ERR_IO: it was killed, or the pipe
// broke. Safe while other threads run, as far as `read` is; it must not start any.
sw_status sw_apart_read(const char *path, const sw_apart_steps *steps, void *what,
                        uint64_t most_bytes, sw_error *err);

// Waits for the end of a process that the program forked, also when signals arrive; `end` is that
// of waitpid. False where somebody else waited for it, and how it ended is not known.
bool sw_wait(pid_t process, int *end);

#endif

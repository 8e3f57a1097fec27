// atomic_file.h -- writes a file that is complete or absent: under PATH.tmp.PID until all of it is
// on the disk, then renamed. A process killed in between leaves the old file as it was, and
// PATH.tmp.PID, which nobody reads, writes or removes: whether its process is dead cannot be known
// where machines or containers share a folder.
#ifndef SW_BASE_ATOMIC_FILE_H
#define SW_BASE_ATOMIC_FILE_H

#include <stdio.h>

#include "base/status.h"

// Zeroed: not open.
typedef struct sw_atomic_file {
    FILE *stream; // write here; errors are caught by commit
    char *path;   // final name
    char *tmp;    // name until then
} sw_atomic_file;

sw_status sw_atomic_file_open(const char *path, sw_atomic_file *file, sw_error *err);

// Puts all that was written on the disk; commit does this by itself. On failure the file is still
// open.
sw_status sw_atomic_file_sync(sw_atomic_file *file, sw_error *err);

// Flushes, syncs, closes and renames. On failure nothing is left behind. Either way the file is
// closed.
sw_status sw_atomic_file_commit(sw_atomic_file *file, sw_error *err);

// Closes and removes what was written. Takes a file that is not open.
void sw_atomic_file_abandon(sw_atomic_file *file);

#endif

// file.h -- a whole input file in memory, with its hash.
#ifndef SW_BASE_FILE_H
#define SW_BASE_FILE_H

#include <stddef.h>

#include "base/sha256.h"
#include "base/status.h"

#define SW_FILE_MAX_BYTES ((size_t)1 << 31)

typedef struct sw_file {
    char *data; // `size` bytes and a final 0; owned
    size_t size;
    char sha256[SW_SHA256_HEX];
} sw_file;

// Reads a regular file of at most `max_bytes`. Errors name the path. `deinit` takes an empty one.
// Pipes, devices and folders are refused, at once.
sw_status sw_file_read(const char *path, size_t max_bytes, sw_file *file, sw_error *err);
void sw_file_deinit(sw_file *file);

// Says whether a regular file can be opened, for libraries that open files themselves.
sw_status sw_file_check(const char *path, sw_error *err);

#endif

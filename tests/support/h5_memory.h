// h5_memory.h -- HDF5 files that a test makes or changes in memory, one at a time.
#ifndef TESTS_SUPPORT_H5_MEMORY_H
#define TESTS_SUPPORT_H5_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include <hdf5.h>

// Makes a file: with superblock 0 and no checksums (old), or 2.
hid_t h5_memory_create(bool old);
// Opens a copy of bytes that are a sound file, to be changed.
hid_t h5_memory_open(const void *bytes, size_t size);
// Returns the bytes of the file and their number; free them.
void *h5_memory_close(hid_t file, size_t *size);

#endif

// h5_edit.h -- makes damaged HDF5 files out of a sound one, by what bytes of a fuzzer say: objects
// and attributes removed, replaced by others of another type, shape or layout, or filled with other
// values; links that lead elsewhere; single bytes of the file changed; the end cut off.
#ifndef TESTS_SUPPORT_H5_EDIT_H
#define TESTS_SUPPORT_H5_EDIT_H

#include <stddef.h>

// Bytes as a row of small numbers; 0 after their end.
typedef struct h5_edit_input {
    const unsigned char *data;
    size_t size;
    size_t at;
} h5_edit_input;

unsigned h5_edit_next(h5_edit_input *in);

// Returns a damaged copy of the file and its size; free it. Without input left it is the file
// again.
void *h5_edit(const void *file, size_t size, h5_edit_input *in, size_t *n);

// Lets HDF5 keep fixed-size pieces of memory for the next file, which makes it faster; what it
// gives back otherwise is given back at once, where a sanitizer watches it.
void h5_edit_keep_memory(void);

#endif

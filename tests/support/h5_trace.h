// h5_trace.h -- makes small sound traces in HDF5, in memory, in the forms that programs write them.
#ifndef TESTS_SUPPORT_H5_TRACE_H
#define TESTS_SUPPORT_H5_TRACE_H

#include <stddef.h>

typedef enum h5_trace_form {
    H5_TRACE_OLD,       // superblock 0, as most programs write; times in s
    H5_TRACE_OLD_DATES, // superblock 0, dates as texts of fixed length
    H5_TRACE_NEW_DATES, // superblock 2, dates as texts of variable length
    H5_TRACE_CHUNKS,    // superblock 2, compressed chunks
    H5_TRACE_FORMS
} h5_trace_form;

// Returns the file and its size; free it. Signals x_c and y_cf, or jobs with all their columns.
void *h5_trace_signals(h5_trace_form form, size_t *size);
void *h5_trace_jobs(h5_trace_form form, size_t *size);

#endif

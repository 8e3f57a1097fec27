// results_type.h -- the HDF5 types of what a result file holds, the same for writing and for
// reading.
#ifndef SW_IO_RESULTS_TYPE_H
#define SW_IO_RESULTS_TYPE_H

#include <hdf5.h>

#include "io/results.h"

// Returns a type in memory, which is the library's own and not to be closed; H5I_INVALID_HID for no
// known type.
static inline hid_t sw_results_memory_type(sw_results_type type) {
    switch (type) {
    case SW_RESULTS_DOUBLE:
        return H5T_NATIVE_DOUBLE;
    case SW_RESULTS_INT8:
        return H5T_NATIVE_INT8;
    case SW_RESULTS_INT32:
        return H5T_NATIVE_INT32;
    case SW_RESULTS_INT64:
        return H5T_NATIVE_INT64;
    case SW_RESULTS_UINT64:
        return H5T_NATIVE_UINT64;
    }
    return H5I_INVALID_HID;
}

// The same in the file: little-endian on every machine, so that files are the same everywhere.
static inline hid_t sw_results_file_type(sw_results_type type) {
    switch (type) {
    case SW_RESULTS_DOUBLE:
        return H5T_IEEE_F64LE;
    case SW_RESULTS_INT8:
        return H5T_STD_I8LE;
    case SW_RESULTS_INT32:
        return H5T_STD_I32LE;
    case SW_RESULTS_INT64:
        return H5T_STD_I64LE;
    case SW_RESULTS_UINT64:
        return H5T_STD_U64LE;
    }
    return H5I_INVALID_HID;
}

#endif

// h5_bytes.h -- has HDF5 read bytes in memory as a file.
#ifndef SW_BASE_H5_BYTES_H
#define SW_BASE_H5_BYTES_H

#include <stdbool.h>

#include <hdf5.h>

#include "base/file.h"

// Sets, in a file access property list, that bytes are opened instead of a file of the name given.
// They are borrowed until the file is closed. `no_memory` is set to true when the file cannot be
// opened for want of it. False when HDF5 refuses.
bool sw_h5_set_bytes(hid_t access, const sw_file *bytes, bool *no_memory);

#endif

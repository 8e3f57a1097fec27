// results.h -- labelled arrays in an HDF5 file that h5py, xarray (engine h5netcdf or netcdf4) and
// MATLAB read as it is: dimension scales, units, long_name, NaN fill, variable-length UTF-8
// attributes.
//
// The file is built in memory and reaches the disk when it is closed, under another name until it
// is complete. The first failure sticks: later calls do nothing and sw_results_save reports it.
// HDF5 is called by one thread only.
#ifndef SW_IO_RESULTS_H
#define SW_IO_RESULTS_H

#include <stdint.h>

#include "base/status.h"

enum { SW_RESULTS_MAX_DIM = 12 };

typedef struct sw_results sw_results;

typedef enum sw_results_type {
    SW_RESULTS_DOUBLE,
    SW_RESULTS_INT8,
    SW_RESULTS_INT32,
    SW_RESULTS_INT64,
    SW_RESULTS_UINT64
} sw_results_type;

// One array. The names of its dimensions must have been given by sw_results_dim_... in the same
// group.
typedef struct sw_results_array {
    const char *group; // NULL: the root; else made by sw_results_group
    const char *name;
    const char *unit;                    // "USD", "kWh", "1", ...
    const char *long_name;               // a sentence
    const char *dim[SW_RESULTS_MAX_DIM]; // slowest first; NULL ends
    sw_results_type type;
    const void *data;
    const char *const *meaning; // nullable: names of the values 0 .. n_meaning - 1 (flag_meanings)
    int32_t n_meaning;
} sw_results_array;

// Starts the file that sw_results_save will complete; `destroy` without it leaves nothing behind.
sw_status sw_results_create(const char *path, sw_results **results, sw_error *err);
void sw_results_destroy(sw_results *results);

void sw_results_group(sw_results *results, const char *group);

// A dimension and its labels (or numbers), which is also a coordinate of that name.
void sw_results_dim_text(sw_results *results, const char *name, int64_t n, const char *const *label,
                         const char *long_name);
// `array`->dim is ignored: the dimension has the array's own name and `n` entries.
void sw_results_dim(sw_results *results, const sw_results_array *array, int64_t n);

void sw_results_add(sw_results *results, const sw_results_array *array);

// Attributes of the file.
void sw_results_text(sw_results *results, const char *name, const char *text);
void sw_results_texts(sw_results *results, const char *name, int64_t n, const char *const *text);
void sw_results_number(sw_results *results, const char *name, double number);
void sw_results_integer(sw_results *results, const char *name, int64_t number);

// Writes the file: complete or absent.
sw_status sw_results_save(sw_results *results, sw_error *err);

#endif

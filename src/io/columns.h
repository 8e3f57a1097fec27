// columns.h -- a trace file as named columns of numbers, whether it is CSV or HDF5.
#ifndef SW_IO_COLUMNS_H
#define SW_IO_COLUMNS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/status.h"

#define SW_COLUMNS_MAX_CELL ((int64_t)1 << 28) // rows times columns: 2 GiB

typedef struct sw_columns {
    sw_arena arena; // owns all below but the path's target
    const char *path;
    int64_t n;           // rows
    const int64_t *line; // of each row; NULL for HDF5                 [n]
    int32_t n_column;
    const char *const *name;    //                                      [n_column]
    const double *const *value; // s since 1970 UTC in a column `time`; NaN where a cell is empty or
                                // no number  [n_column][n]
    char sha256[65];            // of the file
} sw_columns;

// Reads a CSV or HDF5 file (told apart by its first bytes) into an empty table. Cells of the column
// `time` must be ISO 8601 dates. Column names are distinct and not empty. `deinit` takes an empty
// one.
sw_status sw_columns_load(const char *path, sw_columns *table, sw_error *err);
// The same for a file that is in memory; takes it over also when it fails.
sw_status sw_columns_load_file(const char *path, sw_file *file, sw_columns *table, sw_error *err);
void sw_columns_deinit(sw_columns *table);

// Returns the column of exactly this name; -1: none.
int32_t sw_columns_find(const sw_columns *table, const char *name);

enum { SW_WHERE_TEXT = 640 };
// Writes `FILE:LINE` of a row, or `FILE: row N` (from 1) where there are no lines.
const char *sw_row_where(const char *path, const int64_t *line, int64_t row,
                         char text[SW_WHERE_TEXT]);

// Reads the 1-D datasets of an HDF5 file's root group; the table has its path and hash. Used by
// sw_columns_load_file.
sw_status sw_columns_load_h5(const sw_file *file, sw_columns *table, sw_error *err);

#endif

// results_read.h -- reads back what results.h wrote: attributes, labels and arrays. The file may be
// damaged or hostile: types must be those that are written, and what is claimed is compared with
// what the file stores before memory is taken.
//
// HDF5 is called by one thread only.
#ifndef SW_IO_RESULTS_READ_H
#define SW_IO_RESULTS_READ_H

#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "io/results.h"

typedef struct sw_results_reader sw_results_reader;

// Opens a result file. A file that is cut off or no HDF5 is an error that says so.
sw_status sw_results_open(const char *path, sw_results_reader **reader, sw_error *err);
void sw_results_close(sw_results_reader *reader);

// Attributes of the file; texts go into the arena. A missing one is an error.
sw_status sw_results_read_text(sw_results_reader *reader, const char *name, sw_arena *arena,
                               const char **text, sw_error *err);
sw_status sw_results_read_texts(sw_results_reader *reader, const char *name, sw_arena *arena,
                                int32_t *n, const char ***text, sw_error *err);
sw_status sw_results_read_integer(sw_results_reader *reader, const char *name, int64_t *number,
                                  sw_error *err);
sw_status sw_results_read_number(sw_results_reader *reader, const char *name, double *number,
                                 sw_error *err);

// Says whether there is an array of `n` values, all in the file: before memory is taken for them.
sw_status sw_results_need_array(sw_results_reader *reader, const char *name, int64_t n,
                                sw_error *err);

// Labels of a text dimension, at most `most`.
sw_status sw_results_read_labels(sw_results_reader *reader, const char *name, int32_t most,
                                 sw_arena *arena, int32_t *n, const char ***label, sw_error *err);
// Values of an array; its size must be exactly `n`.
sw_status sw_results_read_array(sw_results_reader *reader, const char *name, sw_results_type type,
                                int64_t n, void *data, sw_error *err);
// Number of values of an array, all of which the file stores.
sw_status sw_results_count(sw_results_reader *reader, const char *name, int64_t *n, sw_error *err);
// A text attribute of an array, such as "units".
sw_status sw_results_read_note(sw_results_reader *reader, const char *array, const char *name,
                               sw_arena *arena, const char **text, sw_error *err);

#endif

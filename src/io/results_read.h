// results_read.h -- reads back what results.h wrote: attributes, labels and arrays, each checked
// against the size that the caller expects.
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

// True when the file has a dataset of that name.
bool sw_results_has(sw_results_reader *reader, const char *name);

// Says whether there is an array of `n` numbers, all in the file: before memory is taken for them.
sw_status sw_results_need_array(sw_results_reader *reader, const char *name, int64_t n,
                                sw_error *err);

// Labels of a text dimension, at most `most`.
sw_status sw_results_read_labels(sw_results_reader *reader, const char *name, int32_t most,
                                 sw_arena *arena, int32_t *n, const char ***label, sw_error *err);
// Values of an array; its size must be exactly `n`.
sw_status sw_results_read_array(sw_results_reader *reader, const char *name, sw_results_type type,
                                int64_t n, void *data, sw_error *err);
// Number of values of an array.
sw_status sw_results_count(sw_results_reader *reader, const char *name, int64_t *n, sw_error *err);
// A text attribute of an array, such as "units".
sw_status sw_results_read_note(sw_results_reader *reader, const char *array, const char *name,
                               sw_arena *arena, const char **text, sw_error *err);

#endif

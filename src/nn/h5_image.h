// h5_image.h -- reads an HDF5 file that may be hostile out of memory, and hashes what it reads.
//
// The whole file is taken into memory first, so that it cannot change under the reader. Only the
// forms of HDF5 are read whose metadata carry checksums and whose arrays lie in the file as they
// are: what they claim is compared with the file's size before memory is taken. Links that lead
// out of the file are refused.
//
// Each item read is added to a SHA-256 as a record: a line "PATH TYPE SHAPE", then its bytes as
// stored. PATH@NAME is an attribute. TYPE and SHAPE: f4, f8, i4 of an array with its extents, such
// as 64x40; text with its length; texts with their number, each followed by a line break; i8 and f8
// with 1 for an attribute that is a number. The order of reading is the order of the records.
#ifndef SW_NN_H5_IMAGE_H
#define SW_NN_H5_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/h5_file.h"
#include "base/sha256.h"
#include "base/status.h"

enum { SW_H5_MAX_TEXT = 32768, SW_H5_MAX_LABEL = 256 };
#define SW_H5_MAX_BYTES ((size_t)1 << 28) // of a file

typedef struct sw_h5_image {
    const char *path; // borrowed
    sw_arena *arena;  // of what is read
    sw_file bytes;
    sw_h5_file file;
    sw_sha256 hash;
} sw_h5_image;

// Opens a file; memory for what is read comes from the arena. One thread at a time. An image must
// be closed, also after a failed opening.
sw_status sw_h5_image_open(sw_h5_image *image, const char *path, sw_arena *arena, sw_error *err);
void sw_h5_image_close(sw_h5_image *image);

// True when there is an object of that path.
bool sw_h5_has(const sw_h5_image *image, const char *path);

// Attributes of the object `owner` ("/" or "/train"): one text without control characters, one
// whole number within lo .. hi, one finite number.
sw_status sw_h5_text(sw_h5_image *image, const char *owner, const char *name, const char **text,
                     sw_error *err);
sw_status sw_h5_integer(sw_h5_image *image, const char *owner, const char *name, int64_t lo,
                        int64_t hi, int64_t *number, sw_error *err);
sw_status sw_h5_real(sw_h5_image *image, const char *owner, const char *name, double *number,
                     sw_error *err);

// Arrays of one or two extents. An extent given as 0 or less is taken from the file, up to `most`;
// any other must be the file's. Numbers are finite.
typedef struct sw_h5_shape {
    int32_t n_extent; // 1 or 2
    int64_t extent[2];
    int64_t most;
} sw_h5_shape;
sw_status sw_h5_floats(sw_h5_image *image, const char *path, sw_h5_shape *shape,
                       const float **value, sw_error *err);
sw_status sw_h5_doubles(sw_h5_image *image, const char *path, sw_h5_shape *shape,
                        const double **value, sw_error *err);
sw_status sw_h5_ints(sw_h5_image *image, const char *path, sw_h5_shape *shape,
                     const int32_t **value, sw_error *err);
// Texts of at most SW_H5_MAX_LABEL bytes, none empty.
sw_status sw_h5_texts(sw_h5_image *image, const char *path, sw_h5_shape *shape,
                      const char *const **text, sw_error *err);

// Ends the hash over what was read so far, and starts a new one.
void sw_h5_digest(sw_h5_image *image, char hex[SW_SHA256_HEX]);

#endif

#include "nn/h5_image.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_PATH = 128 };

static sw_status fail_item(const sw_h5_image *image, const char *path, const char *what,
                           sw_error *err) {
    return sw_fail(err, SW_ERR_BAD_INPUT, "%s: %s %s", image->path, path, what);
}

sw_status sw_h5_image_open(sw_h5_image *image, const char *path, sw_arena *arena, sw_error *err) {
    *image = (sw_h5_image){.path = path, .arena = arena};
    sw_sha256_init(&image->hash);
    SW_TRY(sw_file_read(path, SW_H5_MAX_BYTES, &image->bytes, err));
    return sw_h5_file_open(&image->file, path, &image->bytes, SW_H5_CHECKED_FORMS, err);
}

void sw_h5_image_close(sw_h5_image *image) {
    sw_h5_file_close(&image->file);
    sw_file_deinit(&image->bytes);
}

bool sw_h5_has(const sw_h5_image *image, const char *path) {
    return sw_h5_file_has(&image->file, path);
}

void sw_h5_digest(sw_h5_image *image, char hex[SW_SHA256_HEX]) {
    sw_sha256_final_hex(&image->hash, hex);
    sw_sha256_init(&image->hash);
}

static void add_record(sw_h5_image *image, const char *path, const char *type, const char *shape,
                       const void *data, size_t n_byte) {
    char line[MOST_PATH + 80];
    const int n = snprintf(line, sizeof line, "%s %s %s\n", path, type, shape);
    SW_REQUIRE(n > 0 && (size_t)n < sizeof line);
    sw_sha256_update(&image->hash, line, (size_t)n);
    sw_sha256_update(&image->hash, data, n_byte);
}

// ------------------------------------------------------------------ attributes

// One attribute, open.
typedef struct attribute {
    hid_t owner;
    hid_t id;
    hid_t type;
    char path[MOST_PATH]; // OWNER@NAME
} attribute;

static void close_attribute(attribute *a) {
    if (a->type >= 0) {
        (void)H5Tclose(a->type);
    }
    if (a->id >= 0) {
        (void)H5Aclose(a->id);
    }
    if (a->owner >= 0) {
        (void)H5Oclose(a->owner);
    }
}

// True when the attribute is one value.
static bool is_scalar(hid_t id) {
    const hid_t space = H5Aget_space(id);
    const bool scalar = space >= 0 && H5Sget_simple_extent_type(space) == H5S_SCALAR;
    if (space >= 0) {
        (void)H5Sclose(space);
    }
    return scalar;
}

// Opens an attribute that is one value; `a` must be closed in any case.
static sw_status open_attribute(const sw_h5_image *image, const char *owner, const char *name,
                                attribute *a, sw_error *err) {
    *a = (attribute){.owner = -1, .id = -1, .type = -1};
    (void)snprintf(a->path, sizeof a->path, "%s@%s", owner, name);
    const bool root = strcmp(owner, "/") == 0;
    if (root || sw_h5_file_has(&image->file, owner)) {
        a->owner = H5Oopen(image->file.id, owner, H5P_DEFAULT);
    }
    if (a->owner < 0 || H5Aexists(a->owner, name) <= 0) {
        return fail_item(image, a->path, "is missing", err);
    }
    a->id = H5Aopen(a->owner, name, H5P_DEFAULT);
    a->type = a->id >= 0 ? H5Aget_type(a->id) : -1;
    return a->type >= 0 && is_scalar(a->id)
               ? SW_OK
               : fail_item(image, a->path, "is not one readable value", err);
}

static sw_status read_text(sw_h5_image *image, const attribute *a, const char **text,
                           sw_error *err) {
    const size_t size = H5Tget_size(a->type);
    if (H5Tget_class(a->type) != H5T_STRING || H5Tis_variable_str(a->type) != 0 || size == 0 ||
        size > SW_H5_MAX_TEXT) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: %s is not a text of fixed length up to %d bytes",
                       image->path, a->path, SW_H5_MAX_TEXT);
    }
    char *value = sw_arena_alloc(image->arena, size + 1, 1);
    if (value == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", image->path);
    }
    if (H5Aread(a->id, a->type, value) < 0) {
        return fail_item(image, a->path, "cannot be read", err);
    }
    const size_t n = strlen(value);
    for (size_t i = 0; i < n; i++) {
        if ((unsigned char)value[i] < ' ' || value[i] == 0x7f) {
            return fail_item(image, a->path, "holds control characters", err);
        }
    }
    char shape[24];
    (void)snprintf(shape, sizeof shape, "%zu", n);
    add_record(image, a->path, "text", shape, value, n);
    *text = value;
    return SW_OK;
}

sw_status sw_h5_text(sw_h5_image *image, const char *owner, const char *name, const char **text,
                     sw_error *err) {
    attribute a;
    sw_status status = open_attribute(image, owner, name, &a, err);
    if (status == SW_OK) {
        status = read_text(image, &a, text, err);
    }
    close_attribute(&a);
    return status;
}

sw_status sw_h5_integer(sw_h5_image *image, const char *owner, const char *name, int64_t lo,
                        int64_t hi, int64_t *number, sw_error *err) {
    attribute a;
    sw_status status = open_attribute(image, owner, name, &a, err);
    int64_t value = 0;
    if (status == SW_OK &&
        (H5Tequal(a.type, H5T_STD_I64LE) <= 0 || H5Aread(a.id, H5T_NATIVE_INT64, &value) < 0)) {
        status = fail_item(image, a.path, "is not a 64-bit integer", err);
    }
    if (status == SW_OK && (value < lo || value > hi)) {
        status =
            sw_fail(err, SW_ERR_BAD_INPUT, "%s: %s is %" PRId64 "; allowed: %" PRId64 "..%" PRId64,
                    image->path, a.path, value, lo, hi);
    }
    if (status == SW_OK) {
        add_record(image, a.path, "i8", "1", &value, sizeof value);
        *number = value;
    }
    close_attribute(&a);
    return status;
}

sw_status sw_h5_real(sw_h5_image *image, const char *owner, const char *name, double *number,
                     sw_error *err) {
    attribute a;
    sw_status status = open_attribute(image, owner, name, &a, err);
    double value = 0.0;
    if (status == SW_OK && (H5Tequal(a.type, H5T_IEEE_F64LE) <= 0 ||
                            H5Aread(a.id, H5T_NATIVE_DOUBLE, &value) < 0 || !isfinite(value))) {
        status = fail_item(image, a.path, "is not a finite 64-bit number", err);
    }
    if (status == SW_OK) {
        add_record(image, a.path, "f8", "1", &value, sizeof value);
        *number = value;
    }
    close_attribute(&a);
    return status;
}

// ------------------------------------------------------------------ arrays

// One dataset, open.
typedef struct dataset {
    hid_t id;
    hid_t type;
    hid_t space;
} dataset;

static void close_dataset(dataset *d) {
    if (d->space >= 0) {
        (void)H5Sclose(d->space);
    }
    if (d->type >= 0) {
        (void)H5Tclose(d->type);
    }
    if (d->id >= 0) {
        (void)H5Oclose(d->id);
    }
}

static sw_status open_dataset(const sw_h5_image *image, const char *path, dataset *d,
                              sw_error *err) {
    *d = (dataset){.id = -1, .type = -1, .space = -1};
    if (!sw_h5_file_has(&image->file, path)) {
        return fail_item(image, path, "is missing", err);
    }
    d->id = H5Oopen(image->file.id, path, H5P_DEFAULT);
    if (d->id < 0 || H5Iget_type(d->id) != H5I_DATASET) {
        return fail_item(image, path, "is no array", err);
    }
    d->type = H5Dget_type(d->id);
    d->space = H5Dget_space(d->id);
    return d->type >= 0 && d->space >= 0 ? SW_OK
                                         : fail_item(image, path, "is no readable array", err);
}

// Compares the extents with those asked for, and fills in those left open.
static sw_status take_shape(const sw_h5_image *image, const char *path, const dataset *d,
                            sw_h5_shape *shape, char text[48], sw_error *err) {
    hsize_t extent[2] = {0, 1};
    if (H5Sget_simple_extent_ndims(d->space) != shape->n_extent ||
        H5Sget_simple_extent_dims(d->space, extent, NULL) != shape->n_extent) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: %s is not an array of %d extent%s", image->path,
                       path, shape->n_extent, shape->n_extent == 1 ? "" : "s");
    }
    for (int32_t i = 0; i < shape->n_extent; i++) {
        const hsize_t want = shape->extent[i] > 0 ? (hsize_t)shape->extent[i] : 0;
        if (want != 0 && extent[i] != want) {
            return sw_fail(err, SW_ERR_BAD_INPUT, "%s: %s has %" PRIu64 " %s; expected %" PRIu64,
                           image->path, path, (uint64_t)extent[i], i == 0 ? "rows" : "columns",
                           (uint64_t)want);
        }
        if (extent[i] == 0 || extent[i] > (hsize_t)shape->most) {
            if (want == 0) {
                return sw_fail(err, SW_ERR_BAD_INPUT,
                               "%s: %s has %" PRIu64 " %s; allowed: 1..%" PRId64, image->path, path,
                               (uint64_t)extent[i], i == 0 ? "rows" : "columns", shape->most);
            }
        }
        shape->extent[i] = (int64_t)extent[i];
    }
    if (shape->n_extent == 1) {
        shape->extent[1] = 1;
        (void)snprintf(text, 48, "%" PRId64, shape->extent[0]);
    } else {
        (void)snprintf(text, 48, "%" PRId64 "x%" PRId64, shape->extent[0], shape->extent[1]);
    }
    return SW_OK;
}

// True when all of the array's bytes lie in the file itself, one after another.
static bool is_stored_here(const sw_h5_image *image, const dataset *d, uint64_t n_byte) {
    return sw_h5_place_of(d->id) == SW_H5_PLAIN && n_byte <= image->bytes.size &&
           H5Dget_storage_size(d->id) == n_byte;
}

// Reads an open array of elements of `size` bytes into the arena, as they are stored, after its
// shape and size have been looked at. `text` gets the shape.
static sw_status read_bytes(sw_h5_image *image, const char *path, const dataset *d,
                            sw_h5_shape *shape, size_t size, char text[48], void **data,
                            sw_error *err) {
    SW_TRY(take_shape(image, path, d, shape, text, err));
    const uint64_t n = (uint64_t)shape->extent[0] * (uint64_t)shape->extent[1];
    if (n > SW_H5_MAX_BYTES || !is_stored_here(image, d, n * size)) {
        return fail_item(image, path, "is not stored in the file as it is", err);
    }
    *data = sw_arena_alloc(image->arena, (size_t)n, size);
    if (*data == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", image->path);
    }
    return H5Dread(d->id, d->type, H5S_ALL, H5S_ALL, H5P_DEFAULT, *data) >= 0
               ? SW_OK
               : fail_item(image, path, "cannot be read", err);
}

// A type of number: how it is stored, which must be how this machine has it.
typedef struct number_type {
    hid_t stored;
    hid_t native;
    size_t size;
    const char *name;
    const char *text;
} number_type;

static sw_status read_numbers(sw_h5_image *image, const char *path, const number_type *type,
                              sw_h5_shape *shape, void **data, sw_error *err) {
    if (H5Tequal(type->stored, type->native) <= 0) {
        return fail_item(image, path, "cannot be read by a big-endian machine", err);
    }
    char text[48];
    dataset d;
    sw_status status = open_dataset(image, path, &d, err);
    if (status == SW_OK && H5Tequal(d.type, type->stored) <= 0) {
        status = fail_item(image, path, type->text, err);
    }
    if (status == SW_OK) {
        status = read_bytes(image, path, &d, shape, type->size, text, data, err);
    }
    if (status == SW_OK) {
        add_record(image, path, type->name, text, *data,
                   (size_t)(shape->extent[0] * shape->extent[1]) * type->size);
    }
    close_dataset(&d);
    return status;
}

// Reads floating-point numbers, all of which must be finite.
static sw_status read_finite(sw_h5_image *image, const char *path, const number_type *type,
                             sw_h5_shape *shape, void **data, sw_error *err) {
    SW_TRY(read_numbers(image, path, type, shape, data, err));
    const bool wide = type->size == sizeof(double);
    const double *number = *data;
    const float *narrow = *data;
    for (int64_t i = 0; i < shape->extent[0] * shape->extent[1]; i++) {
        if (!isfinite(wide ? number[i] : (double)narrow[i])) {
            return fail_item(image, path, "holds a number that is not finite", err);
        }
    }
    return SW_OK;
}

sw_status sw_h5_floats(sw_h5_image *image, const char *path, sw_h5_shape *shape,
                       const float **value, sw_error *err) {
    const number_type type = {H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, sizeof(float), "f4",
                              "is not of type 32-bit float, little-endian"};
    void *data = NULL;
    SW_TRY(read_finite(image, path, &type, shape, &data, err));
    *value = data;
    return SW_OK;
}

sw_status sw_h5_doubles(sw_h5_image *image, const char *path, sw_h5_shape *shape,
                        const double **value, sw_error *err) {
    const number_type type = {H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, sizeof(double), "f8",
                              "is not of type 64-bit float, little-endian"};
    void *data = NULL;
    SW_TRY(read_finite(image, path, &type, shape, &data, err));
    *value = data;
    return SW_OK;
}

sw_status sw_h5_ints(sw_h5_image *image, const char *path, sw_h5_shape *shape,
                     const int32_t **value, sw_error *err) {
    const number_type type = {H5T_STD_I32LE, H5T_NATIVE_INT32, sizeof(int32_t), "i4",
                              "is not of type 32-bit integer, little-endian"};
    void *data = NULL;
    SW_TRY(read_numbers(image, path, &type, shape, &data, err));
    *value = data;
    return SW_OK;
}

// Cuts n texts of `size` bytes each apart and adds them to the hash.
static sw_status cut_texts(sw_h5_image *image, const char *path, const char *data, size_t size,
                           int64_t n, const char *const **text, sw_error *err) {
    const char **out = sw_arena_alloc(image->arena, (size_t)n, sizeof *out);
    if (out == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", image->path);
    }
    for (int64_t i = 0; i < n; i++) {
        const char *from = data + (size_t)i * size;
        const size_t length = strnlen(from, size);
        char *copy = sw_arena_alloc(image->arena, length + 1, 1);
        if (copy == NULL) {
            return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", image->path);
        }
        for (size_t c = 0; c < length; c++) {
            if ((unsigned char)from[c] >= ' ' && from[c] != 0x7f) {
                copy[c] = from[c];
            }
        }
        if (length == 0 || strlen(copy) != length) {
            return fail_item(image, path, "holds an empty text or control characters", err);
        }
        out[i] = copy;
        sw_sha256_update(&image->hash, copy, length);
        sw_sha256_update(&image->hash, "\n", 1);
    }
    *text = out;
    return SW_OK;
}

sw_status sw_h5_texts(sw_h5_image *image, const char *path, sw_h5_shape *shape,
                      const char *const **text, sw_error *err) {
    char extent[48];
    void *data = NULL;
    dataset d;
    sw_status status = open_dataset(image, path, &d, err);
    const size_t size = status == SW_OK ? H5Tget_size(d.type) : 0;
    if (status == SW_OK && (H5Tget_class(d.type) != H5T_STRING || H5Tis_variable_str(d.type) != 0 ||
                            size > SW_H5_MAX_LABEL)) {
        status = fail_item(image, path, "does not hold texts of fixed length up to 256 bytes", err);
    }
    if (status == SW_OK) {
        status = read_bytes(image, path, &d, shape, size, extent, &data, err);
    }
    if (status == SW_OK) {
        add_record(image, path, "texts", extent, "", 0);
        status = cut_texts(image, path, data, size, shape->extent[0], text, err);
    }
    close_dataset(&d);
    return status;
}

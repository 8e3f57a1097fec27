#include "io/results_read.h"
#include "io/results_type.h"

#include <hdf5.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

enum {
    MAX_TEXT_COUNT = 1000000,
    MAX_INFLATION = 2048
}; // deflate makes data 1032 times smaller at most

struct sw_results_reader {
    hid_t file;
    char *path;
};

static sw_status wrong(const sw_results_reader *reader, const char *what, const char *name,
                       sw_error *err) {
    return sw_fail(err, SW_ERR_BAD_INPUT,
                   "%s: %s '%s' is missing or not as stepwatt writes it; give a result file of "
                   "this version",
                   reader->path, what, name);
}

// The same, when reading it failed with `status`.
static sw_status texts_failed(const sw_results_reader *reader, const char *what, const char *name,
                              sw_status status, sw_error *err) {
    return status == SW_ERR_NO_MEMORY
               ? sw_fail(err, status, "%s: out of memory for %s '%s'", reader->path, what, name)
               : wrong(reader, what, name, err);
}

sw_status sw_results_open(const char *path, sw_results_reader **reader, sw_error *err) {
    *reader = NULL;
    // Errors of HDF5 are told by ours alone, and it must not write anything at exit.
    (void)H5dont_atexit(); // refused the second time, when it holds already
    if (H5Eset_auto2(H5E_DEFAULT, NULL, NULL) < 0) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: HDF5 does not start", path);
    }
    sw_error why = {0};
    if (sw_file_check(path, &why) != SW_OK) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s", why.text);
    }
    sw_results_reader *r = calloc(1, sizeof *r);
    char *copy = strdup(path);
    if (r == NULL || copy == NULL) {
        free(r);
        free(copy);
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", path);
    }
    r->path = copy;
    r->file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (r->file < 0) {
        sw_results_close(r);
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: no whole HDF5 file: it is cut off, damaged, or something else", path);
    }
    *reader = r;
    return SW_OK;
}

void sw_results_close(sw_results_reader *reader) {
    if (reader != NULL) {
        if (reader->file >= 0) {
            (void)H5Fclose(reader->file);
        }
        free(reader->path);
        free(reader);
    }
}

// ------------------------------------------------------------------ attributes

// Reads an attribute of numbers into `data`; false when it is not one number.
static bool read_scalar(hid_t owner, const char *name, hid_t type, H5T_class_t class, void *data) {
    const hid_t attribute = H5Aopen(owner, name, H5P_DEFAULT);
    if (attribute < 0) {
        return false;
    }
    const hid_t stored = H5Aget_type(attribute);
    const hid_t space = H5Aget_space(attribute);
    const bool ok = stored >= 0 && space >= 0 && H5Tget_class(stored) == class &&
                    H5Sget_simple_extent_npoints(space) == 1 && H5Aread(attribute, type, data) >= 0;
    if (stored >= 0) {
        (void)H5Tclose(stored);
    }
    if (space >= 0) {
        (void)H5Sclose(space);
    }
    (void)H5Aclose(attribute);
    return ok;
}

// Reads texts of variable length through `read` into the arena; `n` gets their number.
typedef herr_t (*read_fn)(hid_t id, hid_t type, void *data);

static herr_t read_attribute(hid_t id, hid_t type, void *data) {
    return H5Aread(id, type, data);
}
static herr_t read_dataset(hid_t id, hid_t type, void *data) {
    return H5Dread(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data);
}

// SW_ERR_BAD_INPUT: they are none, or too many.
static sw_status take_texts(hid_t id, hid_t type, hid_t space, read_fn read, int32_t most,
                            sw_arena *arena, int32_t *n, const char ***text) {
    if (type < 0 || space < 0 || H5Tis_variable_str(type) <= 0) {
        return SW_ERR_BAD_INPUT;
    }
    const hssize_t count = H5Sget_simple_extent_npoints(space);
    if (count < 0 || count > most) {
        return SW_ERR_BAD_INPUT;
    }
    char **raw = calloc((size_t)count + 1, sizeof *raw);
    const char **out = sw_arena_alloc(arena, (size_t)count, sizeof *out);
    sw_status status = raw == NULL || out == NULL ? SW_ERR_NO_MEMORY : SW_OK;
    if (status == SW_OK && count > 0 && read(id, type, raw) < 0) {
        status = SW_ERR_BAD_INPUT;
    }
    for (hssize_t i = 0; status == SW_OK && i < count; i++) {
        out[i] = sw_arena_strdup(arena, raw[i] != NULL ? raw[i] : "");
        status = out[i] == NULL ? SW_ERR_NO_MEMORY : SW_OK;
    }
    if (raw != NULL && count > 0) {
        (void)H5Dvlen_reclaim(type, space, H5P_DEFAULT, raw);
    }
    free(raw);
    *n = (int32_t)count;
    *text = out;
    return status;
}

static sw_status attribute_texts(hid_t owner, const char *name, sw_arena *arena, int32_t *n,
                                 const char ***text) {
    const hid_t attribute = H5Aopen(owner, name, H5P_DEFAULT);
    if (attribute < 0) {
        return SW_ERR_BAD_INPUT;
    }
    const hid_t type = H5Aget_type(attribute);
    const hid_t space = H5Aget_space(attribute);
    const sw_status status =
        take_texts(attribute, type, space, read_attribute, MAX_TEXT_COUNT, arena, n, text);
    if (type >= 0) {
        (void)H5Tclose(type);
    }
    if (space >= 0) {
        (void)H5Sclose(space);
    }
    (void)H5Aclose(attribute);
    return status;
}

// One text.
static sw_status attribute_text(hid_t owner, const char *name, sw_arena *arena, const char **text) {
    int32_t n = 0;
    const char **list = NULL;
    SW_TRY(attribute_texts(owner, name, arena, &n, &list));
    if (n != 1) {
        return SW_ERR_BAD_INPUT;
    }
    *text = list[0];
    return SW_OK;
}

sw_status sw_results_read_texts(sw_results_reader *reader, const char *name, sw_arena *arena,
                                int32_t *n, const char ***text, sw_error *err) {
    const sw_status status = attribute_texts(reader->file, name, arena, n, text);
    return status == SW_OK ? SW_OK : texts_failed(reader, "attribute", name, status, err);
}

sw_status sw_results_read_text(sw_results_reader *reader, const char *name, sw_arena *arena,
                               const char **text, sw_error *err) {
    const sw_status status = attribute_text(reader->file, name, arena, text);
    return status == SW_OK ? SW_OK : texts_failed(reader, "attribute", name, status, err);
}

sw_status sw_results_read_integer(sw_results_reader *reader, const char *name, int64_t *number,
                                  sw_error *err) {
    return read_scalar(reader->file, name, H5T_NATIVE_INT64, H5T_INTEGER, number)
               ? SW_OK
               : wrong(reader, "attribute", name, err);
}

sw_status sw_results_read_number(sw_results_reader *reader, const char *name, double *number,
                                 sw_error *err) {
    return read_scalar(reader->file, name, H5T_NATIVE_DOUBLE, H5T_FLOAT, number)
               ? SW_OK
               : wrong(reader, "attribute", name, err);
}

// ------------------------------------------------------------------ arrays

bool sw_results_has(sw_results_reader *reader, const char *name) {
    return H5Lexists(reader->file, name, H5P_DEFAULT) > 0;
}

sw_status sw_results_count(sw_results_reader *reader, const char *name, int64_t *n, sw_error *err) {
    const hid_t dataset = H5Dopen2(reader->file, name, H5P_DEFAULT);
    if (dataset < 0) {
        return wrong(reader, "array", name, err);
    }
    const hid_t space = H5Dget_space(dataset);
    const hssize_t count = space >= 0 ? H5Sget_simple_extent_npoints(space) : -1;
    if (space >= 0) {
        (void)H5Sclose(space);
    }
    (void)H5Dclose(dataset);
    if (count < 0) {
        return wrong(reader, "array", name, err);
    }
    *n = (int64_t)count;
    return SW_OK;
}

sw_status sw_results_read_labels(sw_results_reader *reader, const char *name, int32_t most,
                                 sw_arena *arena, int32_t *n, const char ***label, sw_error *err) {
    const hid_t dataset = H5Dopen2(reader->file, name, H5P_DEFAULT);
    if (dataset < 0) {
        return wrong(reader, "array", name, err);
    }
    const hid_t type = H5Dget_type(dataset);
    const hid_t space = H5Dget_space(dataset);
    const sw_status status = take_texts(dataset, type, space, read_dataset, most, arena, n, label);
    if (type >= 0) {
        (void)H5Tclose(type);
    }
    if (space >= 0) {
        (void)H5Sclose(space);
    }
    (void)H5Dclose(dataset);
    return status == SW_OK ? SW_OK : texts_failed(reader, "array", name, status, err);
}

sw_status sw_results_need_array(sw_results_reader *reader, const char *name, int64_t n,
                                sw_error *err) {
    int64_t count = 0;
    SW_TRY(sw_results_count(reader, name, &count, err));
    if (count != n) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: array '%s' has %" PRId64 " values where %" PRId64 " are expected",
                       reader->path, name, count, n);
    }
    const hid_t dataset = H5Dopen2(reader->file, name, H5P_DEFAULT);
    if (dataset < 0) {
        return wrong(reader, "array", name, err);
    }
    const hsize_t stored = H5Dget_storage_size(dataset);
    (void)H5Dclose(dataset);
    // Numbers are stored as 8 bytes; a small file can claim any number of them.
    return stored >= (hsize_t)n / MAX_INFLATION * 8
               ? SW_OK
               : sw_fail(err, SW_ERR_BAD_INPUT,
                         "%s: array '%s' claims %" PRId64 " values, which are not in the file",
                         reader->path, name, n);
}

sw_status sw_results_read_array(sw_results_reader *reader, const char *name, sw_results_type type,
                                int64_t n, void *data, sw_error *err) {
    SW_TRY(sw_results_need_array(reader, name, n, err));
    const hid_t dataset = H5Dopen2(reader->file, name, H5P_DEFAULT);
    if (dataset < 0) {
        return wrong(reader, "array", name, err);
    }
    const hid_t stored = H5Dget_type(dataset);
    const H5T_class_t expected = type == SW_RESULTS_DOUBLE ? H5T_FLOAT : H5T_INTEGER;
    const bool ok = stored >= 0 && H5Tget_class(stored) == expected &&
                    (n == 0 || H5Dread(dataset, sw_results_memory_type(type), H5S_ALL, H5S_ALL,
                                       H5P_DEFAULT, data) >= 0);
    if (stored >= 0) {
        (void)H5Tclose(stored);
    }
    (void)H5Dclose(dataset);
    return ok ? SW_OK : wrong(reader, "array", name, err);
}

sw_status sw_results_read_note(sw_results_reader *reader, const char *array, const char *name,
                               sw_arena *arena, const char **text, sw_error *err) {
    const hid_t dataset = H5Dopen2(reader->file, array, H5P_DEFAULT);
    if (dataset < 0) {
        return wrong(reader, "array", array, err);
    }
    const sw_status status = attribute_text(dataset, name, arena, text);
    (void)H5Dclose(dataset);
    return status == SW_OK ? SW_OK : texts_failed(reader, "attribute", name, status, err);
}

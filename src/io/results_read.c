#include "io/results_read.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/h5_file.h"
#include "io/results_type.h"

enum { MOST_NAME = 100 };

struct sw_results_reader {
    sw_h5_file file;
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
    sw_results_reader *r = calloc(1, sizeof *r);
    char *copy = strdup(path);
    if (r == NULL || copy == NULL) {
        free(r);
        free(copy);
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", path);
    }
    r->path = copy;
    const sw_status status = sw_h5_file_open_path(&r->file, path, SW_H5_CHECKED_FORMS, err);
    if (status != SW_OK) {
        sw_results_close(r);
        return status;
    }
    *reader = r;
    return SW_OK;
}

void sw_results_close(sw_results_reader *reader) {
    if (reader != NULL) {
        sw_h5_file_close(&reader->file);
        free(reader->path);
        free(reader);
    }
}

// ------------------------------------------------------------------ what can be read

// An attribute or a dataset, open, whose claims were compared with the file.
typedef struct item {
    hid_t id;
    hid_t type;
    hid_t space;
    int64_t n;
    bool text;
} item;

static void close_item(item *it) {
    if (it->space >= 0) {
        (void)H5Sclose(it->space);
    }
    if (it->type >= 0) {
        (void)H5Tclose(it->type);
    }
    if (it->id >= 0) {
        (void)H5Idec_ref(it->id);
    }
}

// Fills in what the open `id` is; false when it claims more than the file can hold.
static bool take_item(const sw_results_reader *reader, item *it, hid_t type, hid_t space) {
    it->type = type;
    it->space = space;
    const hssize_t n = space >= 0 ? H5Sget_simple_extent_npoints(space) : -1;
    const size_t size = type >= 0 ? H5Tget_size(type) : 0;
    if (n < 0 || size == 0 || H5Sget_simple_extent_type(space) == H5S_NULL) {
        return false;
    }
    it->text = H5Tis_variable_str(type) > 0;
    it->n = (int64_t)n;
    const uint64_t most = reader->file.size * SW_H5_MOST_INFLATION;
    return (uint64_t)n <= most / (it->text ? sizeof(sw_h5_reference) : size);
}

// Opens an attribute; close it in any case.
static bool open_attribute(const sw_results_reader *reader, hid_t owner, const char *name,
                           item *it) {
    *it = (item){.id = -1, .type = -1, .space = -1, .n = -1};
    it->id = H5Aexists(owner, name) > 0 ? H5Aopen(owner, name, H5P_DEFAULT) : -1;
    return it->id >= 0 && take_item(reader, it, H5Aget_type(it->id), H5Aget_space(it->id)) &&
           (uint64_t)it->n <= reader->file.size;
}

// True when all values of a dataset are stored in the file.
static bool is_stored(const sw_results_reader *reader, const item *it) {
    const uint64_t size = it->text ? sizeof(sw_h5_reference) : H5Tget_size(it->type);
    return sw_h5_is_stored(it->id, (uint64_t)it->n * size, reader->file.size);
}

// Opens a dataset of the root; close it in any case.
static bool open_dataset(const sw_results_reader *reader, const char *name, item *it) {
    *it = (item){.id = -1, .type = -1, .space = -1, .n = -1};
    char path[MOST_NAME + 2];
    if (name[0] == '\0' || strlen(name) > MOST_NAME || strchr(name, '/') != NULL) {
        return false;
    }
    (void)snprintf(path, sizeof path, "/%s", name);
    if (!sw_h5_file_has(&reader->file, path)) {
        return false;
    }
    it->id = H5Oopen(reader->file.id, path, H5P_DEFAULT);
    return it->id >= 0 && H5Iget_type(it->id) == H5I_DATASET &&
           take_item(reader, it, H5Dget_type(it->id), H5Dget_space(it->id)) &&
           is_stored(reader, it);
}

// ------------------------------------------------------------------ texts

static const char *copy_text(sw_arena *arena, const char *text, size_t n) {
    char *copy = sw_arena_alloc(arena, n + 1, 1);
    if (copy != NULL && n > 0) {
        memcpy(copy, text, n);
    }
    return copy;
}

// Reads texts of variable length into the arena; `n` gets their number. SW_ERR_BAD_INPUT: they are
// none, too many, or damaged.
static sw_status take_texts(sw_results_reader *reader, const item *it, int32_t most,
                            sw_arena *arena, int32_t *n, const char ***text) {
    if (!it->text || it->n > most) {
        return SW_ERR_BAD_INPUT;
    }
    const size_t count = (size_t)it->n;
    sw_h5_reference *reference = calloc(count + 1, sizeof *reference);
    const char **out = sw_arena_alloc(arena, count, sizeof *out);
    sw_status status = reference == NULL || out == NULL ? SW_ERR_NO_MEMORY : SW_OK;
    if (status == SW_OK && count > 0 && !sw_h5_file_references(&reader->file, it->id, reference)) {
        status = SW_ERR_BAD_INPUT;
    }
    for (size_t i = 0; status == SW_OK && i < count; i++) {
        const char *found = NULL;
        size_t length = 0;
        status = sw_h5_file_text(&reader->file, &reference[i], &found, &length);
        if (status == SW_OK && length > 0 && memchr(found, '\0', length) != NULL) {
            status = SW_ERR_BAD_INPUT;
        }
        if (status == SW_OK) {
            out[i] = copy_text(arena, found, length);
            status = out[i] == NULL ? SW_ERR_NO_MEMORY : SW_OK;
        }
    }
    free(reference);
    *n = (int32_t)count;
    *text = out;
    return status;
}

static sw_status attribute_texts(sw_results_reader *reader, hid_t owner, const char *name,
                                 sw_arena *arena, int32_t *n, const char ***text) {
    item it;
    const sw_status status = open_attribute(reader, owner, name, &it)
                                 ? take_texts(reader, &it, INT32_MAX, arena, n, text)
                                 : SW_ERR_BAD_INPUT;
    close_item(&it);
    return status;
}

// One text.
static sw_status attribute_text(sw_results_reader *reader, hid_t owner, const char *name,
                                sw_arena *arena, const char **text) {
    int32_t n = 0;
    const char **list = NULL;
    SW_TRY(attribute_texts(reader, owner, name, arena, &n, &list));
    if (n != 1) {
        return SW_ERR_BAD_INPUT;
    }
    *text = list[0];
    return SW_OK;
}

sw_status sw_results_read_texts(sw_results_reader *reader, const char *name, sw_arena *arena,
                                int32_t *n, const char ***text, sw_error *err) {
    const sw_status status = attribute_texts(reader, reader->file.id, name, arena, n, text);
    return status == SW_OK ? SW_OK : texts_failed(reader, "attribute", name, status, err);
}

sw_status sw_results_read_text(sw_results_reader *reader, const char *name, sw_arena *arena,
                               const char **text, sw_error *err) {
    const sw_status status = attribute_text(reader, reader->file.id, name, arena, text);
    return status == SW_OK ? SW_OK : texts_failed(reader, "attribute", name, status, err);
}

sw_status sw_results_read_labels(sw_results_reader *reader, const char *name, int32_t most,
                                 sw_arena *arena, int32_t *n, const char ***label, sw_error *err) {
    item it;
    const sw_status status = open_dataset(reader, name, &it)
                                 ? take_texts(reader, &it, most, arena, n, label)
                                 : SW_ERR_BAD_INPUT;
    close_item(&it);
    return status == SW_OK ? SW_OK : texts_failed(reader, "array", name, status, err);
}

sw_status sw_results_read_note(sw_results_reader *reader, const char *array, const char *name,
                               sw_arena *arena, const char **text, sw_error *err) {
    item it;
    if (!open_dataset(reader, array, &it)) {
        close_item(&it);
        return wrong(reader, "array", array, err);
    }
    const sw_status status = attribute_text(reader, it.id, name, arena, text);
    close_item(&it);
    return status == SW_OK ? SW_OK : texts_failed(reader, "attribute", name, status, err);
}

// ------------------------------------------------------------------ numbers

// True when the values are of the type that results.h writes.
static bool is_of_type(const item *it, sw_results_type type) {
    return H5Tequal(it->type, sw_results_file_type(type)) > 0;
}

// Reads an attribute that is one number.
static sw_status read_scalar(sw_results_reader *reader, const char *name, sw_results_type type,
                             void *data, sw_error *err) {
    item it;
    const bool ok = open_attribute(reader, reader->file.id, name, &it) && it.n == 1 &&
                    is_of_type(&it, type) &&
                    H5Aread(it.id, sw_results_memory_type(type), data) >= 0;
    close_item(&it);
    return ok ? SW_OK : wrong(reader, "attribute", name, err);
}

sw_status sw_results_read_integer(sw_results_reader *reader, const char *name, int64_t *number,
                                  sw_error *err) {
    return read_scalar(reader, name, SW_RESULTS_INT64, number, err);
}

sw_status sw_results_read_number(sw_results_reader *reader, const char *name, double *number,
                                 sw_error *err) {
    return read_scalar(reader, name, SW_RESULTS_DOUBLE, number, err);
}

sw_status sw_results_count(sw_results_reader *reader, const char *name, int64_t *n, sw_error *err) {
    item it;
    const bool ok = open_dataset(reader, name, &it);
    close_item(&it);
    if (!ok) {
        return wrong(reader, "array", name, err);
    }
    *n = it.n;
    return SW_OK;
}

// Tells that an array has another number of values, or claims values that are not stored.
static sw_status check_count(const sw_results_reader *reader, const char *name, bool open,
                             const item *it, int64_t n, sw_error *err) {
    if (it->n >= 0 && it->n != n) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: array '%s' has %" PRId64 " values where %" PRId64 " are expected",
                       reader->path, name, it->n, n);
    }
    if (!open && it->n >= 0) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: array '%s' claims %" PRId64 " values, which are not in the file",
                       reader->path, name, n);
    }
    return open ? SW_OK : wrong(reader, "array", name, err);
}

sw_status sw_results_need_array(sw_results_reader *reader, const char *name, int64_t n,
                                sw_error *err) {
    item it;
    const bool open = open_dataset(reader, name, &it);
    const sw_status status = check_count(reader, name, open, &it, n, err);
    close_item(&it);
    return status;
}

sw_status sw_results_read_array(sw_results_reader *reader, const char *name, sw_results_type type,
                                int64_t n, void *data, sw_error *err) {
    item it;
    const bool open = open_dataset(reader, name, &it);
    sw_status status = check_count(reader, name, open, &it, n, err);
    if (status == SW_OK &&
        (!is_of_type(&it, type) || (n > 0 && H5Dread(it.id, sw_results_memory_type(type), H5S_ALL,
                                                     H5S_ALL, H5P_DEFAULT, data) < 0))) {
        status = wrong(reader, "array", name, err);
    }
    close_item(&it);
    return status;
}

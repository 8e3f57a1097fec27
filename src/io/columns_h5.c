// Columns out of an HDF5 file that may be hostile: rank, type, layout and size of a dataset are
// looked at before memory is taken, links and storage that lead out of the file are refused, and
// the library's own messages are silenced. HDF5 believes what is left of a damaged file, mostly
// one of an old form, which has no checksums: it runs in a process of its own.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/apart.h"
#include "base/date.h"
#include "base/h5_file.h"
#include "io/columns.h"

enum { MAX_LINK = 4096, MAX_NAME = 256, MAX_DATE = 64 };

// One dataset that may become a column.
typedef struct dataset {
    hid_t id;
    hid_t type;
    hid_t space;
    bool text;
    int64_t n;
} dataset;

static sw_status fail_dataset(const sw_columns *table, const char *name, const char *what,
                              sw_error *err) {
    return sw_fail(err, SW_ERR_BAD_INPUT, "%s: dataset '%s': %s", table->path, name, what);
}

static void close_dataset(dataset *d) {
    if (d->space >= 0) {
        (void)H5Sclose(d->space);
    }
    if (d->type >= 0) {
        (void)H5Tclose(d->type);
    }
    if (d->id >= 0) {
        (void)H5Dclose(d->id);
    }
}

// True for the numbers of machines: HDF5 1.10 writes past ends when it converts others whose bits
// are damaged.
static bool is_plain_number(hid_t type) {
    const hid_t plain[] = {H5T_IEEE_F64LE, H5T_IEEE_F32LE, H5T_STD_I64LE,  H5T_STD_I32LE,
                           H5T_STD_I16LE,  H5T_STD_I8LE,   H5T_STD_U64LE,  H5T_STD_U32LE,
                           H5T_STD_U16LE,  H5T_STD_U8LE,   H5T_IEEE_F64BE, H5T_IEEE_F32BE,
                           H5T_STD_I64BE,  H5T_STD_I32BE,  H5T_STD_I16BE,  H5T_STD_I8BE,
                           H5T_STD_U64BE,  H5T_STD_U32BE,  H5T_STD_U16BE,  H5T_STD_U8BE};
    bool found = false;
    for (size_t i = 0; i < sizeof plain / sizeof *plain && !found; i++) {
        found = H5Tequal(type, plain[i]) > 0;
    }
    return found;
}

// Opens a dataset and checks what it claims. Datasets that are not 1-D numbers, or texts named
// `time`, are no columns (*used false).
static sw_status open_dataset(const sw_columns *table, const sw_h5_file *h5, hid_t root,
                              const char *name, dataset *d, bool *used, sw_error *err) {
    *used = false;
    d->id = H5Dopen2(root, name, H5P_DEFAULT);
    if (d->id < 0) {
        return fail_dataset(table, name, "cannot be opened", err);
    }
    d->type = H5Dget_type(d->id);
    d->space = H5Dget_space(d->id);
    if (d->type < 0 || d->space < 0) {
        return fail_dataset(table, name, "type or shape cannot be read", err);
    }
    const H5T_class_t class = H5Tget_class(d->type);
    const size_t size = H5Tget_size(d->type);
    d->text = class == H5T_STRING;
    if (H5Sget_simple_extent_ndims(d->space) != 1 ||
        (d->text ? strcmp(name, "time") != 0 : class != H5T_FLOAT && class != H5T_INTEGER)) {
        return SW_OK;
    }
    if (!d->text && !is_plain_number(d->type)) {
        return fail_dataset(table, name,
                            "its numbers are of another kind than integers of 8, 16, 32 and 64 "
                            "bits or IEEE floats of 32 and 64",
                            err);
    }
    hsize_t n = 0;
    if (H5Sget_simple_extent_dims(d->space, &n, NULL) != 1 || size == 0 || size > MAX_DATE) {
        return fail_dataset(table, name, "shape or element size is out of range", err);
    }
    if (n == 0) {
        return fail_dataset(table, name, "is empty", err);
    }
    if (n > (hsize_t)SW_COLUMNS_MAX_CELL) {
        return fail_dataset(table, name, "has more rows than allowed", err);
    }
    // A small file can claim any number of rows; what it stores bounds what is believed.
    const uint64_t element =
        d->text && H5Tis_variable_str(d->type) > 0 ? sizeof(sw_h5_reference) : size;
    if (!sw_h5_is_stored(d->id, n * element, h5->size)) {
        return fail_dataset(table, name, "its data are not stored in the file", err);
    }
    if (sw_h5_place_of(d->id) == SW_H5_CHUNKS && !sw_h5_chunks_are_whole(d->id, n, element)) {
        return fail_dataset(table, name, "its chunks are not whole", err);
    }
    d->n = (int64_t)n;
    *used = true;
    return SW_OK;
}

// Reads one date out of `text` of at most `size` bytes, padded with 0 or blanks.
static bool parse_date(const char *text, size_t size, double *unix_s) {
    char copy[MAX_DATE + 1];
    size_t n = strnlen(text, size);
    while (n > 0 && text[n - 1] == ' ') {
        n--;
    }
    if (n > MAX_DATE) {
        return false;
    }
    memcpy(copy, text, n);
    copy[n] = '\0';
    return sw_date_parse(copy, unix_s);
}

static sw_status fail_date(const sw_columns *table, int64_t row, sw_error *err) {
    return sw_fail(err, SW_ERR_BAD_INPUT,
                   "%s: row %" PRId64 ": time is no date; " SW_DATE_FORM " is allowed", table->path,
                   row + 1);
}

// Dates of a fixed length.
static sw_status read_fixed(const sw_columns *table, const dataset *d, double *out, sw_error *err) {
    const size_t size = H5Tget_size(d->type);
    char *buffer = calloc((size_t)d->n, size);
    if (buffer == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", table->path);
    }
    sw_status status = SW_OK;
    if (H5Dread(d->id, d->type, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer) < 0) {
        status = fail_dataset(table, "time", "cannot be read", err);
    }
    for (int64_t row = 0; row < d->n && status == SW_OK; row++) {
        if (!parse_date(buffer + (size_t)row * size, size, &out[row])) {
            status = fail_date(table, row, err);
        }
    }
    free(buffer);
    return status;
}

// Dates of variable length.
static sw_status read_variable(const sw_columns *table, sw_h5_file *h5, const dataset *d,
                               double *out, sw_error *err) {
    sw_h5_reference *reference = calloc((size_t)d->n, sizeof *reference);
    if (reference == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", table->path);
    }
    sw_status status = SW_OK;
    if (!sw_h5_file_references(h5, d->id, reference)) {
        status = fail_dataset(table, "time", "cannot be read", err);
    }
    for (int64_t row = 0; row < d->n && status == SW_OK; row++) {
        const char *text = NULL;
        size_t n = 0;
        if (sw_h5_file_text(h5, &reference[row], &text, &n) != SW_OK) {
            status = fail_dataset(table, "time", "texts are damaged", err);
        } else if (!parse_date(text, n, &out[row])) {
            status = fail_date(table, row, err);
        }
    }
    free(reference);
    return status;
}

// Reads one open dataset as the next column.
static sw_status read_column(sw_columns *table, sw_h5_file *h5, const dataset *d, const char *name,
                             double **value, const char **names, sw_error *err) {
    if (table->n_column > 0 && d->n != table->n) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: dataset '%s' has %" PRId64 " rows and dataset '%s' %" PRId64
                       "; all must have the same number",
                       table->path, name, d->n, names[0], table->n);
    }
    if (d->n > SW_COLUMNS_MAX_CELL / (table->n_column + 1)) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: more than the %" PRId64 " cells allowed",
                       table->path, SW_COLUMNS_MAX_CELL);
    }
    if (strcmp(name, "time") == 0 && !d->text) {
        return fail_dataset(table, name,
                            "must hold texts, " SW_DATE_FORM "; numbers go to 'time_s'", err);
    }
    double *out = sw_arena_alloc(&table->arena, (size_t)d->n, sizeof out[0]);
    char *copy = sw_arena_strdup(&table->arena, name);
    if (out == NULL || copy == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", table->path);
    }
    if (d->text) {
        SW_TRY(H5Tis_variable_str(d->type) > 0 ? read_variable(table, h5, d, out, err)
                                               : read_fixed(table, d, out, err));
    } else if (H5Dread(d->id, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, out) < 0) {
        return fail_dataset(table, name, "cannot be read", err);
    }
    table->n = d->n;
    names[table->n_column] = copy;
    value[table->n_column] = out;
    table->n_column++;
    return SW_OK;
}

// Takes link number `i` of the root group if it is a dataset of the file itself.
static sw_status take_link(sw_columns *table, sw_h5_file *h5, hid_t root, hsize_t i, double **value,
                           const char **names, sw_error *err) {
    char name[MAX_NAME];
    const ssize_t n = H5Lget_name_by_idx(root, ".", H5_INDEX_NAME, H5_ITER_INC, i, name,
                                         sizeof name, H5P_DEFAULT);
    if (n <= 0 || n >= (ssize_t)sizeof name) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: object %lld has no name of at most %d bytes",
                       table->path, (long long)i + 1, MAX_NAME - 1);
    }
    H5L_info_t link;
    H5O_info_t object;
    if (H5Lget_info(root, name, &link, H5P_DEFAULT) < 0) {
        return fail_dataset(table, name, "cannot be read", err);
    }
    if (link.type != H5L_TYPE_HARD) {
        return fail_dataset(table, name, "is a link; only datasets of the file itself are allowed",
                            err);
    }
    if (H5Oget_info_by_name2(root, name, &object, H5O_INFO_BASIC, H5P_DEFAULT) < 0) {
        return fail_dataset(table, name, "cannot be read", err);
    }
    if (object.type != H5O_TYPE_DATASET) {
        return SW_OK;
    }
    dataset d = {.id = -1, .type = -1, .space = -1};
    bool used = false;
    sw_status status = open_dataset(table, h5, root, name, &d, &used, err);
    if (status == SW_OK && used) {
        status = read_column(table, h5, &d, name, value, names, err);
    }
    close_dataset(&d);
    return status;
}

// HDF5 takes memory for as many names as a group claims to hold, and believes that it found them
// all. Object headers of version 1, which have no checksum, claim so only where a link leads out of
// the file.
static bool claims_are_checked(hid_t root, const H5G_info_t *group) {
    H5O_info_t header;
    return group->storage_type == H5G_STORAGE_TYPE_SYMBOL_TABLE ||
           (H5Oget_info2(root, &header, H5O_INFO_HDR) >= 0 && header.hdr.version > 1);
}

static sw_status take_root(sw_columns *table, sw_h5_file *h5, hid_t root, sw_error *err) {
    H5G_info_t group;
    if (H5Gget_info(root, &group) < 0 || !claims_are_checked(root, &group)) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: its root group is damaged or holds a link; only datasets of the file "
                       "itself are allowed",
                       table->path);
    }
    if (group.nlinks > MAX_LINK) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: root group holds more than the %d objects allowed", table->path,
                       MAX_LINK);
    }
    double **value = sw_arena_alloc(&table->arena, (size_t)group.nlinks, sizeof value[0]);
    const char **names = sw_arena_alloc(&table->arena, (size_t)group.nlinks, sizeof names[0]);
    if (value == NULL || names == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", table->path);
    }
    for (hsize_t i = 0; i < group.nlinks; i++) {
        SW_TRY(take_link(table, h5, root, i, value, names, err));
    }
    table->name = names;
    table->value = (const double *const *)value;
    if (table->n_column == 0) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: no 1-D datasets of numbers in the root group",
                       table->path);
    }
    return SW_OK;
}

// ------------------------------------------------------------------ in a process of its own

typedef struct reading {
    const sw_file *file;
    sw_columns *table;
} reading;

// Numbers of rows and columns, ahead of the columns.
typedef struct extent {
    int64_t n;
    int64_t n_column;
} extent;

// Leaves all open: closing a damaged file may crash, and the process ends with what it read.
static sw_status read_file(void *what, sw_error *err) {
    reading *r = what;
    sw_h5_file h5;
    SW_TRY(sw_h5_file_open(&h5, r->table->path, r->file, SW_H5_ALL_FORMS, err));
    const hid_t root = H5Gopen2(h5.id, "/", H5P_DEFAULT);
    if (root < 0) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: its root group is damaged", r->table->path);
    }
    return take_root(r->table, &h5, root, err);
}

static void give_columns(const void *what, sw_pipe *out) {
    const sw_columns *table = ((const reading *)what)->table;
    const extent all = {.n = table->n, .n_column = table->n_column};
    (void)sw_pipe_give(out, &all, sizeof all);
    for (int32_t i = 0; i < table->n_column; i++) {
        char name[MAX_NAME] = "";
        (void)snprintf(name, sizeof name, "%s", table->name[i]);
        (void)sw_pipe_give(out, name, sizeof name);
        (void)sw_pipe_give(out, table->value[i], (size_t)table->n * sizeof table->value[i][0]);
    }
}

// Takes a name, which comes after `before` (NULL: it is the first), and the values of its column.
static sw_status take_column(sw_columns *table, sw_pipe *in, const char *before, const char **name,
                             double **value) {
    char text[MAX_NAME];
    if (!sw_pipe_take(in, text, sizeof text) || text[0] == '\0' ||
        memchr(text, '\0', sizeof text) == NULL || (before != NULL && strcmp(text, before) <= 0)) {
        return SW_ERR_BAD_INPUT;
    }
    *name = sw_arena_strdup(&table->arena, text);
    *value = sw_arena_alloc(&table->arena, (size_t)table->n, sizeof **value);
    if (*name == NULL || *value == NULL) {
        return SW_ERR_NO_MEMORY;
    }
    return sw_pipe_take(in, *value, (size_t)table->n * sizeof **value) ? SW_OK : SW_ERR_BAD_INPUT;
}

// Returns how many values a column of the file can have.
static int64_t most_rows(const sw_file *file) {
    return file->size < (uint64_t)SW_COLUMNS_MAX_CELL / SW_H5_MOST_INFLATION
               ? (int64_t)file->size * SW_H5_MOST_INFLATION
               : SW_COLUMNS_MAX_CELL;
}

static sw_status take_columns(void *what, sw_pipe *in, sw_error *err) {
    sw_columns *table = ((reading *)what)->table;
    extent all;
    if (!sw_pipe_take(in, &all, sizeof all) || all.n < 1 || all.n_column < 1 ||
        all.n_column > MAX_LINK || all.n > SW_COLUMNS_MAX_CELL / all.n_column ||
        all.n > most_rows(((reading *)what)->file)) {
        return SW_ERR_BAD_INPUT;
    }
    table->n = all.n;
    table->n_column = (int32_t)all.n_column;
    const size_t n_column = (size_t)all.n_column;
    double **value = sw_arena_alloc(&table->arena, n_column, sizeof value[0]);
    const char **name = sw_arena_alloc(&table->arena, n_column, sizeof name[0]);
    sw_status status = value == NULL || name == NULL ? SW_ERR_NO_MEMORY : SW_OK;
    for (size_t i = 0; i < n_column && status == SW_OK; i++) {
        status = take_column(table, in, i > 0 ? name[i - 1] : NULL, &name[i], &value[i]);
    }
    table->name = name;
    table->value = (const double *const *)value;
    return status == SW_ERR_NO_MEMORY ? sw_fail(err, status, "%s: out of memory", table->path)
                                      : status;
}

sw_status sw_columns_load_h5(const sw_file *file, sw_columns *table, sw_error *err) {
    static const sw_apart_steps steps = {
        .read = read_file, .give = give_columns, .take = take_columns};
    static const uint64_t library_bytes = UINT64_C(64) << 20;
    // Values, here and in HDF5 before and after a filter.
    const uint64_t value_bytes = 3 * (uint64_t)most_rows(file) * sizeof(double);
    reading what = {.file = file, .table = table};
    if (!sw_h5_start()) { // here, not in each process
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory: HDF5 does not start",
                       table->path);
    }
    return sw_apart_read(table->path, &steps, &what,
                         library_bytes + value_bytes + (uint64_t)file->size, err);
}

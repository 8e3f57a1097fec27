#include "io/results.h"

#include <errno.h>
#include <hdf5.h>
#include <hdf5_hl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/atomic_file.h"
#include "base/h5_file.h"
#include "io/results_type.h"

enum {
    MAX_DIMS = 16,        // of a file, all groups together
    MAX_NAME = 128,       // of group/dimension
    CHUNK_VALUES = 16384, // of a chunk of a large array
    DEFLATE_LEVEL = 1     // higher levels cost time and save next to nothing
};

// A dimension that arrays may use.
typedef struct dimension {
    char path[MAX_NAME]; // "site" or "jobs/job"
    hsize_t n;
    hid_t scale;
} dimension;

struct sw_results {
    sw_atomic_file on_disk; // where HDF5 writes when the file is closed
    hid_t file;
    hid_t text_type;  // variable-length UTF-8
    hid_t link_plist; // UTF-8 names
    dimension dim[MAX_DIMS];
    int n_dim;
    sw_error error; // the first failure
};

static bool is_failed(const sw_results *results) {
    return results->error.code != SW_OK;
}

// Keeps a failure of HDF5. In memory it means that memory ran short, or a bug of ours.
static void fail(sw_results *results, const char *what, const char *name) {
    (void)sw_fail(&results->error, SW_ERR_NO_MEMORY, "results: HDF5 cannot make %s '%s' in memory",
                  what, name);
}

// Closers that take "none" and tell success as HDF5 does.
static herr_t close_plist(hid_t id) {
    return id >= 0 ? H5Pclose(id) : 0;
}
static herr_t close_space(hid_t id) {
    return id >= 0 ? H5Sclose(id) : 0;
}
static herr_t close_dataset(hid_t id) {
    return id >= 0 ? H5Dclose(id) : 0;
}

// ------------------------------------------------------------------ the file

// A file kept in memory until it is closed, with links in order of creation (netCDF-4 wants it) and
// no time stamps inside.
static hid_t create_file(const char *path) {
    const size_t growth = (size_t)1 << 20;
    const unsigned ordered = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    const hid_t creation = H5Pcreate(H5P_FILE_CREATE);
    hid_t file = H5I_INVALID_HID;
    if (access >= 0 && creation >= 0 && H5Pset_fapl_core(access, growth, true) >= 0 &&
        H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) >= 0 &&
        H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18) >= 0 &&
        H5Pset_obj_track_times(creation, false) >= 0 &&
        H5Pset_link_creation_order(creation, ordered) >= 0 &&
        H5Pset_attr_creation_order(creation, ordered) >= 0) {
        file = H5Fcreate(path, H5F_ACC_TRUNC, creation, access);
    }
    if (close_plist(access) < 0 || close_plist(creation) < 0) {
        if (file >= 0) {
            (void)H5Fclose(file);
        }
        return H5I_INVALID_HID;
    }
    return file;
}

sw_status sw_results_create(const char *path, sw_results **results, sw_error *err) {
    *results = NULL;
    // HDF5 would print its stack of errors; ours say the same in one line.
    if (!sw_h5_start() || H5Eset_auto2(H5E_DEFAULT, NULL, NULL) < 0) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: HDF5 does not start", path);
    }
    sw_results *r = calloc(1, sizeof *r);
    if (r == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", path);
    }
    r->file = H5I_INVALID_HID;
    r->text_type = H5I_INVALID_HID;
    r->link_plist = H5I_INVALID_HID;
    const sw_status status = sw_atomic_file_open(path, &r->on_disk, err);
    if (status != SW_OK) {
        sw_results_destroy(r);
        return status;
    }
    r->text_type = H5Tcopy(H5T_C_S1);
    r->link_plist = H5Pcreate(H5P_LINK_CREATE);
    errno = 0;
    r->file = create_file(r->on_disk.tmp);
    if (r->file < 0 || r->text_type < 0 || r->link_plist < 0 ||
        H5Tset_size(r->text_type, H5T_VARIABLE) < 0 ||
        H5Tset_cset(r->text_type, H5T_CSET_UTF8) < 0 ||
        H5Pset_char_encoding(r->link_plist, H5T_CSET_UTF8) < 0) {
        const int reason = errno;
        sw_results_destroy(r);
        return sw_fail(err, SW_ERR_IO, "%s: HDF5 cannot create the file: %s", path,
                       reason != 0 ? sw_errno_text(reason) : "out of memory");
    }
    *results = r;
    return SW_OK;
}

// Closes all that is open, which writes the file; false when a close failed.
static bool close_all(sw_results *results) {
    bool ok = true;
    for (int i = 0; i < results->n_dim; i++) {
        ok = close_dataset(results->dim[i].scale) >= 0 && ok;
    }
    ok = (results->text_type < 0 || H5Tclose(results->text_type) >= 0) && ok;
    ok = close_plist(results->link_plist) >= 0 && ok;
    errno = 0;
    ok = (results->file < 0 || H5Fclose(results->file) >= 0) && ok;
    results->n_dim = 0;
    results->text_type = H5I_INVALID_HID;
    results->link_plist = H5I_INVALID_HID;
    results->file = H5I_INVALID_HID;
    return ok;
}

void sw_results_destroy(sw_results *results) {
    if (results != NULL) {
        (void)close_all(results);
        sw_atomic_file_abandon(&results->on_disk);
        free(results);
    }
}

sw_status sw_results_save(sw_results *results, sw_error *err) {
    const char *path = results->on_disk.path;
    if (is_failed(results)) {
        return sw_fail(err, results->error.code, "%s: %s", path, results->error.text);
    }
    if (!close_all(results)) {
        return sw_fail(err, SW_ERR_IO, "%s: cannot be written: %s", path,
                       errno != 0 ? sw_errno_text(errno) : "HDF5 cannot close the file");
    }
    return sw_atomic_file_commit(&results->on_disk, err);
}

void sw_results_group(sw_results *results, const char *group) {
    if (is_failed(results)) {
        return;
    }
    const hid_t creation = H5Pcreate(H5P_GROUP_CREATE);
    hid_t made = H5I_INVALID_HID;
    if (creation >= 0 && H5Pset_obj_track_times(creation, false) >= 0 &&
        H5Pset_link_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED) >= 0) {
        made = H5Gcreate2(results->file, group, results->link_plist, creation, H5P_DEFAULT);
    }
    if (made < 0 || H5Gclose(made) < 0 || close_plist(creation) < 0) {
        fail(results, "group", group);
    }
}

// ------------------------------------------------------------------ attributes

// Writes an attribute; n < 0: a scalar.
static void write_attribute(sw_results *results, hid_t owner, const char *name, hid_t in_file,
                            hid_t in_memory, int64_t n, const void *data) {
    if (is_failed(results)) {
        return;
    }
    const hsize_t extent = n < 0 ? 1 : (hsize_t)n;
    const hid_t space = n < 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &extent, NULL);
    hid_t attribute = H5I_INVALID_HID;
    if (space >= 0) {
        attribute = H5Acreate2(owner, name, in_file, space, H5P_DEFAULT, H5P_DEFAULT);
    }
    bool ok = attribute >= 0 && H5Awrite(attribute, in_memory, data) >= 0;
    ok = (attribute < 0 || H5Aclose(attribute) >= 0) && close_space(space) >= 0 && ok;
    if (!ok) {
        fail(results, "attribute", name);
    }
}

static void write_text(sw_results *results, hid_t owner, const char *name, const char *text) {
    write_attribute(results, owner, name, results->text_type, results->text_type, -1, &text);
}

void sw_results_text(sw_results *results, const char *name, const char *text) {
    write_text(results, results->file, name, text);
}

void sw_results_texts(sw_results *results, const char *name, int64_t n, const char *const *text) {
    const char *const none = NULL; // HDF5 wants an address for nothing too
    write_attribute(results, results->file, name, results->text_type, results->text_type, n,
                    n > 0 ? text : &none);
}

void sw_results_number(sw_results *results, const char *name, double number) {
    write_attribute(results, results->file, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, -1, &number);
}

void sw_results_integer(sw_results *results, const char *name, int64_t number) {
    write_attribute(results, results->file, name, H5T_STD_I64LE, H5T_NATIVE_INT64, -1, &number);
}

// The names of small codes, as the CF conventions write them: flag_values and flag_meanings.
static void write_meanings(sw_results *results, hid_t owner, const sw_results_array *array) {
    size_t size = 1;
    for (int32_t i = 0; i < array->n_meaning; i++) {
        size += strlen(array->meaning[i]) + 1;
    }
    char *text = calloc(size, 1);
    int32_t *value = calloc((size_t)array->n_meaning, sizeof *value);
    if (text == NULL || value == NULL) {
        fail(results, "the meanings of", array->name);
    } else {
        char *end = text;
        for (int32_t i = 0; i < array->n_meaning; i++) {
            const size_t length = strlen(array->meaning[i]);
            memcpy(end, array->meaning[i], length);
            end += length;
            *end++ = i + 1 < array->n_meaning ? ' ' : '\0';
            value[i] = i;
        }
        write_attribute(results, owner, "flag_values", sw_results_file_type(array->type),
                        H5T_NATIVE_INT32, array->n_meaning, value);
        write_text(results, owner, "flag_meanings", text);
    }
    free(text);
    free(value);
}

// ------------------------------------------------------------------ arrays

static void path_of(const char *group, const char *name, char path[MAX_NAME]) {
    (void)snprintf(path, MAX_NAME, "%s%s%s", group != NULL ? group : "", group != NULL ? "/" : "",
                   name);
}

static const dimension *find_dimension(const sw_results *results, const char *path) {
    for (int i = 0; i < results->n_dim; i++) {
        if (strcmp(results->dim[i].path, path) == 0) {
            return &results->dim[i];
        }
    }
    return NULL;
}

// How an array is stored: large ones in compressed, checksummed chunks of whole rows.
static bool set_layout(hid_t plist, int rank, const hsize_t *extent) {
    hsize_t values = 1;
    for (int i = 0; i < rank; i++) {
        values *= extent[i];
    }
    if (values <= CHUNK_VALUES / 8) {
        return true;
    }
    hsize_t chunk[SW_RESULTS_MAX_DIM] = {0};
    hsize_t inner = 1; // values of the dimensions already chosen, from the fastest
    for (int i = rank - 1; i >= 0; i--) {
        const hsize_t most = inner < CHUNK_VALUES ? CHUNK_VALUES / inner : 1;
        chunk[i] = extent[i] < most ? extent[i] : most;
        inner *= chunk[i];
    }
    return H5Pset_chunk(plist, rank, chunk) >= 0 && H5Pset_shuffle(plist) >= 0 &&
           H5Pset_deflate(plist, DEFLATE_LEVEL) >= 0 && H5Pset_fletcher32(plist) >= 0;
}

// Makes and fills a dataset; none on failure. `fill`: NaN stands for values not written.
static hid_t make_dataset(sw_results *results, const char *path, hid_t in_file, hid_t in_memory,
                          int rank, const hsize_t *extent, bool fill, const void *data) {
    const double nan_value = (double)NAN;
    const hid_t plist = H5Pcreate(H5P_DATASET_CREATE);
    const hid_t space = rank == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(rank, extent, NULL);
    hid_t dataset = H5I_INVALID_HID;
    const bool chunkable = in_memory != results->text_type;
    if (plist >= 0 && space >= 0 && H5Pset_obj_track_times(plist, false) >= 0 &&
        H5Pset_attr_creation_order(plist, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED) >= 0 &&
        (!fill || H5Pset_fill_value(plist, H5T_NATIVE_DOUBLE, &nan_value) >= 0) &&
        (!chunkable || set_layout(plist, rank, extent))) {
        dataset = H5Dcreate2(results->file, path, in_file, space, results->link_plist, plist,
                             H5P_DEFAULT);
    }
    hsize_t values = 1;
    for (int i = 0; i < rank; i++) {
        values *= extent[i];
    }
    bool ok = dataset >= 0 && (values == 0 || H5Dwrite(dataset, in_memory, H5S_ALL, H5S_ALL,
                                                       H5P_DEFAULT, data) >= 0);
    ok = close_plist(plist) >= 0 && close_space(space) >= 0 && ok;
    if (!ok) {
        (void)close_dataset(dataset);
        fail(results, "dataset", path);
        return H5I_INVALID_HID;
    }
    return dataset;
}

// Says what a dataset holds.
static void describe(sw_results *results, hid_t dataset, const sw_results_array *array, bool fill) {
    if (array->long_name != NULL) {
        write_text(results, dataset, "long_name", array->long_name);
    }
    if (array->unit != NULL) {
        write_text(results, dataset, "units", array->unit);
    }
    if (fill) {
        const double nan_value = (double)NAN;
        write_attribute(results, dataset, "_FillValue", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 1,
                        &nan_value);
    }
    if (array->n_meaning > 0) {
        write_meanings(results, dataset, array);
    }
}

// Keeps a dataset as the scale of a new dimension.
static void add_dimension(sw_results *results, const char *path, const char *name, hsize_t n,
                          hid_t scale) {
    SW_REQUIRE(results->n_dim < MAX_DIMS);
    dimension *dim = &results->dim[results->n_dim++];
    (void)snprintf(dim->path, sizeof dim->path, "%s", path);
    dim->n = n;
    dim->scale = scale;
    if (H5DSset_scale(scale, name) < 0) {
        fail(results, "dimension", path);
    }
}

void sw_results_dim_text(sw_results *results, const char *name, int64_t n, const char *const *label,
                         const char *long_name) {
    if (is_failed(results)) {
        return;
    }
    const hsize_t extent = (hsize_t)n;
    const hid_t scale = make_dataset(results, name, results->text_type, results->text_type, 1,
                                     &extent, false, label);
    if (scale >= 0) {
        add_dimension(results, name, name, extent, scale);
        write_text(results, scale, "long_name", long_name);
    }
}

void sw_results_dim(sw_results *results, const sw_results_array *array, int64_t n) {
    if (is_failed(results)) {
        return;
    }
    char path[MAX_NAME];
    path_of(array->group, array->name, path);
    const hsize_t extent = (hsize_t)n;
    const hid_t scale =
        make_dataset(results, path, sw_results_file_type(array->type),
                     sw_results_memory_type(array->type), 1, &extent, false, array->data);
    if (scale >= 0) {
        add_dimension(results, path, array->name, extent, scale);
        describe(results, scale, array, false);
    }
}

void sw_results_add(sw_results *results, const sw_results_array *array) {
    if (is_failed(results)) {
        return;
    }
    char path[MAX_NAME];
    const dimension *dim[SW_RESULTS_MAX_DIM] = {NULL};
    hsize_t extent[SW_RESULTS_MAX_DIM] = {0};
    int rank = 0;
    while (rank < SW_RESULTS_MAX_DIM && array->dim[rank] != NULL) {
        path_of(array->group, array->dim[rank], path);
        dim[rank] = find_dimension(results, path);
        SW_REQUIRE(dim[rank] != NULL);
        extent[rank] = dim[rank]->n;
        rank++;
    }
    path_of(array->group, array->name, path);
    const bool fill = array->type == SW_RESULTS_DOUBLE;
    const hid_t dataset =
        make_dataset(results, path, sw_results_file_type(array->type),
                     sw_results_memory_type(array->type), rank, extent, fill, array->data);
    if (dataset < 0) {
        return;
    }
    for (int i = 0; i < rank; i++) {
        if (H5DSattach_scale(dataset, dim[i]->scale, (unsigned)i) < 0) {
            fail(results, "the labels of", path);
        }
    }
    describe(results, dataset, array, fill);
    if (close_dataset(dataset) < 0) {
        fail(results, "dataset", path);
    }
}

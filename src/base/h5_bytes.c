// Bytes in memory as a file of HDF5 that is only read: HDF5 gets what is there, and nothing where
// it asks for more. Its own driver of memory copies all of them first, and gathers pieces of
// metadata in a buffer, in which places that are damaged lead astray.
#include <stdlib.h>
#include <string.h>

#include <hdf5.h>
#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

#include "base/h5_bytes.h"

// What the access list of a file carries.
typedef struct access_info {
    const sw_file *bytes;
    bool *no_memory;
} access_info;

typedef struct bytes_file {
    H5FD_t shown;     // first: what HDF5 sees of it
    const char *data; // [size], borrowed
    haddr_t size;
    haddr_t end_used;
    int64_t number; // no two have the same
} bytes_file;

static H5FD_t *open_bytes(const char *name, unsigned flags, hid_t access, haddr_t most) {
    (void)name;
    (void)most;
    const access_info *info = H5Pget_driver_info(access);
    if (info == NULL || (flags & H5F_ACC_RDWR) != 0) {
        return NULL;
    }
    bytes_file *file = calloc(1, sizeof *file);
    if (file == NULL) {
        *info->no_memory = true;
        return NULL;
    }
    static int64_t n_opened;
    file->data = info->bytes->data;
    file->size = info->bytes->size;
    file->number = n_opened++;
    return &file->shown;
}

static herr_t close_bytes(H5FD_t *file) {
    free(file);
    return 0;
}

// No file is another one, also where its bytes lie at the place of one that HDF5 failed to close.
static int compare(const H5FD_t *a, const H5FD_t *b) {
    const int64_t first = ((const bytes_file *)a)->number;
    const int64_t second = ((const bytes_file *)b)->number;
    return (first > second) - (first < second);
}

static haddr_t get_end_used(const H5FD_t *file, H5FD_mem_t type) {
    (void)type;
    return ((const bytes_file *)file)->end_used;
}

static herr_t set_end_used(H5FD_t *file, H5FD_mem_t type, haddr_t end) {
    (void)type;
    ((bytes_file *)file)->end_used = end;
    return 0;
}

static haddr_t get_end(const H5FD_t *file, H5FD_mem_t type) {
    (void)type;
    return ((const bytes_file *)file)->size;
}

static herr_t read_bytes(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t at, size_t n,
                         void *to) {
    (void)type;
    (void)transfer;
    const bytes_file *from = (const bytes_file *)file;
    if (at > from->size || n > from->size - at) {
        return -1;
    }
    memcpy(to, from->data + at, n);
    return 0;
}

static herr_t refuse_to_write(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t at, size_t n,
                              const void *from) {
    (void)file;
    (void)type;
    (void)transfer;
    (void)at;
    (void)n;
    (void)from;
    return -1;
}

static const H5FD_class_t driver = {
#if H5_VERSION_GE(1, 13, 0)
    .version = H5FD_CLASS_VERSION,
    .value = 511, // the last of those that are nobody's
#endif
    .name = "stepwatt_bytes",
    .maxaddr = HADDR_MAX,
    .fc_degree = H5F_CLOSE_STRONG,
    .fapl_size = sizeof(access_info),
    .open = open_bytes,
    .close = close_bytes,
    .cmp = compare,
    .get_eoa = get_end_used,
    .set_eoa = set_end_used,
    .get_eof = get_end,
    .read = read_bytes,
    .write = refuse_to_write,
    .fl_map = H5FD_FLMAP_SINGLE,
};

bool sw_h5_set_bytes(hid_t access, const sw_file *bytes, bool *no_memory) {
    // Registered once and for all: HDF5 1.10 looks at the driver again after it has let go of it.
    static hid_t id = -1;
    const access_info info = {.bytes = bytes, .no_memory = no_memory};
    if (id < 0) {
        id = H5FDregister(&driver);
    }
    return id >= 0 && H5Pset_driver(access, id, &info) >= 0;
}

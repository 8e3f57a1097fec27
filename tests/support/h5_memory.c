#include "support/h5_memory.h"

#include <stdlib.h>

#include "base/h5_file.h"

// The library hands its bytes to these when it closes the file: H5Fget_file_image gives a
// superblock whose checksum is wrong.
typedef struct block {
    void *data;
    size_t size;
} block;

static block kept;

static void *take(size_t size, H5FD_file_image_op_t op, void *unused) {
    (void)unused;
    kept.size = op == H5FD_FILE_IMAGE_OP_FILE_OPEN ? size : kept.size;
    return malloc(size);
}

static void *grow(void *data, size_t size, H5FD_file_image_op_t op, void *unused) {
    (void)op;
    (void)unused;
    kept.size = size;
    return realloc(data, size);
}

static herr_t give(void *data, H5FD_file_image_op_t op, void *unused) {
    (void)unused;
    if (op == H5FD_FILE_IMAGE_OP_FILE_CLOSE) {
        kept.data = data;
    } else {
        free(data);
    }
    return 0;
}

static hid_t access_list(void) {
    enum { GROWTH = 1 }; // no bytes behind the end
    H5FD_file_image_callbacks_t keep = {
        .image_malloc = take, .image_realloc = grow, .image_free = give};
    SW_REQUIRE(sw_h5_start()); // it would try at exit to close what it could not open
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    SW_REQUIRE(access >= 0 && H5Pset_fapl_core(access, GROWTH, false) >= 0 &&
               H5Pset_sieve_buf_size(access, 0) >= 0 &&
               H5Pset_file_image_callbacks(access, &keep) >= 0);
    kept = (block){0};
    return access;
}

hid_t h5_memory_create(bool old) {
    const hid_t access = access_list();
    const H5F_libver_t version = old ? H5F_LIBVER_EARLIEST : H5F_LIBVER_V18;
    SW_REQUIRE(H5Pset_libver_bounds(access, version, H5F_LIBVER_V18) >= 0);
    const hid_t file = H5Fcreate("/dev/null/made", H5F_ACC_TRUNC, H5P_DEFAULT, access);
    SW_REQUIRE(file >= 0);
    (void)H5Pclose(access);
    return file;
}

hid_t h5_memory_open(const void *bytes, size_t size) {
    union {
        const void *from;
        void *to;
    } image = {.from = bytes}; // which HDF5 copies
    const hid_t access = access_list();
    SW_REQUIRE(H5Pset_file_image(access, image.to, size) >= 0);
    const hid_t file = H5Fopen("/dev/null/image", H5F_ACC_RDWR, access);
    SW_REQUIRE(file >= 0);
    (void)H5Pclose(access);
    return file;
}

void *h5_memory_close(hid_t file, size_t *size) {
    SW_REQUIRE(H5Fclose(file) >= 0 && kept.data != NULL);
    void *data = kept.data;
    *size = kept.size;
    kept = (block){0};
    return data;
}

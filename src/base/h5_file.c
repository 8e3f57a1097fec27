#include "base/h5_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/h5_bytes.h"

enum { MOST_PATH = 128, LEAST_SUPERBLOCK = 2, MOST_SUPERBLOCK = 3, MOST_FILTER = 32 };

static const unsigned char signature[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

bool sw_h5_is_file(const sw_file *bytes) {
    return bytes->size >= sizeof signature && memcmp(bytes->data, signature, sizeof signature) == 0;
}

// Looks at the first bytes of a file, as many as there are.
static sw_status check_form(const char *path, const char *start, size_t n, sw_h5_forms forms,
                            sw_error *err) {
    if (n <= sizeof signature || memcmp(start, signature, sizeof signature) != 0) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: is no HDF5 file", path);
    }
    const int form = (unsigned char)start[sizeof signature];
    if (forms == SW_H5_CHECKED_FORMS && (form < LEAST_SUPERBLOCK || form > MOST_SUPERBLOCK)) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: HDF5 superblock version %d; allowed: %d and %d, whose metadata carry "
                       "checksums",
                       path, form, LEAST_SUPERBLOCK, MOST_SUPERBLOCK);
    }
    return SW_OK;
}

// Opens a file, or bytes if there are any; negative on failure.
static hid_t open_it(sw_h5_file *h5, const char *path) {
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    hid_t id = -1;
    // Arrays are read whole: a buffer for pieces of them (64 KiB for each array) would only cost.
    if (access >= 0 && H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) >= 0 &&
        H5Pset_sieve_buf_size(access, 0) >= 0 &&
        (h5->bytes == NULL || sw_h5_set_bytes(access, h5->bytes, &h5->no_memory))) {
        id = H5Fopen(path, H5F_ACC_RDONLY, access);
    }
    if (access >= 0) {
        (void)H5Pclose(access);
    }
    return id;
}

// ------------------------------------------------------------------ opening and closing

bool sw_h5_start(void) {
    (void)H5dont_atexit(); // refused when told twice
    return H5open() >= 0;
}

// The library's own messages, silent while files are open.
static struct {
    int n_open; // files
    H5E_auto2_t print;
    void *data;
} messages;

static void begin(sw_h5_file *h5) {
    *h5 = (sw_h5_file){.id = -1, .used = true, .fd = -1};
    (void)sw_h5_start(); // where it does not, nothing can be opened
    if (messages.n_open++ == 0) {
        (void)H5Eget_auto2(H5E_DEFAULT, &messages.print, &messages.data);
        (void)H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    }
}

// Tells whether the file is open, and that texts can be told apart in it.
static sw_status check_open(const sw_h5_file *h5, const char *path, sw_error *err) {
    size_t place_bytes = 0;
    size_t size_bytes = 0;
    if (h5->no_memory) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", path);
    }
    const hid_t creation = h5->id >= 0 ? H5Fget_create_plist(h5->id) : -1;
    const bool ok = creation >= 0 && H5Pget_sizes(creation, &place_bytes, &size_bytes) >= 0 &&
                    place_bytes == 8 && size_bytes == 8;
    if (creation >= 0) {
        (void)H5Pclose(creation);
    }
    return ok ? SW_OK
              : sw_fail(err, SW_ERR_BAD_INPUT, "%s: no whole HDF5 file: it is cut off or damaged",
                        path);
}

sw_status sw_h5_file_open(sw_h5_file *h5, const char *path, const sw_file *bytes, sw_h5_forms forms,
                          sw_error *err) {
    begin(h5);
    h5->bytes = bytes;
    h5->size = bytes->size;
    SW_TRY(check_form(path, bytes->data, bytes->size, forms, err));
    h5->id = open_it(h5, path);
    return check_open(h5, path, err);
}

sw_status sw_h5_file_open_path(sw_h5_file *h5, const char *path, sw_h5_forms forms, sw_error *err) {
    begin(h5);
    sw_error why = {0};
    if (sw_file_check(path, &why) != SW_OK) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s", why.text);
    }
    h5->fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    if (h5->fd < 0 || fstat(h5->fd, &info) != 0) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: cannot be opened: %s", path,
                       sw_errno_text(errno));
    }
    char start[sizeof signature + 1];
    const ssize_t n = pread(h5->fd, start, sizeof start, 0);
    if (n < 0) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: cannot be read: %s", path, sw_errno_text(errno));
    }
    SW_TRY(check_form(path, start, (size_t)n, forms, err));
    h5->size = (uint64_t)info.st_size;
    h5->id = open_it(h5, path);
    return check_open(h5, path, err);
}

void sw_h5_file_close(sw_h5_file *h5) {
    if (!h5->used) {
        return;
    }
    sw_h5_file_forget_texts(h5);
    if (h5->id >= 0) {
        (void)H5Fclose(h5->id);
    }
    if (h5->fd >= 0) {
        (void)close(h5->fd);
    }
    if (--messages.n_open == 0) {
        (void)H5Eset_auto2(H5E_DEFAULT, messages.print, messages.data);
    }
    *h5 = (sw_h5_file){0};
}

// ------------------------------------------------------------------ what is inside

bool sw_h5_file_has(const sw_h5_file *h5, const char *path) {
    char part[MOST_PATH];
    const size_t n = strlen(path);
    SW_REQUIRE(n < sizeof part && path[0] == '/');
    for (size_t end = 2; end <= n; end++) {
        if (end < n && path[end] != '/') {
            continue;
        }
        memcpy(part, path, end);
        part[end] = '\0';
        H5L_info_t link;
        if (H5Lexists(h5->id, part, H5P_DEFAULT) <= 0 ||
            H5Lget_info(h5->id, part, &link, H5P_DEFAULT) < 0 || link.type != H5L_TYPE_HARD) {
            return false;
        }
    }
    return true;
}

sw_h5_place sw_h5_place_of(hid_t dataset) {
    const hid_t plist = H5Dget_create_plist(dataset);
    if (plist < 0) {
        return SW_H5_ELSEWHERE;
    }
    const H5D_layout_t layout = H5Pget_layout(plist);
    const bool here = H5Pget_external_count(plist) == 0;
    (void)H5Pclose(plist);
    return !here                                               ? SW_H5_ELSEWHERE
           : layout == H5D_COMPACT || layout == H5D_CONTIGUOUS ? SW_H5_PLAIN
           : layout == H5D_CHUNKED                             ? SW_H5_CHUNKS
                                                               : SW_H5_ELSEWHERE;
}

bool sw_h5_is_stored(hid_t dataset, uint64_t claimed_bytes, uint64_t file_bytes) {
    const uint64_t stored = H5Dget_storage_size(dataset);
    switch (sw_h5_place_of(dataset)) {
    case SW_H5_PLAIN:
        return stored == claimed_bytes && stored <= file_bytes;
    case SW_H5_CHUNKS:
        return stored >= claimed_bytes / SW_H5_MOST_INFLATION + (claimed_bytes > 0) &&
               stored <= file_bytes;
    case SW_H5_ELSEWHERE:
        break;
    }
    return false;
}

// ------------------------------------------------------------------ chunks

// Sets the bits of those filters of a dataset that make chunks shorter (`compress`) or end them
// with a checksum (`sum`), by their places among all.
static bool look_at_filters(hid_t plist, unsigned *compress, unsigned *sum) {
    const int n = H5Pget_nfilters(plist);
    if (n < 0 || n >= MOST_FILTER) {
        return false;
    }
    *compress = 0;
    *sum = 0;
    for (int i = 0; i < n; i++) {
        unsigned flags = 0;
        unsigned config = 0;
        size_t n_value = 0;
        const H5Z_filter_t filter =
            H5Pget_filter2(plist, (unsigned)i, &flags, &n_value, NULL, 0, NULL, &config);
        if (filter == H5Z_FILTER_FLETCHER32) {
            *sum |= 1U << i;
        } else if (filter != H5Z_FILTER_SHUFFLE) {
            *compress |= 1U << i;
        }
    }
    return true;
}

bool sw_h5_chunks_are_whole(hid_t dataset, uint64_t n, uint64_t element_bytes) {
    enum { SUM_BYTES = 4 };
    const hid_t plist = H5Dget_create_plist(dataset);
    hsize_t n_in_chunk = 0;
    unsigned compress = 0;
    unsigned sum = 0;
    bool whole = plist >= 0 && H5Pget_chunk(plist, 1, &n_in_chunk) == 1 && n_in_chunk > 0 &&
                 n_in_chunk <= UINT64_MAX / element_bytes - SUM_BYTES &&
                 look_at_filters(plist, &compress, &sum);
    for (hsize_t at = 0; whole && at < n; at += n_in_chunk) {
        unsigned left_out = 0; // filters, by their places
        haddr_t place = HADDR_UNDEF;
        hsize_t size = 0;
        whole = H5Dget_chunk_info_by_coord(dataset, &at, &left_out, &place, &size) >= 0 &&
                place != HADDR_UNDEF;
        if ((compress & ~left_out) == 0) {
            whole = whole &&
                    size == n_in_chunk * element_bytes + ((sum & ~left_out) != 0 ? SUM_BYTES : 0);
        }
        if (n_in_chunk > n - at) {
            break;
        }
    }
    if (plist >= 0) {
        (void)H5Pclose(plist);
    }
    return whole;
}

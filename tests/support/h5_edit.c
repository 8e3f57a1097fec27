#include "support/h5_edit.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/h5_file.h"
#include "support/h5_memory.h"

enum {
    MOST_EDIT = 8,
    MOST_NAMES = 256,
    NAME_TEXT = 64,
    MOST_EXTENT = 40,
    MOST_RANK = 3,
    MOST_VALUE = 4096,
    CUT = 255 // the file ends somewhere
};

unsigned h5_edit_next(h5_edit_input *in) {
    return in->at < in->size ? in->data[in->at++] : 0;
}

static uint64_t next_wide(h5_edit_input *in, int n_byte) {
    uint64_t number = 0;
    for (int i = 0; i < n_byte; i++) {
        number = number << 8 | h5_edit_next(in);
    }
    return number;
}

// ------------------------------------------------------------------ what there is

typedef struct name_list {
    unsigned n;
    char name[MOST_NAMES][NAME_TEXT];
} name_list;

static herr_t add_name(name_list *list, const char *name) {
    const size_t n = strlen(name);
    if (list->n < MOST_NAMES && n < NAME_TEXT) {
        memcpy(list->name[list->n++], name, n + 1);
    }
    return 0;
}

static herr_t take_link(hid_t group, const char *name, const H5L_info_t *info, void *list) {
    (void)group;
    (void)info;
    return add_name(list, name);
}

static herr_t take_attribute(hid_t owner, const char *name, const H5A_info_t *info, void *list) {
    (void)owner;
    (void)info;
    return add_name(list, name);
}

// Chooses a name of the list; "x" where there is none.
static const char *choose(const name_list *names, h5_edit_input *in) {
    const unsigned at = h5_edit_next(in);
    return names->n > 0 ? names->name[at % names->n] : "x";
}

// ------------------------------------------------------------------ types, shapes and values

static hid_t text_type(size_t size) {
    const hid_t type = H5Tcopy(H5T_C_S1);
    SW_REQUIRE(type >= 0 && H5Tset_size(type, size) >= 0);
    return type;
}

static hid_t make_type(h5_edit_input *in) {
    const hid_t ready[] = {H5T_IEEE_F64LE,     H5T_IEEE_F32LE, H5T_IEEE_F64BE, H5T_STD_I64LE,
                           H5T_STD_U64LE,      H5T_STD_I32LE,  H5T_STD_I8LE,   H5T_STD_U16BE,
                           H5T_NATIVE_LDOUBLE, H5T_STD_B32LE,  H5T_STD_REF_OBJ};
    const unsigned n_ready = sizeof ready / sizeof *ready;
    const unsigned kind = h5_edit_next(in) % (n_ready + 6);
    hid_t made = -1;
    switch (kind - n_ready) {
    case 0:
        return text_type(H5T_VARIABLE);
    case 1:
        made = text_type(H5T_VARIABLE);
        SW_REQUIRE(H5Tset_cset(made, H5T_CSET_UTF8) >= 0);
        return made;
    case 2:
        return text_type(1 + h5_edit_next(in));
    case 3:
        return H5Tvlen_create(H5T_IEEE_F64LE);
    case 4:
        return H5Tcreate(H5T_OPAQUE, 1 + h5_edit_next(in) % 32);
    case 5: {
        const hsize_t two = 2;
        return H5Tarray_create2(H5T_IEEE_F64LE, 1, &two);
    }
    default:
        return H5Tcopy(ready[kind]);
    }
}

// A space of small extents; `n` gets the number of its elements.
static hid_t make_space(h5_edit_input *in, size_t *n) {
    hsize_t extent[MOST_RANK];
    const int rank = (int)(h5_edit_next(in) % (MOST_RANK + 2)) - 1;
    *n = 1;
    if (rank < 0) {
        *n = 0;
        return H5Screate(H5S_NULL);
    }
    if (rank == 0) {
        return H5Screate(H5S_SCALAR);
    }
    for (int i = 0; i < rank; i++) {
        extent[i] = h5_edit_next(in) % (rank == 1 ? MOST_EXTENT : 4);
        *n *= (size_t)extent[i];
    }
    return H5Screate_simple(rank, extent, NULL);
}

// Values of any type that points to nothing; texts of variable length are made of the input.
typedef struct values {
    unsigned char raw[MOST_VALUE];
    char text[MOST_EXTENT][32];
} values;

static bool fill(values *v, hid_t type, size_t n, h5_edit_input *in) {
    memset(v, 0, sizeof *v);
    if (H5Tis_variable_str(type) > 0) {
        if (n > MOST_EXTENT) {
            return false;
        }
        for (size_t i = 0; i < n; i++) {
            const size_t length = h5_edit_next(in) % sizeof v->text[0];
            for (size_t c = 0; c < length; c++) {
                v->text[i][c] = (char)h5_edit_next(in);
            }
            const char *text = v->text[i];
            memcpy(v->raw + i * sizeof text, &text, sizeof text);
        }
        return true;
    }
    const size_t size = H5Tget_size(type);
    const H5T_class_t class = H5Tget_class(type);
    if (class == H5T_VLEN || class == H5T_REFERENCE || n * size > sizeof v->raw) {
        return false;
    }
    // A few values from the input, and these again.
    const size_t own = n * size < 16 ? n * size : 16;
    for (size_t i = 0; i < n * size; i++) {
        v->raw[i] = i < own ? (unsigned char)h5_edit_next(in) : v->raw[i - own];
    }
    return true;
}

// ------------------------------------------------------------------ edits

static void close_id(hid_t id) {
    if (id >= 0) {
        (void)H5Idec_ref(id);
    }
}

static void replace_attribute(hid_t owner, const char *name, h5_edit_input *in) {
    static values v;
    size_t n = 0;
    const hid_t type = make_type(in);
    const hid_t space = make_space(in, &n);
    (void)H5Adelete(owner, name);
    const hid_t made = H5Acreate2(owner, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    if (made >= 0 && fill(&v, type, n, in)) {
        (void)H5Awrite(made, type, v.raw);
    }
    close_id(made);
    close_id(space);
    close_id(type);
}

static hid_t make_layout(hid_t space, h5_edit_input *in) {
    const hid_t plist = H5Pcreate(H5P_DATASET_CREATE);
    SW_REQUIRE(plist >= 0);
    const hsize_t chunk[MOST_RANK] = {1 + h5_edit_next(in) % 8, 2, 2};
    const int rank = H5Sget_simple_extent_ndims(space);
    switch (h5_edit_next(in) % 5) {
    case 0:
        (void)H5Pset_layout(plist, H5D_COMPACT);
        break;
    case 1:
        if (rank > 0) {
            (void)H5Pset_chunk(plist, rank, chunk);
        }
        break;
    case 2:
        if (rank > 0) {
            (void)H5Pset_chunk(plist, rank, chunk);
            (void)H5Pset_shuffle(plist);
            (void)H5Pset_deflate(plist, 1);
            (void)H5Pset_fletcher32(plist);
        }
        break;
    case 3:
        (void)H5Pset_external(plist, "/etc/passwd", 0, H5F_UNLIMITED);
        break;
    default:
        break;
    }
    return plist;
}

static void replace_dataset(hid_t file, const char *name, h5_edit_input *in) {
    static values v;
    size_t n = 0;
    const hid_t type = make_type(in);
    const hid_t space = make_space(in, &n);
    const hid_t layout = make_layout(space, in);
    (void)H5Ldelete(file, name, H5P_DEFAULT);
    const hid_t made = H5Dcreate2(file, name, type, space, H5P_DEFAULT, layout, H5P_DEFAULT);
    const bool outside = made >= 0 && H5Pget_external_count(layout) > 0; // never write to it
    if (made >= 0 && n > 0 && !outside && fill(&v, type, n, in)) {
        (void)H5Dwrite(made, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, v.raw);
    }
    close_id(made);
    close_id(layout);
    close_id(space);
    close_id(type);
}

// Writes other values into a dataset. Not texts of variable length: HDF5 1.10 gives back those that
// were there, and moves memory of negative size when it does so in some files that it made itself.
static void assign_dataset(hid_t file, const char *name, h5_edit_input *in) {
    static values v;
    const hid_t set = H5Dopen2(file, name, H5P_DEFAULT);
    const hid_t space = set >= 0 ? H5Dget_space(set) : -1;
    const hid_t type = set >= 0 ? H5Dget_type(set) : -1;
    const hssize_t n = space >= 0 ? H5Sget_simple_extent_npoints(space) : 0;
    if (type >= 0 && n > 0 && n < MOST_VALUE && H5Tis_variable_str(type) <= 0 &&
        fill(&v, type, (size_t)n, in)) {
        (void)H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, v.raw);
    }
    close_id(type);
    close_id(space);
    close_id(set);
}

static void assign_attribute(hid_t owner, const char *name, h5_edit_input *in) {
    static values v;
    const hid_t attribute = H5Aopen(owner, name, H5P_DEFAULT);
    const hid_t space = attribute >= 0 ? H5Aget_space(attribute) : -1;
    const hid_t type = attribute >= 0 ? H5Aget_type(attribute) : -1;
    const hssize_t n = space >= 0 ? H5Sget_simple_extent_npoints(space) : 0;
    if (type >= 0 && n > 0 && n < MOST_VALUE && fill(&v, type, (size_t)n, in)) {
        (void)H5Awrite(attribute, type, v.raw);
    }
    close_id(type);
    close_id(space);
    close_id(attribute);
}

static void replace_by_link(hid_t file, const char *name, const char *other, h5_edit_input *in) {
    (void)H5Ldelete(file, name, H5P_DEFAULT);
    switch (h5_edit_next(in) % 4) {
    case 0:
        (void)H5Lcreate_soft(other, file, name, H5P_DEFAULT, H5P_DEFAULT);
        break;
    case 1:
        (void)H5Lcreate_external("/etc/passwd", other, file, name, H5P_DEFAULT, H5P_DEFAULT);
        break;
    case 2:
        (void)H5Lcreate_hard(file, other, file, name, H5P_DEFAULT, H5P_DEFAULT);
        break;
    default:
        close_id(H5Gcreate2(file, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
        break;
    }
}

// Edits an attribute of the root or of a dataset.
static void edit_attribute(hid_t file, const name_list *links, unsigned what, h5_edit_input *in) {
    static name_list names;
    names.n = 0;
    const bool root = h5_edit_next(in) % 2 == 0;
    const hid_t owner = H5Oopen(file, root ? "/" : choose(links, in), H5P_DEFAULT);
    if (owner < 0) {
        return;
    }
    (void)H5Aiterate2(owner, H5_INDEX_NAME, H5_ITER_INC, NULL, take_attribute, &names);
    const char *name = choose(&names, in);
    switch (what % 3) {
    case 0:
        (void)H5Adelete(owner, name);
        break;
    case 1:
        replace_attribute(owner, name, in);
        break;
    default:
        assign_attribute(owner, name, in);
        break;
    }
    close_id(owner);
}

static void edit_object(hid_t file, const name_list *links, unsigned what, h5_edit_input *in) {
    const char *name = choose(links, in);
    switch (what % 4) {
    case 0:
        (void)H5Ldelete(file, name, H5P_DEFAULT);
        break;
    case 1:
        replace_dataset(file, name, in);
        break;
    case 2:
        assign_dataset(file, name, in);
        break;
    default:
        replace_by_link(file, name, choose(links, in), in);
        break;
    }
}

// ------------------------------------------------------------------ the file

static void change_byte(unsigned char *file, size_t n, h5_edit_input *in) {
    const size_t at = (size_t)next_wide(in, 3);
    const unsigned value = h5_edit_next(in);
    const size_t length = 1 + h5_edit_next(in) % 4;
    for (size_t i = at % n; i < n && i < at % n + length; i++) {
        file[i] = (unsigned char)(file[i] ^ value);
    }
}

// Makes edits that HDF5 itself can make.
static void *edit_by_library(const void *file, size_t size, unsigned n_edit, h5_edit_input *in,
                             size_t *n) {
    static name_list links;
    (void)H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    const hid_t id = h5_memory_open(file, size);
    for (unsigned i = 0; i < n_edit && in->at < in->size; i++) {
        links.n = 0;
        (void)H5Literate(id, H5_INDEX_NAME, H5_ITER_INC, NULL, take_link, &links);
        const unsigned what = h5_edit_next(in);
        (what % 2 == 0 ? edit_attribute : edit_object)(id, &links, what / 2, in);
    }
    return h5_memory_close(id, n);
}

static void *copy_of(const void *file, size_t size) {
    void *copy = malloc(size);
    SW_REQUIRE(copy != NULL);
    return memcpy(copy, file, size);
}

void *h5_edit(const void *file, size_t size, h5_edit_input *in, size_t *n) {
    const unsigned n_edit = h5_edit_next(in) % MOST_EDIT;
    *n = size;
    unsigned char *copy =
        n_edit > 0 ? edit_by_library(file, size, n_edit, in, n) : copy_of(file, size);
    while (in->at < in->size) {
        if (h5_edit_next(in) == CUT) {
            *n = 1 + (size_t)next_wide(in, 3) % *n;
        } else {
            change_byte(copy, *n, in);
        }
    }
    return copy;
}

void h5_edit_keep_memory(void) {
    SW_REQUIRE(sw_h5_start()); // first: HDF5 would try again to close what it could not
    // The table of what a file holds in memory is larger than all else, and made anew for each
    // file.
    SW_REQUIRE(H5set_free_list_limits(-1, -1, 0, 0, 0, 0) >= 0);
}

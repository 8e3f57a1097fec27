// Texts of variable length of an HDF5 file: a reference names a heap (at a place in the file) and a
// number in it. A heap is "GCOL", version 1, its size, and objects one after another, each a
// number, its size and its bytes, filled up to 8 (HDF5 File Format Specification 3.0, III.E).
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/h5_file.h"
#include "base/h5_number.h"

enum { HEAP_HEAD = 16, OBJECT_HEAD = 16, LENGTH_BYTES = 4, PLACE_BYTES = 8, WORD = 8 };

// Of searches in one file; each text costs one step where texts are read in the order in which they
// were written.
#define MOST_STEP (INT64_C(1) << 30)

// ------------------------------------------------------------------ references

// Leaves references as they are in the file, where HDF5 would go and fetch the texts.
// NOLINTNEXTLINE(readability-function-size): the parameters are those that HDF5 gives
static herr_t keep_reference(hid_t from, hid_t to, H5T_cdata_t *data, size_t n, size_t stride,
                             size_t background, void *buffer, void *old, hid_t transfer) {
    (void)n;
    (void)stride;
    (void)background;
    (void)buffer;
    (void)old;
    (void)transfer;
    if (data->command == H5T_CONV_INIT) {
        data->need_bkg = H5T_BKG_NO;
        return H5Tget_size(from) == sizeof(sw_h5_reference) && H5Tget_size(to) == H5Tget_size(from)
                   ? 0
                   : -1;
    }
    return 0;
}

static int n_keeping; // files open that keep references

// Tells HDF5 how references are kept; false when it will not.
static bool make_reference_type(sw_h5_file *h5) {
    if (h5->reference > 0) {
        return true;
    }
    const hid_t text = H5Tcopy(H5T_C_S1);
    const hid_t reference = H5Tcreate(H5T_OPAQUE, sizeof(sw_h5_reference));
    const bool ok = text >= 0 && reference >= 0 && H5Tset_size(text, H5T_VARIABLE) >= 0 &&
                    (n_keeping > 0 || H5Tregister(H5T_PERS_SOFT, "text reference", text, reference,
                                                  keep_reference) >= 0);
    if (text >= 0) {
        (void)H5Tclose(text);
    }
    if (ok) {
        h5->reference = reference;
        n_keeping++;
    } else if (reference >= 0) {
        (void)H5Tclose(reference);
    }
    return ok;
}

void sw_h5_file_forget_texts(sw_h5_file *h5) {
    if (h5->reference > 0) {
        if (--n_keeping == 0) {
            (void)H5Tunregister(H5T_PERS_SOFT, "text reference", -1, -1, keep_reference);
        }
        (void)H5Tclose(h5->reference);
    }
    free(h5->heap.own);
}

bool sw_h5_file_references(sw_h5_file *h5, hid_t id, sw_h5_reference *reference) {
    if (!make_reference_type(h5)) {
        return false;
    }
    return H5Iget_type(id) == H5I_ATTR
               ? H5Aread(id, h5->reference, reference) >= 0
               : H5Dread(id, h5->reference, H5S_ALL, H5S_ALL, H5P_DEFAULT, reference) >= 0;
}

// ------------------------------------------------------------------ heaps

static bool read_at(const sw_h5_file *h5, uint64_t at, void *data, size_t n) {
    if (at > h5->size || n > h5->size - at) {
        return false;
    }
    if (h5->bytes != NULL) {
        memcpy(data, h5->bytes->data + at, n);
        return true;
    }
    size_t done = 0;
    while (done < n) {
        const ssize_t got = pread(h5->fd, (char *)data + done, n - done, (off_t)(at + done));
        if (got <= 0) {
            return false;
        }
        done += (size_t)got;
    }
    return true;
}

// Takes the bytes of a heap where they lie, or reads them from the disk.
static sw_status take_bytes(sw_h5_file *h5, uint64_t at, size_t size) {
    sw_h5_heap *heap = &h5->heap;
    if (h5->bytes != NULL) {
        heap->data = (const unsigned char *)h5->bytes->data + at;
        return SW_OK;
    }
    if (size > heap->room) {
        unsigned char *own = realloc(heap->own, size);
        if (own == NULL) {
            return SW_ERR_NO_MEMORY;
        }
        heap->own = own;
        heap->room = size;
    }
    heap->data = heap->own;
    h5->n_step += (int64_t)(size / sizeof(sw_h5_reference));
    return read_at(h5, at, heap->own, size) ? SW_OK : SW_ERR_BAD_INPUT;
}

static sw_status open_heap(sw_h5_file *h5, uint64_t at) {
    static const unsigned char start[8] = {'G', 'C', 'O', 'L', 1, 0, 0, 0};
    unsigned char head[HEAP_HEAD];
    if (h5->heap.at == at) {
        return SW_OK;
    }
    h5->heap.at = 0;
    if (at == 0 || !read_at(h5, at, head, sizeof head) || memcmp(head, start, sizeof start) != 0) {
        return SW_ERR_BAD_INPUT;
    }
    const uint64_t size = sw_h5_number(head + sizeof start, PLACE_BYTES);
    if (size < HEAP_HEAD || size > h5->size - at) {
        return SW_ERR_BAD_INPUT;
    }
    const sw_status status = take_bytes(h5, at, (size_t)size);
    if (status == SW_OK) {
        h5->heap.at = at;
        h5->heap.size = (size_t)size;
        h5->heap.next = HEAP_HEAD;
    }
    return status;
}

// Looks at the object at `at`: its number (0: none follow), where its bytes start, how many they
// are, and where the next one is. False when there is none.
static bool look(const sw_h5_heap *heap, size_t at, uint64_t *number, size_t *n, size_t *next) {
    if (at > heap->size || heap->size - at < OBJECT_HEAD) {
        return false;
    }
    *number = sw_h5_number(heap->data + at, 2);
    const uint64_t size = sw_h5_number(heap->data + at + WORD, PLACE_BYTES);
    const size_t rest = heap->size - at - OBJECT_HEAD;
    if (*number == 0 || size > rest) {
        return false;
    }
    *n = (size_t)size;
    const size_t filled = (*n + WORD - 1) / WORD * WORD;
    *next = at + OBJECT_HEAD + (filled < rest ? filled : rest);
    return true;
}

// Finds an object, first behind the one found before, then from the start of the heap.
static bool find_object(sw_h5_file *h5, uint64_t number, const unsigned char **data, size_t *n) {
    sw_h5_heap *heap = &h5->heap;
    const size_t from[2] = {heap->next, HEAP_HEAD};
    for (int pass = 0; pass < 2; pass++) {
        uint64_t found = 0;
        size_t next = 0;
        for (size_t at = from[pass]; look(heap, at, &found, n, &next); at = next) {
            if (++h5->n_step > MOST_STEP) {
                return false;
            }
            if (found == number) {
                *data = heap->data + at + OBJECT_HEAD;
                heap->next = next;
                return true;
            }
        }
    }
    return false;
}

sw_status sw_h5_file_text(sw_h5_file *h5, const sw_h5_reference *reference, const char **text,
                          size_t *n) {
    const unsigned char *byte = reference->byte;
    const uint64_t length = sw_h5_number(byte, LENGTH_BYTES);
    const uint64_t heap_at = sw_h5_number(byte + LENGTH_BYTES, PLACE_BYTES);
    const uint64_t number = sw_h5_number(byte + LENGTH_BYTES + PLACE_BYTES, 4);
    *text = "";
    *n = 0;
    if (length == 0) {
        return SW_OK; // an empty text has no object
    }
    SW_TRY(open_heap(h5, heap_at));
    const unsigned char *data = NULL;
    size_t size = 0;
    if (!find_object(h5, number, &data, &size) || size != length) {
        return SW_ERR_BAD_INPUT;
    }
    // Each text is there once, so that no file makes more of them than it holds.
    h5->n_text_byte += length;
    if (h5->n_text_byte > h5->size) {
        return SW_ERR_BAD_INPUT;
    }
    *text = (const char *)data;
    *n = size;
    return SW_OK;
}

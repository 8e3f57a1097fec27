// Local heaps of an HDF5 file: they hold the names of a group of the old form. Their unused pieces
// form a list, which HDF5 follows to its end without counting, and reads a little past the heap.
// A heap is "HEAP", version 0, and three words: its size, the first unused piece, where its bytes
// are; an unused piece starts with the place of the next one and its own size (HDF5 File Format
// Specification 3.0, III.D).
#include <string.h>

#include "base/h5_file.h"
#include "base/h5_number.h"

enum { WORD = 8, SIZE_AT = 8, UNUSED_AT = 16, PLACE_AT = 24, HEAD = 32, PIECE = 16 };

static const unsigned char start[WORD] = {'H', 'E', 'A', 'P', 0, 0, 0, 0};
static const uint64_t LAST_PIECE = 1; // stands for no place

// Follows the unused pieces of one heap as far as HDF5 does. Takes what it steps from
// `n_step_left`.
static bool is_sound(const sw_file *bytes, const unsigned char *head, size_t *n_step_left) {
    const uint64_t size = sw_h5_number(head + SIZE_AT, WORD);
    const uint64_t at = sw_h5_number(head + PLACE_AT, WORD);
    if (at > bytes->size || size > bytes->size - at) {
        return true; // HDF5 finds that itself
    }
    const unsigned char *heap = (const unsigned char *)bytes->data + at;
    uint64_t piece = sw_h5_number(head + UNUSED_AT, WORD);
    bool first = true;
    while (piece != LAST_PIECE && piece < size && (piece != 0 || first)) {
        if (size - piece < PIECE || *n_step_left == 0) {
            return false;
        }
        (*n_step_left)--;
        first = false;
        piece = sw_h5_number(heap + piece, WORD);
    }
    return true;
}

bool sw_h5_heaps_are_sound(const sw_file *bytes) {
    const unsigned char *at = (const unsigned char *)bytes->data;
    const unsigned char *end = at + bytes->size;
    size_t n_step_left = bytes->size / PIECE; // no two unused pieces share bytes
    while (end - at >= HEAD && (at = memchr(at, start[0], (size_t)(end - at) - HEAD + 1)) != NULL) {
        if (memcmp(at, start, sizeof start) == 0 && !is_sound(bytes, at, &n_step_left)) {
            return false;
        }
        at++;
    }
    return true;
}

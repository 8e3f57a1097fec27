// Local heaps of an HDF5 file: they hold the names of a group of the old form. Their unused pieces
// form a list, which HDF5 follows to its end without counting, and reads a little past the heap.
// A heap is "HEAP", version 0, and three words: its size, the first unused piece, where its bytes
// are; an unused piece starts with the place of the next one and its own size (HDF5 File Format
// Specification 3.0, III.D).
#include <string.h>

#include "base/h5_file.h"

enum { WORD = 8, SIZE_AT = 8, UNUSED_AT = 16, PLACE_AT = 24, HEAD = 32, PIECE = 16 };

static const unsigned char start[WORD] = {'H', 'E', 'A', 'P', 0, 0, 0, 0};
static const uint64_t LAST_PIECE = 1; // stands for no place

static uint64_t word_at(const unsigned char *byte) {
    uint64_t word = 0;
    for (int i = WORD - 1; i >= 0; i--) {
        word = word << 8 | byte[i];
    }
    return word;
}

// Follows the unused pieces of one heap as far as HDF5 does. Takes what it steps from
// `n_step_left`.
static bool is_sound(const sw_file *bytes, const unsigned char *head, size_t *n_step_left) {
    const uint64_t size = word_at(head + SIZE_AT);
    const uint64_t at = word_at(head + PLACE_AT);
    if (at > bytes->size || size > bytes->size - at) {
        return true; // HDF5 finds that itself
    }
    const unsigned char *heap = (const unsigned char *)bytes->data + at;
    uint64_t piece = word_at(head + UNUSED_AT);
    bool first = true;
    while (piece != LAST_PIECE && piece < size && (piece != 0 || first)) {
        if (size - piece < PIECE || *n_step_left == 0) {
            return false;
        }
        (*n_step_left)--;
        first = false;
        piece = word_at(heap + piece);
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

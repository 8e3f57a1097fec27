// Object headers of HDF5 of version 1, which have no checksum: messages one after another, each a
// type, a size, flags and its bytes, and blocks of more of them elsewhere in the file (HDF5 File
// Format Specification 3.0, IV.A.1.a). HDF5 divides by the sides of chunks when it opens a dataset.
#include "base/h5_file.h"
#include "base/h5_number.h"

enum {
    PREFIX = 16,
    BLOCK_BYTES_AT = 8,
    MESSAGE_HEAD = 8,
    PLACE = 8,
    SIDE = 4,
    PLACE_AND_LENGTH = 16,
    MOST_BLOCK = 64
};
enum { LAYOUT = 0x08, CONTINUATION = 0x10 }; // types of messages
enum { LAYOUT_VERSION = 3, CHUNKED = 2, CHUNKED_HEAD = 3 + PLACE };

typedef struct block {
    uint64_t at;
    uint64_t n;
} block;

// Version, class, rank, place and sides of chunks.
static bool is_layout_sound(const unsigned char *layout, uint64_t n) {
    if (n < 2 || layout[0] != LAYOUT_VERSION) {
        return false;
    }
    if (layout[1] != CHUNKED) {
        return true;
    }
    const uint64_t rank = n > 2 ? layout[2] : 0;
    bool sound = rank > 0 && n >= CHUNKED_HEAD + rank * SIDE;
    for (uint64_t i = 0; sound && i < rank; i++) {
        sound = sw_h5_number(layout + CHUNKED_HEAD + i * SIDE, SIDE) > 0;
    }
    return sound;
}

bool sw_h5_layout_is_sound(const sw_file *bytes, uint64_t header_at) {
    const unsigned char *data = (const unsigned char *)bytes->data;
    if (header_at > bytes->size || bytes->size - header_at < PREFIX || data[header_at] != 1) {
        return true;
    }
    block blocks[MOST_BLOCK] = {
        {header_at + PREFIX, sw_h5_number(data + header_at + BLOCK_BYTES_AT, 4)}};
    int n_block = 1;
    for (int i = 0; i < n_block; i++) {
        uint64_t at = blocks[i].at;
        if (at > bytes->size || blocks[i].n > bytes->size - at) {
            return false;
        }
        const uint64_t end = at + blocks[i].n;
        while (end - at >= MESSAGE_HEAD) {
            const unsigned type = (unsigned)sw_h5_number(data + at, 2);
            const uint64_t n = sw_h5_number(data + at + 2, 2);
            at += MESSAGE_HEAD;
            if (n > end - at || (type == LAYOUT && !is_layout_sound(data + at, n))) {
                return false;
            }
            if (type == CONTINUATION) {
                if (n < PLACE_AND_LENGTH || n_block == MOST_BLOCK) {
                    return false;
                }
                blocks[n_block++] =
                    (block){sw_h5_number(data + at, PLACE), sw_h5_number(data + at + PLACE, PLACE)};
            }
            at += n;
        }
    }
    return true;
}

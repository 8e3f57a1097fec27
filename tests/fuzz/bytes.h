// bytes.h -- a fuzzer's input as a row of small numbers, and larger ones made of them.
#ifndef SW_TESTS_FUZZ_BYTES_H
#define SW_TESTS_FUZZ_BYTES_H

#include <float.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct bytes {
    const unsigned char *data;
    size_t size;
    size_t at;
} bytes;

// Returns the next byte; 0 after the end.
static inline unsigned bytes_next(bytes *in) {
    return in->at < in->size ? in->data[in->at++] : 0;
}

static inline uint64_t bytes_raw(bytes *in) {
    uint64_t raw = 0;
    for (int i = 0; i < 8; i++) {
        raw = raw << 8 | bytes_next(in);
    }
    return raw;
}

// Returns a whole number: mostly small ones, the ends of types, or any.
static inline int64_t bytes_whole(bytes *in) {
    static const int64_t end[] = {INT32_MIN, INT32_MAX, UINT32_MAX, INT64_MIN, INT64_MAX};
    enum { N_END = sizeof end / sizeof end[0] };
    const unsigned kind = bytes_next(in);
    if (kind < N_END) {
        return end[kind];
    }
    return kind == N_END ? (int64_t)(bytes_raw(in) >> 1) : (int64_t)kind - 32;
}

// Returns a number: the odd ones, mostly quarters of small ones, or any.
static inline double bytes_number(bytes *in) {
    static const double odd[] = {
        0.0,    -0.0,   (double)NAN, (double)INFINITY, -(double)INFINITY, 1e300,
        -1e300, 1e-300, DBL_MAX,     -DBL_MAX,         DBL_MIN / 4.0,     DBL_EPSILON,
        1e9,    -1e9,   1e17,        0x1p26,           0x1p-27,           0x1p31,
        0x1p63,
    };
    enum { N_ODD = sizeof odd / sizeof odd[0] };
    const unsigned kind = bytes_next(in);
    if (kind < N_ODD) {
        return odd[kind];
    }
    if (kind == N_ODD) {
        const uint64_t raw = bytes_raw(in);
        double any;
        memcpy(&any, &raw, sizeof any);
        return any;
    }
    return ((double)kind - 100.0) / 4.0;
}

#endif

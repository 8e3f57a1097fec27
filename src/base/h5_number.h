// h5_number.h -- numbers as HDF5 keeps them in files.
#ifndef SW_BASE_H5_NUMBER_H
#define SW_BASE_H5_NUMBER_H

#include <stdint.h>

// Returns the number that `n` bytes (1 to 8) give, the lowest first.
static inline uint64_t sw_h5_number(const unsigned char *byte, int n) {
    uint64_t number = 0;
    for (int i = n - 1; i >= 0; i--) {
        number = number << 8 | byte[i];
    }
    return number;
}

#endif

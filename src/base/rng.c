#include "base/rng.h"

#include <string.h>

static double from_bits(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

void sw_rng_uniform_block(uint64_t seed, sw_rng_purpose purpose, uint32_t stream, uint64_t first,
                          double u[SW_RNG_BLOCK]) {
    // One array per word and one loop per round, so that compilers turn them into vector code.
    uint32_t c0[SW_RNG_BLOCK];
    uint32_t c1[SW_RNG_BLOCK];
    uint32_t c2[SW_RNG_BLOCK];
    uint32_t c3[SW_RNG_BLOCK];
    for (uint64_t i = 0; i < SW_RNG_BLOCK; i++) {
        c0[i] = (uint32_t)purpose;
        c1[i] = stream;
        c2[i] = (uint32_t)(first + i);
        c3[i] = (uint32_t)((first + i) >> 32) << 8;
    }
    uint32_t k0 = (uint32_t)seed;
    uint32_t k1 = (uint32_t)(seed >> 32);
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < SW_RNG_BLOCK; i++) {
            const uint64_t p0 = (uint64_t)0xD2511F53u * c0[i];
            const uint64_t p1 = (uint64_t)0xCD9E8D57u * c2[i];
            c0[i] = (uint32_t)(p1 >> 32) ^ c1[i] ^ k0;
            c2[i] = (uint32_t)(p0 >> 32) ^ c3[i] ^ k1;
            c1[i] = (uint32_t)p1;
            c3[i] = (uint32_t)p0;
        }
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    // The upper 53 bits become a double in two exact halves, placed in the digits of 2^84 and 2^52.
    for (int i = 0; i < SW_RNG_BLOCK; i++) {
        const uint64_t x53 = (((uint64_t)c1[i] << 32) | c0[i]) >> 11;
        const double upper = from_bits(0x4530000000000000u | (x53 >> 32)) - 0x1p84;
        const double lower = from_bits(0x4330000000000000u | (x53 & 0xFFFFFFFFu)) - 0x1p52;
        const double v = ((upper + lower) + 0.5) * 0x1p-53;
        u[i] = v < 1.0 ? v : 1.0 - 0x1p-53;
    }
}

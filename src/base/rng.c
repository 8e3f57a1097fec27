#include "base/rng.h"

#include <string.h>

#include "base/compiler.h"
#if SW_HAS_TARGETS
#include <immintrin.h>
#endif

static inline double from_bits(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

// Maps 64 random bits to u as sw_rng_unit does: the upper 53 bits become a double in two exact
// halves, placed in the digits of 2^84 and 2^52, which vector instructions can do.
static SW_ALWAYS_INLINE double unit(uint64_t bits) {
    const uint64_t x53 = bits >> 11;
    const double upper = from_bits(0x4530000000000000u | (x53 >> 32)) - 0x1p84;
    const double lower = from_bits(0x4330000000000000u | (x53 & 0xFFFFFFFFu)) - 0x1p52;
    const double v = ((upper + lower) + 0.5) * 0x1p-53;
    return v < 1.0 ? v : 1.0 - 0x1p-53;
}

void sw_rng_uniform_block_plain(uint64_t seed, sw_rng_purpose purpose, uint32_t stream,
                                uint64_t first, double u[SW_RNG_BLOCK]) {
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
    for (int i = 0; i < SW_RNG_BLOCK; i++) {
        u[i] = unit(((uint64_t)c1[i] << 32) | c0[i]);
    }
}

#if SW_HAS_TARGETS
// The same by vectors of four counters, of which each word stands in the lower half of 64 bits;
// what the upper halves hold does not matter to the products. Two vectors at a time, so that no
// round waits for the one before. Compilers find no such code by themselves.
SW_TARGET("avx2")
static void fill_with_avx2(uint64_t seed, sw_rng_purpose purpose, uint32_t stream, uint64_t first,
                           double u[SW_RNG_BLOCK]) {
    enum { VECTORS = 2, LANES = 4, STEP = VECTORS * LANES };
    uint64_t bits[SW_RNG_BLOCK];
    const __m256i m0 = _mm256_set1_epi64x(0xD2511F53);
    const __m256i m1 = _mm256_set1_epi64x(0xCD9E8D57);
    for (uint64_t from = 0; from < SW_RNG_BLOCK; from += STEP) {
        __m256i c0[VECTORS];
        __m256i c1[VECTORS];
        __m256i c2[VECTORS];
        __m256i c3[VECTORS];
        for (uint64_t v = 0; v < VECTORS; v++) {
            const uint64_t lane = first + from + v * LANES;
            const __m256i index =
                _mm256_add_epi64(_mm256_set1_epi64x((int64_t)lane), _mm256_set_epi64x(3, 2, 1, 0));
            c0[v] = _mm256_set1_epi64x((int64_t)purpose);
            c1[v] = _mm256_set1_epi64x((int64_t)stream);
            c2[v] = index;
            c3[v] = _mm256_slli_epi64(_mm256_srli_epi64(index, 32), 8);
        }
        uint32_t k0 = (uint32_t)seed;
        uint32_t k1 = (uint32_t)(seed >> 32);
        for (int round = 0; round < 10; round++) {
            const __m256i key0 = _mm256_set1_epi64x((int64_t)k0);
            const __m256i key1 = _mm256_set1_epi64x((int64_t)k1);
            for (int v = 0; v < VECTORS; v++) {
                const __m256i p0 = _mm256_mul_epu32(m0, c0[v]);
                const __m256i p1 = _mm256_mul_epu32(m1, c2[v]);
                c0[v] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p1, 32), c1[v]), key0);
                c2[v] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p0, 32), c3[v]), key1);
                c1[v] = p1;
                c3[v] = p0;
            }
            k0 += 0x9E3779B9u;
            k1 += 0xBB67AE85u;
        }
        for (uint64_t v = 0; v < VECTORS; v++) {
            // Word 1 into the upper half, word 0 below it.
            const __m256i joined = _mm256_blend_epi32(c0[v], _mm256_slli_epi64(c1[v], 32), 0xAA);
            memcpy(bits + from + v * LANES, &joined, sizeof joined);
        }
    }
    for (int i = 0; i < SW_RNG_BLOCK; i++) {
        u[i] = unit(bits[i]);
    }
}
#endif

void sw_rng_uniform_block(uint64_t seed, sw_rng_purpose purpose, uint32_t stream, uint64_t first,
                          double u[SW_RNG_BLOCK]) {
#if SW_HAS_TARGETS
    if (SW_CPU_HAS("avx2")) {
        fill_with_avx2(seed, purpose, stream, first, u);
        return;
    }
#endif
    sw_rng_uniform_block_plain(seed, purpose, stream, first, u);
}

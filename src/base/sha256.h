// sha256.h -- SHA-256 (FIPS 180-4), by which results record the files they came from. Not meant for secrets.
#ifndef SW_BASE_SHA256_H
#define SW_BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { SW_SHA256_BYTES = 32, SW_SHA256_HEX = 65 }; // HEX: 64 digits and the final 0

// A hash under way; plain data, in the caller's storage.
typedef struct sw_sha256 {
    uint32_t state[8];
    uint64_t n_byte;   // taken so far
    uint8_t block[64]; // the last n_byte % 64 bytes, not hashed yet
} sw_sha256;

// Starts a hash.
void sw_sha256_init(sw_sha256 *hash);
// Takes `n` more bytes. Nullable: data when n is 0.
void sw_sha256_update(sw_sha256 *hash, const void *data, size_t n);
// Ends the hash; it must be started anew before it is used again.
void sw_sha256_final(sw_sha256 *hash, uint8_t digest[SW_SHA256_BYTES]);
// Ends the hash and writes it as 64 lower-case hexadecimal digits.
void sw_sha256_final_hex(sw_sha256 *hash, char hex[SW_SHA256_HEX]);

#endif

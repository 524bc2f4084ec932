/* SHA-256, for digests of data and models; not for secrets. Source: FIPS 180-4. One thread per
 * struct. */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

struct sha256 {
    uint32_t state[8];
    uint64_t size;
    uint8_t block[64];
};

enum { SHA256_TEXT_SIZE = 65 };

void sha256_init(struct sha256 *sha);
void sha256_update(struct sha256 *sha, const void *data, size_t size);
void sha256_finish_hex(struct sha256 *sha, char ret_text[SHA256_TEXT_SIZE]);

#endif

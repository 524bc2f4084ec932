/* SHA-256 as FIPS 180-4 writes it: 64-byte blocks, 64 rounds, big-endian words. `size` counts the
 * bytes so far; the bytes of an unfinished block wait in `block`.
 */
#include "base/sha256.h"

#include <stdio.h>
#include <string.h>

enum { BLOCK_SIZE = 64, LENGTH_OFFSET = 56 };

static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate_right(uint32_t x, int k)
{
    return (x >> k) | (x << (32 - k));
}

static void expand_block(const uint8_t *block, uint32_t w[64])
{
    for (int t = 0; t < 16; t++)
        w[t] = (uint32_t)block[4 * t] << 24 | (uint32_t)block[4 * t + 1] << 16 |
               (uint32_t)block[4 * t + 2] << 8 | (uint32_t)block[4 * t + 3];
    for (int t = 16; t < 64; t++) {
        uint32_t x = w[t - 15], y = w[t - 2];
        uint32_t sigma0 = rotate_right(x, 7) ^ rotate_right(x, 18) ^ (x >> 3);
        uint32_t sigma1 = rotate_right(y, 17) ^ rotate_right(y, 19) ^ (y >> 10);
        w[t] = sigma1 + w[t - 7] + sigma0 + w[t - 16];
    }
}

static void compress(uint32_t state[8], const uint8_t *block)
{
    uint32_t w[64], s[8];
    expand_block(block, w);
    memcpy(s, state, sizeof s);
    for (int t = 0; t < 64; t++) {
        uint32_t a = s[0], b = s[1], c = s[2], e = s[4], f = s[5], g = s[6];
        uint32_t sum1 = rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25);
        uint32_t sum0 = rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22);
        uint32_t t1 = s[7] + sum1 + ((e & f) ^ (~e & g)) + round_constants[t] + w[t];
        uint32_t t2 = sum0 + ((a & b) ^ (a & c) ^ (b & c));
        memmove(s + 1, s, 7 * sizeof s[0]);
        s[4] += t1;
        s[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++)
        state[i] += s[i];
}

void sha256_init(struct sha256 *sha)
{
    *sha = (struct sha256){.state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f,
                                     0x9b05688c, 0x1f83d9ab, 0x5be0cd19}};
}

void sha256_update(struct sha256 *sha, const void *data, size_t size)
{
    const uint8_t *bytes = data;
    size_t waiting = sha->size % BLOCK_SIZE;
    sha->size += size;
    if (waiting + size < BLOCK_SIZE) {
        if (size)
            memcpy(sha->block + waiting, bytes, size);
        return;
    }
    if (waiting) {
        size_t missing = BLOCK_SIZE - waiting;
        memcpy(sha->block + waiting, bytes, missing);
        compress(sha->state, sha->block);
        bytes += missing;
        size -= missing;
    }
    for (; size >= BLOCK_SIZE; bytes += BLOCK_SIZE, size -= BLOCK_SIZE)
        compress(sha->state, bytes);
    if (size)
        memcpy(sha->block, bytes, size);
}

void sha256_finish_hex(struct sha256 *sha, char ret_text[SHA256_TEXT_SIZE])
{
    const uint64_t bits = sha->size * 8;
    size_t waiting = sha->size % BLOCK_SIZE;
    sha->block[waiting++] = 0x80;
    if (waiting > LENGTH_OFFSET) {
        memset(sha->block + waiting, 0, BLOCK_SIZE - waiting);
        compress(sha->state, sha->block);
        waiting = 0;
    }
    memset(sha->block + waiting, 0, LENGTH_OFFSET - waiting);
    for (int i = 0; i < 8; i++)
        sha->block[LENGTH_OFFSET + i] = (uint8_t)(bits >> (56 - 8 * i));
    compress(sha->state, sha->block);
    for (size_t i = 0; i < 8; i++)
        snprintf(ret_text + 8 * i, 9, "%08x", (unsigned)sha->state[i]);
}

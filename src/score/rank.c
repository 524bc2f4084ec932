/* Radix selection, used by the top-k score of every frame and by the pooled pixel percentile.
 *
 * The bits of a float, read as an integer, sort like the number once negative ones are inverted.
 * Three histograms over 11, 11 and 10 bits of that key narrow down the k-th largest from the top.
 * Zero and minus zero are different keys but equal numbers; whoever compares with `>` sees no
 * difference.
 */
#include "score/rank.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

enum { BINS_MAX = 2048 };

static uint32_t key_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits ^ ((bits >> 31) ? UINT32_MAX : UINT32_C(1) << 31);
}

static float value_of(uint32_t key)
{
    uint32_t bits = key ^ ((key >> 31) ? UINT32_C(1) << 31 : UINT32_MAX);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* The bin that holds the k-th largest of those keys that begin like `prefix`; *k becomes its rank
 * inside. */
static uint32_t find_bin(const float *values, size_t count, uint32_t prefix, uint32_t prefix_mask,
                         int shift, uint32_t bins, size_t *k)
{
    size_t histogram[BINS_MAX] = {0};
    for (size_t i = 0; i < count; i++) {
        uint32_t key = key_of(values[i]);
        if ((key & prefix_mask) == prefix)
            histogram[(key >> shift) & (bins - 1)]++;
    }
    uint32_t bin = bins - 1;
    while (histogram[bin] < *k) {
        assert(bin > 0);
        *k -= histogram[bin--];
    }
    return bin;
}

float rank_largest(const float *values, size_t count, size_t k)
{
    assert(k >= 1 && k <= count);
    static const struct {
        int shift;
        uint32_t bins, mask_before;
    } passes[] = {{21, 2048, 0}, {10, 2048, 0xffe00000}, {0, 1024, 0xfffffc00}};
    uint32_t key = 0;
    for (size_t i = 0; i < sizeof passes / sizeof passes[0]; i++)
        key |=
            find_bin(values, count, key, passes[i].mask_before, passes[i].shift, passes[i].bins, &k)
            << passes[i].shift;
    return value_of(key);
}

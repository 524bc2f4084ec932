/* Aligned memory on top of malloc, the one allocator that is the same everywhere: aligned_alloc is
 * missing on Windows, and the tests let malloc fail. The address that malloc gave lies just before
 * the array.
 */
#include "model/floats.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 };

float *floats_create(size_t count, struct error *err)
{
    const size_t extra = ALIGNMENT + sizeof(void *);
    void *raw =
        count < (SIZE_MAX - extra) / sizeof(float) ? malloc(count * sizeof(float) + extra) : NULL;
    if (!raw) {
        error_set(err, ERROR_MEMORY, "no memory for %zu MB of network values",
                  count / (1024 * 1024) * sizeof(float));
        return NULL;
    }
    const uintptr_t first = (uintptr_t)raw + sizeof(void *);
    const uintptr_t aligned = (first + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    char *start = (char *)raw + (aligned - (uintptr_t)raw);
    memcpy(start - sizeof raw, &raw, sizeof raw);
    return (float *)(void *)start;
}

void floats_destroy(float *floats)
{
    if (!floats)
        return;
    void *raw;
    memcpy(&raw, (char *)floats - sizeof raw, sizeof raw);
    free(raw);
}

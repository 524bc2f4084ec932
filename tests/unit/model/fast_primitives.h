/* Finds the slow primitive that oneDNN silently falls back to, in the lines of *_describe. */
#ifndef TESTS_FAST_PRIMITIVES_H
#define TESTS_FAST_PRIMITIVES_H

#include "model/compute.h"

#include <stdbool.h>
#include <string.h>

/* Below AVX2 the library has nothing faster for some passes. */
static inline bool machine_has_fast_primitives(void)
{
    const struct compute_info info = compute_describe();
    return strncmp(info.isa, "avx2", 4) == 0 || strncmp(info.isa, "avx512", 6) == 0;
}

static inline bool describes_reference_primitive(const char *lines)
{
    return strstr(lines, " ref") || strstr(lines, ":ref");
}

static inline int count_lines(const char *text)
{
    int lines = 0;
    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

#endif

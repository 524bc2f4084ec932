/* Makes the n-th allocation of the code under test fail, so that every "no memory" path is walked.
 *
 * For programs linked with failing_alloc_link_args (see meson.build): the linker sends malloc,
 * calloc and realloc of our own objects here. Include in one .c file of a program.
 *
 *     for (long n = 0; ; n++) {
 *         allocations_until_failure = n;
 *         thing = thing_create(&err);
 *         allocations_until_failure = -1;
 *         if (thing) break;
 *         CHECK_INT(err.code, ERROR_MEMORY);
 *     }
 */
#ifndef TESTS_FAILING_ALLOC_H
#define TESTS_FAILING_ALLOC_H

#include <stdbool.h>
#include <stddef.h>

static long allocations_until_failure = -1; /* -1 = none fails; stays at 0 once reached */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

static bool allocation_fails(void)
{
    if (allocations_until_failure > 0)
        allocations_until_failure--;
    else if (allocations_until_failure == 0)
        return true;
    return false;
}

void *__wrap_malloc(size_t size)
{
    return allocation_fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return allocation_fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    return allocation_fails() ? NULL : __real_realloc(memory, size);
}

#endif

/* One fuzz target a file: fuzz-<noun>.c defines the two functions below.
 *
 * With clang and -Dlibfuzzer=true the target is a libFuzzer program (which makes its own inputs);
 * otherwise smoke.c mutates the seeds some thousands of times, the same way each time. A target
 * aborts (assert) when a promise is broken; sanitizers see the rest. Say what is promised at the
 * top of the file: "does not crash" alone is a weak test.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* libFuzzer's name for it. Always returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Appends good input number `index` to `out`; false behind the last one. */
bool fuzz_seed(size_t index, struct buffer *out);

#endif

/* A zip archive in memory, for something small that is written whole or not at all.
 *
 * Names inside are given by us: letters, digits, '.', '_', '-' and '/', relative, asserted.
 * Ownership: zip_finish takes a zeroed struct. One thread. Errors: ERROR_MEMORY, ERROR_INTERNAL
 * with the library's words.
 */
#ifndef REPORT_SUPPORT_ZIP_H
#define REPORT_SUPPORT_ZIP_H

#include "base/buffer.h"

#include <stdint.h>

struct archive;

struct zip {
    struct archive *archive; /* NULL once closed */
    struct buffer bytes;     /* the archive, after zip_close */
    int64_t utc_ms;          /* the time of all entries */
};

MUST_CHECK bool zip_init(struct zip *zip, int64_t utc_ms, struct error *err);
MUST_CHECK bool zip_add(struct zip *zip, const char *name, const void *data, size_t size,
                        struct error *err);
MUST_CHECK bool zip_close(struct zip *zip, struct error *err);
void zip_finish(struct zip *zip);

bool zip_name_is_safe(const char *name);

#endif

/* Private to support*.c: the parts of the archive. Each appends text as it is; secrets are taken
 * out afterwards. Errors: the reason why there is no such part. */
#ifndef REPORT_SUPPORT_PARTS_H
#define REPORT_SUPPORT_PARTS_H

#include "platform/file.h"
#include "report/support.h"

struct support_part {
    const char *name, *what;
    bool (*write)(const struct support_request *request, struct buffer *out, struct error *err);
};

extern const struct support_part support_parts[];
extern const size_t support_part_count;

/* The last `most` bytes of a file, from the beginning of a line on. A file that is not there gives
 * nothing. */
MUST_CHECK bool support_tail(const char *path, size_t most, struct buffer *out, struct error *err);

MUST_CHECK bool support_list_files(const struct support_request *request, struct buffer *out,
                                   struct error *err);

/* Evidence of the last days as paths relative to the project folder, newest first. */
enum { SUPPORT_PICTURES_MAX = 200 };
struct support_pictures {
    size_t count, more; /* more: beyond the bound */
    char (*paths)[PATH_SIZE];
};
MUST_CHECK bool support_pictures_find(const struct support_request *request,
                                      struct support_pictures *ret_pictures, struct error *err);
void support_pictures_finish(struct support_pictures *pictures);

#endif

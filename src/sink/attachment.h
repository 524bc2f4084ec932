/* The pictures of a record that go along with an e-mail: the comparison and the camera picture, as
 * files that lie inside the project and fit the bounds. */
#ifndef SINK_ATTACHMENT_H
#define SINK_ATTACHMENT_H

#include "base/buffer.h"
#include "config/project.h"

#include <jansson.h>

enum { ATTACHMENTS_MAX = 4, ATTACHMENT_BYTES_MAX = 5 * 1024 * 1024 };

struct attachment {
    char name[128];
    struct buffer contents;
};

struct attachment_list {
    size_t count;
    struct attachment items[ATTACHMENTS_MAX];
    struct buffer notes; /* a line for each picture that had to stay behind, and why */
};

/* Never fails: an alert without pictures is better than none. */
void attachment_list_read(const json_t *record, const struct project *project,
                          struct attachment_list *ret_list);
void attachment_list_finish(struct attachment_list *list);

#endif

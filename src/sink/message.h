/* A record as people read it: one line that fits a phone's lock screen (what, where, how sure,
 * since when), and a plain text with all of it. Pure.
 *
 * Texts in a record come from cameras, files and servers: control characters become spaces, and the
 * line is cut to MESSAGE_LINE_MAX bytes at a whole character. A type that is not known yet is told
 * by its name and text, never dropped. Ownership: message_finish frees and takes a zeroed one.
 */
#ifndef SINK_MESSAGE_H
#define SINK_MESSAGE_H

#include "base/buffer.h"

#include <jansson.h>
#include <stdint.h>

enum { MESSAGE_LINE_MAX = 160 };

struct message {
    char line[MESSAGE_LINE_MAX + 1];
    struct buffer text; /* lines end in "\n" */
    char reference[64]; /* event_id, or seq and time for what has none */
};

/* `project_name`: the name of the project folder, by which people know the rig. */
MUST_CHECK bool message_from_record(const json_t *record, const char *project_name,
                                    struct message *ret_message, struct error *err);
void message_finish(struct message *message);

/* What Slack's incoming webhook takes: text (for the notification) and blocks. The caller decrefs;
 * NULL with ERROR_MEMORY. */
json_t *message_slack_payload(const struct message *message, struct error *err);

/* "rig-3" of "/home/lab/rig-3", and of "." there; "leakwatch" where the name is not known. */
void message_project_name(const char *root, char *ret_name, size_t size);

#endif

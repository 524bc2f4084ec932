/* What pages are made with: those of summary*.c, and the page of evaluate/. */
#ifndef REPORT_SUMMARY_PARTS_H
#define REPORT_SUMMARY_PARTS_H

#include "base/buffer.h"

/* Escapes what a function of day_text.h has put into `part`, and empties it. */
void html_append_part(struct buffer *out, struct buffer *part);
void base64_append(struct buffer *out, const void *data, size_t size);
/* The style sheet of the page. */
void html_append_style(struct buffer *out);

#endif

/* Sentences broken into lines for a terminal. Pure but for memory; failures show in `out`. */
#ifndef REPORT_WRAPPED_TEXT_H
#define REPORT_WRAPPED_TEXT_H

#include "base/buffer.h"

enum { WRAPPED_WIDTH = 100 }; /* columns */

/* Appends the words of `text` and a line feed. The first line begins in column `indent`, where the
 * caller has brought it; further lines are indented so. A word that is too long for a line has one
 * for itself. */
void wrapped_append(struct buffer *out, const char *text, size_t indent);

#endif

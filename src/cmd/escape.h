/* Texts inside of other languages: what stands for a character that means something there. Shared
 * by the writers of completion scripts and of the man page. */
#ifndef CMD_ESCAPE_H
#define CMD_ESCAPE_H

#include "base/buffer.h"

/* Rules end with a row without `into`. */
struct escape {
    char of;
    const char *into;
};

void escape_append(const char *text, const struct escape *rules, struct buffer *out);

#endif

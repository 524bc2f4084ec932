/* The computer, for reports of problems: operating system, processor, memory. No names of people or
 * hosts. Lines of text; what cannot be found out is left out. Any thread. */
#ifndef PLATFORM_SYSTEM_H
#define PLATFORM_SYSTEM_H

#include "base/buffer.h"

void system_describe(struct buffer *out);

#endif

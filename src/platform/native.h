/* What the portable half of this module asks of each platform folder, beyond the public headers.
 * Private to src/platform/. Any thread.
 */
#ifndef PLATFORM_NATIVE_H
#define PLATFORM_NATIVE_H

#include <stdint.h>

/* Seconds that local time is ahead of UTC at this instant. */
int native_utc_offset_s(int64_t utc_s);

/* First call of every new thread: `name` for top and gdb, signals left to the main thread. */
void native_thread_enter(const char *name);

#endif

/* The wish to stop (Ctrl+C, SIGTERM, closing the console), as a flag that any thread may read and
 * wait for.
 *
 * `stop_install` is called once, by main. The first signal asks for an orderly stop; a second
 * SIGINT ends the process at once. SIGPIPE is ignored: a closed socket is an error value. Any
 * thread may call the rest.
 */
#ifndef PLATFORM_SIGNAL_H
#define PLATFORM_SIGNAL_H

#include "base/error.h"

#include <stdint.h>

MUST_CHECK bool stop_install(struct error *err);
bool stop_requested(void);
void stop_request(void); /* as if a signal had come; also for tests */
/* Waits until a stop is wished (true) or `timeout_ms` is over (false). */
bool stop_wait(int timeout_ms);

#endif

/* A few frames of a source, for commands that only look: opens it, reads, closes.
 *
 * Each frame is valid during `visit` only, which may return false to stop without an error. Thread:
 * the caller's, which waits. Errors: those of source_open and source_read; ERROR_DEVICE when
 * `timeout_ms` is over before `count` frames came (naming how many did); ERROR_CANCELLED when a
 * stop was requested meanwhile. A finite source that ends earlier is no error: see `ret_count`.
 */
#ifndef CAMERA_GRAB_H
#define CAMERA_GRAB_H

#include "camera/source.h"

MUST_CHECK bool grab_frames(const struct source_settings *settings, int count, int timeout_ms,
                            bool (*visit)(void *context, const struct frame *frame), void *context,
                            int *ret_count, struct error *err);

#endif

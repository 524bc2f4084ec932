/* Follows state/accepted.jsonl while a live monitor runs: what people declare normal, or take back,
 * reaches the detector without a restart.
 *
 * What stands there at the start the detector has read itself. A file that is gone accepts nothing;
 * one that cannot be understood changes nothing, until it can again. Thread: the supervisor's.
 * Ownership: accepted_follower_destroy takes NULL.
 */
#ifndef MONITOR_ACCEPTED_FOLLOWER_H
#define MONITOR_ACCEPTED_FOLLOWER_H

#include "sink/accepted.h"

struct accepted_follower;

/* Borrows the path. NULL with ERROR_MEMORY. */
struct accepted_follower *accepted_follower_create(const char *path, struct error *err);
void accepted_follower_destroy(struct accepted_follower *follower);

/* Reads the file once; `take` gets the whole list when it is another than before. */
void accepted_follower_poll(struct accepted_follower *follower,
                            void (*take)(void *context, const struct accepted *list),
                            void *context);

#endif

/* One event of a command that does not stay: recorded, and told to people when its `notify` is set.
 *
 * Waits at most `deliver_ms` for delivery; what is not delivered by then stays in the outbox for
 * the next monitor. `ret_told` (may be NULL) says whether everyone has it. Errors: the record could
 * not be written (people are then told from memory where that is possible), or the outbox not
 * opened.
 */
#ifndef MONITOR_ANNOUNCE_H
#define MONITOR_ANNOUNCE_H

#include "config/config.h"
#include "config/project.h"
#include "event/event.h"

#include <stddef.h>

/* An event of now, with a text. */
struct event announce_event(enum event_type type, const char *text);

MUST_CHECK bool announce(const struct config *config, const struct project *project,
                         const struct event *event, int deliver_ms, bool *ret_told,
                         struct error *err);

/* The same of an event with pictures: `paths` are relative to the project folder, as
 * evidence_plan gives them; they are written when the record is. */
MUST_CHECK bool announce_with_paths(const struct config *config, const struct project *project,
                                    const struct event *event, const char *const *paths,
                                    size_t path_count, int deliver_ms, bool *ret_told,
                                    struct error *err);

#endif

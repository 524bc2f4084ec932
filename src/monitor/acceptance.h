/* What `ack --normal` does: the places of an alarm count as normal from now on, until somebody
 * takes it back.
 *
 * First the record (`accepted_as_normal`), then state/accepted.jsonl, which the detector reads: a
 * kill in between leaves a record without effect, never an effect without a record; doing it once
 * more completes it. Nothing is recorded when it is in force already (or, to take back, is not), or
 * when the file could not be understood. Errors: of announce() and sink/accepted.h.
 */
#ifndef MONITOR_ACCEPTANCE_H
#define MONITOR_ACCEPTANCE_H

#include "config/config.h"
#include "config/project.h"
#include "event/event.h"

MUST_CHECK bool acceptance_path(const struct project *project, char ret_path[PATH_SIZE],
                                struct error *err);

/* The alarm as last recorded; its id and boxes count. */
MUST_CHECK bool acceptance_make(const struct config *config, const struct project *project,
                                const struct alarm_view *alarm, struct error *err);
MUST_CHECK bool acceptance_take_back(const struct config *config, const struct project *project,
                                     const char *event_id, struct error *err);

#endif

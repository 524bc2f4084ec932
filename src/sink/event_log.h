/* The project's own journal, logs/events.jsonl, as every command opens it.
 *
 * Makes the logs folder where it is missing. Ownership: journal_close. Errors: those of
 * journal_open.
 */
#ifndef SINK_EVENT_LOG_H
#define SINK_EVENT_LOG_H

#include "config/config.h"
#include "config/project.h"
#include "sink/journal.h"

struct journal *event_log_open(const struct config *config, const struct project *project,
                               struct error *err);

/* Size at which a log of this project is put aside (records.rotate_mb). */
uint64_t log_rotate_bytes(const struct config *config);

#endif

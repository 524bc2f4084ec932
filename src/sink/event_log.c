/* One place says where the journal lies and when it rotates: the monitor, and every command that
 * leaves a record.
 */
#include "sink/event_log.h"

#include "platform/file.h"

uint64_t log_rotate_bytes(const struct config *config)
{
    return (uint64_t)(config->records_rotate_mb * 1e6);
}

struct journal *event_log_open(const struct config *config, const struct project *project,
                               struct error *err)
{
    if (!folder_create(project->logs_dir, false, err))
        return NULL;
    return journal_open(project->events_file, log_rotate_bytes(config), err);
}

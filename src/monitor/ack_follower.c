/* state/acknowledged.txt, read twice a second by the supervisor beside the mode file.
 *
 * "New" is what the last reading did not hold, so an acknowledgement is applied once: when
 * something new appears later and people are reminded again, the old line does not silence that.
 */
#include "monitor/ack_follower.h"

void ack_follower_init(struct ack_follower *follower, const char *path)
{
    *follower = (struct ack_follower){.path = path};
    struct error ignored;
    if (!acknowledged_read(path, &follower->seen, &ignored))
        follower->seen.count = 0;
}

void ack_follower_poll(struct ack_follower *follower,
                       void (*take)(void *context, const char *event_id), void *context)
{
    struct acknowledged now;
    struct error ignored;
    if (!acknowledged_read(follower->path, &now, &ignored))
        return;
    for (size_t i = 0; i < now.count; i++)
        if (!acknowledged_holds(&follower->seen, &now.entries[i]))
            take(context, now.entries[i].event_id);
    follower->seen = now;
}

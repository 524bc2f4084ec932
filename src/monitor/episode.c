/* Stretches of failure. A second cause within one is no news: the first is what people were told,
 * and what they can do about it is the same.
 */
#include "monitor/episode.h"

#include "platform/clock.h"

bool episode_begin(struct episode *episode, struct instant at, const struct error *cause)
{
    if (episode->active)
        return false;
    *episode = (struct episode){.active = true, .since = at, .cause = *cause};
    return true;
}

bool episode_end(struct episode *episode, struct instant at, double *ret_duration_s)
{
    if (!episode->active)
        return false;
    episode->active = false;
    *ret_duration_s = (double)(at.time_ns - episode->since.time_ns) / (double)NS_PER_SECOND;
    return true;
}

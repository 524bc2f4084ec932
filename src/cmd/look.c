/* From --source and the configuration to the settings of a source that is looked at once.
 *
 * Stands before grab_frames (camera/grab.h). Whoever names a source by --source is believed that it
 * is free; if it is not, the camera's own error says so. The monitor's lock says only that one
 * runs, not which source it was given.
 */
#include "cmd/look.h"

#include "monitor/presence.h"
#include "platform/clock.h"

#define SETTLING_NS (2 * NS_PER_SECOND)
#define SHORTEST_INTERVAL_NS (NS_PER_SECOND / 250) /* no camera is faster */

static bool check_free(const struct project *project, struct error *err)
{
    bool running;
    if (!presence_look(project, &running, err))
        return false;
    if (!running)
        return true;
    return error_set(err, ERROR_BUSY,
                     "the camera is in use by the monitor that is running in %s; stop it first "
                     "(Ctrl+C in its window), or name another source by --source",
                     project->root);
}

bool look_prepare(const struct invocation *invocation, double interval_s, struct look *ret_look,
                  struct error *err)
{
    struct job_source wish = job_source_default(interval_s);
    *ret_look = (struct look){0};
    wish.spec = invocation_text(invocation, "source", NULL);
    job_source_prepare(invocation->config, &wish, &ret_look->source);
    struct source *source = source_create(&ret_look->source.settings, err);
    if (!source)
        return false;
    ret_look->finite = source_is_finite(source);
    source_destroy(source);
    return ret_look->finite || wish.spec || check_free(invocation->project, err);
}

bool look_is_settling(struct look *look, const struct frame *frame)
{
    if (!look->begun)
        look->first_ns = frame->time_ns;
    look->begun = true;
    return !look->finite && frame->time_ns - look->first_ns < SETTLING_NS;
}

int look_frames(const struct look *look, int wanted)
{
    int64_t interval_ns = look->source.settings.interval_ns;
    if (interval_ns < SHORTEST_INTERVAL_NS)
        interval_ns = SHORTEST_INTERVAL_NS;
    return look->finite ? wanted : wanted + (int)(SETTLING_NS / interval_ns) + 1;
}

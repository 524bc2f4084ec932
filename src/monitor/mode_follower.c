/* The mode file, read twice a second by the supervisor. It is small: reading it is cheaper than
 * watching it, and works on every file system, also when an editor replaces the file.
 */
#include "monitor/mode_follower.h"

#include "platform/clock.h"

#include <stdio.h>

enum { FAILURES_BEFORE_FAULT = 4 };

static void emit(struct mode_follower *follower, enum event_type type, struct instant now,
                 const char *text)
{
    struct event event = {.type = type,
                          .fault = FAULT_MODE_FILE,
                          .notify = true,
                          .frame = -1,
                          .mode = (int)follower->mode,
                          .utc_ms = now.utc_ms,
                          .time_ns = now.time_ns};
    if (type == EVENT_RECOVERED)
        event.fault_duration_s =
            (double)(now.time_ns - follower->failing_since.time_ns) / (double)NS_PER_SECOND;
    snprintf(event.text, sizeof event.text, "%s", text);
    follower->sink.take(follower->sink.context, &event);
}

static void fails(struct mode_follower *follower, struct instant now, const struct error *err)
{
    if (follower->failures++ == 0)
        follower->failing_since = now;
    if (follower->told || follower->failures < FAILURES_BEFORE_FAULT)
        return;
    follower->told = true;
    char text[EVENT_TEXT_SIZE];
    snprintf(text, sizeof text, "the mode stays %s: %.300s", mode_name(follower->mode),
             err->message);
    emit(follower, EVENT_FAULT, now, text);
}

void mode_follower_init(struct mode_follower *follower, const char *path, struct instant now,
                        struct event_sink sink)
{
    *follower = (struct mode_follower){.path = path, .mode = MODE_OFF, .sink = sink};
    struct error ignored;
    if (!mode_read(path, &follower->mode, &ignored)) {
        follower->failures =
            FAILURES_BEFORE_FAULT - 1; /* no patience at start: told by the first poll */
        follower->failing_since = now;
    }
}

enum mode mode_follower_poll(struct mode_follower *follower, struct instant now)
{
    struct error err;
    enum mode mode;
    if (!mode_read(follower->path, &mode, &err)) {
        fails(follower, now, &err);
        return follower->mode;
    }
    follower->mode = mode;
    follower->failures = 0;
    if (follower->told) {
        follower->told = false;
        emit(follower, EVENT_RECOVERED, now, "the mode file can be read again");
    }
    return mode;
}

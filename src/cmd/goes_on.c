/* Looks before it speaks: taking the monitor's lock instead would make the lock file where no
 * monitor ever ran, and believe in a monitor where only the file cannot be opened.
 */
#include "cmd/goes_on.h"

#include "base/log.h"
#include "monitor/presence.h"

void goes_on_say(const struct project *project, const char *what)
{
    bool running = false;
    struct error err;
    if (!presence_look(project, &running, &err))
        log_warning("whether a monitor is running cannot be told: %s; one that is goes on with the "
                    "old %s until it is restarted",
                    err.message, what);
    else if (running)
        log_note("the monitor that is running goes on with the old %s until it is restarted", what);
}

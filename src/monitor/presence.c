/* The monitor's lock, held by whoever watches and asked by whoever wants to know.
 *
 * flock() can only be asked by taking it. A look lasts microseconds and is over before the second
 * attempt of a monitor that starts at that very moment.
 */
#include "monitor/presence.h"

#include "platform/signal.h"

enum { ATTEMPTS = 5, BETWEEN_ATTEMPTS_MS = 20 };

bool presence_look(const struct project *project, bool *ret_running, struct error *err)
{
    struct file_lock lock = {0};
    struct error why;
    if (file_is_missing(project->monitor_lock_file)) {
        *ret_running = false;
        return true;
    }
    bool taken = file_lock_try(&lock, project->monitor_lock_file, &why);
    file_lock_release(&lock);
    if (!taken && why.code != ERROR_BUSY) {
        if (err)
            *err = why;
        return false;
    }
    *ret_running = !taken;
    return true;
}

bool presence_take(const struct project *project, struct file_lock *lock, struct error *err)
{
    struct error why;
    bool taken = file_lock_try(lock, project->monitor_lock_file, &why);
    for (int i = 1; i < ATTEMPTS && !taken && why.code == ERROR_BUSY; i++) {
        if (stop_wait(BETWEEN_ATTEMPTS_MS))
            break;
        taken = file_lock_try(lock, project->monitor_lock_file, &why);
    }
    if (taken)
        return true;
    if (why.code == ERROR_BUSY)
        return error_set(err, ERROR_BUSY,
                         "another monitor is already running in %s; stop it first, or use another "
                         "project folder",
                         project->root);
    if (err)
        *err = why;
    return false;
}

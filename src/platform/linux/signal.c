/* The wish to stop: a flag for those who look and a semaphore for those who wait.
 *
 * The semaphore is never emptied: each waiter that takes its count gives it back, so one post wakes
 * every waiter, now and later. sem_post() is on the short list of what a signal handler may call. A
 * second SIGINT ends the process by the default action, so that the shell sees what it expects. A
 * SIGHUP that nohup has switched off stays off.
 */
#include "platform/signal.h"

#include "platform/clock.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <time.h>

static atomic_bool requested;
static sem_t wake;
static pthread_once_t wake_once = PTHREAD_ONCE_INIT;

static void create_wake(void)
{
    int result = sem_init(&wake, 0, 0);
    assert(result == 0);
}

static void on_signal(int number)
{
    int saved_errno = errno;
    if (!atomic_exchange(&requested, true)) {
        sem_post(&wake);
    } else if (number == SIGINT) {
        signal(SIGINT, SIG_DFL);
        raise(SIGINT); /* delivered when this handler returns */
    }
    errno = saved_errno;
}

static bool install(int number, struct error *err)
{
    struct sigaction before, action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    if (sigaction(number, NULL, &before) != 0)
        return error_set_errno(err, errno, "signal %d cannot be looked at", number);
    if (number == SIGHUP && before.sa_handler == SIG_IGN)
        return true;
    if (sigaction(number, &action, NULL) != 0)
        return error_set_errno(err, errno, "signal %d cannot be handled", number);
    return true;
}

bool stop_install(struct error *err)
{
    pthread_once(&wake_once, create_wake);
    if (!install(SIGINT, err) || !install(SIGTERM, err) || !install(SIGHUP, err))
        return false;
    if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
        return error_set_errno(err, errno, "the signal of a closed pipe cannot be ignored");
    return true;
}

bool stop_requested(void)
{
    return atomic_load(&requested);
}

void stop_request(void)
{
    pthread_once(&wake_once, create_wake);
    if (!atomic_exchange(&requested, true))
        sem_post(&wake);
}

bool stop_wait(int timeout_ms)
{
    pthread_once(&wake_once, create_wake);
    if (stop_requested())
        return true;
    int64_t deadline_ns = clock_monotonic_ns() + (timeout_ms > 0 ? timeout_ms * NS_PER_MS : 0);
    struct timespec deadline = {.tv_sec = deadline_ns / NS_PER_SECOND,
                                .tv_nsec = deadline_ns % NS_PER_SECOND};
    int result;
    do
        result = sem_clockwait(&wake, CLOCK_MONOTONIC, &deadline);
    while (result != 0 && errno == EINTR);
    if (result == 0)
        sem_post(&wake);
    return stop_requested();
}

/* What Linux adds to POSIX threads: names, and condition variables on the monotonic clock, so that
 * setting the PC's clock neither wakes nor delays anyone.
 */
#include "platform/thread.h"

#include "platform/clock.h"
#include "platform/native.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <time.h>

void condition_init(struct condition *condition)
{
    pthread_condattr_t attributes;
    int result = pthread_condattr_init(&attributes);
    assert(result == 0);
    result = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    assert(result == 0);
    result = pthread_cond_init(&condition->handle, &attributes);
    assert(result == 0);
    pthread_condattr_destroy(&attributes);
}

bool condition_wait_until(struct condition *condition, struct mutex *mutex, int64_t deadline_ns)
{
    if (deadline_ns < 0)
        deadline_ns = 0;
    struct timespec deadline = {.tv_sec = deadline_ns / NS_PER_SECOND,
                                .tv_nsec = deadline_ns % NS_PER_SECOND};
    int result = pthread_cond_timedwait(&condition->handle, &mutex->handle, &deadline);
    assert(result == 0 || result == ETIMEDOUT);
    return result == 0;
}

void native_thread_enter(const char *name)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP};
    sigset_t blocked;
    sigfillset(&blocked);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
        sigdelset(&blocked, faults[i]); /* they belong to the thread that caused them */
    pthread_sigmask(SIG_BLOCK, &blocked, NULL);
    pthread_setname_np(pthread_self(), name);
}

/* Threads, mutexes and condition variables whose timed wait runs on the monotonic clock.
 *
 * Ownership: the structs are the caller's and must not move between init and finish. mingw-w64
 * brings the same <pthread.h> (winpthreads), so only naming and sleeping differ by platform.
 */
#ifndef PLATFORM_THREAD_H
#define PLATFORM_THREAD_H

#include "base/error.h"

#include <pthread.h>
#include <stdint.h>

struct mutex {
    pthread_mutex_t handle;
};

struct condition {
    pthread_cond_t handle;
};

struct thread {
    pthread_t handle;
    bool started;
};

void mutex_init(struct mutex *mutex);
void mutex_finish(struct mutex *mutex);
void mutex_lock(struct mutex *mutex);
void mutex_unlock(struct mutex *mutex);

void condition_init(struct condition *condition);
void condition_finish(struct condition *condition);
void condition_wait(struct condition *condition, struct mutex *mutex);
/* False when `deadline_ns` (monotonic) passed first. */
bool condition_wait_until(struct condition *condition, struct mutex *mutex, int64_t deadline_ns);
void condition_signal_all(struct condition *condition);

/* `name` (at most 15 bytes) is shown by top and gdb. Signals are blocked in the new thread. */
MUST_CHECK bool thread_start(struct thread *thread, const char *name, void (*body)(void *),
                             void *context, struct error *err);
/* Waits for the end; does nothing for a thread that was never started. */
void thread_join(struct thread *thread);

#endif

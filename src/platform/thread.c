/* The portable half of threads: mutexes, start and join. What a thread shares is said elsewhere;
 * here only misuse is caught: an error of a mutex function is a bug of ours and asserts.
 */
#include "platform/thread.h"

#include "platform/native.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { THREAD_NAME_SIZE = 16 };

struct thread_start_note {
    void (*body)(void *);
    void *context;
    char name[THREAD_NAME_SIZE];
};

void mutex_init(struct mutex *mutex)
{
    int result = pthread_mutex_init(&mutex->handle, NULL);
    assert(result == 0);
}

void mutex_finish(struct mutex *mutex)
{
    int result = pthread_mutex_destroy(&mutex->handle);
    assert(result == 0);
}

void mutex_lock(struct mutex *mutex)
{
    int result = pthread_mutex_lock(&mutex->handle);
    assert(result == 0);
}

void mutex_unlock(struct mutex *mutex)
{
    int result = pthread_mutex_unlock(&mutex->handle);
    assert(result == 0);
}

void condition_finish(struct condition *condition)
{
    int result = pthread_cond_destroy(&condition->handle);
    assert(result == 0);
}

void condition_wait(struct condition *condition, struct mutex *mutex)
{
    int result = pthread_cond_wait(&condition->handle, &mutex->handle);
    assert(result == 0);
}

void condition_signal_all(struct condition *condition)
{
    int result = pthread_cond_broadcast(&condition->handle);
    assert(result == 0);
}

static void *run(void *argument)
{
    struct thread_start_note note = *(struct thread_start_note *)argument;
    free(argument);
    native_thread_enter(note.name);
    note.body(note.context);
    return NULL;
}

bool thread_start(struct thread *thread, const char *name, void (*body)(void *), void *context,
                  struct error *err)
{
    struct thread_start_note *note = calloc(1, sizeof *note);
    if (!note)
        return error_set(err, ERROR_MEMORY, "no memory to start the thread '%s'", name);
    note->body = body;
    note->context = context;
    snprintf(note->name, sizeof note->name, "%s", name);
    int result = pthread_create(&thread->handle, NULL, run, note);
    if (result != 0) {
        free(note);
        return error_set_errno(err, result, "the thread '%s' could not be started", name);
    }
    thread->started = true;
    return true;
}

void thread_join(struct thread *thread)
{
    if (!thread->started)
        return;
    int result = pthread_join(thread->handle, NULL);
    assert(result == 0);
    thread->started = false;
}

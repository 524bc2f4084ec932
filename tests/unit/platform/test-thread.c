/* Threads, mutexes and conditions. Under ThreadSanitizer this also proves that the wrappers order
 * memory as they must.
 */
#include "check.h"
#include "platform/clock.h"
#include "platform/thread.h"

#include <signal.h>
#include <sys/resource.h>

struct shared {
    struct mutex mutex;
    struct condition condition;
    long count; /* guarded by the mutex */
    bool open;  /* guarded by the mutex */
};

static void shared_init(struct shared *shared)
{
    *shared = (struct shared){0};
    mutex_init(&shared->mutex);
    condition_init(&shared->condition);
}

static void shared_finish(struct shared *shared)
{
    condition_finish(&shared->condition);
    mutex_finish(&shared->mutex);
}

enum { THREADS = 4, STEPS = 20000 };

static void count_up(void *context)
{
    struct shared *shared = context;
    for (int i = 0; i < STEPS; i++) {
        mutex_lock(&shared->mutex);
        shared->count++;
        mutex_unlock(&shared->mutex);
    }
}

TEST(mutex_keeps_others_out)
{
    struct shared shared;
    struct thread threads[THREADS] = {0};
    shared_init(&shared);
    for (int i = 0; i < THREADS; i++)
        CHECK(thread_start(&threads[i], "counter", count_up, &shared, NULL));
    for (int i = 0; i < THREADS; i++)
        thread_join(&threads[i]);
    CHECK_INT(shared.count, THREADS * STEPS);
    shared_finish(&shared);
}

static void wait_for_open(void *context)
{
    struct shared *shared = context;
    mutex_lock(&shared->mutex);
    while (!shared->open)
        condition_wait(&shared->condition, &shared->mutex);
    shared->count++;
    mutex_unlock(&shared->mutex);
}

TEST(signal_wakes_all)
{
    struct shared shared;
    struct thread threads[THREADS] = {0};
    shared_init(&shared);
    for (int i = 0; i < THREADS; i++)
        CHECK(thread_start(&threads[i], "waiter", wait_for_open, &shared, NULL));
    mutex_lock(&shared.mutex);
    shared.open = true;
    condition_signal_all(&shared.condition);
    mutex_unlock(&shared.mutex);
    for (int i = 0; i < THREADS; i++)
        thread_join(&threads[i]);
    CHECK_INT(shared.count, THREADS);
    shared_finish(&shared);
}

TEST(timed_wait_ends_at_its_monotonic_deadline)
{
    struct shared shared;
    shared_init(&shared);
    int64_t deadline_ns = clock_monotonic_ns() + 30 * NS_PER_MS;
    mutex_lock(&shared.mutex);
    while (condition_wait_until(&shared.condition, &shared.mutex, deadline_ns))
        ; /* a wake without a reason is allowed */
    int64_t now_ns = clock_monotonic_ns();
    bool past = condition_wait_until(&shared.condition, &shared.mutex, -1);
    mutex_unlock(&shared.mutex);
    CHECK(now_ns >= deadline_ns);
    CHECK(now_ns < deadline_ns + 20 * NS_PER_SECOND);
    CHECK(!past);
    shared_finish(&shared);
}

static void note_name_and_signals(void *context)
{
    char *name = context;
    sigset_t blocked;
    pthread_getname_np(pthread_self(), name, 16);
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    bool right = sigismember(&blocked, SIGINT) && sigismember(&blocked, SIGTERM) &&
                 !sigismember(&blocked, SIGSEGV);
    name[16] = right ? 'y' : 'n';
}

TEST(new_threads_have_a_name_and_leave_signals_to_main)
{
    char name[17] = "";
    struct thread thread = {0};
    CHECK(thread_start(&thread, "a name that is too long", note_name_and_signals, name, NULL));
    thread_join(&thread);
    CHECK_INT(name[16], 'y');
    name[16] = '\0';
    CHECK_TEXT(name, "a name that is ");
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
static void do_nothing(void *context)
{
    (void)context;
}

TEST(start_that_fails_says_so_and_join_does_nothing)
{
    struct thread thread = {0};
    struct error err = {0};
    struct rlimit before, none;
    thread_join(&thread);
    CHECK_INT(getrlimit(RLIMIT_AS, &before), 0);
    none = before;
    none.rlim_cur = 1;
    if (setrlimit(RLIMIT_AS, &none) != 0)
        CHECK_FAIL("no limit can be set");
    bool started = thread_start(&thread, "doomed", do_nothing, NULL, &err);
    setrlimit(RLIMIT_AS, &before);
    if (started) { /* a stack kept from an earlier thread was enough: nothing was refused */
        thread_join(&thread);
        printf("SKIPPED: the limit did not bite\n");
        return;
    }
    CHECK_CONTAINS(err.message, "doomed");
    CHECK(!thread.started);
    thread_join(&thread);
}
#endif

int main(void)
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    RUN(start_that_fails_says_so_and_join_does_nothing); /* first: no stack is cached yet */
#endif
    RUN(mutex_keeps_others_out);
    RUN(signal_wakes_all);
    RUN(timed_wait_ends_at_its_monotonic_deadline);
    RUN(new_threads_have_a_name_and_leave_signals_to_main);
    return check_report();
}

/* Locks: one holder at a time, and never one that outlives its process. */
#include "check.h"
#include "platform/clock.h"
#include "platform/file.h"
#include "platform/thread.h"
#include "scratch.h"

#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>

TEST(two_structs_of_one_process_exclude_each_other)
{
    struct file_lock first = {0}, second = {0};
    struct error err = {0};
    CHECK(file_lock_try(&first, scratch("lock"), &err));
    CHECK(!file_lock_try(&second, scratch("lock"), &err));
    CHECK_INT(err.code, ERROR_BUSY);
    CHECK_CONTAINS(err.message, "lock' is held by another leakwatch");
    CHECK_INT(second.handle, 0);
    file_lock_release(&first);
    file_lock_release(&first);
    CHECK(file_lock_try(&second, scratch("lock"), &err));
    file_lock_release(&second);
}

TEST(killed_process_gives_its_lock_back)
{
    struct file_lock lock = {0};
    struct error err = {0};
    int ready[2];
    CHECK_INT(pipe(ready), 0);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        bool held = file_lock_try(&lock, scratch("child"), NULL);
        if (write(ready[1], held ? "y" : "n", 1) != 1)
            _exit(1);
        pause();
        _exit(0);
    }
    char answer = '\0';
    ssize_t count = read(ready[0], &answer, 1);
    bool refused = !file_lock_try(&lock, scratch("child"), &err);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    close(ready[0]);
    close(ready[1]);
    CHECK_INT(count, 1);
    CHECK_INT(answer, 'y');
    CHECK(refused);
    CHECK_INT(err.code, ERROR_BUSY);
    CHECK(file_lock_try(&lock, scratch("child"), &err));
    file_lock_release(&lock);
}

struct waiter {
    const char *path;
    atomic_bool waiting, locked;
};

static void wait_for_lock(void *context)
{
    struct waiter *waiter = context;
    struct file_lock lock = {0};
    atomic_store(&waiter->waiting, true);
    if (file_lock_wait(&lock, waiter->path, NULL)) {
        atomic_store(&waiter->locked, true);
        file_lock_release(&lock);
    }
}

TEST(wait_takes_the_lock_when_it_is_free)
{
    struct file_lock lock = {0};
    struct error err = {0};
    struct thread thread = {0};
    struct waiter waiter = {.path = scratch("wait")};
    CHECK(file_lock_wait(&lock, scratch("wait"), &err));
    CHECK(thread_start(&thread, "waiter", wait_for_lock, &waiter, &err));
    while (!atomic_load(&waiter.waiting))
        clock_sleep_ns(NS_PER_MS);
    clock_sleep_ns(20 * NS_PER_MS);
    bool locked_too_early = atomic_load(&waiter.locked);
    file_lock_release(&lock);
    thread_join(&thread);
    CHECK(!locked_too_early);
    CHECK(atomic_load(&waiter.locked));
}

TEST(links_and_missing_folders_are_refused)
{
    struct file_lock lock = {0};
    struct error err = {0};
    CHECK_INT(symlink("elsewhere", scratch("link")), 0);
    CHECK(!file_lock_try(&lock, scratch("link"), &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_INT(file_kind_of(scratch("elsewhere")), FILE_MISSING);
    CHECK(!file_lock_wait(&lock, scratch("none/lock"), &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "none/lock");
    CHECK_INT(lock.handle, 0);
}

int main(void)
{
    RUN(two_structs_of_one_process_exclude_each_other);
    RUN(killed_process_gives_its_lock_back);
    RUN(wait_takes_the_lock_when_it_is_free);
    RUN(links_and_missing_folders_are_refused);
    return check_report();
}

/* The wish to stop. Every case runs in a child of its own, because the flag is for good. */
#include "check.h"
#include "platform/clock.h"
#include "platform/signal.h"
#include "platform/thread.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DONE = 42, NOT_INSTALLED = 98, UNEXPECTED = 99 };

/* Runs `body` in a child; the status it ends with, as waitpid() gives it. */
static int status_of(int (*body)(void))
{
    fflush(stdout);
    pid_t child = fork();
    if (child < 0)
        abort();
    if (child == 0)
        _exit(body());
    int status = 0;
    waitpid(child, &status, 0);
    return status;
}

static void install(void)
{
    if (!stop_install(NULL))
        _exit(NOT_INSTALLED);
}

static int wait_and_be_interrupted(void)
{
    install();
    if (stop_requested() || stop_wait(10))
        return UNEXPECTED;
    kill(getpid(), SIGTERM);
    return stop_requested() && stop_wait(0) && stop_wait(60000) ? DONE : UNEXPECTED;
}

TEST(sigterm_sets_the_flag_for_good)
{
    int status = status_of(wait_and_be_interrupted);
    CHECK(WIFEXITED(status));
    CHECK_INT(WEXITSTATUS(status), DONE);
}

static int interrupt_twice(void)
{
    install();
    kill(getpid(), SIGINT);
    if (!stop_requested())
        return UNEXPECTED;
    kill(getpid(), SIGINT);
    return UNEXPECTED;
}

TEST(second_sigint_ends_at_once)
{
    int status = status_of(interrupt_twice);
    CHECK(WIFSIGNALED(status));
    CHECK_INT(WTERMSIG(status), SIGINT);
}

static int terminate_twice(void)
{
    install();
    kill(getpid(), SIGTERM);
    kill(getpid(), SIGTERM);
    kill(getpid(), SIGHUP);
    return stop_requested() ? DONE : UNEXPECTED;
}

TEST(second_sigterm_changes_nothing)
{
    int status = status_of(terminate_twice);
    CHECK(WIFEXITED(status));
    CHECK_INT(WEXITSTATUS(status), DONE);
}

static int write_to_a_closed_pipe(void)
{
    int ends[2];
    install();
    if (pipe(ends) != 0)
        return UNEXPECTED;
    close(ends[0]);
    return write(ends[1], "x", 1) < 0 && !stop_requested() ? DONE : UNEXPECTED;
}

TEST(closed_pipe_is_an_error_value)
{
    int status = status_of(write_to_a_closed_pipe);
    CHECK(WIFEXITED(status));
    CHECK_INT(WEXITSTATUS(status), DONE);
}

static int hang_up_under_nohup(void)
{
    signal(SIGHUP, SIG_IGN);
    install();
    kill(getpid(), SIGHUP);
    return stop_requested() ? UNEXPECTED : DONE;
}

static int hang_up(void)
{
    signal(SIGHUP, SIG_DFL); /* these tests may run under nohup themselves */
    install();
    kill(getpid(), SIGHUP);
    return stop_requested() ? DONE : UNEXPECTED;
}

TEST(hang_up_stops_unless_nohup_says_no)
{
    CHECK_INT(WEXITSTATUS(status_of(hang_up)), DONE);
    int status = status_of(hang_up_under_nohup);
    CHECK(WIFEXITED(status));
    CHECK_INT(WEXITSTATUS(status), DONE);
}

static void wait_long(void *context)
{
    if (stop_wait(60000))
        atomic_fetch_add((atomic_int *)context, 1);
}

static int wake_waiters(void (*wish)(void))
{
    enum { WAITERS = 4 };
    struct thread threads[WAITERS] = {0};
    atomic_int woken = 0;
    install();
    for (int i = 0; i < WAITERS; i++)
        if (!thread_start(&threads[i], "waiter", wait_long, &woken, NULL))
            return UNEXPECTED;
    clock_sleep_ns(20 * NS_PER_MS); /* so that some wait already; right without it as well */
    int64_t start_ns = clock_monotonic_ns();
    wish();
    for (int i = 0; i < WAITERS; i++)
        thread_join(&threads[i]);
    bool quick = clock_monotonic_ns() - start_ns < 20 * NS_PER_SECOND;
    return quick && atomic_load(&woken) == WAITERS ? DONE : UNEXPECTED;
}

static void send_signal(void)
{
    kill(getpid(), SIGINT);
}

static int wake_by_signal(void)
{
    return wake_waiters(send_signal);
}

static int wake_by_request(void)
{
    return wake_waiters(stop_request);
}

TEST(one_wish_wakes_every_waiter)
{
    CHECK_INT(status_of(wake_by_signal), DONE << 8);
    CHECK_INT(status_of(wake_by_request), DONE << 8);
}

static int wait_in_vain(void)
{
    int64_t start_ns = clock_monotonic_ns();
    bool stopped = stop_wait(30) || stop_wait(-1);
    int64_t waited_ns = clock_monotonic_ns() - start_ns;
    return !stopped && waited_ns >= 30 * NS_PER_MS ? DONE : UNEXPECTED;
}

TEST(wait_ends_at_its_time)
{
    CHECK_INT(status_of(wait_in_vain), DONE << 8);
}

int main(void)
{
    RUN(sigterm_sets_the_flag_for_good);
    RUN(second_sigint_ends_at_once);
    RUN(second_sigterm_changes_nothing);
    RUN(closed_pipe_is_an_error_value);
    RUN(hang_up_stops_unless_nohup_says_no);
    RUN(one_wish_wakes_every_waiter);
    RUN(wait_ends_at_its_time);
    return check_report();
}

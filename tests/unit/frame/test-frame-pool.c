/* The pool of frames: nothing is lost, nothing is handed out twice, and nobody waits for ever. */
#include "check.h"
#include "frame/frame.h"
#include "platform/clock.h"
#include "platform/thread.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

TEST(frames_are_of_the_pool_size_and_do_not_overlap)
{
    enum { WIDTH = 33, HEIGHT = 17, COUNT = 3 };
    struct error err = {0};
    struct frame *frames[COUNT];
    struct frame_pool *pool = frame_pool_create(WIDTH, HEIGHT, COUNT, &err);
    CHECK(pool != NULL);
    CHECK_INT(frame_pool_width(pool), WIDTH);
    CHECK_INT(frame_pool_height(pool), HEIGHT);
    for (int i = 0; i < COUNT; i++) {
        frames[i] = frame_pool_acquire(pool);
        CHECK(frames[i] != NULL);
        CHECK_INT(frames[i]->width, WIDTH);
        CHECK_INT(frames[i]->height, HEIGHT);
        memset(frames[i]->rgb, i + 1, WIDTH * HEIGHT * 3);
    }
    CHECK(frame_pool_acquire(pool) == NULL);
    for (int i = 0; i < COUNT; i++) {
        for (int j = 0; j < WIDTH * HEIGHT * 3; j++)
            CHECK_INT(frames[i]->rgb[j], i + 1);
        frame_release(frames[i]);
    }
    frame_pool_destroy(pool);
}

TEST(last_release_brings_a_frame_home_clean)
{
    struct frame_pool *pool = frame_pool_create(4, 4, 1, NULL);
    CHECK(pool != NULL);
    struct frame *frame = frame_pool_acquire(pool);
    CHECK(frame != NULL);
    frame->number = 7;
    frame->time_ns = 8;
    frame->utc_ms = 9;
    CHECK(frame_reference(frame) == frame);
    frame_release(frame);
    CHECK(frame_pool_acquire(pool) == NULL);
    frame_release(frame);
    struct frame *again = frame_pool_acquire(pool);
    CHECK(again == frame);
    CHECK_INT(again->number, 0);
    CHECK_INT(again->time_ns, 0);
    CHECK_INT(again->utc_ms, 0);
    frame_release(again);
    frame_release(NULL);
    frame_pool_destroy(pool);
    frame_pool_destroy(NULL);
}

TEST(impossible_sizes_are_refused)
{
    static const int sides[][2] = {{0, 10}, {10, 0}, {-1, 10}, {16385, 10}, {10, 16385}};
    for (size_t i = 0; i < sizeof sides / sizeof sides[0]; i++) {
        struct error err = {0};
        CHECK(frame_pool_create(sides[i][0], sides[i][1], 1, &err) == NULL);
        CHECK_INT(err.code, ERROR_FORMAT);
        CHECK_CONTAINS(err.message, "16384");
    }
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(no_memory_is_an_error)
{
    struct error err = {0};
    struct rlimit before, small;
    CHECK_INT(getrlimit(RLIMIT_AS, &before), 0);
    small = before;
    small.rlim_cur = 64 << 20;
    CHECK_INT(setrlimit(RLIMIT_AS, &small), 0);
    struct frame_pool *pool = frame_pool_create(16384, 16384, 4, &err);
    setrlimit(RLIMIT_AS, &before);
    CHECK(pool == NULL);
    CHECK_INT(err.code, ERROR_MEMORY);
    CHECK_CONTAINS(err.message, "4 pictures of 16384x16384 px");
}
#endif

TEST(destroy_with_a_frame_out_is_caught)
{
    fflush(stdout);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        struct frame_pool *pool = frame_pool_create(4, 4, 2, NULL);
        close(STDERR_FILENO); /* the assertion is expected; its text would only alarm the reader */
        signal(SIGABRT, SIG_DFL);
        if (pool && frame_pool_acquire(pool))
            frame_pool_destroy(pool);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status));
    CHECK_INT(WTERMSIG(status), SIGABRT);
}

struct acquirer {
    struct frame_pool *pool;
    struct frame *frame;
};

static void acquire_waiting(void *context)
{
    struct acquirer *acquirer = context;
    acquirer->frame = frame_pool_acquire_wait(acquirer->pool);
}

TEST(waiter_gets_the_frame_that_comes_home)
{
    struct frame_pool *pool = frame_pool_create(4, 4, 1, NULL);
    CHECK(pool != NULL);
    struct frame *frame = frame_pool_acquire_wait(pool);
    struct acquirer acquirer = {.pool = pool};
    struct thread thread = {0};
    CHECK(thread_start(&thread, "acquirer", acquire_waiting, &acquirer, NULL));
    frame_release(frame);
    thread_join(&thread);
    CHECK(acquirer.frame == frame);
    frame_release(acquirer.frame);
    frame_pool_destroy(pool);
}

TEST(close_wakes_waiters_and_ends_the_giving)
{
    struct frame_pool *pool = frame_pool_create(4, 4, 1, NULL);
    CHECK(pool != NULL);
    struct frame *frame = frame_pool_acquire(pool);
    struct acquirer acquirer = {.pool = pool};
    struct thread thread = {0};
    CHECK(thread_start(&thread, "acquirer", acquire_waiting, &acquirer, NULL));
    frame_pool_close(pool);
    thread_join(&thread);
    CHECK(acquirer.frame == NULL);
    frame_release(frame);
    CHECK(frame_pool_acquire(pool) == NULL);
    CHECK(frame_pool_acquire_wait(pool) == NULL);
    frame_pool_destroy(pool);
}

enum { THREADS = 4, ROUNDS = 3000 };

/* Writes into a frame, shares it once, and checks that nobody else wrote meanwhile. */
static void fill_and_check(void *context)
{
    struct acquirer *acquirer = context;
    for (int i = 0; i < ROUNDS; i++) {
        struct frame *frame = frame_pool_acquire_wait(acquirer->pool);
        uint8_t mark = (uint8_t)(i + (int)((uintptr_t)context >> 4));
        memset(frame->rgb, mark, 8 * 8 * 3);
        frame->number = i;
        struct frame *second = frame_reference(frame);
        frame_release(frame);
        for (int j = 0; j < 8 * 8 * 3; j++)
            if (second->rgb[j] != mark || second->number != i)
                acquirer->frame = second;
        frame_release(second);
    }
}

TEST(threads_never_hold_the_same_frame)
{
    struct frame_pool *pool = frame_pool_create(8, 8, THREADS - 1, NULL);
    CHECK(pool != NULL);
    struct acquirer acquirers[THREADS];
    struct thread threads[THREADS] = {0};
    for (int i = 0; i < THREADS; i++) {
        acquirers[i] = (struct acquirer){.pool = pool};
        CHECK(thread_start(&threads[i], "filler", fill_and_check, &acquirers[i], NULL));
    }
    for (int i = 0; i < THREADS; i++)
        thread_join(&threads[i]);
    for (int i = 0; i < THREADS; i++)
        CHECK(acquirers[i].frame == NULL);
    frame_pool_destroy(pool);
}

int main(void)
{
    RUN(frames_are_of_the_pool_size_and_do_not_overlap);
    RUN(last_release_brings_a_frame_home_clean);
    RUN(impossible_sizes_are_refused);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    RUN(no_memory_is_an_error);
#endif
    RUN(destroy_with_a_frame_out_is_caught);
    RUN(waiter_gets_the_frame_that_comes_home);
    RUN(close_wakes_waiters_and_ends_the_giving);
    RUN(threads_never_hold_the_same_frame);
    return check_report();
}

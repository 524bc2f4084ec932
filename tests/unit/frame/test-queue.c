/* The bounded queue: order, both ways to be full, deadlines, wakes and the end. */
#include "check.h"
#include "frame/queue.h"
#include "platform/clock.h"
#include "platform/thread.h"

#include <stdatomic.h>

static atomic_int discarded_count, discarded_sum;

static void note_discarded(void *item)
{
    atomic_fetch_add(&discarded_count, 1);
    atomic_fetch_add(&discarded_sum, *(int *)item);
}

static struct queue *new_queue(size_t capacity, enum queue_policy policy)
{
    atomic_store(&discarded_count, 0);
    atomic_store(&discarded_sum, 0);
    return queue_create(sizeof(int), capacity, policy, note_discarded, NULL);
}

static bool push(struct queue *queue, int item)
{
    return queue_push(queue, &item);
}

/* The next item, or -1 - result. */
static int pop(struct queue *queue)
{
    int item = 0;
    enum queue_result result = queue_pop(queue, &item, 0);
    return result == QUEUE_ITEM ? item : -1 - (int)result;
}

enum { TIMEOUT = -1 - QUEUE_TIMEOUT, CLOSED = -1 - QUEUE_CLOSED };

TEST(items_keep_their_order_round_the_ring)
{
    struct queue *queue = new_queue(3, QUEUE_BLOCK);
    CHECK(queue != NULL);
    int next_in = 0, next_out = 0;
    for (int i = 0; i < 20; i++) {
        CHECK(push(queue, next_in++));
        CHECK(push(queue, next_in++));
        CHECK_INT(queue_count(queue), 2);
        CHECK_INT(pop(queue), next_out++);
        CHECK_INT(pop(queue), next_out++);
    }
    CHECK_INT(pop(queue), TIMEOUT);
    queue_destroy(queue);
    CHECK_INT(discarded_count, 0);
    queue_destroy(NULL);
}

TEST(newest_wins_discards_the_oldest_and_counts)
{
    struct queue *queue = new_queue(2, QUEUE_NEWEST_WINS);
    CHECK(queue != NULL);
    for (int i = 1; i <= 5; i++)
        CHECK(push(queue, i));
    CHECK_INT(queue_dropped(queue), 3);
    CHECK_INT(discarded_count, 3);
    CHECK_INT(discarded_sum, 1 + 2 + 3);
    CHECK_INT(pop(queue), 4);
    CHECK_INT(pop(queue), 5);
    CHECK_INT(pop(queue), TIMEOUT);
    queue_destroy(queue);
}

TEST(newest_wins_works_without_a_discard)
{
    struct queue *queue = queue_create(sizeof(int), 1, QUEUE_NEWEST_WINS, NULL, NULL);
    CHECK(queue != NULL);
    CHECK(push(queue, 1) && push(queue, 2));
    CHECK_INT(queue_dropped(queue), 1);
    CHECK_INT(pop(queue), 2);
    CHECK(push(queue, 3));
    queue_destroy(queue);
}

TEST(try_push_keeps_a_reserve)
{
    struct queue *queue = new_queue(3, QUEUE_NEWEST_WINS);
    CHECK(queue != NULL);
    int item = 1;
    CHECK(queue_try_push(queue, &item, 2));
    CHECK(!queue_try_push(queue, &item, 2));
    CHECK(queue_try_push(queue, &item, 0));
    CHECK(queue_try_push(queue, &item, 0));
    CHECK(!queue_try_push(queue, &item, 0));
    CHECK_INT(queue_dropped(queue), 0);
    CHECK_INT(pop(queue), 1);
    queue_close(queue);
    CHECK(!queue_try_push(queue, &item, 0));
    queue_destroy(queue);
}

TEST(destroy_discards_what_is_left)
{
    struct queue *queue = new_queue(3, QUEUE_BLOCK);
    CHECK(queue != NULL);
    CHECK(push(queue, 9) && pop(queue) == 9); /* so that the ring wraps */
    CHECK(push(queue, 1) && push(queue, 2) && push(queue, 3));
    queue_destroy(queue);
    CHECK_INT(discarded_count, 3);
    CHECK_INT(discarded_sum, 6);
}

TEST(closed_queue_takes_nothing_and_gives_the_rest)
{
    static const enum queue_policy policies[] = {QUEUE_BLOCK, QUEUE_NEWEST_WINS};
    for (size_t i = 0; i < 2; i++) {
        struct queue *queue = new_queue(1, policies[i]);
        CHECK(queue != NULL);
        CHECK(push(queue, 1));
        queue_close(queue);
        CHECK(!push(queue, 2));
        CHECK_INT(discarded_count, 0);
        CHECK_INT(pop(queue), 1);
        CHECK_INT(pop(queue), CLOSED);
        int item = 5;
        CHECK_INT(queue_pop(queue, &item, INT64_MAX), QUEUE_CLOSED);
        CHECK_INT(item, 5);
        queue_destroy(queue);
    }
}

TEST(pop_waits_until_its_deadline)
{
    struct queue *queue = new_queue(1, QUEUE_BLOCK);
    CHECK(queue != NULL);
    int item;
    int64_t deadline_ns = clock_monotonic_ns() + 30 * NS_PER_MS;
    CHECK_INT(queue_pop(queue, &item, deadline_ns), QUEUE_TIMEOUT);
    CHECK(clock_monotonic_ns() >= deadline_ns);
    CHECK(push(queue, 4));
    CHECK_INT(queue_pop(queue, &item, 0), QUEUE_ITEM); /* there already: no deadline matters */
    CHECK_INT(item, 4);
    queue_destroy(queue);
}

TEST(impossible_queue_is_an_error)
{
    struct error err = {0};
    CHECK(queue_create(1 << 20, SIZE_MAX / 1000, QUEUE_BLOCK, NULL, &err) == NULL);
    CHECK_INT(err.code, ERROR_MEMORY);
    err = (struct error){0};
    CHECK(queue_create(1, SIZE_MAX, QUEUE_BLOCK, NULL, &err) == NULL);
    CHECK_INT(err.code, ERROR_MEMORY);
}

struct worker {
    struct queue *queue;
    long long sum;
    int count, first;
    enum queue_result last;
    bool pushed;
};

static void pop_once(void *context)
{
    struct worker *worker = context;
    int item;
    worker->last = queue_pop(worker->queue, &item, INT64_MAX);
}

TEST(wake_returns_a_waiting_pop_once)
{
    struct queue *queue = new_queue(1, QUEUE_BLOCK);
    CHECK(queue != NULL);
    struct worker worker = {.queue = queue, .last = QUEUE_ITEM};
    struct thread thread = {0};
    CHECK(thread_start(&thread, "popper", pop_once, &worker, NULL));
    queue_wake(queue); /* may come before the pop: then it is kept for it */
    thread_join(&thread);
    CHECK_INT(worker.last, QUEUE_TIMEOUT);
    int item = 0;
    int64_t deadline_ns = clock_monotonic_ns() + 20 * NS_PER_MS;
    CHECK_INT(queue_pop(queue, &item, deadline_ns), QUEUE_TIMEOUT);
    CHECK(clock_monotonic_ns() >= deadline_ns); /* the wake is used up */
    queue_destroy(queue);
}

TEST(wake_never_hides_an_item)
{
    struct queue *queue = new_queue(1, QUEUE_BLOCK);
    CHECK(queue != NULL);
    CHECK(push(queue, 3));
    queue_wake(queue);
    CHECK_INT(pop(queue), 3);
    queue_destroy(queue);
}

static void push_once(void *context)
{
    struct worker *worker = context;
    worker->pushed = push(worker->queue, 2);
}

TEST(blocked_push_waits_for_room)
{
    struct queue *queue = new_queue(1, QUEUE_BLOCK);
    CHECK(queue != NULL);
    struct worker worker = {.queue = queue};
    struct thread thread = {0};
    CHECK(push(queue, 1));
    CHECK(thread_start(&thread, "pusher", push_once, &worker, NULL));
    CHECK_INT(pop(queue), 1);
    thread_join(&thread);
    CHECK(worker.pushed);
    CHECK_INT(pop(queue), 2);
    CHECK_INT(queue_dropped(queue), 0);
    queue_destroy(queue);
}

TEST(close_frees_a_blocked_push)
{
    struct queue *queue = new_queue(1, QUEUE_BLOCK);
    CHECK(queue != NULL);
    struct worker worker = {.queue = queue, .pushed = true};
    struct thread thread = {0};
    CHECK(push(queue, 1));
    CHECK(thread_start(&thread, "pusher", push_once, &worker, NULL));
    queue_close(queue);
    thread_join(&thread);
    CHECK(!worker.pushed);
    CHECK_INT(pop(queue), 1);
    CHECK_INT(pop(queue), CLOSED);
    queue_destroy(queue);
}

enum { PRODUCERS = 3, CONSUMERS = 2, ITEMS = 5000 };

static void produce(void *context)
{
    struct worker *worker = context;
    for (int i = 0; i < ITEMS; i++)
        worker->count += push(worker->queue, worker->first + i);
}

static void consume(void *context)
{
    struct worker *worker = context;
    int item;
    for (;;) {
        worker->last = queue_pop(worker->queue, &item, INT64_MAX);
        if (worker->last == QUEUE_CLOSED)
            return;
        if (worker->last == QUEUE_ITEM) {
            worker->sum += item;
            worker->count++;
        }
    }
}

/* Pushes all items through the queue; the sums say whether any was lost or doubled. */
static void run_workers(struct queue *queue, int *ret_popped, long long *ret_sum)
{
    struct worker producers[PRODUCERS], consumers[CONSUMERS];
    struct thread producing[PRODUCERS] = {0}, consuming[CONSUMERS] = {0};
    for (int i = 0; i < CONSUMERS; i++) {
        consumers[i] = (struct worker){.queue = queue};
        CHECK(thread_start(&consuming[i], "consumer", consume, &consumers[i], NULL));
    }
    for (int i = 0; i < PRODUCERS; i++) {
        producers[i] = (struct worker){.queue = queue, .first = i * ITEMS};
        CHECK(thread_start(&producing[i], "producer", produce, &producers[i], NULL));
    }
    for (int i = 0; i < 200; i++)
        queue_wake(queue);
    for (int i = 0; i < PRODUCERS; i++)
        thread_join(&producing[i]);
    queue_close(queue);
    for (int i = 0; i < CONSUMERS; i++) {
        thread_join(&consuming[i]);
        *ret_popped += consumers[i].count;
        *ret_sum += consumers[i].sum;
    }
}

static const long long sum_of_all =
    (long long)PRODUCERS * ITEMS * ((long long)PRODUCERS * ITEMS - 1) / 2;

TEST(blocking_queue_loses_nothing_between_threads)
{
    struct queue *queue = new_queue(4, QUEUE_BLOCK);
    CHECK(queue != NULL);
    int popped = 0;
    long long sum = 0;
    run_workers(queue, &popped, &sum);
    CHECK_INT(popped, PRODUCERS * ITEMS);
    CHECK_INT(sum, sum_of_all);
    CHECK_INT(queue_dropped(queue), 0);
    queue_destroy(queue);
}

TEST(newest_wins_accounts_for_every_item_between_threads)
{
    struct queue *queue = new_queue(2, QUEUE_NEWEST_WINS);
    CHECK(queue != NULL);
    int popped = 0;
    long long sum = 0;
    run_workers(queue, &popped, &sum);
    CHECK_INT(popped + discarded_count, PRODUCERS * ITEMS);
    CHECK_INT(sum + discarded_sum, sum_of_all);
    CHECK_INT(queue_dropped(queue), discarded_count);
    queue_destroy(queue);
}

int main(void)
{
    RUN(items_keep_their_order_round_the_ring);
    RUN(newest_wins_discards_the_oldest_and_counts);
    RUN(newest_wins_works_without_a_discard);
    RUN(try_push_keeps_a_reserve);
    RUN(destroy_discards_what_is_left);
    RUN(closed_queue_takes_nothing_and_gives_the_rest);
    RUN(pop_waits_until_its_deadline);
    RUN(impossible_queue_is_an_error);
    RUN(wake_returns_a_waiting_pop_once);
    RUN(wake_never_hides_an_item);
    RUN(blocked_push_waits_for_room);
    RUN(close_frees_a_blocked_push);
    RUN(blocking_queue_loses_nothing_between_threads);
    RUN(newest_wins_accounts_for_every_item_between_threads);
    return check_report();
}

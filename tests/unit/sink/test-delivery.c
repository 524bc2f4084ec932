/* Delivery with channels that do as they are told, on a wall clock that jumps. */
#include "check.h"

#include "platform/clock.h"
#include "sink/channel.h"
#include "sink/delivery.h"
#include "sink/journal.h"

#include "sandbox.h"

#include <unistd.h>

/* --- A wall clock that jumps (the linker puts it in between). --- */

static _Atomic int64_t wall_jump_ms;

int64_t __real_clock_wall_utc_ms(void);
int64_t __wrap_clock_wall_utc_ms(void);
int64_t __wrap_clock_wall_utc_ms(void)
{
    return __real_clock_wall_utc_ms() + atomic_load(&wall_jump_ms);
}

/* --- Channels that do as they are told. --- */

enum { SEQS = 100, SENDS = 400 };

struct channel {
    int index;
};

struct fake {
    atomic_int outcome[SEQS];  /* what the record with this seq gets */
    atomic_int retry_after_ms; /* with every failure */
    atomic_int count;
    atomic_int seqs[SENDS];
    _Atomic int64_t times_ns[SENDS];
};

static struct fake fakes[2];
static atomic_bool creating_fails;
static struct channel fake_channels[2] = {{0}, {1}};

static void fake_send(struct channel *channel, const json_t *record, struct send_result *ret_result)
{
    struct fake *fake = &fakes[channel->index];
    int seq = (int)json_integer_value(json_object_get(record, "seq")) % SEQS;
    int outcome = atomic_load(&fake->outcome[seq]);
    *ret_result = (struct send_result){
        .outcome = (enum send_outcome)outcome,
        .retry_after_ms = outcome == SEND_DELIVERED ? -1 : atomic_load(&fake->retry_after_ms)};
    if (outcome != SEND_DELIVERED)
        snprintf(ret_result->reason, sizeof ret_result->reason, "told to fail \xff");
    int number = atomic_load(&fake->count);
    if (number < SENDS) {
        atomic_store(&fake->seqs[number], seq);
        atomic_store(&fake->times_ns[number], clock_monotonic_ns());
        atomic_store(&fake->count, number + 1);
    }
}

static struct channel *fake_create_slack(const struct config *config, const struct project *project,
                                         const atomic_bool *cancel, struct error *err)
{
    (void)config, (void)project, (void)cancel;
    if (atomic_load(&creating_fails)) {
        error_set(err, ERROR_MEMORY, "told to fail");
        return NULL;
    }
    return &fake_channels[0];
}

static struct channel *fake_create_email(const struct config *config, const struct project *project,
                                         const atomic_bool *cancel, struct error *err)
{
    (void)config, (void)project, (void)cancel, (void)err;
    return &fake_channels[1];
}

static void fake_destroy(struct channel *channel)
{
    (void)channel;
}

static bool check_slack(const struct config *config, bool *ret_enabled, struct error *err)
{
    (void)err;
    *ret_enabled = config->notify_slack_enabled;
    return true;
}

static bool check_email(const struct config *config, bool *ret_enabled, struct error *err)
{
    *ret_enabled = config->notify_email_enabled;
    return config->notify_email_smtp_port != 1 || error_set(err, ERROR_CONFIG, "told to fail");
}

/* These stand in for the real ones, whose object files the linker then leaves out. */
const struct channel_ops slack_channel = {"slack", fake_create_slack, fake_send, fake_destroy,
                                          check_slack};
const struct channel_ops email_channel = {"email", fake_create_email, fake_send, fake_destroy,
                                          check_email};

/* --- A project with everything open. --- */

struct fixture {
    struct config *config;
    struct project project;
    struct outbox *outbox;
    struct delivery *delivery;
    atomic_int failing, working;
};

static const char *const both[] = {"slack", "email"};

static void told(void *context, enum delivery_news news, const char *channel, const char *reason)
{
    (void)reason, (void)channel;
    struct fixture *fixture = context;
    atomic_fetch_add(news == DELIVERY_FAILING ? &fixture->failing : &fixture->working, 1);
}

static uint64_t frames(void *context)
{
    (void)context;
    return 1;
}

static bool fixture_open(struct fixture *fixture, double first_s, double most_s)
{
    char path[PATH_SIZE];
    memset(fakes, 0, sizeof fakes);
    atomic_store(&wall_jump_ms, 0);
    *fixture = (struct fixture){.config = config_default(NULL)};
    sandbox_path(path, "");
    path[strlen(path) - 1] = '\0';
    if (!fixture->config || !project_resolve(path, fixture->config, &fixture->project, NULL) ||
        !project_create_folders(&fixture->project, NULL))
        return false;
    fixture->config->delivery_retry_first_seconds = first_s;
    fixture->config->delivery_retry_most_seconds = most_s;
    fixture->outbox = outbox_open(fixture->project.outbox_file, NULL, NULL);
    struct delivery_listener listener = {.told = told, .frames_scored = frames, .context = fixture};
    fixture->delivery =
        delivery_create(fixture->config, &fixture->project, fixture->outbox, listener, NULL);
    return fixture->outbox && fixture->delivery;
}

static void fixture_close(struct fixture *fixture)
{
    delivery_destroy(fixture->delivery);
    outbox_close(fixture->outbox);
    config_destroy(fixture->config);
}

static bool queue_alert(struct fixture *fixture, int seq, int outcome)
{
    atomic_store(&fakes[0].outcome[seq], outcome);
    json_t *record = json_pack("{s:i, s:s, s:b}", "seq", seq, "event_id", "1-1", "notify", true);
    bool ok = outbox_take(fixture->outbox, record, seq, both, 1, clock_wall_utc_ms(), NULL);
    json_decref(record);
    delivery_wake(fixture->delivery);
    return ok;
}

/* How often the record went through the first channel. */
static int sends_of(int seq)
{
    int total = 0;
    for (int i = 0; i < atomic_load(&fakes[0].count); i++)
        total += atomic_load(&fakes[0].seqs[i]) == seq;
    return total;
}

static int pending(const struct fixture *fixture)
{
    int count = -1;
    (void)!outbox_pending(fixture->outbox, &count, NULL);
    return count;
}

/* Waits for an expression to become true; leaves the time that took in waited_s. */
static double waited_s;
#define WAIT_FOR(expression, limit_s)                                                              \
    do {                                                                                           \
        int64_t wait_start_ns = clock_monotonic_ns();                                              \
        do {                                                                                       \
            waited_s = (double)(clock_monotonic_ns() - wait_start_ns) / (double)NS_PER_SECOND;     \
            if (!(expression))                                                                     \
                clock_sleep_ns(2 * NS_PER_MS);                                                     \
        } while (!(expression) && waited_s < (limit_s));                                           \
        CHECK(expression);                                                                         \
    } while (0)

/* --- Tests --- */

TEST(alerts_go_out_and_are_logged)
{
    struct fixture fixture;
    CHECK(fixture_open(&fixture, 0.1, 1));
    CHECK(delivery_start(fixture.delivery, NULL));
    CHECK(queue_alert(&fixture, 1, SEND_DELIVERED));
    WAIT_FOR(pending(&fixture) == 0, 10);
    delivery_stop(fixture.delivery);
    delivery_join(fixture.delivery);
    char log[PATH_SIZE];
    CHECK(path_join(log, sizeof log, fixture.project.logs_dir, "delivery.jsonl", NULL));
    char *text = sandbox_text(log, NULL);
    CHECK_CONTAINS(text,
                   "\"event_id\":\"1-1\",\"record_seq\":1,\"channel\":\"slack\",\"attempt\":1,"
                   "\"outcome\":\"delivered\"");
    free(text);
    CHECK_INT(atomic_load(&fixture.failing) + atomic_load(&fixture.working), 0);
    fixture_close(&fixture);
    delivery_destroy(NULL);
}

TEST(a_jumping_wall_clock_delays_nothing)
{
    static const int64_t jumps_h[] = {10, -10, 24 * 365, -24 * 365};
    for (size_t i = 0; i < sizeof jumps_h / sizeof jumps_h[0]; i++) {
        struct fixture fixture;
        CHECK(fixture_open(&fixture, 0.1, 0.4));
        CHECK(delivery_start(fixture.delivery, NULL));
        CHECK(queue_alert(&fixture, 1, SEND_RETRY));
        WAIT_FOR(sends_of(1) >= 1, 10);
        atomic_store(&wall_jump_ms, jumps_h[i] * 3600 * 1000);
        WAIT_FOR(sends_of(1) >= 3, 3);
        CHECK(queue_alert(&fixture, 2, SEND_DELIVERED)); /* stamped by the clock that jumped */
        WAIT_FOR(sends_of(2) == 1, 3);
        atomic_store(&fakes[0].outcome[1], SEND_DELIVERED);
        WAIT_FOR(pending(&fixture) == 0, 3);
        fixture_close(&fixture);
    }
}

TEST(a_stored_wait_only_counts_up_to_the_longest_on_restart)
{
    struct fixture fixture;
    CHECK(fixture_open(&fixture, 0.1, 0.5));
    CHECK(queue_alert(&fixture, 1, SEND_DELIVERED));
    CHECK(outbox_retry(fixture.outbox, 1, clock_wall_utc_ms() + 36000000, "long ago", NULL));
    CHECK(delivery_start(fixture.delivery, NULL));
    WAIT_FOR(pending(&fixture) == 0, 5);
    CHECK(waited_s > 0.2); /* it still waits, though */
    fixture_close(&fixture);
}

TEST(waits_double_up_to_the_longest)
{
    struct fixture fixture;
    CHECK(fixture_open(&fixture, 0.1, 0.4));
    CHECK(delivery_start(fixture.delivery, NULL));
    CHECK(queue_alert(&fixture, 1, SEND_RETRY));
    WAIT_FOR(sends_of(1) >= 6, 10);
    delivery_stop(fixture.delivery);
    delivery_join(fixture.delivery);
    static const double least_s[] = {0.09, 0.18, 0.36, 0.36, 0.36};
    for (int i = 0; i < 5; i++) {
        double gap_s = (double)(fakes[0].times_ns[i + 1] - fakes[0].times_ns[i]) / 1e9;
        CHECK(gap_s >= least_s[i] - 0.005);
    }
    CHECK_INT(atomic_load(&fixture.failing), 1); /* once per episode */
    fixture_close(&fixture);
}

TEST(a_new_alert_does_not_wait_for_an_old_failure)
{
    static const int outcomes[] = {SEND_RETRY, SEND_REJECTED};
    for (int i = 0; i < 2; i++) {
        struct fixture fixture;
        CHECK(fixture_open(&fixture, 0.1, 60));
        CHECK(delivery_start(fixture.delivery, NULL));
        CHECK(queue_alert(&fixture, 1, outcomes[i]));
        WAIT_FOR(sends_of(1) >= (outcomes[i] == SEND_RETRY ? 6 : 1), 20);
        /* The old one has 3.2 s or 60 s to wait. */
        CHECK(queue_alert(&fixture, 2, SEND_DELIVERED));
        WAIT_FOR(sends_of(2) == 1, 5);
        CHECK(waited_s < 2.0);
        WAIT_FOR(pending(&fixture) == 1, 5);
        fixture_close(&fixture);
    }
}

TEST(when_the_server_is_back_all_that_waited_goes_at_once)
{
    struct fixture fixture;
    CHECK(fixture_open(&fixture, 0.1, 600));
    for (int seq = 1; seq <= 3; seq++)
        CHECK(queue_alert(&fixture, seq, SEND_DELIVERED));
    int64_t later_utc_ms = clock_wall_utc_ms() + 300000;
    CHECK(outbox_retry(fixture.outbox, 1, later_utc_ms, "busy", NULL));
    CHECK(outbox_retry(fixture.outbox, 2, later_utc_ms, "busy", NULL));
    CHECK(outbox_reject(fixture.outbox, 3, later_utc_ms, "wrong", NULL));
    CHECK(delivery_start(fixture.delivery, NULL));
    CHECK(queue_alert(&fixture, 4, SEND_RETRY));
    WAIT_FOR(atomic_load(&fixture.failing) == 1, 10);
    CHECK_INT(sends_of(1), 0);
    atomic_store(&fakes[0].outcome[4], SEND_DELIVERED);
    WAIT_FOR(sends_of(1) == 1 && sends_of(2) == 1, 10);
    WAIT_FOR(pending(&fixture) == 1, 10);
    CHECK_INT(sends_of(3), 0); /* what was rejected keeps its wait */
    CHECK_INT(atomic_load(&fixture.working), 1);
    fixture_close(&fixture);
}

TEST(retry_after_holds_for_everything)
{
    struct fixture fixture;
    CHECK(fixture_open(&fixture, 0.1, 0.1));
    atomic_store(&fakes[0].retry_after_ms, 800);
    CHECK(delivery_start(fixture.delivery, NULL));
    CHECK(queue_alert(&fixture, 1, SEND_RETRY));
    WAIT_FOR(sends_of(1) == 1, 10);
    CHECK(queue_alert(&fixture, 2, SEND_DELIVERED));
    WAIT_FOR(sends_of(2) == 1, 10);
    CHECK(waited_s > 0.7);
    fixture_close(&fixture);
}

TEST(urgent_alerts_are_bounded_and_the_newest_stay)
{
    struct fixture fixture;
    CHECK(fixture_open(&fixture, 0.1, 0.1));
    for (int seq = 1; seq <= URGENT_MAX + 8; seq++) {
        json_t *record = json_pack("{s:i}", "seq", seq);
        delivery_urgent(fixture.delivery, record);
        json_decref(record);
    }
    CHECK(delivery_start(fixture.delivery, NULL));
    WAIT_FOR(sends_of(URGENT_MAX + 8) == 1, 10);
    CHECK_INT(atomic_load(&fakes[0].count), URGENT_MAX);
    CHECK_INT(sends_of(8), 0);
    CHECK_INT(sends_of(9), 1);
    fixture_close(&fixture);
}

TEST(a_failing_urgent_alert_holds_up_no_other)
{
    struct fixture fixture;
    CHECK(fixture_open(&fixture, 0.1, 0.2));
    CHECK(delivery_start(fixture.delivery, NULL));
    atomic_store(&fakes[0].outcome[1], SEND_RETRY);
    for (int seq = 1; seq <= 2; seq++) {
        json_t *record = json_pack("{s:i}", "seq", seq);
        delivery_urgent(fixture.delivery, record);
        json_decref(record);
    }
    CHECK(queue_alert(&fixture, 3, SEND_DELIVERED));
    WAIT_FOR(sends_of(2) == 1 && sends_of(3) == 1, 10);
    WAIT_FOR(sends_of(1) >= 3, 10);
    fixture_close(&fixture);
}

TEST(a_log_that_cannot_be_written_stops_nothing)
{
    struct fixture fixture;
    CHECK(fixture_open(&fixture, 0.1, 1));
    CHECK_INT(rmdir(fixture.project.logs_dir), 0);
    CHECK(delivery_start(fixture.delivery, NULL));
    CHECK(queue_alert(&fixture, 1, SEND_DELIVERED));
    WAIT_FOR(pending(&fixture) == 0, 10);
    fixture_close(&fixture);
}

TEST(draining_ends_when_nothing_is_due)
{
    struct fixture fixture;
    bool empty = false;
    CHECK(fixture_open(&fixture, 60, 60));
    CHECK(delivery_drain(fixture.delivery, 5000, &empty, NULL));
    CHECK(empty);
    CHECK(queue_alert(&fixture, 1, SEND_DELIVERED));
    CHECK(queue_alert(&fixture, 2, SEND_DELIVERED));
    CHECK(delivery_drain(fixture.delivery, 5000, &empty, NULL));
    CHECK(empty);
    CHECK_INT(atomic_load(&fakes[0].count), 2);
    CHECK(queue_alert(&fixture, 3, SEND_RETRY));
    int64_t start_ns = clock_monotonic_ns();
    CHECK(delivery_drain(fixture.delivery, 20000, &empty, NULL));
    CHECK(!empty);
    CHECK(clock_monotonic_ns() - start_ns < 10 * NS_PER_SECOND); /* the retry is not due */
    fixture_close(&fixture);
}

TEST(draining_leaves_the_work_to_who_holds_the_lock)
{
    struct fixture fixture;
    bool empty = true;
    CHECK(fixture_open(&fixture, 0.1, 1));
    CHECK(queue_alert(&fixture, 1, SEND_DELIVERED));
    struct file_lock lock = {0};
    CHECK(file_lock_try(&lock, fixture.project.delivery_lock_file, NULL));
    CHECK(delivery_drain(fixture.delivery, 20000, &empty, NULL));
    CHECK(!empty);
    CHECK_INT(atomic_load(&fakes[0].count), 0);
    file_lock_release(&lock);
    CHECK(delivery_drain(fixture.delivery, 20000, &empty, NULL));
    CHECK(empty);
    fixture_close(&fixture);
}

TEST(draining_a_running_delivery)
{
    struct fixture fixture;
    bool empty = false;
    CHECK(fixture_open(&fixture, 0.1, 1));
    CHECK(delivery_start(fixture.delivery, NULL));
    for (int seq = 1; seq <= 10; seq++)
        CHECK(queue_alert(&fixture, seq, SEND_DELIVERED));
    CHECK(delivery_drain(fixture.delivery, 10000, &empty, NULL));
    CHECK(empty);
    CHECK_INT(atomic_load(&fakes[0].count), 10);
    fixture_close(&fixture);
}

TEST(channels_on_off_and_incomplete)
{
    struct fixture fixture;
    const char *names[CHANNELS_MAX];
    CHECK(fixture_open(&fixture, 0.1, 1));
    CHECK_INT(delivery_channels(fixture.config, (struct config_warnings){0}, names), 1);
    CHECK_TEXT(names[0], "slack");
    fixture.config->notify_email_enabled = true;
    CHECK_INT(delivery_channels(fixture.config, (struct config_warnings){0}, names), 2);
    fixture.config->notify_email_smtp_port = 1;
    CHECK_INT(delivery_channels(fixture.config, (struct config_warnings){0}, names), 1);
    fixture.config->notify_slack_enabled = false;
    CHECK_INT(delivery_channels(fixture.config, (struct config_warnings){0}, names), 0);
    fixture_close(&fixture);
}

TEST(creation_fails_with_a_reason)
{
    struct fixture fixture;
    struct error err = {0};
    CHECK(fixture_open(&fixture, 0.1, 1));
    struct delivery_listener listener = {.frames_scored = frames};
    atomic_store(&creating_fails, true);
    CHECK(!delivery_create(fixture.config, &fixture.project, fixture.outbox, listener, &err));
    atomic_store(&creating_fails, false);
    CHECK_INT(err.code, ERROR_MEMORY);
    const char *url = fixture.config->delivery_heartbeat_url;
    fixture.config->delivery_heartbeat_url = "http://example.org/SECRET";
    CHECK(!delivery_create(fixture.config, &fixture.project, fixture.outbox, listener, &err));
    CHECK_INT(err.code, ERROR_CONFIG);
    CHECK_CONTAINS(err.message, "delivery.heartbeat_url");
    CHECK(!strstr(err.message, "SECRET"));
    fixture.config->delivery_heartbeat_url = url;
    fixture_close(&fixture);
}

int main(void)
{
    if (!sandbox_enter())
        return 1;
    RUN(alerts_go_out_and_are_logged);
    RUN(a_jumping_wall_clock_delays_nothing);
    RUN(a_stored_wait_only_counts_up_to_the_longest_on_restart);
    RUN(waits_double_up_to_the_longest);
    RUN(a_new_alert_does_not_wait_for_an_old_failure);
    RUN(when_the_server_is_back_all_that_waited_goes_at_once);
    RUN(retry_after_holds_for_everything);
    RUN(urgent_alerts_are_bounded_and_the_newest_stay);
    RUN(a_failing_urgent_alert_holds_up_no_other);
    RUN(a_log_that_cannot_be_written_stops_nothing);
    RUN(draining_ends_when_nothing_is_due);
    RUN(draining_leaves_the_work_to_who_holds_the_lock);
    RUN(draining_a_running_delivery);
    RUN(channels_on_off_and_incomplete);
    RUN(creation_fails_with_a_reason);
    sandbox_leave();
    return check_report();
}

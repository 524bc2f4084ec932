/* The outbox: nothing lost, nothing doubled, whatever happened to the file or the journal. */
#include "check.h"

#include "platform/clock.h"
#include "sink/journal.h"
#include "sink/outbox.h"

#include "sandbox.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const both[] = {"slack", "email"};
static const int64_t day_ms = INT64_C(24) * 3600 * 1000;

struct fixture {
    char journal_path[PATH_SIZE], path[PATH_SIZE];
    struct journal *journal;
    struct outbox *outbox;
};

static bool fixture_open(struct fixture *fixture)
{
    sandbox_path(fixture->path, "outbox.db");
    snprintf(fixture->journal_path, PATH_SIZE, "%.*s.jsonl", PATH_SIZE - 16, fixture->path);
    fixture->journal = journal_open(fixture->journal_path, 0, NULL);
    fixture->outbox = outbox_open(fixture->path, NULL, NULL);
    return fixture->journal && fixture->outbox;
}

static void fixture_close(struct fixture *fixture)
{
    journal_close(fixture->journal);
    outbox_close(fixture->outbox);
}

static json_t *make_record(bool notify, int64_t utc_ms)
{
    char ts[CLOCK_TEXT_SIZE];
    clock_format_iso8601(utc_ms, true, ts);
    return json_pack("{s:s, s:s, s:b}", "ts", ts, "type", "anomaly_detected", "notify", notify);
}

static int64_t append(struct fixture *fixture, bool notify, int64_t utc_ms)
{
    json_t *record = make_record(notify, utc_ms);
    int64_t seq = -1;
    if (!journal_append(fixture->journal, record, false, &seq, NULL))
        seq = -1;
    json_decref(record);
    return seq;
}

static bool take(struct outbox *outbox, int64_t seq, bool notify, int64_t utc_ms)
{
    json_t *record = make_record(notify, utc_ms);
    bool ok = outbox_take(outbox, record, seq, both, 2, utc_ms, NULL);
    json_decref(record);
    return ok;
}

static bool catch_up(struct fixture *fixture)
{
    return outbox_catch_up(fixture->outbox, fixture->journal_path, both, 2, 1000, NULL);
}

static int pending(struct outbox *outbox)
{
    int count;
    return outbox_pending(outbox, &count, NULL) ? count : -1;
}

static int64_t cursor(struct outbox *outbox)
{
    int64_t seq;
    return outbox_cursor(outbox, &seq, NULL) ? seq : -1;
}

/* The seq of what is due, 0 = nothing; *ret_id for what follows. */
static int64_t due(struct outbox *outbox, const char *channel, int64_t now, int64_t *ret_id)
{
    struct outbox_item item;
    bool found;
    int64_t next;
    if (!outbox_next(outbox, channel, now, &item, &found, &next, NULL))
        return -1;
    if (!found)
        return 0;
    int64_t seq = item.seq;
    if (ret_id)
        *ret_id = item.id;
    outbox_item_finish(&item);
    return seq;
}

static bool execute(const char *path, const char *sql)
{
    sqlite3 *database;
    bool ok = sqlite3_open(path, &database) == SQLITE_OK &&
              sqlite3_exec(database, sql, NULL, NULL, NULL) == SQLITE_OK;
    sqlite3_close(database);
    return ok;
}

TEST(each_channel_has_its_own_queue)
{
    struct fixture fixture;
    CHECK(fixture_open(&fixture));
    CHECK(take(fixture.outbox, 1, true, 10));
    CHECK(take(fixture.outbox, 2, false, 20));
    CHECK(take(fixture.outbox, 3, true, 30));
    CHECK_INT(pending(fixture.outbox), 4);
    CHECK_INT(cursor(fixture.outbox), 3);
    int64_t id;
    CHECK_INT(due(fixture.outbox, "slack", 30, &id), 1);
    CHECK(outbox_delivered(fixture.outbox, id, 40, NULL));
    CHECK_INT(due(fixture.outbox, "slack", 30, NULL), 3);
    CHECK_INT(due(fixture.outbox, "email", 30, NULL), 1);
    CHECK_INT(pending(fixture.outbox), 3);
    fixture_close(&fixture);
    outbox_close(NULL);
}

/* Whoever hands a record over has its number beside it, not in it. */
TEST(what_is_queued_knows_its_number)
{
    struct fixture fixture;
    struct outbox_item item;
    bool found = false;
    int64_t next;
    CHECK(fixture_open(&fixture));
    CHECK(take(fixture.outbox, 7, true, 10));
    CHECK(outbox_next(fixture.outbox, "email", 99, &item, &found, &next, NULL));
    CHECK(found);
    CHECK_INT(json_integer_value(json_object_get(item.record, "seq")), 7);
    outbox_item_finish(&item);
    fixture_close(&fixture);
}

TEST(the_same_record_is_queued_once)
{
    struct fixture fixture;
    CHECK(fixture_open(&fixture));
    for (int i = 0; i < 3; i++)
        CHECK(take(fixture.outbox, 1, true, 10));
    CHECK_INT(pending(fixture.outbox), 2);
    int64_t id;
    CHECK_INT(due(fixture.outbox, "slack", 99, &id), 1);
    CHECK(outbox_delivered(fixture.outbox, id, 99, NULL));
    CHECK(take(fixture.outbox, 1, true, 10));
    CHECK_INT(pending(fixture.outbox), 1);
    /* The same number at another time is another record: the journal began again. */
    CHECK(take(fixture.outbox, 1, true, 11));
    CHECK_INT(pending(fixture.outbox), 3);
    fixture_close(&fixture);
}

TEST(waits_and_the_order_of_the_queue)
{
    struct fixture fixture;
    CHECK(fixture_open(&fixture));
    for (int seq = 1; seq <= 3; seq++)
        CHECK(take(fixture.outbox, seq, true, seq));
    int64_t id, rejected_id;
    CHECK_INT(due(fixture.outbox, "slack", 0, &id), 1);
    CHECK(outbox_retry(fixture.outbox, id, 500, "busy", NULL));
    CHECK_INT(due(fixture.outbox, "slack", 0, &rejected_id), 2);
    CHECK(outbox_reject(fixture.outbox, rejected_id, 9000, "wrong", NULL));
    CHECK_INT(due(fixture.outbox, "slack", 600, NULL), 3); /* new ones first */
    CHECK_INT(due(fixture.outbox, "slack", 0, &id), 3);
    CHECK(outbox_delivered(fixture.outbox, id, 1, NULL));
    struct outbox_item item;
    bool found;
    int64_t next;
    CHECK(outbox_next(fixture.outbox, "slack", 499, &item, &found, &next, NULL));
    CHECK(!found);
    CHECK_INT(next, 500);
    CHECK(outbox_next(fixture.outbox, "slack", 500, &item, &found, &next, NULL));
    CHECK(found);
    CHECK_INT(item.attempts, 1);
    CHECK_INT(item.next_attempt_utc_ms, 500);
    CHECK_TEXT(item.channel, "slack");
    CHECK_TEXT(json_string_value(json_object_get(item.record, "type")), "anomaly_detected");
    outbox_item_finish(&item);
    CHECK(outbox_hurry(fixture.outbox, "slack", NULL));
    CHECK_INT(due(fixture.outbox, "slack", 0, &id), 1);
    CHECK(outbox_delivered(fixture.outbox, id, 1, NULL));
    CHECK_INT(due(fixture.outbox, "slack", 0, NULL), 0); /* the rejected one is not hurried */
    CHECK(outbox_limit_waits(fixture.outbox, 700, NULL));
    CHECK_INT(due(fixture.outbox, "slack", 699, NULL), 0);
    CHECK_INT(due(fixture.outbox, "slack", 700, NULL), 2);
    CHECK(outbox_next(fixture.outbox, "fax", 700, &item, &found, &next, NULL));
    CHECK(!found && next == INT64_MAX);
    fixture_close(&fixture);
}

TEST(the_oldest_is_told_whatever_is_sent_next)
{
    struct fixture fixture;
    int64_t oldest, id;
    CHECK(fixture_open(&fixture));
    CHECK(outbox_oldest(fixture.outbox, &oldest, NULL));
    CHECK(oldest == INT64_MAX);
    CHECK(take(fixture.outbox, 1, true, 10));
    CHECK_INT(due(fixture.outbox, "slack", 10, &id), 1);
    CHECK(outbox_retry(fixture.outbox, id, 500, "busy", NULL));
    CHECK(take(fixture.outbox, 2, true, 400));
    CHECK(outbox_oldest(fixture.outbox, &oldest, NULL));
    CHECK_INT(oldest, 10);
    fixture_close(&fixture);
}

TEST(the_cursor_waits_for_records_taken_out_of_turn)
{
    struct fixture fixture;
    CHECK(fixture_open(&fixture));
    CHECK_INT(append(&fixture, true, 1), 1); /* another process wrote this and died */
    CHECK_INT(append(&fixture, true, 2), 2);
    CHECK(take(fixture.outbox, 2, true, 2));
    CHECK_INT(cursor(fixture.outbox), 0);
    CHECK_INT(pending(fixture.outbox), 2);
    CHECK(catch_up(&fixture));
    CHECK_INT(cursor(fixture.outbox), 2);
    CHECK_INT(pending(fixture.outbox), 4);
    CHECK_INT(due(fixture.outbox, "email", 0, NULL), 2); /* in the order in which they came */
    fixture_close(&fixture);
}

TEST(catching_up_takes_what_a_crash_left_behind)
{
    struct fixture fixture;
    CHECK(fixture_open(&fixture));
    for (int i = 1; i <= 9; i++)
        append(&fixture, i % 3 == 0, i);
    CHECK(outbox_catch_up(fixture.outbox, fixture.journal_path, both, 0, 0, NULL));
    CHECK_INT(cursor(fixture.outbox), 0); /* without channels the alerts wait */
    for (int i = 0; i < 2; i++) {
        CHECK(catch_up(&fixture));
        CHECK_INT(pending(fixture.outbox), 6);
        CHECK_INT(cursor(fixture.outbox), 9);
        outbox_close(fixture.outbox);
        fixture.outbox = outbox_open(fixture.path, NULL, NULL);
        CHECK(fixture.outbox);
    }
    append(&fixture, true, 10);
    CHECK(catch_up(&fixture));
    CHECK_INT(pending(fixture.outbox), 8);
    fixture_close(&fixture);
}

TEST(quiet_records_cost_no_transaction_and_are_not_taken_twice)
{
    struct fixture fixture;
    CHECK(fixture_open(&fixture));
    for (int seq = 1; seq <= 5; seq++)
        CHECK(take(fixture.outbox, seq, false, seq));
    CHECK_INT(cursor(fixture.outbox), 5);
    outbox_close(fixture.outbox);
    fixture.outbox = outbox_open(fixture.path, NULL, NULL);
    CHECK_INT(cursor(fixture.outbox), 0); /* they need not be on disk: nothing was stored */
    fixture_close(&fixture);
}

TEST(a_journal_that_lost_its_end_is_not_trusted_by_the_cursor)
{
    struct fixture fixture;
    CHECK(fixture_open(&fixture));
    for (int i = 1; i <= 5; i++)
        append(&fixture, true, i);
    CHECK(catch_up(&fixture));
    CHECK_INT(pending(fixture.outbox), 10);
    journal_close(fixture.journal);
    CHECK_INT(remove(fixture.journal_path), 0);
    fixture.journal = journal_open(fixture.journal_path, 0, NULL);
    CHECK_INT(append(&fixture, true, 100), 1);
    CHECK_INT(append(&fixture, true, 101), 2);
    CHECK(catch_up(&fixture));
    CHECK_INT(pending(fixture.outbox), 14);
    CHECK_INT(cursor(fixture.outbox), 2);
    CHECK_INT(append(&fixture, true, 102), 3);
    CHECK(take(fixture.outbox, 3, true, 102));
    CHECK_INT(pending(fixture.outbox), 16);
    fixture_close(&fixture);
}

TEST(a_new_outbox_tells_the_last_seven_days_only)
{
    struct fixture fixture;
    CHECK(fixture_open(&fixture));
    append(&fixture, true, 1 * day_ms);
    append(&fixture, true, 9 * day_ms);
    append(&fixture, true, 15 * day_ms);
    append(&fixture, false, 15 * day_ms);
    CHECK(catch_up(&fixture));
    CHECK_INT(pending(fixture.outbox), 4);
    CHECK_INT(due(fixture.outbox, "slack", 0, NULL), 2);
    fixture_close(&fixture);
}

TEST(set_cursor_skips_history)
{
    struct fixture fixture;
    CHECK(fixture_open(&fixture));
    for (int i = 1; i <= 4; i++)
        append(&fixture, true, i);
    CHECK(outbox_set_cursor(fixture.outbox, 3, NULL));
    CHECK(catch_up(&fixture));
    CHECK_INT(pending(fixture.outbox), 2);
    CHECK_INT(due(fixture.outbox, "slack", 0, NULL), 4);
    CHECK_INT(cursor(fixture.outbox), 4);
    fixture_close(&fixture);
}

TEST(delivered_rows_are_forgotten_after_a_month)
{
    struct fixture fixture;
    CHECK(fixture_open(&fixture));
    int64_t id;
    for (int seq = 1; seq <= 2; seq++) {
        CHECK(take(fixture.outbox, seq, true, seq));
        for (int i = 0; i < 2; i++) {
            CHECK_INT(due(fixture.outbox, both[i], 0, &id), seq);
            CHECK(outbox_delivered(fixture.outbox, id, seq, NULL));
        }
    }
    CHECK(take(fixture.outbox, 3, true, 31 * day_ms));
    CHECK(take(fixture.outbox, 1, true, 1)); /* would be ignored if it were still there */
    CHECK_INT(pending(fixture.outbox), 4);
    fixture_close(&fixture);
}

static int files_beginning(const char *path, const char *ending)
{
    char folder[PATH_SIZE], start[PATH_SIZE];
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    *slash = '\0';
    snprintf(start, sizeof start, "%.*s%s", PATH_SIZE - 32, slash + 1, ending);
    struct name_list list;
    if (!folder_list(folder, 100, &list, NULL))
        return -1;
    int count = 0;
    for (size_t i = 0; i < list.count; i++)
        count += strncmp(list.names[i], start, strlen(start)) == 0;
    name_list_finish(&list);
    return count;
}

/* Opens what lies there; the journal's alerts must come back. */
static bool rebuilds(struct fixture *fixture)
{
    struct error err = {0};
    bool rebuilt = false;
    fixture->outbox = outbox_open(fixture->path, &rebuilt, &err);
    if (!fixture->outbox)
        printf("%s\n", err.message);
    return fixture->outbox && rebuilt && files_beginning(fixture->path, ".damaged-") >= 1 &&
           catch_up(fixture) && pending(fixture->outbox) == 2;
}

TEST(a_damaged_file_is_put_aside_and_filled_again)
{
    struct fixture fixture;
    CHECK(fixture_open(&fixture));
    append(&fixture, true, 1);
    CHECK(catch_up(&fixture));
    for (int kind = 0; kind < 4; kind++) {
        outbox_close(fixture.outbox);
        size_t size;
        char *whole = sandbox_text(fixture.path, &size);
        CHECK(whole && size >= 8192);
        if (kind == 0)
            memset(whole, 'x', 100); /* not a database */
        else if (kind == 1)
            memset(whole + 4096, 0xa5, size - 4096); /* all pages but the first */
        else if (kind == 2)
            size = 4096 + 100; /* cut */
        sandbox_write(fixture.path, whole, size);
        free(whole);
        if (kind == 3)
            CHECK(execute(fixture.path, "DROP TABLE alert"));
        clock_sleep_ns(2 * NS_PER_MS); /* another stamp */
        CHECK(rebuilds(&fixture));
    }
    fixture_close(&fixture);
}

TEST(somebody_elses_database_is_put_aside)
{
    struct fixture fixture;
    CHECK(fixture_open(&fixture));
    append(&fixture, true, 1);
    outbox_close(fixture.outbox);
    CHECK_INT(remove(fixture.path), 0);
    CHECK(execute(fixture.path, "CREATE TABLE alert(x)"));
    CHECK(rebuilds(&fixture));
    fixture_close(&fixture);
}

TEST(a_newer_schema_is_refused_and_left_alone)
{
    struct fixture fixture;
    CHECK(fixture_open(&fixture));
    outbox_close(fixture.outbox);
    CHECK(execute(fixture.path, "PRAGMA user_version = 2"));
    struct error err = {0};
    bool rebuilt = false;
    fixture.outbox = outbox_open(fixture.path, &rebuilt, &err);
    CHECK(!fixture.outbox && !rebuilt);
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "schema 2");
    CHECK_INT(files_beginning(fixture.path, ".damaged-"), 0);
    fixture_close(&fixture);
}

TEST(what_is_no_file_is_refused)
{
    struct fixture fixture;
    struct error err = {0};
    char folder[PATH_SIZE];
    sandbox_path(folder, "outbox.db");
    CHECK(folder_create(folder, false, NULL));
    CHECK(!outbox_open(folder, NULL, &err));
    CHECK_CONTAINS(err.message, "not a regular file");
    CHECK(fixture_open(&fixture));
    char link[PATH_SIZE];
    sandbox_path(link, "outbox.db");
    CHECK_INT(symlink(fixture.path, link), 0);
    CHECK(!outbox_open(link, NULL, &err));
    CHECK_INT(err.code, ERROR_IO);
    char missing[PATH_SIZE + 16];
    snprintf(missing, sizeof missing, "%s/no/outbox.db", sandbox);
    CHECK(!outbox_open(missing, NULL, &err));
    static char longest[2 * PATH_SIZE];
    memset(longest, 'a', sizeof longest - 1);
    CHECK(!outbox_open(longest, NULL, &err));
    CHECK_CONTAINS(err.message, "too long");
    fixture_close(&fixture);
}

TEST(a_row_that_rotted_is_told_as_such)
{
    struct fixture fixture;
    CHECK(fixture_open(&fixture));
    CHECK(take(fixture.outbox, 1, true, 1));
    CHECK(execute(fixture.path, "UPDATE alert SET record = '{\"ty'"));
    struct outbox_item item;
    bool found;
    int64_t next;
    CHECK(outbox_next(fixture.outbox, "slack", 0, &item, &found, &next, NULL) && found);
    CHECK_TEXT(json_string_value(json_object_get(item.record, "type")), "alert_unreadable");
    outbox_item_finish(&item);
    fixture_close(&fixture);
}

TEST(a_refused_write_changes_nothing)
{
    struct fixture fixture;
    CHECK(fixture_open(&fixture));
    CHECK(take(fixture.outbox, 1, true, 1));
    CHECK(execute(fixture.path, "CREATE TRIGGER no BEFORE INSERT ON alert"
                                " WHEN new.channel = 'email'"
                                " BEGIN SELECT RAISE(ABORT, 'made to fail'); END"));
    json_t *record = make_record(true, 2);
    struct error err = {0};
    CHECK(!outbox_take(fixture.outbox, record, 2, both, 2, 2, &err));
    CHECK_CONTAINS(err.message, "made to fail");
    json_decref(record);
    CHECK_INT(pending(fixture.outbox), 2); /* not Slack's half either */
    CHECK_INT(cursor(fixture.outbox), 1);
    CHECK(take(fixture.outbox, 3, false, 3));
    CHECK_INT(cursor(fixture.outbox), 1);
    append(&fixture, true, 1);
    append(&fixture, true, 2);
    CHECK(!catch_up(&fixture));
    CHECK_INT(cursor(fixture.outbox), 1);
    CHECK(execute(fixture.path, "DROP TRIGGER no"));
    CHECK(catch_up(&fixture));
    CHECK_INT(pending(fixture.outbox), 4);
    CHECK_INT(cursor(fixture.outbox), 2);
    fixture_close(&fixture);
}

TEST(a_full_disk_is_an_error_and_then_goes_on)
{
    struct fixture fixture;
    CHECK(fixture_open(&fixture));
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit old, limit;
    getrlimit(RLIMIT_FSIZE, &old);
    limit = (struct rlimit){.rlim_cur = 600, .rlim_max = old.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
    bool ok = take(fixture.outbox, 1, true, 1);
    setrlimit(RLIMIT_FSIZE, &old);
    CHECK(!ok);
    CHECK_INT(pending(fixture.outbox), 0);
    CHECK(take(fixture.outbox, 1, true, 1));
    CHECK_INT(pending(fixture.outbox), 2);
    CHECK_INT(cursor(fixture.outbox), 1);
    fixture_close(&fixture);
}

/* Journals and queues alerts until killed. */
static void child_takes(const char *journal_path, const char *path, int pipe_end)
{
    struct journal *journal = journal_open(journal_path, 2000, NULL);
    struct outbox *outbox = outbox_open(path, NULL, NULL);
    for (int64_t i = 0; journal && outbox; i++) {
        json_t *record = make_record(i % 2 == 0, clock_wall_utc_ms());
        int64_t seq = 0;
        if (!journal_append(journal, record, true, &seq, NULL))
            break;
        if (i % 2 == 0 && write(pipe_end, &seq, sizeof seq) != sizeof seq)
            break;
        if (!outbox_take(outbox, record, seq, both, 2, 0, NULL))
            break;
        json_decref(record);
    }
    _exit(1);
}

TEST(killed_at_any_moment_every_alert_is_queued_once)
{
    enum { SEQS = 20000 };
    static bool acknowledged[SEQS];
    static int queued[SEQS];
    struct fixture fixture;
    CHECK(fixture_open(&fixture));
    int total = 0;
    fflush(stdout);
    for (int round = 0; round < 25; round++) {
        int ends[2], status;
        CHECK(pipe(ends) == 0);
        pid_t child = fork();
        if (child == 0)
            child_takes(fixture.journal_path, fixture.path, ends[1]);
        close(ends[1]);
        int64_t seq;
        for (int i = 0; i <= round % 4 && read(ends[0], &seq, sizeof seq) == sizeof seq; i++)
            acknowledged[seq] = true;
        clock_sleep_ns((int64_t)(round * 37 % 10) * NS_PER_MS / 2);
        CHECK_INT(kill(child, SIGKILL), 0);
        while (read(ends[0], &seq, sizeof seq) == sizeof seq)
            acknowledged[seq] = true;
        close(ends[0]);
        CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status));
    }
    outbox_close(fixture.outbox);
    fixture.outbox = outbox_open(fixture.path, NULL, NULL);
    CHECK(fixture.outbox && catch_up(&fixture));
    int64_t id, seq;
    while ((seq = due(fixture.outbox, "email", 0, &id)) > 0) {
        queued[seq]++;
        CHECK(outbox_delivered(fixture.outbox, id, clock_wall_utc_ms(), NULL));
    }
    for (int i = 0; i < SEQS; i++) {
        total += acknowledged[i];
        CHECK(queued[i] <= 1);
        CHECK(!acknowledged[i] || queued[i] == 1);
    }
    CHECK(total >= 25);
    fixture_close(&fixture);
}

int main(void)
{
    if (!sandbox_enter())
        return 1;
    RUN(each_channel_has_its_own_queue);
    RUN(what_is_queued_knows_its_number);
    RUN(the_same_record_is_queued_once);
    RUN(waits_and_the_order_of_the_queue);
    RUN(the_oldest_is_told_whatever_is_sent_next);
    RUN(the_cursor_waits_for_records_taken_out_of_turn);
    RUN(catching_up_takes_what_a_crash_left_behind);
    RUN(quiet_records_cost_no_transaction_and_are_not_taken_twice);
    RUN(a_journal_that_lost_its_end_is_not_trusted_by_the_cursor);
    RUN(a_new_outbox_tells_the_last_seven_days_only);
    RUN(set_cursor_skips_history);
    RUN(delivered_rows_are_forgotten_after_a_month);
    RUN(a_damaged_file_is_put_aside_and_filled_again);
    RUN(somebody_elses_database_is_put_aside);
    RUN(a_newer_schema_is_refused_and_left_alone);
    RUN(what_is_no_file_is_refused);
    RUN(a_row_that_rotted_is_told_as_such);
    RUN(a_refused_write_changes_nothing);
    RUN(a_full_disk_is_an_error_and_then_goes_on);
    RUN(killed_at_any_moment_every_alert_is_queued_once);
    sandbox_leave();
    return check_report();
}

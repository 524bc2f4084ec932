/* An outbox on a disk that takes no file when the program starts. */
#include "check.h"

#include "sink/outbox.h"

#include "sandbox.h"

static const char *const channels[] = {"slack"};

static bool take(struct outbox *outbox, int64_t seq, bool notify, struct error *err)
{
    json_t *record = json_pack("{s:s, s:b}", "type", "fault", "notify", notify);
    bool ok = outbox_take(outbox, record, seq, channels, 1, 1000, err);
    json_decref(record);
    return ok;
}

/* The folder that is not there stands for the disk that is full. */
static struct outbox *open_without_folder(char ret_folder[PATH_SIZE])
{
    char path[PATH_SIZE + 16];
    sandbox_path(ret_folder, "disk");
    snprintf(path, sizeof path, "%s/outbox.db", ret_folder);
    return outbox_open_later(path, NULL);
}

TEST(until_it_can_be_opened_nothing_is_due_and_nothing_is_stored)
{
    char folder[PATH_SIZE];
    struct outbox *outbox = open_without_folder(folder);
    CHECK(outbox);
    struct error err = {0};
    struct outbox_item item;
    bool found = true;
    int64_t next_utc_ms = 0, cursor;
    int count;
    CHECK(take(outbox, 1, false, &err)); /* needs no file */
    CHECK(!take(outbox, 2, true, &err));
    CHECK(err.code != ERROR_NONE);
    CHECK(outbox_next(outbox, "slack", 3, &item, &found, &next_utc_ms, &err));
    CHECK(!found);
    CHECK(next_utc_ms == INT64_MAX);
    CHECK(!outbox_pending(outbox, &count, &err));
    CHECK(!outbox_cursor(outbox, &cursor, &err));
    CHECK(!outbox_set_cursor(outbox, 1, &err));
    outbox_close(outbox);
}

TEST(the_first_call_that_can_opens_it)
{
    char folder[PATH_SIZE];
    struct outbox *outbox = open_without_folder(folder);
    CHECK(outbox);
    CHECK(take(outbox, 1, false, NULL));
    CHECK(!take(outbox, 2, true, NULL));
    CHECK(folder_create(folder, false, NULL));
    int64_t cursor = -1, next_utc_ms;
    struct outbox_item item;
    bool found = false;
    CHECK(outbox_cursor(outbox, &cursor, NULL));
    CHECK_INT(cursor, 1); /* past the quiet record, not past the alert */
    CHECK(take(outbox, 2, true, NULL));
    CHECK(outbox_next(outbox, "slack", 2000, &item, &found, &next_utc_ms, NULL));
    CHECK(found);
    CHECK_INT(item.seq, 2);
    outbox_item_finish(&item);
    outbox_close(outbox);
}

TEST(a_path_that_is_too_long_is_refused_at_once)
{
    struct error err;
    static char longest[2 * PATH_SIZE];
    memset(longest, 'a', sizeof longest - 1);
    CHECK(!outbox_open_later(longest, &err));
    CHECK_CONTAINS(err.message, "too long");
}

int main(void)
{
    if (!sandbox_enter())
        return 1;
    RUN(until_it_can_be_opened_nothing_is_due_and_nothing_is_stored);
    RUN(the_first_call_that_can_opens_it);
    RUN(a_path_that_is_too_long_is_refused_at_once);
    sandbox_leave();
    return check_report();
}

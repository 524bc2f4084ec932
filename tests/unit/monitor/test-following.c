/* What a running monitor and the commands beside it learn of each other through files: the
 * acknowledgements, and the lock. */
#include "check.h"
#include "monitor/ack_follower.h"
#include "monitor/presence.h"
#include "scratch.h"

struct taken {
    int count;
    char ids[8][EVENT_ID_SIZE];
};

static void take(void *context, const char *event_id)
{
    struct taken *taken = context;
    snprintf(taken->ids[taken->count++ % 8], EVENT_ID_SIZE, "%s", event_id);
}

static bool put(const char *path, const char *text)
{
    return file_replace(path, text, strlen(text), false, NULL);
}

TEST(each_line_is_handed_on_once)
{
    const char *path = scratch("acknowledged.txt");
    struct ack_follower follower;
    struct taken taken = {0};
    CHECK(put(path, "1-1 5\n"));
    ack_follower_init(&follower, path);
    ack_follower_poll(&follower, take, &taken);
    CHECK_INT(taken.count, 0); /* of an earlier run */
    CHECK(put(path, "1-1 5\n2-1 6\n2-2 7\n"));
    ack_follower_poll(&follower, take, &taken);
    ack_follower_poll(&follower, take, &taken);
    CHECK_INT(taken.count, 2);
    CHECK_TEXT(taken.ids[0], "2-1");
    CHECK_TEXT(taken.ids[1], "2-2");
    CHECK(put(path, "2-2 7\n2-1 9\n")); /* again, because something new had appeared */
    ack_follower_poll(&follower, take, &taken);
    CHECK_INT(taken.count, 3);
    CHECK_TEXT(taken.ids[2], "2-1");
}

TEST(a_file_that_can_not_be_read_changes_nothing)
{
    const char *path = scratch("gone.txt");
    struct ack_follower follower;
    struct taken taken = {0};
    ack_follower_init(&follower, path);
    ack_follower_poll(&follower, take, &taken);
    CHECK(put(path, "1-1 5\n"));
    ack_follower_poll(&follower, take, &taken);
    CHECK_INT(taken.count, 1);
    CHECK(file_remove(path, NULL) && folder_create(path, false, NULL));
    ack_follower_poll(&follower, take, &taken);
    CHECK_INT(taken.count, 1);
    CHECK_INT(follower.seen.count, 1);
    ack_follower_init(&follower, path);
    CHECK_INT(follower.seen.count, 0);
}

TEST(a_monitor_is_seen_by_its_lock)
{
    struct project project = {0};
    snprintf(project.root, sizeof project.root, "%s", scratch(""));
    snprintf(project.monitor_lock_file, PATH_SIZE, "%s", scratch("monitor.lock"));
    bool running = true;
    CHECK(presence_look(&project, &running, NULL));
    CHECK(!running);
    CHECK_INT(file_kind_of(project.monitor_lock_file), FILE_MISSING); /* looking makes nothing */
    struct file_lock lock = {0}, other = {0};
    CHECK(presence_take(&project, &lock, NULL));
    CHECK(presence_look(&project, &running, NULL));
    CHECK(running);
    struct error err = {0};
    CHECK(!presence_take(&project, &other, &err));
    CHECK_INT(err.code, ERROR_BUSY);
    CHECK_CONTAINS(err.message, "another monitor is already running in");
    file_lock_release(&lock);
    CHECK(presence_look(&project, &running, NULL));
    CHECK(!running);
}

TEST(a_lock_that_can_not_be_opened_is_an_error)
{
    struct project project = {0};
    const char *folder = scratch("folder.lock");
    CHECK(folder_create(folder, false, NULL));
    snprintf(project.monitor_lock_file, PATH_SIZE, "%s", folder);
    bool running = true;
    struct error err = {0};
    CHECK(!presence_look(&project, &running, &err));
    CHECK_CONTAINS(err.message, "folder.lock");
    CHECK(running);
    struct file_lock lock = {0};
    CHECK(!presence_take(&project, &lock, &err));
    CHECK_CONTAINS(err.message, "folder.lock");
}

int main(void)
{
    RUN(each_line_is_handed_on_once);
    RUN(a_file_that_can_not_be_read_changes_nothing);
    RUN(a_monitor_is_seen_by_its_lock);
    RUN(a_lock_that_can_not_be_opened_is_an_error);
    return check_report();
}

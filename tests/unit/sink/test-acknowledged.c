/* state/acknowledged.txt: what is written, what is read back, and what hostile contents can not do.
 */
#include "check.h"
#include "platform/file.h"
#include "scratch.h"
#include "sink/acknowledged.h"

#include <stdlib.h>

static struct acknowledgement entry(const char *event_id, int64_t utc_ms)
{
    struct acknowledgement made = {.utc_ms = utc_ms};
    snprintf(made.event_id, sizeof made.event_id, "%s", event_id);
    return made;
}

static bool put(const char *path, const char *text, size_t size)
{
    return file_replace(path, text, size, false, NULL);
}

TEST(only_ids_as_watch_makes_them_are_valid)
{
    CHECK(event_id_is_valid("1700000000000-1"));
    CHECK(event_id_is_valid("0-0"));
    const char *const wrong[] = {"",
                                 "-",
                                 "1-",
                                 "-1",
                                 "1",
                                 "1-1 ",
                                 "1-1-1",
                                 "x-1",
                                 "1-../x",
                                 "1_1",
                                 "1700000000000000000000000000-123456789012"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (event_id_is_valid(wrong[i]))
            CHECK_FAIL("\"%s\" is taken for an event id", wrong[i]);
}

TEST(a_file_that_is_not_there_is_an_empty_list)
{
    struct acknowledged list = {.count = 7};
    CHECK(acknowledged_read(scratch("nothing.txt"), &list, NULL));
    CHECK_INT(list.count, 0);
}

TEST(what_is_added_is_read_back_newest_last)
{
    const char *path = scratch("added.txt");
    struct acknowledgement first = entry("1700000000000-1", 5),
                           second = entry("1700000000001-2", 6);
    CHECK(acknowledged_add(path, &first, 1, NULL));
    CHECK(acknowledged_add(path, &second, 1, NULL));
    CHECK(acknowledged_add(path, &first, 1, NULL)); /* there already */
    struct acknowledged list;
    CHECK(acknowledged_read(path, &list, NULL));
    CHECK_INT(list.count, 2);
    CHECK_TEXT(list.entries[1].event_id, "1700000000001-2");
    CHECK_INT(list.entries[1].utc_ms, 6);
    CHECK(acknowledged_holds(&list, &first));
    first.utc_ms = 9; /* acknowledged once more, later */
    CHECK(!acknowledged_holds(&list, &first));
    CHECK(acknowledged_add(path, &first, 1, NULL));
    CHECK(acknowledged_read(path, &list, NULL));
    CHECK_INT(list.count, 3);
    CHECK_INT(list.entries[2].utc_ms, 9);
}

TEST(the_oldest_give_way)
{
    const char *path = scratch("many.txt");
    struct acknowledgement many[ACKNOWLEDGED_MAX + 10];
    for (int i = 0; i < ACKNOWLEDGED_MAX + 10; i++) {
        char id[EVENT_ID_SIZE];
        snprintf(id, sizeof id, "1700000000000-%d", i);
        many[i] = entry(id, i);
    }
    CHECK(acknowledged_add(path, many, ACKNOWLEDGED_MAX + 10, NULL));
    struct acknowledged list;
    CHECK(acknowledged_read(path, &list, NULL));
    CHECK_INT(list.count, ACKNOWLEDGED_MAX);
    CHECK_TEXT(list.entries[0].event_id, "1700000000000-10");
    CHECK_TEXT(list.entries[ACKNOWLEDGED_MAX - 1].event_id, "1700000000000-73");
}

TEST(lines_that_are_no_acknowledgement_are_passed_over)
{
    static const char text[] = "\xef\xbb\xbfx\n\n1700000000000-1\r\n../../etc/passwd 1\n1-1 -5\n"
                               "1-1 99999999999999999999\n1-1 1 1\n2-2 7\0 3\n3-3 8";
    const char *path = scratch("odd.txt");
    CHECK(put(path, text, sizeof text - 1));
    struct acknowledged list;
    CHECK(acknowledged_read(path, &list, NULL));
    CHECK_INT(list.count, 3);
    CHECK_TEXT(list.entries[0].event_id, "1700000000000-1");
    CHECK_INT(list.entries[0].utc_ms, 0);
    CHECK_TEXT(list.entries[1].event_id, "2-2");
    CHECK_TEXT(list.entries[2].event_id, "3-3");
    CHECK_INT(list.entries[2].utc_ms, 8);
}

TEST(a_line_without_end_is_passed_over)
{
    const char *path = scratch("long.txt");
    char text[4000];
    memset(text, '1', sizeof text);
    CHECK(put(path, text, sizeof text));
    struct acknowledged list;
    CHECK(acknowledged_read(path, &list, NULL));
    CHECK_INT(list.count, 0);
}

TEST(a_file_that_is_too_large_is_refused_and_begun_anew)
{
    const char *path = scratch("large.txt");
    size_t size = 1 << 20;
    char *text = malloc(size);
    CHECK(text);
    memset(text, '\n', size);
    bool made = put(path, text, size);
    free(text);
    CHECK(made);
    struct acknowledged list = {.count = 3};
    struct error err = {0};
    CHECK(!acknowledged_read(path, &list, &err));
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_INT(list.count, 3);
    struct acknowledgement one = entry("1-1", 2);
    CHECK(acknowledged_add(path, &one, 1, NULL));
    CHECK(acknowledged_read(path, &list, NULL));
    CHECK_INT(list.count, 1);
}

TEST(a_folder_in_its_place_is_an_error)
{
    const char *path = scratch("folder.txt");
    CHECK(folder_create(path, false, NULL));
    struct acknowledgement one = entry("1-1", 2);
    struct error err = {0};
    CHECK(!acknowledged_add(path, &one, 1, &err));
    CHECK_CONTAINS(err.message, "folder.txt");
}

TEST(a_lock_that_can_not_be_made_is_an_error)
{
    struct acknowledgement one = entry("1-1", 2);
    struct error err = {0};
    CHECK(!acknowledged_add(scratch("no/such/folder.txt"), &one, 1, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    char path[PATH_SIZE];
    memset(path, 'x', sizeof path);
    path[sizeof path - 1] = '\0';
    CHECK(!acknowledged_add(path, &one, 1, &err));
    CHECK_CONTAINS(err.message, "too long");
}

int main(void)
{
    RUN(only_ids_as_watch_makes_them_are_valid);
    RUN(a_file_that_is_not_there_is_an_empty_list);
    RUN(what_is_added_is_read_back_newest_last);
    RUN(the_oldest_give_way);
    RUN(lines_that_are_no_acknowledgement_are_passed_over);
    RUN(a_line_without_end_is_passed_over);
    RUN(a_file_that_is_too_large_is_refused_and_begun_anew);
    RUN(a_folder_in_its_place_is_an_error);
    RUN(a_lock_that_can_not_be_made_is_an_error);
    return check_report();
}

/* state/accepted.jsonl: what is in force after acceptances and their undoing, and that nothing is
 * when the file can not be understood.
 */
#include "check.h"
#include "failing_alloc.h"
#include "platform/file.h"
#include "scratch.h"
#include "sink/accepted.h"

#include <jansson.h>
#include <stdlib.h>

static struct accepted list, other; /* too large for a stack that others use too */

static struct acceptance acceptance_of(const char *event_id, int64_t utc_ms, int boxes)
{
    struct acceptance made = {.utc_ms = utc_ms, .box_count = boxes};
    snprintf(made.event_id, sizeof made.event_id, "%s", event_id);
    for (int i = 0; i < boxes; i++)
        made.boxes[i] = (struct rect){10 + i, 20 + i, 30 + i, 40 + i};
    return made;
}

static bool put(const char *path, const char *text)
{
    return file_replace(path, text, strlen(text), false, NULL);
}

static bool add(const char *path, const char *event_id, int boxes)
{
    struct acceptance made = acceptance_of(event_id, 5, boxes);
    return accepted_add(path, &made, NULL);
}

static bool is_text(const char *path, const char *expected)
{
    struct buffer text = {0};
    bool same = file_read(path, 1 << 21, &text, NULL) && strcmp(buffer_text(&text), expected) == 0;
    if (!same)
        printf("%s\n", buffer_text(&text));
    buffer_finish(&text);
    return same;
}

TEST(no_file_accepts_nothing)
{
    list.count = 7;
    CHECK(accepted_load(scratch("nothing.jsonl"), &list, NULL));
    CHECK_INT(list.count, 0);
    CHECK(put(scratch("empty.jsonl"), ""));
    list.count = 7;
    CHECK(accepted_load(scratch("empty.jsonl"), &list, NULL));
    CHECK_INT(list.count, 0);
}

TEST(what_is_accepted_is_read_back)
{
    const char *path = scratch("added.jsonl");
    struct acceptance first = acceptance_of("1700000000000-1", 1700000099000, 1);
    struct acceptance second = acceptance_of("1700000000001-2", 1700000199000, BOXES_MAX);
    CHECK(accepted_add(path, &first, NULL));
    CHECK(is_text(path, "{\"schema\":1,\"event_id\":\"1700000000000-1\",\"utc_ms\":1700000099000,"
                        "\"boxes\":[{\"x\":10,\"y\":20,\"w\":30,\"h\":40}]}\n"));
    CHECK(accepted_add(path, &second, NULL));
    CHECK(accepted_load(path, &list, NULL));
    CHECK_INT(list.count, 2);
    CHECK(accepted_find(&list, "1700000000000-1") == &list.entries[0]);
    CHECK_INT(list.entries[0].utc_ms, 1700000099000);
    CHECK_INT(list.entries[0].box_count, 1);
    CHECK_INT(list.entries[1].box_count, BOXES_MAX);
    CHECK_INT(list.entries[1].boxes[BOXES_MAX - 1].height, 40 + BOXES_MAX - 1);
    CHECK(!accepted_find(&list, "1-1"));
}

TEST(accepting_can_be_taken_back_and_done_again)
{
    const char *path = scratch("undone.jsonl");
    CHECK(add(path, "1-1", 1) && add(path, "1-2", 2));
    CHECK(accepted_undo(path, "1-1", 77, NULL));
    CHECK(accepted_load(path, &list, NULL));
    CHECK_INT(list.count, 1);
    CHECK_TEXT(list.entries[0].event_id, "1-2");
    CHECK(is_text(path,
                  "{\"schema\":1,\"event_id\":\"1-1\",\"utc_ms\":5,\"boxes\":[{\"x\":10,\"y\":20,"
                  "\"w\":30,\"h\":40}]}\n"
                  "{\"schema\":1,\"event_id\":\"1-2\",\"utc_ms\":5,\"boxes\":[{\"x\":10,\"y\":20,"
                  "\"w\":30,\"h\":40},{\"x\":11,\"y\":21,\"w\":31,\"h\":41}]}\n"
                  "{\"schema\":1,\"event_id\":\"1-1\",\"utc_ms\":77,\"undo\":true}\n"));
    struct error err = {0};
    CHECK(!accepted_undo(path, "1-1", 78, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "alarm 1-1 is not accepted as normal");
    CHECK(add(path, "1-1", 3));
    CHECK(accepted_load(path, &list, NULL));
    CHECK_INT(list.count, 2);
    CHECK_INT(accepted_find(&list, "1-1")->box_count, 3);
}

TEST(the_same_alarm_is_accepted_once_with_its_newest_places)
{
    const char *path = scratch("again.jsonl");
    struct acceptance later = acceptance_of("1-1", 9, 1);
    CHECK(add(path, "1-1", 1));
    CHECK(accepted_add(path, &later, NULL)); /* the same places: nothing is written */
    CHECK(is_text(path,
                  "{\"schema\":1,\"event_id\":\"1-1\",\"utc_ms\":5,\"boxes\":[{\"x\":10,\"y\":20,"
                  "\"w\":30,\"h\":40}]}\n"));
    CHECK(add(path, "1-1", 2));
    CHECK(accepted_load(path, &list, NULL));
    CHECK_INT(list.count, 1);
    CHECK_INT(list.entries[0].box_count, 2);
}

TEST(what_an_editor_left_without_an_end_is_continued)
{
    const char *path = scratch("edited.jsonl");
    CHECK(put(path,
              "{\"schema\":1,\"event_id\":\"1-1\",\"utc_ms\":5,\"boxes\":[{\"x\":1,\"y\":2,\"w\":3,"
              "\"h\":4}],\"note\":\"the new bottle\"}"));
    CHECK(add(path, "1-2", 1));
    CHECK(accepted_load(path, &list, NULL));
    CHECK_INT(list.count, 2);
    CHECK_INT(list.entries[0].boxes[0].height, 4);
}

#define LINE(id, ms, boxes)                                                                        \
    "{\"schema\":1,\"event_id\":" id ",\"utc_ms\":" ms ",\"boxes\":" boxes "}\n"
#define GOOD LINE("\"1-1\"", "5", "[{\"x\":1,\"y\":2,\"w\":3,\"h\":4}]")
#define BOX "{\"x\":1,\"y\":2,\"w\":3,\"h\":4}"

TEST(a_file_with_a_line_that_can_not_be_used_accepts_nothing)
{
    static const char *const wrong[] = {
        "\n",
        "{}\n",
        "[]\n",
        "{\"torn\":\n",
        "{\"schema\":2,\"event_id\":\"1-2\",\"utc_ms\":5,\"boxes\":[" BOX "]}\n",
        "{\"schema\":1,\"event_id\":\"1-2\",\"event_id\":\"1-3\",\"utc_ms\":5,\"boxes\":[" BOX
        "]}\n",
        "{\"schema\":1,\"event_id\":\"1-2\",\"utc_ms\":5,\"undo\":\"yes\"}\n",
        "{\"schema\":1,\"event_id\":\"1-2\",\"utc_ms\":5}\n",
        LINE("\"../../x\"", "5", "[" BOX "]"),
        LINE("7", "5", "[" BOX "]"),
        LINE("\"1-2\"", "-1", "[" BOX "]"),
        LINE("\"1-2\"", "\"now\"", "[" BOX "]"),
        LINE("\"1-2\"", "1e3", "[" BOX "]"),
        LINE("\"1-2\"", "5", "[]"),
        LINE("\"1-2\"", "5", "{}"),
        LINE("\"1-2\"", "5", "[7]"),
        LINE("\"1-2\"", "5", "[{\"x\":-1,\"y\":2,\"w\":3,\"h\":4}]"),
        LINE("\"1-2\"", "5", "[{\"x\":1,\"y\":2,\"w\":0,\"h\":4}]"),
        LINE("\"1-2\"", "5", "[{\"x\":1,\"y\":2,\"w\":3,\"h\":99999999999}]"),
        LINE("\"1-2\"", "5", "[{\"x\":1.5,\"y\":2,\"w\":3,\"h\":4}]"),
        LINE("\"1-2\"", "5",
             "[" BOX "," BOX "," BOX "," BOX "," BOX "," BOX "," BOX "," BOX "," BOX "," BOX "," BOX
             "," BOX "," BOX "," BOX "," BOX "," BOX "," BOX "]"),
        "\xff\xfe\n",
    };
    const char *path = scratch("wrong.jsonl");
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char text[4096];
        snprintf(text, sizeof text, "%s%s%s", GOOD, wrong[i], GOOD);
        struct error err = {0};
        CHECK(put(path, text));
        list.count = 7;
        if (accepted_load(path, &list, &err))
            CHECK_FAIL("accepted: %s", wrong[i]);
        CHECK_INT(err.code, ERROR_FORMAT);
        CHECK_CONTAINS(err.message, "line 2 of ");
        CHECK_CONTAINS(err.message, "nothing counts as accepted");
        CHECK_INT(list.count, 7); /* untouched */
        CHECK(!add(path, "1-9", 1));
        CHECK(!accepted_undo(path, "1-1", 5, &err));
        CHECK_INT(err.code, ERROR_FORMAT);
        CHECK(is_text(path, text));
    }
}

TEST(a_line_or_a_file_without_measure_is_refused)
{
    const char *path = scratch("large.jsonl");
    static char text[(1 << 20) + 2000];
    struct error err = {0};
    memset(text, ' ', 5000);
    memcpy(text, GOOD, strlen(GOOD) - 1);
    CHECK(put(path, text));
    CHECK(!accepted_load(path, &list, &err));
    CHECK_INT(err.code, ERROR_FORMAT);
    memset(text, '\n', sizeof text - 1);
    CHECK(put(path, text));
    CHECK(!accepted_load(path, &list, &err));
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK(folder_create(scratch("folder.jsonl"), false, NULL));
    CHECK(!accepted_load(scratch("folder.jsonl"), &list, &err));
    CHECK_INT(err.code, ERROR_INPUT);
}

TEST(what_names_no_place_is_not_accepted)
{
    const char *path = scratch("placeless.jsonl");
    struct error err = {0};
    struct acceptance wrong[] = {acceptance_of("1-1", 5, 0), acceptance_of("1-1", 5, BOXES_MAX),
                                 acceptance_of("", 5, 1),    acceptance_of("1-1", -5, 1),
                                 acceptance_of("1-1", 5, 1), acceptance_of("1-1", 5, 1),
                                 acceptance_of("1-1", 5, 1), acceptance_of("1-1", 5, 1)};
    wrong[1].box_count = BOXES_MAX + 1;
    wrong[4].boxes[0].x = -1;
    wrong[5].boxes[0].width = 0;
    wrong[6].boxes[0].y = 40000;
    wrong[7].boxes[0].height = 40000;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        CHECK(!accepted_add(path, &wrong[i], &err));
        CHECK_INT(err.code, ERROR_INPUT);
        CHECK_CONTAINS(err.message, "nothing to accept");
    }
    CHECK_INT(file_kind_of(path), FILE_MISSING);
}

TEST(too_many_are_refused_and_none_is_forgotten)
{
    const char *path = scratch("many.jsonl");
    struct error err = {0};
    for (int i = 0; i < ACCEPTED_MAX; i++) {
        char id[EVENT_ID_SIZE];
        snprintf(id, sizeof id, "1-%d", i);
        CHECK(add(path, id, 1));
    }
    struct acceptance more = acceptance_of("2-1", 5, 1);
    CHECK(!accepted_add(path, &more, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "256 acceptances are in force already");
    CHECK(add(path, "1-7", 2)); /* replaces one */
    CHECK(accepted_undo(path, "1-0", 6, NULL));
    CHECK(accepted_add(path, &more, NULL));
    CHECK(accepted_load(path, &list, NULL));
    CHECK_INT(list.count, ACCEPTED_MAX);
}

TEST(a_long_history_begins_anew_with_what_is_in_force)
{
    const char *path = scratch("history.jsonl");
    struct buffer text = {0};
    buffer_append_text(&text, GOOD);
    while (text.size < (1 << 20) - 200)
        buffer_append_text(&text,
                           "{\"schema\":1,\"event_id\":\"1-5\",\"utc_ms\":5,\"undo\":true}\n");
    bool written = file_replace(path, text.data, text.size, false, NULL);
    buffer_finish(&text);
    CHECK(written);
    for (int i = 2; i < 6; i++) {
        char id[EVENT_ID_SIZE];
        snprintf(id, sizeof id, "1-%d", i);
        CHECK(add(path, id, 1));
    }
    CHECK(file_read(path, 1 << 21, &text, NULL));
    size_t size = text.size;
    buffer_finish(&text);
    CHECK(size < 1000);
    CHECK(accepted_load(path, &list, NULL));
    CHECK_INT(list.count, 5);
    CHECK_TEXT(list.entries[0].event_id, "1-1");
}

TEST(lists_are_compared_member_by_member)
{
    struct acceptance one = acceptance_of("1-1", 5, 2);
    list = other = (struct accepted){.count = 1, .entries = {one}};
    CHECK(accepted_equal(&list, &other));
    other.entries[0].boxes[1].y++;
    CHECK(!accepted_equal(&list, &other));
    other.entries[0] = one;
    other.entries[0].boxes[2].y = 77; /* beyond the count */
    CHECK(accepted_equal(&list, &other));
    other.entries[0].box_count = 1;
    CHECK(!accepted_equal(&list, &other));
    other.entries[0] = one;
    other.entries[0].utc_ms = 6;
    CHECK(!accepted_equal(&list, &other));
    other.count = 0;
    CHECK(!accepted_equal(&list, &other));
}

TEST(what_can_not_be_written_is_said)
{
    struct acceptance made = acceptance_of("1-1", 5, 1);
    struct error err = {0};
    CHECK(!accepted_add("/nonexistent/accepted.jsonl", &made, &err));
    CHECK_CONTAINS(err.message, "/nonexistent");
    char longest[PATH_SIZE];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    CHECK(!accepted_add(longest, &made, &err));
    CHECK_CONTAINS(err.message, "is too long");
}

TEST(every_lack_of_memory_is_an_error)
{
    const char *path = scratch("memory.jsonl");
    struct acceptance made = acceptance_of("1-2", 5, 2);
    json_set_alloc_funcs(malloc, free); /* this program's, which fail on demand */
    CHECK(add(path, "1-1", 1));
    int loads = 0, adds = 0;
    for (bool good = false; !good && loads < 1000; loads++) {
        struct error err = {0};
        allocations_until_failure = loads;
        good = accepted_load(path, &list, &err);
        allocations_until_failure = -1;
        /* jansson does not always tell memory from syntax; either way nothing is accepted. */
        CHECK(good || err.code == ERROR_MEMORY || err.code == ERROR_FORMAT);
    }
    for (bool good = false; !good && adds < 1000; adds++) {
        allocations_until_failure = adds;
        good = accepted_add(path, &made, NULL);
        allocations_until_failure = -1;
        CHECK(accepted_load(path, &list, NULL)); /* what stands is whole */
        CHECK_INT(list.count, good ? 2 : 1);
    }
    CHECK(loads > 3 && adds > 3);
}

int main(void)
{
    RUN(no_file_accepts_nothing);
    RUN(what_is_accepted_is_read_back);
    RUN(accepting_can_be_taken_back_and_done_again);
    RUN(the_same_alarm_is_accepted_once_with_its_newest_places);
    RUN(what_an_editor_left_without_an_end_is_continued);
    RUN(a_file_with_a_line_that_can_not_be_used_accepts_nothing);
    RUN(a_line_or_a_file_without_measure_is_refused);
    RUN(what_names_no_place_is_not_accepted);
    RUN(too_many_are_refused_and_none_is_forgotten);
    RUN(a_long_history_begins_anew_with_what_is_in_force);
    RUN(lists_are_compared_member_by_member);
    RUN(what_can_not_be_written_is_said);
    RUN(every_lack_of_memory_is_an_error);
    return check_report();
}

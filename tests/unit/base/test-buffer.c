/* Growing byte strings, and what happens when they cannot grow. */
#include "base/buffer.h"
#include "check.h"

#include <stdint.h>

TEST(empty_buffer_is_an_empty_text)
{
    struct buffer buffer = {0};
    struct error err = {0};
    CHECK_TEXT(buffer_text(&buffer), "");
    CHECK(buffer_check(&buffer, &err));
    buffer_append(&buffer, NULL, 0);
    CHECK_INT(buffer.size, 0);
    CHECK_TEXT(buffer_text(&buffer), "");
    buffer_finish(&buffer);
    buffer_finish(&buffer);
}

TEST(appends_of_all_kinds_follow_each_other)
{
    struct buffer buffer = {0};
    buffer_append(&buffer, "ab\0c", 4);
    buffer_append_text(&buffer, "-text-");
    buffer_append_format(&buffer, "%d %s", 42, "px");
    CHECK_INT(buffer.size, 15);
    CHECK(memcmp(buffer.data, "ab\0c-text-42 px", 16) == 0);
    buffer_finish(&buffer);
    CHECK(buffer.data == NULL);
}

TEST(grows_over_every_capacity)
{
    struct buffer buffer = {0};
    for (int i = 0; i < 100000; i++) {
        char c = (char)('a' + i % 26);
        buffer_append(&buffer, &c, 1);
    }
    CHECK_INT(buffer.size, 100000);
    CHECK_INT(strlen(buffer_text(&buffer)), 100000);
    for (int i = 0; i < 100000; i++)
        CHECK_INT(buffer.data[i], 'a' + i % 26);
    buffer_finish(&buffer);
}

TEST(long_formatted_text_is_whole)
{
    struct buffer buffer = {0};
    buffer_append_format(&buffer, "%5000d", 7);
    CHECK_INT(buffer.size, 5000);
    CHECK_INT(buffer.data[4999], '7');
    buffer_finish(&buffer);
}

TEST(clear_keeps_the_memory)
{
    struct buffer buffer = {0};
    buffer_append_text(&buffer, "something");
    const char *memory = buffer.data;
    buffer_clear(&buffer);
    CHECK_INT(buffer.size, 0);
    CHECK_TEXT(buffer_text(&buffer), "");
    buffer_append_text(&buffer, "new");
    CHECK(buffer.data == memory);
    CHECK_TEXT(buffer_text(&buffer), "new");
    buffer_finish(&buffer);
}

TEST(failure_sticks_until_clear)
{
    struct buffer buffer = {0};
    struct error err = {0};
    buffer_append_text(&buffer, "kept");
    buffer_append(&buffer, "x", SIZE_MAX / 2); /* refused before a byte is read */
    CHECK(buffer.failed);
    buffer_append_text(&buffer, "ignored");
    buffer_append_format(&buffer, "%d", 1);
    CHECK_TEXT(buffer_text(&buffer), "kept");
    CHECK(!buffer_check(&buffer, &err));
    CHECK_INT(err.code, ERROR_MEMORY);
    buffer_clear(&buffer);
    buffer_append_text(&buffer, "again");
    CHECK(buffer_check(&buffer, &err));
    CHECK_TEXT(buffer_text(&buffer), "again");
    buffer_finish(&buffer);
}

int main(void)
{
    RUN(empty_buffer_is_an_empty_text);
    RUN(appends_of_all_kinds_follow_each_other);
    RUN(grows_over_every_capacity);
    RUN(long_formatted_text_is_whole);
    RUN(clear_keeps_the_memory);
    RUN(failure_sticks_until_clear);
    return check_report();
}

/* Errors: codes, texts, and messages that are too long. */
#include "base/error.h"
#include "check.h"

#include <errno.h>

TEST(set_fills_code_and_message_and_is_false)
{
    struct error err = {0};
    CHECK(!error_set(&err, ERROR_CONFIG, "image.width is %d; allowed are 16 to 1024", 7));
    CHECK_INT(err.code, ERROR_CONFIG);
    CHECK_TEXT(err.message, "image.width is 7; allowed are 16 to 1024");
}

TEST(no_error_struct_is_fine)
{
    CHECK(!error_set(NULL, ERROR_IO, "nobody asked"));
    CHECK(!error_set_errno(NULL, EIO, "nobody asked"));
    CHECK(!error_add_context(NULL, "nobody asked"));
}

TEST(errno_chooses_the_code_and_ends_the_message)
{
    static const struct {
        int errno_value;
        enum error_code code;
    } rows[] = {{ENOSPC, ERROR_SPACE}, {EDQUOT, ERROR_SPACE},  {EFBIG, ERROR_SPACE},
                {ENOENT, ERROR_INPUT}, {EACCES, ERROR_INPUT},  {ENOMEM, ERROR_MEMORY},
                {EBUSY, ERROR_BUSY},   {ENODEV, ERROR_DEVICE}, {EIO, ERROR_IO},
                {ELOOP, ERROR_INPUT},  {EROFS, ERROR_IO}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct error err = {0};
        CHECK(!error_set_errno(&err, rows[i].errno_value, "'%s' cannot be read", "a.jpg"));
        CHECK_INT(err.code, rows[i].code);
        CHECK_CONTAINS(err.message, "'a.jpg' cannot be read: ");
        CHECK_CONTAINS(err.message, strerror(rows[i].errno_value));
    }
}

TEST(context_comes_before_the_message)
{
    struct error err = {0};
    error_set(&err, ERROR_FORMAT, "line %d is torn", 3);
    CHECK(!error_add_context(&err, "logs/%s", "events.jsonl"));
    CHECK(!error_add_context(&err, "summary"));
    CHECK_TEXT(err.message, "summary: logs/events.jsonl: line 3 is torn");
    CHECK_INT(err.code, ERROR_FORMAT);
}

TEST(message_may_quote_the_one_it_replaces)
{
    struct error err = {0};
    error_set(&err, ERROR_IO, "first");
    error_set(&err, ERROR_DEVICE, "second after '%s'", err.message);
    CHECK_TEXT(err.message, "second after 'first'");
}

TEST(long_messages_are_cut_and_end)
{
    char text[3 * ERROR_MESSAGE_SIZE];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    struct error err = {0};
    error_set(&err, ERROR_IO, "%s", text);
    CHECK_INT(strlen(err.message), ERROR_MESSAGE_SIZE - 1);
    error_set_errno(&err, EIO, "%s", text);
    CHECK_INT(strlen(err.message), ERROR_MESSAGE_SIZE - 1);
    error_add_context(&err, "%s", "short");
    CHECK_INT(strlen(err.message), ERROR_MESSAGE_SIZE - 1);
    CHECK_CONTAINS(err.message, "short: xxx");
    error_add_context(&err, "%s", text);
    CHECK_INT(strlen(err.message), ERROR_MESSAGE_SIZE - 1);
}

TEST(every_code_has_a_word_and_a_sysexits_status)
{
    CHECK_INT(error_exit_status(ERROR_NONE), 0);
    CHECK_INT(error_exit_status(ERROR_USAGE), 64);
    CHECK_INT(error_exit_status(ERROR_CONFIG), 78);
    CHECK_INT(error_exit_status(ERROR_CANCELLED), 130);
    CHECK_INT(error_exit_status(ERROR_FINDINGS), 1);
    for (int code = ERROR_NONE + 1; code < ERROR_CODE_COUNT; code++) {
        CHECK(code == ERROR_FINDINGS || error_exit_status((enum error_code)code) >= 64);
        CHECK(strlen(error_code_name((enum error_code)code)) > 0);
        for (int other = 0; other < code; other++)
            CHECK(strcmp(error_code_name((enum error_code)code),
                         error_code_name((enum error_code)other)) != 0);
    }
    CHECK_TEXT(error_code_name(ERROR_CODE_COUNT), "internal");
}

TEST(only_what_may_pass_by_itself_is_transient)
{
    CHECK(error_is_transient(ERROR_NETWORK));
    CHECK(error_is_transient(ERROR_SPACE));
    CHECK(error_is_transient(ERROR_DEVICE));
    CHECK(!error_is_transient(ERROR_CONFIG));
    CHECK(!error_is_transient(ERROR_FORMAT));
    CHECK(!error_is_transient(ERROR_CANCELLED));
}

int main(void)
{
    RUN(set_fills_code_and_message_and_is_false);
    RUN(no_error_struct_is_fine);
    RUN(errno_chooses_the_code_and_ends_the_message);
    RUN(context_comes_before_the_message);
    RUN(message_may_quote_the_one_it_replaces);
    RUN(long_messages_are_cut_and_end);
    RUN(every_code_has_a_word_and_a_sysexits_status);
    RUN(only_what_may_pass_by_itself_is_transient);
    return check_report();
}

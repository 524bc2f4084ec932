/* The mode file: everything that editors and shells make of one word, and everything that is none.
 */
#include "check.h"
#include "config/project.h"
#include "scratch.h"

#include <sys/stat.h>

struct mode_case {
    const char *name;
    const char *bytes;
    size_t size;
    enum mode mode;
};

#define CASE(name, text, mode)                                                                     \
    {                                                                                              \
        name, text, sizeof(text) - 1, mode                                                         \
    }

static const struct mode_case good_cases[] = {
    CASE("plain", "MONITOR", MODE_MONITOR),
    CASE("line", "CAPTURE\n", MODE_CAPTURE),
    CASE("off", "OFF\n", MODE_OFF),
    CASE("lower case", "monitor\n", MODE_MONITOR),
    CASE("mixed case", "CapTure", MODE_CAPTURE),
    CASE("CRLF", "MONITOR\r\n", MODE_MONITOR),
    CASE("many lines and blanks", "\n \t monitor \t\r\n\r\n", MODE_MONITOR),
    CASE("UTF-8 mark (Notepad)", "\xef\xbb\xbfMONITOR\r\n", MODE_MONITOR),
    CASE("UTF-16LE with mark (PowerShell)", "\xff\xfeO\0F\0F\0\r\0\n\0", MODE_OFF),
    CASE("UTF-16BE with mark", "\xfe\xff\0O\0F\0F\0\n", MODE_OFF),
    CASE("UTF-16LE without mark", "m\0o\0n\0i\0t\0o\0r\0", MODE_MONITOR),
    CASE("UTF-16BE without mark", "\0M\0o\0n\0i\0t\0o\0r\0\r\0\n", MODE_MONITOR),
    CASE("UTF-16LE, blanks first", "\xff\xfe \0\t\0C\0a\0p\0t\0u\0r\0e\0 \0", MODE_CAPTURE),
};

TEST(accepted)
{
    for (size_t i = 0; i < sizeof good_cases / sizeof good_cases[0]; i++) {
        const struct mode_case *c = &good_cases[i];
        struct error err = {0};
        enum mode mode = (enum mode)99;
        if (!mode_parse(c->bytes, c->size, &mode, &err) || mode != c->mode)
            CHECK_FAIL("%s: mode %d, \"%s\"", c->name, (int)mode, err.message);
    }
}

/* `mode` is not used. */
static const struct mode_case bad_cases[] = {
    CASE("empty", "", 0),
    CASE("only blanks", " \r\n\t", 0),
    CASE("only a mark", "\xef\xbb\xbf", 0),
    CASE("only a UTF-16 mark", "\xff\xfe", 0),
    CASE("another word", "ON", 0),
    CASE("a longer word", "MONITORING", 0),
    CASE("a shorter word", "MON", 0),
    CASE("two words", "MONITOR OFF", 0),
    CASE("two lines", "MONITOR\nOFF\n", 0),
    CASE("a NUL inside", "OFF\0MONITOR", 0),
    CASE("a NUL behind", "OFF\0", 0),
    CASE("all NUL, as after a power cut", "\0\0\0\0\0\0\0\0", 0),
    CASE("UTF-16LE, odd size", "\xff\xfeO\0F\0F", 0),
    CASE("UTF-16, another word", "\xff\xfeO\0N\0", 0),
    CASE("UTF-16 look-alikes", "\xff\xfeO\1F\1F\1", 0),
    CASE("not ASCII", "M\xc3\x96NITOR", 0),
    CASE("Latin-1", "M\xd6NITOR", 0),
    CASE("NBSP", "OFF\xc2\xa0", 0),
    CASE("UTF-32LE mark", "\xff\xfe\0\0O\0\0\0", 0),
    CASE("quotes", "\"OFF\"", 0),
    CASE("a very long word", "MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM", 0),
};

TEST(refused_with_a_quotation_and_nothing_changed)
{
    for (size_t i = 0; i < sizeof bad_cases / sizeof bad_cases[0]; i++) {
        const struct mode_case *c = &bad_cases[i];
        struct error err = {0};
        enum mode mode = (enum mode)99;
        if (mode_parse(c->bytes, c->size, &mode, &err) || (int)mode != 99 ||
            err.code != ERROR_CONFIG ||
            !strstr(err.message, "allowed is one word: CAPTURE, MONITOR or OFF"))
            CHECK_FAIL("%s: mode %d, \"%s\"", c->name, (int)mode, err.message);
    }
}

TEST(the_quotation_is_escaped_and_shortened)
{
    struct error err = {0};
    enum mode mode;
    CHECK(!mode_parse("\x1b[31mM\xd6\"\\", 9, &mode, &err));
    CHECK_CONTAINS(err.message, "the mode is \"\\x1b[31mM\\xd6\\x22\\x5c\", allowed");
    CHECK(!mode_parse("0123456789012345678901234567890123456789+", 41, &mode, &err));
    CHECK_CONTAINS(err.message, "is \"0123456789012345678901234567890123456789\"…, allowed");
}

TEST(every_mode_is_written_and_read_back)
{
    for (int mode = MODE_OFF; mode <= MODE_MONITOR; mode++) {
        struct error err = {0};
        enum mode read = (enum mode)99;
        CHECK(mode_write(scratch("mode.txt"), (enum mode)mode, &err));
        CHECK(mode_read(scratch("mode.txt"), &read, &err));
        CHECK_INT(read, mode);
    }
    CHECK_TEXT(mode_name(MODE_OFF), "OFF");
    CHECK_TEXT(mode_name(MODE_CAPTURE), "CAPTURE");
    CHECK_TEXT(mode_name(MODE_MONITOR), "MONITOR");
}

TEST(files_that_cannot_be_read_or_are_no_mode)
{
    struct error err = {0};
    enum mode mode = (enum mode)99;
    CHECK(!mode_read(scratch("missing.txt"), &mode, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "missing.txt");
    CHECK(folder_create(scratch("folder.txt"), false, &err));
    CHECK(!mode_read(scratch("folder.txt"), &mode, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK(file_replace(scratch("word.txt"), "ARMED", 5, false, &err));
    CHECK(!mode_read(scratch("word.txt"), &mode, &err));
    CHECK_INT(err.code, ERROR_CONFIG);
    CHECK_CONTAINS(err.message, "word.txt: the mode is \"ARMED\"");
    CHECK(file_replace(scratch("huge.txt"), "OFF", 3, false, &err));
    CHECK(truncate(scratch("huge.txt"), 1 << 30) == 0);
    CHECK(!mode_read(scratch("huge.txt"), &mode, &err));
    CHECK_INT(err.code, ERROR_CONFIG);
    CHECK_CONTAINS(err.message, "huge.txt");
    CHECK_INT(mode, 99);
}

TEST(writing_where_no_folder_is_fails_and_leaves_nothing)
{
    struct error err = {0};
    CHECK(!mode_write(scratch("nowhere/mode.txt"), MODE_OFF, &err));
    CHECK_CONTAINS(err.message, "nowhere/mode.txt");
    CHECK_INT(file_kind_of(scratch("nowhere")), FILE_MISSING);
}

int main(void)
{
    RUN(accepted);
    RUN(refused_with_a_quotation_and_nothing_changed);
    RUN(the_quotation_is_escaped_and_shortened);
    RUN(every_mode_is_written_and_read_back);
    RUN(files_that_cannot_be_read_or_are_no_mode);
    RUN(writing_where_no_folder_is_fails_and_leaves_nothing);
    return check_report();
}

/* UTF-8 of every kind: taken, refused, or made harmless. */
#include "base/text.h"
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *appended(void (*append)(struct buffer *out, const char *text), const char *text)
{
    static char result[256];
    struct buffer out = {0};
    append(&out, text);
    snprintf(result, sizeof result, "%s", buffer_text(&out));
    buffer_finish(&out);
    return result;
}

static uint32_t code_of(const char *bytes)
{
    uint32_t code = 0;
    return text_next((const unsigned char *)bytes, strlen(bytes), &code) ? code : UINT32_MAX;
}

TEST(well_formed_sequences_have_their_code)
{
    CHECK_INT(code_of("a"), 'a');
    CHECK_INT(code_of("\xc2\x80"), 0x80);
    CHECK_INT(code_of("\xe2\x82\xac"), 0x20ac);
    CHECK_INT(code_of("\xf4\x8f\xbf\xbf"), 0x10ffff);
}

TEST(others_have_none)
{
    static const char *const bad[] = {"\x80",         "\xc0\xaf",         "\xe0\x80\xaf",
                                      "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80",
                                      "\xe2\x82",     "\xe2(\x82",        "\xff"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK(code_of(bad[i]) == UINT32_MAX);
}

TEST(plain_text_controls_nothing)
{
    CHECK(text_is_plain("Rig 4, \xc3\x9c", 9));
    CHECK(!text_is_plain("a\nb", 3));
    CHECK(!text_is_plain("\xc2\x9b", 2));     /* C1 */
    CHECK(!text_is_plain("\xe2\x80\xa8", 3)); /* line separator */
    CHECK(!text_is_plain("\xef\xbf\xbe", 3)); /* not a character */
    CHECK(!text_is_plain("a\xff", 2));
}

TEST(a_text_is_made_well_formed)
{
    CHECK_TEXT(appended(text_append_valid, "a\n\xff\xc3\xa4\xc3"),
               "a\n\xef\xbf\xbd\xc3\xa4\xef\xbf\xbd");
}

/* NOLINTBEGIN(misc-misleading-bidirectional): what misleads is what is tested */
TEST(a_text_is_made_plain)
{
    CHECK_TEXT(appended(text_append_plain, "Rig 4, \xc3\x9c"), "Rig 4, \xc3\x9c");
    CHECK_TEXT(appended(text_append_plain, "a\nb\tc\x1b[31m\x7f"), "a b c [31m ");
    CHECK_TEXT(appended(text_append_plain, "\xff\xc3"),
               "\xef\xbf\xbd\xef\xbf\xbd"); /* no UTF-8, cut off */
    CHECK_TEXT(appended(text_append_plain, "\xed\xa0\x80"),
               "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); /* surrogate */
    CHECK_TEXT(appended(text_append_plain, "\xef\xbf\xbe\xe2\x80\xa8"),
               "  "); /* not a character; line separator */
    CHECK_TEXT(appended(text_append_plain, "a\xe2\x80\xae"
                                           "b\xe2\x81\xa6"
                                           "c"),
               "a b c"); /* right to left, isolate */
    CHECK_TEXT(appended(text_append_plain, ""), "");
}

TEST(a_text_is_made_plain_where_it_stands)
{
    char text[] = "\xc3\x9c\n\x1b[31m\xc2\x9b|\xe2\x80\xae|\xe2\x80\xa8|\xff\xc3";
    text_make_plain(text);
    CHECK_TEXT(text, "\xc3\x9c  [31m  |   |   |??");
    char empty[] = "";
    text_make_plain(empty);
    CHECK_TEXT(empty, "");
}

TEST(a_field_is_cut_at_a_whole_character_and_steers_nothing)
{
    char text[16];
    text_copy_plain(text, sizeof text, "fits");
    CHECK_TEXT(text, "fits");
    text_copy_plain(text, sizeof text, "exactly fifteen");
    CHECK_TEXT(text, "exactly fifteen");
    text_copy_plain(text, sizeof text, "twelve bytesäöü");
    CHECK_TEXT(text, "twelve bytes…");
    text_copy_plain(text, sizeof text, "elevenbytesäöü");
    CHECK_TEXT(text, "elevenbytes…");
    text_copy_plain(text, sizeof text, "a\x1b[31m\nb\x7f");
    CHECK_TEXT(text, "a [31m b ");
    text_copy_plain(text, sizeof text,
                    "a\xe2\x80\xae"
                    "b\xc2\x9b"
                    "c");
    CHECK_TEXT(text, "a   b  c");
    text_copy_plain(text, 4, "four");
    CHECK_TEXT(text, "");
    text_copy_plain(text, sizeof text, "\xff\xff");
    CHECK_TEXT(text, "??");
}

TEST(a_copy_ends)
{
    char *copy = text_copy("abc", 2);
    CHECK(copy);
    CHECK_TEXT(copy, "ab");
    free(copy);
}

/* NOLINTEND(misc-misleading-bidirectional) */

int main(void)
{
    RUN(well_formed_sequences_have_their_code);
    RUN(others_have_none);
    RUN(plain_text_controls_nothing);
    RUN(a_text_is_made_well_formed);
    RUN(a_text_is_made_plain);
    RUN(a_text_is_made_plain_where_it_stands);
    RUN(a_field_is_cut_at_a_whole_character_and_steers_nothing);
    RUN(a_copy_ends);
    return check_report();
}

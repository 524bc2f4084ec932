/* case.json: what is read, and everything that is refused with file and member. */
#include "check.h"
#include "evaluate/sequence_case.h"
#include "made_sequences.h"

static bool read_text(const char *text, struct sequence_case *ret_case, struct error *err)
{
    *err = (struct error){0};
    return make_text("one/case.json", text) &&
           sequence_case_read(scratch("one/case.json"), ret_case, err);
}

TEST(all_members_are_read)
{
    struct sequence_case sequence;
    struct error err;
    CHECK(
        read_text("{\"name\": \"rig/a\", \"kind\": \"puddle\", \"onset\": 1, \"area\": [0, 5, 9], "
                  "\"frame_interval_seconds\": 0.5, \"contrast\": 0.12, \"source\": \"a recipe\", "
                  "\"expect\": \"scene_changed\", \"and\": [\"others\"]}",
                  &sequence, &err));
    CHECK_TEXT(sequence.name, "rig/a");
    CHECK_TEXT(sequence.kind, "puddle");
    CHECK_TEXT(sequence.expect, "scene_changed");
    CHECK_INT(sequence.onset, 1);
    CHECK_INT(sequence.frame_count, 3);
    CHECK_INT(sequence.areas_px[2], 9);
    CHECK_NEAR(sequence.interval_s, 0.5, 0);
    CHECK_NEAR(sequence.contrast, 0.12, 0);
    sequence_case_finish(&sequence);
    CHECK(sequence.areas_px == NULL);
}

TEST(what_may_be_missing_has_a_value_that_says_so)
{
    struct sequence_case sequence;
    struct error err;
    CHECK(read_text("{\"name\": \"a\", \"kind\": \"quiet\", \"onset\": null, \"area\": [0, 0]}",
                    &sequence, &err));
    CHECK_INT(sequence.onset, -1);
    CHECK_NEAR(sequence.interval_s, 0, 0);
    CHECK(isnan(sequence.contrast));
    CHECK_TEXT(sequence.expect, "");
    sequence_case_finish(&sequence);
}

#define START "{\"name\": \"a\", \"kind\": \"k\", "

TEST(wrong_files_are_refused_with_file_and_member)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "line"},
        {"[1]", "no JSON object"},
        {"{\"kind\": \"k\", \"onset\": null, \"area\": [0]}", "'name'"},
        {"{\"name\": 7, \"kind\": \"k\", \"onset\": null, \"area\": [0]}", "'name'"},
        {"{\"name\": \"a\\nb\", \"kind\": \"k\", \"onset\": null, \"area\": [0]}", "'name'"},
        {"{\"name\": \"a\", \"onset\": null, \"area\": [0]}", "'kind'"},
        {START "\"area\": [0]}", "'onset'"},
        {START "\"onset\": -1, \"area\": [0]}", "'onset'"},
        {START "\"onset\": \"0\", \"area\": [0]}", "'onset'"},
        {START "\"onset\": 1.5, \"area\": [0]}", "'onset'"},
        {START "\"onset\": 1, \"area\": [0]}", "'onset' is frame 1, but 'area' has only 1"},
        {START "\"onset\": null}", "'area' is not there"},
        {START "\"onset\": null, \"area\": 3}", "'area' is not there, or is no list"},
        {START "\"onset\": null, \"area\": []}", "'area' has 0 numbers"},
        {START "\"onset\": 0, \"area\": [1, -2]}", "'area' of frame 1 is no whole number"},
        {START "\"onset\": 0, \"area\": [1, 2.5]}", "'area' of frame 1 is no whole number"},
        {START "\"onset\": 0, \"area\": [50000001]}", "'area' of frame 0 is no whole number"},
        {START "\"onset\": null, \"area\": [0, 4]}", "frame 1 leaks, but 'onset' is null"},
        {START "\"onset\": 1, \"area\": [4, 4]}", "frame 0 leaks, but 'onset' is later"},
        {START "\"onset\": 1, \"area\": [0, 0]}", "'area' is 0 in every frame"},
        {START "\"onset\": null, \"area\": [0], \"frame_interval_seconds\": 0}",
         "'frame_interval_seconds'"},
        {START "\"onset\": null, \"area\": [0], \"frame_interval_seconds\": 1e9}",
         "'frame_interval_seconds'"},
        {START "\"onset\": null, \"area\": [0], \"contrast\": -1}", "'contrast'"},
        {START "\"onset\": null, \"area\": [0], \"source\": 4}", "'source' is not a text"},
        {START "\"onset\": null, \"area\": [0], \"expect\": \"thunder\"}",
         "'expect' is 'thunder', which no monitor reports"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sequence_case sequence;
        struct error err;
        CHECK(!read_text(cases[i].text, &sequence, &err));
        CHECK_INT(err.code, ERROR_FORMAT);
        CHECK_CONTAINS(err.message, "one/case.json");
        CHECK_CONTAINS(err.message, cases[i].message);
    }
}

TEST(a_name_that_never_ends_and_a_file_that_never_ends_are_refused)
{
    struct sequence_case sequence;
    struct error err;
    char *text = malloc(CASE_FILE_MAX + 2);
    CHECK(text);
    memset(text, ' ', CASE_FILE_MAX + 1);
    text[CASE_FILE_MAX + 1] = '\0';
    const bool long_file = read_text(text, &sequence, &err);
    const enum error_code code = err.code;
    snprintf(text, 2000, "{\"name\": \"%0*d\", \"kind\": \"k\", \"onset\": null, \"area\": [0]}",
             SEQUENCE_NAME_SIZE, 0);
    const bool long_name = read_text(text, &sequence, &err);
    free(text);
    CHECK(!long_file && !long_name);
    CHECK_INT(code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "'name'");
}

TEST(a_missing_file_is_said)
{
    struct sequence_case sequence;
    struct error err;
    CHECK(!sequence_case_read(scratch("none/case.json"), &sequence, &err));
    CHECK_INT(err.code, ERROR_INPUT);
}

int main(void)
{
    RUN(all_members_are_read);
    RUN(what_may_be_missing_has_a_value_that_says_so);
    RUN(wrong_files_are_refused_with_file_and_member);
    RUN(a_name_that_never_ends_and_a_file_that_never_ends_are_refused);
    RUN(a_missing_file_is_said);
    return check_report();
}

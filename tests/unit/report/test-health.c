/* Results of a health check: lines, colours, JSON, files. */
#include "check.h"
#include "report/health.h"
#include "report/wrapped_text.h"
#include "scratch.h"

static struct buffer text;
static struct health_report report;

static void make_report(void)
{
    report = (struct health_report){.utc_ms = 1700000000123, .project = "rig-3"};
    health_set(health_add(&report, "clock"), HEALTH_OK, "it is noon");
    struct health_result *camera = health_add(&report, "camera");
    health_set(camera, HEALTH_FAIL, "no camera %d", 7);
    health_set_remedy(camera, "plug it in");
    health_add_figure(camera, "frames", 0);
    health_add_figure(camera, "sharpness", NAN);
    health_set(health_add(&report, "score"), HEALTH_SKIP, "no picture");
}

static const char *show(const struct health_result *result, bool color)
{
    buffer_clear(&text);
    health_append_result(result, color, &text);
    return buffer_text(&text);
}

TEST(a_result_is_a_line_and_its_remedy_another)
{
    make_report();
    CHECK_TEXT(show(&report.results[0], false), "OK    clock           it is noon\n");
    CHECK_TEXT(show(&report.results[1], false), "FAIL  camera          no camera 7\n"
                                                "                      -> plug it in\n");
}

TEST(colour_changes_no_column)
{
    make_report();
    CHECK_TEXT(show(&report.results[0], true), "\033[32mOK\033[0m    clock           it is noon\n");
    CHECK(strchr(show(&report.results[1], false), '\033') == NULL);
}

TEST(long_lines_are_broken_below_their_text)
{
    make_report();
    struct health_result *result = &report.results[0];
    health_set(result, HEALTH_OK, "%s", "");
    for (int i = 0; i < 40; i++)
        strcat(result->seen, "na\xc3\xafve ");
    const char *shown = show(result, false);
    CHECK_CONTAINS(shown, "na\xc3\xafve\n                      na\xc3\xafve");
    size_t columns = 0;
    for (const char *at = shown; *at; at++) {
        columns = *at == '\n' ? 0 : columns + ((*at & 0xc0) != 0x80);
        CHECK(columns <= WRAPPED_WIDTH);
    }
}

TEST(an_error_is_cut_into_what_was_seen_and_what_to_do)
{
    make_report();
    struct error err;
    error_set(&err, ERROR_CONFIG, "size is 4; not 5; set it back");
    health_set_error(&report.results[0], HEALTH_WARN, &err);
    CHECK_TEXT(report.results[0].seen, "size is 4; not 5");
    CHECK_TEXT(report.results[0].remedy, "set it back");
    CHECK_INT(report.results[0].state, HEALTH_WARN);
    error_set(&err, ERROR_CONFIG, "no way out");
    health_set_error(&report.results[0], HEALTH_FAIL, &err);
    CHECK_TEXT(report.results[0].seen, "no way out");
    CHECK_TEXT(report.results[0].remedy, "");
}

TEST(the_total_counts_each_state_and_leaves_out_what_is_none)
{
    make_report();
    health_set(health_add(&report, "mode"), HEALTH_WARN, "odd");
    health_set(health_add(&report, "model"), HEALTH_WARN, "old");
    buffer_clear(&text);
    health_append_total(&report, &text);
    CHECK_TEXT(buffer_text(&text), "1 OK, 2 warnings, 1 failed, 1 skipped");
    report.count = 1;
    buffer_clear(&text);
    health_append_total(&report, &text);
    CHECK_TEXT(buffer_text(&text), "1 OK");
}

TEST(json_has_all_of_it_and_no_number_that_is_none)
{
    make_report();
    json_t *value = health_to_json(&report);
    CHECK(value != NULL);
    CHECK_TEXT(json_string_value(json_object_get(value, "verdict")), "FAIL");
    CHECK_INT(json_integer_value(json_object_get(value, "failed")), 1);
    CHECK_INT(json_integer_value(json_object_get(value, "skipped")), 1);
    const json_t *camera = json_array_get(json_object_get(value, "checks"), 1);
    CHECK_TEXT(json_string_value(json_object_get(camera, "state")), "FAIL");
    CHECK_TEXT(json_string_value(json_object_get(camera, "remedy")), "plug it in");
    const json_t *figures = json_object_get(camera, "figures");
    CHECK(json_is_real(json_object_get(figures, "frames")));
    CHECK(json_is_null(json_object_get(figures, "sharpness")));
    json_decref(value);
}

TEST(text_that_is_no_utf8_spoils_nothing)
{
    make_report();
    health_set(&report.results[0], HEALTH_OK, "folder \xff");
    snprintf(report.project, sizeof report.project, "\xfe");
    json_t *value = health_to_json(&report);
    CHECK(value != NULL);
    const json_t *first = json_array_get(json_object_get(value, "checks"), 0);
    CHECK_TEXT(json_string_value(json_object_get(first, "seen")), "folder ?");
    CHECK_TEXT(json_string_value(json_object_get(value, "project")), "(not UTF-8)");
    json_decref(value);
}

TEST(names_of_files_do_not_steer_the_terminal)
{
    report = (struct health_report){0};
    struct health_result *result = health_add(&report, "camera");
    struct error err;
    error_set(&err, ERROR_INPUT, "folder 'a\x1b[31m\x9b' holds none; look into 'b\x1b]0;c\a'");
    health_set_error(result, HEALTH_FAIL, &err);
    buffer_clear(&text);
    health_append_result(result, false, &text);
    for (const char *c = buffer_text(&text); *c; c++)
        CHECK(*c == '\n' || (*c >= ' ' && *c <= '~'));
    CHECK_CONTAINS(buffer_text(&text), "folder 'a [31m?' holds none");
    CHECK_CONTAINS(buffer_text(&text), "-> look into 'b ]0;c '");
}

TEST(figures_beyond_the_limit_are_left_out)
{
    make_report();
    for (int i = 0; i < 2 * HEALTH_FIGURES_MAX; i++)
        health_add_figure(&report.results[0], "one", 1);
    CHECK_INT(report.results[0].figure_count, HEALTH_FIGURES_MAX);
}

TEST(a_report_is_saved_as_json_and_text)
{
    char name[HEALTH_NAME_SIZE];
    struct error err = {0};
    make_report();
    CHECK(health_save(&report, scratch("new/folder"), name, &err));
    CHECK_CONTAINS(name, "health_2023111");
    CHECK_CONTAINS(name, "_123.json");
    char path[1200];
    snprintf(path, sizeof path, "%s/%s", scratch("new/folder"), name);
    buffer_clear(&text);
    CHECK(file_read(path, 100000, &text, &err));
    json_t *value = json_loads(buffer_text(&text), 0, NULL);
    CHECK_INT(json_array_size(json_object_get(value, "checks")), 3);
    json_decref(value);
    memcpy(strrchr(path, '.'), ".txt", 5);
    buffer_clear(&text);
    CHECK(file_read(path, 100000, &text, &err));
    CHECK_CONTAINS(buffer_text(&text), "project rig-3\n\nOK    clock");
    CHECK_CONTAINS(buffer_text(&text), "\n1 OK, 1 failed, 1 skipped\n");
}

TEST(a_folder_that_can_not_be_made_is_named)
{
    char name[HEALTH_NAME_SIZE] = "untouched";
    struct error err = {0};
    make_report();
    CHECK(file_replace(scratch("file"), "x", 1, false, &err));
    CHECK(!health_save(&report, scratch("file"), name, &err));
    CHECK_CONTAINS(err.message, "is not a folder");
    CHECK_TEXT(name, "untouched");
}

int main(void)
{
    RUN(a_result_is_a_line_and_its_remedy_another);
    RUN(colour_changes_no_column);
    RUN(long_lines_are_broken_below_their_text);
    RUN(an_error_is_cut_into_what_was_seen_and_what_to_do);
    RUN(the_total_counts_each_state_and_leaves_out_what_is_none);
    RUN(json_has_all_of_it_and_no_number_that_is_none);
    RUN(text_that_is_no_utf8_spoils_nothing);
    RUN(names_of_files_do_not_steer_the_terminal);
    RUN(figures_beyond_the_limit_are_left_out);
    RUN(a_report_is_saved_as_json_and_text);
    RUN(a_folder_that_can_not_be_made_is_named);
    buffer_finish(&text);
    return check_report();
}

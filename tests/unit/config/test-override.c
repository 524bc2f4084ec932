/* --section.name=value: applied after the file, checked like it, and blamed by its own name. */
#include "check.h"
#include "project_folder.h"

#include <stdlib.h>

static struct config *load_with(const char *yaml, const char *const *texts, size_t count,
                                struct error *err)
{
    *err = (struct error){0};
    if (!write_config_bytes(yaml, strlen(yaml)))
        return NULL;
    return config_load(scratch(""), (struct config_overrides){texts, count}, noted_warnings(), err);
}

TEST(overrides_win_over_the_file_and_the_last_one_counts)
{
    static const char *const texts[] = {
        "camera.index=3",          "camera.index=4",
        "roi.units=PIXELS",        "monitor.save_reconstruction=off",
        "paths.model_dir=a=b",     "notify.email.to_addrs=a@x, b@x",
        "camera.source=sim:drops", "threshold.percentile=98.5"};
    struct error err;
    struct config *config =
        load_with("camera: {index: 2}\n", texts, sizeof texts / sizeof texts[0], &err);
    CHECK_TEXT(config ? "" : err.message, "");
    CHECK_INT(config->camera_index, 4);
    CHECK_INT(config->roi_units, ROI_PIXELS);
    CHECK(!config->monitor_save_reconstruction_enabled);
    CHECK_TEXT(config->paths_model_dir, "a=b");
    CHECK_INT(config->notify_email_to_addrs.count, 2);
    CHECK_TEXT(config->camera_source, "sim:drops");
    CHECK_NEAR(config->threshold_percentile, 98.5, 0);
    CHECK_INT(warning_count, 0);
    config_destroy(config);
}

TEST(an_empty_text_or_list_can_be_given)
{
    static const char *const texts[] = {"camera.source=", "notify.email.to_addrs="};
    struct error err;
    struct config *config =
        load_with("camera: {source: x}\nnotify: {email: {to_addrs: [a@x]}}\n", texts, 2, &err);
    CHECK_TEXT(config ? "" : err.message, "");
    CHECK_TEXT(config->camera_source, "");
    CHECK_INT(config->notify_email_to_addrs.count, 0);
    config_destroy(config);
}

TEST(without_a_project_they_change_the_defaults)
{
    static const char *const good[] = {"image.width=64"}, *const bad[] = {"image.width=65"};
    struct error err = {0};
    struct config *config =
        config_load(NULL, (struct config_overrides){good, 1}, noted_warnings(), &err);
    CHECK_TEXT(config ? "" : err.message, "");
    CHECK_INT(config->image_width, 64);
    CHECK_INT(config->image_height, 256);
    config_destroy(config);
    CHECK(!config_load(NULL, (struct config_overrides){bad, 1}, noted_warnings(), &err));
    CHECK_INT(err.code, ERROR_USAGE);
}

TEST(wrong_overrides_are_usage_errors)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"camera.index=x", "--camera.index: camera.index is x, allowed is a whole number from 0"},
        {"camera.index=", "--camera.index: camera.index is \"\", allowed"},
        {"camera.source=\xff",
         "--camera.source: camera.source is text with a line break or control "
         "character, or not UTF-8, allowed"},
        {"camera.indx=1", "unknown option --camera.indx; did you mean --camera.index?"},
        {"quite.different=1", "unknown option --quite.different; `leakwatch config docs` lists"},
        {"camera=1", "unknown option --camera; did you mean"},
        {"camera.index", "--camera.index, allowed is --section.name=value"},
        {"=1", "--=1, allowed is --section.name=value"},
        {"image.width=250", "--image.width: image.width is 250, allowed are multiples of 16"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error err;
        struct config *config = load_with("schema: 1\n", &cases[i].text, 1, &err);
        CHECK(config == NULL);
        CHECK_INT(err.code, ERROR_USAGE);
        CHECK_CONTAINS(err.message, cases[i].message);
    }
}

TEST(a_name_that_never_ends_is_refused)
{
    char text[512];
    const char *pointer = text;
    struct error err;
    snprintf(text, sizeof text, "camera.%0400d=1", 0);
    CHECK(!load_with("schema: 1\n", &pointer, 1, &err));
    CHECK_INT(err.code, ERROR_USAGE);
    CHECK_CONTAINS(err.message, "allowed is --section.name=value");
}

TEST(a_secret_on_the_command_line_works_with_a_warning)
{
    static const char *const text = "notify.slack.webhook_url=https://hooks.example/T";
    struct error err;
    struct config *config = load_with("schema: 1\n", &text, 1, &err);
    CHECK_TEXT(config ? "" : err.message, "");
    CHECK_TEXT(config->notify_slack_webhook_url, "https://hooks.example/T");
    CHECK_INT(warning_count, 1);
    CHECK_CONTAINS(warning_text, "can be seen by everyone on this computer");
    CHECK(!strstr(warning_text, "hooks.example"));
    config_destroy(config);
}

int main(void)
{
    unsetenv("SLACK_WEBHOOK_URL");
    RUN(overrides_win_over_the_file_and_the_last_one_counts);
    RUN(an_empty_text_or_list_can_be_given);
    RUN(without_a_project_they_change_the_defaults);
    RUN(wrong_overrides_are_usage_errors);
    RUN(a_name_that_never_ends_is_refused);
    RUN(a_secret_on_the_command_line_works_with_a_warning);
    return check_report();
}

/* config.yaml → values: every type, every way to be wrong, with the exact place; hostile files. */
#include "check.h"
#include "project_folder.h"

#include <stdlib.h>
#include <sys/stat.h>

static struct config *load_data_file(const char *name, struct error *err)
{
    char path[PATH_SIZE];
    struct buffer contents = {0};
    struct config *config = NULL;
    snprintf(path, sizeof path, "%s/%s", TEST_DATA_DIR, name);
    if (file_read(path, 1 << 20, &contents, err))
        config = load_text(buffer_text(&contents), err);
    buffer_finish(&contents);
    return config;
}

static char *as_json(const struct config *config)
{
    struct buffer text = {0};
    struct error err = {0};
    if (!config || !config_write_json(config, &text, &err))
        buffer_append_text(&text, "failed");
    return text.data;
}

TEST(reference_names_load_unchanged_to_the_defaults)
{
    struct error err;
    struct config *config = load_data_file("reference-config.yaml", &err);
    CHECK_TEXT(config ? "" : err.message, "");
    CHECK_TEXT(warning_text, "");
    struct config *defaults = config_default(&err);
    char *loaded = as_json(config), *expected = as_json(defaults);
    CHECK_TEXT(loaded, expected);
    free(loaded);
    free(expected);
    config_destroy(config);
    config_destroy(defaults);
}

TEST(reference_names_load_unchanged_with_other_values)
{
    struct error err;
    struct config *c = load_data_file("reference-config-other.yaml", &err);
    CHECK_TEXT(c ? "" : err.message, "");
    CHECK(c->camera_index == 2 && c->camera_backend == 0 && c->camera_width == 1920 &&
          c->camera_height == 1080 && c->camera_fps == 15.5);
    CHECK(c->roi_enabled && c->roi_units == ROI_PIXELS && c->roi_x == 100 && c->roi_y == 50 &&
          c->roi_width == 640 && c->roi_height == 480);
    CHECK(c->image_width == 512 && c->image_height == 384);
    CHECK_TEXT(c->paths_data_normal_dir, "D:\\rig\\normal");
    CHECK_TEXT(c->paths_data_anomalies_dir, "evidence");
    CHECK_TEXT(c->paths_model_dir, "models/today");
    CHECK_TEXT(c->paths_logs_dir, "logs/today");
    CHECK_TEXT(c->paths_state_mode_file, "control/mode.txt");
    CHECK(c->capture_interval_seconds == 0.5 && c->capture_jpg_quality == 80);
    CHECK(c->training_batch_size == 8 && c->training_epochs == 12 &&
          c->training_learning_rate == 5e-4 && c->training_validation_split == 0.25 &&
          c->training_seed == 7);
    CHECK(!c->training_augment_enabled && c->training_augment_rotation == 0.05 &&
          c->training_augment_translation == 0.03 && c->training_augment_contrast == 0.2 &&
          c->training_augment_brightness == 0.3);
    CHECK(c->threshold_percentile == 99 && c->scoring_method == SCORING_TOPK &&
          c->scoring_topk_percent == 2.5 && c->scoring_topk_min_pixels == 50);
    CHECK(!c->heatmap_trigger_enabled && c->heatmap_trigger_pixel_error_percentile == 99.99 &&
          c->heatmap_trigger_blob_area_percentile == 98 &&
          c->heatmap_trigger_connectivity == CONNECTIVITY_4 &&
          c->heatmap_trigger_min_blob_area == 32);
    CHECK(c->monitor_frame_interval_seconds == 0.25 && c->monitor_consecutive_anomalies == 5 &&
          c->monitor_alert_cooldown_seconds == 600 && c->monitor_heartbeat_seconds == 30 &&
          c->monitor_camera_down_seconds == 10);
    CHECK(c->monitor_save_reconstruction_enabled && !c->monitor_save_reconstruction_heatmap &&
          !c->monitor_save_error_heatmap && !c->monitor_save_input_resized &&
          !c->monitor_save_compare_image);
    CHECK(c->monitor_save_context_enabled && c->monitor_save_context_pre_frames == 2 &&
          c->monitor_save_context_post_frames == 3);
    CHECK(!c->notify_slack_enabled && c->notify_email_enabled && c->notify_email_use_tls &&
          c->notify_email_smtp_port == 465);
    CHECK_TEXT(c->notify_slack_webhook_url, "https://hooks.slack.com/services/T00/B00/xyz");
    CHECK_TEXT(c->notify_email_smtp_host, "mail.lab.example");
    CHECK_TEXT(c->notify_email_smtp_user, "rig");
    CHECK_TEXT(c->notify_email_smtp_password, "p#ss: word");
    CHECK_TEXT(c->notify_email_from_addr, "rig@lab.example");
    CHECK_INT(c->notify_email_to_addrs.count, 2);
    CHECK_TEXT(c->notify_email_to_addrs.texts[1], "Bo Ek <bo@lab.example>");
    /* Two secrets in the file, and the Windows backend; in the order of the file. */
    CHECK_INT(warning_count, 3);
    const char *backend = strstr(warning_text, "config.yaml:5: camera.backend is for Windows");
    const char *webhook = strstr(warning_text, "config.yaml:65: notify.slack.webhook_url is a");
    const char *password = strstr(warning_text, "config.yaml:71: notify.email.smtp_password is a");
    CHECK(backend && webhook && password && backend < webhook && webhook < password);
    CHECK(!strstr(warning_text, "xyz") && !strstr(warning_text, "p#ss"));
    config_destroy(c);
}

struct good_case {
    const char *yaml;
    const char *part_of_json;
};

TEST(accepted_ways_of_writing)
{
    static const struct good_case cases[] = {
        {"", "\"index\": 0"},
        {"# nothing but a comment\n", "\"index\": 0"},
        {"---\ncamera:\n  index: 5\n", "\"index\": 5"},
        {"\xef\xbb\xbf"
         "camera:\r\n  index: 5\r\n",
         "\"index\": 5"},
        {"camera.index: 6\n", "\"index\": 6"},
        {"camera:\n  index:\n", "\"index\": 0"},
        {"camera:\n  index: ~\n  fps: null\n", "\"index\": 0"},
        {"camera:\nroi: NULL\n", "\"index\": 0"},
        {"camera: {index: +7}", "\"index\": 7"},
        {"monitor: {save_reconstruction: no}", "\"enabled\": false,\n      \"heatmap\": true"},
        {"monitor: {save_reconstruction: {enabled: off, heatmap: off}}", "\"heatmap\": false"},
        {"notify: {email: {to_addrs: a@x}}", "\"to_addrs\": [\"a@x\"]"},
        {"notify: {email: {to_addrs: 'a@x, b@x'}}", "\"to_addrs\": [\"a@x\", \"b@x\"]"},
        {"notify: {email: {smtp_user: 12345}}", "\"smtp_user\": \"12345\""},
        {"paths: {model_dir: \"m\xc3\xb6"
         "del\"}",
         "\"model_dir\": \"m\xc3\xb6"
         "del\""},
        {"schema: 1\n", "\"schema\": 1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error err;
        struct config *config = load_text(cases[i].yaml, &err);
        CHECK_TEXT(config ? "" : err.message, "");
        char *json = as_json(config);
        CHECK_CONTAINS(json, cases[i].part_of_json);
        free(json);
        config_destroy(config);
    }
}

TEST(an_empty_file_warns)
{
    struct error err;
    struct config *config = load_text("", &err);
    CHECK(config != NULL);
    CHECK_CONTAINS(warning_text, "the file is empty");
    config_destroy(config);
}

struct bad_case {
    const char *yaml;
    const char *message; /* begins with, behind the folder */
};

static const struct bad_case bad_cases[] = {
    /* types and ranges, each at the place of the value */
    {"camera:\n  index: abc\n",
     "config/config.yaml:2:10: camera.index is abc, allowed is a whole number from 0 to 63"},
    {"camera:\n  index: 64\n", "config/config.yaml:2:10: camera.index is 64, allowed is a whole"},
    {"camera:\n  index: -1\n", "config/config.yaml:2:10: camera.index is -1, allowed"},
    {"camera:\n  index: 1.5\n", "config/config.yaml:2:10: camera.index is 1.5, allowed"},
    {"camera:\n  index: 0x10\n", "config/config.yaml:2:10: camera.index is 0x10, allowed"},
    {"camera:\n  index: \"1\"\n", "config/config.yaml:2:10: camera.index is \"1\", allowed"},
    {"camera:\n  index: 99999999999999999999\n", "config/config.yaml:2:10: camera.index is 9999"},
    {"camera:\n  index: [1]\n", "config/config.yaml:2:10: camera.index is a list, allowed"},
    {"camera:\n  index: {a: 1}\n", "config/config.yaml:2:10: camera.index is a section, allowed"},
    {"camera:\n  fps: .inf\n",
     "config/config.yaml:2:8: camera.fps is .inf, allowed is a number from 0.1 to 240 frames/s"},
    {"camera:\n  fps: .nan\n", "config/config.yaml:2:8: camera.fps is .nan, allowed"},
    {"camera:\n  fps: 1e400\n", "config/config.yaml:2:8: camera.fps is 1e400, allowed"},
    {"camera:\n  fps: 30,5\n", "config/config.yaml:2:8: camera.fps is 30,5, allowed"},
    {"camera:\n  fps: 0\n", "config/config.yaml:2:8: camera.fps is 0, allowed"},
    {"roi:\n  enabled: maybe\n",
     "config/config.yaml:2:12: roi.enabled is maybe, allowed is true or false"},
    {"roi:\n  enabled: 1\n", "config/config.yaml:2:12: roi.enabled is 1, allowed"},
    {"roi:\n  units: inches\n",
     "config/config.yaml:2:10: roi.units is inches, allowed is relative or pixels"},
    {"heatmap_trigger:\n  connectivity: 6\n",
     "config/config.yaml:2:17: heatmap_trigger.connectivity is 6, allowed is 4 or 8"},
    {"paths:\n  model_dir: \"\"\n",
     "config/config.yaml:2:14: paths.model_dir is \"\", allowed is a text of 1 to 767 bytes"},
    {"paths:\n  model_dir: \"a\\nb\"\n",
     "config/config.yaml:2:14: paths.model_dir is text with a line break or control character"},
    {"paths:\n  model_dir: \"a\\0b\"\n",
     "config/config.yaml:2:14: paths.model_dir is text with a line break or control character"},
    {"notify: {email: {smtp_host: \"a\\u2028b\"}}\n",
     "config/config.yaml:1:29: notify.email.smtp_host is text with a line break"},
    {"notify: {email: {smtp_host: \"a\\x9bb\"}}\n",
     "config/config.yaml:1:29: notify.email.smtp_host is text with a line break"},
    {"camera: {index: \"\\e[31m\"}\n",
     "config/config.yaml:1:17: camera.index is text with a line break or control character"},
    {"\"\\e[31m\": 1\n", "config/config.yaml:1:1: a name with control characters, allowed"},
    {"notify: {email: {to_addrs: [a@x, \"\"]}}\n",
     "config/config.yaml:1:28: entry 2 of notify.email.to_addrs is empty"},
    {"notify: {email: {to_addrs: [a@x, [b@x]]}}\n",
     "config/config.yaml:1:34: notify.email.to_addrs is a nested list, allowed"},
    {"notify: {email: {to_addrs: {a: b}}}\n",
     "config/config.yaml:1:28: notify.email.to_addrs is a section, allowed"},
    {"notify: {slack: {webhook_url: '***'}}\n",
     "config/config.yaml:1:31: notify.slack.webhook_url is ***, which stands for a secret"},
    {"monitor: {save_reconstruction: perhaps}\n",
     "config/config.yaml:1:32: monitor.save_reconstruction.enabled is perhaps, allowed"},
    /* structure */
    {"camera: 5\n", "config/config.yaml:1:9: camera is a section, allowed are lines"},
    {"camera: [index]\n", "config/config.yaml:1:9: camera is a section, allowed are lines"},
    {"just words\n", "config/config.yaml:1:1: no configuration, allowed are lines"},
    {"- camera\n", "config/config.yaml:1:1: no configuration, allowed are lines"},
    {"camera:\n  index: 1\n  index: 2\n",
     "config/config.yaml:3:3: camera.index stands here a second time, allowed is once"},
    {"camera:\n  index: 1\ncamera:\n  fps: 2\n", "config/config.yaml:3:1: camera stands here a"},
    {"camera:\n  index: 1\ncamera.index: 2\n", "config/config.yaml:3:1: camera.index stands here"},
    {"strange: {a: 1, a: 2}\n", "config/config.yaml:1:17: strange.a stands here a second time"},
    {"[a, b]: 1\n", "config/config.yaml:1:1: a list or section where a name belongs"},
    {"\"\": 1\n", "config/config.yaml:1:1: a name of 0 bytes, allowed are 1 to 128"},
    {"\"a\\0b\": 1\n", "config/config.yaml:1:1: a name with control characters, allowed"},
    {"camera: {index: 1}\n---\ncamera: {index: 2}\n",
     "config/config.yaml:2:1: a second document begins here, allowed is one"},
    {"schema: 2\n",
     "config/config.yaml:1:9: this file is of layout version 2, written for a newer leakwatch"},
    {"schema: 0\n", "config/config.yaml:1:9: schema is 0, allowed"},
    /* features of YAML that have no use here */
    {"camera: &c {index: 1}\n", "config/config.yaml:1:9: an anchor (&name) is not used"},
    {"camera:\n  index: &i 1\n", "config/config.yaml:2:10: an anchor (&name) is not used"},
    {"camera: [&c 1]\n", "config/config.yaml:1:9: camera is a section"},
    {"strange: *c\n", "config/config.yaml:1:10: an alias (*name) is not used"},
    {"strange: &s [1]\n", "config/config.yaml:1:10: an anchor (&name) is not used"},
    {"camera: {index: !!int 1}\n", "config/config.yaml:1:17: a tag (!name) is not used"},
    {"strange: !!python/object/apply:os.system [ls]\n", "config/config.yaml:1:10: a tag (!name)"},
    {"strange: !x {a: 1}\n", "config/config.yaml:1:10: a tag (!name) is not used"},
    /* syntax, with a remedy */
    {"camera:\n\tindex: 1\n", "config/config.yaml:2:1: not valid YAML: found character that cannot "
                              "start any token; this is a tab character: indent with spaces"},
    {"paths:\n  model_dir: \"C:\\models\"\n", "config/config.yaml:2:17: not valid YAML: found "
                                              "unknown escape character; write a Windows path"},
    {"camera:\n  index 1\n  fps: 2\n",
     "config/config.yaml:2:3: camera is a section, allowed are lines"},
    {"strange: a: 1\n", "config/config.yaml:1:11: not valid YAML: mapping values are not "
                        "allowed in this context; every line is"},
    {"camera: {index: 1\n", "config/config.yaml:2:1: not valid YAML: did not find expected"},
    {"camera:\n  index: @1\n", "config/config.yaml:2:10: not valid YAML: found character that "
                               "cannot start any token; put the value into \"quotes\""},
    /* text that is no text */
    {"camera:\n  # caf\xe9\n", "config/config.yaml:2:8: byte 0xe9 is not UTF-8 text"},
    {"a: \xc0\xaf\n", "config/config.yaml:1:4: byte 0xc0 is not UTF-8 text"},
    {"a: \xed\xa0\x80\n", "config/config.yaml:1:4: byte 0xed is not UTF-8 text"},
    {"a: \xf4\x90\x80\x80\n", "config/config.yaml:1:4: byte 0xf4 is not UTF-8 text"},
    {"a: \xe2\x82", "config/config.yaml:1:4: byte 0xe2 is not UTF-8 text"},
    {"a: \x07\n", "config/config.yaml:1:4: control character 0x07"},
    {"\xff\xfe"
     "a\n",
     "config/config.yaml is UTF-16 text, allowed is UTF-8"},
    {"\xfe\xff"
     "a\n",
     "config/config.yaml is UTF-16 text, allowed is UTF-8"},
    {"a: \xef\xbf\xbf\n", "config/config.yaml:1:4: not valid YAML: control characters"},
};

TEST(refused_with_file_line_column_and_what_is_allowed)
{
    for (size_t i = 0; i < sizeof bad_cases / sizeof bad_cases[0]; i++) {
        struct error err;
        struct config *config = load_text(bad_cases[i].yaml, &err);
        const char *found = from_config(err.message);
        if (config || err.code != ERROR_CONFIG ||
            strncmp(found, bad_cases[i].message, strlen(bad_cases[i].message)) != 0)
            CHECK_FAIL("case %zu: code %d \"%s\", expected \"%s…\"", i, (int)err.code, found,
                       bad_cases[i].message);
    }
}

struct nearest_case {
    const char *yaml;
    const char *warning;
};

TEST(unknown_keys_warn_with_line_and_nearest_name)
{
    static const struct nearest_case cases[] = {
        {"camera:\n  indx: 1\n",
         "config.yaml:2: unknown option camera.indx is ignored; did you mean camera.index?"},
        {"camra:\n  index: 1\n", "config.yaml:1: unknown option camra is ignored; did you mean "
                                 "camera?"},
        {"heartbeat_seconds: 5\n",
         "config.yaml:1: unknown option heartbeat_seconds is ignored; did "
         "you mean monitor.heartbeat_seconds?"},
        {"notify:\n  slac: {enabled: true}\n", "config.yaml:2: unknown option notify.slac is "
                                               "ignored; did you mean notify.slack?"},
        {"zzz_nothing_like_it: 1\n",
         "config.yaml:1: unknown option zzz_nothing_like_it is ignored; "
         "`leakwatch config docs` lists"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error err;
        struct config *config = load_text(cases[i].yaml, &err);
        CHECK_TEXT(config ? "" : err.message, "");
        CHECK_INT(warning_count, 1);
        CHECK_CONTAINS(warning_text, cases[i].warning);
        config_destroy(config);
    }
}

TEST(everything_below_an_unknown_key_is_skipped_with_one_warning)
{
    struct error err;
    struct config *config =
        load_text("mqtt:\n  host: a\n  list: [1, {a: 1}, {a: 2}]\ncamera:\n  index: 3\n", &err);
    CHECK_TEXT(config ? "" : err.message, "");
    CHECK_INT(config->camera_index, 3);
    CHECK_INT(warning_count, 1);
    config_destroy(config);
}

/* "a: {a: {a: … }}" and "a: [[[ … ]]]" */
static void nested(struct buffer *text, int depth, const char *open, const char *close)
{
    buffer_clear(text);
    buffer_append_text(text, "a: ");
    for (int i = 1; i < depth; i++)
        buffer_append_text(text, open);
    buffer_append_text(text, "1");
    for (int i = 1; i < depth; i++)
        buffer_append_text(text, close);
}

TEST(nesting_is_bounded)
{
    struct buffer text = {0};
    struct error err;
    nested(&text, 16, "{a: ", "}");
    struct config *config = load_text(buffer_text(&text), &err);
    CHECK_TEXT(config ? "" : err.message, "");
    config_destroy(config);
    nested(&text, 17, "{a: ", "}");
    CHECK(!load_text(buffer_text(&text), &err));
    CHECK_CONTAINS(err.message, ":1:64: nested deeper than the allowed 16 levels");
    nested(&text, 17, "[", "]");
    CHECK(!load_text(buffer_text(&text), &err));
    CHECK_CONTAINS(err.message, "nested deeper than the allowed 16 levels");
    nested(&text, 200000, "[", "]");
    CHECK(!load_text(buffer_text(&text), &err));
    CHECK_CONTAINS(err.message, "nested deeper than the allowed 16 levels");
    buffer_finish(&text);
}

TEST(a_billion_laughs_cost_nothing)
{
    struct error err;
    CHECK(!load_text("a: &a [lol, lol, lol]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]\n", &err));
    CHECK_INT(err.code, ERROR_CONFIG);
    CHECK_CONTAINS(err.message, ":1:4: an anchor (&name) is not used in this file");
}

TEST(too_many_entries_are_refused)
{
    struct buffer text = {0};
    struct error err;
    buffer_append_text(&text, "strange: [");
    for (int i = 0; i < 20000; i++)
        buffer_append_text(&text, "1,");
    buffer_append_text(&text, "1]\n");
    CHECK(!load_text(buffer_text(&text), &err));
    CHECK_INT(err.code, ERROR_CONFIG);
    CHECK_CONTAINS(err.message, "too many entries, allowed are 10000");
    buffer_clear(&text);
    buffer_append_text(&text, "notify: {email: {to_addrs: [");
    for (int i = 0; i < 65; i++)
        buffer_append_text(&text, "a@x,");
    buffer_append_text(&text, "]}}\n");
    CHECK(!load_text(buffer_text(&text), &err));
    CHECK_CONTAINS(err.message, "notify.email.to_addrs is a longer list, allowed is a list of at "
                                "most 64 texts");
    buffer_finish(&text);
}

TEST(long_names_and_texts_are_refused_and_shortened_in_the_message)
{
    struct buffer text = {0};
    struct error err;
    buffer_append_format(&text, "? %0129d\n: 1\n", 0);
    CHECK(!load_text(buffer_text(&text), &err));
    CHECK_CONTAINS(err.message, "a name of 129 bytes, allowed are 1 to 128");
    buffer_clear(&text);
    buffer_append_format(&text, "notify: {email: {smtp_host: %0254d}}\n", 0);
    CHECK(!load_text(buffer_text(&text), &err));
    CHECK_CONTAINS(err.message, "0000…, allowed is a text of at most 253 bytes");
    buffer_finish(&text);
}

TEST(a_file_of_100_mb_is_refused_at_once)
{
    struct error err = {0};
    CHECK(write_config_bytes("", 0));
    CHECK(truncate(scratch("config/config.yaml"), 100 << 20) == 0);
    CHECK(!config_load(scratch(""), (struct config_overrides){0}, noted_warnings(), &err));
    CHECK_INT(err.code, ERROR_CONFIG);
    CHECK_CONTAINS(err.message, "config/config.yaml");
}

TEST(a_missing_or_unreadable_file_says_what_to_do)
{
    struct error err = {0};
    struct config_overrides none = {0};
    CHECK(!config_load(scratch("nowhere"), none, noted_warnings(), &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "leakwatch init");
    CHECK(folder_create(scratch("odd/config/config.yaml"), false, &err));
    CHECK(!config_load(scratch("odd"), none, noted_warnings(), &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "odd/config/config.yaml");
}

int main(void)
{
    RUN(reference_names_load_unchanged_to_the_defaults);
    RUN(reference_names_load_unchanged_with_other_values);
    RUN(accepted_ways_of_writing);
    RUN(an_empty_file_warns);
    RUN(refused_with_file_line_column_and_what_is_allowed);
    RUN(unknown_keys_warn_with_line_and_nearest_name);
    RUN(everything_below_an_unknown_key_is_skipped_with_one_warning);
    RUN(nesting_is_bounded);
    RUN(a_billion_laughs_cost_nothing);
    RUN(too_many_entries_are_refused);
    RUN(long_names_and_texts_are_refused_and_shortened_in_the_message);
    RUN(a_file_of_100_mb_is_refused_at_once);
    RUN(a_missing_or_unreadable_file_says_what_to_do);
    return check_report();
}

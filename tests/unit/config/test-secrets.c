/* Secrets: which source wins, which files are refused, and that nothing ever shows one. */
#include "check.h"
#include "project_folder.h"

#include <stdlib.h>
#include <sys/stat.h>

#define SECRET_URL "https://hooks.example/s3cr3t"

static void forget_environment(void)
{
    unsetenv("SLACK_WEBHOOK_URL");
    unsetenv("SMTP_PASSWORD");
    unsetenv("LEAKWATCH_HEARTBEAT_URL");
}

static bool write_secret(const char *name, const char *text, mode_t mode)
{
    return file_replace(scratch(name), text, strlen(text), true, NULL) &&
           chmod(scratch(name), mode) == 0;
}

/* Nothing that the program prints of a configuration holds `secret`. */
static bool is_hidden(const struct config *config, const char *secret)
{
    struct buffer text = {0};
    struct error err;
    bool ok = config_write_yaml(config, true, &text, &err) &&
              config_write_yaml(config, false, &text, &err) &&
              config_write_json(config, &text, &err) && !strstr(buffer_text(&text), secret) &&
              strstr(buffer_text(&text), "\"***\"") && !strstr(warning_text, secret);
    buffer_finish(&text);
    return ok;
}

TEST(the_environment_wins)
{
    struct error err;
    CHECK(write_secret("hook", "https://hooks.example/file\n", 0600));
    setenv("SLACK_WEBHOOK_URL", SECRET_URL, 1);
    setenv("SMTP_PASSWORD", "s3cr3t pass", 1);
    setenv("LEAKWATCH_HEARTBEAT_URL", "https://ping.example/s3cr3t", 1);
    struct config *config =
        load_text("notify: {slack: {webhook_url: 'https://x', webhook_url_file: hook}}\n", &err);
    forget_environment();
    CHECK_TEXT(config ? "" : err.message, "");
    CHECK_TEXT(config->notify_slack_webhook_url, SECRET_URL);
    CHECK_TEXT(config->notify_email_smtp_password, "s3cr3t pass");
    CHECK_TEXT(config->delivery_heartbeat_url, "https://ping.example/s3cr3t");
    CHECK(is_hidden(config, "s3cr3t"));
    config_destroy(config);
}

TEST(a_file_wins_over_the_configuration_and_loses_its_last_line_break)
{
    static const char *const contents[] = {SECRET_URL, SECRET_URL "\n", SECRET_URL "\r\n"};
    for (size_t i = 0; i < sizeof contents / sizeof contents[0]; i++) {
        struct error err;
        CHECK(write_secret("hook", contents[i], 0600));
        struct config *config = load_text(
            "notify: {slack: {webhook_url_file: hook, webhook_url: 'https://x'}}\n", &err);
        CHECK_TEXT(config ? "" : err.message, "");
        CHECK_TEXT(config->notify_slack_webhook_url, SECRET_URL);
        CHECK(is_hidden(config, "s3cr3t"));
        config_destroy(config);
    }
}

TEST(spaces_belong_to_a_password)
{
    struct error err;
    CHECK(write_secret("password", " a b \n", 0400));
    struct config *config = load_text("notify: {email: {smtp_password_file: password}}\n", &err);
    CHECK_TEXT(config ? "" : err.message, "");
    CHECK_TEXT(config->notify_email_smtp_password, " a b ");
    config_destroy(config);
}

TEST(a_secret_in_the_configuration_works_with_a_warning_at_each_start)
{
    for (int start = 0; start < 2; start++) {
        struct error err;
        struct config *config =
            load_text("notify:\n  slack:\n    webhook_url: " SECRET_URL "\n", &err);
        CHECK_TEXT(config ? "" : err.message, "");
        CHECK_TEXT(config->notify_slack_webhook_url, SECRET_URL);
        CHECK_INT(warning_count, 1);
        CHECK_CONTAINS(warning_text,
                       "config.yaml:3: notify.slack.webhook_url is a secret in a file");
        CHECK_CONTAINS(warning_text, "SLACK_WEBHOOK_URL");
        CHECK(is_hidden(config, "s3cr3t"));
        config_destroy(config);
    }
}

struct bad_file {
    const char *contents; /* NULL = there is none */
    mode_t mode;
    const char *message;
};

TEST(unsafe_and_useless_files_are_refused)
{
    static char long_text[1200];
    memset(long_text, 'x', sizeof long_text - 1);
    const struct bad_file cases[] = {
        {SECRET_URL, 0644, "hook holds a secret and can be read by others; make it yours alone"},
        {SECRET_URL, 0640, "can be read by others"},
        {SECRET_URL, 0604, "can be read by others"},
        {"", 0600, "hook is empty, expected the secret"},
        {"\n", 0600, "hook is empty, expected the secret"},
        {"https://a\nhttps://b\n", 0600, "is text with a line break or control character"},
        {long_text, 0600, "hook"},
        {NULL, 0, "hook"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error err;
        CHECK(file_remove(scratch("hook"), &err));
        CHECK(!cases[i].contents || write_secret("hook", cases[i].contents, cases[i].mode));
        struct config *config = load_text("notify:\n  slack:\n    webhook_url_file: hook\n", &err);
        CHECK(config == NULL);
        CHECK_INT(err.code, ERROR_CONFIG);
        CHECK_CONTAINS(err.message, "config.yaml:3:23: notify.slack.webhook_url_file: ");
        CHECK_CONTAINS(err.message, cases[i].message);
        CHECK(!strstr(err.message, "s3cr3t"));
    }
}

TEST(a_bad_environment_is_refused_without_being_quoted)
{
    char text[1200];
    struct error err;
    snprintf(text, sizeof text, "s3cr3t%01100d", 0);
    setenv("SLACK_WEBHOOK_URL", text, 1);
    struct config *config = load_text("schema: 1\n", &err);
    forget_environment();
    CHECK(config == NULL);
    CHECK_INT(err.code, ERROR_CONFIG);
    CHECK_CONTAINS(err.message, "environment variable SLACK_WEBHOOK_URL: notify.slack.webhook_url");
    CHECK(!strstr(err.message, "s3cr3t"));
}

TEST(an_empty_environment_variable_counts_as_none)
{
    struct error err;
    setenv("SLACK_WEBHOOK_URL", "", 1);
    struct config *config = load_text("notify: {slack: {webhook_url: '" SECRET_URL "'}}\n", &err);
    forget_environment();
    CHECK_TEXT(config ? "" : err.message, "");
    CHECK_TEXT(config->notify_slack_webhook_url, SECRET_URL);
    config_destroy(config);
}

TEST(passwords_of_streams_are_hidden)
{
    static const struct {
        const char *source, *shown;
    } cases[] = {
        {"rtsp://cam:s3cr3t@host/1", "rtsp://cam:***@host/1"},
        {"rtsp://cam:s3/cr@3t@host:554/1", "rtsp://cam:***@host:554/1"},
        {"rtsp://cam@host/1", "rtsp://cam@host/1"},
        {"rtsp://host:554/1", "rtsp://host:554/1"},
        {"sim:drops?seed=1", "sim:drops?seed=1"},
        {"folder/with:and@in/it", "folder/with:and@in/it"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char shown[64];
        config_hide_password(cases[i].source, shown, sizeof shown);
        CHECK_TEXT(shown, cases[i].shown);
    }
    char cut[8];
    config_hide_password("rtsp://cam:s3cr3t@host/1", cut, sizeof cut);
    CHECK_TEXT(cut, "rtsp://");
    struct error err;
    struct config *config = load_text("camera: {source: 'rtsp://cam:s3cr3t@host/1'}\n"
                                      "notify: {slack: {webhook_url: 'https://x'}}\n",
                                      &err);
    CHECK_TEXT(config ? "" : err.message, "");
    CHECK_TEXT(config->camera_source, "rtsp://cam:s3cr3t@host/1");
    CHECK(is_hidden(config, "s3cr3t"));
    config_destroy(config);
}

int main(void)
{
    forget_environment();
    RUN(the_environment_wins);
    RUN(a_file_wins_over_the_configuration_and_loses_its_last_line_break);
    RUN(spaces_belong_to_a_password);
    RUN(a_secret_in_the_configuration_works_with_a_warning_at_each_start);
    RUN(unsafe_and_useless_files_are_refused);
    RUN(a_bad_environment_is_refused_without_being_quoted);
    RUN(an_empty_environment_variable_counts_as_none);
    RUN(passwords_of_streams_are_hidden);
    return check_report();
}

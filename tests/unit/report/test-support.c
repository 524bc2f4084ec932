/* Texts without secrets, and an archive that can be read back. */
#include "check.h"
#include "failing_alloc.h"
#include "platform/file.h"
#include "report/support_redact.h"
#include "report/support_zip.h"
#include "scratch.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>

static void set_environment(const char *slack, const char *smtp)
{
    if (slack)
        setenv("SLACK_WEBHOOK_URL", slack, 1);
    else
        unsetenv("SLACK_WEBHOOK_URL");
    if (smtp)
        setenv("SMTP_PASSWORD", smtp, 1);
    else
        unsetenv("SMTP_PASSWORD");
    unsetenv("LEAKWATCH_HEARTBEAT_URL");
}

/* `text` as it leaves the house, with `config_text` as the project's config.yaml; until the next
 * call. */
static const char *redacted(const char *config_text, const char *text)
{
    static struct buffer out;
    struct redactor redactor = {0};
    struct error err;
    buffer_finish(&out);
    if (!folder_create(scratch("rig/config"), false, &err) ||
        !file_replace(scratch("rig/config/config.yaml"), config_text, strlen(config_text), true,
                      &err) ||
        !redactor_init(&redactor, NULL, scratch("rig"), &err) ||
        !redactor_append(&redactor, text, strlen(text), &out, &err))
        printf("%s\n", err.message);
    redactor_finish(&redactor);
    return buffer_text(&out);
}

TEST(secrets_of_the_environment_go_in_every_spelling)
{
    set_environment("https://127.0.0.1:9/services/T0/B0/abcdefgh", "p\"a\\s/s w\xc3\xb6rd&1");
    CHECK_TEXT(redacted("", "x p\"a\\s/s w\xc3\xb6rd&1 y"), "x *** y");
    CHECK_TEXT(redacted("", "P\"A\\S/S W\xc3\xb6RD&1"), "***");
    CHECK_TEXT(redacted("", "{\"t\":\"p\\\"a\\\\s/s w\xc3\xb6rd&1\"}"), "{\"t\":\"***\"}");
    CHECK_TEXT(redacted("", "p\\\"a\\\\s/s w\\u00f6rd&1"), "***");
    CHECK_TEXT(redacted("", "p\\\"a\\\\s\\/s w\xc3\xb6rd&1"), "***");
    CHECK_TEXT(redacted("", "p%22a%5Cs%2fs%20w%C3%B6rd%261"), "***");
    CHECK_TEXT(redacted("", "POST https://127.0.0.1:9/services/T0/B0/abcdefgh failed"),
               "POST *** failed");
    CHECK_TEXT(redacted("", "POST /services/T0/B0/abcdefgh HTTP/1.1"), "POST *** HTTP/1.1");
    CHECK_TEXT(redacted("", "ABCDEFGH"), "***");
    set_environment(NULL, NULL);
}

TEST(secrets_of_a_config_that_can_not_be_loaded_go)
{
    set_environment(NULL, "other");
    CHECK_TEXT(
        redacted("notify:\n  email:\n    smtp_password: hunter2 # mine\n  oops\n", "hunter2."),
        "***.");
    CHECK_TEXT(redacted("notify: {email: {smtp_password: hun}ter,2, enabled: true}}", "hun}ter,2!"),
               "***!");
    CHECK_TEXT(redacted("smtp_password: 'it''s'\r\n", "it''s"), "***");
    CHECK_TEXT(redacted("\"smtp_password\" : \"a#b c\"\n", "a#b c"), "***");
    CHECK_TEXT(redacted("# smtp_password: old-one\nsmtp_password: new-one", "old-one new-one"),
               "*** ***");
    CHECK_TEXT(redacted("source: rtsp://me:cam-pass@10.0.0.1/live\n", "401 for cam-pass"),
               "401 for ***");
    set_environment(NULL, NULL);
}

TEST(secrets_of_files_that_config_names_go)
{
    set_environment("https://127.0.0.1/wins", NULL);
    CHECK(folder_create(scratch("rig/config"), false, NULL));
    CHECK(file_replace(scratch("rig/config/hook.txt"), "file-secret\r\nmore\n", 18, true, NULL));
    CHECK_TEXT(redacted("webhook_url_file: config/hook.txt\n", "a file-secret b"), "a *** b");
    CHECK_TEXT(redacted("webhook_url_file: config/none.txt\n", "a file-secret b"),
               "a file-secret b");
    set_environment(NULL, NULL);
}

TEST(what_is_no_secret_stays)
{
    set_environment(NULL, NULL);
    const char *config = "notify:\n  slack:\n    webhook_url: \"\"  # \"from\" the environment\n"
                         "    webhook_url_file:\n  email:\n    smtp_password: null\n"
                         "    heartbeat_url: # nothing\ncamera: {source: sim:normal}\n";
    static const char text[] = "{\"score\":null,\"text\":\"sim:normal # nothing\"} *** a://b 1://";
    CHECK_TEXT(redacted(config, text), text);
    CHECK_TEXT(redacted("", ""), "");
}

TEST(addresses_lose_what_is_secret_about_them)
{
    set_environment(NULL, NULL);
    CHECK_TEXT(redacted("", "(rtsp://me:pass@10.0.0.1/live)"), "(rtsp://me:***@10.0.0.1/live)");
    CHECK_TEXT(redacted("", "\"http://cam/img?user=a&pwd=b\""),
               "\"http://cam/img?user=a&pwd=***\"");
    CHECK_TEXT(redacted("", "see https://HOOKS.slack.com/services/T1/B2/c3."),
               "see https://HOOKS.slack.com/***");
    CHECK_TEXT(redacted("", "a rtsp://x:y@z b http://u:v@w/ c"),
               "a rtsp://x:***@z b http://u:***@w/ c");
    char text[5000] = "http://x:secret@";
    memset(text + 16, 'a', 4000);
    CHECK_TEXT(redacted("", text), "***");
}

TEST(without_memory_nothing_is_given_out)
{
    static const char text[] = "the pass-word p\\u00e4ss of http://u:v@w/";
    set_environment("https://127.0.0.1/hook-hook", "p\xc3\xa4ss");
    CHECK_TEXT(redacted("smtp_password: pass-word\nwebhook_url_file: config/hook.txt\n", ""), "");
    const char *root = scratch("rig");
    long failures = 0;
    for (bool good = false; !good; failures++) {
        struct redactor redactor = {0};
        struct buffer out = {0};
        struct error err = {0};
        allocations_until_failure = failures;
        good = redactor_init(&redactor, NULL, root, &err) &&
               redactor_append(&redactor, text, strlen(text), &out, &err);
        allocations_until_failure = -1;
        bool held = strstr(buffer_text(&out), "pass-word") || strstr(buffer_text(&out), "00e4");
        redactor_finish(&redactor);
        buffer_finish(&out);
        CHECK(!held);
        CHECK(good || err.code == ERROR_MEMORY);
    }
    CHECK(failures > 10);
    set_environment(NULL, NULL);
}

TEST(only_harmless_names_go_into_an_archive)
{
    static const char *const bad[] = {"",     "/etc/passwd", "../x", "a/../b", "a//b", "a/",
                                      "a\\b", "c:x",         "-rf",  "a b",    "a\nb", "\xc3\xb6"};
    CHECK(zip_name_is_safe("leakwatch-support-1/pictures/001_a.b-c_D.jpg"));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (zip_name_is_safe(bad[i]))
            CHECK_FAIL("\"%s\" counts as safe", bad[i]);
}

static bool read_back(const struct buffer *bytes, char ret_text[256])
{
    struct archive *archive = archive_read_new();
    struct archive_entry *entry;
    ret_text[0] = '\0';
    bool good = archive_read_support_format_zip(archive) == ARCHIVE_OK &&
                archive_read_open_memory(archive, bytes->data, bytes->size) == ARCHIVE_OK;
    while (good && archive_read_next_header(archive, &entry) == ARCHIVE_OK) {
        char contents[64] = "";
        size_t used = strlen(ret_text);
        archive_read_data(archive, contents, sizeof contents - 1);
        snprintf(ret_text + used, 256 - used, "%s=%s %o;", archive_entry_pathname(entry), contents,
                 (unsigned)archive_entry_perm(entry));
    }
    archive_read_free(archive);
    return good;
}

TEST(an_archive_is_read_back_as_it_was_made)
{
    struct zip zip = {0};
    char text[256];
    bool made = zip_init(&zip, INT64_C(1769842800000), NULL) &&
                zip_add(&zip, "a/one.txt", "first", 5, NULL) &&
                zip_add(&zip, "a/none.txt", NULL, 0, NULL) && zip_close(&zip, NULL);
    bool read = made && read_back(&zip.bytes, text);
    zip_finish(&zip);
    CHECK(made && read);
    CHECK_TEXT(text, "a/one.txt=first 600;a/none.txt= 600;");
    zip_finish(&zip);
    CHECK(zip_init(&zip, 0, NULL));
    zip_finish(&zip); /* never closed */
}

int main(void)
{
    RUN(secrets_of_the_environment_go_in_every_spelling);
    RUN(secrets_of_a_config_that_can_not_be_loaded_go);
    RUN(secrets_of_files_that_config_names_go);
    RUN(what_is_no_secret_stays);
    RUN(addresses_lose_what_is_secret_about_them);
    RUN(without_memory_nothing_is_given_out);
    RUN(only_harmless_names_go_into_an_archive);
    RUN(an_archive_is_read_back_as_it_was_made);
    return check_report();
}

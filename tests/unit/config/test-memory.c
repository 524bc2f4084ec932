/* Every allocation of ours fails once, in each thing config/ does: an error, no leak, no crash. */
#include "check.h"
#include "config/project.h"
#include "failing_alloc.h"
#include "project_folder.h"

#include <stdlib.h>
#include <yaml.h>

/* libyaml allocates by itself; these make it say so. */
static bool yaml_initialize_fails;
static int yaml_events_until_failure = -1;

int __real_yaml_parser_initialize(yaml_parser_t *parser);
int __real_yaml_parser_parse(yaml_parser_t *parser, yaml_event_t *event);
int __wrap_yaml_parser_initialize(yaml_parser_t *parser);
int __wrap_yaml_parser_parse(yaml_parser_t *parser, yaml_event_t *event);

int __wrap_yaml_parser_initialize(yaml_parser_t *parser)
{
    return yaml_initialize_fails ? 0 : __real_yaml_parser_initialize(parser);
}

int __wrap_yaml_parser_parse(yaml_parser_t *parser, yaml_event_t *event)
{
    if (yaml_events_until_failure < 0 || yaml_events_until_failure-- > 0)
        return __real_yaml_parser_parse(parser, event);
    parser->error = YAML_MEMORY_ERROR;
    return 0;
}

static const char yaml[] = "camera: {index: 3, source: a}\n"
                           "notify:\n"
                           "  slack: {webhook_url_file: hook}\n"
                           "  email: {to_addrs: [a@x, b@x]}\n"
                           "unknown: [1, {a: 2}]\n";

static const char *root; /* the scratch project; scratch() itself allocates */

static struct config *load(struct error *err)
{
    static const char *const overrides[] = {"notify.email.to_addrs=c@x,d@x", "camera.source=b"};
    return config_load(root, (struct config_overrides){overrides, 2}, noted_warnings(), err);
}

/* Leaves config.yaml and the secret's file in the scratch project. */
static bool prepare(void)
{
    return write_config_bytes(yaml, strlen(yaml)) &&
           file_replace(scratch("hook"), "https://h/x\n", 12, true, NULL);
}

TEST(loading_without_memory)
{
    CHECK(prepare());
    struct config *config = NULL;
    long n = 0;
    for (; !config; n++) {
        struct error err = {0};
        allocations_until_failure = n;
        config = load(&err);
        allocations_until_failure = -1;
        CHECK_INT(config ? ERROR_MEMORY : err.code, ERROR_MEMORY);
    }
    CHECK(n > 20); /* there was something to fail */
    CHECK_TEXT(config->camera_source, "b");
    CHECK_TEXT(config->notify_email_to_addrs.texts[1], "d@x");
    config_destroy(config);
}

TEST(loading_when_libyaml_has_no_memory)
{
    struct error err = {0};
    CHECK(prepare());
    yaml_initialize_fails = true;
    struct config *config = load(&err);
    yaml_initialize_fails = false;
    CHECK(!config);
    CHECK_INT(err.code, ERROR_MEMORY);
    for (int events = 0; !config; events++) {
        CHECK(events < 1000);
        yaml_events_until_failure = events;
        config = load(&err);
        yaml_events_until_failure = -1;
        CHECK_INT(config ? ERROR_MEMORY : err.code, ERROR_MEMORY);
    }
    config_destroy(config);
}

static bool write_all(const struct config *config, struct error *err)
{
    bool (*const documents[])(struct buffer *, struct error *) = {config_write_docs,
                                                                  config_write_json_schema};
    bool ok = true;
    for (size_t i = 0; ok && i < 5; i++) {
        struct buffer text = {0};
        ok = i < 2    ? config_write_yaml(config, i == 1, &text, err)
             : i == 2 ? config_write_json(config, &text, err)
                      : documents[i - 3](&text, err);
        buffer_finish(&text);
    }
    return ok;
}

TEST(writing_without_memory)
{
    struct error err = {0};
    struct config *config = config_default(&err);
    CHECK(config != NULL);
    bool done = false;
    for (long n = 0; !done; n++) {
        err = (struct error){0};
        allocations_until_failure = n;
        done = write_all(config, &err);
        allocations_until_failure = -1;
        CHECK_INT(done ? ERROR_MEMORY : err.code, ERROR_MEMORY);
    }
    config_destroy(config);
}

TEST(a_refusal_without_memory)
{
    static const char wrong[] = "camera: {index: x}\n";
    CHECK(write_config_bytes(wrong, strlen(wrong)));
    struct error err = {0};
    for (long n = 0; err.code != ERROR_CONFIG; n++) {
        err = (struct error){0};
        allocations_until_failure = n;
        struct config *config = load(&err);
        allocations_until_failure = -1;
        CHECK(!config && (err.code == ERROR_MEMORY || err.code == ERROR_CONFIG));
    }
    CHECK_CONTAINS(err.message, "camera.index is x, allowed");
}

TEST(init_without_memory_can_be_repeated)
{
    const char *rig = scratch("rig"), *file = scratch("rig/config/config.yaml");
    bool done = false;
    for (long n = 0; !done; n++) {
        struct error err = {0};
        allocations_until_failure = n;
        done = project_init(rig, &err);
        allocations_until_failure = -1;
        CHECK_INT(done ? ERROR_MEMORY : err.code, ERROR_MEMORY);
        CHECK_INT(file_kind_of(file), done ? FILE_REGULAR : FILE_MISSING);
    }
}

TEST(reading_the_mode_without_memory)
{
    struct error err = {0};
    enum mode mode = (enum mode)99;
    const char *file = scratch("mode.txt");
    CHECK(mode_write(file, MODE_MONITOR, &err));
    allocations_until_failure = 0;
    bool read = mode_read(file, &mode, &err);
    allocations_until_failure = -1;
    CHECK(!read);
    CHECK_INT(err.code, ERROR_MEMORY);
    CHECK_INT(mode, 99);
}

int main(void)
{
    unsetenv("SLACK_WEBHOOK_URL");
    root = scratch("");
    RUN(loading_without_memory);
    RUN(loading_when_libyaml_has_no_memory);
    RUN(writing_without_memory);
    RUN(a_refusal_without_memory);
    RUN(init_without_memory_can_be_repeated);
    RUN(reading_the_mode_without_memory);
    return check_report();
}

/* What is written about a configuration: YAML that loads back, JSON, documents, JSON Schema. */
#include "check.h"
#include "config/options.h"
#include "project_folder.h"

#include <jansson.h>
#include <stdlib.h>

static char *as_json(const struct config *config)
{
    struct buffer text = {0};
    struct error err;
    return config_write_json(config, &text, &err) ? text.data : NULL;
}

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

/* The member that "a.b.c" names in nested objects (or, with `via`, in a JSON Schema). */
static json_t *member_at(json_t *root, const char *path, const char *via)
{
    while (root) {
        char name[64];
        size_t length = strcspn(path, ".");
        snprintf(name, sizeof name, "%.*s", (int)length, path);
        root = json_object_get(via ? json_object_get(root, via) : root, name);
        if (path[length] == '\0')
            break;
        path += length + 1;
    }
    return root;
}

TEST(yaml_of_the_defaults_has_every_option_with_a_comment_and_loads_back)
{
    struct error err;
    struct buffer yaml = {0};
    struct config *defaults = config_default(&err);
    CHECK(defaults != NULL);
    CHECK(config_write_yaml(defaults, false, &yaml, &err));
    for (size_t i = 0; i < OPTION_COUNT; i++)
        CHECK_CONTAINS(buffer_text(&yaml), option_rows[i].text);
    struct config *loaded = load_text(buffer_text(&yaml), &err);
    CHECK_TEXT(loaded ? "" : err.message, "");
    CHECK_TEXT(warning_text, "");
    char *first = as_json(defaults), *second = as_json(loaded);
    CHECK_TEXT(second, first);
    free(first);
    free(second);
    config_destroy(defaults);
    config_destroy(loaded);
    buffer_finish(&yaml);
}

TEST(yaml_of_other_values_loads_back_without_the_secrets)
{
    struct error err;
    struct buffer yaml = {0};
    struct config *other = load_data_file("reference-config-other.yaml", &err);
    CHECK_TEXT(other ? "" : err.message, "");
    CHECK(config_write_yaml(other, false, &yaml, &err));
    CHECK(!strstr(buffer_text(&yaml), "p#ss"));
    struct config *loaded = load_text(buffer_text(&yaml), &err);
    CHECK_TEXT(loaded ? "" : err.message, "");
    CHECK_TEXT(loaded->notify_email_smtp_password, "");
    CHECK_TEXT(loaded->notify_slack_webhook_url, "");
    setenv("SMTP_PASSWORD", "other", 1);
    setenv("SLACK_WEBHOOK_URL", "https://other", 1);
    config_destroy(loaded);
    loaded = load_text(buffer_text(&yaml), &err);
    unsetenv("SMTP_PASSWORD");
    unsetenv("SLACK_WEBHOOK_URL");
    CHECK_TEXT(loaded ? "" : err.message, "");
    char *first = as_json(other), *second = as_json(loaded);
    CHECK_TEXT(second, first);
    free(first);
    free(second);
    config_destroy(other);
    config_destroy(loaded);
    buffer_finish(&yaml);
}

TEST(show_names_the_origin_of_each_value)
{
    static const char *const override = "camera.fps=12";
    struct error err = {0};
    struct buffer text = {0};
    static const char yaml[] = "camera:\n  index: 3\nnotify: {email: {smtp_password_file: pw}}\n";
    CHECK(write_config_bytes(yaml, strlen(yaml)));
    CHECK(file_replace(scratch("pw"), "x", 1, true, &err));
    setenv("SLACK_WEBHOOK_URL", "https://hooks.example", 1);
    struct config *config =
        config_load(scratch(""), (struct config_overrides){&override, 1}, noted_warnings(), &err);
    unsetenv("SLACK_WEBHOOK_URL");
    CHECK_TEXT(config ? "" : err.message, "");
    CHECK(config_write_yaml(config, true, &text, &err));
    CHECK_CONTAINS(buffer_text(&text), "config/config.yaml:2\n");
    CHECK_CONTAINS(buffer_text(&text), "  fps: 12  # command line\n");
    CHECK_CONTAINS(buffer_text(&text), "  width: 1280  # default\n");
    CHECK_CONTAINS(buffer_text(&text),
                   "webhook_url: \"***\"  # environment variable SLACK_WEBHOOK_URL\n");
    CHECK_CONTAINS(buffer_text(&text), "smtp_password: \"***\"  # the file of "
                                       "notify.email.smtp_password_file\n");
    config_destroy(config);
    buffer_finish(&text);
}

TEST(json_is_valid_and_has_every_option)
{
    struct error err;
    struct config *config = load_data_file("reference-config-other.yaml", &err);
    CHECK_TEXT(config ? "" : err.message, "");
    char *text = as_json(config);
    json_error_t json_err;
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &json_err);
    CHECK(root != NULL);
    for (size_t i = 0; i < OPTION_COUNT; i++)
        CHECK(member_at(root, option_rows[i].path, NULL) != NULL);
    CHECK_NEAR(json_number_value(member_at(root, "training.learning_rate", NULL)), 5e-4, 0);
    CHECK_INT(json_integer_value(member_at(root, "heatmap_trigger.connectivity", NULL)), 4);
    CHECK_TEXT(json_string_value(member_at(root, "paths.data_normal_dir", NULL)),
               "D:\\rig\\normal");
    CHECK_TEXT(json_string_value(member_at(root, "notify.email.smtp_password", NULL)), "***");
    json_decref(root);
    free(text);
    config_destroy(config);
}

static bool schema_fits_row(const json_t *property, const struct option_row *row)
{
    const char *description = json_string_value(json_object_get(property, "description"));
    if (!json_object_get(property, "default") || !description || !strstr(description, row->text))
        return false;
    if (row->type == OPTION_CHOICE)
        return json_array_size(json_object_get(property, "enum")) >= 2;
    if (row->type == OPTION_INT || row->type == OPTION_REAL)
        return json_number_value(json_object_get(property, "minimum")) == row->min &&
               json_number_value(json_object_get(property, "maximum")) == row->max;
    return json_is_array(json_object_get(property, "type"));
}

TEST(json_schema_describes_every_option)
{
    struct error err;
    struct buffer text = {0};
    json_error_t json_err;
    CHECK(config_write_json_schema(&text, &err));
    json_t *root = json_loads(buffer_text(&text), JSON_REJECT_DUPLICATES, &json_err);
    CHECK_TEXT(root ? "" : json_err.text, "");
    CHECK_TEXT(json_string_value(json_object_get(root, "$schema")),
               "https://json-schema.org/draft/2020-12/schema");
    CHECK(json_is_true(json_object_get(root, "additionalProperties")));
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const json_t *property = member_at(root, option_rows[i].path, "properties");
        if (!property || !schema_fits_row(property, &option_rows[i]))
            CHECK_FAIL("the schema of %s is missing or wrong", option_rows[i].path);
    }
    json_t *shape = member_at(root, "monitor.save_reconstruction", "properties");
    CHECK_INT(json_array_size(json_object_get(shape, "type")), 3);
    json_decref(root);
    buffer_finish(&text);
}

/* A document of the repository is what the program writes now. */
static bool is_current(const char *name, bool (*write)(struct buffer *, struct error *))
{
    char path[PATH_SIZE];
    struct buffer committed = {0}, now = {0};
    struct error err = {0};
    snprintf(path, sizeof path, "%s/../../docs/%s", TEST_DATA_DIR, name);
    bool same = file_read(path, 1 << 20, &committed, &err) && write(&now, &err) &&
                strcmp(buffer_text(&committed), buffer_text(&now)) == 0;
    buffer_finish(&committed);
    buffer_finish(&now);
    return same;
}

TEST(the_documents_in_docs_are_current)
{
    if (!is_current("configuration.md", config_write_docs))
        CHECK_FAIL("run: build/leakwatch config docs > docs/configuration.md");
    if (!is_current("config.schema.json", config_write_json_schema))
        CHECK_FAIL("run: build/leakwatch config schema > docs/config.schema.json");
}

TEST(the_documents_have_every_option_once)
{
    struct error err;
    struct buffer text = {0};
    CHECK(config_write_docs(&text, &err));
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        char cell[96];
        snprintf(cell, sizeof cell, "| `%s` |", option_rows[i].path);
        const char *found = strstr(buffer_text(&text), cell);
        CHECK(found && !strstr(found + 1, cell));
    }
    CHECK_CONTAINS(buffer_text(&text), "environment variable `SMTP_PASSWORD`");
    buffer_finish(&text);
}

TEST(rows_fit_the_limits_of_the_code)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = &option_rows[i];
        CHECK(strlen(row->path) < OPTION_PATH_SIZE);
        CHECK((row->type == OPTION_CHOICE || row->flags & SECRET) == (row->choices != NULL));
        if (row->type == OPTION_INT || row->type == OPTION_REAL)
            CHECK(row->default_number >= row->min && row->default_number <= row->max);
    }
}

int main(void)
{
    unsetenv("SLACK_WEBHOOK_URL");
    unsetenv("SMTP_PASSWORD");
    unsetenv("LEAKWATCH_HEARTBEAT_URL");
    RUN(yaml_of_the_defaults_has_every_option_with_a_comment_and_loads_back);
    RUN(yaml_of_other_values_loads_back_without_the_secrets);
    RUN(show_names_the_origin_of_each_value);
    RUN(json_is_valid_and_has_every_option);
    RUN(json_schema_describes_every_option);
    RUN(the_documents_have_every_option_once);
    RUN(the_documents_in_docs_are_current);
    RUN(rows_fit_the_limits_of_the_code);
    return check_report();
}

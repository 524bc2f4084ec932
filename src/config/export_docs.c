/* The options as documents: docs/configuration.md for people, a JSON Schema for editors.
 *
 * Both come from the rows alone and are committed; a test compares them with what the program
 * writes now, so neither can go stale.
 */
#include "config/value.h"
#include "config/walk.h"

#include <string.h>

static const char intro[] =
    "# Configuration\n"
    "\n"
    "<!-- Written by `leakwatch config docs`; edit src/config/schema.h instead. -->\n"
    "\n"
    "Every option of `config/config.yaml`, the file that `leakwatch init` makes in a project\n"
    "folder. A missing option has its default, and so has one with nothing (or `null`) behind it.\n"
    "An unknown name is reported with its line and the nearest known name, and ignored. A wrong\n"
    "type or a value out of range stops the program with line and column. `leakwatch config "
    "check`\n"
    "says whether the file can be used, `leakwatch config show` what is in force and why.\n"
    "\n"
    "For one run any option can be given on the command line: `--monitor.heartbeat_seconds=10`.\n"
    "\n"
    "Secrets are taken from the environment, else from the file that the `…_file` option names\n"
    "(which nobody else may be able to read), else from `config.yaml` (with a warning at each\n"
    "start). They are never shown.\n";

/* A bar would end the cell. */
static void append_cell(struct buffer *out, const char *text)
{
    for (; *text; text++)
        buffer_append_format(out, *text == '|' ? "\\%c" : "%c", *text);
}

static void append_table_row(const struct option_row *row, struct buffer *out)
{
    struct buffer cell = {0};
    struct error ignored;
    buffer_append_format(out, "| `%s` | `", row->path);
    value_append_default(row, &cell);
    append_cell(out, buffer_text(&cell));
    buffer_append_text(out, "` | ");
    buffer_clear(&cell);
    if (!option_allowed(row, &cell, &ignored))
        out->failed = true;
    append_cell(out, buffer_text(&cell));
    buffer_append_text(out, " | ");
    append_cell(out, row->text);
    if (row->flags & SECRET)
        buffer_append_format(out, "; secret, environment variable `%s`", row->choices);
    if (row->flags & (FOLDER | FILE_PATH))
        buffer_append_text(out, "; relative to the project folder");
    if (row->flags & IGNORED_ON_LINUX)
        buffer_append_text(out, "; ignored on Linux");
    buffer_append_text(out, " |\n");
    buffer_finish(&cell);
}

bool config_write_docs(struct buffer *out, struct error *err)
{
    const char *section = NULL;
    size_t section_length = 0;
    buffer_append_text(out, intro);
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = &option_rows[i];
        size_t length = strcspn(row->path, ".");
        bool top = row->path[length] == '\0';
        if (!section || length != section_length || strncmp(row->path, section, length) != 0) {
            buffer_append_format(out, "\n## %.*s\n\n", (int)length, row->path);
            buffer_append_text(out,
                               "| option | default | allowed | meaning |\n|---|---|---|---|\n");
        }
        section = row->path;
        section_length = top ? 0 : length;
        append_table_row(row, out);
    }
    return buffer_check(out, err);
}

static void append_type(const struct option_row *row, struct buffer *out)
{
    static const char *const names[] = {
        [OPTION_BOOL] = "boolean", [OPTION_INT] = "integer", [OPTION_REAL] = "number",
        [OPTION_TEXT] = "string",  [OPTION_LIST] = "array",
    };
    if (row->type == OPTION_CHOICE) {
        char name[OPTION_CHOICE_SIZE];
        const char *quote = option_choices_are_numbers(row) ? "" : "\"";
        buffer_append_text(out, "\"enum\": [");
        for (int i = 0; option_choice(row, i, name); i++)
            buffer_append_format(out, "%s%s%s, ", quote, name, quote);
        buffer_append_text(out, "null]");
        return;
    }
    buffer_append_format(out, "\"type\": [\"%s\", \"null\"]", names[row->type]);
}

static void append_limits(const struct option_row *row, struct buffer *out)
{
    switch (row->type) {
    case OPTION_INT:
    case OPTION_REAL:
        buffer_append_text(out, ", \"minimum\": ");
        value_append_number(out, row->min);
        buffer_append_text(out, ", \"maximum\": ");
        value_append_number(out, row->max);
        break;
    case OPTION_TEXT:
        buffer_append_format(out, ", \"minLength\": %g, \"maxLength\": %g", row->min, row->max);
        break;
    case OPTION_LIST:
        buffer_append_format(out,
                             ", \"maxItems\": %g, \"items\": {\"type\": \"string\", "
                             "\"minLength\": 1, \"maxLength\": %d}",
                             row->max, OPTION_LIST_TEXT_MAX);
        break;
    default:
        break;
    }
}

static void row_schema(void *context, const struct option_row *row, const char *name, int depth,
                       bool first)
{
    struct buffer *out = context, description = {0};
    buffer_append_format(out, "%s\n%*s\"%s\": {", first ? "" : ",", 4 + 4 * depth, "", name);
    append_type(row, out);
    append_limits(row, out);
    buffer_append_text(out, ", \"default\": ");
    value_append_default(row, out);
    buffer_append_format(&description, "%s%s%s", row->text, *row->unit ? "; unit: " : "",
                         row->unit);
    if (row->flags & SECRET)
        buffer_append_format(&description, "; better in the environment as %s", row->choices);
    buffer_append_text(out, ", \"description\": ");
    value_append_quoted(out, buffer_text(&description));
    buffer_append_text(out, "}");
    out->failed = out->failed || description.failed;
    buffer_finish(&description);
}

static void open_schema(void *context, const char *path, const char *name, int depth, bool first)
{
    struct buffer *out = context;
    const char *type = option_section_switch(path) ? "[\"object\", \"boolean\", \"null\"]"
                                                   : "[\"object\", \"null\"]";
    buffer_append_format(out, "%s\n%*s\"%s\": {\"type\": %s, \"additionalProperties\": true,",
                         first ? "" : ",", 4 + 4 * depth, "", name, type);
    buffer_append_format(out, "\n%*s\"properties\": {", 6 + 4 * depth, "");
}

static void close_schema(void *context, int depth)
{
    buffer_append_format(context, "\n%*s}}", 6 + 4 * depth, "");
}

bool config_write_json_schema(struct buffer *out, struct error *err)
{
    static const struct option_visitor visitor = {open_schema, row_schema, close_schema};
    buffer_append_text(out, "{\n"
                            "  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
                            "  \"title\": \"leakwatch config.yaml\",\n"
                            "  \"type\": \"object\",\n"
                            "  \"additionalProperties\": true,\n"
                            "  \"properties\": {");
    option_walk(&visitor, out);
    buffer_append_text(out, "\n  }\n}\n");
    return buffer_check(out, err);
}

/* A configuration as text: YAML for `init` and `config show`, JSON for programs.
 *
 * What `init` writes loads back to the same values. Secrets never leave: `show` and JSON have ***,
 * and the file that init writes has an empty text for them.
 */
#include "config/value.h"
#include "config/walk.h"

#include <string.h>

struct export
{
    const struct config *config;
    struct buffer *out;
    bool show_origin;
};

static void indent(struct buffer *out, int depth)
{
    buffer_append_format(out, "%*s", 2 * depth, "");
}

static void open_yaml(void *context, const char *path, const char *name, int depth, bool first)
{
    const struct export *export = context;
    (void)path;
    (void)first;
    if (depth == 0)
        buffer_append_text(export->out, "\n");
    indent(export->out, depth);
    buffer_append_format(export->out, "%s:\n", name);
}

static void close_nothing(void *context, int depth)
{
    (void)context;
    (void)depth;
}

static void append_origin(const struct export *export, const struct option_row *row)
{
    struct value_origin origin = value_origin_of(export->config, row);
    struct buffer *out = export->out;
    switch (origin.kind) {
    case ORIGIN_DEFAULT:
        buffer_append_text(out, "  # default");
        break;
    case ORIGIN_FILE:
        buffer_append_format(out, "  # %s:%d", export->config->origin->file, origin.line);
        break;
    case ORIGIN_COMMAND_LINE:
        buffer_append_text(out, "  # command line");
        break;
    case ORIGIN_ENVIRONMENT:
        buffer_append_format(out, "  # environment variable %s", row->choices);
        break;
    case ORIGIN_SECRET_FILE:
        buffer_append_format(out, "  # the file of %s_file", row->path);
        break;
    }
}

static void append_comment(const struct option_row *row, int depth, struct buffer *out)
{
    struct error ignored;
    indent(out, depth);
    buffer_append_format(out, "# %s: ", row->text);
    if (row->flags & SECRET)
        buffer_append_format(out, "leave it empty here and give it in the environment as %s",
                             row->choices);
    else if (!option_allowed(row, out, &ignored))
        out->failed = true;
    buffer_append_text(out, "\n");
}

static void row_yaml(void *context, const struct option_row *row, const char *name, int depth,
                     bool first)
{
    const struct export *export = context;
    (void)first;
    if (!export->show_origin)
        append_comment(row, depth, export->out);
    indent(export->out, depth);
    buffer_append_format(export->out, "%s: ", name);
    if (row->flags & SECRET && !export->show_origin)
        buffer_append_text(export->out, "\"\"");
    else
        value_append(export->config, row, export->out);
    if (export->show_origin)
        append_origin(export, row);
    buffer_append_text(export->out, "\n");
}

bool config_write_yaml(const struct config *config, bool show_origin, struct buffer *out,
                       struct error *err)
{
    static const struct option_visitor visitor = {open_yaml, row_yaml, close_nothing};
    struct export export = {config, out, show_origin};
    if (show_origin)
        buffer_append_text(out, "# what is in force, and where each value comes from\n");
    else
        buffer_append_text(
            out, "# The configuration of one leakwatch project. Every option stands here with its\n"
                 "# default; without its line an option has its default too. After a change run\n"
                 "# `leakwatch config check`.\n\n");
    option_walk(&visitor, &export);
    return buffer_check(out, err);
}

static void open_json(void *context, const char *path, const char *name, int depth, bool first)
{
    const struct export *export = context;
    (void)path;
    buffer_append_text(export->out, first ? "\n" : ",\n");
    indent(export->out, depth + 1);
    buffer_append_format(export->out, "\"%s\": {", name);
}

static void row_json(void *context, const struct option_row *row, const char *name, int depth,
                     bool first)
{
    const struct export *export = context;
    buffer_append_text(export->out, first ? "\n" : ",\n");
    indent(export->out, depth + 1);
    buffer_append_format(export->out, "\"%s\": ", name);
    value_append(export->config, row, export->out);
}

static void close_json(void *context, int depth)
{
    const struct export *export = context;
    buffer_append_text(export->out, "\n");
    indent(export->out, depth + 1);
    buffer_append_text(export->out, "}");
}

bool config_write_json(const struct config *config, struct buffer *out, struct error *err)
{
    static const struct option_visitor visitor = {open_json, row_json, close_json};
    struct export export = {config, out, true};
    buffer_append_text(out, "{");
    option_walk(&visitor, &export);
    buffer_append_text(out, "\n}\n");
    return buffer_check(out, err);
}

/* Help texts. People who look here are chemists with a leaking rig: usage first, then one line for
 * each thing that can be done, then where to begin. */
#include "cmd/help.h"

#include "cmd/cli_parse.h"

#include <stdio.h>
#include <string.h>

enum { NAME_WIDTH = 34 };

static void append_entry(struct buffer *out, const char *name, const char *text)
{
    int width = (int)strlen(name);
    buffer_append_format(out, "  %s", name);
    if (width < NAME_WIDTH)
        buffer_append_format(out, "%*s", NAME_WIDTH - width, "");
    else
        buffer_append_format(out, "\n%*s", NAME_WIDTH + 2, "");
    buffer_append_format(out, "%s\n", text);
}

static bool is_below(const char *name, const char *prefix)
{
    size_t length = strlen(prefix);
    return length == 0 || (strncmp(name, prefix, length) == 0 && name[length] == ' ');
}

void help_append_list(const char *prefix, struct buffer *out)
{
    buffer_append_text(out, "leakwatch " LEAKWATCH_VERSION
                            ": watches a rig through a camera and alarms when something leaks.\n"
                            "It assists; it replaces no safety device.\n\n");
    buffer_append_format(out, "Usage: leakwatch %s%sCOMMAND [arguments] [--flags]\n\n", prefix,
                         *prefix ? " " : "");
    for (const struct command *const *row = command_table; *row; row++) {
        char name[128];
        if (!is_below((*row)->name, prefix))
            continue;
        snprintf(name, sizeof name, "%s %s", (*row)->name, (*row)->arguments);
        append_entry(out, name, (*row)->summary);
    }
    buffer_append_text(out, "\nBegin with `leakwatch init my-rig`. "
                            "`leakwatch COMMAND --help` explains a command.\n");
}

static void append_flag(const struct command_flag *flag, struct buffer *out)
{
    char name[128], text[512];
    bool number = flag->kind == FLAG_INT || flag->kind == FLAG_REAL;
    snprintf(name, sizeof name, "--%s%s%s", flag->name, flag->kind == FLAG_SWITCH ? "" : " ",
             flag->kind == FLAG_SWITCH ? "" : flag->value_name);
    if (number)
        snprintf(text, sizeof text, "%s (%.10g to %.10g)", flag->text, flag->min, flag->max);
    append_entry(out, name, number ? text : flag->text);
}

void help_append_command(const struct command *command, struct buffer *out)
{
    buffer_append_format(out, "Usage: leakwatch %s%s%s [--flags]\n\n%s\n", command->name,
                         *command->arguments ? " " : "", command->arguments, command->summary);
    if (*command->details)
        buffer_append_format(out, "\n%s\n", command->details);
    buffer_append_text(out, "\nFlags:\n");
    size_t count = command_flag_count(command);
    for (size_t i = 0; i < count; i++)
        append_flag(&command->flags[i], out);
    if (command->needs & NEEDS_PROJECT) {
        append_entry(out, "--project DIR", "the project folder (otherwise the current folder)");
        append_entry(out, "--section.name=value", "any option of the configuration, for this run");
    }
    append_entry(out, "--help", "this text");
}

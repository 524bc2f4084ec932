/* Help texts. People who look here are chemists with a leaking rig: usage first, then one line for
 * each thing that can be done, then where to begin.
 *
 * Texts are wrapped here, so that the rows need not know how wide a terminal is; an empty line in
 * them begins a paragraph.
 */
#include "cmd/help.h"

#include "cmd/cli_parse.h"

#include <stdio.h>
#include <string.h>

enum { LIST_NAME_WIDTH = 34, FLAG_NAME_WIDTH = 24, TEXT_WIDTH = 80 };

/* Bytes, not columns: a line with "…" breaks two columns early. */
static size_t append_word(const char *word, size_t length, size_t used, size_t indent,
                          struct buffer *out)
{
    if (used > indent && used + 1 + length > TEXT_WIDTH) {
        buffer_append_format(out, "\n%*s", (int)indent, "");
        used = indent;
    } else if (used > indent) {
        buffer_append_text(out, " ");
        used++;
    }
    buffer_append(out, word, length);
    return used + length;
}

/* Ends the line; those after the first begin at column `indent`, where the first stands already. */
static void append_wrapped(const char *text, size_t indent, struct buffer *out)
{
    size_t used = indent;
    while (*text) {
        size_t blank = strspn(text, " \n");
        if (blank >= 2 && text[0] == '\n' && text[1] == '\n') {
            buffer_append_format(out, "\n\n%*s", (int)indent, "");
            used = indent;
        }
        text += blank;
        size_t length = strcspn(text, " \n");
        if (length)
            used = append_word(text, length, used, indent, out);
        text += length;
    }
    buffer_append_text(out, "\n");
}

static void append_name(const char *name, int width, struct buffer *out)
{
    int length = (int)strlen(name);
    buffer_append_format(out, "  %s", name);
    if (length < width)
        buffer_append_format(out, "%*s", width - length, "");
    else
        buffer_append_format(out, "\n%*s", width + 2, "");
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
        append_name(name, LIST_NAME_WIDTH, out);
        buffer_append_format(out, "%s\n", (*row)->summary);
    }
    buffer_append_text(out, "\nBegin with `leakwatch init my-rig`. "
                            "`leakwatch COMMAND --help` explains a command.\n");
}

void help_append_limits(const struct command_flag *flag, struct buffer *out)
{
    enum { NOT_TOLD = 1000000 }; /* such a limit keeps nonsense out; nobody comes near it */
    if (flag->kind != FLAG_INT && flag->kind != FLAG_REAL)
        return;
    if (flag->max < NOT_TOLD)
        buffer_append_format(out, " (%.10g to %.10g)", flag->min, flag->max);
    else
        buffer_append_format(out, " (%.10g or more)", flag->min);
}

static void append_flag(const struct command_flag *flag, struct buffer *out)
{
    char name[128];
    struct buffer text = {0};
    snprintf(name, sizeof name, "--%s%s%s", flag->name, flag->kind == FLAG_SWITCH ? "" : " ",
             flag->kind == FLAG_SWITCH ? "" : flag->value_name);
    buffer_append_text(&text, flag->text);
    help_append_limits(flag, &text);
    append_name(name, FLAG_NAME_WIDTH, out);
    append_wrapped(buffer_text(&text), FLAG_NAME_WIDTH + 2, out);
    out->failed = out->failed || text.failed;
    buffer_finish(&text);
}

void help_append_command(const struct command *command, struct buffer *out)
{
    buffer_append_format(out, "Usage: leakwatch %s%s%s [--flags]\n\n", command->name,
                         *command->arguments ? " " : "", command->arguments);
    append_wrapped(command->summary, 0, out);
    if (*command->details) {
        buffer_append_text(out, "\n");
        append_wrapped(command->details, 0, out);
    }
    buffer_append_text(out, "\nFlags:\n");
    const struct command_flag *flag;
    for (size_t i = 0; (flag = command_flag_at(command, i)) != NULL; i++) {
        bool last = !command_flag_at(command, i + 1);
        if (last && command->needs & TAKES_PROJECT)
            append_flag(&override_flag, out);
        append_flag(flag, out);
    }
}

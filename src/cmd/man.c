/* `leakwatch man`: the manual page, from the tables that the program itself goes by.
 *
 * Macros of man(7), read alike by groff and mandoc. Only what is no table stands here as text: what
 * an exit status says to a person, the files of a project that no option moves, and examples,
 * each shown only when its command exists. docs/leakwatch.1 is this page, committed.
 */
#include "base/error.h"
#include "cmd/cli_parse.h"
#include "cmd/commands.h"
#include "cmd/escape.h"
#include "cmd/help.h"
#include "cmd/output.h"
#include "config/options.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

/* Of the version in meson.build; the page must not change from day to day. */
#define PAGE_DATE "2026-11-22"

static size_t column_of(const struct buffer *out)
{
    size_t column = 0;
    while (column < out->size && out->data[out->size - 1 - column] != '\n')
        column++;
    return column;
}

/* The UTF-8 character that begins there, as roff names it; returns its length. */
static size_t append_character(const char *text, struct buffer *out)
{
    unsigned char first = (unsigned char)text[0];
    size_t length = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    unsigned code = length == 1 ? first : first & (0xFFu >> (length + 1));
    for (size_t i = 1; i < length; i++)
        code = code << 6 | ((unsigned char)text[i] & 0x3Fu);
    buffer_append_format(out, "\\[u%04X]", code);
    return length;
}

/* Text for people → roff. `words between backticks` are bold, an empty line begins a paragraph,
 * long lines are broken, and none begins with a character that roff takes for a request. */
static void append_roff(const char *text, struct buffer *out)
{
    static const struct escape rules[] = {
        {'\\', "\\e"}, {'-', "\\-"}, {'\'', "\\(aq"}, {'~', "\\(ti"}, {'^', "\\(ha"}, {0},
    };
    enum { LINE_WIDTH = 60 }; /* a word more still is below 80 */
    bool bold = false;
    for (size_t i = 0; text[i]; i++) {
        char c[2] = {text[i], '\0'};
        if (*c == '`') {
            bold = !bold;
            buffer_append_text(out, bold ? "\\fB" : "\\fR");
        } else if (*c == '\n' && text[i + 1] == '\n') {
            buffer_append_text(out, "\n.PP\n");
            i++;
        } else if (*c == '\n' || *c == ' ') {
            buffer_append_text(out, column_of(out) > LINE_WIDTH ? "\n" : " ");
        } else if ((unsigned char)*c >= 0x80) {
            i += append_character(text + i, out) - 1;
        } else {
            if (*c == '.' && column_of(out) == 0)
                buffer_append_text(out, "\\&");
            escape_append(c, rules, out);
        }
    }
}

/* A paragraph with a bold term that stands out, and behind it an argument in italics. */
static void append_term(const char *term, const char *argument, struct buffer *out)
{
    buffer_append_text(out, ".TP\n\\fB");
    append_roff(term, out);
    buffer_append_text(out, "\\fR");
    if (*argument) {
        buffer_append_text(out, " \\fI");
        append_roff(argument, out);
        buffer_append_text(out, "\\fR");
    }
    buffer_append_text(out, "\n");
}

static void append_line(const char *text, struct buffer *out)
{
    append_roff(text, out);
    buffer_append_text(out, "\n");
}

/* ---- sections from the tables */

static void append_flag(const struct command_flag *flag, struct buffer *out)
{
    struct buffer name = {0}, text = {0};
    buffer_append_format(&name, "--%s", flag->name);
    append_term(buffer_text(&name), flag->kind == FLAG_SWITCH ? "" : flag->value_name, out);
    buffer_append_text(&text, flag->text);
    help_append_limits(flag, &text);
    append_line(buffer_text(&text), out);
    out->failed = out->failed || name.failed || text.failed;
    buffer_finish(&name);
    buffer_finish(&text);
}

static void append_command(const struct command *command, struct buffer *out)
{
    buffer_append_text(out, ".SS \"leakwatch ");
    append_roff(command->name, out);
    if (*command->arguments) {
        buffer_append_text(out, " ");
        append_roff(command->arguments, out);
    }
    buffer_append_format(out, "\"\n%c", toupper((unsigned char)command->summary[0]));
    append_roff(command->summary + 1, out);
    buffer_append_text(out, ".\n");
    if (*command->details) {
        buffer_append_text(out, ".PP\n");
        append_line(command->details, out);
    }
    size_t count = command_flag_count(command);
    for (size_t i = 0; i < count; i++)
        append_flag(&command->flags[i], out);
}

static void append_commands(struct buffer *out)
{
    buffer_append_text(out, ".SH COMMANDS\n");
    for (const struct command *const *row = command_table; *row; row++)
        append_command(*row, out);
    buffer_append_text(out, ".SH \"FLAGS OF ALL COMMANDS\"\n");
    /* `config check` has none of its own, so what it takes is what all take. */
    const struct command_flag *flag;
    for (size_t i = 0; (flag = command_flag_at(&command_config_check, i)) != NULL; i++)
        append_flag(flag, out);
    append_flag(&override_flag, out);
    append_line("Commands that need no project take only --help.", out);
}

static void append_options(struct buffer *out)
{
    struct error ignored;
    buffer_append_text(out, ".SH CONFIGURATION\n");
    append_line("Options of config/config.yaml. `leakwatch config docs` prints them with their "
                "defaults, `leakwatch config show` what is in force.",
                out);
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = &option_rows[i];
        struct buffer text = {0};
        append_term(row->path, "", out);
        buffer_append_format(&text, "%s (", row->text);
        if (!option_allowed(row, &text, &ignored))
            out->failed = true;
        buffer_append_text(&text, ")");
        append_line(buffer_text(&text), out);
        out->failed = out->failed || text.failed;
        buffer_finish(&text);
    }
}

static void append_exit_status(struct buffer *out)
{
    static const char *const meanings[ERROR_CODE_COUNT] = {
        [ERROR_NONE] = "everything went well",
        [ERROR_USAGE] = "the command line asks for something impossible",
        [ERROR_CONFIG] = "config.yaml, the mode file, or a model that does not fit them",
        [ERROR_INPUT] = "a file or folder that was named does not exist or cannot be read",
        [ERROR_FORMAT] = "the contents of a file are damaged or foreign",
        [ERROR_DEVICE] = "a camera is missing, busy or failing",
        [ERROR_IO] = "the disk refused",
        [ERROR_SPACE] = "the disk is full",
        [ERROR_NETWORK] = "a server could not be reached or answered badly",
        [ERROR_BUSY] = "another leakwatch holds what is needed; try again later",
        [ERROR_MEMORY] = "no memory",
        [ERROR_CANCELLED] = "stopped by the person at the keyboard",
        [ERROR_FINDINGS] = "everything was looked at, and something is wrong: it is in the list",
        [ERROR_INTERNAL] = "a mistake of leakwatch; please tell us",
    };
    enum { STATUS_END = 256 };
    buffer_append_text(out, ".SH \"EXIT STATUS\"\n");
    for (int status = 0; status < STATUS_END; status++) {
        bool found = false;
        for (enum error_code code = 0; code < ERROR_CODE_COUNT; code++) {
            if (error_exit_status(code) != status)
                continue;
            if (!found)
                buffer_append_format(out, ".TP\n\\fB%d\\fR\n", status);
            assert(meanings[code]);
            append_roff(found ? "; or " : "", out);
            append_roff(meanings[code], out);
            found = true;
        }
        if (found)
            buffer_append_text(out, "\n");
    }
}

static void append_environment(struct buffer *out)
{
    buffer_append_text(out, ".SH ENVIRONMENT\n");
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = &option_rows[i];
        if (!(row->flags & SECRET))
            continue;
        append_term(row->choices, "", out);
        append_roff(row->text, out);
        buffer_append_text(out, "; wins over \\fB");
        append_roff(row->path, out);
        buffer_append_text(out, "\\fR\n");
    }
    append_term("NO_COLOR", "", out);
    append_line("when set, messages have no colour", out);
}

/* ---- sections that are no table elsewhere */

static void append_files(struct buffer *out)
{
    static const char *const fixed[][2] = {
        {"config/config.yaml", "the configuration"},
        {"logs/events.jsonl", "every record, one JSON object a line"},
        {"logs/delivery.jsonl", "every attempt to deliver a message"},
        {"outbox.db", "messages that are not delivered yet"},
        {"reports/", "what visualize, calibrate, health and summary have written"},
    };
    buffer_append_text(out, ".SH FILES\n");
    append_line("In a project folder:", out);
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
        append_term(fixed[i][0], "", out);
        append_line(fixed[i][1], out);
    }
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = &option_rows[i];
        if (!(row->flags & (FOLDER | FILE_PATH)) || !*row->default_text)
            continue;
        append_term(row->default_text, "", out);
        append_roff(row->text, out);
        buffer_append_text(out, " (\\fB");
        append_roff(row->path, out);
        buffer_append_text(out, "\\fR)\n");
    }
}

static void append_examples(struct buffer *out)
{
    static const struct {
        const char *command, *line, *text;
    } examples[] = {
        {"demo", "leakwatch demo", "See the whole job once, without a camera:"},
        {"init", "leakwatch init my-rig", "Make a project folder:"},
        {"capture", "leakwatch capture --count 500",
         "Take 500 pictures while the rig works normally (the mode is CAPTURE):"},
        {"monitor", "leakwatch monitor --source video.mp4 --ignore-mode",
         "Try the model on a recording before trusting it with a night:"},
        {"config show", "leakwatch config show --project my-rig",
         "See which settings are in force:"},
    };
    buffer_append_text(out, ".SH EXAMPLES\n");
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        if (!command_find(examples[i].command))
            continue;
        if (i > 0)
            buffer_append_text(out, ".PP\n");
        append_line(examples[i].text, out);
        buffer_append_text(out, ".PP\n.RS 4\n.nf\n");
        append_line(examples[i].line, out);
        buffer_append_text(out, ".fi\n.RE\n");
    }
}

static void append_page(struct buffer *out)
{
    buffer_append_text(out, ".\\\" Written by `leakwatch man`.\n"
                            ".TH LEAKWATCH 1 " PAGE_DATE " \"leakwatch " LEAKWATCH_VERSION
                            "\" \"User Commands\"\n"
                            ".SH NAME\n"
                            "leakwatch \\- watch a rig through a camera and alarm when something "
                            "leaks\n"
                            ".SH SYNOPSIS\n"
                            "\\fBleakwatch\\fR \\fICOMMAND\\fR [\\fIarguments\\fR] "
                            "[\\fB\\-\\-flags\\fR]\n"
                            ".SH DESCRIPTION\n");
    append_line("leakwatch learns from ordinary pictures what one rig looks like when all is well, "
                "then watches it through a camera that does not move, and tells people when "
                "something leaks: by a record, pictures, Slack and e-mail. It assists; it replaces "
                "no safety device.\n\n"
                "Every command works in a project folder, which `leakwatch init` makes: the "
                "current folder, or the one that --project names.",
                out);
    append_commands(out);
    append_options(out);
    append_exit_status(out);
    append_environment(out);
    append_files(out);
    append_examples(out);
}

static bool run(const struct invocation *invocation, struct error *err)
{
    struct buffer page = {0};
    (void)invocation;
    append_page(&page);
    bool good = output_write(&page, err);
    buffer_finish(&page);
    return good;
}

const struct command command_man = {
    .name = "man",
    .arguments = "",
    .summary = "print the manual page",
    .details = "To read it: `leakwatch man | man -l -`. To install it for yourself: `mkdir -p "
               "~/.local/share/man/man1`, then `leakwatch man "
               ">~/.local/share/man/man1/leakwatch.1`.",
    .run = run,
};

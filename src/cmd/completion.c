/* `leakwatch completion SHELL`: a script that makes the Tab key know commands, flags and values.
 *
 * Everything in the scripts comes from the command table and the option rows, so a new command or
 * option is completed without a line being written here. What kind of thing an argument is, is told
 * by what it is called ("DIR", "A|B|C"; cmd.h).
 */
#include "cmd/completion.h"

#include "cmd/cli_parse.h"
#include "cmd/commands.h"
#include "cmd/output.h"

#include <stdio.h>
#include <string.h>

/* ---- places */

static bool is_word(const char *word, size_t length, const char *name)
{
    return strlen(name) == length && strncmp(word, name, length) == 0;
}

static struct place place_of_choices(const char *choices, size_t length)
{
    struct place place = {.kind = PLACE_CHOICE};
    snprintf(place.choices, sizeof place.choices, "%.*s", (int)length, choices);
    for (char *bar = strchr(place.choices, '|'); bar; bar = strchr(bar, '|'))
        *bar = ' ';
    return place;
}

/* `word` as people read it: "DIR", "[A|B]", "FILE…". */
static struct place place_of_word(const char *word, size_t length)
{
    if (length >= 2 && word[0] == '[' && word[length - 1] == ']') {
        word++;
        length -= 2;
    }
    if (is_word(word, length, "DIR") || is_word(word, length, "FOLDER"))
        return (struct place){.kind = PLACE_FOLDER};
    if (is_word(word, length, "FILE") || is_word(word, length, "SOURCE"))
        return (struct place){.kind = PLACE_FILE};
    if (memchr(word, '|', length))
        return place_of_choices(word, length);
    return (struct place){.kind = PLACE_FREE};
}

struct place place_of_flag(const struct command_flag *flag)
{
    if (flag->kind == FLAG_SWITCH)
        return (struct place){.kind = PLACE_NOTHING};
    return place_of_word(flag->value_name, strlen(flag->value_name));
}

struct place place_of_argument(const struct command *command, int number)
{
    if (number >= command->max_arguments)
        return (struct place){.kind = PLACE_NOTHING};
    const char *word = command->arguments;
    size_t length = strcspn(word, " ");
    for (int i = 0; i < number && word[length] == ' '; i++) {
        word += length + 1;
        length = strcspn(word, " ");
    }
    return place_of_word(word, length);
}

struct place place_of_option(const struct option_row *row)
{
    static const char truths[] = "true|false";
    if (row->type == OPTION_BOOL)
        return place_of_choices(truths, strlen(truths));
    if (row->type == OPTION_CHOICE)
        return place_of_choices(row->choices, strlen(row->choices));
    if (row->flags & FOLDER)
        return (struct place){.kind = PLACE_FOLDER};
    return (struct place){.kind = row->flags & FILE_PATH ? PLACE_FILE : PLACE_FREE};
}

/* `schema` stands in no section; nobody sets it for one run. */
const struct option_row *completion_option(size_t index)
{
    return strchr(option_rows[index].path, '.') ? &option_rows[index] : NULL;
}

/* ---- names */

void completion_split_name(const struct command *command, char ret_first[COMMAND_WORD_SIZE],
                           const char **ret_second)
{
    size_t length = strcspn(command->name, " ");
    snprintf(ret_first, COMMAND_WORD_SIZE, "%.*s", (int)length, command->name);
    *ret_second = command->name[length] ? command->name + length + 1 : NULL;
}

static bool same_first_word(const struct command *a, const struct command *b)
{
    char first_a[COMMAND_WORD_SIZE], first_b[COMMAND_WORD_SIZE];
    const char *second;
    completion_split_name(a, first_a, &second);
    completion_split_name(b, first_b, &second);
    return strcmp(first_a, first_b) == 0;
}

bool completion_is_first_of_word(const struct command *const *row)
{
    return row == command_table || !same_first_word(row[-1], row[0]);
}

void completion_append_summary(const struct command *const *row, struct buffer *out)
{
    char first[COMMAND_WORD_SIZE];
    const char *second;
    completion_split_name(*row, first, &second);
    if (!second) {
        buffer_append_text(out, (*row)->summary);
        return;
    }
    for (const struct command *const *next = row; *next && same_first_word(*row, *next); next++) {
        completion_split_name(*next, first, &second);
        buffer_append_format(out, "%s%s", next == row ? "" : ", ", second);
    }
}

/* ---- the command */

static const struct shell_row {
    const char *name;
    void (*append)(struct buffer *out);
} shells[] = {
    {"bash", completion_append_bash},
    {"zsh", completion_append_zsh},
    {"fish", completion_append_fish},
    {"powershell", completion_append_powershell},
};

static bool run(const struct invocation *invocation, struct error *err)
{
    const char *name = invocation->arguments[0];
    for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++) {
        if (strcmp(shells[i].name, name) != 0)
            continue;
        struct buffer text = {0};
        shells[i].append(&text);
        bool good = output_write(&text, err);
        buffer_finish(&text);
        return good;
    }
    return error_set(err, ERROR_USAGE,
                     "no completion for \"%.60s\"; there is one for bash, zsh, fish and powershell",
                     name);
}

const struct command command_completion = {
    .name = "completion",
    .arguments = "bash|zsh|fish|powershell",
    .summary = "print what makes the Tab key complete commands",
    .details = "For this terminal alone:\n\n"
               "bash: source <(leakwatch completion bash)\n\n"
               "zsh: source <(leakwatch completion zsh)\n\n"
               "fish: leakwatch completion fish | source\n\n"
               "PowerShell: leakwatch completion powershell | Out-String | Invoke-Expression\n\n"
               "For every terminal, add that line to ~/.bashrc, ~/.zshrc, "
               "~/.config/fish/config.fish or $PROFILE.",
    .min_arguments = 1,
    .max_arguments = 1,
    .run = run,
};

/* Completion for fish: one `complete` line per word, each with the condition under which it is
 * offered.
 *
 * A command is the first word behind leakwatch, or the first two, so that is all the conditions
 * look at; how many arguments are there already is not counted.
 */
#include "cmd/completion.h"

#include "cmd/cli_parse.h"
#include "cmd/escape.h"

static const struct escape quoted_rules[] = {{'\'', "\\'"}, {'\\', "\\\\"}, {0}};

static const char conditions[] =
    "function __leakwatch_words # true when the words behind leakwatch are just these\n"
    "    set -l words (commandline -opc)\n"
    "    test \"$words[2..-1]\" = \"$argv\"\n"
    "end\n"
    "\n"
    "function __leakwatch_is # true when the command is the one of these words\n"
    "    set -l words (commandline -opc)\n"
    "    set -l last (math 1 + (count $argv))\n"
    "    test (count $words) -ge $last; and test \"$words[2..$last]\" = \"$argv\"\n"
    "end\n"
    "\n";

static void append_quoted(const char *text, struct buffer *out)
{
    buffer_append_text(out, "'");
    escape_append(text, quoted_rules, out);
    buffer_append_text(out, "'");
}

static void append_value(const struct place *place, struct buffer *out)
{
    switch (place->kind) {
    case PLACE_FREE:
        buffer_append_text(out, " -x");
        break;
    case PLACE_FILE:
        buffer_append_text(out, " -r -F");
        break;
    case PLACE_FOLDER:
        buffer_append_text(out, " -x -a '(__fish_complete_directories)'");
        break;
    case PLACE_CHOICE:
        buffer_append_format(out, " -x -a '%s'", place->choices);
        break;
    default:
        break;
    }
}

/* One word that follows `before` (the command's first word, or ""). */
static void append_word(const char *before, const char *word, const char *summary,
                        struct buffer *out)
{
    buffer_append_format(out, "complete -c leakwatch -n '__leakwatch_words%s%s' -a %s -d ",
                         *before ? " " : "", before, word);
    append_quoted(summary, out);
    buffer_append_text(out, "\n");
}

static void append_names(const struct command *const *row, struct buffer *out)
{
    char first[COMMAND_WORD_SIZE];
    const char *second;
    completion_split_name(*row, first, &second);
    if (completion_is_first_of_word(row)) {
        struct buffer summary = {0};
        completion_append_summary(row, &summary);
        append_word("", first, buffer_text(&summary), out);
        out->failed = out->failed || summary.failed;
        buffer_finish(&summary);
    }
    if (second)
        append_word(first, second, (*row)->summary, out);
}

static void append_command(const struct command *command, struct buffer *out)
{
    const struct command_flag *flag;
    for (size_t i = 0; (flag = command_flag_at(command, i)) != NULL; i++) {
        struct place place = place_of_flag(flag);
        buffer_append_format(out, "complete -c leakwatch -n '__leakwatch_is %s' -l %s",
                             command->name, flag->name);
        append_value(&place, out);
        buffer_append_text(out, " -d ");
        append_quoted(flag->text, out);
        buffer_append_text(out, "\n");
    }
    for (int i = 0; i < command->max_arguments; i++) {
        struct place place = place_of_argument(command, i);
        if (place.kind == PLACE_FREE)
            continue;
        buffer_append_format(out, "complete -c leakwatch -n '__leakwatch_is %s'", command->name);
        if (place.kind == PLACE_FILE)
            buffer_append_text(out, " -F");
        else
            append_value(&place, out);
        buffer_append_text(out, "\n");
    }
}

static void append_options(struct buffer *out)
{
    buffer_append_text(out, "function __leakwatch_takes_options\n    false");
    for (const struct command *const *row = command_table; *row; row++) {
        if ((*row)->needs & TAKES_PROJECT)
            buffer_append_format(out, "; or __leakwatch_is %s", (*row)->name);
    }
    buffer_append_text(out, "\nend\n\n");
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = completion_option(i);
        if (!row)
            continue;
        struct place place = place_of_option(row);
        buffer_append_format(out, "complete -c leakwatch -n __leakwatch_takes_options -l %s",
                             row->path);
        append_value(&place, out);
        buffer_append_text(out, " -d ");
        append_quoted(row->text, out);
        buffer_append_text(out, "\n");
    }
}

void completion_append_fish(struct buffer *out)
{
    buffer_append_text(out, "# fish completion of leakwatch " LEAKWATCH_VERSION
                            ", written by `leakwatch completion fish`.\n\n");
    buffer_append_text(out, conditions);
    buffer_append_text(out, "complete -c leakwatch -f\n");
    for (const struct command *const *row = command_table; *row; row++)
        append_names(row, out);
    for (const struct command *const *row = command_table; *row; row++)
        append_command(*row, out);
    append_options(out);
}

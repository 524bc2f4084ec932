/* Completion for zsh: a case per command with the specs of _arguments, which does the rest.
 *
 * The words in front of the command's own are cut off before _arguments looks, so that it counts
 * from the command. The file works both sourced and as `_leakwatch` in a folder of $fpath. In a
 * spec ':' separates and ']' ends the description: both are escaped.
 */
#include "cmd/completion.h"

#include "cmd/cli_parse.h"
#include "cmd/escape.h"

static const struct escape spec_rules[] = {
    {'\'', "'\\''"}, {'\\', "\\\\"}, {':', "\\:"}, {'[', "\\["}, {']', "\\]"}, {0},
};

static void append_action(const struct place *place, struct buffer *out)
{
    switch (place->kind) {
    case PLACE_FILE:
        buffer_append_text(out, "_files");
        break;
    case PLACE_FOLDER:
        buffer_append_text(out, "_path_files -/");
        break;
    case PLACE_CHOICE:
        buffer_append_format(out, "(%s)", place->choices);
        break;
    default:
        buffer_append_text(out, " ");
        break;
    }
}

/* '--name=[text]:VALUE:action' or '--name[text]'. */
static void append_spec(const char *name, const char *text, const char *value_name,
                        const struct place *place, struct buffer *out)
{
    bool takes_value = place->kind != PLACE_NOTHING;
    buffer_append_format(out, "'--%s%s[", name, takes_value ? "=" : "");
    escape_append(text, spec_rules, out);
    buffer_append_text(out, "]");
    if (takes_value) {
        buffer_append_text(out, ":");
        escape_append(value_name, spec_rules, out);
        buffer_append_text(out, ":");
        append_action(place, out);
    }
    buffer_append_text(out, "'");
}

static void append_options(struct buffer *out)
{
    buffer_append_text(out, "    local -a options=(\n");
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = completion_option(i);
        if (!row)
            continue;
        struct place place = place_of_option(row);
        buffer_append_text(out, "        ");
        append_spec(row->path, row->text, *row->unit ? row->unit : "value", &place, out);
        buffer_append_text(out, "\n");
    }
    buffer_append_text(out, "    )\n");
}

/* Candidates of _describe: 'word:what it does'. */
static void append_candidate(const char *word, const struct command *const *row, bool summarize,
                             struct buffer *out)
{
    struct buffer text = {0};
    if (summarize)
        completion_append_summary(row, &text);
    else
        buffer_append_text(&text, (*row)->summary);
    buffer_append_format(out, " '%s:", word);
    escape_append(buffer_text(&text), spec_rules, out);
    buffer_append_text(out, "'");
    out->failed = out->failed || text.failed;
    buffer_finish(&text);
}

static void append_first_words(struct buffer *out)
{
    char first[COMMAND_WORD_SIZE];
    const char *second;
    buffer_append_text(out, "    local -a candidates\n"
                            "    if (( CURRENT == 2 )); then\n"
                            "        candidates=(");
    for (const struct command *const *row = command_table; *row; row++) {
        completion_split_name(*row, first, &second);
        if (completion_is_first_of_word(row))
            append_candidate(first, row, true, out);
    }
    buffer_append_text(out, ")\n"
                            "        _describe -t commands command candidates\n"
                            "        return\n"
                            "    fi\n");
}

static void append_below(const struct command *const *row, struct buffer *out)
{
    char first[COMMAND_WORD_SIZE];
    const char *second;
    completion_split_name(*row, first, &second);
    buffer_append_format(out, "    %s) candidates=(", first);
    for (const struct command *const *next = row;
         *next && (next == row || !completion_is_first_of_word(next)); next++) {
        completion_split_name(*next, first, &second);
        append_candidate(second, next, false, out);
    }
    buffer_append_text(out, ") ;;\n");
}

/* Behind it `command` is the whole name, and the words begin with its last one. */
static void append_second_words(struct buffer *out)
{
    char first[COMMAND_WORD_SIZE];
    const char *second;
    buffer_append_text(out, "    local command=$words[2]\n"
                            "    shift words; (( CURRENT-- ))\n"
                            "    case $command in\n");
    for (const struct command *const *row = command_table; *row; row++) {
        completion_split_name(*row, first, &second);
        if (second && completion_is_first_of_word(row))
            append_below(row, out);
    }
    buffer_append_text(out, "    esac\n"
                            "    if (( $#candidates )); then\n"
                            "        if (( CURRENT == 2 )); then\n"
                            "            _describe -t commands command candidates\n"
                            "            return\n"
                            "        fi\n"
                            "        command+=\" $words[2]\"\n"
                            "        shift words; (( CURRENT-- ))\n"
                            "    fi\n");
}

static void append_command(const struct command *command, struct buffer *out)
{
    const struct command_flag *flag;
    buffer_append_format(out, "    '%s') _arguments", command->name);
    for (size_t i = 0; (flag = command_flag_at(command, i)) != NULL; i++) {
        struct place place = place_of_flag(flag);
        buffer_append_text(out, " \\\n        ");
        append_spec(flag->name, flag->text, flag->value_name ? flag->value_name : "", &place, out);
    }
    for (int i = 0; i < command->max_arguments; i++) {
        struct place place = place_of_argument(command, i);
        buffer_append_format(out, " \\\n        '%d:argument:", i + 1);
        append_action(&place, out);
        buffer_append_text(out, "'");
    }
    if (command->needs & TAKES_PROJECT)
        buffer_append_text(out, " \\\n        $options");
    buffer_append_text(out, " ;;\n");
}

void completion_append_zsh(struct buffer *out)
{
    buffer_append_text(out, "#compdef leakwatch\n"
                            "# zsh completion of leakwatch " LEAKWATCH_VERSION
                            ", written by `leakwatch completion zsh`.\n\n"
                            "_leakwatch() {\n");
    append_first_words(out);
    append_second_words(out);
    append_options(out);
    buffer_append_text(out, "    case $command in\n");
    for (const struct command *const *row = command_table; *row; row++)
        append_command(*row, out);
    buffer_append_text(out, "    esac\n"
                            "}\n\n"
                            "if [[ $funcstack[1] == _leakwatch ]]; then\n"
                            "    _leakwatch \"$@\"\n"
                            "else\n"
                            "    compdef _leakwatch leakwatch\n"
                            "fi\n");
}

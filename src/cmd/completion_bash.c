/* Completion for bash.
 *
 * The script is three tables as functions (the flags of a command, the place behind a word, the
 * words below a first word) and a fixed part that finds out where the cursor is. bash takes
 * "--a=b" and "12:30" apart at COMP_WORDBREAKS, so the fixed part puts the words together again
 * first, and answers with the part behind "=" alone. Files and folders are left to readline, which
 * knows about quotes and blanks.
 */
#include "cmd/completion.h"

#include "cmd/cli_parse.h"

#include <stdio.h>
#include <string.h>

static const char where_the_cursor_is[] =
    "_leakwatch() {\n"
    "    local words=() glue='' word current command place='' argument=1 start=2 i\n"
    "    local first below flags options sections kind choices prefix=''\n"
    "    COMPREPLY=()\n"
    "    for ((i = 0; i <= COMP_CWORD; i++)); do\n"
    "        word=${COMP_WORDS[i]}\n"
    "        if [[ $glue || $word =~ ^[=:]+$ ]] && ((${#words[@]} > 1)); then\n"
    "            words[${#words[@]} - 1]+=$word\n"
    "        else\n"
    "            words+=(\"$word\")\n"
    "        fi\n"
    "        glue=''\n"
    "        if [[ $word =~ ^[=:]+$ ]]; then glue=1; fi\n"
    "    done\n"
    "    current=${words[${#words[@]} - 1]}\n"
    "    _leakwatch_first\n"
    "    if ((${#words[@]} <= 2)); then\n"
    "        mapfile -t COMPREPLY < <(compgen -W \"$first\" -- \"$current\")\n"
    "        return\n"
    "    fi\n"
    "    command=${words[1]}\n"
    "    _leakwatch_below \"$command\"\n"
    "    if [[ $below ]]; then\n"
    "        if ((${#words[@]} == 3)); then\n"
    "            mapfile -t COMPREPLY < <(compgen -W \"$below\" -- \"$current\")\n"
    "            return\n"
    "        fi\n"
    "        command+=\" ${words[2]}\"\n"
    "        start=3\n"
    "    fi\n"
    "    for ((i = start; i < ${#words[@]} - 1; i++)); do\n"
    "        word=${words[i]}\n"
    "        if [[ $place ]]; then\n"
    "            place=''\n"
    "        elif [[ $word == -* ]]; then\n"
    "            _leakwatch_place \"$command\" \"$word\"\n"
    "            if [[ $kind && $word != *=* ]]; then place=$word; fi\n"
    "        else\n"
    "            argument=$((argument + 1))\n"
    "        fi\n"
    "    done\n"
    "    if [[ ! $place && $current == -*=* ]]; then\n"
    "        place=${current%%=*}\n"
    "        if [[ $COMP_WORDBREAKS != *=* ]]; then prefix=$place=; fi\n"
    "        current=${current#*=}\n"
    "    elif [[ ! $place && $current == -* ]]; then\n"
    "        _leakwatch_flags \"$command\"\n"
    "        if [[ $options && $current == *.* ]]; then\n"
    "            flags=$options\n"
    "        elif [[ $options ]]; then\n"
    "            flags+=\" $sections\"\n"
    "        fi\n"
    "        mapfile -t COMPREPLY < <(compgen -W \"$flags\" -- \"$current\")\n"
    "        if [[ ${COMPREPLY[0]-} == *[.=] ]]; then compopt -o nospace 2>/dev/null; fi\n"
    "        return\n"
    "    fi\n"
    "    _leakwatch_place \"$command\" \"${place:-$argument}\"\n"
    "    case $kind in\n"
    "    choice) mapfile -t COMPREPLY < <(compgen -P \"$prefix\" -W \"$choices\" -- \"$current\") "
    ";;\n"
    "    file) compopt -o default 2>/dev/null ;;\n"
    "    folder) compopt -o dirnames 2>/dev/null ;;\n"
    "    esac\n"
    "}\n"
    "\n"
    "complete -F _leakwatch leakwatch\n";

static void append_first_words(struct buffer *out)
{
    char first[COMMAND_WORD_SIZE];
    const char *second;
    buffer_append_text(out, "_leakwatch_first() { # what follows leakwatch: first\n    first='");
    for (const struct command *const *row = command_table; *row; row++) {
        completion_split_name(*row, first, &second);
        if (completion_is_first_of_word(row))
            buffer_append_format(out, "%s ", first);
    }
    buffer_append_text(out, "--help --version'\n}\n\n"
                            "_leakwatch_below() { # WORD: below, what follows a word that is "
                            "no command alone\n    case $1 in\n");
    for (const struct command *const *row = command_table; *row; row++) {
        completion_split_name(*row, first, &second);
        if (!second || !completion_is_first_of_word(row))
            continue;
        buffer_append_format(out, "    %s) below='", first);
        for (const struct command *const *next = row;
             *next && (next == row || !completion_is_first_of_word(next)); next++) {
            completion_split_name(*next, first, &second);
            buffer_append_format(out, "%s ", second);
        }
        buffer_append_text(out, "--help' ;;\n");
    }
    buffer_append_text(out, "    *) below='' ;;\n    esac\n}\n\n");
}

static void append_command_flags(const struct command *command, struct buffer *out)
{
    const struct command_flag *flag;
    buffer_append_format(out, "    '%s') flags='", command->name);
    for (size_t i = 0; (flag = command_flag_at(command, i)) != NULL; i++)
        buffer_append_format(out, "%s--%s", i ? " " : "", flag->name);
    buffer_append_format(out, "'%s ;;\n", command->needs & TAKES_PROJECT ? " options=1" : "");
}

/* "--camera." once, then "--camera.index=" and so on: eighty options are too many to look at. */
static void append_options(struct buffer *out)
{
    const struct option_row *previous = NULL, *row;
    buffer_append_text(out, "    [[ $options ]] || return 0\n    sections='");
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (!(row = completion_option(i)))
            continue;
        size_t length = strcspn(row->path, ".") + 1;
        if (!previous || strncmp(previous->path, row->path, length) != 0)
            buffer_append_format(out, "%s--%.*s", previous ? " " : "", (int)length, row->path);
        previous = row;
    }
    buffer_append_text(out, "'\n    options='");
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if ((row = completion_option(i)) != NULL)
            buffer_append_format(out, "--%s= ", row->path);
    }
    buffer_append_text(out, "'\n");
}

static void append_flags(struct buffer *out)
{
    buffer_append_text(out, "_leakwatch_flags() { # COMMAND: flags, sections, options\n"
                            "    flags='' options='' sections=''\n"
                            "    case $1 in\n");
    for (const struct command *const *row = command_table; *row; row++)
        append_command_flags(*row, out);
    buffer_append_text(out, "    esac\n");
    append_options(out);
    buffer_append_text(out, "}\n\n");
}

static void append_place(const char *command, const char *word, const struct place *place,
                         struct buffer *out)
{
    static const char *const kinds[] = {[PLACE_FREE] = "free",
                                        [PLACE_FILE] = "file",
                                        [PLACE_FOLDER] = "folder",
                                        [PLACE_CHOICE] = "choice"};
    if (place->kind == PLACE_NOTHING)
        return;
    if (*command)
        buffer_append_format(out, "    '%s/%s')", command, word);
    else
        buffer_append_format(out, "    */%s)", word);
    buffer_append_format(out, " kind='%s'", kinds[place->kind]);
    if (place->kind == PLACE_CHOICE)
        buffer_append_format(out, " choices='%s'", place->choices);
    buffer_append_text(out, " ;;\n");
}

static void append_places_of_command(const struct command *command, struct buffer *out)
{
    const struct command_flag *flag;
    char word[80];
    for (int i = 0; i < command->max_arguments; i++) {
        struct place place = place_of_argument(command, i);
        snprintf(word, sizeof word, "%d", i + 1);
        append_place(command->name, word, &place, out);
    }
    for (size_t i = 0; (flag = command_flag_at(command, i)) != NULL; i++) {
        struct place place = place_of_flag(flag);
        snprintf(word, sizeof word, "--%s", flag->name);
        append_place(command->name, word, &place, out);
    }
}

static void append_places(struct buffer *out)
{
    buffer_append_text(out,
                       "_leakwatch_place() { # COMMAND FLAG|NUMBER: kind, choices of its value\n"
                       "    kind='' choices=''\n"
                       "    case $1/$2 in\n");
    for (const struct command *const *row = command_table; *row; row++)
        append_places_of_command(*row, out);
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = completion_option(i);
        if (!row)
            continue;
        char word[OPTION_PATH_SIZE + 2];
        struct place place = place_of_option(row);
        snprintf(word, sizeof word, "--%s", row->path);
        append_place("", word, &place, out);
    }
    buffer_append_text(out, "    esac\n}\n\n");
}

void completion_append_bash(struct buffer *out)
{
    buffer_append_text(out, "# bash completion of leakwatch " LEAKWATCH_VERSION
                            ", written by `leakwatch completion bash`.\n\n");
    append_first_words(out);
    append_flags(out);
    append_places(out);
    buffer_append_text(out, where_the_cursor_is);
}

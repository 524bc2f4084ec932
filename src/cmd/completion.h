/* What can stand at a place of the command line, as the tables tell it: shared by the shells'
 * files.
 *
 * Private to `leakwatch completion`. One writer per shell; each appends a whole script, failures
 * show in `out`.
 */
#ifndef CMD_COMPLETION_H
#define CMD_COMPLETION_H

#include "cmd/cmd.h"
#include "config/options.h"

#include <stddef.h>

enum place_kind {
    PLACE_NOTHING, /* behind the last argument, or a switch's value */
    PLACE_FREE,    /* a number, a date: nothing can be proposed */
    PLACE_FILE,    /* also of folders: somewhere below one is the file */
    PLACE_FOLDER,
    PLACE_CHOICE,
};

enum { PLACE_CHOICES_SIZE = 256 };

struct place {
    enum place_kind kind;
    char choices[PLACE_CHOICES_SIZE]; /* "CAPTURE MONITOR OFF" */
};

struct place place_of_flag(const struct command_flag *flag);
struct place place_of_option(const struct option_row *row);
/* `number` from 0. */
struct place place_of_argument(const struct command *command, int number);

/* The row of option `index` that can be given as --section.name=value, or NULL. */
const struct option_row *completion_option(size_t index);

/* "config" of "config show", and in *ret_second "show"; of "mode" it is "mode" and NULL. */
enum { COMMAND_WORD_SIZE = 32 };
void completion_split_name(const struct command *command, char ret_first[COMMAND_WORD_SIZE],
                           const char **ret_second);

/* Does its first word stand for the first time in the table? Two-word commands stand together. */
bool completion_is_first_of_word(const struct command *const *row);

/* What to say of a first word: the summary, or of "config" the names that follow it. */
void completion_append_summary(const struct command *const *row, struct buffer *out);

void completion_append_bash(struct buffer *out);
void completion_append_zsh(struct buffer *out);
void completion_append_fish(struct buffer *out);
void completion_append_powershell(struct buffer *out);

#endif

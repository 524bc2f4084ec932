/* The words of a command line, read by the rows of one command.
 *
 * Private to the command-line front end. Ownership: the caller's struct, command_line_finish takes
 * a zeroed one; texts of arguments and flags are borrowed from argv, overrides are copies. Errors:
 * ERROR_USAGE, naming flag, value and what is allowed.
 */
#ifndef CMD_CLI_PARSE_H
#define CMD_CLI_PARSE_H

#include "cmd/cmd.h"

struct flag_value {
    bool given;
    const char *text; /* borrowed from argv; "" for a switch */
    int64_t integer;
    double real;
};

struct flag_values {
    const struct command *command;
    size_t count;
    struct flag_value *values; /* [count], in the order of command->flags */
};

struct command_line {
    bool help;
    const char *project_root;
    const char **arguments;
    int argument_count;
    char **overrides; /* "section.name=value" */
    size_t override_count;
    struct flag_values values;
};

/* `words` are argv behind the command's name. */
MUST_CHECK bool command_line_parse(const struct command *command, int count, char **words,
                                   struct command_line *ret_line, struct error *err);
void command_line_finish(struct command_line *line);

size_t command_flag_count(const struct command *command);

/* Number `index` of all flags that the command takes: its own, then --project where it needs one,
 * then --help; NULL behind the last. */
const struct command_flag *command_flag_at(const struct command *command, size_t index);

/* What it also takes with TAKES_PROJECT: any option of the configuration. */
extern const struct command_flag override_flag;

#endif

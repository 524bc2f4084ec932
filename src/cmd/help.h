/* `--help`, written from the command table, so that it lists what exists and nothing else.
 *
 * Private to the command-line front end. Appends; failures show in `out`.
 */
#ifndef CMD_HELP_H
#define CMD_HELP_H

#include "cmd/cmd.h"

/* `prefix` = "config" lists only the commands "config …"; "" lists all. */
void help_append_list(const char *prefix, struct buffer *out);
void help_append_command(const struct command *command, struct buffer *out);

/* " (0 to 86400)" of a flag that takes a number, else nothing. */
void help_append_limits(const struct command_flag *flag, struct buffer *out);

#endif

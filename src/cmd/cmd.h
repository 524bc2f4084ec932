/* A subcommand: one `const struct command` in a file of src/cmd, one row in main.c. Parser,
 * `--help`, completion and man page all walk these tables.
 *
 * Every command also takes --help; those that need a project also --project DIR and any option of
 * the configuration as `--section.name=value` (config/schema.h). A name may be two words ("config
 * show"): then each has flags and needs of its own. The row says what must be true before `run` is
 * called (`needs`); then `project` and `config` are there. `run` returns true for success; on
 * failure the error is printed once and its code becomes the exit status. Results go to stdout,
 * everything else to stderr (base/log.h).
 */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include "config/config.h"
#include "config/project.h"

#include <stdint.h>

enum command_needs {
    NEEDS_NOTHING = 0,
    TAKES_PROJECT = 1, /* --project and options, and loads them by itself, if at all */
    NEEDS_FOLDERS = 2, /* and all its folders, made where missing: for commands that write */
    NEEDS_PROJECT = TAKES_PROJECT | 4, /* a project folder with a valid configuration */
    NEEDS_THREADS = 8, /* computes for long on all processors: process_spin_briefly */
};

/* What arguments and values are called is what completion knows of them: DIR and FOLDER are
 * completed as folders, FILE as a file, SOURCE as either, "A|B" as one of these words; anything
 * else is free. */
enum flag_kind { FLAG_SWITCH, FLAG_INT, FLAG_REAL, FLAG_TEXT };

struct command_flag {
    const char *name; /* "interval" for --interval */
    enum flag_kind kind;
    const char *value_name; /* "SECONDS"; NULL for a switch; see `arguments` */
    double min, max;        /* inclusive, of numbers */
    const char *text;       /* for people */
};

struct invocation;

struct command {
    const char *name;
    const char *arguments;            /* "[CAPTURE|MONITOR|OFF]"; "" = none; see below */
    const char *summary;              /* one line for the list */
    const char *details;              /* a paragraph or two for --help; may be "" */
    const struct command_flag *flags; /* ends with a row without name; may be NULL */
    int min_arguments, max_arguments;
    int needs;
    bool (*run)(const struct invocation *invocation, struct error *err);
};

struct invocation {
    const struct command *command;
    const struct project *project;     /* NULL without NEEDS_PROJECT */
    const struct config *config;       /* NULL without NEEDS_PROJECT */
    const char *project_root;          /* --project, else "." */
    struct config_overrides overrides; /* the options given, for those that load by themselves */
    int argument_count;
    const char *const *arguments;
    struct flag_values *values; /* private */
};

/* `name` must be declared by the command (asserted). */
bool invocation_has(const struct invocation *invocation, const char *name);
int64_t invocation_int(const struct invocation *invocation, const char *name, int64_t otherwise);
double invocation_real(const struct invocation *invocation, const char *name, double otherwise);
const char *invocation_text(const struct invocation *invocation, const char *name,
                            const char *otherwise);

/* Ends with NULL. */
extern const struct command *const command_table[];

/* The command of that name, or NULL. */
const struct command *command_find(const char *name);

/* Parses, prepares what the row needs, runs; returns the exit status. */
int command_main(int argc, char **argv);

#endif

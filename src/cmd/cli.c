/* The front end of the program: find the command, read its words, prepare what its row needs, run
 * it, turn its error into one line and an exit status.
 *
 * This is the only place that prints the error of a command. Output is flushed and checked at the
 * end, so that `leakwatch config docs > file` on a full disk fails instead of leaving half a file.
 */
#include "base/log.h"
#include "base/parse.h"
#include "cmd/cli_parse.h"
#include "cmd/help.h"
#include "cmd/output.h"
#include "platform/process.h"
#include "platform/signal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static bool print(struct buffer *text, struct error *err)
{
    bool ok = output_write(text, err);
    buffer_finish(text);
    return ok;
}

static bool print_list(const char *prefix, struct error *err)
{
    struct buffer text = {0};
    help_append_list(prefix, &text);
    return print(&text, err);
}

static bool print_help(const struct command *command, struct error *err)
{
    struct buffer text = {0};
    help_append_command(command, &text);
    return print(&text, err);
}

const struct command *command_find(const char *name)
{
    for (const struct command *const *row = command_table; *row; row++) {
        if (strcmp((*row)->name, name) == 0)
            return *row;
    }
    return NULL;
}

/* Is `word` the first of two words of some command ("config" of "config show")? */
static bool is_prefix(const char *word)
{
    size_t length = strlen(word);
    for (const struct command *const *row = command_table; *row; row++) {
        if (strncmp((*row)->name, word, length) == 0 && (*row)->name[length] == ' ')
            return true;
    }
    return false;
}

/* The command that argv names; `ret_words` is how many words its name takes. */
static const struct command *find_command(int count, char **words, int *ret_words)
{
    char name[64];
    if (count >= 2) {
        snprintf(name, sizeof name, "%.30s %.30s", words[0], words[1]);
        *ret_words = 2;
        if (command_find(name))
            return command_find(name);
    }
    *ret_words = 1;
    return command_find(words[0]);
}

static bool refuse_command(int count, char **words, struct error *err)
{
    char name[128];
    bool two = count >= 2 && is_prefix(words[0]) && words[1][0] != '-';
    snprintf(name, sizeof name, two ? "%.60s %.60s" : "%.60s", words[0], two ? words[1] : "");
    if (words[0][0] == '-')
        return error_set(err, ERROR_USAGE,
                         "%.60s stands before the command; write `leakwatch COMMAND --flags`",
                         words[0]);
    const char *nearest = NULL;
    int best = 4;
    for (const struct command *const *row = command_table; *row; row++) {
        int distance = parse_edit_distance(name, (*row)->name);
        if (distance < best) {
            best = distance;
            nearest = (*row)->name;
        }
    }
    if (nearest)
        return error_set(err, ERROR_USAGE, "unknown command \"%s\"; did you mean `leakwatch %s`?",
                         name, nearest);
    return error_set(err, ERROR_USAGE,
                     "unknown command \"%s\"; `leakwatch --help` lists the commands", name);
}

static bool run_with_project(const struct command *command, struct invocation invocation,
                             struct error *err)
{
    struct project project;
    struct config_warnings warnings = {log_each_warning, NULL};
    struct config *config =
        config_load(invocation.project_root, invocation.overrides, warnings, err);
    bool ok = config && project_resolve(invocation.project_root, config, &project, err);
    if (ok && command->needs & NEEDS_FOLDERS)
        ok = project_create_folders(&project, err);
    if (ok) {
        invocation.project = &project;
        invocation.config = config;
        ok = command->run(&invocation, err);
    }
    config_destroy(config);
    return ok;
}

static bool run_command(const struct command *command, int count, char **words, struct error *err)
{
    struct command_line line;
    if (!command_line_parse(command, count, words, &line, err))
        return false;
    struct invocation invocation = {
        .command = command,
        .project_root = line.project_root,
        .argument_count = line.argument_count,
        .arguments = line.arguments,
        .overrides = {(const char *const *)line.overrides, line.override_count},
        .values = &line.values};
    bool needs_project = (command->needs & NEEDS_PROJECT) == NEEDS_PROJECT;
    bool ok = line.help       ? print_help(command, err)
              : needs_project ? run_with_project(command, invocation, err)
                              : command->run(&invocation, err);
    command_line_finish(&line);
    return ok;
}

/* `leakwatch help`, `help COMMAND`, `--help`, `-h`. */
static bool run_help(int count, char **words, struct error *err)
{
    int name_words;
    if (count == 0)
        return print_list("", err);
    const struct command *command = find_command(count, words, &name_words);
    if (command)
        return print_help(command, err);
    if (is_prefix(words[0]) && count == 1)
        return print_list(words[0], err);
    return refuse_command(count, words, err);
}

static bool is_one_of(const char *word, const char *a, const char *b, const char *c)
{
    return strcmp(word, a) == 0 || strcmp(word, b) == 0 || strcmp(word, c) == 0;
}

static bool dispatch(int count, char **words, struct error *err)
{
    if (count == 0)
        return print_list("", err);
    if (is_one_of(words[0], "help", "--help", "-h"))
        return run_help(count - 1, words + 1, err);
    static char version[] = "version";
    if (strcmp(words[0], "--version") == 0 && command_find(version))
        words[0] = version;
    int name_words;
    const struct command *command = find_command(count, words, &name_words);
    if (command)
        return run_command(command, count - name_words, words + name_words, err);
    if (is_prefix(words[0]) && (count == 1 || is_one_of(words[1], "--help", "-h", "help")))
        return print_list(words[0], err);
    return refuse_command(count, words, err);
}

/* A reader that went away (`… | head`) has what it wanted: no message, but no success either. */
static bool flush_output(struct error *err)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return true;
    int problem = errno;
    if (problem == 0) /* an earlier write failed, and stdio does not keep why */
        return error_set(err, ERROR_IO, "cannot write all of the output; is the disk full?");
    error_set_errno(err, problem, "cannot write the output");
    if (problem == EPIPE)
        err->message[0] = '\0';
    return false;
}

/* Only for those that gain by it: starting anew takes as long as `mode` does. */
static bool needs_threads(int argc, char **argv)
{
    int name_words;
    const struct command *command = argc > 1 ? find_command(argc - 1, argv + 1, &name_words) : NULL;
    return command && command->needs & NEEDS_THREADS;
}

int command_main(int argc, char **argv)
{
    struct error err = {0};
    if (needs_threads(argc, argv))
        process_spin_briefly(argv);
    process_forbid_core_dump();
    bool ok = stop_install(&err) && dispatch(argc > 0 ? argc - 1 : 0, argv + 1, &err);
    struct error output_err = {0};
    if (!flush_output(&output_err) && ok) {
        ok = false;
        err = output_err;
    }
    if (ok)
        return 0;
    if (*err.message)
        log_error("%s", err.message);
    return error_exit_status(err.code);
}

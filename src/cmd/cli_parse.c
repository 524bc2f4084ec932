/* argv → arguments, flags, overrides. One pass; the command's own flags are found in its table.
 *
 * `--flag value` and `--flag=value` mean the same; `--` ends the flags; a flag given twice has its
 * last value, so that a script can append to a stored command line. A name with a dot is an option
 * of the configuration and goes to config_load unread. Asking for help wins over any mistake beside
 * it.
 */
#include "cmd/cli_parse.h"

#include "base/parse.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct command_flag help_flag = {"help", FLAG_SWITCH, NULL, 0, 0, "this text"};

/* What commands with TAKES_PROJECT take beside their own flags. */
static const struct command_flag project_flag = {
    "project", FLAG_TEXT, "DIR", 0, 0, "the project folder (otherwise the current folder)"};
const struct command_flag override_flag = {
    "section.name=value", FLAG_SWITCH, NULL, 0, 0, "any option of the configuration, for this run"};

struct word_reader {
    const struct command *command;
    int count, next;
    char **words;
    struct command_line *line;
};

size_t command_flag_count(const struct command *command)
{
    size_t count = 0;
    while (command->flags && command->flags[count].name)
        count++;
    return count;
}

const struct command_flag *command_flag_at(const struct command *command, size_t index)
{
    size_t count = command_flag_count(command);
    if (index < count)
        return &command->flags[index];
    bool project = command->needs & TAKES_PROJECT;
    if (project && index == count)
        return &project_flag;
    return index == count + project ? &help_flag : NULL;
}

static const struct command_flag *find_flag(const struct command *command, const char *name)
{
    size_t count = command_flag_count(command);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(command->flags[i].name, name) == 0)
            return &command->flags[i];
    }
    if (command->needs & TAKES_PROJECT && strcmp(name, project_flag.name) == 0)
        return &project_flag;
    return NULL;
}

static bool refuse_unknown(const struct command *command, const char *name, struct error *err)
{
    const char *nearest = NULL;
    int best = 3;
    size_t count = command_flag_count(command);
    for (size_t i = 0; i < count + 2; i++) {
        const char *candidate = i < count    ? command->flags[i].name
                                : i == count ? "help"
                                             : "project";
        int distance = parse_edit_distance(name, candidate);
        bool usable = i <= count || command->needs & TAKES_PROJECT;
        if (usable && distance < best) {
            best = distance;
            nearest = candidate;
        }
    }
    if (nearest)
        return error_set(err, ERROR_USAGE, "unknown flag --%.60s; did you mean --%s?", name,
                         nearest);
    return error_set(err, ERROR_USAGE,
                     "unknown flag --%.60s; `leakwatch %s --help` lists what there is", name,
                     command->name);
}

static bool refuse_value(const struct command_flag *flag, const char *text, struct error *err)
{
    return error_set(err, ERROR_USAGE,
                     "--%s is \"%.60s\", allowed is a %snumber from %.10g to %.10g", flag->name,
                     text, flag->kind == FLAG_INT ? "whole " : "", flag->min, flag->max);
}

static bool read_value(const struct command_flag *flag, const char *text,
                       struct flag_value *ret_value, struct error *err)
{
    struct flag_value value = {.given = true, .text = text};
    switch (flag->kind) {
    case FLAG_INT:
        if (!parse_int(text, (int64_t)flag->min, (int64_t)flag->max, &value.integer))
            return refuse_value(flag, text, err);
        break;
    case FLAG_REAL:
        if (!parse_double(text, flag->min, flag->max, &value.real))
            return refuse_value(flag, text, err);
        break;
    default:
        break;
    }
    *ret_value = value;
    return true;
}

/* The value behind '=', or the next word unless that is a flag; NULL when there is none. */
static const char *take_value(struct word_reader *reader, const char *equals)
{
    if (equals)
        return equals[1] ? equals + 1 : NULL;
    if (reader->next >= reader->count || strncmp(reader->words[reader->next], "--", 2) == 0)
        return NULL;
    const char *value = reader->words[reader->next];
    if (*value == '\0')
        return NULL;
    reader->next++;
    return value;
}

static bool read_override(struct word_reader *reader, const char *name, const char *equals,
                          struct error *err)
{
    if (!(reader->command->needs & TAKES_PROJECT))
        return error_set(err, ERROR_USAGE,
                         "unknown flag --%.60s; `leakwatch %s` reads no configuration", name,
                         reader->command->name);
    const char *value = equals ? equals + 1 : take_value(reader, NULL);
    if (!value)
        return error_set(err, ERROR_USAGE, "--%.60s needs a value: --%.60s=VALUE", name, name);
    size_t size = strlen(name) + strlen(value) + 2;
    char *text = malloc(size);
    if (!text)
        return error_set(err, ERROR_MEMORY, "no memory for the command line");
    snprintf(text, size, "%s=%s", name, value);
    reader->line->overrides[reader->line->override_count++] = text;
    return true;
}

static bool read_own_flag(struct word_reader *reader, const struct command_flag *flag,
                          const char *equals, struct error *err)
{
    struct command_line *line = reader->line;
    struct flag_value value = {.given = true, .text = ""};
    if (flag->kind == FLAG_SWITCH) {
        if (equals)
            return error_set(err, ERROR_USAGE, "--%s takes no value", flag->name);
    } else {
        const char *text = take_value(reader, equals);
        if (!text)
            return error_set(err, ERROR_USAGE, "--%s needs a value: --%s %s", flag->name,
                             flag->name, flag->value_name);
        if (!read_value(flag, text, &value, err))
            return false;
    }
    if (flag == &project_flag)
        line->project_root = value.text;
    else
        line->values.values[flag - reader->command->flags] = value;
    return true;
}

static bool read_flag(struct word_reader *reader, const char *word, struct error *err)
{
    char name[128];
    const char *equals = strchr(word, '=');
    size_t length = equals ? (size_t)(equals - word) : strlen(word);
    if (word[1] != '-')
        return error_set(err, ERROR_USAGE, "unknown flag %.60s; flags begin with two dashes", word);
    if (length - 2 >= sizeof name)
        return error_set(err, ERROR_USAGE, "unknown flag %.60s…", word);
    memcpy(name, word + 2, length - 2);
    name[length - 2] = '\0';
    const struct command_flag *flag = find_flag(reader->command, name);
    if (flag)
        return read_own_flag(reader, flag, equals, err);
    if (strchr(name, '.'))
        return read_override(reader, name, equals, err);
    return refuse_unknown(reader->command, name, err);
}

static bool check_argument_count(const struct command *command, int count, struct error *err)
{
    if (count >= command->min_arguments && count <= command->max_arguments)
        return true;
    if (command->max_arguments == 0)
        return error_set(err, ERROR_USAGE, "`leakwatch %s` takes no arguments, only flags",
                         command->name);
    return error_set(err, ERROR_USAGE, "%s arguments: the command is `leakwatch %s %s`",
                     count < command->min_arguments ? "too few" : "too many", command->name,
                     command->arguments);
}

static bool asks_for_help(int count, char **words)
{
    for (int i = 0; i < count && strcmp(words[i], "--") != 0; i++) {
        if (strcmp(words[i], "--help") == 0 || strcmp(words[i], "-h") == 0)
            return true;
    }
    return false;
}

static bool read_words(struct word_reader *reader, struct error *err)
{
    bool flags_ended = false;
    while (reader->next < reader->count) {
        const char *word = reader->words[reader->next++];
        if (!flags_ended && strcmp(word, "--") == 0)
            flags_ended = true;
        else if (flags_ended || word[0] != '-' || word[1] == '\0')
            reader->line->arguments[reader->line->argument_count++] = word;
        else if (!read_flag(reader, word, err))
            return false;
    }
    return check_argument_count(reader->command, reader->line->argument_count, err);
}

bool command_line_parse(const struct command *command, int count, char **words,
                        struct command_line *ret_line, struct error *err)
{
    struct command_line line = {.help = asks_for_help(count, words), .project_root = "."};
    line.values.command = command;
    line.values.count = command_flag_count(command);
    line.values.values = calloc(line.values.count + 1, sizeof *line.values.values);
    line.arguments = calloc((size_t)count + 1, sizeof *line.arguments);
    line.overrides = calloc((size_t)count + 1, sizeof *line.overrides);
    bool ok = line.values.values && line.arguments && line.overrides;
    if (!ok)
        error_set(err, ERROR_MEMORY, "no memory for the command line");
    struct word_reader reader = {command, count, 0, words, &line};
    if (ok && !line.help)
        ok = read_words(&reader, err);
    if (ok)
        *ret_line = line;
    else
        command_line_finish(&line);
    return ok;
}

void command_line_finish(struct command_line *line)
{
    for (size_t i = 0; i < line->override_count; i++)
        free(line->overrides[i]);
    free(line->overrides);
    free(line->arguments);
    free(line->values.values);
    *line = (struct command_line){0};
}

static const struct flag_value *value_of(const struct invocation *invocation, const char *name)
{
    const struct flag_values *values = invocation->values;
    for (size_t i = 0; i < values->count; i++) {
        if (strcmp(values->command->flags[i].name, name) == 0)
            return &values->values[i];
    }
    assert(!"a flag that the command does not declare");
    abort();
}

bool invocation_has(const struct invocation *invocation, const char *name)
{
    return value_of(invocation, name)->given;
}

int64_t invocation_int(const struct invocation *invocation, const char *name, int64_t otherwise)
{
    const struct flag_value *value = value_of(invocation, name);
    return value->given ? value->integer : otherwise;
}

double invocation_real(const struct invocation *invocation, const char *name, double otherwise)
{
    const struct flag_value *value = value_of(invocation, name);
    return value->given ? value->real : otherwise;
}

const char *invocation_text(const struct invocation *invocation, const char *name,
                            const char *otherwise)
{
    const struct flag_value *value = value_of(invocation, name);
    return value->given ? value->text : otherwise;
}

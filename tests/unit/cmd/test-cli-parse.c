/* argv → flags and arguments, by a command that has flags of every kind. What whole commands make
 * of it is tested in tests/cli with the real program. */
#include "check.h"
#include "cmd/cli_parse.h"
#include "cmd/help.h"

enum { WORDS_MAX = 12 };

static const struct command_flag flags[] = {
    {"count", FLAG_INT, "N", 1, 1000, "how many"},
    {"interval", FLAG_REAL, "SECONDS", 0, 86400, "how often"},
    {"source", FLAG_TEXT, "SOURCE", 0, 0, "from where"},
    {"json", FLAG_SWITCH, NULL, 0, 0, "print as JSON"},
    {0},
};

static const struct command command = {.name = "look",
                                       .arguments = "[A] [B]",
                                       .summary = "look at it",
                                       .details = "",
                                       .flags = flags,
                                       .max_arguments = 2,
                                       .needs = NEEDS_PROJECT};

/* The table that help walks; the program's own is in main.c. */
const struct command *const command_table[] = {&command, NULL};

static struct command_line line;

/* Parses "a b c", split at spaces ("_" stands for an empty word). */
static bool parse(const char *text, struct error *err)
{
    static char copy[512];
    static char empty[] = "";
    char *words[WORDS_MAX];
    int count = 0;
    command_line_finish(&line);
    snprintf(copy, sizeof copy, "%s", text);
    for (char *word = strtok(copy, " "); word && count < WORDS_MAX; word = strtok(NULL, " "))
        words[count++] = strcmp(word, "_") == 0 ? empty : word;
    *err = (struct error){0};
    return command_line_parse(&command, count, words, &line, err);
}

static struct invocation invocation(void)
{
    return (struct invocation){.command = &command, .values = &line.values};
}

TEST(flags_of_every_kind_both_ways)
{
    static const char *const texts[] = {
        "--count 7 --interval 0.5 --source sim:drops --json",
        "--count=7 --interval=.5 --source=sim:drops --json",
        "--json --count 9 --count=7 --interval 5e-1 --source a --source sim:drops",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct error err;
        CHECK(parse(texts[i], &err));
        struct invocation got = invocation();
        CHECK_INT(invocation_int(&got, "count", -1), 7);
        CHECK_NEAR(invocation_real(&got, "interval", -1), 0.5, 0);
        CHECK_TEXT(invocation_text(&got, "source", "none"), "sim:drops");
        CHECK(invocation_has(&got, "json"));
        CHECK_INT(line.argument_count, 0);
    }
}

TEST(what_is_not_given_has_its_other_value)
{
    struct error err;
    CHECK(parse("", &err));
    struct invocation got = invocation();
    CHECK_INT(invocation_int(&got, "count", -1), -1);
    CHECK_NEAR(invocation_real(&got, "interval", 1.5), 1.5, 0);
    CHECK_TEXT(invocation_text(&got, "source", "none"), "none");
    CHECK(!invocation_has(&got, "json") && !invocation_has(&got, "count"));
    CHECK_TEXT(line.project_root, ".");
}

TEST(arguments_and_flags_in_any_order)
{
    struct error err;
    CHECK(parse("first --count 1 second", &err));
    CHECK_INT(line.argument_count, 2);
    CHECK_TEXT(line.arguments[0], "first");
    CHECK_TEXT(line.arguments[1], "second");
    CHECK(parse("-- --count -", &err));
    CHECK_INT(line.argument_count, 2);
    CHECK_TEXT(line.arguments[0], "--count");
    CHECK_TEXT(line.arguments[1], "-");
}

TEST(project_and_overrides)
{
    struct error err;
    CHECK(parse("--project rig --camera.index=3 --camera.fps 12 --camera.source= --a.b=c=d", &err));
    CHECK_TEXT(line.project_root, "rig");
    CHECK_INT(line.override_count, 4);
    CHECK_TEXT(line.overrides[0], "camera.index=3");
    CHECK_TEXT(line.overrides[1], "camera.fps=12");
    CHECK_TEXT(line.overrides[2], "camera.source=");
    CHECK_TEXT(line.overrides[3], "a.b=c=d");
}

TEST(help_wins_over_mistakes)
{
    struct error err;
    CHECK(parse("--nonsense --count x --help", &err));
    CHECK(line.help);
    CHECK(parse("-h", &err));
    CHECK(line.help);
    CHECK(parse("-- --help", &err));
    CHECK(!line.help);
}

TEST(mistakes_name_flag_value_and_what_is_allowed)
{
    static const struct {
        const char *words, *message;
    } cases[] = {
        {"--count x", "--count is \"x\", allowed is a whole number from 1 to 1000"},
        {"--count 0", "--count is \"0\", allowed"},
        {"--count=-5", "--count is \"-5\", allowed"},
        {"--count -5", "--count is \"-5\", allowed"},
        {"--count 1.5", "--count is \"1.5\", allowed"},
        {"--count 99999999999999999999", "--count is \"9999"},
        {"--interval nan", "--interval is \"nan\", allowed is a number from 0 to 86400"},
        {"--interval 1,5", "--interval is \"1,5\", allowed"},
        {"--interval 0x10", "--interval is \"0x10\", allowed"},
        {"--count", "--count needs a value: --count N"},
        {"--count --json", "--count needs a value"},
        {"--source=", "--source needs a value: --source SOURCE"},
        {"--source _", "--source needs a value"},
        {"--json=1", "--json takes no value"},
        {"--cuont 1", "unknown flag --cuont; did you mean --count?"},
        {"--projet x", "unknown flag --projet; did you mean --project?"},
        {"--hlp", "unknown flag --hlp; did you mean --help?"},
        {"--nothing-like-it", "unknown flag --nothing-like-it; `leakwatch look --help` lists"},
        {"-c 5", "unknown flag -c; flags begin with two dashes"},
        {"--camera.index", "--camera.index needs a value: --camera.index=VALUE"},
        {"a b c", "too many arguments: the command is `leakwatch look [A] [B]`"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error err;
        CHECK(!parse(cases[i].words, &err));
        CHECK_INT(err.code, ERROR_USAGE);
        CHECK_CONTAINS(err.message, cases[i].message);
        CHECK_INT(line.argument_count, 0); /* untouched on failure */
    }
}

TEST(too_few_arguments_and_flags_of_a_command_without_project)
{
    struct command strict = command;
    struct command_line other = {0};
    struct error err;
    char project[] = "--project=x", override[] = "--camera.index=3";
    char *words[] = {project}, *more[] = {override};
    strict.min_arguments = 1;
    CHECK(!command_line_parse(&strict, 0, NULL, &other, &err));
    CHECK_CONTAINS(err.message, "too few arguments: the command is `leakwatch look [A] [B]`");
    strict.needs = NEEDS_NOTHING;
    strict.flags = NULL;
    CHECK_INT(command_flag_count(&strict), 0);
    CHECK(!command_line_parse(&strict, 1, words, &other, &err));
    CHECK_CONTAINS(err.message, "unknown flag --project; `leakwatch look --help` lists");
    CHECK(!command_line_parse(&strict, 1, more, &other, &err));
    CHECK_CONTAINS(err.message, "`leakwatch look` reads no configuration");
}

TEST(help_lists_flags_with_their_ranges)
{
    struct buffer text = {0};
    help_append_command(&command, &text);
    CHECK_CONTAINS(buffer_text(&text), "Usage: leakwatch look [A] [B] [--flags]");
    CHECK_CONTAINS(buffer_text(&text), "--count N  ");
    CHECK_CONTAINS(buffer_text(&text), "how many (1 to 1000)");
    CHECK_CONTAINS(buffer_text(&text), "--json  ");
    CHECK_CONTAINS(buffer_text(&text), "--section.name=value");
    buffer_clear(&text);
    help_append_list("", &text);
    CHECK_CONTAINS(buffer_text(&text), "  look [A] [B]");
    buffer_finish(&text);
}

int main(void)
{
    RUN(flags_of_every_kind_both_ways);
    RUN(what_is_not_given_has_its_other_value);
    RUN(arguments_and_flags_in_any_order);
    RUN(project_and_overrides);
    RUN(help_wins_over_mistakes);
    RUN(mistakes_name_flag_value_and_what_is_allowed);
    RUN(too_few_arguments_and_flags_of_a_command_without_project);
    RUN(help_lists_flags_with_their_ranges);
    command_line_finish(&line);
    return check_report();
}

/* spills: the bench's own public set of leaks and nuisances, made from seeds (README.md here).
 *
 *     spills list --set quick|full --split design|final
 *     spills make --set quick|full --split design|final OUT [--scene NAME] [--jobs N]
 *
 * Only the command line stands here. Both commands work on the same plan; `list` needs no pixel.
 */
#include "maker.h"
#include "sets.h"

#include "base/parse.h"
#include "platform/process.h"
#include "platform/signal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct command_line {
    bool make;
    enum set_name set;
    enum split_name split;
    bool has_set, has_split;
    const char *split_file;
    struct maker_settings maker;
};

static const char usage_text[] =
    "usage: spills list --set quick|full --split design|final\n"
    "       spills make --set quick|full --split design|final OUT [--scene NAME] [--jobs N]\n"
    "options: --footage DIR (default: $SPILLS_FOOTAGE, else ../shared/data beside the checkout),\n"
    "         --split-file FILE (default: bench/spills/split.txt), --quiet\n";

/* What follows `option` on the command line, in *value; false when this is another option. */
static bool take_value(const char *option, int argc, char **argv, int *at, const char **value)
{
    if (strcmp(argv[*at], option) != 0 || *at + 1 >= argc)
        return false;
    *value = argv[++*at];
    return true;
}

static bool read_option(int argc, char **argv, int *at, struct command_line *line)
{
    const char *value;
    int64_t jobs;
    if (take_value("--set", argc, argv, at, &value))
        return line->has_set = set_name_parse(value, &line->set);
    if (take_value("--split", argc, argv, at, &value))
        return line->has_split = split_name_parse(value, &line->split);
    if (take_value("--scene", argc, argv, at, &line->maker.scene) ||
        take_value("--footage", argc, argv, at, &line->maker.footage) ||
        take_value("--split-file", argc, argv, at, &line->split_file))
        return true;
    if (take_value("--jobs", argc, argv, at, &value)) {
        if (!parse_int(value, 1, 64, &jobs))
            return false;
        line->maker.jobs = (int)jobs;
        return true;
    }
    if (strcmp(argv[*at], "--quiet") == 0)
        return line->maker.is_quiet = true;
    if (argv[*at][0] == '-' || line->maker.out)
        return false;
    line->maker.out = argv[*at];
    return true;
}

static bool read_command_line(int argc, char **argv, struct command_line *ret_line)
{
    struct command_line line = {.split_file = SPLIT_FILE, .maker.jobs = process_cpu_count()};
    line.maker.footage = getenv("SPILLS_FOOTAGE");
    if (!line.maker.footage)
        line.maker.footage = FOOTAGE_FOLDER;
    if (argc < 2)
        return false;
    line.make = strcmp(argv[1], "make") == 0;
    if (!line.make && strcmp(argv[1], "list") != 0)
        return false;
    for (int at = 2; at < argc; at++)
        if (!read_option(argc, argv, &at, &line))
            return false;
    if (!line.has_set || !line.has_split || line.make != (line.maker.out != NULL))
        return false;
    *ret_line = line;
    return true;
}

/* What sets it apart from a quiet, usual case, in one word or two. */
static void print_nuisances(const struct case_plan *plan)
{
    for (int i = 0; i < plan->nuisance_count; i++)
        printf("%s%s %g", i ? ", " : " ", nuisance_rows[plan->nuisances[i].kind].name,
               plan->nuisances[i].amount);
    printf("\n");
}

static void list_cases(const struct plan *plan, const char *scene)
{
    printf("%-12s %-28s %-24s %6s %6s %9s %8s %s\n", "scene", "case", "kind", "frames", "onset",
           "fraction", "contrast", "nuisances");
    for (size_t i = 0; i < plan->case_count; i++) {
        const struct case_plan *row = &plan->cases[i];
        const char *name = plan->scenes[row->scene].name;
        if (scene && strcmp(scene, name) != 0)
            continue;
        printf("%-12s %-28s %-24s %6d ", name, row->name, row->kind, row->frames);
        if (row->leak == LEAK_PAINTED)
            printf("%6d %8.3f%% %8.2f", row->onset, 100.0 * row->leak_settings.area_fraction,
                   row->leak_settings.contrast);
        else if (row->leak == LEAK_OF_RIG)
            printf("%6d %9s %8s", row->onset, "the rig's", "-");
        else
            printf("%6s %9s %8s", "-", "-", "-");
        print_nuisances(row);
    }
    printf("%zu scenes, %zu cases, %lld frames, %lld pictures, about %.1f GB\n", plan->scene_count,
           plan->case_count, (long long)plan_frames(plan), (long long)plan_pictures(plan),
           (double)plan_bytes(plan, scene) / 1e9);
}

static bool run(const struct command_line *line, struct error *err)
{
    struct split splits[SPLIT_COUNT];
    struct plan plan = {0};
    struct maker_counts counts;
    bool done = stop_install(err) && splits_read(line->split_file, splits, err) &&
                set_plan(line->set, line->split, &splits[line->split], &plan, err);
    if (done && !line->make) {
        list_cases(&plan, line->maker.scene);
    } else if (done) {
        done = plan_make(&plan, &line->maker, &counts, err);
        if (done)
            printf("%s: %lld folders made, %lld were there, %lld left out for want of footage\n",
                   line->maker.out, (long long)counts.made, (long long)counts.found,
                   (long long)counts.left_out);
    }
    plan_finish(&plan);
    return done;
}

int main(int argc, char **argv)
{
    struct command_line line;
    struct error err = {0};
    if (!read_command_line(argc, argv, &line)) {
        fputs(usage_text, stderr);
        return error_exit_status(ERROR_USAGE);
    }
    if (run(&line, &err))
        return 0;
    fprintf(stderr, "spills: %s\n", err.message);
    return error_exit_status(err.code);
}

/* Writes the plans. Seeds are dealt out in order from the split's range, one per scene and case, so
 * that no two share one and the ranges of the two splits stay apart.
 *
 * The start of a case is another hour of the same rig: a whole number of charge cycles after the
 * normals, so that the colour of the liquids is one that the normals have seen, while daylight is
 * not.
 */
#include "sets.h"

#include <stdio.h>
#include <string.h>

const char *const set_names[SET_COUNT] = {"tiny", "quick"};

static const double charge_cycle_s = 2700.0;

bool set_name_parse(const char *text, enum set_name *ret_name)
{
    for (int i = 0; i < SET_COUNT; i++)
        if (strcmp(text, set_names[i]) == 0) {
            *ret_name = (enum set_name)i;
            return true;
        }
    return false;
}

struct dealer {
    struct plan *plan;
    const struct split *split;
    uint64_t next_seed;
    bool failed; /* no memory */
};

static uint64_t deal_seed(struct dealer *dealer)
{
    return dealer->next_seed++;
}

static struct case_plan *add_case(struct dealer *dealer, const char *kind, int frames)
{
    struct case_plan *added = plan_add_case(dealer->plan);
    if (!added) {
        dealer->failed = true;
        return NULL;
    }
    added->scene = dealer->plan->scene_count - 1;
    added->seed = deal_seed(dealer);
    added->frames = frames;
    added->start_s = charge_cycle_s * (double)(1 + added->seed % 29) + (double)(added->seed % 400);
    snprintf(added->kind, sizeof added->kind, "%s", kind);
    snprintf(added->name, sizeof added->name, "%s-%llu", kind, (unsigned long long)added->seed);
    return added;
}

static bool add_rig_scene(struct dealer *dealer, int rig, int normals)
{
    struct scene_plan *scene = plan_add_scene(dealer->plan);
    if (!scene) {
        dealer->failed = true;
        return false;
    }
    scene->source = SCENE_RIG;
    scene->rig = rig;
    scene->width = 640;
    scene->height = 360;
    scene->seed = deal_seed(dealer);
    scene->normals = normals;
    snprintf(scene->name, sizeof scene->name, "rig%d", rig);
    return true;
}

/* The rig's own scenarios. */
static void add_rig_cases(struct dealer *dealer, int leaks, int leak_frames, int quiet_frames)
{
    static const enum scenario leak_scenarios[] = {SCENARIO_PUDDLE, SCENARIO_DROPS,
                                                   SCENARIO_TRICKLE};
    static const enum scenario quiet_scenarios[] = {SCENARIO_NORMAL, SCENARIO_WALKER,
                                                    SCENARIO_LAMP};
    for (int i = 0; i < leaks; i++) {
        const enum scenario scenario = leak_scenarios[i % 3];
        struct case_plan *leak = add_case(dealer, scenario_rows[scenario].name, leak_frames);
        if (!leak)
            return;
        leak->leak = LEAK_OF_RIG;
        leak->scenario = scenario;
        leak->onset = (int)(leak_frames / 6 + leak->seed % (unsigned)(leak_frames / 5));
    }
    for (int i = 0; quiet_frames && i < 3; i++) {
        char kind[KIND_SIZE];
        snprintf(kind, sizeof kind, "quiet-%s", scenario_rows[quiet_scenarios[i]].name);
        struct case_plan *quiet = add_case(dealer, kind, quiet_frames);
        if (!quiet)
            return;
        quiet->scenario = quiet_scenarios[i];
    }
}

static void plan_tiny(struct dealer *dealer)
{
    add_rig_scene(dealer, dealer->split->rigs[0], 3);
    add_rig_cases(dealer, 3, 12, 6);
}

static void plan_quick(struct dealer *dealer)
{
    for (int i = 0; i < 2 && i < dealer->split->rig_count; i++) {
        if (!add_rig_scene(dealer, dealer->split->rigs[i], 240))
            return;
        add_rig_cases(dealer, 9, 120, 400);
    }
}

bool set_plan(enum set_name set, enum split_name name, const struct split *split,
              struct plan *ret_plan, struct error *err)
{
    *ret_plan = (struct plan){.split = name};
    struct dealer dealer = {.plan = ret_plan, .split = split, .next_seed = split->seed_first};
    if (split->rig_count == 0)
        return error_set(err, ERROR_CONFIG, "split %s has no rig", split_names[name]);
    static void (*const planners[SET_COUNT])(struct dealer *) = {plan_tiny, plan_quick};
    planners[set](&dealer);
    if (dealer.failed)
        return error_set(err, ERROR_MEMORY, "no memory for the plan of set %s", set_names[set]);
    if (dealer.next_seed > split->seed_last + 1)
        return error_set(err, ERROR_CONFIG, "set %s takes %llu seeds, split %s has %llu",
                         set_names[set], (unsigned long long)(dealer.next_seed - split->seed_first),
                         split_names[name],
                         (unsigned long long)(split->seed_last - split->seed_first + 1));
    return true;
}

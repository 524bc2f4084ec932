/* How many of each kind of case each set takes.
 *
 * The numbers of "full" follow from what docs/detection.md has to show of the split "final": 300
 * leaks of at least 0.1 % of the frame and 300 smaller ones, 60 clear films, 100000 quiet frames;
 * "design" has a third of the quiet frames. "quick" has to be made and judged by one core in ten
 * minutes. A test counts all that.
 */
#include "sets.h"

#include "set_cases.h"

#include <string.h>

const char *const set_names[SET_COUNT] = {"tiny", "quick", "full"};

bool set_name_parse(const char *text, enum set_name *ret_name)
{
    for (int i = 0; i < SET_COUNT; i++)
        if (strcmp(text, set_names[i]) == 0) {
            *ret_name = (enum set_name)i;
            return true;
        }
    return false;
}

static void plan_tiny(struct dealer *dealer, enum split_name split)
{
    (void)split;
    deal_rig_scene(dealer, dealer->split->rigs[0], 320, 180, 6);
    deal_large_leaks(dealer, 2);
    deal_rig_leaks(dealer, 1);
    deal_quiets(dealer, 0.01, 9);
    deal_faults(dealer, 12);
    for (size_t i = 0; i < dealer->plan->case_count; i++) {
        struct case_plan *plan = &dealer->plan->cases[i];
        if (plan->frames > 24)
            plan->frames = 24;
        if (plan->onset > 6)
            plan->onset = 6;
    }
}

static void plan_quick(struct dealer *dealer, enum split_name split)
{
    (void)split;
    for (int i = 0; i < 2 && i < dealer->split->rig_count; i++) {
        deal_rig_scene(dealer, dealer->split->rigs[i], 640, 360, 200);
        deal_large_leaks(dealer, 6);
        deal_small_leaks(dealer, 3);
        deal_films(dealer, 1);
        deal_rig_leaks(dealer, 3);
        deal_quiets(dealer, 0.095, 3);
        deal_faults(dealer, 4);
    }
}

static void deal_full(struct dealer *dealer, enum split_name split)
{
    const bool is_final = split == SPLIT_FINAL;
    deal_large_leaks(dealer, is_final ? 48 : 18);
    deal_small_leaks(dealer, is_final ? 60 : 20);
    deal_films(dealer, is_final ? 12 : 6);
    deal_rig_leaks(dealer, is_final ? 12 : 6);
    deal_quiets(dealer, is_final ? 0.8 : 0.33, 1);
    deal_faults(dealer, 1);
}

static void plan_full(struct dealer *dealer, enum split_name split)
{
    for (int i = 0; i < dealer->split->rig_count; i++) {
        deal_rig_scene(dealer, dealer->split->rigs[i], 640, 360, 500);
        deal_full(dealer, split);
    }
    for (int i = 0; i < dealer->split->footage_count; i++)
        if (deal_footage_scene(dealer, dealer->split->footage[i], 500))
            deal_full(dealer, split);
    deal_rig_scene(dealer, dealer->split->rigs[0], 1280, 720, 300);
    deal_large_leaks(dealer, 6);
    deal_small_leaks(dealer, 6);
    deal_quiets(dealer, 0.2, 6);
    deal_faults(dealer, 4);
}

bool set_plan(enum set_name set, enum split_name name, const struct split *split,
              struct plan *ret_plan, struct error *err)
{
    static void (*const planners[SET_COUNT])(struct dealer *,
                                             enum split_name) = {plan_tiny, plan_quick, plan_full};
    *ret_plan = (struct plan){.split = name};
    struct dealer dealer = {.plan = ret_plan, .split = split, .next_seed = split->seed_first};
    if (split->rig_count == 0)
        return error_set(err, ERROR_CONFIG, "split %s has no rig", split_names[name]);
    planners[set](&dealer, name);
    if (dealer.failed)
        return error_set(err, ERROR_MEMORY, "no memory for the plan of set %s", set_names[set]);
    if (dealer.next_seed > split->seed_last + 1)
        return error_set(err, ERROR_CONFIG, "set %s takes %llu seeds, split %s has %llu",
                         set_names[set], (unsigned long long)(dealer.next_seed - split->seed_first),
                         split_names[name],
                         (unsigned long long)(split->seed_last - split->seed_first + 1));
    return true;
}

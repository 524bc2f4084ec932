/* The plans of the sets: what they promise, counted; and that the splits stay apart. */
#include "check.h"

#include "sets.h"

static struct split splits[SPLIT_COUNT];
static struct error err;

struct counts {
    int large, small, tiny_area, films, contrasty, quiet_frames, faults, kinds[LEAK_KIND_COUNT];
};

static struct counts count(const struct plan *plan)
{
    struct counts counts = {0};
    for (size_t i = 0; i < plan->case_count; i++) {
        const struct case_plan *row = &plan->cases[i];
        const struct leak_settings *leak = &row->leak_settings;
        if (row->leak == LEAK_PAINTED) {
            /* The area is met within 15 %. */
            counts.large += leak->area_fraction * 0.85 >= 0.001;
            counts.small += leak->area_fraction * 1.15 < 0.001;
            counts.tiny_area += leak->area_fraction > 0.00018 && leak->area_fraction < 0.00026;
            counts.films += leak->liquid == LEAK_LIQUID_CLEAR && leak->area_fraction >= 0.005;
            counts.contrasty += leak->contrast >= 0.1;
            counts.kinds[leak->kind]++;
        } else if (strncmp(row->kind, "quiet", 5) == 0) {
            counts.quiet_frames += row->frames;
        }
        counts.faults += strncmp(row->kind, "fault", 5) == 0;
    }
    return counts;
}

static bool plan_set(enum set_name set, enum split_name name, struct plan *plan)
{
    return splits_read(SPLIT_FILE, splits, &err) && set_plan(set, name, &splits[name], plan, &err);
}

TEST(full_final_has_what_the_targets_need)
{
    struct plan plan;
    CHECK(plan_set(SET_FULL, SPLIT_FINAL, &plan));
    const struct counts counts = count(&plan);
    CHECK(counts.large >= 300);
    CHECK(counts.small >= 300);
    CHECK(counts.tiny_area >= 100);
    CHECK(counts.films >= 60);
    CHECK(counts.contrasty >= 500);
    CHECK(counts.quiet_frames >= 100000);
    CHECK(counts.faults >= 50);
    for (int i = 0; i < LEAK_KIND_COUNT; i++)
        CHECK(counts.kinds[i] >= 100);
    CHECK_INT(plan.scenes[0].normals, 500);
    plan_finish(&plan);
}

TEST(full_design_has_a_third_of_the_quiet_frames)
{
    struct plan plan;
    CHECK(plan_set(SET_FULL, SPLIT_DESIGN, &plan));
    const struct counts counts = count(&plan);
    CHECK(counts.quiet_frames >= 33000);
    CHECK(counts.large >= 100);
    CHECK(counts.small >= 100);
    plan_finish(&plan);
}

TEST(quick_is_small)
{
    for (int name = 0; name < SPLIT_COUNT; name++) {
        struct plan plan;
        CHECK(plan_set(SET_QUICK, (enum split_name)name, &plan));
        CHECK_INT(plan.scene_count, 2);
        CHECK(plan_frames(&plan) <= 6100); /* 40 ms each in 4 minutes */
        CHECK(plan_frames(&plan) >= 4000);
        CHECK_INT(plan_pictures(&plan), plan_frames(&plan) + 400);
        plan_finish(&plan);
    }
}

TEST(seeds_are_of_the_split_and_used_once)
{
    for (int name = 0; name < SPLIT_COUNT; name++) {
        struct plan plan;
        CHECK(plan_set(SET_FULL, (enum split_name)name, &plan));
        static bool used[10000];
        memset(used, 0, sizeof used);
        for (size_t i = 0; i < plan.scene_count + plan.case_count; i++) {
            const uint64_t seed =
                i < plan.scene_count ? plan.scenes[i].seed : plan.cases[i - plan.scene_count].seed;
            CHECK(seed >= splits[name].seed_first && seed <= splits[name].seed_last);
            CHECK(!used[seed]);
            used[seed] = true;
        }
        plan_finish(&plan);
    }
}

TEST(scenes_are_of_the_split)
{
    for (int set = 0; set < SET_COUNT; set++)
        for (int name = 0; name < SPLIT_COUNT; name++) {
            struct plan plan;
            CHECK(plan_set((enum set_name)set, (enum split_name)name, &plan));
            for (size_t i = 0; i < plan.scene_count; i++) {
                const struct scene_plan *scene = &plan.scenes[i];
                const struct split *split = &splits[name];
                CHECK(scene->source == SCENE_RIG ? split_has_rig(split, scene->rig)
                                                 : split_has_footage(split, scene->footage));
            }
            plan_finish(&plan);
        }
}

TEST(names_are_unique_and_onsets_are_within)
{
    struct plan plan;
    CHECK(plan_set(SET_FULL, SPLIT_DESIGN, &plan));
    for (size_t i = 0; i < plan.case_count; i++) {
        const struct case_plan *row = &plan.cases[i];
        CHECK(row->frames > 0);
        CHECK((row->onset >= 0) == (row->leak != LEAK_NONE));
        if (row->leak == LEAK_PAINTED) {
            CHECK(row->onset >= 20 && row->onset <= 60);
            CHECK(row->frames >= 60 && row->frames <= 180);
            CHECK(row->onset + row->leak_settings.grow_s + 30 <= row->frames);
        }
        for (size_t k = 0; k < i; k++)
            CHECK(plan.cases[k].scene != row->scene || strcmp(plan.cases[k].name, row->name) != 0);
    }
    plan_finish(&plan);
}

static double amount_of(const struct case_plan *plan, enum nuisance_kind kind)
{
    for (int i = 0; i < plan->nuisance_count; i++)
        if (plan->nuisances[i].kind == kind)
            return plan->nuisances[i].amount;
    return 0.0;
}

TEST(one_rung_of_light_is_twice_that_of_the_normals)
{
    struct plan plan;
    CHECK(plan_set(SET_FULL, SPLIT_FINAL, &plan));
    int rungs = 0;
    for (size_t i = 0; i < plan.case_count; i++)
        if (strcmp(plan.cases[i].kind, "quiet-gain-drift-0.08") == 0) {
            const struct case_plan normals = plan_normals(&plan.scenes[plan.cases[i].scene]);
            CHECK_NEAR(amount_of(&plan.cases[i], NUISANCE_GAIN_DRIFT),
                       2.0 * amount_of(&normals, NUISANCE_GAIN_DRIFT), 1e-12);
            rungs++;
        }
    CHECK(rungs >= 6);
    plan_finish(&plan);
}

TEST(faults_say_what_they_should_raise)
{
    struct plan plan;
    CHECK(plan_set(SET_FULL, SPLIT_FINAL, &plan));
    for (size_t i = 0; i < plan.case_count; i++) {
        const struct case_plan *row = &plan.cases[i];
        if (strncmp(row->kind, "fault-", 6) == 0)
            CHECK_CONTAINS(row->expect, "camera_");
        else if (strncmp(row->kind, "quiet-object", 12) == 0)
            CHECK_TEXT(row->expect, "scene_changed");
        else
            CHECK_TEXT(row->expect, "");
    }
    plan_finish(&plan);
}

TEST(refuses_too_few_seeds_and_no_rigs)
{
    struct plan plan;
    struct split split = {.rigs = {0}, .rig_count = 1, .seed_first = 5, .seed_last = 9};
    CHECK(!set_plan(SET_QUICK, SPLIT_DESIGN, &split, &plan, &err));
    CHECK_INT(err.code, ERROR_CONFIG);
    CHECK_CONTAINS(err.message, "split design has 5");
    plan_finish(&plan);
    split.rig_count = 0;
    CHECK(!set_plan(SET_QUICK, SPLIT_DESIGN, &split, &plan, &err));
    CHECK_CONTAINS(err.message, "no rig");
    plan_finish(&plan);
}

TEST(normals_and_cases_share_the_painted_parts)
{
    struct plan plan;
    CHECK(plan_set(SET_FULL, SPLIT_DESIGN, &plan));
    for (size_t i = 0; i < plan.case_count; i++) {
        const struct scene_plan *scene = &plan.scenes[plan.cases[i].scene];
        const struct case_plan normals = plan_normals(scene);
        if (scene->source != SCENE_FOOTAGE)
            continue;
        for (int k = 0; k < 4; k++) {
            CHECK_INT(plan.cases[i].nuisances[k].kind, normals.nuisances[k].kind);
            CHECK_INT(plan.cases[i].nuisances[k].seed, normals.nuisances[k].seed);
        }
    }
    plan_finish(&plan);
}

int main(void)
{
    RUN(full_final_has_what_the_targets_need);
    RUN(full_design_has_a_third_of_the_quiet_frames);
    RUN(quick_is_small);
    RUN(seeds_are_of_the_split_and_used_once);
    RUN(scenes_are_of_the_split);
    RUN(names_are_unique_and_onsets_are_within);
    RUN(one_rung_of_light_is_twice_that_of_the_normals);
    RUN(faults_say_what_they_should_raise);
    RUN(refuses_too_few_seeds_and_no_rigs);
    RUN(normals_and_cases_share_the_painted_parts);
    return check_report();
}

/* Leaks, quiet sequences and faults, each from a table of rungs.
 *
 * The start of a case is another hour of the same rig: a whole number of charge cycles after some
 * moment of the normals, so that the colour of its liquids is one that the normals have seen, while
 * daylight is not; only the rung "tank" begins where the normals end, and goes on from there. What
 * a case has besides the usual noise and drift takes turns in steps that have no common divisor, so
 * that kinds, areas, contrasts and nuisances meet in all combinations.
 */
#include "set_cases.h"

#include "footage.h"

#include <stdio.h>
#include <string.h>

static const double charge_cycle_s = 2700.0;
enum { FAULT_FROM_S = 60, FAULT_FRAMES = 180, LEAK_FRAMES_MAX = 180 };

static struct scene_plan *last_scene(const struct dealer *dealer)
{
    return &dealer->plan->scenes[dealer->plan->scene_count - 1];
}

static struct scene_plan *add_scene(struct dealer *dealer, int normals)
{
    const uint64_t seed = dealer->next_seed++;
    struct scene_plan *scene = plan_add_scene(dealer->plan);
    if (!scene) {
        dealer->failed = true;
        return NULL;
    }
    scene->seed = seed;
    scene->normals = normals;
    return scene;
}

void deal_rig_scene(struct dealer *dealer, int rig, int width, int height, int normals)
{
    struct scene_plan *scene = add_scene(dealer, normals);
    if (!scene)
        return;
    scene->source = SCENE_RIG;
    scene->rig = rig;
    scene->width = width;
    scene->height = height;
    snprintf(scene->name, sizeof scene->name, height > 360 ? "rig%d-%dp" : "rig%d", rig, height);
}

bool deal_footage_scene(struct dealer *dealer, const char *file, int normals)
{
    const struct footage_row *row = footage_find(file);
    struct scene_plan *scene = row ? add_scene(dealer, normals) : NULL;
    if (!scene)
        return false;
    scene->source = SCENE_FOOTAGE;
    snprintf(scene->footage, sizeof scene->footage, "%s", file);
    scene->width = row->width;
    scene->height = row->height;
    snprintf(scene->name, sizeof scene->name, "%s", row->scene);
    return true;
}

/* Of the rig: frames that begin so show liquids as the normals have them, where there is room. */
static double start_of(const struct scene_plan *scene, uint64_t seed, int frames)
{
    const double seen_s = plan_normals(scene).interval_s * scene->normals;
    const int room_s = (int)seen_s - frames;
    const double offset_s = room_s > 0 ? (double)(seed % (uint64_t)room_s) : 0.0;
    return charge_cycle_s * (double)(1 + seed % 29) + offset_s;
}

static struct case_plan *add_case(struct dealer *dealer, const char *kind, int frames)
{
    const uint64_t seed = dealer->next_seed++;
    struct case_plan *added = plan_add_case(dealer->plan);
    if (!added) {
        dealer->failed = true;
        return NULL;
    }
    added->scene = dealer->plan->scene_count - 1;
    added->seed = seed;
    added->frames = frames;
    added->start_s = start_of(last_scene(dealer), seed, frames > 0 ? frames : LEAK_FRAMES_MAX);
    snprintf(added->kind, sizeof added->kind, "%s", kind);
    snprintf(added->name, sizeof added->name, "%s-%llu", kind, (unsigned long long)seed);
    case_set_usual(added, last_scene(dealer));
    return added;
}

struct rung {
    enum nuisance_kind kind;
    double amount;
    int frames; /* of a quiet sequence */
};

/* What else happens while something leaks; the first is nothing but the usual. */
static const struct rung beside_leaks[] = {
    {NUISANCE_GAIN_DRIFT, 0.04, 0}, {NUISANCE_GAIN_DRIFT, 0.08, 0},
    {NUISANCE_GAIN_DRIFT, 0.04, 0}, {NUISANCE_NOISE, 2.0, 0},
    {NUISANCE_GAIN_DRIFT, 0.04, 0}, {NUISANCE_JITTER, 0.3, 0},
    {NUISANCE_WALKER, 1.0, 0},      {NUISANCE_CLOUDS, 0.15, 0},
    {NUISANCE_GAIN_DRIFT, 0.04, 0}, {NUISANCE_JPEG, 70.0, 0},
    {NUISANCE_GAIN_STEPS, 0.08, 0}, {NUISANCE_WHITE_BALANCE, 0.03, 0},
    {NUISANCE_GAIN_DRIFT, 0.04, 0}, {NUISANCE_LAMP, 0.4, 0},
    {NUISANCE_SUN_WINDOW, 0.5, 0},  {NUISANCE_FLICKER, 0.03, 0},
    {NUISANCE_INSECTS, 3.0, 0},
};
enum { BESIDE_COUNT = sizeof beside_leaks / sizeof *beside_leaks };

static void set_leak(struct case_plan *plan, enum leak_kind kind, double area, double contrast,
                     int number)
{
    const int grow_s = 15 + (number * 7) % 66;
    plan->onset = 20 + (int)(plan->seed % 41);
    plan->frames = plan->onset + grow_s + 35;
    plan->leak = LEAK_PAINTED;
    plan->leak_settings = (struct leak_settings){.kind = kind,
                                                 .seed = plan->seed,
                                                 .area_fraction = area,
                                                 .contrast = contrast,
                                                 .grow_s = grow_s};
    const struct rung *beside = &beside_leaks[number % BESIDE_COUNT];
    case_set_nuisance(plan, beside->kind, beside->amount, 0.0);
}

static void deal_leaks(struct dealer *dealer, const double *areas, int area_count, int count)
{
    static const double contrasts[] = {0.12, 0.3, 0.18, 0.6, 0.9, 0.14, 0.06};
    for (int i = 0; i < count; i++) {
        const enum leak_kind kind = (enum leak_kind)(i % LEAK_KIND_COUNT);
        struct case_plan *leak = add_case(dealer, leak_kind_name(kind), 0);
        if (!leak)
            return;
        set_leak(leak, kind, areas[(i / LEAK_KIND_COUNT + i) % area_count], contrasts[i % 7], i);
    }
}

void deal_large_leaks(struct dealer *dealer, int count)
{
    static const double areas[] = {0.0013, 0.0025, 0.0050, 0.0110, 0.0250};
    deal_leaks(dealer, areas, 5, count);
}

void deal_small_leaks(struct dealer *dealer, int count)
{
    static const double areas[] = {0.00023, 0.00014, 0.00045, 0.00023, 0.00078};
    deal_leaks(dealer, areas, 5, count);
}

void deal_films(struct dealer *dealer, int count)
{
    static const double areas[] = {0.006, 0.012, 0.025}, contrasts[] = {0.12, 0.2, 0.15, 0.3};
    for (int i = 0; i < count; i++) {
        struct case_plan *film = add_case(dealer, "film", 0);
        if (!film)
            return;
        set_leak(film, LEAK_FILM, areas[i % 3], contrasts[i % 4], i);
        film->leak_settings.liquid = LEAK_LIQUID_CLEAR;
    }
}

static bool find_scenario(const char *name, enum scenario *ret_scenario)
{
    for (int i = 0; i < SCENARIO_COUNT; i++)
        if (strcmp(scenario_rows[i].name, name) == 0) {
            *ret_scenario = (enum scenario)i;
            return true;
        }
    return false;
}

void deal_rig_leaks(struct dealer *dealer, int count)
{
    static const char *const names[] = {"puddle", "drops", "trickle", "clear", "crust", "stain"};
    static const double amounts[] = {1.0, 0.3, 2.0, 0.1}, rates[] = {1.0, 0.6, 1.6};
    for (int i = 0; i < count && last_scene(dealer)->source == SCENE_RIG; i++) {
        enum scenario scenario;
        if (!find_scenario(names[i % 6], &scenario)) {
            dealer->next_seed++;
            continue;
        }
        char kind[KIND_SIZE];
        snprintf(kind, sizeof kind, "%s", names[i % 6]);
        /* Salt grows slowly. */
        const bool is_crust = scenario == SCENARIO_CRUST;
        struct case_plan *leak = add_case(dealer, kind, is_crust ? LEAK_FRAMES_MAX : 120);
        if (!leak)
            return;
        snprintf(leak->name, sizeof leak->name, "rig-%s-%llu", kind,
                 (unsigned long long)leak->seed);
        leak->leak = LEAK_OF_RIG;
        leak->scenario = scenario;
        leak->onset = 20 + (int)(leak->seed % 41);
        leak->rig_amount = amounts[i % 4];
        leak->rig_rate = is_crust ? 2.0 : rates[i % 3];
        const struct rung *beside = &beside_leaks[i % BESIDE_COUNT];
        case_set_nuisance(leak, beside->kind, beside->amount, 0.0);
    }
}

static const struct rung quiet_rungs[] = {
    {NUISANCE_GAIN_DRIFT, 0.08, 600}, {NUISANCE_GAIN_STEPS, 0.08, 600},
    {NUISANCE_GAIN_DRIFT, 0.16, 600}, {NUISANCE_GAIN_STEPS, 0.16, 600},
    {NUISANCE_GAIN_DRIFT, 0.30, 600}, {NUISANCE_GAIN_STEPS, 0.30, 600},
    {NUISANCE_LAMP, 0.4, 600},        {NUISANCE_WHITE_BALANCE, 0.03, 300},
    {NUISANCE_LAMP, 1.0, 600},        {NUISANCE_WHITE_BALANCE, 0.08, 300},
    {NUISANCE_SUN_EDGE, 0.5, 900},    {NUISANCE_SUN_EDGE, 1.2, 900},
    {NUISANCE_SUN_WINDOW, 0.5, 600},  {NUISANCE_SUN_WINDOW, 1.2, 600},
    {NUISANCE_CLOUDS, 0.15, 600},     {NUISANCE_CLOUDS, 0.4, 600},
    {NUISANCE_FLICKER, 0.03, 300},    {NUISANCE_FLICKER, 0.08, 300},
    {NUISANCE_NOISE, 2.0, 300},       {NUISANCE_NOISE, 4.0, 300},
    {NUISANCE_NOISE, 8.0, 300},       {NUISANCE_JPEG, 95.0, 300},
    {NUISANCE_JPEG, 70.0, 300},       {NUISANCE_JPEG, 50.0, 300},
    {NUISANCE_JITTER, 0.3, 300},      {NUISANCE_JITTER, 0.6, 300},
    {NUISANCE_JITTER, 1.5, 300},      {NUISANCE_VIBRATION, 0.5, 300},
    {NUISANCE_VIBRATION, 1.0, 300},   {NUISANCE_INSECTS, 3.0, 600},
    {NUISANCE_WALKER, 1.0, 900},      {NUISANCE_INSECTS, 8.0, 600},
    {NUISANCE_STANDING, 60.0, 800},   {NUISANCE_LED, 2.0, 300},
    {NUISANCE_ROTOR, 2.0, 300},       {NUISANCE_DISPLAY, 2.0, 300},
    {NUISANCE_TANK, 2.0, 900},
};
enum { QUIET_COUNT = sizeof quiet_rungs / sizeof *quiet_rungs };

static int share_of(double share, int frames)
{
    return (int)(share * frames + 0.5);
}

static bool is_part_of_scene(enum nuisance_kind kind)
{
    return nuisance_rows[kind].stage == STAGE_SCENE;
}

/* Rigs have their own LEDs, displays and rotors, in every sequence; of their tanks the rung begins
 * near the end of the normals' part of the charge cycle. */
static void deal_rung(struct dealer *dealer, const struct rung *rung, double share)
{
    const bool is_rig = last_scene(dealer)->source == SCENE_RIG;
    if (is_rig && is_part_of_scene(rung->kind) && rung->kind != NUISANCE_TANK) {
        dealer->next_seed++;
        return;
    }
    char kind[KIND_SIZE];
    snprintf(kind, sizeof kind, "quiet-%s-%g", nuisance_rows[rung->kind].name, rung->amount);
    struct case_plan *quiet = add_case(dealer, kind, share_of(share, rung->frames));
    if (!quiet)
        return;
    if (is_rig && rung->kind == NUISANCE_TANK)
        quiet->start_s =
            charge_cycle_s * (double)(1 + quiet->seed % 29) +
            0.8 * plan_normals(last_scene(dealer)).interval_s * last_scene(dealer)->normals;
    else
        case_set_nuisance(quiet, rung->kind, rung->amount, 0.0);
}

/* What the rig does itself. */
static void deal_rig_quiet(struct dealer *dealer, const char *name, int frames)
{
    enum scenario scenario;
    if (!find_scenario(name, &scenario)) {
        dealer->next_seed++;
        return;
    }
    char kind[KIND_SIZE];
    snprintf(kind, sizeof kind, "quiet-rig-%s", name);
    struct case_plan *quiet = add_case(dealer, kind, frames);
    if (quiet)
        quiet->scenario = scenario;
}

void deal_quiets(struct dealer *dealer, double share, int step)
{
    struct case_plan *plain = add_case(dealer, "quiet-plain", share_of(share, 1800));
    if (!plain)
        return;
    if (last_scene(dealer)->source == SCENE_FOOTAGE) {
        struct case_plan *visits = add_case(dealer, "quiet-visits", share_of(share, 1200));
        if (!visits)
            return;
        visits->has_visits = true;
    } else {
        static const char *const names[] = {"walker",  "lamp",   "sunrise", "clouds",
                                            "flicker", "insect", "stander", "vibration"};
        for (int i = 0; i < 8; i += step)
            deal_rig_quiet(dealer, names[i], share_of(share, 600));
    }
    for (int i = 0; i < QUIET_COUNT; i += step)
        deal_rung(dealer, &quiet_rungs[i], share);
}

void deal_faults(struct dealer *dealer, int step)
{
    static const struct rung rungs[] = {
        {NUISANCE_MOVED, 25.0, 0},    {NUISANCE_MOVED, 8.0, 0},      {NUISANCE_COVERED, 1.0, 0},
        {NUISANCE_COVERED, 0.6, 0},   {NUISANCE_DEFOCUSED, 4.0, 0},  {NUISANCE_DEFOCUSED, 2.0, 0},
        {NUISANCE_FROZEN, 1.0, 0},    {NUISANCE_DARK, 0.99, 0},      {NUISANCE_DARK, 0.998, 0},
        {NUISANCE_SATURATED, 8.0, 0}, {NUISANCE_SATURATED, 20.0, 0}, {NUISANCE_OBJECT, 0.07, 0},
        {NUISANCE_OBJECT, 0.15, 0},
    };
    for (size_t i = 0; i < sizeof rungs / sizeof *rungs; i += (size_t)step) {
        const struct nuisance_row *row = &nuisance_rows[rungs[i].kind];
        const bool is_fault = strncmp(row->expect, "camera_", strlen("camera_")) == 0;
        char kind[KIND_SIZE];
        snprintf(kind, sizeof kind, "%s-%s-%g", is_fault ? "fault" : "quiet", row->name,
                 rungs[i].amount);
        struct case_plan *fault = add_case(dealer, kind, FAULT_FRAMES);
        if (!fault)
            return;
        case_set_nuisance(fault, rungs[i].kind, rungs[i].amount, FAULT_FROM_S);
        snprintf(fault->expect, sizeof fault->expect, "%s", row->expect);
    }
}

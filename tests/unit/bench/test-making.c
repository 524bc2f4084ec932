/* Folders of the spills: space, wrong scenes, missing and foreign footage, other recipes. */
#include "check.h"

#include "case_folder.h"
#include "maker.h"
#include "scratch.h"
#include "sets.h"

#include "frame/image.h"
#include "platform/file.h"
#include "platform/signal.h"

static struct error err;
static struct maker_counts counts;

/* A scene of three frames, of rig 0 or of a clip. */
static void plan_small(struct plan *plan, const char *footage)
{
    *plan = (struct plan){0};
    struct scene_plan *scene = plan_add_scene(plan);
    *scene = (struct scene_plan){
        .name = "small", .width = 320, .height = 180, .seed = 1000, .normals = 2};
    if (footage) {
        const struct footage_row *row = footage_find(footage);
        scene->source = SCENE_FOOTAGE;
        snprintf(scene->footage, sizeof scene->footage, "%s", footage);
        scene->width = row ? row->width : 64;
        scene->height = row ? row->height : 64;
    }
    struct case_plan *row = plan_add_case(plan);
    row->seed = 1001;
    row->frames = 3;
    snprintf(row->name, sizeof row->name, "quiet");
    snprintf(row->kind, sizeof row->kind, "quiet");
    case_set_usual(row, scene);
}

static struct maker_settings settings_for(const char *out, const char *footage)
{
    return (struct maker_settings){
        .out = scratch(out), .footage = footage, .jobs = 1, .is_quiet = true};
}

TEST(makes_what_is_missing_and_nothing_else)
{
    struct plan plan;
    plan_small(&plan, NULL);
    const struct maker_settings settings = settings_for("made", "/nowhere");
    CHECK(plan_make(&plan, &settings, &counts, &err));
    CHECK_INT(counts.made, 2);
    CHECK_INT(counts.found, 0);
    struct image image = {0};
    CHECK(image_read(scratch("made/small/quiet/000002.jpg"), &image, &err));
    CHECK_INT(image.width, 320);
    image_finish(&image);
    CHECK(image_read(scratch("made/small/normal/000001.jpg"), &image, &err));
    image_finish(&image);
    CHECK(plan_make(&plan, &settings, &counts, &err));
    CHECK_INT(counts.made, 0);
    CHECK_INT(counts.found, 2);
    plan_finish(&plan);
}

TEST(another_recipe_is_made_anew_without_old_frames)
{
    struct plan plan;
    plan_small(&plan, NULL);
    const struct maker_settings settings = settings_for("made", "/nowhere");
    CHECK(plan_make(&plan, &settings, &counts, &err));
    plan.cases[0].frames = 2;
    CHECK(!case_folder_is_complete(settings.out, &plan.scenes[0], &plan.cases[0]));
    CHECK(plan_make(&plan, &settings, &counts, &err));
    CHECK_INT(counts.made, 1);
    CHECK(file_is_missing(scratch("made/small/quiet/000002.jpg")));
    CHECK(case_folder_is_complete(settings.out, &plan.scenes[0], &plan.cases[0]));
    plan_finish(&plan);
}

TEST(a_damaged_case_file_is_no_complete_case)
{
    struct plan plan;
    plan_small(&plan, NULL);
    const struct maker_settings settings = settings_for("made", "/nowhere");
    CHECK(plan_make(&plan, &settings, &counts, &err));
    CHECK(file_replace(scratch("made/small/quiet/case.json"), "{", 1, false, &err));
    CHECK(plan_make(&plan, &settings, &counts, &err));
    CHECK_INT(counts.made, 1);
    plan_finish(&plan);
}

TEST(refuses_a_disk_that_is_too_small_before_anything_is_written)
{
    struct plan plan;
    plan_small(&plan, NULL);
    plan.scenes[0].normals = 2000000000;
    plan.scenes[0].width = plan.scenes[0].height = 8000;
    const struct maker_settings settings = settings_for("huge", "/nowhere");
    CHECK(!plan_make(&plan, &settings, &counts, &err));
    CHECK_INT(err.code, ERROR_SPACE);
    CHECK_CONTAINS(err.message, "--scene");
    CHECK(file_is_missing(scratch("huge/small")));
    plan_finish(&plan);
}

TEST(refuses_a_scene_that_is_not_there)
{
    struct plan plan;
    plan_small(&plan, NULL);
    struct maker_settings settings = settings_for("made", "/nowhere");
    settings.scene = "rig99";
    CHECK(!plan_make(&plan, &settings, &counts, &err));
    CHECK_INT(err.code, ERROR_USAGE);
    plan_finish(&plan);
}

TEST(refuses_a_rig_that_is_not_there)
{
    struct plan plan;
    plan_small(&plan, NULL);
    plan.scenes[0].rig = 999;
    const struct maker_settings settings = settings_for("norig", "/nowhere");
    CHECK(!plan_make(&plan, &settings, &counts, &err));
    CHECK_INT(err.code, ERROR_CONFIG);
    CHECK_CONTAINS(err.message, "no simulated rig 999");
    plan_finish(&plan);
}

TEST(a_leak_that_is_never_seen_is_no_case)
{
    struct plan plan;
    plan_small(&plan, NULL);
    plan.cases[0].leak = LEAK_OF_RIG;
    plan.cases[0].scenario = SCENARIO_PUDDLE;
    plan.cases[0].onset = 2; /* of three frames */
    const struct maker_settings settings = settings_for("unseen", "/nowhere");
    CHECK(!plan_make(&plan, &settings, &counts, &err));
    CHECK_CONTAINS(err.message, "none of 3 frames");
    CHECK(file_is_missing(scratch("unseen/small/quiet/case.json")));
    plan_finish(&plan);
}

TEST(a_file_in_the_way_is_named)
{
    struct plan plan;
    plan_small(&plan, NULL);
    const struct maker_settings settings = settings_for("blocked", "/nowhere");
    CHECK(folder_create(settings.out, false, &err));
    CHECK(file_replace(scratch("blocked/small"), "x", 1, false, &err));
    CHECK(!plan_make(&plan, &settings, &counts, &err));
    CHECK_CONTAINS(err.message, "blocked/small");
    plan_finish(&plan);
}

TEST(missing_footage_leaves_its_scene_out)
{
    struct plan plan;
    plan_small(&plan, "car-detection.mp4");
    const struct maker_settings settings = settings_for("without", scratch("no-clips"));
    CHECK(plan_make(&plan, &settings, &counts, &err));
    CHECK_INT(counts.left_out, 2);
    CHECK_INT(counts.made, 0);
    plan_finish(&plan);
}

TEST(foreign_footage_is_refused)
{
    struct plan plan;
    plan_small(&plan, "car-detection.mp4");
    const struct maker_settings settings = settings_for("foreign", scratch("clips"));
    CHECK(folder_create(scratch("clips"), false, &err));
    CHECK(file_replace(scratch("clips/car-detection.mp4"), "no clip", 7, false, &err));
    CHECK(!plan_make(&plan, &settings, &counts, &err));
    CHECK(err.code != ERROR_NONE);
    plan_finish(&plan);
    plan_small(&plan, "unknown.mp4");
    CHECK(!plan_make(&plan, &settings, &counts, &err));
    CHECK_INT(err.code, ERROR_CONFIG);
    CHECK_CONTAINS(err.message, "unknown.mp4");
    plan_finish(&plan);
}

/* With the clip, when it is there. */
TEST(footage_is_a_background)
{
    static const char file[] = "worker-zone-detection.mp4";
    char path[PATH_SIZE];
    CHECK(path_join(path, sizeof path, FOOTAGE_FOLDER, file, &err));
    if (file_is_missing(path)) {
        printf("SKIPPED: %s is missing; footage as a background was NOT tested\n", path);
        return;
    }
    struct footage *footage = footage_load(FOOTAGE_FOLDER, footage_find(file), &err);
    CHECK(footage);
    CHECK(footage_frame(footage, 0) && footage_frame(footage, 28) && footage_frame(footage, 120));
    CHECK(!footage_frame(footage, 31)); /* someone is there, and it is between two seconds */
    CHECK(!footage_frame(footage, -1) && !footage_frame(footage, 122));
    footage_destroy(footage);
    struct plan plan;
    plan_small(&plan, file);
    const struct maker_settings settings = settings_for("clip", FOOTAGE_FOLDER);
    CHECK(plan_make(&plan, &settings, &counts, &err));
    CHECK_INT(counts.made, 2);
    struct image image = {0};
    CHECK(image_read(scratch("clip/small/quiet/000002.jpg"), &image, &err));
    CHECK_INT(image.width, 960);
    image_finish(&image);
    plan_finish(&plan);
}

/* The last: a wish to stop is not taken back. */
TEST(stops_when_asked_and_leaves_no_half_case)
{
    struct plan plan;
    plan_small(&plan, NULL);
    const struct maker_settings settings = settings_for("stopped", "/nowhere");
    stop_request();
    CHECK(!plan_make(&plan, &settings, &counts, &err));
    CHECK_INT(err.code, ERROR_CANCELLED);
    CHECK(file_is_missing(scratch("stopped/small/quiet/case.json")));
    CHECK(file_is_missing(scratch("stopped/small/scene.json")));
    plan_finish(&plan);
}

int main(void)
{
    RUN(makes_what_is_missing_and_nothing_else);
    RUN(another_recipe_is_made_anew_without_old_frames);
    RUN(a_damaged_case_file_is_no_complete_case);
    RUN(refuses_a_disk_that_is_too_small_before_anything_is_written);
    RUN(refuses_a_scene_that_is_not_there);
    RUN(refuses_a_rig_that_is_not_there);
    RUN(a_leak_that_is_never_seen_is_no_case);
    RUN(a_file_in_the_way_is_named);
    RUN(missing_footage_leaves_its_scene_out);
    RUN(foreign_footage_is_refused);
    RUN(footage_is_a_background);
    RUN(stops_when_asked_and_leaves_no_half_case);
    return check_report();
}

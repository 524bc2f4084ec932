/* The row of the scene detector on folders of pictures: learned, advised, loaded, opened. */
#include "check.h"
#include "frame/image.h"
#include "platform/file.h"
#include "scene_stage.h"
#include "score/detector_kind.h"
#include "score/scene_advice.h"
#include "score/scene_file.h"
#include "scratch.h"

enum { PICTURES = 24, SENTENCES_SIZE = 1 << 14 };

static struct config *config;
static const struct detector_kind *scene;
static struct stage *stage, *elsewhere;

struct hearing {
    char warnings[SENTENCES_SIZE], notes[SENTENCES_SIZE];
    bool stop, refuse_save;
};

static void add(char *text, const char *sentence)
{
    const size_t used = strlen(text);
    snprintf(text + used, SENTENCES_SIZE - used, "%s\n", sentence);
}

static void on_say(void *context, enum learn_tone tone, const char *sentence)
{
    struct hearing *hearing = context;
    if (tone == LEARN_WARNING)
        add(hearing->warnings, sentence);
    else if (tone == LEARN_NOTE)
        add(hearing->notes, sentence);
}

static bool on_progress(void *context, const struct learn_progress *now)
{
    const struct hearing *hearing = context;
    return !(hearing->stop && now->done > 10.0);
}

static bool on_before_save(void *context, struct error *err)
{
    const struct hearing *hearing = context;
    return !hearing->refuse_save || error_set(err, ERROR_BUSY, "not now");
}

static bool put(const char *folder, int index, const uint8_t *rgb)
{
    struct error err;
    char name[64];
    snprintf(name, sizeof name, "%s/p%02d.png", folder, index);
    return folder_create(scratch(folder), false, &err) &&
           image_write_png(scratch(name), rgb, STAGE_WIDTH, STAGE_HEIGHT, &err);
}

static struct staged ordinary(void)
{
    return (struct staged){.noise = 2.0};
}

static bool put_ordinary(const char *folder, int count)
{
    for (int i = 0; i < count; i++)
        if (!put(folder, i, stage_paint(stage, ordinary())))
            return false;
    return true;
}

static bool learn(const char *folder, struct hearing *hearing, struct error *err)
{
    char model[64];
    struct learned learned;
    snprintf(model, sizeof model, "%s-model", folder);
    const struct learning learning = {.config = config,
                                      .normal_folder = scratch(folder),
                                      .model_folder = scratch(model),
                                      .threads = 1,
                                      .listener = {on_say, on_progress, on_before_save, hearing}};
    *err = (struct error){0};
    return scene->learn(&learning, &learned, err);
}

TEST(what_is_learned_can_be_loaded_and_opened)
{
    static struct hearing hearing;
    struct error err;
    struct trained_model model;
    CHECK(put_ordinary("good", PICTURES));
    CHECK(learn("good", &hearing, &err));
    CHECK(!strstr(hearing.warnings, "differ") && !strstr(hearing.warnings, "positions") &&
          !strstr(hearing.warnings, "black") && !strstr(hearing.warnings, "last bit"));
    CHECK_INT(file_kind_of(scratch("good-model/" SCENE_SHEET_NAME)), FILE_MISSING);
    CHECK(detector_kind_load(scene, scratch("good-model"), config, &model, &err));
    struct detector *detector = scene->open(&model, config, STAGE_WIDTH, STAGE_HEIGHT, 1, &err);
    CHECK_TEXT(detector ? "" : err.message, "");
    CHECK_TEXT(detector->ops->kind, "scene");
    detector_destroy(detector);
    CHECK(!scene->open(&model, config, STAGE_WIDTH + 2, STAGE_HEIGHT, 1, &err));
    CHECK_INT(err.code, ERROR_CONFIG);
    CHECK_CONTAINS(err.message, "192x108");
    scene->unload(&model);
}

TEST(a_person_is_named_and_shown_on_a_sheet)
{
    static struct hearing hearing;
    struct error err;
    struct image sheet = {0};
    CHECK(put_ordinary("person", 40));
    struct staged how = ordinary();
    how.spot = -0.9;
    how.where = (struct rect){60, 10, 40, 90};
    CHECK(put("person", 7, stage_paint(stage, how)));
    CHECK(put("person", 8, stage_paint(stage, how)));
    CHECK(learn("person", &hearing, &err));
    CHECK_CONTAINS(hearing.warnings, "2 of the normal pictures differ strongly");
    CHECK_CONTAINS(hearing.warnings, "p07.png");
    CHECK_CONTAINS(hearing.notes, scratch("person-model/" SCENE_SHEET_NAME));
    CHECK_CONTAINS(hearing.notes, "row 1: p07.png, p08.png");
    CHECK(image_read(scratch("person-model/" SCENE_SHEET_NAME), &sheet, &err));
    const int width = sheet.width, height = sheet.height;
    image_finish(&sheet);
    CHECK(width > 2 * height);         /* two pictures side by side */
    CHECK(put_ordinary("person", 40)); /* the person is gone: so is the sheet */
    CHECK(learn("person", &hearing, &err));
    CHECK_INT(file_kind_of(scratch("person-model/" SCENE_SHEET_NAME)), FILE_MISSING);
}

TEST(a_sheet_that_cannot_be_written_costs_a_warning_only)
{
    static struct hearing hearing;
    struct error err;
    CHECK(put_ordinary("blocked", 40));
    struct staged how = ordinary();
    how.spot = -0.9;
    how.where = (struct rect){60, 10, 40, 90};
    CHECK(put("blocked", 7, stage_paint(stage, how)));
    CHECK(folder_create(scratch("blocked-model/" SCENE_SHEET_NAME), false, &err));
    CHECK(learn("blocked", &hearing, &err));
    CHECK_CONTAINS(hearing.warnings, SCENE_SHEET_NAME);
    CHECK_INT(file_kind_of(scratch("blocked-model/" SCENE_FILE_NAME)), FILE_REGULAR);
}

TEST(two_positions_are_said_with_their_pictures)
{
    static struct hearing hearing;
    struct error err;
    CHECK(put_ordinary("moved", PICTURES));
    for (int i = 9; i < PICTURES; i++)
        CHECK(put("moved", i, stage_paint(elsewhere, ordinary())));
    CHECK(learn("moved", &hearing, &err));
    CHECK_CONTAINS(hearing.warnings, "pictures 1 to 9 (up to p08.png) and 10 to 24 (from p09.png "
                                     "on) show the scene from two positions");
}

TEST(a_leak_in_the_last_pictures_is_said_with_its_place)
{
    static struct hearing hearing;
    struct error err;
    struct staged how = ordinary();
    how.spot = -0.5;
    how.where = (struct rect){100, 60, 24, 16};
    CHECK(put_ordinary("leak", 60));
    for (int i = 50; i < 60; i++)
        CHECK(put("leak", i, stage_paint(stage, how)));
    CHECK(learn("leak", &hearing, &err));
    CHECK_CONTAINS(hearing.warnings, "look different and stay so to the end");
    CHECK_CONTAINS(hearing.warnings, "from p5");
    CHECK_CONTAINS(hearing.warnings, "if that is a leak, remove these pictures");
}

TEST(pictures_that_never_change_are_said)
{
    static struct hearing hearing;
    struct error err;
    char digest[SHA256_TEXT_SIZE];
    for (int i = 0; i < PICTURES; i++)
        CHECK(put("same", i, stage_paint(stage, (struct staged){0})));
    CHECK(learn("same", &hearing, &err));
    CHECK_CONTAINS(hearing.warnings, "all 24 normal pictures are the same to the last bit");
    struct scene_normal *normal = scene_file_load(scratch("same-model"), digest, &err);
    CHECK(normal);
    const bool noiseless = normal->noiseless;
    scene_normal_destroy(normal);
    CHECK(noiseless);
}

TEST(a_scene_where_everything_moves_is_said)
{
    static struct hearing hearing;
    struct error err;
    for (int i = 0; i < 40; i++) {
        struct staged how = ordinary();
        how.spot = i % 2 ? 0.6 : -0.6;
        how.where = (struct rect){i % 3 * 40, 0, 100, STAGE_HEIGHT};
        CHECK(put("moving", i, stage_paint(stage, how)));
    }
    CHECK(learn("moving", &hearing, &err));
    CHECK(strstr(hearing.warnings, "half of the picture changes by more than") ||
          strstr(hearing.warnings, "too many to be left out"));
    CHECK_CONTAINS(hearing.warnings, "restrict roi");
}

TEST(a_scene_without_edges_is_said)
{
    static struct hearing hearing;
    struct error err;
    for (int i = 0; i < PICTURES; i++) {
        for (size_t k = 0; k < sizeof stage->rgb; k++)
            stage->rgb[k] = (uint8_t)(100.0 + 2.0 * stage_deviate(&stage->rng));
        CHECK(put("plain", i, stage->rgb));
    }
    CHECK(learn("plain", &hearing, &err));
    CHECK_CONTAINS(hearing.warnings, "hardly any edges");
}

TEST(black_pictures_are_refused)
{
    static struct hearing hearing;
    struct error err;
    for (int i = 0; i < PICTURES; i++)
        CHECK(put("black", i, stage_paint(stage, (struct staged){.noise = 1.0, .light = -4.0})));
    CHECK(!learn("black", &hearing, &err));
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "black");
    CHECK_INT(file_kind_of(scratch("black-model/" SCENE_FILE_NAME)), FILE_MISSING);
}

TEST(too_few_pictures_are_refused)
{
    static struct hearing hearing;
    struct error err;
    CHECK(put_ordinary("few", 19));
    CHECK(!learn("few", &hearing, &err));
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "19 usable pictures; at least 20");
}

TEST(who_stops_or_refuses_has_nothing_saved)
{
    static struct hearing stops = {.stop = true}, refuses = {.refuse_save = true};
    struct error err;
    CHECK(put_ordinary("refused", PICTURES));
    CHECK(!learn("refused", &stops, &err));
    CHECK_INT(err.code, ERROR_CANCELLED);
    CHECK(!learn("refused", &refuses, &err));
    CHECK_TEXT(err.message, "not now");
    CHECK_INT(file_kind_of(scratch("refused-model")), FILE_MISSING);
}

int main(void)
{
    struct error err;
    config = config_default(&err);
    scene = detector_kind_find("scene");
    if (!config || !scene)
        return 2;
    config->capture_interval_seconds = 1.0;
    stage = stage_create(7);
    elsewhere = stage_create(8);
    RUN(what_is_learned_can_be_loaded_and_opened);
    RUN(a_person_is_named_and_shown_on_a_sheet);
    RUN(a_sheet_that_cannot_be_written_costs_a_warning_only);
    RUN(two_positions_are_said_with_their_pictures);
    RUN(a_leak_in_the_last_pictures_is_said_with_its_place);
    RUN(pictures_that_never_change_are_said);
    RUN(a_scene_where_everything_moves_is_said);
    RUN(a_scene_without_edges_is_said);
    RUN(black_pictures_are_refused);
    RUN(too_few_pictures_are_refused);
    RUN(who_stops_or_refuses_has_nothing_saved);
    config_destroy(config);
    free(stage);
    free(elsewhere);
    return check_report();
}

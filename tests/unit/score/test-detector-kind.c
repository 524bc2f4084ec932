/* The row of the reference detector: found by name, learned, loaded, checked, opened. */
#include "check.h"
#include "frame/image.h"
#include "platform/file.h"
#include "score/detector_kind.h"
#include "scratch.h"

#include <stdlib.h>

enum { PICTURES = 20, PICTURE_SIDE = 40, NETWORK_SIDE = 32 };

static struct config *config;
static const struct detector_kind *reference;

static bool make_pictures(const char *folder, int count)
{
    struct error err;
    uint8_t rgb[PICTURE_SIDE * PICTURE_SIDE * 3];
    char name[64];
    if (!folder_create(scratch(folder), false, &err))
        return false;
    for (int i = 0; i < count; i++) {
        for (size_t b = 0; b < sizeof rgb; b++)
            rgb[b] = (uint8_t)(60 + b % 90 + (size_t)i);
        snprintf(name, sizeof name, "%s/%02d.png", folder, i);
        if (!image_write_png(scratch(name), rgb, PICTURE_SIDE, PICTURE_SIDE, &err))
            return false;
    }
    return true;
}

struct hearing {
    int results, warnings, phases, saves;
    bool stop_training, refuse_save;
    const char *phase;
};

static void on_say(void *context, enum learn_tone tone, const char *sentence)
{
    struct hearing *hearing = context;
    (void)sentence;
    hearing->results += tone == LEARN_RESULT;
    hearing->warnings += tone == LEARN_WARNING;
}

static bool on_progress(void *context, const struct learn_progress *now)
{
    struct hearing *hearing = context;
    if (!hearing->phase || strcmp(hearing->phase, now->phase) != 0) {
        hearing->phases++;
        if (now->done > 0)
            hearing->phases += 100; /* a phase begins with nothing done */
    }
    hearing->phase = now->phase;
    return !(hearing->stop_training && strcmp(now->phase, "training") == 0 && now->done > 1);
}

static bool on_before_save(void *context, struct error *err)
{
    struct hearing *hearing = context;
    hearing->saves++;
    return !hearing->refuse_save || error_set(err, ERROR_BUSY, "not now");
}

static bool learn(const char *folder, const char *model, struct hearing *hearing,
                  struct learned *ret_learned, struct error *err)
{
    const struct learning learning = {.config = config,
                                      .normal_folder = scratch(folder),
                                      .model_folder = scratch(model),
                                      .threads = 1,
                                      .listener = {on_say, on_progress, on_before_save, hearing}};
    *err = (struct error){0};
    return reference->learn(&learning, ret_learned, err);
}

TEST(a_kind_is_found_by_its_name_and_by_the_configuration)
{
    CHECK(detector_kind_find("reference") == detector_kinds[DETECTOR_REFERENCE]);
    CHECK(detector_kind_of(config) == reference);
    CHECK(detector_kind_find("oracle") == NULL);
    CHECK(detector_kind_find("") == NULL);
    for (int i = 0; i < DETECTOR_KINDS; i++)
        CHECK(detector_kind_find(detector_kinds[i]->name) == detector_kinds[i]);
}

TEST(what_is_learned_can_be_loaded_and_opened)
{
    struct hearing hearing = {0};
    struct learned learned;
    struct trained_model model;
    struct error err;
    CHECK(make_pictures("normal", PICTURES));
    CHECK(learn("normal", "model", &hearing, &learned, &err));
    CHECK_INT(hearing.phases, 3);
    CHECK_INT(hearing.results, 1);
    CHECK_INT(hearing.saves, 1);
    CHECK(hearing.warnings > 0); /* few pictures */
    CHECK(!learned.interrupted);
    CHECK_INT(learned.epochs_done, 2);
    CHECK_CONTAINS(learned.outcome, "of 2 was best, validation loss ");
    CHECK_CONTAINS(learned.summary, "trained on 16 pictures in ");
    for (size_t i = 0; reference->files[i]; i++) {
        char name[64];
        snprintf(name, sizeof name, "model/%s", reference->files[i]);
        CHECK_INT(file_kind_of(scratch(name)), FILE_REGULAR);
    }
    CHECK(detector_kind_load(reference, scratch("model"), config, &model, &err));
    struct detector *detector =
        reference->open(&model, config, PICTURE_SIDE, PICTURE_SIDE, 1, &err);
    CHECK_TEXT(detector ? "" : err.message, "");
    CHECK_TEXT(detector->ops->kind, "reference");
    detector_destroy(detector);
    CHECK(!reference->open(&model, config, PICTURE_SIDE + 1, PICTURE_SIDE, 1, &err));
    CHECK_INT(err.code, ERROR_CONFIG);
    reference->unload(&model);
}

TEST(a_model_that_does_not_fit_is_not_left_loaded)
{
    struct trained_model model = {.extra = &model};
    struct error err;
    config->scoring_method = SCORING_TOPK;
    const bool loaded = detector_kind_load(reference, scratch("model"), config, &model, &err);
    config->scoring_method = SCORING_MEAN;
    CHECK(!loaded);
    CHECK_INT(err.code, ERROR_CONFIG);
    CHECK(model.extra == &model); /* untouched */
    CHECK(!detector_kind_load(reference, scratch("nothing"), config, &model, &err));
    CHECK_INT(err.code, ERROR_INPUT);
}

TEST(who_refuses_before_the_save_has_nothing_saved)
{
    struct hearing hearing = {.refuse_save = true};
    struct learned learned;
    struct error err;
    CHECK(!learn("normal", "refused", &hearing, &learned, &err));
    CHECK_INT(err.code, ERROR_BUSY);
    CHECK_TEXT(err.message, "not now");
    CHECK_INT(file_kind_of(scratch("refused")), FILE_MISSING);
}

TEST(a_stop_keeps_the_best_so_far)
{
    struct hearing hearing = {.stop_training = true};
    struct learned learned;
    struct error err;
    CHECK(learn("normal", "stopped", &hearing, &learned, &err));
    CHECK(learned.interrupted);
    CHECK_INT(learned.epochs_done, 1);
}

TEST(too_few_pictures_are_said)
{
    struct hearing hearing = {0};
    struct learned learned;
    struct error err;
    CHECK(make_pictures("few", PICTURES - 1));
    CHECK(!learn("few", "none", &hearing, &learned, &err));
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_INT(hearing.saves, 0);
}

int main(void)
{
    struct error err;
    config = config_default(&err);
    reference = detector_kind_find("reference");
    if (!config || !reference)
        return 2;
    config->image_width = config->image_height = NETWORK_SIDE;
    config->training_epochs = 2;
    config->training_batch_size = 8;
    RUN(a_kind_is_found_by_its_name_and_by_the_configuration);
    RUN(what_is_learned_can_be_loaded_and_opened);
    RUN(a_model_that_does_not_fit_is_not_left_loaded);
    RUN(who_refuses_before_the_save_has_nothing_saved);
    RUN(a_stop_keeps_the_best_so_far);
    RUN(too_few_pictures_are_said);
    config_destroy(config);
    return check_report();
}

/* A good model set, where it is saved, and what the last load gave: for the programs that test
 * model_set.h. Include in one .c file of a program. */
#ifndef TESTS_MODEL_SET_FIXTURE_H
#define TESTS_MODEL_SET_FIXTURE_H

#include "scratch.h"

#include "model/model_set.h"
#include "platform/file.h"

#include <string.h>

enum { EPOCHS = 3 };

static const double train_losses[EPOCHS] = {0.3, 0.2, 0.1};
static const double validation_losses[EPOCHS] = {0.31, 0.19, 0.2};
static struct model_set set;    /* a good one */
static struct model_set loaded; /* what the last load gave */
static struct error err;
static const char *folder;

static inline void make_set(void)
{
    folder = scratch("model");
    struct rng rng = rng_seeded(9, 9);
    set = (struct model_set){
        .parameters = parameters_create(&err),
        .identity = {.width = 256,
                     .height = 128,
                     .picture_width = 1280,
                     .picture_height = 720,
                     .roi_enabled = true,
                     .roi_units = ROI_PIXELS,
                     .roi_x = 10,
                     .roi_y = 0.1, /* no binary fraction */
                     .roi_width = 640,
                     .roi_height = 320,
                     .onednn_version = "oneDNN 2.6.3",
                     .isa = "avx2",
                     .threads = 2},
        .threshold = {.percentile = 99.5,
                      .threshold = 0.1 / 3,
                      .scoring_method = SCORING_TOPK,
                      .topk_percent = 1.0,
                      .topk_min_pixels = 100,
                      .heatmap_trigger_enabled = true,
                      .pixel_error_threshold = 0.02,
                      .blob_area_threshold = 17.25,
                      .pixel_error_percentile = 99.9,
                      .blob_area_percentile = 99.5,
                      .connectivity = 8,
                      .min_blob_area = 16},
        .stats = {.n_train = 80,
                  .n_val = 20,
                  .val_error_mean = 0.01,
                  .val_error_std = 0.001,
                  .val_error_min = 0.008,
                  .val_error_max = 0.0123,
                  .final_train_loss = 0.1,
                  .final_val_loss = 0.2,
                  .epochs = EPOCHS,
                  .best_epoch = 2,
                  .threads = 2,
                  .seconds = 12.5,
                  .train_losses = train_losses,
                  .validation_losses = validation_losses},
    };
    snprintf(set.identity.data_digest, sizeof set.identity.data_digest, "%064x", 0xabc);
    parameters_randomise(set.parameters, &rng);
}

static inline bool save(void)
{
    err = (struct error){0};
    return model_set_save(folder, &set, &err);
}

static inline bool load(void)
{
    model_set_finish(&loaded);
    err = (struct error){0};
    return model_set_load(folder, &loaded, &err);
}

static inline const char *in(const char *name)
{
    static char path[1100];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static inline struct buffer contents_of(const char *name)
{
    struct buffer contents = {0};
    if (!file_read(in(name), 1 << 30, &contents, &err))
        printf("%s\n", err.message);
    return contents;
}

static inline bool put(const char *name, const char *data, size_t size)
{
    return file_replace(in(name), data, size, false, &err);
}

#endif

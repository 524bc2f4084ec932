/* From a folder of pictures to what training, calibration and `train`'s digest look at.
 *
 * Two passes over the folder: picture_list.c reads headers only, to learn which size and colour
 * kind most pictures have; here those are decoded and kept at the network's size. A picture that is
 * wrong in any way costs a warning, never the training. The surprising thing: the digest is taken
 * of the pixels at that size, so a picture that was saved anew without a loss changes nothing.
 */
#include "model/dataset.h"

#include "base/rng.h"
#include "base/sha256.h"
#include "frame/convert.h"
#include "frame/image.h"
#include "model/random_streams.h"
#include "platform/file.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert((int)DIGEST_TEXT_SIZE == (int)SHA256_TEXT_SIZE, "digests are SHA-256");
_Static_assert((int)DATASET_MOST == (int)PICTURES_MOST,
               "a folder that may be listed may be loaded");

struct loading {
    const char *folder;
    struct picture_listener listener;
    struct picture_list list;
    struct resizer *resizer;
    struct sha256 digest;
    struct dataset *dataset;
};

static void skip(struct loading *loading, const char *reason)
{
    loading->dataset->skipped++;
    picture_left_out(&loading->listener, reason);
}

static void digest_picture(struct loading *loading, const char *name, const uint8_t *picture,
                           size_t size)
{
    const struct dataset *dataset = loading->dataset;
    char head[64];
    const int length = snprintf(head, sizeof head, "%dx%d %dx%d ", dataset->camera_width,
                                dataset->camera_height, dataset->width, dataset->height);
    sha256_update(&loading->digest, head, (size_t)length);
    sha256_update(&loading->digest, name, strlen(name) + 1);
    sha256_update(&loading->digest, picture, size);
}

static bool keep_picture(struct loading *loading, const char *from_name, const struct image *image,
                         struct error *err)
{
    struct dataset *dataset = loading->dataset;
    const size_t size = (size_t)dataset->width * (size_t)dataset->height * 3;
    uint8_t *picture = malloc(size);
    char *name = strdup(from_name);
    if (!picture || !name) {
        free(picture);
        free(name);
        return error_set(err, ERROR_MEMORY, "no memory for picture %zu of '%s'; use fewer of them",
                         dataset->count + 1, loading->folder);
    }
    resizer_to_rgb(loading->resizer, image->rgb, 3 * image->width, picture);
    digest_picture(loading, name, picture, size);
    dataset->names[dataset->count] = name;
    dataset->pictures[dataset->count++] = picture;
    return true;
}

static bool load_picture(struct loading *loading, const char *name, struct error *err)
{
    struct error reason = {0};
    struct image image = {0};
    bool good = true;
    if (picture_read(loading->folder, name, &loading->list.kind, &image, &reason))
        good = keep_picture(loading, name, &image, err);
    else if (reason.code == ERROR_MEMORY)
        good = error_set(err, reason.code, "%s", reason.message);
    else
        skip(loading, reason.message);
    image_finish(&image);
    return good;
}

static bool reserve_pictures(struct loading *loading, struct error *err)
{
    struct dataset *dataset = loading->dataset;
    const struct image_header *kind = &loading->list.kind;
    const size_t count = loading->list.count;
    const uint64_t bytes =
        (uint64_t)count * 3 * (uint64_t)dataset->width * (uint64_t)dataset->height;
    if (bytes > DATASET_BYTES_MAX)
        return error_set(
            err, ERROR_FORMAT,
            "%zu pictures of %dx%d px need %.1f GB of memory, at most %.1f are allowed; "
            "use fewer pictures or a smaller image.width and image.height",
            count, dataset->width, dataset->height, (double)bytes / 1e9,
            (double)DATASET_BYTES_MAX / 1e9);
    dataset->camera_width = kind->width;
    dataset->camera_height = kind->height;
    dataset->names = calloc(count, sizeof *dataset->names);
    dataset->pictures = calloc(count, sizeof *dataset->pictures);
    if (!dataset->names || !dataset->pictures)
        return error_set(err, ERROR_MEMORY, "no memory for %zu pictures", count);
    loading->resizer =
        resizer_create(kind->width, kind->height, dataset->width, dataset->height, err);
    return loading->resizer != NULL;
}

static bool check_count(struct loading *loading, size_t least, struct error *err)
{
    const struct dataset *dataset = loading->dataset;
    char skipped[PICTURE_SKIPPED_TEXT];
    picture_skipped_text(dataset->skipped, skipped);
    if (dataset->count == 0)
        return error_set(err, ERROR_INPUT,
                         "no usable pictures in '%s'%s; take some with `leakwatch capture` first",
                         loading->folder, skipped);
    if (dataset->count < least)
        return error_set(err, ERROR_FORMAT,
                         "only %zu usable pictures in '%s'%s, at least %zu are "
                         "needed and %d or more advised; capture more of the normal scene",
                         dataset->count, loading->folder, skipped, least, DATASET_ADVISED);
    return true;
}

static bool go_on(const struct loading *loading, size_t done, struct error *err)
{
    const struct picture_listener *listener = &loading->listener;
    if (!listener->progress || listener->progress(listener->context, done, loading->list.count))
        return true;
    return error_set(err, ERROR_CANCELLED, "stopped while the pictures were being read");
}

static bool load(struct loading *loading, size_t least, struct error *err)
{
    const struct picture_rule any = {0};
    if (!picture_list_load(loading->folder, any, loading->listener, &loading->list, err) ||
        !reserve_pictures(loading, err))
        return false;
    loading->dataset->skipped = loading->list.skipped;
    sha256_init(&loading->digest);
    for (size_t i = 0; i < loading->list.count; i++)
        if (!go_on(loading, i, err) || !load_picture(loading, loading->list.names[i], err))
            return false;
    sha256_finish_hex(&loading->digest, loading->dataset->digest);
    return check_count(loading, least, err);
}

struct dataset *dataset_load(const char *folder, int width, int height, size_t least,
                             struct picture_listener listener, struct error *err)
{
    assert(width > 0 && height > 0);
    struct loading loading = {.folder = folder, .listener = listener};
    loading.dataset = calloc(1, sizeof *loading.dataset);
    if (!loading.dataset) {
        error_set(err, ERROR_MEMORY, "no memory for the pictures of '%s'", folder);
        return NULL;
    }
    loading.dataset->width = width;
    loading.dataset->height = height;
    if (!load(&loading, least, err)) {
        dataset_destroy(loading.dataset);
        loading.dataset = NULL;
    }
    resizer_destroy(loading.resizer);
    picture_list_finish(&loading.list);
    return loading.dataset;
}

void dataset_destroy(struct dataset *dataset)
{
    if (!dataset)
        return;
    for (size_t i = 0; i < dataset->count; i++) {
        free(dataset->names[i]);
        free(dataset->pictures[i]);
    }
    free(dataset->names);
    free(dataset->pictures);
    free(dataset);
}

/* Selection sampling (Knuth, TAOCP 3.4.2, algorithm S): each subset of that size is equally likely,
 * and both sides stay in the order of the names. */
void dataset_split(const struct dataset *dataset, double validation_share, uint64_t seed,
                   size_t *ret_train, size_t *ret_train_count, size_t *ret_validation,
                   size_t *ret_validation_count)
{
    const size_t count = dataset->count;
    assert(count >= 2);
    size_t wanted = (size_t)(validation_share * (double)count + 0.5);
    wanted = wanted < 1 ? 1 : wanted > count - 1 ? count - 1 : wanted;
    struct rng rng = rng_seeded(seed, random_stream(RANDOM_SPLIT, 0, 0));
    size_t chosen = 0;
    for (size_t i = 0; i < count; i++) {
        if (rng_below(&rng, (uint32_t)(count - i)) < wanted - chosen)
            ret_validation[chosen++] = i;
        else
            ret_train[i - chosen] = i;
    }
    *ret_train_count = count - chosen;
    *ret_validation_count = chosen;
}

void picture_to_planes(const uint8_t *rgb, int width, int height, float *ret_planes)
{
    const size_t area = (size_t)width * (size_t)height;
    for (size_t i = 0; i < area; i++)
        for (size_t c = 0; c < 3; c++)
            ret_planes[c * area + i] = (float)rgb[3 * i + c] / 255.0f;
}

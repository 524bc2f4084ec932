/* From a folder of pictures to what training, calibration and `train`'s digest look at.
 *
 * Two passes over the folder: the first reads headers only, to learn which size and colour kind
 * most pictures have; the second decodes those and keeps them at the network's size. A picture that
 * is wrong in any way costs a warning, never the training. The surprising thing: the majority
 * decides, not the first file, because one stray screenshot must not throw out a night of captures.
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

enum { NAMES_MAX = 4 * DATASET_MOST };

_Static_assert((int)DIGEST_TEXT_SIZE == (int)SHA256_TEXT_SIZE, "digests are SHA-256");

/* A file that may be used, with what its header says. */
struct candidate {
    const char *name; /* borrowed from the list of names */
    struct image_header header;
};

struct loading {
    const char *folder;
    struct dataset_warnings warnings;
    struct name_list names;
    struct candidate *candidates;
    size_t candidate_count;
    struct resizer *resizer;
    struct sha256 digest;
    struct dataset *dataset;
};

static void skip(struct loading *loading, const char *reason)
{
    char sentence[ERROR_MESSAGE_SIZE + 32];
    snprintf(sentence, sizeof sentence, "picture left out: %s", reason);
    loading->dataset->skipped++;
    if (loading->warnings.warn)
        loading->warnings.warn(loading->warnings.context, sentence);
}

/* A file that cannot be used is skipped and that is well; no memory is not. */
static bool skip_unless_fatal(struct loading *loading, const struct error *reason,
                              struct error *err)
{
    if (reason->code == ERROR_MEMORY)
        return error_set(err, reason->code, "%s", reason->message);
    skip(loading, reason->message);
    return true;
}

static bool has_control_characters(const char *name)
{
    for (; *name; name++)
        if ((unsigned char)*name < 0x20 || *name == 0x7f)
            return true;
    return false;
}

/* Is the file one to look into? With the reason when it is to be named as left out. */
static bool is_eligible(const struct loading *loading, const char *name, const char *path,
                        struct error *ret_reason)
{
    if (has_control_characters(name))
        return error_set(ret_reason, ERROR_INPUT,
                         "a file whose name holds control characters; rename it");
    if (!image_has_known_name(name))
        return error_set(ret_reason, ERROR_INPUT, "%s: not called .jpg, .jpeg or .png", path);
    const enum file_kind kind = file_kind_of(path);
    if (kind == FILE_LINK)
        return path_check_inside(path, loading->folder, ret_reason);
    if (kind != FILE_REGULAR)
        return error_set(ret_reason, ERROR_INPUT, "%s: not a regular file", path);
    return true;
}

static bool consider(struct loading *loading, const char *name, struct error *err)
{
    char path[PATH_SIZE];
    struct error reason = {0};
    struct candidate candidate = {.name = name};
    if (!path_join(path, sizeof path, loading->folder, name, &reason))
        return skip_unless_fatal(loading, &reason, err);
    if (file_kind_of(path) == FILE_FOLDER)
        return true;
    if (!is_eligible(loading, name, path, &reason) ||
        !image_read_header(path, &candidate.header, &reason))
        return skip_unless_fatal(loading, &reason, err);
    if (loading->candidate_count == DATASET_MOST)
        return error_set(err, ERROR_FORMAT,
                         "'%s' holds more than %d pictures; move some elsewhere, every second one "
                         "for example",
                         loading->folder, DATASET_MOST);
    loading->candidates[loading->candidate_count++] = candidate;
    return true;
}

static bool find_candidates(struct loading *loading, struct error *err)
{
    if (!folder_list(loading->folder, NAMES_MAX, &loading->names, err))
        return false;
    const size_t room = loading->names.count < DATASET_MOST ? loading->names.count : DATASET_MOST;
    loading->candidates = calloc(room + 1, sizeof *loading->candidates);
    if (!loading->candidates)
        return error_set(err, ERROR_MEMORY, "no memory for a list of %zu pictures", room);
    for (size_t i = 0; i < loading->names.count; i++)
        if (!consider(loading, loading->names.names[i], err))
            return false;
    if (loading->candidate_count == 0)
        return error_set(err, ERROR_INPUT,
                         "no usable pictures in '%s' (%zu files left out); capture some first",
                         loading->folder, loading->dataset->skipped);
    return true;
}

static bool same_kind(const struct image_header *a, const struct image_header *b)
{
    return a->width == b->width && a->height == b->height && a->is_grey == b->is_grey;
}

/* The most frequent kind; of equally frequent ones that of the first name. */
static struct image_header majority_kind(const struct loading *loading)
{
    struct image_header best = loading->candidates[0].header;
    size_t best_count = 0;
    for (size_t i = 0; i < loading->candidate_count; i++) {
        const struct image_header *kind = &loading->candidates[i].header;
        if (best_count && same_kind(kind, &best))
            continue;
        size_t count = 0;
        for (size_t j = i; j < loading->candidate_count; j++)
            count += same_kind(kind, &loading->candidates[j].header);
        if (count > best_count) {
            best = *kind;
            best_count = count;
        }
        if (best_count >= loading->candidate_count - i)
            break; /* no later kind can be more frequent */
    }
    return best;
}

static void skip_other_kind(struct loading *loading, const char *name,
                            const struct image_header *found, const struct image_header *wanted)
{
    char reason[ERROR_MESSAGE_SIZE];
    snprintf(reason, sizeof reason, "%s/%s: %dx%d px in %s, while most are %dx%d px in %s",
             loading->folder, name, found->width, found->height, found->is_grey ? "grey" : "colour",
             wanted->width, wanted->height, wanted->is_grey ? "grey" : "colour");
    skip(loading, reason);
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

static bool keep_picture(struct loading *loading, const struct candidate *candidate,
                         const struct image *image, struct error *err)
{
    struct dataset *dataset = loading->dataset;
    const size_t size = (size_t)dataset->width * (size_t)dataset->height * 3;
    uint8_t *picture = malloc(size);
    char *name = strdup(candidate->name);
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

static bool load_picture(struct loading *loading, const struct candidate *candidate,
                         const struct image_header *wanted, struct error *err)
{
    if (!same_kind(&candidate->header, wanted)) {
        skip_other_kind(loading, candidate->name, &candidate->header, wanted);
        return true;
    }
    char path[PATH_SIZE];
    struct error reason = {0};
    struct image image = {0};
    if (!path_join(path, sizeof path, loading->folder, candidate->name, &reason) ||
        !image_read(path, &image, &reason))
        return skip_unless_fatal(loading, &reason, err);
    const struct image_header found = {image.width, image.height, image.was_grey};
    bool good = true;
    if (same_kind(&found, wanted))
        good = keep_picture(loading, candidate, &image, err);
    else /* exchanged since its header was read */
        skip_other_kind(loading, candidate->name, &found, wanted);
    image_finish(&image);
    return good;
}

static bool reserve_pictures(struct loading *loading, const struct image_header *kind,
                             struct error *err)
{
    struct dataset *dataset = loading->dataset;
    const uint64_t bytes = (uint64_t)loading->candidate_count * 3 * (uint64_t)dataset->width *
                           (uint64_t)dataset->height;
    if (bytes > DATASET_BYTES_MAX)
        return error_set(
            err, ERROR_FORMAT,
            "%zu pictures of %dx%d px need %.1f GB of memory, at most %.1f are allowed; "
            "use fewer pictures or a smaller image.width and image.height",
            loading->candidate_count, dataset->width, dataset->height, (double)bytes / 1e9,
            (double)DATASET_BYTES_MAX / 1e9);
    dataset->camera_width = kind->width;
    dataset->camera_height = kind->height;
    dataset->names = calloc(loading->candidate_count, sizeof *dataset->names);
    dataset->pictures = calloc(loading->candidate_count, sizeof *dataset->pictures);
    if (!dataset->names || !dataset->pictures)
        return error_set(err, ERROR_MEMORY, "no memory for %zu pictures", loading->candidate_count);
    loading->resizer =
        resizer_create(kind->width, kind->height, dataset->width, dataset->height, err);
    return loading->resizer != NULL;
}

static bool check_count(struct loading *loading, size_t least, struct error *err)
{
    const struct dataset *dataset = loading->dataset;
    if (dataset->count == 0)
        return error_set(err, ERROR_INPUT,
                         "no usable pictures in '%s' (%zu files left out); capture some first",
                         loading->folder, dataset->skipped);
    if (dataset->count < least)
        return error_set(err, ERROR_FORMAT,
                         "only %zu usable pictures in '%s' (%zu files left out), at least %zu are "
                         "needed and %d or more advised; capture more of the normal scene",
                         dataset->count, loading->folder, dataset->skipped, least, DATASET_ADVISED);
    return true;
}

static bool load(struct loading *loading, size_t least, struct error *err)
{
    if (!find_candidates(loading, err))
        return false;
    const struct image_header kind = majority_kind(loading);
    if (!reserve_pictures(loading, &kind, err))
        return false;
    sha256_init(&loading->digest);
    for (size_t i = 0; i < loading->candidate_count; i++)
        if (!load_picture(loading, &loading->candidates[i], &kind, err))
            return false;
    sha256_finish_hex(&loading->digest, loading->dataset->digest);
    return check_count(loading, least, err);
}

struct dataset *dataset_load(const char *folder, int width, int height, size_t least,
                             struct dataset_warnings warnings, struct error *err)
{
    assert(width > 0 && height > 0);
    struct loading loading = {.folder = folder, .warnings = warnings};
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
    free(loading.candidates);
    name_list_finish(&loading.names);
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

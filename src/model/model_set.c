/* The model on disk: written by `train`, read by everything that scores.
 *
 * Invariant: a set that loads is one that was saved as one. The common digest is computed over all
 * three contents before it is put into them, so no two different sets share it; after a crash
 * between two renames the three disagree and are refused, never mixed.
 */
#include "model/model_set.h"

#include "base/sha256.h"
#include "model/identity_pairs.h"
#include "model/json_fields.h"
#include "model/stats_file.h"
#include "model/threshold_file.h"
#include "platform/file.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { JSON_FILE_MAX = 1 << 20, SET_FILES = 3 };
enum { FILE_MODEL, FILE_THRESHOLD, FILE_STATS };

static const char *const file_names[SET_FILES] = {
    [FILE_MODEL] = MODEL_FILE_NAME,
    [FILE_THRESHOLD] = THRESHOLD_FILE_NAME,
    [FILE_STATS] = STATS_FILE_NAME,
};

static void weights_digest_of(const struct parameters *parameters, char ret_text[DIGEST_TEXT_SIZE])
{
    struct sha256 sha;
    sha256_init(&sha);
    sha256_update(&sha, parameters_values(parameters), parameters_count() * sizeof(float));
    sha256_finish_hex(&sha, ret_text);
}

static bool json_append(const json_t *object, struct buffer *out, struct error *err)
{
    char *text = json_dumps(object, JSON_INDENT(2) | JSON_SORT_KEYS);
    if (!text)
        return error_set(err, ERROR_MEMORY, "no memory to write a JSON file");
    buffer_append_text(out, text);
    buffer_append_text(out, "\n");
    free(text);
    return buffer_check(out, err);
}

/* The two JSON files of a set while it is saved. */
struct documents {
    json_t *threshold, *stats;
};

/* Training the same twice gives the same set, bit for bit, but for the seconds it took. */
static bool append_stats(json_t *stats, struct buffer *out, struct error *err)
{
    json_t *timeless = json_copy(stats);
    if (!timeless)
        return error_set(err, ERROR_MEMORY, "no memory to save the model");
    json_object_del(timeless, "seconds");
    const bool good = json_append(timeless, out, err);
    json_decref(timeless);
    return good;
}

static bool compute_set_digest(struct model_set *set, const struct documents *documents,
                               const char *weights_digest, struct error *err)
{
    struct onnx_pair pairs[ONNX_PAIRS_MAX] = {0};
    struct buffer text = {0};
    set->identity.set_digest[0] = '\0';
    const size_t count = identity_to_pairs(&set->identity, weights_digest, pairs);
    for (size_t i = 0; i < count; i++)
        buffer_append_format(&text, "%s %s\n", pairs[i].key, pairs[i].value);
    buffer_append_format(&text, "%d %d\n", set->identity.width, set->identity.height);
    const bool good =
        json_append(documents->threshold, &text, err) && append_stats(documents->stats, &text, err);
    if (good) {
        struct sha256 sha;
        sha256_init(&sha);
        sha256_update(&sha, text.data, text.size);
        sha256_finish_hex(&sha, set->identity.set_digest);
    }
    buffer_finish(&text);
    return good;
}

static bool add_digest(json_t *object, const char *digest)
{
    return json_object_set_new(object, "set_digest", json_string(digest)) == 0;
}

/* The contents of the three files. */
static bool render(struct model_set *set, const struct documents *documents,
                   struct buffer files[SET_FILES], struct error *err)
{
    char weights_digest[DIGEST_TEXT_SIZE];
    struct onnx_pair pairs[ONNX_PAIRS_MAX] = {0};
    weights_digest_of(set->parameters, weights_digest);
    if (!compute_set_digest(set, documents, weights_digest, err))
        return false;
    if (!add_digest(documents->threshold, set->identity.set_digest) ||
        !add_digest(documents->stats, set->identity.set_digest))
        return error_set(err, ERROR_MEMORY, "no memory to save the model");
    const size_t count = identity_to_pairs(&set->identity, weights_digest, pairs);
    return onnx_write(set->parameters, set->identity.width, set->identity.height, pairs, count,
                      &files[FILE_MODEL], err) &&
           json_append(documents->threshold, &files[FILE_THRESHOLD], err) &&
           json_append(documents->stats, &files[FILE_STATS], err);
}

static bool write_temporary(const char *path, const struct buffer *contents, struct error *err)
{
    FILE *file = fopen(path, "wbx");
    if (!file)
        return error_set_errno(err, errno, "'%s' cannot be written", path);
    const bool written = fwrite(contents->data, 1, contents->size, file) == contents->size;
    const int write_errno = errno;
    if (fclose(file) != 0 || !written)
        return error_set_errno(err, written ? errno : write_errno, "'%s' cannot be written", path);
    return true;
}

struct replacement {
    char path[PATH_SIZE];
    char temporary[PATH_SIZE]; /* "" = not begun */
};

static bool prepare(struct replacement *replacement, const char *folder, const char *name,
                    const struct buffer *contents, struct error *err)
{
    return path_join(replacement->path, PATH_SIZE, folder, name, err) &&
           file_temporary_name(replacement->path, replacement->temporary, PATH_SIZE, err) &&
           write_temporary(replacement->temporary, contents, err);
}

/* All three are written before the first one takes its place. */
static bool replace_files(const char *folder, const struct buffer files[SET_FILES],
                          struct error *err)
{
    struct replacement replacements[SET_FILES] = {0};
    bool good = true;
    for (int i = 0; good && i < SET_FILES; i++)
        good = prepare(&replacements[i], folder, file_names[i], &files[i], err);
    for (int i = 0; good && i < SET_FILES; i++)
        good = file_commit(replacements[i].temporary, replacements[i].path, err);
    for (int i = 0; !good && i < SET_FILES; i++)
        if (replacements[i].temporary[0])
            file_discard(replacements[i].temporary);
    return good;
}

/* JSON knows no NaN, and a threshold that is none would never alarm. */
static bool check_finite(const struct model_set *set, struct error *err)
{
    const struct threshold_set *threshold = &set->threshold;
    const struct model_stats *stats = &set->stats;
    const double values[] = {
        threshold->threshold,    threshold->pixel_error_threshold,
        threshold->percentile,   threshold->blob_area_threshold,
        threshold->topk_percent, threshold->pixel_error_percentile,
        stats->val_error_mean,   threshold->blob_area_percentile,
        stats->val_error_std,    stats->val_error_min,
        stats->val_error_max,    stats->final_train_loss,
        stats->final_val_loss,   stats->seconds,
    };
    bool finite = true;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        finite = finite && isfinite(values[i]);
    for (int i = 0; i < stats->epochs; i++)
        finite = finite && (!stats->train_losses || isfinite(stats->train_losses[i])) &&
                 (!stats->validation_losses || isfinite(stats->validation_losses[i]));
    return finite || error_set(err, ERROR_FORMAT,
                               "the model is not saved: a threshold or a loss is not a finite "
                               "number; train again with a lower training.learning_rate");
}

bool model_set_save(const char *folder, struct model_set *set, struct error *err)
{
    if (!check_finite(set, err))
        return false;
    struct buffer files[SET_FILES] = {0};
    set->identity.format_version = MODEL_FORMAT_VERSION;
    const struct documents documents = {threshold_to_json(&set->threshold), stats_to_json(set)};
    bool good = documents.threshold && documents.stats;
    if (!good)
        error_set(err, ERROR_MEMORY, "no memory to save the model");
    good = good && render(set, &documents, files, err) && folder_create(folder, false, err) &&
           replace_files(folder, files, err);
    json_decref(documents.threshold);
    json_decref(documents.stats);
    for (int i = 0; i < SET_FILES; i++)
        buffer_finish(&files[i]);
    return good;
}

static bool read_file_of_set(const char *folder, int file, struct buffer *contents,
                             struct error *err)
{
    char path[PATH_SIZE];
    if (!path_join(path, sizeof path, folder, file_names[file], err))
        return false;
    if (file_is_missing(path))
        return error_set(err, ERROR_INPUT, "there is no model: '%s' is missing; train one first",
                         path);
    return file_read(path, file == FILE_MODEL ? ONNX_FILE_MAX : JSON_FILE_MAX, contents, err);
}

static bool read_model(const struct buffer *file, struct model_set *set, struct error *err)
{
    struct onnx_pair pairs[ONNX_PAIRS_MAX];
    size_t count;
    char expected[DIGEST_TEXT_SIZE], found[DIGEST_TEXT_SIZE];
    if (!onnx_read(file->data, file->size, set->parameters, &set->identity.width,
                   &set->identity.height, pairs, &count, err) ||
        !identity_from_pairs(pairs, count, &set->identity, expected, err))
        return false;
    weights_digest_of(set->parameters, found);
    if (strcmp(expected, found) != 0)
        return error_set(err, ERROR_FORMAT,
                         "the weights are damaged: their digest is %.8s…, "
                         "the file says %.8s…",
                         found, expected);
    return true;
}

/* Refuses a file of another set. */
static bool check_digest(const json_t *object, const char *set_digest, struct error *err)
{
    char found[DIGEST_TEXT_SIZE];
    if (!json_read_text(object, "set_digest", found, sizeof found, err))
        return false;
    if (strcmp(found, set_digest) == 0)
        return true;
    return error_set(err, ERROR_FORMAT,
                     "it does not belong to this " MODEL_FILE_NAME
                     ": its set_digest is %.8s…, that of the model %.8s…",
                     found, set_digest);
}

static bool read_json(int file, const struct buffer *contents, struct model_set *set,
                      struct error *err)
{
    json_t *object = json_object_parse(contents->data, contents->size, err);
    if (!object)
        return false;
    const bool read = file == FILE_THRESHOLD ? threshold_from_json(object, &set->threshold, err)
                                             : stats_from_json(object, &set->stats, err);
    const bool good = read && check_digest(object, set->identity.set_digest, err);
    json_decref(object);
    return good;
}

static bool load_file(const char *folder, int file, struct model_set *set, struct error *err)
{
    struct buffer contents = {0};
    bool good = read_file_of_set(folder, file, &contents, err);
    if (good) {
        good = file == FILE_MODEL ? read_model(&contents, set, err)
                                  : read_json(file, &contents, set, err);
        if (!good)
            error_add_context(err,
                              "the model in '%s' cannot be used (train again, or put back all "
                              "three files of one training): %s",
                              folder, file_names[file]);
    }
    buffer_finish(&contents);
    return good;
}

bool model_set_load(const char *folder, struct model_set *ret_set, struct error *err)
{
    struct model_set set = {.parameters = parameters_create(err)};
    if (!set.parameters)
        return false;
    for (int file = 0; file < SET_FILES; file++)
        if (!load_file(folder, file, &set, err)) {
            model_set_finish(&set);
            return false;
        }
    *ret_set = set;
    return true;
}

void model_set_finish(struct model_set *set)
{
    parameters_destroy(set->parameters);
    *set = (struct model_set){0};
}

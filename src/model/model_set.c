/* The model on disk: written by `train`, read by everything that scores.
 *
 * Invariant: a set that loads is one that was saved as one. The common digest is computed over all
 * three contents before it is put into them, so no two trainings share it, and files that disagree
 * are never mixed. The surprising thing: a threshold that is replaced later goes under the digest
 * of the training. So it is one rename of one file, and a backup of it is put back by copying.
 */
#include "model/model_set.h"

#include "base/sha256.h"
#include "model/identity_pairs.h"
#include "model/json_fields.h"
#include "model/model_set_files.h"
#include "model/stats_file.h"
#include "model/threshold_file.h"
#include "platform/file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void weights_digest_of(const struct parameters *parameters, char ret_text[DIGEST_TEXT_SIZE])
{
    struct sha256 sha;
    sha256_init(&sha);
    sha256_update(&sha, parameters_values(parameters),
                  parameters_count(parameters) * sizeof(float));
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
                      &files[SET_FILE_MODEL], err) &&
           json_append(documents->threshold, &files[SET_FILE_THRESHOLD], err) &&
           json_append(documents->stats, &files[SET_FILE_STATS], err);
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
           set_files_replace(folder, files, err);
    json_decref(documents.threshold);
    json_decref(documents.stats);
    for (int i = 0; i < SET_FILES; i++)
        buffer_finish(&files[i]);
    return good;
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

static bool read_curves(const json_t *object, struct model_set *set, struct error *err)
{
    if (!stats_curves_from_json(object, set->stats.epochs, &set->curves, err))
        return false;
    if (set->curves) {
        set->stats.train_losses = set->curves;
        set->stats.validation_losses = set->curves + set->stats.epochs;
    }
    return true;
}

static bool read_json(enum set_file file, const struct buffer *contents, struct model_set *set,
                      struct error *err)
{
    json_t *object = json_object_parse(contents->data, contents->size, err);
    if (!object)
        return false;
    const bool read = file == SET_FILE_THRESHOLD ? threshold_from_json(object, &set->threshold, err)
                                                 : stats_from_json(object, &set->stats, err);
    const bool good = read && check_digest(object, set->identity.set_digest, err) &&
                      (file != SET_FILE_STATS || read_curves(object, set, err));
    json_decref(object);
    return good;
}

static bool read_contents(enum set_file file, const struct buffer *contents, struct model_set *set,
                          struct error *err)
{
    if (file == SET_FILE_MODEL ? read_model(contents, set, err)
                               : read_json(file, contents, set, err))
        return true;
    return error_add_context(err, "%s", set_file_name(file));
}

/* A save that was killed between its renames left the JSON files of the new model waiting. */
static bool load_waiting(const char *folder, enum set_file file, struct model_set *set,
                         struct buffer *contents)
{
    struct error ignored;
    buffer_clear(contents);
    return file != SET_FILE_MODEL && set_file_read(folder, file, true, contents, &ignored) &&
           read_contents(file, contents, set, &ignored);
}

/* Leaves the bytes in `contents`. */
static bool load_file(const char *folder, enum set_file file, struct model_set *set,
                      struct buffer *contents, struct error *err)
{
    struct error why;
    const bool is_there = set_file_read(folder, file, false, contents, &why);
    if ((is_there && read_contents(file, contents, set, &why)) ||
        load_waiting(folder, file, set, contents))
        return true;
    error_set(err, why.code, "%s", why.message);
    return is_there ? error_add_context(err,
                                        "the model in '%s' cannot be used (train again, or put "
                                        "back all three files of one training)",
                                        folder)
                    : false;
}

bool model_set_load(const char *folder, struct model_set *ret_set, struct error *err)
{
    struct model_set set = {.parameters = parameters_create(err)};
    bool good = set.parameters != NULL;
    for (int file = 0; good && file < SET_FILES; file++) {
        struct buffer contents = {0};
        good = load_file(folder, file, &set, &contents, err);
        buffer_finish(&contents);
    }
    if (good)
        *ret_set = set;
    else
        model_set_finish(&set);
    return good;
}

/* Does this file stand in its place as one of the set? */
static bool is_in_place(const char *folder, enum set_file file, struct model_set *set)
{
    struct buffer contents = {0};
    struct error ignored;
    const bool good = set_file_read(folder, file, false, &contents, &ignored) &&
                      read_contents(file, &contents, set, &ignored);
    buffer_finish(&contents);
    return good;
}

bool model_set_settle(const char *folder, struct error *err)
{
    struct model_set whole;
    struct error ignored;
    if (!model_set_load(folder, &whole, &ignored))
        return true;
    bool good = true;
    for (int file = 0; good && file < SET_FILES; file++) {
        struct model_set probe = {.identity = whole.identity};
        if (file != SET_FILE_MODEL && !is_in_place(folder, file, &probe))
            good = set_file_put_in_place(folder, file, err);
        free(probe.curves);
    }
    model_set_finish(&whole);
    return good;
}

/* The bytes as they are, so that what somebody wrote into the file by hand is kept as well. */
static bool keep_threshold(const char *folder, const struct model_set *set, const char *backup_name,
                           struct error *err)
{
    char path[PATH_SIZE];
    struct buffer contents = {0};
    struct model_set current = {.identity = set->identity};
    bool good = path_join(path, sizeof path, folder, backup_name, err) &&
                load_file(folder, SET_FILE_THRESHOLD, &current, &contents, err);
    if (good && !file_is_missing(path))
        good = error_set(err, ERROR_BUSY, "'%s' exists already; try again", path);
    good = good && file_replace(path, contents.data, contents.size, false, err);
    buffer_finish(&contents);
    return good;
}

/* A replacement that failed may have happened all the same, but for the last flush; then the backup
 * is the only place where the old threshold stands. */
static void forget_needless_backup(const char *folder, const char *backup_name)
{
    char path[PATH_SIZE];
    struct buffer now = {0}, backup = {0};
    struct error ignored;
    if (path_join(path, sizeof path, folder, backup_name, &ignored) &&
        set_file_read(folder, SET_FILE_THRESHOLD, false, &now, &ignored) &&
        file_read(path, now.size, &backup, &ignored) && backup.size == now.size &&
        memcmp(backup.data, now.data, now.size) == 0)
        (void)!file_remove(path, &ignored);
    buffer_finish(&now);
    buffer_finish(&backup);
}

bool model_set_replace_threshold(const char *folder, const struct model_set *set,
                                 const struct threshold_set *threshold, const char *backup_name,
                                 struct error *err)
{
    const struct model_set renewed = {.threshold = *threshold};
    if (!check_finite(&renewed, err))
        return false;
    struct buffer contents = {0};
    json_t *object = threshold_to_json(threshold);
    bool good = object && add_digest(object, set->identity.set_digest);
    if (!good)
        error_set(err, ERROR_MEMORY, "no memory to write a threshold");
    good = good && json_append(object, &contents, err) &&
           keep_threshold(folder, set, backup_name, err);
    if (good && !set_file_replace(folder, SET_FILE_THRESHOLD, &contents, err)) {
        forget_needless_backup(folder, backup_name);
        good = false;
    }
    buffer_finish(&contents);
    json_decref(object);
    return good;
}

void model_set_finish(struct model_set *set)
{
    parameters_destroy(set->parameters);
    free(set->curves);
    *set = (struct model_set){0};
}

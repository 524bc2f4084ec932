/* Reading threshold_calibration_*.json, which calibration_report.c writes.
 *
 * The files stand in a folder where people tidy up, edit and copy, so each is bounded and checked
 * like any input. Names begin with the local time, so their order is that of the calibrations.
 */
#include "report/calibration_past.h"

#include "base/parse.h"
#include "model/json_fields.h"
#include "platform/clock.h"
#include "platform/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_SIZE_MAX = 16 << 20, NAMES_MAX = 100000, LOOKED_AT_MAX = 50, NAME_MAX_BYTES = 256 };

#define SCORE_MAX 1e6

struct search {
    const char *folder, *name;
    const struct model_set *set;
    struct picture_listener listener;
    struct name_list list;
    size_t looked_at, of_others;
};

static bool reserve(struct past_calibration *past, size_t count, struct error *err)
{
    past->names = calloc(count, sizeof *past->names);
    past->scores = calloc(count, sizeof *past->scores);
    return (past->names && past->scores) ||
           error_set(err, ERROR_MEMORY, "no memory for %zu scores", count);
}

static bool read_picture(const json_t *picture, struct past_calibration *past, struct error *err)
{
    char name[NAME_MAX_BYTES];
    if (!json_is_object(picture))
        return error_set(err, ERROR_FORMAT, "'pictures' holds something that is no picture");
    if (!json_read_text(picture, "name", name, sizeof name, err) ||
        !json_read_real(picture, "score", 0.0, SCORE_MAX, &past->scores[past->count], err))
        return false;
    past->names[past->count] = strdup(name);
    if (!past->names[past->count])
        return error_set(err, ERROR_MEMORY, "no memory for the names of pictures");
    past->count++;
    return true;
}

static bool read_pictures(const json_t *object, struct past_calibration *past, struct error *err)
{
    const json_t *pictures = json_object_get(object, "pictures");
    const size_t count = json_array_size(pictures);
    if (count < 1 || count > DATASET_MOST)
        return error_set(err, ERROR_FORMAT, "'pictures' is not a list of 1 to %d pictures",
                         DATASET_MOST);
    if (count < DATASET_LEAST)
        return error_set(err, ERROR_FORMAT, "it saw only %zu picture%s, too few to compare with",
                         count, count == 1 ? "" : "s");
    if (!reserve(past, count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!read_picture(json_array_get(pictures, i), past, err))
            return false;
    return true;
}

/* Scores can be compared when the model and all that makes a score of an error map are the same. */
static bool read_origin(const json_t *object, const struct model_set *set, bool *ret_same,
                        struct error *err)
{
    char digest[DIGEST_TEXT_SIZE], method[16];
    double topk_percent;
    json_int_t topk_min_pixels;
    const struct threshold_set *scoring = &set->threshold;
    if (!json_read_text(object, "model_digest", digest, sizeof digest, err) ||
        !json_read_text(object, "scoring_method", method, sizeof method, err) ||
        !json_read_real(object, "topk_percent", 0.0, 100.0, &topk_percent, err) ||
        !json_read_int(object, "topk_min_pixels", 1, 1 << 24, &topk_min_pixels, err))
        return false;
    const bool is_topk = scoring->scoring_method == SCORING_TOPK;
    *ret_same = strcmp(digest, set->identity.set_digest) == 0 &&
                strcmp(method, is_topk ? "topk" : "mean") == 0 &&
                (!is_topk || (topk_percent == scoring->topk_percent &&
                              topk_min_pixels == scoring->topk_min_pixels));
    return true;
}

static bool read_time(const json_t *object, int64_t *ret_utc_ms, struct error *err)
{
    char text[CLOCK_TEXT_SIZE];
    if (!json_read_text(object, "ts", text, sizeof text, err))
        return false;
    return parse_time_utc_ms(text, ret_utc_ms) ||
           error_set(err, ERROR_FORMAT, "'ts' is '%s', which is no time", text);
}

static bool read_object(const json_t *object, const struct model_set *set,
                        struct past_calibration *past, bool *ret_same, struct error *err)
{
    return json_read_schema(object, CALIBRATION_SCHEMA, err) &&
           read_origin(object, set, ret_same, err) && read_time(object, &past->made_utc_ms, err) &&
           json_read_real(object, "threshold", 0.0, SCORE_MAX, &past->threshold, err) &&
           (!*ret_same || read_pictures(object, past, err));
}

static bool read_one(const struct search *search, const char *name, struct past_calibration *past,
                     bool *ret_same, struct error *err)
{
    char path[PATH_SIZE];
    struct buffer contents = {0};
    json_t *object = NULL;
    if (path_join(path, sizeof path, search->folder, name, err) &&
        file_read(path, FILE_SIZE_MAX, &contents, err))
        object = json_object_parse(contents.data, contents.size, err);
    buffer_finish(&contents);
    const bool good = object && read_object(object, search->set, past, ret_same, err);
    json_decref(object);
    return good;
}

static bool is_candidate(const char *name, const char *present)
{
    const size_t prefix = strlen(CALIBRATION_PREFIX), suffix = strlen(CALIBRATION_SUFFIX);
    const size_t length = strlen(name);
    return length > prefix + suffix && length < CALIBRATION_NAME_SIZE &&
           strncmp(name, CALIBRATION_PREFIX, prefix) == 0 &&
           strcmp(name + length - suffix, CALIBRATION_SUFFIX) == 0 && strcmp(name, present) < 0;
}

static void say(const struct search *search, const char *sentence)
{
    if (search->listener.warn)
        search->listener.warn(search->listener.context, sentence);
}

/* Leaves `past` without a name when this one does not count. */
static bool try_one(struct search *search, const char *name, struct past_calibration *past,
                    struct error *err)
{
    struct error why;
    bool same = false;
    search->looked_at++;
    const bool read = read_one(search, name, past, &same, &why);
    if (read && same) {
        snprintf(past->name, sizeof past->name, "%s", name);
        return true;
    }
    past_calibration_finish(past);
    if (read) {
        search->of_others++;
        return true;
    }
    if (why.code == ERROR_MEMORY)
        return error_set(err, why.code, "%s", why.message);
    char sentence[ERROR_MESSAGE_SIZE + 2 * CALIBRATION_NAME_SIZE];
    snprintf(sentence, sizeof sentence, "the earlier calibration %s is passed over: %s", name,
             why.message);
    say(search, sentence);
    return true;
}

static void say_others(const struct search *search)
{
    char sentence[128];
    if (search->of_others == 0)
        return;
    snprintf(sentence, sizeof sentence,
             "%zu earlier calibration%s of another model or scoring %s not compared with",
             search->of_others, search->of_others == 1 ? "" : "s",
             search->of_others == 1 ? "is" : "are");
    say(search, sentence);
}

bool past_calibration_find(const char *folder, const char *name, const struct model_set *set,
                           struct picture_listener listener, struct past_calibration *ret_past,
                           struct error *err)
{
    struct search search = {.folder = folder, .name = name, .set = set, .listener = listener};
    struct past_calibration past = {0};
    struct error why;
    bool good = true;
    if (!folder_list(folder, NAMES_MAX, &search.list, &why))
        say(&search, why.message);
    for (size_t i = search.list.count;
         good && !past.name[0] && i > 0 && search.looked_at < LOOKED_AT_MAX; i--)
        if (is_candidate(search.list.names[i - 1], name))
            good = try_one(&search, search.list.names[i - 1], &past, err);
    name_list_finish(&search.list);
    if (!good)
        return false;
    say_others(&search);
    *ret_past = past;
    return true;
}

void past_calibration_finish(struct past_calibration *past)
{
    for (size_t i = 0; i < past->count; i++)
        free(past->names[i]);
    free(past->names);
    free(past->scores);
    *past = (struct past_calibration){0};
}

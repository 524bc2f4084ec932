/* From a folder to the pictures in it that belong together, by their headers alone.
 *
 * Stands before dataset.c, which decodes all of them, and before commands that look at a few. A
 * picture that is wrong in any way costs a warning, never the work. The surprising thing: the
 * majority decides on the size, not the first file, because one stray screenshot must not throw out
 * a night of captures.
 */
#include "model/picture_list.h"

#include "base/rng.h"
#include "model/random_streams.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_MAX = 4 * PICTURES_MOST };

/* A file that may be used, with what its header says. */
struct candidate {
    const char *name; /* borrowed from the list of names */
    struct image_header header;
};

struct survey {
    const char *folder;
    struct picture_rule rule;
    struct picture_listener listener;
    struct candidate *candidates;
    size_t candidate_count;
    struct picture_list *list;
};

void picture_left_out(const struct picture_listener *listener, const char *reason)
{
    char sentence[ERROR_MESSAGE_SIZE + 32];
    snprintf(sentence, sizeof sentence, "picture left out: %s", reason);
    if (listener->warn)
        listener->warn(listener->context, sentence);
}

static void skip(struct survey *survey, const char *reason)
{
    survey->list->skipped++;
    picture_left_out(&survey->listener, reason);
}

/* A file that cannot be used is skipped and that is well; no memory is not. */
static bool skip_unless_fatal(struct survey *survey, const struct error *reason, struct error *err)
{
    if (reason->code == ERROR_MEMORY)
        return error_set(err, reason->code, "%s", reason->message);
    skip(survey, reason->message);
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
static bool is_eligible(const struct survey *survey, const char *name, const char *path,
                        struct error *ret_reason)
{
    if (has_control_characters(name))
        return error_set(ret_reason, ERROR_INPUT,
                         "a file whose name holds control characters; rename it");
    if (!image_has_known_name(name))
        return error_set(ret_reason, ERROR_INPUT, "%s: not called .jpg, .jpeg or .png", path);
    const enum file_kind kind = file_kind_of(path);
    if (kind == FILE_LINK)
        return path_check_inside(path, survey->folder, ret_reason);
    if (kind != FILE_REGULAR)
        return error_set(ret_reason, ERROR_INPUT, "%s: not a regular file", path);
    return true;
}

static bool consider(struct survey *survey, const char *name, struct error *err)
{
    char path[PATH_SIZE];
    struct error reason = {0};
    struct candidate candidate = {.name = name};
    if (!path_join(path, sizeof path, survey->folder, name, &reason))
        return skip_unless_fatal(survey, &reason, err);
    if (file_kind_of(path) == FILE_FOLDER)
        return true;
    if (!is_eligible(survey, name, path, &reason) ||
        !image_read_header(path, &candidate.header, &reason))
        return skip_unless_fatal(survey, &reason, err);
    if (survey->candidate_count == PICTURES_MOST)
        return error_set(err, ERROR_FORMAT,
                         "'%s' holds more than %d pictures; move some elsewhere, every second one "
                         "for example",
                         survey->folder, PICTURES_MOST);
    survey->candidates[survey->candidate_count++] = candidate;
    return true;
}

void picture_skipped_text(size_t skipped, char ret_text[PICTURE_SKIPPED_TEXT])
{
    ret_text[0] = '\0';
    if (skipped > 0)
        snprintf(ret_text, PICTURE_SKIPPED_TEXT, " (%zu file%s left out)", skipped,
                 skipped == 1 ? "" : "s");
}

static bool find_candidates(struct survey *survey, struct error *err)
{
    struct name_list *names = &survey->list->folder;
    if (!folder_list(survey->folder, NAMES_MAX, names, err))
        return false;
    const size_t room = names->count < PICTURES_MOST ? names->count : PICTURES_MOST;
    survey->candidates = calloc(room + 1, sizeof *survey->candidates);
    if (!survey->candidates)
        return error_set(err, ERROR_MEMORY, "no memory for a list of %zu pictures", room);
    for (size_t i = 0; i < names->count; i++)
        if (!consider(survey, names->names[i], err))
            return false;
    if (survey->candidate_count > 0)
        return true;
    char skipped[PICTURE_SKIPPED_TEXT];
    picture_skipped_text(survey->list->skipped, skipped);
    return error_set(err, ERROR_INPUT,
                     "no usable pictures in '%s'%s; take some with `leakwatch capture` first",
                     survey->folder, skipped);
}

static bool same_kind(const struct image_header *a, const struct image_header *b)
{
    return a->width == b->width && a->height == b->height && a->is_grey == b->is_grey;
}

/* The most frequent kind of those that fit; of equally frequent ones that of the first name. */
static struct image_header majority_kind(const struct survey *survey, struct picture_rule rule,
                                         size_t *ret_count)
{
    struct image_header best = {0};
    size_t best_count = 0;
    for (size_t i = 0; i < survey->candidate_count; i++) {
        const struct image_header *kind = &survey->candidates[i].header;
        if ((best_count && same_kind(kind, &best)) || (rule.fits && !rule.fits(rule.context, kind)))
            continue;
        size_t count = 0;
        for (size_t j = i; j < survey->candidate_count; j++)
            count += same_kind(kind, &survey->candidates[j].header);
        if (count > best_count) {
            best = *kind;
            best_count = count;
        }
        if (best_count >= survey->candidate_count - i)
            break; /* no later kind can be more frequent */
    }
    *ret_count = best_count;
    return best;
}

static bool refuse_all(const struct survey *survey, struct error *err)
{
    size_t count;
    const struct picture_rule any = {0};
    const struct image_header most = majority_kind(survey, any, &count);
    return error_set(
        err, ERROR_FORMAT, "none of the %zu pictures in '%s' has %s; most have %dx%d px",
        survey->candidate_count, survey->folder, survey->rule.wanted, most.width, most.height);
}

static bool set_other_kind(const char *folder, const char *name, const struct image_header *found,
                           const struct image_header *wanted, const char *whose, struct error *err)
{
    return error_set(err, ERROR_FORMAT, "%s/%s: %dx%d px in %s, while %s are %dx%d px in %s",
                     folder, name, found->width, found->height, found->is_grey ? "grey" : "colour",
                     whose, wanted->width, wanted->height, wanted->is_grey ? "grey" : "colour");
}

static bool keep_majority(struct survey *survey, struct error *err)
{
    struct picture_list *list = survey->list;
    size_t count;
    list->kind = majority_kind(survey, survey->rule, &count);
    if (count == 0)
        return refuse_all(survey, err);
    list->names = calloc(count, sizeof *list->names);
    if (!list->names)
        return error_set(err, ERROR_MEMORY, "no memory for the names of %zu pictures", count);
    for (size_t i = 0; i < survey->candidate_count; i++) {
        const struct candidate *candidate = &survey->candidates[i];
        struct error reason;
        if (same_kind(&candidate->header, &list->kind)) {
            list->names[list->count++] = candidate->name;
            continue;
        }
        set_other_kind(survey->folder, candidate->name, &candidate->header, &list->kind,
                       survey->rule.fits ? "most that fit" : "most", &reason);
        skip(survey, reason.message);
    }
    return true;
}

bool picture_list_load(const char *folder, struct picture_rule rule,
                       struct picture_listener listener, struct picture_list *ret_list,
                       struct error *err)
{
    *ret_list = (struct picture_list){0};
    struct survey survey = {.folder = folder, .rule = rule, .listener = listener, .list = ret_list};
    const bool good = find_candidates(&survey, err) && keep_majority(&survey, err);
    free(survey.candidates);
    return good;
}

void picture_list_finish(struct picture_list *list)
{
    free(list->names);
    name_list_finish(&list->folder);
    *list = (struct picture_list){0};
}

bool picture_read(const char *folder, const char *name, const struct image_header *kind,
                  struct image *ret_image, struct error *err)
{
    char path[PATH_SIZE];
    struct image image = {0};
    if (!path_join(path, sizeof path, folder, name, err) || !image_read(path, &image, err))
        return false;
    const struct image_header found = {image.width, image.height, image.was_grey};
    if (!same_kind(&found, kind)) {
        image_finish(&image);
        return set_other_kind(folder, name, &found, kind, "most", err);
    }
    *ret_image = image;
    return true;
}

void picture_choose_even(size_t count, size_t wanted, size_t *ret_indices)
{
    assert(1 <= wanted && wanted <= count);
    for (size_t i = 0; i < wanted; i++)
        ret_indices[i] = wanted == 1 ? count - 1 : i * (count - 1) / (wanted - 1);
}

/* Selection sampling (Knuth, TAOCP 3.4.2, algorithm S). */
void picture_choose_random(size_t count, size_t wanted, uint64_t seed, size_t *ret_indices)
{
    assert(1 <= wanted && wanted <= count && count <= UINT32_MAX);
    struct rng rng = rng_seeded(seed, random_stream(RANDOM_CHOICE, 0, 0));
    size_t chosen = 0;
    for (size_t i = 0; chosen < wanted; i++)
        if (rng_below(&rng, (uint32_t)(count - i)) < wanted - chosen)
            ret_indices[chosen++] = i;
}

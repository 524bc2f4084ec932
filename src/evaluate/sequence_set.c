/* Walks a dataset: which folders are sequences, and whose normals are theirs.
 *
 * One walk from the top, in byte order, that carries the scene in force down with it. Everything in
 * the dataset comes from outside: depth, numbers and names are bounded, links are looked through
 * before anything behind them is opened. A sequence is never entered in search of others.
 */
#include "evaluate/sequence_set.h"

#include "base/text.h"
#include "frame/image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_MOST = 2 * CASE_FRAMES_MOST };

struct walk {
    struct sequence_set set;
    const char *kind;
    size_t seen; /* sequences, of any kind */
    struct error *err;
};

void sequence_set_finish(struct sequence_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        sequence_case_finish(&set->sequences[i].truth);
        name_list_finish(&set->sequences[i].frames);
    }
    free(set->sequences);
    free(set->scenes);
    *set = (struct sequence_set){0};
}

/* ---- what stands there */

/* What a link leads to counts, if that is in the dataset. */
static bool look_at(const char *root, const char *path, enum file_kind *ret_kind, struct error *err)
{
    char real[PATH_SIZE];
    enum file_kind kind = file_kind_of(path);
    if (kind == FILE_LINK) {
        if (!path_check_inside(path, root, err) || !path_absolute(path, real, sizeof real, err))
            return false;
        kind = file_kind_of(real);
    }
    *ret_kind = kind;
    return true;
}

static bool has_pictures(const char *folder)
{
    struct name_list names;
    struct error ignored;
    bool found = false;
    if (!folder_list(folder, NAMES_MOST, &names, &ignored))
        return false;
    for (size_t i = 0; i < names.count && !found; i++)
        found = image_has_known_name(names.names[i]);
    name_list_finish(&names);
    return found;
}

bool sequence_set_is_pictures(const char *folder)
{
    char path[PATH_SIZE];
    struct error ignored;
    if (!path_join(path, sizeof path, folder, "train/good", &ignored) || !has_pictures(path))
        return false;
    return path_join(path, sizeof path, folder, "test", &ignored) &&
           file_kind_of(path) == FILE_FOLDER;
}

/* ---- one sequence */

static bool grow(void **array, size_t count, size_t size, const char *what, struct error *err)
{
    /* Doubles at powers of two; nothing else holds the capacity. */
    if (count & (count - 1))
        return true;
    void *larger = realloc(*array, (count ? 2 * count : 1) * size);
    if (!larger)
        return error_set(err, ERROR_MEMORY, "no memory for the %s of a dataset", what);
    *array = larger;
    return true;
}

static bool is_frame(const struct walk *walk, const char *folder, const char *name, bool *ret_frame)
{
    char path[PATH_SIZE];
    enum file_kind kind = FILE_OTHER;
    if (image_has_known_name(name) && (!path_join(path, sizeof path, folder, name, walk->err) ||
                                       !look_at(walk->set.root, path, &kind, walk->err)))
        return false;
    *ret_frame = kind == FILE_REGULAR;
    return true;
}

static bool keep_frames(const struct walk *walk, struct sequence *sequence, struct name_list *names)
{
    size_t kept = 0;
    bool frame = false, good = true;
    for (size_t i = 0; i < names->count; i++) {
        good = good && is_frame(walk, sequence->folder, names->names[i], &frame);
        if (good && frame)
            names->names[kept++] = names->names[i];
        else
            free(names->names[i]);
    }
    names->count = kept;
    if (good && kept != sequence->truth.frame_count)
        good = error_set(walk->err, ERROR_FORMAT,
                         "%s/" CASE_FILE_NAME ": 'area' has %zu numbers, but there %s %zu "
                         "picture%s in the folder",
                         sequence->folder, sequence->truth.frame_count, kept == 1 ? "is" : "are",
                         kept, kept == 1 ? "" : "s");
    return good;
}

static bool add_sequence(struct walk *walk, const char *path, const char *folder, int scene,
                         struct name_list *names)
{
    struct sequence_set *set = &walk->set;
    struct sequence sequence = {.scene = scene};
    char file[PATH_SIZE];
    if (++walk->seen > SEQUENCES_MOST)
        return error_set(walk->err, ERROR_FORMAT, "%s holds more than %d sequences; evaluate parts",
                         set->root, SEQUENCES_MOST);
    snprintf(sequence.path, sizeof sequence.path, "%s", path);
    snprintf(sequence.folder, sizeof sequence.folder, "%s", folder);
    if (!path_join(file, sizeof file, folder, CASE_FILE_NAME, walk->err) ||
        !sequence_case_read(file, &sequence.truth, walk->err))
        return false;
    if (walk->kind && strncmp(sequence.truth.kind, walk->kind, strlen(walk->kind)) != 0) {
        sequence_case_finish(&sequence.truth);
        return true;
    }
    if (!keep_frames(walk, &sequence, names) ||
        !grow((void **)&set->sequences, set->count, sizeof sequence, "sequences", walk->err)) {
        sequence_case_finish(&sequence.truth);
        return false;
    }
    sequence.frames = *names;
    *names = (struct name_list){0};
    set->sequences[set->count++] = sequence;
    return true;
}

bool sequence_mask_find(const struct sequence_set *set, const struct sequence *sequence,
                        size_t frame, char ret_path[PATH_SIZE], bool *ret_there, struct error *err)
{
    char name[SEQUENCE_NAME_SIZE], path[PATH_SIZE];
    const char *frame_name = sequence->frames.names[frame];
    const char *dot = strrchr(frame_name, '.');
    enum file_kind kind;
    snprintf(name, sizeof name, "mask/%.*s.png", (int)(dot - frame_name), frame_name);
    if (!path_join(path, sizeof path, sequence->folder, name, err) ||
        !look_at(set->root, path, &kind, err))
        return false;
    *ret_there = kind == FILE_REGULAR;
    memcpy(ret_path, path, sizeof path);
    return true;
}

/* ---- the walk */

/* A folder with normals is a scene of its own for all below it. */
static bool find_scene(struct walk *walk, const char *path, const char *folder, int *scene)
{
    static const char *const places[] = {"normal", "train/good"};
    struct sequence_set *set = &walk->set;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct sequence_scene found;
        enum file_kind kind;
        snprintf(found.path, sizeof found.path, "%s", *path ? path : ".");
        if (!path_join(found.normal_folder, sizeof found.normal_folder, folder, places[i],
                       walk->err) ||
            !look_at(set->root, found.normal_folder, &kind, walk->err))
            return false;
        if (kind != FILE_FOLDER || !has_pictures(found.normal_folder))
            continue;
        if (!grow((void **)&set->scenes, set->scene_count, sizeof found, "scenes", walk->err))
            return false;
        set->scenes[set->scene_count] = found;
        *scene = (int)set->scene_count++;
        return true;
    }
    return true;
}

static bool visit(struct walk *walk, const char *path, const char *folder, int depth, int scene);

static bool visit_entry(struct walk *walk, const char *parent, const char *parent_folder,
                        const char *name, int depth, int scene)
{
    char path[SEQUENCE_NAME_SIZE], folder[PATH_SIZE];
    enum file_kind kind;
    if (!path_join(folder, sizeof folder, parent_folder, name, walk->err) ||
        !look_at(walk->set.root, folder, &kind, walk->err))
        return false;
    if (kind != FILE_FOLDER || strcmp(name, "normal") == 0 || strcmp(name, "train") == 0)
        return true;
    if (!text_is_plain(name, strlen(name)))
        return error_set(walk->err, ERROR_FORMAT,
                         "a folder in '%s' has a name that is no plain text; rename it",
                         parent_folder);
    return path_join(path, sizeof path, parent, name, walk->err) &&
           visit(walk, path, folder, depth + 1, scene);
}

static bool has_name(const struct name_list *names, const char *wanted)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->names[i], wanted) == 0)
            return true;
    return false;
}

static bool visit(struct walk *walk, const char *path, const char *folder, int depth, int scene)
{
    struct name_list names;
    bool good = folder_list(folder, NAMES_MOST, &names, walk->err);
    if (good && has_name(&names, CASE_FILE_NAME)) {
        good = depth == 0 ? error_set(walk->err, ERROR_INPUT,
                                      "%s is itself a sequence; give the folder above it", folder)
                          : add_sequence(walk, path, folder, scene, &names);
    } else if (good && depth < SET_DEPTH) {
        good = find_scene(walk, path, folder, &scene);
        for (size_t i = 0; i < names.count && good; i++)
            good = visit_entry(walk, path, folder, names.names[i], depth, scene);
    }
    name_list_finish(&names);
    return good;
}

/* Scenes that no sequence needs would be trained for nothing. */
static void drop_idle_scenes(struct sequence_set *set)
{
    size_t kept = 0;
    for (size_t scene = 0; scene < set->scene_count; scene++) {
        bool used = false;
        for (size_t i = 0; i < set->count; i++) {
            if (set->sequences[i].scene != (int)scene)
                continue;
            used = true;
            set->sequences[i].scene = (int)kept;
        }
        if (used)
            set->scenes[kept++] = set->scenes[scene];
    }
    set->scene_count = kept;
}

bool sequence_set_load(const char *folder, const char *kind, struct sequence_set *ret_set,
                       struct error *err)
{
    struct walk walk = {.kind = kind, .err = err};
    bool good = path_absolute(folder, walk.set.root, sizeof walk.set.root, err) &&
                visit(&walk, "", walk.set.root, 0, -1);
    if (good && walk.seen == 0)
        good = error_set(
            err, ERROR_INPUT,
            "%s holds no sequence: no folder in it, down to %d levels, has a " CASE_FILE_NAME
            " (docs/evaluation.md says what is read)",
            folder, SET_DEPTH);
    if (good && walk.set.count == 0)
        good = error_set(err, ERROR_INPUT, "none of the %zu sequences in %s is of the kind '%s'",
                         walk.seen, folder, kind);
    if (!good) {
        sequence_set_finish(&walk.set);
        return false;
    }
    drop_idle_scenes(&walk.set);
    *ret_set = walk.set;
    return true;
}

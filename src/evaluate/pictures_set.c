/* From the name of a dataset to its lists of pictures, kind by kind.
 *
 * The folder's names come from whoever packed the dataset: they are shown to people and joined to
 * paths, so names that steer a terminal and links that lead elsewhere are left out. A kind that is
 * broken costs a warning; only a dataset without a single picture is an error. The first folder
 * with pictures, "good" if there is one, decides on the size of all.
 */
#include "evaluate/pictures_set.h"

#include "base/text.h"
#include "evaluate/pictures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct search {
    struct pictures_set *set;
    const struct picture_listener *listener;
    char test_folder[PATH_SIZE];
    char wanted[80]; /* the size that fits, for people */
};

static void leave_out_kind(struct search *search, const struct error *reason)
{
    char sentence[ERROR_MESSAGE_SIZE + 32];
    search->set->left_out_count++;
    snprintf(sentence, sizeof sentence, "kind left out: %s", reason->message);
    text_make_plain(sentence);
    if (search->listener->warn)
        search->listener->warn(search->listener->context, sentence);
}

static bool fits(void *context, const struct image_header *header)
{
    const struct pictures_set *set = context;
    if (set->width == 0)
        return (int64_t)header->width * header->height <= PICTURE_PIXELS_MOST;
    return header->width == set->width && header->height == set->height;
}

/* False with the reason when it is no folder of pictures; other files beside the kinds, a licence
 * for example, are none of our business and give no reason. */
static bool is_kind(const struct search *search, const char *name, const char *path,
                    bool *ret_worth_saying, struct error *ret_reason)
{
    const enum file_kind kind = file_kind_of(path);
    *ret_worth_saying = kind == FILE_FOLDER || kind == FILE_LINK;
    if (!*ret_worth_saying)
        return false;
    if (!text_is_plain(name, strlen(name)))
        return error_set(ret_reason, ERROR_INPUT,
                         "'%.200s': a folder whose name holds control characters or is not UTF-8; "
                         "rename it",
                         name);
    return kind == FILE_FOLDER || path_check_inside(path, search->set->dataset, ret_reason);
}

static bool has_mask_folder(const struct pictures_set *set, const char *kind)
{
    char masks[PATH_SIZE], path[PATH_SIZE];
    struct error ignored;
    if (!path_join(masks, sizeof masks, set->dataset, "ground_truth", &ignored) ||
        !path_join(path, sizeof path, masks, kind, &ignored))
        return false;
    const enum file_kind found = file_kind_of(path);
    return found == FILE_FOLDER ||
           (found == FILE_LINK && path_check_inside(path, set->dataset, &ignored));
}

static bool add_folder(struct search *search, struct pictures_folder *folder, const char *name,
                       struct error *err)
{
    struct pictures_set *set = search->set;
    folder->name = text_copy(name, strlen(name));
    if (!folder->name)
        return error_set(err, ERROR_MEMORY, "no memory for the kinds of pictures");
    folder->anomalous = strcmp(name, "good") != 0;
    folder->has_masks = folder->anomalous && has_mask_folder(set, name);
    set->width = folder->list.kind.width;
    set->height = folder->list.kind.height;
    snprintf(search->wanted, sizeof search->wanted, "%dx%d px, as the others have", set->width,
             set->height);
    set->picture_count += folder->list.count;
    set->folder_count++;
    if (set->picture_count <= PICTURES_MOST)
        return true;
    return error_set(err, ERROR_FORMAT,
                     "'%s' holds more than %d pictures; move some elsewhere, every second one for "
                     "example",
                     search->test_folder, PICTURES_MOST);
}

static bool consider(struct search *search, const char *name, struct error *err)
{
    struct pictures_set *set = search->set;
    struct pictures_folder *folder = &set->folders[set->folder_count];
    const struct picture_rule rule = {fits, set, search->wanted};
    struct error reason = {0};
    bool worth_saying = true;
    if (!path_join(folder->path, sizeof folder->path, search->test_folder, name, &reason) ||
        !is_kind(search, name, folder->path, &worth_saying, &reason)) {
        if (worth_saying)
            leave_out_kind(search, &reason);
        return true;
    }
    const bool good =
        picture_list_load(folder->path, rule, *search->listener, &folder->list, &reason);
    set->left_out_count += folder->list.skipped;
    if (good && add_folder(search, folder, name, err))
        return true;
    picture_list_finish(&folder->list);
    if (good)
        return false;
    if (reason.code == ERROR_MEMORY)
        return error_set(err, reason.code, "%s", reason.message);
    leave_out_kind(search, &reason);
    return true;
}

static bool consider_all(struct search *search, const struct name_list *names, struct error *err)
{
    for (int round = 0; round < 2; round++) { /* good, then the others */
        for (size_t i = 0; i < names->count; i++) {
            const bool is_good = strcmp(names->names[i], "good") == 0;
            if (is_good == (round == 0) && !consider(search, names->names[i], err))
                return false;
        }
    }
    if (search->set->picture_count > 0)
        return true;
    return error_set(err, ERROR_INPUT,
                     "no usable pictures in '%s'; a dataset in the layout of MVTec AD has them in "
                     "test/good and test/<kind>",
                     search->test_folder);
}

static bool search_folders(struct search *search, struct error *err)
{
    struct name_list names = {0};
    struct pictures_set *set = search->set;
    if (!path_join(search->test_folder, sizeof search->test_folder, set->dataset, "test", err))
        return false;
    if (file_is_missing(search->test_folder))
        return error_set(err, ERROR_INPUT,
                         "'%s' does not exist; a dataset in the layout of MVTec AD has train/good, "
                         "test/good, test/<kind> and ground_truth/<kind>",
                         search->test_folder);
    bool good = folder_list(search->test_folder, KINDS_MOST, &names, err);
    if (good) {
        set->folders = calloc(names.count + 1, sizeof *set->folders);
        good = set->folders ||
               error_set(err, ERROR_MEMORY, "no memory for %zu kinds of pictures", names.count);
    }
    good = good && consider_all(search, &names, err);
    name_list_finish(&names);
    return good;
}

bool pictures_set_load(const char *dataset, const struct picture_listener *listener,
                       struct pictures_set *ret_set, struct error *err)
{
    struct pictures_set set = {.dataset = dataset};
    struct search search = {.set = &set, .listener = listener, .wanted = "at most 16777216 px"};
    if (!search_folders(&search, err)) {
        pictures_set_finish(&set);
        return false;
    }
    *ret_set = set;
    return true;
}

void pictures_set_finish(struct pictures_set *set)
{
    for (size_t i = 0; i < set->folder_count; i++) {
        free(set->folders[i].name);
        picture_list_finish(&set->folders[i].list);
    }
    free(set->folders);
    *set = (struct pictures_set){0};
}

/* DATASET/ground_truth/KIND/STEM_mask.png */
static bool mask_path(const struct pictures_set *set, const struct pictures_folder *folder,
                      const char *name, char ret_path[PATH_SIZE], struct error *err)
{
    char masks[PATH_SIZE], of_kind[PATH_SIZE], file[PATH_SIZE];
    const char *dot = strrchr(name, '.');
    const size_t stem = dot ? (size_t)(dot - name) : strlen(name);
    if (stem >= sizeof file - sizeof "_mask.png")
        return error_set(err, ERROR_INPUT, "the name of a picture is too long");
    snprintf(file, sizeof file, "%.*s_mask.png", (int)stem, name);
    return path_join(masks, sizeof masks, set->dataset, "ground_truth", err) &&
           path_join(of_kind, sizeof of_kind, masks, folder->name, err) &&
           path_join(ret_path, PATH_SIZE, of_kind, file, err);
}

bool pictures_set_read_mask(const struct pictures_set *set, const struct pictures_folder *folder,
                            const char *name, uint8_t *ret_mask, struct error *err)
{
    char path[PATH_SIZE];
    struct image_header header;
    struct image image = {0};
    if (!mask_path(set, folder, name, path, err))
        return false;
    if (file_is_missing(path))
        return error_set(err, ERROR_INPUT, "%s: there is no such mask", path);
    if (file_kind_of(path) == FILE_LINK && !path_check_inside(path, set->dataset, err))
        return false;
    if (!image_read_header(path, &header, err))
        return false;
    if (header.width != set->width || header.height != set->height)
        return error_set(err, ERROR_FORMAT, "%s: a mask of %dx%d px for a picture of %dx%d px",
                         path, header.width, header.height, set->width, set->height);
    if (!image_read(path, &image, err))
        return false;
    const bool same = image.width == set->width && image.height == set->height;
    const size_t count = (size_t)set->width * (size_t)set->height;
    for (size_t i = 0; same && i < count; i++)
        ret_mask[i] = (image.rgb[3 * i] | image.rgb[3 * i + 1] | image.rgb[3 * i + 2]) >> 7;
    image_finish(&image);
    return same || error_set(err, ERROR_FORMAT, "%s: changed while it was read", path);
}

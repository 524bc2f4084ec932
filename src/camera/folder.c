/* A folder of pictures as a source: byte order of names is the order of time.
 *
 * Finite; frame n is the n-th picture name, damaged ones included, so that numbers stay aligned
 * with the folder's listing. The size of the first picture with a usable header is the size of the
 * source. Whatever cannot be shown — damaged, of another size, a link that leads out of the folder
 * — is counted and named through SOURCE_NONE, and the walk goes on. The surprising thing: a picture
 * is only opened when it is due, so its damage is told when its frame would have come.
 */
#include "camera/source_ops.h"

#include "frame/image.h"
#include "platform/clock.h"
#include "platform/file.h"

#include <string.h>

enum { FOLDER_NAMES_MAX = 1000000 };

/* So that the time of the last of a million pictures fits. */
static const int64_t folder_period_max_ns = 7200 * NS_PER_SECOND;

struct folder_source {
    struct source head;
    struct name_list names; /* the first `picture_count` are pictures, in byte order */
    size_t picture_count;
    int64_t at; /* the picture that the source stands on; -1 before the first */
};

static struct folder_source *folder_of(struct source *source)
{
    return (struct folder_source *)source;
}

static bool folder_init(struct source *source, struct error *err)
{
    source->finite = true;
    if (source->settings.folder_period_ns > folder_period_max_ns)
        return error_set(err, ERROR_USAGE,
                         "%lld s between two pictures of a folder is too long; at most %lld s",
                         (long long)(source->settings.folder_period_ns / NS_PER_SECOND),
                         (long long)(folder_period_max_ns / NS_PER_SECOND));
    if (source->settings.folder_period_ns == 0)
        source->settings.folder_period_ns = NS_PER_SECOND;
    return true;
}

static void folder_close(struct source *source)
{
    struct folder_source *folder = folder_of(source);
    name_list_finish(&folder->names);
    folder->names = (struct name_list){0};
    folder->picture_count = 0;
}

/* Brings the picture names to the front, in their order. */
static void keep_pictures(struct folder_source *folder)
{
    char **names = folder->names.names;
    for (size_t i = 0; i < folder->names.count; i++) {
        if (!image_has_known_name(names[i]))
            continue;
        char *name = names[i];
        names[i] = names[folder->picture_count];
        names[folder->picture_count++] = name;
    }
}

/* The path of a picture, once it is sure that it lies in this folder. */
static bool picture_path(const struct folder_source *folder, size_t index, char ret_path[PATH_SIZE],
                         struct error *err)
{
    const char *dir = folder->head.settings.spec;
    if (!path_join(ret_path, PATH_SIZE, dir, folder->names.names[index], err))
        return false;
    return file_kind_of(ret_path) != FILE_LINK || path_check_inside(ret_path, dir, err);
}

/* The first picture with a usable header gives the size. */
static bool find_size(const struct folder_source *folder, struct source_info *info,
                      struct error *err)
{
    struct error reason = {.code = ERROR_NONE};
    for (size_t i = 0; i < folder->picture_count; i++) {
        struct error this_reason;
        char path[PATH_SIZE];
        struct image_header header;
        if (picture_path(folder, i, path, &this_reason) &&
            image_read_header(path, &header, &this_reason)) {
            info->width = header.width;
            info->height = header.height;
            return true;
        }
        if (i == 0)
            reason = this_reason;
    }
    return error_set(err, ERROR_INPUT,
                     "none of the %zu pictures in folder \"%s\" can be used; the first: %s",
                     folder->picture_count, folder->head.settings.spec, reason.message);
}

static bool folder_open(struct source *source, struct source_info *ret_info, struct error *err)
{
    struct folder_source *folder = folder_of(source);
    const char *dir = source->settings.spec;
    if (!folder_list(dir, FOLDER_NAMES_MAX, &folder->names, err))
        return false;
    keep_pictures(folder);
    if (folder->picture_count == 0)
        return error_set(err, ERROR_INPUT,
                         "folder \"%s\" holds no pictures (.jpg, .jpeg, .png); capture some first "
                         "or name another folder",
                         dir);
    if (!find_size(folder, ret_info, err))
        return false;
    folder->at = -1;
    ret_info->frame_count = (int64_t)folder->picture_count;
    source_info_set_name(ret_info, "folder %s, %zu pictures %dx%d", source_short_path(dir),
                         folder->picture_count, ret_info->width, ret_info->height);
    return true;
}

static enum source_result folder_next(struct source *source, int64_t deadline_ns,
                                      struct source_stamp *ret_stamp, struct error *err)
{
    (void)deadline_ns, (void)err;
    struct folder_source *folder = folder_of(source);
    if (folder->at + 1 >= (int64_t)folder->picture_count)
        return SOURCE_END;
    folder->at++;
    *ret_stamp = (struct source_stamp){
        .number = folder->at,
        .time_ns = folder->at * source->settings.folder_period_ns,
    };
    return SOURCE_FRAME;
}

static bool read_picture(struct folder_source *folder, uint8_t *ret_rgb, struct error *err)
{
    char path[PATH_SIZE];
    struct image image = {0};
    if (!picture_path(folder, (size_t)folder->at, path, err) || !image_read(path, &image, err))
        return false;
    int width = folder->head.width, height = folder->head.height;
    bool fits = image.width == width && image.height == height;
    if (fits)
        memcpy(ret_rgb, image.rgb, (size_t)width * (size_t)height * 3);
    else
        error_set(err, ERROR_FORMAT,
                  "picture \"%s\" is %dx%d px, but the first one of its folder is %dx%d px; a "
                  "folder holds pictures of one size",
                  path, image.width, image.height, width, height);
    image_finish(&image);
    return fits;
}

static enum source_result folder_fill(struct source *source, uint8_t *ret_rgb, struct error *err)
{
    if (read_picture(folder_of(source), ret_rgb, err))
        return SOURCE_FRAME;
    source->counts.damaged++;
    return SOURCE_NONE;
}

const struct source_ops folder_source_ops = {
    .kind = "folder",
    .size = sizeof(struct folder_source),
    .clock = SOURCE_CLOCK_MEDIA,
    .init = folder_init,
    .open = folder_open,
    .close = folder_close,
    .next = folder_next,
    .fill = folder_fill,
};

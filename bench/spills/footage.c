/* Reads a clip once through camera/source.h and keeps the frames that backgrounds are made of.
 *
 * The ranges without people of two clips are those that the footage's own README lists. The car
 * park was looked at: there a range is clean where no car is seen and the exposure has settled.
 * What the normals and the sequences show comes from different ranges where the clip has several.
 */
#include "footage.h"

#include "camera/source.h"
#include "frame/convert.h"
#include "platform/file.h"

#include <stdlib.h>
#include <string.h>

const struct footage_row footage_rows[FOOTAGE_ROW_COUNT] = {
    {"worker-zone-detection.mp4", "worker", 960, 540, 122, 12, {{0, 14}}, {{15, 28}}},
    {"car-detection.mp4", "car", 768, 432, 377, 12, {{0, 52}}, {{116, 180}, {236, 314}}},
    {"one-by-one-person-detection.mp4",
     "one-by-one",
     768,
     432,
     1394,
     10,
     {{0, 59}, {210, 226}, {460, 498}},
     {{714, 741}, {880, 920}, {1220, 1233}, {1380, 1390}}},
};

struct footage {
    const struct footage_row *row;
    uint8_t **frames; /* by number; NULL where none is kept */
};

const struct footage_row *footage_find(const char *file)
{
    for (int i = 0; i < FOOTAGE_ROW_COUNT; i++)
        if (strcmp(footage_rows[i].file, file) == 0)
            return &footage_rows[i];
    return NULL;
}

static bool in_ranges(const struct frame_range *ranges, int64_t number)
{
    for (int i = 0; i < FOOTAGE_RANGES_MAX && ranges[i].last > 0; i++)
        if (number >= ranges[i].first && number <= ranges[i].last)
            return true;
    return false;
}

static bool is_kept(const struct footage_row *row, int64_t number)
{
    return number < row->frame_count &&
           (number % row->stride == 0 || in_ranges(row->normals, number) ||
            in_ranges(row->clean, number));
}

static bool keep_frame(struct footage *footage, const struct frame *frame, struct resizer *resizer,
                       struct error *err)
{
    const struct footage_row *row = footage->row;
    const size_t size = 3 * (size_t)row->width * (size_t)row->height;
    uint8_t *copy = malloc(size);
    if (!copy)
        return error_set(err, ERROR_MEMORY, "no memory for the frames of %s", row->file);
    if (frame->width == row->width && frame->height == row->height)
        memcpy(copy, frame->rgb, size);
    else
        resizer_to_rgb(resizer, frame->rgb, 3 * frame->width, copy);
    footage->frames[frame->number] = copy;
    return true;
}

static bool read_frames(struct footage *footage, struct source *source,
                        const struct source_info *info, struct error *err)
{
    const struct footage_row *row = footage->row;
    struct frame_pool *pool = frame_pool_create(info->width, info->height, 1, err);
    struct resizer *resizer =
        pool ? resizer_create(info->width, info->height, row->width, row->height, err) : NULL;
    bool done = resizer;
    int64_t count = 0;
    while (done) {
        struct frame *frame;
        const enum source_result result = source_read(source, pool, INT64_MAX, &frame, err);
        if (result == SOURCE_END)
            break;
        if (result != SOURCE_FRAME) {
            done = error_set(err, ERROR_FORMAT, "%s can not be read to its end", row->file);
            break;
        }
        count = frame->number + 1;
        if (is_kept(row, frame->number))
            done = keep_frame(footage, frame, resizer, err);
        frame_release(frame);
    }
    resizer_destroy(resizer);
    frame_pool_destroy(pool);
    if (done && count != row->frame_count)
        return error_set(err, ERROR_FORMAT, "%s has %lld frames, not %d: it is another clip",
                         row->file, (long long)count, row->frame_count);
    return done;
}

struct footage *footage_load(const char *folder, const struct footage_row *row, struct error *err)
{
    struct footage *footage = calloc(1, sizeof *footage);
    if (footage)
        footage->frames = calloc((size_t)row->frame_count, sizeof *footage->frames);
    if (!footage || !footage->frames) {
        error_set(err, ERROR_MEMORY, "no memory for the frames of %s", row->file);
        footage_destroy(footage);
        return NULL;
    }
    footage->row = row;
    char path[PATH_SIZE];
    struct source_info info;
    struct source *source = NULL;
    const struct source_settings settings = {.spec = path, .last_frame = INT64_MAX};
    bool done = path_join(path, sizeof path, folder, row->file, err);
    if (done)
        source = source_create(&settings, err);
    done = source && source_open(source, &info, err) && read_frames(footage, source, &info, err);
    source_destroy(source);
    if (done)
        return footage;
    footage_destroy(footage);
    return NULL;
}

void footage_destroy(struct footage *footage)
{
    if (!footage)
        return;
    for (int i = 0; footage->frames && i < footage->row->frame_count; i++)
        free(footage->frames[i]);
    free(footage->frames);
    free(footage);
}

const struct footage_row *footage_row_of(const struct footage *footage)
{
    return footage->row;
}

const uint8_t *footage_frame(const struct footage *footage, int number)
{
    if (number < 0 || number >= footage->row->frame_count)
        return NULL;
    return footage->frames[number];
}

/* The picture of a miss or a false alarm: made small, the leak outlined, the boxes drawn.
 *
 * The outline lies around the leak and leaves it free: what matters of a miss is how little there
 * is to see. A leak of one pixel keeps its outline, because a small pixel counts as leak when any
 * part of it is one. Files are read with suspicion, as those of a stranger: a dataset may be gone,
 * changed, or lead elsewhere by a link.
 */
#include "evaluate/page_parts.h"

#include "frame/convert.h"
#include "frame/draw.h"
#include "frame/image.h"
#include "platform/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LEAK_LEAST = 3,
    OUTLINE_NEAR = 2,
    OUTLINE_FAR = 3,
    QUALITY_BEST = 82,
    QUALITY_LEAST = 10,
    QUALITY_STEP = 14
};

static const uint8_t dark[3] = {0, 0, 0}, bright[3] = {255, 255, 255};

/* ---- where the files are */

static bool is_within(const char *path, const char *dataset)
{
    return path_check_inside(path, dataset, NULL);
}

/* "dir/sub/name.jpg" → "name": the length up to its ending. */
static int stem_length(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot && dot != name ? (int)(dot - name) : (int)strlen(name);
}

static bool sequence_paths(const char *dataset, const struct page_card *card, char path[PATH_SIZE],
                           char mask[PATH_SIZE])
{
    const struct sequence_result *sequence = card->sequence;
    int64_t frame = card->alarm ? card->alarm->frame : sequence->largest_frame;
    if (frame < 0 || (uint64_t)frame >= sequence->frame_count || !sequence->frame_names)
        return false;
    const char *name = sequence->frame_names[frame];
    int used = snprintf(path, PATH_SIZE, "%s/%s/%s", dataset, sequence->path, name);
    int mask_used = snprintf(mask, PATH_SIZE, "%s/%s/mask/%.*s.png", dataset, sequence->path,
                             stem_length(name), name);
    return used < PATH_SIZE && mask_used < PATH_SIZE;
}

/* test/crack/007.png → ground_truth/crack/007_mask.png */
static bool entry_paths(const char *dataset, const struct page_card *card, char path[PATH_SIZE],
                        char mask[PATH_SIZE])
{
    const char *rest = strchr(card->entry->path, '/');
    int used = snprintf(path, PATH_SIZE, "%s/%s", dataset, card->entry->path);
    int mask_used = rest ? snprintf(mask, PATH_SIZE, "%s/ground_truth%.*s_mask.png", dataset,
                                    stem_length(rest), rest)
                         : -1;
    return used < PATH_SIZE && mask_used >= 0 && mask_used < PATH_SIZE;
}

/* ---- drawing */

static int scaled(int value, int to, int from)
{
    return (int)((int64_t)value * to / from);
}

/* Never larger than it is. */
static void choose_size(const struct image *image, int *ret_width, int *ret_height)
{
    int width = image->width < CARD_PICTURE_WIDTH ? image->width : CARD_PICTURE_WIDTH;
    int height = scaled(image->height, width, image->width);
    if (height > CARD_PICTURE_HEIGHT) {
        height = CARD_PICTURE_HEIGHT;
        width = scaled(image->width, height, image->height);
    }
    *ret_width = width > 0 ? width : 1;
    *ret_height = height > 0 ? height : 1;
}

/* Packed RGB, which the caller frees; NULL with ERROR_MEMORY. */
static uint8_t *make_small(const struct image *image, int width, int height, struct error *err)
{
    struct resizer *resizer = resizer_create(image->width, image->height, width, height, err);
    uint8_t *rgb = resizer ? malloc((size_t)width * (size_t)height * 3) : NULL;
    if (rgb)
        resizer_to_rgb(resizer, image->rgb, 3 * image->width, rgb);
    else if (resizer)
        error_set(err, ERROR_MEMORY, "no memory for a picture of %dx%d px", width, height);
    resizer_destroy(resizer);
    return rgb;
}

/* How near the leak is to a pixel that is none: 1 .. OUTLINE_FAR + 1, 0 = on it, or not near. */
static int distance_to_leak(const uint8_t *mask, int width, int height, int x, int y)
{
    const int reach = OUTLINE_FAR + 1;
    int nearest = 0;
    if (mask[3 * ((size_t)y * (size_t)width + (size_t)x)] >= LEAK_LEAST)
        return 0;
    for (int dy = -reach; dy <= reach; dy++) {
        for (int dx = -reach; dx <= reach; dx++) {
            const int at_x = x + dx, at_y = y + dy;
            if (at_x < 0 || at_y < 0 || at_x >= width || at_y >= height ||
                mask[3 * ((size_t)at_y * (size_t)width + (size_t)at_x)] < LEAK_LEAST)
                continue;
            const int distance = abs(dx) > abs(dy) ? abs(dx) : abs(dy);
            if (nearest == 0 || distance < nearest)
                nearest = distance;
        }
    }
    return nearest;
}

/* White, with black around it, so that it shows on any ground. */
static bool draw_outline(uint8_t *rgb, const uint8_t *mask, int width, int height)
{
    bool any = false;
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            const int distance = distance_to_leak(mask, width, height, x, y);
            if (distance < OUTLINE_NEAR)
                continue;
            memcpy(rgb + 3 * ((size_t)y * (size_t)width + (size_t)x),
                   distance <= OUTLINE_FAR ? bright : dark, 3);
            any = true;
        }
    }
    return any;
}

/* A mask that can not be used leaves the picture without an outline. False only for lack of memory.
 */
static bool add_outline(const char *path, const char *dataset, const struct image *image,
                        uint8_t *rgb, struct card_picture *picture, struct error *err)
{
    struct image mask = {0};
    struct error why = {0};
    uint8_t *small = NULL;
    bool good = !file_is_missing(path) && is_within(path, dataset) &&
                image_read(path, &mask, &why) && mask.width == image->width &&
                mask.height == image->height;
    if (good)
        small = make_small(&mask, picture->width, picture->height, &why);
    if (small)
        picture->has_outline = draw_outline(rgb, small, picture->width, picture->height);
    free(small);
    image_finish(&mask);
    return why.code != ERROR_MEMORY || error_set(err, why.code, "%s", why.message);
}

/* With less quality when it would be too large; the least is small enough for noise. */
static bool encode(const uint8_t *rgb, struct card_picture *picture, struct error *err)
{
    int quality = QUALITY_BEST;
    do {
        buffer_clear(&picture->jpeg);
        if (!image_encode_jpeg(rgb, picture->width, picture->height, quality, &picture->jpeg, err))
            return false;
        quality -= QUALITY_STEP;
    } while (picture->jpeg.size > CARD_PICTURE_BYTES_MAX && quality >= QUALITY_LEAST);
    return true;
}

static bool draw(const struct page_card *card, const char *dataset, const struct image *image,
                 const char *mask, struct card_picture *picture, struct error *err)
{
    choose_size(image, &picture->width, &picture->height);
    uint8_t *rgb = make_small(image, picture->width, picture->height, err);
    bool good = rgb && add_outline(mask, dataset, image, rgb, picture, err);
    if (good && card->alarm)
        draw_marks(rgb, picture->width, picture->height, card->alarm->boxes,
                   card->alarm->box_count < BOXES_MAX ? card->alarm->box_count : BOXES_MAX,
                   image->width, image->height);
    good = good && encode(rgb, picture, err);
    free(rgb);
    return good;
}

bool card_picture_load(const struct page *page, const struct page_card *card,
                       struct card_picture *ret_picture, struct error *err)
{
    char path[PATH_SIZE], mask[PATH_SIZE];
    const char *dataset = page->source->dataset;
    struct image image = {0};
    struct error why = {0};
    *ret_picture = (struct card_picture){.state = CARD_PICTURE_MISSING};
    if (!(card->sequence ? sequence_paths(dataset, card, path, mask)
                         : entry_paths(dataset, card, path, mask)) ||
        file_is_missing(path))
        return true;
    ret_picture->state = CARD_PICTURE_OUTSIDE;
    if (!is_within(path, dataset))
        return true;
    ret_picture->state = CARD_PICTURE_SHOWN;
    bool good =
        image_read(path, &image, &why) && draw(card, dataset, &image, mask, ret_picture, &why);
    image_finish(&image);
    if (good)
        return true;
    ret_picture->state = CARD_PICTURE_DAMAGED;
    if (why.code != ERROR_MEMORY)
        return true;
    buffer_finish(&ret_picture->jpeg);
    return error_set(err, why.code, "%s", why.message);
}

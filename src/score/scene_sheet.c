/* The pictures that were left out, small and side by side, for a person to judge. Written once a
 * scene is learned.
 *
 * The names are said, not drawn: row by row, from left to right.
 */
#include "score/scene_advice.h"

#include "frame/draw.h"
#include "platform/file.h"

#include <stdio.h>
#include <stdlib.h>

enum { COLUMNS = 4, THUMBNAILS_MOST = 4 * COLUMNS, THUMBNAIL_WIDTH = 240, GAP = 6, QUALITY = 85 };

struct sheet {
    const struct scene_adviser *adviser;
    size_t count;
    int thumbnail_height, width, height; /* px */
    struct resizer *resizer;
    uint8_t *thumbnail, *rgb;
};

static bool reserve(struct sheet *sheet, struct error *err)
{
    const struct image_header *kind = &sheet->adviser->list->kind;
    const int rows = (int)(sheet->count + COLUMNS - 1) / COLUMNS;
    const int columns = sheet->count < COLUMNS ? (int)sheet->count : COLUMNS;
    sheet->thumbnail_height = kind->height * THUMBNAIL_WIDTH / kind->width;
    if (sheet->thumbnail_height < 2)
        sheet->thumbnail_height = 2;
    if (sheet->thumbnail_height > 2 * THUMBNAIL_WIDTH)
        sheet->thumbnail_height = 2 * THUMBNAIL_WIDTH;
    sheet->width = columns * (THUMBNAIL_WIDTH + GAP) + GAP;
    sheet->height = rows * (sheet->thumbnail_height + GAP) + GAP;
    sheet->resizer =
        resizer_create(kind->width, kind->height, THUMBNAIL_WIDTH, sheet->thumbnail_height, err);
    if (!sheet->resizer)
        return false;
    sheet->thumbnail = malloc((size_t)3 * THUMBNAIL_WIDTH * (size_t)sheet->thumbnail_height);
    sheet->rgb = calloc((size_t)3 * (size_t)sheet->width, (size_t)sheet->height);
    return (sheet->thumbnail && sheet->rgb) ||
           error_set(err, ERROR_MEMORY, "no memory for a sheet of %zu pictures", sheet->count);
}

static bool draw(struct sheet *sheet, size_t position, struct error *err)
{
    const struct scene_adviser *adviser = sheet->adviser;
    const struct picture_list *list = adviser->list;
    struct image picture = {0};
    const int column = (int)position % COLUMNS, row = (int)position / COLUMNS;
    if (!picture_read(adviser->folder, list->names[adviser->lesson->outliers[position]],
                      &list->kind, &picture, err))
        return false;
    resizer_to_rgb(sheet->resizer, picture.rgb, 3 * picture.width, sheet->thumbnail);
    image_finish(&picture);
    draw_picture(sheet->rgb, sheet->width, sheet->height, sheet->thumbnail, THUMBNAIL_WIDTH,
                 sheet->thumbnail_height, GAP + column * (THUMBNAIL_WIDTH + GAP),
                 GAP + row * (sheet->thumbnail_height + GAP));
    return true;
}

static void say(const struct sheet *sheet, const char *sentence)
{
    const struct learn_listener *listener = &sheet->adviser->listener;
    if (listener->say)
        listener->say(listener->context, LEARN_NOTE, sentence);
}

static void say_names(const struct sheet *sheet, const char *path)
{
    const struct scene_adviser *adviser = sheet->adviser;
    char sentence[LEARN_TEXT_SIZE];
    snprintf(sentence, sizeof sentence, "%zu of them are shown in %.400s", sheet->count, path);
    say(sheet, sentence);
    for (size_t first = 0; first < sheet->count; first += COLUMNS) {
        int length = snprintf(sentence, sizeof sentence, "row %zu:", first / COLUMNS + 1);
        for (size_t i = first; i < first + COLUMNS && i < sheet->count; i++)
            length +=
                snprintf(sentence + length, sizeof sentence - (size_t)length, "%s %.100s",
                         i > first ? "," : "", adviser->list->names[adviser->lesson->outliers[i]]);
        say(sheet, sentence);
    }
}

static bool make(struct sheet *sheet, const char *path, struct error *err)
{
    bool good = reserve(sheet, err);
    for (size_t i = 0; good && i < sheet->count; i++)
        good = draw(sheet, i, err);
    good = good && image_write_jpeg(path, sheet->rgb, sheet->width, sheet->height, QUALITY, err);
    resizer_destroy(sheet->resizer);
    free(sheet->thumbnail);
    free(sheet->rgb);
    return good;
}

bool scene_sheet_write(const struct scene_adviser *adviser, const char *model_folder,
                       struct error *err)
{
    struct sheet sheet = {.adviser = adviser, .count = adviser->lesson->outlier_count};
    char path[PATH_SIZE];
    if (!path_join(path, sizeof path, model_folder, SCENE_SHEET_NAME, err))
        return false;
    if (sheet.count == 0)
        return file_remove(path, err);
    if (sheet.count > THUMBNAILS_MOST)
        sheet.count = THUMBNAILS_MOST;
    if (!make(&sheet, path, err))
        return false;
    say_names(&sheet, path);
    return true;
}

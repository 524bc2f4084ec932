/* The files of `visualize`: between the command, which brings frames with their scores, and
 * panel.c and montage.c, which draw.
 *
 * Each frame is drawn twice, large for its own file and small for the montage, which is put
 * together at the end, when it is known how many frames there really were. The surprising thing: a
 * panel keeps the whole name of its picture with the ending, so a.jpg and a.png never meet.
 */
#include "report/reconstructions.h"

#include "base/parse.h"
#include "base/text.h"
#include "frame/image.h"
#include "report/montage.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LARGE_PX = 480, SMALL_PX = 240, LARGE_LETTERS = 16, SMALL_LETTERS = 14 };
enum { JPEG_QUALITY = 92, NAME_BYTES_MOST = 200 };

struct reconstructions {
    struct reconstruction_settings settings;
    struct panel_style large, small;
    struct reconstruction *entries; /* [settings.most] */
    struct picture *cells;          /* [settings.most] of the montage */
    size_t count;
};

static struct panel_style style_of(const struct reconstruction_settings *settings, int panel_px,
                                   int letters_px)
{
    return (struct panel_style){panel_px, letters_px, settings->colors, true};
}

static struct montage_plan plan_of(const struct reconstructions *reconstructions, size_t count)
{
    const struct rect region = reconstructions->settings.region;
    return (struct montage_plan){.title = "",
                                 .subtitle = "",
                                 .meaning = reconstructions->settings.meaning,
                                 .count = (int)count,
                                 .columns = reconstructions->settings.columns,
                                 .cell_width = frame_view_width(region, &reconstructions->small),
                                 .cell_height =
                                     frame_view_height(region, &reconstructions->small, false)};
}

static bool reserve(struct reconstructions *reconstructions, struct error *err)
{
    const size_t most = reconstructions->settings.most;
    reconstructions->entries = calloc(most, sizeof *reconstructions->entries);
    reconstructions->cells = calloc(most, sizeof *reconstructions->cells);
    if (reconstructions->entries && reconstructions->cells)
        return true;
    return error_set(err, ERROR_MEMORY, "no memory for %zu pictures", most);
}

struct reconstructions *reconstructions_create(const struct reconstruction_settings *settings,
                                               struct error *err)
{
    assert(settings->most >= 1 && settings->most <= INT32_MAX);
    struct reconstructions *reconstructions = calloc(1, sizeof *reconstructions);
    if (!reconstructions) {
        error_set(err, ERROR_MEMORY, "no memory for the pictures");
        return NULL;
    }
    reconstructions->settings = *settings;
    reconstructions->large = style_of(settings, LARGE_PX, LARGE_LETTERS);
    reconstructions->small = style_of(settings, SMALL_PX, SMALL_LETTERS);
    const struct montage_plan plan = plan_of(reconstructions, settings->most);
    if ((settings->montage && !montage_check(&plan, &reconstructions->small, err)) ||
        !reserve(reconstructions, err)) {
        reconstructions_destroy(reconstructions);
        return NULL;
    }
    return reconstructions;
}

void reconstructions_destroy(struct reconstructions *reconstructions)
{
    if (!reconstructions)
        return;
    for (size_t i = 0; i < reconstructions->count; i++) {
        free(reconstructions->entries[i].name);
        free(reconstructions->cells[i].rgb);
    }
    free(reconstructions->entries);
    free(reconstructions->cells);
    free(reconstructions);
}

size_t reconstructions_count(const struct reconstructions *reconstructions)
{
    return reconstructions->count;
}

const struct reconstruction *reconstructions_at(const struct reconstructions *reconstructions,
                                                size_t number)
{
    assert(number < reconstructions->count);
    return &reconstructions->entries[number];
}

/* ---- files */

static bool is_continuation(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

void panel_file_name(const char *name, size_t number, char ret_name[PATH_SIZE])
{
    const size_t size = strlen(name);
    size_t head = NAME_BYTES_MOST / 2, tail = NAME_BYTES_MOST / 2 - 40;
    if (size <= NAME_BYTES_MOST) {
        snprintf(ret_name, PATH_SIZE, "panel_%s", name);
        return;
    }
    while (head > 0 && is_continuation(name[head])) /* between characters */
        head--;
    while (tail > 0 && is_continuation(name[size - tail]))
        tail--;
    snprintf(ret_name, PATH_SIZE, "panel_%.*s~%zu~%s", (int)head, name, number, name + size - tail);
}

static bool write_picture(const struct reconstructions *reconstructions, const char *name,
                          const struct picture *picture, struct error *err)
{
    char path[PATH_SIZE];
    const size_t length = strlen(name);
    if (!folder_create(reconstructions->settings.folder, true, err) ||
        !path_join(path, sizeof path, reconstructions->settings.folder, name, err))
        return false;
    if (length > 4 && parse_equal_ignoring_case(name + length - 4, ".png"))
        return image_write_png(path, picture->rgb, picture->width, picture->height, err);
    return image_write_jpeg(path, picture->rgb, picture->width, picture->height, JPEG_QUALITY, err);
}

/* ---- frames */

static bool write_panel(struct reconstructions *reconstructions, const struct frame_view *view,
                        struct reconstruction *entry, struct error *err)
{
    struct picture picture;
    char name[PATH_SIZE];
    if (!frame_view_draw(view, &reconstructions->large, &reconstructions->settings.scale, &picture,
                         err))
        return false;
    panel_file_name(view->name, reconstructions->count + 1, name);
    const bool good = write_picture(reconstructions, name, &picture, err);
    free(picture.rgb);
    if (good)
        memcpy(entry->panel, name, sizeof name);
    return good;
}

static bool keep_name(struct reconstruction *entry, const char *name, struct error *err)
{
    struct buffer clean = {0};
    text_append_plain(&clean, name);
    if (!clean.failed)
        entry->name = strdup(buffer_text(&clean));
    buffer_finish(&clean);
    return entry->name || error_set(err, ERROR_MEMORY, "no memory for the name of a picture");
}

bool reconstructions_add(struct reconstructions *reconstructions, const char *name,
                         const struct observation *observation, struct rect region,
                         struct error *err)
{
    assert(reconstructions->count < reconstructions->settings.most);
    struct reconstruction *entry = &reconstructions->entries[reconstructions->count];
    struct picture *cell = &reconstructions->cells[reconstructions->count];
    const struct frame_view view = {name, observation, region};
    *entry = (struct reconstruction){.measured = *observation};
    entry->measured.maps = (struct detector_maps){0};
    const bool good = keep_name(entry, name, err) &&
                      (!reconstructions->settings.individual ||
                       write_panel(reconstructions, &view, entry, err)) &&
                      (!reconstructions->settings.montage ||
                       frame_view_draw(&view, &reconstructions->small, NULL, cell, err));
    if (good)
        reconstructions->count++;
    else
        free(entry->name);
    return good;
}

bool reconstructions_finish(struct reconstructions *reconstructions, const char *title,
                            const char *subtitle, struct error *err)
{
    struct montage montage;
    if (!reconstructions->settings.montage || reconstructions->count == 0)
        return true;
    struct montage_plan plan = plan_of(reconstructions, reconstructions->count);
    plan.title = title;
    plan.subtitle = subtitle;
    if (!montage_begin(&plan, &reconstructions->small, &reconstructions->settings.scale, &montage,
                       err))
        return false;
    for (size_t i = 0; i < reconstructions->count; i++)
        montage_place(&montage, (int)i, &reconstructions->cells[i]);
    const bool good = write_picture(reconstructions, MONTAGE_NAME, &montage.picture, err);
    montage_finish(&montage);
    return good;
}

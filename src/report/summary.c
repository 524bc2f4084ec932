/* Which alarms of a day are shown, and with which pictures.
 *
 * A page with ten thousand alarms helps nobody: those that somebody has to look at come first, then
 * the strongest; the page then has them in order of time and says how many more there are. The
 * evidence is read once more with all the suspicion that it was written with: its path comes from a
 * record, the file may be gone (retention), damaged, or a link to somewhere else.
 */
#include "report/summary.h"

#include "base/text.h"
#include "frame/convert.h"
#include "frame/draw.h"
#include "frame/image.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { JPEG_QUALITY = 80 };

/* ---- the choice */

struct candidate {
    double weight;
    size_t index;
};

/* Ratio to the threshold, far below what comes before it. */
static double weight_of(const struct day_alarm *alarm)
{
    double ratio = alarm->peak_score / alarm->threshold;
    double weight = isfinite(ratio) && ratio > 0 ? (ratio < 1e6 ? ratio : 1e6) : 0;
    weight += alarm->acknowledged ? 0 : 1e7;
    bool open = alarm->state == DAY_ALARM_OPEN || alarm->state == DAY_ALARM_LEFT;
    return weight + (open ? 2e7 : 0);
}

static int compare_weights(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight < y->weight ? 1 : -1;
    return (x->index > y->index) - (x->index < y->index);
}

static int compare_indexes(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    return (x->index > y->index) - (x->index < y->index);
}

bool summary_begin(struct summary *summary, const struct day_summary *day, const char *project_name,
                   struct error *err)
{
    const struct day_track *track = day->told;
    struct candidate *candidates = calloc(track->alarm_count + 1, sizeof *candidates);
    if (!candidates)
        return error_set(err, ERROR_MEMORY, "no memory to choose among %zu alarms",
                         track->alarm_count);
    for (size_t i = 0; i < track->alarm_count; i++)
        candidates[i] = (struct candidate){weight_of(&track->alarm_list[i]), i};
    qsort(candidates, track->alarm_count, sizeof *candidates, compare_weights);
    size_t count = track->alarm_count < SUMMARY_SHOWN_MAX ? track->alarm_count : SUMMARY_SHOWN_MAX;
    *summary =
        (struct summary){.day = day, .made_utc_ms = day->settings.now_utc_ms, .shown_count = count};
    text_copy_plain(summary->project, sizeof summary->project, project_name);
    /* The weight from here on: does it get a picture? */
    for (size_t i = 0; i < count; i++)
        candidates[i].weight = i < SUMMARY_PICTURES_MAX;
    qsort(candidates, count, sizeof *candidates, compare_indexes);
    for (size_t i = 0; i < count; i++) {
        summary->shown[i] = candidates[i].index;
        summary->pictures[i].state =
            candidates[i].weight > 0 ? SUMMARY_PICTURE_NONE : SUMMARY_PICTURE_BEYOND;
    }
    free(candidates);
    return true;
}

void summary_finish(struct summary *summary)
{
    for (size_t i = 0; i < summary->shown_count; i++)
        buffer_finish(&summary->pictures[i].jpeg);
    *summary = (struct summary){0};
}

/* ---- pictures */

static int scaled(int value, int to, int from)
{
    return (int)((int64_t)value * to / from);
}

/* Never larger than it is. */
static void size_of(const struct image *image, int *ret_width, int *ret_height)
{
    int width = image->width < SUMMARY_PICTURE_WIDTH ? image->width : SUMMARY_PICTURE_WIDTH;
    int height = scaled(image->height, width, image->width);
    if (height > SUMMARY_PICTURE_HEIGHT) {
        height = SUMMARY_PICTURE_HEIGHT;
        width = scaled(image->width, height, image->height);
    }
    *ret_width = width > 0 ? width : 1;
    *ret_height = height > 0 ? height : 1;
}

static bool make_small(const struct image *image, const struct day_alarm *alarm,
                       struct summary_picture *picture, struct error *err)
{
    size_of(image, &picture->width, &picture->height);
    struct resizer *resizer =
        resizer_create(image->width, image->height, picture->width, picture->height, err);
    uint8_t *rgb = resizer ? malloc((size_t)picture->width * (size_t)picture->height * 3) : NULL;
    if (resizer && !rgb)
        error_set(err, ERROR_MEMORY, "no memory for a picture of %dx%d px", picture->width,
                  picture->height);
    bool good = rgb != NULL;
    if (good) {
        resizer_to_rgb(resizer, image->rgb, 3 * image->width, rgb);
        draw_marks(rgb, picture->width, picture->height, alarm->boxes,
                   alarm->box_count < DAY_BOXES_MAX ? alarm->box_count : DAY_BOXES_MAX,
                   image->width, image->height);
        good = image_encode_jpeg(rgb, picture->width, picture->height, JPEG_QUALITY, &picture->jpeg,
                                 err);
    }
    free(rgb);
    resizer_destroy(resizer);
    return good;
}

static bool is_inside(const char *path, const struct project *project)
{
    return path_check_inside(path, project->root, NULL) ||
           path_check_inside(path, project->anomalies_dir, NULL);
}

/* False only for lack of memory. */
static bool load(struct summary_picture *picture, const struct project *project,
                 const struct day_alarm *alarm, struct error *err)
{
    char path[PATH_SIZE];
    if (!alarm->picture[0])
        return true;
    const char *root = project->root;
    picture->state = SUMMARY_PICTURE_OUTSIDE;
    if (!path_join(path, sizeof path, root, alarm->picture, NULL))
        return true;
    picture->state = SUMMARY_PICTURE_MISSING;
    if (file_is_missing(path))
        return true;
    picture->state = SUMMARY_PICTURE_OUTSIDE;
    if (!is_inside(path, project))
        return true;
    struct image image = {0};
    struct error why = {0};
    bool good = image_read(path, &image, &why) && make_small(&image, alarm, picture, &why);
    image_finish(&image);
    picture->state = good ? SUMMARY_PICTURE_SHOWN : SUMMARY_PICTURE_DAMAGED;
    if (!good && why.code == ERROR_MEMORY)
        return error_set(err, why.code, "%s", why.message);
    return true;
}

bool summary_load_pictures(struct summary *summary, const struct project *project,
                           bool (*stopped)(void), struct error *err)
{
    for (size_t i = 0; i < summary->shown_count; i++) {
        if (summary->pictures[i].state == SUMMARY_PICTURE_BEYOND)
            continue;
        if (stopped())
            return error_set(err, ERROR_CANCELLED, "stopped by request; nothing was written");
        if (!load(&summary->pictures[i], project,
                  &summary->day->told->alarm_list[summary->shown[i]], err))
            return false;
    }
    return true;
}

const char *summary_picture_text(enum summary_picture_state state)
{
    static const char *const texts[] = {
        [SUMMARY_PICTURE_BEYOND] = "picture not shown here, see the folder",
        [SUMMARY_PICTURE_SHOWN] = "",
        [SUMMARY_PICTURE_NONE] = "no picture was recorded",
        [SUMMARY_PICTURE_MISSING] =
            "the picture is not there any more (removed to keep space free, or never written)",
        [SUMMARY_PICTURE_OUTSIDE] = "the record names a file outside of the project; not shown",
        [SUMMARY_PICTURE_DAMAGED] = "the picture is damaged and can not be shown"};
    return texts[state];
}

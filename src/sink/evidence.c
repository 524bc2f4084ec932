/* The files of an alarm: records thread, once before its record is written (names) and once after
 * (pictures).
 *
 * Plan and write walk the same list, made from options and input alone, so the n-th planned path is
 * always the n-th picture. Anomalous frames show what went wrong in a laboratory: files are
 * readable by their owner only, like the folder.
 */
#include "sink/evidence.h"

#include "frame/image.h"
#include "platform/clock.h"
#include "sink/evidence_name.h"
#include "sink/evidence_picture.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { JPEG_QUALITY = 95 };

struct item {
    enum evidence_kind kind;
    int number;                /* of a context frame, from 1; else 0 */
    const struct frame *frame; /* camera pictures only */
};

struct item_list {
    size_t count;
    struct item items[EVIDENCE_FILES_MAX];
};

static void add(struct item_list *list, bool wanted, enum evidence_kind kind, int number,
                const struct frame *frame)
{
    static_assert(EVIDENCE_COMPARE + 1 + 2 * CONTEXT_FRAMES_MAX <= EVIDENCE_FILES_MAX,
                  "all files fit");
    if (wanted)
        list->items[list->count++] = (struct item){kind, number, frame};
}

static int at_most(int value, int most)
{
    return value < most ? value : most;
}

static void add_context(struct item_list *list, const struct config *config,
                        const struct evidence_input *input)
{
    int pre = at_most(input->pre_count, config->monitor_save_context_pre_frames);
    int post = at_most(input->post_count, config->monitor_save_context_post_frames);
    pre = at_most(pre, CONTEXT_FRAMES_MAX);
    post = at_most(post, CONTEXT_FRAMES_MAX);
    for (int i = 0; i < pre; i++)
        add(list, true, EVIDENCE_CONTEXT_PRE, i + 1, input->pre_frames[input->pre_count - pre + i]);
    for (int i = 0; i < post; i++)
        add(list, true, EVIDENCE_CONTEXT_POST, i + 1, input->post_frames[i]);
}

static struct item_list list_items(const struct config *config, const struct evidence_input *input)
{
    struct item_list list = {0};
    bool heatmap =
        config->monitor_save_error_heatmap || (config->monitor_save_reconstruction_enabled &&
                                               config->monitor_save_reconstruction_heatmap);
    add(&list, input->frame, EVIDENCE_ANOMALY, 0, input->frame);
    if (input->maps) {
        add(&list, config->monitor_save_input_resized, EVIDENCE_INPUT_RESIZED, 0, NULL);
        add(&list, config->monitor_save_reconstruction_enabled, EVIDENCE_RECONSTRUCTION, 0, NULL);
        add(&list, heatmap, EVIDENCE_ERROR_HEATMAP, 0, NULL);
        add(&list, config->monitor_save_compare_image, EVIDENCE_COMPARE, 0, NULL);
    }
    if (config->monitor_save_context_enabled)
        add_context(&list, config, input);
    return list;
}

/* ---- names */

static bool path_of(const struct project *project, const struct item *item, const char *stamp,
                    char ret_path[PATH_SIZE], struct error *err)
{
    char name[EVIDENCE_NAME_SIZE];
    evidence_name_make(item->kind, stamp, item->number, name);
    return path_join(ret_path, PATH_SIZE, project->anomalies_dir, name, err);
}

static bool are_free(const struct project *project, const struct item_list *list, const char *stamp,
                     bool *ret_free, struct error *err)
{
    *ret_free = true;
    for (size_t i = 0; i < list->count && *ret_free; i++) {
        char path[PATH_SIZE];
        if (!path_of(project, &list->items[i], stamp, path, err))
            return false;
        *ret_free = file_kind_of(path) == FILE_MISSING;
    }
    return true;
}

static bool choose_stamp(const struct project *project, const struct item_list *list,
                         const char *time_stamp, char *ret_stamp, size_t size, struct error *err)
{
    for (int n = 1; n <= EVIDENCE_SAME_TIME; n++) {
        bool free_names;
        if (n == 1)
            snprintf(ret_stamp, size, "%s", time_stamp);
        else
            snprintf(ret_stamp, size, "%s-%d", time_stamp, n);
        if (!are_free(project, list, ret_stamp, &free_names, err))
            return false;
        if (free_names)
            return true;
    }
    return error_set(err, ERROR_IO, "%s holds %d sets of pictures of the time %s",
                     project->anomalies_dir, EVIDENCE_SAME_TIME, time_stamp);
}

bool evidence_plan(const struct config *config, const struct project *project,
                   const struct event *event, bool utc, const struct evidence_input *input,
                   struct evidence_set *ret_set, struct error *err)
{
    char time_stamp[CLOCK_TEXT_SIZE], stamp[sizeof ret_set->stamp];
    bool afterwards = event->type == EVENT_CONTEXT_SAVED;
    clock_format_stamp(afterwards ? event->alarm.opened_utc_ms : event->utc_ms, utc, time_stamp);
    struct item_list list = list_items(config, input);
    if (!choose_stamp(project, &list, time_stamp, stamp, sizeof stamp, err))
        return false;
    memcpy(ret_set->stamp, stamp, sizeof stamp);
    ret_set->count = list.count;
    for (size_t i = 0; i < list.count; i++) {
        char name[EVIDENCE_NAME_SIZE];
        evidence_name_make(list.items[i].kind, stamp, list.items[i].number, name);
        snprintf(ret_set->paths[i], sizeof ret_set->paths[i], "%s/%s",
                 config->paths_data_anomalies_dir, name);
    }
    return true;
}

/* ---- pictures */

/* What the maps show, in camera pixels. */
static bool region_of(const struct config *config, const struct evidence_input *input,
                      struct rect *ret_region, struct error *err)
{
    const struct frame *frame = input->frame;
    if (!frame)
        *ret_region = (struct rect){0, 0, input->maps->width, input->maps->height};
    else if (!config->roi_enabled)
        *ret_region = (struct rect){0, 0, frame->width, frame->height};
    else
        return roi_resolve(config->roi_units == ROI_RELATIVE, config->roi_x, config->roi_y,
                           config->roi_width, config->roi_height, frame->width, frame->height,
                           ret_region, err);
    return true;
}

static bool make_comparison(const struct config *config, const struct event *event,
                            const struct evidence_input *input, struct picture *ret_picture,
                            struct error *err)
{
    struct rect region;
    if (!region_of(config, input, &region, err))
        return false;
    int box_count = input->frame && event->type != EVENT_ALARM_CLOSED ? event->alarm.box_count : 0;
    return picture_of_comparison(input->maps, region, event->alarm.boxes, box_count,
                                 (enum color_map)config->heatmap_colormap, ret_picture, err);
}

static bool make_picture(enum evidence_kind kind, const struct config *config,
                         const struct event *event, const struct evidence_input *input,
                         struct picture *ret_picture, struct error *err)
{
    const struct detector_maps *maps = input->maps;
    switch (kind) {
    case EVIDENCE_INPUT_RESIZED:
        return picture_of_planes(maps->input, maps->width, maps->height, ret_picture, err);
    case EVIDENCE_RECONSTRUCTION:
        return picture_of_planes(maps->reconstruction, maps->width, maps->height, ret_picture, err);
    case EVIDENCE_ERROR_HEATMAP:
        return picture_of_heat(maps, (enum color_map)config->heatmap_colormap, ret_picture, err);
    default:
        assert(kind == EVIDENCE_COMPARE);
        return make_comparison(config, event, input, ret_picture, err);
    }
}

static bool write_item(const struct item *item, const char *path, const struct config *config,
                       const struct event *event, const struct evidence_input *input,
                       struct error *err)
{
    const struct frame *frame = item->frame;
    if (frame)
        return image_write_jpeg(path, frame->rgb, frame->width, frame->height, JPEG_QUALITY, err);
    struct picture picture;
    if (!make_picture(item->kind, config, event, input, &picture, err))
        return false;
    bool good =
        image_write_jpeg(path, picture.rgb, picture.width, picture.height, JPEG_QUALITY, err);
    free(picture.rgb);
    return good;
}

bool evidence_write(const struct config *config, const struct project *project,
                    const struct event *event, const struct evidence_input *input,
                    const struct evidence_set *set, struct error *err)
{
    struct item_list list = list_items(config, input);
    assert(list.count == set->count);
    if (!folder_create(project->anomalies_dir, true, err))
        return false;
    bool good = true;
    for (size_t i = 0; i < list.count; i++) {
        char path[PATH_SIZE];
        struct error *first = good ? err : NULL;
        bool written = path_of(project, &list.items[i], set->stamp, path, first) &&
                       write_item(&list.items[i], path, config, event, input, first);
        good = good && written;
    }
    return good;
}

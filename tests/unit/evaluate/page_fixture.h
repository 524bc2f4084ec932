/* For tests of the page: hand-made results, and the folder they speak of. One thread. */
#ifndef TESTS_PAGE_FIXTURE_H
#define TESTS_PAGE_FIXTURE_H

#include "evaluate/page_parts.h"
#include "evaluate/sequence_summary.h"
#include "frame/image.h"
#include "platform/file.h"
#include "scratch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FIXTURE_WIDTH = 800, FIXTURE_HEIGHT = 600, FIXTURE_FRAMES = 40, FIXTURE_ONSET = 10 };

static const struct detector_kind fixture_scene = {.name = "scene"},
                                  fixture_reference = {.name = "reference"};

/* A sequence of 40 frames, one each second; with a leak from frame 10 to the end, which grows to
 * `fraction` of the picture, or without when that is 0. Its only picture's name is "f.jpg". */
static struct sequence_result sequence_of(const char *path, const char *kind, double fraction)
{
    static char name[] = "f.jpg";
    const double picture = (double)FIXTURE_WIDTH * FIXTURE_HEIGHT;
    struct sequence_result result = {.width = FIXTURE_WIDTH,
                                     .height = FIXTURE_HEIGHT,
                                     .interval_s = 1,
                                     .contrast = NAN,
                                     .onset = fraction > 0 ? FIXTURE_ONSET : -1,
                                     .frame_count = FIXTURE_FRAMES,
                                     .leak_end = fraction > 0 ? FIXTURE_FRAMES - 1 : -1,
                                     .visible_frame =
                                         fraction >= VISIBLE_FRACTION ? FIXTURE_ONSET : -1,
                                     .largest_frame = fraction > 0 ? FIXTURE_FRAMES - 1 : -1,
                                     .largest_fraction = fraction,
                                     .final_fraction = fraction,
                                     .found_frame = -1,
                                     .delay_onset_s = NAN,
                                     .delay_visible_s = NAN,
                                     .found_fraction = NAN,
                                     .quiet_frames = fraction > 0 ? FIXTURE_ONSET : FIXTURE_FRAMES};
    snprintf(result.path, sizeof result.path, "%s", path);
    snprintf(result.name, sizeof result.name, "%s", path);
    snprintf(result.kind, sizeof result.kind, "%s", kind);
    result.frames = calloc(FIXTURE_FRAMES, sizeof *result.frames);
    result.frame_names = calloc(FIXTURE_FRAMES, sizeof *result.frame_names);
    for (int i = 0; i < FIXTURE_FRAMES; i++) {
        bool leaks = fraction > 0 && i >= FIXTURE_ONSET;
        result.frame_names[i] = name;
        result.frames[i] = (struct sequence_frame){
            .area_px = leaks ? llround(fraction * picture) : 0,
            .score = leaks ? 0.01 + 0.0005 * i : 0.005 + 0.0001 * (i * 7 % 13),
            .threshold = 0.01};
    }
    return result;
}

static inline void found_after(struct sequence_result *result, double delay_s)
{
    result->found_frame = FIXTURE_ONSET + (int64_t)delay_s;
    result->delay_onset_s = result->delay_visible_s = delay_s;
    result->localised = true;
    result->found_fraction = result->largest_fraction;
}

/* Adds a false alarm at `frame`, with a box at 200, 150 of 100 x 50 px. */
static inline void false_alarm_at(struct sequence_result *result, int64_t frame, double ratio)
{
    result->alarms = realloc(result->alarms, (result->alarm_count + 1) * sizeof *result->alarms);
    result->alarms[result->alarm_count++] = (struct sequence_alarm){.frame = frame,
                                                                    .is_false = true,
                                                                    .path = ALARM_PATH_BLOB,
                                                                    .score = 0.01 * ratio,
                                                                    .threshold = 0.01,
                                                                    .area_fraction = 0.01,
                                                                    .box_count = 1,
                                                                    .boxes = {{200, 150, 100, 50}}};
    result->false_alarm_count++;
}

static inline void notice_at(struct sequence_result *result, int64_t frame, const char *what)
{
    result->notices =
        realloc(result->notices, (result->notice_count + 1) * sizeof *result->notices);
    struct sequence_notice *notice = &result->notices[result->notice_count++];
    notice->frame = frame;
    snprintf(notice->what, sizeof notice->what, "%s", what);
}

static inline bool summarise(struct sequence_run *run)
{
    return sequences_summarise(run->results, run->count, &run->summary, NULL);
}

/* The names of frames are the fixture's own. */
static inline void run_finish(struct sequence_run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        free(run->results[i].frames);
        free(run->results[i].frame_names);
        free(run->results[i].alarms);
        free(run->results[i].notices);
    }
    sequences_summary_finish(&run->summary);
}

/* ---- files */

/* A grey picture, or one of noise, which JPEG can not make small. */
static inline bool write_frame(const char *path, bool noise)
{
    static uint8_t rgb[FIXTURE_WIDTH * FIXTURE_HEIGHT * 3];
    uint32_t state = 1;
    char folder[1024];
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    for (size_t i = 0; i < sizeof rgb; i++) {
        state = state * 1664525 + 1013904223;
        rgb[i] = noise ? (uint8_t)(state >> 24) : 100;
    }
    return folder_create(scratch(folder), true, NULL) &&
           image_write_jpeg(scratch(path), rgb, FIXTURE_WIDTH, FIXTURE_HEIGHT, 95, NULL);
}

/* White from (x, y) on, `size` px wide and high. */
static inline bool write_mask(const char *path, int x, int y, int size)
{
    static uint8_t rgb[FIXTURE_WIDTH * FIXTURE_HEIGHT * 3];
    char folder[1024];
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    memset(rgb, 0, sizeof rgb);
    for (int row = y; row < y + size; row++)
        memset(rgb + 3 * ((size_t)row * FIXTURE_WIDTH + (size_t)x), 255, 3 * (size_t)size);
    return folder_create(scratch(folder), true, NULL) &&
           image_write_png(scratch(path), rgb, FIXTURE_WIDTH, FIXTURE_HEIGHT, NULL);
}

/* ---- looking at a page */

/* CHECK_CONTAINS without the page in the message, which is long. */
#define CHECK_PAGE(html, part)                                                                     \
    do {                                                                                           \
        if (!strstr((html), (part)))                                                               \
            CHECK_FAIL("the page does not contain \"%s\"", (part));                                \
    } while (0)

static inline int count_of(const char *text, const char *part)
{
    int count = 0;
    for (; (text = strstr(text, part)); text += strlen(part))
        count++;
    return count;
}

enum { TAG_SIZE = 32, DEPTH_MAX = 64, IDS_MAX = 4000, ID_SIZE = 64 };

static inline bool is_void(const char *tag)
{
    return strcmp(tag, "meta") == 0 || strcmp(tag, "img") == 0 || strcmp(tag, "br") == 0;
}

/* Is every element closed in its order, and no id there twice? Says on stdout what is wrong. */
static inline bool page_is_sound(const char *html)
{
    static char stack[DEPTH_MAX][TAG_SIZE], ids[IDS_MAX][ID_SIZE];
    int depth = 0, id_count = 0;
    for (const char *at = strchr(html, '<'); at; at = strchr(at, '<')) {
        const char *end = strchr(at, '>'), *id = strstr(at, " id=\"");
        char tag[TAG_SIZE] = "";
        if (!end || sscanf(at, "<%31[a-zA-Z0-9/]", tag) != 1) {
            if (end && strncmp(at, "<!DOCTYPE html>", 15) == 0) {
                at = end;
                continue;
            }
            printf("no tag at \"%.60s\"\n", at);
            return false;
        }
        if (id && id < end && id_count < IDS_MAX) {
            snprintf(ids[id_count], ID_SIZE, "%.*s", (int)strcspn(id + 5, "\""), id + 5);
            for (int i = 0; i < id_count; i++)
                if (strcmp(ids[i], ids[id_count]) == 0) {
                    printf("the id %s is there twice\n", ids[i]);
                    return false;
                }
            id_count++;
        }
        if (tag[0] == '/') {
            if (depth == 0 || strcmp(stack[--depth], tag + 1) != 0) {
                printf("<%s> closes <%s>\n", tag, depth > 0 ? stack[depth] : "");
                return false;
            }
        } else if (end[-1] != '/' && !is_void(tag) && depth < DEPTH_MAX) {
            snprintf(stack[depth++], TAG_SIZE, "%s", tag);
        }
        at = end;
    }
    if (depth > 0)
        printf("<%s> is not closed\n", stack[depth - 1]);
    return depth == 0;
}

#endif

/* One result ↔ JSON.
 *
 * A result file is written by this program and read again by a later run of it, with a power cut or
 * an editor in between: it is bounded by what the sequence allows (frames, pixels) and anything
 * else is an error, upon which the sequence is evaluated again.
 */
#include "evaluate/sequence_json.h"

#include "evaluate/sequence_judge.h"
#include "frame/image.h"
#include "model/json_fields.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *frame_or_null(int64_t frame)
{
    return frame >= 0 ? json_integer(frame) : json_null();
}

/* ---- to JSON */

static json_t *boxes_to_json(const struct sequence_alarm *alarm)
{
    json_t *boxes = json_array();
    for (int i = 0; boxes && i < alarm->box_count; i++)
        json_array_append_new(boxes, json_pack("{s:i, s:i, s:i, s:i}", "x", alarm->boxes[i].x, "y",
                                               alarm->boxes[i].y, "w", alarm->boxes[i].width, "h",
                                               alarm->boxes[i].height));
    return boxes;
}

static json_t *alarms_to_json(const struct sequence_result *result)
{
    json_t *alarms = json_array();
    for (size_t i = 0; alarms && i < result->alarm_count; i++) {
        const struct sequence_alarm *alarm = &result->alarms[i];
        json_array_append_new(
            alarms, json_pack("{s:I, s:b, s:b, s:s, s:o, s:o, s:o, s:o, s:o}", "frame",
                              (json_int_t)alarm->frame, "false", (int)alarm->is_false, "localised",
                              (int)alarm->localised, "path", alarm_path_name(alarm->path), "score",
                              number(alarm->score), "threshold", number(alarm->threshold),
                              "area_fraction", number(alarm->area_fraction), "leak_fraction",
                              number(alarm->leak_fraction), "boxes", boxes_to_json(alarm)));
    }
    return alarms;
}

static json_t *notices_to_json(const struct sequence_result *result)
{
    json_t *notices = json_array();
    for (size_t i = 0; notices && i < result->notice_count; i++)
        json_array_append_new(notices,
                              json_pack("{s:I, s:s}", "frame", (json_int_t)result->notices[i].frame,
                                        "what", result->notices[i].what));
    return notices;
}

static bool add_frames(json_t *object, const struct sequence_result *result)
{
    json_t *scores = json_array(), *thresholds = json_array(), *anomalous = json_array();
    for (size_t i = 0; i < result->frame_count; i++) {
        json_array_append_new(scores, number(result->frames[i].score));
        json_array_append_new(thresholds, number(result->frames[i].threshold));
        if (result->frames[i].is_anomaly)
            json_array_append_new(anomalous, json_integer((json_int_t)i));
    }
    return json_object_set_new(object, "scores", scores) == 0 &&
           json_object_set_new(object, "thresholds", thresholds) == 0 &&
           json_object_set_new(object, "anomalous", anomalous) == 0;
}

static json_t *truth_to_json(const struct sequence_result *result)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", //
                     "path", result->path, "scene", result->scene, "name", result->name,       //
                     "kind", result->kind, "expect", result->expect,                           //
                     "width", result->width, "height", result->height,                         //
                     "frames", (json_int_t)result->frame_count,                                //
                     "interval_seconds", number(result->interval_s),                           //
                     "onset", frame_or_null(result->onset),                                    //
                     "visible", frame_or_null(result->visible_frame),                          //
                     "contrast", number(result->contrast),                                     //
                     "largest_fraction", number(result->largest_fraction),                     //
                     "final_fraction", number(result->final_fraction));
}

static json_t *verdict_to_json(const struct sequence_result *result)
{
    return json_pack("{s:b, s:b, s:o, s:o, s:o, s:o, s:b, s:I, s:I, s:b, s:I, s:o, s:o}", //
                     "found", (int)(result->found_frame >= 0),                            //
                     "localised", (int)result->localised,                                 //
                     "found_frame", frame_or_null(result->found_frame),                   //
                     "delay_from_onset_seconds", number(result->delay_onset_s),           //
                     "delay_from_visible_seconds", number(result->delay_visible_s),       //
                     "found_fraction", number(result->found_fraction),                    //
                     "masked", (int)result->masked,                                       //
                     "false_alarms", (json_int_t)result->false_alarm_count,               //
                     "quiet_frames", (json_int_t)result->quiet_frames,                    //
                     "expectation_met", (int)result->expectation_met,                     //
                     "unexpected_notices", (json_int_t)result->unexpected_count,          //
                     "alarms", alarms_to_json(result), "notices", notices_to_json(result));
}

json_t *sequence_result_to_json(const struct sequence_result *result, bool frames)
{
    json_t *object = truth_to_json(result);
    json_t *verdict = verdict_to_json(result);
    bool good = object && verdict && json_object_update(object, verdict) == 0;
    json_decref(verdict);
    if (good && frames)
        good = add_frames(object, result);
    if (good)
        return object;
    json_decref(object);
    return NULL;
}

/* ---- from JSON */

static bool read_frame(const json_t *object, const struct sequence_result *result,
                       int64_t *ret_frame, struct error *err)
{
    json_int_t frame;
    if (!json_read_int(object, "frame", 0, (json_int_t)result->frame_count - 1, &frame, err))
        return false;
    *ret_frame = frame;
    return true;
}

static bool read_box(const json_t *object, struct rect *ret_box, struct error *err)
{
    json_int_t x, y, width, height;
    if (!json_read_int(object, "x", 0, IMAGE_SIDE_MAX, &x, err) ||
        !json_read_int(object, "y", 0, IMAGE_SIDE_MAX, &y, err) ||
        !json_read_int(object, "w", 0, IMAGE_SIDE_MAX, &width, err) ||
        !json_read_int(object, "h", 0, IMAGE_SIDE_MAX, &height, err))
        return false;
    *ret_box = (struct rect){(int)x, (int)y, (int)width, (int)height};
    return true;
}

/* null is not-a-number on the way back too. */
static bool read_number(const json_t *object, const char *key, double *ret_value, struct error *err)
{
    if (json_is_null(json_object_get(object, key))) {
        *ret_value = NAN;
        return true;
    }
    return json_read_real(object, key, -DBL_MAX, DBL_MAX, ret_value, err);
}

static bool read_path(const json_t *object, enum alarm_path *ret_path, struct error *err)
{
    char word[SEQUENCE_WORD_SIZE];
    if (!json_read_text(object, "path", word, sizeof word, err))
        return false;
    for (int path = 0; path < ALARM_PATH_COUNT; path++) {
        if (strcmp(word, alarm_path_name((enum alarm_path)path)) == 0) {
            *ret_path = (enum alarm_path)path;
            return true;
        }
    }
    return error_set(err, ERROR_FORMAT, "'path' is '%s', which no alarm goes", word);
}

static bool read_alarm(const json_t *object, const struct sequence_result *result,
                       struct sequence_alarm *alarm, struct error *err)
{
    const json_t *boxes = json_object_get(object, "boxes");
    const size_t count = json_array_size(boxes);
    if (!json_is_array(boxes) || count > BOXES_MAX)
        return error_set(err, ERROR_FORMAT, "'boxes' is no list of at most %d boxes", BOXES_MAX);
    for (size_t i = 0; i < count; i++)
        if (!read_box(json_array_get(boxes, i), &alarm->boxes[i], err))
            return false;
    alarm->box_count = (int)count;
    return read_frame(object, result, &alarm->frame, err) &&
           json_read_bool(object, "localised", &alarm->localised, err) &&
           read_path(object, &alarm->path, err) &&
           read_number(object, "score", &alarm->score, err) &&
           read_number(object, "threshold", &alarm->threshold, err) &&
           read_number(object, "area_fraction", &alarm->area_fraction, err);
}

/* The list `key`, with at most as many entries as the sequence can have, and memory for them all;
 * NULL when it is none. */
static const json_t *begin_list(const json_t *object, const char *key, size_t size,
                                const struct sequence_result *result, void **memory,
                                struct error *err)
{
    const json_t *list = json_object_get(object, key);
    const size_t count = json_array_size(list);
    if (!json_is_array(list) || count > FAULT_KIND_COUNT * result->frame_count) {
        error_set(err, ERROR_FORMAT, "'%s' is no list that fits the sequence", key);
        return NULL;
    }
    *memory = calloc(count + 1, size);
    if (*memory)
        return list;
    error_set(err, ERROR_MEMORY, "no memory for a result");
    return NULL;
}

static bool read_alarms(const json_t *object, struct sequence_result *result, struct error *err)
{
    void *memory = NULL;
    const json_t *list = begin_list(object, "alarms", sizeof *result->alarms, result, &memory, err);
    result->alarms = memory;
    for (size_t i = 0; list && i < json_array_size(list); i++)
        if (!read_alarm(json_array_get(list, i), result, &result->alarms[result->alarm_count++],
                        err))
            return false;
    return list != NULL;
}

static bool read_notice(const json_t *object, const struct sequence_result *result,
                        struct sequence_notice *notice, struct error *err)
{
    return read_frame(object, result, &notice->frame, err) &&
           json_read_text(object, "what", notice->what, sizeof notice->what, err);
}

static bool read_notices(const json_t *object, struct sequence_result *result, struct error *err)
{
    void *memory = NULL;
    const json_t *list =
        begin_list(object, "notices", sizeof *result->notices, result, &memory, err);
    result->notices = memory;
    for (size_t i = 0; list && i < json_array_size(list); i++)
        if (!read_notice(json_array_get(list, i), result, &result->notices[result->notice_count++],
                         err))
            return false;
    return list != NULL;
}

static bool read_column(const json_t *object, const char *key, struct sequence_result *result,
                        bool thresholds, struct error *err)
{
    const json_t *list = json_object_get(object, key);
    if (!json_is_array(list) || json_array_size(list) != result->frame_count)
        return error_set(err, ERROR_FORMAT, "'%s' has not one number for each frame", key);
    for (size_t i = 0; i < result->frame_count; i++) {
        const json_t *entry = json_array_get(list, i);
        const double value = json_is_number(entry) ? json_number_value(entry) : (double)NAN;
        if (thresholds)
            result->frames[i].threshold = value;
        else
            result->frames[i].score = value;
    }
    return true;
}

static bool read_anomalous(const json_t *object, struct sequence_result *result, struct error *err)
{
    const json_t *list = json_object_get(object, "anomalous");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_int_t frame = json_integer_value(json_array_get(list, i));
        if (frame < 0 || frame >= (json_int_t)result->frame_count)
            return error_set(err, ERROR_FORMAT, "'anomalous' names a frame that does not exist");
        result->frames[frame].is_anomaly = true;
    }
    return json_is_array(list) || error_set(err, ERROR_FORMAT, "'anomalous' is no list of frames");
}

bool sequence_result_from_json(const json_t *object, struct sequence_result *result,
                               struct error *err)
{
    json_int_t width, height;
    bool masked;
    if (!json_read_int(object, "width", 1, IMAGE_SIDE_MAX, &width, err) ||
        !json_read_int(object, "height", 1, IMAGE_SIDE_MAX, &height, err) ||
        !json_read_bool(object, "masked", &masked, err) ||
        !read_column(object, "scores", result, false, err) ||
        !read_column(object, "thresholds", result, true, err) ||
        !read_anomalous(object, result, err) || !read_alarms(object, result, err) ||
        !read_notices(object, result, err))
        return false;
    result->width = (int)width;
    result->height = (int)height;
    sequence_judge_truth(result);
    sequence_judge(result, masked);
    return true;
}

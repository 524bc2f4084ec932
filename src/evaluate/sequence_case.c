/* Reads case.json with suspicion: bounded, every member checked for type and range, and the areas
 * against the onset, so that nothing later has to doubt them.
 *
 * A wrong truth gives wrong figures without any other sign, so whatever contradicts itself is an
 * error and not a warning.
 */
#include "evaluate/sequence_case.h"

#include "base/buffer.h"
#include "frame/image.h"
#include "model/json_fields.h"
#include "platform/file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define INTERVAL_MIN_S 0.001
#define INTERVAL_MAX_S 3600.0

void sequence_case_finish(struct sequence_case *sequence)
{
    free(sequence->areas_px);
    *sequence = (struct sequence_case){0};
}

/* null is a value of its own here: nothing leaks. */
static bool read_onset(const json_t *object, struct sequence_case *sequence, struct error *err)
{
    json_int_t onset;
    sequence->onset = -1;
    if (json_is_null(json_object_get(object, "onset")))
        return true;
    if (!json_read_int(object, "onset", 0, CASE_FRAMES_MOST, &onset, err))
        return false;
    sequence->onset = onset;
    return true;
}

static bool read_areas(const json_t *object, struct sequence_case *sequence, struct error *err)
{
    const json_t *areas = json_object_get(object, "area");
    const size_t count = json_array_size(areas);
    if (!json_is_array(areas))
        return error_set(err, ERROR_FORMAT, "'area' is not there, or is no list of numbers");
    if (count == 0 || count > CASE_FRAMES_MOST)
        return error_set(err, ERROR_FORMAT, "'area' has %zu numbers; 1 to %d are possible", count,
                         CASE_FRAMES_MOST);
    sequence->areas_px = calloc(count, sizeof *sequence->areas_px);
    if (!sequence->areas_px)
        return error_set(err, ERROR_MEMORY, "no memory for %zu areas", count);
    sequence->frame_count = count;
    for (size_t i = 0; i < count; i++) {
        const json_t *area = json_array_get(areas, i);
        if (!json_is_integer(area) || json_integer_value(area) < 0 ||
            json_integer_value(area) > IMAGE_PIXELS_MAX)
            return error_set(err, ERROR_FORMAT,
                             "'area' of frame %zu is no whole number of px from 0 to %d", i,
                             IMAGE_PIXELS_MAX);
        sequence->areas_px[i] = json_integer_value(area);
    }
    return true;
}

static bool check_areas(const struct sequence_case *sequence, struct error *err)
{
    const int64_t onset = sequence->onset;
    bool leaks = false;
    if (onset >= (int64_t)sequence->frame_count)
        return error_set(err, ERROR_FORMAT,
                         "'onset' is frame %lld, but 'area' has only %zu frames, from 0 on",
                         (long long)onset, sequence->frame_count);
    for (size_t i = 0; i < sequence->frame_count; i++) {
        leaks = leaks || sequence->areas_px[i] > 0;
        if (sequence->areas_px[i] > 0 && (onset < 0 || (int64_t)i < onset))
            return error_set(err, ERROR_FORMAT, "'area' says that frame %zu leaks, %s", i,
                             onset < 0 ? "but 'onset' is null" : "but 'onset' is later");
    }
    if (onset >= 0 && !leaks)
        return error_set(err, ERROR_FORMAT,
                         "'onset' says that something leaks, but 'area' is 0 in every frame; "
                         "write null when nothing does");
    return true;
}

static bool is_expectable(const char *what)
{
    if (strcmp(what, EXPECT_SCENE_CHANGED) == 0)
        return true;
    for (int kind = 0; kind < FAULT_KIND_COUNT; kind++)
        if (strcmp(what, fault_kind_name((enum fault_kind)kind)) == 0)
            return true;
    return false;
}

static bool read_expect(const json_t *object, struct sequence_case *sequence, struct error *err)
{
    if (!json_object_get(object, "expect"))
        return true;
    if (!json_read_text(object, "expect", sequence->expect, sizeof sequence->expect, err))
        return false;
    if (is_expectable(sequence->expect))
        return true;
    return error_set(err, ERROR_FORMAT,
                     "'expect' is '%s', which no monitor reports; it can be the name of a fault "
                     "(camera_down) or " EXPECT_SCENE_CHANGED,
                     sequence->expect);
}

static bool read_optional(const json_t *object, struct sequence_case *sequence, struct error *err)
{
    const json_t *source = json_object_get(object, "source");
    sequence->contrast = NAN;
    if (source && !json_is_string(source))
        return error_set(err, ERROR_FORMAT, "'source' is not a text");
    if (json_object_get(object, "frame_interval_seconds") &&
        !json_read_real(object, "frame_interval_seconds", INTERVAL_MIN_S, INTERVAL_MAX_S,
                        &sequence->interval_s, err))
        return false;
    if (json_object_get(object, "contrast") &&
        !json_read_real(object, "contrast", 0, 1000, &sequence->contrast, err))
        return false;
    return read_expect(object, sequence, err);
}

static bool parse(const struct buffer *text, struct sequence_case *sequence, struct error *err)
{
    json_t *object = json_object_parse(text->data, text->size, err);
    if (!object)
        return false;
    const bool good = json_read_text(object, "name", sequence->name, sizeof sequence->name, err) &&
                      json_read_text(object, "kind", sequence->kind, sizeof sequence->kind, err) &&
                      read_onset(object, sequence, err) && read_areas(object, sequence, err) &&
                      check_areas(sequence, err) && read_optional(object, sequence, err);
    json_decref(object);
    return good;
}

bool sequence_case_read(const char *path, struct sequence_case *ret_case, struct error *err)
{
    struct sequence_case sequence = {0};
    struct buffer text = {0};
    bool good = file_read(path, CASE_FILE_MAX, &text, err);
    if (good && !parse(&text, &sequence, err))
        good = error_add_context(err, "%s", path);
    buffer_finish(&text);
    if (good)
        *ret_case = sequence;
    else
        sequence_case_finish(&sequence);
    return good;
}

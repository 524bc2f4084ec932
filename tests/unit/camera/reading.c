/* Reads a video to its end and notes what came: numbers, times, pixels, reasons. */
#include "reading.h"

const struct clip base_clip = {
    .container = "mp4",
    .codec = AV_CODEC_ID_MPEG4,
    .width = 96,
    .height = 64,
    .frames = 30,
    .rate = {10, 1},
};

static void hash_bytes(uint64_t *hash, const void *data, size_t size)
{
    const unsigned char *bytes = data;
    for (size_t i = 0; i < size; i++)
        *hash = (*hash ^ bytes[i]) * UINT64_C(1099511628211);
}

static void note_frame(struct reading *reading, const struct frame *frame)
{
    reading->times_rise &= reading->frames == 0 || frame->time_ns > reading->last_time_ns;
    reading->wrong += clip_number(frame->rgb, frame->width) != frame->number % 32;
    reading->frames++;
    reading->last_number = frame->number;
    reading->last_time_ns = frame->time_ns;
    hash_bytes(&reading->hash, &frame->number, sizeof frame->number);
    hash_bytes(&reading->hash, &frame->time_ns, sizeof frame->time_ns);
    hash_bytes(&reading->hash, frame->rgb, (size_t)frame->width * (size_t)frame->height * 3);
}

struct reading read_settings(const struct source_settings *settings)
{
    struct reading reading = {.times_rise = true, .hash = UINT64_C(14695981039346656037)};
    struct source *source = source_create(settings, &reading.reason);
    reading.opened = source && source_open(source, &reading.info, &reading.reason);
    if (!reading.opened) {
        source_destroy(source);
        return reading;
    }
    struct frame_pool *pool =
        frame_pool_create(reading.info.width, reading.info.height, 1, &reading.reason);
    reading.reason.code = ERROR_NONE;
    do {
        struct frame *frame;
        struct error err;
        reading.end = source_read(source, pool, INT64_MAX, &frame, &err);
        if (reading.end == SOURCE_FRAME) {
            note_frame(&reading, frame);
            frame_release(frame);
        } else if (err.code != ERROR_NONE) {
            reading.reason = err;
        }
    } while (reading.end == SOURCE_FRAME || reading.end == SOURCE_NONE);
    reading.damaged = source_counts(source).damaged;
    source_destroy(source);
    frame_pool_destroy(pool);
    return reading;
}

struct reading read_all(const char *path)
{
    struct source_settings settings = {.spec = path, .last_frame = INT64_MAX};
    return read_settings(&settings);
}

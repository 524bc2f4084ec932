/* One reading of a whole video, summed up for the checks of the video tests. */
#ifndef TESTS_CAMERA_READING_H
#define TESTS_CAMERA_READING_H

#include "camera/source.h"
#include "clip.h"

/* What one reading of a whole video gave. */
struct reading {
    bool opened;
    struct source_info info;
    int frames;
    int wrong; /* frames that do not show their number */
    int64_t last_number;
    int64_t last_time_ns;
    bool times_rise;
    enum source_result end;
    struct error reason; /* the last one: of open, of SOURCE_NONE or of SOURCE_LOST */
    uint64_t damaged;
    uint64_t hash; /* of all pixels, numbers and times; FNV-1a */
};

struct reading read_settings(const struct source_settings *settings);

/* Every frame of the video at `path`. */
struct reading read_all(const char *path);

/* 30 frames of 96x64 px at 10 fps, MPEG-4 in mp4. */
extern const struct clip base_clip;

#endif

/* Cropping a folder of normal pictures, so that no original is ever lost.
 *
 * Originals: `<folder>/originals/<name>`, made from the picture and flushed before anything else
 * takes its name, and never written again. Once one exists every crop starts from it, so cropping
 * can be repeated with another region, and with the same one changes nothing. What was written is
 * noted in originals/cropped.txt ("<SHA-256> <name>"); a picture that is neither its original nor a
 * noted crop is somebody's new picture of that name and is left alone. Without `overwrite` the
 * crops go to `<folder>/cropped` and the folder itself stays as it is. Training reads neither
 * folder.
 *
 * The region is checked against every picture before the first is touched. A kill at any point
 * leaves every original whole, and running again completes. Ownership: crop_job_finish takes a
 * zeroed job. Errors: ERROR_INPUT, no pictures; ERROR_CONFIG, a region that leaves a picture (its
 * name is in the message); ERROR_FORMAT, too many; ERROR_CANCELLED; ERROR_SPACE / ERROR_IO.
 */
#ifndef CMD_CROP_PICTURES_H
#define CMD_CROP_PICTURES_H

#include "base/buffer.h"
#include "frame/convert.h"
#include "platform/file.h"

struct crop_settings {
    const char *folder;
    bool overwrite, dry_run;
    bool relative; /* fractions of the picture, else pixels */
    double x, y, width, height;
    int jpg_quality;
    /* Pictures of this camera were cropped when they were captured; 0 = they were not. */
    int captured_from_width, captured_from_height;
    void (*warn)(void *context, const char *sentence);
    bool (*progress)(void *context, size_t done, size_t total); /* false: stop */
    void *context;
};

struct crop_report {
    size_t pictures;
    size_t cropped;    /* written, or with dry_run: would be */
    size_t unchanged;  /* of this region before */
    size_t already;    /* captured with this region */
    size_t unreadable; /* told by `warn`, as are: */
    size_t changed;    /* neither original nor crop */
    int from_width, from_height;
    struct rect region; /* of the first picture */
    bool several_sizes; /* of the results */
    char target[PATH_SIZE], originals[PATH_SIZE];
};

/* The report is filled as far as it came, also after a failure. */
MUST_CHECK bool crop_pictures(const struct crop_settings *settings, struct crop_report *report,
                              struct error *err);

#endif

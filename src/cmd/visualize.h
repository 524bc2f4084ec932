/* What the parts of `visualize` share. Private to visualize*.c. One thread.
 *
 * Order: visualize_folder or visualize_camera looks at frames and writes their panels, then
 * visualize_finish writes the montage, the record and what stdout gets. Errors: those of the model,
 * the pictures and the camera; ERROR_CANCELLED after Ctrl+C, with whole files left only.
 */
#ifndef CMD_VISUALIZE_H
#define CMD_VISUALIZE_H

#include "cmd/cmd.h"
#include "cmd/progress.h"
#include "model/picture_list.h"
#include "platform/clock.h"
#include "report/reconstructions.h"
#include "score/detector_kind.h"

enum { WARNINGS_SAID = 5 }; /* of pictures that were left out; the others are counted */

struct wishes {
    size_t num;
    bool random, camera, json;
    uint64_t seed;
    const char *folder;
    struct reconstruction_settings files;
};

struct visualization {
    const struct config *config;
    const struct project *project;
    struct wishes wishes;
    struct trained_model model;
    struct detector *detector;
    struct rect region;
    struct reconstructions *shown;
    char stamp[CLOCK_TEXT_SIZE];
    size_t wanted, available; /* available: of a folder */
    char camera[128];         /* its name for people */
    size_t left_out;
    bool good; /* of the camera's frames */
    struct error *err;
    struct progress progress;
};

/* Frames that are shown so far. */
size_t visualize_count(const struct visualization *job);

MUST_CHECK bool visualize_folder(struct visualization *job, struct error *err);
MUST_CHECK bool visualize_camera(struct visualization *job, const struct invocation *invocation,
                                 struct error *err);
MUST_CHECK bool visualize_finish(struct visualization *job, struct error *err);

#endif

/* The cameras that are connected to this computer, and what each can send: for people who have to
 * choose one. The contract is the same on every platform; who fills it knows the system's cameras.
 *
 * Nothing is changed by looking: no camera is started and none that somebody uses is disturbed.
 * Texts come from drivers and plugs: they are valid UTF-8 without control characters here, cut to
 * their size. Whatever a driver claims, the lists end at the limits below, and looking at one
 * camera ends after some seconds. Ownership: camera_list_finish frees and takes a zeroed struct.
 * Thread: the caller's. Errors: ERROR_MEMORY only; a camera that can not be looked at is listed
 * with its trouble, and no camera at all is an empty list.
 */
#ifndef CAMERA_LISTING_H
#define CAMERA_LISTING_H

#include "base/error.h"

#include <stddef.h>

enum {
    CAMERA_NAME_SIZE = 128,
    CAMERA_PATH_SIZE = 256,
    CAMERA_STABLE_NAMES_MAX = 4,
    CAMERA_RATES_MAX = 16,
    CAMERA_OFFERS_MAX = 512,
};

enum camera_state { CAMERA_READY, CAMERA_BUSY, CAMERA_FORBIDDEN, CAMERA_FAILING };

/* One picture size in one format. */
struct camera_offer {
    char format[16];           /* "MJPEG", "YUYV", or the driver's four letters */
    bool usable;               /* leakwatch can read this format */
    int width, height;         /* px; 0 = the driver does not say */
    int width_max, height_max; /* px; more than the above where any size between is offered */
    int rate_count;
    double rates[CAMERA_RATES_MAX]; /* frames/s, highest first */
    bool any_rate;                  /* also every rate between the first and the last */
};

struct camera_entry {
    int index; /* what camera.index means */
    char path[CAMERA_PATH_SIZE];
    char name[CAMERA_NAME_SIZE];
    char driver[CAMERA_NAME_SIZE];
    /* Names for camera.source that stay when cameras are plugged in another order: by serial number
     * first, then by port. */
    size_t stable_name_count;
    char stable_names[CAMERA_STABLE_NAMES_MAX][CAMERA_PATH_SIZE];
    enum camera_state state;
    struct error trouble; /* with the remedy; code ERROR_NONE when ready */
    size_t offer_count;
    struct camera_offer *offers;
};

struct camera_list {
    size_t count;
    struct camera_entry *cameras; /* by index */
};

MUST_CHECK bool camera_list_read(struct camera_list *ret_list, struct error *err);
void camera_list_finish(struct camera_list *list);

const char *camera_state_name(enum camera_state state); /* "ready", "busy", … */

/* For those who fill a list. */

/* A zeroed entry at the end of the list; NULL with ERROR_MEMORY. Valid until the next one. */
struct camera_entry *camera_list_add(struct camera_list *list, struct error *err);
/* Copies; false when there is no room (limit or memory). */
bool camera_entry_add_offer(struct camera_entry *entry, const struct camera_offer *offer);
/* Between the lowest and the highest, each once, highest first; what is no rate is passed over. */
void camera_offer_add_rate(struct camera_offer *offer, double frames_per_second);
/* At most `length` bytes of what a driver calls text, cleaned. */
void camera_text_clean(const void *bytes, size_t length, char *ret_text, size_t size);

#endif

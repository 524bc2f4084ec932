/* Which faults of the camera stand, from the records: no frames, or frames that show nothing to
 * judge. While one stands nothing is watched, whatever else looks well.
 *
 * Records go in one by one, oldest first. A start or an end of a monitor ends all of them: the next
 * run says again what still stands. Hostile input: names of other faults are passed over, texts are
 * cut at a whole character and steer nothing. Pure; zeroed is empty.
 */
#ifndef REPORT_STANDING_FAULTS_H
#define REPORT_STANDING_FAULTS_H

#include "event/event.h"

#include <jansson.h>

enum { STANDING_TEXT_SIZE = 200 };

struct standing_fault {
    bool stands;
    int64_t since_utc_ms; /* when it was first said; 0 = unknown */
    char text[STANDING_TEXT_SIZE];
};

struct standing_faults {
    struct standing_fault faults[FAULT_KIND_COUNT]; /* of the camera's kinds alone */
};

void standing_faults_take(struct standing_faults *standing, const json_t *record);

/* FAULT_CAMERA_DOWN before the others; FAULT_KIND_COUNT = the camera is well. */
enum fault_kind standing_faults_first(const struct standing_faults *standing);

/* "camera dark" */
void standing_fault_name(enum fault_kind kind, char *ret_name, size_t size);

#endif

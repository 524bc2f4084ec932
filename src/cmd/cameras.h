/* What `leakwatch cameras` prints, apart from where the list comes from. Private to cmd/. */
#ifndef CMD_CAMERAS_H
#define CMD_CAMERAS_H

#include "base/buffer.h"
#include "camera/listing.h"

#include <jansson.h>

/* Lines for people. `chosen` is the camera that the project uses: a number or a path, NULL when it
 * is not known or no camera. */
void cameras_append_text(const struct camera_list *list, const char *chosen, struct buffer *out);

/* An array, one object a camera; NULL without memory. */
json_t *cameras_to_json(const struct camera_list *list, const char *chosen);

#endif

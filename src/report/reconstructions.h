/* The files of `visualize`: a panel of each frame and one montage of all, in a folder of their own.
 *
 * Life cycle: reconstructions_create → reconstructions_add for each frame → reconstructions_finish
 * (the montage), or not → reconstructions_destroy, which takes NULL and leaves the files. The
 * folder (0700: pictures may show people) is made with the first file; each file appears whole or
 * not at all. panel_<name> is JPEG or PNG as the name says; a long name loses its middle. Names and
 * observations are borrowed during the call. Thread: any, one at a time. Errors: ERROR_USAGE when
 * the montage would be too large (from create, before any work); ERROR_SPACE / ERROR_IO naming the
 * file; ERROR_MEMORY.
 */
#ifndef REPORT_RECONSTRUCTIONS_H
#define REPORT_RECONSTRUCTIONS_H

#include "platform/file.h"
#include "report/panel.h"

struct reconstruction_settings {
    char folder[PATH_SIZE];
    size_t most;        /* as many frames will come at most; >= 1 */
    struct rect region; /* of the first frame: the shape of all of them */
    struct color_scale scale;
    enum maps_meaning meaning;
    enum color_map colors;
    bool montage, individual; /* which files are wanted */
    int columns;              /* of the montage; 0 = by itself */
};

/* What is known of one frame afterwards. */
struct reconstruction {
    char *name;                  /* UTF-8, cleaned */
    char panel[PATH_SIZE];       /* name of its file in the folder; "" without one */
    struct observation measured; /* its maps are gone */
};

#define MONTAGE_NAME "montage.jpg"

struct reconstructions;

struct reconstructions *reconstructions_create(const struct reconstruction_settings *settings,
                                               struct error *err);
void reconstructions_destroy(struct reconstructions *reconstructions);

MUST_CHECK bool reconstructions_add(struct reconstructions *reconstructions, const char *name,
                                    const struct observation *observation, struct rect region,
                                    struct error *err);

/* Writes the montage, if one is wanted and any frame was added. */
MUST_CHECK bool reconstructions_finish(struct reconstructions *reconstructions, const char *title,
                                       const char *subtitle, struct error *err);

size_t reconstructions_count(const struct reconstructions *reconstructions);
const struct reconstruction *reconstructions_at(const struct reconstructions *reconstructions,
                                                size_t number);

/* "panel_" and the name; at most 200 bytes, what is longer has `number` in its middle. */
void panel_file_name(const char *name, size_t number, char ret_name[PATH_SIZE]);

#endif

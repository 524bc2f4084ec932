/* Many frames on one sheet: a title, a grid of equal pictures (report/panel.h), the legend of their
 * colours.
 *
 * Life cycle: montage_begin → montage_place for each → `picture`, which stays until
 * montage_finish, which takes a zeroed one. Row by row from the top left; places that are never
 * filled stay empty. Pure but for memory. Errors: ERROR_USAGE when the sheet would be too large for
 * a picture, saying how large; ERROR_MEMORY; ERROR_INTERNAL (cairo).
 */
#ifndef REPORT_MONTAGE_H
#define REPORT_MONTAGE_H

#include "report/panel.h"

struct montage_plan {
    const char *title, *subtitle; /* any bytes */
    int count;                    /* pictures, >= 1 */
    int columns;                  /* 0 = so many that the sheet fits a screen */
    int cell_width, cell_height;  /* px */
    enum maps_meaning meaning;    /* of all cells */
};

struct montage {
    struct picture picture;
    struct montage_plan plan;
    int columns;
    int top; /* of the grid */
};

/* Would such a sheet be a picture that can be written and looked at? ERROR_USAGE if not. */
MUST_CHECK bool montage_check(const struct montage_plan *plan, const struct panel_style *style,
                              struct error *err);

MUST_CHECK bool montage_begin(const struct montage_plan *plan, const struct panel_style *style,
                              const struct color_scale *scale, struct montage *ret_montage,
                              struct error *err);

/* The n-th, from 0; of the size that was planned (asserted). */
void montage_place(struct montage *montage, int number, const struct picture *cell);
void montage_finish(struct montage *montage);

/* How many columns bring the shape of the grid nearest to a screen's. */
int montage_columns(int count, int cell_width, int cell_height);

#endif

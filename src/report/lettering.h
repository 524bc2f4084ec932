/* Words on pictures: file names and scores, drawn into 8-bit RGB by cairo.
 *
 * A text is one line, as high as `letters_height` says whatever the font. Where it is wider than
 * its room it is shortened in the middle ("normal_2026…01_2.jpg"), because names differ at both
 * ends; it is never cut. Texts may be hostile: they are cleaned as text_append_plain does
 * (base/text.h). Pure but for memory; the letters themselves depend on the fonts of the PC. Thread:
 * any. Errors: ERROR_MEMORY, ERROR_INTERNAL with cairo's own words.
 */
#ifndef REPORT_LETTERING_H
#define REPORT_LETTERING_H

#include "base/buffer.h"
#include "sink/evidence_picture.h"

struct letters {
    int size_px; /* 12 and more is readable at 100 % */
    bool bold;
    uint8_t color[3];
};

enum letters_anchor { LETTERS_LEFT, LETTERS_MIDDLE, LETTERS_RIGHT };

/* Of a line, with room above and below. */
int letters_height(int size_px);

/* The text stands within `width` px from (x, y), the top left; clipped to the picture. */
MUST_CHECK bool letters_draw(struct picture *picture, int x, int y, int width,
                             enum letters_anchor anchor, struct letters letters, const char *text,
                             struct error *err);

/* Appends what of `text` can be shown in that width; the whole text, cleaned, when it fits. */
MUST_CHECK bool letters_fit(const char *text, struct letters letters, int width, struct buffer *out,
                            struct error *err);

#endif

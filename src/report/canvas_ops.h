/* What a way of writing pictures has to know. Private to canvas*.c.
 *
 * Each function gets what the caller of canvas.h gave, checked: coordinates are finite, texts are
 * clean UTF-8 on one line. Failures are kept until `finish`.
 */
#ifndef REPORT_CANVAS_OPS_H
#define REPORT_CANVAS_OPS_H

#include "report/canvas.h"

struct canvas_ops {
    void (*begin_group)(struct canvas *canvas, const char *id);
    void (*end_group)(struct canvas *canvas);
    void (*rect)(struct canvas *canvas, double x, double y, double width, double height,
                 uint32_t fill);
    void (*polyline)(struct canvas *canvas, const struct point *points, size_t count,
                     struct pen pen);
    void (*polygon)(struct canvas *canvas, const struct point *points, size_t count, uint32_t fill);
    void (*text)(struct canvas *canvas, double x, double y, struct text_style style,
                 const char *text);
    bool (*finish)(struct canvas *canvas, struct buffer *out, struct error *err);
    void (*destroy)(struct canvas *canvas);
};

/* The first member of each kind of canvas. */
struct canvas {
    const struct canvas_ops *ops;
    bool failed; /* no memory for a text that had to be cleaned */
};

#endif

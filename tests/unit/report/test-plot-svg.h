/* For tests of plots: looks into an SVG that canvas_svg.c wrote (one element a line).
 *
 * Texts that are returned stay good until the next call of the same function.
 */
#ifndef TESTS_PLOT_SVG_H
#define TESTS_PLOT_SVG_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SVG_PART_SIZE = 1 << 20 };

/* What stands in the group, or NULL without such a group. */
static inline const char *svg_group(const char *svg, const char *id)
{
    static char part[SVG_PART_SIZE];
    char start[64];
    snprintf(start, sizeof start, "<g id=\"%s\">\n", id);
    const char *from = strstr(svg, start), *to = from ? strstr(from, "</g>") : NULL;
    if (!to || (size_t)(to - from) >= sizeof part)
        return NULL;
    from += strlen(start);
    memcpy(part, from, (size_t)(to - from));
    part[to - from] = '\0';
    return part;
}

static inline int svg_count(const char *part, const char *what)
{
    int count = 0;
    for (const char *at = part; at && (at = strstr(at, what)); at += strlen(what))
        count++;
    return count;
}

/* The n-th element that begins with `what` ("<rect"), or NULL. */
static inline const char *svg_element(const char *part, const char *what, int n)
{
    static char element[SVG_PART_SIZE];
    const char *at = part ? strstr(part, what) : NULL;
    while (at && n-- > 0)
        at = strstr(at + 1, what);
    if (!at)
        return NULL;
    size_t length = strcspn(at, "\n");
    if (length >= sizeof element)
        return NULL;
    memcpy(element, at, length);
    element[length] = '\0';
    return element;
}

/* The value of a number attribute; NAN without. */
static inline double svg_number(const char *element, const char *attribute)
{
    char start[32];
    snprintf(start, sizeof start, " %s=\"", attribute);
    const char *at = element ? strstr(element, start) : NULL;
    return at ? strtod(at + strlen(start), NULL) : NAN;
}

/* Point n of a polyline or polygon: false when there are not so many. */
static inline bool svg_point(const char *element, int n, double *ret_x, double *ret_y)
{
    const char *at = element ? strstr(element, " points=\"") : NULL;
    if (!at)
        return false;
    at += strlen(" points=\"");
    for (; n > 0 && at; n--) {
        size_t length = strcspn(at, " \"");
        at = at[length] == ' ' ? at + length + 1 : NULL;
    }
    return at && sscanf(at, "%lf,%lf", ret_x, ret_y) == 2;
}

/* The text of the n-th <text> of a part, still escaped; NULL without. */
static inline const char *svg_text(const char *part, int n)
{
    static char text[4096];
    const char *element = svg_element(part, "<text", n);
    const char *from = element ? strchr(element, '>') : NULL;
    const char *to = from ? strstr(from, "</text>") : NULL;
    if (!to || (size_t)(to - from) >= sizeof text)
        return NULL;
    snprintf(text, sizeof text, "%.*s", (int)(to - from - 1), from + 1);
    return text;
}

#endif

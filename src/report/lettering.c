/* Words on pictures, for panel.c and montage.c.
 *
 * cairo draws a line of text as a mask of its own (8 bits of coverage), which is blended into the
 * picture here: so pictures stay packed RGB, and nothing but letters comes from a library. cairo's
 * "toy" calls are enough for a line of letters. The surprising thing: cairo refuses a text that is
 * no UTF-8 for good (its context is dead afterwards), so no text reaches it uncleaned.
 */
#include "report/lettering.h"

#include "base/text.h"

#include <cairo.h>
#include <math.h>
#include <string.h>

#define ELLIPSIS "\xe2\x80\xa6" /* U+2026 */

struct pencil {
    cairo_surface_t *surface;
    cairo_t *cairo;
};

int letters_height(int size_px)
{
    return size_px + (size_px + 1) / 2;
}

/* ---- cairo */

static bool check_pencil(const struct pencil *pencil, struct error *err)
{
    const cairo_status_t status = cairo_status(pencil->cairo);
    if (status == CAIRO_STATUS_SUCCESS)
        return true;
    if (status == CAIRO_STATUS_NO_MEMORY)
        return error_set(err, ERROR_MEMORY, "no memory for the words on a picture");
    return error_set(err, ERROR_INTERNAL, "cairo can not draw the words on a picture: %s",
                     cairo_status_to_string(status));
}

static struct pencil take_pencil(int width, int height, struct letters letters)
{
    struct pencil pencil;
    pencil.surface = cairo_image_surface_create(CAIRO_FORMAT_A8, width, height);
    pencil.cairo = cairo_create(pencil.surface);
    cairo_select_font_face(pencil.cairo, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                           letters.bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(pencil.cairo, letters.size_px);
    return pencil;
}

static void drop_pencil(struct pencil *pencil)
{
    cairo_destroy(pencil->cairo);
    cairo_surface_destroy(pencil->surface);
}

static int measure(const struct pencil *pencil, const char *text)
{
    cairo_text_extents_t extents;
    cairo_text_extents(pencil->cairo, text, &extents);
    const double reach = fmax(extents.x_advance, extents.x_bearing + extents.width);
    return reach < 1e6 ? (int)ceil(reach) : 1000000;
}

/* ---- shortening */

static size_t count_characters(const char *clean)
{
    size_t count = 0;
    for (; *clean; clean++)
        count += ((unsigned char)*clean & 0xc0) != 0x80;
    return count;
}

static const char *skip_characters(const char *clean, size_t count)
{
    for (; *clean; clean++)
        if (((unsigned char)*clean & 0xc0) != 0x80 && count-- == 0)
            break;
    return clean;
}

/* The first and last of `count` characters, `kept` in all. */
static void shorten(const char *clean, size_t count, size_t kept, struct buffer *out)
{
    const size_t tail = kept / 2, head = kept - tail;
    buffer_clear(out);
    buffer_append(out, clean, (size_t)(skip_characters(clean, head) - clean));
    buffer_append_text(out, ELLIPSIS);
    buffer_append_text(out, skip_characters(clean, count - tail));
}

/* In `clean`, what fits of it; even when nothing does, the ellipsis stays. */
static bool fit(const struct pencil *pencil, int width, struct buffer *clean, struct error *err)
{
    struct buffer shorter = {0};
    const size_t count = count_characters(buffer_text(clean));
    size_t fits = 0, too_many = count;
    if (clean->failed || measure(pencil, buffer_text(clean)) <= width)
        return buffer_check(clean, err);
    while (too_many - fits > 1) {
        const size_t kept = fits + (too_many - fits) / 2;
        shorten(buffer_text(clean), count, kept, &shorter);
        if (measure(pencil, buffer_text(&shorter)) <= width)
            fits = kept;
        else
            too_many = kept;
    }
    shorten(buffer_text(clean), count, fits, &shorter);
    struct buffer whole = *clean;
    *clean = shorter;
    buffer_finish(&whole);
    return buffer_check(clean, err);
}

bool letters_fit(const char *text, struct letters letters, int width, struct buffer *out,
                 struct error *err)
{
    struct buffer clean = {0};
    struct pencil pencil = take_pencil(1, 1, letters);
    text_append_plain(&clean, text);
    const bool good = check_pencil(&pencil, err) && fit(&pencil, width, &clean, err) &&
                      check_pencil(&pencil, err);
    if (good)
        buffer_append_text(out, buffer_text(&clean));
    drop_pencil(&pencil);
    buffer_finish(&clean);
    return good && buffer_check(out, err);
}

/* ---- drawing */

static void blend(struct picture *picture, int left, int top, const struct pencil *pencil,
                  const uint8_t color[3])
{
    const unsigned char *mask = cairo_image_surface_get_data(pencil->surface);
    const int stride = cairo_image_surface_get_stride(pencil->surface);
    const int width = cairo_image_surface_get_width(pencil->surface);
    const int height = cairo_image_surface_get_height(pencil->surface);
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            const int to_x = left + x, to_y = top + y, share = mask[y * stride + x];
            if (share == 0 || to_x < 0 || to_y < 0 || to_x >= picture->width ||
                to_y >= picture->height)
                continue;
            uint8_t *pixel =
                picture->rgb + 3 * ((size_t)to_y * (size_t)picture->width + (size_t)to_x);
            for (int c = 0; c < 3; c++)
                pixel[c] = (uint8_t)((pixel[c] * (255 - share) + color[c] * share + 127) / 255);
        }
    }
}

static void write_line(const struct pencil *pencil, int width, enum letters_anchor anchor,
                       struct letters letters, const char *clean)
{
    const int room = width - measure(pencil, clean);
    const int before = anchor == LETTERS_LEFT ? 0 : anchor == LETTERS_MIDDLE ? room / 2 : room;
    /* The baseline that leaves room for descenders in every usual font. */
    const int height = letters_height(letters.size_px);
    cairo_move_to(pencil->cairo, before > 0 ? before : 0, height - 0.4 * letters.size_px);
    cairo_show_text(pencil->cairo, clean);
    cairo_surface_flush(pencil->surface);
}

bool letters_draw(struct picture *picture, int x, int y, int width, enum letters_anchor anchor,
                  struct letters letters, const char *text, struct error *err)
{
    if (width <= 0)
        return true;
    struct buffer clean = {0};
    struct pencil pencil = take_pencil(width, letters_height(letters.size_px), letters);
    text_append_plain(&clean, text);
    bool good = check_pencil(&pencil, err) && fit(&pencil, width, &clean, err);
    if (good) {
        write_line(&pencil, width, anchor, letters, buffer_text(&clean));
        good = check_pencil(&pencil, err);
    }
    if (good)
        blend(picture, x, y, &pencil, letters.color);
    drop_pencil(&pencil);
    buffer_finish(&clean);
    return good;
}

/* Small grey pictures as PNG files in a folder of the test's own, and what was said meanwhile. */
#ifndef TESTS_PICTURE_FILES_H
#define TESTS_PICTURE_FILES_H

#include "scratch.h"

#include "base/buffer.h"
#include "frame/image.h"
#include "platform/file.h"

#include <stdlib.h>
#include <string.h>

enum { SIDE = 10 };

/* A dot of a picture, or of a mask. */
struct dot {
    int x, y, grey;
};

static inline void give_up(const struct error *err)
{
    printf("%s\n", err->message);
    exit(2);
}

static inline void make_folder_of(const char *path)
{
    struct error err = {0};
    char folder[PATH_SIZE];
    snprintf(folder, sizeof folder, "%s", path);
    *strrchr(folder, '/') = '\0';
    if (!folder_create(folder, false, &err))
        give_up(&err);
}

static void write_grey(const char *path, int width, int height, int background,
                       const struct dot *dots, size_t dot_count)
{
    struct error err = {0};
    uint8_t *rgb = malloc(3 * (size_t)width * (size_t)height);
    if (!rgb)
        abort();
    memset(rgb, background, 3 * (size_t)width * (size_t)height);
    for (size_t i = 0; i < dot_count; i++)
        memset(rgb + 3 * (dots[i].y * width + dots[i].x), dots[i].grey, 3);
    make_folder_of(path);
    if (!image_write_png(path, rgb, width, height, &err))
        give_up(&err);
    free(rgb);
}

/* SIDE x SIDE, background 10; `name` is below the scratch folder. */
#define PICTURE(name, ...)                                                                         \
    write_grey(scratch(name), SIDE, SIDE, 10, (const struct dot[]){__VA_ARGS__},                   \
               sizeof((const struct dot[]){__VA_ARGS__}) / sizeof(struct dot))
/* The same on black. */
#define MASK(name, ...)                                                                            \
    write_grey(scratch(name), SIDE, SIDE, 0, (const struct dot[]){__VA_ARGS__},                    \
               sizeof((const struct dot[]){__VA_ARGS__}) / sizeof(struct dot))

static inline void write_text(const char *path, const char *text)
{
    struct error err = {0};
    make_folder_of(path);
    if (!file_replace(path, text, strlen(text), false, &err))
        give_up(&err);
}

/* Everything that a listener was told, one line each. */
static struct buffer heard;

static inline void hear(void *context, const char *sentence)
{
    (void)context;
    buffer_append_format(&heard, "%s\n", sentence);
}

static inline size_t lines_heard(void)
{
    size_t lines = 0;
    for (const char *at = buffer_text(&heard); (at = strchr(at, '\n')); at++)
        lines++;
    return lines;
}

#endif

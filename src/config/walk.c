/* The tree of options. It exists nowhere as a structure: each path is compared with the section
 * that is open, what differs is closed and opened. Rows of one section stand together in schema.h,
 * so no section opens twice. */
#include "config/walk.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

struct walk {
    const struct option_visitor *visitor;
    void *context;
    char section[OPTION_PATH_SIZE]; /* what is open: "notify.slack", "" at the top */
    int depth;
    bool first; /* nothing stands in the open section yet */
};

static void leave(struct walk *walk)
{
    char *dot = strrchr(walk->section, '.');
    *(dot ? dot : walk->section) = '\0';
    walk->depth--;
    walk->first = false;
    walk->visitor->close(walk->context, walk->depth);
}

static bool is_within(const char *path, const char *section)
{
    size_t length = strlen(section);
    return length == 0 || (strncmp(path, section, length) == 0 && path[length] == '.');
}

static void enter_sections(struct walk *walk, const char *path)
{
    for (;;) {
        size_t used = strlen(walk->section);
        const char *name = path + used + (used > 0);
        const char *dot = strchr(name, '.');
        if (!dot)
            return;
        assert((size_t)(dot - path) < sizeof walk->section);
        memcpy(walk->section, path, (size_t)(dot - path));
        walk->section[dot - path] = '\0';
        walk->visitor->open(walk->context, walk->section, walk->section + (name - path),
                            walk->depth, walk->first);
        walk->depth++;
        walk->first = true;
    }
}

void option_walk(const struct option_visitor *visitor, void *context)
{
    struct walk walk = {.visitor = visitor, .context = context, .first = true};
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = &option_rows[i];
        while (!is_within(row->path, walk.section))
            leave(&walk);
        enter_sections(&walk, row->path);
        const char *dot = strrchr(row->path, '.');
        visitor->row(context, row, dot ? dot + 1 : row->path, walk.depth, walk.first);
        walk.first = false;
    }
    while (walk.depth > 0)
        leave(&walk);
}

/* A walk over all options as a tree: sections are entered and left where the dots of the paths say.
 *
 * Private to config/. `depth` is 0 for what stands at the top; `first` is true for the first member
 * of its section, which is where JSON has no comma before it.
 */
#ifndef CONFIG_WALK_H
#define CONFIG_WALK_H

#include "config/options.h"

struct option_visitor {
    /* `path` is the section's, `name` its last part. */
    void (*open)(void *context, const char *path, const char *name, int depth, bool first);
    void (*row)(void *context, const struct option_row *row, const char *name, int depth,
                bool first);
    void (*close)(void *context, int depth);
};

void option_walk(const struct option_visitor *visitor, void *context);

#endif

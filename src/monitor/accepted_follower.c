/* Two lists of which one is known and one is read into, so that nothing is allocated while
 * watching but what reading the file takes. */
#include "monitor/accepted_follower.h"

#include <stdlib.h>

struct accepted_follower {
    const char *path;
    struct accepted lists[2];
    int known; /* which of them */
};

struct accepted_follower *accepted_follower_create(const char *path, struct error *err)
{
    struct accepted_follower *follower = calloc(1, sizeof *follower);
    if (!follower) {
        error_set(err, ERROR_MEMORY, "no memory to follow the accepted places");
        return NULL;
    }
    struct error ignored;
    follower->path = path;
    if (!accepted_load(path, &follower->lists[0], &ignored))
        follower->lists[0].count = 0;
    return follower;
}

void accepted_follower_destroy(struct accepted_follower *follower)
{
    free(follower);
}

void accepted_follower_poll(struct accepted_follower *follower,
                            void (*take)(void *context, const struct accepted *list), void *context)
{
    struct error ignored;
    struct accepted *now = &follower->lists[!follower->known];
    if (!accepted_load(follower->path, now, &ignored) ||
        accepted_equal(now, &follower->lists[follower->known]))
        return;
    follower->known = !follower->known;
    take(context, now);
}

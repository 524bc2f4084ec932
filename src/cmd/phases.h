/* A progress bar for work in phases, each with a bar of its own. One thread. */
#ifndef CMD_PHASES_H
#define CMD_PHASES_H

#include "cmd/progress.h"
#include "score/detector_kind.h"

struct phases {
    struct progress bar;
    const char *phase; /* that the bar stands for; NULL = there is no bar */
};

/* `now->phase` is a constant; another one ends the bar before. */
void phases_show(struct phases *phases, const struct learn_progress *now);
void phases_end(struct phases *phases); /* before something else is printed */

#endif

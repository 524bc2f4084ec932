/* Each phase measures its own time, so that what is left is that of the phase that is shown. */
#include "cmd/phases.h"

#include <stddef.h>
#include <string.h>

void phases_end(struct phases *phases)
{
    if (phases->phase)
        progress_end(&phases->bar);
    phases->phase = NULL;
}

void phases_show(struct phases *phases, const struct learn_progress *now)
{
    if (!phases->phase || strcmp(phases->phase, now->phase) != 0) {
        phases_end(phases);
        phases->phase = now->phase;
        phases->bar = progress_begin(now->phase);
    }
    if (now->total > 0)
        progress_show(&phases->bar, now->done, now->total, now->note);
}

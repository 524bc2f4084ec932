/* What a monitor has loaded, it keeps: said by commands that put something new in place of it. */
#ifndef CMD_GOES_ON_H
#define CMD_GOES_ON_H

#include "config/project.h"

/* A note when a monitor runs; `what` is "model", "threshold". */
void goes_on_say(const struct project *project, const char *what);

#endif

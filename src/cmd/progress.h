/* A progress bar on stderr with the time that is left; quiet where stderr is no terminal. One
 * thread. */
#ifndef CMD_PROGRESS_H
#define CMD_PROGRESS_H

#include <stdint.h>

struct progress {
    const char *label;
    int64_t started_ns, shown_ns;
};

struct progress progress_begin(const char *label);
/* total <= 0: unknown. `note` follows the bar; may be "". */
void progress_show(struct progress *progress, double done, double total, const char *note);
void progress_end(struct progress *progress);

#endif

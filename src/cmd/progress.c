/* The bar is redrawn at most ten times a second: a terminal over a slow line must not slow the
 * work. */
#include "cmd/progress.h"

#include "platform/clock.h"
#include "platform/process.h"

#include <stdio.h>
#include <string.h>

enum { BAR_WIDTH = 24 };
#define REDRAW_NS (100 * NS_PER_MS)

struct progress progress_begin(const char *label)
{
    return (struct progress){.label = label, .started_ns = clock_monotonic_ns()};
}

static void format_time_left(double seconds, char text[32])
{
    if (seconds < 90)
        snprintf(text, 32, "%.0f s left", seconds);
    else if (seconds < 5400)
        snprintf(text, 32, "%.0f min left", seconds / 60);
    else
        snprintf(text, 32, "%.1f h left", seconds / 3600);
}

void progress_show(struct progress *progress, double done, double total, const char *note)
{
    int64_t now_ns = clock_monotonic_ns();
    if (!process_stderr_is_terminal() || now_ns - progress->shown_ns < REDRAW_NS)
        return;
    progress->shown_ns = now_ns;
    if (total <= 0) {
        fprintf(stderr, "\r\033[K%s %.0f  %s", progress->label, done, note);
        return;
    }
    double share = done < total ? done / total : 1.0;
    char bar[BAR_WIDTH + 1], left[32] = "";
    memset(bar, '.', BAR_WIDTH);
    memset(bar, '#', (size_t)(share * BAR_WIDTH));
    bar[BAR_WIDTH] = '\0';
    double elapsed_s = (double)(now_ns - progress->started_ns) / (double)NS_PER_SECOND;
    if (share > 0.02 && elapsed_s > 1.0)
        format_time_left(elapsed_s * (1.0 - share) / share, left);
    fprintf(stderr, "\r\033[K%s [%s] %3.0f %%  %s  %s", progress->label, bar, 100.0 * share, note,
            left);
}

void progress_end(struct progress *progress)
{
    if (progress->shown_ns)
        fputs("\r\033[K", stderr);
}

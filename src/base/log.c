/* What goes to stderr: errors, warnings and notes.
 *
 * A line is formatted into a local buffer and written by one write(), so that lines of several
 * threads never interleave, whatever stdio does. A line that is too long is cut, and a terminal
 * that is gone is ignored. Names of files and words of cameras and servers get into messages, so
 * what would steer the terminal is blanked here, once for all of them.
 */
#include "base/log.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COLOR_UNDECIDED, COLOR_OFF, COLOR_ON };
static atomic_int color_state = COLOR_UNDECIDED;

static const struct {
    const char *prefix, *color;
} levels[] = {
    [LOG_ERROR] = {"error: ", "\033[1;31m"},
    [LOG_WARNING] = {"warning: ", "\033[1;33m"},
    [LOG_NOTE] = {"", ""},
};

void log_set_color(bool enabled)
{
    atomic_store(&color_state, enabled ? COLOR_ON : COLOR_OFF);
}

static bool color_enabled(void)
{
    int state = atomic_load(&color_state);
    if (state == COLOR_UNDECIDED) {
        const char *no_color = getenv("NO_COLOR");
        state = isatty(STDERR_FILENO) && !(no_color && *no_color) ? COLOR_ON : COLOR_OFF;
        atomic_store(&color_state, state);
    }
    return state == COLOR_ON;
}

void log_line(enum log_level level, const char *format, ...)
{
    char line[2048];
    const char *color = color_enabled() ? levels[level].color : "";
    int used = snprintf(line, sizeof line, "leakwatch: %s%s%s", color, levels[level].prefix,
                        *color ? "\033[0m" : "");
    va_list arguments;
    va_start(arguments, format);
    int wanted = vsnprintf(line + used, sizeof line - (size_t)used - 1, format, arguments);
    va_end(arguments);
    if (wanted < 0)
        return;
    text_make_plain(line + used);
    size_t length = strlen(line);
    line[length++] = '\n';
    ssize_t written = write(STDERR_FILENO, line, length);
    (void)written; /* a terminal that is gone is no reason to stop watching */
}

void log_each_warning(void *context, const char *sentence)
{
    (void)context;
    log_warning("%s", sentence);
}

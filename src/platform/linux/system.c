/* What Linux and its distribution tell about themselves. The host's name, which uname() tells too,
 * is nobody's business.
 */
#include "platform/system.h"

#include "platform/process.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* Of the first line that begins with `key`: what follows `separator`, without quotes. */
static void append_line_of(struct buffer *out, const char *path, const char *key, char separator,
                           const char *label)
{
    char line[512];
    FILE *file = fopen(path, "re");
    if (!file)
        return;
    while (fgets(line, sizeof line, file)) {
        char *value = strncmp(line, key, strlen(key)) == 0 ? strchr(line, separator) : NULL;
        if (!value)
            continue;
        value += strspn(value + 1, " \t\"") + 1;
        value[strcspn(value, "\"\r\n")] = '\0';
        buffer_append_format(out, "%s: %s\n", label, value);
        break;
    }
    fclose(file);
}

void system_describe(struct buffer *out)
{
    struct utsname name;
    append_line_of(out, "/etc/os-release", "PRETTY_NAME=", '=', "system");
    if (uname(&name) == 0)
        buffer_append_format(out, "kernel: %s %s %s\n", name.sysname, name.release, name.machine);
    append_line_of(out, "/proc/cpuinfo", "model name", ':', "processor");
    buffer_append_format(out, "processors in use: %d\n", process_cpu_count());
    long pages = sysconf(_SC_PHYS_PAGES), page_bytes = sysconf(_SC_PAGESIZE);
    if (pages > 0 && page_bytes > 0)
        buffer_append_format(out, "memory: %.1f GB\n", (double)pages * (double)page_bytes / 1e9);
}

/* The program that test-failio starts on a failing disk: each job does what leakwatch does with
 * files, says on stdout how it went, and ends with 0 when all went well, 1 when a call failed.
 */
#include "base/log.h"
#include "platform/clock.h"
#include "platform/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES = 5 };

/* "new" over "old", as file_replace promises. */
static int replace(const char *folder)
{
    char path[PATH_SIZE], text[3000];
    struct error err = {0};
    memset(text, 'n', sizeof text);
    if (!path_join(path, sizeof path, folder, "file", &err) ||
        !file_replace(path, text, sizeof text, true, &err)) {
        printf("%s: %s\n", error_code_name(err.code), err.message);
        return 1;
    }
    return 0;
}

/* Appends numbered lines; prints the number of each that the disk has acknowledged, tries each
 * refused one once more. */
static int append(const char *folder)
{
    char path[PATH_SIZE], line[32];
    struct error err = {0};
    struct append_file file = {0};
    bool all_well = true;
    if (!path_join(path, sizeof path, folder, "log", &err) || !append_open(&file, path, &err)) {
        printf("%s: %s\n", error_code_name(err.code), err.message);
        return 1;
    }
    for (int i = 0; i < 2 * LINES; i++) {
        size_t length = (size_t)snprintf(line, sizeof line, "line %d of several\n", i / 2);
        bool again = i % 2 == 1;
        static bool written;
        if (again && written)
            continue;
        written = append_write(&file, line, length, &err) && append_flush(&file, &err);
        all_well = all_well && written;
        if (written)
            printf("%d\n", i / 2);
        fflush(stdout);
    }
    append_close(&file);
    return all_well ? 0 : 1;
}

/* The disk is full until the trigger goes: the same call then works, in the same process. */
static int recover(const char *folder, const char *trigger)
{
    struct error err = {0};
    bool refused = replace(folder) == 1;
    if (!refused || !file_remove(trigger, &err))
        return 2;
    return replace(folder);
}

/* Wall and monotonic time over a jump that the file `offset` causes. */
static int jump(const char *offset)
{
    struct error err = {0};
    int64_t wall_ms = clock_wall_utc_ms(), monotonic_ns = clock_monotonic_ns();
    if (!file_replace(offset, "-7200\n", 6, false, &err))
        return 2;
    printf("%lld %lld\n", (long long)(clock_wall_utc_ms() - wall_ms) / 1000,
           (long long)(clock_monotonic_ns() - monotonic_ns) / 1000000000);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "replace") == 0)
        return replace(argv[2]);
    if (argc == 3 && strcmp(argv[1], "append") == 0)
        return append(argv[2]);
    if (argc == 4 && strcmp(argv[1], "recover") == 0)
        return recover(argv[2], argv[3]);
    if (argc == 3 && strcmp(argv[1], "jump") == 0)
        return jump(argv[2]);
    log_error("usage: victim replace|append FOLDER | recover FOLDER TRIGGER | jump OFFSET-FILE");
    return 64;
}

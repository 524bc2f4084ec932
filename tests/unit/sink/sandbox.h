/* A temporary folder of a test program and small tools for the files in it. */
#ifndef TESTS_SINK_SANDBOX_H
#define TESTS_SINK_SANDBOX_H

#include "platform/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char sandbox[256];

static inline bool sandbox_enter(void)
{
    const char *base = getenv("TMPDIR");
    snprintf(sandbox, sizeof sandbox, "%s/leakwatch-sink-XXXXXX", base && *base ? base : "/tmp");
    return mkdtemp(sandbox) != NULL;
}

static inline void sandbox_leave(void)
{
    char command[sizeof sandbox + 16];
    snprintf(command, sizeof command, "rm -rf '%s'", sandbox);
    if (system(command) != 0)
        fprintf(stderr, "%s stays behind\n", sandbox);
}

/* A fresh folder in the sandbox; gives the path of `name` in it. */
static inline const char *sandbox_path(char ret_path[PATH_SIZE], const char *name)
{
    static int number;
    char folder[sizeof sandbox + 16];
    snprintf(folder, sizeof folder, "%s/%d", sandbox, number++);
    if (!folder_create(folder, false, NULL))
        abort();
    snprintf(ret_path, PATH_SIZE, "%s/%s", folder, name);
    return ret_path;
}

static inline void sandbox_write(const char *path, const void *data, size_t size)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(data, 1, size, file) != size || fclose(file) != 0)
        abort();
}

/* The whole file as text; the caller frees it. NULL when there is none. */
static inline char *sandbox_text(const char *path, size_t *ret_size)
{
    struct buffer contents = {0};
    if (!file_read(path, 64 << 20, &contents, NULL)) {
        buffer_finish(&contents);
        return NULL;
    }
    if (ret_size)
        *ret_size = contents.size;
    return contents.data ? contents.data : calloc(1, 1);
}

#endif

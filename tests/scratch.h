/* A folder of a test's own, made on first use under TMPDIR and removed with all that is in it when
 * the process ends.
 *
 *     file_replace(scratch("config/config.yaml"), …)
 *
 * A text that scratch() returned is good for the next seven calls. One thread.
 */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char scratch_root[512];
static pid_t scratch_owner;

static int scratch_remove_one(const char *path, const struct stat *status, int kind,
                              struct FTW *position)
{
    (void)status;
    (void)kind;
    (void)position;
    return remove(path);
}

static void scratch_remove(void)
{
    if (getpid() == scratch_owner) /* children of fork() leave it alone */
        nftw(scratch_root, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static inline const char *scratch(const char *name)
{
    static char paths[8][1024];
    static unsigned next;
    if (!scratch_root[0]) {
        const char *parent = getenv("TMPDIR");
        snprintf(scratch_root, sizeof scratch_root, "%s/leakwatch-test-XXXXXX",
                 parent && *parent ? parent : "/tmp");
        if (!mkdtemp(scratch_root)) {
            perror(scratch_root);
            exit(2);
        }
        scratch_owner = getpid();
        atexit(scratch_remove);
    }
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", scratch_root, name);
    return path;
}

#endif

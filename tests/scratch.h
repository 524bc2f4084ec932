/* A folder of a test's own, made on first use under TMPDIR and removed with all that is in it when
 * the process ends.
 *
 *     file_replace(scratch("config/config.yaml"), …)
 *
 * The texts that scratch() returns stay good until the end. One thread.
 */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct scratch_path {
    struct scratch_path *next;
    char text[1024];
};

static char scratch_root[512];
static struct scratch_path *scratch_paths;
static pid_t scratch_owner;

static int scratch_remove_one(const char *path, const struct stat *status, int kind,
                              struct FTW *position)
{
    (void)status;
    (void)kind;
    (void)position;
    return remove(path);
}

static void scratch_finish(void)
{
    while (scratch_paths) {
        struct scratch_path *path = scratch_paths;
        scratch_paths = path->next;
        free(path);
    }
    if (getpid() == scratch_owner) /* children of fork() leave it alone */
        nftw(scratch_root, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void scratch_start(void)
{
    const char *parent = getenv("TMPDIR");
    snprintf(scratch_root, sizeof scratch_root, "%s/leakwatch-test-XXXXXX",
             parent && *parent ? parent : "/tmp");
    if (!mkdtemp(scratch_root)) {
        perror(scratch_root);
        exit(2);
    }
    scratch_owner = getpid();
    atexit(scratch_finish);
}

static inline const char *scratch(const char *name)
{
    if (!scratch_root[0])
        scratch_start();
    struct scratch_path *path = malloc(sizeof *path);
    if (!path)
        abort();
    snprintf(path->text, sizeof path->text, "%s/%s", scratch_root, name);
    path->next = scratch_paths;
    scratch_paths = path;
    return path->text;
}

#endif

/* Temporary files of the camera tests. A failure here is no result: the program aborts. */
#include "scratch.h"

#include "frame/image.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEPT_PATHS = 64, PATH_BYTES = 512 };

static char folder[PATH_BYTES / 2];
static char paths[KEPT_PATHS][PATH_BYTES];
static int path_count;

static void give_up(const char *what, const char *path)
{
    fprintf(stderr, "test set-up: cannot %s %s\n", what, path);
    abort();
}

void scratch_create(void)
{
    const char *parent = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/leakwatch-camera-XXXXXX", parent ? parent : "/tmp");
    if (!mkdtemp(folder))
        give_up("make folder", folder);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status, (void)type, (void)walk;
    return remove(path);
}

void scratch_remove(void)
{
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *scratch_path(const char *name)
{
    if (path_count == KEPT_PATHS)
        give_up("keep another path", name);
    char *path = paths[path_count++];
    snprintf(path, PATH_BYTES, "%s/%s", folder, name);
    return path;
}

void scratch_make_folder(const char *path)
{
    if (mkdir(path, 0700) != 0)
        give_up("make folder", path);
}

void scratch_write(const char *path, const void *data, size_t size)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(data, 1, size, file) != size || fclose(file) != 0)
        give_up("write", path);
}

void scratch_write_text(const char *path, const char *text)
{
    scratch_write(path, text, strlen(text));
}

unsigned char *scratch_read(const char *path, size_t *ret_size)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0)
        give_up("open", path);
    size_t size = (size_t)ftell(file);
    unsigned char *data = malloc(size + 1);
    rewind(file);
    if (!data || fread(data, 1, size, file) != size)
        give_up("read", path);
    fclose(file);
    *ret_size = size;
    return data;
}

void scratch_write_jpeg(const char *path, int width, int height, int level)
{
    size_t size = (size_t)width * (size_t)height * 3;
    uint8_t *rgb = malloc(size);
    struct error err;
    if (!rgb)
        give_up("paint", path);
    memset(rgb, level, size);
    if (!image_write_jpeg(path, rgb, width, height, 95, &err))
        give_up("write", path);
    free(rgb);
}

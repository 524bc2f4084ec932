/* Folders: made with their parents, listed in a fixed order, kept from being left by links.
 *
 * The order is that of bytes, never that of a locale, because what is trained and replayed depends
 * on it. The surprising thing: a new folder is flushed into its parent at once, or a record in it
 * could be on the disk and not to be found after a power cut.
 */
#include "platform/file.h"

#include "platform/linux/disk.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static const char digits[] = "0123456789";

static bool create_one(const char *path, bool private_mode, struct error *err)
{
    if (mkdir(path, private_mode ? 0700 : 0755) == 0)
        return disk_flush_folder_of(path, err);
    int saved_errno = errno;
    struct stat status;
    if (stat(path, &status) == 0) {
        if (S_ISDIR(status.st_mode))
            return true;
        return error_set(err, ERROR_INPUT, "'%s' is not a folder; remove or rename it", path);
    }
    return error_set_errno(err, saved_errno, "the folder '%s' cannot be made", path);
}

bool folder_create(const char *path, bool private_mode, struct error *err)
{
    char part[PATH_SIZE];
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof part)
        return error_set(err, ERROR_INPUT, "'%.160s' cannot be the name of a folder", path);
    memcpy(part, path, length + 1);
    while (length > 1 && part[length - 1] == '/')
        part[--length] = '\0';
    for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (!create_one(part, private_mode, err))
            return false;
        *slash = '/';
    }
    return create_one(part, private_mode, err);
}

static bool add_name(struct name_list *list, size_t *capacity, const char *name)
{
    if (list->count == *capacity) {
        size_t grown = *capacity ? 2 * *capacity : 64;
        char **names = realloc(list->names, grown * sizeof *names);
        if (!names)
            return false;
        list->names = names;
        *capacity = grown;
    }
    char *copy = strdup(name);
    if (!copy)
        return false;
    list->names[list->count++] = copy;
    return true;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool read_names(DIR *folder, const char *path, size_t max_names, struct name_list *list,
                       struct error *err)
{
    size_t capacity = 0;
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(folder);
        if (!entry && errno != 0)
            return error_set_errno(err, errno, "the folder '%s' cannot be read", path);
        if (!entry)
            return true;
        if (entry->d_name[0] == '.')
            continue;
        if (list->count == max_names)
            return error_set(err, ERROR_FORMAT,
                             "the folder '%s' holds more than the %zu files allowed here", path,
                             max_names);
        if (!add_name(list, &capacity, entry->d_name))
            return error_set(err, ERROR_MEMORY, "no memory for the names in the folder '%s'", path);
    }
}

bool folder_list(const char *path, size_t max_names, struct name_list *ret_list, struct error *err)
{
    *ret_list = (struct name_list){0};
    DIR *folder = opendir(path);
    if (!folder)
        return error_set_errno(err, errno, "the folder '%s' cannot be opened", path);
    struct name_list list = {0};
    bool done = read_names(folder, path, max_names, &list, err);
    closedir(folder);
    if (!done) {
        name_list_finish(&list);
        return false;
    }
    if (list.count > 1)
        qsort(list.names, list.count, sizeof *list.names, compare_names);
    *ret_list = list;
    return true;
}

void name_list_finish(struct name_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->names[i]);
    free(list->names);
    *list = (struct name_list){0};
}

bool path_absolute(const char *path, char *ret_path, size_t size, struct error *err)
{
    char real[PATH_MAX];
    if (!realpath(path, real))
        return error_set_errno(err, errno, "'%s' cannot be found", path);
    if (strlen(real) >= size)
        return error_set(err, ERROR_INPUT,
                         "the path '%.160s…' is longer than %zu bytes; use a shorter one", real,
                         size - 1);
    memcpy(ret_path, real, strlen(real) + 1);
    return true;
}

bool path_check_inside(const char *path, const char *root, struct error *err)
{
    char real_path[PATH_MAX], real_root[PATH_MAX];
    if (!realpath(path, real_path))
        return error_set_errno(err, errno, "'%s' cannot be found", path);
    if (!realpath(root, real_root))
        return error_set_errno(err, errno, "the folder '%s' cannot be found", root);
    size_t length = strlen(real_root);
    if (length == 1) /* "/" holds everything, and its slash is already the separator */
        return true;
    if (strncmp(real_path, real_root, length) == 0 &&
        (real_path[length] == '/' || real_path[length] == '\0'))
        return true;
    return error_set(err, ERROR_INPUT,
                     "'%s' leads out of the folder '%s' through a symbolic link or '..'; put the "
                     "file itself there",
                     path, root);
}

/* The process that made ".<name>.<process>-<number>.tmp"; 0 for any other name. */
static long maker_of(const char *name)
{
    static const char ending[] = ".tmp";
    size_t length = strlen(name);
    if (name[0] != '.' || length <= sizeof ending || strcmp(name + length - 4, ending) != 0)
        return 0;
    const char *dash = memrchr(name, '-', length - 4);
    const char *dot = dash ? memrchr(name, '.', (size_t)(dash - name)) : NULL;
    if (!dot || dot == name || dot + 1 == dash || dash + 1 == name + length - 4)
        return 0;
    if (strspn(dot + 1, digits) != (size_t)(dash - dot - 1) ||
        strspn(dash + 1, digits) != (size_t)(name + length - 4 - dash - 1) || dash - dot > 10)
        return 0;
    return strtol(dot + 1, NULL, 10);
}

static bool lives(long process)
{
    return process == getpid() || kill((pid_t)process, 0) == 0 || errno != ESRCH;
}

bool folder_remove_leftovers(const char *path, size_t *ret_count, struct error *err)
{
    size_t count = 0;
    DIR *folder = opendir(path);
    if (!folder && errno != ENOENT)
        return error_set_errno(err, errno, "the folder '%s' cannot be opened", path);
    const struct dirent *entry;
    while (folder && (entry = readdir(folder)) != NULL) {
        long process = maker_of(entry->d_name);
        if (process > 0 && !lives(process) && unlinkat(dirfd(folder), entry->d_name, 0) == 0)
            count++;
    }
    if (folder)
        closedir(folder);
    if (ret_count)
        *ret_count = count;
    return true;
}

bool folder_free_bytes(const char *path, uint64_t *ret_bytes, struct error *err)
{
    struct statvfs status;
    if (statvfs(path, &status) != 0)
        return error_set_errno(err, errno, "the free space of '%s' cannot be found out", path);
    *ret_bytes = (uint64_t)status.f_bavail * status.f_frsize;
    return true;
}

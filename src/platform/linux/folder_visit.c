/* Entries of a folder one by one, and the disk under it.
 *
 * The kind of an entry comes with its name from most file systems, so that a folder of a hundred
 * thousand pictures costs no system call for each. The surprising thing: a file's size on the disk
 * is counted in blocks of 512 bytes, whatever the file system's own blocks are.
 */
#include "platform/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

enum { STAT_BLOCK_BYTES = 512 };

static enum file_kind kind_of_mode(mode_t mode)
{
    return S_ISREG(mode)   ? FILE_REGULAR
           : S_ISDIR(mode) ? FILE_FOLDER
           : S_ISLNK(mode) ? FILE_LINK
                           : FILE_OTHER;
}

static enum file_kind kind_of_entry(DIR *folder, const struct dirent *entry)
{
    struct stat status;
    if (entry->d_type != DT_UNKNOWN)
        return kind_of_mode(DTTOIF(entry->d_type));
    if (fstatat(dirfd(folder), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return FILE_MISSING;
    return kind_of_mode(status.st_mode);
}

bool folder_visit(const char *path,
                  bool (*visit)(void *context, const char *name, enum file_kind kind),
                  void *context, struct error *err)
{
    DIR *folder = opendir(path);
    if (!folder)
        return error_set_errno(err, errno, "the folder '%s' cannot be opened", path);
    const struct dirent *entry;
    bool go_on = true;
    while (go_on && (errno = 0, entry = readdir(folder)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            go_on = visit(context, entry->d_name, kind_of_entry(folder, entry));
    int saved_errno = go_on ? errno : 0;
    closedir(folder);
    return saved_errno == 0 ||
           error_set_errno(err, saved_errno, "the folder '%s' cannot be read", path);
}

bool file_measure(const char *path, struct file_extent *ret_extent, struct error *err)
{
    struct stat status;
    if (lstat(path, &status) != 0)
        return error_set_errno(err, errno, "'%s' cannot be looked at", path);
    if (!S_ISREG(status.st_mode))
        return error_set(err, ERROR_INPUT, "'%s' is not a regular file", path);
    *ret_extent = (struct file_extent){
        .freed_bytes = status.st_nlink > 1 ? 0 : (uint64_t)status.st_blocks * STAT_BLOCK_BYTES,
        .written_utc_ms =
            (int64_t)status.st_mtim.tv_sec * 1000 + (int64_t)status.st_mtim.tv_nsec / 1000000};
    return true;
}

bool folder_total_bytes(const char *path, uint64_t *ret_bytes, struct error *err)
{
    struct statvfs status;
    if (statvfs(path, &status) != 0)
        return error_set_errno(err, errno, "the size of the disk of '%s' cannot be found out",
                               path);
    *ret_bytes = (uint64_t)status.f_blocks * status.f_frsize;
    return true;
}

bool folder_same_disk(const char *path, const char *other, bool *ret_same, struct error *err)
{
    struct stat status, other_status;
    if (stat(path, &status) != 0)
        return error_set_errno(err, errno, "the folder '%s' cannot be looked at", path);
    if (stat(other, &other_status) != 0)
        return error_set_errno(err, errno, "the folder '%s' cannot be looked at", other);
    *ret_same = status.st_dev == other_status.st_dev;
    return true;
}

/* How a model gets onto the disk, below model_set.c, which knows what is in the files.
 *
 * Invariant: at every moment the folder holds one whole set, the old or the new one, under the
 * names or the waiting names of its files. The surprising thing: a waiting file is never trusted
 * for being there. One that a kill left behind before the first rename belongs to no model in use;
 * its digest says so, and the next save writes over it.
 */
#include "model/model_set_files.h"

#include "model/model_set.h"
#include "model/onnx.h"
#include "platform/file.h"

#include <stdio.h>

enum { JSON_FILE_MAX = 1 << 20, NAME_SIZE = 64 };

static const char *const file_names[SET_FILES] = {
    [SET_FILE_MODEL] = MODEL_FILE_NAME,
    [SET_FILE_THRESHOLD] = THRESHOLD_FILE_NAME,
    [SET_FILE_STATS] = STATS_FILE_NAME,
};

const char *set_file_name(enum set_file file)
{
    return file_names[file];
}

static bool path_of(const char *folder, enum set_file file, bool waiting, char ret_path[PATH_SIZE],
                    struct error *err)
{
    char name[NAME_SIZE];
    snprintf(name, sizeof name, waiting ? ".%s.new" : "%s", file_names[file]);
    return path_join(ret_path, PATH_SIZE, folder, name, err);
}

static void forget_waiting(const char *folder, enum set_file file)
{
    char path[PATH_SIZE];
    struct error ignored;
    if (path_of(folder, file, true, path, &ignored))
        (void)!file_remove(path, &ignored);
}

static bool write_waiting(const char *folder, enum set_file file, const struct buffer *contents,
                          struct error *err)
{
    char path[PATH_SIZE];
    return path_of(folder, file, true, path, err) &&
           file_replace(path, contents->data, contents->size, false, err);
}

bool set_file_put_in_place(const char *folder, enum set_file file, struct error *err)
{
    char from[PATH_SIZE], to[PATH_SIZE];
    return path_of(folder, file, true, from, err) && path_of(folder, file, false, to, err) &&
           file_rename(from, to, err);
}

/* A rename may have happened although it failed: the flush of the folder is its last step. */
static bool is_waiting(const char *folder, enum set_file file)
{
    char path[PATH_SIZE];
    struct error ignored;
    return path_of(folder, file, true, path, &ignored) && !file_is_missing(path);
}

bool set_files_replace(const char *folder, const struct buffer files[SET_FILES], struct error *err)
{
    bool good = true;
    for (int file = 0; good && file < SET_FILES; file++)
        good = write_waiting(folder, file, &files[file], err);
    bool renamed = false;
    for (int file = 0; good && file < SET_FILES; file++) {
        good = set_file_put_in_place(folder, file, err);
        renamed = renamed || good || !is_waiting(folder, file);
    }
    if (good)
        return true;
    if (renamed)
        return error_add_context(err, "the new model is in place, but it was not put there in "
                                      "good order; look at the disk");
    for (int file = 0; file < SET_FILES; file++)
        forget_waiting(folder, file);
    return false;
}

bool set_file_read(const char *folder, enum set_file file, bool waiting, struct buffer *contents,
                   struct error *err)
{
    char path[PATH_SIZE];
    if (!path_of(folder, file, waiting, path, err))
        return false;
    if (file_is_missing(path))
        return error_set(err, ERROR_INPUT, "there is no model: '%s' is missing; train one first",
                         path);
    return file_read(path, file == SET_FILE_MODEL ? ONNX_FILE_MAX : JSON_FILE_MAX, contents, err);
}

bool set_file_replace(const char *folder, enum set_file file, const struct buffer *contents,
                      struct error *err)
{
    char path[PATH_SIZE];
    if (!path_of(folder, file, false, path, err) ||
        !file_replace(path, contents->data, contents->size, false, err))
        return false;
    forget_waiting(folder, file);
    return true;
}

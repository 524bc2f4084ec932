/* Joining of path names. Windows accepts '/' too, so that one rule serves both; only what counts as
 * absolute is wider there.
 */
#include "platform/file.h"

#include <stdio.h>
#include <string.h>

static bool is_absolute(const char *name)
{
    bool has_drive = name[0] && name[1] == ':' && (name[2] == '/' || name[2] == '\\');
#ifdef _WIN32
    return has_drive || name[0] == '/' || name[0] == '\\';
#else
    (void)has_drive;
    return name[0] == '/';
#endif
}

bool path_join(char *ret_path, size_t size, const char *dir, const char *name, struct error *err)
{
    bool alone = is_absolute(name) || dir[0] == '\0';
    size_t dir_length = alone ? 0 : strlen(dir);
    const char *separator = alone || dir[dir_length - 1] == '/' ? "" : "/";
    if (dir_length + strlen(separator) + strlen(name) >= size)
        return error_set(err, ERROR_INPUT,
                         "the path '%.80s…/%.80s' is longer than %zu bytes; use a shorter one", dir,
                         name, size - 1);
    snprintf(ret_path, size, "%s%s%s", alone ? "" : dir, separator, name);
    return true;
}

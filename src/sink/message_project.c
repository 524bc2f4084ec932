/* By which name people know a rig: that of its project folder, also where the command runs in it
 * and its path is ".".
 */
#include "sink/message.h"

#include "platform/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The last name of a path with "." and ".." worked out in the text; links stay as they are named.
 */
static void last_name(const char *path, char *ret_name, size_t size)
{
    size_t end = strlen(path), pop = 0;
    for (;;) {
        while (end > 0 && (path[end - 1] == '/' || path[end - 1] == '\\'))
            end--;
        size_t start = end;
        while (start > 0 && path[start - 1] != '/' && path[start - 1] != '\\')
            start--;
        size_t length = end - start;
        bool up = length == 2 && memcmp(path + start, "..", 2) == 0;
        bool same = length == 1 && path[start] == '.';
        if (length == 0 || (!up && !same && pop == 0)) {
            bool named = length > 0 && length < size;
            snprintf(ret_name, size, "%.*s", named ? (int)length : 9,
                     named ? path + start : "leakwatch");
            return;
        }
        if (up)
            pop++;
        else if (!same)
            pop--;
        end = start;
    }
}

/* The working folder by the name the shell gave it, links and all; a service has no shell: there,
 * by its real name. */
static void find_working_folder(char ret_folder[PATH_SIZE])
{
    const char *folder = getenv("PWD");
    bool same = folder && strlen(folder) < PATH_SIZE && path_check_inside(folder, ".", NULL) &&
                path_check_inside(".", folder, NULL);
    ret_folder[0] = '\0';
    if (same)
        snprintf(ret_folder, PATH_SIZE, "%s", folder);
    else
        (void)!path_absolute(".", ret_folder, PATH_SIZE, NULL);
}

void message_project_name(const char *root, char *ret_name, size_t size)
{
    char whole[2 * PATH_SIZE], folder[PATH_SIZE] = "";
    bool absolute = root[0] == '/' || root[0] == '\\' || (root[0] && root[1] == ':');
    if (!absolute)
        find_working_folder(folder);
    snprintf(whole, sizeof whole, "%s/%.*s", folder, PATH_SIZE, root);
    last_name(whole, ret_name, size);
}

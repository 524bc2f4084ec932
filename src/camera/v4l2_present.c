/* Which cameras are there, for the error that says that one is not.
 *
 * Read from sysfs without opening any device: a node of index 0 is the camera itself, higher ones
 * are its metadata.
 */
#include "camera/v4l2_calls.h"
#include "camera/v4l2_camera.h"
#include "platform/file.h"

#include <stdio.h>
#include <string.h>

enum { ATTRIBUTE_SIZE_MAX = 8192 };

void v4l2_read_attribute(const char *node, const char *attribute, char *ret_text, size_t size)
{
    char path[PATH_SIZE];
    struct buffer contents = {0};
    ret_text[0] = '\0';
    int length = snprintf(path, sizeof path, "%s/%s/%s", v4l2_calls->class_folder, node, attribute);
    if (length > 0 && (size_t)length < sizeof path &&
        file_read(path, ATTRIBUTE_SIZE_MAX, &contents, NULL)) {
        const char *text = buffer_text(&contents);
        snprintf(ret_text, size, "%.*s", (int)strcspn(text, "\r\n"), text);
    }
    buffer_finish(&contents);
}

bool v4l2_is_camera_node(const char *node)
{
    char index[16];
    if (strncmp(node, "video", 5) != 0)
        return false;
    v4l2_read_attribute(node, "index", index, sizeof index);
    return index[0] == '\0' || strcmp(index, "0") == 0;
}

bool v4l2_list_nodes(struct name_list *ret_nodes)
{
    return folder_list(v4l2_calls->class_folder, V4L2_NODES_MAX, ret_nodes, NULL);
}

void v4l2_describe_present(char *ret_text, size_t size)
{
    struct name_list nodes = {0};
    size_t used = 0;
    if (!v4l2_list_nodes(&nodes))
        nodes.count = 0;
    for (size_t i = 0; i < nodes.count && used < size; i++) {
        char name[V4L2_NAME_SIZE];
        if (!v4l2_is_camera_node(nodes.names[i]))
            continue;
        v4l2_read_attribute(nodes.names[i], "name", name, sizeof name);
        int length = snprintf(ret_text + used, size - used, "%s%s (%s)",
                              used == 0 ? "cameras present: " : ", ", nodes.names[i] + 5,
                              name[0] ? name : "without a name");
        used += length > 0 ? (size_t)length : 0;
    }
    if (used == 0)
        snprintf(ret_text, size, "no camera is connected, look at plug and cable");
    name_list_finish(&nodes);
}

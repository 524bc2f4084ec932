/* The list of cameras by V4L2: which nodes are cameras, what they are called, what they send.
 *
 * sysfs says which nodes there are; each camera is then opened and asked. Invariants: every
 * enumeration ends at a count and all of one camera's at a time, because a driver may answer for
 * ever; a node that can not be asked is listed with the reason. The surprising thing: opening a
 * camera that somebody uses succeeds. Only a wish to set its format is refused, so the format in
 * force is set again, which changes nothing where nobody uses it.
 */
#include "camera/listing.h"

#include "camera/v4l2_calls.h"
#include "camera/v4l2_camera.h"
#include "platform/clock.h"

#include <errno.h>
#include <linux/videodev2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FORMATS_MAX = 32, SIZES_MAX = 64, INTERVALS_MAX = 64, LINKS_MAX = 256 };

static const int64_t patience_ns = 5 * NS_PER_SECOND;

struct look {
    struct camera_entry *entry;
    int fd;
    int64_t deadline_ns;
};

static int ask(const struct look *look, unsigned long request, void *argument)
{
    if (v4l2_calls->now_ns() >= look->deadline_ns) {
        errno = ETIME;
        return -1;
    }
    return v4l2_calls->ioctl(look->fd, request, argument);
}

/* ---- what it sends */

static double rate_of(struct v4l2_fract period)
{
    return period.numerator > 0 ? (double)period.denominator / period.numerator : 0.0;
}

static void add_rates(const struct look *look, uint32_t pixel_format, struct camera_offer *offer)
{
    for (uint32_t i = 0; i < INTERVALS_MAX; i++) {
        struct v4l2_frmivalenum interval = {.index = i,
                                            .pixel_format = pixel_format,
                                            .width = (uint32_t)offer->width_max,
                                            .height = (uint32_t)offer->height_max};
        if (ask(look, VIDIOC_ENUM_FRAMEINTERVALS, &interval) < 0)
            return;
        if (interval.type == V4L2_FRMIVAL_TYPE_DISCRETE) {
            camera_offer_add_rate(offer, rate_of(interval.discrete));
            continue;
        }
        camera_offer_add_rate(offer, rate_of(interval.stepwise.min));
        camera_offer_add_rate(offer, rate_of(interval.stepwise.max));
        offer->any_rate = offer->rate_count == 2;
        return;
    }
}

static int side(uint32_t px)
{
    return px <= 1 << 16 ? (int)px : 0;
}

/* False: no more room. */
static bool add_size(const struct look *look, const struct v4l2_frmsizeenum *size,
                     struct camera_offer offer)
{
    bool discrete = size->type == V4L2_FRMSIZE_TYPE_DISCRETE;
    offer.width = side(discrete ? size->discrete.width : size->stepwise.min_width);
    offer.height = side(discrete ? size->discrete.height : size->stepwise.min_height);
    offer.width_max = side(discrete ? size->discrete.width : size->stepwise.max_width);
    offer.height_max = side(discrete ? size->discrete.height : size->stepwise.max_height);
    add_rates(look, size->pixel_format, &offer);
    return camera_entry_add_offer(look->entry, &offer);
}

static void add_sizes(const struct look *look, const struct v4l2_fmtdesc *format)
{
    struct camera_offer offer = {.usable = format->pixelformat == V4L2_PIX_FMT_MJPEG ||
                                           format->pixelformat == V4L2_PIX_FMT_YUYV};
    uint32_t code = format->pixelformat;
    const char letters[] = {(char)code, (char)(code >> 8), (char)(code >> 16), (char)(code >> 24)};
    if (code == V4L2_PIX_FMT_MJPEG)
        snprintf(offer.format, sizeof offer.format, "MJPEG");
    else
        camera_text_clean(letters, sizeof letters, offer.format, sizeof offer.format);
    for (uint32_t i = 0; i < SIZES_MAX; i++) {
        struct v4l2_frmsizeenum size = {.index = i, .pixel_format = code};
        if (ask(look, VIDIOC_ENUM_FRAMESIZES, &size) < 0) {
            if (i == 0)
                camera_entry_add_offer(look->entry, &offer);
            return;
        }
        size.pixel_format = code;
        if (!add_size(look, &size, offer) || size.type != V4L2_FRMSIZE_TYPE_DISCRETE)
            return;
    }
}

static void add_formats(const struct look *look)
{
    for (uint32_t i = 0; i < FORMATS_MAX; i++) {
        struct v4l2_fmtdesc format = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .index = i};
        if (ask(look, VIDIOC_ENUM_FMT, &format) < 0)
            return;
        add_sizes(look, &format);
    }
}

/* ---- how it is */

static void set_trouble(struct camera_entry *entry, int reason, const char *step)
{
    entry->state = reason == EBUSY                       ? CAMERA_BUSY
                   : reason == EACCES || reason == EPERM ? CAMERA_FORBIDDEN
                                                         : CAMERA_FAILING;
    if (reason == ENOENT)
        error_set(&entry->trouble, ERROR_DEVICE,
                  "the camera is there, but %s is missing; a container needs it passed in (docker "
                  "run --device %s)",
                  entry->path, entry->path);
    else
        v4l2_cause_set(&entry->trouble, reason, entry->path, step);
}

static void check_use(const struct look *look)
{
    struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
    if (ask(look, VIDIOC_G_FMT, &format) == 0 && ask(look, VIDIOC_S_FMT, &format) < 0 &&
        errno == EBUSY)
        set_trouble(look->entry, EBUSY, "");
}

/* False: this is no camera after all. */
static bool look_at(const struct look *look)
{
    struct camera_entry *entry = look->entry;
    struct v4l2_capability capability = {0};
    if (ask(look, VIDIOC_QUERYCAP, &capability) < 0) {
        if (errno == ENOTTY || errno == EINVAL)
            return false;
        set_trouble(entry, errno, "asking what it can do");
        return true;
    }
    uint32_t can = (capability.capabilities & V4L2_CAP_DEVICE_CAPS) != 0 ? capability.device_caps
                                                                         : capability.capabilities;
    if ((can & V4L2_CAP_VIDEO_CAPTURE) == 0)
        return false;
    camera_text_clean(capability.card, sizeof capability.card, entry->name, sizeof entry->name);
    camera_text_clean(capability.driver, sizeof capability.driver, entry->driver,
                      sizeof entry->driver);
    add_formats(look);
    check_use(look);
    return true;
}

/* ---- what it is called */

/* Nothing that a shell, YAML or a terminal would take for something else. */
static bool is_plain_name(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "-_.:+@,=";
    return name[strspn(name, allowed)] == '\0';
}

static bool leads_to(const char *link, const char *node)
{
    char target[CAMERA_PATH_SIZE];
    ssize_t length = readlink(link, target, sizeof target - 1);
    if (length <= 0)
        return false;
    target[length] = '\0';
    const char *slash = strrchr(target, '/');
    return strcmp(slash ? slash + 1 : target, node) == 0;
}

static void add_stable_names(struct camera_entry *entry, const char *kind, const char *node)
{
    char folder[CAMERA_PATH_SIZE];
    struct name_list links = {0};
    snprintf(folder, sizeof folder, "%s/%s", v4l2_calls->links_folder, kind);
    if (!folder_list(folder, LINKS_MAX, &links, NULL))
        links.count = 0;
    for (size_t i = 0; i < links.count; i++) {
        char link[PATH_SIZE];
        int length = snprintf(link, sizeof link, "%s/%s", folder, links.names[i]);
        if (entry->stable_name_count == CAMERA_STABLE_NAMES_MAX)
            break;
        if (length < CAMERA_PATH_SIZE && is_plain_name(links.names[i]) && leads_to(link, node))
            snprintf(entry->stable_names[entry->stable_name_count++], CAMERA_PATH_SIZE, "%.*s",
                     CAMERA_PATH_SIZE - 1, link);
    }
    name_list_finish(&links);
}

static void name_entry(struct camera_entry *entry, const char *node)
{
    char name[CAMERA_NAME_SIZE];
    snprintf(entry->path, sizeof entry->path, "/dev/%.200s", node);
    v4l2_read_attribute(node, "name", name, sizeof name);
    camera_text_clean(name, strlen(name), entry->name, sizeof entry->name);
    add_stable_names(entry, "by-id", node);
    add_stable_names(entry, "by-path", node);
}

/* ---- the list */

/* "video12" → 12, -1 for what the kernel does not name so. */
static int number_of(const char *node)
{
    char *end;
    long number = strtol(node + 5, &end, 10);
    return end > node + 5 && *end == '\0' && number >= 0 && number <= 1 << 20 ? (int)number : -1;
}

static bool add_camera(struct camera_list *list, const char *node, struct error *err)
{
    if (!v4l2_is_camera_node(node) || number_of(node) < 0)
        return true;
    struct camera_entry *entry = camera_list_add(list, err);
    if (!entry)
        return false;
    entry->index = number_of(node);
    name_entry(entry, node);
    struct look look = {.entry = entry,
                        .fd = v4l2_calls->open(entry->path),
                        .deadline_ns = v4l2_calls->now_ns() + patience_ns};
    if (look.fd < 0) {
        set_trouble(entry, errno, "opening");
        return true;
    }
    bool is_camera = look_at(&look);
    v4l2_calls->close(look.fd);
    if (!is_camera) {
        free(entry->offers);
        list->count--;
    }
    return true;
}

static int compare_entries(const void *a, const void *b)
{
    const struct camera_entry *first = a, *second = b;
    return first->index - second->index;
}

bool camera_list_read(struct camera_list *ret_list, struct error *err)
{
    struct camera_list list = {0};
    struct name_list nodes = {0};
    bool good = true;
    if (!v4l2_list_nodes(&nodes))
        nodes.count = 0; /* a computer that never had a camera has no such folder */
    for (size_t i = 0; good && i < nodes.count; i++)
        good = add_camera(&list, nodes.names[i], err);
    name_list_finish(&nodes);
    if (!good) {
        camera_list_finish(&list);
        return false;
    }
    if (list.count > 1)
        qsort(list.cameras, list.count, sizeof list.cameras[0], compare_entries);
    *ret_list = list;
    return true;
}

/* `leakwatch cameras`: what is connected, what it can do, and what to write into config.yaml.
 *
 * Needs no project, because it is for people who are about to make one; inside one it also says
 * which camera that project uses. No camera at all is an answer, not a failure.
 */
#include "cmd/cameras.h"

#include "base/parse.h"
#include "cmd/commands.h"
#include "cmd/output.h"
#include "report/wrapped_text.h"

#include <stdio.h>
#include <string.h>

enum { LABEL_WIDTH = 20, FORMAT_WIDTH = 7 };

static bool is_chosen(const struct camera_entry *camera, const char *chosen)
{
    int64_t index;
    if (!chosen)
        return false;
    if (parse_int(chosen, 0, 1 << 20, &index))
        return index == camera->index;
    for (size_t i = 0; i < camera->stable_name_count; i++)
        if (strcmp(chosen, camera->stable_names[i]) == 0)
            return true;
    return strcmp(chosen, camera->path) == 0;
}

/* ---- for people */

static void append_label(struct buffer *out, const char *label)
{
    buffer_append_format(out, "    %-*s", LABEL_WIDTH - 4, label);
}

static void append_size(struct buffer *text, const struct camera_offer *offer)
{
    bool is_range = offer->width_max > offer->width || offer->height_max > offer->height;
    if (offer->width == 0)
        buffer_append_text(text, " sizes unknown");
    else if (is_range)
        buffer_append_format(text, " any size from %dx%d to %dx%d", offer->width, offer->height,
                             offer->width_max, offer->height_max);
    else
        buffer_append_format(text, " %dx%d", offer->width, offer->height);
}

static void append_rates(struct buffer *text, const struct camera_offer *offer)
{
    for (int i = 0; i < offer->rate_count; i++)
        buffer_append_format(text, "%s%.4g",
                             i == 0            ? " at "
                             : offer->any_rate ? " to "
                                               : ", ",
                             offer->rates[i]);
    if (offer->rate_count)
        buffer_append_text(text, " frames/s");
}

static bool same_rates(const struct camera_offer *a, const struct camera_offer *b)
{
    return strcmp(a->format, b->format) == 0 && a->any_rate == b->any_rate &&
           a->rate_count == b->rate_count &&
           memcmp(a->rates, b->rates, (size_t)a->rate_count * sizeof a->rates[0]) == 0;
}

/* One line for all neighbours that differ in size alone. */
static void append_offers(struct buffer *out, const struct camera_entry *camera)
{
    for (size_t i = 0; i < camera->offer_count;) {
        const struct camera_offer *first = &camera->offers[i];
        struct buffer text = {0};
        for (; i < camera->offer_count && same_rates(first, &camera->offers[i]); i++)
            append_size(&text, &camera->offers[i]);
        append_rates(&text, first);
        if (!first->usable)
            buffer_append_text(&text, " (leakwatch does not read this format)");
        append_label(out, first == camera->offers ? "pictures" : "");
        buffer_append_format(out, "%-*s", FORMAT_WIDTH, first->format);
        wrapped_append(out, buffer_text(&text), LABEL_WIDTH + FORMAT_WIDTH);
        out->failed = out->failed || text.failed;
        buffer_finish(&text);
    }
}

static void append_camera(struct buffer *out, const struct camera_entry *camera, bool chosen)
{
    buffer_append_format(out, "%-3d %s%s\n", camera->index,
                         *camera->name ? camera->name : "(a camera without a name)",
                         chosen ? "  <- this project's camera" : "");
    append_label(out, "device");
    buffer_append_format(out, "%s%s%s\n", camera->path, *camera->driver ? ", driver " : "",
                         camera->driver);
    for (size_t i = 0; i < camera->stable_name_count; i++) {
        append_label(out, i == 0 ? "stays the same" : "");
        buffer_append_format(out, "%s\n", camera->stable_names[i]);
    }
    append_offers(out, camera);
    if (camera->state != CAMERA_READY) {
        append_label(out, camera_state_name(camera->state));
        wrapped_append(out, camera->trouble.message, LABEL_WIDTH);
    }
}

void cameras_append_text(const struct camera_list *list, const char *chosen, struct buffer *out)
{
    bool found = false;
    if (list->count == 0) {
        buffer_append_text(out, "no camera is connected; plug one in, or use a video, a folder of "
                                "images or sim:normal as camera.source\n");
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        found = found || is_chosen(&list->cameras[i], chosen);
        append_camera(out, &list->cameras[i], is_chosen(&list->cameras[i], chosen));
        buffer_append_text(out, "\n");
    }
    wrapped_append(out,
                   "The number in front is what camera.index means. It may change when cameras are "
                   "plugged in another order; a name that stays the same goes into camera.source.",
                   0);
    if (chosen && !found)
        buffer_append_format(out, "This project's camera, %s, is not among them.\n", chosen);
}

/* ---- for programs */

static json_t *offer_to_json(const struct camera_offer *offer)
{
    json_t *rates = json_array();
    for (int i = 0; i < offer->rate_count; i++)
        json_array_append_new(rates, json_real(offer->rates[i]));
    json_t *object = json_pack("{s:s, s:b, s:i, s:i, s:o, s:b}", "format", offer->format, "usable",
                               offer->usable, "width", offer->width, "height", offer->height,
                               "rates", rates, "any_rate", offer->any_rate);
    if (offer->width_max > offer->width || offer->height_max > offer->height) {
        json_object_set_new(object, "width_max", json_integer(offer->width_max));
        json_object_set_new(object, "height_max", json_integer(offer->height_max));
    }
    return object;
}

static json_t *camera_to_json(const struct camera_entry *camera, bool chosen)
{
    json_t *names = json_array(), *offers = json_array();
    for (size_t i = 0; i < camera->stable_name_count; i++)
        json_array_append_new(names, json_string(camera->stable_names[i]));
    for (size_t i = 0; i < camera->offer_count; i++)
        json_array_append_new(offers, offer_to_json(&camera->offers[i]));
    json_t *object = json_pack("{s:i, s:s, s:s, s:s, s:o, s:s, s:b, s:o}", "index", camera->index,
                               "path", camera->path, "name", camera->name, "driver", camera->driver,
                               "stable_names", names, "state", camera_state_name(camera->state),
                               "used_by_project", chosen, "pictures", offers);
    if (camera->state != CAMERA_READY)
        json_object_set_new(object, "problem", json_string(camera->trouble.message));
    return object;
}

json_t *cameras_to_json(const struct camera_list *list, const char *chosen)
{
    json_t *array = json_array();
    for (size_t i = 0; i < list->count; i++)
        json_array_append_new(
            array, camera_to_json(&list->cameras[i], is_chosen(&list->cameras[i], chosen)));
    return array;
}

/* ---- the command */

static void choose(const struct config *config, char *ret_chosen, size_t size)
{
    const char *spec = config->camera_source;
    bool is_camera = strncmp(spec, "/dev/", 5) == 0 || spec[strspn(spec, "0123456789")] == '\0';
    if (*spec == '\0')
        snprintf(ret_chosen, size, "%d", config->camera_index);
    else
        snprintf(ret_chosen, size, "%s", is_camera ? spec : "");
}

/* What the project looks at; "" when it looks at no camera, or we stand in no project that can be
 * used. That is an error only for those who named one. */
static bool find_chosen(const struct invocation *invocation, char *ret_chosen, size_t size,
                        struct error *err)
{
    struct config_warnings nobody = {0};
    struct config *config =
        config_load(invocation->project_root, invocation->overrides, nobody, err);
    ret_chosen[0] = '\0';
    if (!config)
        return strcmp(invocation->project_root, ".") == 0 && invocation->overrides.count == 0;
    choose(config, ret_chosen, size);
    config_destroy(config);
    return true;
}

static bool run(const struct invocation *invocation, struct error *err)
{
    struct camera_list list;
    char chosen_text[1024];
    if (!find_chosen(invocation, chosen_text, sizeof chosen_text, err) ||
        !camera_list_read(&list, err))
        return false;
    const char *chosen = *chosen_text ? chosen_text : NULL;
    struct buffer text = {0};
    bool good = invocation_has(invocation, "json")
                    ? output_json(cameras_to_json(&list, chosen), err)
                    : (cameras_append_text(&list, chosen, &text), output_write(&text, err));
    buffer_finish(&text);
    camera_list_finish(&list);
    return good;
}

static const struct command_flag flags[] = {
    {"json", FLAG_SWITCH, NULL, 0, 0, "print as JSON"},
    {0},
};

const struct command command_cameras = {
    .name = "cameras",
    .arguments = "",
    .summary = "list the cameras that are connected, and what each can send",
    .details = "Changes nothing and starts no camera, so it may be run at any time. The number in "
               "front of a camera is what camera.index means; the names that stay the same are for "
               "camera.source. Ends with status 0 also when no camera is connected.",
    .flags = flags,
    .needs = TAKES_PROJECT,
    .run = run,
};

/* Between `ack --normal` and the detector: lines are only ever added, so that the file tells its
 * own history, until it is too long; then it begins anew with what is in force.
 *
 * Writing replaces the whole file under a lock: no line is ever torn by us. Reading parses each
 * line strictly, because this is the one file that can make the detector look away.
 */
#include "sink/accepted.h"

#include "base/buffer.h"
#include "platform/file.h"
#include "sink/acknowledged.h"

#include <jansson.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 1 << 20, LINE_MAX_SIZE = 4096, SCHEMA = 1, COORDINATE_MAX = 32767 };

const struct acceptance *accepted_find(const struct accepted *list, const char *event_id)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->entries[i].event_id, event_id) == 0)
            return &list->entries[i];
    return NULL;
}

static bool same_boxes(const struct acceptance *a, const struct acceptance *b)
{
    if (a->box_count != b->box_count)
        return false;
    for (int i = 0; i < a->box_count; i++) {
        const struct rect *x = &a->boxes[i], *y = &b->boxes[i];
        if (x->x != y->x || x->y != y->y || x->width != y->width || x->height != y->height)
            return false;
    }
    return true;
}

bool accepted_equal(const struct accepted *a, const struct accepted *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->entries[i].event_id, b->entries[i].event_id) != 0 ||
            a->entries[i].utc_ms != b->entries[i].utc_ms ||
            !same_boxes(&a->entries[i], &b->entries[i]))
            return false;
    return true;
}

/* ---- the list */

static void remove_entry(struct accepted *list, const char *event_id)
{
    const struct acceptance *found = accepted_find(list, event_id);
    if (!found)
        return;
    size_t index = (size_t)(found - list->entries);
    list->count--;
    memmove(list->entries + index, list->entries + index + 1,
            (list->count - index) * sizeof list->entries[0]);
}

static bool put(struct accepted *list, const struct acceptance *acceptance)
{
    remove_entry(list, acceptance->event_id);
    if (list->count == ACCEPTED_MAX)
        return false;
    list->entries[list->count++] = *acceptance;
    return true;
}

/* ---- reading */

static bool take_integer(const json_t *object, const char *name, int64_t least, int64_t most,
                         int64_t *ret_value)
{
    const json_t *value = json_object_get(object, name);
    if (!json_is_integer(value) || json_integer_value(value) < least ||
        json_integer_value(value) > most)
        return false;
    *ret_value = json_integer_value(value);
    return true;
}

static bool take_box(const json_t *value, struct rect *ret_box)
{
    int64_t x, y, width, height;
    if (!take_integer(value, "x", 0, COORDINATE_MAX, &x) ||
        !take_integer(value, "y", 0, COORDINATE_MAX, &y) ||
        !take_integer(value, "w", 1, COORDINATE_MAX, &width) ||
        !take_integer(value, "h", 1, COORDINATE_MAX, &height))
        return false;
    *ret_box = (struct rect){(int)x, (int)y, (int)width, (int)height};
    return true;
}

static bool take_boxes(const json_t *boxes, struct acceptance *acceptance)
{
    size_t count = json_array_size(boxes);
    if (count == 0 || count > BOXES_MAX)
        return false;
    acceptance->box_count = (int)count;
    for (size_t i = 0; i < count; i++)
        if (!take_box(json_array_get(boxes, i), &acceptance->boxes[i]))
            return false;
    return true;
}

static bool take_line(const json_t *line, struct accepted *list)
{
    struct acceptance acceptance = {.box_count = 0};
    const char *id = json_string_value(json_object_get(line, "event_id"));
    const json_t *undo = json_object_get(line, "undo");
    int64_t schema;
    if (!take_integer(line, "schema", SCHEMA, SCHEMA, &schema) || !id || !event_id_is_valid(id) ||
        !take_integer(line, "utc_ms", 0, INT64_MAX, &acceptance.utc_ms) ||
        (undo && !json_is_boolean(undo)))
        return false;
    memcpy(acceptance.event_id, id, strlen(id) + 1); /* fits: it is valid */
    if (json_is_true(undo)) {
        remove_entry(list, id);
        return true;
    }
    return take_boxes(json_object_get(line, "boxes"), &acceptance) && put(list, &acceptance);
}

static bool parse_line(const char *text, size_t size, struct accepted *list)
{
    if (size > LINE_MAX_SIZE)
        return false;
    json_t *line = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    bool good = line && take_line(line, list);
    json_decref(line);
    return good;
}

static bool parse(const char *data, size_t size, const char *path, struct accepted *list,
                  struct error *err)
{
    int number = 0;
    for (size_t start = 0; start < size;) {
        const char *line = data + start, *feed = memchr(line, '\n', size - start);
        size_t length = feed ? (size_t)(feed - line) : size - start;
        number++;
        if (!parse_line(line, length, list))
            return error_set(err, ERROR_FORMAT,
                             "line %d of %s cannot be used, so nothing counts as accepted; remove "
                             "that line, or the file and accept again",
                             number, path);
        start += length + (feed != NULL);
    }
    return true;
}

bool accepted_parse(const char *data, size_t size, const char *path, struct accepted *ret_list,
                    struct error *err)
{
    struct accepted *list = calloc(1, sizeof *list);
    bool good = list ? parse(data, size, path, list, err)
                     : error_set(err, ERROR_MEMORY, "no memory for the accepted places");
    if (good)
        *ret_list = *list;
    free(list);
    return good;
}

/* The text too, for whoever adds to it. */
static bool load(const char *path, struct buffer *text, struct accepted *ret_list,
                 struct error *err)
{
    if (!file_is_missing(path) && !file_read(path, FILE_MAX, text, err))
        return false;
    return accepted_parse(text->data, text->size, path, ret_list, err);
}

bool accepted_load(const char *path, struct accepted *ret_list, struct error *err)
{
    struct buffer text = {0};
    bool good = load(path, &text, ret_list, err);
    buffer_finish(&text);
    return good;
}

/* ---- writing */

static void append_acceptance(struct buffer *text, const struct acceptance *acceptance)
{
    buffer_append_format(text,
                         "{\"schema\":%d,\"event_id\":\"%s\",\"utc_ms\":%" PRId64 ",\"boxes\":[",
                         SCHEMA, acceptance->event_id, acceptance->utc_ms);
    for (int i = 0; i < acceptance->box_count; i++) {
        const struct rect *box = &acceptance->boxes[i];
        buffer_append_format(text, "%s{\"x\":%d,\"y\":%d,\"w\":%d,\"h\":%d}", i ? "," : "", box->x,
                             box->y, box->width, box->height);
    }
    buffer_append_text(text, "]}\n");
}

static void append_undo(struct buffer *text, const char *event_id, int64_t utc_ms)
{
    buffer_append_format(
        text, "{\"schema\":%d,\"event_id\":\"%s\",\"utc_ms\":%" PRId64 ",\"undo\":true}\n", SCHEMA,
        event_id, utc_ms);
}

/* An editor may have left the last line without its end. */
static void end_line(struct buffer *text)
{
    if (text->size > 0 && text->data[text->size - 1] != '\n')
        buffer_append_text(text, "\n");
}

static bool write_text(const char *path, struct buffer *text, const struct accepted *list,
                       struct error *err)
{
    if (text->size > FILE_MAX) {
        buffer_clear(text);
        for (size_t i = 0; i < list->count; i++)
            append_acceptance(text, &list->entries[i]);
    }
    return buffer_check(text, err) && file_replace(path, text->data, text->size, false, err);
}

static bool add_to(const char *path, struct buffer *text, struct accepted *list,
                   const struct acceptance *acceptance, struct error *err)
{
    const struct acceptance *known = accepted_find(list, acceptance->event_id);
    if (known && same_boxes(known, acceptance))
        return true;
    if (!put(list, acceptance))
        return error_set(err, ERROR_INPUT,
                         "%d acceptances are in force already; take some back, or capture and "
                         "train again",
                         ACCEPTED_MAX);
    end_line(text);
    append_acceptance(text, acceptance);
    return write_text(path, text, list, err);
}

static bool undo_in(const char *path, struct buffer *text, struct accepted *list,
                    const struct acceptance *undone, struct error *err)
{
    if (!accepted_find(list, undone->event_id))
        return error_set(err, ERROR_INPUT,
                         "alarm %s is not accepted as normal, so there is nothing to take back",
                         undone->event_id);
    remove_entry(list, undone->event_id);
    end_line(text);
    append_undo(text, undone->event_id, undone->utc_ms);
    return write_text(path, text, list, err);
}

static bool change_under_lock(const char *path,
                              bool (*change)(const char *path, struct buffer *text,
                                             struct accepted *list,
                                             const struct acceptance *acceptance,
                                             struct error *err),
                              const struct acceptance *acceptance, struct error *err)
{
    char lock_path[PATH_SIZE];
    int length = snprintf(lock_path, sizeof lock_path, "%s.lock", path);
    if (length < 0 || (size_t)length >= sizeof lock_path)
        return error_set(err, ERROR_INPUT, "the path '%.200s…' is too long", path);
    struct accepted *list = calloc(1, sizeof *list);
    if (!list)
        return error_set(err, ERROR_MEMORY, "no memory for the accepted places");
    struct buffer text = {0};
    struct file_lock lock = {0};
    bool good = file_lock_wait(&lock, lock_path, err) && load(path, &text, list, err) &&
                change(path, &text, list, acceptance, err);
    file_lock_release(&lock);
    buffer_finish(&text);
    free(list);
    return good;
}

static bool is_usable(const struct acceptance *acceptance)
{
    if (!event_id_is_valid(acceptance->event_id) || acceptance->utc_ms < 0 ||
        acceptance->box_count < 1 || acceptance->box_count > BOXES_MAX)
        return false;
    for (int i = 0; i < acceptance->box_count; i++) {
        const struct rect *box = &acceptance->boxes[i];
        if (box->x < 0 || box->x > COORDINATE_MAX || box->y < 0 || box->y > COORDINATE_MAX ||
            box->width < 1 || box->width > COORDINATE_MAX || box->height < 1 ||
            box->height > COORDINATE_MAX)
            return false;
    }
    return true;
}

bool accepted_check(const struct acceptance *acceptance, struct error *err)
{
    return is_usable(acceptance) ||
           error_set(err, ERROR_INPUT,
                     "alarm %.40s names no place in the picture, so there is nothing to accept",
                     acceptance->event_id);
}

bool accepted_add(const char *path, const struct acceptance *acceptance, struct error *err)
{
    return accepted_check(acceptance, err) && change_under_lock(path, add_to, acceptance, err);
}

bool accepted_undo(const char *path, const char *event_id, int64_t utc_ms, struct error *err)
{
    struct acceptance undone = {.utc_ms = utc_ms > 0 ? utc_ms : 0};
    snprintf(undone.event_id, sizeof undone.event_id, "%s", event_id);
    return change_under_lock(path, undo_in, &undone, err);
}

/* The short list between `ack` and a monitor, read and written whole.
 *
 * Whoever adds holds the lock from reading to writing, so that two people who acknowledge at the
 * same time both get their line. Readers take no lock: the file is replaced as one step.
 */
#include "sink/acknowledged.h"

#include "base/parse.h"
#include "platform/file.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { FILE_MAX = 16384, LINE_SIZE = EVENT_ID_SIZE + 24 };

bool event_id_is_valid(const char *event_id)
{
    size_t time = strspn(event_id, "0123456789");
    if (time == 0 || event_id[time] != '-')
        return false;
    size_t number = strspn(event_id + time + 1, "0123456789");
    size_t length = time + 1 + number;
    return number > 0 && event_id[length] == '\0' && length < EVENT_ID_SIZE;
}

bool acknowledged_holds(const struct acknowledged *list, const struct acknowledgement *entry)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->entries[i].utc_ms == entry->utc_ms &&
            strcmp(list->entries[i].event_id, entry->event_id) == 0)
            return true;
    return false;
}

static void add(struct acknowledged *list, const struct acknowledgement *entry)
{
    if (list->count == ACKNOWLEDGED_MAX) {
        list->count--;
        memmove(list->entries, list->entries + 1, list->count * sizeof list->entries[0]);
    }
    list->entries[list->count++] = *entry;
}

/* ---- reading */

static bool parse_line(char *line, struct acknowledgement *ret_entry)
{
    struct acknowledgement entry = {.utc_ms = 0};
    line[strcspn(line, "\r")] = '\0';
    char *number = strchr(line, ' ');
    if (number) {
        *number++ = '\0';
        if (!parse_int(number, 0, INT64_MAX, &entry.utc_ms))
            return false;
    }
    if (!event_id_is_valid(line))
        return false;
    memcpy(entry.event_id, line, strlen(line) + 1); /* fits: it is valid */
    *ret_entry = entry;
    return true;
}

static void parse(const struct buffer *text, struct acknowledged *list)
{
    const char *end = text->data + text->size;
    for (const char *start = text->data; start < end;) {
        const char *feed = memchr(start, '\n', (size_t)(end - start));
        size_t size = (size_t)((feed ? feed : end) - start);
        char line[LINE_SIZE];
        struct acknowledgement entry;
        if (size < sizeof line) {
            memcpy(line, start, size);
            line[size] = '\0';
            if (parse_line(line, &entry))
                add(list, &entry);
        }
        start += size + 1;
    }
}

bool acknowledged_read(const char *path, struct acknowledged *ret_list, struct error *err)
{
    struct acknowledged list = {0};
    struct buffer text = {0};
    bool good = file_is_missing(path) || file_read(path, FILE_MAX, &text, err);
    if (good && text.size > 0)
        parse(&text, &list);
    buffer_finish(&text);
    if (good)
        *ret_list = list;
    return good;
}

/* ---- writing */

static bool write_list(const char *path, const struct acknowledged *list, struct error *err)
{
    char text[ACKNOWLEDGED_MAX * LINE_SIZE];
    size_t used = 0;
    for (size_t i = 0; i < list->count; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s %" PRId64 "\n",
                                 list->entries[i].event_id, list->entries[i].utc_ms);
    return file_replace(path, text, used, false, err);
}

static bool add_under_lock(const char *path, const struct acknowledgement *entries, size_t count,
                           struct error *err)
{
    struct acknowledged list = {0};
    struct error why;
    if (!acknowledged_read(path, &list, &why) && why.code != ERROR_FORMAT) {
        if (err)
            *err = why;
        return false;
    }
    bool changed = false;
    for (size_t i = 0; i < count; i++) {
        if (acknowledged_holds(&list, &entries[i]))
            continue;
        add(&list, &entries[i]);
        changed = true;
    }
    return !changed || write_list(path, &list, err);
}

bool acknowledged_add(const char *path, const struct acknowledgement *entries, size_t count,
                      struct error *err)
{
    char lock_path[PATH_SIZE];
    int length = snprintf(lock_path, sizeof lock_path, "%s.lock", path);
    if (length < 0 || (size_t)length >= sizeof lock_path)
        return error_set(err, ERROR_INPUT, "the path '%.200s…' is too long", path);
    struct file_lock lock = {0};
    if (!file_lock_wait(&lock, lock_path, err))
        return false;
    bool good = add_under_lock(path, entries, count, err);
    file_lock_release(&lock);
    return good;
}

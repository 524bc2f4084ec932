/* state/accepted.jsonl from hostile bytes. Promised: refused with one sentence and nothing taken,
 * or a list in which every entry has an id that watch could have made and places inside a picture,
 * and no id twice; and every line of it counted, none passed over. */
#include "fuzz.h"
#include "sink/accepted.h"
#include "sink/acknowledged.h"

#include <assert.h>
#include <string.h>

#define MADE(id, x)                                                                                \
    "{\"schema\":1,\"event_id\":\"" id "\",\"utc_ms\":1700000000000,\"boxes\":[{\"x\":" x          \
    ",\"y\":2,\"w\":3,\"h\":4}]}\n"
#define UNDONE(id) "{\"schema\":1,\"event_id\":\"" id "\",\"utc_ms\":1700000000001,\"undo\":true}\n"

static const char *const seeds[] = {
    "",
    MADE("1-1", "1"),
    MADE("1-1", "1") MADE("1-2", "32767") MADE("1-1", "7"),
    MADE("1-1", "1") UNDONE("1-1") MADE("1-3", "0"),
    UNDONE("1700000000000-12"),
    MADE("1-1", "-1"),
};

bool fuzz_seed(size_t index, struct buffer *out)
{
    if (index >= sizeof seeds / sizeof seeds[0])
        return false;
    buffer_append_text(out, seeds[index]);
    return true;
}

static void check_entry(const struct accepted *list, size_t index)
{
    const struct acceptance *entry = &list->entries[index];
    assert(event_id_is_valid(entry->event_id) && accepted_check(entry, NULL));
    assert(accepted_find(list, entry->event_id) == entry);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct accepted list;
    struct error err = {0};
    list.count = 999;
    if (!accepted_parse((const char *)data, size, "accepted.jsonl", &list, &err)) {
        assert(list.count == 999 && err.code == ERROR_FORMAT);
        assert(strncmp(err.message, "line ", 5) == 0 && !strchr(err.message, '\n'));
        return 0;
    }
    size_t lines = 0;
    for (size_t i = 0; i < size; i++)
        lines += data[i] == '\n' || i + 1 == size;
    assert(list.count <= ACCEPTED_MAX && list.count <= lines);
    for (size_t i = 0; i < list.count; i++)
        check_entry(&list, i);
    return 0;
}

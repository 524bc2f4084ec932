/* Result files: read back, or written whole.
 *
 * That one can not be read is no error of anybody's: the sequence is evaluated again, which is what
 * the person wanted in the first place.
 */
#include "evaluate/sequence_store.h"

#include "evaluate/sequence_json.h"
#include "evaluate/sequence_watch.h"
#include "model/json_fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STORE_VERSION = 1, STORE_FILE_MAX = 64 << 20 };

bool sequence_store_path(const char *out, const struct detector_kind *kind, int64_t seed,
                         const struct sequence *sequence, char ret_path[PATH_SIZE],
                         struct error *err)
{
    char name[PATH_SIZE];
    const int length = snprintf(name, sizeof name, "results/%s/seed-%lld/%s.json", kind->name,
                                (long long)seed, sequence->path);
    if (length < 0 || (size_t)length >= sizeof name)
        return error_set(err, ERROR_INPUT, "the path '%.160s…' is too long for a result",
                         sequence->path);
    return path_join(ret_path, PATH_SIZE, out, name, err);
}

static bool has_key(const json_t *object, const char *key)
{
    const char *stored = json_string_value(json_object_get(object, "key"));
    struct error ignored;
    return json_read_schema(object, STORE_VERSION, &ignored) && stored && strcmp(stored, key) == 0;
}

bool sequence_store_read(const char *path, const char *key, const struct sequence_set *set,
                         const struct sequence *sequence, const struct config *config,
                         struct sequence_result *ret_result)
{
    struct buffer text = {0};
    struct sequence_result result = {0};
    struct error ignored;
    json_t *object = NULL;
    if (file_kind_of(path) == FILE_REGULAR && file_read(path, STORE_FILE_MAX, &text, &ignored))
        object = json_object_parse(text.data, text.size, &ignored);
    const bool good = object && has_key(object, key) &&
                      sequence_result_begin(set, sequence, config, &result, &ignored) &&
                      sequence_result_from_json(object, &result, &ignored);
    json_decref(object);
    buffer_finish(&text);
    if (good)
        *ret_result = result;
    else
        sequence_result_finish(&result);
    return good;
}

static bool make_folder_of(const char *path, struct error *err)
{
    char folder[PATH_SIZE];
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (slash)
        *slash = '\0';
    return !slash || folder_create(folder, false, err);
}

bool sequence_store_write(const char *path, const char *key, const struct sequence_result *result,
                          struct error *err)
{
    json_t *object = sequence_result_to_json(result, true);
    char *text = NULL;
    if (object && json_object_set_new(object, "schema", json_integer(STORE_VERSION)) == 0 &&
        json_object_set_new(object, "key", json_string(key)) == 0)
        text = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(object);
    if (!text)
        return error_set(err, ERROR_MEMORY, "no memory for the result of %s", result->path);
    const bool good =
        make_folder_of(path, err) && file_replace(path, text, strlen(text), false, err);
    free(text);
    return good;
}

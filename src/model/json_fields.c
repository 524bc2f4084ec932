/* Checked reading of JSON objects, for threshold.json and stats.json.
 *
 * People edit these files and other programs write them, so each message names the key and what was
 * found there. jansson bounds the nesting; the callers bound the size.
 */
#include "model/json_fields.h"

#include <string.h>

/* jansson quotes what it stumbled over, whatever bytes that are. */
static void make_printable(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            *text = '?';
}

static bool has_control_characters(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            return true;
    return false;
}

json_t *json_object_parse(const char *data, size_t size, struct error *err)
{
    json_error_t why;
    json_t *root = json_loadb(data ? data : "", size, JSON_REJECT_DUPLICATES, &why);
    if (!root) {
        if (!why.text[0]) { /* how jansson says that it had no memory */
            error_set(err, ERROR_MEMORY, "no memory to read a JSON file");
            return NULL;
        }
        make_printable(why.text);
        error_set(err, ERROR_FORMAT, "line %d: %s", why.line, why.text);
        return NULL;
    }
    if (!json_is_object(root)) {
        error_set(err, ERROR_FORMAT, "it holds no JSON object { ... }");
        json_decref(root);
        return NULL;
    }
    return root;
}

static const char *type_name(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "an array";
    case JSON_STRING:
        return "a text";
    case JSON_INTEGER:
    case JSON_REAL:
        return "a number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "true or false";
    case JSON_NULL:
        break;
    }
    return "null";
}

static const json_t *find(const json_t *object, const char *key, struct error *err)
{
    const json_t *value = json_object_get(object, key);
    if (!value)
        error_set(err, ERROR_FORMAT, "the key '%s' is missing", key);
    return value;
}

static bool refuse_type(const json_t *value, const char *key, const char *wanted, struct error *err)
{
    return error_set(err, ERROR_FORMAT, "'%s' is %s where %s should be", key, type_name(value),
                     wanted);
}

bool json_read_real(const json_t *object, const char *key, double min, double max,
                    double *ret_value, struct error *err)
{
    const json_t *value = find(object, key, err);
    if (!value)
        return false;
    if (!json_is_number(value))
        return refuse_type(value, key, "a number", err);
    const double number = json_number_value(value);
    if (!(number >= min && number <= max))
        return error_set(err, ERROR_FORMAT, "'%s' is %.10g, allowed are %.10g to %.10g", key,
                         number, min, max);
    *ret_value = number;
    return true;
}

bool json_read_int(const json_t *object, const char *key, json_int_t min, json_int_t max,
                   json_int_t *ret_value, struct error *err)
{
    const json_t *value = find(object, key, err);
    if (!value)
        return false;
    if (!json_is_integer(value))
        return refuse_type(value, key, "a whole number", err);
    const json_int_t number = json_integer_value(value);
    if (number < min || number > max)
        return error_set(err, ERROR_FORMAT, "'%s' is %lld, allowed are %lld to %lld", key,
                         (long long)number, (long long)min, (long long)max);
    *ret_value = number;
    return true;
}

bool json_read_bool(const json_t *object, const char *key, bool *ret_value, struct error *err)
{
    const json_t *value = find(object, key, err);
    if (!value)
        return false;
    if (!json_is_boolean(value))
        return refuse_type(value, key, "true or false", err);
    *ret_value = json_is_true(value);
    return true;
}

bool json_read_text(const json_t *object, const char *key, char *ret_text, size_t size,
                    struct error *err)
{
    const json_t *value = find(object, key, err);
    if (!value)
        return false;
    if (!json_is_string(value))
        return refuse_type(value, key, "a text", err);
    const char *text = json_string_value(value);
    const size_t length = json_string_length(value);
    if (length >= size)
        return error_set(err, ERROR_FORMAT, "'%s' is a text of %zu bytes, at most %zu are allowed",
                         key, length, size - 1);
    if (has_control_characters(text, length))
        return error_set(err, ERROR_FORMAT, "'%s' is a text with control characters", key);
    memcpy(ret_text, text, length + 1);
    return true;
}

bool json_read_schema(const json_t *object, int version, struct error *err)
{
    json_int_t found;
    if (!json_read_int(object, "schema", 0, 1000000, &found, err))
        return false;
    if (found == version)
        return true;
    return error_set(err, ERROR_FORMAT,
                     "it was written by %s leakwatch (schema %lld, this program reads %d)",
                     found > version ? "a newer" : "an older", (long long)found, version);
}

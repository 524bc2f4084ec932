/* The other direction of record.c, member by member; messages, catching up and reports read so. */
#include "sink/record_fields.h"

#include <string.h>

const char *record_text(const json_t *record, const char *name)
{
    const char *text = json_string_value(json_object_get(record, name));
    return text ? text : "";
}

double record_number(const json_t *record, const char *name)
{
    return json_number_value(json_object_get(record, name));
}

int64_t record_integer(const json_t *record, const char *name)
{
    return json_integer_value(json_object_get(record, name));
}

bool record_bool(const json_t *record, const char *name)
{
    return json_is_true(json_object_get(record, name));
}

bool record_is(const json_t *record, const char *type)
{
    return strcmp(record_text(record, "type"), type) == 0;
}

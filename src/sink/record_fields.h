/* Members of a record that was read back, taken with suspicion: what is missing or of another kind
 * is "", 0 or false. Texts are borrowed from the record. Pure.
 */
#ifndef SINK_RECORD_FIELDS_H
#define SINK_RECORD_FIELDS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

const char *record_text(const json_t *record, const char *name);
double record_number(const json_t *record, const char *name);
int64_t record_integer(const json_t *record, const char *name);
bool record_bool(const json_t *record, const char *name);
/* Is it of this type ("alarm_closed")? */
bool record_is(const json_t *record, const char *type);

#endif

/* Keys of a JSON object that must be there, with the right type and within their range.
 *
 * Whole numbers are read as numbers too where a number is asked for. Ownership: json_object_parse
 * returns an object that the caller releases with json_decref; texts are copied. One thread per
 * object. Errors: ERROR_FORMAT naming the key, what was found and what is allowed; outputs are
 * untouched then.
 */
#ifndef MODEL_JSON_FIELDS_H
#define MODEL_JSON_FIELDS_H

#include "base/error.h"

#include <jansson.h>
#include <stddef.h>

/* A JSON text that is one object without double keys; NULL with the line where it is not. NaN and
 * Infinity, which Python writes, are not JSON and are refused here. */
json_t *json_object_parse(const char *data, size_t size, struct error *err);

MUST_CHECK bool json_read_real(const json_t *object, const char *key, double min, double max,
                               double *ret_value, struct error *err);
MUST_CHECK bool json_read_int(const json_t *object, const char *key, json_int_t min, json_int_t max,
                              json_int_t *ret_value, struct error *err);
MUST_CHECK bool json_read_bool(const json_t *object, const char *key, bool *ret_value,
                               struct error *err);
/* Shorter than `size` bytes, without control characters. */
MUST_CHECK bool json_read_text(const json_t *object, const char *key, char *ret_text, size_t size,
                               struct error *err);

/* `schema` must be exactly `version`; otherwise the sentence says which program is the older one.
 */
MUST_CHECK bool json_read_schema(const json_t *object, int version, struct error *err);

#endif

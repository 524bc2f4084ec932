/* Checked conversion of text from outside: the whole text must be the value, nothing more and
 * nothing less, or the conversion fails. Decimal points are points whatever the locale. Any thread.
 */
#ifndef BASE_PARSE_H
#define BASE_PARSE_H

#include <stdbool.h>
#include <stdint.h>

/* Decimal integer within [min, max]. */
bool parse_int(const char *text, int64_t min, int64_t max, int64_t *ret_value);

/* Finite decimal number within [min, max]; no hexadecimal, no "inf", no "nan". */
bool parse_double(const char *text, double min, double max, double *ret_value);

/* true false yes no on off, any case (what YAML 1.1 and people write). */
bool parse_bool(const char *text, bool *ret_value);

/* "1280x720"; each side within 1..16384 px. */
bool parse_size(const char *text, int *ret_width, int *ret_height);

/* "2026-01-31T08:00:00Z", "…+02:00", or without offset (taken as UTC) → milliseconds since 1970
 * UTC. */
bool parse_time_utc_ms(const char *text, int64_t *ret_utc_ms);

/* Case-insensitive comparison of ASCII text, whatever the locale. */
bool parse_equal_ignoring_case(const char *a, const char *b);

/* Levenshtein distance, for "did you mean …?"; texts longer than 63 bytes are compared by their
 * first 63. */
int parse_edit_distance(const char *a, const char *b);

#endif

/* The parts of an e-mail that are text: addresses, headers, dates. Pure.
 *
 * Nothing that goes in can begin a header of its own: control characters become spaces, and what is
 * not ASCII is written as RFC 2047 encoded words.
 */
#ifndef SINK_MAIL_H
#define SINK_MAIL_H

#include "base/buffer.h"

#include <stdint.h>

enum { MAIL_ADDRESS_SIZE = 256, MAIL_DATE_SIZE = 48 };

/* "lab@example.org" of itself or of "Lab <lab@example.org>". ERROR_CONFIG quotes what is no
 * address. */
MUST_CHECK bool mail_address_of(const char *text, char ret_address[MAIL_ADDRESS_SIZE],
                                struct error *err);

/* "Subject: …", without a line end. */
void mail_append_header(struct buffer *out, const char *name, const char *text);

/* RFC 5322: "Sat, 31 Jan 2026 01:14:05 +0000" */
void mail_format_date(int64_t utc_ms, char ret_text[MAIL_DATE_SIZE]);

/* "<leakwatch.REFERENCE.SEQ@DOMAIN>", the same at every attempt, so that receivers can recognise a
 * second copy. seq 0 leaves the number out: what all messages of an event refer to. */
void mail_append_id(struct buffer *out, const char *reference, int64_t seq, const char *address);

#endif

/* Text from outside on its way into a picture or a page. Any thread; both append. */
#ifndef REPORT_MARKUP_H
#define REPORT_MARKUP_H

#include "base/buffer.h"

/* `text` as well-formed UTF-8 on one line: bytes that are no UTF-8 become U+FFFD; control
 * characters, and those that turn the direction of the text around them, become spaces. */
void text_clean(const char *text, struct buffer *out);

/* `text` as the contents of an element or of a quoted attribute, in SVG and HTML alike. */
void markup_escape(const char *text, struct buffer *out);

#endif

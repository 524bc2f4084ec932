/* Text on its way into a page. Any thread; appends. */
#ifndef REPORT_MARKUP_H
#define REPORT_MARKUP_H

#include "base/buffer.h"

/* `text` as the contents of an element or of a quoted attribute, in SVG and HTML alike. */
void markup_escape(const char *text, struct buffer *out);

#endif

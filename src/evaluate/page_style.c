/* How the page of an evaluation looks, beyond the style it shares with the summary.
 *
 * Tables with a column per detector may be wider than a phone: they scroll within themselves, and
 * the heads of their rows stay. On paper they don't.
 */
#include "evaluate/page_parts.h"

void page_append_style(struct buffer *out)
{
    static const char *const style[] = {
        "caption{padding:.6rem .75rem .2rem;text-align:left;font-weight:600}",
        ".wide{margin:1rem 0;overflow-x:auto}",
        ".wide tbody th{min-width:7.5rem;max-width:18rem;white-space:normal;",
        "overflow-wrap:anywhere;color:var(--ink);font-size:1rem;font-weight:400}",
        ".wide thead th{white-space:normal;overflow-wrap:anywhere}",
        ".c{min-width:8rem}",
        "td small{display:block;color:var(--soft);font-size:.8rem}",
        ".verdict{font-weight:400}",
        "h3 .soft{font-weight:400}",
        "dt{margin-top:.6rem;font-weight:600}dd{margin:0;color:var(--soft)}",
        "@media print{.wide{overflow:visible;break-inside:avoid}dt{break-after:avoid}",
        "dd{break-inside:avoid}}",
    };
    for (size_t i = 0; i < sizeof style / sizeof style[0]; i++) {
        buffer_append_text(out, style[i]);
        buffer_append_text(out, "\n");
    }
}

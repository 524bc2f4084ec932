/* How the page looks: on a screen, light or dark, on a phone, and on paper.
 *
 * One column that a phone can show; tables become lists of labelled lines where it is narrow. Paper
 * is always light, and breaks neither an alarm nor a row. The plot keeps its white ground, which it
 * is drawn for. Colours carry no meaning alone: every state is a word too.
 */
#include "report/summary_parts.h"

#include "report/markup.h"

static const char *const style[] = {
    ":root{color-scheme:light dark;--ground:#f5f6f8;--card:#fff;--ink:#1b2430;--soft:#5b6775;",
    "--line:#d9dee5;--bad:#b3261e;--bad-ground:#fdecea;--warn:#8a5300;--warn-ground:#fff4e0;",
    "--good:#1c6b3c;--good-ground:#e8f5ec}",
    "@media (prefers-color-scheme:dark){:root{--ground:#12161c;--card:#1b212a;--ink:#e6eaf0;",
    "--soft:#9aa7b6;--line:#323b47;--bad:#ff9a90;--bad-ground:#3c1f1d;--warn:#ffc46b;",
    "--warn-ground:#38290f;--good:#83d6a2;--good-ground:#17301f}}",
    "*{box-sizing:border-box}",
    "body{margin:0;background:var(--ground);color:var(--ink);",
    "font:16px/1.5 system-ui,-apple-system,\"Segoe UI\",Roboto,\"Helvetica "
    "Neue\",Arial,sans-serif}",
    "main{max-width:60rem;margin:0 auto;padding:1.5rem 1rem 3rem}",
    "header p,footer p{margin:0;color:var(--soft);font-size:.875rem}",
    "h1{margin:.1rem 0 .2rem;font-size:1.75rem;line-height:1.2}",
    "h2{margin:2rem 0 .6rem;font-size:1.2rem}",
    "h3{margin:0;font-size:1.05rem}",
    ".verdict{margin:1rem 0;padding:.8rem 1rem;border-left:.4rem solid;border-radius:.4rem;",
    "font-size:1.1rem;font-weight:600}",
    ".quiet{color:var(--good);background:var(--good-ground)}",
    ".doubtful{color:var(--warn);background:var(--warn-ground)}",
    ".alarming{color:var(--bad);background:var(--bad-ground)}",
    ".remarks{margin:0 0 1rem;padding:0 0 0 1.2rem;color:var(--soft)}",
    ".tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem}",
    ".tile,.plot,.alarm,.table{background:var(--card);border:1px solid var(--line);",
    "border-radius:.5rem}",
    ".tile{padding:.7rem .9rem}",
    ".tile b{display:block;font-size:1.45rem;line-height:1.25;font-variant-numeric:tabular-nums}",
    ".tile span{color:var(--soft);font-size:.875rem}",
    ".plot{margin:1rem 0;padding:.5rem;background:#fff;overflow:hidden}",
    ".plot svg{display:block;width:100%;height:auto}",
    "@media screen and (max-width:40rem){.plot{overflow-x:auto}.plot svg{min-width:38rem}}",
    ".alarms{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,26rem),1fr));",
    "gap:.75rem}",
    ".alarm{padding:.75rem;overflow:hidden}",
    ".alarm img,.none{display:block;width:100%;margin:.5rem 0;border-radius:.3rem}",
    ".alarm img{height:auto;background:#000}",
    ".none{padding:2rem 1rem;border:1px dashed var(--line);color:var(--soft);text-align:center;",
    "font-size:.875rem}",
    ".alarm p{margin:.15rem 0}",
    ".soft{color:var(--soft);font-size:.875rem;overflow-wrap:anywhere}",
    ".mark{display:inline-block;padding:0 .5rem;border-radius:1rem;font-size:.8rem;",
    "font-weight:600;white-space:nowrap}",
    "table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}",
    "th,td{padding:.45rem .75rem;text-align:left;vertical-align:top}",
    ".w{overflow-wrap:anywhere}",
    "th{color:var(--soft);font-size:.8rem;font-weight:600;white-space:nowrap}",
    "tbody tr{border-top:1px solid var(--line)}",
    ".n{text-align:right;white-space:nowrap}",
    ".t{white-space:nowrap}",
    ".short{max-width:28rem}",
    "footer{margin-top:2.5rem;padding-top:1rem;border-top:1px solid var(--line)}",
    "@media (max-width:40rem){h1{font-size:1.4rem}.long .n{text-align:left}",
    ".long thead{display:none}.long tr,.long td{display:block}.long tbody tr{padding:.5rem 0}",
    ".long tbody tr:first-child{border-top:0}.long td{padding:.1rem .75rem;white-space:normal}",
    ".long td[data-label]::before{content:attr(data-label) \": \";color:var(--soft)}}",
    "@media print{:root{color-scheme:light;--ground:#fff;--card:#fff;--ink:#000;--soft:#444;",
    "--line:#bbb;--bad:#a0140c;--bad-ground:#fff;--warn:#6d4200;--warn-ground:#fff;",
    "--good:#14532d;--good-ground:#fff}",
    "@page{margin:14mm}body{font-size:10.5pt}main{max-width:none;padding:0 1px}",
    ".alarms{grid-template-columns:1fr 1fr}",
    ".alarm,.tile,.plot,tr,.verdict{break-inside:avoid}h2,h3{break-after:avoid}",
    "thead{display:table-header-group}",
    "*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}",
};

void html_append_style(struct buffer *out)
{
    for (size_t i = 0; i < sizeof style / sizeof style[0]; i++) {
        buffer_append_text(out, style[i]);
        buffer_append_text(out, "\n");
    }
}

void html_append_part(struct buffer *out, struct buffer *part)
{
    markup_escape(buffer_text(part), out);
    out->failed = out->failed || part->failed;
    buffer_clear(part);
}

void base64_append(struct buffer *out, const void *data, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *bytes = data;
    for (size_t i = 0; i < size; i += 3) {
        unsigned long group = (unsigned long)bytes[i] << 16;
        if (i + 1 < size)
            group |= (unsigned long)bytes[i + 1] << 8;
        if (i + 2 < size)
            group |= bytes[i + 2];
        char text[4] = {digits[group >> 18], digits[group >> 12 & 63], digits[group >> 6 & 63],
                        digits[group & 63]};
        if (i + 2 >= size)
            text[3] = '=';
        if (i + 1 >= size)
            text[2] = '=';
        buffer_append(out, text, sizeof text);
    }
}

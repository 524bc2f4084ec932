/* Words, numbers and tables of the page, in one manner everywhere.
 *
 * A share is written with as many digits as it takes not to call 999 of 1000 "100 %": the one that
 * is missing is what the reader looks for.
 */
#include "evaluate/page_parts.h"

#include "base/text.h"
#include "report/plot_ticks.h"
#include "report/summary_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void page_put(struct page *page, const char *html)
{
    buffer_append_text(page->out, html);
}

/* On one line, and only what is a letter: names may hold anything. Empties `words`. */
static void put_words(struct page *page, struct buffer *words)
{
    struct buffer plain = {0};
    text_append_plain(&plain, buffer_text(words));
    plain.failed = plain.failed || words->failed;
    html_append_part(page->out, &plain);
    buffer_finish(&plain);
    buffer_clear(words);
}

void page_put_text(struct page *page, const char *text)
{
    buffer_append_text(&page->part, text);
    page_put_part(page);
}

void page_put_part(struct page *page)
{
    put_words(page, &page->part);
}

/* ---- numbers */

void append_count(struct buffer *out, size_t count)
{
    char text[NUMBER_TEXT_SIZE];
    count_format((int64_t)count, text);
    buffer_append_text(out, text);
}

void append_number(struct buffer *out, double value)
{
    char text[NUMBER_TEXT_SIZE];
    number_format(value, text);
    buffer_append_text(out, isfinite(value) ? text : "unknown");
}

void append_percent(struct buffer *out, double share)
{
    char text[NUMBER_TEXT_SIZE];
    if (!isfinite(share)) {
        buffer_append_text(out, "unknown");
        return;
    }
    for (int decimals = share > 0 && share < 0.1; decimals <= 4; decimals++) {
        snprintf(text, sizeof text, "%.*f", decimals, 100 * share);
        double shown = strtod(text, NULL);
        if ((shown > 0 || share <= 0) && (shown < 100 || share >= 1))
            break;
    }
    buffer_append_format(out, "%s %%", text);
}

void append_probability(struct buffer *out, double value)
{
    char text[NUMBER_TEXT_SIZE], one[NUMBER_TEXT_SIZE];
    number_format_pair(value, 1, text, one);
    buffer_append_text(out, isfinite(value) ? text : "unknown");
}

void append_share(struct buffer *out, size_t hits, size_t total)
{
    append_share_of(out, hits, total, "");
}

void append_share_of(struct buffer *out, size_t hits, size_t total, const char *what)
{
    append_count(out, hits);
    buffer_append_text(out, " of ");
    append_count(out, total);
    buffer_append_format(out, "%s%s", what[0] ? " " : "", what);
    if (total == 0)
        return;
    buffer_append_text(out, " (");
    append_percent(out, (double)hits / (double)total);
    buffer_append_text(out, ")");
}

void append_percent_interval(struct buffer *out, struct interval interval)
{
    append_percent(out, interval.low);
    buffer_append_text(out, " to ");
    append_percent(out, interval.high);
}

void append_fraction(struct buffer *out, double fraction)
{
    append_number(out, 100 * fraction);
    if (isfinite(fraction))
        buffer_append_text(out, " %");
}

void append_seconds(struct buffer *out, double seconds)
{
    append_number(out, seconds);
    if (isfinite(seconds))
        buffer_append_text(out, " s");
}

/* ---- tables */

void page_begin_table(struct page *page, const char *caption, const char *first_head,
                      char labels[][PAGE_LABEL_SIZE], size_t label_count)
{
    buffer_append_format(page->out,
                         "<div class=\"table wide\"><table>\n<caption>%s</caption>\n<thead><tr>"
                         "<th scope=\"col\">%s</th>",
                         caption, first_head);
    for (size_t i = 0; i < label_count; i++) {
        page_put(page, "<th scope=\"col\" class=\"c\">");
        page_put_text(page, labels[i]);
        page_put(page, "</th>");
    }
    page_put(page, "</tr></thead>\n<tbody>\n");
}

void page_end_table(struct page *page)
{
    page_put(page, "</tbody></table></div>\n");
}

void page_begin_row(struct page *page, const char *head)
{
    page_put(page, "<tr><th scope=\"row\">");
    page_put_text(page, head);
    page_put(page, "</th>");
}

void page_end_row(struct page *page)
{
    page_put(page, "</tr>\n");
}

void page_put_cell(struct page *page, struct buffer *small)
{
    page_put(page, "<td class=\"c\">");
    page_put_part(page);
    if (small && small->size > 0) {
        page_put(page, "<small>");
        put_words(page, small);
        page_put(page, "</small>");
    }
    page_put(page, "</td>");
}

void page_put_more(struct page *page, size_t more, const char *what)
{
    if (more == 0)
        return;
    page_put(page, "<p class=\"soft\">");
    append_count(&page->part, more);
    page_put_part(page);
    buffer_append_format(page->out, " more %s.</p>\n", what);
}

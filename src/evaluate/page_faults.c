/* Faults of the camera and changes of the scene: what case.json expects against what was raised.
 *
 * They are neither alarms nor quiet: a camera that was pushed must be said, and must not be said to
 * leak. The sequences in which it went otherwise are listed by name.
 */
#include "evaluate/page_parts.h"

#include <string.h>

enum { WHATS_MAX = 32, LISTED_MAX = 40, NOTICES_LISTED_MAX = 4 };

static void add_what(const char **whats, size_t *count, const char *what)
{
    for (size_t i = 0; i < *count; i++)
        if (strcmp(whats[i], what) == 0)
            return;
    if (what[0] && *count < WHATS_MAX)
        whats[(*count)++] = what;
}

static size_t find_whats(const struct page *page, const char *whats[WHATS_MAX])
{
    size_t count = 0;
    for (size_t column = 0; column < page->run_count; column++) {
        const struct sequence_run *run = page_run(page, column);
        for (size_t i = 0; i < run->count; i++)
            add_what(whats, &count, run->results[i].expect);
        for (size_t i = 0; i < run->count; i++)
            for (size_t n = 0; n < run->results[i].notice_count; n++)
                add_what(whats, &count, run->results[i].notices[n].what);
    }
    return count;
}

static void put_what_cell(struct page *page, const struct sequence_run *run, const char *what,
                          struct buffer *small)
{
    size_t expected = 0, met = 0, elsewhere = 0;
    for (size_t i = 0; i < run->count; i++) {
        const struct sequence_result *result = &run->results[i];
        bool is_expected = strcmp(result->expect, what) == 0;
        expected += is_expected;
        met += is_expected && result->expectation_met;
        for (size_t n = 0; !is_expected && n < result->notice_count; n++)
            elsewhere += strcmp(result->notices[n].what, what) == 0;
    }
    append_share(&page->part, met, expected);
    append_count(small, elsewhere);
    buffer_append_text(small, elsewhere == 1 ? " time elsewhere" : " times elsewhere");
    page_put_cell(page, small);
}

static void append_raised(struct buffer *out, const struct sequence_result *result)
{
    if (result->notice_count == 0)
        buffer_append_text(out, "nothing");
    for (size_t i = 0; i < result->notice_count && i < NOTICES_LISTED_MAX; i++) {
        const struct sequence_notice *notice = &result->notices[i];
        buffer_append_format(out, "%s%s in frame %lld", i > 0 ? ", " : "", notice->what,
                             (long long)notice->frame);
    }
    if (result->notice_count > NOTICES_LISTED_MAX) {
        buffer_append_text(out, " and ");
        append_count(out, result->notice_count - NOTICES_LISTED_MAX);
        buffer_append_text(out, " more");
    }
}

static bool went_otherwise(const struct sequence_result *result)
{
    return (result->expect[0] && !result->expectation_met) || result->unexpected_count > 0;
}

static void put_list(struct page *page)
{
    size_t listed = 0, total = 0;
    for (size_t column = 0; column < page->run_count; column++) {
        const struct sequence_run *run = page_run(page, column);
        for (size_t i = 0; i < run->count; i++) {
            const struct sequence_result *result = &run->results[i];
            if (!went_otherwise(result) || ++total > LISTED_MAX)
                continue;
            page_put(page, listed++ == 0 ? "<ul class=\"remarks\">\n<li>" : "<li>");
            page_put_text(page, page->run_labels[column]);
            page_put(page, ", ");
            page_put_text(page, result->path);
            page_put(page, ": expected ");
            page_put_text(page, result->expect[0] ? result->expect : "nothing");
            page_put(page, ", raised ");
            append_raised(&page->part, result);
            page_put_part(page);
            page_put(page, "</li>\n");
        }
    }
    if (listed > 0)
        page_put(page, "</ul>\n");
    page_put_more(page, total - listed, "sequences where it went otherwise are in the JSON");
}

void page_put_faults(struct page *page)
{
    const char *whats[WHATS_MAX];
    size_t count = page->run_count > 0 ? find_whats(page, whats) : 0;
    struct buffer small = {0};
    if (count == 0)
        return;
    page_put(page, "<h2>Faults and changes: expected against raised</h2>\n");
    page_begin_table(page, "Raised, of the sequences that expect it", "What", page->run_labels,
                     page->run_count);
    for (size_t i = 0; i < count; i++) {
        page_begin_row(page, whats[i]);
        for (size_t column = 0; column < page->run_count; column++)
            put_what_cell(page, page_run(page, column), whats[i], &small);
        page_end_row(page);
    }
    page_end_table(page);
    put_list(page);
    buffer_finish(&small);
}

/* The page of an evaluation, from its head to its foot.
 *
 * A Content-Security-Policy forbids scripts and whatever lies elsewhere, and all that comes from a
 * dataset is escaped, so that a page that was sent around can do nothing. Nothing is appended to
 * the caller's buffer before all of the page is whole.
 */
#include "evaluate/page.h"

#include "base/text.h"
#include "evaluate/page_parts.h"
#include "platform/clock.h"
#include "platform/file.h"
#include "report/summary_parts.h"

#include <stdio.h>
#include <string.h>

/* ---- columns */

static bool is_of_several_seeds(const struct evaluation_page *source,
                                const struct detector_kind *kind, bool of_sequences)
{
    size_t count = 0;
    if (of_sequences)
        for (size_t i = 0; i < source->sequences->run_count; i++)
            count += source->sequences->runs[i].kind == kind;
    for (size_t i = 0; !of_sequences && i < source->picture_run_count; i++)
        count += source->pictures[i].kind == kind;
    return count > 1;
}

static void name_column(char label[PAGE_LABEL_SIZE], const struct detector_kind *kind, int64_t seed,
                        bool with_seed)
{
    if (with_seed)
        snprintf(label, PAGE_LABEL_SIZE, "%.30s, seed %lld", kind->name, (long long)seed);
    else
        snprintf(label, PAGE_LABEL_SIZE, "%s", kind->name);
}

static size_t at_most_columns(size_t count)
{
    return count < PAGE_COLUMNS_MAX ? count : PAGE_COLUMNS_MAX;
}

void page_begin(struct page *page, const struct evaluation_page *source, struct buffer *out)
{
    *page = (struct page){.source = source, .out = out};
    if (source->sequences)
        page->run_count = at_most_columns(source->sequences->run_count);
    page->picture_count = at_most_columns(source->picture_run_count);
    for (size_t i = 0; i < page->run_count; i++) {
        const struct sequence_run *run = page_run(page, i);
        name_column(page->run_labels[i], run->kind, run->seed,
                    is_of_several_seeds(source, run->kind, true));
    }
    for (size_t i = 0; i < page->picture_count; i++) {
        const struct pictures_run *run = &source->pictures[i];
        name_column(page->picture_labels[i], run->kind, run->seed,
                    is_of_several_seeds(source, run->kind, false));
    }
}

/* ---- head and foot */

/* The last part of the folder's name: where it lies is nobody's business. */
static const char *name_of(const char *dataset)
{
    const char *name = dataset, *slash;
    while ((slash = strchr(name, '/')) && slash[1])
        name = slash + 1;
    return name;
}

static void put_head(struct page *page)
{
    const char *name = name_of(page->source->dataset);
    page_put(page, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                   "img-src data:; style-src 'unsafe-inline'\">\n<title>leakwatch, evaluation of ");
    page_put_text(page, name);
    page_put(page, "</title>\n<style>\n");
    html_append_style(page->out);
    page_append_style(page->out);
    page_put(page,
             "</style>\n</head>\n<body>\n<main>\n<header>\n<p>leakwatch evaluation</p>\n<h1>");
    page_put_text(page, name);
    page_put(page, "</h1>\n<p>");
    if (page->run_count > 0) {
        append_count(&page->part, page_run(page, 0)->count);
        buffer_append_text(&page->part, " sequences, ");
        append_count(&page->part, page_run(page, 0)->summary.frame_count);
        buffer_append_text(&page->part, " frames. ");
    }
    if (page->picture_count > 0) {
        append_count(&page->part, page_pictures(page, 0)->entry_count);
        buffer_append_text(&page->part, " single pictures. ");
    }
    page_put_part(page);
    page_put(page, "</p>\n</header>\n");
}

static void put_remarks(struct page *page)
{
    const struct evaluation_page *source = page->source;
    size_t runs = source->sequences ? source->sequences->run_count : 0;
    size_t more = runs - page->run_count + source->picture_run_count - page->picture_count;
    page_put_more(page, more, "detectors are in the JSON; their columns would not fit");
    for (size_t i = 0; i < page->picture_count && i < 1; i++) {
        const struct pictures_result *result = page_pictures(page, i);
        if (result->left_out_count + result->without_mask_count == 0)
            continue;
        buffer_append_text(&page->part, "Files and pictures left out: ");
        append_count(&page->part, result->left_out_count);
        buffer_append_text(&page->part, ". Abnormal pictures that have no usable mask and count "
                                        "as pictures only: ");
        append_count(&page->part, result->without_mask_count);
        buffer_append_text(&page->part, ".");
        page_put(page, "<p class=\"soft\">");
        page_put_part(page);
        page_put(page, "</p>\n");
    }
}

static void put_foot(struct page *page)
{
    char made[CLOCK_TEXT_SIZE];
    clock_format_iso8601(page->source->made_utc_ms, true, made);
    buffer_append_format(page->out,
                         "<footer><p>Made %.10s %.5s UTC by leakwatch evaluate. Its pictures may "
                         "show people. leakwatch assists; it replaces no safety device.</p>"
                         "</footer>\n</main>\n</body>\n</html>\n",
                         made, made + 11);
}

static bool put_all(struct page *page, struct error *err)
{
    put_head(page);
    page_put_headline(page);
    put_remarks(page);
    page_put_figures(page);
    page_put_tables(page);
    page_put_faults(page);
    if (page->run_count + page->picture_count > 0)
        page_put(page, "<h2>Curves</h2>\n");
    if (!page_put_plots(page, true, err) || !page_put_plots(page, false, err))
        return false;
    if (page->run_count + page->picture_count > 0 && !page_put_cards(page, err))
        return false;
    page_put_definitions(page);
    put_foot(page);
    page->out->failed = page->out->failed || page->part.failed;
    return buffer_check(page->out, err);
}

bool evaluation_page_html(const struct evaluation_page *source, struct buffer *out,
                          struct error *err)
{
    struct page page;
    struct buffer whole = {0};
    page_begin(&page, source, &whole);
    bool good = put_all(&page, err);
    buffer_finish(&page.part);
    if (good) {
        buffer_append(out, whole.data, whole.size);
        good = buffer_check(out, err);
    }
    buffer_finish(&whole);
    return good;
}

bool evaluation_page_write(const struct evaluation_page *source, const char *path,
                           struct error *err)
{
    struct buffer html = {0};
    bool good = evaluation_page_html(source, &html, err) &&
                file_replace(path, html.data, html.size, true, err);
    buffer_finish(&html);
    return good;
}

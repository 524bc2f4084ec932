/* Tables by kind, by size, and of quiet sequences: a row for each, a column per detector.
 *
 * Detectors saw the same sequences, but a row is looked up by its name all the same: results that
 * lack one leave a dash.
 */
#include "evaluate/page_parts.h"

#include "report/day_text.h"

#include <math.h>
#include <string.h>

#define DAY_S 86400.0
#define CONFIDENCE 0.95

/* ---- leaks by kind and by size */

static void put_group_cell(struct page *page, const struct sequence_group *group,
                           struct buffer *small)
{
    if (!group || group->found.total == 0) {
        buffer_append_text(&page->part, "\xe2\x80\x93");
        page_put_cell(page, NULL);
        return;
    }
    append_share(&page->part, group->found.hits, group->found.total);
    append_percent_interval(small, group->found.interval);
    if (group->from_onset.count > 0) {
        buffer_append_text(small, "; median delay ");
        append_seconds(small, group->from_onset.median_s);
    }
    buffer_append_text(small, "; in the right place ");
    append_count(small, group->localised.hits);
    page_put_cell(page, small);
}

static const struct sequence_group *find_kind(const struct sequence_run *run, const char *name)
{
    for (size_t i = 0; i < run->summary.kind_count; i++)
        if (strcmp(run->summary.kinds[i].name, name) == 0)
            return &run->summary.kinds[i];
    return NULL;
}

static void add_name(const char **names, size_t *count, const char *name)
{
    for (size_t i = 0; i < *count; i++)
        if (strcmp(names[i], name) == 0)
            return;
    if (*count < PAGE_ROWS_MAX)
        names[(*count)++] = name;
}

/* Of `most` kinds that a column has, `shown` have a row. */
static void put_more_kinds(struct page *page, size_t most, size_t shown)
{
    page_put_more(page, most > shown ? most - shown : 0, "kinds are in the JSON");
}

static void put_kinds(struct page *page)
{
    const char *names[PAGE_ROWS_MAX];
    size_t count = 0, most = 0;
    struct buffer small = {0};
    for (size_t column = 0; column < page->run_count; column++) {
        const struct sequences_summary *summary = &page_run(page, column)->summary;
        for (size_t i = 0; i < summary->kind_count; i++)
            add_name(names, &count, summary->kinds[i].name);
        most = summary->kind_count > most ? summary->kind_count : most;
    }
    if (count == 0)
        return;
    page_begin_table(page, "Leaks found, by kind", "Kind", page->run_labels, page->run_count);
    for (size_t i = 0; i < count; i++) {
        page_begin_row(page, names[i]);
        for (size_t column = 0; column < page->run_count; column++)
            put_group_cell(page, find_kind(page_run(page, column), names[i]), &small);
        page_end_row(page);
    }
    page_end_table(page);
    put_more_kinds(page, most, count);
    buffer_finish(&small);
}

static void put_sizes(struct page *page)
{
    struct buffer small = {0};
    bool any = false;
    for (size_t column = 0; column < page->run_count; column++)
        any = any || page_run(page, column)->summary.all.found.total > 0;
    if (!any)
        return;
    page_begin_table(page, "Leaks found, by their largest size in % of the picture", "Size",
                     page->run_labels, page->run_count);
    for (size_t i = 0; i < SIZE_CLASSES; i++) {
        page_begin_row(page, page_run(page, 0)->summary.sizes[i].name);
        for (size_t column = 0; column < page->run_count; column++)
            put_group_cell(page, &page_run(page, column)->summary.sizes[i], &small);
        page_end_row(page);
    }
    page_end_table(page);
    buffer_finish(&small);
}

/* ---- quiet */

size_t page_quiet_names(const struct page *page, const char *ret_names[PAGE_ROWS_MAX + 1])
{
    size_t count = 0;
    bool has_leaks = false;
    for (size_t column = 0; column < page->run_count; column++) {
        const struct sequences_summary *summary = &page_run(page, column)->summary;
        for (size_t i = 0; i < summary->quiet_kind_count; i++)
            add_name(ret_names, &count, summary->quiet_kinds[i].name);
        has_leaks = has_leaks || summary->all.found.total > 0;
    }
    if (has_leaks)
        ret_names[count++] = NULL;
    return count;
}

struct quiet_time page_quiet_time(const struct sequence_run *run, const char *name)
{
    struct quiet_time quiet = {.name = name, .per_day = NAN, .day_interval = {NAN, NAN}};
    for (size_t i = 0; i < run->count; i++) {
        const struct sequence_result *result = &run->results[i];
        if (sequence_has_leak(result) ? name != NULL : !name || strcmp(result->kind, name) != 0)
            continue;
        quiet.sequence_count++;
        quiet.disturbed_count += result->false_alarm_count > 0;
        quiet.false_alarm_count += result->false_alarm_count;
        quiet.quiet_s += (double)result->quiet_frames * result->interval_s;
    }
    if (quiet.quiet_s > 0) {
        const double days = quiet.quiet_s / DAY_S;
        struct interval count = poisson_interval(quiet.false_alarm_count, CONFIDENCE);
        quiet.per_day = (double)quiet.false_alarm_count / days;
        quiet.day_interval = (struct interval){count.low / days, count.high / days};
    }
    return quiet;
}

static void put_quiet_cell(struct page *page, const struct quiet_time *quiet, struct buffer *small)
{
    if (quiet->sequence_count == 0) {
        buffer_append_text(&page->part, "\xe2\x80\x93");
        page_put_cell(page, NULL);
        return;
    }
    append_count(&page->part, quiet->false_alarm_count);
    buffer_append_text(small, "in ");
    append_count(small, quiet->disturbed_count);
    buffer_append_text(small, " of ");
    append_count(small, quiet->sequence_count);
    buffer_append_text(small, quiet->sequence_count == 1 ? " sequence, " : " sequences, ");
    day_append_duration(small, (int64_t)fmin(quiet->quiet_s * 1000, 1e15));
    if (isfinite(quiet->per_day)) {
        buffer_append_text(small, "; per day ");
        append_number(small, quiet->per_day);
        buffer_append_text(small, " (");
        append_number(small, quiet->day_interval.low);
        buffer_append_text(small, " to ");
        append_number(small, quiet->day_interval.high);
        buffer_append_text(small, ")");
    }
    page_put_cell(page, small);
}

static void put_quiet(struct page *page)
{
    const char *names[PAGE_ROWS_MAX + 1];
    size_t count = page_quiet_names(page, names), most = 0;
    struct buffer small = {0};
    if (count == 0)
        return;
    for (size_t column = 0; column < page->run_count; column++) {
        size_t kinds = page_run(page, column)->summary.quiet_kind_count;
        most = kinds > most ? kinds : most;
    }
    page_begin_table(page, "False alarms, by kind of quiet sequence", "Kind", page->run_labels,
                     page->run_count);
    for (size_t i = 0; i < count; i++) {
        page_begin_row(page, names[i] ? names[i] : "sequences with a leak, outside of it");
        for (size_t column = 0; column < page->run_count; column++) {
            struct quiet_time quiet = page_quiet_time(page_run(page, column), names[i]);
            put_quiet_cell(page, &quiet, &small);
        }
        page_end_row(page);
    }
    page_end_table(page);
    put_more_kinds(page, most, names[count - 1] ? count : count - 1);
    buffer_finish(&small);
}

/* ---- single pictures */

static const struct pictures_kind *find_picture_kind(const struct pictures_result *result,
                                                     const char *name)
{
    for (size_t i = 0; i < result->kind_count; i++)
        if (strcmp(result->kinds[i].name, name) == 0)
            return &result->kinds[i];
    return NULL;
}

static void append_named(struct buffer *out, const char *name, double value)
{
    if (!isfinite(value))
        return;
    buffer_append_format(out, "%s%s ", out->size > 0 ? "; " : "", name);
    append_probability(out, value);
}

static void put_picture_cell(struct page *page, const struct pictures_kind *kind,
                             struct buffer *small)
{
    if (!kind) {
        buffer_append_text(&page->part, "\xe2\x80\x93");
        page_put_cell(page, NULL);
        return;
    }
    append_share(&page->part, kind->flagged.count, kind->flagged.total);
    append_named(small, "AUROC", kind->measures.auroc);
    append_named(small, "AUPRO up to 0.05", kind->measures.aupro_05);
    append_named(small, "AUPIMO", kind->measures.aupimo_mean);
    page_put_cell(page, small);
}

static void put_picture_kinds(struct page *page)
{
    const char *names[PAGE_ROWS_MAX];
    size_t count = 0, most = 0;
    struct buffer small = {0};
    for (size_t column = 0; column < page->picture_count; column++) {
        const struct pictures_result *result = page_pictures(page, column);
        for (size_t i = 0; i < result->kind_count; i++)
            add_name(names, &count, result->kinds[i].name);
        most = result->kind_count > most ? result->kind_count : most;
    }
    if (count == 0)
        return;
    page_begin_table(page, "Pictures flagged, by kind (\xe2\x80\x9cgood\xe2\x80\x9d: false alarms)",
                     "Kind", page->picture_labels, page->picture_count);
    for (size_t i = 0; i < count; i++) {
        page_begin_row(page, names[i]);
        for (size_t column = 0; column < page->picture_count; column++)
            put_picture_cell(page, find_picture_kind(page_pictures(page, column), names[i]),
                             &small);
        page_end_row(page);
    }
    page_end_table(page);
    put_more_kinds(page, most, count);
    buffer_finish(&small);
}

void page_put_tables(struct page *page)
{
    if (page->run_count > 0) {
        put_kinds(page);
        put_sizes(page);
        put_quiet(page);
    }
    if (page->picture_count > 0)
        put_picture_kinds(page);
}

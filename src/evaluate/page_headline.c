/* What the page says first: one sentence per detector that needs no other knowledge.
 *
 * It says as much of what is not known as of what is: a set without quiet time knows nothing of
 * false alarms, and none in an hour is not none.
 */
#include "evaluate/page_parts.h"

#include "report/day_text.h"

#include <math.h>

static void append_quiet_time(struct buffer *out, double seconds)
{
    day_append_duration(out, (int64_t)fmin(fmax(seconds * 1000, 0), 1e15));
}

static void say_found(struct buffer *out, const struct sequences_summary *summary)
{
    const struct sequence_share *found = &summary->all.found;
    if (found->total == 0) {
        buffer_append_text(out, " was shown no leak");
        return;
    }
    buffer_append_text(out, " found ");
    append_share_of(out, found->hits, found->total, found->total == 1 ? "leak" : "leaks");
    if (summary->all.from_onset.count > 0) {
        buffer_append_text(out, ", half of those within ");
        append_seconds(out, summary->all.from_onset.median_s);
        buffer_append_text(out, " of their beginning");
    }
}

static void say_false_alarms(struct buffer *out, const struct false_alarm_rate *rate)
{
    if (!(rate->quiet_s > 0) || !isfinite(rate->per_day)) {
        buffer_append_text(out, ". It was shown nothing quiet, so nothing is known of false "
                                "alarms.");
        return;
    }
    buffer_append_text(out, ". In ");
    append_quiet_time(out, rate->quiet_s);
    buffer_append_text(out, " without a leak it raised ");
    if (rate->count == 0)
        buffer_append_text(out, "no");
    else
        append_count(out, rate->count);
    buffer_append_text(out, rate->count == 1 ? " false alarm: " : " false alarms: ");
    if (rate->count > 0) {
        append_number(out, rate->per_day);
        buffer_append_text(out, " per day of one camera, likely between ");
        append_number(out, rate->day_interval.low);
        buffer_append_text(out, " and ");
        append_number(out, rate->day_interval.high);
    } else {
        buffer_append_text(out, "likely fewer than ");
        append_number(out, rate->day_interval.high);
        buffer_append_text(out, " per day of one camera");
    }
    buffer_append_text(out, ".");
}

static void put_verdict(struct page *page, bool good, const char *label)
{
    page_put(page, good ? "<p class=\"verdict quiet\"><b>" : "<p class=\"verdict doubtful\"><b>");
    page_put_text(page, label);
    page_put(page, "</b>");
}

static void put_run_verdict(struct page *page, size_t column)
{
    const struct sequences_summary *summary = &page_run(page, column)->summary;
    const struct sequence_share *found = &summary->all.found;
    bool good = found->total > 0 && found->hits == found->total &&
                summary->false_alarms.count == 0 && summary->false_alarms.quiet_s > 0;
    put_verdict(page, good, page->run_labels[column]);
    say_found(&page->part, summary);
    say_false_alarms(&page->part, &summary->false_alarms);
    page_put_part(page);
    page_put(page, "</p>\n");
}

static void put_pictures_verdict(struct page *page, size_t column)
{
    const struct pictures_measures *all = &page_pictures(page, column)->all;
    struct buffer *out = &page->part;
    bool good = all->found.total > 0 && all->found.count == all->found.total &&
                all->false_alarms.total > 0 && all->false_alarms.count == 0;
    put_verdict(page, good, page->picture_labels[column]);
    buffer_append_text(out, " flags ");
    append_share_of(out, all->found.count, all->found.total,
                    all->found.total == 1 ? "abnormal picture" : "abnormal pictures");
    buffer_append_text(out, " and ");
    append_share_of(out, all->false_alarms.count, all->false_alarms.total,
                    all->false_alarms.total == 1 ? "normal one" : "normal ones");
    if (isfinite(all->auroc)) {
        buffer_append_text(out, "; an abnormal picture scores above a normal one with a "
                                "probability of ");
        append_probability(out, all->auroc);
    }
    buffer_append_text(out, ".");
    page_put_part(page);
    page_put(page, "</p>\n");
}

void page_put_headline(struct page *page)
{
    for (size_t i = 0; i < page->run_count; i++)
        put_run_verdict(page, i);
    for (size_t i = 0; i < page->picture_count; i++)
        put_pictures_verdict(page, i);
    if (page->run_count + page->picture_count == 0)
        page_put(page, "<p class=\"verdict doubtful\">Nothing was evaluated.</p>\n");
}

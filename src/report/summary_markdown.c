/* A day's summary as Markdown: to read as it is, to paste into a laboratory journal.
 *
 * What comes from records is escaped, so that no text of a camera or a server becomes a heading, a
 * link or a column.
 */
#include "report/day_text.h"
#include "report/summary.h"

#include <string.h>

struct page {
    const struct summary *summary;
    const struct day_summary *day;
    const struct day_track *track;
    struct buffer *out;
};

static void put(struct page *page, const char *markdown)
{
    buffer_append_text(page->out, markdown);
}

static void put_text(struct page *page, const char *text)
{
    for (; *text; text++) {
        if (strchr("\\`*_{}[]<>#!|~&", *text))
            put(page, "\\");
        buffer_append(page->out, text, 1);
    }
}

static void put_name(struct page *page, const char *name)
{
    struct buffer text = {0};
    day_append_name(&text, name);
    put_text(page, buffer_text(&text));
    page->out->failed = page->out->failed || text.failed;
    buffer_finish(&text);
}

static void put_head(struct page *page)
{
    put(page, "# ");
    day_append_long_date(page->out, page->day);
    put(page, "\n\nleakwatch daily summary of ");
    put_text(page, page->summary->project);
    if (page->day->so_far) {
        put(page, ", so far, until ");
        day_append_time(page->out, page->day, page->day->end_utc_ms);
    }
    put(page, page->track->replay ? ", from recordings\n\n**" : "\n\n**");
    day_append_headline(page->out, page->day);
    put(page, "**\n\n");
    struct buffer remarks = {0};
    day_append_remarks(&remarks, page->day);
    for (char *line = remarks.size ? remarks.data : NULL, *feed;
         line && (feed = strchr(line, '\n')); line = feed + 1) {
        *feed = '\0';
        buffer_append_format(page->out, "- %s\n", line);
    }
    page->out->failed = page->out->failed || remarks.failed;
    buffer_finish(&remarks);
}

/* Only where there are some: the reference detector knows neither. */
static void put_frames_apart(struct page *page, const struct day_frames *frames)
{
    if (frames->busy > 0) {
        put(page, " |\n| too much moved to judge | ");
        day_append_count(page->out, frames->busy);
    }
    if (frames->blind > 0) {
        put(page, " |\n| of faulty pictures | ");
        day_append_count(page->out, frames->blind);
    }
}

static void put_numbers(struct page *page)
{
    const struct day_track *track = page->track;
    put(page, "\n| | |\n|---|---|\n| monitored | ");
    day_append_duration(page->out, track->watch.monitored_ms);
    put(page, " |\n| armed | ");
    day_append_duration(page->out, track->watch.armed_ms);
    put(page, " |\n| frames scored | ");
    day_append_count(page->out, track->frames.scored);
    put(page, " |\n| of them anomalous | ");
    day_append_count(page->out, track->frames.anomalous);
    put_frames_apart(page, &track->frames);
    put(page, " |\n| lowest and highest score | ");
    day_append_number(page->out, track->frames.low);
    put(page, " and ");
    day_append_number(page->out, track->frames.high);
    put(page, " |\n| threshold | ");
    day_append_number(page->out, track->frames.threshold);
    put(page, " |\n| alarms | ");
    day_append_count(page->out, track->alarms);
    put(page, " |\n| faults | ");
    day_append_count(page->out, track->faults);
    put(page, " |\n");
}

static void put_more(struct page *page, int64_t more, const char *what)
{
    if (more <= 0)
        return;
    put(page, "\n");
    day_append_count(page->out, more);
    buffer_append_format(page->out, " more %s.\n", what);
}

static void put_finding(struct page *page, const struct day_alarm *alarm)
{
    struct buffer text = {0};
    day_append_finding(&text, alarm);
    if (text.size > 0)
        buffer_append_format(page->out, "; %s", buffer_text(&text));
    page->out->failed = page->out->failed || text.failed;
    buffer_finish(&text);
}

static void put_alarm(struct page *page, size_t shown)
{
    const struct day_alarm *alarm = &page->track->alarm_list[page->summary->shown[shown]];
    put(page, "| ");
    day_append_time(page->out, page->day, alarm->opened_utc_ms);
    put(page, alarm->began_before ? " (began before this day) | " : " | ");
    day_append_duration(page->out, (int64_t)(alarm->duration_s * 1000));
    put(page, " | ");
    day_append_certainty(page->out, alarm);
    put_finding(page, alarm);
    put(page, " | ");
    day_append_place(page->out, alarm);
    put(page, " | ");
    day_append_state(page->out, page->day, alarm);
    put(page, alarm->acknowledged ? "; acknowledged | " : " | ");
    enum summary_picture_state state = page->summary->pictures[shown].state;
    put_text(page, alarm->picture);
    if (state != SUMMARY_PICTURE_SHOWN && state != SUMMARY_PICTURE_BEYOND)
        buffer_append_format(page->out, "%s%s", alarm->picture[0] ? " — " : "",
                             summary_picture_text(state));
    put(page, " |\n");
}

static void put_alarms(struct page *page)
{
    if (page->summary->shown_count == 0)
        return;
    put(page, "\n## Alarms\n\n| began | duration | how sure | where | state | picture |\n"
              "|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < page->summary->shown_count; i++)
        put_alarm(page, i);
    put_more(page, page->track->alarms - (int64_t)page->summary->shown_count,
             "alarms are in the JSON file");
}

static void put_changes(struct page *page)
{
    const struct day_track *track = page->track;
    if (track->change_count > 0)
        put(page,
            "\n## Changes of the scene\n\nSomething became different and stayed; it came while "
            "somebody was in the picture, or with a change of light. If it is no leak, there "
            "is nothing to do.\n\n| time | where | picture |\n|---|---|---|\n");
    for (size_t i = 0; i < track->change_count; i++) {
        const struct day_alarm *change = &track->change_list[i];
        put(page, "| ");
        day_append_time(page->out, page->day, change->opened_utc_ms);
        put(page, " | ");
        day_append_place(page->out, change);
        put(page, " | ");
        put_text(page, change->picture);
        put(page, " |\n");
    }
    put_more(page, track->changes - (int64_t)track->change_count, "changes");
}

static void put_gaps(struct page *page)
{
    const struct day_watch *watch = &page->track->watch;
    if (watch->gap_count == 0)
        return;
    put(page, "\n## Not watched\n\n| from | to | duration | why |\n|---|---|---|---|\n");
    for (size_t i = 0; i < watch->gap_count; i++) {
        const struct day_gap *gap = &watch->gaps[i];
        put(page, "| ");
        day_append_time(page->out, page->day, gap->from_utc_ms);
        put(page, " | ");
        day_append_time(page->out, page->day, gap->to_utc_ms);
        put(page, " | ");
        day_append_duration(page->out, gap->to_utc_ms - gap->from_utc_ms);
        buffer_append_format(page->out, " | %s |\n", day_gap_text(gap->cause, page->track->replay));
    }
    put_more(page, (int64_t)watch->gaps_beyond, "gaps");
}

static void put_faults(struct page *page)
{
    const struct day_track *track = page->track;
    if (track->fault_count > 0)
        put(page,
            "\n## Faults\n\n| fault | from | to | duration | what |\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < track->fault_count; i++) {
        const struct day_fault *fault = &track->fault_list[i];
        put(page, "| ");
        put_name(page, fault->name);
        put(page, fault->channel[0] ? " " : "");
        put_text(page, fault->channel);
        put(page, " | ");
        day_append_time(page->out, page->day, fault->from_utc_ms);
        put(page, " | ");
        day_append_fault_end(page->out, page->day, fault);
        put(page, " | ");
        day_append_duration(page->out, fault->to_utc_ms - fault->from_utc_ms);
        put(page, " | ");
        put_text(page, fault->text);
        put(page, " |\n");
    }
    put_more(page, track->faults - (int64_t)track->fault_count, "faults");
}

static void put_notices(struct page *page)
{
    const struct day_track *track = page->track;
    if (track->notice_count > 0)
        put(page, "\n## Warnings and errors\n\n| time | kind | what |\n|---|---|---|\n");
    for (size_t i = 0; i < track->notice_count; i++) {
        const struct day_notice *notice = &track->notice_list[i];
        put(page, "| ");
        day_append_time(page->out, page->day, notice->utc_ms);
        put(page, " | ");
        put_name(page, notice->type);
        put(page, " | ");
        put_text(page, notice->text);
        put(page, " |\n");
    }
    put_more(page, track->notices - (int64_t)track->notice_count, "warnings and errors");
}

static void put_delivery(struct page *page)
{
    const struct day_delivery *delivery = &page->day->delivery;
    if (delivery->channel_count > 0)
        put(page, "\n## Messages\n\n| channel | delivered | to retry | refused | last failure |\n"
                  "|---|---|---|---|---|\n");
    for (size_t i = 0; i < delivery->channel_count; i++) {
        const struct day_channel *channel = &delivery->channels[i];
        int64_t to_retry = channel->retried + channel->interrupted;
        put(page, "| ");
        put_text(page, channel->name);
        buffer_append_format(page->out, " | %lld | %lld | %lld | ", (long long)channel->delivered,
                             (long long)to_retry, (long long)channel->refused);
        put_text(page, channel->last_failure[0] ? channel->last_failure : "none");
        put(page, " |\n");
    }
    if (delivery->waiting > 0) {
        put(page, "\nStill waiting to be delivered: ");
        day_append_count(page->out, delivery->waiting);
        put(page, "\n");
    }
}

static void put_records(struct page *page)
{
    const struct day_summary *day = page->day;
    if (day->records == 0)
        return;
    put(page, "\n## Records\n\n| kind | number |\n|---|---|\n");
    for (size_t i = 0; i < EVENT_TYPE_COUNT; i++) {
        if (day->types[i] == 0)
            continue;
        put(page, "| ");
        put_text(page, event_type_name((enum event_type)i));
        put(page, " | ");
        day_append_count(page->out, day->types[i]);
        put(page, " |\n");
    }
    if (day->other_types > 0) {
        put(page, "| of other kinds | ");
        day_append_count(page->out, day->other_types);
        put(page, " |\n");
    }
}

bool summary_markdown(const struct summary *summary, struct buffer *out, struct error *err)
{
    struct page page = {
        .summary = summary, .day = summary->day, .track = summary->day->told, .out = out};
    put_head(&page);
    put_numbers(&page);
    put_alarms(&page);
    put_changes(&page);
    put_gaps(&page);
    put_faults(&page);
    put_notices(&page);
    put_delivery(&page);
    put_records(&page);
    return buffer_check(out, err);
}

/* A day's summary as one page that needs nothing else: style, plot and pictures are inside it.
 *
 * Everything that comes from a record goes through markup_escape; a Content-Security-Policy forbids
 * scripts and whatever lies elsewhere all the same, so that a page that was sent around can do
 * nothing. `part` collects the words of one place before they are escaped.
 */
#include "report/day_text.h"
#include "report/markup.h"
#include "report/summary.h"
#include "report/summary_parts.h"

#include <string.h>

struct page {
    const struct summary *summary;
    const struct day_summary *day;
    const struct day_track *track;
    struct buffer *out;
    struct buffer part;
};

static void put(struct page *page, const char *html)
{
    buffer_append_text(page->out, html);
}

static void put_part(struct page *page)
{
    html_append_part(page->out, &page->part);
}

static void put_time(struct page *page, int64_t utc_ms)
{
    day_append_time(&page->part, page->day, utc_ms);
    put_part(page);
}

static void put_duration(struct page *page, int64_t duration_ms)
{
    day_append_duration(&page->part, duration_ms);
    put_part(page);
}

static void put_count(struct page *page, int64_t count)
{
    day_append_count(&page->part, count);
    put_part(page);
}

static void open_cell(struct page *page, const char *class, const char *label)
{
    buffer_append_format(page->out, "<td%s%s%s data-label=\"%s\">", class[0] ? " class=\"" : "",
                         class, class[0] ? "\"" : "", label);
}

static void put_cell(struct page *page, const char *label, const char *text)
{
    open_cell(page, "", label);
    markup_escape(text, page->out);
    put(page, "</td>");
}

/* Sentences of others, which may hold a word of any length. */
static void put_text_cell(struct page *page, const char *label, const char *text)
{
    open_cell(page, "w", label);
    markup_escape(text, page->out);
    put(page, "</td>");
}

/* "camera_down", as people write it. */
static void put_name(struct page *page, const char *name)
{
    day_append_name(&page->part, name);
    put_part(page);
}

static void put_count_cell(struct page *page, const char *label, int64_t count)
{
    open_cell(page, "n", label);
    put_count(page, count);
    put(page, "</td>");
}

static void put_time_cell(struct page *page, const char *label, int64_t utc_ms)
{
    open_cell(page, "t", label);
    put_time(page, utc_ms);
    put(page, "</td>");
}

static void put_duration_cell(struct page *page, int64_t duration_ms)
{
    open_cell(page, "n", "Duration");
    put_duration(page, duration_ms);
    put(page, "</td>");
}

static void begin_table(struct page *page, const char *title, const char *head, const char *class)
{
    buffer_append_format(
        page->out,
        "<h2>%s</h2>\n<div class=\"table %s\"><table>\n<thead><tr>%s</tr></thead>\n"
        "<tbody>\n",
        title, class, head);
}

static void end_table(struct page *page)
{
    put(page, "</tbody></table></div>\n");
}

static void put_more(struct page *page, int64_t more, const char *what)
{
    if (more <= 0)
        return;
    put(page, "<p class=\"soft\">");
    put_count(page, more);
    buffer_append_format(page->out, " more %s.</p>\n", what);
}

/* ---- head */

static void put_head(struct page *page)
{
    put(page, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
              "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
              "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
              "img-src data:; style-src 'unsafe-inline'\">\n<title>leakwatch, ");
    markup_escape(page->summary->project, page->out);
    put(page, ", ");
    day_append_long_date(&page->part, page->day);
    put_part(page);
    put(page, "</title>\n<style>\n");
    html_append_style(page->out);
    put(page, "</style>\n</head>\n<body>\n<main>\n<header>\n<p>leakwatch daily summary · ");
    markup_escape(page->summary->project, page->out);
    put(page, "</p>\n<h1>");
    day_append_long_date(&page->part, page->day);
    put_part(page);
    put(page, "</h1>\n<p>");
    if (page->day->so_far) {
        put(page, "So far, until ");
        put_time(page, page->day->end_utc_ms);
    } else {
        put(page, "The whole day, local time");
    }
    put(page, page->track->replay ? " · from recordings</p>\n</header>\n" : "</p>\n</header>\n");
}

static void put_verdict(struct page *page)
{
    static const char *const classes[] = {
        [DAY_QUIET] = "quiet", [DAY_DOUBTFUL] = "doubtful", [DAY_ALARMING] = "alarming"};
    enum day_verdict verdict = day_append_headline(&page->part, page->day);
    buffer_append_format(page->out, "<p class=\"verdict %s\">", classes[verdict]);
    put_part(page);
    put(page, "</p>\n");
    day_append_remarks(&page->part, page->day);
    if (page->part.size == 0)
        return;
    put(page, "<ul class=\"remarks\">\n");
    char *line = page->part.data, *feed;
    for (; (feed = strchr(line, '\n')); line = feed + 1) {
        *feed = '\0';
        put(page, "<li>");
        markup_escape(line, page->out);
        put(page, "</li>\n");
    }
    put(page, "</ul>\n");
    buffer_clear(&page->part);
}

/* Only where there are some: the reference detector knows neither. */
static void put_frames_apart(struct page *page, const struct day_frames *frames)
{
    if (frames->busy > 0) {
        put(page, ", ");
        put_count(page, frames->busy);
        put(page, " too busy to judge");
    }
    if (frames->blind > 0) {
        put(page, ", ");
        put_count(page, frames->blind);
        put(page, " of faulty pictures");
    }
}

static void put_tiles(struct page *page)
{
    const struct day_track *track = page->track;
    put(page, "<div class=\"tiles\">\n<div class=\"tile\"><b>");
    put_count(page, track->alarms);
    put(page, "</b><span>alarms</span></div>\n<div class=\"tile\"><b>");
    put_duration(page, track->watch.monitored_ms);
    put(page, "</b><span>monitored, of ");
    put_duration(page, track->watch.armed_ms);
    put(page, " armed</span></div>\n<div class=\"tile\"><b>");
    put_count(page, track->frames.scored);
    put(page, "</b><span>frames scored, ");
    put_count(page, track->frames.anomalous);
    put(page, " anomalous");
    put_frames_apart(page, &track->frames);
    put(page, "</span></div>\n<div class=\"tile\"><b>");
    put_count(page, track->faults);
    put(page, "</b><span>faults</span></div>\n</div>\n");
}

static void put_plot(struct page *page, const struct buffer *plot_svg)
{
    /* Inside a page an <?xml?> line is not allowed. */
    const char *svg = strstr(buffer_text(plot_svg), "<svg");
    if (!svg)
        return;
    put(page, "<div class=\"plot\">\n");
    put(page, svg);
    put(page, "</div>\n");
}

/* ---- alarms */

static void put_marks(struct page *page, const struct day_alarm *alarm)
{
    if (alarm->state == DAY_ALARM_OPEN)
        put(page, " <span class=\"mark alarming\">open</span>");
    if (alarm->acknowledged)
        put(page, " <span class=\"mark quiet\">acknowledged</span>");
    else if (!page->track->replay)
        put(page, " <span class=\"mark doubtful\">not acknowledged</span>");
}

static void put_picture(struct page *page, const struct summary_picture *picture)
{
    if (picture->state != SUMMARY_PICTURE_SHOWN) {
        buffer_append_format(page->out, "<div class=\"none\">%s</div>\n",
                             summary_picture_text(picture->state));
        return;
    }
    buffer_append_format(page->out,
                         "<img alt=\"the camera's picture, the places marked\" width=\"%d\" "
                         "height=\"%d\" src=\"data:image/jpeg;base64,",
                         picture->width, picture->height);
    base64_append(page->out, picture->jpeg.data, picture->jpeg.size);
    put(page, "\">\n");
}

/* Nothing for nothing. */
static void put_part_as_paragraph(struct page *page)
{
    if (page->part.size == 0)
        return;
    put(page, "<p>");
    put_part(page);
    put(page, "</p>\n");
}

static void put_card(struct page *page, size_t shown)
{
    const struct day_alarm *alarm = &page->track->alarm_list[page->summary->shown[shown]];
    put(page, "<article class=\"alarm\">\n<h3>");
    put_time(page, alarm->opened_utc_ms);
    if (alarm->began_before)
        put(page, " (began before this day)");
    put_marks(page, alarm);
    put(page, "</h3>\n");
    put_picture(page, &page->summary->pictures[shown]);
    put(page, "<p>");
    put_duration(page, (int64_t)(alarm->duration_s * 1000));
    put(page, ", ");
    day_append_state(&page->part, page->day, alarm);
    put_part(page);
    put(page, "</p>\n<p>");
    day_append_certainty(&page->part, alarm);
    put_part(page);
    put(page, "</p>\n");
    day_append_finding(&page->part, alarm);
    put_part_as_paragraph(page);
    day_append_place(&page->part, alarm);
    put_part_as_paragraph(page);
    if (alarm->acknowledged) {
        put(page, "<p>acknowledged ");
        put_time(page, alarm->acknowledged_utc_ms);
        put(page, "</p>\n");
    }
    put(page, "<p class=\"soft\">");
    markup_escape(alarm->event_id, page->out);
    if (alarm->picture[0]) {
        put(page, " · ");
        put_count(page, alarm->picture_count);
        put(page, alarm->picture_count == 1 ? " picture: " : " pictures, as ");
        markup_escape(alarm->picture, page->out);
    }
    put(page, "</p>\n</article>\n");
}

static void put_alarm_row(struct page *page, const struct day_alarm *alarm)
{
    put(page, "<tr>");
    put_time_cell(page, "Began", alarm->opened_utc_ms);
    put_duration_cell(page, (int64_t)(alarm->duration_s * 1000));
    open_cell(page, "", "How sure");
    day_append_certainty(&page->part, alarm);
    put_part(page);
    put(page, "</td>");
    open_cell(page, "", "Where");
    day_append_place(&page->part, alarm);
    put_part(page);
    put(page, "</td>");
    open_cell(page, "", "State");
    day_append_state(&page->part, page->day, alarm);
    put_part(page);
    put(page, alarm->acknowledged ? "; acknowledged</td></tr>\n" : "</td></tr>\n");
}

static void put_alarms(struct page *page)
{
    const struct summary *summary = page->summary;
    if (summary->shown_count == 0)
        return;
    bool all_have_pictures = summary->shown_count <= SUMMARY_PICTURES_MAX;
    put(page, all_have_pictures ? "<h2>Alarms</h2>\n<div class=\"alarms\">\n"
                                : "<h2>The most important alarms</h2>\n<div class=\"alarms\">\n");
    for (size_t i = 0; i < summary->shown_count; i++) {
        if (summary->pictures[i].state != SUMMARY_PICTURE_BEYOND)
            put_card(page, i);
    }
    put(page, "</div>\n");
    if (all_have_pictures)
        return;
    begin_table(page, "Alarms",
                "<th>Began</th><th class=\"n\">Duration</th><th>How sure</th><th>Where</th>"
                "<th>State</th>",
                "long");
    for (size_t i = 0; i < summary->shown_count; i++)
        put_alarm_row(page, &page->track->alarm_list[summary->shown[i]]);
    end_table(page);
    put_more(page, page->track->alarms - (int64_t)summary->shown_count,
             "alarms are in the JSON file beside this page; shown are the open ones, those that "
             "nobody acknowledged, and the strongest");
}

/* ---- tables */

static void put_changes(struct page *page)
{
    const struct day_track *track = page->track;
    if (track->change_count == 0)
        return;
    begin_table(page, "Changes of the scene", "<th>Time</th><th>Where</th><th>Picture</th>",
                "long");
    for (size_t i = 0; i < track->change_count; i++) {
        const struct day_alarm *change = &track->change_list[i];
        put(page, "<tr>");
        put_time_cell(page, "Time", change->opened_utc_ms);
        open_cell(page, "", "Where");
        day_append_place(&page->part, change);
        put_part(page);
        put(page, "</td>");
        put_text_cell(page, "Picture", change->picture);
        put(page, "</tr>\n");
    }
    end_table(page);
    put_more(page, track->changes - (int64_t)track->change_count, "changes are in the log");
    put(page,
        "<p class=\"soft\">Something became different and stayed; it came while somebody was in "
        "the picture, or with a change of light. If it is no leak, there is nothing to do.</p>\n");
}

static void put_gaps(struct page *page)
{
    const struct day_watch *watch = &page->track->watch;
    if (watch->gap_count == 0) {
        put(page, "<h2>Not watched</h2>\n<p>No gaps: frames were scored all the time.</p>\n");
        return;
    }
    begin_table(page, "Not watched",
                "<th>From</th><th>To</th><th class=\"n\">Duration</th><th>Why</th>", "long");
    for (size_t i = 0; i < watch->gap_count; i++) {
        const struct day_gap *gap = &watch->gaps[i];
        put(page, "<tr>");
        put_time_cell(page, "From", gap->from_utc_ms);
        put_time_cell(page, "To", gap->to_utc_ms);
        put_duration_cell(page, gap->to_utc_ms - gap->from_utc_ms);
        put_cell(page, "Why", day_gap_text(gap->cause, page->track->replay));
        put(page, "</tr>\n");
    }
    end_table(page);
    put_more(page, (int64_t)watch->gaps_beyond, "gaps, which are not listed");
}

static void put_fault_row(struct page *page, const struct day_fault *fault)
{
    put(page, "<tr>");
    open_cell(page, "", "Fault");
    put_name(page, fault->name);
    if (fault->channel[0]) {
        put(page, " (");
        markup_escape(fault->channel, page->out);
        put(page, ")");
    }
    put(page, "</td>");
    put_time_cell(page, "From", fault->from_utc_ms);
    open_cell(page, "", "To");
    day_append_fault_end(&page->part, page->day, fault);
    put_part(page);
    put(page, "</td>");
    put_duration_cell(page, fault->to_utc_ms - fault->from_utc_ms);
    put_text_cell(page, "What", fault->text);
    put(page, "</tr>\n");
}

/* Those of the camera first: they are why nothing was seen. */
static void put_faults(struct page *page)
{
    const struct day_track *track = page->track;
    static const char head[] = "<th>Fault</th><th>From</th><th>To</th><th class=\"n\">Duration</th>"
                               "<th>What</th>";
    for (int camera = 1; camera >= 0; camera--) {
        bool any = false;
        for (size_t i = 0; i < track->fault_count; i++) {
            const struct day_fault *fault = &track->fault_list[i];
            if (day_fault_is_camera(fault) != (camera == 1))
                continue;
            if (!any)
                begin_table(page, camera ? "Camera faults" : "Other faults", head, "long");
            any = true;
            put_fault_row(page, fault);
        }
        if (any)
            end_table(page);
    }
    put_more(page, track->faults - (int64_t)track->fault_count, "faults are in the log");
}

static void put_notices(struct page *page)
{
    const struct day_track *track = page->track;
    if (track->notice_count == 0)
        return;
    begin_table(page, "Warnings and errors", "<th>Time</th><th>Kind</th><th>What</th>", "long");
    for (size_t i = 0; i < track->notice_count; i++) {
        const struct day_notice *notice = &track->notice_list[i];
        put(page, "<tr>");
        put_time_cell(page, "Time", notice->utc_ms);
        open_cell(page, "", "Kind");
        put_name(page, notice->type);
        put(page, "</td>");
        put_text_cell(page, "What", notice->text);
        put(page, "</tr>\n");
    }
    end_table(page);
    put_more(page, track->notices - (int64_t)track->notice_count,
             "warnings and errors are in the log");
}

static void put_delivery(struct page *page)
{
    const struct day_delivery *delivery = &page->day->delivery;
    if (delivery->channel_count > 0) {
        begin_table(page, "Messages",
                    "<th>Channel</th><th class=\"n\">Delivered</th><th class=\"n\">To retry</th>"
                    "<th class=\"n\">Refused</th><th>Last failure</th>",
                    "long");
        for (size_t i = 0; i < delivery->channel_count; i++) {
            const struct day_channel *channel = &delivery->channels[i];
            put(page, "<tr>");
            put_cell(page, "Channel", channel->name);
            put_count_cell(page, "Delivered", channel->delivered);
            put_count_cell(page, "To retry", channel->retried + channel->interrupted);
            put_count_cell(page, "Refused", channel->refused);
            put_text_cell(page, "Last failure",
                          channel->last_failure[0] ? channel->last_failure : "none");
            put(page, "</tr>\n");
        }
        end_table(page);
    } else {
        put(page, "<h2>Messages</h2>\n<p>None were sent on this day.</p>\n");
    }
    if (delivery->waiting > 0) {
        put(page, "<p>Still waiting to be delivered: ");
        put_count(page, delivery->waiting);
        put(page, "</p>\n");
    }
}

static void put_records(struct page *page)
{
    const struct day_summary *day = page->day;
    if (day->records == 0)
        return;
    begin_table(page, "Records", "<th>Kind</th><th class=\"n\">Number</th>", "short");
    for (size_t i = 0; i < EVENT_TYPE_COUNT; i++) {
        if (day->types[i] == 0)
            continue;
        put(page, "<tr>");
        put_cell(page, "Kind", event_type_name((enum event_type)i));
        put_count_cell(page, "Number", day->types[i]);
        put(page, "</tr>\n");
    }
    if (day->other_types > 0) {
        put(page, "<tr>");
        put_cell(page, "Kind", "of other kinds");
        put_count_cell(page, "Number", day->other_types);
        put(page, "</tr>\n");
    }
    end_table(page);
}

static bool has_pictures(const struct summary *summary)
{
    for (size_t i = 0; i < summary->shown_count; i++) {
        if (summary->pictures[i].state == SUMMARY_PICTURE_SHOWN)
            return true;
    }
    return false;
}

static void put_foot(struct page *page)
{
    char made[CLOCK_TEXT_SIZE];
    clock_format_iso8601(page->summary->made_utc_ms, false, made);
    buffer_append_format(
        page->out, "<footer><p>Made %.10s %.5s from the project's records. %s", made, made + 11,
        has_pictures(page->summary) ? "This page holds pictures, which may show people. " : "");
    put(page, "leakwatch assists; it replaces no safety device.</p></footer>\n</main>\n</body>\n"
              "</html>\n");
}

bool summary_html(const struct summary *summary, const struct buffer *plot_svg, struct buffer *out,
                  struct error *err)
{
    struct page page = {
        .summary = summary, .day = summary->day, .track = summary->day->told, .out = out};
    put_head(&page);
    put_verdict(&page);
    put_tiles(&page);
    put_plot(&page, plot_svg);
    put_alarms(&page);
    put_changes(&page);
    put_gaps(&page);
    put_faults(&page);
    put_notices(&page);
    put_delivery(&page);
    put_records(&page);
    put_foot(&page);
    buffer_finish(&page.part);
    return buffer_check(out, err);
}

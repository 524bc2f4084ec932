/* The worst misses and false alarms: a picture each, and what there is to say of it.
 *
 * The pictures are what makes a page large. Each gets what is left of PAGE_SIZE_MAX; a picture that
 * does not fit any more is named like one that is missing.
 */
#include "evaluate/page_parts.h"

#include "report/summary_parts.h"

#include <math.h>
#include <stdio.h>

enum { ROOM_BEHIND = 128 << 10 }; /* for captions, and what follows the pictures */

static const char *state_text(enum card_picture_state state)
{
    static const char *const texts[] = {
        [CARD_PICTURE_SHOWN] = "",
        [CARD_PICTURE_MISSING] = "the picture is not there any more",
        [CARD_PICTURE_OUTSIDE] = "the picture lies outside of the dataset; not shown",
        [CARD_PICTURE_DAMAGED] = "the picture is damaged and can not be shown",
        [CARD_PICTURE_TOO_LARGE] = "not shown: the page would become too large"};
    return texts[state];
}

/* ---- words */

static void append_area(struct buffer *out, const char *what, double fraction, double picture_px)
{
    if (!isfinite(fraction))
        return;
    buffer_append_format(out, "%s ", what);
    append_fraction(out, fraction);
    buffer_append_text(out, " of the picture");
    if (picture_px > 0) {
        buffer_append_text(out, " (");
        append_count(out, (size_t)llround(fmin(fraction * picture_px, 1e15)));
        buffer_append_text(out, " px)");
    }
}

static void append_contrast(struct buffer *out, double contrast)
{
    if (!isfinite(contrast))
        return;
    buffer_append_text(out, ", contrast ");
    append_number(out, contrast);
}

static void describe_miss(struct buffer *out, const struct sequence_result *result)
{
    const double picture = (double)result->width * (double)result->height;
    append_area(out, "At its largest", result->largest_fraction, picture);
    append_contrast(out, result->contrast);
    buffer_append_text(out, ". Never found");
    if (result->interval_s > 0 && result->leak_end >= result->onset) {
        buffer_append_text(out, " in ");
        append_seconds(out, (double)(result->leak_end - result->onset + 1) * result->interval_s);
    }
    buffer_append_text(out, result->masked ? ": a false alarm from before was still open." : ".");
}

static void describe_false_alarm(struct buffer *out, const struct sequence_result *result,
                                 const struct sequence_alarm *alarm)
{
    const double picture = (double)result->width * (double)result->height;
    append_area(out, "Marked", alarm->area_fraction, picture);
    buffer_append_text(out, ", score ");
    append_number(out, alarm->score / alarm->threshold);
    buffer_append_text(out, " times its threshold");
    const char *path = alarm_path_name(alarm->path);
    if (path[0])
        buffer_append_format(out, ", by way of %s", path);
    if (result->onset >= 0 && alarm->frame < result->onset) {
        buffer_append_text(out, ", ");
        append_seconds(out, (double)(result->onset - alarm->frame) * result->interval_s);
        buffer_append_text(out, " before the leak began");
    } else if (result->onset >= 0) {
        buffer_append_text(out, ", after the leak was gone");
    }
    buffer_append_text(out, ".");
    if (result->false_alarm_count > 1) {
        buffer_append_text(out, " The strongest of ");
        append_count(out, result->false_alarm_count);
        buffer_append_text(out, " in this sequence.");
    }
}

static void describe_entry(struct buffer *out, const struct pictures_entry *entry,
                           const struct pictures_result *result)
{
    const double region = (double)result->region.width * (double)result->region.height;
    if (entry->anomalous && isfinite(entry->area_fraction)) {
        append_area(out, "Abnormal:", entry->area_fraction, region);
        buffer_append_text(out, ", score ");
    } else {
        buffer_append_text(out, "Score ");
    }
    append_number(out, entry->score / entry->threshold);
    buffer_append_text(out, " times its threshold");
    if (isfinite(entry->aupimo)) {
        buffer_append_text(out, ", AUPIMO ");
        append_number(out, entry->aupimo);
    }
    if (entry->faults)
        buffer_append_text(out, ", not judged for a fault of the camera");
    buffer_append_text(out, entry->busy ? ", not judged for too much change." : ".");
}

/* ---- a card */

static const char *label_of(const struct page *page, const struct page_card *card)
{
    return card->sequence ? page->run_labels[card->column] : page->picture_labels[card->column];
}

static const char *kind_of(const struct page *page, const struct page_card *card)
{
    if (card->sequence)
        return card->sequence->kind;
    const struct pictures_result *result = page_pictures(page, card->column);
    return card->entry->kind < result->kind_count ? result->kinds[card->entry->kind].name : "";
}

static void put_picture(struct page *page, const struct page_card *card,
                        struct card_picture *picture)
{
    const size_t room = PAGE_SIZE_MAX - ROOM_BEHIND;
    if (picture->state == CARD_PICTURE_SHOWN &&
        page->out->size + picture->jpeg.size / 3 * 4 + 1024 > room)
        picture->state = CARD_PICTURE_TOO_LARGE;
    if (picture->state != CARD_PICTURE_SHOWN) {
        buffer_append_format(page->out, "<div class=\"none\">%s</div>\n",
                             state_text(picture->state));
        return;
    }
    page_put(page, "<img alt=\"");
    page_put_text(page, kind_of(page, card));
    page_put(page,
             picture->has_outline ? ": the picture, the leak outlined in white" : ": the picture");
    page_put(page,
             card->alarm && card->alarm->box_count > 0 ? ", what was taken for one boxed" : "");
    buffer_append_format(page->out, "\" width=\"%d\" height=\"%d\" src=\"data:image/jpeg;base64,",
                         picture->width, picture->height);
    base64_append(page->out, picture->jpeg.data, picture->jpeg.size);
    page_put(page, "\">\n");
}

static void put_card(struct page *page, const struct page_card *card, struct card_picture *picture)
{
    struct buffer *part = &page->part;
    page_put(page, "<article class=\"alarm\">\n<h3>");
    page_put_text(page, kind_of(page, card));
    page_put(page, " <span class=\"soft\">");
    page_put_text(page, label_of(page, card));
    page_put(page, "</span></h3>\n");
    put_picture(page, card, picture);
    page_put(page, "<p>");
    if (!card->sequence)
        describe_entry(part, card->entry, page_pictures(page, card->column));
    else if (card->alarm)
        describe_false_alarm(part, card->sequence, card->alarm);
    else
        describe_miss(part, card->sequence);
    page_put_part(page);
    page_put(page, "</p>\n<p class=\"soft\">");
    page_put_text(page, card->sequence ? card->sequence->path : card->entry->path);
    if (card->sequence) {
        int64_t frame = card->alarm ? card->alarm->frame : card->sequence->largest_frame;
        buffer_append_format(page->out, ", frame %lld", (long long)frame);
    }
    page_put(page, "</p>\n</article>\n");
}

static bool put_list(struct page *page, bool misses, struct error *err)
{
    struct page_card cards[PAGE_PICTURES_MAX];
    size_t total, count = page_choose(page, misses, cards, &total);
    page_put(page, misses ? "<h2>The worst misses</h2>\n" : "<h2>The worst false alarms</h2>\n");
    if (count == 0) {
        page_put(page, misses ? "<p>Nothing was missed.</p>\n" : "<p>None.</p>\n");
        return true;
    }
    page_put(page, "<p class=\"soft\">The leak is outlined in white; what a detector marked has a "
                   "yellow box.</p>\n<div class=\"alarms\">\n");
    for (size_t i = 0; i < count; i++) {
        struct card_picture picture;
        if (page->source->stopped && page->source->stopped())
            return error_set(err, ERROR_CANCELLED, "stopped by request; no page was written");
        if (!card_picture_load(page, &cards[i], &picture, err))
            return false;
        put_card(page, &cards[i], &picture);
        buffer_finish(&picture.jpeg);
    }
    page_put(page, "</div>\n");
    page_put_more(page, total - count,
                  misses ? "misses are in the JSON" : "places with false alarms are in the JSON");
    return true;
}

bool page_put_cards(struct page *page, struct error *err)
{
    return put_list(page, true, err) && put_list(page, false, err);
}

/* The detectors side by side, and what each figure means.
 *
 * Name, value and definition of a figure stand in one row of a table, so that none is shown that is
 * not defined at the end of the page.
 */
#include "evaluate/page_parts.h"

#include "report/day_text.h"

#include <math.h>

/* Each appends its value, and what makes it more exact to `small`. */
struct run_figure {
    const char *name, *definition;
    void (*append)(const struct sequences_summary *summary, struct buffer *out,
                   struct buffer *small);
};

struct picture_figure {
    const char *name, *definition;
    void (*append)(const struct pictures_result *result, struct buffer *out, struct buffer *small);
};

/* ---- sequences */

static void append_sequence_share(const struct sequence_share *share, struct buffer *out,
                                  struct buffer *small)
{
    append_share(out, share->hits, share->total);
    if (share->total > 0)
        append_percent_interval(small, share->interval);
}

static void append_found(const struct sequences_summary *summary, struct buffer *out,
                         struct buffer *small)
{
    append_sequence_share(&summary->all.found, out, small);
}

static void append_localised(const struct sequences_summary *summary, struct buffer *out,
                             struct buffer *small)
{
    append_sequence_share(&summary->all.localised, out, small);
}

static void append_delays(const struct sequence_delays *delays, struct buffer *out,
                          struct buffer *small)
{
    append_seconds(out, delays->median_s);
    if (delays->count == 0)
        return;
    buffer_append_text(small, "19 of 20 within ");
    append_seconds(small, delays->p95_s);
}

static void append_delay(const struct sequences_summary *summary, struct buffer *out,
                         struct buffer *small)
{
    append_delays(&summary->all.from_onset, out, small);
}

static void append_visible_delay(const struct sequences_summary *summary, struct buffer *out,
                                 struct buffer *small)
{
    append_delays(&summary->all.from_visible, out, small);
}

static void append_rate(const struct sequences_summary *summary, struct buffer *out,
                        struct buffer *small)
{
    const struct false_alarm_rate *rate = &summary->false_alarms;
    append_number(out, rate->per_day);
    if (!isfinite(rate->per_day))
        return;
    append_number(small, rate->day_interval.low);
    buffer_append_text(small, " to ");
    append_number(small, rate->day_interval.high);
    buffer_append_text(small, "; ");
    append_count(small, rate->count);
    buffer_append_text(small, " in ");
    day_append_duration(small, (int64_t)fmin(rate->quiet_s * 1000, 1e15));
}

static void append_smallest(const struct sequences_summary *summary, struct buffer *out,
                            struct buffer *small)
{
    if (!isfinite(summary->smallest_area_fraction)) {
        buffer_append_text(out, "none");
        return;
    }
    append_fraction(out, summary->smallest_area_fraction);
    buffer_append_text(small, "from there on ");
    append_share(small, summary->at_least.hits, summary->at_least.total);
}

static void append_frame_auroc(const struct sequences_summary *summary, struct buffer *out,
                               struct buffer *small)
{
    append_probability(out, summary->frame_auroc);
    append_count(small, summary->quiet_frames);
    buffer_append_text(small, " quiet frames, ");
    append_count(small, summary->leak_frames);
    buffer_append_text(small, " with a leak");
}

static void append_notices(const struct sequences_summary *summary, struct buffer *out,
                           struct buffer *small)
{
    append_share(out, summary->met_count, summary->expected_count);
    append_count(small, summary->unexpected_count);
    buffer_append_text(small, " that nobody expected");
}

static void append_masked(const struct sequences_summary *summary, struct buffer *out,
                          struct buffer *small)
{
    (void)small;
    append_count(out, summary->masked_count);
}

static const struct run_figure run_figures[] = {
    {"Leaks found",
     "sequences in which an alarm opens while the leak is there, of those with a "
     "leak; below it the Wilson interval of 95 % (Wilson, JASA 22, 1927, 209-212).",
     append_found},
    {"Found in the right place",
     "of all leaks: an alarm opens while the leak is there, and one of "
     "its boxes touches the leak's mask in that frame.",
     append_localised},
    {"Median delay from the beginning",
     "half of the leaks that were found were found within this "
     "time after the first frame with the leak; below it the "
     "95th percentile. Missed leaks have no delay.",
     append_delay},
    {"Median delay from 0.05 % of the picture",
     "the same from the first frame in which the leak "
     "covers 0.05 % of the picture; below 0: found "
     "before that.",
     append_visible_delay},
    {"False alarms per camera-day",
     "alarms that open while no leak is there, by the time of all "
     "frames without one; below it the exact Poisson interval of "
     "95 % (Garwood, Biometrika 28, 1936, 437-442).",
     append_rate},
    {"Smallest leak found 9 times of 10",
     "the smallest largest-area, in % of the picture, from "
     "which on a monotone (isotonic) regression of found on "
     "area is at least 0.9.",
     append_smallest},
    {"AUROC of frames",
     "probability that a frame with a leak of 0.05 % or more has a higher score, "
     "in parts of its threshold, than a quiet one; ties count half (Hanley & "
     "McNeil, Radiology 143, 1982, 29-36).",
     append_frame_auroc},
    {"Faults and changes noticed",
     "sequences whose case.json expects a camera fault or a changed "
     "scene, and in which it was raised; below it notices that none "
     "expected. They are not alarms.",
     append_notices},
    {"Missed behind a false alarm",
     "leaks that were missed because a false alarm from before was "
     "still open when they began.",
     append_masked},
};

/* ---- single pictures */

static void append_pictures_share(const struct pictures_share *share, struct buffer *out,
                                  struct buffer *small)
{
    append_share(out, share->count, share->total);
    if (share->total > 0)
        append_percent_interval(small, share->interval);
}

static void append_flagged(const struct pictures_result *result, struct buffer *out,
                           struct buffer *small)
{
    append_pictures_share(&result->all.found, out, small);
}

static void append_false(const struct pictures_result *result, struct buffer *out,
                         struct buffer *small)
{
    append_pictures_share(&result->all.false_alarms, out, small);
}

static void append_auroc(const struct pictures_result *result, struct buffer *out,
                         struct buffer *small)
{
    append_probability(out, result->all.auroc);
    append_count(small, result->all.normal_count);
    buffer_append_text(small, " normal, ");
    append_count(small, result->all.anomalous_count);
    buffer_append_text(small, " abnormal");
}

static void append_operating_point(const struct operating_point *point, struct buffer *out,
                                   struct buffer *small)
{
    if (isfinite(point->tpr))
        append_percent(out, point->tpr);
    else
        buffer_append_text(out, "unknown");
    if (isfinite(point->tpr) && !point->resolved)
        buffer_append_text(small, "too few normal pictures to tell; without any false alarm");
}

static void append_tpr_1(const struct pictures_result *result, struct buffer *out,
                         struct buffer *small)
{
    append_operating_point(&result->all.at_1_percent, out, small);
}

static void append_tpr_01(const struct pictures_result *result, struct buffer *out,
                          struct buffer *small)
{
    append_operating_point(&result->all.at_01_percent, out, small);
}

static void append_pixel_auroc(const struct pictures_result *result, struct buffer *out,
                               struct buffer *small)
{
    append_probability(out, result->all.pixel_auroc);
    append_count(small, result->all.masked_count);
    buffer_append_text(small, " pictures with a mask");
}

static void append_aupro_30(const struct pictures_result *result, struct buffer *out,
                            struct buffer *small)
{
    append_probability(out, result->all.aupro_30);
    append_count(small, result->all.region_count);
    buffer_append_text(small, " regions");
}

static void append_aupro_05(const struct pictures_result *result, struct buffer *out,
                            struct buffer *small)
{
    (void)small;
    append_probability(out, result->all.aupro_05);
}

static void append_aupimo(const struct pictures_result *result, struct buffer *out,
                          struct buffer *small)
{
    append_probability(out, result->all.aupimo_mean);
    if (!isfinite(result->all.aupimo_mean))
        return;
    if (!result->aupimo_resolved)
        buffer_append_text(small, "too few normal pixels to tell; ");
    append_count(small, result->all.aupimo_above_half);
    buffer_append_text(small, " above 0.5");
}

static const struct picture_figure picture_figures[] = {
    {"Abnormal pictures flagged",
     "pictures of test/<kind> that the detector itself calls "
     "abnormal, at the threshold it learnt; below it the Wilson "
     "interval of 95 %.",
     append_flagged},
    {"Normal pictures flagged", "the same of test/good: false alarms.", append_false},
    {"AUROC by picture",
     "probability that an abnormal picture scores above a normal one, ties "
     "count half (Hanley & McNeil, Radiology 143, 1982, 29-36).",
     append_auroc},
    {"TPR at 1 % FPR",
     "share of abnormal pictures found by the best threshold that flags at most "
     "1 % of the normal ones (Fawcett, Pattern Recognition Letters 27, 2006, "
     "861-874).",
     append_tpr_1},
    {"TPR at 0.1 % FPR", "the same with at most 0.1 % of the normal ones.", append_tpr_01},
    {"AUROC by pixel",
     "the same as by picture, for all pixels of pictures with a mask and of "
     "normal ones.",
     append_pixel_auroc},
    {"AUPRO up to 0.3",
     "mean share found of each abnormal region, over the FPR by pixel from 0 to "
     "0.3, as part of 0.3 (Bergmann et al., IJCV 129, 2021, 1038-1059).",
     append_aupro_30},
    {"AUPRO up to 0.05", "the same up to an FPR of 0.05.", append_aupro_05},
    {"AUPIMO, mean",
     "per picture, share found of its abnormal pixels at thresholds that mark one "
     "in 100,000 to one in 10,000 normal pixels, over the logarithm of that "
     "(Bertoldo et al., BMVC 2024, arXiv:2401.01984).",
     append_aupimo},
};

enum {
    RUN_FIGURES = sizeof run_figures / sizeof run_figures[0],
    PICTURE_FIGURES = sizeof picture_figures / sizeof picture_figures[0]
};

/* ---- the page */

static void put_run_figures(struct page *page)
{
    struct buffer small = {0};
    page_begin_table(page, "Detectors side by side", "Figure", page->run_labels, page->run_count);
    for (size_t i = 0; i < RUN_FIGURES; i++) {
        page_begin_row(page, run_figures[i].name);
        for (size_t column = 0; column < page->run_count; column++) {
            run_figures[i].append(&page_run(page, column)->summary, &page->part, &small);
            page_put_cell(page, &small);
        }
        page_end_row(page);
    }
    page_end_table(page);
    buffer_finish(&small);
}

static void put_picture_figures(struct page *page)
{
    struct buffer small = {0};
    page_begin_table(page, "Detectors side by side, by single pictures", "Figure",
                     page->picture_labels, page->picture_count);
    for (size_t i = 0; i < PICTURE_FIGURES; i++) {
        page_begin_row(page, picture_figures[i].name);
        for (size_t column = 0; column < page->picture_count; column++) {
            picture_figures[i].append(page_pictures(page, column), &page->part, &small);
            page_put_cell(page, &small);
        }
        page_end_row(page);
    }
    page_end_table(page);
    buffer_finish(&small);
}

void page_put_figures(struct page *page)
{
    if (page->run_count > 0)
        put_run_figures(page);
    if (page->picture_count > 0)
        put_picture_figures(page);
}

static void put_definition(struct page *page, const char *name, const char *definition)
{
    page_put(page, "<dt>");
    page_put_text(page, name);
    page_put(page, "</dt><dd>");
    page_put_text(page, definition);
    page_put(page, "</dd>\n");
}

void page_put_definitions(struct page *page)
{
    page_put(page, "<h2>What the figures mean</h2>\n<dl>\n");
    for (size_t i = 0; page->run_count > 0 && i < RUN_FIGURES; i++)
        put_definition(page, run_figures[i].name, run_figures[i].definition);
    for (size_t i = 0; page->picture_count > 0 && i < PICTURE_FIGURES; i++)
        put_definition(page, picture_figures[i].name, picture_figures[i].definition);
    put_definition(page, "Size of a leak",
                   "its largest area in the sequence, in % of the whole camera picture, from the "
                   "masks.");
    put_definition(
        page, "Contrast",
        "mean of the absolute logarithm of the ratio of the picture with the leak to the "
        "picture without it, inside the mask, as case.json has it.");
    put_definition(page, "Intervals",
                   "what the figure might be in the long run; where the same set was made anew, 95 "
                   "of 100 such intervals would hold the true value.");
    page_put(page, "</dl>\n");
}

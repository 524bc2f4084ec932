/* Plots of sequences: found by size, delays, false alarms by kind, frames by score.
 *
 * Points are made anew from the results, so that a plot shows what a table of classes hides: sizes
 * stand where leaks of that size are, not in the middle of a class.
 */
#include "evaluate/page_parts.h"

#include "report/plot_curves.h"
#include "report/plot_rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONFIDENCE 0.95
#define SIZES_PER_DECADE 2.0
#define SIZE_LEAST 1e-6 /* of the picture; smaller leaks count as these */

enum { SIZE_BINS = 13, SUBTITLE_SIZE = 160 }; /* from SIZE_LEAST to all of the picture */

/* ---- found, by size */

struct size_bin {
    size_t found, total;
    double log_sum;
};

static size_t bin_of(double fraction)
{
    double bin = SIZES_PER_DECADE * log10(fmax(fraction, SIZE_LEAST) / SIZE_LEAST);
    return bin < SIZE_BINS - 1 ? (size_t)bin : SIZE_BINS - 1;
}

static size_t find_recall(const struct sequence_run *run, struct plot_point points[SIZE_BINS])
{
    struct size_bin bins[SIZE_BINS] = {{0}};
    size_t used = 0;
    for (size_t i = 0; i < run->count; i++) {
        const struct sequence_result *result = &run->results[i];
        if (!sequence_has_leak(result) || !(result->largest_fraction > 0))
            continue;
        struct size_bin *bin = &bins[bin_of(result->largest_fraction)];
        bin->total++;
        bin->found += result->found_frame >= 0;
        bin->log_sum += log(fmax(result->largest_fraction, SIZE_LEAST));
    }
    for (size_t i = 0; i < SIZE_BINS; i++) {
        if (bins[i].total == 0)
            continue;
        const double total = (double)bins[i].total;
        struct interval interval = wilson_interval(bins[i].found, bins[i].total, CONFIDENCE);
        points[used++] = (struct plot_point){100 * exp(bins[i].log_sum / total),
                                             100 * (double)bins[i].found / total,
                                             100 * interval.low, 100 * interval.high};
    }
    return used;
}

static bool draw_recall(const struct page *page, size_t column, enum plot_format format,
                        struct buffer *out, struct error *err)
{
    struct plot_point points[PAGE_COLUMNS_MAX][SIZE_BINS];
    struct plot_curve curves[PAGE_COLUMNS_MAX];
    const struct plot_mark mark = {100 * VISIBLE_FRACTION, "visible"};
    (void)column;
    for (size_t i = 0; i < page->run_count; i++) {
        const size_t used = find_recall(page_run(page, i), points[i]);
        curves[i] = (struct plot_curve){page->run_labels[i], PLOT_POINTS, points[i], used};
    }
    struct curve_plot plot = {.title = "Leaks found, by size",
                              .subtitle = "each point: leaks of similar size; bars: Wilson "
                                          "intervals of 95 %",
                              .x_label = "largest size of the leak, % of the picture",
                              .y_label = "found, %",
                              .logarithmic = true,
                              .x_range = {NAN, NAN},
                              .y_range = {0, 100},
                              .nothing = "no leaks in this set",
                              .curves = curves,
                              .curve_count = page->run_count,
                              .marks = &mark,
                              .mark_count = 1};
    return curve_plot_draw(&plot, format, out, err);
}

/* ---- delays */

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Points for the share of all leaks that were found by then, from `points` on. */
static size_t find_delays(const struct sequence_run *run, double *delays, struct plot_point *points)
{
    size_t used = 0, leaks = 0;
    for (size_t i = 0; i < run->count; i++) {
        const struct sequence_result *result = &run->results[i];
        leaks += sequence_has_leak(result);
        if (sequence_has_leak(result) && isfinite(result->delay_onset_s))
            delays[used++] = result->delay_onset_s;
    }
    if (leaks == 0)
        return 0;
    qsort(delays, used, sizeof *delays, compare);
    points[0] = (struct plot_point){0, 0, NAN, NAN};
    for (size_t i = 0; i < used; i++)
        points[i + 1] =
            (struct plot_point){delays[i], 100 * (double)(i + 1) / (double)leaks, NAN, NAN};
    return used + 1;
}

static bool draw_delays(const struct page *page, size_t column, enum plot_format format,
                        struct buffer *out, struct error *err)
{
    struct plot_curve curves[PAGE_COLUMNS_MAX];
    size_t room = 0, used = 0;
    (void)column;
    for (size_t i = 0; i < page->run_count; i++)
        room += page_run(page, i)->count + 1;
    double *delays = calloc(room + 1, sizeof *delays);
    struct plot_point *points = calloc(room + 1, sizeof *points);
    for (size_t i = 0; delays && points && i < page->run_count; i++) {
        size_t count = find_delays(page_run(page, i), delays, points + used);
        curves[i] = (struct plot_curve){page->run_labels[i], PLOT_STEPS, points + used, count};
        used += count;
    }
    struct curve_plot plot = {.title = "How soon leaks are found",
                              .subtitle = "counted from the first frame with the leak; leaks that "
                                          "are never found keep a line below 100 %",
                              .x_label = "seconds since the leak began",
                              .y_label = "of all leaks found, %",
                              .x_range = {0, NAN},
                              .y_range = {0, 100},
                              .nothing = "no leaks in this set",
                              .curves = curves,
                              .curve_count = page->run_count};
    bool good = delays && points ? curve_plot_draw(&plot, format, out, err)
                                 : error_set(err, ERROR_MEMORY, "no memory for a plot of delays");
    free(points);
    free(delays);
    return good;
}

/* ---- false alarms */

static bool draw_false_alarms(const struct page *page, size_t column, enum plot_format format,
                              struct buffer *out, struct error *err)
{
    const char *names[PAGE_ROWS_MAX + 1], *labels[PAGE_COLUMNS_MAX];
    struct plot_row rows[PAGE_ROWS_MAX + 1];
    size_t row_count = page_quiet_names(page, names);
    (void)column;
    for (size_t i = 0; i < page->run_count; i++)
        labels[i] = page->run_labels[i];
    for (size_t i = 0; i < row_count; i++) {
        rows[i].label = names[i] ? names[i] : "with a leak, outside of it";
        for (size_t c = 0; c < page->run_count && c < PLOT_ROW_SERIES_MAX; c++) {
            struct quiet_time quiet = page_quiet_time(page_run(page, c), names[i]);
            rows[i].values[c] =
                (struct plot_value){quiet.per_day, quiet.day_interval.low, quiet.day_interval.high};
        }
    }
    struct row_plot plot = {.title = "False alarms per day of one camera, by kind of sequence",
                            .subtitle = "bars: exact Poisson intervals of 95 %; a kind that was "
                                        "shown for minutes only has a long one",
                            .axis = "false alarms per camera-day",
                            .nothing = "nothing quiet in this set",
                            .series = labels,
                            .series_count = page->run_count,
                            .rows = rows,
                            .row_count = row_count};
    return row_plot_draw(&plot, format, out, err);
}

/* ---- frames */

/* Scores in parts of their threshold: of all frames without a leak and of those with a visible one.
 * NULL without memory. */
struct frame_scores {
    double *normal, *leaking;
    size_t normal_count, leaking_count;
};

static bool is_quiet(const struct sequence_result *result, size_t frame)
{
    return frame < result->quiet_frames;
}

/* As for the AUROC of the summary. */
static bool is_visible(const struct sequence_result *result, size_t frame)
{
    const double picture = (double)result->width * (double)result->height;
    return sequence_has_leak(result) && result->visible_frame >= 0 &&
           (int64_t)frame >= result->visible_frame &&
           (double)result->frames[frame].area_px >= VISIBLE_FRACTION * picture;
}

static void frame_scores_finish(struct frame_scores *scores)
{
    free(scores->normal);
    free(scores->leaking);
}

static bool frame_scores_collect(const struct sequence_run *run, struct frame_scores *ret_scores,
                                 struct error *err)
{
    struct frame_scores scores = {0};
    size_t frames = 1;
    for (size_t i = 0; i < run->count; i++)
        frames += run->results[i].frame_count;
    scores.normal = calloc(frames, sizeof *scores.normal);
    scores.leaking = calloc(frames, sizeof *scores.leaking);
    if (!scores.normal || !scores.leaking) {
        frame_scores_finish(&scores);
        return error_set(err, ERROR_MEMORY, "no memory for the scores of %zu frames", frames);
    }
    for (size_t i = 0; i < run->count; i++) {
        const struct sequence_result *result = &run->results[i];
        for (size_t n = 0; n < result->frame_count; n++) {
            double ratio = result->frames[n].score / result->frames[n].threshold;
            if (is_quiet(result, n))
                scores.normal[scores.normal_count++] = ratio;
            else if (is_visible(result, n))
                scores.leaking[scores.leaking_count++] = ratio;
        }
    }
    *ret_scores = scores;
    return true;
}

static bool draw_scores(const struct page *page, size_t column, enum plot_format format,
                        struct buffer *out, struct error *err)
{
    struct frame_scores scores;
    if (!frame_scores_collect(page_run(page, column), &scores, err))
        return false;
    bool good =
        scores_draw(page->run_labels[column], scores.normal, scores.normal_count, scores.leaking,
                    scores.leaking_count, "quiet frames", "frames with a leak", format, out, err);
    frame_scores_finish(&scores);
    return good;
}

/* The curve of one run; `points` are the caller's to free. */
static bool find_roc(const struct sequence_run *run, struct plot_point **ret_points,
                     size_t *ret_count, double *ret_auroc, struct error *err)
{
    struct frame_scores scores;
    struct ranking ranking = {0};
    size_t used = 0;
    if (!frame_scores_collect(run, &scores, err))
        return false;
    struct ranked_score *ranked =
        calloc(scores.normal_count + scores.leaking_count + 1, sizeof *ranked);
    for (size_t i = 0; ranked && i < scores.normal_count; i++)
        if (isfinite(scores.normal[i]))
            ranked[used++] = (struct ranked_score){scores.normal[i], false};
    for (size_t i = 0; ranked && i < scores.leaking_count; i++)
        if (isfinite(scores.leaking[i]))
            ranked[used++] = (struct ranked_score){scores.leaking[i], true};
    bool good = ranked ? ranking_create(ranked, used, &ranking, err)
                       : error_set(err, ERROR_MEMORY, "no memory to rank frames by score");
    struct plot_point *points = good ? calloc(ranking.count + 1, sizeof *points) : NULL;
    for (size_t i = 0; points && i < ranking.count; i++)
        points[i] =
            (struct plot_point){100 * ranking.points[i].fpr, 100 * ranking.points[i].tpr, NAN, NAN};
    if (good && !points)
        good = error_set(err, ERROR_MEMORY, "no memory for a plot of %zu points", ranking.count);
    if (good) {
        *ret_points = points;
        *ret_count = ranking.count;
        *ret_auroc = ranking_auroc(&ranking);
    }
    ranking_finish(&ranking);
    free(ranked);
    frame_scores_finish(&scores);
    return good;
}

static bool draw_roc(const struct page *page, size_t column, enum plot_format format,
                     struct buffer *out, struct error *err)
{
    struct plot_point *points[PAGE_COLUMNS_MAX] = {NULL};
    struct plot_curve curves[PAGE_COLUMNS_MAX] = {{0}};
    char labels[PAGE_COLUMNS_MAX][PLOT_LABEL_SIZE];
    const struct plot_mark mark = {1, "1 %"};
    bool good = true;
    (void)column;
    for (size_t i = 0; good && i < page->run_count; i++) {
        double auroc;
        good = find_roc(page_run(page, i), &points[i], &curves[i].count, &auroc, err);
        if (!good)
            break;
        page_label_figure(labels[i], page->run_labels[i], "AUROC", auroc);
        curves[i].label = labels[i];
        curves[i].shape = PLOT_STEPS;
        curves[i].points = points[i];
    }
    struct curve_plot plot = {.title = "Frames with a leak against quiet ones, by score",
                              .subtitle = "score in parts of its threshold; a leak counts from "
                                          "0.05 % of the picture on",
                              .x_label = "quiet frames above the limit (false positive rate), %",
                              .y_label = "frames with a leak above it, %",
                              .logarithmic = true,
                              .x_range = {0.01, 100},
                              .y_range = {0, 100},
                              .nothing = "no frames with a leak, or no quiet ones",
                              .curves = curves,
                              .curve_count = page->run_count,
                              .marks = &mark,
                              .mark_count = 1};
    good = good && curve_plot_draw(&plot, format, out, err);
    for (size_t i = 0; i < PAGE_COLUMNS_MAX; i++)
        free(points[i]);
    return good;
}

const struct page_plot page_sequence_plots[] = {
    {"sequences-by-size", false, true, draw_recall},
    {"sequences-delays", false, true, draw_delays},
    {"sequences-false-alarms", false, true, draw_false_alarms},
    {"sequences-roc", false, true, draw_roc},
    {"sequences-scores", true, true, draw_scores},
    {NULL, false, false, NULL},
};

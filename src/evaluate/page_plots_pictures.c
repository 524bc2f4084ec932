/* Plots of single pictures: ROC by picture and by pixel, per-region overlap, scores. */
#include "evaluate/page_parts.h"

#include "report/plot_curves.h"
#include "report/plot_ticks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define REGION_FPR_MOST 30.0 /* %; of the definition */
#define RATIO_LEAST 1e-6     /* lower scores count as this */

/* Scores reach over several powers of ten, so bars are even steps of their logarithm. */
static void take_logarithms(double *ratios, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ratios[i] = ratios[i] >= 0 ? log10(fmax(ratios[i], RATIO_LEAST)) : NAN;
}

bool scores_draw(const char *label, double *normal, size_t normal_count, double *leaking,
                 size_t leaking_count, const char *normal_name, const char *leaking_name,
                 enum plot_format format, struct buffer *out, struct error *err)
{
    char title[PAGE_LABEL_SIZE + 32];
    snprintf(title, sizeof title, "Scores of %s", label);
    take_logarithms(normal, normal_count);
    take_logarithms(leaking, leaking_count);
    struct histogram_plot plot = {.title = title,
                                  .subtitle = "as a power of ten of the threshold that the "
                                              "detector learnt: 0 is the limit, 1 ten times that",
                                  .axis = "logarithm (base 10) of score / threshold",
                                  .values = normal,
                                  .count = normal_count,
                                  .threshold = 0,
                                  .percentile = NAN,
                                  .previous = leaking,
                                  .previous_count = leaking_count,
                                  .previous_threshold = NAN,
                                  .name = normal_name,
                                  .previous_name = leaking_name};
    return histogram_plot_draw(&plot, format, out, err);
}

void page_label_figure(char text[PLOT_LABEL_SIZE], const char *label, const char *name,
                       double figure)
{
    char number[NUMBER_TEXT_SIZE], one[NUMBER_TEXT_SIZE];
    snprintf(text, PLOT_LABEL_SIZE, "%s", label);
    number_format_pair(figure, 1, number, one);
    if (isfinite(figure))
        snprintf(text, PLOT_LABEL_SIZE, "%s: %s %s", label, name, number);
}

/* ---- curves */

struct curve_kind {
    const char *title, *subtitle, *x_label, *y_label, *figure, *nothing;
    enum curve_shape shape;
    bool logarithmic;
    double x_range[2];
    struct plot_mark marks[2];
    size_t mark_count;
    double (*figure_of)(const struct pictures_result *result);
    size_t (*count_of)(const struct pictures_result *result);
    struct plot_point (*point_of)(const struct pictures_result *result, size_t index);
};

static bool draw_curves(const struct page *page, const struct curve_kind *kind,
                        enum plot_format format, struct buffer *out, struct error *err)
{
    struct plot_curve curves[PAGE_COLUMNS_MAX];
    char labels[PAGE_COLUMNS_MAX][PLOT_LABEL_SIZE];
    size_t room = 1, used = 0;
    for (size_t i = 0; i < page->picture_count; i++)
        room += kind->count_of(page_pictures(page, i));
    struct plot_point *points = calloc(room, sizeof *points);
    if (!points)
        return error_set(err, ERROR_MEMORY, "no memory for a plot of %zu points", room);
    for (size_t i = 0; i < page->picture_count; i++) {
        const struct pictures_result *result = page_pictures(page, i);
        page_label_figure(labels[i], page->picture_labels[i], kind->figure,
                          kind->figure_of(result));
        curves[i] =
            (struct plot_curve){labels[i], kind->shape, points + used, kind->count_of(result)};
        for (size_t n = 0; n < curves[i].count; n++)
            points[used++] = kind->point_of(result, n);
    }
    struct curve_plot plot = {.title = kind->title,
                              .subtitle = kind->subtitle,
                              .x_label = kind->x_label,
                              .y_label = kind->y_label,
                              .logarithmic = kind->logarithmic,
                              .x_range = {kind->x_range[0], kind->x_range[1]},
                              .y_range = {0, 100},
                              .nothing = kind->nothing,
                              .curves = curves,
                              .curve_count = page->picture_count,
                              .marks = kind->marks,
                              .mark_count = kind->mark_count};
    bool good = curve_plot_draw(&plot, format, out, err);
    free(points);
    return good;
}

static struct plot_point point_at(double fpr, double value)
{
    return (struct plot_point){100 * fpr, 100 * value, NAN, NAN};
}

/* ---- by picture */

static double picture_auroc(const struct pictures_result *result)
{
    return result->all.auroc;
}

static size_t count_ranking(const struct pictures_result *result)
{
    return result->ranking.count;
}

static struct plot_point ranking_point(const struct pictures_result *result, size_t index)
{
    return point_at(result->ranking.points[index].fpr, result->ranking.points[index].tpr);
}

static bool draw_roc(const struct page *page, size_t column, enum plot_format format,
                     struct buffer *out, struct error *err)
{
    static const struct curve_kind kind = {
        .title = "Abnormal pictures against normal ones, by score",
        .subtitle = "all kinds; the left end stands for all that is below it",
        .x_label = "normal pictures above the limit (false positive rate), %",
        .y_label = "abnormal pictures above it, %",
        .figure = "AUROC",
        .nothing = "no abnormal pictures, or no normal ones",
        .shape = PLOT_STEPS,
        .logarithmic = true,
        .x_range = {0.05, 100},
        .marks = {{1, "1 %"}, {0.1, "0.1 %"}},
        .mark_count = 2,
        .figure_of = picture_auroc,
        .count_of = count_ranking,
        .point_of = ranking_point};
    (void)column;
    return draw_curves(page, &kind, format, out, err);
}

/* ---- by pixel */

static double pixel_auroc(const struct pictures_result *result)
{
    return result->all.pixel_auroc;
}

static double region_area(const struct pictures_result *result)
{
    return result->all.aupro_30;
}

static size_t count_curve(const struct pictures_result *result)
{
    return result->curve_count;
}

static struct plot_point pixel_point(const struct pictures_result *result, size_t index)
{
    return point_at(result->pixel_roc[index].fpr, result->pixel_roc[index].value);
}

static struct plot_point region_point(const struct pictures_result *result, size_t index)
{
    return point_at(result->region_roc[index].fpr, result->region_roc[index].value);
}

static bool draw_pixels(const struct page *page, size_t column, enum plot_format format,
                        struct buffer *out, struct error *err)
{
    static const struct curve_kind kind = {
        .title = "Abnormal pixels against normal ones",
        .subtitle = "of all pictures with a mask, and all normal ones",
        .x_label = "normal pixels above the limit (false positive rate), %",
        .y_label = "abnormal pixels above it, %",
        .figure = "AUROC",
        .nothing = "no pictures with a mask",
        .x_range = {0, 100},
        .figure_of = pixel_auroc,
        .count_of = count_curve,
        .point_of = pixel_point};
    (void)column;
    return draw_curves(page, &kind, format, out, err);
}

static bool draw_regions(const struct page *page, size_t column, enum plot_format format,
                         struct buffer *out, struct error *err)
{
    static const struct curve_kind kind = {
        .title = "How much of each abnormal region is found (per-region overlap)",
        .subtitle = "mean over all regions, small ones count as much as large ones",
        .x_label = "normal pixels above the limit (false positive rate), %",
        .y_label = "mean share of a region above it, %",
        .figure = "AUPRO up to 0.3",
        .nothing = "no pictures with a mask",
        .x_range = {0, REGION_FPR_MOST},
        .marks = {{5, "5 %: the limit of AUPRO up to 0.05"}},
        .mark_count = 1,
        .figure_of = region_area,
        .count_of = count_curve,
        .point_of = region_point};
    (void)column;
    return draw_curves(page, &kind, format, out, err);
}

/* ---- scores */

static bool draw_scores(const struct page *page, size_t column, enum plot_format format,
                        struct buffer *out, struct error *err)
{
    const struct pictures_result *result = page_pictures(page, column);
    double *normal = calloc(result->entry_count + 1, sizeof *normal);
    double *abnormal = calloc(result->entry_count + 1, sizeof *abnormal);
    size_t normal_count = 0, abnormal_count = 0;
    bool good = normal && abnormal;
    if (!good)
        error_set(err, ERROR_MEMORY, "no memory for the scores of %zu pictures",
                  result->entry_count);
    for (size_t i = 0; good && i < result->entry_count; i++) {
        const struct pictures_entry *entry = &result->entries[i];
        double ratio = entry->score / entry->threshold;
        if (entry->anomalous)
            abnormal[abnormal_count++] = ratio;
        else
            normal[normal_count++] = ratio;
    }
    good = good &&
           scores_draw(page->picture_labels[column], normal, normal_count, abnormal, abnormal_count,
                       "normal pictures", "abnormal pictures", format, out, err);
    free(abnormal);
    free(normal);
    return good;
}

const struct page_plot page_picture_plots[] = {
    {"pictures-roc", false, false, draw_roc},
    {"pictures-roc-pixels", false, false, draw_pixels},
    {"pictures-region-overlap", false, false, draw_regions},
    {"pictures-scores", true, false, draw_scores},
    {NULL, false, false, NULL},
};

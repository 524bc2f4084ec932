/* The last step of an evaluation of pictures: entries and counted pixels → measures.
 *
 * Each number is made by the module that has its definition; what is decided here is only which
 * pictures take part: the normal ones, always, against those of one kind or of all.
 */
#include "evaluate/pictures_measures.h"

#include "evaluate/region_overlap.h"
#include "score/error_map.h"

#include <math.h>
#include <stdlib.h>

static const double CONFIDENCE = 0.95;
static const double THIRD_PERCENT = 33.0;

struct pictures_share pictures_share_of(size_t count, size_t total)
{
    return (struct pictures_share){count, total, wilson_interval(count, total, CONFIDENCE)};
}

struct pictures_measures pictures_measures_none(void)
{
    const struct operating_point none = {NAN, NAN, NAN, NAN, false};
    const struct pictures_share nothing = pictures_share_of(0, 0);
    return (struct pictures_measures){.auroc = NAN,
                                      .at_1_percent = none,
                                      .at_01_percent = none,
                                      .found = nothing,
                                      .false_alarms = nothing,
                                      .pixel_auroc = NAN,
                                      .pixel_auroc_error = NAN,
                                      .aupro_30 = NAN,
                                      .aupro_05 = NAN,
                                      .aupimo_mean = NAN,
                                      .aupimo_p33 = NAN};
}

static bool takes_part(const struct pictures_entry *entry, size_t kind)
{
    return !entry->anomalous || kind == EVERY_KIND || entry->kind == kind;
}

static void count_flags(const struct pictures_entry *entries, size_t entry_count, size_t kind,
                        struct pictures_measures *measures)
{
    size_t found = 0, false_alarms = 0;
    for (size_t i = 0; i < entry_count; i++) {
        const struct pictures_entry *entry = &entries[i];
        if (!takes_part(entry, kind))
            continue;
        measures->anomalous_count += entry->anomalous;
        measures->normal_count += !entry->anomalous;
        measures->masked_count += entry->anomalous && entry->has_mask;
        found += entry->anomalous && entry->flagged;
        false_alarms += !entry->anomalous && entry->flagged;
    }
    measures->found = pictures_share_of(found, measures->anomalous_count);
    measures->false_alarms = pictures_share_of(false_alarms, measures->normal_count);
}

static bool rank_pictures(const struct pictures_entry *entries, size_t entry_count, size_t kind,
                          struct ranking *ret_ranking, struct error *err)
{
    struct ranked_score *scores = malloc((entry_count + 1) * sizeof *scores);
    if (!scores)
        return error_set(err, ERROR_MEMORY, "no memory to rank %zu pictures", entry_count);
    size_t count = 0;
    for (size_t i = 0; i < entry_count; i++)
        if (takes_part(&entries[i], kind))
            scores[count++] = (struct ranked_score){entries[i].score, entries[i].anomalous};
    const bool good = ranking_create(scores, count, ret_ranking, err);
    free(scores);
    return good;
}

static bool sum_up_aupimo(const struct pictures_entry *entries, size_t entry_count, size_t kind,
                          struct pictures_measures *measures, struct error *err)
{
    double *areas = malloc((entry_count + 1) * sizeof *areas), sum = 0.0;
    if (!areas)
        return error_set(err, ERROR_MEMORY, "no memory for a list of %zu pictures", entry_count);
    size_t count = 0;
    for (size_t i = 0; i < entry_count; i++) {
        if (!takes_part(&entries[i], kind) || isnan(entries[i].aupimo))
            continue;
        sum += entries[i].aupimo;
        measures->aupimo_above_half += entries[i].aupimo > 0.5;
        areas[count++] = entries[i].aupimo;
    }
    if (count > 0) {
        measures->aupimo_mean = sum / (double)count;
        measures->aupimo_p33 = percentile_of(areas, count, THIRD_PERCENT);
    }
    free(areas);
    return true;
}

static void measure_pixels(const struct pixel_counts *pixels, struct pictures_measures *measures)
{
    const struct pixel_auroc area = pixel_auroc_of(pixels);
    measures->region_count = pixels->region_count;
    measures->pixel_auroc = area.value;
    measures->pixel_auroc_error = area.error;
    measures->aupro_30 = region_overlap_area(pixels, 0.3);
    measures->aupro_05 = region_overlap_area(pixels, 0.05);
}

bool pictures_measure(const struct pictures_entry *entries, size_t entry_count, size_t kind,
                      const struct pixel_counts *pixels, struct pictures_measures *ret_measures,
                      struct ranking *ret_ranking, struct error *err)
{
    struct pictures_measures measures = pictures_measures_none();
    struct ranking ranking;
    count_flags(entries, entry_count, kind, &measures);
    if (!sum_up_aupimo(entries, entry_count, kind, &measures, err) ||
        !rank_pictures(entries, entry_count, kind, &ranking, err))
        return false;
    measures.auroc = ranking_auroc(&ranking);
    measures.at_1_percent = ranking_operating_point(&ranking, 0.01);
    measures.at_01_percent = ranking_operating_point(&ranking, 0.001);
    measure_pixels(pixels, &measures);
    if (ret_ranking)
        *ret_ranking = ranking;
    else
        ranking_finish(&ranking);
    *ret_measures = measures;
    return true;
}

void pictures_draw_curves(const struct pixel_counts *pixels, struct pictures_result *result)
{
    double tpr[CURVE_POINTS], overlap[CURVE_POINTS];
    if (pixels->normal_count == 0 || pixels->anomalous_count == 0)
        return;
    result->curve_count = CURVE_POINTS;
    pixel_curve_sample(pixels, 1.0, CURVE_POINTS, tpr, overlap);
    for (int i = 0; i < CURVE_POINTS; i++)
        result->pixel_roc[i] = (struct curve_point){(double)i / (CURVE_POINTS - 1), tpr[i]};
    pixel_curve_sample(pixels, 0.3, CURVE_POINTS, tpr, overlap);
    for (int i = 0; i < CURVE_POINTS; i++)
        result->region_roc[i] = (struct curve_point){0.3 * i / (CURVE_POINTS - 1), overlap[i]};
}

/* The same figures three times: for the next calibration, for the eye, for reading aloud.
 *
 * Names of pictures may hold bytes that are no UTF-8, which JSON cannot: those are written with
 * question marks, and such a picture counts as new next time.
 */
#include "report/calibration_report.h"

#include "model/threshold_file.h"
#include "platform/clock.h"
#include "score/distribution.h"
#include "score/error_map.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_MOST = 5, NOTABLE_LEAST = 5, NOTABLE_TIMES = 5 };

static const double percents[] = {0.1, 1, 5, 10, 25, 50, 75, 90, 95, 99, 99.5, 99.9};
enum { PERCENTS = sizeof percents / sizeof percents[0] };

size_t calibration_report_above(const struct calibration_report *report)
{
    size_t above = 0;
    for (size_t i = 0; i < report->calibration->count; i++)
        above += report->calibration->scores[i] > report->set->threshold.threshold;
    return above;
}

static json_t *text_to_json(const char *text)
{
    json_t *value = json_string(text);
    if (value)
        return value;
    char *plain = strdup(text);
    for (char *c = plain; c && *c; c++)
        if ((unsigned char)*c >= 0x80)
            *c = '?';
    value = plain ? json_string(plain) : NULL;
    free(plain);
    return value;
}

/* JSON knows no NaN. */
static json_t *number_to_json(double number)
{
    return isfinite(number) ? json_real(number) : json_null();
}

static json_t *percentiles_to_json(const struct calibration *calibration)
{
    double *sorted = calloc(calibration->count, sizeof *sorted);
    json_t *object = json_object();
    bool good = sorted && object;
    if (good)
        memcpy(sorted, calibration->scores, calibration->count * sizeof *sorted);
    for (size_t i = 0; good && i < PERCENTS; i++) {
        char key[16];
        snprintf(key, sizeof key, "%g", percents[i]);
        const double value = percentile_of(sorted, calibration->count, percents[i]);
        good = json_object_set_new(object, key, json_real(value)) == 0;
    }
    free(sorted);
    if (good)
        return object;
    json_decref(object);
    return NULL;
}

static json_t *pictures_to_json(const struct calibration_report *report)
{
    json_t *array = json_array();
    for (size_t i = 0; array && i < report->calibration->count; i++) {
        json_t *picture = json_pack("{s:o, s:f}", "name", text_to_json(report->dataset->names[i]),
                                    "score", report->calibration->scores[i]);
        if (json_array_append_new(array, picture) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

static json_t *past_to_json(const struct past_calibration *past)
{
    char ts[CLOCK_TEXT_SIZE];
    if (!past->name[0])
        return json_null();
    clock_format_iso8601(past->made_utc_ms, false, ts);
    return json_pack("{s:s, s:s, s:I, s:f}", "file", past->name, "ts", ts, "count",
                     (json_int_t)past->count, "threshold", past->threshold);
}

static json_t *drift_to_json(const struct calibration_report *report)
{
    const struct drift *drift = &report->drift;
    struct buffer sentence = {0};
    drift_append_sentence(&sentence, drift, report->past, report->calibration, &report->set->stats);
    json_t *object = json_pack("{s:s, s:s, s:o, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o}",       //
                               "verdict", drift_verdict_name(drift->verdict),                   //
                               "sentence", buffer_text(&sentence),                              //
                               "compared_with", past_to_json(report->past),                     //
                               "new_pictures", (json_int_t)drift->fresh,                        //
                               "block_length", (json_int_t)drift->block_now,                    //
                               "block_length_before", (json_int_t)drift->block_before,          //
                               "independent_samples", (json_int_t)drift->samples_now,           //
                               "independent_samples_before", (json_int_t)drift->samples_before, //
                               "ks_distance", number_to_json(drift->distance),                  //
                               "significance", number_to_json(drift->significance),             //
                               "mean_shift_stds", number_to_json(drift->mean_shift_stds));
    if (sentence.failed) {
        json_decref(object);
        object = NULL;
    }
    buffer_finish(&sentence);
    return object;
}

static json_t *figures_to_json(const struct calibration_report *report)
{
    const struct calibration *calibration = report->calibration;
    const struct dataset *dataset = report->dataset;
    const struct threshold_set *now = &report->set->threshold, *wanted = &calibration->threshold;
    const size_t above = calibration_report_above(report);
    char ts[CLOCK_TEXT_SIZE];
    clock_format_iso8601(report->made_utc_ms, false, ts);
    return json_pack(
        "{s:i, s:s, s:o, s:i, s:i, s:I, s:I, s:s, s:s, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f,"
        " s:f, s:f, s:I, s:f, s:o, s:o}",
        "schema", CALIBRATION_SCHEMA,                                        //
        "ts", ts,                                                            //
        "folder", text_to_json(report->folder),                              //
        "picture_width", dataset->camera_width,                              //
        "picture_height", dataset->camera_height,                            //
        "count", (json_int_t)calibration->count,                             //
        "skipped", (json_int_t)dataset->skipped,                             //
        "pictures_digest", dataset->digest,                                  //
        "model_digest", report->set->identity.set_digest,                    //
        "mean", calibration->mean,                                           //
        "std", calibration->std,                                             //
        "min", calibration->min,                                             //
        "max", calibration->max,                                             //
        "threshold", now->threshold,                                         //
        "new_threshold", wanted->threshold,                                  //
        "pixel_error_threshold", now->pixel_error_threshold,                 //
        "new_pixel_error_threshold", wanted->pixel_error_threshold,          //
        "blob_area_threshold", now->blob_area_threshold,                     //
        "new_blob_area_threshold", wanted->blob_area_threshold,              //
        "above_threshold", (json_int_t)above,                                //
        "above_threshold_share", (double)above / (double)calibration->count, //
        "percentiles", percentiles_to_json(calibration),                     //
        "drift", drift_to_json(report));
}

json_t *calibration_report_to_json(const struct calibration_report *report, bool pictures)
{
    json_t *object = figures_to_json(report);
    if (object && threshold_add_settings(object, &report->set->threshold) &&
        (!pictures || json_object_set_new(object, "pictures", pictures_to_json(report)) == 0))
        return object;
    json_decref(object);
    return NULL;
}

/* Equal scores come in the order of their
 * names. */
static size_t next_highest(const struct calibration *calibration, const bool *shown)
{
    size_t highest = calibration->count;
    for (size_t i = 0; i < calibration->count; i++)
        if (!shown[i] && (highest == calibration->count ||
                          calibration->scores[i] > calibration->scores[highest]))
            highest = i;
    return highest;
}

static void append_highest(const struct calibration_report *report, size_t above,
                           struct buffer *out)
{
    const struct calibration *calibration = report->calibration;
    const size_t lines = above < SHOWN_MOST ? above : SHOWN_MOST;
    bool *shown = calloc(calibration->count, sizeof *shown);
    for (size_t line = 0; shown && line < lines; line++) {
        const size_t at = next_highest(calibration, shown);
        shown[at] = true;
        buffer_append_format(out, "  %.5g  %s\n", calibration->scores[at],
                             report->dataset->names[at]);
    }
    out->failed = out->failed || !shown;
    if (above > lines)
        buffer_append_format(out, "  … and %zu more\n", above - lines);
    free(shown);
}

/* A few normal pictures are above by the very definition of the threshold; what is far more than
 * that needs doing. */
static void append_promise(size_t above, size_t count, double percentile, struct buffer *out)
{
    const double promised = 1.0 - percentile / 100.0;
    if (above >= NOTABLE_LEAST && (double)above > NOTABLE_TIMES * promised * (double)count)
        buffer_append_format(out,
                             "that is far more than the %.3g %% it was set for: train again, or "
                             "with --write-threshold set it from these pictures if all of them "
                             "are as they should be\n",
                             100.0 * promised);
}

static void append_above(const struct calibration_report *report, struct buffer *out)
{
    const size_t above = calibration_report_above(report), count = report->calibration->count;
    if (above == 0) {
        buffer_append_text(out, "none of these normal pictures is above the threshold in force\n");
        return;
    }
    buffer_append_format(out,
                         "%zu of these normal pictures (%.2g %%) %s above the threshold in force: "
                         "of 1000 normal frames, expect %.3g to be taken for abnormal\n",
                         above, 100.0 * (double)above / (double)count, above == 1 ? "is" : "are",
                         1000.0 * (double)above / (double)count);
    append_highest(report, above, out);
    append_promise(above, count, report->set->threshold.percentile, out);
}

void calibration_report_append_text(const struct calibration_report *report, struct buffer *out)
{
    const struct calibration *calibration = report->calibration;
    buffer_append_format(out, "%zu normal picture%s of %dx%d px in %s\n", calibration->count,
                         calibration->count == 1 ? "" : "s", report->dataset->camera_width,
                         report->dataset->camera_height, report->folder);
    buffer_append_format(out, "scores: %.4g on average, standard deviation %.2g, %.4g to %.4g\n",
                         calibration->mean, calibration->std, calibration->min, calibration->max);
    buffer_append_format(out,
                         "threshold: %.6g in force; these scores would give %.6g (percentile %g)\n",
                         report->set->threshold.threshold, calibration->threshold.threshold,
                         calibration->threshold.percentile);
    append_above(report, out);
    drift_append_sentence(out, &report->drift, report->past, calibration, &report->set->stats);
    buffer_append_text(out, "\n");
}

static void describe(const struct calibration_report *report, const char *project_name,
                     struct buffer *title, struct buffer *subtitle, struct buffer *axis)
{
    const struct threshold_set *threshold = &report->set->threshold;
    const size_t above = calibration_report_above(report);
    buffer_append_format(title, "Scores of normal pictures: %s, ", project_name);
    calibration_append_date(title, report->made_utc_ms);
    buffer_append_format(subtitle, "%zu picture%s, %zu above the threshold in force",
                         report->calibration->count, report->calibration->count == 1 ? "" : "s",
                         above);
    if (report->past->name[0]) {
        buffer_append_text(subtitle, "; outline: ");
        calibration_append_date(subtitle, report->past->made_utc_ms);
    }
    if (threshold->scoring_method == SCORING_TOPK)
        buffer_append_format(axis, "score (mean of the largest %g %% of squared errors, 0 to 1)",
                             threshold->topk_percent);
    else
        buffer_append_text(axis, "score (mean squared error, 0 to 1)");
}

bool calibration_report_draw(const struct calibration_report *report, const char *project_name,
                             enum plot_format format, struct buffer *out, struct error *err)
{
    struct buffer title = {0}, subtitle = {0}, axis = {0};
    describe(report, project_name, &title, &subtitle, &axis);
    const struct past_calibration *past = report->past;
    const bool moved = past->name[0] && past->threshold != report->set->threshold.threshold;
    const struct histogram_plot plot = {.title = buffer_text(&title),
                                        .subtitle = buffer_text(&subtitle),
                                        .axis = buffer_text(&axis),
                                        .values = report->calibration->scores,
                                        .count = report->calibration->count,
                                        .threshold = report->set->threshold.threshold,
                                        .percentile = report->set->threshold.percentile,
                                        .previous = past->scores,
                                        .previous_count = past->count,
                                        .previous_threshold = moved ? past->threshold : NAN};
    const bool good = buffer_check(&title, err) && buffer_check(&subtitle, err) &&
                      buffer_check(&axis, err) && histogram_plot_draw(&plot, format, out, err);
    buffer_finish(&title);
    buffer_finish(&subtitle);
    buffer_finish(&axis);
    return good;
}

/* From two series of scores to a verdict, and from the verdict to a sentence.
 *
 * The surprising thing: pictures that both calibrations saw are left out of the present series. A
 * folder to which people add would otherwise hide a change among what has not changed.
 */
#include "report/calibration_drift.h"

#include "platform/clock.h"
#include "score/distribution.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SIGNIFICANT 0.01 /* chance of calling a change what is none */
#define SUSPECT 0.1      /* chance of not calling it like before */
#define MATTERS 0.2      /* the least D that is called a change */
#define BLIND 0.6        /* where only a D above this is significant, no answer is given */
#define LEANS 2.0        /* one side of D is so much larger than the other: it goes that way */
#define SAME_SCORE 1e-4  /* relative; other machines round otherwise */

static const char *const verdict_names[DRIFT_VERDICT_COUNT] = {
    [DRIFT_FIRST] = "first",     [DRIFT_SAME_PICTURES] = "same_pictures",
    [DRIFT_TOO_FEW] = "too_few", [DRIFT_NONE] = "none",
    [DRIFT_UNCLEAR] = "unclear", [DRIFT_UP] = "up",
    [DRIFT_DOWN] = "down",       [DRIFT_SPREAD] = "spread"};

const char *drift_verdict_name(enum drift_verdict verdict)
{
    return verdict_names[verdict];
}

/* Both lists are in byte order of their names; where one is not, a picture may count as new. */
static size_t collect_fresh(const struct past_calibration *past,
                            const struct calibration *calibration, char *const *names,
                            double *ret_fresh)
{
    size_t fresh = 0, at = 0;
    for (size_t i = 0; i < calibration->count; i++) {
        const double score = calibration->scores[i];
        while (at < past->count && strcmp(past->names[at], names[i]) < 0)
            at++;
        if (at < past->count && strcmp(past->names[at], names[i]) == 0 &&
            fabs(past->scores[at] - score) <= SAME_SCORE * score)
            continue;
        ret_fresh[fresh++] = score;
    }
    return fresh;
}

static enum drift_verdict judge(const struct ks_test *test, size_t before_count, size_t now_count)
{
    if (test->significance < SIGNIFICANT && test->distance >= MATTERS) {
        if (test->rise >= LEANS * test->fall)
            return DRIFT_UP;
        return test->fall >= LEANS * test->rise ? DRIFT_DOWN : DRIFT_SPREAD;
    }
    if (ks_distance_at(SIGNIFICANT, before_count, now_count) > BLIND)
        return DRIFT_TOO_FEW;
    return test->significance < SUSPECT && test->distance >= MATTERS ? DRIFT_UNCLEAR : DRIFT_NONE;
}

/* `fresh` and `scratch` have room for all of their series. */
static void compare(const struct past_calibration *past, const double *fresh, double *scratch_now,
                    double *scratch_before, struct drift *drift)
{
    drift->block_now = series_block_length(fresh, drift->fresh);
    drift->block_before = series_block_length(past->scores, past->count);
    drift->samples_now = series_thin(fresh, drift->fresh, drift->block_now, scratch_now);
    drift->samples_before =
        series_thin(past->scores, past->count, drift->block_before, scratch_before);
    const struct ks_test test =
        ks_compare(scratch_before, drift->samples_before, scratch_now, drift->samples_now);
    drift->distance = test.distance;
    drift->significance = test.significance;
    drift->verdict = judge(&test, drift->samples_before, drift->samples_now);
}

bool drift_compare(const struct past_calibration *past, const struct calibration *calibration,
                   char *const *names, const struct model_stats *training, struct drift *ret_drift,
                   struct error *err)
{
    struct drift drift = {.distance = NAN, .significance = NAN, .mean_shift_stds = NAN};
    if (!past->name[0]) {
        drift.verdict = DRIFT_FIRST;
        drift.fresh = calibration->count;
        if (training->val_error_std > 0.0)
            drift.mean_shift_stds =
                (calibration->mean - training->val_error_mean) / training->val_error_std;
        *ret_drift = drift;
        return true;
    }
    double *fresh = calloc(calibration->count, sizeof *fresh);
    double *now = calloc(calibration->count, sizeof *now);
    double *before = calloc(past->count, sizeof *before);
    const bool good = fresh && now && before;
    if (good) {
        drift.verdict = DRIFT_SAME_PICTURES;
        drift.fresh = collect_fresh(past, calibration, names, fresh);
        if (drift.fresh > 0)
            compare(past, fresh, now, before, &drift);
        *ret_drift = drift;
    } else {
        error_set(err, ERROR_MEMORY, "no memory to compare %zu scores", calibration->count);
    }
    free(fresh);
    free(now);
    free(before);
    return good;
}

void calibration_append_date(struct buffer *out, int64_t utc_ms)
{
    static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char iso[CLOCK_TEXT_SIZE]; /* "2026-11-12T14:03:…" */
    clock_format_iso8601(utc_ms, false, iso);
    const int month = 10 * (iso[5] - '0') + iso[6] - '0';
    const int day = 10 * (iso[8] - '0') + iso[9] - '0';
    buffer_append_format(out, "%d %s %.4s, %.5s", day, months[(month + 11) % 12], iso, iso + 11);
}

static void append_first(struct buffer *out, const struct drift *drift,
                         const struct calibration *calibration, const struct model_stats *training)
{
    const double shift = drift->mean_shift_stds;
    buffer_append_format(out,
                         "the first calibration of this model, so there is only the training to "
                         "compare with: its validation pictures scored %.4g on average (standard "
                         "deviation %.2g), these %.4g",
                         training->val_error_mean, training->val_error_std, calibration->mean);
    if (fabs(shift) > 1.0)
        buffer_append_format(out,
                             ", which is %s: if these pictures were taken later, the scene has "
                             "changed; capture again and train",
                             shift > 0 ? "clearly more" : "clearly less");
    else if (!isnan(shift))
        buffer_append_text(out, ", which is much the same");
}

static void append_figures(struct buffer *out, const struct drift *drift,
                           const struct calibration *calibration)
{
    buffer_append_format(out, " (D = %.2f, %zu and %zu independent samples", drift->distance,
                         drift->samples_now, drift->samples_before);
    if (drift->fresh < calibration->count)
        buffer_append_format(out, ", of the %zu pictures that are new", drift->fresh);
    buffer_append_text(out, ")");
}

struct wording {
    const char *before_date, *after_figures;
};

static const struct wording wordings[DRIFT_VERDICT_COUNT] = {
    [DRIFT_TOO_FEW] = {"too few independent pictures to say whether the scores have changed since ",
                       "; neighbouring pictures are alike, so capture over a longer time"},
    [DRIFT_NONE] = {"the scores are like those of ", ""},
    [DRIFT_UNCLEAR] = {"the scores may have changed since ",
                       ", but too few pictures are independent to be sure; capture over a longer "
                       "time"},
    [DRIFT_UP] = {"the scores have shifted up since ",
                  ": the scene has changed, which gives false alarms; capture again and train"},
    [DRIFT_DOWN] = {"the scores have shifted down since ",
                    ": the scene has changed, and small leaks may stay below the threshold; "
                    "capture again and train"},
    [DRIFT_SPREAD] = {"the scores are spread otherwise than on ",
                      ": the scene has changed; capture again and train"},
};

void drift_append_sentence(struct buffer *out, const struct drift *drift,
                           const struct past_calibration *past,
                           const struct calibration *calibration,
                           const struct model_stats *training)
{
    if (drift->verdict == DRIFT_FIRST) {
        append_first(out, drift, calibration, training);
    } else if (drift->verdict == DRIFT_SAME_PICTURES) {
        buffer_append_text(out, "no picture that was not there on ");
        calibration_append_date(out, past->made_utc_ms);
        buffer_append_text(out, ", so there is nothing new to compare");
    } else {
        buffer_append_text(out, wordings[drift->verdict].before_date);
        calibration_append_date(out, past->made_utc_ms);
        append_figures(out, drift, calibration);
        buffer_append_text(out, wordings[drift->verdict].after_figures);
    }
}

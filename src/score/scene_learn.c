/* Pictures → what is normal: four passes over the files, none of which keeps them.
 *
 * 1. the median over time of up to 48 pictures, each freed of its own brightness: nobody who stood
 *    there for less than half of the time is in it; 2. the mean rest against that, and how much
 * strays in each picture; 3. the spread of the rest, without the pictures that stray most;
 * 4. the hold-out through the very filter that watches, for the thresholds.
 */
#include "score/scene_learn.h"

#include "score/extreme_value.h"
#include "score/rank.h"
#include "score/scene_evidence.h"
#include "score/scene_survey.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MEDIAN_PICTURES = 48, TOP_MOST = 6, BLOCK_PICTURES = 4, BRIM_PX = 2 };

static const double HOLDOUT_SHARE = 0.25;
static const float QUANTISED = 4096.0f; /* steps per unit of the logarithm, in the median pass */
static const float STRAY_LUMA = 0.15f;  /* of the rest: more than noise, in any scene */
static const float STRAY_CLIP = 0.25f;
static const float FLOOR_SHARE = 0.7f;    /* of the median spread */
static const float EDGE_DOUBT_PX = 0.12f; /* registration may be off by this much */
static const float PEAK_NORMAL = 4.0f;    /* spreads that the hold-out may last at anywhere */
static const float BRIM_DOUBT = 3.0f;     /* at the brim, windows are half and nothing moves in */
static const float SPREAD_LEAST = 1.5e-3f;
static const float THRESHOLD_LEAST = 5.0f, THRESHOLD_MOST = 30.0f;
static const float UNKNOWN = 1e6f;     /* threshold and calm while they are not known */
static const float LASTING = 8.0f;     /* spreads, in the hold-out: somebody should look */
static const size_t REPEATS_MOST = 10; /* one of so many may: then the camera has no noise */
static const double SECONDS_PER_MONTH = 30.0 * 86400.0;

struct learner {
    const struct scene_pictures *pictures;
    const struct scene_learning *learning;
    struct scene_normal *normal;
    struct scene_rest *rest;
    size_t train_count;
    size_t plane;
    double done, total; /* pictures looked at, for progress */
    float *stray;       /* [count]: share of pixels that stray, of the training pictures */
    bool *is_outlier;   /* [count] */
    size_t outlier_count, stray_count, first_stray;
    struct scene_survey *survey;
    struct scene_change change;
    float *sums, *squares, *tops; /* [MAP_COUNT][plane], tops [TOP_MOST] of them */
    int top_count;
};

static bool read_picture(struct learner *learner, size_t index, const uint8_t **ret_rgb,
                         struct error *err)
{
    const struct scene_pictures *pictures = learner->pictures;
    learner->done += 1.0;
    if (pictures->progress && !pictures->progress(pictures->context, learner->done, learner->total))
        return error_set(err, ERROR_CANCELLED, "stopped while learning the scene");
    return pictures->read(pictures->context, index, ret_rgb, err);
}

static ptrdiff_t stride_of(const struct learner *learner)
{
    return 3 * (ptrdiff_t)learner->pictures->width;
}

/* ---- pass 1: the median over time */

static float plane_median(const float *plane, size_t count)
{
    return rank_largest(plane, count, (count + 1) / 2);
}

static int16_t quantise(float value)
{
    float scaled = value * QUANTISED;
    return (int16_t)lrintf(fminf(fmaxf(scaled, -32768.0f), 32767.0f));
}

static int16_t middle_of(int16_t *values, int count)
{
    for (int i = 1; i < count; i++) {
        int16_t value = values[i];
        int at = i;
        for (; at > 0 && values[at - 1] > value; at--)
            values[at] = values[at - 1];
        values[at] = value;
    }
    return values[count / 2];
}

static void take_medians(struct learner *learner, const int16_t *stack, int count,
                         const float *levels)
{
    const size_t values = CHANNEL_COUNT * learner->plane;
    for (size_t i = 0; i < values; i++) {
        int16_t column[MEDIAN_PICTURES];
        for (int k = 0; k < count; k++)
            column[k] = stack[(size_t)k * values + i];
        learner->normal->mean[i] =
            (float)middle_of(column, count) / QUANTISED + levels[i / learner->plane];
    }
}

/* Each picture is freed of its own brightness and colour, and gets the middle ones. */
static bool stack_pictures(struct learner *learner, struct scene_view *view, int16_t *stack,
                           int count, struct error *err)
{
    const size_t plane = learner->plane, values = CHANNEL_COUNT * plane;
    float levels[CHANNEL_COUNT][MEDIAN_PICTURES], middle[CHANNEL_COUNT];
    float *planes = learner->normal->mean; /* not needed yet */
    struct scene_brightness brightness;
    int black = 0;
    for (int k = 0; k < count; k++) {
        const uint8_t *rgb;
        size_t index = (size_t)k * learner->train_count / (size_t)count;
        if (!read_picture(learner, index, &rgb, err))
            return false;
        scene_view_read(view, rgb, stride_of(learner), planes, &brightness);
        black += scene_is_black(&brightness);
        for (size_t channel = 0; channel < CHANNEL_COUNT; channel++) {
            float median = plane_median(planes + channel * plane, plane);
            levels[channel][k] = median;
            for (size_t i = 0; i < plane; i++)
                stack[(size_t)k * values + channel * plane + i] =
                    quantise(planes[channel * plane + i] - median);
        }
    }
    if (2 * black > count)
        return error_set(err, ERROR_FORMAT,
                         "most of the normal pictures are black: switch the light on, take the cap "
                         "off the lens, check camera.exposure, and capture again");
    for (int channel = 0; channel < CHANNEL_COUNT; channel++)
        middle[channel] = plane_median(levels[channel], (size_t)count);
    take_medians(learner, stack, count, middle);
    return true;
}

static bool find_median(struct learner *learner, struct error *err)
{
    int count =
        learner->train_count < MEDIAN_PICTURES ? (int)learner->train_count : MEDIAN_PICTURES;
    struct scene_view *view = scene_view_create(learner->normal->size, err);
    if (!view)
        return false;
    int16_t *stack = malloc((size_t)count * CHANNEL_COUNT * learner->plane * sizeof *stack);
    bool good = stack ? stack_pictures(learner, view, stack, count, err)
                      : error_set(err, ERROR_MEMORY, "no memory for a stack of %d pictures", count);
    free(stack);
    scene_view_destroy(view);
    return good;
}

/* ---- what passes 2 to 4 have in common */

static bool look_anew(struct learner *learner, struct error *err)
{
    scene_rest_destroy(learner->rest);
    learner->rest = scene_rest_create(learner->normal->size, learner->normal->mean,
                                      learner->learning->parts, err);
    return learner->rest != NULL;
}

static bool each_picture(struct learner *learner, size_t from, size_t to,
                         void (*take)(struct learner *learner, size_t index, const uint8_t *rgb,
                                      const struct scene_glance *glance),
                         struct error *err)
{
    for (size_t i = from; i < to; i++) {
        const uint8_t *rgb;
        struct scene_glance glance;
        if (learner->is_outlier[i])
            continue;
        if (!read_picture(learner, i, &rgb, err))
            return false;
        scene_rest_read(learner->rest, rgb, stride_of(learner), NULL, NULL, &glance);
        take(learner, i, rgb, &glance);
    }
    return true;
}

/* ---- pass 2: the mean, and who strays */

static void take_mean(struct learner *learner, size_t index, const uint8_t *rgb,
                      const struct scene_glance *glance)
{
    scene_survey_take(learner->survey, index, rgb, scene_rest_frame(learner->rest), glance);
    size_t strays = 0;
    for (int channel = 0; channel < CHANNEL_COUNT; channel++) {
        const float *map = scene_rest_map(learner->rest, channel);
        float *sums = learner->sums + (size_t)channel * learner->plane;
        for (size_t i = 0; i < learner->plane; i++) {
            strays += channel == CHANNEL_LUMA && fabsf(map[i]) > STRAY_LUMA;
            sums[i] += fminf(fmaxf(map[i], -STRAY_CLIP), STRAY_CLIP);
        }
    }
    learner->stray[index] = (float)strays / (float)learner->plane;
}

/* More than a tenth of all pictures is no accident but the scene. */
static void find_outliers(struct learner *learner)
{
    const size_t count = learner->train_count;
    float median = plane_median(learner->stray, count);
    float limit = 4.0f * median + 0.004f;
    for (size_t i = count; i-- > 0;)
        if (learner->stray[i] > limit) {
            learner->stray_count++;
            learner->first_stray = i;
        }
    if (learner->stray_count * 10 <= count)
        learner->outlier_count = learner->stray_count;
    for (size_t i = 0; i < count && learner->outlier_count > 0; i++)
        learner->is_outlier[i] = learner->stray[i] > limit;
}

static bool find_mean(struct learner *learner, struct error *err)
{
    if (!look_anew(learner, err) || !each_picture(learner, 0, learner->train_count, take_mean, err))
        return false;
    const float share = 1.0f / (float)learner->train_count;
    for (size_t i = 0; i < CHANNEL_COUNT * learner->plane; i++)
        learner->normal->mean[i] += learner->sums[i] * share;
    find_outliers(learner);
    return true;
}

/* ---- pass 3: the spread */

static void keep_top(float *tops, size_t step, int count, float value)
{
    for (int k = 0; k < count; k++, tops += step)
        if (value > *tops) {
            float lower = *tops;
            *tops = value;
            value = lower;
        }
}

static void take_spread(struct learner *learner, size_t index, const uint8_t *rgb,
                        const struct scene_glance *glance)
{
    (void)index;
    (void)rgb;
    struct scene_normal *normal = learner->normal;
    const size_t all = MAP_COUNT * learner->plane;
    for (int map = 0; map < MAP_COUNT; map++) {
        const float *rest = scene_rest_map(learner->rest, map);
        const size_t offset = (size_t)map * learner->plane;
        for (size_t i = 0; i < learner->plane; i++) {
            learner->sums[offset + i] += rest[i];
            learner->squares[offset + i] += rest[i] * rest[i];
            if (fabsf(rest[i]) > learner->tops[(size_t)(learner->top_count - 1) * all + offset + i])
                keep_top(learner->tops + offset + i, all, learner->top_count, fabsf(rest[i]));
        }
    }
    normal->likeness = fminf(normal->likeness, glance->edges.likeness);
    normal->sharpness_low = fminf(normal->sharpness_low, glance->edges.sharpness);
    normal->brightness_low = fminf(normal->brightness_low, glance->brightness.mean);
    normal->brightness_high = fmaxf(normal->brightness_high, glance->brightness.mean);
}

/* The largest of 3x3 neighbours: what moves a pixel may move its neighbour tomorrow. */
static void dilate(const float *from, struct scene_size size, float *to)
{
    for (int y = 0; y < size.height; y++)
        for (int x = 0; x < size.width; x++) {
            float largest = 0.0f;
            for (int dy = y > 0 ? -1 : 0; dy <= (y + 1 < size.height ? 1 : 0); dy++)
                for (int dx = x > 0 ? -1 : 0; dx <= (x + 1 < size.width ? 1 : 0); dx++)
                    largest = fmaxf(largest, from[(y + dy) * size.width + x + dx]);
            to[y * size.width + x] = largest;
        }
}

static void finish_spread(struct learner *learner, int map, float share, float *scratch)
{
    const struct scene_size size = learner->normal->size;
    const size_t plane = learner->plane, offset = (size_t)map * plane;
    const float *mean = learner->normal->mean + (size_t)(map % CHANNEL_COUNT) * plane;
    float *raw = learner->sums + offset, *spread = learner->normal->spread + offset;
    const float *top =
        learner->tops + (size_t)(learner->top_count - 1) * MAP_COUNT * plane + offset;
    for (size_t i = 0; i < plane; i++) {
        float middle = learner->sums[offset + i] * share;
        float variance = learner->squares[offset + i] * share - middle * middle;
        raw[i] = fmaxf(sqrtf(fmaxf(variance, 0.0f)), top[i] / 3.0f);
    }
    float floor = FLOOR_SHARE * plane_median(raw, plane);
    dilate(raw, size, spread);
    /* The windows' own means: the gradient that a larger window sees is smaller. */
    scene_box_mean(mean, size, scene_scale_radius[map / CHANNEL_COUNT], scratch + plane, scratch);
    scene_gradient(scratch, size, raw);
    for (size_t i = 0; i < plane; i++)
        spread[i] = fmaxf(fmaxf(hypotf(spread[i], EDGE_DOUBT_PX * raw[i]), floor), SPREAD_LEAST);
    for (int y = 0; y < size.height; y++)
        for (int x = 0; x < size.width; x++)
            if (x < BRIM_PX || y < BRIM_PX || x >= size.width - BRIM_PX ||
                y >= size.height - BRIM_PX)
                spread[y * size.width + x] *= BRIM_DOUBT;
}

static bool find_spread(struct learner *learner, struct error *err)
{
    struct scene_normal *normal = learner->normal;
    const size_t all = MAP_COUNT * learner->plane;
    const size_t count = learner->train_count - learner->outlier_count;
    memset(learner->sums, 0, all * sizeof(float));
    learner->top_count = 1 + (int)(0.005 * (double)count);
    if (learner->top_count > TOP_MOST)
        learner->top_count = TOP_MOST;
    normal->likeness = normal->sharpness_low = normal->brightness_low = 1.0f;
    float *scratch = malloc((2 * learner->plane + (size_t)normal->size.width) * sizeof(float));
    bool good =
        scratch != NULL || error_set(err, ERROR_MEMORY, "no memory to learn a scene of %dx%d px",
                                     normal->size.width, normal->size.height);
    good = good && look_anew(learner, err) &&
           each_picture(learner, 0, learner->train_count, take_spread, err);
    for (int map = 0; good && map < MAP_COUNT; map++)
        finish_spread(learner, map, 1.0f / (float)count, scratch);
    free(scratch);
    return good;
}

/* ---- pass 4: calm and thresholds from the hold-out */

struct holdout {
    struct scene_evidence *evidence;
    double *maxima[MAP_COUNT]; /* of blocks */
    size_t blocks;
    float *samples;
    double calm[MAP_COUNT];
    size_t count;
};

static void take_maxima(struct learner *learner, struct holdout *holdout, size_t index)
{
    const struct scene_normal *normal = learner->normal;
    size_t block = index / BLOCK_PICTURES;
    for (int map = 0; map < MAP_COUNT; map++) {
        double peak = (double)scene_evidence_peak(holdout->evidence, map);
        double *largest = &holdout->maxima[map][block];
        *largest = fmax(*largest, peak);
        holdout->calm[map] += (double)scene_map_median(
            scene_rest_map(learner->rest, map), normal->spread + (size_t)map * learner->plane,
            normal->size, holdout->samples);
    }
    holdout->blocks = block + 1;
    holdout->count++;
}

/* Where the hold-out strays further than elsewhere, and for longer, the scene does so: a display
 * that shows a digit for the first time, a tank that goes on changing. */
static void widen(struct learner *learner, const float *peaks)
{
    struct scene_normal *normal = learner->normal;
    for (int map = 0; map < MAP_COUNT; map++) {
        const float *peak = peaks + (size_t)map * learner->plane;
        float *spread = normal->spread + (size_t)map * learner->plane;
        dilate(peak, normal->size, learner->sums);
        dilate(learner->sums, normal->size, learner->squares);
        for (size_t i = 0; i < learner->plane; i++)
            spread[i] *= fmaxf(1.0f, learner->squares[i] / PEAK_NORMAL);
    }
}

/* Picture `index` of the hold-out through the filter that watches. */
static bool watch_picture(struct learner *learner, size_t index, struct scene_evidence *evidence,
                          const uint8_t **ret_rgb, struct scene_glance *ret_glance,
                          struct error *err)
{
    if (!read_picture(learner, index, ret_rgb, err))
        return false;
    scene_rest_read(learner->rest, *ret_rgb, stride_of(learner), NULL, NULL, ret_glance);
    scene_evidence_follow(evidence, learner->rest, learner->learning->interval_seconds, false);
    return true;
}

static bool read_holdout(struct learner *learner, struct holdout *holdout, struct error *err)
{
    const uint8_t *rgb;
    struct scene_glance glance;
    for (size_t i = learner->train_count; i < learner->pictures->count; i++) {
        if (!watch_picture(learner, i, holdout->evidence, &rgb, &glance, err))
            return false;
        take_maxima(learner, holdout, i - learner->train_count);
    }
    return true;
}

static void set_thresholds(struct learner *learner, struct holdout *holdout)
{
    const struct scene_learning *learning = learner->learning;
    double blocks_per_month =
        SECONDS_PER_MONTH / (BLOCK_PICTURES * fmax(learning->interval_seconds, 0.1));
    double blocks = blocks_per_month * MAP_COUNT / fmax(learning->false_alarms_per_month, 1e-3);
    for (int map = 0; map < MAP_COUNT; map++) {
        struct gumbel gumbel = gumbel_fit(holdout->maxima[map], holdout->blocks);
        float level = (float)gumbel_return_level(gumbel, blocks);
        learner->normal->threshold[map] = fminf(fmaxf(level, THRESHOLD_LEAST), THRESHOLD_MOST);
        learner->normal->calm[map] = (float)(holdout->calm[map] / (double)holdout->count);
    }
}

/* How far each pixel's lasting evidence goes in the hold-out. */
static bool find_peaks(struct learner *learner, struct scene_evidence *evidence,
                       struct scene_lasting *lasting, float *peaks, struct error *err)
{
    const uint8_t *rgb;
    struct scene_glance glance;
    for (size_t i = learner->train_count; i < learner->pictures->count; i++) {
        if (!watch_picture(learner, i, evidence, &rgb, &glance, err))
            return false;
        scene_evidence_raise_peaks(evidence, peaks);
        scene_lasting_follow(lasting, scene_evidence_strength(evidence), LASTING / UNKNOWN, i);
        scene_survey_take(learner->survey, i, rgb, scene_rest_frame(learner->rest), &glance);
    }
    return true;
}

static bool widen_by_holdout(struct learner *learner, struct error *err)
{
    float *peaks = learner->tops; /* not needed any more */
    struct scene_evidence *evidence = scene_evidence_create(learner->normal, err);
    struct scene_lasting *lasting = scene_lasting_create(learner->normal->size, err);
    memset(peaks, 0, MAP_COUNT * learner->plane * sizeof(float));
    bool good = evidence && lasting && find_peaks(learner, evidence, lasting, peaks, err);
    if (good) {
        learner->change = scene_lasting_find(lasting);
        widen(learner, peaks);
    }
    scene_lasting_destroy(lasting);
    scene_evidence_destroy(evidence);
    return good;
}

static bool find_thresholds(struct learner *learner, struct error *err)
{
    struct holdout holdout = {0};
    size_t most = learner->pictures->count / BLOCK_PICTURES + 2;
    for (int map = 0; map < MAP_COUNT; map++) {
        learner->normal->calm[map] = UNKNOWN; /* no frame is noisier */
        learner->normal->threshold[map] = UNKNOWN;
    }
    bool good = widen_by_holdout(learner, err) &&
                (holdout.evidence = scene_evidence_create(learner->normal, err)) != NULL;
    holdout.samples = malloc(scene_map_median_scratch(learner->normal->size) * sizeof(float));
    double *maxima = calloc(MAP_COUNT * most, sizeof *maxima);
    for (size_t map = 0; map < MAP_COUNT; map++)
        holdout.maxima[map] = maxima ? maxima + map * most : NULL;
    if (good && (!holdout.samples || !maxima))
        good = error_set(err, ERROR_MEMORY, "no memory for thresholds");
    good = good && read_holdout(learner, &holdout, err);
    if (good)
        set_thresholds(learner, &holdout);
    scene_evidence_destroy(holdout.evidence);
    free(holdout.samples);
    free(maxima);
    return good;
}

/* ---- all of it */

static bool reserve(struct learner *learner, struct error *err)
{
    const size_t all = MAP_COUNT * learner->plane, count = learner->pictures->count;
    learner->stray = calloc(count, sizeof(float));
    learner->is_outlier = calloc(count, sizeof(bool));
    learner->sums = calloc(all, sizeof(float));
    learner->squares = calloc(all, sizeof(float));
    learner->tops = calloc(TOP_MOST * all, sizeof(float));
    learner->survey =
        scene_survey_create(count, (size_t)stride_of(learner) * (size_t)learner->pictures->height,
                            learner->normal->size, err);
    if (!learner->survey)
        return false;
    return (learner->stray && learner->is_outlier && learner->sums && learner->squares &&
            learner->tops) ||
           error_set(err, ERROR_MEMORY, "no memory to learn a scene of %dx%d px",
                     learner->normal->size.width, learner->normal->size.height);
}

/* Gradient that a hundredth of the mean picture has. */
static float edges_of(struct learner *learner)
{
    scene_gradient(learner->normal->mean, learner->normal->size, learner->sums);
    return rank_largest(learner->sums, learner->plane, 1 + learner->plane / 100);
}

static bool fill_lesson(struct learner *learner, struct scene_lesson *ret_lesson, struct error *err)
{
    struct scene_lesson lesson = {.used = learner->train_count - learner->outlier_count,
                                  .held_out = learner->pictures->count - learner->train_count,
                                  .moves = learner->stray_count > learner->outlier_count,
                                  .stray_count = learner->stray_count,
                                  .first_stray = learner->first_stray,
                                  .repeats = scene_survey_repeats(learner->survey),
                                  .second_place = scene_survey_second_place(learner->survey),
                                  .edges = edges_of(learner),
                                  .spread = plane_median(learner->normal->spread, learner->plane),
                                  .change = learner->change};
    lesson.dark_count = scene_survey_dark(learner->survey, &lesson.first_dark);
    lesson.outliers = calloc(learner->outlier_count + 1, sizeof *lesson.outliers);
    if (!lesson.outliers)
        return error_set(err, ERROR_MEMORY, "no memory for the list of outliers");
    for (size_t i = 0; i < learner->train_count; i++)
        if (learner->is_outlier[i])
            lesson.outliers[lesson.outlier_count++] = i;
    learner->normal->noiseless = lesson.repeats * REPEATS_MOST > learner->pictures->count;
    *ret_lesson = lesson;
    return true;
}

struct scene_normal *scene_learn(const struct scene_pictures *pictures,
                                 const struct scene_learning *learning,
                                 struct scene_lesson *ret_lesson, struct error *err)
{
    assert(pictures->count >= SCENE_PICTURES_LEAST);
    struct scene_normal *normal = scene_normal_create(pictures->width, pictures->height, err);
    if (!normal)
        return NULL;
    struct learner learner = {.pictures = pictures,
                              .learning = learning,
                              .normal = normal,
                              .plane = scene_pixels(normal->size)};
    learner.train_count = pictures->count - (size_t)(HOLDOUT_SHARE * (double)pictures->count);
    learner.total = (double)(MEDIAN_PICTURES + 2 * pictures->count);
    bool good = reserve(&learner, err) && find_median(&learner, err) && find_mean(&learner, err) &&
                find_spread(&learner, err) && look_anew(&learner, err) &&
                find_thresholds(&learner, err) && fill_lesson(&learner, ret_lesson, err);
    scene_rest_destroy(learner.rest);
    scene_survey_destroy(learner.survey);
    free(learner.stray);
    free(learner.is_outlier);
    free(learner.sums);
    free(learner.squares);
    free(learner.tops);
    if (good)
        return normal;
    scene_normal_destroy(normal);
    return NULL;
}

void scene_lesson_finish(struct scene_lesson *lesson)
{
    free(lesson->outliers);
    *lesson = (struct scene_lesson){0};
}

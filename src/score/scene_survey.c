/* Sights of single pictures → what is to be said about all of them. Called while a scene is
 * learned.
 *
 * Where the camera was moved is found as a change point: the split in time at which the means of
 * the two sides lie furthest apart, weighed by how many pictures each side has, so that a single
 * person at the start does not outweigh a move in the middle. Means of many pictures hardly have
 * noise, which is why their likeness can be held against a fixed limit.
 */
#include "score/scene_survey.h"

#include "score/scene_health.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CELL_COLUMNS = 48, CELL_ROWS = 27, CELLS = CELL_COLUMNS * CELL_ROWS };
enum { SIDE_LEAST = 4 }; /* pictures; fewer are somebody's visit */

static const float BLACK_MEAN = 12.0f / 255.0f, BLACK_SHARE = 0.97f;
static const double PLACE_LIKENESS = 0.75; /* of two mean pictures; one place has above 0.9 */
static const double PLACE_SHIFT_PX = 2.0;  /* of the planes, between the means of the two sides */
static const double PLACE_SHIFT_STEADY = 0.5; /* of that: how far single pictures may lie off */

struct sight {
    uint64_t digest;
    struct scene_brightness brightness;
    struct shift shift;
    bool taken;
};

struct scene_survey {
    size_t count, picture_size;
    struct scene_size size;
    struct sight *sights; /* [count] */
    float *cells;         /* [count][CELLS]: mean 0, length 1 */
};

struct scene_survey *scene_survey_create(size_t count, size_t picture_size, struct scene_size size,
                                         struct error *err)
{
    struct scene_survey *survey = calloc(1, sizeof *survey);
    if (survey) {
        *survey = (struct scene_survey){.count = count, .picture_size = picture_size, .size = size};
        survey->sights = calloc(count, sizeof *survey->sights);
        survey->cells = calloc(count * CELLS, sizeof *survey->cells);
    }
    if (!survey || !survey->sights || !survey->cells) {
        scene_survey_destroy(survey);
        error_set(err, ERROR_MEMORY, "no memory to compare %zu pictures", count);
        return NULL;
    }
    return survey;
}

void scene_survey_destroy(struct scene_survey *survey)
{
    if (!survey)
        return;
    free(survey->sights);
    free(survey->cells);
    free(survey);
}

/* Edges of the frame, summed in cells. */
static void sum_edges(struct scene_size size, const float *luma, float *ret_cells)
{
    const int width = size.width, height = size.height;
    memset(ret_cells, 0, CELLS * sizeof *ret_cells);
    for (int y = 0; y + 1 < height; y++) {
        const float *row = luma + (size_t)y * (size_t)width, *below = row + width;
        float *cells = ret_cells + y * CELL_ROWS / height * CELL_COLUMNS;
        for (int x = 0; x + 1 < width; x++)
            cells[x * CELL_COLUMNS / width] +=
                fabsf(row[x + 1] - row[x]) + fabsf(below[x] - row[x]);
    }
}

static void normalise(float *cells)
{
    double sum = 0.0, squares = 0.0;
    for (int i = 0; i < CELLS; i++)
        sum += (double)cells[i];
    const float mean = (float)(sum / CELLS);
    for (int i = 0; i < CELLS; i++) {
        cells[i] -= mean;
        squares += (double)cells[i] * (double)cells[i];
    }
    const float share = squares > 0.0 ? (float)(1.0 / sqrt(squares)) : 0.0f;
    for (int i = 0; i < CELLS; i++)
        cells[i] *= share;
}

void scene_survey_take(struct scene_survey *survey, size_t index, const uint8_t *rgb,
                       const float *frame, const struct scene_glance *glance)
{
    float *cells = survey->cells + index * CELLS;
    survey->sights[index] = (struct sight){.digest = scene_digest(rgb, survey->picture_size),
                                           .brightness = glance->brightness,
                                           .shift = glance->shift,
                                           .taken = true};
    sum_edges(survey->size, frame, cells);
    normalise(cells);
}

size_t scene_survey_repeats(const struct scene_survey *survey)
{
    size_t repeats = 0;
    for (size_t i = 1; i < survey->count; i++) {
        const struct sight *sight = &survey->sights[i];
        repeats += sight->taken && sight[-1].taken && sight->digest == sight[-1].digest;
    }
    return repeats;
}

bool scene_is_black(const struct scene_brightness *brightness)
{
    return brightness->mean < BLACK_MEAN || brightness->dark_share >= BLACK_SHARE;
}

size_t scene_survey_dark(const struct scene_survey *survey, size_t *ret_first)
{
    size_t dark = 0;
    for (size_t i = 0; i < survey->count; i++) {
        const struct sight *sight = &survey->sights[i];
        if (!sight->taken || !scene_is_black(&sight->brightness))
            continue;
        if (dark++ == 0)
            *ret_first = i;
    }
    return dark;
}

/* ---- two places */

/* Sums over the pictures of one side of a split. */
struct side {
    double count, x, y, off;
    double cells[CELLS];
};

static void move_picture(const struct scene_survey *survey, size_t index, double sign,
                         struct side *side)
{
    const struct sight *sight = &survey->sights[index];
    const float *cells = survey->cells + index * CELLS;
    if (!sight->taken || scene_is_black(&sight->brightness))
        return;
    side->count += sign;
    side->x += sign * (double)sight->shift.x;
    side->y += sign * (double)sight->shift.y;
    for (int i = 0; i < CELLS; i++)
        side->cells[i] += sign * (double)cells[i];
}

/* Cosine of the angle between the two means. */
static double likeness_of(const struct side *before, const struct side *after)
{
    double both = 0.0, a = 0.0, b = 0.0;
    for (int i = 0; i < CELLS; i++) {
        both += before->cells[i] * after->cells[i];
        a += before->cells[i] * before->cells[i];
        b += after->cells[i] * after->cells[i];
    }
    return a > 0.0 && b > 0.0 ? both / sqrt(a * b) : 1.0;
}

static double shift_between(const struct side *before, const struct side *after)
{
    return hypot(before->x / before->count - after->x / after->count,
                 before->y / before->count - after->y / after->count);
}

/* Which of two ways to tell a split by: edges elsewhere, or a shift that registration found. */
struct split {
    size_t first; /* of the second side; 0 = none yet */
    double weight, distance;
    struct shift before, after;
};

static void consider(struct split *split, size_t first, double distance, double balance)
{
    if (split->first != 0 && distance * balance <= split->weight)
        return;
    split->first = first;
    split->weight = distance * balance;
    split->distance = distance;
}

static struct shift mean_shift(const struct side *side)
{
    return (struct shift){(float)(side->x / side->count), (float)(side->y / side->count)};
}

static void find_splits(const struct scene_survey *survey, struct side *before, struct side *after,
                        struct split *by_edges, struct split *by_shift)
{
    for (size_t i = 0; i < survey->count; i++)
        move_picture(survey, i, 1.0, after);
    for (size_t i = 0; i + 1 < survey->count; i++) {
        move_picture(survey, i, 1.0, before);
        move_picture(survey, i, -1.0, after);
        if (before->count < SIDE_LEAST || after->count < SIDE_LEAST)
            continue;
        const double all = before->count + after->count;
        const double balance = sqrt(before->count * after->count) / all;
        consider(by_edges, i + 1, 1.0 - likeness_of(before, after), balance);
        consider(by_shift, i + 1, shift_between(before, after), balance);
        if (by_shift->first == i + 1) {
            by_shift->before = mean_shift(before);
            by_shift->after = mean_shift(after);
        }
    }
}

/* A camera that trembles is no camera that stood in two places: most pictures must lie near the
 * mean of their side. */
static bool is_steady(const struct scene_survey *survey, const struct split *split)
{
    size_t near = 0, all = 0;
    for (size_t i = 0; i < survey->count; i++) {
        const struct sight *sight = &survey->sights[i];
        const struct shift mean = i < split->first ? split->before : split->after;
        if (!sight->taken || scene_is_black(&sight->brightness))
            continue;
        all++;
        near += hypot((double)(sight->shift.x - mean.x), (double)(sight->shift.y - mean.y)) <
                PLACE_SHIFT_STEADY * split->distance;
    }
    return near * 10 >= all * 9;
}

static double dot(const float *cells, const struct side *side)
{
    double sum = 0.0, squares = 0.0;
    for (int i = 0; i < CELLS; i++) {
        sum += (double)cells[i] * side->cells[i];
        squares += side->cells[i] * side->cells[i];
    }
    return squares > 0.0 ? sum / sqrt(squares) : 0.0;
}

/* Somebody who stood there for two pictures makes the mean of a short side unlike the others, but
 * not each of its pictures. */
static bool is_clean(const struct scene_survey *survey, size_t first, struct side *before,
                     struct side *after)
{
    size_t right = 0, all = 0;
    *before = *after = (struct side){0};
    for (size_t i = 0; i < survey->count; i++)
        move_picture(survey, i, 1.0, i < first ? before : after);
    for (size_t i = 0; i < survey->count; i++) {
        const float *cells = survey->cells + i * CELLS;
        const struct sight *sight = &survey->sights[i];
        if (!sight->taken || scene_is_black(&sight->brightness))
            continue;
        all++;
        right += (dot(cells, before) > dot(cells, after)) == (i < first);
    }
    return right * 20 >= all * 19;
}

size_t scene_survey_second_place(const struct scene_survey *survey)
{
    struct side before = {0}, after = {0};
    struct split by_edges = {0}, by_shift = {0};
    find_splits(survey, &before, &after, &by_edges, &by_shift);
    if (by_edges.first != 0 && by_edges.distance > 1.0 - PLACE_LIKENESS &&
        is_clean(survey, by_edges.first, &before, &after))
        return by_edges.first;
    if (by_shift.first != 0 && by_shift.distance > PLACE_SHIFT_PX && is_steady(survey, &by_shift))
        return by_shift.first;
    return 0;
}

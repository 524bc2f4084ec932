/* Shows what src/evaluate makes of numbers from a file, for test-against-sklearn.py.
 *
 *     print-measures ranking FILE
 *         FILE: per picture a line "TRUTH SCORE". Prints a line "auroc A", one "at LIMIT TPR FPR
 *         THRESHOLD RESOLVED" per limit, and one "point THRESHOLD FPR TPR" per point of the curve.
 *     print-measures pixels FILE WIDTH HEIGHT NORMAL ANOMALOUS
 *         FILE: per picture the floats of its map, then one byte per pixel of its mask; normal
 *         pictures first. Prints "auroc A ERROR", "aupro LIMIT A" and a line "aupimo A" per
 * abnormal picture.
 */
#include "evaluate/image_overlap.h"
#include "evaluate/ranking.h"
#include "evaluate/region_overlap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int fail(const char *what)
{
    fprintf(stderr, "print-measures: %s\n", what);
    return 2;
}

static int print_ranking(FILE *file)
{
    enum { MOST = 100000 };
    static struct ranked_score scores[MOST];
    static const double limits[] = {0.01, 0.001};
    struct ranking ranking;
    size_t count = 0;
    int truth;
    while (count < MOST && fscanf(file, "%d %lf", &truth, &scores[count].score) == 2)
        scores[count++].anomalous = truth;
    if (!feof(file) || !ranking_create(scores, count, &ranking, NULL))
        return fail("a line that is not TRUTH SCORE, or too many");
    printf("auroc %.17g\n", ranking_auroc(&ranking));
    for (size_t i = 0; i < 2; i++) {
        const struct operating_point point = ranking_operating_point(&ranking, limits[i]);
        printf("at %g %.17g %.17g %.17g %d\n", limits[i], point.tpr, point.fpr, point.threshold,
               point.resolved);
    }
    for (size_t i = 0; i < ranking.count; i++)
        printf("point %.17g %.17g %.17g\n", ranking.points[i].threshold, ranking.points[i].fpr,
               ranking.points[i].tpr);
    ranking_finish(&ranking);
    return 0;
}

struct room {
    int width, height;
    size_t count;
    float *values;
    uint8_t *mask;
    uint32_t *labels, *areas, *bins;
    struct pixel_counts *normals, *all;
};

static bool room_make(struct room *room, int width, int height)
{
    const size_t count = (size_t)width * (size_t)height;
    *room = (struct room){.width = width,
                          .height = height,
                          .count = count,
                          .values = malloc(count * sizeof *room->values),
                          .mask = malloc(count),
                          .labels = malloc(count * sizeof *room->labels),
                          .areas = malloc(count * sizeof *room->areas),
                          .bins = calloc(PIXEL_BINS, sizeof *room->bins),
                          .normals = pixel_counts_create(NULL),
                          .all = pixel_counts_create(NULL)};
    return room->values && room->mask && room->labels && room->areas && room->bins &&
           room->normals && room->all;
}

static void room_finish(struct room *room)
{
    free(room->values);
    free(room->mask);
    free(room->labels);
    free(room->areas);
    free(room->bins);
    pixel_counts_destroy(room->normals);
    pixel_counts_destroy(room->all);
}

static bool add_picture(struct room *room, FILE *file, bool anomalous)
{
    if (fread(room->values, sizeof *room->values, room->count, file) != room->count ||
        fread(room->mask, 1, room->count, file) != room->count)
        return false;
    const size_t regions =
        regions_find(room->mask, room->width, room->height, room->labels, room->areas);
    pixel_counts_add(room->all, room->values, room->areas, room->count, regions);
    if (anomalous)
        printf("aupimo %.17g\n", image_overlap_area(room->normals, room->values, room->areas,
                                                    room->count, room->bins));
    else
        pixel_counts_add(room->normals, room->values, NULL, room->count, 0);
    return true;
}

static int print_pixels(FILE *file, char **numbers)
{
    static const double limits[] = {0.3, 0.05};
    struct room room;
    const int normal = atoi(numbers[2]), anomalous = atoi(numbers[3]);
    bool good = room_make(&room, atoi(numbers[0]), atoi(numbers[1]));
    for (int i = 0; good && i < normal + anomalous; i++)
        good = add_picture(&room, file, i >= normal);
    if (good) {
        const struct pixel_auroc area = pixel_auroc_of(room.all);
        printf("auroc %.17g %.17g\n", area.value, area.error);
        for (size_t i = 0; i < 2; i++)
            printf("aupro %g %.17g\n", limits[i], region_overlap_area(room.all, limits[i]));
    }
    room_finish(&room);
    return good ? 0 : fail("the file is too short");
}

int main(int argc, char **argv)
{
    FILE *file = argc >= 3 ? fopen(argv[2], "rb") : NULL;
    if (!file)
        return fail("no such file");
    int status;
    if (argc == 3 && strcmp(argv[1], "ranking") == 0)
        status = print_ranking(file);
    else if (argc == 7 && strcmp(argv[1], "pixels") == 0)
        status = print_pixels(file, argv + 3);
    else
        status = fail("ranking FILE, or pixels FILE WIDTH HEIGHT NORMAL ANOMALOUS");
    fclose(file);
    return status;
}

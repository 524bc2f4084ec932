/* Where a map is abnormal: connected regions, once per frame on the inference thread.
 *
 * Each row is cut into runs of pixels above the threshold. A run joins the runs it touches in the
 * row above; runs that belong together form a tree whose root is the run that comes first in
 * reading order. That root collects area, box and peak, so blobs come out in the order of their
 * first pixel, whatever their shape.
 */
#include "score/blobs.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Pixels begin <= x < end of row y; the second half is kept up to date in roots only. */
struct run {
    int y, begin, end;
    int parent; /* index of an earlier run, or its own */
    int area_px, left, right, bottom;
    float peak;
};

struct blob_finder {
    int width, height;
    int run_count;
    struct run *runs; /* room for every second pixel of each row */
    struct blob_list list;
};

enum { SIDE_MAX = 16384 };

struct blob_finder *blob_finder_create(int width, int height, struct error *err)
{
    assert(width >= 1 && width <= SIDE_MAX && height >= 1 && height <= SIDE_MAX);
    size_t capacity = (size_t)(width + 1) / 2 * (size_t)height;
    struct blob_finder *finder = calloc(1, sizeof *finder);
    struct run *runs = malloc(capacity * sizeof *runs);
    if (!finder || !runs) {
        free(finder);
        free(runs);
        error_set(err, ERROR_MEMORY, "no memory to look for blobs in maps of %dx%d px", width,
                  height);
        return NULL;
    }
    *finder = (struct blob_finder){.width = width, .height = height, .runs = runs};
    return finder;
}

void blob_finder_destroy(struct blob_finder *finder)
{
    if (!finder)
        return;
    free(finder->runs);
    free(finder);
}

static int find_root(struct run *runs, int index)
{
    while (runs[index].parent != index) {
        runs[index].parent = runs[runs[index].parent].parent;
        index = runs[index].parent;
    }
    return index;
}

static void join(struct run *runs, int a, int b)
{
    a = find_root(runs, a);
    b = find_root(runs, b);
    if (a < b)
        runs[b].parent = a;
    else
        runs[a].parent = b;
}

/* Appends the runs of one row. */
static void cut_row(struct blob_finder *finder, const float *row, int y, float threshold)
{
    for (int x = 0; x < finder->width; x++) {
        if (!(row[x] > threshold))
            continue;
        int begin = x;
        float peak = row[x];
        while (++x < finder->width && row[x] > threshold)
            peak = fmaxf(peak, row[x]);
        int index = finder->run_count++;
        finder->runs[index] = (struct run){.y = y,
                                           .begin = begin,
                                           .end = x,
                                           .parent = index,
                                           .area_px = x - begin,
                                           .left = begin,
                                           .right = x,
                                           .bottom = y + 1,
                                           .peak = peak};
    }
}

/* Joins runs [middle, end) of one row to runs [first, middle) of the row above. `reach` is 1 when
 * corners touch. */
static void join_rows(struct run *runs, int first, int middle, int end, int reach)
{
    int above = first, here = middle;
    while (above < middle && here < end) {
        const struct run *a = &runs[above], *h = &runs[here];
        if (a->begin < h->end + reach && h->begin < a->end + reach)
            join(runs, above, here);
        if (a->end < h->end)
            above++;
        else
            here++;
    }
}

static void label_runs(struct blob_finder *finder, const float *map, float threshold,
                       int connectivity)
{
    finder->run_count = 0;
    int first = 0, middle = 0;
    for (int y = 0; y < finder->height; y++) {
        cut_row(finder, map + (size_t)y * (size_t)finder->width, y, threshold);
        join_rows(finder->runs, first, middle, finder->run_count, connectivity == 8);
        first = middle;
        middle = finder->run_count;
    }
}

static void collect_in_roots(struct run *runs, int count)
{
    for (int i = 0; i < count; i++) {
        int root_index = find_root(runs, i);
        if (root_index == i)
            continue;
        struct run *root = &runs[root_index];
        root->area_px += runs[i].area_px;
        root->left = runs[i].left < root->left ? runs[i].left : root->left;
        root->right = runs[i].right > root->right ? runs[i].right : root->right;
        root->bottom = runs[i].bottom > root->bottom ? runs[i].bottom : root->bottom;
        root->peak = fmaxf(root->peak, runs[i].peak);
    }
}

/* Keeps the list sorted; of equal areas the earlier one stays in front. */
static void keep_blob(struct blob_list *list, const struct run *root)
{
    int place = list->count;
    while (place > 0 && list->blobs[place - 1].area_px < root->area_px)
        place--;
    if (place == BLOBS_KEPT)
        return;
    int moved = list->count < BLOBS_KEPT ? list->count - place : BLOBS_KEPT - 1 - place;
    memmove(&list->blobs[place + 1], &list->blobs[place], (size_t)moved * sizeof list->blobs[0]);
    list->blobs[place] = (struct blob){
        .box = {root->left, root->y, root->right - root->left, root->bottom - root->y},
        .area_px = root->area_px,
        .peak = root->peak};
    list->count += list->count < BLOBS_KEPT;
}

const struct blob_list *blobs_find(struct blob_finder *finder, const float *map, float threshold,
                                   int connectivity, int min_area_px)
{
    assert(connectivity == 4 || connectivity == 8);
    label_runs(finder, map, threshold, connectivity);
    collect_in_roots(finder->runs, finder->run_count);
    struct blob_list *list = &finder->list;
    list->count = list->found = 0;
    list->area_px = list->large_area_px = list->largest_area_px = 0;
    for (int i = 0; i < finder->run_count; i++) {
        const struct run *run = &finder->runs[i];
        if (run->parent != i)
            continue;
        list->found++;
        list->area_px += run->area_px;
        if (run->area_px > list->largest_area_px)
            list->largest_area_px = run->area_px;
        if (run->area_px < min_area_px)
            continue;
        list->large_area_px += run->area_px;
        keep_blob(list, run);
    }
    return list;
}

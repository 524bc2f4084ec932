/* Blobs against a naive flood fill, on random maps and on shapes that are hard to label. */
#include "check.h"

#include "base/rng.h"
#include "score/blobs.h"

#include <stdlib.h>

enum { SIDE_LIMIT = 64, PIXELS_LIMIT = SIDE_LIMIT * SIDE_LIMIT };

/* All blobs in the order of their first pixel. */
struct flood {
    int count;
    struct blob blobs[PIXELS_LIMIT];
};

static void flood_from(const float *map, int width, int height, float threshold, bool corners,
                       bool *seen, int start, struct blob *ret_blob)
{
    static int stack[PIXELS_LIMIT];
    int depth = 0, left = width, top = height, right = 0, bottom = 0, area = 0;
    float peak = map[start];
    stack[depth++] = start;
    seen[start] = true;
    while (depth > 0) {
        int at = stack[--depth], x = at % width, y = at / width;
        area++;
        peak = map[at] > peak ? map[at] : peak;
        left = x < left ? x : left;
        top = y < top ? y : top;
        right = x + 1 > right ? x + 1 : right;
        bottom = y + 1 > bottom ? y + 1 : bottom;
        for (int dy = -1; dy <= 1; dy++) {
            for (int dx = -1; dx <= 1; dx++) {
                int nx = x + dx, ny = y + dy, next = ny * width + nx;
                if ((!corners && dx && dy) || nx < 0 || ny < 0 || nx >= width || ny >= height)
                    continue;
                if (seen[next] || !(map[next] > threshold))
                    continue;
                seen[next] = true;
                stack[depth++] = next;
            }
        }
    }
    *ret_blob = (struct blob){{left, top, right - left, bottom - top}, area, peak};
}

static void flood_all(const float *map, int width, int height, float threshold, int connectivity,
                      struct flood *flood)
{
    static bool seen[PIXELS_LIMIT];
    memset(seen, 0, sizeof seen);
    flood->count = 0;
    for (int at = 0; at < width * height; at++)
        if (!seen[at] && map[at] > threshold)
            flood_from(map, width, height, threshold, connectivity == 8, seen, at,
                       &flood->blobs[flood->count++]);
}

/* The index of the largest unused blob, the first of equals; -1 when none is left. */
static int take_largest(const struct flood *flood, bool *used, int min_area)
{
    int best = -1;
    for (int i = 0; i < flood->count; i++)
        if (!used[i] && flood->blobs[i].area_px >= min_area &&
            (best < 0 || flood->blobs[i].area_px > flood->blobs[best].area_px))
            best = i;
    if (best >= 0)
        used[best] = true;
    return best;
}

static void check_map(const float *map, int width, int height, float threshold, int connectivity,
                      int min_area)
{
    static struct flood flood;
    static bool used[PIXELS_LIMIT];
    memset(used, 0, sizeof used);
    struct error err;
    struct blob_finder *finder = blob_finder_create(width, height, &err);
    CHECK(finder);
    const struct blob_list *list = blobs_find(finder, map, threshold, connectivity, min_area);
    struct blob_list first = *list;
    list = blobs_find(finder, map, threshold, connectivity, min_area); /* scratch is reusable */
    bool same = memcmp(&first, list, sizeof first) == 0;
    blob_finder_destroy(finder);
    CHECK(same);

    flood_all(map, width, height, threshold, connectivity, &flood);
    CHECK_INT(first.found, flood.count);
    int area = 0, large = 0;
    for (int i = 0; i < flood.count; i++) {
        area += flood.blobs[i].area_px;
        large += flood.blobs[i].area_px >= min_area ? flood.blobs[i].area_px : 0;
    }
    CHECK_INT(first.area_px, area);
    CHECK_INT(first.large_area_px, large);
    for (int i = 0; i < BLOBS_KEPT; i++) {
        int expected = take_largest(&flood, used, min_area);
        if (expected < 0) {
            CHECK_INT(first.count, i);
            return;
        }
        CHECK(i < first.count);
        const struct blob *got = &first.blobs[i], *want = &flood.blobs[expected];
        CHECK_INT(got->area_px, want->area_px);
        CHECK(memcmp(&got->box, &want->box, sizeof got->box) == 0);
        CHECK(got->peak == want->peak);
    }
    CHECK_INT(first.count, BLOBS_KEPT);
}

static void check_both(const float *map, int width, int height, float threshold, int min_area)
{
    check_map(map, width, height, threshold, 4, min_area);
    if (!check_test_failed)
        check_map(map, width, height, threshold, 8, min_area);
}

TEST(random_maps_of_every_density)
{
    static float map[PIXELS_LIMIT];
    struct rng rng = rng_seeded(21, 0);
    for (int round = 0; round < 600; round++) {
        int width = 1 + (int)rng_below(&rng, SIDE_LIMIT);
        int height = 1 + (int)rng_below(&rng, SIDE_LIMIT);
        for (int i = 0; i < width * height; i++)
            map[i] = (float)rng_uniform(&rng);
        float threshold = (float)rng_uniform(&rng);
        check_both(map, width, height, threshold, (int)rng_below(&rng, 6));
        if (check_test_failed)
            CHECK_FAIL("round %d: %dx%d, threshold %g", round, width, height, (double)threshold);
    }
}

/* Draws `rows` of '#' and '.' with rising values, so that each blob has its own peak. */
static void draw(const char *const *rows, int width, int height, float *ret_map)
{
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            ret_map[y * width + x] = rows[y][x] == '#' ? 1.0f + (float)(y * width + x) : 0.0f;
}

TEST(shapes_that_join_late)
{
    static const char *const shapes[][8] = {
        {"#.#.#.#.", "#.#.#.#.", "#.#.#.#.", "########", "........", "#......#", "#......#",
         "########"},
        {"########", "#......#", "#.####.#", "#.#..#.#", "#.#.##.#", "#.#....#", "#.######",
         "#......."},
        {".#.#.#.#", "#.#.#.#.", ".#.#.#.#", "#.#.#.#.", ".#.#.#.#", "#.#.#.#.", ".#.#.#.#",
         "#.#.#.#."},
        {"#......#", ".#....#.", "..#..#..", "...##...", "...##...", "..#..#..", ".#....#.",
         "#......#"},
        {"...#....", "..#.....", ".#......", "#.......", ".#......", "..#.....", "...#....",
         "....####"},
    };
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        float map[64];
        draw(shapes[i], 8, 8, map);
        check_both(map, 8, 8, 0.5f, 1);
    }
}

TEST(checkerboard_fills_the_scratch)
{
    static float map[PIXELS_LIMIT];
    for (int width = 1; width <= SIDE_LIMIT; width += 7) {
        for (int i = 0; i < width * SIDE_LIMIT; i++)
            map[i] = (float)((i % width + i / width + 1) % 2);
        check_both(map, width, SIDE_LIMIT, 0.0f, 1);
    }
}

TEST(all_on_and_none)
{
    static float map[PIXELS_LIMIT];
    for (int i = 0; i < PIXELS_LIMIT; i++)
        map[i] = 1.0f;
    struct error err;
    struct blob_finder *finder = blob_finder_create(SIDE_LIMIT, SIDE_LIMIT, &err);
    CHECK(finder);
    struct blob_list list = *blobs_find(finder, map, 0.5f, 8, 16);
    struct blob_list none = *blobs_find(finder, map, 1.0f, 8, 16); /* above, not equal */
    blob_finder_destroy(finder);
    CHECK_INT(list.count, 1);
    CHECK_INT(list.blobs[0].area_px, PIXELS_LIMIT);
    CHECK_INT(list.blobs[0].box.width, SIDE_LIMIT);
    CHECK_INT(list.blobs[0].box.height, SIDE_LIMIT);
    CHECK_INT(none.count + none.found + none.area_px + none.large_area_px, 0);
}

TEST(not_a_number_is_not_abnormal)
{
    const float map[] = {NAN, 1.0f, NAN, 1.0f};
    struct error err;
    struct blob_finder *finder = blob_finder_create(4, 1, &err);
    CHECK(finder);
    int found = blobs_find(finder, map, 0.5f, 8, 1)->found;
    blob_finder_destroy(finder);
    CHECK_INT(found, 2);
}

/* Interlocking combs: a labelling that joins badly takes quadratic time here. */
TEST(combs_do_not_take_for_ever)
{
    enum { SIDE = 1024 };
    float *map = calloc(SIDE * SIDE, sizeof *map);
    struct error err;
    struct blob_finder *finder = blob_finder_create(SIDE, SIDE, &err);
    CHECK(map && finder);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x += 2)
            map[y * SIDE + x] = 1.0f;
    for (int x = 0; x < SIDE; x++)
        map[(SIDE - 1) * SIDE + x] = 1.0f;
    struct blob_list list = *blobs_find(finder, map, 0.5f, 4, 1);
    blob_finder_destroy(finder);
    free(map);
    CHECK_INT(list.found, 1);
    CHECK_INT(list.area_px, SIDE * SIDE / 2 + SIDE / 2);
}

TEST(destroy_takes_null)
{
    blob_finder_destroy(NULL);
}

int main(void)
{
    RUN(random_maps_of_every_density);
    RUN(shapes_that_join_late);
    RUN(checkerboard_fills_the_scratch);
    RUN(all_on_and_none);
    RUN(not_a_number_is_not_abnormal);
    RUN(combs_do_not_take_for_ever);
    RUN(destroy_takes_null);
    return check_report();
}

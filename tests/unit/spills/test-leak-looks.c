/* That leaks look like leaks: outlines, colours, glints, soft and rough edges; and wrong settings.
 */
#include "check.h"
#include "failing_alloc.h"

#include "floor_picture.h"
#include "leak.h"

#include <stdlib.h>

enum { WIDTH = 640, HEIGHT = 360 };

struct scene {
    struct light background, frame;
    float *cover;
};

static bool scene_init(struct scene *scene)
{
    struct error err;
    *scene = (struct scene){.cover = calloc((size_t)WIDTH * HEIGHT, sizeof(float))};
    return scene->cover && floor_picture(&scene->background, WIDTH, HEIGHT, &err) &&
           light_init(&scene->frame, WIDTH, HEIGHT, &err);
}

static void scene_finish(struct scene *scene)
{
    light_finish(&scene->background);
    light_finish(&scene->frame);
    free(scene->cover);
}

/* Draws a fully grown leak on a fresh frame. */
static bool scene_draw(struct scene *scene, struct leak_settings settings, double age_s)
{
    struct error err;
    struct leak *leak = leak_create(&settings, &scene->background, &err);
    if (!leak)
        return false;
    light_copy(&scene->frame, &scene->background);
    leak_draw(leak, age_s, &scene->frame, NULL, scene->cover);
    leak_destroy(leak);
    return true;
}

static struct leak_settings settings_of(enum leak_kind kind, uint64_t seed)
{
    return (struct leak_settings){
        .kind = kind, .seed = seed, .area_fraction = 0.01, .contrast = 0.4, .grow_s = 10.0};
}

/* Share of the mask that the ellipse with the same moments covers. */
static double likeness_to_ellipse(const float *cover)
{
    double n = 0, x1 = 0, y1 = 0, xx = 0, yy = 0, xy = 0;
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        const double c = cover[i] >= 0.5f, x = i % WIDTH, y = i / WIDTH;
        n += c, x1 += c * x, y1 += c * y;
        xx += c * x * x, yy += c * y * y, xy += c * x * y;
    }
    x1 /= n, y1 /= n;
    xx = xx / n - x1 * x1, yy = yy / n - y1 * y1, xy = xy / n - x1 * y1;
    const double determinant = xx * yy - xy * xy;
    double both = 0, either = 0;
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        const double x = i % WIDTH - x1, y = i / WIDTH - y1;
        const bool in = (yy * x * x - 2.0 * xy * x * y + xx * y * y) / determinant <= 4.0;
        const bool covered = cover[i] >= 0.5f;
        both += in && covered;
        either += in || covered;
    }
    return both / either;
}

TEST(outlines_are_no_ellipses)
{
    struct scene scene;
    CHECK(scene_init(&scene));
    const enum leak_kind kinds[5] = {LEAK_PUDDLE, LEAK_FILM, LEAK_TRICKLE, LEAK_CRUST, LEAK_STAIN};
    for (int k = 0; k < 5; k++) {
        double mean = 0.0;
        for (uint64_t seed = 0; seed < 8; seed++) {
            CHECK(scene_draw(&scene, settings_of(kinds[k], seed), 10.0));
            mean += likeness_to_ellipse(scene.cover) / 8.0;
        }
        CHECK(mean > 0.15 && mean < 0.88);
    }
    scene_finish(&scene);
}

/* Mean log ratio of a channel inside. */
static double log_ratio(const struct scene *scene, int channel)
{
    double sum = 0.0;
    int count = 0;
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        if (scene->cover[i] < 0.5f)
            continue;
        const size_t at = 3 * (size_t)i + (size_t)channel;
        sum += log(((double)scene->frame.rgb[at] + 0.004) /
                   ((double)scene->background.rgb[at] + 0.004));
        count++;
    }
    return sum / count;
}

TEST(liquids_take_their_own_colours_away)
{
    struct scene scene;
    CHECK(scene_init(&scene));
    double left[LEAK_LIQUID_COUNT][3];
    for (enum leak_liquid liquid = LEAK_LIQUID_CLEAR; liquid < LEAK_LIQUID_COUNT; liquid++) {
        struct leak_settings settings = settings_of(LEAK_PUDDLE, 3);
        settings.liquid = liquid;
        CHECK(scene_draw(&scene, settings, 10.0));
        for (int c = 0; c < 3; c++)
            left[liquid][c] = log_ratio(&scene, c);
    }
    scene_finish(&scene);
    enum { RED, GREEN, BLUE };
    CHECK(left[LEAK_LIQUID_V2][GREEN] < left[LEAK_LIQUID_V2][RED] - 0.1);
    CHECK(left[LEAK_LIQUID_V2][GREEN] < left[LEAK_LIQUID_V2][BLUE] - 0.1);
    CHECK(left[LEAK_LIQUID_V3][GREEN] > left[LEAK_LIQUID_V3][RED] + 0.1);
    CHECK(left[LEAK_LIQUID_V4][BLUE] > left[LEAK_LIQUID_V4][RED] + 0.3);
    CHECK(left[LEAK_LIQUID_V5][BLUE] < left[LEAK_LIQUID_V5][RED] - 0.3);
    CHECK(left[LEAK_LIQUID_IRON][BLUE] < left[LEAK_LIQUID_IRON][GREEN] - 0.1);
    CHECK(left[LEAK_LIQUID_BROMINE][BLUE] < left[LEAK_LIQUID_BROMINE][RED] - 0.3);
    CHECK_NEAR(left[LEAK_LIQUID_CLEAR][RED], left[LEAK_LIQUID_CLEAR][BLUE], 0.15);
}

/* Pixels of the leak that are brighter than `factor` times their ground. */
static int count_brighter(const struct scene *scene, double factor)
{
    int count = 0;
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        count += scene->cover[i] >= 0.5f &&
                 (double)light_luminance(scene->frame.rgb + 3 * i) >
                     factor * (double)light_luminance(scene->background.rgb + 3 * i) + 0.02;
    return count;
}

TEST(films_darken_and_glitter_and_crusts_brighten)
{
    struct scene scene;
    CHECK(scene_init(&scene));
    int glints = 0;
    for (uint64_t seed = 0; seed < 6; seed++) {
        CHECK(scene_draw(&scene, settings_of(LEAK_FILM, seed), 10.0));
        CHECK(log_ratio(&scene, 1) < -0.1);
        glints += count_brighter(&scene, 1.5);
        struct leak_settings crust = settings_of(LEAK_CRUST, seed);
        crust.liquid = LEAK_LIQUID_CLEAR;
        CHECK(scene_draw(&scene, crust, 10.0));
        CHECK(log_ratio(&scene, 1) > 0.1);
        CHECK(scene_draw(&scene, settings_of(LEAK_STAIN, seed), 10.0));
        CHECK(log_ratio(&scene, 1) < -0.1);
        CHECK_INT(count_brighter(&scene, 1.05), 0); /* nothing glitters in a stain */
    }
    scene_finish(&scene);
    CHECK(glints > 12 && glints < 6 * 300); /* some, and small */
}

static int count_half_tones(const float *cover)
{
    int count = 0;
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        count += cover[i] > 0.1f && cover[i] < 0.9f;
    return count;
}

TEST(stains_have_soft_fronts_and_puddles_sharp_ones)
{
    struct scene scene;
    CHECK(scene_init(&scene));
    int soft = 0, sharp = 0;
    for (uint64_t seed = 0; seed < 4; seed++) {
        CHECK(scene_draw(&scene, settings_of(LEAK_STAIN, seed), 10.0));
        soft += count_half_tones(scene.cover);
        CHECK(scene_draw(&scene, settings_of(LEAK_PUDDLE, seed), 10.0));
        sharp += count_half_tones(scene.cover);
    }
    scene_finish(&scene);
    CHECK(soft > 2 * sharp);
}

/* Connected groups of covered pixels, 4-neighbours. */
static int count_groups(const float *cover)
{
    static int stack[WIDTH * HEIGHT];
    static bool seen[WIDTH * HEIGHT];
    memset(seen, 0, sizeof seen);
    int groups = 0;
    for (int start = 0; start < WIDTH * HEIGHT; start++) {
        if (seen[start] || cover[start] < 0.5f)
            continue;
        groups++;
        int size = 0;
        stack[size++] = start;
        seen[start] = true;
        while (size > 0) {
            const int at = stack[--size];
            const int next[4] = {at - 1, at + 1, at - WIDTH, at + WIDTH};
            for (int i = 0; i < 4; i++) {
                const int to = next[i];
                if (to < 0 || to >= WIDTH * HEIGHT || seen[to] || cover[to] < 0.5f)
                    continue;
                seen[to] = true;
                stack[size++] = to;
            }
        }
    }
    return groups;
}

TEST(drops_come_one_by_one)
{
    struct scene scene;
    CHECK(scene_init(&scene));
    int most = 0, early = 0;
    for (uint64_t seed = 0; seed < 4; seed++) {
        CHECK(scene_draw(&scene, settings_of(LEAK_DROPS, seed), 1.0));
        early += count_groups(scene.cover);
        CHECK(scene_draw(&scene, settings_of(LEAK_DROPS, seed), 10.0));
        const int groups = count_groups(scene.cover);
        most = groups > most ? groups : most;
        CHECK(groups >= 5);
    }
    scene_finish(&scene);
    CHECK(most >= 15);
    CHECK(early < most * 2);
}

TEST(leaks_begin_where_told)
{
    struct scene scene;
    struct error err;
    CHECK(scene_init(&scene));
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct leak_settings settings = settings_of(LEAK_PUDDLE, seed);
        settings.area_fraction = 0.0005;
        struct leak *leak = leak_create(&settings, &scene.background, &err);
        CHECK(leak);
        CHECK(leak_bounds(leak).y > HEIGHT / 3 - 30);
        leak_destroy(leak);
        settings.region = (struct rect){100, 200, 50, 40};
        leak = leak_create(&settings, &scene.background, &err);
        CHECK(leak);
        const struct rect bounds = leak_bounds(leak);
        leak_destroy(leak);
        CHECK(bounds.x > 50 && bounds.x + bounds.width < 200);
        CHECK(bounds.y > 160 && bounds.y + bounds.height < 290);
    }
    scene_finish(&scene);
}

TEST(wrong_settings_are_refused)
{
    struct scene scene;
    CHECK(scene_init(&scene));
    const struct leak_settings good = settings_of(LEAK_PUDDLE, 1);
    struct leak_settings bad[] = {good, good, good, good, good, good, good, good, good, good, good};
    bad[0].kind = LEAK_KIND_COUNT;
    bad[1].liquid = LEAK_LIQUID_COUNT;
    bad[2].growth = LEAK_GROWTH_COUNT;
    bad[3].area_fraction = 0.3;
    bad[4].area_fraction = (double)NAN;
    bad[5].contrast = 0.0;
    bad[6].grow_s = 0.0;
    bad[7].tilt = 0.05;
    bad[8].region = (struct rect){-1, 0, 10, 10};
    bad[9].region = (struct rect){630, 0, 11, 10};
    bad[10].grow_s = (double)INFINITY;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct error err = {0};
        CHECK(!leak_create(&bad[i], &scene.background, &err));
        CHECK_INT(err.code, ERROR_USAGE);
        CHECK(err.message[0] != '\0');
    }
    struct error err = {0};
    const struct light tiny = {.width = 63, .height = 64, .rgb = scene.background.rgb};
    CHECK(!leak_create(&good, &tiny, &err));
    CHECK_INT(err.code, ERROR_USAGE);
    scene_finish(&scene);
}

TEST(a_white_or_black_picture_has_no_place_for_a_leak)
{
    struct scene scene;
    CHECK(scene_init(&scene));
    for (int white = 0; white < 2; white++) {
        for (int i = 0; i < WIDTH * HEIGHT * 3; i++)
            scene.background.rgb[i] = (float)white;
        for (enum leak_kind kind = 0; kind < LEAK_KIND_COUNT; kind++) {
            struct error err = {0};
            const struct leak_settings settings = settings_of(kind, 1);
            CHECK(!leak_create(&settings, &scene.background, &err));
            CHECK_INT(err.code, ERROR_INPUT);
            CHECK_CONTAINS(err.message, "white or black");
        }
    }
    scene_finish(&scene);
}

TEST(each_missing_memory_is_an_error)
{
    struct scene scene;
    CHECK(scene_init(&scene));
    for (enum leak_kind kind = 0; kind < LEAK_KIND_COUNT; kind++) {
        long n = 0;
        for (;; n++) {
            struct error err = {0};
            struct leak_settings settings = settings_of(kind, 2);
            settings.area_fraction = 0.0003;
            allocations_until_failure = n;
            struct leak *leak = leak_create(&settings, &scene.background, &err);
            allocations_until_failure = -1;
            if (leak) {
                leak_destroy(leak);
                break;
            }
            CHECK_INT(err.code, ERROR_MEMORY);
        }
        CHECK(n >= 5);
    }
    scene_finish(&scene);
}

TEST(kinds_have_names)
{
    CHECK_TEXT(leak_kind_name(LEAK_PUDDLE), "puddle");
    for (enum leak_kind kind = 0; kind < LEAK_KIND_COUNT; kind++)
        CHECK(leak_kind_name(kind) && leak_kind_name(kind)[0] != '\0');
    leak_destroy(NULL);
}

int main(void)
{
    RUN(outlines_are_no_ellipses);
    RUN(liquids_take_their_own_colours_away);
    RUN(films_darken_and_glitter_and_crusts_brighten);
    RUN(stains_have_soft_fronts_and_puddles_sharp_ones);
    RUN(drops_come_one_by_one);
    RUN(leaks_begin_where_told);
    RUN(wrong_settings_are_refused);
    RUN(a_white_or_black_picture_has_no_place_for_a_leak);
    RUN(each_missing_memory_is_an_error);
    RUN(kinds_have_names);
    return check_report();
}

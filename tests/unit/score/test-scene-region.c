/* Sun, liquid and the scene itself: regions whose look is known because they are painted. */
#include "check.h"

#include "scene_stage.h"
#include "score/scene_region.h"

static const struct rect spot = {60, 40, 30, 20};
static const struct scene_parts parts = {.registration = true, .light = true};

static struct error err;
static struct stage *stage;
static struct scene_normal *normal;
static struct scene_rest *rest;
static float offset[CHANNEL_COUNT * STAGE_PIXELS], strength[STAGE_PIXELS];

static bool begin(void)
{
    stage = stage_create(7);
    normal = stage_normal(stage, 0.01f, 6.0f);
    rest = scene_rest_create(normal->size, normal->mean, parts, &err);
    memset(offset, 0, sizeof offset);
    memset(strength, 0, sizeof strength);
    for (int y = spot.y; y < spot.y + spot.height; y++)
        for (int x = spot.x; x < spot.x + spot.width; x++)
            strength[y * STAGE_WIDTH + x] = 1.5f;
    return rest != NULL;
}

static void finish(void)
{
    scene_rest_destroy(rest);
    scene_normal_destroy(normal);
    free(stage);
}

/* Each colour of the spot multiplied by its own factor. */
static enum region_look look_when(double red, double green, double blue)
{
    struct scene_glance glance;
    const double factors[3] = {red, green, blue};
    uint8_t *rgb = (uint8_t *)(uintptr_t)stage_paint(stage, (struct staged){0});
    for (int y = spot.y; y < spot.y + spot.height; y++)
        for (int x = spot.x; x < spot.x + spot.width; x++)
            for (int c = 0; c < 3; c++) {
                uint8_t *value = &rgb[3 * (y * STAGE_WIDTH + x) + c];
                *value = (uint8_t)fmin(factors[c] * (*value + 8.0) - 8.0 + 0.5, 255.0);
            }
    scene_rest_read(rest, rgb, 3 * STAGE_WIDTH, strength, offset, &glance);
    return scene_region_look(normal, rest, offset, strength, spot);
}

TEST(a_patch_of_sun_is_light)
{
    CHECK(begin());
    CHECK_INT(look_when(1.2, 1.2, 1.2), REGION_LIGHT);
    CHECK_INT(look_when(1.3, 1.25, 1.15), REGION_LIGHT);
    finish();
}

TEST(liquid_is_not)
{
    CHECK(begin());
    CHECK_INT(look_when(0.85, 0.85, 0.85), REGION_STRANGE); /* wet */
    CHECK_INT(look_when(0.5, 0.8, 0.95), REGION_STRANGE);   /* blue */
    CHECK_INT(look_when(1.3, 1.3, 0.7), REGION_STRANGE);    /* yellow, on something dark */
    CHECK_INT(look_when(1.1, 1.2, 1.3), REGION_STRANGE);    /* a crust is no warmer */
    finish();
}

TEST(uneven_brightness_is_not)
{
    CHECK(begin());
    struct scene_glance glance;
    uint8_t *rgb = (uint8_t *)(uintptr_t)stage_paint(stage, (struct staged){0});
    for (int y = spot.y; y < spot.y + spot.height; y++)
        for (int x = spot.x; x < spot.x + spot.width; x++)
            for (int c = 0; c < 3; c++) {
                uint8_t *value = &rgb[3 * (y * STAGE_WIDTH + x) + c];
                double factor = (x / 5 + y / 5) % 2 ? 1.5 : 1.05;
                *value = (uint8_t)fmin(factor * (*value + 8.0) - 8.0 + 0.5, 255.0);
            }
    scene_rest_read(rest, rgb, 3 * STAGE_WIDTH, strength, offset, &glance);
    CHECK_INT(scene_region_look(normal, rest, offset, strength, spot), REGION_STRANGE);
    finish();
}

TEST(what_looks_as_it_was_learned_is_learned)
{
    CHECK(begin());
    CHECK_INT(look_when(1.0, 1.0, 1.0), REGION_LEARNED);
    /* It had been accepted darker, and the cause has gone. */
    for (int y = spot.y; y < spot.y + spot.height; y++)
        for (int x = spot.x; x < spot.x + spot.width; x++)
            offset[y * STAGE_WIDTH + x] = -0.3f;
    CHECK_INT(look_when(1.0, 1.0, 1.0), REGION_LEARNED);
    finish();
}

TEST(a_region_without_evidence_says_nothing)
{
    CHECK(begin());
    memset(strength, 0, sizeof strength);
    CHECK_INT(look_when(1.2, 1.2, 1.2), REGION_STRANGE);
    finish();
}

int main(void)
{
    RUN(a_patch_of_sun_is_light);
    RUN(liquid_is_not);
    RUN(uneven_brightness_is_not);
    RUN(what_looks_as_it_was_learned_is_learned);
    RUN(a_region_without_evidence_says_nothing);
    return check_report();
}

/* Faults of the picture as such, and scenes that have none. */
#include "check.h"
#include "scene_stage.h"
#include "score/scene_health.h"

static struct stage *stage, *elsewhere;
static struct scene_normal *normal;
static struct scene_rest *rest;
static struct scene_health health;

static unsigned look_at(const uint8_t *rgb)
{
    struct scene_glance glance;
    uint8_t *copy = malloc(3 * STAGE_PIXELS);
    if (!copy)
        abort();
    memcpy(copy, rgb, 3 * STAGE_PIXELS);
    const struct frame frame = {.width = STAGE_WIDTH, .height = STAGE_HEIGHT, .rgb = copy};
    scene_rest_read(rest, rgb, 3 * STAGE_WIDTH, NULL, NULL, &glance);
    const unsigned faults = scene_health_look(&health, normal, &frame, &glance);
    free(copy);
    return faults;
}

static unsigned look(struct staged how)
{
    return look_at(stage_paint(stage, how));
}

static unsigned bit(enum camera_fault fault)
{
    return 1u << (unsigned)fault;
}

/* All of it replaced by one grey, with noise. */
static unsigned look_at_grey(int level)
{
    for (size_t i = 0; i < sizeof stage->rgb; i++)
        stage->rgb[i] = stage_level(log((level + 8.0) / 255.0), 2.0 * stage_deviate(&stage->rng));
    return look_at(stage->rgb);
}

static void blur(uint8_t *rgb, int radius)
{
    static uint8_t from[3 * STAGE_PIXELS];
    memcpy(from, rgb, sizeof from);
    for (int y = 0; y < STAGE_HEIGHT; y++)
        for (int x = 0; x < STAGE_WIDTH; x++)
            for (int k = 0; k < 3; k++) {
                int sum = 0, count = 0;
                for (int v = y - radius; v <= y + radius; v++)
                    for (int u = x - radius; u <= x + radius; u++)
                        if (u >= 0 && v >= 0 && u < STAGE_WIDTH && v < STAGE_HEIGHT) {
                            sum += from[3 * (v * STAGE_WIDTH + u) + k];
                            count++;
                        }
                rgb[3 * (y * STAGE_WIDTH + x) + k] = (uint8_t)(sum / count);
            }
}

TEST(ordinary_pictures_have_no_fault)
{
    for (int i = 0; i < 20; i++) {
        CHECK_INT(look((struct staged){.noise = 2.0, .light = -0.5 + 0.05 * i}), 0);
        CHECK_INT(look((struct staged){.noise = 2.0, .right = 0.15 * i}), 0);
    }
}

TEST(darkness_is_told)
{
    CHECK_INT(look((struct staged){.noise = 1.0, .light = -4.0}), bit(CAMERA_FAULT_DARK));
    CHECK_INT(look_at_grey(0), bit(CAMERA_FAULT_DARK));
}

TEST(too_much_light_is_told)
{
    CHECK_INT(look((struct staged){.noise = 2.0, .light = 2.5}), bit(CAMERA_FAULT_SATURATED));
}

TEST(the_same_picture_again_is_a_frozen_camera)
{
    CHECK_INT(look((struct staged){.noise = 2.0}), 0);
    CHECK_INT(look_at(stage->rgb), bit(CAMERA_FAULT_FROZEN));
    CHECK_INT(look_at(stage->rgb), bit(CAMERA_FAULT_FROZEN));
    stage->rgb[3 * STAGE_PIXELS - 1] ^= 1; /* one bit, in the last pixel, is noise */
    CHECK_INT(look_at(stage->rgb), 0);
}

TEST(a_camera_without_noise_is_not_called_frozen)
{
    normal->noiseless = true;
    (void)look((struct staged){0});
    const unsigned faults = look((struct staged){0});
    normal->noiseless = false;
    CHECK_INT(faults, 0);
}

TEST(the_first_picture_cannot_be_frozen)
{
    health = (struct scene_health){0};
    CHECK_INT(look((struct staged){0}), 0);
    CHECK_INT(look((struct staged){0}), bit(CAMERA_FAULT_FROZEN));
}

TEST(a_cover_is_told)
{
    CHECK_INT(look_at_grey(90), bit(CAMERA_FAULT_COVERED));
}

TEST(defocus_is_told)
{
    (void)stage_paint(stage, (struct staged){.noise = 1.0});
    blur(stage->rgb, 5);
    blur(stage->rgb, 5);
    CHECK_INT(look_at(stage->rgb), bit(CAMERA_FAULT_BLURRED));
}

TEST(another_view_is_told)
{
    CHECK_INT(look_at(stage_paint(elsewhere, (struct staged){.noise = 2.0})),
              bit(CAMERA_FAULT_MOVED));
    CHECK_INT(look((struct staged){.noise = 2.0, .right = 6.0, .down = -2.0}),
              bit(CAMERA_FAULT_MOVED));
}

TEST(somebody_in_front_of_it_is_no_fault)
{
    const struct rect person = {60, 10, 50, 98};
    CHECK_INT(look((struct staged){.noise = 2.0, .spot = -0.9, .where = person}), 0);
    const uint8_t *rgb = stage_paint(stage, (struct staged){.noise = 2.0});
    for (int y = person.y; y < person.y + person.height; y++)
        for (int x = person.x; x < person.x + person.width; x++)
            memset(stage->rgb + 3 * (y * STAGE_WIDTH + x), 40 + (x + y) % 8, 3);
    CHECK_INT(look_at(rgb), 0);
}

TEST(equal_pictures_have_equal_digests_and_others_not)
{
    uint8_t bytes[19] = {0};
    const uint64_t digest = scene_digest(bytes, sizeof bytes);
    CHECK(scene_digest(bytes, sizeof bytes) == digest);
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = 1;
        CHECK(scene_digest(bytes, sizeof bytes) != digest);
        bytes[i] = 0;
    }
}

int main(void)
{
    struct error err;
    stage = stage_create(7);
    elsewhere = stage_create(8);
    normal = stage_normal(stage, 0.02f, 5.0f);
    rest = scene_rest_create(normal->size, normal->mean, (struct scene_parts){true, true}, &err);
    if (!rest)
        return 2;
    RUN(ordinary_pictures_have_no_fault);
    RUN(darkness_is_told);
    RUN(too_much_light_is_told);
    RUN(the_same_picture_again_is_a_frozen_camera);
    RUN(a_camera_without_noise_is_not_called_frozen);
    RUN(the_first_picture_cannot_be_frozen);
    RUN(a_cover_is_told);
    RUN(defocus_is_told);
    RUN(another_view_is_told);
    RUN(somebody_in_front_of_it_is_no_fault);
    RUN(equal_pictures_have_equal_digests_and_others_not);
    scene_rest_destroy(rest);
    scene_normal_destroy(normal);
    free(stage);
    free(elsewhere);
    return check_report();
}

/* Spoiled training pictures: what must hold of every one of them, over many draws. */
#include "check.h"
#include "failing_alloc.h"

#include "base/rng.h"
#include "model/corrupt.h"
#include "model/dataset.h"
#include "model/smooth_field.h"

enum { WIDTH = 96, HEIGHT = 64, AREA = WIDTH * HEIGHT, DRAWS = 400, OTHERS = 3 };

static uint8_t pixels[OTHERS][3 * AREA];
static const uint8_t *others[OTHERS];
static struct corruption_source source;
static struct corrupter *corrupter;

struct planes {
    float input[3 * AREA], target[3 * AREA], mask[AREA];
};
static struct planes now, again;

static bool set_up(void)
{
    struct error err;
    struct rng rng = rng_seeded(4, 4);
    for (int p = 0; p < OTHERS; p++) {
        for (int i = 0; i < 3 * AREA; i++)
            pixels[p][i] = (uint8_t)(60 + 20 * p + i / 3 % WIDTH + (int)rng_below(&rng, 20));
        others[p] = pixels[p];
    }
    source =
        (struct corruption_source){.picture = pixels[0], .others = others, .other_count = OTHERS};
    corrupter = corrupter_create(WIDTH, HEIGHT, &err);
    return corrupter != NULL;
}

static bool draw(uint64_t seed, int epoch, size_t picture, struct planes *ret)
{
    const struct corrupted to = {ret->input, ret->target, ret->mask};
    return corrupter_apply(corrupter, &source, seed, epoch, picture, &to);
}

static size_t masked_pixels(const struct planes *planes)
{
    size_t count = 0;
    for (size_t i = 0; i < AREA; i++)
        count += planes->mask[i] > 0.0f;
    return count;
}

TEST(the_mask_covers_every_change)
{
    for (size_t p = 0; p < DRAWS; p++) {
        const bool spoiled = draw(1, 1, p, &now);
        CHECK(spoiled || masked_pixels(&now) == 0);
        for (size_t i = 0; i < AREA; i++) {
            CHECK(now.mask[i] == 0.0f || now.mask[i] == 1.0f);
            for (size_t c = 0; c < 3 && now.mask[i] == 0.0f; c++)
                CHECK(now.input[c * AREA + i] == now.target[c * AREA + i]);
        }
    }
}

TEST(values_stay_in_bounds)
{
    for (size_t p = 0; p < DRAWS; p++) {
        draw(2, 1, p, &now);
        for (size_t i = 0; i < sizeof now.input / sizeof now.input[0]; i++) {
            CHECK(now.input[i] >= 0.0f && now.input[i] <= 1.0f);
            CHECK(now.target[i] >= 0.0f && now.target[i] <= 1.0f);
        }
    }
}

/* 0.6 of 2000, four standard deviations of a binomial either way. */
TEST(six_of_ten_are_spoiled)
{
    int spoiled = 0;
    for (size_t p = 0; p < 2000; p++)
        spoiled += draw(3, 1, p, &now);
    CHECK(spoiled > 1200 - 88 && spoiled < 1200 + 88);
}

/* The smallest shape is 3 px across; the largest is a third of the picture, of which some lies
 * outside as a rule. */
TEST(sizes_reach_from_drops_to_floods)
{
    size_t smallest = AREA, largest = 0, small = 0, spoiled = 0;
    for (size_t p = 0; p < 2000; p++) {
        if (!draw(4, 1, p, &now))
            continue;
        const size_t count = masked_pixels(&now);
        smallest = count < smallest ? count : smallest;
        largest = count > largest ? count : largest;
        small += count < AREA / 100;
        spoiled++;
    }
    printf("masks of %zu to %zu of %d px\n", smallest, largest, AREA);
    CHECK(smallest <= 9);
    CHECK(largest > AREA / 5);
    CHECK(small > spoiled / 10 && small < spoiled * 9 / 10);
}

TEST(what_is_spoiled_can_be_seen)
{
    int seen = 0, spoiled = 0;
    for (size_t p = 0; p < DRAWS; p++) {
        if (!draw(5, 1, p, &now))
            continue;
        float most = 0.0f;
        for (size_t i = 0; i < 3 * AREA; i++)
            most = fmaxf(most, fabsf(now.input[i] - now.target[i]));
        spoiled++;
        seen += most > 0.05f;
    }
    CHECK(seen > spoiled * 8 / 10);
}

TEST(seed_epoch_and_picture_decide_alone)
{
    draw(6, 2, 3, &now);
    draw(7, 8, 9, &again); /* something in between */
    draw(6, 2, 3, &again);
    CHECK(memcmp(&now, &again, sizeof now) == 0);
    draw(7, 2, 3, &again);
    CHECK(memcmp(now.target, again.target, sizeof now.target) != 0);
    draw(6, 3, 3, &again);
    CHECK(memcmp(now.target, again.target, sizeof now.target) != 0);
    draw(6, 2, 4, &again);
    CHECK(memcmp(now.target, again.target, sizeof now.target) != 0);
}

/* Noise of 2 to 8 of 255, as the difference of neighbours shows it, in every target. */
TEST(the_noise_stays_in_the_target)
{
    static uint8_t flat[3 * AREA];
    memset(flat, 128, sizeof flat);
    const struct corruption_source grey = {.picture = flat, .others = others, .other_count = 1};
    const struct corrupted to = {now.input, now.target, now.mask};
    double least = 1, most = 0;
    for (size_t p = 0; p < 100; p++) {
        corrupter_apply(corrupter, &grey, 8, 1, p, &to);
        double sum = 0;
        for (size_t i = 0; i + 1 < AREA; i++)
            sum += pow((double)(now.target[i + 1] - now.target[i]), 2) / 2;
        const double sigma = sqrt(sum / (AREA - 1));
        least = fmin(least, sigma);
        most = fmax(most, sigma);
    }
    printf("noise from %.1f to %.1f of 255\n", least * 255, most * 255);
    CHECK(least > 1.5 / 255 && least < 4.0 / 255);
    CHECK(most > 6.0 / 255 && most < 12.0 / 255); /* some of it is the edge of a shadow */
}

/* Mean brightness over the picture, and over its left and right half: light changes, and not
 * everywhere alike. */
TEST(light_changes_in_the_target)
{
    int brighter = 0, darker = 0, uneven = 0;
    static uint8_t flat[3 * AREA];
    memset(flat, 128, sizeof flat);
    const struct corruption_source grey = {.picture = flat, .others = others, .other_count = 1};
    const struct corrupted to = {now.input, now.target, now.mask};
    for (size_t p = 0; p < 200; p++) {
        corrupter_apply(corrupter, &grey, 9, 1, p, &to);
        double halves[2] = {0};
        for (size_t i = 0; i < AREA; i++)
            halves[i % WIDTH >= WIDTH / 2] += (double)now.target[i] * 2 / AREA;
        const double mean = (halves[0] + halves[1]) / 2 - 128.0 / 255;
        brighter += mean > 0.02;
        darker += mean < -0.02;
        uneven += fabs(halves[0] - halves[1]) > 0.04;
        CHECK(fabs(mean) < 0.4);
    }
    CHECK(brighter > 20 && darker > 20 && uneven > 20);
}

TEST(a_smooth_field_is_smooth_and_spans_its_range)
{
    static float field[AREA];
    struct rng rng = rng_seeded(1, 1);
    float least = 1, most = -1;
    for (int round = 0; round < 50; round++) {
        smooth_field_fill(&rng, 1 + round % SMOOTH_CELLS_MAX, 3, WIDTH, HEIGHT, field);
        for (int i = 0; i < AREA; i++) {
            CHECK(field[i] >= -1.0f && field[i] <= 1.0f);
            least = fminf(least, field[i]);
            most = fmaxf(most, field[i]);
            if (i % WIDTH > 0) /* 16 cells in 96 px: steps of 1.5 x 2 / 6 at most */
                CHECK(fabsf(field[i] - field[i - 1]) <= 0.5f);
            if (i >= WIDTH) /* 3 cells in 64 px */
                CHECK(fabsf(field[i] - field[i - WIDTH]) <= 0.15f);
        }
    }
    CHECK(least < -0.8f && most > 0.8f);
}

TEST(any_allocation_may_fail)
{
    for (long n = 0;; n++) {
        struct error err = {0};
        allocations_until_failure = n;
        struct corrupter *made = corrupter_create(WIDTH, HEIGHT, &err);
        allocations_until_failure = -1;
        if (made) {
            corrupter_destroy(made);
            CHECK(n >= 4);
            break;
        }
        CHECK_INT(err.code, ERROR_MEMORY);
    }
    corrupter_destroy(NULL);
}

int main(void)
{
    if (!set_up())
        return 1;
    RUN(the_mask_covers_every_change);
    RUN(values_stay_in_bounds);
    RUN(six_of_ten_are_spoiled);
    RUN(sizes_reach_from_drops_to_floods);
    RUN(what_is_spoiled_can_be_seen);
    RUN(seed_epoch_and_picture_decide_alone);
    RUN(the_noise_stays_in_the_target);
    RUN(light_changes_in_the_target);
    RUN(a_smooth_field_is_smooth_and_spans_its_range);
    RUN(any_allocation_may_fail);
    corrupter_destroy(corrupter);
    return check_report();
}

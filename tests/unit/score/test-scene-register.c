/* Shifts that are known beforehand are found and undone; what cannot be found does no harm. */
#include "check.h"
#include "failing_alloc.h"

#include "bench_picture.h"
#include "score/scene_register.h"

enum { WIDTH = 320, HEIGHT = 240, PLANE = WIDTH * HEIGHT };

static const struct scene_size size = {WIDTH, HEIGHT, 1};

static struct error err;
static struct bench bench, other;
static struct scene_register *registration;
static float normal[PLANE], picture[CHANNEL_COUNT * PLANE];
static struct edges edges;

static bool begin(void)
{
    scene_register_destroy(registration);
    bench = bench_make(size, 11);
    other = bench_make(size, 12);
    bench_paint(&bench, size, 0.0, 0.0, normal);
    registration = scene_register_create(size, normal, &err);
    return registration != NULL;
}

static void finish(void)
{
    scene_register_destroy(registration);
    registration = NULL;
}

static void add_noise(float deviation)
{
    struct rng rng = rng_seeded(5, 0);
    for (size_t i = 0; i < PLANE; i++)
        picture[i] += deviation * (float)rng_normal(&rng);
}

/* Another bench where x and y are inside the box. */
static void replace(int left, int top, int right, int bottom)
{
    for (int y = top; y < bottom; y++)
        for (int x = left; x < right; x++)
            picture[y * WIDTH + x] = (float)bench_luma(&other, x, y);
}

static void blur_picture(int radius)
{
    static float from[PLANE];
    memcpy(from, picture, sizeof from);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            float sum = 0.0f;
            int count = 0;
            for (int v = y - radius; v <= y + radius; v++)
                for (int u = x - radius; u <= x + radius; u++)
                    if (u >= 0 && u < WIDTH && v >= 0 && v < HEIGHT) {
                        sum += from[v * WIDTH + u];
                        count++;
                    }
            picture[y * WIDTH + x] = sum / (float)count;
        }
}

static double miss(double right, double down)
{
    const struct shift found = scene_register_find(registration, picture, &edges);
    return hypot((double)found.x - right, (double)found.y - down);
}

/* Some directions of each length, small ones first. */
static const double lengths[] = {0.0, 0.05, 0.1, 0.25, 0.5, 0.8, 1.0, 1.5, 2.2, 3.0, 4.4, 6.0};
enum { LENGTHS = sizeof lengths / sizeof lengths[0], DIRECTIONS = 5 };

/* px. The search ends with a step below 0.005 px of half the size in x and in y, that is 0.014 px
 * of the planes, after which at most as much is missing again: 0.03. Further than `near_px` the
 * strip that has come into the picture and the one that has left it pull as well, with whatever
 * else is not the scene: a tenth. */
static double bound_of(double length, double near_px)
{
    return length <= near_px ? 0.03 : 0.1;
}

/* Prepares the picture of one shift; `spoil` (may be NULL) does something to it. */
static double worst_excess(void (*spoil)(void), double near_px)
{
    double worst = -1.0;
    for (int i = 0; i < LENGTHS; i++)
        for (int k = 0; k < DIRECTIONS; k++) {
            const double angle = 0.4 + 1.2566 * k;
            const double right = lengths[i] * cos(angle), down = lengths[i] * sin(angle);
            bench_paint(&bench, size, right, down, picture);
            if (spoil)
                spoil();
            worst = fmax(worst, miss(right, down) - bound_of(lengths[i], near_px));
        }
    return worst;
}

TEST(known_shifts_are_found)
{
    CHECK(begin());
    CHECK(worst_excess(NULL, 2.5) <= 0.0);
    finish();
}

/* A fifth of the picture: 143 * 107 of 320 * 240 px. */
static void replace_a_fifth(void)
{
    replace(100, 60, 243, 167);
}

TEST(known_shifts_beside_a_replaced_fifth)
{
    CHECK(begin());
    CHECK(worst_excess(replace_a_fifth, 0.8) <= 0.0);
    finish();
}

/* A third of the light gone, and more of it on the left than on the right. */
static void darken(void)
{
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            picture[y * WIDTH + x] += -0.4f + 0.001f * (float)x;
}

TEST(known_shifts_in_another_light)
{
    CHECK(begin());
    CHECK(worst_excess(darken, 2.5) <= 0.0);
    finish();
}

static void grain(void)
{
    add_noise(0.02f);
}

TEST(known_shifts_under_noise)
{
    CHECK(begin());
    CHECK(worst_excess(grain, 0.8) <= 0.0);
    finish();
}

TEST(the_same_picture_is_alike_in_every_way)
{
    CHECK(begin());
    memcpy(picture, normal, sizeof normal);
    CHECK_NEAR(miss(0.0, 0.0), 0.0, 1e-6);
    CHECK_NEAR(edges.likeness, 1.0, 1e-5);
    CHECK_NEAR(edges.sharpness, 1.0, 1e-5);
    CHECK_NEAR(edges.lost, 0.0, 0.0);
    CHECK_NEAR(edges.vanished, 0.0, 0.0);
    finish();
}

/* Weaker edges in their places: like, not sharp; nothing lost. */
TEST(a_blurred_picture)
{
    CHECK(begin());
    memcpy(picture, normal, sizeof normal);
    blur_picture(9);
    (void)miss(0.0, 0.0);
    CHECK(edges.likeness > 0.6f && edges.likeness < 0.97f);
    CHECK(edges.sharpness < 0.6f && edges.sharpness > 0.1f);
    CHECK(edges.lost < 0.3f);
    finish();
}

/* A hand before the lens: smooth, with some noise. */
TEST(a_covered_picture)
{
    CHECK(begin());
    for (size_t i = 0; i < PLANE; i++)
        picture[i] = -3.0f;
    add_noise(0.01f);
    (void)miss(0.0, 0.0);
    CHECK(edges.likeness < 0.3f);
    CHECK(edges.sharpness < 0.3f);
    CHECK_NEAR(edges.vanished, 1.0, 1e-6);
    CHECK_NEAR(edges.lost, 1.0, 1e-6);
    finish();
}

TEST(another_scene)
{
    CHECK(begin());
    bench_paint(&other, size, 0.0, 0.0, picture);
    (void)miss(0.0, 0.0);
    CHECK(edges.likeness < 0.5f);
    CHECK(edges.lost > 0.7f);
    CHECK(edges.vanished < 0.3f);
    finish();
}

/* One of twelve tiles, evenly coloured: the edges of that tile have vanished, no others. */
TEST(somebody_before_one_tile)
{
    CHECK(begin());
    memcpy(picture, normal, sizeof normal);
    for (int y = 62; y < 178; y++)
        for (int x = 62; x < 178; x++)
            picture[y * WIDTH + x] = -1.2f + 0.0005f * (float)x;
    CHECK(miss(0.0, 0.0) < 0.03);
    CHECK(edges.likeness > 0.7f && edges.likeness < 1.0f);
    CHECK(edges.lost > 0.0f && edges.lost < 0.25f);
    CHECK(edges.vanished > 0.0f && edges.vanished < 0.25f);
    CHECK_NEAR(edges.sharpness, 1.0, 0.15);
    finish();
}

static bool is_number(struct shift shift)
{
    return isfinite(shift.x) && isfinite(shift.y) && isfinite(edges.likeness) &&
           isfinite(edges.sharpness) && isfinite(edges.lost) && isfinite(edges.vanished);
}

/* Nothing can be said without edges, and nothing is. */
TEST(flat_pictures_have_no_shift)
{
    CHECK(begin());
    struct shift shift;
    for (size_t i = 0; i < PLANE; i++)
        picture[i] = -1.0f;
    shift = scene_register_find(registration, picture, &edges);
    CHECK(is_number(shift));
    finish();
    registration = scene_register_create(size, picture, &err); /* now the normal one is flat */
    CHECK(registration);
    shift = scene_register_find(registration, picture, &edges);
    CHECK(is_number(shift));
    CHECK_NEAR(hypotf(shift.x, shift.y), 0.0, 0.0);
    shift = scene_register_find(registration, normal, &edges);
    CHECK(is_number(shift));
    CHECK_NEAR(hypotf(shift.x, shift.y), 0.0, 0.0);
    finish();
}

/* Edges of one direction only: along them nothing is known, and no step goes astray. */
TEST(stripes_say_nothing_along_them)
{
    static float stripes[PLANE];
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            stripes[y * WIDTH + x] = 0.3f * sinf(0.2f * (float)x);
    registration = scene_register_create(size, stripes, &err);
    CHECK(registration);
    const struct shift shift = scene_register_find(registration, stripes, &edges);
    CHECK(is_number(shift));
    CHECK_NEAR(hypotf(shift.x, shift.y), 0.0, 1e-3);
    finish();
}

/* Whole pixels are moved, not interpolated. */
TEST(whole_shifts_are_undone_exactly)
{
    CHECK(begin());
    for (int channel = 0; channel < CHANNEL_COUNT; channel++)
        bench_paint(&bench, size, 3.0, -2.0, picture + channel * PLANE);
    scene_register_undo(registration, (struct shift){3.0f, -2.0f}, picture);
    for (int channel = 0; channel < CHANNEL_COUNT; channel++)
        for (int y = 4; y < HEIGHT - 4; y++)
            for (int x = 4; x < WIDTH - 4; x++)
                CHECK_NEAR(picture[channel * PLANE + y * WIDTH + x], normal[y * WIDTH + x], 1e-6);
    finish();
}

TEST(no_shift_leaves_all_as_it_is)
{
    CHECK(begin());
    for (int channel = 0; channel < CHANNEL_COUNT; channel++)
        bench_paint(&bench, size, 0.3, 0.4, picture + channel * PLANE);
    static float before[CHANNEL_COUNT * PLANE];
    memcpy(before, picture, sizeof before);
    scene_register_undo(registration, (struct shift){0.0f, 0.0f}, picture);
    for (size_t i = 0; i < CHANNEL_COUNT * PLANE; i++)
        CHECK_NEAR(picture[i], before[i], 1e-6);
    finish();
}

/* An edge of 1.5 px, half of it, changes by the height of its box within three pixels; cubic
 * convolution errs there by h^3 f''' / 24 at most, and f''' of 0.4 tanh is 0.4 * 2 / 1.5^3: 0.01.
 * The worst of a crossing of several edges: three times that. */
TEST(parts_of_a_pixel_are_undone)
{
    static const struct shift shifts[] = {
        {0.5f, 0.5f}, {-0.25f, 0.1f}, {1.7f, -2.6f}, {-4.4f, 3.3f}};
    CHECK(begin());
    for (size_t i = 0; i < sizeof shifts / sizeof shifts[0]; i++) {
        double squares = 0.0;
        bench_paint(&bench, size, (double)shifts[i].x, (double)shifts[i].y, picture);
        scene_register_undo(registration, shifts[i], picture);
        for (int y = 8; y < HEIGHT - 8; y++)
            for (int x = 8; x < WIDTH - 8; x++) {
                const double rest = (double)(picture[y * WIDTH + x] - normal[y * WIDTH + x]);
                CHECK_NEAR(rest, 0.0, 0.03);
                squares += rest * rest;
            }
        CHECK(sqrt(squares / PLANE) < 0.003);
    }
    finish();
}

/* Cubic convolution, pixel by pixel as Keys writes it, the border repeated. */
static double keys(double distance)
{
    const double s = fabs(distance);
    return s < 1.0   ? 1.5 * s * s * s - 2.5 * s * s + 1.0
           : s < 2.0 ? -0.5 * s * s * s + 2.5 * s * s - 4.0 * s + 2.0
                     : 0.0;
}

static int inside(int i, int count)
{
    return i < 0 ? 0 : i >= count ? count - 1 : i;
}

static double keys_at(const float *plane, struct scene_size of, double x, double y)
{
    double sum = 0.0;
    for (int v = (int)floor(y) - 1; v <= (int)floor(y) + 2; v++)
        for (int u = (int)floor(x) - 1; u <= (int)floor(x) + 2; u++)
            sum += keys(x - u) * keys(y - v) *
                   (double)plane[inside(v, of.height) * of.width + inside(u, of.width)];
    return sum;
}

/* Also at the borders, beyond the picture and in pictures smaller than the four taps. Rounding:
 * sixteen products of numbers up to 2. */
TEST(undoing_is_cubic_convolution)
{
    static const struct scene_size sizes[] = {{31, 17, 1}, {1, 1, 1}, {2, 3, 1},
                                              {3, 2, 1},   {4, 4, 1}, {5, 40, 1}};
    static const struct shift shifts[] = {
        {0.3f, -0.6f}, {2.25f, 1.5f}, {-7.75f, -3.5f}, {50.5f, -60.25f}, {-50.0f, 60.0f}};
    static float from[CHANNEL_COUNT * PLANE];
    struct rng rng = rng_seeded(9, 0);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (size_t k = 0; k < sizeof shifts / sizeof shifts[0]; k++) {
            const size_t plane = scene_pixels(sizes[i]);
            for (size_t at = 0; at < CHANNEL_COUNT * plane; at++)
                picture[at] = from[at] = (float)rng_uniform_between(&rng, -2.0, 2.0);
            registration = scene_register_create(sizes[i], picture, &err);
            CHECK(registration);
            scene_register_undo(registration, shifts[k], picture);
            for (size_t at = 0; at < CHANNEL_COUNT * plane; at++) {
                const int x = (int)(at % plane) % sizes[i].width;
                const int y = (int)(at % plane) / sizes[i].width;
                CHECK_NEAR(picture[at],
                           keys_at(from + at / plane * plane, sizes[i], x + (double)shifts[k].x,
                                   y + (double)shifts[k].y),
                           1e-5);
            }
            finish();
        }
}

TEST(pictures_too_small_for_a_pyramid)
{
    static const struct scene_size sizes[] = {{1, 1, 1}, {2, 2, 1}, {7, 5, 1}, {8, 40, 1}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        bench_paint(&bench, sizes[i], 0.0, 0.0, normal);
        registration = scene_register_create(sizes[i], normal, &err);
        CHECK(registration);
        const struct shift shift = scene_register_find(registration, normal, &edges);
        CHECK(is_number(shift));
        CHECK_NEAR(hypotf(shift.x, shift.y), 0.0, 1e-3);
        finish();
    }
}

TEST(no_memory)
{
    bench_paint(&bench, size, 0.0, 0.0, normal);
    for (long n = 0;; n++) {
        err = (struct error){0};
        allocations_until_failure = n;
        registration = scene_register_create(size, normal, &err);
        allocations_until_failure = -1;
        if (registration) {
            finish();
            CHECK(n >= 16);
            return;
        }
        CHECK_INT(err.code, ERROR_MEMORY);
        CHECK_CONTAINS(err.message, "320x240 px");
    }
}

TEST(destroying_nothing)
{
    scene_register_destroy(NULL);
    CHECK(!registration);
}

int main(void)
{
    RUN(known_shifts_are_found);
    RUN(known_shifts_beside_a_replaced_fifth);
    RUN(known_shifts_in_another_light);
    RUN(known_shifts_under_noise);
    RUN(the_same_picture_is_alike_in_every_way);
    RUN(a_blurred_picture);
    RUN(a_covered_picture);
    RUN(another_scene);
    RUN(somebody_before_one_tile);
    RUN(flat_pictures_have_no_shift);
    RUN(stripes_say_nothing_along_them);
    RUN(whole_shifts_are_undone_exactly);
    RUN(no_shift_leaves_all_as_it_is);
    RUN(parts_of_a_pixel_are_undone);
    RUN(undoing_is_cubic_convolution);
    RUN(pictures_too_small_for_a_pyramid);
    RUN(no_memory);
    RUN(destroying_nothing);
    return check_report();
}

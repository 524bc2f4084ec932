/* The repair loss and its gradient against SSIM written down plainly in double precision, window by
 * window, and against central differences of that; through our kernels of every instruction set
 * that this machine has.
 *
 * Tolerances. A box's variance is a difference of means in f32, so S is off by about 1e-7 / C2 =
 * 1e-4 where the plane is flat, less elsewhere; 1e-5 of the loss and 1e-4 of the largest gradient
 * are far above what was seen and far below any wrong term. Central differences in double with
 * h = 1e-5 are exact to about 1e-9 of the loss.
 */
#include "check.h"

#include "base/rng.h"
#include "model/kernels.h"
#include "model/trainer.h"

#include <stdlib.h>

enum { WIDTH = 32, HEIGHT = 16, AREA = WIDTH * HEIGHT, BOX = 7 };

static const double squared_factor = 0.7, structure_factor = 0.3, masked_weight = 5.0;

static double z[AREA], target[AREA], mask[AREA];

static const struct kernels *const tables[] = {
    &kernels_portable,
#if defined(__x86_64__)
    &kernels_avx2,
    &kernels_avx512,
#endif
};

static bool can_run(const struct kernels *kernels)
{
#if defined(__x86_64__)
    if (kernels == &kernels_avx512)
        return __builtin_cpu_supports("avx512f");
    if (kernels == &kernels_avx2)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
    return kernels == &kernels_portable;
}

/* Part noise, part flat, part alike: every term of the formula counts somewhere. */
static void fill(uint64_t seed)
{
    struct rng rng = rng_seeded(seed, 0);
    for (int i = 0; i < AREA; i++) {
        const double shade = 0.2 + 0.6 * (i % WIDTH) / WIDTH;
        target[i] = i / WIDTH < HEIGHT / 2 ? shade : rng_uniform(&rng);
        const double value = 0.8 * target[i] + 0.1 + rng_uniform_between(&rng, -0.08, 0.08);
        z[i] = log(value / (1.0 - value));
        mask[i] = i % WIDTH > 20 && i / WIDTH > 4;
    }
}

static double sigmoid(double value)
{
    return 1.0 / (1.0 + exp(-value));
}

/* Wang et al. 2004, equation 13, for the box at (x, y): means, variances and covariance first. */
static double naive_ssim(int x, int y)
{
    double mean_a = 0, mean_b = 0, variance_a = 0, variance_b = 0, covariance = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < BOX * BOX; i++) {
            const int at = (y + i / BOX) * WIDTH + x + i % BOX;
            const double a = sigmoid(z[at]), b = target[at], share = 1.0 / (BOX * BOX);
            if (pass == 0) {
                mean_a += a * share;
                mean_b += b * share;
                continue;
            }
            variance_a += (a - mean_a) * (a - mean_a) * share;
            variance_b += (b - mean_b) * (b - mean_b) * share;
            covariance += (a - mean_a) * (b - mean_b) * share;
        }
    const double c1 = 0.01 * 0.01, c2 = 0.03 * 0.03;
    return (2 * mean_a * mean_b + c1) * (2 * covariance + c2) /
           ((mean_a * mean_a + mean_b * mean_b + c1) * (variance_a + variance_b + c2));
}

static double naive_weight(int at, bool masked)
{
    return masked && mask[at] > 0 ? masked_weight : 1.0;
}

static double naive_loss(bool masked)
{
    double loss = 0;
    for (int i = 0; i < AREA; i++) {
        const double off = sigmoid(z[i]) - target[i];
        loss += squared_factor * naive_weight(i, masked) * off * off;
    }
    for (int y = 0; y + BOX <= HEIGHT; y++)
        for (int x = 0; x + BOX <= WIDTH; x++)
            loss += structure_factor * naive_weight((y + BOX / 2) * WIDTH + x + BOX / 2, masked) *
                    (1.0 - naive_ssim(x, y));
    return loss;
}

static double central_difference(int at, bool masked)
{
    const double h = 1e-5, kept = z[at];
    z[at] = kept + h;
    const double above = naive_loss(masked);
    z[at] = kept - h;
    const double below = naive_loss(masked);
    z[at] = kept;
    return (above - below) / (2 * h);
}

static double our_loss(const struct kernels *kernels, bool masked, float ret_gradient[AREA])
{
    static float of_target[AREA], of_mask[AREA], rows[REPAIR_ROWS * (WIDTH + 2 * (BOX - 1))];
    for (int i = 0; i < AREA; i++) {
        ret_gradient[i] = (float)sigmoid(z[i]);
        of_target[i] = (float)target[i];
        of_mask[i] = (float)mask[i];
    }
    const struct repair_plane plane = {
        .values = ret_gradient,
        .target = of_target,
        .mask = masked ? of_mask : NULL,
        .width = WIDTH,
        .height = HEIGHT,
        .squared_factor = (float)squared_factor,
        .structure_factor = (float)structure_factor,
        .masked_weight = (float)masked_weight,
        .rows = rows,
    };
    return kernels->repair_error(&plane);
}

static void check_kernels(const struct kernels *kernels, bool masked)
{
    static float gradient[AREA];
    static double expected[AREA];
    double largest = 0, worst = 0;
    const double loss = our_loss(kernels, masked, gradient), naive = naive_loss(masked);
    CHECK_NEAR(loss, naive, 1e-5 * naive);
    for (int i = 0; i < AREA; i++) {
        expected[i] = central_difference(i, masked);
        largest = fmax(largest, fabs(expected[i]));
        worst = fmax(worst, fabs((double)gradient[i] - expected[i]));
    }
    printf("%s: loss off by %.1e of it, gradient by %.1e of the largest\n", kernels->name,
           fabs(loss - naive) / naive, worst / largest);
    CHECK(worst <= 1e-4 * largest);
}

TEST(the_loss_and_its_gradient_equal_the_naive_ones)
{
    fill(5);
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        if (!can_run(tables[i]))
            continue;
        check_kernels(tables[i], true);
        check_kernels(tables[i], false);
    }
}

TEST(equal_pictures_have_no_loss)
{
    static float gradient[AREA];
    fill(6);
    for (int i = 0; i < AREA; i++)
        z[i] = log(target[i] / (1.0 - target[i]));
    CHECK_NEAR(our_loss(kernels_select(), true, gradient), 0.0, 1e-4);
}

enum { SIDE = 64, COUNT = 2, PICTURE = 3 * SIDE * SIDE };

struct stepped {
    struct parameters *initial, *after;
    float *input, *mask;
};

static bool stepped_init(struct stepped *stepped)
{
    struct error err;
    struct rng rng = rng_seeded(9, 9);
    stepped->initial = parameters_create_for(&network_repair, &err);
    stepped->after = parameters_create_for(&network_repair, &err);
    stepped->input = calloc(COUNT * PICTURE, sizeof(float));
    stepped->mask = calloc(COUNT * PICTURE, sizeof(float));
    if (!stepped->initial || !stepped->after || !stepped->input || !stepped->mask)
        return false;
    parameters_randomise(stepped->initial, &rng);
    for (int i = 0; i < COUNT * PICTURE; i++)
        stepped->input[i] = (float)rng_uniform(&rng);
    for (int i = 0; i < COUNT * SIDE * SIDE; i++)
        stepped->mask[i] = i % SIDE < 20;
    return true;
}

static void stepped_finish(struct stepped *stepped)
{
    parameters_destroy(stepped->initial);
    parameters_destroy(stepped->after);
    free(stepped->input);
    free(stepped->mask);
}

/* One step; NAN when it failed. */
static double loss_of(struct stepped *stepped, const struct loss *loss, bool masked, int threads)
{
    struct error err;
    double value = NAN;
    struct trainer *trainer =
        trainer_create(stepped->initial, SIDE, SIDE, COUNT, 1e-3, threads, &err);
    const struct trainer_batch batch = {.input = stepped->input,
                                        .target = stepped->input,
                                        .mask = masked ? stepped->mask : NULL,
                                        .count = COUNT};
    if (!trainer || (loss && !trainer_use_loss(trainer, loss, &err)) ||
        !trainer_step_batch(trainer, &batch, &value, &err) ||
        !trainer_export(trainer, stepped->after, &err))
        value = NAN;
    trainer_destroy(trainer);
    return value;
}

TEST(the_trainer_weighs_what_the_mask_covers)
{
    struct stepped stepped = {0};
    const struct loss plain = {.masked_weight = 1.0}, heavy = {.masked_weight = 4.0};
    const struct loss structure = {.masked_weight = 4.0, .structure_weight = 0.5};
    CHECK(stepped_init(&stepped));
    const double reference = loss_of(&stepped, NULL, false, 1);
    const double same = loss_of(&stepped, &plain, true, 1);
    const double unmasked = loss_of(&stepped, &heavy, false, 1);
    const double more = loss_of(&stepped, &heavy, true, 1);
    const double most = loss_of(&stepped, &structure, true, 1);
    stepped_finish(&stepped);
    CHECK_NEAR(same, reference, 1e-6);
    CHECK_NEAR(unmasked, reference, 1e-6);
    CHECK(more > 1.5 * reference && more < 2.5 * reference); /* 20 of 64 columns, 4 times */
    CHECK(most > more);
}

TEST(threads_do_not_change_the_loss)
{
    struct stepped stepped = {0};
    const struct loss loss = {.masked_weight = 4.0, .structure_weight = 0.5};
    CHECK(stepped_init(&stepped));
    const double one = loss_of(&stepped, &loss, true, 1), two = loss_of(&stepped, &loss, true, 2);
    stepped_finish(&stepped);
    CHECK_NEAR(one, two, 1e-7);
}

int main(void)
{
    RUN(the_loss_and_its_gradient_equal_the_naive_ones);
    RUN(equal_pictures_have_no_loss);
    RUN(the_trainer_weighs_what_the_mask_covers);
    RUN(threads_do_not_change_the_loss);
    return check_report();
}

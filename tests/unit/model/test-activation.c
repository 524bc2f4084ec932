/* Batch norm with ReLU, bias with ReLU, and the last convolution, in each instruction set this
 * machine has, against naive formulas in double.
 *
 * Tolerances: values are of order 1 and sums of at most a few thousand of them in f32 chunks, so
 * errors stay near 1e-6; 1e-4 separates that from any mistake in a formula.
 */
#include "blocked.h"
#include "check.h"
#include "naive_network.h"

#include "model/activation.h"
#include "model/floats.h"
#include "model/output_layer.h"

#include <omp.h>
#include <stdlib.h>

static const struct kernels *tables[3];
static size_t table_count;

static void find_tables(void)
{
    tables[table_count++] = &kernels_portable;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        tables[table_count++] = &kernels_avx2;
    if (__builtin_cpu_supports("avx512f"))
        tables[table_count++] = &kernels_avx512;
#endif
}

static void fill(double *values, size_t count, uint64_t seed, double low, double high)
{
    struct rng rng = rng_seeded(5, seed);
    for (size_t i = 0; i < count; i++)
        values[i] = (double)(float)rng_uniform_between(&rng, low, high);
}

/* 13 x 11 pixels: no multiple of anything. */
enum {
    COUNT = 3,
    CHANNELS = 32,
    HEIGHT = 13,
    WIDTH = 11,
    PIXELS = HEIGHT * WIDTH,
    VALUES = COUNT * CHANNELS * PIXELS
};

static double x[VALUES], dy[VALUES];

/* A naive layer around the same numbers. */
static void naive_set_up(struct naive_layer *layer, const struct layer_spec *spec,
                         struct layer_parameters *own)
{
    naive_layer_init(layer, spec, own, COUNT, HEIGHT, WIDTH);
    memcpy(layer->convolved, x, sizeof x);
}

/* What one layer gives forward and backward. */
struct layer_results {
    double y[VALUES], dx[VALUES], gamma[CHANNELS], shift[CHANNELS];
};

static struct layer_results naive_results, results;

static void naive_run(const struct layer_spec *spec, struct layer_parameters *own)
{
    struct naive_layer naive;
    naive_set_up(&naive, spec, own);
    for (size_t i = 0; !spec->batch_norm && i < VALUES; i++) /* naive_activate expects it added */
        naive.convolved[i] += (double)own->bias[i / PIXELS % CHANNELS];
    naive_activate(&naive, spec);
    memcpy(naive_results.y, naive.activated, sizeof naive_results.y);
    memcpy(naive_results.dx, dy, sizeof dy);
    naive_deactivate(&naive, spec, naive_results.dx);
    memcpy(naive_results.gamma, naive.gamma_gradient, sizeof naive_results.gamma);
    memcpy(naive_results.shift, naive.beta_gradient, sizeof naive_results.shift);
    naive_layer_finish(&naive);
}

static bool run(const struct kernels *kernels, bool batch_norm, const struct layer_parameters *own)
{
    struct error err;
    struct activation_layer layer = {0};
    float gamma[CHANNELS] = {0}, shift[CHANNELS];
    float *input = floats_create(VALUES, &err), *output = floats_create(VALUES, &err);
    const bool ready =
        input && output && activation_init(&layer, kernels, CHANNELS, PIXELS, COUNT, &err);
    if (ready) {
        to_blocked(x, COUNT, CHANNELS, PIXELS, kernels->lanes, input);
        if (batch_norm)
            activation_use_batch(&layer, input, COUNT, own->gamma, own->beta);
        else
            activation_use_bias(&layer, own->bias);
        activation_forward(&layer, input, COUNT, output);
        from_blocked(output, COUNT, CHANNELS, PIXELS, kernels->lanes, results.y);
        to_blocked(dy, COUNT, CHANNELS, PIXELS, kernels->lanes, output);
        activation_backward(&layer, input, output, COUNT, batch_norm ? gamma : NULL, shift);
        from_blocked(output, COUNT, CHANNELS, PIXELS, kernels->lanes, results.dx);
        for (size_t i = 0; i < CHANNELS; i++) {
            results.gamma[i] = (double)gamma[i];
            results.shift[i] = (double)shift[i];
        }
    }
    activation_finish(&layer);
    floats_destroy(input);
    floats_destroy(output);
    return ready;
}

static void check_layer(const struct kernels *kernels, bool batch_norm)
{
    static float weights[CHANNELS * CHANNELS * 9], gamma[CHANNELS], beta[CHANNELS];
    const struct layer_spec spec = {"test", LAYER_CONV, CHANNELS,       CHANNELS,
                                    1,      batch_norm, ACTIVATION_RELU};
    struct layer_parameters own = {.weights = weights, .bias = beta, .gamma = gamma, .beta = beta};
    for (size_t i = 0; i < CHANNELS; i++) {
        gamma[i] = 0.5f + (float)i / CHANNELS;
        beta[i] = 0.25f - (float)i / CHANNELS / 2;
    }
    /* Far from zero with batch norm: a careless variance would cancel. */
    fill(x, VALUES, 1, batch_norm ? 9 : -1, batch_norm ? 11 : 1);
    fill(dy, VALUES, 2, -1, 1);
    naive_run(&spec, &own);
    CHECK(run(kernels, batch_norm, &own));
    CHECK_NEAR(farthest(results.y, naive_results.y, VALUES), 0, 1e-4);
    CHECK_NEAR(farthest(results.dx, naive_results.dx, VALUES), 0, 1e-4);
    CHECK_NEAR(farthest(results.shift, naive_results.shift, CHANNELS), 0, 1e-4);
    if (batch_norm)
        CHECK_NEAR(farthest(results.gamma, naive_results.gamma, CHANNELS), 0, 1e-4);
}

TEST(batch_norm_and_relu)
{
    for (size_t i = 0; i < table_count; i++)
        check_layer(tables[i], true);
}

TEST(bias_and_relu)
{
    for (size_t i = 0; i < table_count; i++)
        check_layer(tables[i], false);
}

TEST(running_statistics_include_the_bias)
{
    struct error err;
    struct activation_layer layer;
    float gamma[16], beta[16], mean[16], variance[16], bias[16];
    for (int i = 0; i < 16; i++) {
        gamma[i] = 2.0f;
        beta[i] = 0.5f;
        mean[i] = 3.0f;
        bias[i] = 1.0f;
        variance[i] = 4.0f - BATCH_NORM_EPSILON;
    }
    const struct layer_parameters own = {
        .bias = bias, .gamma = gamma, .beta = beta, .mean = mean, .variance = variance};
    CHECK(activation_init(&layer, tables[0], 16, 1, 1, &err));
    activation_use_running(&layer, &own);
    const double scale = (double)layer.scale[3], shift = (double)layer.shift[3];
    activation_finish(&layer);
    CHECK_NEAR(scale, 1.0, 1e-6);
    CHECK_NEAR(shift, 0.5 - (3.0 - 1.0), 1e-6);
}

TEST(nan_is_not_hidden_by_relu)
{
    for (size_t i = 0; i < table_count; i++) {
        _Alignas(64) float value[16], one[16], zero[16] = {0};
        for (int k = 0; k < 16; k++) {
            value[k] = NAN;
            one[k] = 1.0f;
        }
        tables[i]->activate(value, 1, one, zero, value);
        CHECK(isnan(value[0]));
    }
}

/* The last convolution: several bands, the last one not whole. */
enum {
    OUT_HEIGHT = 80,
    OUT_WIDTH = 32,
    OUT_PIXELS = OUT_HEIGHT * OUT_WIDTH,
    OUT_COUNT = 2,
    OUT_IN = OUT_COUNT * 32 * OUT_PIXELS,
    OUT_OUT = OUT_COUNT * 3 * OUT_PIXELS
};

struct output_results {
    float z[OUT_OUT], weights[OUTPUT_WEIGHTS], bias[OUTPUT_CHANNELS];
    float *gradient;
};

static const struct naive_shape output_shape = {OUT_COUNT, 32, 3, OUT_HEIGHT, OUT_WIDTH, 1};
static double output_input[OUT_IN], output_dz[OUT_OUT], output_weights[OUTPUT_WEIGHTS];

static bool output_run(const struct kernels *kernels, int threads,
                       struct output_results *ret_results)
{
    struct error err;
    struct activation_layer activation = {0};
    struct output_layer layer = {0};
    const float zero[32] = {0}, bias[3] = {0.5f, -0.5f, 0.25f};
    float weights[OUTPUT_WEIGHTS], *input = floats_create(OUT_IN, &err);
    static float dz[OUT_OUT];
    omp_set_num_threads(threads);
    const bool ready =
        input && activation_init(&activation, kernels, 32, OUT_PIXELS, OUT_COUNT, &err) &&
        output_layer_init(&layer, kernels, OUT_WIDTH, OUT_HEIGHT, (size_t)threads, OUT_COUNT, &err);
    if (ready) {
        to_blocked(output_input, OUT_COUNT, 32, OUT_PIXELS, kernels->lanes, input);
        for (size_t i = 0; i < OUTPUT_WEIGHTS; i++)
            weights[i] = (float)output_weights[i];
        for (size_t i = 0; i < OUT_OUT; i++)
            dz[i] = (float)output_dz[i];
        activation_use_bias(&activation, zero);
        output_layer_set_weights(&layer, weights, bias);
        output_layer_forward(&layer, &activation, input, OUT_COUNT, ret_results->z);
        output_layer_backward(&layer, &activation, input, dz, OUT_COUNT, ret_results->gradient,
                              ret_results->weights, ret_results->bias);
    }
    output_layer_finish(&layer);
    activation_finish(&activation);
    floats_destroy(input);
    return ready;
}

static void check_output(const struct kernels *kernels)
{
    static struct output_results one, three;
    static double z[OUT_OUT], wanted[OUT_IN], got[OUT_IN], positive[OUT_IN];
    static double weights[OUTPUT_WEIGHTS];
    struct error err;
    one.gradient = floats_create(OUT_IN, &err);
    three.gradient = floats_create(OUT_IN, &err);
    CHECK(one.gradient && three.gradient);
    CHECK(output_run(kernels, 1, &one) && output_run(kernels, 3, &three));
    const bool same = memcmp(one.z, three.z, sizeof one.z) == 0 &&
                      memcmp(one.weights, three.weights, sizeof one.weights) == 0 &&
                      memcmp(one.bias, three.bias, sizeof one.bias) == 0 &&
                      memcmp(one.gradient, three.gradient, OUT_IN * sizeof(float)) == 0;
    from_blocked(one.gradient, OUT_COUNT, 32, OUT_PIXELS, kernels->lanes, got);
    floats_destroy(one.gradient);
    floats_destroy(three.gradient);
    CHECK(same);

    const double bias[3] = {0.5, -0.5, 0.25};
    double bias_gradient[3] = {0};
    memset(wanted, 0, sizeof wanted);
    memset(weights, 0, sizeof weights);
    for (size_t i = 0; i < OUT_IN; i++)
        positive[i] = fmax(0, output_input[i]);
    for (size_t i = 0; i < OUT_OUT; i++) {
        z[i] = bias[i / OUT_PIXELS % 3];
        bias_gradient[i / OUT_PIXELS % 3] += output_dz[i];
    }
    naive_products(&output_shape, false, naive_add_forward, z, positive, output_weights);
    naive_products(&output_shape, false, naive_add_backward_data, wanted, output_dz,
                   output_weights);
    naive_products(&output_shape, false, naive_add_backward_weights, weights, positive, output_dz);
    for (size_t i = 0; i < OUT_OUT; i++)
        CHECK_NEAR(one.z[i], z[i], 1e-4);
    CHECK_NEAR(farthest(wanted, got, OUT_IN), 0, 1e-4);
    for (size_t i = 0; i < OUTPUT_WEIGHTS; i++)
        CHECK_NEAR(one.weights[i], weights[i], 1e-3); /* sums of 5120 products: larger values */
    for (size_t i = 0; i < 3; i++)
        CHECK_NEAR(one.bias[i], bias_gradient[i], 1e-3);
}

TEST(last_convolution)
{
    fill(output_input, OUT_IN, 3, -1, 1);
    fill(output_dz, OUT_OUT, 4, -1, 1);
    fill(output_weights, OUTPUT_WEIGHTS, 5, -1, 1);
    for (size_t i = 0; i < table_count; i++)
        check_output(tables[i]);
}

TEST(sigmoid_is_exact_to_f32)
{
    for (size_t i = 0; i < table_count; i++) {
        float values[64];
        for (int k = 0; k < 64; k++)
            values[k] = (float)(k - 32) * 0.75f;
        values[62] = 500.0f;
        values[63] = -500.0f;
        float kept[64];
        memcpy(kept, values, sizeof kept);
        tables[i]->sigmoid(values, 64);
        for (int k = 0; k < 64; k++)
            CHECK_NEAR(values[k], 1.0 / (1.0 + exp(-(double)kept[k])), 2e-7);
        float broken[16] = {NAN};
        tables[i]->sigmoid(broken, 16);
        CHECK(isnan(broken[0]));
    }
}

TEST(squared_error_and_its_gradient)
{
    enum { SIZE = 5 * 768 };
    static float z[SIZE], target[SIZE];
    for (size_t i = 0; i < table_count; i++) {
        double sum = 0, worst = 0;
        static double gradient[SIZE];
        for (int k = 0; k < SIZE; k++) {
            z[k] = (float)(k % 97) / 16.0f - 3.0f;
            target[k] = (float)(k % 31) / 31.0f;
            const double r = 1.0 / (1.0 + exp(-(double)z[k])), off = r - (double)target[k];
            sum += off * off;
            gradient[k] = 0.5 * off * r * (1 - r);
        }
        const double total = tables[i]->sigmoid_error(z, target, SIZE, 0.5f);
        for (int k = 0; k < SIZE; k++)
            worst = fmax(worst, fabs((double)z[k] - gradient[k]));
        CHECK_NEAR(total, sum, 1e-5 * sum);
        CHECK_NEAR(worst, 0, 1e-7);
    }
}

TEST(adam_as_in_the_paper)
{
    enum { SIZE = 37, STEPS = 5 };
    for (size_t i = 0; i < table_count; i++) {
        float weights[SIZE], gradient[SIZE], moment1[SIZE] = {0}, moment2[SIZE] = {0};
        double w[SIZE], m[SIZE] = {0}, v[SIZE] = {0};
        for (int k = 0; k < SIZE; k++)
            w[k] = (double)(weights[k] = (float)k / 10.0f);
        for (int t = 1; t <= STEPS; t++) {
            const double step = 1e-3 * sqrt(1 - pow(0.999, t)) / (1 - pow(0.9, t));
            const struct adam_rates rates = {(float)step, 0.9f, 0.999f, 1e-7f};
            for (int k = 0; k < SIZE; k++) {
                gradient[k] = k ? sinf((float)(k * t)) : 0.0f;
                const double g = (double)gradient[k];
                m[k] = 0.9 * m[k] + 0.1 * g;
                v[k] = 0.999 * v[k] + 0.001 * g * g;
                w[k] -= step * m[k] / (sqrt(v[k]) + 1e-7);
            }
            tables[i]->adam(weights, gradient, moment1, moment2, SIZE, &rates);
        }
        for (int k = 0; k < SIZE; k++)
            CHECK_NEAR(weights[k], w[k], 2e-6);
        CHECK_NEAR(weights[0], 0, 0); /* no gradient ever: not moved, not NaN */
    }
}

int main(void)
{
    find_tables();
    RUN(batch_norm_and_relu);
    RUN(bias_and_relu);
    RUN(running_statistics_include_the_bias);
    RUN(nan_is_not_hidden_by_relu);
    RUN(last_convolution);
    RUN(sigmoid_is_exact_to_f32);
    RUN(squared_error_and_its_gradient);
    RUN(adam_as_in_the_paper);
    return check_report();
}

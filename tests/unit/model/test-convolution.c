/* Every pass of a convolution primitive against naive loops in double, for each kind of layer the
 * network has: stride 2 from the plain picture, stride 2, stride 1, transposed stride 2.
 *
 * Tolerance: outputs here are sums of up to 64 x 9 products of numbers below 1 in f32 (6e-8 each),
 * so 1e-4 is far above rounding and far below any wrong tap. Gradients by weights sum over all
 * pixels and pictures, up to 2 x 24 x 16, hence the same bound.
 */
#include "blocked.h"
#include "check.h"
#include "naive_network.h"

#include "model/convolution.h"
#include "model/floats.h"

#include <stdlib.h>

enum { COUNT = 2, HEIGHT = 24, WIDTH = 16 };

struct fixture {
    const struct layer_spec *spec;
    struct naive_shape shape;
    struct convolution_shape passes;
    size_t inputs, outputs, weights;
    double *input, *output, *kernel;
    float *wide, *narrow, *plain, *preferred, *scratchpad, *bias; /* the primitive's buffers */
};

static struct onednn library;

static double *random_doubles(size_t count, uint64_t seed)
{
    struct rng rng = rng_seeded(11, seed);
    double *values = naive_new(count);
    for (size_t i = 0; i < count; i++) /* representable in f32, so that inputs are equal */
        values[i] = (double)(float)rng_uniform_between(&rng, -1, 1);
    return values;
}

static void set_up(struct fixture *f, const struct layer_spec *spec)
{
    struct error err;
    const bool wider = spec->kind == LAYER_TRANSPOSED_CONV;
    const int height = wider ? HEIGHT / 2 : HEIGHT, width = wider ? WIDTH / 2 : WIDTH;
    *f = (struct fixture){.spec = spec};
    f->shape = (struct naive_shape){COUNT, spec->in_channels, spec->out_channels, height,
                                    width, spec->stride};
    f->passes = layer_convolution_shape(spec, COUNT, height, width);
    f->passes.plain_source = spec->in_channels == 3;
    const size_t area = (size_t)height * (size_t)width;
    const size_t out_area = wider ? area * 4 : area / (size_t)(spec->stride * spec->stride);
    f->inputs = COUNT * (size_t)spec->in_channels * area;
    f->outputs = COUNT * (size_t)spec->out_channels * out_area;
    f->weights = layer_weight_count(spec);
    f->input = random_doubles(f->inputs, 1);
    f->output = random_doubles(f->outputs, 2);
    f->kernel = random_doubles(f->weights, 3);
    const size_t most = f->inputs > f->outputs ? f->inputs : f->outputs;
    f->wide = floats_create(most, &err);
    f->narrow = floats_create(most, &err);
    f->plain = floats_create(f->weights, &err);
    f->bias = floats_create((size_t)spec->out_channels, &err);
}

static void tear_down(struct fixture *f)
{
    float *const floats[] = {f->wide, f->narrow, f->plain, f->preferred, f->scratchpad, f->bias};
    for (size_t i = 0; i < sizeof floats / sizeof floats[0]; i++)
        floats_destroy(floats[i]);
    free(f->input);
    free(f->output);
    free(f->kernel);
}

/* A layer's tensor → the buffer of the primitive's source or destination. */
static void put(const struct fixture *f, bool layer_input, const double *values, float *buffer)
{
    const size_t channels = (size_t)(layer_input ? f->spec->in_channels : f->spec->out_channels);
    const size_t size = layer_input ? f->inputs : f->outputs;
    const size_t lanes = layer_input && f->passes.plain_source ? 1 : (size_t)onednn_block();
    to_blocked(values, COUNT, channels, size / COUNT / channels, lanes, buffer);
}

static void get(const struct fixture *f, bool layer_input, const float *buffer, double *values)
{
    const size_t channels = (size_t)(layer_input ? f->spec->in_channels : f->spec->out_channels);
    const size_t size = layer_input ? f->inputs : f->outputs;
    const size_t lanes = layer_input && f->passes.plain_source ? 1 : (size_t)onednn_block();
    from_blocked(buffer, COUNT, channels, size / COUNT / channels, lanes, values);
}

/* Runs `pass` with the layer's input and output in their buffers. */
static bool run(struct fixture *f, enum convolution_pass pass, bool bias_and_relu,
                struct error *err)
{
    const bool transposed = f->spec->kind == LAYER_TRANSPOSED_CONV;
    struct convolution convolution;
    if (!convolution_init(&convolution, &library, &f->passes, pass, bias_and_relu, err))
        return false;
    floats_destroy(f->preferred);
    floats_destroy(f->scratchpad);
    f->preferred = floats_create(convolution.weights_bytes / sizeof(float), err);
    f->scratchpad = floats_create(convolution.scratchpad_bytes / sizeof(float) + 1, err);
    const struct convolution_buffers buffers = {
        .source = transposed ? f->narrow : f->wide,
        .weights = f->preferred,
        .bias = f->bias,
        .destination = transposed ? f->wide : f->narrow,
        .scratchpad = f->scratchpad,
    };
    const bool from_plain = pass != PASS_BACKWARD_WEIGHTS;
    const bool done =
        f->preferred && f->scratchpad &&
        (!from_plain || convolution_reorder_weights(&convolution, f->plain, f->preferred, err)) &&
        convolution_run(&convolution, &buffers, err) &&
        (from_plain || convolution_reorder_weights(&convolution, f->plain, f->preferred, err));
    /* Below AVX2 the library has no fast backward passes, and a slow right one will do. */
    const bool slow = strncmp(onednn_isa_name(), "avx", 3) == 0 &&
                      strcmp(onednn_isa_name(), "avx") != 0 &&
                      strstr(convolution.implementation, "ref");
    convolution_finish(&convolution);
    return done && !slow;
}

static double check_forward(struct fixture *f, bool fused)
{
    struct error err;
    double *expected = naive_new(f->outputs), *actual = naive_new(f->outputs);
    const size_t channels = (size_t)f->spec->out_channels, area = f->outputs / COUNT / channels;
    for (size_t i = 0; i < channels; i++)
        f->bias[i] = fused ? (float)f->kernel[i] : 0.0f;
    for (size_t i = 0; i < f->weights; i++)
        f->plain[i] = (float)f->kernel[i];
    put(f, true, f->input, f->wide);
    const bool done = run(f, layer_forward_pass(f->spec), fused, &err);
    get(f, false, f->narrow, actual);
    naive_products(&f->shape, f->spec->kind == LAYER_TRANSPOSED_CONV, naive_add_forward, expected,
                   f->input, f->kernel);
    for (size_t i = 0; fused && i < f->outputs; i++)
        expected[i] = fmax(0, expected[i] + f->kernel[i / area % channels]);
    const double off = done ? farthest(expected, actual, f->outputs) : INFINITY;
    free(expected);
    free(actual);
    return off;
}

static double check_backward_data(struct fixture *f)
{
    struct error err;
    double *expected = naive_new(f->inputs), *actual = naive_new(f->inputs);
    for (size_t i = 0; i < f->weights; i++)
        f->plain[i] = (float)f->kernel[i];
    put(f, false, f->output, f->narrow);
    const bool done = run(f, layer_backward_pass(f->spec), false, &err);
    get(f, true, f->wide, actual);
    naive_products(&f->shape, f->spec->kind == LAYER_TRANSPOSED_CONV, naive_add_backward_data,
                   expected, f->output, f->kernel);
    const double off = done ? farthest(expected, actual, f->inputs) : INFINITY;
    free(expected);
    free(actual);
    return off;
}

static double check_backward_weights(struct fixture *f)
{
    struct error err;
    double *expected = naive_new(f->weights), *actual = naive_new(f->weights);
    put(f, true, f->input, f->wide);
    put(f, false, f->output, f->narrow);
    const bool done = run(f, PASS_BACKWARD_WEIGHTS, false, &err);
    for (size_t i = 0; i < f->weights; i++)
        actual[i] = (double)f->plain[i];
    naive_products(&f->shape, f->spec->kind == LAYER_TRANSPOSED_CONV, naive_add_backward_weights,
                   expected, f->input, f->output);
    const double off = done ? farthest(expected, actual, f->weights) : INFINITY;
    free(expected);
    free(actual);
    return off;
}

static const struct layer_spec stride_2 = {"stride 2", LAYER_CONV,     32, 64, 2,
                                           true,       ACTIVATION_RELU};
static const struct layer_spec stride_1 = {"stride 1", LAYER_CONV,     64, 32, 1,
                                           false,      ACTIVATION_RELU};
static const struct layer_spec transposed = {"transposed", LAYER_TRANSPOSED_CONV, 64, 32, 2,
                                             true,         ACTIVATION_RELU};

static void check_layer(const struct layer_spec *spec)
{
    struct fixture f;
    set_up(&f, spec);
    const double forward = check_forward(&f, false);
    const double fused = spec->kind == LAYER_CONV ? check_forward(&f, true) : 0;
    const double to_input = spec->in_channels == 3 ? 0 : check_backward_data(&f);
    const double to_weights = check_backward_weights(&f);
    tear_down(&f);
    CHECK_NEAR(forward, 0, 1e-4);
    CHECK_NEAR(fused, 0, 1e-4);
    CHECK_NEAR(to_input, 0, 1e-4);
    CHECK_NEAR(to_weights, 0, 1e-4);
}

TEST(first_layer_reads_the_plain_picture)
{
    check_layer(&network_reference.layers[0]);
}

TEST(stride_2)
{
    check_layer(&stride_2);
}

TEST(stride_1)
{
    check_layer(&stride_1);
}

TEST(transposed)
{
    check_layer(&transposed);
}

TEST(an_impossible_shape_is_an_error)
{
    struct error err = {0};
    struct convolution convolution;
    const struct convolution_shape shape = {1, 32, 32, 16, 16, 9, 9, 2, false};
    CHECK(!convolution_init(&convolution, &library, &shape, PASS_FORWARD, false, &err));
    CHECK_INT(err.code, ERROR_INTERNAL);
    CHECK_CONTAINS(err.message, "oneDNN cannot");
    convolution_finish(&convolution);
}

int main(void)
{
    struct error err;
    if (!onednn_init(&library, 1, &err))
        return 1;
    RUN(first_layer_reads_the_plain_picture);
    RUN(stride_2);
    RUN(stride_1);
    RUN(transposed);
    RUN(an_impossible_shape_is_an_error);
    onednn_finish(&library);
    return check_report();
}

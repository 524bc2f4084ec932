/* Times every part of the network on its own, on buffers of its own.
 *
 * What a part takes inside a step differs a little: there its input may still be in the cache, or
 * the cache full of something else. The sum of the lines is compared with the whole step in
 * docs/performance.md.
 */
#include "layers.h"

#include "timing.h"

#include "model/activation.h"
#include "model/convolution.h"
#include "model/floats.h"
#include "model/output_layer.h"

#include <stdio.h>
#include <string.h>

enum { BATCH = 16 };

static double layer_gflop(const struct layer_spec *layer, int width, int height)
{
    const int shrink = layer->kind == LAYER_CONV ? layer->stride * layer->stride : 1;
    return 2.0 * (double)layer_weight_count(layer) * width * height / shrink / 1e9;
}

static int side_after(const struct layer_spec *layer, int side)
{
    return layer->kind == LAYER_CONV ? side / layer->stride : side * layer->stride;
}

double network_gflop(const struct network *network, int width, int height)
{
    double sum = 0;
    for (int i = 0; i < network->layer_count; i++) {
        sum += layer_gflop(&network->layers[i], width, height);
        width = side_after(&network->layers[i], width);
        height = side_after(&network->layers[i], height);
    }
    return sum;
}

double training_gflop(const struct network *network, int width, int height)
{
    return 3 * network_gflop(network, width, height) -
           layer_gflop(&network->layers[0], width, height);
}

static const struct layer_spec *output_layer(void)
{
    return &network_reference.layers[network_reference.layer_count - 1];
}

static const struct layer_spec *last_hidden_layer(void)
{
    return output_layer() - 1;
}

/* Everything one layer is timed with. */
struct workbench {
    struct onednn library;
    const struct kernels *kernels;
    int count, runs;
    double peak_gflops, total_seconds;
    const struct layer_spec *layer;
    int width, height; /* px, the layer's input */
    float *input, *output, *weights, *scratchpad, *plain;
    struct activation_layer activation;
    struct output_layer last;
};

static void line(struct workbench *bench, const char *what, const char *how, double seconds,
                 double gflop)
{
    bench->total_seconds += seconds;
    printf("%-8s %-22s %-24s %9.3f", bench->layer->name, what, how, seconds * 1e3);
    if (gflop > 0)
        printf(" %9.1f %7.1f", gflop / seconds, 100 * gflop / seconds / bench->peak_gflops);
    printf("\n");
    fflush(stdout);
}

/* Best CPU time per thread of `runs` calls. */
static bool best_time(struct workbench *bench, bool (*work)(struct workbench *, struct error *),
                      double *ret_seconds, struct error *err)
{
    double best = 0;
    for (int i = 0; i <= bench->runs; i++) {
        const double start = cpu_seconds();
        if (!work(bench, err))
            return false;
        const double seconds = (cpu_seconds() - start) / bench->library.threads;
        if (i == 0 || seconds < best)
            best = seconds;
    }
    *ret_seconds = best;
    return true;
}

static struct convolution convolution; /* the one being timed */

static bool run_convolution(struct workbench *bench, struct error *err)
{
    const bool transposed = bench->layer->kind == LAYER_TRANSPOSED_CONV;
    const struct convolution_buffers buffers = {
        .source = transposed ? bench->output : bench->input,
        .weights = bench->weights,
        .bias = bench->plain,
        .destination = transposed ? bench->input : bench->output,
        .scratchpad = bench->scratchpad,
    };
    return convolution_run(&convolution, &buffers, err);
}

static bool run_reorder(struct workbench *bench, struct error *err)
{
    return convolution_reorder_weights(&convolution, bench->plain, bench->weights, err);
}

static bool time_convolution(struct workbench *bench, enum convolution_pass pass, const char *what,
                             bool inference, struct error *err)
{
    const struct convolution_shape shape =
        layer_convolution_shape(bench->layer, bench->count, bench->height, bench->width);
    const bool fused = inference && bench->layer->kind == LAYER_CONV;
    if (!convolution_init(&convolution, &bench->library, &shape, pass, fused, err))
        return false;
    floats_destroy(bench->weights);
    floats_destroy(bench->scratchpad);
    bench->weights = floats_create(convolution.weights_bytes / sizeof(float), err);
    bench->scratchpad = floats_create(convolution.scratchpad_bytes / sizeof(float), err);
    double seconds = 0, reorder = 0;
    const bool done = bench->weights && bench->scratchpad &&
                      best_time(bench, run_reorder, &reorder, err) &&
                      best_time(bench, run_convolution, &seconds, err);
    if (done)
        line(bench, what, convolution.implementation, seconds,
             bench->count * layer_gflop(bench->layer, bench->width, bench->height));
    if (done && !inference)
        line(bench, "reorder of weights", "", reorder, 0);
    convolution_finish(&convolution);
    return done;
}

static bool run_statistics(struct workbench *bench, struct error *err)
{
    (void)err;
    activation_use_batch(&bench->activation, bench->output, (size_t)bench->count, bench->plain,
                         bench->plain);
    return true;
}

static bool run_activation(struct workbench *bench, struct error *err)
{
    (void)err;
    activation_forward(&bench->activation, bench->output, (size_t)bench->count, bench->input);
    return true;
}

static bool run_activation_backward(struct workbench *bench, struct error *err)
{
    (void)err;
    activation_backward(&bench->activation, bench->output, bench->input, (size_t)bench->count,
                        bench->plain + 1024, bench->plain + 2048);
    return true;
}

static bool time_activation(struct workbench *bench, bool inference, struct error *err)
{
    double statistics = 0, forward = 0, backward = 0;
    if (!best_time(bench, run_statistics, &statistics, err) ||
        !best_time(bench, run_activation, &forward, err) ||
        !best_time(bench, run_activation_backward, &backward, err))
        return false;
    const char *how = bench->kernels->name;
    if (!inference)
        line(bench, "statistics", how, statistics, 0);
    if (bench->layer != last_hidden_layer())
        line(bench, "activation", how, forward, 0);
    if (!inference)
        line(bench, "activation backward", how, backward, 0);
    return true;
}

static bool run_output(struct workbench *bench, struct error *err)
{
    (void)err;
    output_layer_forward(&bench->last, &bench->activation, bench->input, (size_t)bench->count,
                         bench->plain);
    return true;
}

static bool run_output_backward(struct workbench *bench, struct error *err)
{
    (void)err;
    float weights[OUTPUT_WEIGHTS], bias[OUTPUT_CHANNELS];
    output_layer_backward(&bench->last, &bench->activation, bench->input, bench->plain,
                          (size_t)bench->count, bench->output, weights, bias);
    return true;
}

static bool run_sigmoid(struct workbench *bench, struct error *err)
{
    (void)err;
    bench->kernels->sigmoid(bench->plain, (size_t)(bench->count * OUTPUT_CHANNELS) *
                                              (size_t)(bench->width * bench->height));
    return true;
}

static bool time_output(struct workbench *bench, bool inference, struct error *err)
{
    if (!output_layer_init(&bench->last, bench->kernels, (size_t)bench->width,
                           (size_t)bench->height, (size_t)bench->library.threads,
                           (size_t)bench->count, err))
        return false;
    output_layer_set_weights(&bench->last, bench->plain, bench->plain);
    double forward = 0, backward = 0, sigmoid = 0;
    const double gflop = bench->count * layer_gflop(bench->layer, bench->width, bench->height);
    const bool done = best_time(bench, run_output, &forward, err) &&
                      best_time(bench, run_sigmoid, &sigmoid, err) &&
                      (inference || best_time(bench, run_output_backward, &backward, err));
    output_layer_finish(&bench->last);
    if (!done)
        return false;
    line(bench, "forward", bench->kernels->name, forward, gflop);
    line(bench, "sigmoid", bench->kernels->name, sigmoid, 0);
    if (!inference)
        line(bench, "backward, both", bench->kernels->name, backward, 2 * gflop);
    return true;
}

static bool time_layer(struct workbench *bench, bool inference, struct error *err)
{
    if (bench->layer == output_layer())
        return time_output(bench, inference, err);
    const enum convolution_pass forward = layer_forward_pass(bench->layer);
    if (!time_convolution(bench, forward, "forward", inference, err))
        return false;
    if (!inference &&
        ((bench->layer != &network_reference.layers[0] &&
          !time_convolution(bench, layer_backward_pass(bench->layer), "backward to input", false,
                            err)) ||
         !time_convolution(bench, PASS_BACKWARD_WEIGHTS, "backward to weights", false, err)))
        return false;
    return (inference && bench->layer->kind == LAYER_CONV) ||
           time_activation(bench, inference, err);
}

static float *random_floats(size_t count, struct error *err)
{
    struct rng rng = rng_seeded(3, count);
    float *floats = floats_create(count, err);
    for (size_t i = 0; floats && i < count; i++)
        floats[i] = (float)rng_uniform_between(&rng, -0.1, 0.1);
    return floats;
}

/* The largest tensor, 32 channels at full size, is what every buffer has room for. */
static bool measure_all(struct workbench *bench, bool inference, struct error *err)
{
    const size_t largest =
        (size_t)bench->count * OUTPUT_IN_CHANNELS * (size_t)bench->width * (size_t)bench->height;
    bench->input = random_floats(largest, err);
    bench->output = random_floats(largest, err);
    bench->plain = random_floats(largest / 4, err);
    bool done = bench->input && bench->output && bench->plain;
    for (int i = 0; done && i < network_reference.layer_count; i++) {
        bench->layer = &network_reference.layers[i];
        const int width = side_after(bench->layer, bench->width);
        const int height = side_after(bench->layer, bench->height);
        if (bench->layer != output_layer()) {
            activation_finish(&bench->activation);
            done = activation_init(&bench->activation, bench->kernels,
                                   (size_t)bench->layer->out_channels,
                                   (size_t)width * (size_t)height, (size_t)bench->count, err);
            if (done)
                activation_use_bias(&bench->activation, bench->plain);
        }
        done = done && time_layer(bench, inference, err);
        bench->width = width;
        bench->height = height;
    }
    activation_finish(&bench->activation);
    floats_destroy(bench->input);
    floats_destroy(bench->output);
    floats_destroy(bench->weights);
    floats_destroy(bench->scratchpad);
    floats_destroy(bench->plain);
    return done;
}

bool layers_measure(int width, int height, int threads, int runs, double peak_gflops,
                    struct error *err)
{
    for (int pass = 0; pass < 2; pass++) {
        const bool inference = pass == 1;
        struct workbench bench = {
            .kernels = kernels_select(),
            .count = inference ? 1 : BATCH,
            .runs = inference ? runs * 10 : runs,
            .peak_gflops = peak_gflops,
            .width = width,
            .height = height,
        };
        printf("\n%-8s %-22s %-24s %9s %9s %7s\n", inference ? "infer" : "train", "", "", "ms",
               "GFLOP/s", "% peak");
        const bool done =
            onednn_init(&bench.library, threads, err) && measure_all(&bench, inference, err);
        onednn_finish(&bench.library);
        if (!done)
            return false;
        printf("%-8s %-22s %-24s %9.3f\n", "sum", "", "", bench.total_seconds * 1e3);
    }
    return true;
}

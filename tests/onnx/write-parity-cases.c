/* Writes what compare.js needs, for both networks:
 * DIR/<network>-<width>x<height>/{model.onnx,input.f32,reconstruction.f32}.
 *
 *     write-parity-cases DIR
 *
 * The network is trained for some steps, so that weights and running statistics are those of a real
 * one; the biases in front of a batch norm, which learn next to nothing, are given values besides,
 * so that a file that loses them does not pass. The weights do not depend on the size, so one
 * network serves all of them.
 */
#include "base/rng.h"
#include "model/inference.h"
#include "model/onnx.h"
#include "model/trainer.h"
#include "platform/file.h"

#include <stdio.h>
#include <stdlib.h>

enum { STEPS = 40, BATCH = 8, SIDE_MAX = 64, PICTURES = 5 };

/* Bright discs on a gradient, with noise. */
static void paint(float *planes, int width, int height, struct rng *rng)
{
    const double x0 = width * rng_uniform(rng), y0 = height * rng_uniform(rng);
    const double radius = 0.3 * width;
    for (int c = 0; c < 3; c++)
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++) {
                const bool inside = (x - x0) * (x - x0) + (y - y0) * (y - y0) < radius * radius;
                const double shade = inside ? 0.9 - 0.3 * c : 0.5 * x / width + 0.1 * c;
                *planes++ = (float)(shade + 0.05 * rng_uniform(rng));
            }
}

static bool train(struct parameters *parameters, struct error *err)
{
    static float batch[BATCH * 3 * SIDE_MAX * SIDE_MAX];
    const int side = 2 * parameters->network->side_multiple;
    const size_t floats = 3 * (size_t)side * (size_t)side;
    struct rng rng = rng_seeded(1, 2);
    parameters_randomise(parameters, &rng);
    struct trainer *trainer = trainer_create(parameters, side, side, BATCH, 1e-3, 1, err);
    bool good = trainer != NULL;
    for (int step = 0; good && step < STEPS; step++) {
        double loss;
        for (int i = 0; i < BATCH; i++)
            paint(batch + (size_t)i * floats, side, side, &rng);
        good = trainer_step(trainer, batch, batch, BATCH, &loss, err);
        if (good && (step == 0 || step == STEPS - 1))
            printf("step %d: loss %.5f\n", step + 1, loss);
    }
    good = good && trainer_export(trainer, parameters, err);
    trainer_destroy(trainer);
    for (int i = 0; good && i < parameters->network->layer_count; i++)
        for (int c = 0; c < parameters->network->layers[i].out_channels; c++)
            parameters->layers[i].bias[c] += (float)rng_uniform_between(&rng, -0.1, 0.1);
    return good;
}

static bool put(const char *folder, const char *name, const void *data, size_t size,
                struct error *err)
{
    char path[PATH_SIZE];
    return path_join(path, sizeof path, folder, name, err) &&
           file_replace(path, data, size, false, err);
}

static bool reconstruct(const struct parameters *parameters, int width, int height,
                        const float *input, float *ret_reconstruction, struct error *err)
{
    const size_t floats = 3 * (size_t)width * (size_t)height;
    struct inference *inference = inference_create(parameters, width, height, 1, err);
    bool good = inference != NULL;
    for (size_t i = 0; good && i < PICTURES; i++)
        good = inference_run(inference, input + i * floats, ret_reconstruction + i * floats, err);
    inference_destroy(inference);
    return good;
}

static bool write_case(const struct parameters *parameters, int width, int height,
                       const char *folder, struct error *err)
{
    const size_t floats = 3 * (size_t)width * (size_t)height;
    const size_t size = PICTURES * floats * sizeof(float);
    char own_folder[PATH_SIZE], name[32];
    struct rng rng = rng_seeded(3, 4);
    struct buffer model = {0};
    float *input = malloc(size), *reconstruction = malloc(size);
    snprintf(name, sizeof name, "%s-%dx%d", parameters->network->name, width, height);
    bool good = (input && reconstruction) || error_set(err, ERROR_MEMORY, "no memory");
    for (size_t i = 0; good && i < PICTURES; i++)
        paint(input + i * floats, width, height, &rng);
    good = good && path_join(own_folder, sizeof own_folder, folder, name, err) &&
           folder_create(own_folder, false, err) &&
           reconstruct(parameters, width, height, input, reconstruction, err) &&
           onnx_write(parameters, width, height, NULL, 0, &model, err) &&
           put(own_folder, "model.onnx", model.data, model.size, err) &&
           put(own_folder, "input.f32", input, size, err) &&
           put(own_folder, "reconstruction.f32", reconstruction, size, err);
    buffer_finish(&model);
    free(input);
    free(reconstruction);
    return good;
}

static bool write_cases(const struct network *network, const int (*sizes)[2], size_t count,
                        const char *folder, struct error *err)
{
    struct parameters *parameters = parameters_create_for(network, err);
    bool good = parameters && train(parameters, err);
    for (size_t i = 0; good && i < count; i++)
        good = write_case(parameters, sizes[i][0], sizes[i][1], folder, err);
    parameters_destroy(parameters);
    return good;
}

int main(int argc, char **argv)
{
    static const int reference_sizes[][2] = {{256, 256}, {320, 192}, {32, 48}};
    static const int repair_sizes[][2] = {{384, 224}, {64, 96}};
    struct error err = {0};
    if (argc != 2) {
        fprintf(stderr, "usage: write-parity-cases DIR\n");
        return 64;
    }
    const bool good = write_cases(&network_reference, reference_sizes, 3, argv[1], &err) &&
                      write_cases(&network_repair, repair_sizes, 2, argv[1], &err);
    if (!good)
        fprintf(stderr, "%s\n", err.message);
    return good ? 0 : 1;
}

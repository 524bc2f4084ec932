/* bench-speed: how fast the reference network runs, as a share of what this machine could do.
 *
 * Measures the machine's own multiply-add peak, single-frame inference and a training step of 16
 * pictures, in one process, and prints a small table; --layers adds every convolution, activation
 * and update on its own. Each figure is the best of several runs in CPU time divided by threads:
 * the best because other load only ever adds. Peak memory is read after inference and after
 * training, in this order, because it never goes down.
 */
#include "layers.h"
#include "peak.h"
#include "timing.h"

#include "base/parse.h"
#include "model/compute.h"
#include "model/inference.h"
#include "model/trainer.h"
#include "platform/process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 256, BATCH = 16, PICTURE = 3 * SIDE * SIDE };

struct settings {
    int threads, runs;
    bool layers, json;
};

struct figure {
    double cpu_seconds, wall_seconds; /* of the best run; CPU time is per thread */
    double peak_mb;                   /* resident memory of the process so far */
    double created_seconds;
};

static double peak_resident_mb(void)
{
    return (double)process_peak_resident_bytes() / 1e6;
}

static float *random_pictures(size_t count)
{
    struct rng rng = rng_seeded(1, 2);
    float *values = malloc(count * PICTURE * sizeof *values);
    for (size_t i = 0; values && i < count * PICTURE; i++)
        values[i] = (float)rng_uniform(&rng);
    return values;
}

static void keep_best(struct figure *figure, int run, double cpu, double wall)
{
    if (run == 0 || cpu < figure->cpu_seconds)
        figure->cpu_seconds = cpu;
    if (run == 0 || wall < figure->wall_seconds)
        figure->wall_seconds = wall;
}

static bool measure_inference(const struct parameters *parameters, const struct settings *settings,
                              struct figure *ret_figure, struct error *err)
{
    float *input = random_pictures(1);
    float *output = malloc(PICTURE * sizeof *output);
    const double start = wall_seconds();
    struct inference *inference = inference_create(parameters, SIDE, SIDE, settings->threads, err);
    struct figure figure = {.created_seconds = wall_seconds() - start};
    bool done = input && output && inference;
    for (int run = 0; done && run < settings->runs * 10; run++) {
        const double cpu = cpu_seconds(), wall = wall_seconds();
        done = inference_run(inference, input, output, err);
        keep_best(&figure, run, (cpu_seconds() - cpu) / settings->threads, wall_seconds() - wall);
    }
    figure.peak_mb = peak_resident_mb();
    inference_destroy(inference);
    free(input);
    free(output);
    if (done)
        *ret_figure = figure;
    return done;
}

static bool measure_training(const struct parameters *parameters, const struct settings *settings,
                             struct figure *ret_figure, struct error *err)
{
    float *batch = random_pictures(BATCH);
    const double start = wall_seconds();
    struct trainer *trainer =
        trainer_create(parameters, SIDE, SIDE, BATCH, 1e-3, settings->threads, err);
    struct figure figure = {.created_seconds = wall_seconds() - start};
    bool done = batch && trainer;
    double loss = 0;
    if (done) /* the first step meets fresh memory */
        done = trainer_step(trainer, batch, batch, BATCH, &loss, err);
    for (int run = 0; done && run < settings->runs; run++) {
        const double cpu = cpu_seconds(), wall = wall_seconds();
        done = trainer_step(trainer, batch, batch, BATCH, &loss, err);
        keep_best(&figure, run, (cpu_seconds() - cpu) / settings->threads, wall_seconds() - wall);
    }
    figure.peak_mb = peak_resident_mb();
    trainer_destroy(trainer);
    free(batch);
    if (done)
        *ret_figure = figure;
    return done;
}

/* `peak` is that of all threads together. */
static void print_row(const char *name, const struct figure *figure, double gflop, double peak)
{
    const double rate = gflop / figure->cpu_seconds;
    printf("%-28s %9.1f %9.1f %9.1f %7.1f %9.0f %9.2f\n", name, figure->cpu_seconds * 1e3,
           figure->wall_seconds * 1e3, rate, 100 * rate / peak, figure->peak_mb,
           figure->created_seconds);
}

static bool run(const struct settings *settings, struct error *err)
{
    const char *isa;
    double peak = peak_measure(20, &isa);
    struct rng rng = rng_seeded(42, 0);
    struct parameters *parameters = parameters_create(err);
    if (!parameters)
        return false;
    parameters_randomise(parameters, &rng);
    struct figure inference, training;
    const bool done = measure_inference(parameters, settings, &inference, err) &&
                      measure_training(parameters, settings, &training, err);
    parameters_destroy(parameters);
    if (!done)
        return false;
    const double again = peak_measure(20, &isa);
    peak = (again > peak ? again : peak) * settings->threads;

    const struct compute_info info = compute_describe();
    const double frame = network_gflop(&network_reference, SIDE, SIDE);
    const double step = training_gflop(&network_reference, SIDE, SIDE) * BATCH;
    if (settings->json) {
        printf("{\"peak_gflops\": %.2f, \"threads\": %d, \"inference_ms\": %.2f, "
               "\"training_step_ms\": %.1f, \"inference_percent\": %.1f, "
               "\"training_percent\": %.1f}\n",
               peak, settings->threads, inference.cpu_seconds * 1e3, training.cpu_seconds * 1e3,
               100 * frame / inference.cpu_seconds / peak,
               100 * step / training.cpu_seconds / peak);
        return true;
    }
    printf("%s, %s; %d thread(s); peak of them, %s: %.1f GFLOP/s\n", info.library, info.isa,
           settings->threads, isa, peak);
    printf("%-28s %9s %9s %9s %7s %9s %9s\n", "256x256, f32", "CPU ms", "wall ms", "GFLOP/s",
           "% peak", "peak MB", "built s");
    print_row("inference, 1 picture", &inference, frame, peak);
    print_row("training step, 16 pictures", &training, step, peak);
    return !settings->layers ||
           layers_measure(SIDE, SIDE, settings->threads, settings->runs, peak, err);
}

static int usage(void)
{
    fprintf(stderr, "usage: bench-speed [--threads N] [--runs N] [--layers] [--json]\n");
    return 64;
}

int main(int argc, char **argv)
{
    struct settings settings = {.threads = 1, .runs = 5};
    for (int i = 1; i < argc; i++) {
        int64_t number;
        if (strcmp(argv[i], "--layers") == 0)
            settings.layers = true;
        else if (strcmp(argv[i], "--json") == 0)
            settings.json = true;
        else if (i + 1 < argc && strcmp(argv[i], "--threads") == 0 &&
                 parse_int(argv[i + 1], 1, 256, &number))
            settings.threads = (int)number, i++;
        else if (i + 1 < argc && strcmp(argv[i], "--runs") == 0 &&
                 parse_int(argv[i + 1], 1, 1000, &number))
            settings.runs = (int)number, i++;
        else
            return usage();
    }
    struct error err;
    if (run(&settings, &err))
        return 0;
    fprintf(stderr, "bench-speed: %s\n", err.message);
    return error_exit_status(err.code);
}

/* bench-speed: how fast the networks run, as a share of what this machine could do, and how long
 * the scene detector takes for a frame.
 *
 * Measures the machine's own multiply-add peak, and for each network single-frame inference and a
 * training step, in one process, and prints a small table; --layers adds every convolution,
 * activation and update on its own. Each figure is the best of several runs in CPU time divided by
 * threads: the best because other load only ever adds. Peak memory is read after each of them, the
 * smaller network first, because it never goes down.
 */
#include "layers.h"
#include "peak.h"
#include "scene.h"
#include "timing.h"

#include "base/parse.h"
#include "model/compute.h"
#include "model/inference.h"
#include "model/trainer.h"
#include "platform/process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is measured of a network. */
struct workload {
    const struct network *network;
    int width, height, batch;
    const struct loss *loss; /* NULL = plain squared error */
};

static const struct loss repair_loss = {.masked_weight = 5.0, .structure_weight = 0.005};

static const struct workload reference = {&network_reference, 256, 256, 16, NULL};
static const struct workload repair = {&network_repair, 384, 224, 4, &repair_loss};

/* Sizes of camera frames that the scene detector is measured with. */
static const struct {
    int width, height;
} scene_sizes[] = {{640, 360}, {1280, 720}};
enum { SCENE_SIZES = sizeof scene_sizes / sizeof scene_sizes[0] };

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

static size_t picture_floats(const struct workload *work)
{
    return 3 * (size_t)work->width * (size_t)work->height;
}

static float *random_pictures(const struct workload *work, int count)
{
    struct rng rng = rng_seeded(1, 2);
    const size_t floats = (size_t)count * picture_floats(work);
    float *values = malloc(floats * sizeof *values);
    for (size_t i = 0; values && i < floats; i++)
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

static bool measure_inference(const struct workload *work, const struct parameters *parameters,
                              const struct settings *settings, struct figure *ret_figure,
                              struct error *err)
{
    float *input = random_pictures(work, 1);
    float *output = malloc(picture_floats(work) * sizeof *output);
    const double start = wall_seconds();
    struct inference *inference =
        inference_create(parameters, work->width, work->height, settings->threads, err);
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

static bool measure_training(const struct workload *work, const struct parameters *parameters,
                             const struct settings *settings, struct figure *ret_figure,
                             struct error *err)
{
    float *pictures = random_pictures(work, work->batch);
    const struct trainer_batch batch = {
        .input = pictures, .target = pictures, .count = work->batch};
    const double start = wall_seconds();
    struct trainer *trainer = trainer_create(parameters, work->width, work->height, work->batch,
                                             1e-3, settings->threads, err);
    struct figure figure = {.created_seconds = wall_seconds() - start};
    bool done = pictures && trainer;
    double loss = 0;
    if (done && work->loss)
        done = trainer_use_loss(trainer, work->loss, err);
    if (done) /* the first step meets fresh memory */
        done = done && trainer_step_batch(trainer, &batch, &loss, err);
    for (int run = 0; done && run < settings->runs; run++) {
        const double cpu = cpu_seconds(), wall = wall_seconds();
        done = done && trainer_step_batch(trainer, &batch, &loss, err);
        keep_best(&figure, run, (cpu_seconds() - cpu) / settings->threads, wall_seconds() - wall);
    }
    figure.peak_mb = peak_resident_mb();
    trainer_destroy(trainer);
    free(pictures);
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

struct measured {
    struct figure inference, training;
    double inference_gflop, training_gflop;
};

static bool measure(const struct workload *work, const struct settings *settings,
                    struct measured *ret_measured, struct error *err)
{
    struct rng rng = rng_seeded(42, 0);
    struct parameters *parameters = parameters_create_for(work->network, err);
    if (!parameters)
        return false;
    parameters_randomise(parameters, &rng);
    const bool done =
        measure_inference(work, parameters, settings, &ret_measured->inference, err) &&
        measure_training(work, parameters, settings, &ret_measured->training, err);
    parameters_destroy(parameters);
    ret_measured->inference_gflop = network_gflop(work->network, work->width, work->height);
    ret_measured->training_gflop =
        work->batch * training_gflop(work->network, work->width, work->height);
    return done;
}

static void print_table(const struct workload *work, const struct measured *measured, double peak)
{
    char name[40];
    printf("%s, %dx%d, f32\n", work->network->name, work->width, work->height);
    print_row("inference, 1 picture", &measured->inference, measured->inference_gflop, peak);
    snprintf(name, sizeof name, "training step, %d pictures", work->batch);
    print_row(name, &measured->training, measured->training_gflop, peak);
}

static void print_json(const struct measured *measured, const char *prefix, double peak)
{
    const double inference = measured->inference.cpu_seconds;
    const double training = measured->training.cpu_seconds;
    printf(", \"%sinference_ms\": %.2f, \"%straining_step_ms\": %.1f, "
           "\"%sinference_percent\": %.1f, \"%straining_percent\": %.1f",
           prefix, inference * 1e3, prefix, training * 1e3, prefix,
           100 * measured->inference_gflop / inference / peak, prefix,
           100 * measured->training_gflop / training / peak);
}

static bool measure_scenes(const struct settings *settings,
                           struct scene_figure ret_figures[SCENE_SIZES], struct error *err)
{
    for (int i = 0; i < SCENE_SIZES; i++)
        if (!scene_measure(scene_sizes[i].width, scene_sizes[i].height, settings->runs * 10,
                           &ret_figures[i], err))
            return false;
    return true;
}

static void print_scenes(const struct scene_figure figures[SCENE_SIZES], bool json)
{
    for (int i = 0; i < SCENE_SIZES; i++) {
        const double cpu_ms = figures[i].cpu_seconds * 1e3, wall_ms = figures[i].wall_seconds * 1e3;
        if (json)
            printf(", \"scene_%d_ms\": %.2f", scene_sizes[i].width, cpu_ms);
        else
            printf("scene detector, %4dx%-10d %9.1f %9.1f\n", scene_sizes[i].width,
                   scene_sizes[i].height, cpu_ms, wall_ms);
    }
}

static bool run(const struct settings *settings, struct error *err)
{
    const char *isa;
    struct measured of_reference, of_repair;
    struct scene_figure of_scenes[SCENE_SIZES];
    double peak = peak_measure(20, &isa);
    if (!measure_scenes(settings, of_scenes, err) || !measure(&repair, settings, &of_repair, err) ||
        !measure(&reference, settings, &of_reference, err))
        return false;
    const double again = peak_measure(20, &isa);
    peak = (again > peak ? again : peak) * settings->threads;
    if (settings->json) {
        printf("{\"peak_gflops\": %.2f, \"threads\": %d", peak, settings->threads);
        print_json(&of_reference, "", peak);
        print_json(&of_repair, "repair_", peak);
        print_scenes(of_scenes, true);
        printf("}\n");
        return true;
    }
    const struct compute_info info = compute_describe();
    printf("%s, %s; %d thread(s); peak of them, %s: %.1f GFLOP/s\n", info.library, info.isa,
           settings->threads, isa, peak);
    printf("%-28s %9s %9s %9s %7s %9s %9s\n", "", "CPU ms", "wall ms", "GFLOP/s", "% peak",
           "peak MB", "built s");
    print_scenes(of_scenes, false);
    print_table(&repair, &of_repair, peak);
    print_table(&reference, &of_reference, peak);
    return !settings->layers || layers_measure(reference.width, reference.height, settings->threads,
                                               settings->runs, peak, err);
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

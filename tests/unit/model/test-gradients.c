/* The trainer's loss and every one of its gradients against a naive double-precision network, and
 * that network's own gradients against central differences of its loss.
 *
 * Tolerances. Our arithmetic is f32: 24 bits, about 6e-8 per operation; sums of n terms in random
 * order add errors like √n, and ten layers with batch norm over few values amplify them, so 1e-4 of
 * a tensor's largest gradient is what correct code stays well below and a wrong tap, pad or sign
 * exceeds by orders of magnitude. Central differences in double with h = 1e-7 carry a rounding
 * error of 1e-16 / h = 1e-9; a larger h would step over the kinks of more ReLUs, each of which
 * bends the difference. 1e-5 of the largest gradient leaves room for the few that remain.
 */
#include "check.h"

#include "model/trainer.h"
#include "naive_network.h"

enum { WIDTH_MAX = 64, SIDE = 32, COUNT = 2, PICTURE_MAX = 3 * WIDTH_MAX * SIDE, TENSORS = 4 };

static float input[COUNT * PICTURE_MAX], target[COUNT * PICTURE_MAX];
static const struct network *network;
static int width;
static struct parameters *parameters, *gradients;
static struct naive_network *naive;
static double naive_loss;

static void fill(float *values, size_t count, struct rng *rng, double low, double high)
{
    for (size_t i = 0; i < count; i++)
        values[i] = (float)rng_uniform_between(rng, low, high);
}

/* Random everything: no parameter may sit at a value (0, 1) that hides a mistake. */
static bool set_up(const struct network *which, int its_width)
{
    network = which;
    width = its_width;
    struct error err;
    struct rng rng = rng_seeded(7, 1);
    parameters = parameters_create_for(network, &err);
    gradients = parameters_create_for(network, &err);
    if (!parameters || !gradients)
        return false;
    parameters_randomise(parameters, &rng);
    for (int i = 0; i < network->layer_count; i++) {
        const size_t channels = (size_t)network->layers[i].out_channels;
        fill(parameters->layers[i].bias, channels, &rng, -0.2, 0.2);
        if (!network->layers[i].batch_norm)
            continue;
        fill(parameters->layers[i].gamma, channels, &rng, 0.5, 1.5);
        fill(parameters->layers[i].beta, channels, &rng, -0.3, 0.5);
    }
    fill(input, COUNT * PICTURE_MAX, &rng, 0, 1);
    fill(target, COUNT * PICTURE_MAX, &rng, 0, 1);
    naive = naive_create(parameters, COUNT, SIDE, width, input, target);
    naive_loss = naive_loss_from(naive, 0);
    naive_backward(naive);
    return true;
}

static void tear_down(void)
{
    parameters_destroy(parameters);
    parameters_destroy(gradients);
    naive_destroy(naive);
}

struct compared {
    const char *name;
    size_t count;
    double *value, *expected; /* the naive parameter and its gradient */
    const float *actual;
};

static void tensors_of(int layer, struct compared ret_tensors[TENSORS])
{
    const struct layer_spec *spec = &network->layers[layer];
    const struct layer_parameters *own = &gradients->layers[layer];
    struct naive_layer *plain = &naive->layers[layer];
    const size_t channels = (size_t)spec->out_channels, normed = spec->batch_norm ? channels : 0;
    ret_tensors[0] = (struct compared){"weights", plain->weight_count, plain->weights,
                                       plain->weights_gradient, own->weights};
    ret_tensors[1] =
        (struct compared){"bias", channels, plain->bias, plain->bias_gradient, own->bias};
    ret_tensors[2] =
        (struct compared){"gamma", normed, plain->gamma, plain->gamma_gradient, own->gamma};
    ret_tensors[3] =
        (struct compared){"beta", normed, plain->beta, plain->beta_gradient, own->beta};
}

static double largest(const struct compared *tensor)
{
    double most = 0;
    for (size_t i = 0; i < tensor->count; i++)
        most = fmax(most, fabs(tensor->expected[i]));
    return most;
}

TEST(every_gradient_equals_the_naive_one)
{
    struct error err;
    double loss = 0;
    struct trainer *trainer = trainer_create(parameters, width, SIDE, COUNT, 1e-3, 1, &err);
    CHECK(trainer);
    const bool done = trainer_gradients(trainer, input, target, COUNT, &loss, gradients, &err);
    trainer_destroy(trainer);
    CHECK(done);
    CHECK_NEAR(loss, naive_loss, 1e-6);
    for (int layer = 0; layer < network->layer_count; layer++) {
        struct compared tensors[TENSORS];
        tensors_of(layer, tensors);
        for (int t = 0; t < TENSORS; t++) {
            const double most = largest(&tensors[t]);
            double worst = 0;
            for (size_t i = 0; i < tensors[t].count; i++)
                worst = fmax(worst, fabs((double)tensors[t].actual[i] - tensors[t].expected[i]));
            if (!(worst <= 1e-4 * most))
                CHECK_FAIL("%s %s is off by %g where the largest is %g",
                           network->layers[layer].name, tensors[t].name, worst, most);
        }
    }
}

/* By the naive loss, which only the layers from `layer` on contribute to. */
static double central_difference(int layer, double *value)
{
    const double h = 1e-7, kept = *value;
    *value = kept + h;
    const double above = naive_loss_from(naive, layer);
    *value = kept - h;
    const double below = naive_loss_from(naive, layer);
    *value = kept;
    return (above - below) / (2 * h);
}

/* One element of each tensor: a wrong formula is wrong everywhere, and all would take hours. */
TEST(naive_gradients_equal_central_differences)
{
    for (int layer = 0; layer < network->layer_count; layer++) {
        struct compared tensors[TENSORS];
        tensors_of(layer, tensors);
        for (int t = 0; t < TENSORS; t++) {
            if (tensors[t].count == 0)
                continue;
            const size_t i = ((size_t)layer * 7919 + 5) % tensors[t].count;
            const double difference = central_difference(layer, &tensors[t].value[i]);
            const double off = fabs(difference - tensors[t].expected[i]);
            if (!(off <= 1e-5 * largest(&tensors[t]) + 1e-8))
                CHECK_FAIL("%s %s[%zu]: %g by differences, %g by formula",
                           network->layers[layer].name, tensors[t].name, i, difference,
                           tensors[t].expected[i]);
        }
        naive_loss_from(naive, layer); /* the layer's tensors as they were */
    }
}

/* With the argument "differences": the slow second half, which no instruction set changes. */
int main(int argc, char **argv)
{
    static const struct network *const networks[] = {&network_reference, &network_repair};
    static const int widths[] = {SIDE, WIDTH_MAX};
    for (int i = 0; i < 2; i++) {
        if (!set_up(networks[i], widths[i]))
            return 1;
        printf("network %s\n", network->name);
        if (argc > 1 && strcmp(argv[1], "differences") == 0)
            RUN(naive_gradients_equal_central_differences);
        else
            RUN(every_gradient_equals_the_naive_one);
        tear_down();
    }
    return check_report();
}

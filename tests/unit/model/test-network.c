/* The layer table and its parameters: the shape of the reference network, where weights start, and
 * what a copy is. */
#include "check.h"
#include "failing_alloc.h"

#include "model/network.h"

#include <stdlib.h>

TEST(the_table_is_the_reference_network)
{
    static const int channels[11] = {3, 32, 64, 128, 256, 512, 256, 128, 64, 32, 3};
    int down = 1, up = 1;
    for (int i = 0; i < network_reference.layer_count; i++) {
        const struct layer_spec *layer = &network_reference.layers[i];
        CHECK_INT(layer->in_channels, channels[i]);
        CHECK_INT(layer->out_channels, channels[i + 1]);
        const bool plain = i == 4 || i == 9;
        CHECK_INT(layer->batch_norm, !plain);
        CHECK_INT(layer->stride, plain ? 1 : 2);
        CHECK_INT(layer->kind, i >= 5 && i <= 8 ? LAYER_TRANSPOSED_CONV : LAYER_CONV);
        CHECK_INT(layer->activation, i == 9 ? ACTIVATION_SIGMOID : ACTIVATION_RELU);
        if (layer->kind == LAYER_CONV)
            down *= layer->stride;
        else
            up *= layer->stride;
    }
    CHECK_INT(down, network_reference.side_multiple);
    CHECK_INT(up, network_reference.side_multiple);
    CHECK_TEXT(network_reference.layers[0].name, "enc1");
    CHECK_TEXT(network_reference.layers[8].name, "dec4");
    CHECK_TEXT(network_reference.layers[9].name, "out");
}

/* Multiplications for one pixel of the picture. */
static double cost_of(const struct network *network)
{
    double cost = 0, pixels = 1;
    for (int i = 0; i < network->layer_count; i++) {
        const struct layer_spec *layer = &network->layers[i];
        const double area = layer->stride * layer->stride;
        if (layer->kind == LAYER_CONV)
            pixels /= area;
        cost += pixels * (double)layer_weight_count(layer);
        if (layer->kind == LAYER_TRANSPOSED_CONV)
            pixels *= area;
    }
    return pixels == 1 ? cost : NAN;
}

TEST(the_repair_network_is_a_cheap_chain)
{
    const struct network *network = &network_repair;
    int down = 1;
    for (int i = 0; i < network->layer_count; i++) {
        const struct layer_spec *layer = &network->layers[i];
        CHECK_INT(layer->in_channels, i ? network->layers[i - 1].out_channels : PICTURE_CHANNELS);
        CHECK(i + 1 == network->layer_count || layer->out_channels % 16 == 0);
        if (layer->kind == LAYER_CONV)
            down *= layer->stride;
    }
    const struct layer_spec *last = &network->layers[network->layer_count - 1];
    CHECK_INT(down, network->side_multiple);
    CHECK_INT(last->in_channels, 32);
    CHECK_INT(last->out_channels, PICTURE_CHANNELS);
    CHECK_INT(last->activation, ACTIVATION_SIGMOID);
    printf("%.0f and %.0f multiplications per pixel\n", cost_of(&network_reference),
           cost_of(network));
    CHECK(cost_of(network) < cost_of(&network_reference) / 4);
}

TEST(sizes_are_multiples_of_the_sides)
{
    CHECK(network_fits(&network_reference, 48, 16));
    CHECK(!network_fits(&network_repair, 48, 32));
    CHECK(network_fits(&network_repair, 384, 224));
    CHECK(!network_fits(&network_repair, 384, 0));
    CHECK(!network_fits(&network_repair, -32, 32));
}

TEST(the_count_is_what_keras_prints)
{
    /* model.summary(): 3,140,483 in all, of which 1,920 are not trained. */
    struct error err;
    struct parameters *parameters = parameters_create(&err);
    CHECK(parameters);
    const size_t count = parameters_count(parameters);
    parameters_destroy(parameters);
    CHECK_INT(count, 3140483);
    CHECK_INT(layer_weight_count(&network_reference.layers[4]), 256 * 512 * 9);
}

TEST(new_parameters_are_zero_with_unit_scales)
{
    struct error err;
    struct parameters *parameters = parameters_create(&err);
    CHECK(parameters != NULL);
    for (int i = 0; i < network_reference.layer_count; i++) {
        const struct layer_spec *spec = &network_reference.layers[i];
        const struct layer_parameters *layer = &parameters->layers[i];
        for (size_t w = 0; w < layer_weight_count(spec); w++)
            CHECK_NEAR(layer->weights[w], 0.0, 0.0);
        CHECK_INT(layer->gamma != NULL, spec->batch_norm);
        for (int c = 0; c < spec->out_channels; c++) {
            CHECK_NEAR(layer->bias[c], 0.0, 0.0);
            if (!spec->batch_norm)
                continue;
            CHECK_NEAR(layer->gamma[c], 1.0, 0.0);
            CHECK_NEAR(layer->beta[c], 0.0, 0.0);
            CHECK_NEAR(layer->mean[c], 0.0, 0.0);
            CHECK_NEAR(layer->variance[c], 1.0, 0.0);
        }
    }
    parameters_destroy(parameters);
}

static void check_glorot(const struct layer_spec *spec, const struct layer_parameters *layer)
{
    const double limit = sqrt(6.0 / (9.0 * (spec->in_channels + spec->out_channels)));
    const size_t count = layer_weight_count(spec);
    double sum = 0, square = 0, most = 0;
    for (size_t w = 0; w < count; w++) {
        sum += layer->weights[w];
        square += (double)layer->weights[w] * layer->weights[w];
        most = fmax(most, fabs(layer->weights[w]));
    }
    CHECK(most <= limit * (1.0 + 1e-6) && most > 0.98 * limit);
    CHECK_NEAR(sum / (double)count, 0.0, 4.0 * limit / sqrt(3.0 * (double)count));
    CHECK_NEAR(square / (double)count / (limit * limit / 3.0), 1.0, 0.1);
}

TEST(random_weights_are_glorot_uniform)
{
    struct error err;
    struct parameters *parameters = parameters_create(&err);
    CHECK(parameters != NULL);
    struct rng rng = rng_seeded(42, 0);
    parameters_randomise(parameters, &rng);
    for (int i = 0; i < network_reference.layer_count && !check_test_failed; i++) {
        check_glorot(&network_reference.layers[i], &parameters->layers[i]);
        CHECK_NEAR(parameters->layers[i].bias[0], 0.0, 0.0);
    }
    parameters_destroy(parameters);
}

TEST(a_seed_gives_the_same_weights_and_a_copy_all_of_them)
{
    struct error err;
    struct parameters *a = parameters_create(&err);
    struct parameters *b = parameters_create(&err);
    CHECK(a && b);
    struct rng rng = rng_seeded(7, 1), same = rng_seeded(7, 1);
    parameters_randomise(a, &rng);
    a->layers[8].variance[31] = 2.5f;
    a->layers[9].bias[2] = -1.5f;
    parameters_copy(b, a);
    CHECK_NEAR(b->layers[8].variance[31], 2.5, 0.0);
    CHECK_NEAR(b->layers[9].bias[2], -1.5, 0.0);
    CHECK(a->layers[0].weights != b->layers[0].weights);
    struct parameters *c = parameters_create(&err);
    CHECK(c != NULL);
    parameters_randomise(c, &same);
    for (int i = 0; i < network_reference.layer_count; i++) {
        const size_t bytes = layer_weight_count(&network_reference.layers[i]) * sizeof(float);
        CHECK(memcmp(a->layers[i].weights, b->layers[i].weights, bytes) == 0);
        CHECK(memcmp(a->layers[i].weights, c->layers[i].weights, bytes) == 0);
    }
    parameters_destroy(a);
    parameters_destroy(b);
    parameters_destroy(c);
}

TEST(one_value_that_is_not_finite_is_found_anywhere)
{
    struct error err;
    struct parameters *parameters = parameters_create(&err);
    CHECK(parameters != NULL);
    CHECK(parameters_are_finite(parameters));
    float *const places[] = {
        &parameters->layers[0].weights[0],
        &parameters->layers[3].mean[255],
        &parameters->layers[9].bias[2],
    };
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        *places[i] = i % 2 ? INFINITY : NAN;
        CHECK(!parameters_are_finite(parameters));
        *places[i] = 0.0f;
    }
    CHECK(parameters_are_finite(parameters));
    parameters_destroy(parameters);
}

TEST(no_memory_is_said)
{
    struct error err = {0};
    allocations_until_failure = 0;
    struct parameters *parameters = parameters_create(&err);
    allocations_until_failure = -1;
    CHECK(!parameters);
    CHECK_INT(err.code, ERROR_MEMORY);
    CHECK_CONTAINS(err.message, "3140483 parameters");
    parameters_destroy(NULL);
}

int main(void)
{
    RUN(the_table_is_the_reference_network);
    RUN(the_repair_network_is_a_cheap_chain);
    RUN(sizes_are_multiples_of_the_sides);
    RUN(the_count_is_what_keras_prints);
    RUN(new_parameters_are_zero_with_unit_scales);
    RUN(random_weights_are_glorot_uniform);
    RUN(a_seed_gives_the_same_weights_and_a_copy_all_of_them);
    RUN(one_value_that_is_not_finite_is_found_anywhere);
    RUN(no_memory_is_said);
    return check_report();
}

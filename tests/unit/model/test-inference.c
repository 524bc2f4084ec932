/* Inference, with batch norm folded into its weights, against the naive network in double with
 * batch norm written out.
 *
 * Tolerance 1e-4 of a value in 0..1: the parity promised for the ONNX file too, and a hundred times
 * what f32 rounding through ten layers amounts to.
 */
#include "check.h"
#include "failing_alloc.h"
#include "fast_primitives.h"
#include "naive_network.h"

#include "model/inference.h"

enum { WIDTH = 64, HEIGHT = 32, PICTURE = 3 * WIDTH * HEIGHT, LARGE = 256 };

static const struct network *network;
static struct parameters *parameters;
static float input[PICTURE], output[PICTURE];

/* As after training: statistics near those of real activations, so that nothing saturates. */
static bool set_up(const struct network *which)
{
    struct error err;
    network = which;
    struct rng rng = rng_seeded(31, 0);
    parameters = parameters_create_for(network, &err);
    if (!parameters)
        return false;
    parameters_randomise(parameters, &rng);
    for (int i = 0; i < network->layer_count; i++) {
        struct layer_parameters *own = &parameters->layers[i];
        for (int c = 0; c < network->layers[i].out_channels; c++) {
            own->bias[c] = (float)rng_uniform_between(&rng, -0.2, 0.2);
            if (!network->layers[i].batch_norm)
                continue;
            own->gamma[c] = (float)rng_uniform_between(&rng, 0.5, 1.5);
            own->beta[c] = (float)rng_uniform_between(&rng, -0.3, 0.5);
            own->mean[c] = (float)rng_uniform_between(&rng, -0.3, 0.3);
            own->variance[c] = (float)rng_uniform_between(&rng, 0.1, 1.0);
        }
    }
    for (size_t i = 0; i < PICTURE; i++)
        input[i] = (float)rng_uniform(&rng);
    return true;
}

TEST(reconstruction_equals_the_naive_one)
{
    struct error err;
    struct naive_network *naive = naive_create(parameters, 1, HEIGHT, WIDTH, input, input);
    naive_use_running(naive);
    naive_loss_from(naive, 0);
    struct inference *inference = inference_create(parameters, WIDTH, HEIGHT, 1, &err);
    const bool done = inference && inference_run(inference, input, output, &err);
    inference_destroy(inference);
    double worst = 0, low = 1, high = 0;
    for (size_t i = 0; done && i < PICTURE; i++) {
        const double expected = naive->layers[network->layer_count - 1].activated[i];
        worst = fmax(worst, fabs((double)output[i] - expected));
        low = fmin(low, expected);
        high = fmax(high, expected);
    }
    naive_destroy(naive);
    CHECK(done);
    CHECK(high - low > 0.2); /* a constant picture would prove little */
    CHECK_NEAR(worst, 0, 1e-4);
}

static bool run_at(int side, int threads, const float *picture, float *ret_reconstruction)
{
    struct error err;
    struct inference *inference = inference_create(parameters, side, side, threads, &err);
    /* The second run must not see anything of the first. */
    const bool done = inference && inference_run(inference, picture, ret_reconstruction, &err) &&
                      inference_run(inference, picture, ret_reconstruction, &err);
    inference_destroy(inference);
    return done;
}

TEST(one_and_two_threads_give_the_same_bits)
{
    static float picture[3 * LARGE * LARGE], one[3 * LARGE * LARGE], two[3 * LARGE * LARGE];
    struct rng rng = rng_seeded(32, 0);
    for (size_t i = 0; i < 3 * LARGE * LARGE; i++)
        picture[i] = (float)rng_uniform(&rng);
    const int sides[] = {64, LARGE};
    for (size_t i = 0; i < sizeof sides / sizeof sides[0]; i++) {
        const size_t bytes = (size_t)(3 * sides[i] * sides[i]) * sizeof(float);
        CHECK(run_at(sides[i], 1, picture, one) && run_at(sides[i], 2, picture, two));
        CHECK(memcmp(one, two, bytes) == 0);
    }
}

static void check_description(int side)
{
    struct error err;
    struct buffer lines = {0};
    struct inference *inference = inference_create(parameters, side, side, 1, &err);
    CHECK(inference);
    const bool done = inference_describe(inference, &lines, &err);
    inference_destroy(inference);
    const bool slow = describes_reference_primitive(buffer_text(&lines));
    const int count = count_lines(buffer_text(&lines));
    if (slow)
        printf("%s", buffer_text(&lines));
    buffer_finish(&lines);
    CHECK(done);
    CHECK(!slow || !machine_has_fast_primitives());
    CHECK_INT(count, network->layer_count);
}

TEST(no_reference_primitive_is_chosen)
{
    check_description(256);
    check_description(64);
    check_description(32);
}

TEST(sizes_that_do_not_fit_are_refused)
{
    struct error err = {0};
    CHECK(!inference_create(parameters, 100, 64, 1, &err));
    CHECK_INT(err.code, ERROR_INTERNAL);
    CHECK_CONTAINS(err.message, "100x64");
    CHECK(!inference_create(parameters, 64, -16, 1, &err));
}

TEST(any_allocation_may_fail)
{
    for (long n = 0;; n++) {
        struct error err = {0};
        allocations_until_failure = n;
        struct inference *inference = inference_create(parameters, WIDTH, HEIGHT, 1, &err);
        allocations_until_failure = -1;
        if (inference) {
            inference_destroy(inference);
            CHECK(n > 20);
            return;
        }
        CHECK_INT(err.code, ERROR_MEMORY);
    }
}

TEST(running_allocates_nothing)
{
    struct error err;
    struct inference *inference = inference_create(parameters, WIDTH, HEIGHT, 1, &err);
    CHECK(inference);
    allocations_until_failure = 0;
    const bool done = inference_run(inference, input, output, &err);
    allocations_until_failure = -1;
    inference_destroy(inference);
    CHECK(done);
}

TEST(what_computes_has_a_name)
{
    const struct compute_info info = compute_describe();
    CHECK_CONTAINS(info.library, "oneDNN ");
    CHECK(info.isa[0]);
}

TEST(destroy_takes_null)
{
    inference_destroy(NULL);
    CHECK(true);
}

int main(void)
{
    if (!set_up(&network_repair))
        return 1;
    RUN(reconstruction_equals_the_naive_one);
    RUN(one_and_two_threads_give_the_same_bits);
    RUN(no_reference_primitive_is_chosen);
    parameters_destroy(parameters);
    if (!set_up(&network_reference))
        return 1;
    RUN(reconstruction_equals_the_naive_one);
    RUN(one_and_two_threads_give_the_same_bits);
    RUN(no_reference_primitive_is_chosen);
    RUN(sizes_that_do_not_fit_are_refused);
    RUN(any_allocation_may_fail);
    RUN(running_allocates_nothing);
    RUN(what_computes_has_a_name);
    RUN(destroy_takes_null);
    parameters_destroy(parameters);
    return check_report();
}

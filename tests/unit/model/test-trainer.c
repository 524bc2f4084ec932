/* The trainer as its users see it: bits that repeat, states that continue, batches that are not
 * full, losses that are not finite, memory that runs out. Gradients have a program of their own.
 */
#include "check.h"
#include "failing_alloc.h"
#include "fast_primitives.h"
#include "naive_network.h"

#include "model/trainer.h"

enum { SIDE = 48, BATCH = 4, PICTURE = 3 * SIDE * SIDE };

static float pictures[BATCH * PICTURE];
static struct parameters *initial;

static bool set_up(void)
{
    struct error err;
    struct rng rng = rng_seeded(21, 0);
    initial = parameters_create(&err);
    if (!initial)
        return false;
    parameters_randomise(initial, &rng);
    for (size_t i = 0; i < BATCH * PICTURE; i++)
        pictures[i] = (float)rng_uniform(&rng);
    return true;
}

static struct trainer *start(int batch, int threads)
{
    struct error err;
    return trainer_create(initial, SIDE, SIDE, batch, 1e-3, threads, &err);
}

/* Steps with counts that change, so that both sets of primitives are used. */
static bool steps(struct trainer *trainer, int first, int end, double *ret_loss)
{
    struct error err;
    for (int i = first; i < end; i++)
        if (!trainer_step(trainer, pictures, pictures, i % 3 == 2 ? BATCH - 1 : BATCH, ret_loss,
                          &err))
            return false;
    return true;
}

static bool state_of(struct trainer *trainer, struct buffer *ret_state)
{
    struct error err;
    buffer_clear(ret_state);
    return trainer_save_state(trainer, ret_state, &err);
}

static bool same_bytes(const struct buffer *a, const struct buffer *b)
{
    return a->size == b->size && a->size > 0 && memcmp(a->data, b->data, a->size) == 0;
}

static bool run_from_start(int threads, struct buffer *ret_state)
{
    double loss;
    struct trainer *trainer = start(BATCH, threads);
    const bool done = trainer && steps(trainer, 0, 8, &loss) && state_of(trainer, ret_state);
    trainer_destroy(trainer);
    return done;
}

TEST(two_runs_give_the_same_bits)
{
    for (int threads = 1; threads <= 2; threads++) {
        struct buffer first = {0}, second = {0};
        const bool done = run_from_start(threads, &first) && run_from_start(threads, &second);
        const bool same = same_bytes(&first, &second);
        buffer_finish(&first);
        buffer_finish(&second);
        CHECK(done);
        CHECK(same);
    }
}

TEST(a_saved_state_continues_with_the_same_bits)
{
    struct error err;
    double loss;
    struct buffer uninterrupted = {0}, middle = {0}, resumed = {0};
    CHECK(run_from_start(1, &uninterrupted));
    struct trainer *before = start(BATCH, 1), *after = start(BATCH, 1);
    const bool done = before && after && steps(before, 0, 5, &loss) && state_of(before, &middle) &&
                      trainer_load_state(after, middle.data, middle.size, &err) &&
                      steps(after, 5, 8, &loss) && state_of(after, &resumed);
    const bool same = same_bytes(&uninterrupted, &resumed);
    trainer_destroy(before);
    trainer_destroy(after);
    buffer_finish(&uninterrupted);
    buffer_finish(&middle);
    buffer_finish(&resumed);
    CHECK(done);
    CHECK(same);
}

TEST(a_damaged_state_is_refused_and_changes_nothing)
{
    struct error err = {0};
    struct buffer state = {0}, damaged = {0}, now = {0};
    struct trainer *trainer = start(BATCH, 1);
    CHECK(trainer && state_of(trainer, &state));
    const bool cut = trainer_load_state(trainer, state.data, state.size - 4, &err);
    const enum error_code cut_code = err.code;
    const bool empty = trainer_load_state(trainer, "", 0, &err);
    buffer_append(&damaged, state.data, state.size);
    damaged.data[3] ^= 1;
    memset(damaged.data + 100, 0, 1000);
    const bool foreign = trainer_load_state(trainer, damaged.data, damaged.size, &err);
    const enum error_code foreign_code = err.code;
    const bool unchanged = state_of(trainer, &now) && same_bytes(&state, &now);
    trainer_destroy(trainer);
    buffer_finish(&state);
    buffer_finish(&damaged);
    buffer_finish(&now);
    CHECK(!cut && !empty && !foreign);
    CHECK_INT(cut_code, ERROR_FORMAT);
    CHECK_INT(foreign_code, ERROR_FORMAT);
    CHECK(unchanged);
}

TEST(the_loss_falls)
{
    double first, last;
    struct trainer *trainer = start(BATCH, 1);
    const bool done = trainer && steps(trainer, 0, 1, &first) && steps(trainer, 3, 40, &last);
    trainer_destroy(trainer);
    CHECK(done);
    CHECK(first > 0.05 && last < 0.6 * first);
}

/* The picture that is left at the end of an epoch: as if the batch had always been that small. */
TEST(a_smaller_batch_is_a_whole_one)
{
    struct error err;
    double loss = 0, small_loss = 1;
    struct parameters *of_large = parameters_create(&err), *of_small = parameters_create(&err);
    struct trainer *large = start(BATCH, 1), *small = start(2, 1);
    bool done = of_large && of_small && large && small;
    for (int count = BATCH; done && count >= 2; count--) /* full, 3, then 2 */
        done = trainer_gradients(large, pictures, pictures, count, &loss, of_large, &err);
    done = done && trainer_gradients(small, pictures, pictures, 2, &small_loss, of_small, &err);
    bool same = done;
    for (int i = 0; same && i < network_reference.layer_count; i++)
        same = memcmp(of_large->layers[i].weights, of_small->layers[i].weights,
                      layer_weight_count(&network_reference.layers[i]) * sizeof(float)) == 0;
    trainer_destroy(large);
    trainer_destroy(small);
    parameters_destroy(of_large);
    parameters_destroy(of_small);
    CHECK(done);
    CHECK(same);
    CHECK(memcmp(&loss, &small_loss, sizeof loss) == 0);
}

TEST(a_loss_that_is_not_finite_updates_nothing)
{
    static float broken[BATCH * PICTURE];
    memcpy(broken, pictures, sizeof broken);
    broken[PICTURE + 17] = NAN;
    struct error err;
    double loss = 0, after = 0;
    struct buffer before = {0}, now = {0};
    struct trainer *trainer = start(BATCH, 1);
    const bool done = trainer && steps(trainer, 0, 2, &loss) && state_of(trainer, &before) &&
                      trainer_step(trainer, broken, pictures, BATCH, &loss, &err) &&
                      state_of(trainer, &now);
    const bool same = same_bytes(&before, &now);
    const bool recovers = done && trainer_step(trainer, pictures, pictures, BATCH, &after, &err);
    trainer_destroy(trainer);
    buffer_finish(&before);
    buffer_finish(&now);
    CHECK(done);
    CHECK(isnan(loss));
    CHECK(same);
    CHECK(recovers && isfinite(after));
}

TEST(an_infinite_target_updates_nothing)
{
    static float broken[BATCH * PICTURE];
    memcpy(broken, pictures, sizeof broken);
    broken[5] = INFINITY;
    struct error err;
    double loss = 0;
    struct buffer before = {0}, now = {0};
    struct trainer *trainer = start(BATCH, 1);
    const bool done = trainer && state_of(trainer, &before) &&
                      trainer_step(trainer, pictures, broken, BATCH, &loss, &err) &&
                      state_of(trainer, &now);
    const bool same = same_bytes(&before, &now);
    trainer_destroy(trainer);
    buffer_finish(&before);
    buffer_finish(&now);
    CHECK(done);
    CHECK(isinf(loss));
    CHECK(same);
}

TEST(running_statistics_follow_the_batch)
{
    struct error err;
    double loss, mean, variance;
    struct parameters *now = parameters_create(&err);
    struct trainer *trainer = start(BATCH, 1);
    initial->layers[0].bias[3] = 0.5f;
    struct trainer *biased = start(BATCH, 1);
    struct naive_network *naive = naive_create(initial, BATCH, SIDE, SIDE, pictures, pictures);
    initial->layers[0].bias[3] = 0.0f;
    const bool done =
        now && trainer && biased && steps(biased, 0, 1, &loss) && trainer_export(biased, now, &err);
    naive_loss_from(naive, 0);
    naive_statistics(&naive->layers[0], 3, &mean, &variance);
    const double got_mean = done ? (double)now->layers[0].mean[3] : 0;
    const double got_variance = done ? (double)now->layers[0].variance[3] : 0;
    const double got_bias = done ? (double)now->layers[0].bias[3] : 0;
    naive_destroy(naive);
    trainer_destroy(trainer);
    trainer_destroy(biased);
    parameters_destroy(now);
    CHECK(done);
    CHECK_NEAR(got_mean, 0.01 * mean, 1e-6);
    CHECK_NEAR(got_variance, 0.99 + 0.01 * variance, 1e-6);
    CHECK_NEAR(got_bias, 0.5, 0); /* batch norm cancels it, so its gradient is zero */
}

static void check_description(const struct parameters *parameters, int width, int height, int batch)
{
    struct error err;
    struct buffer lines = {0};
    struct trainer *trainer = trainer_create(parameters, width, height, batch, 1e-3, 1, &err);
    CHECK(trainer);
    const bool done = trainer_describe(trainer, &lines, &err);
    trainer_destroy(trainer);
    const bool slow = describes_reference_primitive(buffer_text(&lines));
    const int count = count_lines(buffer_text(&lines));
    if (slow)
        printf("%s", buffer_text(&lines));
    buffer_finish(&lines);
    CHECK(done);
    CHECK(!slow || !machine_has_fast_primitives());
    CHECK_INT(count, 3 * (parameters->network->layer_count - 1) - 1 + 2);
}

TEST(no_reference_primitive_is_chosen)
{
    check_description(initial, 256, 256, 16);
    check_description(initial, 256, 256, 1);
    check_description(initial, SIDE, SIDE, BATCH);
    check_description(initial, SIDE, SIDE, 1);
    check_description(initial, 64, 64,
                      3); /* at 32 px, oneDNN 2.6 has nothing for a 2x2 middle on AVX2 */
}

TEST(no_reference_primitive_is_chosen_for_repair)
{
    struct error err;
    struct parameters *repair = parameters_create_for(&network_repair, &err);
    CHECK(repair);
    check_description(repair, 384, 224, 4);
    check_description(repair, 320, 192, 1);
    parameters_destroy(repair);
}

TEST(sizes_that_do_not_fit_are_refused)
{
    struct error err = {0};
    double loss;
    CHECK(!trainer_create(initial, 40, 48, 2, 1e-3, 1, &err));
    CHECK_CONTAINS(err.message, "multiples of 16");
    CHECK(!trainer_create(initial, 0, 48, 2, 1e-3, 1, &err));
    CHECK(!trainer_create(initial, 48, 48, 0, 1e-3, 1, &err));
    struct trainer *trainer = start(BATCH, 1);
    CHECK(trainer);
    const bool none = trainer_step(trainer, pictures, pictures, 0, &loss, &err);
    const bool many = trainer_step(trainer, pictures, pictures, BATCH + 1, &loss, &err);
    trainer_destroy(trainer);
    CHECK(!none && !many);
    CHECK_INT(err.code, ERROR_INTERNAL);
    CHECK_CONTAINS(err.message, "5 pictures where 1 to 4 fit");
}

TEST(any_allocation_may_fail)
{
    for (long n = 0;; n++) {
        struct error err = {0};
        allocations_until_failure = n;
        struct trainer *trainer = trainer_create(initial, SIDE, SIDE, 2, 1e-3, 1, &err);
        allocations_until_failure = -1;
        if (trainer) {
            trainer_destroy(trainer);
            CHECK(n > 50);
            return;
        }
        CHECK_INT(err.code, ERROR_MEMORY);
    }
}

/* A step that cannot build its smaller set leaves a trainer that still works. */
TEST(memory_may_run_out_before_a_smaller_batch)
{
    struct error err = {0};
    double loss;
    struct trainer *trainer = start(BATCH, 1);
    CHECK(trainer);
    long n = 0;
    bool done = false, expected = true;
    for (; !done; n++) {
        allocations_until_failure = n;
        done = trainer_step(trainer, pictures, pictures, 1, &loss, &err);
        allocations_until_failure = -1;
        expected = expected && (done || err.code == ERROR_MEMORY);
    }
    const bool whole = trainer_step(trainer, pictures, pictures, BATCH, &loss, &err);
    trainer_destroy(trainer);
    CHECK(n > 50);
    CHECK(expected);
    CHECK(whole);
}

TEST(destroy_takes_null)
{
    trainer_destroy(NULL);
    CHECK(true);
}

int main(void)
{
    if (!set_up())
        return 1;
    RUN(two_runs_give_the_same_bits);
    RUN(a_saved_state_continues_with_the_same_bits);
    RUN(a_damaged_state_is_refused_and_changes_nothing);
    RUN(the_loss_falls);
    RUN(a_smaller_batch_is_a_whole_one);
    RUN(a_loss_that_is_not_finite_updates_nothing);
    RUN(an_infinite_target_updates_nothing);
    RUN(running_statistics_follow_the_batch);
    RUN(no_reference_primitive_is_chosen);
    RUN(no_reference_primitive_is_chosen_for_repair);
    RUN(sizes_that_do_not_fit_are_refused);
    RUN(any_allocation_may_fail);
    RUN(memory_may_run_out_before_a_smaller_batch);
    RUN(destroy_takes_null);
    parameters_destroy(initial);
    return check_report();
}

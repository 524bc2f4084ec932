/* The checkpoint file by itself: what is written comes back, and a file that is torn, changed,
 * foreign or of another run is refused with a reason. */
#include "check.h"
#include "failing_alloc.h"
#include "scratch.h"

#include "base/rng.h"
#include "model/checkpoint.h"
#include "platform/file.h"

static const char run[DIGEST_TEXT_SIZE] =
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
static const char other_run[DIGEST_TEXT_SIZE] =
    "1123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

enum { EPOCHS = 3, EPOCHS_MAX = 5 };

/* What is read into, with room for EPOCHS_MAX epochs; and what is written, made once. */
static double read_train[EPOCHS_MAX], read_validation[EPOCHS_MAX];
static double train[EPOCHS] = {0.3, 0.2, 0.1}, validation[EPOCHS] = {0.4, 0.25, 0.26};
static struct checkpoint written = {.epochs_done = EPOCHS,
                                    .best_epoch = 2,
                                    .best_validation_loss = 0.25,
                                    .seconds = 12.5,
                                    .train_losses = train,
                                    .validation_losses = validation};
static struct checkpoint got = {.train_losses = read_train, .validation_losses = read_validation};
static struct error err;
static const char *path;
static struct buffer file; /* the good file's bytes */

static bool read_file(const char *run_digest, int epochs_max)
{
    err = (struct error){0};
    return checkpoint_read(path, run_digest, epochs_max, &got, &err);
}

static bool put_file(const void *data, size_t size)
{
    return file_replace(path, data, size, true, &err);
}

TEST(what_is_written_comes_back)
{
    struct rng rng = rng_seeded(5, 5);
    written.best = parameters_create(&err);
    got.best = parameters_create(&err);
    CHECK(written.best && got.best);
    parameters_randomise(written.best, &rng);
    buffer_append_text(&written.trainer_state, "the trainer's own");
    CHECK(checkpoint_write(path, run, &written, &err));
    CHECK(file_read(path, 1 << 30, &file, &err));
    CHECK(strncmp(file.data, "leakwatch checkpoint 1 run 0123", 31) == 0);
    bool is_private;
    CHECK(file_is_private(path, &is_private, &err) && is_private);

    CHECK(read_file(run, EPOCHS_MAX));
    CHECK_INT(got.epochs_done, EPOCHS);
    CHECK_INT(got.best_epoch, 2);
    CHECK_NEAR(got.best_validation_loss, 0.25, 0.0);
    CHECK_NEAR(got.seconds, 12.5, 0.0);
    CHECK(memcmp(read_train, train, sizeof train) == 0);
    CHECK(memcmp(read_validation, validation, sizeof validation) == 0);
    CHECK_TEXT(buffer_text(&got.trainer_state), "the trainer's own");
    CHECK(memcmp(parameters_values(got.best), parameters_values(written.best),
                 parameters_count(got.best) * sizeof(float)) == 0);
}

TEST(a_missing_file_is_an_input_error)
{
    CHECK(!checkpoint_read(scratch("nothing"), run, EPOCHS_MAX, &got, &err));
    CHECK_INT(err.code, ERROR_INPUT);
}

TEST(another_run_is_refused)
{
    CHECK(!read_file(other_run, EPOCHS_MAX));
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "it belongs to other pictures or settings");
}

TEST(more_epochs_than_there_is_room_for_are_refused)
{
    got.epochs_done = -1;
    CHECK(!read_file(run, EPOCHS - 1));
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "its numbers make no sense");
    CHECK_INT(got.epochs_done, -1);
}

TEST(a_file_torn_anywhere_is_refused)
{
    for (size_t size = 0; size < file.size; size += size < 300 ? 1 : file.size / 6) {
        CHECK(put_file(file.data, size));
        CHECK(!read_file(run, EPOCHS_MAX));
        CHECK_INT(err.code, ERROR_FORMAT);
    }
    CHECK(put_file(file.data, file.size - 1));
    CHECK(!read_file(run, EPOCHS_MAX));
    CHECK_CONTAINS(err.message, "it is damaged");
}

TEST(a_changed_byte_is_found)
{
    struct rng rng = rng_seeded(6, 6);
    for (int i = 0; i < 16; i++) {
        const size_t at = rng_below(&rng, i % 2 ? 300 : (uint32_t)file.size);
        file.data[at] ^= 0x10;
        const bool put = put_file(file.data, file.size);
        file.data[at] ^= 0x10;
        CHECK(put);
        CHECK(!read_file(run, EPOCHS_MAX));
        CHECK_INT(err.code, ERROR_FORMAT);
    }
}

TEST(foreign_files_and_other_versions_are_named)
{
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"", "it is not a checkpoint"},
        {"\n", "it is not a checkpoint"},
        {"PK\x03\x04 something\n", "it is not a checkpoint"},
        {"leakwatch checkpoint\n", "it is not a checkpoint"},
        {"leakwatch checkpoint x run\n", "it is not a checkpoint"},
        {"leakwatch checkpoint -1 run\n", "it is not a checkpoint"},
        {"leakwatch checkpoint 99999999999 run\n", "it is not a checkpoint"},
        {"leakwatch checkpoint 99999 run\n", "format version 99999 "},
        {"leakwatch checkpoint 2 run x payload y\n", "format version 2 and this program reads"},
        {"leakwatch checkpoint 0 run x payload y\n", "format version 0 and this program reads"},
        {"leakwatch checkpoint 1 run x payload y\n", "it is damaged"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK(put_file(rows[i].text, strlen(rows[i].text)));
        CHECK(!read_file(run, EPOCHS_MAX));
        CHECK_INT(err.code, ERROR_FORMAT);
        CHECK_CONTAINS(err.message, rows[i].message);
    }
}

/* Files whose digests are right, as only this program writes them, and whose numbers are not. */
TEST(numbers_that_make_no_sense_are_refused)
{
    struct checkpoint odd = written;
    odd.best_epoch = EPOCHS + 1;
    CHECK(checkpoint_write(path, run, &odd, &err));
    CHECK(!read_file(run, EPOCHS_MAX));
    CHECK_CONTAINS(err.message, "its numbers make no sense");
    odd = written;
    odd.best_validation_loss = NAN;
    CHECK(checkpoint_write(path, run, &odd, &err));
    CHECK(!read_file(run, EPOCHS_MAX));
    CHECK_CONTAINS(err.message, "its numbers make no sense");
}

TEST(a_disk_that_refuses_is_said)
{
    CHECK(!checkpoint_write(scratch("no/such/folder/checkpoint"), run, &written, &err));
    CHECK_INT(err.code, ERROR_INPUT);
}

TEST(no_memory_is_said_wherever_it_happens)
{
    CHECK(checkpoint_write(path, run, &written, &err));
    long n = 0;
    for (;; n++) {
        allocations_until_failure = n;
        const bool good = read_file(run, EPOCHS_MAX);
        allocations_until_failure = -1;
        if (good)
            break;
        CHECK_INT(err.code, ERROR_MEMORY);
    }
    CHECK(n > 1);
    for (n = 0;; n++) {
        allocations_until_failure = n;
        const bool good = checkpoint_write(path, run, &written, &err);
        allocations_until_failure = -1;
        if (good)
            break;
        CHECK_INT(err.code, ERROR_MEMORY);
    }
    CHECK(n > 1);
}

int main(void)
{
    path = scratch("checkpoint");
    RUN(what_is_written_comes_back);
    RUN(a_missing_file_is_an_input_error);
    RUN(another_run_is_refused);
    RUN(more_epochs_than_there_is_room_for_are_refused);
    RUN(a_file_torn_anywhere_is_refused);
    RUN(a_changed_byte_is_found);
    RUN(foreign_files_and_other_versions_are_named);
    RUN(numbers_that_make_no_sense_are_refused);
    RUN(a_disk_that_refuses_is_said);
    RUN(no_memory_is_said_wherever_it_happens);
    buffer_finish(&file);
    buffer_finish(&written.trainer_state);
    buffer_finish(&got.trainer_state);
    parameters_destroy(written.best);
    parameters_destroy(got.best);
    return check_report();
}

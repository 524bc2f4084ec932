/* The three files of a model: saved and loaded as one, never mixed, whatever happens in between. */
#include "check.h"
#include "failing_alloc.h"
#include "model_set_fixture.h"

#include <jansson.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

TEST(a_set_comes_back_as_it_was)
{
    CHECK(save());
    CHECK_INT(set.identity.format_version, MODEL_FORMAT_VERSION);
    CHECK_INT(strlen(set.identity.set_digest), DIGEST_TEXT_SIZE - 1);
    CHECK(load());
    CHECK(memcmp(parameters_values(loaded.parameters), parameters_values(set.parameters),
                 parameters_count(set.parameters) * sizeof(float)) == 0);
    const struct model_identity *identity = &loaded.identity;
    CHECK_INT(identity->format_version, 1);
    CHECK_INT(identity->width, 256);
    CHECK_INT(identity->height, 128);
    CHECK_INT(identity->picture_width, 1280);
    CHECK_INT(identity->picture_height, 720);
    CHECK(identity->roi_enabled);
    CHECK_INT(identity->roi_units, ROI_PIXELS);
    CHECK_NEAR(identity->roi_x, 10, 0.0);
    CHECK_NEAR(identity->roi_y, 0.1, 0.0);
    CHECK_NEAR(identity->roi_width, 640, 0.0);
    CHECK_NEAR(identity->roi_height, 320, 0.0);
    CHECK_TEXT(identity->data_digest, set.identity.data_digest);
    CHECK_TEXT(identity->set_digest, set.identity.set_digest);
    CHECK_TEXT(identity->onednn_version, "oneDNN 2.6.3");
    CHECK_TEXT(identity->isa, "avx2");
    CHECK_INT(identity->threads, 2);
}

TEST(thresholds_and_statistics_come_back_bit_for_bit)
{
    CHECK(save());
    CHECK(load());
    const struct threshold_set *a = &loaded.threshold, *b = &set.threshold;
    CHECK_NEAR(a->percentile, b->percentile, 0.0);
    CHECK_NEAR(a->threshold, b->threshold, 0.0);
    CHECK_INT(a->scoring_method, SCORING_TOPK);
    CHECK_NEAR(a->topk_percent, b->topk_percent, 0.0);
    CHECK_INT(a->topk_min_pixels, 100);
    CHECK(a->heatmap_trigger_enabled);
    CHECK_NEAR(a->pixel_error_threshold, b->pixel_error_threshold, 0.0);
    CHECK_NEAR(a->blob_area_threshold, b->blob_area_threshold, 0.0);
    CHECK_NEAR(a->pixel_error_percentile, b->pixel_error_percentile, 0.0);
    CHECK_NEAR(a->blob_area_percentile, b->blob_area_percentile, 0.0);
    CHECK_INT(a->connectivity, 8);
    CHECK_INT(a->min_blob_area, 16);
    const struct model_stats *c = &loaded.stats, *d = &set.stats;
    CHECK_INT(c->n_train, 80);
    CHECK_INT(c->n_val, 20);
    CHECK_NEAR(c->val_error_mean, d->val_error_mean, 0.0);
    CHECK_NEAR(c->val_error_std, d->val_error_std, 0.0);
    CHECK_NEAR(c->val_error_min, d->val_error_min, 0.0);
    CHECK_NEAR(c->val_error_max, d->val_error_max, 0.0);
    CHECK_NEAR(c->final_train_loss, d->final_train_loss, 0.0);
    CHECK_NEAR(c->final_val_loss, d->final_val_loss, 0.0);
    CHECK_INT(c->epochs, EPOCHS);
    CHECK_INT(c->best_epoch, 2);
    CHECK_INT(c->threads, 2);
    CHECK_NEAR(c->seconds, 12.5, 0.0);
}

TEST(the_loss_curves_come_back)
{
    CHECK(save());
    CHECK(load());
    CHECK(memcmp(loaded.stats.train_losses, train_losses, sizeof train_losses) == 0);
    CHECK(memcmp(loaded.stats.validation_losses, validation_losses, sizeof validation_losses) == 0);
    struct buffer before = contents_of(STATS_FILE_NAME);
    CHECK(model_set_save(folder, &loaded, &err));
    struct buffer after = contents_of(STATS_FILE_NAME);
    const bool same = after.size == before.size && memcmp(after.data, before.data, after.size) == 0;
    buffer_finish(&before);
    buffer_finish(&after);
    CHECK(same);
    set.stats.train_losses = NULL; /* unknown */
    const bool saved = save();
    set.stats.train_losses = train_losses;
    CHECK(saved);
    CHECK(load());
    CHECK(!loaded.stats.train_losses && !loaded.stats.validation_losses);
}

TEST(a_missing_file_is_an_input_error_with_a_remedy)
{
    static const char *const names[] = {MODEL_FILE_NAME, THRESHOLD_FILE_NAME, STATS_FILE_NAME};
    for (size_t i = 0; i < 3; i++) {
        CHECK(save());
        CHECK(file_remove(in(names[i]), &err));
        CHECK(!load());
        CHECK_INT(err.code, ERROR_INPUT);
        CHECK_CONTAINS(err.message, names[i]);
        CHECK_CONTAINS(err.message, "is missing; train one first");
        CHECK(!loaded.parameters);
    }
}

TEST(files_of_different_sets_are_refused)
{
    static const char *const names[] = {THRESHOLD_FILE_NAME, STATS_FILE_NAME};
    for (size_t i = 0; i < 2; i++) {
        const double kept = set.threshold.threshold;
        CHECK(save());
        struct buffer file = contents_of(names[i]);
        set.threshold.threshold = 0.5; /* another calibration of the same weights */
        const bool saved = save();
        set.threshold.threshold = kept;
        CHECK(saved);
        CHECK(load());
        CHECK(put(names[i], file.data, file.size));
        buffer_finish(&file);
        CHECK(!load());
        CHECK_INT(err.code, ERROR_FORMAT);
        CHECK_CONTAINS(err.message, "it does not belong to this autoencoder.onnx: its set_digest");
        CHECK_CONTAINS(err.message, names[i]);
    }
}

TEST(the_digest_covers_weights_identity_thresholds_and_statistics)
{
    char first[DIGEST_TEXT_SIZE];
    CHECK(save());
    memcpy(first, set.identity.set_digest, sizeof first);
    CHECK(save());
    CHECK_TEXT(set.identity.set_digest, first);
    float *weight = &set.parameters->layers[7].weights[100];
    *weight += 1.0f;
    CHECK(save());
    *weight -= 1.0f;
    CHECK(strcmp(set.identity.set_digest, first) != 0);
    set.identity.roi_x += 1;
    CHECK(save());
    set.identity.roi_x -= 1;
    CHECK(strcmp(set.identity.set_digest, first) != 0);
    set.identity.width = 128;
    CHECK(save());
    set.identity.width = 256;
    CHECK(strcmp(set.identity.set_digest, first) != 0);
    set.stats.n_val++;
    CHECK(save());
    set.stats.n_val--;
    CHECK(strcmp(set.identity.set_digest, first) != 0);
}

TEST(a_damaged_model_is_refused)
{
    CHECK(save());
    struct buffer file = contents_of(MODEL_FILE_NAME);
    char *raw = memmem(file.data, file.size, "enc2.weights\x4a", 13);
    /* The name first stands in the node; its tensor is the one before the raw data. */
    CHECK(raw != NULL);
    raw[50] ^= 1; /* a mantissa bit somewhere: only the digest can tell */
    CHECK(put(MODEL_FILE_NAME, file.data, file.size));
    CHECK(!load());
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "autoencoder.onnx: the weights are damaged: their digest is ");
    CHECK(put(MODEL_FILE_NAME, file.data, file.size / 2));
    CHECK(!load());
    CHECK_CONTAINS(err.message, "autoencoder.onnx: reading the ONNX model: cut short at byte");
    CHECK(put(MODEL_FILE_NAME, "", 0));
    CHECK(!load());
    CHECK_CONTAINS(err.message, "the file is empty");
    buffer_finish(&file);
}

TEST(numbers_that_json_cannot_hold_are_not_saved)
{
    CHECK(save());
    double *const values[] = {&set.threshold.threshold, &set.threshold.blob_area_threshold,
                              &set.stats.val_error_std, &set.stats.final_val_loss};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        const double kept = *values[i];
        *values[i] = i % 2 ? NAN : INFINITY;
        const bool saved = save();
        *values[i] = kept;
        CHECK(!saved);
        CHECK_INT(err.code, ERROR_FORMAT);
        CHECK_CONTAINS(err.message, "not a finite number");
    }
    static const double bad[EPOCHS] = {0.1, NAN, 0.1};
    set.stats.train_losses = bad;
    const bool saved = save();
    set.stats.train_losses = train_losses;
    CHECK(!saved);
    CHECK(load()); /* what was there before */
}

static int count_files(void)
{
    char command[1100];
    snprintf(command, sizeof command, "ls -A '%s' | wc -l", folder);
    FILE *pipe = popen(command, "r");
    int count = -1;
    if (pipe && fscanf(pipe, "%d", &count) != 1)
        count = -1;
    if (pipe)
        pclose(pipe);
    return count;
}

/* In a child whose files may not grow beyond `limit` bytes, as on a full disk: the errors' code, or
 * ERROR_NONE when it saved. */
static int save_with_limit(rlim_t limit)
{
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        const struct rlimit rule = {limit, limit};
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &rule);
        _exit(save() ? ERROR_NONE : (int)err.code);
    }
    int status = -1;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(a_full_disk_leaves_the_old_set)
{
    CHECK(save());
    char first[DIGEST_TEXT_SIZE];
    memcpy(first, set.identity.set_digest, sizeof first);
    set.stats.n_train++;
    const int none = save_with_limit(0), some = save_with_limit(100000);
    const int all = save_with_limit(RLIM_INFINITY);
    set.stats.n_train--;
    CHECK_INT(none, ERROR_SPACE);
    CHECK_INT(some, ERROR_SPACE);
    CHECK_INT(all, ERROR_NONE);
    CHECK(load());
    CHECK(strcmp(loaded.identity.set_digest, first) != 0);
    CHECK_INT(count_files(), 3);
    CHECK(save());
    CHECK_INT(save_with_limit(1000), ERROR_SPACE);
    CHECK(load());
    CHECK_TEXT(loaded.identity.set_digest, first);
    CHECK_INT(count_files(), 3);
}

static void save_until_killed(void)
{
    for (size_t i = 0;; i++) {
        set.stats.n_train = 80 + i % 2;
        if (!save())
            _exit(1);
    }
}

/* kill -9 at random moments of saving, over and over: what is there is the old set or the new one.
 */
TEST(a_crash_leaves_the_old_set_or_the_new_one)
{
    char digests[2][DIGEST_TEXT_SIZE];
    for (int i = 0; i < 2; i++) {
        set.stats.n_train = 80 + (size_t)i;
        CHECK(save());
        memcpy(digests[i], set.identity.set_digest, sizeof digests[i]);
    }
    for (int i = 0; i < 30; i++) {
        fflush(stdout);
        const pid_t child = fork();
        CHECK(child >= 0);
        if (child == 0)
            save_until_killed();
        usleep((useconds_t)(5000 + 7919 * i % 97000));
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        if (!load())
            CHECK_FAIL("kill %d: %s", i, err.message);
        const size_t which = loaded.stats.n_train - 80;
        CHECK(which < 2);
        CHECK_TEXT(loaded.identity.set_digest, digests[which]);
    }
    set.stats.n_train = 80;
}

static bool move_to_waiting(const char *name)
{
    char from[1100], to[1100];
    snprintf(from, sizeof from, "%s/%s", folder, name);
    snprintf(to, sizeof to, "%s/.%s.new", folder, name);
    return rename(from, to) == 0;
}

/* Each state that a kill between two renames can leave, also of the very first save. */
TEST(files_that_wait_for_their_place_are_found)
{
    static const char *const names[] = {THRESHOLD_FILE_NAME, STATS_FILE_NAME};
    for (int state = 0; state < 4; state++) {
        CHECK(save());
        struct buffer old = contents_of(STATS_FILE_NAME);
        set.stats.n_val++;
        const bool saved = save();
        set.stats.n_val--;
        CHECK(saved);
        const int first = state % 2;
        for (int i = first; i < 2; i++)
            CHECK(move_to_waiting(names[i]));
        if (state >= 2)
            CHECK(put(STATS_FILE_NAME, old.data, old.size));
        buffer_finish(&old);
        CHECK(load());
        CHECK_INT(loaded.stats.n_val, set.stats.n_val + 1);
        CHECK_TEXT(loaded.identity.set_digest, set.identity.set_digest);
        CHECK(save());
        CHECK(load());
        CHECK_INT(loaded.stats.n_val, set.stats.n_val);
        CHECK_INT(count_files(), 3);
    }
}

TEST(waiting_files_of_another_set_are_not_taken)
{
    CHECK(save());
    set.stats.n_val++;
    const bool saved = save();
    set.stats.n_val--;
    CHECK(saved);
    CHECK(move_to_waiting(STATS_FILE_NAME));
    struct buffer waiting = contents_of("." STATS_FILE_NAME ".new");
    CHECK(save());
    CHECK(put("." STATS_FILE_NAME ".new", waiting.data, waiting.size));
    buffer_finish(&waiting);
    CHECK(load());
    CHECK_INT(loaded.stats.n_val, set.stats.n_val);
    CHECK(file_remove(in(STATS_FILE_NAME), &err));
    CHECK(!load());
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "stats.json' is missing; train one first");
    CHECK(save()); /* over what waits */
    CHECK_INT(count_files(), 3);
}

static struct threshold_set other_threshold(void)
{
    struct threshold_set threshold = set.threshold;
    threshold.threshold = 0.25;
    threshold.pixel_error_threshold = 0.5;
    threshold.blob_area_threshold = 33.0625;
    return threshold;
}

TEST(a_threshold_is_replaced_and_the_old_one_kept)
{
    CHECK(save());
    CHECK(load());
    struct buffer before = contents_of(THRESHOLD_FILE_NAME);
    const struct threshold_set threshold = other_threshold();
    CHECK(model_set_replace_threshold(folder, &loaded, &threshold, "threshold_1.json", &err));
    CHECK(load());
    CHECK_NEAR(loaded.threshold.threshold, 0.25, 0.0);
    CHECK_NEAR(loaded.threshold.pixel_error_threshold, 0.5, 0.0);
    CHECK_NEAR(loaded.threshold.blob_area_threshold, 33.0625, 0.0);
    CHECK_NEAR(loaded.threshold.percentile, set.threshold.percentile, 0.0);
    CHECK_TEXT(loaded.identity.set_digest, set.identity.set_digest);
    CHECK_INT(count_files(), 4);
    struct buffer kept = contents_of("threshold_1.json");
    const bool same = kept.size == before.size && memcmp(kept.data, before.data, kept.size) == 0;
    buffer_finish(&before);
    CHECK(same);
    CHECK(put(THRESHOLD_FILE_NAME, kept.data, kept.size)); /* how it is put back */
    buffer_finish(&kept);
    CHECK(load());
    CHECK_NEAR(loaded.threshold.threshold, set.threshold.threshold, 0.0);
    CHECK(file_remove(in("threshold_1.json"), &err));
}

TEST(a_threshold_replaces_one_that_waits)
{
    CHECK(save());
    CHECK(load());
    CHECK(move_to_waiting(THRESHOLD_FILE_NAME));
    const struct threshold_set threshold = other_threshold();
    CHECK(model_set_replace_threshold(folder, &loaded, &threshold, "threshold_1.json", &err));
    CHECK(load());
    CHECK_NEAR(loaded.threshold.threshold, 0.25, 0.0);
    CHECK_INT(count_files(), 4);
    CHECK(file_remove(in("threshold_1.json"), &err));
}

TEST(a_threshold_that_cannot_be_replaced_stays)
{
    CHECK(save());
    CHECK(load());
    struct threshold_set threshold = other_threshold();
    threshold.pixel_error_threshold = NAN;
    CHECK(!model_set_replace_threshold(folder, &loaded, &threshold, "threshold_1.json", &err));
    CHECK_INT(err.code, ERROR_FORMAT);
    threshold = other_threshold();
    CHECK(!model_set_replace_threshold(folder, &loaded, &threshold, STATS_FILE_NAME, &err));
    CHECK_INT(err.code, ERROR_BUSY);
    CHECK_CONTAINS(err.message, "exists already");
    set.stats.n_val++; /* another set came meanwhile */
    const bool saved = save();
    set.stats.n_val--;
    CHECK(saved);
    CHECK(!model_set_replace_threshold(folder, &loaded, &threshold, "threshold_1.json", &err));
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "does not belong");
    CHECK(load());
    CHECK_NEAR(loaded.threshold.threshold, set.threshold.threshold, 0.0);
    CHECK_INT(count_files(), 3);
}

/* As save_with_limit. */
static int replace_with_limit(rlim_t limit)
{
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        const struct rlimit rule = {limit, limit};
        const struct threshold_set threshold = other_threshold();
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &rule);
        _exit(model_set_replace_threshold(folder, &loaded, &threshold, "threshold_1.json", &err)
                  ? ERROR_NONE
                  : (int)err.code);
    }
    int status = -1;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(a_full_disk_leaves_the_old_threshold_and_no_backup)
{
    set.threshold.threshold = 0.5; /* shorter than the new one, so the backup alone fits */
    const bool saved = save();
    set.threshold.threshold = 0.1 / 3;
    CHECK(saved);
    CHECK(load());
    struct buffer file = contents_of(THRESHOLD_FILE_NAME);
    const size_t size = file.size;
    buffer_finish(&file);
    CHECK_INT(replace_with_limit(0), ERROR_SPACE);
    CHECK_INT(replace_with_limit(size), ERROR_SPACE);
    CHECK_INT(count_files(), 3);
    CHECK(load());
    CHECK_NEAR(loaded.threshold.threshold, 0.5, 0.0);
    CHECK_INT(replace_with_limit(RLIM_INFINITY), ERROR_NONE);
    CHECK(load());
    CHECK_NEAR(loaded.threshold.threshold, 0.25, 0.0);
    CHECK(file_remove(in("threshold_1.json"), &err));
}

TEST(a_folder_that_cannot_be_written_is_said)
{
    const char *const kept = folder;
    CHECK(file_replace(scratch("file"), "x", 1, false, &err));
    folder = scratch("file/model");
    const bool saved = save();
    folder = kept;
    CHECK(!saved);
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "file");
}

/* The configuration that fits `set`. */
static void check_no_memory(bool (*run)(void), long least)
{
    for (long n = 0;; n += n < 50 ? 1 : 5) {
        allocations_until_failure = n;
        const bool good = run();
        allocations_until_failure = -1;
        if (good) {
            CHECK(n >= least);
            return;
        }
        if (err.code != ERROR_MEMORY)
            CHECK_FAIL("allocation %ld: %s", n, err.message);
    }
}

static bool replace_threshold(void)
{
    const struct threshold_set threshold = other_threshold();
    err = (struct error){0};
    return model_set_replace_threshold(folder, &loaded, &threshold, "threshold_1.json", &err);
}

TEST(no_memory_is_said_wherever_it_happens)
{
    CHECK(save());
    CHECK(load());
    json_set_alloc_funcs(__wrap_malloc, free);
    check_no_memory(save, 30);
    json_set_alloc_funcs(__real_malloc,
                         free); /* jansson's parser takes no memory for a syntax error */
    check_no_memory(load, 30);
    check_no_memory(replace_threshold, 2);
    CHECK(file_remove(in("threshold_1.json"), &err));
}

int main(void)
{
    make_set();
    RUN(a_set_comes_back_as_it_was);
    RUN(thresholds_and_statistics_come_back_bit_for_bit);
    RUN(the_loss_curves_come_back);
    RUN(a_missing_file_is_an_input_error_with_a_remedy);
    RUN(files_of_different_sets_are_refused);
    RUN(the_digest_covers_weights_identity_thresholds_and_statistics);
    RUN(a_damaged_model_is_refused);
    RUN(numbers_that_json_cannot_hold_are_not_saved);
    RUN(a_full_disk_leaves_the_old_set);
    RUN(a_crash_leaves_the_old_set_or_the_new_one);
    RUN(files_that_wait_for_their_place_are_found);
    RUN(waiting_files_of_another_set_are_not_taken);
    RUN(a_threshold_is_replaced_and_the_old_one_kept);
    RUN(a_threshold_replaces_one_that_waits);
    RUN(a_threshold_that_cannot_be_replaced_stays);
    RUN(a_full_disk_leaves_the_old_threshold_and_no_backup);
    RUN(a_folder_that_cannot_be_written_is_said);
    RUN(no_memory_is_said_wherever_it_happens);
    model_set_finish(&set);
    model_set_finish(&loaded);
    return check_report();
}

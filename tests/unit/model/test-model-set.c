/* The three files of a model: saved and loaded as one, refused when one of them is missing,
 * damaged, of another set or version, and held against the configuration. */
#include "check.h"
#include "failing_alloc.h"
#include "scratch.h"

#include "model/model_set.h"
#include "model/onnx.h"
#include "platform/file.h"

#include <jansson.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

enum { EPOCHS = 3 };

static const double train_losses[EPOCHS] = {0.3, 0.2, 0.1};
static const double validation_losses[EPOCHS] = {0.31, 0.19, 0.2};
static struct model_set set;    /* a good one */
static struct model_set loaded; /* what the last load gave */
static struct error err;
static char folder[600];

static void make_set(void)
{
    struct rng rng = rng_seeded(9, 9);
    set = (struct model_set){
        .parameters = parameters_create(&err),
        .identity = {.width = 256,
                     .height = 128,
                     .picture_width = 1280,
                     .picture_height = 720,
                     .roi_enabled = true,
                     .roi_units = ROI_PIXELS,
                     .roi_x = 10,
                     .roi_y = 0.1, /* no binary fraction */
                     .roi_width = 640,
                     .roi_height = 320,
                     .onednn_version = "oneDNN 2.6.3",
                     .isa = "avx2",
                     .threads = 2},
        .threshold = {.percentile = 99.5,
                      .threshold = 0.1 / 3,
                      .scoring_method = SCORING_TOPK,
                      .topk_percent = 1.0,
                      .topk_min_pixels = 100,
                      .heatmap_trigger_enabled = true,
                      .pixel_error_threshold = 0.02,
                      .blob_area_threshold = 17.25,
                      .pixel_error_percentile = 99.9,
                      .blob_area_percentile = 99.5,
                      .connectivity = 8,
                      .min_blob_area = 16},
        .stats = {.n_train = 80,
                  .n_val = 20,
                  .val_error_mean = 0.01,
                  .val_error_std = 0.001,
                  .val_error_min = 0.008,
                  .val_error_max = 0.0123,
                  .final_train_loss = 0.1,
                  .final_val_loss = 0.2,
                  .epochs = EPOCHS,
                  .best_epoch = 2,
                  .threads = 2,
                  .seconds = 12.5,
                  .train_losses = train_losses,
                  .validation_losses = validation_losses},
    };
    snprintf(set.identity.data_digest, sizeof set.identity.data_digest, "%064x", 0xabc);
    parameters_randomise(set.parameters, &rng);
}

static bool save(void)
{
    err = (struct error){0};
    return model_set_save(folder, &set, &err);
}

static bool load(void)
{
    model_set_finish(&loaded);
    err = (struct error){0};
    return model_set_load(folder, &loaded, &err);
}

static const char *in(const char *name)
{
    static char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static struct buffer contents_of(const char *name)
{
    struct buffer contents = {0};
    if (!file_read(in(name), 1 << 30, &contents, &err))
        printf("%s\n", err.message);
    return contents;
}

static bool put(const char *name, const char *data, size_t size)
{
    return file_replace(in(name), data, size, false, &err);
}

TEST(a_set_comes_back_as_it_was)
{
    CHECK(save());
    CHECK_INT(set.identity.format_version, MODEL_FORMAT_VERSION);
    CHECK_INT(strlen(set.identity.set_digest), DIGEST_TEXT_SIZE - 1);
    CHECK(load());
    CHECK(memcmp(parameters_values(loaded.parameters), parameters_values(set.parameters),
                 parameters_count() * sizeof(float)) == 0);
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
    CHECK(!c->train_losses && !c->validation_losses);
}

static void check_has_keys(const char *name, const char *const *keys, size_t count)
{
    struct buffer file = contents_of(name);
    json_t *object = json_loadb(file.data, file.size, 0, NULL);
    buffer_finish(&file);
    CHECK(object != NULL);
    for (size_t i = 0; i < count; i++)
        if (!json_object_get(object, keys[i]))
            CHECK_FAIL("%s has no key %s", name, keys[i]);
    CHECK_INT(json_object_size(object), count);
    json_decref(object);
}

TEST(the_files_have_the_keys_that_readers_expect)
{
    static const char *const threshold_keys[] = {"percentile",
                                                 "threshold",
                                                 "scoring_method",
                                                 "topk_percent",
                                                 "topk_min_pixels",
                                                 "heatmap_trigger_enabled",
                                                 "pixel_error_threshold",
                                                 "blob_area_threshold",
                                                 "pixel_error_percentile",
                                                 "blob_area_percentile",
                                                 "connectivity",
                                                 "min_blob_area",
                                                 "schema",
                                                 "set_digest"};
    static const char *const stats_keys[] = {"n_train",
                                             "n_val",
                                             "val_error_mean",
                                             "val_error_std",
                                             "val_error_min",
                                             "val_error_max",
                                             "final_train_loss",
                                             "final_val_loss",
                                             "percentile",
                                             "threshold",
                                             "scoring_method",
                                             "topk_percent",
                                             "topk_min_pixels",
                                             "heatmap_trigger_enabled",
                                             "pixel_error_percentile",
                                             "blob_area_percentile",
                                             "connectivity",
                                             "min_blob_area",
                                             "model_path",
                                             "threshold_path",
                                             "epochs",
                                             "best_epoch",
                                             "seconds",
                                             "train_losses",
                                             "validation_losses",
                                             "data_digest",
                                             "isa",
                                             "threads",
                                             "onednn_version",
                                             "schema",
                                             "set_digest"};
    CHECK(save());
    check_has_keys(THRESHOLD_FILE_NAME, threshold_keys,
                   sizeof threshold_keys / sizeof threshold_keys[0]);
    check_has_keys(STATS_FILE_NAME, stats_keys, sizeof stats_keys / sizeof stats_keys[0]);
    struct stat status;
    CHECK_INT(stat(in(MODEL_FILE_NAME), &status), 0);
    CHECK_INT(status.st_mode & 0777, 0644);
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

/* Loads with `to` for `from` in one file of the set, which is as it was afterwards. */
static bool load_edited(const char *name, const char *from, const char *to)
{
    struct buffer file = contents_of(name), edited = {0};
    const char *at = memmem(file.data, file.size, from, strlen(from));
    bool good = at != NULL;
    if (at) {
        const size_t before = (size_t)(at - file.data);
        buffer_append(&edited, file.data, before);
        buffer_append_text(&edited, to);
        buffer_append(&edited, at + strlen(from), file.size - before - strlen(from));
        good = put(name, edited.data, edited.size) && load();
        const struct error kept = err;
        if (!put(name, file.data, file.size))
            printf("%s\n", err.message);
        err = kept;
    } else {
        err = (struct error){.message = "the text to be exchanged is not there"};
    }
    buffer_finish(&file);
    buffer_finish(&edited);
    return good;
}

TEST(every_key_of_threshold_json_is_checked)
{
    CHECK(save());
    static const struct {
        const char *from, *to, *message;
    } rows[] = {
        {"\"threshold\": 0.03", "\"threshold\": NaN, \"x\": 0.03", "NaN"},
        {"\"threshold\": 0.03", "\"threshold\": Infinity, \"x\": 0.03", "Infinity"},
        {"\"threshold\": 0.03", "\"threshold\": 1e999, \"x\": 0.03", "real number overflow"},
        {"\"threshold\": 0.03", "\"threshold\": -0.03", "'threshold' is -0.033333"},
        {"\"threshold\": 0.03", "\"threshold\": null, \"x\": 0.03",
         "'threshold' is null where a n"},
        {"\"threshold\": 0.03", "\"threshold\": \"1\", \"x\": 0.03", "'threshold' is a text where"},
        {"\"threshold\": 0.03", "\"treshold\": 0.03", "the key 'threshold' is missing"},
        {"\"percentile\"", "\"p\"", "the key 'percentile' is missing"},
        {"\"percentile\": 99.5", "\"percentile\": 100.5",
         "'percentile' is 100.5, allowed are 0 to"},
        {"\"scoring_method\": \"topk\"", "\"scoring_method\": \"max\"",
         "allowed are mean and topk"},
        {"\"scoring_method\": \"topk\"", "\"scoring_method\": []", "'scoring_method' is an array"},
        {"\"topk\"", "\"a method with a very long name\"", "a text of 30 bytes, at most 15"},
        {"\"topk_percent\"", "\"k\"", "'topk_percent' is missing"},
        {"\"topk_min_pixels\": 100", "\"topk_min_pixels\": 0", "'topk_min_pixels' is 0, allowed"},
        {"\"topk_min_pixels\": 100", "\"topk_min_pixels\": 1.5", "a number where a whole number"},
        {"\"heatmap_trigger_enabled\": true", "\"heatmap_trigger_enabled\": 1",
         "where true or fal"},
        {"\"heatmap_trigger_enabled\"", "\"h\"", "'heatmap_trigger_enabled' is missing"},
        {"\"pixel_error_threshold\"", "\"h\"", "'pixel_error_threshold' is missing"},
        {"\"blob_area_threshold\"", "\"h\"", "'blob_area_threshold' is missing"},
        {"\"pixel_error_percentile\"", "\"h\"", "'pixel_error_percentile' is missing"},
        {"\"blob_area_percentile\"", "\"h\"", "'blob_area_percentile' is missing"},
        {"\"connectivity\": 8", "\"connectivity\": 6", "'connectivity' is 6, allowed are 4 and 8"},
        {"\"connectivity\": 8", "\"connectivity\": {}", "'connectivity' is an object"},
        {"\"min_blob_area\": 16", "\"min_blob_area\": true", "'min_blob_area' is true or false"},
        {"\"schema\": 1", "\"schema\": 2", "written by a newer leakwatch (schema 2, this program"},
        {"\"schema\": 1", "\"schema\": 0", "written by an older leakwatch (schema 0, this"},
        {"\"set_digest\"", "\"digest\"", "'set_digest' is missing"},
        {"\"schema\"", "\"connectivity\"", "duplicate object key"},
        {"{", "[{", "line 1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK(!load_edited(THRESHOLD_FILE_NAME, rows[i].from, rows[i].to));
        CHECK_INT(err.code, ERROR_FORMAT);
        CHECK_CONTAINS(err.message, THRESHOLD_FILE_NAME ": ");
        CHECK_CONTAINS(err.message, "train again");
        if (i != sizeof rows / sizeof rows[0] - 1)
            CHECK_CONTAINS(err.message, rows[i].message);
    }
}

TEST(every_key_of_stats_json_is_checked)
{
    CHECK(save());
    static const char *const keys[] = {
        "n_train",       "n_val",         "val_error_mean",   "val_error_std",
        "val_error_min", "val_error_max", "final_train_loss", "final_val_loss",
        "epochs",        "best_epoch",    "threads",          "seconds",
        "schema",        "set_digest",
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        char from[40], message[64];
        snprintf(from, sizeof from, "\"%s\"", keys[i]);
        snprintf(message, sizeof message, "stats.json: the key '%s' is missing", keys[i]);
        CHECK(!load_edited(STATS_FILE_NAME, from, "\"other\""));
        CHECK_INT(err.code, ERROR_FORMAT);
        CHECK_CONTAINS(err.message, message);
    }
    CHECK(!load_edited(STATS_FILE_NAME, "\"best_epoch\": 2", "\"best_epoch\": 4"));
    CHECK_CONTAINS(err.message, "'best_epoch' is 4, allowed are 1 to 3");
}

TEST(a_threshold_tuned_by_hand_is_read)
{
    CHECK(save());
    CHECK(load_edited(THRESHOLD_FILE_NAME, "\"threshold\": 0.0333", "\"threshold\": 0.0444"));
    CHECK_NEAR(loaded.threshold.threshold, 0.0444, 1e-4);
}

TEST(files_that_are_no_json_or_too_large_are_refused)
{
    static char large[(1 << 20) + 1];
    static const char *const texts[] = {"", "null", "[]", "{", "\xff\xfe{}", "{} {}"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        CHECK(save());
        CHECK(put(THRESHOLD_FILE_NAME, texts[i], strlen(texts[i])));
        CHECK(!load());
        CHECK_INT(err.code, ERROR_FORMAT);
        CHECK_CONTAINS(err.message, THRESHOLD_FILE_NAME);
    }
    memset(large, ' ', sizeof large);
    CHECK(put(THRESHOLD_FILE_NAME, large, sizeof large));
    CHECK(!load());
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "larger than the 1048576 bytes");
    memset(large, '[', sizeof large);
    CHECK(put(THRESHOLD_FILE_NAME, large, sizeof large - 1));
    CHECK(!load());
    CHECK_CONTAINS(err.message, "maximum parsing depth");
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

/* Exchanges the text of one metadata pair; the ONNX file itself stays sound. */
static bool load_with_pair(const char *key, const char *new_key, const char *value)
{
    struct onnx_pair pairs[ONNX_PAIRS_MAX];
    size_t count;
    int width, height;
    if (!save())
        return true;
    struct buffer file = contents_of(MODEL_FILE_NAME), out = {0};
    if (!onnx_read(file.data, file.size, set.parameters, &width, &height, pairs, &count, &err))
        return true;
    for (size_t i = 0; i < count; i++)
        if (strcmp(pairs[i].key, key) == 0) {
            snprintf(pairs[i].key, sizeof pairs[i].key, "%s", new_key);
            snprintf(pairs[i].value, sizeof pairs[i].value, "%s", value);
        }
    const bool written = onnx_write(set.parameters, width, height, pairs, count, &out, &err) &&
                         put(MODEL_FILE_NAME, out.data, out.size);
    buffer_finish(&file);
    buffer_finish(&out);
    return written ? load() : true;
}

TEST(every_metadata_pair_is_checked)
{
    static const struct {
        const char *name, *value;
    } rows[] = {
        {"format_version", "one"},
        {"picture_width", "-1"},
        {"picture_height", "99999"},
        {"roi_enabled", "maybe"},
        {"roi_units", "2"},
        {"roi_x", "nan"},
        {"roi_y", "1e9"},
        {"roi_width", ""},
        {"roi_height", "0x10"},
        {"data_digest", "abc"},
        {"weights_digest", "g"},
        {"set_digest", ""},
        {"threads", "many"},
        {"isa", "................................"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char key[48], expected[96];
        snprintf(key, sizeof key, "leakwatch.%s", rows[i].name);
        snprintf(expected, sizeof expected, "the metadata '%s' is '%s', which is not", key,
                 rows[i].value);
        CHECK(!load_with_pair(key, key, rows[i].value));
        CHECK_INT(err.code, ERROR_FORMAT);
        CHECK_CONTAINS(err.message, expected);
        if (i % 5)
            continue;
        CHECK(!load_with_pair(key, "leakwatch.other", "x"));
        snprintf(expected, sizeof expected, "the metadata '%s' is missing", key);
        CHECK_CONTAINS(err.message, expected);
    }
}

TEST(another_format_version_is_named)
{
    CHECK(!load_with_pair("leakwatch.format_version", "leakwatch.format_version", "2"));
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message,
                   "written by a newer leakwatch (model format 2, this program reads 1)");
    CHECK(!load_with_pair("leakwatch.format_version", "leakwatch.format_version", "0"));
    CHECK_CONTAINS(err.message, "written by an older leakwatch (model format 0");
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
    char command[700];
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

/* kill -9 at random moments of saving, over and over: what is there is the old set, the new one, or
 * refused. */
TEST(a_crash_never_leaves_a_mixture_that_loads)
{
    char digests[2][DIGEST_TEXT_SIZE];
    for (int i = 0; i < 2; i++) {
        set.stats.n_train = 80 + (size_t)i;
        CHECK(save());
        memcpy(digests[i], set.identity.set_digest, sizeof digests[i]);
    }
    int loads = 0;
    for (int i = 0; i < 30; i++) {
        fflush(stdout);
        const pid_t child = fork();
        CHECK(child >= 0);
        for (int k = 0; child == 0; k++) {
            set.stats.n_train = 80 + (size_t)(k % 2);
            if (!save())
                _exit(1);
        }
        usleep((useconds_t)(5000 + 7919 * i % 97000));
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        if (!load()) {
            CHECK_CONTAINS(err.message, "does not belong to this autoencoder.onnx");
            continue;
        }
        loads++;
        const size_t which = loaded.stats.n_train - 80;
        CHECK(which < 2);
        CHECK_TEXT(loaded.identity.set_digest, digests[which]);
    }
    set.stats.n_train = 80;
    CHECK(loads > 0);
}

TEST(a_folder_that_cannot_be_written_is_said)
{
    char kept[600];
    memcpy(kept, folder, sizeof kept);
    CHECK(file_replace(scratch("file"), "x", 1, false, &err));
    snprintf(folder, sizeof folder, "%s", scratch("file/model"));
    const bool saved = save();
    memcpy(folder, kept, sizeof folder);
    CHECK(!saved);
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "file");
}

/* The configuration that fits `set`. */
static struct config *fitting_config(void)
{
    struct config *config = config_default(&err);
    if (!config)
        return NULL;
    config->image_height = 128;
    config->roi_enabled = true;
    config->roi_units = ROI_PIXELS;
    config->roi_x = 10;
    config->roi_y = 0.1;
    config->roi_width = 640;
    config->roi_height = 320;
    config->scoring_method = SCORING_TOPK;
    return config;
}

TEST(a_model_that_does_not_fit_the_configuration_names_both_values)
{
    struct config *config = fitting_config();
    CHECK(config != NULL);
    CHECK(model_set_check(&set, config, &err));
#define REFUSED(member, value, sentence)                                                           \
    do {                                                                                           \
        const struct config kept_config = *config;                                                 \
        config->member = value;                                                                    \
        err = (struct error){0};                                                                   \
        const bool fits = model_set_check(&set, config, &err);                                     \
        *config = kept_config;                                                                     \
        CHECK(!fits);                                                                              \
        CHECK_INT(err.code, ERROR_CONFIG);                                                         \
        CHECK_CONTAINS(err.message, sentence);                                                     \
        CHECK_CONTAINS(err.message, ", or train again");                                           \
    } while (0)
    REFUSED(image_width, 320,
            "made with image.width 256, but the configuration says 320; set it back to 256");
    REFUSED(image_height, 256, "image.height 128, but the configuration says 256");
    REFUSED(roi_enabled, false, "roi.enabled true, but the configuration says false");
    REFUSED(roi_units, ROI_RELATIVE, "roi.units pixels, but the configuration says relative");
    REFUSED(roi_x, 11, "roi.x 10, but the configuration says 11");
    REFUSED(roi_y, 0.10000001, "roi.y 0.1, but the configuration says 0.10000001");
    REFUSED(roi_width, 600, "roi.width 640, but");
    REFUSED(roi_height, 300, "roi.height 320, but");
    REFUSED(threshold_percentile, 99, "threshold.percentile 99.5, but the configuration says 99;");
    REFUSED(scoring_method, SCORING_MEAN, "scoring.method topk, but the configuration says mean");
    REFUSED(scoring_topk_percent, 2, "scoring.topk_percent 1, but the configuration says 2");
    REFUSED(scoring_topk_min_pixels, 50, "scoring.topk_min_pixels 100, but");
    REFUSED(heatmap_trigger_enabled, false, "heatmap_trigger.enabled true, but");
    REFUSED(heatmap_trigger_pixel_error_percentile, 99, "pixel_error_percentile 99.9, but");
    REFUSED(heatmap_trigger_blob_area_percentile, 99, "blob_area_percentile 99.5, but");
    REFUSED(heatmap_trigger_connectivity, CONNECTIVITY_4,
            "connectivity 8, but the configuration "
            "says 4");
    REFUSED(heatmap_trigger_min_blob_area, 4, "min_blob_area 16, but");
#undef REFUSED
    config_destroy(config);
}

TEST(settings_that_are_switched_off_need_not_fit)
{
    struct config *config = fitting_config();
    CHECK(config != NULL);
    struct model_set off = set;
    off.identity.roi_enabled = config->roi_enabled = false;
    config->roi_x = 99;
    off.threshold.scoring_method = config->scoring_method = SCORING_MEAN;
    config->scoring_topk_percent = 99;
    off.threshold.heatmap_trigger_enabled = config->heatmap_trigger_enabled = false;
    config->heatmap_trigger_min_blob_area = 99;
    CHECK(model_set_check(&off, config, &err));
    config_destroy(config);
}

static void check_no_memory(bool (*run)(void))
{
    for (long n = 0;; n += n < 50 ? 1 : 5) {
        allocations_until_failure = n;
        const bool good = run();
        allocations_until_failure = -1;
        if (good) {
            CHECK(n > 30);
            return;
        }
        if (err.code != ERROR_MEMORY)
            CHECK_FAIL("allocation %ld: %s", n, err.message);
    }
}

TEST(no_memory_is_said_wherever_it_happens)
{
    json_set_alloc_funcs(__wrap_malloc, free);
    check_no_memory(save);
    json_set_alloc_funcs(__real_malloc,
                         free); /* jansson's parser takes no memory for a syntax error */
    check_no_memory(load);
}

int main(void)
{
    snprintf(folder, sizeof folder, "%s", scratch("model"));
    make_set();
    RUN(a_set_comes_back_as_it_was);
    RUN(thresholds_and_statistics_come_back_bit_for_bit);
    RUN(the_files_have_the_keys_that_readers_expect);
    RUN(a_missing_file_is_an_input_error_with_a_remedy);
    RUN(every_key_of_threshold_json_is_checked);
    RUN(every_key_of_stats_json_is_checked);
    RUN(a_threshold_tuned_by_hand_is_read);
    RUN(files_that_are_no_json_or_too_large_are_refused);
    RUN(files_of_different_sets_are_refused);
    RUN(the_digest_covers_weights_identity_thresholds_and_statistics);
    RUN(a_damaged_model_is_refused);
    RUN(every_metadata_pair_is_checked);
    RUN(another_format_version_is_named);
    RUN(numbers_that_json_cannot_hold_are_not_saved);
    RUN(a_full_disk_leaves_the_old_set);
    RUN(a_crash_never_leaves_a_mixture_that_loads);
    RUN(a_folder_that_cannot_be_written_is_said);
    RUN(a_model_that_does_not_fit_the_configuration_names_both_values);
    RUN(settings_that_are_switched_off_need_not_fit);
    RUN(no_memory_is_said_wherever_it_happens);
    model_set_finish(&set);
    model_set_finish(&loaded);
    return check_report();
}

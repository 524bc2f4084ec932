/* scene.bin: what is saved is loaded bit for bit; what is damaged is refused in words. */
#include "check.h"
#include "failing_alloc.h"
#include "platform/file.h"
#include "score/scene_file.h"
#include "scratch.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

enum { WIDTH = 40, HEIGHT = 24, MAGIC_SIZE = 8, INTS = 6, DIGEST_SIZE = 64 };
enum { REALS_AT = MAGIC_SIZE + 4 * INTS, PLANES_AT = REALS_AT + 4 * (4 + 2 * MAP_COUNT) };

static struct scene_normal *normal;
static struct buffer good; /* the file as saved */
static char good_digest[SHA256_TEXT_SIZE];

static struct scene_normal *example(struct error *err)
{
    struct scene_normal *made = scene_normal_create(WIDTH, HEIGHT, err);
    if (!made)
        return NULL;
    const size_t plane = scene_pixels(made->size);
    for (size_t i = 0; i < CHANNEL_COUNT * plane; i++)
        made->mean[i] = -1.0f + 0.001f * (float)i;
    for (size_t i = 0; i < MAP_COUNT * plane; i++)
        made->spread[i] = 0.01f + 1e-5f * (float)i;
    for (int map = 0; map < MAP_COUNT; map++) {
        made->calm[map] = 0.5f + 0.1f * (float)map;
        made->threshold[map] = 5.0f + (float)map;
    }
    made->likeness = 0.9f;
    made->sharpness_low = 0.8f;
    made->brightness_low = 0.3f;
    made->brightness_high = 0.5f;
    made->noiseless = true;
    return made;
}

static void sign(struct buffer *contents)
{
    struct sha256 sha;
    char text[SHA256_TEXT_SIZE];
    sha256_init(&sha);
    sha256_update(&sha, contents->data, contents->size - DIGEST_SIZE);
    sha256_finish_hex(&sha, text);
    memcpy(contents->data + contents->size - DIGEST_SIZE, text, DIGEST_SIZE);
}

static bool put(const void *data, size_t size)
{
    struct error err;
    return folder_create(scratch("put"), false, &err) &&
           file_replace(scratch("put/" SCENE_FILE_NAME), data, size, false, &err);
}

/* Loading must fail with that code and leave the digest alone; "" when it does, else why not. */
static const char *refused(enum error_code code, const char *part)
{
    static char why[ERROR_MESSAGE_SIZE + 64];
    char digest[SHA256_TEXT_SIZE] = "untouched";
    struct error err = {0};
    struct scene_normal *loaded = scene_file_load(scratch("put"), digest, &err);
    if (loaded) {
        scene_normal_destroy(loaded);
        return "it was loaded";
    }
    if (err.code == code && strstr(err.message, part) && strstr(err.message, "train") &&
        strcmp(digest, "untouched") == 0)
        return "";
    snprintf(why, sizeof why, "code %d: %s", (int)err.code, err.message);
    return why;
}

/* The same file with `bytes` at `at`, and a digest that fits. */
static bool put_changed(size_t at, const void *bytes, size_t size)
{
    struct buffer changed = {0};
    buffer_append(&changed, good.data, good.size);
    memcpy(changed.data + at, bytes, size);
    sign(&changed);
    const bool done = put(changed.data, changed.size);
    buffer_finish(&changed);
    return done;
}

TEST(what_is_saved_is_loaded_bit_for_bit)
{
    struct error err;
    char digest[SHA256_TEXT_SIZE];
    CHECK(put(good.data, good.size));
    struct scene_normal *loaded = scene_file_load(scratch("put"), digest, &err);
    CHECK_TEXT(loaded ? "" : err.message, "");
    const size_t plane = scene_pixels(normal->size);
    const bool same =
        loaded->picture_width == WIDTH && loaded->picture_height == HEIGHT &&
        memcmp(&loaded->size, &normal->size, sizeof normal->size) == 0 && loaded->noiseless &&
        memcmp(loaded->mean, normal->mean, CHANNEL_COUNT * plane * sizeof(float)) == 0 &&
        memcmp(loaded->spread, normal->spread, MAP_COUNT * plane * sizeof(float)) == 0 &&
        memcmp(loaded->calm, normal->calm, sizeof normal->calm) == 0 &&
        memcmp(loaded->threshold, normal->threshold, sizeof normal->threshold) == 0 &&
        loaded->likeness == normal->likeness && loaded->sharpness_low == normal->sharpness_low &&
        loaded->brightness_low == normal->brightness_low &&
        loaded->brightness_high == normal->brightness_high;
    const bool saved = scene_file_save(scratch("again"), loaded, &err);
    scene_normal_destroy(loaded);
    CHECK(same && saved);
    CHECK_TEXT(digest, good_digest);
    struct buffer again = {0};
    CHECK(file_read(scratch("again/" SCENE_FILE_NAME), good.size, &again, &err));
    const bool equal = again.size == good.size && memcmp(again.data, good.data, good.size) == 0;
    buffer_finish(&again);
    CHECK(equal);
}

TEST(every_field_of_the_head_is_distrusted)
{
    static const int ints[] = {-1, 0, 1, 15, WIDTH + 1, 20000, INT32_MAX, INT32_MIN};
    for (size_t field = 0; field < INTS; field++)
        for (size_t k = 0; k < sizeof ints / sizeof ints[0]; k++) {
            const size_t at = MAGIC_SIZE + 4 * field;
            if (memcmp(good.data + at, &ints[k], 4) == 0 || (field == INTS - 1 && ints[k] == 0))
                continue;
            CHECK(put_changed(at, &ints[k], 4));
            CHECK_TEXT(refused(ERROR_FORMAT, "scene"), "");
        }
}

TEST(numbers_that_are_none_are_refused)
{
    const float bad[] = {NAN, INFINITY, -INFINITY, 1e30f, -1e30f};
    const size_t last = good.size - DIGEST_SIZE - 4;
    for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) {
        for (size_t at = REALS_AT; at < PLANES_AT; at += 4) {
            CHECK(put_changed(at, &bad[k], 4));
            CHECK_TEXT(refused(ERROR_FORMAT, "impossible numbers"), "");
        }
        CHECK(put_changed(PLANES_AT, &bad[k], 4));
        CHECK_TEXT(refused(ERROR_FORMAT, "impossible numbers"), "");
        CHECK(put_changed(last, &bad[k], 4));
        CHECK_TEXT(refused(ERROR_FORMAT, "impossible numbers"), "");
    }
    const float zero = 0.0f; /* a spread that everything would be divided by */
    CHECK(put_changed(last, &zero, 4));
    CHECK_TEXT(refused(ERROR_FORMAT, "impossible numbers"), "");
}

TEST(a_file_that_ends_early_is_refused)
{
    for (size_t size = 0; size < good.size; size += 97) {
        CHECK(put(good.data, size));
        CHECK_TEXT(refused(ERROR_FORMAT, "train again"), "");
    }
    CHECK(put(good.data, good.size - 1));
    CHECK_TEXT(refused(ERROR_FORMAT, "damaged"), "");
}

TEST(a_file_that_is_too_long_is_refused)
{
    struct buffer longer = {0};
    buffer_append(&longer, good.data, good.size);
    buffer_append(&longer, "\0\0\0\0", 4);
    memmove(longer.data + good.size - DIGEST_SIZE + 4, good.data + good.size - DIGEST_SIZE,
            DIGEST_SIZE);
    sign(&longer);
    const bool done = put(longer.data, longer.size);
    buffer_finish(&longer);
    CHECK(done);
    CHECK_TEXT(refused(ERROR_FORMAT, "damaged"), "");
}

TEST(one_flipped_bit_anywhere_is_noticed)
{
    struct buffer changed = {0};
    buffer_append(&changed, good.data, good.size);
    for (size_t at = 0; at < good.size; at += 101) {
        changed.data[at] = (char)(changed.data[at] ^ 0x10);
        CHECK(put(changed.data, changed.size));
        CHECK_TEXT(refused(ERROR_FORMAT, "train again"), "");
        changed.data[at] = (char)(changed.data[at] ^ 0x10);
    }
    buffer_finish(&changed);
}

TEST(no_file_names_the_remedy)
{
    struct error err;
    CHECK(file_remove(scratch("put/" SCENE_FILE_NAME), &err));
    CHECK_TEXT(refused(ERROR_INPUT, "run `leakwatch train` first"), "");
}

TEST(what_is_no_regular_file_is_not_read)
{
    char digest[SHA256_TEXT_SIZE];
    struct error err = {0};
    CHECK(folder_create(scratch("folder/" SCENE_FILE_NAME), false, &err));
    CHECK(!scene_file_load(scratch("folder"), digest, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK(folder_create(scratch("pipe"), false, &err));
    CHECK(mkfifo(scratch("pipe/" SCENE_FILE_NAME), 0600) == 0);
    CHECK(!scene_file_load(scratch("pipe"), digest, &err)); /* and does not wait for a writer */
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, SCENE_FILE_NAME);
}

TEST(a_folder_in_the_way_is_an_error_of_saving)
{
    struct error err = {0};
    CHECK(!scene_file_save(scratch("folder"), normal, &err));
    CHECK_CONTAINS(err.message, SCENE_FILE_NAME);
    CHECK_INT(file_kind_of(scratch("folder/" SCENE_FILE_NAME)), FILE_FOLDER);
    CHECK(put("x", 1));
    CHECK(!scene_file_save(scratch("put/" SCENE_FILE_NAME), normal, &err)); /* a file as folder */
}

/* The limit stands in for a disk that is full after half of the file. */
TEST(a_disk_that_takes_no_more_is_said_and_the_old_file_stands)
{
    struct error err = {0};
    struct rlimit before, half;
    CHECK(put("older", 5));
    CHECK(getrlimit(RLIMIT_FSIZE, &before) == 0);
    half = (struct rlimit){good.size / 2, before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    CHECK(setrlimit(RLIMIT_FSIZE, &half) == 0);
    const bool saved = scene_file_save(scratch("put"), normal, &err);
    CHECK(setrlimit(RLIMIT_FSIZE, &before) == 0);
    CHECK(!saved);
    CHECK_CONTAINS(err.message, SCENE_FILE_NAME);
    struct buffer kept = {0};
    CHECK(file_read(scratch("put/" SCENE_FILE_NAME), 100, &kept, &err));
    const bool same = kept.size == 5 && memcmp(kept.data, "older", 5) == 0;
    buffer_finish(&kept);
    CHECK(same);
    struct name_list names = {0};
    CHECK(folder_list(scratch("put"), 100, &names, &err));
    const size_t count = names.count;
    name_list_finish(&names);
    CHECK_INT(count, 1); /* nothing half-written beside it */
}

TEST(no_memory_is_an_error_and_leaks_nothing)
{
    char digest[SHA256_TEXT_SIZE];
    struct scene_normal *loaded = NULL;
    CHECK(put(good.data, good.size));
    for (long n = 0; !loaded; n++) {
        struct error err = {0};
        const char *folder = scratch("put");
        CHECK(n < 50);
        allocations_until_failure = n;
        loaded = scene_file_load(folder, digest, &err);
        allocations_until_failure = -1;
        CHECK(loaded || err.code == ERROR_MEMORY);
    }
    scene_normal_destroy(loaded);
    for (long n = 0;; n++) {
        struct error err = {0};
        const char *folder = scratch("memory");
        CHECK(n < 50);
        allocations_until_failure = n;
        const bool saved = scene_file_save(folder, normal, &err);
        allocations_until_failure = -1;
        if (saved)
            break;
        CHECK_INT(err.code, ERROR_MEMORY);
    }
}

int main(void)
{
    struct error err;
    struct scene_normal *loaded = NULL;
    normal = example(&err);
    if (!normal || !scene_file_save(scratch("good"), normal, &err) ||
        !file_read(scratch("good/" SCENE_FILE_NAME), 1 << 20, &good, &err) ||
        !(loaded = scene_file_load(scratch("good"), good_digest, &err)))
        return 2;
    scene_normal_destroy(loaded);
    RUN(what_is_saved_is_loaded_bit_for_bit);
    RUN(every_field_of_the_head_is_distrusted);
    RUN(numbers_that_are_none_are_refused);
    RUN(a_file_that_ends_early_is_refused);
    RUN(a_file_that_is_too_long_is_refused);
    RUN(one_flipped_bit_anywhere_is_noticed);
    RUN(no_file_names_the_remedy);
    RUN(what_is_no_regular_file_is_not_read);
    RUN(a_folder_in_the_way_is_an_error_of_saving);
    RUN(a_disk_that_takes_no_more_is_said_and_the_old_file_stands);
    RUN(no_memory_is_an_error_and_leaks_nothing);
    buffer_finish(&good);
    scene_normal_destroy(normal);
    return check_report();
}

/* Loading normal pictures: what is used, what is left out with which words, and what cannot be
 * trained on at all. Every bad file here is made from nothing by the test. */
#include "check.h"
#include "failing_alloc.h"
#include "scratch.h"

#include "frame/image.h"
#include "model/dataset.h"
#include "platform/file.h"

#include <errno.h>
#include <png.h>
#include <sys/wait.h>
#include <turbojpeg.h>

enum { SIDE = 32, CAMERA_WIDTH = 64, CAMERA_HEIGHT = 48 };

/* What was warned of, one sentence a line. */
static struct buffer warnings;
static size_t warning_count;

static void collect(void *context, const char *sentence)
{
    (void)context;
    buffer_append_format(&warnings, "%s\n", sentence);
    warning_count++;
}

static struct dataset *load(const char *folder, size_t least, struct error *err)
{
    const struct picture_listener to = {collect, NULL};
    buffer_clear(&warnings);
    warning_count = 0;
    *err = (struct error){0};
    return dataset_load(folder, SIDE, SIDE, least, to, err);
}

/* A folder of its own for each test. */
static const char *new_folder(void)
{
    static int count;
    char name[16];
    snprintf(name, sizeof name, "set%d", ++count);
    const char *folder = scratch(name);
    mkdir(folder, 0700);
    return folder;
}

static const char *in(const char *folder, const char *name)
{
    static char path[1100];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void put_bytes(const char *folder, const char *name, const void *data, size_t size)
{
    FILE *file = fopen(in(folder, name), "wb");
    if (!file || fwrite(data, 1, size, file) != size)
        perror(name);
    if (file)
        fclose(file);
}

static void put_jpeg(const char *folder, const char *name, int width, int height, uint8_t shade)
{
    static uint8_t rgb[512 * 512 * 3];
    struct error err;
    memset(rgb, shade, (size_t)width * (size_t)height * 3);
    if (!image_write_jpeg(in(folder, name), rgb, width, height, 95, &err))
        printf("%s\n", err.message);
}

static void put_normals(const char *folder, int count)
{
    for (int i = 0; i < count; i++) {
        char name[32];
        snprintf(name, sizeof name, "normal_%03d.jpg", i);
        put_jpeg(folder, name, CAMERA_WIDTH, CAMERA_HEIGHT, (uint8_t)(10 * i));
    }
}

static void put_turbojpeg(const char *folder, const char *name, int pixel_format, int sampling)
{
    static uint8_t pixels[CAMERA_WIDTH * CAMERA_HEIGHT * 4];
    unsigned char *jpeg = NULL;
    unsigned long size = 0;
    tjhandle handle = tjInitCompress();
    memset(pixels, 100, sizeof pixels);
    tjCompress2(handle, pixels, CAMERA_WIDTH, 0, CAMERA_HEIGHT, pixel_format, &jpeg, &size,
                sampling, 90, 0);
    put_bytes(folder, name, jpeg, size);
    tjFree(jpeg);
    tjDestroy(handle);
}

static void put_png_of_16_bits(const char *folder, const char *name)
{
    static uint16_t pixels[CAMERA_WIDTH * CAMERA_HEIGHT * 3];
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = CAMERA_WIDTH,
                       .height = CAMERA_HEIGHT,
                       .format = PNG_FORMAT_LINEAR_RGB};
    png_image_write_to_file(&image, in(folder, name), 0, pixels, 0, NULL);
}

/* A JPEG whose frame header claims 60000x60000 pixels. */
static void put_huge_jpeg(const char *folder, const char *name)
{
    struct error err;
    struct buffer jpeg = {0};
    put_jpeg(folder, name, CAMERA_WIDTH, CAMERA_HEIGHT, 7);
    if (!file_read(in(folder, name), 1 << 20, &jpeg, &err))
        printf("%s\n", err.message);
    char *frame = memmem(jpeg.data, jpeg.size, "\xff\xc0", 2);
    if (frame)
        memcpy(frame + 5, "\xea\x60\xea\x60", 4);
    put_bytes(folder, name, jpeg.data, jpeg.size);
    buffer_finish(&jpeg);
}

TEST(pictures_are_loaded_in_the_order_of_their_names)
{
    const char *folder = new_folder();
    struct error err;
    put_jpeg(folder, "b.jpg", CAMERA_WIDTH, CAMERA_HEIGHT, 100);
    put_jpeg(folder, "a.JPG", CAMERA_WIDTH, CAMERA_HEIGHT, 50);
    put_jpeg(folder, "c.jpeg", CAMERA_WIDTH, CAMERA_HEIGHT, 200);
    put_jpeg(folder, ".hidden.jpg", CAMERA_WIDTH, CAMERA_HEIGHT, 250);
    mkdir(in(folder, "original.jpg"), 0700); /* a folder is passed over in silence */
    struct dataset *dataset = load(folder, 1, &err);
    CHECK(dataset != NULL);
    CHECK_INT(dataset->count, 3);
    CHECK_INT(dataset->skipped, 0);
    CHECK_INT(warning_count, 0);
    CHECK_INT(dataset->width, SIDE);
    CHECK_INT(dataset->height, SIDE);
    CHECK_INT(dataset->camera_width, CAMERA_WIDTH);
    CHECK_INT(dataset->camera_height, CAMERA_HEIGHT);
    static const char *const names[] = {"a.JPG", "b.jpg", "c.jpeg"};
    static const int shades[] = {50, 100, 200};
    for (int i = 0; i < 3; i++) {
        CHECK_TEXT(dataset->names[i], names[i]);
        CHECK_NEAR(dataset->pictures[i][0], shades[i], 1);
        CHECK_NEAR(dataset->pictures[i][SIDE * SIDE * 3 - 1], shades[i], 1);
    }
    CHECK_INT(strlen(dataset->digest), DIGEST_TEXT_SIZE - 1);
    dataset_destroy(dataset);
    dataset_destroy(NULL);
}

struct progress {
    size_t calls, stop_at;
    bool in_order;
};

static bool on_progress(void *context, size_t done, size_t total)
{
    struct progress *progress = context;
    progress->in_order = progress->in_order && done == progress->calls && total == 4;
    return progress->calls++ != progress->stop_at;
}

TEST(loading_tells_how_far_it_is_and_can_be_stopped)
{
    const char *folder = new_folder();
    put_normals(folder, 4);
    for (size_t stop_at = 0; stop_at <= 4; stop_at++) {
        struct progress progress = {.stop_at = stop_at, .in_order = true};
        const struct picture_listener listener = {.context = &progress, .progress = on_progress};
        struct error err;
        struct dataset *dataset = dataset_load(folder, SIDE, SIDE, 1, listener, &err);
        const bool loaded = dataset != NULL;
        dataset_destroy(dataset);
        CHECK(progress.in_order);
        CHECK_INT(progress.calls, stop_at < 4 ? stop_at + 1 : 4);
        CHECK_INT(loaded, stop_at == 4);
        if (!loaded)
            CHECK_INT(err.code, ERROR_CANCELLED);
    }
}

TEST(the_digest_tells_names_and_pixels_apart)
{
    struct error err;
    char first[DIGEST_TEXT_SIZE];
    const char *folder = new_folder();
    put_normals(folder, 3);
    struct dataset *dataset = load(folder, 1, &err);
    CHECK(dataset != NULL);
    memcpy(first, dataset->digest, sizeof first);
    dataset_destroy(dataset);
    dataset = load(folder, 1, &err);
    CHECK_TEXT(dataset->digest, first);
    dataset_destroy(dataset);
    put_bytes(folder, "readme.txt", "x", 1); /* not used, so without weight */
    dataset = load(folder, 1, &err);
    CHECK_TEXT(dataset->digest, first);
    dataset_destroy(dataset);
    put_jpeg(folder, "normal_001.jpg", CAMERA_WIDTH, CAMERA_HEIGHT, 201);
    dataset = load(folder, 1, &err);
    CHECK(strcmp(dataset->digest, first) != 0);
    dataset_destroy(dataset);
    put_normals(folder, 3);
    char from[1100];
    snprintf(from, sizeof from, "%s", in(folder, "normal_001.jpg"));
    CHECK_INT(rename(from, in(folder, "normal_0015.jpg")), 0);
    dataset = load(folder, 1, &err);
    CHECK(strcmp(dataset->digest, first) != 0);
    dataset_destroy(dataset);
}

TEST(every_bad_picture_is_left_out_by_name)
{
    const char *folder = new_folder();
    struct error err;
    struct buffer jpeg = {0};
    put_normals(folder, 20);
    CHECK(file_read(in(folder, "normal_003.jpg"), 1 << 20, &jpeg, &err));
    put_bytes(folder, "truncated.jpg", jpeg.data, jpeg.size / 2);
    buffer_finish(&jpeg);
    put_bytes(folder, "empty.jpg", "", 0);
    put_bytes(folder, "text.png", "no picture", 10);
    put_bytes(folder, "notes.txt", "x", 1);
    put_jpeg(folder, "other_size.jpg", 48, 48, 90);
    put_jpeg(folder, "one_pixel_less.jpg", CAMERA_WIDTH - 1, CAMERA_HEIGHT, 90);
    put_turbojpeg(folder, "cmyk.jpg", TJPF_CMYK, TJSAMP_444);
    put_turbojpeg(folder, "grey.jpg", TJPF_GRAY, TJSAMP_GRAY);
    put_png_of_16_bits(folder, "deep.png");
    put_huge_jpeg(folder, "huge.jpg");
    put_bytes(folder, "1x1.png",
              "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0\x90wS\xde"
              "\0\0\0\x0cIDAT\x08\xd7"
              "c\xf8\xcf\xc0\0\0\3\1\1\0\x18\xdd\x8d\xb0\0\0\0\0IEND\xae"
              "B`\x82",
              69);
    CHECK_INT(mkfifo(in(folder, "pipe.jpg"), 0600), 0);
    put_bytes(folder, "line\nbreak.jpg", "x", 1);
    struct dataset *dataset = load(folder, DATASET_LEAST, &err);
    CHECK(dataset != NULL);
    CHECK_INT(dataset->count, 20);
    CHECK_INT(dataset->skipped, 13);
    CHECK_INT(warning_count, 13);
    dataset_destroy(dataset);
    static const char *const parts[] = {
        "truncated.jpg: ",
        "empty.jpg: the file is empty",
        "text.png: neither a JPEG nor a PNG",
        "notes.txt: not called .jpg, .jpeg or .png",
        "other_size.jpg: 48x48 px in colour, while most are 64x48 px in colour",
        "one_pixel_less.jpg: 63x48 px",
        "cmyk.jpg: ",
        "CMYK",
        "grey.jpg: 64x48 px in grey, while most are 64x48 px in colour",
        "deep.png: ",
        "16 bits",
        "huge.jpg: the picture claims to be 60000x60000 px",
        "1x1.png: the picture is only 1x1 px",
        "pipe.jpg: not a regular file",
        "a file whose name holds control characters",
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        CHECK_CONTAINS(buffer_text(&warnings), parts[i]);
}

TEST(the_majority_decides_not_the_first_file)
{
    const char *folder = new_folder();
    struct error err;
    put_jpeg(folder, "a1.jpg", 48, 48, 1);
    put_jpeg(folder, "a2.jpg", 48, 48, 1);
    for (int i = 0; i < 3; i++) {
        char name[16];
        snprintf(name, sizeof name, "b%d.jpg", i);
        put_jpeg(folder, name, 80, 40, 1);
    }
    put_jpeg(folder, "c.jpg", 64, 64, 1);
    struct dataset *dataset = load(folder, 1, &err);
    CHECK(dataset != NULL);
    CHECK_INT(dataset->count, 3);
    CHECK_INT(dataset->camera_width, 80);
    CHECK_INT(warning_count, 3);
    dataset_destroy(dataset);
    put_jpeg(folder, "c2.jpg", 64, 64, 1);
    put_jpeg(folder, "c3.jpg", 64, 64, 1); /* as many as b: the first name wins */
    dataset = load(folder, 1, &err);
    CHECK_INT(dataset->camera_width, 80);
    dataset_destroy(dataset);
}

TEST(links_may_not_lead_out)
{
    const char *folder = new_folder();
    struct error err;
    put_normals(folder, 2);
    CHECK_INT(symlink("normal_000.jpg", in(folder, "inside.jpg")), 0);
    put_jpeg(scratch(""), "private.jpg", CAMERA_WIDTH, CAMERA_HEIGHT, 3);
    CHECK_INT(symlink("../private.jpg", in(folder, "outside.jpg")), 0);
    CHECK_INT(symlink("nowhere.jpg", in(folder, "broken.jpg")), 0);
    CHECK_INT(symlink("loop.jpg", in(folder, "loop.jpg")), 0);
    struct dataset *dataset = load(folder, 1, &err);
    CHECK(dataset != NULL);
    CHECK_INT(dataset->count, 3);
    CHECK_TEXT(dataset->names[0], "inside.jpg");
    CHECK_INT(dataset->skipped, 3);
    CHECK_CONTAINS(buffer_text(&warnings), "outside.jpg' leads out of the folder");
    CHECK_CONTAINS(buffer_text(&warnings), "broken.jpg");
    CHECK_CONTAINS(buffer_text(&warnings), "loop.jpg");
    dataset_destroy(dataset);
}

TEST(a_folder_that_is_missing_empty_or_useless_is_an_input_error)
{
    struct error err;
    CHECK(!load(scratch("missing"), 1, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "missing");
    const char *folder = new_folder();
    CHECK(!load(folder, 1, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "no usable pictures in '");
    CHECK_CONTAINS(err.message, "'; take some with `leakwatch capture` first");
    put_bytes(folder, "empty.jpg", "", 0);
    CHECK(!load(folder, 1, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, " (1 file left out); take some with `leakwatch capture` first");
    CHECK(!load(in(folder, "empty.jpg"), 1, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_INT(symlink("ring", scratch("ring")), 0);
    CHECK(!load(scratch("ring"), 1, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "ring");
}

TEST(damage_behind_a_good_header_is_found_when_it_is_read)
{
    const char *folder = new_folder();
    struct error err;
    struct buffer jpeg = {0};
    put_normals(folder, 1);
    CHECK(file_read(in(folder, "normal_000.jpg"), 1 << 20, &jpeg, &err));
    put_bytes(folder, "normal_000.jpg", jpeg.data, jpeg.size - 40);
    buffer_finish(&jpeg);
    CHECK(!load(folder, 1, &err)); /* the only one */
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_INT(warning_count, 1);
    CHECK_CONTAINS(buffer_text(&warnings), "normal_000.jpg");
}

TEST(too_few_pictures_are_an_error_with_advice)
{
    const char *folder = new_folder();
    struct error err;
    put_normals(folder, 1);
    CHECK(!load(folder, DATASET_LEAST, &err));
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "only 1 usable pictures");
    CHECK_CONTAINS(err.message, "at least 20 are needed and 200 or more advised");
    put_normals(folder, 19);
    put_bytes(folder, "x.jpg", "", 0);
    CHECK(!load(folder, DATASET_LEAST, &err));
    CHECK_CONTAINS(err.message, "only 19 usable pictures");
    CHECK_CONTAINS(err.message, " (1 file left out), at least");
    put_normals(folder, 20);
    struct dataset *dataset = load(folder, DATASET_LEAST, &err);
    CHECK(dataset != NULL);
    dataset_destroy(dataset);
}

TEST(too_much_is_refused_before_it_is_loaded)
{
    struct error err;
    const char *folder = new_folder();
    put_normals(folder, 1);
    char first[1100], name[32];
    snprintf(first, sizeof first, "%s", in(folder, "normal_000.jpg"));
    for (int i = 1; i < DATASET_MOST; i++) {
        snprintf(name, sizeof name, "normal_%05d.jpg", i);
        if (link(first, in(folder, name)) != 0)
            CHECK_FAIL("%s: %s", name, strerror(errno));
    }
    const struct picture_listener silent = {NULL, NULL};
    CHECK(!dataset_load(folder, 1024, 1024, 1, silent, &err)); /* 63 GB */
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "20000 pictures of 1024x1024 px need 62.9 GB of memory");
    CHECK_INT(link(first, in(folder, "one_more.jpg")), 0);
    CHECK(!dataset_load(folder, SIDE, SIDE, 1, silent, &err));
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "holds more than 20000 pictures");
}

/* Exit status of a child that has no rights: 0 when it saw the errors that are expected. */
static int look_without_rights(const char *locked_folder, const char *folder_with_locked_file)
{
    struct error err;
    if (getuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
        return 2;
    if (load(locked_folder, 1, &err) || err.code != ERROR_INPUT)
        return 3;
    struct dataset *dataset = load(folder_with_locked_file, 1, &err);
    if (!dataset || dataset->count != 1 || dataset->skipped != 1)
        return 4;
    return strstr(buffer_text(&warnings), "locked.jpg") ? 0 : 5;
}

TEST(a_folder_or_file_without_permission_is_said)
{
    const char *const locked = new_folder();
    put_normals(locked, 2);
    chmod(locked, 0);
    const char *const mixed = new_folder();
    put_normals(mixed, 1);
    chmod(in(mixed, "normal_000.jpg"), 0644);
    put_jpeg(mixed, "locked.jpg", CAMERA_WIDTH, CAMERA_HEIGHT, 4);
    chmod(in(mixed, "locked.jpg"), 0);
    chmod(mixed, 0755);
    chmod(scratch(""), 0755);
    fflush(stdout);
    const pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0)
        _exit(look_without_rights(locked, mixed));
    int status;
    CHECK_INT(waitpid(child, &status, 0), child);
    chmod(locked, 0700);
    CHECK(WIFEXITED(status));
    CHECK_INT(WEXITSTATUS(status), 0);
}

TEST(no_memory_is_said_wherever_it_happens)
{
    const char *folder = new_folder();
    put_normals(folder, 2);
    long n = 0;
    for (;; n++) {
        struct error err = {0};
        const struct picture_listener silent = {NULL, NULL};
        allocations_until_failure = n;
        struct dataset *dataset = dataset_load(folder, SIDE, SIDE, 1, silent, &err);
        allocations_until_failure = -1;
        if (dataset) {
            dataset_destroy(dataset);
            break;
        }
        CHECK_INT(err.code, ERROR_MEMORY);
    }
    CHECK(n > 10);
}

static void check_split(size_t count, double share, size_t wanted)
{
    const struct dataset dataset = {.count = count};
    size_t train[64], validation[64], train_count, validation_count, next_train = 0, next_val = 0;
    dataset_split(&dataset, share, 5, train, &train_count, validation, &validation_count);
    CHECK_INT(validation_count, wanted);
    CHECK_INT(train_count, count - wanted);
    for (size_t i = 0; i < count; i++) { /* each index once, both sides rising */
        const bool in_train = next_train < train_count && train[next_train] == i;
        const bool in_validation = next_val < validation_count && validation[next_val] == i;
        CHECK(in_train != in_validation);
        next_train += in_train;
        next_val += in_validation;
    }
}

TEST(a_split_is_a_partition_of_the_right_size)
{
    check_split(20, 0.2, 4);
    check_split(23, 0.2, 5);
    check_split(22, 0.2, 4);
    check_split(2, 0.01, 1);
    check_split(2, 0.99, 1);
    check_split(64, 0.9, 58);
}

TEST(a_split_depends_on_its_seed_and_prefers_nobody)
{
    const struct dataset dataset = {.count = 20};
    size_t train[20], validation[20], again[20], train_count, count;
    int chosen[20] = {0};
    enum { SEEDS = 2000 };
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        dataset_split(&dataset, 0.2, seed, train, &train_count, validation, &count);
        dataset_split(&dataset, 0.2, seed, train, &train_count, again, &count);
        CHECK(memcmp(validation, again, 4 * sizeof again[0]) == 0);
        for (size_t i = 0; i < count; i++)
            chosen[validation[i]]++;
    }
    for (int i = 0; i < 20; i++)
        CHECK_NEAR(chosen[i], SEEDS * 0.2, 90); /* five standard deviations */
}

TEST(planes_are_channels_one_after_the_other)
{
    static const uint8_t rgb[] = {0, 51, 255, 102, 153, 204};
    static const double expected[] = {0, 0.4, 0.2, 0.6, 1, 0.8};
    float planes[6];
    picture_to_planes(rgb, 2, 1, planes);
    for (int i = 0; i < 6; i++)
        CHECK_NEAR(planes[i], expected[i], 1e-7);
}

int main(void)
{
    RUN(pictures_are_loaded_in_the_order_of_their_names);
    RUN(loading_tells_how_far_it_is_and_can_be_stopped);
    RUN(the_digest_tells_names_and_pixels_apart);
    RUN(every_bad_picture_is_left_out_by_name);
    RUN(the_majority_decides_not_the_first_file);
    RUN(links_may_not_lead_out);
    RUN(a_folder_that_is_missing_empty_or_useless_is_an_input_error);
    RUN(damage_behind_a_good_header_is_found_when_it_is_read);
    RUN(too_few_pictures_are_an_error_with_advice);
    RUN(too_much_is_refused_before_it_is_loaded);
    RUN(a_folder_or_file_without_permission_is_said);
    RUN(no_memory_is_said_wherever_it_happens);
    RUN(a_split_is_a_partition_of_the_right_size);
    RUN(a_split_depends_on_its_seed_and_prefers_nobody);
    RUN(planes_are_channels_one_after_the_other);
    buffer_finish(&warnings);
    return check_report();
}

/* Which pictures of a folder belong together, and which few of them are looked at. What is wrong
 * with single files is test-dataset's. */
#include "check.h"
#include "failing_alloc.h"
#include "scratch.h"

#include "model/picture_list.h"

enum { WIDTH = 64, HEIGHT = 48 };

static char last_warning[512];
static size_t warning_count;

static void collect(void *context, const char *sentence)
{
    (void)context;
    snprintf(last_warning, sizeof last_warning, "%s", sentence);
    warning_count++;
}

static const struct picture_listener to_us = {collect, NULL};
static const struct picture_rule any_size = {0};

static bool is_small(void *context, const struct image_header *header)
{
    (void)context;
    return header->width <= 32;
}

static const char *new_folder(void)
{
    static int count;
    char name[16];
    snprintf(name, sizeof name, "set%d", ++count);
    const char *folder = scratch(name);
    mkdir(folder, 0700);
    warning_count = 0;
    return folder;
}

static void put(const char *folder, const char *name, int width, int height)
{
    static uint8_t rgb[128 * 128 * 3];
    char path[PATH_SIZE];
    struct error err;
    memset(rgb, 100, sizeof rgb);
    if (!path_join(path, sizeof path, folder, name, &err) ||
        !image_write_jpeg(path, rgb, width, height, 90, &err))
        printf("%s\n", err.message);
}

TEST(the_majority_is_listed_and_nothing_decoded)
{
    const char *folder = new_folder();
    struct picture_list list;
    struct error err;
    put(folder, "b.jpg", WIDTH, HEIGHT);
    put(folder, "c.jpg", 20, 20);
    put(folder, "a.jpg", WIDTH, HEIGHT);
    CHECK(picture_list_load(folder, any_size, to_us, &list, &err));
    CHECK_INT(list.count, 2);
    CHECK_INT(list.skipped, 1);
    CHECK_INT(list.kind.width, WIDTH);
    CHECK_INT(list.kind.height, HEIGHT);
    CHECK_TEXT(list.names[0], "a.jpg");
    CHECK_TEXT(list.names[1], "b.jpg");
    CHECK_INT(warning_count, 1);
    CHECK_CONTAINS(last_warning, "c.jpg: 20x20 px in colour, while most are 64x48 px in colour");
    picture_list_finish(&list);
    CHECK_INT(list.count, 0);
    picture_list_finish(&list);
}

TEST(a_rule_goes_before_the_majority)
{
    const char *folder = new_folder();
    struct picture_list list;
    struct error err;
    const struct picture_rule small = {is_small, NULL, "32 px or less"};
    for (int i = 0; i < 5; i++) {
        char name[16];
        snprintf(name, sizeof name, "%d.jpg", i);
        put(folder, name, i < 3 ? WIDTH : 20, i < 3 ? HEIGHT : 20);
    }
    put(folder, "tiny.jpg", 10, 10); /* fits too, but most that fit are 20x20 */
    CHECK(picture_list_load(folder, small, to_us, &list, &err));
    CHECK_INT(list.count, 2);
    CHECK_INT(list.skipped, 4);
    CHECK_TEXT(list.names[0], "3.jpg");
    CHECK_TEXT(list.names[1], "4.jpg");
    CHECK_CONTAINS(last_warning, "while most that fit are 20x20 px");
    picture_list_finish(&list);
}

TEST(a_folder_in_which_nothing_fits_says_what_would)
{
    const char *folder = new_folder();
    struct picture_list list;
    struct error err;
    const struct picture_rule small = {is_small, NULL, "32 px or less"};
    put(folder, "a.jpg", WIDTH, HEIGHT);
    put(folder, "b.jpg", WIDTH, HEIGHT);
    put(folder, "c.jpg", 100, 100);
    CHECK(!picture_list_load(folder, small, to_us, &list, &err));
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "none of the 3 pictures in '");
    CHECK_CONTAINS(err.message, "has 32 px or less; most have 64x48 px");
    picture_list_finish(&list);
}

TEST(an_empty_or_missing_folder_is_an_input_error)
{
    const char *folder = new_folder();
    struct picture_list list;
    struct error err;
    CHECK(!picture_list_load(folder, any_size, to_us, &list, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "no usable pictures in '");
    picture_list_finish(&list);
    CHECK(!picture_list_load(scratch("missing"), any_size, to_us, &list, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    picture_list_finish(&list);
}

TEST(a_picture_is_read_unless_it_was_exchanged)
{
    const char *folder = new_folder();
    struct picture_list list;
    struct image image;
    struct error err;
    put(folder, "a.jpg", WIDTH, HEIGHT);
    CHECK(picture_list_load(folder, any_size, to_us, &list, &err));
    CHECK(picture_read(folder, list.names[0], &list.kind, &image, &err));
    CHECK_INT(image.width, WIDTH);
    CHECK_NEAR(image.rgb[0], 100, 1);
    image_finish(&image);
    put(folder, "a.jpg", 20, 20);
    CHECK(!picture_read(folder, list.names[0], &list.kind, &image, &err));
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "a.jpg: 20x20 px");
    CHECK(!picture_read(folder, "gone.jpg", &list.kind, &image, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    picture_list_finish(&list);
}

TEST(no_memory_is_said_wherever_it_happens)
{
    const char *folder = new_folder();
    put(folder, "a.jpg", WIDTH, HEIGHT);
    put(folder, "b.jpg", 20, 20);
    long n = 0;
    for (bool good = false; !good; n++) {
        struct picture_list list;
        struct error err = {0};
        allocations_until_failure = n;
        good = picture_list_load(folder, any_size, (struct picture_listener){0}, &list, &err);
        allocations_until_failure = -1;
        picture_list_finish(&list);
        if (!good)
            CHECK_INT(err.code, ERROR_MEMORY);
    }
    CHECK(n > 4);
}

static bool is_rising(const size_t *indices, size_t wanted, size_t count)
{
    for (size_t i = 0; i < wanted; i++)
        if (indices[i] >= count || (i && indices[i] <= indices[i - 1]))
            return false;
    return true;
}

TEST(an_even_choice_holds_the_first_and_the_last)
{
    size_t chosen[500];
    picture_choose_even(500, 16, chosen);
    CHECK(is_rising(chosen, 16, 500));
    CHECK_INT(chosen[0], 0);
    CHECK_INT(chosen[15], 499);
    for (int i = 1; i < 16; i++)
        CHECK(chosen[i] - chosen[i - 1] == 33 || chosen[i] - chosen[i - 1] == 34);
    for (size_t wanted = 1; wanted <= 500; wanted++) {
        picture_choose_even(500, wanted, chosen);
        CHECK(is_rising(chosen, wanted, 500));
        CHECK_INT(chosen[wanted - 1], 499);
    }
    CHECK_INT(chosen[250], 250); /* all of them */
    picture_choose_even(1, 1, chosen);
    CHECK_INT(chosen[0], 0);
}

TEST(a_random_choice_depends_on_its_seed_and_prefers_nobody)
{
    size_t first[500], again[500];
    int hits[20] = {0};
    picture_choose_random(500, 16, 7, first);
    picture_choose_random(500, 16, 7, again);
    CHECK(is_rising(first, 16, 500));
    CHECK(memcmp(first, again, 16 * sizeof *first) == 0);
    picture_choose_random(500, 16, 8, again);
    CHECK(memcmp(first, again, 16 * sizeof *first) != 0);
    picture_choose_random(500, 500, 8, again);
    CHECK(is_rising(again, 500, 500));
    for (uint64_t seed = 0; seed < 4000; seed++) {
        picture_choose_random(20, 5, seed, again);
        for (int i = 0; i < 5; i++)
            hits[again[i]]++;
    }
    for (int i = 0; i < 20; i++)
        CHECK_NEAR(hits[i], 1000, 150); /* five standard deviations */
}

int main(void)
{
    RUN(the_majority_is_listed_and_nothing_decoded);
    RUN(a_rule_goes_before_the_majority);
    RUN(a_folder_in_which_nothing_fits_says_what_would);
    RUN(an_empty_or_missing_folder_is_an_input_error);
    RUN(a_picture_is_read_unless_it_was_exchanged);
    RUN(no_memory_is_said_wherever_it_happens);
    RUN(an_even_choice_holds_the_first_and_the_last);
    RUN(a_random_choice_depends_on_its_seed_and_prefers_nobody);
    return check_report();
}

/* Folders of pictures: order, numbers, times, and every kind of picture that must be passed over.
 */
#include "camera/source.h"
#include "check.h"
#include "frame/image.h"
#include "platform/clock.h"
#include "scratch.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct error err;

static struct source *create(const char *folder)
{
    struct source_settings settings = {
        .spec = folder,
        .folder_period_ns = NS_PER_SECOND / 2,
        .start_utc_ms = 1000,
        .last_frame = INT64_MAX,
    };
    return source_create(&settings, &err);
}

/* Reads all of a folder; a line per event: "0:500:120 " number, milliseconds, grey level; "! " for
 * SOURCE_NONE with a reason, "." for the end. The last reason stays in `err`. */
static void walk(struct source *source, int width, int height, char *ret_text, size_t size)
{
    struct frame_pool *pool = frame_pool_create(width, height, 2, &err);
    struct error reason = {.code = ERROR_NONE};
    enum source_result result = SOURCE_NONE;
    size_t used = 0;
    ret_text[0] = '\0';
    while (result != SOURCE_END && result != SOURCE_LOST && used + 24 < size) {
        struct frame *frame;
        result = source_read(source, pool, INT64_MAX, &frame, &err);
        if (result == SOURCE_FRAME) {
            used += (size_t)snprintf(ret_text + used, size - used, "%lld:%lld:%d ",
                                     (long long)frame->number,
                                     (long long)(frame->time_ns / NS_PER_MS), frame->rgb[0]);
            frame_release(frame);
        } else if (result == SOURCE_NONE && err.code != ERROR_NONE) {
            reason = err;
            used += (size_t)snprintf(ret_text + used, size - used, "! ");
        } else {
            used +=
                (size_t)snprintf(ret_text + used, size - used, result == SOURCE_END ? "." : "?");
        }
    }
    frame_pool_destroy(pool);
    err = reason;
}

static void fill_folder(const char *folder, int count)
{
    scratch_make_folder(folder);
    for (int i = 0; i < count; i++) {
        char path[600];
        snprintf(path, sizeof path, "%s/p%d.jpg", folder, i);
        scratch_write_jpeg(path, 32, 24, 40 + 20 * i);
    }
}

static const char *in(const char *folder, const char *name)
{
    static char path[600];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

TEST(pictures_come_in_byte_order_of_names)
{
    const char *folder = scratch_path("order");
    scratch_make_folder(folder);
    scratch_write_jpeg(in(folder, "b.jpg"), 32, 24, 120);
    scratch_write_jpeg(in(folder, "a10.jpg"), 32, 24, 60);
    scratch_write_jpeg(in(folder, "a9.jpg"), 32, 24, 80);
    scratch_write_jpeg(in(folder, "Z.jpeg"), 32, 24, 40);
    scratch_write_text(in(folder, "aa.txt"), "no picture");
    scratch_write_text(in(folder, ".hidden.jpg"), "no picture");
    struct source *source = create(folder);
    CHECK(source != NULL);
    CHECK(source_is_finite(source));
    struct source_info info;
    CHECK(source_open(source, &info, &err));
    CHECK_INT(info.width, 32);
    CHECK_INT(info.height, 24);
    CHECK_INT(info.frame_count, 4);
    CHECK(info.finite);
    CHECK_TEXT(info.name, "folder order, 4 pictures 32x24");
    char text[256];
    walk(source, 32, 24, text, sizeof text);
    CHECK_TEXT(text, "0:0:40 1:500:60 2:1000:80 3:1500:120 .");
    source_destroy(source);
}

TEST(a_png_is_read_like_a_jpeg)
{
    const char *folder = scratch_path("png");
    scratch_make_folder(folder);
    uint8_t rgb[4 * 4 * 3];
    memset(rgb, 77, sizeof rgb);
    CHECK(image_write_png(in(folder, "a.PNG"), rgb, 4, 4, &err));
    struct source *source = create(folder);
    struct source_info info;
    CHECK(source_open(source, &info, &err));
    char text[128];
    walk(source, 4, 4, text, sizeof text);
    CHECK_TEXT(text, "0:0:77 .");
    source_destroy(source);
}

TEST(time_and_utc_come_from_the_source)
{
    const char *folder = scratch_path("times");
    fill_folder(folder, 2);
    struct source *source = create(folder);
    struct source_info info;
    CHECK(source_open(source, &info, &err));
    struct frame_pool *pool = frame_pool_create(32, 24, 1, &err);
    struct frame *frame;
    for (int i = 0; i < 2; i++) {
        CHECK_INT(source_read(source, pool, 0, &frame, &err), SOURCE_FRAME);
        CHECK_INT(frame->utc_ms, 1000 + 500 * i);
        CHECK_INT(frame->width, 32);
        frame_release(frame);
    }
    CHECK_INT(source_read(source, pool, 0, &frame, &err), SOURCE_END);
    CHECK_INT(source_read(source, pool, 0, &frame, &err), SOURCE_END);
    source_destroy(source);
    frame_pool_destroy(pool);
}

TEST(opening_again_starts_at_the_first_picture)
{
    const char *folder = scratch_path("again");
    fill_folder(folder, 3);
    struct source *source = create(folder);
    struct source_info info;
    for (int i = 0; i < 2; i++) {
        CHECK(source_open(source, &info, &err));
        char text[128];
        walk(source, 32, 24, text, sizeof text);
        CHECK_TEXT(text, "0:0:40 1:500:60 2:1000:80 .");
        source_close(source);
        source_close(source);
    }
    source_destroy(source);
}

TEST(damaged_pictures_are_passed_over_and_named)
{
    const char *folder = scratch_path("damaged");
    fill_folder(folder, 5);
    size_t size;
    unsigned char *data = scratch_read(in(folder, "p1.jpg"), &size);
    scratch_write(in(folder, "p1.jpg"), data, size / 2);
    free(data);
    scratch_write(in(folder, "p3.jpg"), "", 0);
    struct source *source = create(folder);
    struct source_info info;
    CHECK(source_open(source, &info, &err));
    char text[128];
    walk(source, 32, 24, text, sizeof text);
    CHECK_TEXT(text, "0:0:40 ! 2:1000:80 ! 4:2000:120 .");
    CHECK_CONTAINS(err.message, "p3.jpg");
    CHECK_INT(source_counts(source).damaged, 2);
    source_destroy(source);
}

TEST(pictures_of_another_size_are_passed_over_and_named)
{
    const char *folder = scratch_path("mixed");
    fill_folder(folder, 3);
    scratch_write_jpeg(in(folder, "p1.jpg"), 48, 24, 200);
    struct source *source = create(folder);
    struct source_info info;
    CHECK(source_open(source, &info, &err));
    char text[128];
    walk(source, 32, 24, text, sizeof text);
    CHECK_TEXT(text, "0:0:40 ! 2:1000:80 .");
    CHECK_CONTAINS(err.message, "p1.jpg");
    CHECK_CONTAINS(err.message, "48x24");
    CHECK_CONTAINS(err.message, "32x24");
    CHECK_INT(source_counts(source).damaged, 1);
    source_destroy(source);
}

TEST(the_first_usable_picture_gives_the_size)
{
    const char *folder = scratch_path("first");
    fill_folder(folder, 2);
    scratch_write_text(in(folder, "a.jpg"), "this is not a picture");
    struct source *source = create(folder);
    struct source_info info;
    CHECK(source_open(source, &info, &err));
    CHECK_INT(info.width, 32);
    char text[128];
    walk(source, 32, 24, text, sizeof text);
    CHECK_TEXT(text, "! 1:500:40 2:1000:60 .");
    source_destroy(source);
}

TEST(links_inside_the_folder_are_followed_and_others_refused)
{
    const char *folder = scratch_path("links");
    fill_folder(folder, 2);
    const char *outside = scratch_path("secret.jpg");
    scratch_write_jpeg(outside, 32, 24, 250);
    CHECK(symlink(outside, in(folder, "p2.jpg")) == 0);
    CHECK(symlink("p0.jpg", in(folder, "p3.jpg")) == 0);
    CHECK(symlink("nowhere.jpg", in(folder, "p4.jpg")) == 0);
    struct source *source = create(folder);
    struct source_info info;
    CHECK(source_open(source, &info, &err));
    char text[128];
    walk(source, 32, 24, text, sizeof text);
    CHECK_TEXT(text, "0:0:40 1:500:60 ! 3:1500:40 ! .");
    CHECK_INT(source_counts(source).damaged, 2);
    source_destroy(source);
}

TEST(a_link_to_a_folder_is_a_folder)
{
    const char *folder = scratch_path("real");
    const char *alias = scratch_path("alias");
    fill_folder(folder, 1);
    CHECK(symlink("real", alias) == 0);
    struct source *source = create(alias);
    struct source_info info;
    CHECK(source_open(source, &info, &err));
    char text[128];
    walk(source, 32, 24, text, sizeof text);
    CHECK_TEXT(text, "0:0:40 .");
    source_destroy(source);
}

TEST(something_else_with_a_pictures_name_does_not_stall)
{
    const char *folder = scratch_path("others");
    fill_folder(folder, 1);
    scratch_make_folder(in(folder, "q.jpg"));
    struct source *source = create(folder);
    struct source_info info;
    CHECK(source_open(source, &info, &err));
    char text[128];
    walk(source, 32, 24, text, sizeof text);
    CHECK_TEXT(text, "0:0:40 ! .");
    source_destroy(source);
}

TEST(an_empty_folder_is_an_error_with_a_remedy)
{
    const char *folder = scratch_path("empty");
    scratch_make_folder(folder);
    scratch_write_text(in(folder, "readme.txt"), "nothing");
    struct source *source = create(folder);
    CHECK(source != NULL);
    struct source_info info = {.width = 7};
    CHECK(!source_open(source, &info, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, folder);
    CHECK_CONTAINS(err.message, "capture some first");
    CHECK_INT(info.width, 7);
    source_destroy(source);
}

TEST(a_folder_of_rubbish_is_an_error_that_names_the_first)
{
    const char *folder = scratch_path("rubbish");
    scratch_make_folder(folder);
    scratch_write_text(in(folder, "a.jpg"), "rubbish");
    scratch_write_text(in(folder, "b.jpg"), "rubbish too");
    struct source *source = create(folder);
    struct source_info info;
    CHECK(!source_open(source, &info, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "none of the 2 pictures");
    CHECK_CONTAINS(err.message, "a.jpg");
    source_destroy(source);
}

/* Root can read everything, so a test that runs as root becomes nobody for this. */
TEST(an_unreadable_folder_is_an_error)
{
    static const unsigned modes[] = {0100, 0};
    const char *folder = scratch_path("locked");
    fill_folder(folder, 1);
    bool is_root = geteuid() == 0;
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        CHECK(chmod(folder, modes[i]) == 0);
        CHECK(!is_root || seteuid(65534) == 0);
        struct source *source = create(folder);
        struct source_info info;
        bool opened = source_open(source, &info, &err);
        CHECK(!is_root || seteuid(0) == 0);
        CHECK(chmod(folder, 0700) == 0);
        CHECK(!opened);
        CHECK_INT(err.code, ERROR_INPUT);
        CHECK_CONTAINS(err.message, folder);
        CHECK_CONTAINS(err.message, "Permission denied");
        source_destroy(source);
    }
}

TEST(a_folder_that_vanishes_after_create_is_an_error)
{
    const char *folder = scratch_path("vanishing");
    scratch_make_folder(folder);
    struct source *source = create(folder);
    CHECK(source != NULL);
    CHECK(rmdir(folder) == 0);
    struct source_info info;
    CHECK(!source_open(source, &info, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    source_destroy(source);
}

TEST(pictures_removed_while_reading_are_passed_over)
{
    const char *folder = scratch_path("removed");
    fill_folder(folder, 2);
    struct source *source = create(folder);
    struct source_info info;
    CHECK(source_open(source, &info, &err));
    CHECK(unlink(in(folder, "p1.jpg")) == 0);
    char text[128];
    walk(source, 32, 24, text, sizeof text);
    CHECK_TEXT(text, "0:0:40 ! .");
    CHECK_CONTAINS(err.message, "p1.jpg");
    source_destroy(source);
}

TEST(an_absurd_period_is_refused)
{
    const char *folder = scratch_path("absurd");
    scratch_make_folder(folder);
    struct source_settings settings = {
        .spec = folder, .folder_period_ns = 7201 * NS_PER_SECOND, .last_frame = INT64_MAX};
    CHECK(source_create(&settings, &err) == NULL);
    CHECK_INT(err.code, ERROR_USAGE);
    CHECK_CONTAINS(err.message, "7201 s");
}

int main(void)
{
    scratch_create();
    RUN(pictures_come_in_byte_order_of_names);
    RUN(a_png_is_read_like_a_jpeg);
    RUN(time_and_utc_come_from_the_source);
    RUN(opening_again_starts_at_the_first_picture);
    RUN(damaged_pictures_are_passed_over_and_named);
    RUN(pictures_of_another_size_are_passed_over_and_named);
    RUN(the_first_usable_picture_gives_the_size);
    RUN(links_inside_the_folder_are_followed_and_others_refused);
    RUN(a_link_to_a_folder_is_a_folder);
    RUN(something_else_with_a_pictures_name_does_not_stall);
    RUN(an_empty_folder_is_an_error_with_a_remedy);
    RUN(a_folder_of_rubbish_is_an_error_that_names_the_first);
    RUN(an_unreadable_folder_is_an_error);
    RUN(a_folder_that_vanishes_after_create_is_an_error);
    RUN(pictures_removed_while_reading_are_passed_over);
    RUN(an_absurd_period_is_refused);
    scratch_remove();
    return check_report();
}

/* Listing cameras above a fake kernel, with drivers that are slow, endless, or call themselves
 * strange names; and the real kernel of this machine, whatever it has. */
#include "camera/listing.h"
#include "camera_bench.h"
#include "check.h"
#include "platform/clock.h"
#include "scratch.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static struct camera_list list;
static struct error err;

static bool read_list(void)
{
    camera_list_finish(&list);
    return camera_list_read(&list, &err);
}

/* Cameras 0 and 2 of the bench's folder; each test changes what the kernel answers. */
#define RUN_LISTING(name)                                                                          \
    do {                                                                                           \
        fake_kernel_reset(pictures.class_folder);                                                  \
        RUN(name);                                                                                 \
    } while (0)

TEST(cameras_are_listed_by_index_and_metadata_nodes_left_out)
{
    CHECK(read_list());
    CHECK_INT(list.count, 2);
    CHECK_INT(list.cameras[0].index, 0);
    CHECK_INT(list.cameras[1].index, 2);
    CHECK_TEXT(list.cameras[1].path, "/dev/video2");
    CHECK_TEXT(list.cameras[1].name, "Fake Cam");
    CHECK_TEXT(list.cameras[1].driver, "fakevideo");
    CHECK_INT(list.cameras[1].state, CAMERA_READY);
    CHECK_INT(fake_kernel.open_count, 0);
    CHECK(!fake_kernel.streaming);
}

TEST(a_node_without_pictures_is_no_camera)
{
    fake_kernel.device_capabilities = V4L2_CAP_META_CAPTURE | V4L2_CAP_STREAMING;
    CHECK(read_list());
    CHECK_INT(list.count, 0);
}

TEST(formats_sizes_and_rates_are_told)
{
    CHECK(read_list());
    const struct camera_entry *camera = &list.cameras[0];
    CHECK_INT(camera->offer_count, 2);
    CHECK_TEXT(camera->offers[0].format, "YUYV");
    CHECK_TEXT(camera->offers[1].format, "MJPEG");
    CHECK(camera->offers[1].usable);
    CHECK_INT(camera->offers[1].width, 64);
    CHECK_INT(camera->offers[1].height_max, 48);
    CHECK_INT(camera->offers[1].rate_count, 2);
    CHECK_NEAR(camera->offers[1].rates[0], 30, 1e-9);
    CHECK_NEAR(camera->offers[1].rates[1], 3, 1e-9);
    CHECK(!camera->offers[1].any_rate);
}

TEST(ranges_of_sizes_and_rates_are_told_as_such)
{
    fake_kernel.any_size = fake_kernel.any_rate = true;
    CHECK(read_list());
    const struct camera_offer *offer = &list.cameras[0].offers[1];
    CHECK_INT(offer->width, 64);
    CHECK_INT(offer->width_max, 1920);
    CHECK_INT(offer->height_max, 1080);
    CHECK(offer->any_rate);
    CHECK_NEAR(offer->rates[0], 30, 1e-9);
    CHECK_NEAR(offer->rates[1], 3, 1e-9);
}

TEST(a_format_that_can_not_be_read_is_marked)
{
    fake_kernel.formats[0].pixel_format = V4L2_PIX_FMT_H264;
    CHECK(read_list());
    CHECK_TEXT(list.cameras[0].offers[0].format, "H264");
    CHECK(!list.cameras[0].offers[0].usable);
}

TEST(a_driver_that_says_no_sizes_keeps_its_formats)
{
    fake_kernel.failing_request = VIDIOC_ENUM_FRAMESIZES;
    fake_kernel.failing_errno = ENOTTY;
    CHECK(read_list());
    CHECK_INT(list.cameras[0].offer_count, 2);
    CHECK_INT(list.cameras[0].offers[1].width, 0);
    CHECK_INT(list.cameras[0].state, CAMERA_READY);
}

TEST(an_endless_driver_ends)
{
    fake_kernel.endless = true;
    CHECK(read_list());
    CHECK_INT(list.count, 2);
    CHECK_INT(list.cameras[0].offer_count, CAMERA_OFFERS_MAX);
    CHECK_INT(list.cameras[0].offers[0].rate_count, CAMERA_RATES_MAX);
    CHECK(fake_kernel.calls < 200000);
}

TEST(a_slow_driver_is_given_up)
{
    fake_kernel.endless = true;
    fake_kernel.slowness_ns = NS_PER_SECOND;
    int64_t before_ns = fake_kernel.now_ns;
    CHECK(read_list());
    CHECK_INT(list.count, 2);
    CHECK(fake_kernel.now_ns - before_ns <= 2 * 6 * NS_PER_SECOND);
}

TEST(a_name_is_cleaned)
{
    fake_kernel.card = "Cam\x1b[31m\n\xff caf\xc3\xa9 \xe2\x82";
    CHECK(read_list());
    CHECK_TEXT(list.cameras[0].name, "Cam?[31m?? caf\xc3\xa9 ??");
}

TEST(a_name_without_end_is_cut)
{
    char card[40];
    memset(card, 'x', sizeof card);
    card[31] = '\xc3'; /* the first byte of a character whose second is not in the field */
    card[39] = '\0';
    fake_kernel.card = card;
    CHECK(read_list());
    CHECK_INT(strlen(list.cameras[0].name), 32);
    CHECK_INT(list.cameras[0].name[31], '?');
}

TEST(cleaned_text_is_cut_at_a_whole_character)
{
    char text[5];
    camera_text_clean("abc\xc3\xa9", 5, text, sizeof text);
    CHECK_TEXT(text, "abc");
    camera_text_clean("ab\xc3\xa9", 4, text, sizeof text);
    CHECK_TEXT(text, "ab\xc3\xa9");
    camera_text_clean("", 0, text, sizeof text);
    CHECK_TEXT(text, "");
}

TEST(a_camera_in_use_is_named_with_the_remedy)
{
    fake_kernel.failing_request = VIDIOC_S_FMT;
    fake_kernel.failing_errno = EBUSY;
    CHECK(read_list());
    CHECK_INT(list.cameras[0].state, CAMERA_BUSY);
    CHECK_CONTAINS(list.cameras[0].trouble.message, "in use by another program");
    CHECK_INT(list.cameras[0].offer_count, 2);
}

TEST(a_forbidden_camera_is_named_with_the_remedy)
{
    fake_kernel.open_errno = EACCES;
    fake_kernel.failing_path = "/dev/video2";
    CHECK(read_list());
    CHECK_INT(list.count, 2);
    CHECK_INT(list.cameras[0].state, CAMERA_READY);
    CHECK_INT(list.cameras[1].state, CAMERA_FORBIDDEN);
    CHECK_CONTAINS(list.cameras[1].trouble.message, "join group video");
    CHECK_TEXT(list.cameras[1].name, "Microscope"); /* from sysfs */
}

TEST(a_missing_device_file_and_a_failing_camera_are_listed)
{
    fake_kernel.open_errno = ENOENT;
    CHECK(read_list());
    CHECK_INT(list.count, 2);
    CHECK_INT(list.cameras[0].state, CAMERA_FAILING);
    CHECK_CONTAINS(list.cameras[0].trouble.message, "/dev/video0 is missing");
    fake_kernel.open_errno = 0;
    fake_kernel.failing_request = VIDIOC_QUERYCAP;
    fake_kernel.failing_errno = EIO;
    CHECK(read_list());
    CHECK_INT(list.cameras[0].state, CAMERA_FAILING);
    CHECK_CONTAINS(list.cameras[0].trouble.message, "asking what it can do failed");
    CHECK_INT(fake_kernel.open_count, 0);
}

TEST(stable_names_are_those_whose_links_lead_to_the_camera)
{
    CHECK(read_list());
    const struct camera_entry *camera = &list.cameras[1];
    CHECK_INT(camera->stable_name_count, 2);
    CHECK_CONTAINS(camera->stable_names[0], "/by-id/usb-Maker_Microscope_1234-video-index0");
    CHECK_CONTAINS(camera->stable_names[1], "/by-path/pci-0000:00:14.0-usb-0:2:1.0-video-index0");
    CHECK_INT(list.cameras[0].stable_name_count, 0);
}

TEST(no_camera_at_all_is_an_empty_list)
{
    fake_kernel_reset("/nowhere/to/be/found");
    CHECK(read_list());
    CHECK_INT(list.count, 0);
    CHECK(list.cameras == NULL);
}

TEST(rates_are_kept_sorted_once_each_and_possible)
{
    struct camera_offer offer = {0};
    const double rates[] = {15, 30, 15, 0, -1, NAN, INFINITY, 60};
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++)
        camera_offer_add_rate(&offer, rates[i]);
    CHECK_INT(offer.rate_count, 3);
    CHECK_NEAR(offer.rates[0], 60, 0);
    CHECK_NEAR(offer.rates[2], 15, 0);
}

TEST(the_real_kernel_can_be_asked)
{
    v4l2_calls = &v4l2_kernel_calls;
    CHECK(read_list());
    for (size_t i = 1; i < list.count; i++)
        CHECK(list.cameras[i].index > list.cameras[i - 1].index);
}

static void link_to(const char *folder, const char *name, const char *target)
{
    char path[700];
    snprintf(path, sizeof path, "%s/%s", pictures.class_folder, folder);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/%s/%s", pictures.class_folder, folder, name);
    if (symlink(target, path) != 0)
        CHECK_FAIL("no link %s", path);
}

static void make_links(void)
{
    link_to("by-id", "usb-Maker_Microscope_1234-video-index0", "../../video2");
    link_to("by-id", "usb-Maker_Microscope_1234-video-index1", "../../video3");
    link_to("by-id", "usb-Evil; rm -rf $HOME-video-index0", "../../video2");
    link_to("by-path", "pci-0000:00:14.0-usb-0:2:1.0-video-index0", "../../video2");
}

int main(void)
{
    scratch_create();
    pictures_make();
    make_links();
    RUN_LISTING(cameras_are_listed_by_index_and_metadata_nodes_left_out);
    RUN_LISTING(a_node_without_pictures_is_no_camera);
    RUN_LISTING(formats_sizes_and_rates_are_told);
    RUN_LISTING(ranges_of_sizes_and_rates_are_told_as_such);
    RUN_LISTING(a_format_that_can_not_be_read_is_marked);
    RUN_LISTING(a_driver_that_says_no_sizes_keeps_its_formats);
    RUN_LISTING(an_endless_driver_ends);
    RUN_LISTING(a_slow_driver_is_given_up);
    RUN_LISTING(a_name_is_cleaned);
    RUN_LISTING(a_name_without_end_is_cut);
    RUN_LISTING(cleaned_text_is_cut_at_a_whole_character);
    RUN_LISTING(a_camera_in_use_is_named_with_the_remedy);
    RUN_LISTING(a_forbidden_camera_is_named_with_the_remedy);
    RUN_LISTING(a_missing_device_file_and_a_failing_camera_are_listed);
    RUN_LISTING(stable_names_are_those_whose_links_lead_to_the_camera);
    RUN_LISTING(no_camera_at_all_is_an_empty_list);
    RUN_LISTING(rates_are_kept_sorted_once_each_and_possible);
    RUN_LISTING(the_real_kernel_can_be_asked);
    camera_list_finish(&list);
    pictures_finish();
    scratch_remove();
    return check_report();
}

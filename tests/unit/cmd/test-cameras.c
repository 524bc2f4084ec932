/* What `cameras` prints of a list: for people and for programs. */
#include "check.h"
#include "cmd/cameras.h"

static struct camera_list list;
static struct buffer text;

static struct camera_offer offer_of(const char *format, int width, int height)
{
    struct camera_offer offer = {
        .usable = true, .width = width, .height = height, .width_max = width, .height_max = height};
    snprintf(offer.format, sizeof offer.format, "%s", format);
    camera_offer_add_rate(&offer, 30);
    camera_offer_add_rate(&offer, 7.5);
    return offer;
}

static void make_list(void)
{
    struct camera_entry *camera = camera_list_add(&list, NULL);
    camera->index = 0;
    snprintf(camera->path, sizeof camera->path, "/dev/video0");
    snprintf(camera->name, sizeof camera->name, "HD \"Webcam\"");
    snprintf(camera->driver, sizeof camera->driver, "uvcvideo");
    snprintf(camera->stable_names[0], CAMERA_PATH_SIZE, "/dev/v4l/by-id/usb-Webcam-index0");
    camera->stable_name_count = 1;
    struct camera_offer big = offer_of("MJPEG", 1920, 1080), small = offer_of("MJPEG", 640, 480);
    struct camera_offer foreign = offer_of("H264", 640, 480), any = offer_of("YUYV", 160, 120);
    foreign.usable = false;
    any.width_max = 640;
    any.height_max = 480;
    any.any_rate = true;
    (void)(camera_entry_add_offer(camera, &big) && camera_entry_add_offer(camera, &small) &&
           camera_entry_add_offer(camera, &foreign) && camera_entry_add_offer(camera, &any));
    camera = camera_list_add(&list, NULL);
    camera->index = 2;
    snprintf(camera->path, sizeof camera->path, "/dev/video2");
    camera->state = CAMERA_FORBIDDEN;
    error_set(&camera->trouble, ERROR_DEVICE, "may not be used; join group video");
}

static const char *show(const struct camera_list *shown, const char *chosen)
{
    buffer_clear(&text);
    cameras_append_text(shown, chosen, &text);
    return buffer_text(&text);
}

TEST(a_camera_is_shown_with_all_that_one_needs_to_choose)
{
    const char *shown = show(&list, NULL);
    CHECK_CONTAINS(shown, "0   HD \"Webcam\"\n");
    CHECK_CONTAINS(shown, "device          /dev/video0, driver uvcvideo\n");
    CHECK_CONTAINS(shown, "/dev/v4l/by-id/usb-Webcam-index0\n");
    CHECK_CONTAINS(shown, "MJPEG  1920x1080 640x480 at 30, 7.5 frames/s\n");
    CHECK_CONTAINS(shown, "H264   640x480 at 30, 7.5 frames/s (leakwatch does not read");
    CHECK_CONTAINS(shown, "YUYV   any size from 160x120 to 640x480 at 30 to 7.5 frames/s\n");
    CHECK_CONTAINS(shown, "camera.index means");
}

TEST(trouble_is_shown_with_its_remedy)
{
    const char *shown = show(&list, NULL);
    CHECK_CONTAINS(shown, "2   (a camera without a name)\n");
    CHECK_CONTAINS(shown, "forbidden       may not be used; join group video\n");
}

TEST(the_projects_camera_is_marked_by_number_path_or_stable_name)
{
    CHECK_CONTAINS(show(&list, "0"), "HD \"Webcam\"  <- this project's camera\n");
    CHECK_CONTAINS(show(&list, "/dev/video0"), "HD \"Webcam\"  <- this project's camera\n");
    CHECK_CONTAINS(show(&list, "/dev/v4l/by-id/usb-Webcam-index0"), "<- this project's camera");
    CHECK(strstr(show(&list, NULL), "<-") == NULL);
    CHECK_CONTAINS(show(&list, "7"), "This project's camera, 7, is not among them");
}

TEST(no_camera_is_a_sentence)
{
    struct camera_list none = {0};
    CHECK_CONTAINS(show(&none, "0"), "no camera is connected; plug one in");
    json_t *value = cameras_to_json(&none, NULL);
    CHECK(json_is_array(value));
    CHECK_INT(json_array_size(value), 0);
    json_decref(value);
}

TEST(programs_get_the_same)
{
    json_t *value = cameras_to_json(&list, "0");
    CHECK_INT(json_array_size(value), 2);
    const json_t *camera = json_array_get(value, 0), *other = json_array_get(value, 1);
    CHECK_INT(json_integer_value(json_object_get(camera, "index")), 0);
    CHECK_TEXT(json_string_value(json_object_get(camera, "name")), "HD \"Webcam\"");
    CHECK(json_is_true(json_object_get(camera, "used_by_project")));
    CHECK_INT(json_array_size(json_object_get(camera, "pictures")), 4);
    const json_t *any = json_array_get(json_object_get(camera, "pictures"), 3);
    CHECK_INT(json_integer_value(json_object_get(any, "width_max")), 640);
    CHECK(json_is_true(json_object_get(any, "any_rate")));
    CHECK_TEXT(json_string_value(json_object_get(other, "state")), "forbidden");
    CHECK_CONTAINS(json_string_value(json_object_get(other, "problem")), "group video");
    CHECK(json_object_get(camera, "problem") == NULL);
    json_decref(value);
}

int main(void)
{
    make_list();
    RUN(a_camera_is_shown_with_all_that_one_needs_to_choose);
    RUN(trouble_is_shown_with_its_remedy);
    RUN(the_projects_camera_is_marked_by_number_path_or_stable_name);
    RUN(no_camera_is_a_sentence);
    RUN(programs_get_the_same);
    camera_list_finish(&list);
    buffer_finish(&text);
    return check_report();
}

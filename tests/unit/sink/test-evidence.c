/* Evidence on a real folder: which files, what is in them, and what happens when they cannot be
 * written.
 */
#include "check.h"
#include "failing_alloc.h"
#include "sandbox.h"

#include "base/rng.h"
#include "config/project.h"
#include "frame/draw.h"
#include "frame/image.h"
#include "sink/evidence.h"
#include "sink/evidence_picture.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WIDTH = 320, HEIGHT = 180, SIDE = 64 };

static struct config *config;
static struct project project;
static struct evidence_set set;
static uint8_t pixels[HEIGHT * WIDTH * 3];
static float input_planes[3 * SIDE * SIDE], reconstruction[3 * SIDE * SIDE], error_map[SIDE * SIDE];
static const struct detector_maps maps = {.width = SIDE,
                                          .height = SIDE,
                                          .input = input_planes,
                                          .reconstruction = reconstruction,
                                          .error_map = error_map,
                                          .error_scale = 1.0f};
static const struct frame camera_frame = {.width = WIDTH, .height = HEIGHT, .rgb = pixels};
static const struct evidence_input full_input = {.frame = &camera_frame, .maps = &maps};

/* A blue-grey scene; the input shows a red square where the map is hot, the reconstruction none. */
static void draw_scene(void)
{
    for (int i = 0; i < HEIGHT * WIDTH; i++) {
        pixels[3 * i] = 60;
        pixels[3 * i + 1] = (uint8_t)(i / WIDTH);
        pixels[3 * i + 2] = 150;
    }
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < SIDE * SIDE; i++)
            input_planes[c * SIDE * SIDE + i] = reconstruction[c * SIDE * SIDE + i] =
                0.2f + 0.2f * (float)c;
    for (int y = 32; y < 48; y++) {
        for (int x = 16; x < 32; x++) {
            input_planes[y * SIDE + x] = 1.0f;
            error_map[y * SIDE + x] = 1.0f;
        }
    }
}

/* The box of that square in camera pixels: 16/64 of the width … */
static struct event alarm_event(void)
{
    return (struct event){
        .type = EVENT_ANOMALY_DETECTED,
        .utc_ms = 1767225605250,
        .alarm = {.opened_utc_ms = 1767225605250, .box_count = 1, .boxes = {{80, 90, 80, 45}}}};
}

static bool begin(void)
{
    char root[PATH_SIZE];
    struct error err;
    config_destroy(config);
    config = config_default(&err);
    sandbox_path(root, "rig");
    return config && project_resolve(root, config, &project, &err);
}

static bool save(const struct event *event, const struct evidence_input *input, struct error *err)
{
    return evidence_plan(config, &project, event, true, input, &set, err) &&
           evidence_write(config, &project, event, input, &set, err);
}

static bool has(const char *path)
{
    for (size_t i = 0; i < set.count; i++)
        if (strcmp(set.paths[i], path) == 0)
            return true;
    return false;
}

static const char *absolute(const char *path)
{
    static char text[2 * PATH_SIZE];
    snprintf(text, sizeof text, "%s/%s", project.root, path);
    return text;
}

/* Visible and hidden ones (temporary files begin with a dot, or are in the list). */
static int files_in_folder(void)
{
    char command[2 * PATH_SIZE];
    snprintf(command, sizeof command, "ls -A '%s' 2>/dev/null | wc -l", project.anomalies_dir);
    FILE *pipe = popen(command, "r");
    int count = -1;
    if (!pipe || fscanf(pipe, "%d", &count) != 1)
        count = -1;
    if (pipe)
        pclose(pipe);
    return count;
}

static struct image read_back(const char *path)
{
    struct image image = {0};
    struct error err;
    if (!image_read(absolute(path), &image, &err))
        printf("%s\n", err.message);
    return image;
}

static int distance(const struct image *image, int x, int y, int red, int green, int blue)
{
    const uint8_t *p = image->rgb + 3 * (y * image->width + x);
    return abs(p[0] - red) + abs(p[1] - green) + abs(p[2] - blue);
}

TEST(a_full_set)
{
    CHECK(begin());
    struct event event = alarm_event();
    struct error err;
    CHECK(save(&event, &full_input, &err));
    CHECK_TEXT(set.stamp, "20260101_000005_250");
    CHECK_INT(set.count, 5);
    CHECK(has("data/anomalies/anomaly_20260101_000005_250.jpg"));
    CHECK(has("data/anomalies/input_resized_20260101_000005_250.jpg"));
    CHECK(has("data/anomalies/reconstruction_20260101_000005_250.jpg"));
    CHECK(has("data/anomalies/error_heatmap_20260101_000005_250.jpg"));
    CHECK(has("data/anomalies/compare_20260101_000005_250.jpg"));
    CHECK_INT(files_in_folder(), 5);
    struct stat status;
    CHECK(stat(project.anomalies_dir, &status) == 0);
    CHECK_INT(status.st_mode & 0777, 0700);
    for (size_t i = 0; i < set.count; i++) {
        CHECK(stat(absolute(set.paths[i]), &status) == 0);
        CHECK_INT(status.st_mode & 0777, 0600);
    }
}

TEST(the_camera_picture_is_untouched)
{
    CHECK(begin());
    struct event event = alarm_event();
    struct error err;
    CHECK(save(&event, &full_input, &err));
    struct image image = read_back("data/anomalies/anomaly_20260101_000005_250.jpg");
    CHECK_INT(image.width, WIDTH);
    CHECK_INT(image.height, HEIGHT);
    int worst = 0;
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            int off = distance(&image, x, y, 60, y, 150);
            worst = off > worst ? off : worst;
        }
    }
    image_finish(&image);
    CHECK(worst <= 12); /* JPEG, and no box anywhere */
}

TEST(what_the_network_saw)
{
    CHECK(begin());
    struct event event = alarm_event();
    struct error err;
    CHECK(save(&event, &full_input, &err));
    struct image input = read_back("data/anomalies/input_resized_20260101_000005_250.jpg");
    struct image back = read_back("data/anomalies/reconstruction_20260101_000005_250.jpg");
    struct image heat = read_back("data/anomalies/error_heatmap_20260101_000005_250.jpg");
    bool same_size = input.width == SIDE && back.width == SIDE && heat.width == SIDE &&
                     input.height == SIDE && back.height == SIDE && heat.height == SIDE;
    int leak = distance(&input, 24, 40, 255, 102, 153),
        none = distance(&back, 24, 40, 51, 102, 153);
    int hot = distance(&heat, 24, 40, 252, 255, 164), cold = distance(&heat, 56, 8, 0, 0, 4);
    image_finish(&input);
    image_finish(&back);
    image_finish(&heat);
    CHECK(same_size);
    CHECK(leak < 20 && none < 20 && hot < 20 && cold < 20);
}

TEST(the_comparison_has_the_scene_s_shape_and_the_box)
{
    CHECK(begin());
    struct event event = alarm_event();
    struct error err;
    CHECK(save(&event, &full_input, &err));
    struct image image = read_back("data/anomalies/compare_20260101_000005_250.jpg");
    /* Three panels of 640x360 (as 320x180), gaps of 8. */
    int width = image.width, height = image.height;
    int inside = distance(&image, 8 + 240, 8 + 225, 255, 102, 153);
    int outline = distance(&image, 8 + 160 - 2, 8 + 225, 255, 225, 0);
    int elsewhere = distance(&image, 8 + 480, 8 + 50, 51, 102, 153);
    int second = distance(&image, 8 + 648 + 240, 8 + 225, 51, 102, 153);
    int second_outline = distance(&image, 8 + 648 + 158, 8 + 225, 51, 102, 153);
    int third = distance(&image, 8 + 2 * 648 + 240, 8 + 225, 252, 255, 164);
    int gap = distance(&image, 8 + 640 + 4, 100, 40, 40, 40);
    image_finish(&image);
    CHECK_INT(width, 3 * 640 + 4 * 8);
    CHECK_INT(height, 360 + 2 * 8);
    CHECK(inside < 25 && elsewhere < 25 && second < 25 && second_outline < 25 && third < 25);
    CHECK(outline < 120);
    CHECK(gap < 25);
}

TEST(jet_on_request_colours_the_heat_map_in_both_pictures)
{
    CHECK(begin());
    config->heatmap_colormap = COLOR_MAP_JET;
    struct event event = alarm_event();
    struct error err;
    CHECK(save(&event, &full_input, &err));
    struct image heat = read_back("data/anomalies/error_heatmap_20260101_000005_250.jpg");
    struct image compare = read_back("data/anomalies/compare_20260101_000005_250.jpg");
    const int third = 8 + 2 * 648;
    int hot = distance(&heat, 24, 40, 128, 0, 0), cold = distance(&heat, 56, 8, 0, 0, 128);
    int hot_panel = distance(&compare, third + 240, 8 + 225, 128, 0, 0);
    int cold_panel = distance(&compare, third + 560, 8 + 45, 0, 0, 128);
    int input_panel = distance(&compare, 8 + 480, 8 + 50, 51, 102, 153);
    image_finish(&heat);
    image_finish(&compare);
    CHECK(hot < 25 && cold < 25);
    CHECK(hot_panel < 25 && cold_panel < 25);
    CHECK(input_panel < 25); /* pictures keep their colours */
}

TEST(boxes_in_a_region_of_interest)
{
    CHECK(begin());
    config->roi_enabled = true;
    config->roi_units = ROI_PIXELS;
    config->roi_x = 80;
    config->roi_y = 45;
    config->roi_width = 160;
    config->roi_height = 90;
    struct event event = alarm_event();
    event.alarm.boxes[0] = (struct rect){120, 90, 40, 23}; /* a quarter in, half down */
    struct error err;
    CHECK(save(&event, &full_input, &err));
    struct image image = read_back("data/anomalies/compare_20260101_000005_250.jpg");
    int outline = distance(&image, 8 + 160 - 2, 8 + 225, 255, 225, 0);
    image_finish(&image);
    CHECK(outline < 120);
}

TEST(a_scene_of_extreme_shape)
{
    CHECK(begin());
    config->roi_enabled = true;
    config->roi_units = ROI_PIXELS;
    config->roi_x = 0;
    config->roi_y = 0;
    config->roi_width = 320;
    config->roi_height = 16;
    struct event event = alarm_event();
    event.alarm.boxes[0] = (struct rect){-50, -50, 5000, 5000};
    struct error err;
    CHECK(save(&event, &full_input, &err));
    struct image image = read_back("data/anomalies/compare_20260101_000005_250.jpg");
    int height = image.height;
    image_finish(&image);
    CHECK_INT(height, 64 + 16);
    begin();
    config->roi_enabled = true;
    config->roi_units = ROI_PIXELS;
    config->roi_width = 9999;
    CHECK(!save(&event, &full_input, &err)); /* does not fit: said, and the others are saved */
    CHECK_INT(err.code, ERROR_CONFIG);
    CHECK_INT(files_in_folder(), 4);
}

TEST(options_say_what_is_saved)
{
    CHECK(begin());
    struct {
        bool *option;
        const char *prefix;
    } rows[] = {
        {&config->monitor_save_input_resized, "data/anomalies/input_resized_"},
        {&config->monitor_save_reconstruction_enabled, "data/anomalies/reconstruction_"},
        {&config->monitor_save_compare_image, "data/anomalies/compare_"},
    };
    struct event event = alarm_event();
    struct error err;
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        *rows[r].option = false;
        CHECK(evidence_plan(config, &project, &event, true, &full_input, &set, &err));
        *rows[r].option = true;
        CHECK_INT(set.count, 4);
        for (size_t i = 0; i < set.count; i++)
            CHECK(strncmp(set.paths[i], rows[r].prefix, strlen(rows[r].prefix)) != 0);
    }
}

static bool plans_heatmap(bool error_heatmap, bool reconstruction_enabled, bool with_heatmap)
{
    config->monitor_save_error_heatmap = error_heatmap;
    config->monitor_save_reconstruction_enabled = reconstruction_enabled;
    config->monitor_save_reconstruction_heatmap = with_heatmap;
    struct event event = alarm_event();
    struct error err;
    return evidence_plan(config, &project, &event, true, &full_input, &set, &err) &&
           has("data/anomalies/error_heatmap_20260101_000005_250.jpg");
}

TEST(either_option_saves_the_heat_map_once)
{
    CHECK(begin());
    CHECK(plans_heatmap(true, false, false));
    CHECK(plans_heatmap(false, true, true));
    CHECK(!plans_heatmap(false, true, false));
    CHECK(!plans_heatmap(false, false, true)); /* a part of a switched-off option */
    CHECK(!plans_heatmap(false, false, false));
    CHECK(plans_heatmap(true, true, true));
    CHECK_INT(set.count, 5);
}

TEST(without_maps_the_camera_picture_alone)
{
    CHECK(begin());
    struct evidence_input input = {.frame = &camera_frame};
    struct event event = alarm_event();
    struct error err;
    CHECK(save(&event, &input, &err));
    CHECK_INT(set.count, 1);
    CHECK_INT(files_in_folder(), 1);
}

TEST(context_before_and_after)
{
    CHECK(begin());
    config->monitor_save_context_enabled = true;
    config->monitor_save_context_pre_frames = 2;
    config->monitor_save_context_post_frames = 2;
    uint8_t shades[6][16 * 16 * 3];
    struct frame frames[6];
    const struct frame *pointers[6];
    for (int i = 0; i < 6; i++) {
        memset(shades[i], 40 * i, sizeof shades[i]);
        frames[i] = (struct frame){.width = 16, .height = 16, .rgb = shades[i]};
        pointers[i] = &frames[i];
    }
    struct evidence_input input = {.frame = &frames[0], .pre_frames = pointers, .pre_count = 3};
    struct event event = alarm_event();
    struct error err;
    CHECK(save(&event, &input, &err));
    CHECK_INT(set.count, 3);
    struct image one = read_back("data/anomalies/context_pre_20260101_000005_250_1.jpg");
    struct image two = read_back("data/anomalies/context_pre_20260101_000005_250_2.jpg");
    int first = one.rgb ? one.rgb[0] : -1, second = two.rgb ? two.rgb[0] : -1;
    image_finish(&one);
    image_finish(&two);
    CHECK_NEAR(first, 40, 3); /* the newest two, in the order of time */
    CHECK_NEAR(second, 80, 3);

    input = (struct evidence_input){.post_frames = pointers + 3, .post_count = 3};
    event.type = EVENT_CONTEXT_SAVED;
    event.utc_ms += 9000; /* the stamp stays that of the opening */
    CHECK(save(&event, &input, &err));
    CHECK_INT(set.count, 2);
    one = read_back("data/anomalies/context_post_20260101_000005_250_1.jpg");
    two = read_back("data/anomalies/context_post_20260101_000005_250_2.jpg");
    first = one.rgb ? one.rgb[0] : -1;
    second = two.rgb ? two.rgb[0] : -1;
    image_finish(&one);
    image_finish(&two);
    CHECK_NEAR(first, 120, 3);
    CHECK_NEAR(second, 160, 3);

    config->monitor_save_context_enabled = false;
    CHECK(evidence_plan(config, &project, &event, true, &input, &set, &err));
    CHECK_INT(set.count, 0);
}

TEST(more_context_than_there_may_be)
{
    CHECK(begin());
    config->monitor_save_context_enabled = true;
    config->monitor_save_context_pre_frames = config->monitor_save_context_post_frames = 1000;
    const struct frame *pointers[100];
    for (int i = 0; i < 100; i++)
        pointers[i] = &camera_frame;
    struct evidence_input input = {&camera_frame, &maps, pointers, 100, pointers, 100};
    struct event event = alarm_event();
    struct error err;
    CHECK(evidence_plan(config, &project, &event, true, &input, &set, &err));
    CHECK_INT(set.count, 5 + 2 * CONTEXT_FRAMES_MAX);
}

TEST(a_set_never_overwrites_another)
{
    CHECK(begin());
    struct event event = alarm_event();
    struct error err;
    CHECK(save(&event, &full_input, &err));
    size_t size;
    char first[2 * PATH_SIZE];
    snprintf(first, sizeof first, "%s", absolute(set.paths[0]));
    char *before = sandbox_text(first, &size);
    memset(pixels, 200, sizeof pixels);
    bool saved = save(&event, &full_input, &err);
    draw_scene();
    CHECK(saved);
    CHECK_TEXT(set.stamp, "20260101_000005_250-2");
    CHECK_INT(files_in_folder(), 10);
    size_t size_after;
    char *after = sandbox_text(first, &size_after);
    bool same = before && after && size == size_after && memcmp(before, after, size) == 0;
    free(before);
    free(after);
    CHECK(same);
    /* One taken name, even a folder or a dead link, is enough to choose another stamp. */
    event.utc_ms += 1000;
    CHECK(mkdir(absolute("data/anomalies/compare_20260101_000006_250.jpg"), 0700) == 0);
    CHECK(symlink("nowhere", absolute("data/anomalies/anomaly_20260101_000006_250-2.jpg")) == 0);
    CHECK(save(&event, &full_input, &err));
    CHECK_TEXT(set.stamp, "20260101_000006_250-3");
}

TEST(a_thousand_sets_of_one_instant)
{
    CHECK(begin());
    struct event event = alarm_event();
    struct evidence_input input = {.frame = &camera_frame};
    struct error err;
    CHECK(save(&event, &input, &err));
    for (int n = 2; n <= 1000; n++) {
        char name[PATH_SIZE];
        snprintf(name, sizeof name, "data/anomalies/anomaly_20260101_000005_250-%d.jpg", n);
        sandbox_write(absolute(name), "x", 1);
    }
    set.count = 77;
    CHECK(!evidence_plan(config, &project, &event, true, &input, &set, &err));
    CHECK_INT(err.code, ERROR_IO);
    CHECK_CONTAINS(err.message, "20260101_000005_250");
    CHECK_INT(set.count, 77);
}

TEST(a_name_that_was_taken_meanwhile)
{
    CHECK(begin());
    struct event event = alarm_event();
    struct error err = {0};
    CHECK(evidence_plan(config, &project, &event, true, &full_input, &set, &err));
    CHECK(folder_create(absolute("data/anomalies/anomaly_20260101_000005_250.jpg"), true, &err));
    CHECK(!evidence_write(config, &project, &event, &full_input, &set, &err));
    CHECK_CONTAINS(err.message, "anomaly_20260101_000005_250.jpg");
    CHECK_INT(files_in_folder(), 5); /* the folder and the other four */
}

TEST(no_folder_can_be_made)
{
    CHECK(begin());
    struct event event = alarm_event();
    struct error err = {0};
    CHECK(folder_create(absolute("data"), true, &err));
    sandbox_write(project.anomalies_dir, "a file", 6);
    CHECK(!save(&event, &full_input, &err));
    CHECK(err.code == ERROR_INPUT || err.code == ERROR_IO);
    CHECK_CONTAINS(err.message, "anomalies");
}

TEST(a_path_that_is_too_long)
{
    CHECK(begin());
    memset(project.anomalies_dir, 'x', sizeof project.anomalies_dir - 1);
    struct event event = alarm_event();
    struct error err = {0};
    CHECK(!evidence_plan(config, &project, &event, true, &full_input, &set, &err));
    CHECK_INT(err.code, ERROR_INPUT);
}

/* In a child: no file may grow beyond 3 KB, which the small pictures respect. */
static int write_on_a_full_disk(void)
{
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit = {3000, 3000};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
        return 10;
    struct event event = alarm_event();
    struct error err = {0};
    if (save(&event, &full_input, &err))
        return 11;
    if (err.code != ERROR_SPACE)
        return 12;
    return strstr(err.message, "anomaly_") ? 0 : 13;
}

TEST(a_full_disk_leaves_no_half_file)
{
    CHECK(begin());
    struct rng rng = rng_seeded(9, 0);
    for (size_t i = 0; i < sizeof pixels; i++) /* noise is large as a JPEG */
        pixels[i] = (uint8_t)rng_below(&rng, 256);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0)
        _exit(write_on_a_full_disk());
    draw_scene();
    int status = -1;
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK_INT(WEXITSTATUS(status), 0);
    struct name_list names;
    struct error err;
    CHECK(folder_list(project.anomalies_dir, 100, &names, &err));
    int whole = 0;
    for (size_t i = 0; i < names.count; i++) {
        char path[PATH_SIZE];
        struct image image = {0};
        snprintf(path, sizeof path, "data/anomalies/%s", names.names[i]);
        whole += image_read(absolute(path), &image, NULL);
        image_finish(&image);
    }
    size_t count = names.count;
    name_list_finish(&names);
    CHECK_INT(whole, count);
    CHECK_INT(files_in_folder(), count);
    CHECK(count >= 1 && count < 5); /* the small ones are there */
}

TEST(every_lack_of_memory_is_an_error)
{
    CHECK(begin());
    struct event event = alarm_event();
    struct error err;
    CHECK(evidence_plan(config, &project, &event, true, &full_input, &set, &err));
    long failures = 0;
    for (;; failures++) {
        err = (struct error){0};
        allocations_until_failure = failures;
        bool good = evidence_write(config, &project, &event, &full_input, &set, &err);
        allocations_until_failure = -1;
        if (good)
            break;
        CHECK_INT(err.code, ERROR_MEMORY);
    }
    CHECK(failures >= 6);
    CHECK_INT(files_in_folder(), 5);
}

TEST(evidence_is_laid_over_the_picture)
{
    static const float grey[3 * 3] = {0.4f, 0.4f, 0.4f, 0.4f, 0.4f, 0.4f, 0.4f, 0.4f, 0.4f};
    static const float strength[3] = {0.0f, 1.0f, 5.0f};
    const struct detector_maps evidence = {.width = 3,
                                           .height = 1,
                                           .input = grey,
                                           .reconstruction = grey,
                                           .error_map = strength,
                                           .error_scale = 2.0f,
                                           .meaning = MAPS_OF_EVIDENCE};
    struct picture picture;
    uint8_t half[3], full[3];
    color_map_lookup(COLOR_MAP_INFERNO, 0.5f, half);
    color_map_lookup(COLOR_MAP_INFERNO, 1.0f, full);
    CHECK(picture_of_heat(&evidence, COLOR_MAP_INFERNO, &picture, NULL));
    CHECK_INT(picture.rgb[0], 102); /* nothing strays: the picture */
    CHECK_NEAR(picture.rgb[3], (102 + half[0]) / 2.0, 1.0);
    CHECK_INT(picture.rgb[6], full[0]);
    free(picture.rgb);
}

int main(void)
{
    RUN(evidence_is_laid_over_the_picture);
    if (!sandbox_enter())
        return 2;
    draw_scene();
    RUN(a_full_set);
    RUN(the_camera_picture_is_untouched);
    RUN(what_the_network_saw);
    RUN(the_comparison_has_the_scene_s_shape_and_the_box);
    RUN(jet_on_request_colours_the_heat_map_in_both_pictures);
    RUN(boxes_in_a_region_of_interest);
    RUN(a_scene_of_extreme_shape);
    RUN(options_say_what_is_saved);
    RUN(either_option_saves_the_heat_map_once);
    RUN(without_maps_the_camera_picture_alone);
    RUN(context_before_and_after);
    RUN(more_context_than_there_may_be);
    RUN(a_set_never_overwrites_another);
    RUN(a_thousand_sets_of_one_instant);
    RUN(a_name_that_was_taken_meanwhile);
    RUN(no_folder_can_be_made);
    RUN(a_path_that_is_too_long);
    RUN(a_full_disk_leaves_no_half_file);
    RUN(every_lack_of_memory_is_an_error);
    config_destroy(config);
    sandbox_leave();
    return check_report();
}

/* One frame of the simulated rig, from the clock to the bytes a webcam would have sent.
 *
 *     still life under this moment's light → leak → moving parts → guests and people →
 *     shaken or blurred → sensor → JPEG → pixels
 *
 * Everything that does not change is painted once, at creation. The trip through JPEG is a real
 * one, so that the artefacts are those of a camera's MJPEG.
 */
#include "camera/rig.h"

#include "camera/rig_fault.h"
#include "camera/rig_guest.h"
#include "camera/rig_leak.h"
#include "camera/rig_light.h"
#include "camera/rig_parts.h"
#include "camera/rig_scene.h"
#include "camera/rig_sensor.h"
#include "camera/rig_visit.h"
#include "camera/rig_weather.h"
#include "frame/image.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct rig {
    struct rig_settings settings;
    const struct layout *layout;
    struct light_plan plan;
    struct canvas scene, frame;
    struct canvas moved_scene; /* as seen after the bump; of SCENARIO_MOVED only */
    struct canvas scratch;     /* of scenarios that shake or blur */
    struct film film;
    struct sensor sensor;
    struct buffer jpeg;
};

int64_t rig_frame_count(const struct rig_settings *settings)
{
    if (settings->duration_s <= 0.0)
        return -1;
    const int64_t count = (int64_t)ceil(settings->duration_s * settings->fps - 1e-6);
    return count > 0 ? count : 1;
}

/* What only some scenarios need. */
static bool init_fault(struct rig *rig, struct error *err)
{
    const struct rig_settings *settings = &rig->settings;
    const int width = settings->width, height = settings->height;
    if (settings->scenario == SCENARIO_MOVED) {
        if (!canvas_init(&rig->moved_scene, width, height, SCENE_PLANE_COUNT, &rig->layout->optics,
                         err))
            return false;
        fault_move(settings, rig->layout->turn_rad, &rig->moved_scene);
        rig_scene_paint(&rig->moved_scene, rig->layout, settings->seed);
    }
    if (settings->scenario == SCENARIO_VIBRATION || settings->scenario == SCENARIO_DEFOCUSED)
        return canvas_init(&rig->scratch, width, height, 1, &rig->layout->optics, err);
    return true;
}

struct rig *rig_create(const struct rig_settings *settings, struct error *err)
{
    struct rig *rig = calloc(1, sizeof *rig);
    if (!rig) {
        error_set(err, ERROR_MEMORY, "no memory for a simulated rig");
        return NULL;
    }
    rig->settings = *settings;
    const struct layout *layout = rig->layout = rig_layouts[settings->rig];
    const int width = settings->width, height = settings->height;
    if (!canvas_init(&rig->scene, width, height, SCENE_PLANE_COUNT, &layout->optics, err) ||
        !canvas_init(&rig->frame, width, height, FRAME_PLANE_COUNT, &layout->optics, err) ||
        !film_init(&rig->film, &rig->frame, layout, err) ||
        !sensor_init(&rig->sensor, width, height, &layout->eye, settings->seed, err)) {
        rig_destroy(rig);
        return NULL;
    }
    if (!init_fault(rig, err)) {
        rig_destroy(rig);
        return NULL;
    }
    if (layout->turn_rad != 0.0f)
        canvas_move_camera(&rig->scene, layout->turn_rad, (struct point){0.0f, 0.0f});
    rig_scene_paint(&rig->scene, layout, settings->seed);
    light_plan_init(&rig->plan, &rig->settings, &rig->scene);
    return rig;
}

void rig_destroy(struct rig *rig)
{
    if (!rig)
        return;
    canvas_finish(&rig->scene);
    canvas_finish(&rig->frame);
    canvas_finish(&rig->moved_scene);
    canvas_finish(&rig->scratch);
    film_finish(&rig->film);
    sensor_finish(&rig->sensor);
    buffer_finish(&rig->jpeg);
    free(rig);
}

/* One colour of one row of the still life. */
static void light_row(const struct canvas *scene, const struct lighting *lighting, int color,
                      size_t start, size_t count, float *restrict light)
{
    const float *restrict albedo = scene->planes[color] + start;
    const float *restrict positive = scene->planes[PLANE_POSITIVE] + start;
    const float *restrict negative = scene->planes[PLANE_NEGATIVE] + start;
    const float *restrict room = scene->planes[PLANE_ROOM] + start;
    const float *restrict lamp = scene->planes[PLANE_LAMP] + start;
    const float room_gain = lighting->room[color], lamp_gain = lighting->lamp[color];
    const float positive_color = lighting->liquid[0][color];
    const float negative_color = lighting->liquid[1][color];
    for (size_t i = 0; i < count; i++)
        light[i] = (albedo[i] + positive[i] * positive_color + negative[i] * negative_color) *
                   (room[i] * room_gain + lamp[i] * lamp_gain);
}

static void light_scene(struct canvas *frame, const struct canvas *scene)
{
    const size_t width = (size_t)frame->width;
    for (size_t y = 0; y < (size_t)frame->height; y++)
        for (int c = 0; c < FRAME_PLANE_COUNT; c++)
            light_row(scene, frame->lighting, c, y * width, width, frame->planes[c] + y * width);
}

/* The light that reaches the sensor. */
static void paint_frame(struct rig *rig, double time_s)
{
    const struct rig_settings *settings = &rig->settings;
    const struct lighting lighting = light_plan_at(&rig->plan, time_s);
    const bool moved = fault_has_moved(settings, time_s);
    const struct canvas *scene = moved ? &rig->moved_scene : &rig->scene;
    struct canvas *frame = &rig->frame;
    frame->lighting = &lighting;
    frame->pose = scene->pose;
    light_scene(frame, scene);
    weather_paint(frame, scene, settings, rig->layout->wall_line, time_s);
    leak_paint(frame, scene, &rig->film, settings, time_s - settings->onset_s);
    parts_paint(frame, &rig->plan, time_s);
    guest_paint(frame, settings, time_s);
    visit_paint(frame, settings, time_s);
    fault_distort(frame, settings, time_s, rig->scratch.planes[0]);
    frame->lighting = NULL;
}

bool rig_render(struct rig *rig, int64_t frame_number, uint8_t *ret_rgb, struct error *err)
{
    const struct rig_settings *settings = &rig->settings;
    const double time_s = (double)fault_frame_number(settings, frame_number) / settings->fps;
    const struct canvas *frame = &rig->frame;
    const float exposure =
        light_plan_exposure(&rig->plan, time_s) * fault_exposure(settings, time_s);
    /* Another start is another time: its noise is another too. */
    const uint64_t moment = (uint64_t)llround((time_s + settings->start_s) * 1000.0);
    paint_frame(rig, time_s);
    sensor_expose(&rig->sensor, frame, exposure, settings->seed * 0x9e3779b97f4a7c15u + moment,
                  ret_rgb);
    buffer_clear(&rig->jpeg);
    return image_encode_jpeg(ret_rgb, frame->width, frame->height, rig->layout->eye.jpeg_quality,
                             &rig->jpeg, err) &&
           image_decode_jpeg_to(rig->jpeg.data, rig->jpeg.size, frame->width, frame->height,
                                ret_rgb, err);
}

void rig_leak_cover(struct rig *rig, int64_t frame_number, uint8_t *ret_cover)
{
    struct canvas *frame = &rig->frame;
    const double time_s = (double)frame_number / rig->settings.fps;
    const struct lighting lighting = light_plan_at(&rig->plan, time_s);
    memset(ret_cover, 0, (size_t)frame->width * (size_t)frame->height);
    frame->lighting = &lighting;
    frame->pose = rig->scene.pose;
    rig->film.cover = ret_cover;
    leak_paint(frame, &rig->scene, &rig->film, &rig->settings, time_s - rig->settings.onset_s);
    rig->film.cover = NULL;
    frame->lighting = NULL;
}

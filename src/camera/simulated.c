/* The simulated rig as a source: "sim:drops?seed=1&duration=600".
 *
 * With a duration it is finite and has its own clock, like a video; without one it is live, and
 * source.c paces it. The rig is drawn at open, so that a spec can be checked without the work.
 */
#include "camera/rig.h"
#include "camera/source_ops.h"
#include "platform/clock.h"

#include <math.h>

struct simulated_source {
    struct source head;
    struct rig_settings settings;
    struct rig *rig;     /* while open */
    int64_t frame_count; /* -1 without end */
    int64_t next_number;
};

static struct simulated_source *simulated(struct source *source)
{
    return (struct simulated_source *)source;
}

static bool simulated_init(struct source *source, struct error *err)
{
    struct simulated_source *self = simulated(source);
    if (!rig_settings_parse(source->settings.spec, &self->settings, err))
        return false;
    self->frame_count = rig_frame_count(&self->settings);
    source->finite = self->frame_count >= 0;
    return true;
}

static bool simulated_open(struct source *source, struct source_info *ret_info, struct error *err)
{
    struct simulated_source *self = simulated(source);
    self->rig = rig_create(&self->settings, err);
    if (!self->rig)
        return false;
    self->next_number = 0;
    ret_info->width = self->settings.width;
    ret_info->height = self->settings.height;
    ret_info->frame_count = self->frame_count;
    source_info_set_name(ret_info, "simulated rig, scenario %s, seed %llu, %dx%d",
                         scenario_rows[self->settings.scenario].name,
                         (unsigned long long)self->settings.seed, self->settings.width,
                         self->settings.height);
    return true;
}

static void simulated_close(struct source *source)
{
    struct simulated_source *self = simulated(source);
    rig_destroy(self->rig);
    self->rig = NULL;
}

static enum source_result simulated_next(struct source *source, int64_t deadline_ns,
                                         struct source_stamp *ret_stamp, struct error *err)
{
    struct simulated_source *self = simulated(source);
    (void)deadline_ns;
    (void)err;
    if (self->frame_count >= 0 && self->next_number >= self->frame_count)
        return SOURCE_END;
    const double time_s = (double)self->next_number / self->settings.fps;
    *ret_stamp = (struct source_stamp){
        .number = self->next_number,
        .time_ns = llround(time_s * (double)NS_PER_SECOND),
    };
    self->next_number++;
    return SOURCE_FRAME;
}

static enum source_result simulated_fill(struct source *source, uint8_t *ret_rgb, struct error *err)
{
    struct simulated_source *self = simulated(source);
    return rig_render(self->rig, self->next_number - 1, ret_rgb, err) ? SOURCE_FRAME : SOURCE_LOST;
}

const struct source_ops simulated_source_ops = {
    .kind = "simulated rig",
    .size = sizeof(struct simulated_source),
    .clock = SOURCE_CLOCK_MEDIA,
    .init = simulated_init,
    .open = simulated_open,
    .close = simulated_close,
    .next = simulated_next,
    .fill = simulated_fill,
};

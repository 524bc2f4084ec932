/* scene_changed: recorded at once, told within the limits of all messages, never lost.
 *
 * A change that nobody may be told of yet waits in `untold`, the largest with the number of the
 * others, until the cooldown is over or the run ends. The surprising thing: its messages keep to
 * the cooldown of the alarms, but start none of theirs, because a lower alarm must not delay a
 * leak.
 */
#include "event/watch_scene.h"

#include "event/watch_alarm.h"

#include <stdio.h>

static int64_t later(int64_t a_ns, int64_t b_ns)
{
    return a_ns > b_ns ? a_ns : b_ns;
}

static int64_t free_from(const struct watch *watch)
{
    int64_t own_ns =
        watch->scene.ever_told ? watch->scene.told_ns + watch->settings.cooldown_ns : INT64_MIN;
    return later(own_ns, alarm_messages_free_from(watch));
}

static void tell(struct watch *watch, struct event *event)
{
    event->notify = true;
    watch->scene.ever_told = true;
    watch->scene.told_ns = watch->now_ns;
    watch->scene.untold_count = 0;
}

static void set_text(struct event *event)
{
    snprintf(event->text, sizeof event->text,
             "something in the scene has changed and stays; it came while somebody was in the "
             "picture, or with a change of light; if it is no leak, there is nothing to do");
}

static bool take_evidence(struct watch *watch)
{
    struct scene_changes *scene = &watch->scene;
    if (scene->ever_pictured &&
        watch->now_ns - scene->pictured_ns < watch->settings.evidence_gap_ns)
        return false;
    scene->ever_pictured = true;
    scene->pictured_ns = watch->now_ns;
    return true;
}

/* The detector names places, not an area: that of the boxes is the most it can be. */
static struct alarm_view view_of(struct watch *watch, const struct frame *frame,
                                 const struct observation *observation)
{
    struct alarm_view view = {.opened_utc_ms = frame->utc_ms,
                              .box_count = observation->changed_box_count};
    double frame_px = (double)frame->width * frame->height;
    watch_make_id(watch, frame->utc_ms, view.event_id);
    for (int i = 0; i < view.box_count; i++) {
        view.boxes[i] = observation->changed_boxes[i];
        view.area_px += (double)view.boxes[i].width * view.boxes[i].height;
    }
    if (frame_px > 0)
        view.area_fraction = view.area_px < frame_px ? view.area_px / frame_px : 1;
    return view;
}

static void keep(struct watch *watch, const struct alarm_view *view)
{
    if (watch->scene.untold_count == 0 || view->area_px > watch->scene.untold.area_px)
        watch->scene.untold = *view;
    watch->scene.untold_count++;
}

void scene_follow_frame(struct watch *watch, const struct frame *frame,
                        const struct frame_status *status, const struct observation *observation)
{
    struct event event = watch_frame_event(watch, EVENT_SCENE_CHANGED, frame, status);
    event.alarm = view_of(watch, frame, observation);
    event.evidence = take_evidence(watch);
    set_text(&event);
    if (free_from(watch) <= watch->now_ns) {
        event.alarm.untold_before = watch->scene.untold_count;
        tell(watch, &event);
    } else {
        keep(watch, &event.alarm);
    }
    watch_emit(watch, &event);
}

static void tell_late(struct watch *watch)
{
    struct event event = watch_event(watch, EVENT_SCENE_CHANGED);
    event.update = UPDATE_LATE;
    event.alarm = watch->scene.untold;
    event.alarm.untold_before = watch->scene.untold_count - 1;
    set_text(&event);
    tell(watch, &event);
    watch_emit(watch, &event);
}

int64_t scene_next_deadline(const struct watch *watch)
{
    return watch->scene.untold_count > 0 ? free_from(watch) : INT64_MAX;
}

void scene_tick(struct watch *watch)
{
    if (scene_next_deadline(watch) <= watch->now_ns)
        tell_late(watch);
}

void scene_finish(struct watch *watch)
{
    if (watch->scene.untold_count > 0)
        tell_late(watch);
}

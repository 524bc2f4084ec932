/* Faults of the picture: the detector says what each frame shows, this file says what people are
 * told.
 *
 * Counting begins with the first faulty frame and ends when it is no longer one of a majority, so
 * no frame needs to be remembered, whatever the frame rate. What is over is said before what comes
 * to light by that, in one frame.
 */
#include "event/watch_camera.h"

#include "event/watch_alarm.h"
#include "platform/clock.h"

#include <stdio.h>

enum { FRAMES_LEAST = 3 };

static const int64_t FROZEN_AFTER_NS = 10 * NS_PER_SECOND;
static const int64_t CLEAR_AFTER_NS = 5 * NS_PER_SECOND;

/* Short enough for the line that a telephone shows. */
struct fault_words {
    const char *what; /* is wrong, and what helps */
    const char *over;
};
static const struct fault_words words[CAMERA_FAULT_COUNT] = {
    [CAMERA_FAULT_FROZEN] = {"the camera repeats one picture; unplug it and plug it in again, or "
                             "restart the PC",
                             "the camera gives new pictures again"},
    [CAMERA_FAULT_DARK] = {"it is too dark to see the scene; switch on a light, or uncover the "
                           "lens",
                           "it is bright enough again"},
    [CAMERA_FAULT_SATURATED] = {"it is too bright to see the scene; keep lamps and sun out of the "
                                "camera, or lower its exposure",
                                "it is not too bright any more"},
    [CAMERA_FAULT_BLURRED] = {"the picture is blurred; clean the lens and focus the camera",
                              "the picture is sharp again"},
    [CAMERA_FAULT_COVERED] = {"something covers the scene; take it away",
                              "the scene is not covered any more"},
    [CAMERA_FAULT_MOVED] = {"the camera looks elsewhere than in training; put it back, or capture "
                            "and train again",
                            "the camera looks where it did in training"},
};

/* The strongest first. */
static const enum camera_fault ranks[CAMERA_FAULT_COUNT] = {
    CAMERA_FAULT_DARK,    CAMERA_FAULT_SATURATED, CAMERA_FAULT_FROZEN,
    CAMERA_FAULT_COVERED, CAMERA_FAULT_BLURRED,   CAMERA_FAULT_MOVED};

enum camera_fault picture_faults_strongest(const struct watch *watch)
{
    for (int rank = 0; rank < CAMERA_FAULT_COUNT; rank++)
        if (watch->pictures.faults[ranks[rank]].stands)
            return ranks[rank];
    return CAMERA_FAULT_COUNT;
}

bool picture_faults_said(const struct watch *watch)
{
    for (int i = 0; i < CAMERA_FAULT_COUNT; i++)
        if (watch->pictures.faults[i].said)
            return true;
    return false;
}

/* ---- counting */

static void count_pending(struct picture_fault *fault, bool shown, int64_t now_ns)
{
    if (!fault->pending && !shown)
        return;
    if (!fault->pending) {
        fault->pending = true;
        fault->pending_since_ns = now_ns;
        fault->frames = fault->faulty = 0;
    }
    fault->frames++;
    fault->faulty += shown;
    if (2 * fault->faulty <= fault->frames)
        fault->pending = false;
}

static void count_clear(struct picture_fault *fault, bool shown, int64_t now_ns)
{
    if (!fault->clear && !shown)
        fault->clear_since_ns = now_ns;
    fault->clear = !shown;
}

static bool is_proven(const struct picture_fault *fault, int64_t after_ns, int64_t now_ns)
{
    return fault->pending && fault->faulty >= FRAMES_LEAST &&
           now_ns - fault->pending_since_ns >= after_ns;
}

static bool is_over(const struct picture_fault *fault, int64_t now_ns)
{
    return fault->stands && fault->clear && now_ns - fault->clear_since_ns >= CLEAR_AFTER_NS;
}

/* True when it is over with this frame. */
static bool follow(struct picture_fault *fault, bool shown, int64_t after_ns, int64_t now_ns)
{
    if (!fault->confirmed)
        count_pending(fault, shown, now_ns);
    count_clear(fault, shown, now_ns);
    if (shown && is_proven(fault, after_ns, now_ns)) {
        if (!fault->stands)
            fault->since_ns = fault->pending_since_ns;
        fault->stands = fault->confirmed = true;
        fault->pending = false;
    }
    return is_over(fault, now_ns);
}

/* ---- telling */

static void say_fault(const struct watch *watch, enum camera_fault which)
{
    struct event event = watch_event(watch, EVENT_FAULT);
    event.fault = fault_kind_of(which);
    event.notify = true;
    snprintf(event.text, sizeof event.text, "nothing is watched: %s", words[which].what);
    watch_emit(watch, &event);
}

static void say_over(const struct watch *watch, enum camera_fault which, int64_t since_ns)
{
    bool blind = picture_faults_strongest(watch) != CAMERA_FAULT_COUNT;
    struct event event = watch_event(watch, EVENT_RECOVERED);
    event.fault = fault_kind_of(which);
    event.notify = true;
    event.fault_duration_s = (double)(watch->now_ns - since_ns) / (double)NS_PER_SECOND;
    snprintf(event.text, sizeof event.text, "%s, %s", words[which].over,
             blind ? "but there is still another fault" : "and the scene is watched again");
    watch_emit(watch, &event);
}

static void end(const struct watch *watch, struct picture_fault *fault, enum camera_fault which)
{
    struct picture_fault ended = *fault;
    *fault = (struct picture_fault){.clear = true, .clear_since_ns = ended.clear_since_ns};
    if (ended.told)
        say_over(watch, which, ended.since_ns);
}

static void tell_strongest(struct watch *watch)
{
    for (int rank = 0; rank < CAMERA_FAULT_COUNT; rank++) {
        struct picture_fault *fault = &watch->pictures.faults[ranks[rank]];
        if (fault->stands && fault->confirmed && !fault->said) {
            fault->told = fault->said = true;
            say_fault(watch, ranks[rank]);
        }
        if (fault->stands || fault->pending)
            return;
    }
}

void picture_faults_follow(struct watch *watch, unsigned shown)
{
    bool over[CAMERA_FAULT_COUNT];
    for (int i = 0; i < CAMERA_FAULT_COUNT; i++) {
        int64_t after_ns =
            i == CAMERA_FAULT_FROZEN ? FROZEN_AFTER_NS : watch->settings.fault_after_ns;
        over[i] = follow(&watch->pictures.faults[i], shown >> i & 1, after_ns, watch->now_ns);
    }
    for (int rank = CAMERA_FAULT_COUNT - 1; rank >= 0; rank--)
        if (over[ranks[rank]])
            end(watch, &watch->pictures.faults[ranks[rank]], ranks[rank]);
    tell_strongest(watch);
}

/* ---- time that is not watched */

void picture_faults_pause(struct watch *watch)
{
    for (int i = 0; i < CAMERA_FAULT_COUNT; i++)
        watch->pictures.faults[i].pending = watch->pictures.faults[i].clear = false;
}

void picture_faults_rearm(struct watch *watch)
{
    picture_faults_pause(watch);
    for (int i = 0; i < CAMERA_FAULT_COUNT; i++) {
        struct picture_fault *fault = &watch->pictures.faults[i];
        fault->confirmed = fault->said = false;
        fault->since_ns = watch->now_ns;
    }
}

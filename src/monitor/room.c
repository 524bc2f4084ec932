/* Room on the disk, on the records thread of a live monitor.
 *
 * Every decision starts from one number, the free space, read once; what a pass of retention frees
 * is added to it and not read again, because some disks give room back late. The surprising thing:
 * a write can be refused although there seems to be room (a quota, no free inode). Then old
 * evidence is removed once and the write tried again; when that did not help, nothing more is
 * removed for it, or a disk that refuses for another reason would cost every picture.
 */
#include "monitor/room.h"

#include "monitor/recorder_parts.h"
#include "platform/clock.h"
#include "platform/folder.h"
#include "sink/retention.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_PERIOD_NS (60 * NS_PER_SECOND)
#define LOOK_SOON_NS NS_PER_SECOND
#define AGE_PERIOD_NS (3600 * NS_PER_SECOND)
/* A wall clock that jumps further than this is not believed for an hour: one wrong date must not
 * make all evidence old. */
#define CLOCK_JUMP_MS (600 * INT64_C(1000))
#define CLOCK_STEADY_NS (3600 * NS_PER_SECOND)

enum {
    MEGABYTE = 1000 * 1000,
    RECORDS_BYTES = 16 * MEGABYTE, /* room that pictures leave to the records: half a day of them */
    MAPS_BYTES = 2 * MEGABYTE,     /* pictures of the network's side of a set, at most */
    REFUSED_BYTES =
        32 * MEGABYTE, /* what is removed when a write is refused for no visible reason */
    SIZE_TEXT = 32,
};

static const char *size_text(uint64_t bytes, char ret_text[SIZE_TEXT])
{
    double size = (double)bytes;
    if (bytes >= UINT64_C(1000) * MEGABYTE)
        snprintf(ret_text, SIZE_TEXT, "%.3g GB", size / 1e9);
    else if (bytes >= MEGABYTE)
        snprintf(ret_text, SIZE_TEXT, "%.3g MB", size / 1e6);
    else
        snprintf(ret_text, SIZE_TEXT, "%.0f kB", size / 1e3);
    return ret_text;
}

static struct instant instant_now(void)
{
    return (struct instant){.time_ns = clock_monotonic_ns(), .utc_ms = clock_wall_utc_ms()};
}

static const char *folder_of(const struct recorder *recorder)
{
    return recorder->settings.project->anomalies_dir;
}

static uint64_t keep_free_bytes(const struct recorder *recorder)
{
    return (uint64_t)(recorder->settings.config->retention_keep_free_gb * 1e9);
}

/* Where a fault is over and where removing ends: a little beyond, or both would flap. */
static uint64_t goal_bytes(const struct recorder *recorder)
{
    uint64_t keep = keep_free_bytes(recorder);
    return keep + keep / 20;
}

/* A folder that is not there yet lies on the disk of the project. */
static bool find_free(const struct recorder *recorder, uint64_t *ret_bytes)
{
    return folder_free_bytes(folder_of(recorder), ret_bytes, NULL) ||
           folder_free_bytes(recorder->settings.project->root, ret_bytes, NULL);
}

void room_init(struct recorder *recorder)
{
    struct room *room = &recorder->room;
    struct instant now = instant_now();
    *room = (struct room){.watched = !recorder->settings.block,
                          .clock_offset_ms = now.utc_ms - now.time_ns / NS_PER_MS};
}

int64_t room_deadline_ns(const struct recorder *recorder)
{
    return recorder->room.watched ? recorder->room.next_look_ns : INT64_MAX;
}

/* ---- removing */

static void say_removed(struct recorder *recorder, struct instant now,
                        const struct retention_result *result, const char *why_room)
{
    char size[SIZE_TEXT], for_age[96] = "", for_room[128] = "";
    if (result->sets_for_age > 0)
        snprintf(for_age, sizeof for_age, "%zu older than %g days (retention.evidence_days)",
                 result->sets_for_age, recorder->settings.config->retention_evidence_days);
    if (result->sets_for_room > 0)
        snprintf(for_room, sizeof for_room, "%s%zu because %s", *for_age ? ", " : "",
                 result->sets_for_room, why_room);
    struct event event = {
        .type = EVENT_EVIDENCE_REMOVED, .frame = -1, .utc_ms = now.utc_ms, .time_ns = now.time_ns};
    snprintf(event.text, sizeof event.text,
             "removed %zu old sets of pictures (%zu files, %s) of %s to %s: %s%s",
             result->sets_for_age + result->sets_for_room, result->files,
             size_text(result->bytes, size), result->oldest, result->newest, for_age, for_room);
    recorder_say(recorder, &event);
}

/* One pass, one record. True when something is gone. */
static bool prune(struct recorder *recorder, struct instant now, uint64_t wanted_bytes,
                  bool for_age, const char *why_room, struct retention_result *ret_result)
{
    double keep_days = for_age ? recorder->settings.config->retention_evidence_days : 0;
    struct retention_rules rules = {.wanted_bytes = wanted_bytes,
                                    .keep_ms = (int64_t)(keep_days * 24 * 3600 * 1000),
                                    .now_utc_ms = now.utc_ms};
    struct error err;
    if (recorder->room.alarm_open)
        memcpy(rules.open_since, recorder->room.open_since, sizeof rules.open_since);
    if (!retention_prune(folder_of(recorder), &rules, ret_result, &err))
        ret_result->refused = err;
    if (ret_result->files == 0)
        return false;
    say_removed(recorder, now, ret_result, why_room);
    return true;
}

/* ---- looking */

static bool age_is_due(struct recorder *recorder, struct instant now)
{
    struct room *room = &recorder->room;
    int64_t offset_ms = now.utc_ms - now.time_ns / NS_PER_MS;
    if (llabs(offset_ms - room->clock_offset_ms) > CLOCK_JUMP_MS) {
        room->clock_offset_ms = offset_ms;
        room->next_age_pass_ns = now.time_ns + CLOCK_STEADY_NS;
    }
    return recorder->settings.config->retention_evidence_days > 0 &&
           now.time_ns >= room->next_age_pass_ns;
}

static void say_low(struct recorder *recorder, struct instant now, uint64_t free_bytes,
                    uint64_t total_bytes, const struct error *refused)
{
    char has[SIZE_TEXT], wants[SIZE_TEXT], total[SIZE_TEXT];
    struct error cause;
    size_text(free_bytes, has);
    size_text(keep_free_bytes(recorder), wants);
    if (total_bytes > 0 && keep_free_bytes(recorder) >= total_bytes)
        error_set(&cause, ERROR_SPACE,
                  "retention.keep_free_gb asks for %s free on a disk of %s; lower it", wants,
                  size_text(total_bytes, total));
    else if (refused->code != ERROR_NONE)
        error_set(&cause, ERROR_SPACE,
                  "the disk has only %s free, less than the %s of retention.keep_free_gb, and old "
                  "pictures cannot be removed: %.200s",
                  has, wants, refused->message);
    else
        error_set(&cause, ERROR_SPACE,
                  "the disk has only %s free, less than the %s of retention.keep_free_gb, and no "
                  "more old pictures may be removed; move or delete other files on it",
                  has, wants);
    if (!episode_begin(&recorder->room.low, now, &cause))
        return;
    struct event fault = recorder_disk_event(recorder, EVENT_FAULT, now, cause.message);
    recorder_say(recorder, &fault);
}

static void say_enough(struct recorder *recorder, struct instant now, uint64_t free_bytes)
{
    char has[SIZE_TEXT], text[96];
    double duration_s;
    if (!episode_end(&recorder->room.low, now, &duration_s))
        return;
    snprintf(text, sizeof text, "the disk has %s free again", size_text(free_bytes, has));
    struct event recovered = recorder_disk_event(recorder, EVENT_RECOVERED, now, text);
    recovered.fault_duration_s = duration_s;
    recorder_say(recorder, &recovered);
}

/* How much a pass shall free; 0 = nothing. */
static uint64_t missing_bytes(const struct recorder *recorder, uint64_t free_bytes,
                              uint64_t total_bytes)
{
    uint64_t keep = keep_free_bytes(recorder), goal = goal_bytes(recorder);
    bool low = free_bytes < keep || (recorder->room.low.active && free_bytes < goal);
    bool possible = total_bytes == 0 || keep < total_bytes;
    return keep > 0 && low && possible ? goal - free_bytes : 0;
}

static void look_at(struct recorder *recorder, struct instant now, uint64_t free_bytes)
{
    struct room *room = &recorder->room;
    struct retention_result result = {0};
    uint64_t total_bytes = 0, keep = keep_free_bytes(recorder);
    bool for_age = age_is_due(recorder, now);
    if (!folder_total_bytes(folder_of(recorder), &total_bytes, NULL))
        total_bytes = 0; /* unknown: nothing is impossible */
    uint64_t missing = missing_bytes(recorder, free_bytes, total_bytes);
    if (now.time_ns < room->next_pass_ns)
        missing = 0;
    if (missing > 0 || for_age) {
        prune(recorder, now, missing, for_age, "there was too little room (retention.keep_free_gb)",
              &result);
        free_bytes += result.bytes;
        if (missing > 0 && result.bytes < missing)
            room->next_pass_ns = now.time_ns + LOOK_PERIOD_NS;
        if (for_age)
            room->next_age_pass_ns = now.time_ns + AGE_PERIOD_NS;
    }
    if (keep > 0 && free_bytes < keep)
        say_low(recorder, now, free_bytes, total_bytes, &result.refused);
    else if (free_bytes >= goal_bytes(recorder))
        say_enough(recorder, now, free_bytes);
    if (room->pictures_stopped && free_bytes >= 2 * room->pictures_bytes) {
        room->pictures_stopped = false;
        recorder_pictures_work(recorder, now);
    }
}

void room_look(struct recorder *recorder)
{
    struct room *room = &recorder->room;
    struct instant now = instant_now();
    uint64_t free_bytes;
    if (!room->watched || now.time_ns < room->next_look_ns)
        return;
    if (find_free(recorder, &free_bytes))
        look_at(recorder, now, free_bytes);
    bool anxious = room->low.active || room->pictures_stopped;
    room->next_look_ns = now.time_ns + (anxious ? LOOK_SOON_NS : LOOK_PERIOD_NS);
}

/* ---- writing */

/* At most; JPEG takes less than a byte per pixel. */
static uint64_t bytes_of(const struct recorder *recorder, const struct evidence_input *input)
{
    uint64_t keep = keep_free_bytes(recorder);
    uint64_t bytes = keep > 0 && keep < RECORDS_BYTES ? keep : RECORDS_BYTES;
    const struct frame *frame = input->frame;
    int frames = input->pre_count + input->post_count + 1;
    if (!frame && input->post_count > 0)
        frame = input->post_frames[0];
    if (frame)
        bytes += (uint64_t)frame->width * (uint64_t)frame->height * (uint64_t)frames;
    return bytes + (input->maps ? MAPS_BYTES : 0);
}

bool room_for_pictures(struct recorder *recorder, const struct evidence_input *input,
                       struct error *err)
{
    struct room *room = &recorder->room;
    struct retention_result result = {0};
    uint64_t free_bytes, needed = bytes_of(recorder, input);
    char has[SIZE_TEXT], needs[SIZE_TEXT];
    if (!room->watched || !find_free(recorder, &free_bytes))
        return true;
    if (room->pictures_stopped)
        needed *= 2;
    if (free_bytes < needed && keep_free_bytes(recorder) > 0) {
        prune(recorder, instant_now(), needed - free_bytes, false,
              "there was no room for new ones (retention.keep_free_gb)", &result);
        free_bytes += result.bytes;
    }
    if (free_bytes >= needed)
        return true;
    if (!room->pictures_stopped)
        room->pictures_bytes = needed;
    room->pictures_stopped = true;
    room->next_look_ns = 0;
    return error_set(err, ERROR_SPACE,
                     "pictures of alarms are not saved, records are: the disk has only %s free and "
                     "a set needs %s; move or delete other files on it",
                     size_text(free_bytes, has), size_text(needed, needs));
}

bool room_make(struct recorder *recorder, enum room_use use, const struct error *cause)
{
    struct room *room = &recorder->room;
    const struct project *project = recorder->settings.project;
    bool *made = use == ROOM_FOR_RECORDS ? &room->made_for_records : &room->made_for_pictures;
    struct retention_result result = {0};
    uint64_t free_bytes, goal = goal_bytes(recorder);
    bool same = true;
    if (!room->watched || cause->code != ERROR_SPACE || goal == 0 || *made)
        return false;
    *made = true;
    if (use == ROOM_FOR_RECORDS &&
        (!folder_same_disk(project->logs_dir, folder_of(recorder), &same, NULL) || !same))
        return false;
    uint64_t wanted = REFUSED_BYTES;
    if (find_free(recorder, &free_bytes) && free_bytes < goal && goal - free_bytes > wanted)
        wanted = goal - free_bytes;
    room->next_look_ns = 0;
    return prune(recorder, instant_now(), wanted, false, "the disk took no more", &result);
}

void room_write_worked(struct recorder *recorder, enum room_use use)
{
    struct room *room = &recorder->room;
    if (use == ROOM_FOR_RECORDS) {
        room->made_for_records = false;
        return;
    }
    room->made_for_pictures = false;
    room->pictures_stopped = false;
    room->next_look_ns = 0;
}

/* ---- the open alarm */

void room_note_recorded(struct recorder *recorder, const struct event *event, const char *stamp)
{
    struct room *room = &recorder->room;
    char own[CLOCK_TEXT_SIZE];
    if (!room->watched)
        return;
    if (event->type == EVENT_ANOMALY_DETECTED) {
        clock_format_stamp(event->utc_ms, false, own);
        room->alarm_open = true;
        snprintf(room->open_since, sizeof room->open_since, "%s", own);
    }
    /* The clock may have been set back since. */
    if (*stamp && room->alarm_open && evidence_stamp_compare(stamp, room->open_since) < 0)
        snprintf(room->open_since, sizeof room->open_since, "%s", stamp);
}

void room_note_done(struct recorder *recorder, const struct event *event)
{
    if (event->type == EVENT_ALARM_CLOSED)
        recorder->room.alarm_open = false;
}

/* `leakwatch alarms`: which alarms need somebody, and whether anything is being watched at all.
 *
 * Everything comes from the records, so it works while a monitor runs and when none does. That
 * nothing is watched is said first: an empty list alone would look like good news.
 */
#include "base/log.h"
#include "cmd/commands.h"
#include "cmd/output.h"
#include "monitor/presence.h"
#include "platform/clock.h"
#include "report/alarm_text.h"

#include <inttypes.h>
#include <string.h>

enum watching { WATCHING, WATCHING_BLINDLY, WATCHING_REPLAY, WATCHING_PAUSED, WATCHING_NOTHING };

struct listing {
    const struct project *project;
    struct alarm_list list;
    int64_t damaged, now_utc_ms;
    bool mode_known;
    enum mode mode;
    enum watching watching;
};

static enum watching watching_of(const struct listing *listing, bool running)
{
    if (!running)
        return WATCHING_NOTHING;
    if (listing->list.run_is_replay)
        return WATCHING_REPLAY;
    if (listing->mode_known && listing->mode != MODE_MONITOR)
        return WATCHING_PAUSED;
    bool well = standing_faults_first(&listing->list.camera) == FAULT_KIND_COUNT;
    return well ? WATCHING : WATCHING_BLINDLY;
}

static bool look(struct listing *listing, bool everything, struct error *err)
{
    struct error ignored;
    bool running;
    listing->now_utc_ms = clock_wall_utc_ms();
    if (!alarm_list_init(&listing->list, everything, err) ||
        !alarm_list_read(&listing->list, listing->project->events_file, &listing->damaged, err) ||
        !presence_look(listing->project, &running, err) ||
        !alarm_list_end(&listing->list, running, err))
        return false;
    listing->mode_known = mode_read(listing->project->mode_file, &listing->mode, &ignored);
    listing->watching = watching_of(listing, running);
    return true;
}

static size_t count_of(const struct alarm_list *list, bool acknowledged)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct alarm_entry *entry = &list->entries[i];
        bool open = entry->state == ALARM_OPEN && !entry->replay;
        count += acknowledged ? open && entry->acknowledged : alarm_needs_somebody(entry);
    }
    return count;
}

/* ---- for people */

static void append_camera_fault(struct buffer *out, const struct standing_faults *camera)
{
    enum fault_kind kind = standing_faults_first(camera);
    const struct standing_fault *fault = &camera->faults[kind];
    char name[32];
    standing_fault_name(kind, name, sizeof name);
    buffer_append_format(out, "NOTHING IS WATCHED: %s since ", name);
    alarm_append_time(out, fault->since_utc_ms, false);
    buffer_append_format(out, "\n  %s\n", fault->text);
}

static void append_watching(struct buffer *out, const struct listing *listing)
{
    switch (listing->watching) {
    case WATCHING:
        buffer_append_text(out, "a monitor is running\n");
        break;
    case WATCHING_BLINDLY:
        buffer_append_text(out, "a monitor is running, but ");
        append_camera_fault(out, &listing->list.camera);
        break;
    case WATCHING_REPLAY:
        buffer_append_text(out, "a recording is being replayed; no camera is watched\n");
        break;
    case WATCHING_PAUSED:
        buffer_append_format(out,
                             "a monitor is running, but the mode is %s, so nothing is watched; "
                             "`leakwatch mode MONITOR` arms it\n",
                             mode_name(listing->mode));
        break;
    case WATCHING_NOTHING:
        buffer_append_text(out, "NO MONITOR IS RUNNING, so nothing is watched; `leakwatch monitor` "
                                "starts one\n");
        break;
    }
}

static void append_counts(struct buffer *out, const struct alarm_list *list)
{
    size_t waiting = count_of(list, false), known = count_of(list, true);
    if (waiting == 0 && known == 0)
        buffer_append_text(out, "no open alarm\n");
    if (waiting > 0)
        buffer_append_format(out, "%zu open alarm%s not acknowledged\n", waiting,
                             waiting == 1 ? "" : "s");
    if (known > 0)
        buffer_append_format(out, "%zu open alarm%s acknowledged\n", known, known == 1 ? "" : "s");
}

static bool print_text(const struct listing *listing, struct error *err)
{
    struct buffer out = {0};
    const struct alarm_list *list = &listing->list;
    append_watching(&out, listing);
    append_counts(&out, list);
    if (list->dropped > 0)
        buffer_append_format(&out, "%" PRIu64 " older ones are not shown\n", list->dropped);
    for (size_t i = list->count; i-- > 0;) {
        buffer_append_text(&out, "\n");
        alarm_append_text(&out, &list->entries[i], listing->project->root, listing->now_utc_ms);
    }
    bool good = output_write(&out, err);
    buffer_finish(&out);
    return good;
}

/* ---- for programs */

static json_t *alarms_json(const struct listing *listing)
{
    json_t *alarms = json_array();
    const struct alarm_list *list = &listing->list;
    for (size_t i = list->count; alarms && i-- > 0;) {
        json_t *alarm =
            alarm_to_json(&list->entries[i], listing->project->root, listing->now_utc_ms);
        if (json_array_append_new(alarms, alarm) != 0) {
            json_decref(alarms);
            return NULL;
        }
    }
    return alarms;
}

static bool print_json(const struct listing *listing, struct error *err)
{
    const struct alarm_list *list = &listing->list;
    bool running = listing->watching != WATCHING_NOTHING;
    enum fault_kind camera = standing_faults_first(&list->camera);
    bool blind = listing->watching == WATCHING_BLINDLY;
    json_t *mode = listing->mode_known ? json_string(mode_name(listing->mode)) : json_null();
    return output_json(
        json_pack("{s:b, s:b, s:b, s:o, s:I, s:I, s:I, s:I, s:o, s:o}", "monitor_running", running,
                  "replay_running", listing->watching == WATCHING_REPLAY, "watching",
                  listing->watching == WATCHING, "mode", mode, "not_acknowledged",
                  (json_int_t)count_of(list, false), "acknowledged",
                  (json_int_t)count_of(list, true), "not_shown", (json_int_t)list->dropped,
                  "damaged_lines", (json_int_t)listing->damaged, "alarms", alarms_json(listing),
                  "camera_fault", blind ? json_string(fault_kind_name(camera)) : json_null()),
        err);
}

static bool run_alarms(const struct invocation *invocation, struct error *err)
{
    struct listing listing = {.project = invocation->project};
    bool json = invocation_has(invocation, "json");
    bool good = look(&listing, invocation_has(invocation, "all"), err);
    if (good && listing.damaged > 0)
        log_warning("%" PRId64 " damaged line%s passed over in %s", listing.damaged,
                    listing.damaged == 1 ? " was" : "s were", listing.project->events_file);
    good = good && (json ? print_json(&listing, err) : print_text(&listing, err));
    alarm_list_finish(&listing.list);
    return good;
}

static const struct command_flag flags[] = {
    {"all", FLAG_SWITCH, NULL, 0, 0,
     "also alarms that are over, acknowledged ones of earlier runs, and those of recordings"},
    {"json", FLAG_SWITCH, NULL, 0, 0, "print as JSON"},
    {0},
};

const struct command command_alarms = {
    .name = "alarms",
    .arguments = "",
    .summary = "list the open alarms, and say whether a monitor is running",
    .details = "An alarm is open until the picture is normal again. One that was open when the "
               "monitor stopped is listed until somebody acknowledges it (`leakwatch ack`). "
               "Newest first; pictures that were removed to keep the disk free are marked.",
    .flags = flags,
    .needs = NEEDS_PROJECT,
    .run = run_alarms,
};

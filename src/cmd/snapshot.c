/* `leakwatch snapshot`: the evidence of an alarm, of a moment that somebody chose.
 *
 * One frame, scored by the detector that a monitor would use, written by the code that writes
 * alarms: names, record, pictures, in that order, so that a crash leaves a record without pictures
 * and never the other way round. The stamp is the wall clock's also for a recording, because it is
 * the look that is recorded. The surprising thing: the first seconds of a camera are thrown away,
 * since it opens its eye to the wrong brightness.
 */
#include "camera/grab.h"
#include "cmd/commands.h"
#include "cmd/look.h"
#include "cmd/output.h"
#include "monitor/announce.h"
#include "platform/clock.h"
#include "platform/process.h"
#include "score/detector_kind.h"
#include "sink/evidence.h"

#include <math.h>
#include <string.h>

enum { TIMEOUT_MS = 30000 };
#define INTERVAL_S 0.1

struct session {
    const struct config *config;
    const struct project *project;
    struct look look;
    bool has_model, good;
    struct trained_model model;
    struct detector *detector;
    bool taken;
    struct observation observation;
    struct evidence_set evidence;
    struct error *err;
};

/* ---- the frame */

static bool score(struct session *session, const struct frame *frame)
{
    session->observation = (struct observation){.score = NAN,
                                                .threshold = NAN,
                                                .largest_blob_area = NAN,
                                                .blob_area_threshold = NAN,
                                                .area_px = NAN,
                                                .area_fraction = NAN};
    if (!session->has_model)
        return true;
    session->detector = detector_kind_of(session->config)
                            ->open(&session->model, session->config, frame->width, frame->height,
                                   process_cpu_count(), session->err);
    return session->detector &&
           detector_kind_look(detector_kind_of(session->config), session->detector, frame,
                              &session->observation, session->err);
}

static struct event snapshot_event(const struct observation *observation, const struct frame *frame)
{
    struct event event = announce_event(EVENT_SNAPSHOT_SAVED, "");
    event.frame = frame->number;
    event.media_time_s = (double)frame->time_ns / (double)NS_PER_SECOND;
    event.status = (struct frame_status){.score = observation->score,
                                         .threshold = observation->threshold,
                                         .score_triggered = observation->score_triggered,
                                         .heatmap_triggered = observation->heatmap_triggered,
                                         .largest_blob_area = observation->largest_blob_area,
                                         .blob_area_threshold = observation->blob_area_threshold,
                                         .is_anomaly = observation->score_triggered ||
                                                       observation->heatmap_triggered};
    event.alarm.box_count = observation->box_count;
    for (int i = 0; i < observation->box_count; i++)
        event.alarm.boxes[i] = observation->boxes[i];
    event.alarm.area_px = observation->area_px;
    event.alarm.area_fraction = observation->area_fraction;
    return event;
}

static bool save(struct session *session, const struct frame *frame)
{
    const struct event event = snapshot_event(&session->observation, frame);
    const struct evidence_input input = {
        .frame = frame, .maps = session->has_model ? &session->observation.maps : NULL};
    struct evidence_set *set = &session->evidence;
    if (!evidence_plan(session->config, session->project, &event, false, &input, set, session->err))
        return false;
    const char *paths[EVIDENCE_FILES_MAX] = {NULL};
    for (size_t i = 0; i < set->count; i++)
        paths[i] = set->paths[i];
    return announce_with_paths(session->config, session->project, &event, paths, set->count, 0,
                               NULL, session->err) &&
           evidence_write(session->config, session->project, &event, &input, set, session->err);
}

static bool on_frame(void *context, const struct frame *frame)
{
    struct session *session = context;
    if (look_is_settling(&session->look, frame))
        return true;
    session->taken = true;
    session->good = score(session, frame) && save(session, frame);
    return false;
}

/* ---- what is said of it */

static bool is_anomaly(const struct session *session)
{
    return session->observation.score_triggered || session->observation.heatmap_triggered;
}

static const char *reason_not_judged(const struct observation *seen)
{
    for (int i = 0; i < CAMERA_FAULT_COUNT; i++)
        if (seen->camera_faults & 1u << i)
            return fault_kind_name(fault_kind_of((enum camera_fault)i));
    return "too much of the picture differs from the normal ones";
}

static bool print_text(const struct session *session, struct error *err)
{
    const struct observation *seen = &session->observation;
    const int needed = session->config->monitor_consecutive_anomalies;
    struct buffer text = {0};
    const bool has_history = detector_kind_of(session->config)->looks > 1;
    if (!session->has_model)
        buffer_append_text(&text, "there is no trained model yet (`leakwatch train`), so this is "
                                  "the camera's picture only\n");
    else if (has_history)
        buffer_append_format(&text, "score %#.4g, threshold %#.4g\n", seen->score, seen->threshold);
    else
        buffer_append_format(
            &text, "score %#.4g, threshold %#.4g; largest blob %.0f px, limit %.0f\n", seen->score,
            seen->threshold, seen->largest_blob_area, seen->blob_area_threshold);
    if (seen->camera_faults || seen->busy)
        buffer_append_format(&text, "NOT JUDGED: %s\n", reason_not_judged(seen));
    else if (session->has_model && has_history)
        buffer_append_text(&text, is_anomaly(session)
                                      ? "ABNORMAL: if it stayed like this, it would alarm\n"
                                      : "normal: if it stayed like this, it would not alarm\n");
    else if (session->has_model && is_anomaly(session))
        buffer_append_format(&text, "ABNORMAL: %d such frame%s in a row would alarm\n", needed,
                             needed == 1 ? "" : "s");
    else if (session->has_model)
        buffer_append_text(&text, "normal: it would not alarm\n");
    const char *root = session->project->root;
    const bool here = strcmp(root, ".") == 0;
    for (size_t i = 0; i < session->evidence.count; i++)
        buffer_append_format(&text, "%s%s%s\n", here ? "" : root, here ? "" : "/",
                             session->evidence.paths[i]);
    const bool good = output_write(&text, err);
    buffer_finish(&text);
    return good;
}

static json_t *real_or_null(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *boxes_as_json(const struct observation *seen)
{
    json_t *boxes = json_array();
    for (int i = 0; i < seen->box_count; i++)
        json_array_append_new(boxes, json_pack("{s:i, s:i, s:i, s:i}", "x", seen->boxes[i].x, "y",
                                               seen->boxes[i].y, "w", seen->boxes[i].width, "h",
                                               seen->boxes[i].height));
    return boxes;
}

static bool print_json(const struct session *session, struct error *err)
{
    const struct observation *seen = &session->observation;
    json_t *paths = json_array();
    for (size_t i = 0; i < session->evidence.count; i++)
        json_array_append_new(paths, json_string(session->evidence.paths[i]));
    json_t *document =
        json_pack("{s:b, s:o, s:o, s:b, s:b, s:b, s:i, s:o, s:o, s:o, s:o}", "model",
                  session->has_model, "score", real_or_null(seen->score), "threshold",
                  real_or_null(seen->threshold), "score_triggered", seen->score_triggered,
                  "heatmap_triggered", seen->heatmap_triggered, "is_anomaly", is_anomaly(session),
                  "consecutive_needed", session->config->monitor_consecutive_anomalies,
                  "largest_blob_area", real_or_null(seen->largest_blob_area), "blob_area_threshold",
                  real_or_null(seen->blob_area_threshold), "boxes", boxes_as_json(seen),
                  "saved_paths", paths);
    return output_json(document, err);
}

/* ---- the command */

/* Without any model there is still something to see; with half of one something is wrong. */
static bool load_model(struct session *session, struct error *err)
{
    const struct detector_kind *kind = detector_kind_of(session->config);
    char path[PATH_SIZE];
    if (!path_join(path, sizeof path, session->project->model_dir, kind->files[0], err))
        return false;
    session->has_model = !file_is_missing(path);
    return !session->has_model || detector_kind_load(kind, session->project->model_dir,
                                                     session->config, &session->model, err);
}

static bool take(struct session *session, struct error *err)
{
    int count;
    if (!grab_frames(&session->look.source.settings, look_frames(&session->look, 1), TIMEOUT_MS,
                     on_frame, session, &count, err))
        return false;
    char shown[128];
    source_mask_spec(session->look.source.settings.spec, shown, sizeof shown);
    return session->taken ? session->good
                          : error_set(err, ERROR_INPUT, "%s holds no picture", shown);
}

static bool run(const struct invocation *invocation, struct error *err)
{
    struct session session = {
        .config = invocation->config, .project = invocation->project, .err = err};
    bool good = load_model(&session, err) &&
                look_prepare(invocation, INTERVAL_S, &session.look, err) && take(&session, err) &&
                (invocation_has(invocation, "json") ? print_json(&session, err)
                                                    : print_text(&session, err));
    detector_destroy(session.detector);
    detector_kind_of(session.config)->unload(&session.model);
    return good;
}

static const struct command_flag flags[] = {
    LOOK_SOURCE_FLAG,
    {"json", FLAG_SWITCH, NULL, 0, 0, "print the result as JSON"},
    {0},
};

const struct command command_snapshot = {
    .name = "snapshot",
    .arguments = "",
    .summary = "save the evidence of this moment, as if it were an alarm",
    .details =
        "Takes one picture, scores it as the monitor would, says whether it is abnormal, and "
        "saves the same files as a real alarm in data/anomalies; nobody is alerted. The "
        "first two seconds of a camera are left out, until its brightness has settled; of a "
        "recording the first picture is taken. A running monitor holds the camera: stop it "
        "first. Without a trained model the camera's picture alone is saved.",
    .flags = flags,
    .needs = NEEDS_PROJECT | NEEDS_FOLDERS,
    .run = run,
};

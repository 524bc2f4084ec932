/* A record's way into the summary of a day: whose it is, of when, and which part takes it.
 *
 * Most lines of a log are frames of other days. They are passed over before they are parsed, except
 * that the first one after the day closes its last stretch, and that one before it is needed where
 * nothing else said that the monitor was armed.
 */
#include "report/day.h"

#include "report/day_parts.h"
#include "sink/record_fields.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BIN_MS INT64_C(120000)
/* Thirty thousand years; a clock that says more is none. */
#define MONO_MS_MAX INT64_C(1000000000000000)

/* ---- life cycle */

static struct day_track *make_track(const struct day_settings *settings, bool replay)
{
    struct day_track *track = calloc(1, sizeof *track);
    if (!track || !day_alarms_begin(track)) {
        free(track);
        return NULL;
    }
    track->replay = replay;
    track->frames.low = track->frames.high = track->frames.threshold = NAN;
    int64_t length_ms = settings->to_utc_ms - settings->from_utc_ms;
    int64_t bin_ms = (length_ms + DAY_BINS_MAX - 1) / DAY_BINS_MAX;
    track->frames.bin_ms = bin_ms > BIN_MS ? bin_ms : BIN_MS;
    day_watch_begin(&track->watch, settings->from_utc_ms);
    return track;
}

bool day_begin(struct day_summary *day, const struct day_settings *settings, struct error *err)
{
    struct day_summary made = {.settings = *settings, .delivery = {.waiting = -1}};
    made.so_far = settings->now_utc_ms < settings->to_utc_ms;
    made.end_utc_ms = made.so_far ? settings->now_utc_ms : settings->to_utc_ms;
    made.live = make_track(settings, false);
    made.replay = made.live ? make_track(settings, true) : NULL;
    if (!made.replay) {
        day_finish(&made);
        return error_set(err, ERROR_MEMORY, "no memory for the summary of a day");
    }
    *day = made;
    return true;
}

static void destroy_track(struct day_track *track)
{
    if (!track)
        return;
    free(track->alarm_list);
    free(track->alarm_index);
    free(track);
}

void day_finish(struct day_summary *day)
{
    destroy_track(day->live);
    destroy_track(day->replay);
    *day = (struct day_summary){0};
}

/* ---- which records */

static bool is_within(const struct day_settings *settings, int64_t utc_ms)
{
    return utc_ms >= settings->from_utc_ms && utc_ms < settings->to_utc_ms;
}

bool day_wants(void *context, const struct journal_peek *peek)
{
    struct day_summary *day = context;
    day->any = true;
    const struct day_watch *watch = peek->stamp.utc ? &day->replay->watch : &day->live->watch;
    int64_t utc_ms = peek->stamp.utc_ms;
    bool life = strcmp(peek->type, "frame_status") == 0 || strcmp(peek->type, "heartbeat") == 0;
    if (is_within(&day->settings, utc_ms) || (!life && strcmp(peek->type, "captured_frame") != 0))
        return true;
    if (!life)
        return false;
    return utc_ms < day->settings.from_utc_ms ? !day_watch_is_armed(watch)
                                              : watch->at_utc_ms < day->settings.to_utc_ms;
}

/* ---- parts that are small enough to stay here */

static void count_type(struct day_summary *day, const char *name)
{
    for (size_t i = 0; i < EVENT_TYPE_COUNT; i++) {
        if (strcmp(name, event_type_name((enum event_type)i)) == 0) {
            day->types[i]++;
            return;
        }
    }
    day->other_types++;
}

static void take_score(struct day_frames *frames, const struct day_settings *settings,
                       int64_t utc_ms, double score)
{
    struct score_bin *bin = &frames->bins[(utc_ms - settings->from_utc_ms) / frames->bin_ms];
    if (bin->count == 0)
        *bin = (struct score_bin){.low = score, .high = score};
    bin->count++;
    bin->mean += score; /* the sum, until day_end */
    bin->low = score < bin->low ? score : bin->low;
    bin->high = score > bin->high ? score : bin->high;
    frames->sum += score;
    frames->low = score < frames->low || isnan(frames->low) ? score : frames->low;
    frames->high = score > frames->high || isnan(frames->high) ? score : frames->high;
}

static void take_frame(struct day_frames *frames, const struct day_settings *settings,
                       const struct day_record *record)
{
    frames->scored++;
    if (day_is_blind_frame(record)) {
        frames->blind++;
        return;
    }
    frames->busy += strcmp(record_text(record->json, "state"), frame_state_name(FRAME_BUSY)) == 0;
    frames->anomalous += record_bool(record->json, "is_anomaly");
    const json_t *score = json_object_get(record->json, "score");
    if (json_is_number(score))
        take_score(frames, settings, record->utc_ms, json_number_value(score));
    else
        frames->without_score++;
    const json_t *threshold = json_object_get(record->json, "threshold");
    if (json_is_number(threshold))
        frames->threshold = json_number_value(threshold);
}

static int64_t count_of(const json_t *record, const char *name)
{
    int64_t value = record_integer(record, name);
    return value > 0 && value < INT64_C(1000000000000) ? value : 0;
}

static void take_counts(struct day_track *track, const struct day_settings *settings,
                        const struct day_record *record)
{
    track->records++;
    track->runs += strcmp(record->type, "startup") == 0;
    track->frames.lost_records += count_of(record->json, "lost");
    if (day_is_scored_frame(record))
        take_frame(&track->frames, settings, record);
    if (strcmp(record->type, "shutdown") == 0) {
        track->frames.dropped += count_of(record->json, "frames_dropped");
        track->frames.damaged += count_of(record->json, "frames_damaged");
    }
}

/* Also of a run that began before the day. Without the member it is the reference method. */
static void take_method(struct day_track *track, const struct day_record *record)
{
    if (strcmp(record->type, "startup") != 0)
        return;
    const bool evidence = strcmp(record_text(record->json, "detector"), "scene") == 0;
    if (record->before_day)
        track->has_evidence = track->has_errors = false;
    track->has_evidence |= evidence;
    track->has_errors |= !evidence;
}

static void take_day_before(struct day_summary *day, const struct day_record *record)
{
    if (strcmp(record->type, "anomaly_detected") != 0 ||
        record->utc_ms < day->settings.before_utc_ms)
        return;
    day->alarms_day_before++;
    if (record->utc_ms > day->last_alarm_day_before_utc_ms)
        day->last_alarm_day_before_utc_ms = record->utc_ms;
}

/* ---- a record */

/* Who acknowledges an alarm of a replay does it on the live clock. */
static struct day_track *track_of(struct day_summary *day, const struct day_record *record,
                                  bool utc)
{
    const char *id = record_text(record->json, "event_id");
    if (utc && !record->foreign)
        return day->replay;
    if (strcmp(record->type, "alarm_acknowledged") == 0 && !day_alarms_know(day->live, id) &&
        day_alarms_know(day->replay, id))
        return day->replay;
    return day->live;
}

/* What ends with a run; before the watch learns of the new one. */
static void leave_run(struct day_track *track, const struct day_settings *settings,
                      const struct day_record *record)
{
    bool start = strcmp(record->type, "startup") == 0;
    if (!start && strcmp(record->type, "shutdown") != 0)
        return;
    int64_t end_utc_ms = record->utc_ms;
    if (start && track->watch.life_utc_ms != INT64_MIN && track->watch.life_utc_ms < end_utc_ms)
        end_utc_ms = track->watch.life_utc_ms;
    day_alarms_leave(track, settings, end_utc_ms);
    day_faults_leave(track, settings, end_utc_ms);
}

/* -1 = none that can be used. */
static int64_t mono_ms_of(const json_t *json)
{
    const json_t *mono = json_object_get(json, "mono_ms");
    int64_t mono_ms = json_is_integer(mono) ? json_integer_value(mono) : -1;
    return mono_ms >= 0 && mono_ms <= MONO_MS_MAX ? mono_ms : -1;
}

static bool read_record(struct day_summary *day, const json_t *json, int64_t seq,
                        struct day_record *ret_record, bool *ret_utc)
{
    const char *ts = record_text(json, "ts");
    struct clock_stamp stamp;
    if (!clock_parse_stamp(ts, strlen(ts), &stamp))
        return false;
    *ret_record = (struct day_record){.json = json,
                                      .utc_ms = stamp.utc_ms,
                                      .mono_ms = mono_ms_of(json),
                                      .foreign = seq == 0,
                                      .of_day = is_within(&day->settings, stamp.utc_ms),
                                      .before_day = stamp.utc_ms < day->settings.from_utc_ms,
                                      .type = record_text(json, "type")};
    *ret_utc = stamp.utc;
    return true;
}

bool day_take(void *context, const json_t *json, int64_t seq)
{
    struct day_summary *day = context;
    const struct day_settings *settings = &day->settings;
    struct day_record record;
    bool utc;
    day->any = true;
    if (!read_record(day, json, seq, &record, &utc)) {
        day->without_time++;
        return true;
    }
    struct day_track *track = track_of(day, &record, utc);
    if (record.of_day) {
        day->records++;
        count_type(day, record.type);
        take_counts(track, settings, &record);
    } else if (record.before_day && !track->replay) {
        take_day_before(day, &record);
    }
    if (record.of_day || record.before_day)
        take_method(track, &record);
    leave_run(track, settings, &record);
    day_watch_take(&track->watch, settings, track->replay, &record);
    day_faults_take(track, settings, &record);
    day_scene_take(track, &record);
    if (!day_alarms_take(track, settings, &record))
        day->failed = true;
    return !day->failed;
}

/* ---- the end */

static void end_bins(struct day_frames *frames, const struct day_settings *settings)
{
    for (int i = 0; i < DAY_BINS_MAX; i++) {
        struct score_bin *bin = &frames->bins[i];
        bin->from_utc_ms = settings->from_utc_ms + i * frames->bin_ms;
        bin->to_utc_ms = bin->from_utc_ms + frames->bin_ms;
        if (bin->to_utc_ms > settings->to_utc_ms)
            bin->to_utc_ms = settings->to_utc_ms;
        if (bin->count > 0)
            bin->mean /= (double)bin->count;
    }
}

static void end_track(struct day_track *track, const struct day_summary *day)
{
    bool ran = track->watch.run == RUN_RUNNING;
    day_watch_end(&track->watch, &day->settings, day->end_utc_ms);
    if (ran && track->watch.run == RUN_DIED) {
        day_alarms_leave(track, &day->settings, track->watch.life_utc_ms);
        day_faults_leave(track, &day->settings, track->watch.life_utc_ms);
    }
    day_alarms_end(track, &day->settings, day->end_utc_ms);
    day_faults_end(track, day->end_utc_ms);
    end_bins(&track->frames, &day->settings);
}

static bool has_watched(const struct day_track *track)
{
    return track->runs > 0 || track->frames.scored > 0 || track->alarms > 0 || track->changes > 0 ||
           track->watch.armed_ms > 0;
}

bool day_end(struct day_summary *day, struct error *err)
{
    if (day->failed)
        return error_set(err, ERROR_MEMORY, "no memory for the alarms of a day");
    end_track(day->live, day);
    end_track(day->replay, day);
    day->told = !has_watched(day->live) && has_watched(day->replay) ? day->replay : day->live;
    return true;
}

bool day_read(struct day_summary *day, const char *events_path, const char *delivery_path,
              struct error *err)
{
    struct journal_query events = {.since_utc_ms = day->settings.from_utc_ms - DAY_LOOK_BACK_MS,
                                   .wanted = day_wants,
                                   .visit = day_take,
                                   .context = day};
    struct journal_query attempts = {.since_utc_ms = day->settings.from_utc_ms - DAY_LOOK_BACK_MS,
                                     .wanted = day_wants_attempt,
                                     .visit = day_take_attempt,
                                     .context = day};
    return journal_search(events_path, &events, &day->damaged_lines, err) &&
           journal_search(delivery_path, &attempts, &day->delivery.damaged_lines, err) &&
           day_end(day, err);
}

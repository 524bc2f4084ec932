/* The real delivery modules as a process that tests can feed, starve and kill.
 *
 *     delivery-probe PROJECT alarms COUNT INTERVAL_MS TIMEOUT_MS [SAVED_PATH…]
 *     delivery-probe PROJECT drain TIMEOUT_MS
 *     delivery-probe PROJECT once TIMEOUT_MS        one delivery_drain
 *     delivery-probe PROJECT hold TIMEOUT_MS        holds the delivery lock
 *     delivery-probe PROJECT urgent TIMEOUT_MS      one alert from memory only
 *     delivery-probe PROJECT frames TIMEOUT_MS      counts frames for the heartbeat
 *
 * `alarms` journals COUNT alarms (0 = for ever), each followed by a few quiet records, and delivers
 * meanwhile; "recorded ID SEQ" on stdout means that journal_append has returned from the flush.
 * Then, as `drain` does, it delivers until nothing is left (status 0) or the time is over (75).
 * What delivery tells its listener is printed too.
 */
#include "platform/clock.h"
#include "platform/process.h"
#include "platform/signal.h"
#include "sink/delivery.h"
#include "sink/journal.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { QUIET_PER_ALARM = 3, STILL_WAITING = 75 };

struct probe {
    struct config *config;
    struct project project;
    char journal_path[PATH_SIZE];
    struct journal *journal;
    struct outbox *outbox;
    struct delivery *delivery;
    const char *channels[CHANNELS_MAX];
    size_t channel_count;
    atomic_bool counting;
};

static bool complain(const struct error *err)
{
    fprintf(stderr, "delivery-probe: %s\n", err->message);
    return false;
}

static void warn(void *context, const char *sentence)
{
    (void)context;
    printf("warning %s\n", sentence);
}

static void told(void *context, enum delivery_news news, const char *channel, const char *reason)
{
    (void)context;
    printf("%s %s %s\n", news == DELIVERY_FAILING ? "failing" : "working", channel, reason);
}

static uint64_t frames_scored(void *context)
{
    const struct probe *probe = context;
    return atomic_load(&probe->counting) ? (uint64_t)clock_monotonic_ns() : 1;
}

static void probe_close(struct probe *probe)
{
    delivery_destroy(probe->delivery);
    outbox_close(probe->outbox);
    journal_close(probe->journal);
    config_destroy(probe->config);
}

static bool probe_open(struct probe *probe, const char *root, struct error *err)
{
    struct config_warnings warnings = {.warn = warn};
    struct delivery_listener listener = {
        .told = told, .frames_scored = frames_scored, .context = probe};
    probe->config = config_load(root, (struct config_overrides){0}, warnings, err);
    if (!probe->config || !project_resolve(root, probe->config, &probe->project, err) ||
        !project_create_folders(&probe->project, err) ||
        !path_join(probe->journal_path, PATH_SIZE, probe->project.logs_dir, "events.jsonl", err))
        return false;
    uint64_t rotate_bytes = (uint64_t)(probe->config->records_rotate_mb * 1e6);
    probe->channel_count = delivery_channels(probe->config, warnings, probe->channels);
    probe->journal = journal_open(probe->journal_path, rotate_bytes, err);
    if (!probe->journal)
        return false;
    bool rebuilt = false;
    probe->outbox = outbox_open(probe->project.outbox_file, &rebuilt, err);
    if (!probe->outbox)
        return false;
    if (rebuilt)
        printf("rebuilt\n");
    probe->delivery = delivery_create(probe->config, &probe->project, probe->outbox, listener, err);
    return probe->delivery && outbox_catch_up(probe->outbox, probe->journal_path, probe->channels,
                                              probe->channel_count, clock_wall_utc_ms(), err);
}

/* Takes `record`. */
static bool append(struct probe *probe, json_t *record, bool notify, struct error *err)
{
    int64_t seq;
    const char *id = json_string_value(json_object_get(record, "event_id"));
    bool ok = journal_append(probe->journal, record, notify, &seq, err);
    if (ok && notify) {
        printf("recorded %s %lld\n", id, (long long)seq);
        json_object_set_new(record, "seq", json_integer((json_int_t)seq));
    }
    ok = ok && outbox_take(probe->outbox, record, seq, probe->channels, probe->channel_count,
                           clock_wall_utc_ms(), err);
    json_decref(record);
    if (ok && notify)
        delivery_wake(probe->delivery);
    return ok;
}

static json_t *make_alarm(int number, char **paths, int path_count)
{
    char ts[CLOCK_TEXT_SIZE], id[64];
    int64_t now_ms = clock_wall_utc_ms();
    clock_format_iso8601(now_ms, false, ts);
    snprintf(id, sizeof id, "%lld-%d%05d", (long long)now_ms, process_id(), number);
    json_t *saved = json_array();
    for (int i = 0; i < path_count; i++)
        json_array_append_new(saved, json_string(paths[i]));
    return json_pack("{s:s, s:s, s:s, s:f, s:f, s:b, s:o, s:[{s:i, s:i, s:i, s:i}], s:f, s:f, s:b}",
                     "ts", ts, "type", "anomaly_detected", "event_id", id, "score", 0.031,
                     "threshold", 0.01, "score_triggered", true, "saved_paths", saved, "boxes", "x",
                     400, "y", 300, "w", 30, "h", 20, "area_px", 600.0, "area_fraction", 0.00065,
                     "notify", true);
}

static bool append_quiet(struct probe *probe, struct error *err)
{
    char ts[CLOCK_TEXT_SIZE];
    clock_format_iso8601(clock_wall_utc_ms(), false, ts);
    json_t *record =
        json_pack("{s:s, s:s, s:b}", "ts", ts, "type", "frame_status", "notify", false);
    return append(probe, record, false, err);
}

static bool append_alarms(struct probe *probe, int count, int interval_ms, char **paths,
                          int path_count, struct error *err)
{
    for (int number = 0; (count == 0 || number < count) && !stop_requested(); number++) {
        if (!append(probe, make_alarm(number, paths, path_count), true, err))
            return false;
        for (int i = 0; i < QUIET_PER_ALARM; i++) {
            if (!append_quiet(probe, err))
                return false;
        }
        clock_sleep_ns(interval_ms * NS_PER_MS);
    }
    return true;
}

/* Until the outbox is empty, a stop is wished, or the time is over. */
static int wait_until_empty(struct probe *probe, int timeout_ms)
{
    int64_t deadline_ns = clock_monotonic_ns() + timeout_ms * NS_PER_MS;
    int pending = -1;
    struct error err = {0};
    do {
        if (!outbox_pending(probe->outbox, &pending, &err))
            complain(&err);
    } while (pending != 0 && clock_monotonic_ns() < deadline_ns && !stop_wait(20));
    int64_t stop_ns = clock_monotonic_ns();
    delivery_stop(probe->delivery);
    delivery_join(probe->delivery);
    printf("pending %d\nstopped %lld\n", pending,
           (long long)((clock_monotonic_ns() - stop_ns) / NS_PER_MS));
    return pending == 0 ? 0 : STILL_WAITING;
}

static int hold_lock(struct probe *probe, int timeout_ms)
{
    struct file_lock lock = {0};
    struct error err = {0};
    if (!file_lock_wait(&lock, probe->project.delivery_lock_file, &err)) {
        complain(&err);
        return 1;
    }
    printf("holding\n");
    stop_wait(timeout_ms);
    file_lock_release(&lock);
    return 0;
}

static int send_urgent(struct probe *probe, int timeout_ms)
{
    json_t *record = make_alarm(0, NULL, 0);
    delivery_urgent(probe->delivery, record);
    printf("urgent %s\n", json_string_value(json_object_get(record, "event_id")));
    json_decref(record);
    stop_wait(timeout_ms);
    return 0;
}

/* One drain as short-lived commands do it: with the threads of this call alone. */
static int drain_once(struct probe *probe, int timeout_ms)
{
    bool empty = false;
    struct error err = {0};
    if (!delivery_drain(probe->delivery, timeout_ms, &empty, &err)) {
        complain(&err);
        return 1;
    }
    printf("%s\n", empty ? "empty" : "not empty");
    return empty ? 0 : STILL_WAITING;
}

static int run(struct probe *probe, int count, char **arguments)
{
    struct error err = {0};
    const char *command = arguments[0];
    int number = atoi(arguments[1]);
    if (strcmp(command, "hold") == 0)
        return hold_lock(probe, number);
    if (strcmp(command, "once") == 0)
        return drain_once(probe, number);
    if (!delivery_start(probe->delivery, &err))
        return complain(&err), 1;
    if (strcmp(command, "urgent") == 0)
        return send_urgent(probe, number);
    if (strcmp(command, "frames") == 0) {
        atomic_store(&probe->counting, true);
        stop_wait(number);
        return 0;
    }
    bool drain_only = strcmp(command, "drain") == 0;
    if (!drain_only && (count < 4 || !append_alarms(probe, number, atoi(arguments[2]),
                                                    arguments + 4, count - 4, &err)))
        return complain(&err), 1;
    return wait_until_empty(probe, atoi(arguments[drain_only ? 1 : 3]));
}

int main(int argc, char **argv)
{
    struct probe probe = {0};
    struct error err = {0};
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc < 4) {
        fprintf(stderr, "usage: delivery-probe PROJECT COMMAND NUMBER…\n");
        return 64;
    }
    int status = 1;
    if (stop_install(&err) && probe_open(&probe, argv[1], &err))
        status = run(&probe, argc - 2, argv + 2);
    else
        complain(&err);
    probe_close(&probe);
    return status;
}

/* Health of what lies under the project: folders, room, writing, and the clock that stamps it.
 *
 * How long the room lasts is what the records and pictures of the last days have taken, not a
 * guess.
 */
#include "cmd/health.h"

#include "platform/clock.h"
#include "platform/folder.h"

#include <stdio.h>
#include <string.h>

#define BYTES_PER_GB 1e9
#define MS_PER_DAY 86400000.0
#define CLOCK_STEP_NS (20 * NS_PER_MS)

enum { FOLDER_COUNT = 8, PROBE_BYTES = 64 * 1024 };

struct folder_row {
    const char *path;
    bool pictures; /* may show people */
    bool written;  /* by a monitor at night */
};

static void list_folders(const struct project *project, struct folder_row ret_rows[FOLDER_COUNT])
{
    const struct folder_row rows[FOLDER_COUNT] = {
        {project->logs_dir, false, true},        {project->anomalies_dir, true, true},
        {project->model_dir, false, true},       {project->normal_dir, true, true},
        {project->health_dir, true, true},       {project->visualize_dir, true, false},
        {project->calibration_dir, true, false}, {project->summary_dir, true, false}};
    memcpy(ret_rows, rows, sizeof rows);
}

/* A link to a folder is one. */
static enum file_kind folder_kind(const char *path)
{
    char inside[PATH_SIZE + 2];
    snprintf(inside, sizeof inside, "%s/.", path);
    enum file_kind kind = file_kind_of(path);
    return kind == FILE_LINK && file_kind_of(inside) == FILE_FOLDER ? FILE_FOLDER : kind;
}

/* Stays OK and empty when nothing is wrong with the folder. */
static void judge_folder(const struct folder_row *row, struct health_result *result)
{
    const char *path = row->path;
    enum file_kind kind = folder_kind(path);
    bool is_private = true;
    if (kind == FILE_MISSING && !file_is_missing(path)) {
        health_set(result, HEALTH_FAIL, "%s may not be looked at by this account", path);
        health_set_remedy(result, "give this account the folders above it (chmod u+x)");
    } else if (kind == FILE_MISSING) {
        health_set(result, HEALTH_WARN, "%s is missing", path);
        health_set_remedy(result, "if a disk or share belongs there, mount it; else `leakwatch "
                                  "capture` or `leakwatch monitor` makes it");
    } else if (kind != FILE_FOLDER) {
        health_set(result, HEALTH_FAIL, "%s is not a folder", path);
        health_set_remedy(result, "remove or rename it");
    } else if (row->pictures && file_is_private(path, &is_private, NULL) && !is_private) {
        health_set(result, HEALTH_WARN,
                   "%s holds pictures, which may show people, and others can look into it", path);
        health_set_remedy(result, "chmod 700 %.400s", path);
    }
}

/* The first of the worst is told, the others are counted. */
void health_check_folders(struct health *health, struct health_result *result)
{
    struct folder_row rows[FOLDER_COUNT];
    int count = 0;
    list_folders(&health->project, rows);
    for (int i = 0; i < FOLDER_COUNT; i++) {
        struct health_result one = {.check = result->check};
        judge_folder(&rows[i], &one);
        count += one.state != HEALTH_OK;
        if (one.state > result->state)
            *result = one;
    }
    if (count == 0)
        health_set(result, HEALTH_OK, "all there; those with pictures are yours alone");
    if (count > 1) {
        size_t used = strlen(result->seen);
        snprintf(result->seen + used, sizeof result->seen - used,
                 "; %d more folders are not as "
                 "they should be",
                 count - 1);
    }
    health_add_figure(result, "wrong", count);
}

/* ---- room */

struct sum {
    const char *folder;
    int64_t since_utc_ms;
    double bytes;
};

static bool add_size(void *context, const char *name, enum file_kind kind)
{
    struct sum *sum = context;
    char path[PATH_SIZE];
    struct file_extent extent;
    struct error ignored;
    if (kind == FILE_REGULAR && path_join(path, sizeof path, sum->folder, name, &ignored) &&
        file_measure(path, &extent, &ignored) && extent.written_utc_ms >= sum->since_utc_ms)
        sum->bytes += (double)extent.freed_bytes;
    return true;
}

/* What the last days took, 0 when too little of them is known. */
static double bytes_per_day(const struct health *health)
{
    const double known_days_min = 0.25;
    int64_t since_utc_ms = health->records.first_utc_ms;
    double days = (double)(health->report.utc_ms - since_utc_ms) / MS_PER_DAY;
    if (since_utc_ms == 0 || days < known_days_min)
        return 0;
    struct sum logs = {health->project.logs_dir, since_utc_ms, 0};
    struct sum pictures = {health->project.anomalies_dir, since_utc_ms, 0};
    struct error ignored;
    bool known = folder_visit(logs.folder, add_size, &logs, &ignored) &&
                 folder_visit(pictures.folder, add_size, &pictures, &ignored);
    return known ? (logs.bytes + pictures.bytes) / days : 0;
}

void health_check_space(struct health *health, struct health_result *result)
{
    uint64_t free_bytes;
    struct error err;
    const double days_min = 7;
    double keep = health->config->retention_keep_free_gb * BYTES_PER_GB;
    if (!folder_free_bytes(health->project.logs_dir, &free_bytes, &err) &&
        !folder_free_bytes(health->project.root, &free_bytes, &err)) {
        health_set_error(result, HEALTH_FAIL, &err);
        return;
    }
    double room = (double)free_bytes - keep, rate = bytes_per_day(health);
    char lasts[96] = "", age[HEALTH_AGE_SIZE];
    if (rate > 0 && room > 0) {
        health_format_age(room / rate * 86400, age);
        snprintf(lasts, sizeof lasts, "; at %.3g MB a day that lasts %s", rate / 1e6, age);
        health_add_figure(result, "days_left", room / rate);
    }
    health_add_figure(result, "free_bytes", (double)free_bytes);
    bool soon = rate > 0 && room / rate < days_min;
    health_set(result,
               room < 0              ? HEALTH_FAIL
               : soon || room < keep ? HEALTH_WARN
                                     : HEALTH_OK,
               "%.3g GB free, %.3g GB are to stay free (retention.keep_free_gb)%s",
               (double)free_bytes / BYTES_PER_GB, keep / BYTES_PER_GB, lasts);
    if (result->state != HEALTH_OK)
        health_set_remedy(result,
                          "make room on the disk of %.300s; below retention.keep_free_gb "
                          "the oldest evidence is removed",
                          health->project.root);
}

/* ---- writing */

/* Writes, flushes, reads back and removes a file. */
static bool try_folder(const char *folder, const char *contents, struct error *err)
{
    char wanted[PATH_SIZE], path[PATH_SIZE];
    /* A temporary name, so that the next job removes it should we be killed here. */
    if (!path_join(wanted, sizeof wanted, folder, "health-probe", err) ||
        !file_temporary_name(wanted, path, sizeof path, err) ||
        !file_replace(path, contents, PROBE_BYTES, true, err))
        return false;
    struct buffer back = {0};
    bool good = file_read(path, PROBE_BYTES, &back, err) &&
                ((back.size == PROBE_BYTES && memcmp(back.data, contents, PROBE_BYTES) == 0) ||
                 error_set(err, ERROR_FORMAT,
                           "what was written to %s came back different; the disk or share is "
                           "failing, so copy the project to another one",
                           folder));
    buffer_finish(&back);
    struct error remove_err;
    if (!file_remove(path, &remove_err) && good) {
        *err = remove_err;
        return false;
    }
    return good;
}

static void tell_refusal(struct health_result *result, const char *folder, const struct error *err)
{
    if (err->code == ERROR_FORMAT) {
        health_set_error(result, HEALTH_FAIL, err);
        return;
    }
    const char *colon = strrchr(err->message, ':'); /* the system's reason stands behind it */
    health_set(result, HEALTH_FAIL, "%s cannot be written to%.200s", folder, colon ? colon : "");
    if (err->code == ERROR_SPACE)
        health_set_remedy(result, "make room: the disk, or the quota of this account, is full");
    else
        health_set_remedy(result, "let this account write there (chown, chmod u+w), or mount the "
                                  "disk for writing");
}

void health_check_writing(struct health *health, struct health_result *result)
{
    struct folder_row rows[FOLDER_COUNT];
    char contents[PROBE_BYTES];
    list_folders(&health->project, rows);
    for (int i = 0; i < PROBE_BYTES; i++)
        contents[i] = (char)(i * 131 >> 3);
    int count = 0;
    int64_t began_ns = clock_monotonic_ns();
    for (int i = 0; i < FOLDER_COUNT; i++) {
        struct error err;
        if (!rows[i].written || file_is_missing(rows[i].path))
            continue;
        if (!try_folder(rows[i].path, contents, &err)) {
            tell_refusal(result, rows[i].path, &err);
            return;
        }
        count++;
    }
    double mean_ms = (double)(clock_monotonic_ns() - began_ns) / 1e6 / (count > 0 ? count : 1);
    health_add_figure(result, "mean_ms", mean_ms);
    health_set(result, HEALTH_OK,
               "written, flushed, read back and removed in %d folders, %.1f ms each", count,
               mean_ms);
}

/* ---- clock */

/* The latest time that something of the project was written at, 0 when unknown. */
static int64_t latest_stamp(const struct health *health)
{
    struct file_extent extent;
    struct error ignored;
    int64_t latest = health->records.last_utc_ms;
    if (file_measure(health->project.events_file, &extent, &ignored) &&
        extent.written_utc_ms > latest)
        latest = extent.written_utc_ms;
    return latest;
}

void health_check_clock(struct health *health, struct health_result *result)
{
    const int64_t earliest_utc_ms = INT64_C(1735689600000); /* 2025: older than this program */
    const int64_t latest_utc_ms = INT64_C(4102444800000);   /* 2100 */
    const double ahead_max_s = 120;
    int64_t wall_ms = clock_wall_utc_ms(), mono_ns = clock_monotonic_ns();
    clock_sleep_ns(CLOCK_STEP_NS);
    int64_t mono_step_ns = clock_monotonic_ns() - mono_ns, now_ms = clock_wall_utc_ms();
    char iso[CLOCK_TEXT_SIZE], stamp[2 * CLOCK_TEXT_SIZE], age[HEALTH_AGE_SIZE];
    clock_format_iso8601(now_ms, false, iso); /* "2026-01-31T08:00:00.250+02:00" */
    snprintf(stamp, sizeof stamp, "%.10s %.8s, zone %s", iso, iso + 11, iso + 23);
    int64_t last_ms = latest_stamp(health);
    double ahead_s = last_ms > 0 ? (double)(last_ms - now_ms) / 1000 : 0;
    health_format_age(ahead_s, age);
    if (mono_step_ns < CLOCK_STEP_NS / 2)
        health_set(result, HEALTH_FAIL, "the clock that timers run on stands still");
    else if (now_ms < earliest_utc_ms || now_ms > latest_utc_ms)
        health_set(result, HEALTH_FAIL, "it is not %s, as this computer believes", stamp);
    else if (now_ms < wall_ms || now_ms - wall_ms > 1000 + mono_step_ns / NS_PER_MS)
        health_set(result, HEALTH_WARN, "%s; the clock was set just now", stamp);
    else if (ahead_s > ahead_max_s)
        health_set(result, HEALTH_WARN,
                   "%s, but the last record was written %s after that: the clock was set back",
                   stamp, age);
    else
        health_set(result, HEALTH_OK, "%s; compare with your watch", stamp);
    if (result->state != HEALTH_OK)
        health_set_remedy(result, "set date, time and zone of this computer, and let it follow a "
                                  "time server (timedatectl set-ntp true)");
}

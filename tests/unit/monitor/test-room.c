/* Room on the disk: the recorder without its thread, on a disk and at a time of the test's choice
 * (the linker puts them in between), with real evidence, real retention and a real journal.
 */
#include "check.h"
#include "made_disk.h"
#include "scratch.h"

#include "monitor/recorder_parts.h"
#include "platform/clock.h"
#include "sink/retention.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { PICTURE_BYTES = 1000 * 1000, WIDTH = 64, HEIGHT = 48 };
#define GB INT64_C(1000000000)
#define MB INT64_C(1000000)
#define DAY_S (24 * INT64_C(3600))

/* ---- a recorder */

static struct config *config;
static struct project project;
static struct journal *journal;
static struct recorder *recorder;
static struct frame_pool *pool;
static struct error err;

static void end(void)
{
    recorder_destroy(recorder);
    journal_close(journal);
    frame_pool_destroy(pool);
    config_destroy(config);
    recorder = NULL;
    journal = NULL;
    pool = NULL;
    config = NULL;
}

static void pass_seconds(int seconds)
{
    now_s += seconds;
}

static bool begin_with(double keep_free_gb, double evidence_days, bool replay)
{
    static int number;
    char name[16];
    end();
    snprintf(name, sizeof name, "rig%d", number++);
    disk_free = 100 * GB;
    disk_total = 500 * GB;
    now_s = 1000;
    wall_offset_s = 0;
    journal_refusals = picture_refusals = 0;
    other_disk = disk_unknown = false;
    refusal = ERROR_SPACE;
    config = config_default(&err);
    config->retention_keep_free_gb = keep_free_gb;
    config->retention_evidence_days = evidence_days;
    if (!project_resolve(scratch(name), config, &project, &err) ||
        !project_create_folders(&project, &err))
        return false;
    pool = frame_pool_create(WIDTH, HEIGHT, 2, &err);
    journal = journal_open(project.events_file, 0, &err);
    struct recorder_settings settings = {.config = config,
                                         .project = &project,
                                         .journal = journal,
                                         .journal_path = project.events_file,
                                         .utc_stamps = replay,
                                         .block = replay};
    recorder = recorder_create(&settings, &err);
    return recorder && journal && pool && folder_create(project.anomalies_dir, true, &err);
}

/* What the thread does in a round. */
static void look(void)
{
    room_look(recorder);
    backlog_flush(recorder);
}

static void record(enum event_type type, bool with_picture)
{
    struct event event = {
        .type = type, .utc_ms = __wrap_clock_wall_utc_ms(), .time_ns = __wrap_clock_monotonic_ns()};
    struct record_item item = {.event = event};
    if (with_picture) {
        item.slot = recorder_take_slot(recorder);
        item.slot->frame = frame_pool_acquire(pool);
        memset(item.slot->frame->rgb, 90, 3 * WIDTH * HEIGHT);
    }
    backlog_add(recorder, &item);
    backlog_flush(recorder);
}

/* A set of one picture, 1 MB large, so many seconds old. */
static void make_set(int64_t age_s)
{
    static char picture[PICTURE_BYTES];
    char stamp[CLOCK_TEXT_SIZE], name[EVIDENCE_NAME_SIZE], path[PATH_SIZE];
    int64_t at_ms = __wrap_clock_wall_utc_ms() - age_s * 1000;
    clock_format_stamp(at_ms, false, stamp);
    evidence_name_make(EVIDENCE_ANOMALY, stamp, 0, name);
    struct timespec times[2] = {{.tv_sec = at_ms / 1000}, {.tv_sec = at_ms / 1000}};
    if (!path_join(path, sizeof path, project.anomalies_dir, name, NULL) ||
        !file_replace(path, picture, sizeof picture, true, NULL) ||
        utimensat(AT_FDCWD, path, times, 0) != 0)
        abort();
}

static void make_sets(int count)
{
    for (int i = 0; i < count; i++)
        make_set(DAY_S + i * 60);
}

static int sets(void)
{
    struct name_list list;
    if (!folder_list(project.anomalies_dir, 100000, &list, NULL))
        return -1;
    int count = 0;
    for (size_t i = 0; i < list.count; i++)
        count += strncmp(list.names[i], "anomaly_", 8) == 0;
    name_list_finish(&list);
    return count;
}

/* ---- what was recorded */

struct search {
    const char *type;
    int count;
    char text[EVENT_TEXT_SIZE];
    double duration_s;
    size_t paths;
};

static bool visit(void *context, const json_t *found, int64_t seq)
{
    (void)seq;
    struct search *search = context;
    if (strcmp(json_string_value(json_object_get(found, "type")), search->type) != 0)
        return true;
    const char *text = json_string_value(json_object_get(found, "text"));
    search->count++;
    snprintf(search->text, sizeof search->text, "%s", text ? text : "");
    search->duration_s = json_number_value(json_object_get(found, "fault_duration_s"));
    search->paths = json_array_size(json_object_get(found, "saved_paths"));
    return true;
}

/* The last record of a type, and how many there are. */
static struct search find(const char *type)
{
    struct search search = {.type = type};
    if (!journal_read(project.events_file, 0, visit, &search, NULL, NULL))
        search.count = -1;
    return search;
}

/* ---- tests */

TEST(too_little_room_removes_the_oldest_and_says_so_once)
{
    CHECK(begin_with(1.0, 0, false));
    make_sets(100);
    disk_free = GB - 10 * MB;
    look();
    struct search removed = find("evidence_removed");
    CHECK_INT(removed.count, 1);
    CHECK_CONTAINS(removed.text, "removed 60 old sets of pictures (60 files, 6"); /* 10 + 5 % */
    CHECK_CONTAINS(removed.text, "retention.keep_free_gb");
    CHECK_INT(sets(), 40);
    CHECK(disk_free >= GB);
    for (int i = 0; i < 10; i++) {
        pass_seconds(60);
        look();
    }
    CHECK_INT(find("evidence_removed").count, 1);
    CHECK_INT(find("fault").count, 0);
    CHECK_INT(sets(), 40);
}

TEST(enough_room_removes_nothing)
{
    CHECK(begin_with(1.0, 0, false));
    make_sets(20);
    disk_free = GB;
    look();
    CHECK_INT(sets(), 20);
    CHECK_INT(find("evidence_removed").count, 0);
    CHECK_INT(find("fault").count, 0);
}

TEST(a_disk_that_something_else_fills_is_one_fault_and_one_recovery)
{
    CHECK(begin_with(1.0, 0, false));
    make_sets(RETENTION_KEPT_SETS + 4);
    disk_free = 200 * MB;
    look();
    CHECK_INT(sets(), RETENTION_KEPT_SETS);
    CHECK_INT(find("evidence_removed").count, 1);
    struct search fault = find("fault");
    CHECK_INT(fault.count, 1);
    CHECK_CONTAINS(fault.text, "only 204 MB free, less than the 1 GB of retention.keep_free_gb");
    CHECK_CONTAINS(fault.text, "move or delete other files");
    for (int i = 0; i < 300; i++) {
        pass_seconds(1);
        disk_free = i % 2 ? GB - MB : GB + 40 * MB; /* flaps around the limit */
        look();
    }
    CHECK_INT(find("fault").count, 1);
    CHECK_INT(find("recovered").count, 0);
    disk_free = GB + 50 * MB;
    pass_seconds(1);
    look();
    struct search recovered = find("recovered");
    CHECK_INT(recovered.count, 1);
    CHECK_NEAR(recovered.duration_s, 301, 0.001);
    CHECK_CONTAINS(recovered.text, "1.05 GB free again");
    CHECK_INT(sets(), RETENTION_KEPT_SETS);
    disk_free = GB - MB;
    pass_seconds(60);
    look();
    CHECK_INT(find("fault").count, 2); /* a new stretch is news again */
}

TEST(looks_are_rare_when_all_is_well_and_frequent_when_not)
{
    CHECK(begin_with(1.0, 0, false));
    free_calls = 0;
    for (int i = 0; i < 600; i++) {
        look();
        pass_seconds(1);
    }
    CHECK_INT(free_calls, 10);
    CHECK_INT(room_deadline_ns(recorder), (1000 + 600) * NS_PER_SECOND);
    disk_free = 0;
    free_calls = 0;
    for (int i = 0; i < 60; i++) {
        look();
        pass_seconds(1);
    }
    CHECK_INT(free_calls, 60);
    disk_unknown = true; /* nothing is known, so nothing is done */
    free_calls = 0;
    look();
    CHECK_INT(free_calls, 2);
    CHECK_INT(find("fault").count, 1);
}

TEST(zero_never_removes_and_is_no_fault)
{
    CHECK(begin_with(0, 0, false));
    make_sets(40);
    disk_free = 0;
    refusal = ERROR_SPACE;
    look();
    journal_refusals = 1;
    record(EVENT_CAMERA_ERROR, false);
    CHECK_INT(sets(), 40);
    CHECK_INT(find("evidence_removed").count, 0);
    CHECK_INT(find("fault").count, 0);
}

TEST(more_than_the_disk_holds_is_told_and_costs_no_picture)
{
    CHECK(begin_with(600.0, 0, false));
    make_sets(40);
    look();
    CHECK_INT(sets(), 40);
    struct search fault = find("fault");
    CHECK_INT(fault.count, 1);
    CHECK_CONTAINS(fault.text, "asks for 600 GB free on a disk of 500 GB; lower it");
}

TEST(the_open_alarm_keeps_its_pictures_until_it_is_over)
{
    CHECK(begin_with(1.0, 0, false));
    make_sets(10);
    record(EVENT_ANOMALY_DETECTED, true);
    for (int i = 0; i < 40; i++) {
        pass_seconds(30);
        record(EVENT_ALARM_UPDATE, true);
    }
    CHECK_INT(sets(), 10 + 41);
    disk_free = 100 * MB;
    pass_seconds(60);
    look();
    CHECK_INT(sets(), 41);
    pass_seconds(30);
    disk_free = 100 * MB;
    record(EVENT_ALARM_CLOSED, true);
    CHECK_INT(sets(), 42);
    pass_seconds(60);
    look();
    CHECK_INT(sets(), RETENTION_KEPT_SETS);
}

/* The clock is set back while an alarm is open: its later pictures have earlier stamps. */
TEST(a_clock_set_back_costs_the_open_alarm_no_picture)
{
    CHECK(begin_with(1.0, 0, false));
    make_sets(10); /* of the day before, and older than all that follows */
    record(EVENT_ANOMALY_DETECTED, true);
    wall_offset_s = -3600;
    for (int i = 0; i < 20; i++) {
        pass_seconds(30);
        record(EVENT_ALARM_UPDATE, true);
    }
    disk_free = 100 * MB;
    pass_seconds(60);
    look();
    CHECK_INT(sets(), 21);
}

TEST(age_is_looked_at_once_an_hour)
{
    CHECK(begin_with(1.0, 10.0, false));
    make_set(9 * DAY_S);
    make_set(11 * DAY_S);
    look();
    CHECK_INT(sets(), 1);
    CHECK_CONTAINS(find("evidence_removed").text, "1 older than 10 days (retention.evidence_days)");
    make_set(11 * DAY_S);
    pass_seconds(1800);
    look();
    CHECK_INT(sets(), 2);
    pass_seconds(1800);
    look();
    CHECK_INT(sets(), 1);
    CHECK_INT(find("evidence_removed").count, 2);
}

TEST(age_and_room_in_one_pass_are_one_record)
{
    CHECK(begin_with(1.0, 0.9, false));
    make_sets(40); /* all older than that */
    make_set(10);
    disk_free = GB - MB;
    look();
    CHECK_INT(find("evidence_removed").count, 1);
    CHECK_INT(sets(), 1);
}

TEST(a_clock_that_jumps_ahead_makes_nothing_old_for_an_hour)
{
    CHECK(begin_with(1.0, 10.0, false));
    make_set(60);
    look();
    pass_seconds(3540);
    look();
    wall_offset_s = 3650 * DAY_S;
    for (int i = 0; i < 59; i++) {
        pass_seconds(60);
        look();
    }
    CHECK_INT(sets(), 1);
    wall_offset_s = 0; /* somebody has noticed; this too is a jump */
    for (int i = 0; i < 120; i++) {
        pass_seconds(60);
        look();
    }
    CHECK_INT(sets(), 1);
    wall_offset_s = 11 * DAY_S;
    for (int i = 0; i < 63; i++) {
        pass_seconds(60);
        look();
    }
    CHECK_INT(sets(), 0);
}

TEST(pictures_stop_when_a_set_has_no_room_and_come_back_by_themselves)
{
    CHECK(begin_with(0, 0, false));
    make_sets(20);
    disk_free = 10 * MB;
    record(EVENT_ANOMALY_DETECTED, true);
    struct search alarm = find("anomaly_detected");
    CHECK_INT(alarm.count, 1);
    CHECK_INT(alarm.paths, 0);
    CHECK_INT(sets(), 20);
    CHECK_CONTAINS(find("fault").text, "pictures of alarms are not saved, records are");
    CHECK_CONTAINS(find("fault").text, "only 10 MB free and a set needs 16 MB");
    record(EVENT_ALARM_UPDATE, true);
    CHECK_INT(find("fault").count, 1);
    disk_free = 20 * MB; /* enough for a set, not for good */
    pass_seconds(1);
    look();
    record(EVENT_ALARM_UPDATE, true);
    CHECK_INT(find("recovered").count, 0);
    CHECK_INT(sets(), 20);
    disk_free = 40 * MB;
    pass_seconds(1);
    look();
    CHECK_INT(find("recovered").count, 1);
    CHECK_NEAR(find("recovered").duration_s, 2, 0.001);
    record(EVENT_ALARM_CLOSED, true);
    CHECK_INT(find("alarm_closed").paths, 1);
    CHECK_INT(sets(), 21);
}

TEST(older_pictures_make_room_for_a_new_set)
{
    CHECK(begin_with(1.0, 0, false));
    make_sets(100);
    disk_free = 0;
    record(EVENT_ANOMALY_DETECTED, true);
    CHECK_INT(find("anomaly_detected").paths, 1);
    CHECK_INT(find("fault").count, 0);
    CHECK_CONTAINS(find("evidence_removed").text, "no room for new ones");
    CHECK(sets() >= 80 && sets() <= 90); /* 16 MB and the new one */
}

TEST(a_record_that_is_refused_makes_room_and_is_tried_again_at_once)
{
    CHECK(begin_with(1.0, 0, false));
    make_sets(100);
    journal_refusals = 1;
    record(EVENT_CAMERA_ERROR, false);
    CHECK_INT(find("camera_error").count, 1);
    CHECK_INT(find("fault").count, 0);
    CHECK_CONTAINS(find("evidence_removed").text, "removed 32 old sets");
    CHECK_CONTAINS(find("evidence_removed").text, "the disk took no more");
    CHECK_INT(sets(), 68);
}

TEST(room_that_does_not_help_is_made_only_once)
{
    CHECK(begin_with(1.0, 0, false));
    make_sets(100);
    journal_refusals = 1000;
    record(EVENT_CAMERA_ERROR, false);
    for (int i = 0; i < 100; i++) {
        pass_seconds(1);
        look();
    }
    CHECK_INT(sets(), 68);
    journal_refusals = 0;
    look();
    CHECK_INT(find("fault").count, 1);
    CHECK_INT(find("recovered").count, 1);
    CHECK_INT(find("camera_error").count, 1);
    CHECK_INT(find("evidence_removed").count, 1);
    journal_refusals = 1; /* a write has worked: another stretch may make room again */
    record(EVENT_CAMERA_ERROR, false);
    CHECK_INT(sets(), 36);
    CHECK_INT(find("evidence_removed").count, 2);
}

TEST(other_refusals_and_other_disks_cost_no_picture)
{
    CHECK(begin_with(1.0, 0, false));
    make_sets(100);
    refusal = ERROR_IO;
    journal_refusals = 1;
    record(EVENT_CAMERA_ERROR, false);
    picture_refusals = 1;
    record(EVENT_ANOMALY_DETECTED, true);
    CHECK_INT(sets(), 100);
    refusal = ERROR_SPACE;
    other_disk = true;
    journal_refusals = 1;
    record(EVENT_CAMERA_ERROR, false);
    CHECK_INT(sets(), 100);
    look();
    CHECK_INT(find("camera_error").count, 2);
}

TEST(a_picture_that_is_refused_is_tried_again_with_room)
{
    CHECK(begin_with(1.0, 0, false));
    make_sets(100);
    picture_refusals = 1;
    picture_tries = 0;
    record(EVENT_ANOMALY_DETECTED, true);
    CHECK_INT(picture_tries, 2);
    CHECK_INT(sets(), 69);
    CHECK_INT(find("fault").count, 0);
    picture_refusals = 4; /* the disk refuses for a reason of its own */
    for (int i = 0; i < 3; i++)
        record(EVENT_ALARM_UPDATE, true);
    CHECK_INT(picture_tries, 2 + 2 + 1 + 1);
    CHECK_INT(sets(), 69 - 32);
    CHECK_INT(find("fault").count, 1);
    record(EVENT_ALARM_UPDATE, true);
    CHECK_INT(find("recovered").count, 1);
}

TEST(what_can_not_be_removed_is_named_in_the_fault)
{
    CHECK(begin_with(1.0, 0, false));
    make_sets(30);
    CHECK_INT(chmod(project.anomalies_dir, 0555), 0);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) { /* root may remove anything */
        disk_free = MB;
        if (getuid() == 0 && (chmod(scratch("."), 0711) != 0 || setuid(65534) != 0))
            _exit(2);
        look();
        _exit(strstr(recorder->room.low.cause.message, "cannot be removed") ? 0 : 1);
    }
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK_INT(status, 0);
    CHECK_INT(chmod(project.anomalies_dir, 0700), 0);
}

TEST(a_replay_looks_at_nothing_and_removes_nothing)
{
    CHECK(begin_with(1.0, 1.0, true));
    make_sets(40);
    disk_free = 0;
    free_calls = 0;
    look();
    CHECK_INT(room_deadline_ns(recorder), INT64_MAX);
    record(EVENT_ANOMALY_DETECTED, true);
    CHECK_INT(find("anomaly_detected").paths, 1);
    CHECK_INT(free_calls, 0);
    CHECK_INT(sets(), 41);
    picture_refusals = 1;
    record(EVENT_ALARM_UPDATE, true);
    CHECK_INT(find("fault").count, 1);
    CHECK_INT(sets(), 41);
    CHECK_INT(find("evidence_removed").count, 0);
}

int main(void)
{
    RUN(too_little_room_removes_the_oldest_and_says_so_once);
    RUN(enough_room_removes_nothing);
    RUN(a_disk_that_something_else_fills_is_one_fault_and_one_recovery);
    RUN(looks_are_rare_when_all_is_well_and_frequent_when_not);
    RUN(zero_never_removes_and_is_no_fault);
    RUN(more_than_the_disk_holds_is_told_and_costs_no_picture);
    RUN(the_open_alarm_keeps_its_pictures_until_it_is_over);
    RUN(a_clock_set_back_costs_the_open_alarm_no_picture);
    RUN(age_is_looked_at_once_an_hour);
    RUN(age_and_room_in_one_pass_are_one_record);
    RUN(a_clock_that_jumps_ahead_makes_nothing_old_for_an_hour);
    RUN(pictures_stop_when_a_set_has_no_room_and_come_back_by_themselves);
    RUN(older_pictures_make_room_for_a_new_set);
    RUN(a_record_that_is_refused_makes_room_and_is_tried_again_at_once);
    RUN(room_that_does_not_help_is_made_only_once);
    RUN(other_refusals_and_other_disks_cost_no_picture);
    RUN(a_picture_that_is_refused_is_tried_again_with_room);
    RUN(what_can_not_be_removed_is_named_in_the_fault);
    RUN(a_replay_looks_at_nothing_and_removes_nothing);
    end();
    return check_report();
}

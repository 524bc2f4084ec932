/* Retention on a real folder: what goes, in which order, and above all what stays. */
#include "check.h"
#include "sandbox.h"

#include "platform/clock.h"
#include "platform/folder.h"
#include "sink/evidence.h"
#include "sink/retention.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PICTURE_BYTES = 8192, SET_FILES = 3, SET_BYTES = SET_FILES * PICTURE_BYTES };
#define DAY_MS (24 * 3600 * INT64_C(1000))
#define NOW_MS INT64_C(1767225605250) /* 2026-01-01 00:00:05 UTC, in the zone that main() sets */

static char folder[PATH_SIZE];
static struct retention_result result;
static struct error err;

static void begin(void)
{
    sandbox_path(folder, "anomalies");
    if (!folder_create(folder, true, NULL))
        abort();
}

static const char *path_in(const char *name)
{
    static char path[2 * PATH_SIZE];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void touch(const char *name, int64_t written_utc_ms)
{
    static const char picture[PICTURE_BYTES] = {1};
    struct timespec times[2] = {{.tv_nsec = UTIME_OMIT},
                                {.tv_sec = (time_t)(written_utc_ms / 1000)}};
    sandbox_write(path_in(name), picture, sizeof picture);
    if (utimensat(AT_FDCWD, path_in(name), times, 0) != 0)
        abort();
}

static void make_set(const char *stamp, int64_t written_utc_ms)
{
    char name[EVIDENCE_NAME_SIZE];
    evidence_name_make(EVIDENCE_ANOMALY, stamp, 0, name);
    touch(name, written_utc_ms);
    evidence_name_make(EVIDENCE_COMPARE, stamp, 0, name);
    touch(name, written_utc_ms);
    evidence_name_make(EVIDENCE_CONTEXT_PRE, stamp, 2, name);
    touch(name, written_utc_ms);
}

static const char *stamp_at(int64_t utc_ms)
{
    static char stamp[CLOCK_TEXT_SIZE];
    clock_format_stamp(utc_ms, false, stamp);
    return stamp;
}

/* Sets of `count` days, the last of them of now. */
static void make_days(int count)
{
    for (int i = 0; i < count; i++) {
        int64_t at_ms = NOW_MS - (count - 1 - i) * DAY_MS;
        make_set(stamp_at(at_ms), at_ms);
    }
}

static int files_of(const char *stamp)
{
    char name[EVIDENCE_NAME_SIZE];
    evidence_name_make(EVIDENCE_ANOMALY, stamp, 0, name);
    int count = file_kind_of(path_in(name)) == FILE_REGULAR;
    evidence_name_make(EVIDENCE_COMPARE, stamp, 0, name);
    count += file_kind_of(path_in(name)) == FILE_REGULAR;
    evidence_name_make(EVIDENCE_CONTEXT_PRE, stamp, 2, name);
    return count + (file_kind_of(path_in(name)) == FILE_REGULAR);
}

static int days_left(int count)
{
    int left = 0;
    for (int i = 0; i < count; i++)
        left += files_of(stamp_at(NOW_MS - (count - 1 - i) * DAY_MS)) == SET_FILES;
    return left;
}

static bool count_one(void *context, const char *name, enum file_kind kind)
{
    (void)name, (void)kind;
    ++*(int *)context;
    return true;
}

static int entries(void)
{
    int count = 0;
    return folder_visit(folder, count_one, &count, NULL) ? count : -1;
}

static struct retention_rules rules_for_room(uint64_t wanted_bytes)
{
    return (struct retention_rules){.wanted_bytes = wanted_bytes, .now_utc_ms = NOW_MS};
}

TEST(every_name_that_is_made_is_recognised)
{
    static const char *const stamps[] = {"20260131_080000_250", "20260131_080000_250-2",
                                         "20260131_080000_250-1000"};
    for (size_t i = 0; i < 3; i++) {
        for (enum evidence_kind kind = 0; kind < EVIDENCE_KIND_COUNT; kind++) {
            for (int number = 1; number <= CONTEXT_FRAMES_MAX; number++) {
                char name[EVIDENCE_NAME_SIZE], stamp[EVIDENCE_STAMP_SIZE];
                evidence_name_make(kind, stamps[i], number, name);
                CHECK(evidence_name_stamp(name, stamp));
                CHECK_TEXT(stamp, stamps[i]);
            }
        }
    }
}

static const char *const foreign[] = {
    "anomaly_20260131_080000_250.png",
    "anomaly_20260131_080000_250.jpg.bak",
    "anomaly_20260131_080000_250_1.jpg",
    "context_pre_20260131_080000_250.jpg",
    "context_pre_20260131_080000_250_0.jpg",
    "context_pre_20260131_080000_250_17.jpg",
    "context_pre_20260131_080000_250_01.jpg",
    "anomaly_20260131_080000_250-1.jpg",
    "anomaly_20260131_080000_250-1001.jpg",
    "anomaly_20260131_080000_250-02.jpg",
    "anomaly_20260131_080000_250-.jpg",
    "anomaly_20260131_080000_25.jpg",
    "anomaly_20260131-080000_250.jpg",
    "anomaly_2026013x_080000_250.jpg",
    "anomaly_20260131_080000_250",
    "my_anomaly_20260131_080000_250.jpg",
    "Anomaly_20260131_080000_250.jpg",
    "anomaly_.jpg",
    "anomaly_20260131_080000_2500.jpg",
    "normal_20260131_080000_250.jpg",
    "events.jsonl",
    "notes about the leak.txt",
    "context_pre_20260131_080000_250_99999999999999999999.jpg",
    ".anomaly_20260131_080000_250.jpg",
    "anomaly_20260131_080000_250-99999999999999999999.jpg",
};
enum { FOREIGN_COUNT = sizeof foreign / sizeof foreign[0] };

TEST(other_names_are_not_recognised)
{
    for (size_t i = 0; i < FOREIGN_COUNT; i++) {
        char stamp[EVIDENCE_STAMP_SIZE];
        if (evidence_name_stamp(foreign[i], stamp))
            CHECK_FAIL("'%s' was taken for evidence", foreign[i]);
    }
}

TEST(sets_of_the_same_time_are_in_the_order_of_their_numbers)
{
    static const char *const ordered[] = {"20260131_080000_250",     "20260131_080000_250-2",
                                          "20260131_080000_250-9",   "20260131_080000_250-10",
                                          "20260131_080000_250-100", "20260131_080000_251"};
    for (int i = 0; i < 6; i++) {
        for (int k = 0; k < 6; k++) {
            int order = evidence_stamp_compare(ordered[i], ordered[k]);
            CHECK_INT((order > 0) - (order < 0), (i > k) - (i < k));
        }
    }
}

TEST(the_oldest_sets_go_until_there_is_room)
{
    begin();
    make_days(30);
    struct retention_rules rules = rules_for_room(5 * SET_BYTES);
    CHECK(retention_prune(folder, &rules, &result, &err));
    CHECK_INT(result.sets_for_room, 5);
    CHECK_INT(result.sets_for_age, 0);
    CHECK_INT(result.files, 5 * SET_FILES);
    CHECK_INT(result.bytes, 5 * SET_BYTES);
    CHECK_TEXT(result.oldest, stamp_at(NOW_MS - 29 * DAY_MS));
    CHECK_TEXT(result.newest, stamp_at(NOW_MS - 25 * DAY_MS));
    CHECK_INT(days_left(30), 25);
    CHECK_INT(days_left(25), 25);
    CHECK_INT(entries(), 25 * SET_FILES);
}

TEST(a_byte_more_costs_a_whole_set)
{
    begin();
    make_days(30);
    struct retention_rules rules = rules_for_room(SET_BYTES + 1);
    CHECK(retention_prune(folder, &rules, &result, &err));
    CHECK_INT(result.sets_for_room, 2);
    rules.wanted_bytes = 0;
    CHECK(retention_prune(folder, &rules, &result, &err));
    CHECK_INT(result.files, 0);
    CHECK_TEXT(result.oldest, "");
    CHECK_INT(days_left(28), 28);
}

TEST(the_newest_sets_stay_however_little_room_there_is)
{
    begin();
    make_days(RETENTION_KEPT_SETS + 3);
    struct retention_rules rules = rules_for_room(UINT64_MAX);
    CHECK(retention_prune(folder, &rules, &result, &err));
    CHECK_INT(result.sets_for_room, 3);
    CHECK_INT(days_left(RETENTION_KEPT_SETS), RETENTION_KEPT_SETS);
    CHECK_INT(entries(), RETENTION_KEPT_SETS * SET_FILES);
    begin();
    make_days(2);
    CHECK(retention_prune(folder, &rules, &result, &err));
    CHECK_INT(result.files, 0);
}

TEST(stamps_of_a_wrong_clock_do_not_push_out_the_present)
{
    begin();
    make_days(RETENTION_KEPT_SETS + 1);
    for (int i = 0; i < 40; i++)
        make_set(stamp_at(NOW_MS + (1000 + i) * DAY_MS), NOW_MS);
    struct retention_rules rules = rules_for_room(3 * SET_BYTES);
    CHECK(retention_prune(folder, &rules, &result, &err));
    CHECK_INT(result.sets_for_room, 3);
    CHECK_INT(days_left(RETENTION_KEPT_SETS), RETENTION_KEPT_SETS); /* and 38 of the others */
    CHECK_INT(entries(), (RETENTION_KEPT_SETS + 38) * SET_FILES);
}

TEST(the_open_alarm_keeps_all_its_pictures)
{
    begin();
    make_days(40);
    struct retention_rules rules = rules_for_room(UINT64_MAX);
    rules.keep_ms = DAY_MS;
    snprintf(rules.open_since, sizeof rules.open_since, "%s", stamp_at(NOW_MS - 34 * DAY_MS));
    CHECK(retention_prune(folder, &rules, &result, &err));
    CHECK_INT(result.sets_for_age, 5); /* 39 … 35 days old */
    CHECK_INT(days_left(35), 35);
    CHECK_INT(days_left(40), 35);
}

TEST(nothing_is_older_than_the_limit)
{
    begin();
    make_days(30);
    struct retention_rules rules = {.keep_ms = 10 * DAY_MS, .now_utc_ms = NOW_MS};
    CHECK(retention_prune(folder, &rules, &result, &err));
    CHECK_INT(result.sets_for_age, 19);
    CHECK_INT(result.sets_for_room, 0);
    CHECK_INT(days_left(30), 11); /* 0 … 10 days */
    /* Age spares the newest sets too: who may not keep pictures may keep none. */
    rules.now_utc_ms = NOW_MS + 100 * DAY_MS;
    CHECK(retention_prune(folder, &rules, &result, &err));
    CHECK_INT(entries(), 0);
}

TEST(pictures_of_a_replay_are_as_old_as_their_files)
{
    begin();
    make_set("20000101_000003_000", NOW_MS - DAY_MS);
    make_set("20000101_000004_000", NOW_MS - 11 * DAY_MS);
    struct retention_rules rules = {.keep_ms = 10 * DAY_MS, .now_utc_ms = NOW_MS};
    CHECK(retention_prune(folder, &rules, &result, &err));
    CHECK_INT(result.sets_for_age, 1);
    CHECK_INT(files_of("20000101_000003_000"), SET_FILES);
    CHECK_INT(files_of("20000101_000004_000"), 0);
}

TEST(age_and_room_together)
{
    begin();
    make_days(40);
    struct retention_rules rules = {
        .wanted_bytes = 15 * SET_BYTES, .keep_ms = 29 * DAY_MS, .now_utc_ms = NOW_MS};
    CHECK(retention_prune(folder, &rules, &result, &err));
    CHECK_INT(result.sets_for_age, 10);
    CHECK_INT(result.sets_for_room, 5);
    CHECK_INT(days_left(40), 25);
}

/* Only regular files with a name of ours; what a link points at lies elsewhere. */
TEST(what_is_not_ours_is_untouched)
{
    begin();
    make_days(RETENTION_KEPT_SETS);
    for (size_t i = 0; i < FOREIGN_COUNT; i++)
        touch(foreign[i], NOW_MS - 100 * DAY_MS);
    char target[PATH_SIZE];
    sandbox_path(target, "elsewhere.jpg");
    sandbox_write(target, "kept", 4);
    CHECK_INT(symlink(target, path_in("anomaly_20200101_000000_000.jpg")), 0);
    CHECK(folder_create(path_in("anomaly_20200102_000000_000.jpg"), true, NULL));
    CHECK_INT(mkfifo(path_in("anomaly_20200103_000000_000.jpg"), 0600), 0);
    int before = entries();
    make_set("20190101_000000_000", NOW_MS - 100 * DAY_MS);
    struct retention_rules rules = {
        .wanted_bytes = UINT64_MAX, .keep_ms = 20 * DAY_MS, .now_utc_ms = NOW_MS};
    CHECK(retention_prune(folder, &rules, &result, &err));
    CHECK_INT(result.files, SET_FILES);
    CHECK_INT(entries(), before);
    for (size_t i = 0; i < FOREIGN_COUNT; i++)
        CHECK_INT(file_kind_of(path_in(foreign[i])), FILE_REGULAR);
    CHECK_INT(file_kind_of(target), FILE_REGULAR);
    CHECK_INT(file_kind_of(path_in("anomaly_20200101_000000_000.jpg")), FILE_LINK);
    CHECK_INT(file_kind_of(path_in("anomaly_20200102_000000_000.jpg")), FILE_FOLDER);
    CHECK_INT(days_left(RETENTION_KEPT_SETS), RETENTION_KEPT_SETS);
}

TEST(a_file_with_another_name_frees_nothing)
{
    begin();
    make_days(RETENTION_KEPT_SETS + 2);
    char saved[PATH_SIZE], name[EVIDENCE_NAME_SIZE];
    sandbox_path(saved, "kept.jpg");
    evidence_name_make(EVIDENCE_ANOMALY, stamp_at(NOW_MS - (RETENTION_KEPT_SETS + 1) * DAY_MS), 0,
                       name);
    CHECK_INT(link(path_in(name), saved), 0);
    struct retention_rules rules = rules_for_room(SET_BYTES);
    CHECK(retention_prune(folder, &rules, &result, &err));
    CHECK_INT(result.sets_for_room, 2);
    CHECK_INT(result.bytes, 2 * SET_BYTES - PICTURE_BYTES);
    CHECK_INT(file_kind_of(saved), FILE_REGULAR);
}

/* The real writer's files, all kinds of them. */
TEST(what_evidence_writes_is_removed)
{
    static uint8_t pixels[3 * 64 * 48];
    static float planes[3 * 16 * 16];
    static struct project project;
    struct config *config = config_default(&err);
    CHECK(config);
    config->monitor_save_context_enabled = true;
    config->monitor_save_context_pre_frames = config->monitor_save_context_post_frames = 2;
    config->monitor_save_error_heatmap = true;
    char root[PATH_SIZE];
    sandbox_path(root, "rig");
    CHECK(project_resolve(root, config, &project, &err));
    memcpy(folder, project.anomalies_dir, sizeof folder);
    const struct frame frame = {.width = 64, .height = 48, .rgb = pixels};
    const struct frame *two[] = {&frame, &frame};
    const struct detector_maps maps = {16, 16, planes, planes, planes, 1.0f};
    const struct evidence_input input = {&frame, &maps, two, 2, two, 2};
    static struct evidence_set set;
    for (int i = 0; i < 20; i++) { /* all of the same time: "-2" … "-20" */
        struct event event = {.type = EVENT_ANOMALY_DETECTED, .utc_ms = NOW_MS};
        CHECK(evidence_plan(config, &project, &event, false, &input, &set, &err));
        CHECK(evidence_write(config, &project, &event, &input, &set, &err));
    }
    CHECK_INT(set.count, 9);
    CHECK_INT(entries(), 20 * 9);
    struct retention_rules rules = rules_for_room(UINT64_MAX);
    CHECK(retention_prune(folder, &rules, &result, &err));
    CHECK_INT(result.files, 4 * 9);
    rules =
        (struct retention_rules){.keep_ms = DAY_MS, .now_utc_ms = clock_wall_utc_ms() + 3 * DAY_MS};
    CHECK(retention_prune(folder, &rules, &result, &err));
    CHECK_INT(entries(), 0);
    config_destroy(config);
}

TEST(many_sets_take_several_sweeps)
{
    enum { MANY = 1500 };
    begin();
    for (int i = 0; i < MANY; i++) {
        char name[EVIDENCE_NAME_SIZE]; /* in no order of time */
        evidence_name_make(EVIDENCE_ANOMALY, stamp_at(NOW_MS - (i * 7919 % MANY) * 1000), 0, name);
        touch(name, NOW_MS);
    }
    CHECK_INT(entries(), MANY);
    struct retention_rules rules = rules_for_room(1000 * PICTURE_BYTES);
    CHECK(retention_prune(folder, &rules, &result, &err));
    CHECK_INT(result.sets_for_room, 1000);
    CHECK_INT(entries(), MANY - 1000);
    CHECK_TEXT(result.oldest, stamp_at(NOW_MS - (MANY - 1) * 1000));
    CHECK_TEXT(result.newest, stamp_at(NOW_MS - (MANY - 1000) * 1000));
}

/* As nobody, in a folder of ours: root may remove anything. */
TEST(what_can_not_be_removed_is_told_and_passed_over)
{
    begin();
    make_days(600); /* more than one sweep of sets that stay */
    struct retention_rules rules = rules_for_room(UINT64_MAX);
    CHECK_INT(chmod(folder, 0555), 0);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        bool other = getuid() != 0 || (chmod(sandbox, 0711) == 0 && setuid(65534) == 0);
        bool right = other && retention_prune(folder, &rules, &result, &err) && result.files == 0 &&
                     result.sets_for_room == 0 &&
                     strstr(result.refused.message, "cannot be removed") != NULL;
        _exit(right ? 0 : 1);
    }
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK_INT(status, 0);
    CHECK_INT(chmod(folder, 0700), 0);
    CHECK_INT(days_left(600), 600);
}

TEST(a_folder_that_is_missing_or_none_at_all)
{
    begin();
    struct retention_rules rules = rules_for_room(1);
    CHECK_INT(rmdir(folder), 0);
    CHECK(retention_prune(folder, &rules, &result, &err));
    CHECK_INT(result.files, 0);
    sandbox_write(folder, "", 0);
    CHECK(!retention_prune(folder, &rules, &result, &err));
    CHECK_CONTAINS(err.message, "cannot be opened");
}

/* Removed half, as by a kill: whatever file is missing, the next pass finishes the set. */
TEST(a_set_removed_half_is_finished)
{
    static const enum evidence_kind kinds[] = {EVIDENCE_ANOMALY, EVIDENCE_COMPARE,
                                               EVIDENCE_CONTEXT_PRE};
    for (size_t i = 0; i < 3; i++) {
        begin();
        make_days(RETENTION_KEPT_SETS + 2);
        char name[EVIDENCE_NAME_SIZE], stamp[EVIDENCE_STAMP_SIZE];
        snprintf(stamp, sizeof stamp, "%s", stamp_at(NOW_MS - (RETENTION_KEPT_SETS + 1) * DAY_MS));
        evidence_name_make(kinds[i], stamp, 2, name);
        CHECK_INT(unlink(path_in(name)), 0);
        struct retention_rules rules = rules_for_room(1);
        CHECK(retention_prune(folder, &rules, &result, &err));
        CHECK_INT(files_of(stamp), 0);
        CHECK_INT(result.sets_for_room, 1);
        CHECK_INT(days_left(RETENTION_KEPT_SETS + 1), RETENTION_KEPT_SETS + 1);
    }
}

int main(void)
{
    setenv("TZ", "Europe/Berlin", 1);
    if (!sandbox_enter())
        return 1;
    RUN(every_name_that_is_made_is_recognised);
    RUN(other_names_are_not_recognised);
    RUN(sets_of_the_same_time_are_in_the_order_of_their_numbers);
    RUN(the_oldest_sets_go_until_there_is_room);
    RUN(a_byte_more_costs_a_whole_set);
    RUN(the_newest_sets_stay_however_little_room_there_is);
    RUN(stamps_of_a_wrong_clock_do_not_push_out_the_present);
    RUN(the_open_alarm_keeps_all_its_pictures);
    RUN(nothing_is_older_than_the_limit);
    RUN(pictures_of_a_replay_are_as_old_as_their_files);
    RUN(age_and_room_together);
    RUN(what_is_not_ours_is_untouched);
    RUN(a_file_with_another_name_frees_nothing);
    RUN(what_evidence_writes_is_removed);
    RUN(many_sets_take_several_sweeps);
    RUN(what_can_not_be_removed_is_told_and_passed_over);
    RUN(a_folder_that_is_missing_or_none_at_all);
    RUN(a_set_removed_half_is_finished);
    sandbox_leave();
    return check_report();
}

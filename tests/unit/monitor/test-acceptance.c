/* An alarm's places become normal and are taken back: the record, the file, and a monitor that
 * notices. */
#include "check.h"
#include "monitor/acceptance.h"
#include "monitor/accepted_follower.h"
#include "scratch.h"
#include "sink/journal.h"
#include "sink/record_fields.h"

static struct config *config;
static struct project project;
static char path[PATH_SIZE];
static struct accepted list;

static bool begin(const char *root)
{
    struct error err;
    config_destroy(config);
    config = config_default(&err);
    return config && project_resolve(scratch(root), config, &project, &err) &&
           project_create_folders(&project, &err) && acceptance_path(&project, path, &err);
}

static struct alarm_view alarm_of(const char *event_id, int boxes)
{
    struct alarm_view alarm = {.box_count = boxes, .area_px = 12, .area_fraction = 0.25};
    snprintf(alarm.event_id, sizeof alarm.event_id, "%s", event_id);
    for (int i = 0; i < boxes; i++)
        alarm.boxes[i] = (struct rect){10 + i, 20, 30, 40};
    return alarm;
}

struct found {
    int made, undone;
    int64_t boxes;
};

static bool look(void *context, const json_t *record, int64_t seq)
{
    (void)seq;
    struct found *found = context;
    if (!record_is(record, "accepted_as_normal"))
        return true;
    *(record_bool(record, "undone") ? &found->undone : &found->made) += 1;
    found->boxes = (int64_t)json_array_size(json_object_get(record, "boxes"));
    return true;
}

static struct found records(void)
{
    struct found found = {0};
    if (!journal_read(project.events_file, 0, look, &found, NULL, NULL))
        found.made = -1;
    return found;
}

TEST(accepting_is_recorded_and_in_force)
{
    CHECK(begin("made"));
    struct alarm_view alarm = alarm_of("1700000000000-1", 2);
    CHECK(acceptance_make(config, &project, &alarm, NULL));
    CHECK_INT(records().made, 1);
    CHECK_INT(records().boxes, 2);
    CHECK(accepted_load(path, &list, NULL));
    CHECK_INT(list.count, 1);
    CHECK_INT(list.entries[0].boxes[1].x, 11);
    CHECK(list.entries[0].utc_ms > INT64_C(1700000000000));
    CHECK(acceptance_make(config, &project, &alarm, NULL)); /* in force already */
    CHECK_INT(records().made, 1);
    alarm = alarm_of("1700000000000-1", 3); /* it has grown */
    CHECK(acceptance_make(config, &project, &alarm, NULL));
    CHECK_INT(records().made, 2);
    CHECK(accepted_load(path, &list, NULL));
    CHECK_INT(list.count, 1);
    CHECK_INT(list.entries[0].box_count, 3);
}

TEST(taking_back_is_recorded_with_its_places)
{
    CHECK(begin("undone"));
    struct alarm_view alarm = alarm_of("1700000000000-1", 2);
    CHECK(acceptance_make(config, &project, &alarm, NULL));
    CHECK(acceptance_take_back(config, &project, "1700000000000-1", NULL));
    CHECK_INT(records().undone, 1);
    CHECK_INT(records().boxes, 2);
    CHECK(accepted_load(path, &list, NULL));
    CHECK_INT(list.count, 0);
    struct error err = {0};
    CHECK(!acceptance_take_back(config, &project, "1700000000000-1", &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "is not accepted as normal");
    CHECK_INT(records().undone, 1);
}

TEST(what_can_have_no_effect_is_not_recorded)
{
    CHECK(begin("refused"));
    struct error err = {0};
    struct alarm_view nowhere = alarm_of("1700000000000-1", 0), alarm = alarm_of("1-1", 1);
    CHECK(!acceptance_make(config, &project, &nowhere, &err));
    CHECK_CONTAINS(err.message, "nothing to accept");
    CHECK(file_replace(path, "nonsense\n", 9, false, NULL));
    CHECK(!acceptance_make(config, &project, &alarm, &err));
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK(!acceptance_take_back(config, &project, "1-1", &err));
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_INT(records().made + records().undone, 0);
}

TEST(what_can_not_be_recorded_has_no_effect)
{
    CHECK(begin("unrecorded"));
    struct error err = {0};
    struct alarm_view alarm = alarm_of("1-1", 1);
    CHECK(mkdir(project.events_file, 0700) == 0);
    CHECK(!acceptance_make(config, &project, &alarm, &err));
    CHECK_CONTAINS(err.message, "events.jsonl");
    CHECK_INT(file_kind_of(path), FILE_MISSING);
}

/* The file can be read and not be written. */
TEST(a_record_without_effect_says_what_to_do)
{
    CHECK(begin("half"));
    struct error err = {0};
    struct alarm_view alarm = alarm_of("1-1", 1), other = alarm_of("1-2", 1);
    CHECK(acceptance_make(config, &project, &alarm, NULL));
    char lock[PATH_SIZE + 8];
    snprintf(lock, sizeof lock, "%s.lock", path);
    CHECK(file_remove(lock, NULL) && mkdir(lock, 0700) == 0);
    CHECK(!acceptance_make(config, &project, &other, &err));
    CHECK_CONTAINS(err.message, "accept it once more");
    CHECK(!acceptance_take_back(config, &project, "1-1", &err));
    CHECK_CONTAINS(err.message, "take it back once more");
    CHECK(rmdir(lock) == 0);
    CHECK(acceptance_make(config, &project, &other, NULL));
    CHECK(acceptance_take_back(config, &project, "1-1", NULL));
    CHECK(accepted_load(path, &list, NULL));
    CHECK_INT(list.count, 1);
    CHECK_TEXT(list.entries[0].event_id, "1-2");
}

struct taken {
    int times;
    size_t count;
};

static void take(void *context, const struct accepted *now)
{
    struct taken *taken = context;
    taken->times++;
    taken->count = now->count;
}

TEST(a_running_monitor_notices)
{
    CHECK(begin("followed"));
    struct alarm_view first = alarm_of("1-1", 1), second = alarm_of("1-2", 1);
    struct taken taken = {0};
    CHECK(acceptance_make(config, &project, &first, NULL));
    struct accepted_follower *follower = accepted_follower_create(path, NULL);
    CHECK(follower);
    accepted_follower_poll(follower, take, &taken);
    CHECK_INT(taken.times, 0); /* the detector has read this one itself */
    CHECK(acceptance_make(config, &project, &second, NULL));
    accepted_follower_poll(follower, take, &taken);
    accepted_follower_poll(follower, take, &taken);
    CHECK_INT(taken.times, 1);
    CHECK_INT(taken.count, 2);
    CHECK(acceptance_take_back(config, &project, "1-1", NULL));
    accepted_follower_poll(follower, take, &taken);
    CHECK_INT(taken.times, 2);
    CHECK_INT(taken.count, 1);
    CHECK(file_replace(path, "nonsense\n", 9, false, NULL));
    accepted_follower_poll(follower, take, &taken);
    CHECK_INT(taken.times, 2); /* as before, until it can be understood */
    CHECK(file_remove(path, NULL));
    accepted_follower_poll(follower, take, &taken);
    CHECK_INT(taken.times, 3);
    CHECK_INT(taken.count, 0);
    accepted_follower_destroy(follower);
    accepted_follower_destroy(NULL);
}

int main(void)
{
    RUN(accepting_is_recorded_and_in_force);
    RUN(taking_back_is_recorded_with_its_places);
    RUN(what_can_have_no_effect_is_not_recorded);
    RUN(what_can_not_be_recorded_has_no_effect);
    RUN(a_record_without_effect_says_what_to_do);
    RUN(a_running_monitor_notices);
    config_destroy(config);
    return check_report();
}

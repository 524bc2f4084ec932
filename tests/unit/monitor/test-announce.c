/* One event of a command that does not stay: what is in the journal afterwards. Delivery is the
 * scenario tests'. */
#include "check.h"
#include "monitor/announce.h"
#include "scratch.h"
#include "sink/journal.h"
#include "sink/record_fields.h"

static struct config *config;
static struct project project;

static bool begin(const char *root)
{
    struct error err;
    config_destroy(config);
    config = config_default(&err);
    return config && project_resolve(scratch(root), config, &project, &err);
}

static json_t *last_record;

static bool keep(void *context, const json_t *record, int64_t seq)
{
    (void)context;
    (void)seq;
    json_decref(last_record);
    last_record = json_deep_copy(record);
    return true;
}

static bool read_back(void)
{
    struct error err;
    return journal_read(project.events_file, 0, keep, NULL, NULL, &err) && last_record;
}

TEST(an_event_is_recorded_without_pictures)
{
    CHECK(begin("plain"));
    struct error err;
    struct event event = announce_event(EVENT_RECONSTRUCTION_VIZ_COMPLETE, "16 pictures");
    snprintf(event.detail, sizeof event.detail, "reports/montage.jpg");
    CHECK(announce(config, &project, &event, 0, NULL, &err));
    CHECK(read_back());
    CHECK(record_is(last_record, "reconstruction_viz_complete"));
    CHECK_TEXT(record_text(last_record, "text"), "16 pictures");
    CHECK_TEXT(record_text(last_record, "detail"), "reports/montage.jpg");
    CHECK(!json_object_get(last_record, "saved_paths"));
    CHECK(!record_bool(last_record, "notify"));
}

TEST(the_paths_of_pictures_are_recorded_in_their_order)
{
    CHECK(begin("paths"));
    struct error err;
    struct event event = announce_event(EVENT_SNAPSHOT_SAVED, "");
    event.frame = 7;
    event.status.score = 0.25;
    static const char *const paths[] = {"data/anomalies/anomaly_1.jpg",
                                        "data/anomalies/compare_1.jpg"};
    CHECK(announce_with_paths(config, &project, &event, paths, 2, 0, NULL, &err));
    CHECK(read_back());
    CHECK(record_is(last_record, "snapshot_saved"));
    CHECK_NEAR(record_number(last_record, "score"), 0.25, 1e-12);
    CHECK_INT(record_integer(last_record, "frame"), 7);
    json_t *saved = json_object_get(last_record, "saved_paths");
    CHECK_INT(json_array_size(saved), 2);
    CHECK_TEXT(json_string_value(json_array_get(saved, 0)), paths[0]);
    CHECK_TEXT(json_string_value(json_array_get(saved, 1)), paths[1]);
}

TEST(a_journal_that_can_not_be_written_is_an_error)
{
    CHECK(begin("refused"));
    struct error err;
    struct event event = announce_event(EVENT_SNAPSHOT_SAVED, "");
    CHECK(mkdir(scratch("refused"), 0700) == 0);
    CHECK(mkdir(project.logs_dir, 0700) == 0);
    CHECK(mkdir(project.events_file, 0700) == 0);
    CHECK(!announce_with_paths(config, &project, &event, NULL, 0, 0, NULL, &err));
    CHECK_CONTAINS(err.message, "events.jsonl");
}

int main(void)
{
    RUN(an_event_is_recorded_without_pictures);
    RUN(the_paths_of_pictures_are_recorded_in_their_order);
    RUN(a_journal_that_can_not_be_written_is_an_error);
    config_destroy(config);
    json_decref(last_record);
    return check_report();
}

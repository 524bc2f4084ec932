/* Which faults of the camera stand after these records. */
#include "check.h"
#include "report/standing_faults.h"

#include <stdlib.h>

static struct standing_faults after(const char *const *records)
{
    struct standing_faults standing = {0};
    for (; *records; records++) {
        json_t *record = json_loads(*records, 0, NULL);
        if (!record)
            abort();
        standing_faults_take(&standing, record);
        json_decref(record);
    }
    return standing;
}

#define RECORDS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define FAULT(name)                                                                                \
    "{\"type\":\"fault\",\"ts\":\"2026-01-31T08:00:00.000+01:00\",\"fault\":\"" name               \
    "\",\"text\":\"nothing is watched\"}"
#define OVER(name) "{\"type\":\"recovered\",\"fault\":\"" name "\"}"

TEST(a_fault_stands_until_it_is_over)
{
    struct standing_faults standing = after(RECORDS(FAULT("camera_dark")));
    CHECK_INT(standing_faults_first(&standing), FAULT_CAMERA_DARK);
    CHECK_INT(standing.faults[FAULT_CAMERA_DARK].since_utc_ms, INT64_C(1769842800000));
    CHECK_TEXT(standing.faults[FAULT_CAMERA_DARK].text, "nothing is watched");
    standing = after(RECORDS(FAULT("camera_dark"), OVER("camera_moved")));
    CHECK_INT(standing_faults_first(&standing), FAULT_CAMERA_DARK);
    standing = after(RECORDS(FAULT("camera_dark"), OVER("camera_dark")));
    CHECK_INT(standing_faults_first(&standing), FAULT_KIND_COUNT);
}

TEST(all_kinds_of_the_camera_count_and_no_others)
{
    struct standing_faults standing;
    int of_camera = 0;
    for (int kind = 0; kind < FAULT_KIND_COUNT; kind++) {
        char record[128], name[40];
        snprintf(record, sizeof record, "{\"type\":\"fault\",\"fault\":\"%s\"}",
                 fault_kind_name((enum fault_kind)kind));
        standing = after(RECORDS(record));
        standing_fault_name((enum fault_kind)kind, name, sizeof name);
        CHECK_INT(standing_faults_first(&standing) == (enum fault_kind)kind,
                  strncmp(name, "camera ", 7) == 0);
        of_camera += standing_faults_first(&standing) != FAULT_KIND_COUNT;
    }
    CHECK_INT(of_camera, CAMERA_FAULT_COUNT + 1);
}

TEST(a_camera_that_is_down_goes_before_what_it_showed)
{
    struct standing_faults standing = after(RECORDS(FAULT("camera_moved"), FAULT("camera_down")));
    CHECK_INT(standing_faults_first(&standing), FAULT_CAMERA_DOWN);
}

TEST(a_run_that_ends_takes_its_faults_along)
{
    struct standing_faults standing =
        after(RECORDS(FAULT("camera_dark"), "{\"type\":\"startup\"}"));
    CHECK_INT(standing_faults_first(&standing), FAULT_KIND_COUNT);
    standing = after(RECORDS(FAULT("camera_dark"), "{\"type\":\"shutdown\"}"));
    CHECK_INT(standing_faults_first(&standing), FAULT_KIND_COUNT);
}

TEST(hostile_records_do_no_harm)
{
    struct standing_faults standing =
        after(RECORDS("{}", "{\"type\":\"fault\",\"fault\":7}", FAULT("../camera_dark"),
                      "{\"type\":\"fault\",\"fault\":\"camera_dark\",\"ts\":[],"
                      "\"text\":\"\\u001b[2J\"}"));
    CHECK_INT(standing_faults_first(&standing), FAULT_CAMERA_DARK);
    CHECK_INT(standing.faults[FAULT_CAMERA_DARK].since_utc_ms, 0);
    CHECK(!strchr(standing.faults[FAULT_CAMERA_DARK].text, '\033'));
}

int main(void)
{
    RUN(a_fault_stands_until_it_is_over);
    RUN(all_kinds_of_the_camera_count_and_no_others);
    RUN(a_camera_that_is_down_goes_before_what_it_showed);
    RUN(a_run_that_ends_takes_its_faults_along);
    RUN(hostile_records_do_no_harm);
    return check_report();
}

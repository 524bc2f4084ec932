/* scene_changed: when it is recorded, when it is told, and that it never delays a leak (rules in
 * event/watch.h, scripts in watch_script.h).
 */
#include "check.h"

#include "watch_script.h"

struct row {
    const char *name, *script, *expected;
    int cooldown_s;
};

static void run_rows(const struct row *rows, size_t count)
{
    static struct script script;
    for (size_t i = 0; i < count; i++) {
        script_begin(&script, script_settings(3, rows[i].cooldown_s), MODE_MONITOR);
        script_run(&script, rows[i].script);
        if (strcmp(script.log, rows[i].expected) != 0)
            CHECK_FAIL("%s: \"%s\" gave\n    %s\n  expected\n    %s", rows[i].name, rows[i].script,
                       script.log, rows[i].expected);
    }
}

#define RUN_ROWS(rows) run_rows((rows), sizeof(rows) / sizeof(rows)[0])

TEST(told_at_once_or_late)
{
    static const struct row rows[] = {
        {"at once", "n ^n 100n", "scene!*@2", 60},
        {"a second one waits for the cooldown", "^n 39n ^n 100n",
         "scene!*@1 scene*@41 scene-late!@61", 60},
        {"two that waited are told together", "^n 9n ^n 9n ^n 100n",
         "scene!*@1 scene@11 scene@21 scene-late!@61", 60},
        {"after an alarm it waits too", "3a 3n ^n 100n",
         "open!*@3 closed!@6 scene*@7 scene-late!@63", 60},
        {"without a cooldown all are told", "^n ^n ^n", "scene!*@1 scene!@2 scene!@3", 0},
        {"the next one that may be told carries those that waited", "^n ^n +58 ^n",
         "scene!*@1 scene@2 fault!@32 scene-late!@61 recovered!@61 scene*@61", 60},
        {"the end of the run tells it", "^n ^n fin", "scene!*@1 scene@2 scene-late!@2", 60},
        {"told while disarmed", "^n ^n off +100", "scene!*@1 scene@2 mode@2 scene-late!@61", 60},
        {"not seen while disarmed", "off 9^n", "mode@0", 60},
    };
    RUN_ROWS(rows);
}

TEST(a_leak_is_never_delayed_by_it)
{
    static const struct row rows[] = {
        {"an alarm is told right after it", "^n 3a", "scene!*@1 open!*@4", 60},
        {"both in one frame", "2a ^a", "open!*@3 scene*@3", 60},
        {"reminders do not starve it", "3a ^a 200a",
         "open!*@3 scene*@4 scene-late!@63 reminder!*@63 reminder!*@123 reminder!*@183", 60},
    };
    RUN_ROWS(rows);
}

static struct script script;

TEST(what_it_says)
{
    script_begin(&script, script_settings(3, 60), MODE_MONITOR);
    script_run(&script, "n ^n");
    const struct event *event = &script.last;
    CHECK_INT(event->type, EVENT_SCENE_CHANGED);
    CHECK_TEXT(event->alarm.event_id, "1767225602000-1");
    CHECK_INT(event->frame, 1);
    CHECK_INT(event->alarm.box_count, 1);
    CHECK_INT(event->alarm.boxes[0].x, script_box_b.x);
    CHECK_NEAR(event->alarm.area_px, 400.0, 0.0);
    CHECK_NEAR(event->alarm.area_fraction, 400.0 / (200 * 100), 1e-12);
    CHECK_CONTAINS(event->text, "if it is no leak, there is nothing to do");
    CHECK_INT(script.watch.alarms, 0);
    CHECK(!watch_acknowledge(&script.watch, event->alarm.event_id)); /* it is never open */
    script_run(&script, "3a");
    CHECK_TEXT(script.last.alarm.event_id, "1767225605000-2"); /* the same numbers */
}

TEST(late_news_name_the_largest_and_count_the_others)
{
    script_begin(&script, script_settings(3, 60), MODE_MONITOR);
    script_run(&script, "^n 9n ^n");
    struct observation large = script_observation("^n");
    large.changed_boxes[large.changed_box_count++] = (struct rect){0, 0, 150, 100};
    script_pass(&script, NS_PER_SECOND);
    script_observe(&script, &large);
    script_run(&script, "^n 100n");
    CHECK_INT(script.last.type, EVENT_SCENE_CHANGED);
    CHECK_INT(script.last.update, UPDATE_LATE);
    CHECK_INT(script.last.frame, -1);
    CHECK_INT(script.last.alarm.untold_before, 2);
    CHECK_NEAR(script.last.alarm.area_px, 15400.0, 0.0);
    CHECK_TEXT(script.last.alarm.event_id, "1767225612000-3");
    large.changed_boxes[large.changed_box_count++] = (struct rect){0, 0, 200, 100};
    script_pass(&script, 100 * NS_PER_SECOND);
    script_observe(&script, &large);
    CHECK_NEAR(script.last.alarm.area_fraction, 1.0, 0.0); /* boxes may overlap */
}

int main(void)
{
    RUN(told_at_once_or_late);
    RUN(a_leak_is_never_delayed_by_it);
    RUN(what_it_says);
    RUN(late_news_name_the_largest_and_count_the_others);
    return check_report();
}

/* The definitions of sequence_result.h as code, and nothing else: no frame is looked at here, so
 * that every one of them can be tested by hand-made numbers.
 */
#include "evaluate/sequence_judge.h"

#include <math.h>
#include <string.h>

static double fraction_at(const struct sequence_result *result, int64_t frame)
{
    return (double)result->frames[frame].area_px / ((double)result->width * result->height);
}

void sequence_judge_truth(struct sequence_result *result)
{
    const int64_t count = (int64_t)result->frame_count;
    result->leak_end = result->visible_frame = result->largest_frame = -1;
    result->largest_fraction = result->final_fraction = 0;
    result->quiet_frames = (size_t)(sequence_has_leak(result) ? result->onset : count);
    if (!sequence_has_leak(result))
        return;
    for (int64_t frame = result->onset; frame < count; frame++) {
        const double fraction = fraction_at(result, frame);
        if (fraction > 0)
            result->leak_end = frame;
        if (fraction >= VISIBLE_FRACTION && result->visible_frame < 0)
            result->visible_frame = frame;
        if (fraction > result->largest_fraction) {
            result->largest_fraction = fraction;
            result->largest_frame = frame;
        }
    }
    result->final_fraction = fraction_at(result, count - 1);
}

bool sequence_leaks_at(const struct sequence_result *result, int64_t frame)
{
    return sequence_has_leak(result) && frame >= result->onset && frame <= result->leak_end;
}

static void judge_alarms(struct sequence_result *result)
{
    result->found_frame = -1;
    result->found_alarm = 0;
    result->localised = false;
    result->false_alarm_count = 0;
    for (size_t i = 0; i < result->alarm_count; i++) {
        struct sequence_alarm *alarm = &result->alarms[i];
        alarm->is_false = !sequence_leaks_at(result, alarm->frame);
        alarm->leak_fraction = fraction_at(result, alarm->frame);
        result->false_alarm_count += alarm->is_false;
        if (alarm->is_false || result->found_frame >= 0)
            continue;
        result->found_frame = alarm->frame;
        result->found_alarm = i;
        result->localised = alarm->localised;
    }
}

static void judge_delays(struct sequence_result *result)
{
    result->delay_onset_s = result->delay_visible_s = result->found_fraction = NAN;
    if (result->found_frame < 0)
        return;
    result->delay_onset_s = (double)(result->found_frame - result->onset) * result->interval_s;
    if (result->visible_frame >= 0)
        result->delay_visible_s =
            (double)(result->found_frame - result->visible_frame) * result->interval_s;
    result->found_fraction = fraction_at(result, result->found_frame);
}

static void judge_notices(struct sequence_result *result)
{
    result->expectation_met = false;
    result->unexpected_count = 0;
    for (size_t i = 0; i < result->notice_count; i++) {
        if (*result->expect && strcmp(result->notices[i].what, result->expect) == 0)
            result->expectation_met = true;
        else
            result->unexpected_count++;
    }
}

void sequence_judge(struct sequence_result *result, bool false_open_at_onset)
{
    judge_alarms(result);
    judge_delays(result);
    judge_notices(result);
    result->masked = false_open_at_onset && sequence_has_leak(result) && result->found_frame < 0;
}

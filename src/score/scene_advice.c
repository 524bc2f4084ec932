/* Findings of learning → what a person should look at, and do. Called once a scene is learned.
 *
 * Each finding is one sentence that names pictures by their files and ends with the remedy. None of
 * them stops learning: the pictures may be strange because the scene is.
 */
#include "score/scene_advice.h"

#include <stdarg.h>
#include <stdio.h>

static const float EDGES_LEAST = 0.02f; /* of the logarithm per px, in a hundredth of the picture */
static const float SPREAD_MOST = 0.10f; /* in half of the picture */

static void say(const struct scene_adviser *adviser, const char *format, ...) PRINTF_LIKE(2, 3);

static void say(const struct scene_adviser *adviser, const char *format, ...)
{
    char sentence[LEARN_TEXT_SIZE];
    va_list arguments;
    if (!adviser->listener.say)
        return;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    adviser->listener.say(adviser->listener.context, LEARN_WARNING, sentence);
}

static const char *name_of(const struct scene_adviser *adviser, size_t index)
{
    return adviser->list->names[index];
}

static void advise_on_outliers(const struct scene_adviser *adviser)
{
    const struct scene_lesson *lesson = adviser->lesson;
    if (lesson->outlier_count > 0)
        say(adviser,
            "%zu of the normal pictures differ strongly from the others and were left out, the "
            "first is %.100s: look at them, and remove what is not normal",
            lesson->outlier_count, name_of(adviser, lesson->outliers[0]));
    if (lesson->moves)
        say(adviser,
            "%zu of the first %zu normal pictures differ strongly from the others, too many to be "
            "left out, the first is %.100s: remove those that show a person, work at the rig or a "
            "leak; if the scene always moves so much, restrict roi to where it is still",
            lesson->stray_count, adviser->list->count - lesson->held_out,
            name_of(adviser, lesson->first_stray));
    else if (lesson->spread > SPREAD_MOST)
        say(adviser,
            "half of the picture changes by more than %.0f %% from picture to picture: with so "
            "much movement small leaks are not seen; restrict roi to where the scene is still, or "
            "give it steady light",
            100.0 * (double)lesson->spread);
}

static void advise_on_sameness(const struct scene_adviser *adviser)
{
    const struct scene_lesson *lesson = adviser->lesson;
    const size_t count = adviser->list->count;
    if (lesson->repeats + 1 == count)
        say(adviser,
            "all %zu normal pictures are the same to the last bit: they say nothing about noise "
            "and light, and a frozen camera will not be noticed; check that the camera delivers "
            "new pictures, and capture over a day and a night",
            count);
    else if (lesson->repeats > 0)
        say(adviser,
            "%zu of the %zu normal pictures are the same to the last bit as the one before%s: "
            "check that the camera does not freeze",
            lesson->repeats, count,
            adviser->normal->noiseless ? ", so that a frozen camera will not be noticed" : "");
    if (lesson->edges < EDGES_LEAST)
        say(adviser, "the scene has hardly any edges: a camera that was moved, covered or is out "
                     "of focus will not be noticed; is the lens in focus and uncovered?");
    if (lesson->dark_count > 0)
        say(adviser,
            "%zu of the %zu normal pictures are black, the first is %.100s: leakwatch cannot see "
            "in the dark; remove them, and keep a light on where it shall watch",
            lesson->dark_count, count, name_of(adviser, lesson->first_dark));
}

static void advise_on_places(const struct scene_adviser *adviser)
{
    const struct scene_lesson *lesson = adviser->lesson;
    const size_t second = lesson->second_place, count = adviser->list->count;
    if (second > 0)
        say(adviser,
            "pictures 1 to %zu (up to %.100s) and %zu to %zu (from %.100s on) show the scene from "
            "two positions: keep those that were taken from where the camera is now, remove the "
            "others, and train again",
            second, name_of(adviser, second - 1), second + 1, count, name_of(adviser, second));
}

static void advise_on_change(const struct scene_adviser *adviser)
{
    const struct scene_change *change = &adviser->lesson->change;
    const int scale = adviser->normal->size.reduction;
    if (change->found)
        say(adviser,
            "from %.100s on, %dx%d px at (%d, %d) of the pictures look different and stay so to "
            "the end (%.2f %% of the picture): if that is a leak, remove these pictures and train "
            "again; if it is normal, leave them: it is taken for normal, and little is seen there",
            name_of(adviser, change->first), change->box.width * scale, change->box.height * scale,
            change->box.x * scale, change->box.y * scale, 100.0 * change->share);
}

void scene_advise(const struct scene_adviser *adviser)
{
    advise_on_places(adviser);
    advise_on_outliers(adviser);
    advise_on_change(adviser);
    advise_on_sameness(adviser);
}

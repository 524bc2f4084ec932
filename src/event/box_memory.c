/* The memory behind "a box appears that touches none so far" in the watch state machine. Pure. */
#include "event/box_memory.h"

#include <limits.h>

static bool touch(struct rect a, struct rect b)
{
    return a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height &&
           b.y <= a.y + a.height;
}

static bool contains(struct rect outer, struct rect inner)
{
    return inner.x >= outer.x && inner.x + inner.width <= outer.x + outer.width &&
           inner.y >= outer.y && inner.y + inner.height <= outer.y + outer.height;
}

static int lesser(int a, int b)
{
    return a < b ? a : b;
}

static int greater(int a, int b)
{
    return a > b ? a : b;
}

static struct rect hull(struct rect a, struct rect b)
{
    int left = lesser(a.x, b.x), top = lesser(a.y, b.y);
    int right = greater(a.x + a.width, b.x + b.width);
    int bottom = greater(a.y + a.height, b.y + b.height);
    return (struct rect){left, top, right - left, bottom - top};
}

static int64_t area_of(struct rect rect)
{
    return (int64_t)rect.width * rect.height;
}

static bool touches_recorded(const struct box_memory *memory, struct rect box)
{
    for (int i = 0; i < memory->recorded_count; i++)
        if (touch(memory->recorded[i], box))
            return true;
    return false;
}

static void widen_closest(struct box_memory *memory, struct rect box)
{
    int closest = 0;
    int64_t least = INT64_MAX;
    for (int i = 0; i < memory->recorded_count; i++) {
        int64_t added = area_of(hull(memory->recorded[i], box)) - area_of(memory->recorded[i]);
        if (added < least) {
            least = added;
            closest = i;
        }
    }
    memory->recorded[closest] = hull(memory->recorded[closest], box);
}

static void record_box(struct box_memory *memory, struct rect box)
{
    for (int i = 0; i < memory->recorded_count; i++)
        if (contains(memory->recorded[i], box))
            return;
    if (memory->recorded_count < RECORDED_BOXES_MAX)
        memory->recorded[memory->recorded_count++] = box;
    else
        widen_closest(memory, box);
}

void box_memory_begin(struct box_memory *memory, const struct rect *boxes, int count)
{
    memory->recorded_count = memory->candidate_count = 0;
    for (int i = 0; i < count; i++)
        record_box(memory, boxes[i]);
}

/* In how many frames in a row, this one included, something was where `box` is. */
static int frames_of(const struct box_memory *memory, struct rect box)
{
    int frames = 0;
    for (int i = 0; i < memory->candidate_count; i++)
        if (touch(memory->candidates[i].box, box))
            frames = greater(frames, memory->candidates[i].frames);
    return frames < INT_MAX ? frames + 1 : frames;
}

bool box_memory_look(struct box_memory *memory, const struct rect *boxes, int count,
                     int frames_needed)
{
    struct box_candidate candidates[BOXES_MAX];
    int candidate_count = 0;
    bool found = false;
    for (int i = 0; i < count; i++) {
        if (touches_recorded(memory, boxes[i]))
            continue;
        int frames = frames_of(memory, boxes[i]);
        candidates[candidate_count++] = (struct box_candidate){boxes[i], frames};
        found = found || frames >= frames_needed;
    }
    memory->candidate_count = candidate_count;
    for (int i = 0; i < candidate_count; i++)
        memory->candidates[i] = candidates[i];
    return found;
}

void box_memory_record(struct box_memory *memory, const struct rect *boxes, int count,
                       int frames_needed)
{
    for (int i = 0; i < count; i++)
        if (touches_recorded(memory, boxes[i]))
            record_box(memory, boxes[i]);
    int left = 0;
    for (int i = 0; i < memory->candidate_count; i++) {
        if (memory->candidates[i].frames >= frames_needed)
            record_box(memory, memory->candidates[i].box);
        else
            memory->candidates[left++] = memory->candidates[i];
    }
    memory->candidate_count = left;
}

void box_memory_drop_candidates(struct box_memory *memory)
{
    memory->candidate_count = 0;
}

/* Which boxes count as new, and that the memory never overflows. */
#include "check.h"

#include "base/rng.h"
#include "event/box_memory.h"

static struct box_memory memory;

static struct rect box_at(int x, int y)
{
    return (struct rect){x, y, 10, 10};
}

static bool look(struct rect box, int needed)
{
    return box_memory_look(&memory, &box, 1, needed);
}

TEST(touching_is_overlap_or_a_shared_border)
{
    struct rect home = box_at(100, 100);
    static const struct {
        int x, y;
        bool is_new;
    } cases[] = {{100, 100, false}, {109, 109, false}, {110, 100, false}, {110, 110, false},
                 {90, 90, false},   {111, 100, true},  {100, 111, true},  {89, 100, true},
                 {100, 89, true},   {111, 111, true}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        box_memory_begin(&memory, &home, 1);
        CHECK_INT(look(box_at(cases[i].x, cases[i].y), 1), cases[i].is_new);
    }
}

TEST(new_means_frames_in_a_row)
{
    box_memory_begin(&memory, NULL, 0);
    CHECK(!look(box_at(0, 0), 3));
    CHECK(!look(box_at(5, 5), 3));
    CHECK(!look(box_at(50, 50), 3)); /* elsewhere: a row of its own */
    CHECK(!look(box_at(55, 55), 3));
    CHECK(look(box_at(60, 60), 3)); /* moving along is the same thing */
    box_memory_drop_candidates(&memory);
    CHECK(!look(box_at(60, 60), 3));
    CHECK(!look(box_at(60, 60), 2) == false);
}

TEST(recording_keeps_what_is_not_new_yet)
{
    struct rect both[] = {box_at(0, 0), box_at(100, 0)};
    box_memory_begin(&memory, NULL, 0);
    CHECK(!look(both[0], 2));
    CHECK(box_memory_look(&memory, both, 2, 2)); /* the first for the second time */
    box_memory_record(&memory, both, 2, 2);
    CHECK_INT(memory.recorded_count, 1);
    CHECK_INT(memory.candidate_count, 1);
    CHECK(box_memory_look(&memory, both, 2, 2)); /* now the second */
    box_memory_record(&memory, both, 2, 2);
    CHECK(!box_memory_look(&memory, both, 2, 1));
}

TEST(a_recorded_place_grows_with_the_records)
{
    struct rect small = box_at(0, 0), large = {0, 0, 100, 100};
    box_memory_begin(&memory, &small, 1);
    CHECK(!look(large, 1));
    CHECK(look(box_at(80, 80), 1)); /* not recorded yet */
    box_memory_record(&memory, &large, 1, 2);
    CHECK(!look(box_at(80, 80), 1));
}

TEST(more_places_than_fit)
{
    box_memory_begin(&memory, NULL, 0);
    struct rng rng = rng_seeded(3, 0);
    for (int round = 0; round < 2000; round++) {
        struct rect boxes[BOXES_MAX];
        for (int i = 0; i < BOXES_MAX; i++)
            boxes[i] = box_at((int)rng_below(&rng, 4000), (int)rng_below(&rng, 4000));
        box_memory_look(&memory, boxes, BOXES_MAX, 1);
        box_memory_record(&memory, boxes, BOXES_MAX, 1);
        CHECK(memory.recorded_count <= RECORDED_BOXES_MAX);
        CHECK(!box_memory_look(&memory, boxes, BOXES_MAX, 1)); /* nothing was forgotten */
    }
    CHECK_INT(memory.recorded_count, RECORDED_BOXES_MAX);
}

TEST(a_place_too_many_widens_its_neighbour_only)
{
    box_memory_begin(&memory, NULL, 0);
    for (int i = 0; i < RECORDED_BOXES_MAX; i++) {
        look(box_at(i % 8 * 1000, i / 8 * 1000), 1);
        box_memory_record(&memory, NULL, 0, 1);
    }
    CHECK(look(box_at(3020, 3000), 1));
    box_memory_record(&memory, NULL, 0, 1);
    CHECK_INT(memory.recorded_count, RECORDED_BOXES_MAX);
    CHECK_INT(memory.recorded[3 * 8 + 3].width, 30);
    CHECK(!look(box_at(3020, 3000), 1));
    CHECK(look(box_at(2500, 3000), 1));
}

int main(void)
{
    RUN(touching_is_overlap_or_a_shared_border);
    RUN(new_means_frames_in_a_row);
    RUN(recording_keeps_what_is_not_new_yet);
    RUN(a_recorded_place_grows_with_the_records);
    RUN(more_places_than_fit);
    RUN(a_place_too_many_widens_its_neighbour_only);
    return check_report();
}

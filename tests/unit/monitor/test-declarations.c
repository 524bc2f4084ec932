/* What people declare normal, on its way to a detector that notes what it is asked. */
#include "check.h"
#include "monitor/declarations.h"

#include <stdlib.h>

struct stub {
    struct detector head;
    bool judges;
    char asked[256]; /* "+10 -10 …": taken in or back, by the x of the first box */
};

static bool stub_accept(struct detector *detector, const struct rect *boxes, int count, bool undo)
{
    struct stub *stub = (struct stub *)detector;
    const size_t used = strlen(stub->asked);
    if (!undo && !stub->judges)
        return false;
    snprintf(stub->asked + used, sizeof stub->asked - used, "%c%d/%d ", undo ? '-' : '+',
             boxes[0].x, count);
    return true;
}

static const struct detector_ops can = {.kind = "stub", .accept = stub_accept};
static const struct detector_ops cannot = {.kind = "stub"};

static struct declarations *declarations;
static struct stub stub;

static void begin(const struct detector_ops *ops)
{
    free(declarations);
    declarations = calloc(1, sizeof *declarations);
    stub = (struct stub){.head = {.ops = ops}, .judges = true};
}

/* A list of places of 10 px, each at its x. */
static void want(const int *xs, size_t count)
{
    declarations->wanted.count = count;
    for (size_t i = 0; i < count; i++) {
        struct acceptance *entry = &declarations->wanted.entries[i];
        *entry = (struct acceptance){.utc_ms = xs[i], .box_count = 1};
        entry->boxes[0] = (struct rect){xs[i], 5, 10, 10};
        snprintf(entry->event_id, sizeof entry->event_id, "%d-1", xs[i]);
    }
    declarations_renew(declarations, 0);
}

static const char *apply(void)
{
    stub.asked[0] = '\0';
    declarations_apply(declarations, &stub.head);
    return stub.asked;
}

TEST(each_place_is_taken_in_once)
{
    begin(&can);
    CHECK_TEXT(apply(), "");
    want((int[]){100, 200}, 2);
    CHECK_TEXT(apply(), "+100/1 +200/1 ");
    CHECK_TEXT(apply(), "");
    want((int[]){100, 200, 300}, 3);
    CHECK_TEXT(apply(), "+300/1 ");
}

TEST(a_frame_that_is_not_judged_is_waited_out)
{
    begin(&can);
    stub.judges = false;
    want((int[]){100}, 1);
    CHECK_TEXT(apply(), "");
    stub.judges = true;
    CHECK_TEXT(apply(), "+100/1 ");
    stub.judges = false;
    want(NULL, 0);
    CHECK_TEXT(apply(), "-100/1 "); /* taking back waits for nothing */
}

TEST(what_overlaps_a_place_taken_back_is_taken_in_anew)
{
    begin(&can);
    want((int[]){100, 105, 200}, 3);
    CHECK_TEXT(apply(), "+100/1 +105/1 +200/1 ");
    want((int[]){105, 200}, 2);
    CHECK_TEXT(apply(), "-100/1 +105/1 ");
    CHECK_TEXT(apply(), "");
}

TEST(an_id_with_other_places_replaces_the_first)
{
    begin(&can);
    want((int[]){100}, 1);
    (void)apply();
    declarations->wanted.entries[0].boxes[0].x = 400;
    declarations_renew(declarations, 0);
    CHECK_TEXT(apply(), "-100/1 +400/1 ");
}

TEST(what_the_model_has_learned_since_does_not_count)
{
    begin(&can);
    want((int[]){100, 200}, 2);
    declarations_renew(declarations, 150);
    CHECK_TEXT(apply(), "+200/1 ");
}

TEST(a_detector_that_cannot_accept_is_let_alone)
{
    begin(&cannot);
    want((int[]){100}, 1);
    CHECK_TEXT(apply(), "");
    CHECK_INT(declarations->in_force.count, 0);
}

int main(void)
{
    RUN(each_place_is_taken_in_once);
    RUN(a_frame_that_is_not_judged_is_waited_out);
    RUN(what_overlaps_a_place_taken_back_is_taken_in_anew);
    RUN(an_id_with_other_places_replaces_the_first);
    RUN(what_the_model_has_learned_since_does_not_count);
    RUN(a_detector_that_cannot_accept_is_let_alone);
    free(declarations);
    return check_report();
}

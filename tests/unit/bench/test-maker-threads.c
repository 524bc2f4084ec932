/* Several threads that make folders of one plan. */
#include "check.h"

#include "maker.h"
#include "scratch.h"

#include "base/buffer.h"
#include "platform/file.h"

#include <string.h>

enum { CASES = 5, FRAMES = 3, FILE_MOST = 1 << 20 };

static struct error err;
static struct maker_counts counts;

static void plan_cases(struct plan *plan)
{
    *plan = (struct plan){0};
    struct scene_plan *scene = plan_add_scene(plan);
    *scene = (struct scene_plan){
        .name = "small", .width = 160, .height = 96, .seed = 1000, .normals = 2};
    for (unsigned i = 0; i < CASES; i++) {
        struct case_plan *row = plan_add_case(plan);
        row->seed = 1001 + i;
        row->frames = FRAMES;
        snprintf(row->name, sizeof row->name, "quiet-%u", i);
        snprintf(row->kind, sizeof row->kind, "quiet");
        case_set_usual(row, scene);
    }
}

static bool make(const char *out, int jobs)
{
    struct plan plan;
    plan_cases(&plan);
    const struct maker_settings settings = {
        .out = scratch(out), .footage = "/nowhere", .jobs = jobs, .is_quiet = true};
    const bool done = plan_make(&plan, &settings, &counts, &err);
    plan_finish(&plan);
    return done;
}

static bool are_equal(const char *one, const char *other)
{
    struct buffer a = {0}, b = {0};
    const bool equal = file_read(scratch(one), FILE_MOST, &a, &err) &&
                       file_read(scratch(other), FILE_MOST, &b, &err) && a.size > 0 &&
                       a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
    buffer_finish(&a);
    buffer_finish(&b);
    return equal;
}

TEST(any_number_of_threads_makes_the_same_bytes)
{
    CHECK(make("one", 1));
    CHECK_INT(counts.made, CASES + 1);
    CHECK(make("four", 4));
    CHECK_INT(counts.made, CASES + 1);
    for (int i = 0; i < CASES; i++) {
        for (int frame = 0; frame < FRAMES; frame++) {
            char one[64], four[64];
            snprintf(one, sizeof one, "one/small/quiet-%d/%06d.jpg", i, frame);
            snprintf(four, sizeof four, "four/small/quiet-%d/%06d.jpg", i, frame);
            CHECK(are_equal(one, four));
        }
    }
}

TEST(the_failure_of_one_thread_ends_them_all)
{
    CHECK(folder_create(scratch("blocked/small"), false, &err));
    for (int i = 0; i < CASES; i++) {
        char path[64];
        snprintf(path, sizeof path, "blocked/small/quiet-%d", i);
        CHECK(file_replace(scratch(path), "x", 1, false, &err));
    }
    CHECK(!make("blocked", 4));
    CHECK_CONTAINS(err.message, "blocked/small/quiet-");
}

int main(void)
{
    RUN(any_number_of_threads_makes_the_same_bytes);
    RUN(the_failure_of_one_thread_ends_them_all);
    return check_report();
}

/* The truth that the simulated rig tells about its leaks: where nothing leaks nothing is covered,
 * what is covered grows, and what a leak changes in the picture lies where it says it is.
 */
#include "check.h"
#include "rig_pictures.h"

#include "camera/rig.h"

#include <stdlib.h>

/* Five minutes after the onset all leaks are there, whatever their layout. */
enum { ONSET_FRAME = 200, LATE_FRAME = 3200 };

static const char *const leaks[] = {"drops", "trickle", "puddle", "clear", "crust", "stain"};
enum { LEAK_COUNT = sizeof leaks / sizeof leaks[0] };

static uint8_t cover[PICTURE_PIXELS];

static double covered_px(void)
{
    double sum = 0.0;
    for (int i = 0; i < PICTURE_PIXELS; i++)
        sum += cover[i] / 255.0;
    return sum;
}

static bool is_near_cover(int x, int y, int reach)
{
    for (int v = y - reach; v <= y + reach; v++)
        for (int u = x - reach; u <= x + reach; u++)
            if (u >= 0 && u < PICTURE_WIDTH && v >= 0 && v < PICTURE_HEIGHT &&
                cover[v * PICTURE_WIDTH + u] > 0)
                return true;
    return false;
}

TEST(nothing_is_covered_before_the_onset)
{
    for (int rig = 0; rig < RIG_LAYOUT_COUNT; rig++)
        for (int i = 0; i < LEAK_COUNT; i++) {
            char more[32];
            snprintf(more, sizeof more, "&rig=%d", rig);
            memset(cover, 1, sizeof cover);
            CHECK(picture_cover(leaks[i], more, ONSET_FRAME - 1, cover));
            CHECK_NEAR(covered_px(), 0.0, 0.0);
        }
}

TEST(nothing_is_covered_where_nothing_leaks)
{
    for (int i = 0; i < SCENARIO_COUNT; i++) {
        bool leaks_here = false;
        for (int j = 0; j < LEAK_COUNT; j++)
            leaks_here |= strcmp(leaks[j], scenario_rows[i].name) == 0;
        memset(cover, 1, sizeof cover);
        CHECK(picture_cover(scenario_rows[i].name, "", LATE_FRAME, cover));
        CHECK_INT(covered_px() > 0.0, leaks_here);
    }
}

/* But for the drop in the air, which is there or not. */
TEST(cover_grows)
{
    for (int rig = 0; rig < RIG_LAYOUT_COUNT; rig++)
        for (int i = 0; i < LEAK_COUNT; i++) {
            char more[32];
            double first = -1.0, before = 0.0;
            snprintf(more, sizeof more, "&rig=%d", rig);
            struct rig *leaking = picture_rig(leaks[i], more);
            CHECK(leaking);
            double lost = 0.0;
            for (int64_t number = 350; number <= 1700; number += 450) {
                rig_leak_cover(leaking, number, cover);
                lost = fmax(lost, before - covered_px());
                before = covered_px();
                first = first < 0.0 ? before : first;
            }
            rig_destroy(leaking);
            CHECK(lost <= 4.0);
            if (before <= 1.3 * first || before < 8.0)
                printf("%s%s: %.1f px, %.1f px in the end\n", leaks[i], more, first, before);
            CHECK(before > 1.3 * first && before >= 8.0);
        }
}

/* JPEG smears a change over its blocks, a dozen pixels even for a drop: some changed pixels lie
 * beside the cover, but few, and none far away from it. */
TEST(what_a_leak_changes_is_covered)
{
    static struct picture normal, leaking;
    for (int rig = 0; rig < RIG_LAYOUT_COUNT; rig++) {
        char more[32];
        snprintf(more, sizeof more, "&rig=%d", rig);
        CHECK(picture_render("normal", more, LATE_FRAME, &normal));
        for (int i = 0; i < LEAK_COUNT; i++) {
            struct rig *leaky = picture_rig(leaks[i], more);
            CHECK(leaky);
            const bool done = rig_render(leaky, LATE_FRAME, leaking.rgb, NULL);
            rig_leak_cover(leaky, LATE_FRAME, cover);
            rig_destroy(leaky);
            CHECK(done);
            int changed = 0, beside = 0, far = 0;
            for (int y = 0; y < PICTURE_HEIGHT; y++)
                for (int x = 0; x < PICTURE_WIDTH; x++) {
                    const int j = y * PICTURE_WIDTH + x;
                    if (picture_difference(&normal, &leaking, j) <= 16)
                        continue;
                    changed++;
                    beside += !is_near_cover(x, y, 1);
                    far += !is_near_cover(x, y, 16);
                }
            if (changed < 20 || beside > changed / 10 + 12 || far > 0)
                printf("%s%s: %d px changed, %d beside the cover, %d far\n", leaks[i], more,
                       changed, beside, far);
            CHECK(changed >= 20);
            CHECK(beside <= changed / 10 + 12);
            CHECK_INT(far, 0);
        }
    }
}

TEST(amount_is_a_factor_on_the_area)
{
    for (int i = 0; i < LEAK_COUNT; i++) {
        CHECK(picture_cover(leaks[i], "", LATE_FRAME, cover));
        const double usual = covered_px();
        CHECK(picture_cover(leaks[i], "&amount=1", LATE_FRAME, cover));
        CHECK_NEAR(covered_px(), usual, 0.0);
        CHECK(picture_cover(leaks[i], "&amount=0.1", LATE_FRAME, cover));
        CHECK(covered_px() > 0.0 && covered_px() < 0.5 * usual);
        CHECK(picture_cover(leaks[i], "&amount=3", LATE_FRAME, cover));
        CHECK(covered_px() > 1.5 * usual);
    }
    /* Where there is room for it, nearly exactly. */
    CHECK(picture_cover("puddle", "", 1000, cover));
    const double usual = covered_px();
    CHECK(picture_cover("puddle", "&amount=0.25", 1000, cover));
    CHECK_NEAR(covered_px() / usual, 0.25, 0.05);
}

TEST(rate_is_a_factor_on_the_pace)
{
    for (int i = 0; i < LEAK_COUNT; i++) {
        CHECK(picture_cover(leaks[i], "", ONSET_FRAME + 800, cover));
        const double usual = covered_px();
        CHECK(picture_cover(leaks[i], "&rate=4", ONSET_FRAME + 200, cover));
        CHECK_NEAR(covered_px() / usual, 1.0, 0.15);
    }
}

TEST(looking_at_the_truth_changes_no_picture)
{
    static struct picture alone, after;
    struct rig_settings settings;
    CHECK(rig_settings_parse("sim:puddle?size=320x180", &settings, NULL));
    CHECK(picture_render("puddle", "", 600, &alone));
    struct rig *rig = rig_create(&settings, NULL);
    CHECK(rig);
    rig_leak_cover(rig, 900, cover);
    const bool done = rig_render(rig, 600, after.rgb, NULL);
    rig_destroy(rig);
    CHECK(done);
    CHECK_INT(picture_changed(&alone, &after, 0), 0);
}

int main(void)
{
    RUN(nothing_is_covered_before_the_onset);
    RUN(nothing_is_covered_where_nothing_leaks);
    RUN(cover_grows);
    RUN(what_a_leak_changes_is_covered);
    RUN(amount_is_a_factor_on_the_area);
    RUN(rate_is_a_factor_on_the_pace);
    RUN(looking_at_the_truth_changes_no_picture);
    return check_report();
}

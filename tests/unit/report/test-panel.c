/* One frame drawn for people. Without text every pixel is known; with it, letters may stand only
 * where there is room for them. */
#include "check.h"
#include "failing_alloc.h"
#include "view_fixture.h"

#include <limits.h>
#include <stdlib.h>

static const struct rect landscape = {0, 0, 320, 180}, portrait = {10, 20, 180, 320};
static const struct panel_style bare = {240, 14, COLOR_MAP_INFERNO, false};
static const struct panel_style lettered = {240, 14, COLOR_MAP_INFERNO, true};
static const struct color_scale scale = {0.5, 0.25};

static struct picture draw(const char *name, const struct observation *observation,
                           struct rect region, const struct panel_style *style,
                           const struct color_scale *legend)
{
    struct picture picture = {0};
    struct error err;
    const struct frame_view view = {name, observation, region};
    if (!frame_view_draw(&view, style, legend, &picture, &err))
        printf("%s\n", err.message);
    return picture;
}

/* Below two lines of 21 px and a margin; columns of 240 px, 8 px apart. */
enum { TOP = 2 * 21 + 8, COLUMN = 248, LEFT = 8 };

TEST(three_panels_in_the_shape_of_the_region)
{
    struct observation observation = fixture_observation(false);
    struct picture picture = draw("a.jpg", &observation, landscape, &bare, NULL);
    CHECK(picture.rgb != NULL);
    CHECK_INT(picture.width, 3 * 240 + 4 * 8);
    CHECK_INT(picture.height, 2 * 21 + 135 + 2 * 8);
    for (int y = 0; y < picture.height; y++) {
        for (int x = 0; x < picture.width; x++) {
            const int in_column = (x - LEFT) % COLUMN, column = (x - LEFT) / COLUMN;
            const bool inside = x >= LEFT && in_column < 240 && y >= TOP && y < TOP + 135;
            const bool good = !inside       ? has_color(&picture, x, y, 40, 40, 40)
                              : column == 2 ? has_color(&picture, x, y, 0, 0, 4)
                                            : has_color(&picture, x, y, 51, 102, 153);
            if (!good)
                CHECK_FAIL("pixel %d,%d is wrong", x, y);
        }
    }
    free(picture.rgb);
}

TEST(what_is_abnormal_has_a_frame_and_a_box)
{
    struct observation observation = fixture_observation(true);
    struct picture picture = draw("a.jpg", &observation, landscape, &bare, NULL);
    CHECK(picture.rgb != NULL);
    for (int i = 0; i < 3; i++) {
        CHECK(has_color(&picture, i, 100, 255, 225, 0));
        CHECK(has_color(&picture, 300, picture.height - 1 - i, 255, 225, 0));
    }
    CHECK(has_color(&picture, 3, 100, 40, 40, 40));
    CHECK(has_color(&picture, LEFT + 30, TOP + 80, 255, 102, 153));              /* the leak */
    CHECK(has_color(&picture, LEFT + COLUMN + 30, TOP + 80, 51, 102, 153));      /* not expected */
    CHECK(has_color(&picture, LEFT + 2 * COLUMN + 30, TOP + 80, 252, 255, 164)); /* full */
    /* The box from x = 20 of 320 is outlined outside of itself: 15 of 240, less 2. */
    CHECK(has_color(&picture, LEFT + 15 - 2, TOP + 80, 255, 225, 0));
    CHECK(has_color(&picture, LEFT + COLUMN + 15 - 2, TOP + 80, 51, 102, 153));
    free(picture.rgb);
}

TEST(slim_regions_get_columns_as_wide_as_their_words)
{
    struct observation observation = fixture_observation(false);
    struct picture picture = draw("a.jpg", &observation, portrait, &bare, NULL);
    CHECK_INT(picture.width, 3 * 140 + 4 * 8); /* panels of 135 */
    CHECK_INT(picture.height, 2 * 21 + 240 + 2 * 8);
    CHECK(has_color(&picture, LEFT + 1, TOP, 40, 40, 40));
    CHECK(has_color(&picture, LEFT + 2, TOP, 51, 102, 153)); /* in the middle of its column */
    CHECK(has_color(&picture, LEFT + 2 + 134, TOP, 51, 102, 153));
    CHECK(has_color(&picture, LEFT + 2 + 135, TOP, 40, 40, 40));
    free(picture.rgb);
    CHECK_INT(frame_view_width((struct rect){0, 0, 16, 8192}, &bare), 3 * 140 + 4 * 8);
    CHECK_INT(frame_view_height((struct rect){0, 0, 8192, 16}, &bare, false), 2 * 21 + 64 + 2 * 8);
}

TEST(the_legend_is_a_bar_of_all_colours_with_its_limit_marked)
{
    struct observation observation = fixture_observation(false);
    for (int map = COLOR_MAP_INFERNO; map <= COLOR_MAP_JET; map++) {
        struct panel_style style = bare;
        style.colors = (enum color_map)map;
        struct picture picture = draw("a.jpg", &observation, landscape, &style, &scale);
        CHECK(picture.rgb != NULL);
        CHECK_INT(picture.height, frame_view_height(landscape, &style, true));
        const int left = LEFT + COLUMN, width = 2 * 240 + 8;
        const int top = TOP + 135 + 4 + 21; /* below the labels */
        for (int i = 1; i < width - 1; i++) {
            uint8_t wanted[3];
            color_map_lookup(style.colors, (float)i / (float)(width - 1), wanted);
            if (i != 244)
                CHECK(has_color(&picture, left + i, top + 5, wanted[0], wanted[1], wanted[2]));
        }
        CHECK(has_color(&picture, left + 244, top + 5, 245, 245, 245)); /* half of 487, rounded */
        CHECK(has_color(&picture, left + 244, top + 15, 245, 245, 245));
        CHECK(has_color(&picture, left - 1, top + 5, 40, 40, 40));
        CHECK(has_color(&picture, left + width, top + 5, 40, 40, 40));
        free(picture.rgb);
    }
}

TEST(a_limit_off_the_scale_has_no_mark)
{
    static const double limits[] = {NAN, 0.0, -1.0, 0.5, 7.0, INFINITY};
    struct observation observation = fixture_observation(false);
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        const struct color_scale off = {0.5, limits[i]};
        struct picture picture = draw("a.jpg", &observation, landscape, &lettered, &off);
        CHECK(picture.rgb != NULL);
        for (int x = LEFT + COLUMN + 1; x < LEFT + 3 * COLUMN - 9; x++)
            CHECK(!has_color(&picture, x, TOP + 135 + 4 + 21 + 5, 245, 245, 245));
        free(picture.rgb);
    }
}

/* May letters stand here? Captions above, labels and numbers below the panels, within the margins.
 */
static bool is_text_room(const struct picture *picture, int x, int y)
{
    const int below = TOP + 135 + 4;
    return x >= LEFT && x < picture->width - LEFT &&
           ((y >= 4 && y < TOP - 4) || (y >= below && y < below + 21) || y >= below + 21 + 12 + 4);
}

static bool letters_stay_in_their_room(const char *name, const struct observation *observation,
                                       int *ret_changed)
{
    struct picture with = draw(name, observation, landscape, &lettered, &scale);
    struct picture without = draw(name, observation, landscape, &bare, &scale);
    bool good = with.rgb && without.rgb && with.width == without.width;
    *ret_changed = 0;
    for (int y = 0; good && y < with.height; y++) {
        for (int x = 0; x < with.width; x++) {
            if (memcmp(pixel_at(&with, x, y), pixel_at(&without, x, y), 3) == 0)
                continue;
            good = good && is_text_room(&with, x, y);
            ++*ret_changed;
        }
    }
    free(with.rgb);
    free(without.rgb);
    return good;
}

TEST(letters_never_leave_their_room)
{
    static char long_name[5000], bytes[256];
    memset(long_name, 'W', sizeof long_name - 1);
    for (int i = 0; i < 255; i++)
        bytes[i] = (char)(i + 1);
    const char *const names[] = {"normal_20260131_080000_000.jpg",
                                 "",
                                 long_name,
                                 bytes,
                                 "\xff\xfe\x80.jpg",
                                 "\xc3\xa4\xe2\x82\xac\xf0\x9f\x92\xa7.jpg",
                                 "\xe2\x80\xae\xe2\x80\x8f gpj.exe\n\x1b[31m"};
    static const double scores[] = {0.0, 1e-300, 0.0123456789, 1.0, 1e30, 1.7e308};
    int changed, least = INT_MAX;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct observation observation = fixture_observation(i % 2 == 1);
        CHECK(letters_stay_in_their_room(names[i], &observation, &changed));
        least = changed < least ? changed : least;
    }
    for (size_t i = 0; i < sizeof scores / sizeof scores[0]; i++) {
        struct observation observation = fixture_observation(true);
        observation.score = observation.largest_blob_area = scores[i];
        observation.score_triggered = i % 2;
        observation.heatmap_triggered = true;
        CHECK(letters_stay_in_their_room("a.jpg", &observation, &changed));
        least = changed < least ? changed : least;
    }
    CHECK(least > 500); /* and they are there */
}

static const char *verdict(double score, bool score_triggered, bool heatmap_triggered)
{
    static char text[VERDICT_SIZE];
    struct observation observation = {.score = score,
                                      .threshold = 0.01,
                                      .score_triggered = score_triggered,
                                      .heatmap_triggered = heatmap_triggered,
                                      .largest_blob_area = 123,
                                      .blob_area_threshold = 50.4};
    frame_view_verdict(&observation, text);
    return text;
}

TEST(the_verdict_says_which_trigger_fired)
{
    CHECK_TEXT(verdict(0.001234567, false, false), "score 0.00123, below the threshold 0.01");
    CHECK_TEXT(verdict(0.02, true, false), "score 0.02, ABOVE the threshold 0.01");
    CHECK_TEXT(verdict(0.02, true, true), "score 0.02, ABOVE the threshold 0.01");
    CHECK_TEXT(verdict(0.001, false, true), "score 0.001, but a LARGE BLOB: 123 px, limit 50");
    CHECK_TEXT(verdict(0.009998, false, false), "score 0.009998, below the threshold 0.01");
    CHECK_TEXT(verdict(0.0, false, false), "score 0, below the threshold 0.01");
    CHECK_TEXT(verdict(1e30, true, false), "score 1e30, ABOVE the threshold 0.01");
}

TEST(every_lack_of_memory_is_an_error)
{
    struct observation observation = fixture_observation(true);
    const struct frame_view view = {"a.jpg", &observation, landscape};
    long n = 0;
    for (bool good = false; !good; n++) {
        struct picture picture = {0};
        struct error err = {0};
        allocations_until_failure = n;
        good = frame_view_draw(&view, &lettered, &scale, &picture, &err);
        allocations_until_failure = -1;
        if (!good)
            CHECK_INT(err.code, ERROR_MEMORY);
        if (!good)
            CHECK(picture.rgb == NULL);
        free(picture.rgb);
    }
    CHECK(n > 8);
}

int main(void)
{
    RUN(three_panels_in_the_shape_of_the_region);
    RUN(what_is_abnormal_has_a_frame_and_a_box);
    RUN(slim_regions_get_columns_as_wide_as_their_words);
    RUN(the_legend_is_a_bar_of_all_colours_with_its_limit_marked);
    RUN(a_limit_off_the_scale_has_no_mark);
    RUN(letters_never_leave_their_room);
    RUN(the_verdict_says_which_trigger_fired);
    RUN(every_lack_of_memory_is_an_error);
    return check_report();
}

/* The simulated laboratories: each is a picture a webcam could have taken, no two look alike, and
 * the oldest one looks as it always did.
 */
#include "check.h"
#include "rig_pictures.h"

#include "camera/rig_layout.h"

static struct picture pictures[RIG_LAYOUT_COUNT], other;

static const char *rig_parameter(int rig)
{
    static char more[16];
    snprintf(more, sizeof more, "&rig=%d", rig);
    return more;
}

TEST(all_are_well_exposed)
{
    for (int rig = 0; rig < RIG_LAYOUT_COUNT; rig++) {
        CHECK(picture_render("normal", rig_parameter(rig), 10, &pictures[rig]));
        double square = 0.0;
        const double mean = picture_mean(&pictures[rig]);
        for (int i = 0; i < PICTURE_PIXELS * 3; i++)
            square += (pictures[rig].rgb[i] - mean) * (pictures[rig].rgb[i] - mean);
        const double deviation = sqrt(square / (PICTURE_PIXELS * 3));
        if (mean < 60.0 || mean > 190.0 || deviation < 30.0)
            printf("rig %d: mean %.1f, deviation %.1f\n", rig, mean, deviation);
        CHECK(mean > 60.0 && mean < 190.0);
        CHECK(deviation > 30.0);
    }
}

TEST(no_two_look_alike)
{
    for (int a = 0; a < RIG_LAYOUT_COUNT; a++)
        for (int b = 0; b < a; b++)
            CHECK(picture_changed(&pictures[a], &pictures[b], 20) > PICTURE_PIXELS / 2);
}

TEST(all_have_parts_that_move)
{
    for (int rig = 0; rig < RIG_LAYOUT_COUNT; rig++) {
        CHECK(picture_render("normal", rig_parameter(rig), 13, &other));
        const int moved = picture_changed(&pictures[rig], &other, 25);
        CHECK(moved > 10 && moved < PICTURE_PIXELS / 20);
    }
}

/* Mean brightness of 4x4 parts of the green channel, as they were when there was one rig only. */
TEST(the_first_is_as_it_was)
{
    static const int expected[4][4] = {
        {174, 177, 164, 153}, {159, 142, 138, 110}, {148, 152, 143, 116}, {160, 164, 160, 145}};
    for (int row = 0; row < 4; row++)
        for (int column = 0; column < 4; column++) {
            double sum = 0.0;
            for (int y = row * 45; y < row * 45 + 45; y++)
                for (int x = column * 80; x < column * 80 + 80; x++)
                    sum += pictures[0].rgb[(y * PICTURE_WIDTH + x) * 3 + 1];
            CHECK_NEAR(sum / (45 * 80), expected[row][column], 1.0);
        }
}

TEST(seeds_put_puddles_elsewhere)
{
    static uint8_t first[PICTURE_PIXELS], second[PICTURE_PIXELS];
    for (int rig = 1; rig < RIG_LAYOUT_COUNT; rig++) {
        char more[32];
        int places = 0;
        snprintf(more, sizeof more, "&rig=%d", rig);
        CHECK(picture_cover("puddle", more, 500, first));
        for (int seed = 2; seed < 8; seed++) {
            snprintf(more, sizeof more, "&rig=%d&seed=%d", rig, seed);
            CHECK(picture_cover("puddle", more, 500, second));
            int both = 0, either = 0;
            for (int i = 0; i < PICTURE_PIXELS; i++) {
                both += first[i] && second[i];
                either += first[i] || second[i];
            }
            CHECK(either > 100);
            places += both * 4 < either;
        }
        CHECK(places > 0);
    }
}

/* docs/simulated-rig.md is written by hand. */
TEST(the_page_knows_every_scenario_and_laboratory)
{
    static char page[32768];
    FILE *file = fopen(SOURCE_ROOT "/docs/simulated-rig.md", "r");
    CHECK(file);
    const size_t size = fread(page, 1, sizeof page - 1, file);
    fclose(file);
    page[size] = '\0';
    CHECK(size > 0 && size < sizeof page - 1);
    for (int i = 0; i < SCENARIO_COUNT; i++) {
        char row[64];
        snprintf(row, sizeof row, "\n| `%s` |", scenario_rows[i].name);
        CHECK_CONTAINS(page, row);
    }
    for (int rig = 0; rig < RIG_LAYOUT_COUNT; rig++) {
        char row[160];
        snprintf(row, sizeof row, "\n| %d | %s", rig, rig_layouts[rig]->text);
        CHECK_CONTAINS(page, row);
    }
}

int main(void)
{
    RUN(all_are_well_exposed);
    RUN(no_two_look_alike);
    RUN(all_have_parts_that_move);
    RUN(the_first_is_as_it_was);
    RUN(seeds_put_puddles_elsewhere);
    RUN(the_page_knows_every_scenario_and_laboratory);
    return check_report();
}

/* The files of `visualize`: names, the sheet of all of them, and what happens when they cannot be
 * written. */
#include "check.h"
#include "failing_alloc.h"
#include "scratch.h"
#include "view_fixture.h"

#include "base/text.h"
#include "frame/image.h"
#include "report/montage.h"
#include "report/reconstructions.h"

static const struct rect region = {0, 0, 320, 180};
static const struct panel_style bare = {240, 14, COLOR_MAP_INFERNO, false};
static const struct color_scale scale = {0.5, 0.25};

static struct reconstruction_settings settings_of(const char *folder, size_t most)
{
    struct reconstruction_settings settings = {
        .most = most, .region = region, .scale = scale, .montage = true, .individual = true};
    snprintf(settings.folder, sizeof settings.folder, "%s", scratch(folder));
    return settings;
}

/* ---- the montage */

TEST(columns_bring_the_sheet_near_to_a_screen)
{
    CHECK_INT(montage_columns(1, 752, 190), 1);
    CHECK_INT(montage_columns(16, 752, 193), 2);
    CHECK_INT(montage_columns(25, 752, 193), 3);
    CHECK_INT(montage_columns(16, 452, 298), 4);
    CHECK_INT(montage_columns(4, 100, 10000), 4);
    CHECK_INT(montage_columns(4, 10000, 100), 1);
}

static struct montage_plan plan_of(int count, int columns)
{
    return (struct montage_plan){"title", "subtitle", count, columns, 400, 100};
}

TEST(pictures_stand_row_by_row_and_nothing_else_is_touched)
{
    struct montage montage;
    struct error err;
    const struct montage_plan plan = plan_of(5, 2);
    CHECK(montage_begin(&plan, &bare, &scale, &montage, &err));
    CHECK_INT(montage.columns, 2);
    CHECK_INT(montage.picture.width, 804);
    static uint8_t pixels[400 * 100 * 3];
    const struct picture cell = {400, 100, pixels};
    for (int i = 0; i < 5; i++) {
        memset(pixels, 100 + i, sizeof pixels);
        montage_place(&montage, i, &cell);
    }
    for (int y = 0; y < 3 * 104 - 4; y++) {
        for (int x = 0; x < 804; x++) {
            const int number = y / 104 * 2 + x / 404;
            const bool inside = y % 104 < 100 && x % 404 < 400 && number < 5;
            const int wanted = inside ? 100 + number : 40;
            CHECK(has_color(&montage.picture, x, montage.top + y, wanted, wanted, wanted));
        }
    }
    montage_finish(&montage);
    montage_finish(&montage);
}

TEST(a_sheet_is_as_wide_as_its_title_needs)
{
    struct montage montage;
    struct error err;
    const struct montage_plan plan = plan_of(1, 7);
    CHECK(montage_begin(&plan, &bare, &scale, &montage, &err));
    CHECK_INT(montage.columns, 1); /* not more than pictures */
    CHECK_INT(montage.picture.width, 720);
    uint8_t wanted[3];
    color_map_lookup(COLOR_MAP_INFERNO, 100.0f / 479.0f, wanted);
    const int bar = montage.top + 100 + 8 + 21 + 5;
    CHECK(has_color(&montage.picture, 8 + 100, bar, wanted[0], wanted[1], wanted[2]));
    montage_finish(&montage);
}

TEST(a_sheet_that_no_reader_would_open_is_refused)
{
    struct error err;
    struct montage montage;
    struct montage_plan plan = plan_of(1000, 1); /* 104 px a row */
    CHECK(!montage_check(&plan, &bare, &err));
    CHECK_INT(err.code, ERROR_USAGE);
    CHECK_CONTAINS(err.message, "a montage of 1000 pictures would have 720x104");
    CHECK_CONTAINS(err.message, "--no-grid");
    CHECK(!montage_begin(&plan, &bare, &scale, &montage, &err));
    plan = plan_of(1000, 1000);
    CHECK(!montage_check(&plan, &bare, &err));
    plan = plan_of(1000, 0);
    CHECK(montage_check(&plan, &bare, &err));
    plan = plan_of(2000, 0); /* neither side, but all of it */
    CHECK(!montage_check(&plan, &bare, &err));
}

/* ---- names */

TEST(a_panel_is_called_as_its_picture)
{
    char name[PATH_SIZE], longer[256];
    panel_file_name("a.png", 1, name);
    CHECK_TEXT(name, "panel_a.png");
    panel_file_name("\xff.jpg", 1, name);
    CHECK_TEXT(name, "panel_\xff.jpg");
    memset(longer, 'x', sizeof longer);
    memcpy(longer + 251, ".jpg", 5);
    panel_file_name(longer, 17, name);
    CHECK(strlen(name) < 200);
    CHECK(strncmp(name, "panel_xxx", 9) == 0);
    CHECK_CONTAINS(name, "xx~17~xx");
    CHECK_TEXT(name + strlen(name) - 5, "x.jpg");
}

TEST(a_long_name_is_cut_between_characters)
{
    char name[PATH_SIZE], longer[260] = "a";
    for (int i = 0; i < 80; i++)
        strcat(longer, "\xe2\x82\xac");
    strcat(longer, ".jpg");
    panel_file_name(longer, 3, name);
    struct buffer clean = {0};
    text_append_plain(&clean, name);
    bool same = strcmp(buffer_text(&clean), name) == 0;
    buffer_finish(&clean);
    CHECK(same);
}

/* ---- files */

static bool has_file(const struct reconstruction_settings *settings, const char *name)
{
    char path[PATH_SIZE + 128];
    snprintf(path, sizeof path, "%s/%s", settings->folder, name);
    return file_kind_of(path) == FILE_REGULAR;
}

static struct image read_back(const struct reconstruction_settings *settings, const char *name)
{
    char path[PATH_SIZE + 128];
    struct image image = {0};
    struct error err;
    snprintf(path, sizeof path, "%s/%s", settings->folder, name);
    if (!image_read(path, &image, &err))
        printf("%s\n", err.message);
    return image;
}

static bool make(const struct reconstruction_settings *settings, struct error *err)
{
    struct observation normal = fixture_observation(false);
    struct reconstructions *all = reconstructions_create(settings, err);
    const bool good = all && reconstructions_add(all, "a.jpg", &normal, region, err) &&
                      reconstructions_add(all, "a.PNG", &normal, region, err) &&
                      reconstructions_finish(all, "title", "subtitle", err);
    reconstructions_destroy(all);
    return good;
}

TEST(a_panel_each_and_one_montage)
{
    struct reconstruction_settings settings = settings_of("full", 4); /* two came of four */
    struct error err;
    CHECK(make(&settings, &err));
    CHECK(has_file(&settings, "panel_a.jpg") && has_file(&settings, "panel_a.PNG"));
    struct image montage = read_back(&settings, MONTAGE_NAME);
    struct image panel = read_back(&settings, "panel_a.PNG");
    const int montage_width = montage.width, panel_width = panel.width;
    const bool sharp = panel.rgb && panel.rgb[3 * (60 * panel.width + 100)] == 51;
    image_finish(&montage);
    image_finish(&panel);
    CHECK_INT(panel_width, 3 * 480 + 4 * 8);
    CHECK(sharp); /* PNG keeps the very pixels */
    CHECK_INT(montage_width, 752);
    struct stat status;
    CHECK_INT(stat(settings.folder, &status), 0);
    CHECK_INT(status.st_mode & 0777, 0700);
}

TEST(what_is_not_wanted_is_not_made)
{
    struct reconstruction_settings settings = settings_of("panels", 2);
    struct error err;
    settings.montage = false;
    CHECK(make(&settings, &err));
    CHECK(has_file(&settings, "panel_a.jpg") && !has_file(&settings, MONTAGE_NAME));
    settings = settings_of("sheet", 2);
    settings.individual = false;
    CHECK(make(&settings, &err));
    CHECK(!has_file(&settings, "panel_a.jpg") && has_file(&settings, MONTAGE_NAME));
}

TEST(what_is_known_of_a_frame_is_kept_without_its_maps)
{
    struct reconstruction_settings settings = settings_of("known", 1);
    struct error err;
    struct observation seen = fixture_observation(true);
    struct reconstructions *all = reconstructions_create(&settings, &err);
    CHECK(all && reconstructions_add(all, "b\xff.jpg", &seen, region, &err));
    CHECK_INT(reconstructions_count(all), 1);
    const struct reconstruction *known = reconstructions_at(all, 0);
    CHECK_TEXT(known->name, "b\xef\xbf\xbd.jpg");
    CHECK_TEXT(known->panel, "panel_b\xff.jpg");
    CHECK_NEAR(known->measured.score, 0.5, 0);
    CHECK(known->measured.score_triggered && !known->measured.maps.input);
    reconstructions_destroy(all);
}

TEST(without_frames_there_is_no_folder)
{
    struct reconstruction_settings settings = settings_of("empty", 1);
    struct error err;
    struct reconstructions *all = reconstructions_create(&settings, &err);
    CHECK(all && reconstructions_finish(all, "", "", &err));
    reconstructions_destroy(all);
    reconstructions_destroy(NULL);
    CHECK(file_kind_of(settings.folder) == FILE_MISSING);
}

TEST(a_folder_that_can_not_be_made_is_named)
{
    struct reconstruction_settings settings = settings_of("file", 1);
    struct error err;
    CHECK(file_replace(settings.folder, "x", 1, true, &err));
    CHECK(!make(&settings, &err));
    CHECK_CONTAINS(err.message, settings.folder);
    settings.montage = true;
    settings.individual = false;
    settings.most = 2;
    CHECK(!make(&settings, &err));
    CHECK_CONTAINS(err.message, settings.folder);
}

TEST(too_many_for_a_sheet_is_said_before_any_work)
{
    struct reconstruction_settings settings = settings_of("many", 1000);
    struct error err;
    CHECK(!reconstructions_create(&settings, &err));
    CHECK_INT(err.code, ERROR_USAGE);
    settings.montage = false;
    struct reconstructions *all = reconstructions_create(&settings, &err);
    CHECK(all != NULL);
    reconstructions_destroy(all);
}

TEST(every_lack_of_memory_is_an_error)
{
    struct reconstruction_settings settings = settings_of("torture", 2);
    long n = 0;
    for (bool good = false; !good; n++) {
        struct error err = {0};
        allocations_until_failure = n;
        good = make(&settings, &err);
        allocations_until_failure = -1;
        if (!good)
            CHECK_INT(err.code, ERROR_MEMORY);
    }
    CHECK(n > 20);
}

int main(void)
{
    RUN(columns_bring_the_sheet_near_to_a_screen);
    RUN(pictures_stand_row_by_row_and_nothing_else_is_touched);
    RUN(a_sheet_is_as_wide_as_its_title_needs);
    RUN(a_sheet_that_no_reader_would_open_is_refused);
    RUN(a_panel_is_called_as_its_picture);
    RUN(a_long_name_is_cut_between_characters);
    RUN(a_panel_each_and_one_montage);
    RUN(what_is_not_wanted_is_not_made);
    RUN(what_is_known_of_a_frame_is_kept_without_its_maps);
    RUN(without_frames_there_is_no_folder);
    RUN(a_folder_that_can_not_be_made_is_named);
    RUN(too_many_for_a_sheet_is_said_before_any_work);
    RUN(every_lack_of_memory_is_an_error);
    return check_report();
}

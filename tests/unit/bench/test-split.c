/* split.txt: read strictly, or not at all. */
#include "check.h"

#include "scratch.h"
#include "split.h"

#include "platform/file.h"

#include <stdlib.h>

static struct split splits[SPLIT_COUNT];
static struct error err;

static bool read_text(const char *text)
{
    const char *path = scratch("split.txt");
    memset(splits, 0, sizeof splits);
    err = (struct error){0};
    if (!file_replace(path, text, strlen(text), false, &err))
        abort();
    return splits_read(path, splits, &err);
}

#define SEEDS "design seeds 1 9\nfinal seeds 10 20\n"

TEST(reads_rigs_footage_and_seeds)
{
    CHECK(read_text("# words\n\ndesign rig 0 # first\ndesign rig 2\nfinal rig 3\n"
                    "design footage a.mp4\nfinal footage b.mp4\n" SEEDS));
    CHECK_INT(splits[SPLIT_DESIGN].rig_count, 2);
    CHECK_INT(splits[SPLIT_DESIGN].rigs[1], 2);
    CHECK(split_has_rig(&splits[SPLIT_FINAL], 3));
    CHECK(!split_has_rig(&splits[SPLIT_FINAL], 2));
    CHECK(split_has_footage(&splits[SPLIT_DESIGN], "a.mp4"));
    CHECK(!split_has_footage(&splits[SPLIT_FINAL], "a.mp4"));
    CHECK_INT(splits[SPLIT_FINAL].seed_first, 10);
    CHECK_INT(splits[SPLIT_FINAL].seed_last, 20);
}

TEST(takes_a_last_line_without_newline)
{
    CHECK(read_text(SEEDS "final rig 5"));
    CHECK(split_has_rig(&splits[SPLIT_FINAL], 5));
}

TEST(refuses_a_rig_in_both_splits)
{
    CHECK(!read_text("design rig 1\n" SEEDS "final rig 1\n"));
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "line 4");
    CHECK_CONTAINS(err.message, "rig 1 is given twice");
    CHECK_INT(splits[SPLIT_DESIGN].rig_count, 0); /* untouched */
}

TEST(refuses_footage_in_both_splits)
{
    CHECK(!read_text("design footage a.mp4\nfinal footage a.mp4\n" SEEDS));
    CHECK_CONTAINS(err.message, "a.mp4 is given twice");
}

TEST(refuses_footage_with_a_folder)
{
    CHECK(!read_text("design footage ../a.mp4\n" SEEDS));
    CHECK_CONTAINS(err.message, "without its folder");
}

TEST(refuses_seeds_that_overlap_are_missing_or_given_twice)
{
    CHECK(!read_text("design seeds 1 10\nfinal seeds 10 20\n"));
    CHECK_CONTAINS(err.message, "belong to design already");
    CHECK(!read_text("design seeds 1 10\n"));
    CHECK_CONTAINS(err.message, "seeds of final are missing");
    CHECK(!read_text("design seeds 1 2\ndesign seeds 30 40\nfinal seeds 5 6\n"));
    CHECK_CONTAINS(err.message, "given twice");
    CHECK(!read_text("design seeds 9 1\nfinal seeds 10 20\n"));
    CHECK_CONTAINS(err.message, "no range");
    CHECK(!read_text("design seeds 0 4\nfinal seeds 10 20\n"));
}

TEST(refuses_words_that_mean_nothing)
{
    CHECK(!read_text("judge rig 1\n" SEEDS));
    CHECK_CONTAINS(err.message, "there is no split \"judge\"");
    CHECK(!read_text("design rig\n" SEEDS));
    CHECK_CONTAINS(err.message, "rig NUMBER");
    CHECK(!read_text("design rig one\n" SEEDS));
    CHECK_CONTAINS(err.message, "no number of a rig");
    CHECK(!read_text("design rig 1 2 3 4\n" SEEDS));
    CHECK_CONTAINS(err.message, "too many words");
    CHECK(!read_text("design rig -1\n" SEEDS));
}

TEST(refuses_too_much)
{
    char text[4096] = SEEDS;
    for (int i = 0; i <= SPLIT_RIGS_MAX; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "design rig %d\n", i);
    CHECK(!read_text(text));
    CHECK_CONTAINS(err.message, "more than 32 rigs");
    strcpy(text, SEEDS);
    for (int i = 0; i <= SPLIT_FOOTAGE_MAX; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "final footage %d.mp4\n", i);
    CHECK(!read_text(text));
    CHECK_CONTAINS(err.message, "more than 16 clips");
    memset(text, 'x', 200);
    text[200] = '\0';
    CHECK(!read_text(text));
    CHECK_CONTAINS(err.message, "line 1 is longer");
}

TEST(says_when_the_file_is_missing)
{
    CHECK(!splits_read(scratch("nothing.txt"), splits, &err));
    CHECK_INT(err.code, ERROR_INPUT);
}

TEST(the_committed_file_is_sound)
{
    CHECK(splits_read(SPLIT_FILE, splits, &err));
    CHECK(splits[SPLIT_DESIGN].rig_count > 0);
    CHECK(splits[SPLIT_FINAL].rig_count > 0);
    for (int rig = 0; rig < 8; rig++) /* each in exactly one */
        CHECK(split_has_rig(&splits[SPLIT_DESIGN], rig) !=
              split_has_rig(&splits[SPLIT_FINAL], rig));
}

int main(void)
{
    RUN(reads_rigs_footage_and_seeds);
    RUN(takes_a_last_line_without_newline);
    RUN(refuses_a_rig_in_both_splits);
    RUN(refuses_footage_in_both_splits);
    RUN(refuses_footage_with_a_folder);
    RUN(refuses_seeds_that_overlap_are_missing_or_given_twice);
    RUN(refuses_words_that_mean_nothing);
    RUN(refuses_too_much);
    RUN(says_when_the_file_is_missing);
    RUN(the_committed_file_is_sound);
    return check_report();
}

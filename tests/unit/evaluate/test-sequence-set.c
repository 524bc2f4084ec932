/* Which folders are sequences, whose normals are theirs, and what a dataset may not hold. */
#include "check.h"
#include "evaluate/sequence_set.h"
#include "made_sequences.h"

#include <unistd.h>

static bool load(const char *folder, const char *kind, struct sequence_set *ret_set,
                 struct error *err)
{
    *err = (struct error){0};
    return sequence_set_load(scratch(folder), kind, ret_set, err);
}

TEST(sequences_are_found_in_byte_order_with_the_nearest_normals)
{
    struct sequence_set set;
    struct error err;
    CHECK(make_picture("ds/normal/a.png", 1));
    CHECK(make_sequence("ds/b", "puddle", "qL", 1, 5));
    CHECK(make_picture("ds/rig/train/good/a.png", 1));
    CHECK(make_sequence("ds/rig/deep/er/case", "drops", "qq", -1, 0));
    CHECK(make_sequence("ds/a", "quiet", "qqq", -1, 0));
    CHECK(make_picture("ds/idle/normal/a.png", 1));
    CHECK(make_text("ds/rig/notes.txt", "not a picture"));
    CHECK(load("ds", NULL, &set, &err));
    CHECK_INT(set.count, 3);
    CHECK_TEXT(set.sequences[0].path, "a");
    CHECK_TEXT(set.sequences[1].path, "b");
    CHECK_TEXT(set.sequences[2].path, "rig/deep/er/case");
    CHECK_INT(set.scene_count, 2);
    CHECK_TEXT(set.scenes[set.sequences[0].scene].path, ".");
    CHECK_INT(set.sequences[1].scene, set.sequences[0].scene);
    CHECK_TEXT(set.scenes[set.sequences[2].scene].path, "rig");
    CHECK_CONTAINS(set.scenes[set.sequences[2].scene].normal_folder, "/ds/rig/train/good");
    CHECK_INT(set.sequences[0].frames.count, 3);
    CHECK_TEXT(set.sequences[0].frames.names[2], "002.png");
    sequence_set_finish(&set);
}

TEST(a_kind_chooses_by_its_beginning)
{
    struct sequence_set set;
    struct error err;
    CHECK(load("ds", "pud", &set, &err));
    CHECK_INT(set.count, 1);
    CHECK_TEXT(set.sequences[0].path, "b");
    CHECK_INT(set.scene_count, 1);
    sequence_set_finish(&set);
    CHECK(!load("ds", "flood", &set, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "none of the 3 sequences");
}

TEST(without_normals_there_is_no_scene)
{
    struct sequence_set set;
    struct error err;
    CHECK(make_sequence("bare/one", "puddle", "qL", 1, 5));
    CHECK(load("bare", NULL, &set, &err));
    CHECK_INT(set.sequences[0].scene, -1);
    CHECK_INT(set.scene_count, 0);
    sequence_set_finish(&set);
}

TEST(masks_are_found_by_the_frames_name)
{
    struct sequence_set set;
    struct error err;
    char path[PATH_SIZE];
    bool there = true;
    CHECK(make_picture("bare/one/mask/001.png", 255));
    CHECK(load("bare", NULL, &set, &err));
    CHECK_INT(set.sequences[0].frames.count, 2);
    CHECK(sequence_mask_find(&set, &set.sequences[0], 0, path, &there, &err));
    CHECK(!there);
    CHECK(sequence_mask_find(&set, &set.sequences[0], 1, path, &there, &err));
    CHECK(there);
    CHECK_CONTAINS(path, "/bare/one/mask/001.png");
    sequence_set_finish(&set);
}

TEST(links_are_followed_inside_and_refused_outside)
{
    struct sequence_set set;
    struct error err;
    CHECK(make_picture("linked/a/normal/a.png", 1));
    CHECK(make_sequence("linked/b/case", "puddle", "qL", 1, 5));
    CHECK(symlink("../a/normal", scratch("linked/b/normal")) == 0);
    CHECK(load("linked", NULL, &set, &err));
    CHECK_TEXT(set.scenes[0].path, "b");
    sequence_set_finish(&set);
    CHECK(make_picture("outside/002.png", 1));
    CHECK(symlink(scratch("outside/002.png"), scratch("linked/b/case/002.png")) == 0);
    CHECK(!load("linked", NULL, &set, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "case/002.png");
    CHECK(unlink(scratch("linked/b/case/002.png")) == 0);
    CHECK(symlink(scratch("outside"), scratch("linked/c")) == 0);
    CHECK(!load("linked", NULL, &set, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK(unlink(scratch("linked/c")) == 0);
    CHECK(symlink(".", scratch("linked/self")) == 0);
    CHECK(load("linked", NULL, &set, &err)); /* ends at the depth */
    sequence_set_finish(&set);
}

TEST(what_is_no_dataset_is_said)
{
    struct sequence_set set;
    struct error err;
    CHECK(!load("nowhere", NULL, &set, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK(make_text("empty/sub/notes.txt", "x"));
    CHECK(!load("empty", NULL, &set, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "holds no sequence");
    CHECK(make_sequence("too/1/2/3/4/5", "puddle", "qL", 1, 5));
    CHECK(!load("too", NULL, &set, &err));
    CHECK_CONTAINS(err.message, "down to 4 levels");
    CHECK(!load("bare/one", NULL, &set, &err));
    CHECK_CONTAINS(err.message, "is itself a sequence; give the folder above it");
}

TEST(one_wrong_sequence_is_an_error_of_the_whole)
{
    struct sequence_set set;
    struct error err;
    CHECK(make_sequence("wrong/one", "puddle", "qLL", 1, 5));
    CHECK(file_remove(scratch("wrong/one/002.png"), &err));
    CHECK(!load("wrong", NULL, &set, &err));
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "'area' has 3 numbers, but there are 2 pictures");
    CHECK(make_text("wrong/one/case.json", "{"));
    CHECK(!load("wrong", NULL, &set, &err));
    CHECK_CONTAINS(err.message, "one/case.json");
    CHECK(make_text("control/a\nb/notes.txt", "x"));
    CHECK(!load("control", NULL, &set, &err));
    CHECK_CONTAINS(err.message, "no plain text");
}

TEST(single_pictures_are_known_by_their_folders)
{
    CHECK(!sequence_set_is_pictures(scratch("ds")));
    CHECK(make_picture("mvtec/train/good/a.png", 1));
    CHECK(!sequence_set_is_pictures(scratch("mvtec")));
    CHECK(make_picture("mvtec/test/good/a.png", 1));
    CHECK(sequence_set_is_pictures(scratch("mvtec")));
}

int main(void)
{
    RUN(sequences_are_found_in_byte_order_with_the_nearest_normals);
    RUN(a_kind_chooses_by_its_beginning);
    RUN(without_normals_there_is_no_scene);
    RUN(masks_are_found_by_the_frames_name);
    RUN(links_are_followed_inside_and_refused_outside);
    RUN(what_is_no_dataset_is_said);
    RUN(one_wrong_sequence_is_an_error_of_the_whole);
    RUN(single_pictures_are_known_by_their_folders);
    return check_report();
}

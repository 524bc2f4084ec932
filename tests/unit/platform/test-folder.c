/* Folders: made with their parents, listed in byte order and with a bound, never left by a link. */
#include "check.h"
#include "platform/file.h"
#include "platform/folder.h"
#include "scratch.h"

#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>

static unsigned mode_of(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 ? status.st_mode & 07777 : 0;
}

TEST(create_makes_parents_and_keeps_modes)
{
    struct error err = {0};
    umask(022);
    CHECK(folder_create(scratch("a/b/c"), true, &err));
    CHECK_INT(mode_of(scratch("a/b/c")), 0700);
    CHECK(folder_create(scratch("a/d//e/"), false, &err));
    CHECK_INT(mode_of(scratch("a/d/e")), 0755);
    CHECK(folder_create(scratch("a/b/c"), false, &err));
    CHECK_INT(mode_of(scratch("a/b/c")), 0700);
    CHECK(folder_create("/", false, &err));
}

TEST(create_follows_a_link_to_a_folder)
{
    struct error err = {0};
    CHECK(folder_create(scratch("other-disk"), false, &err));
    CHECK_INT(symlink(scratch("other-disk"), scratch("data")), 0);
    CHECK(folder_create(scratch("data"), false, &err));
    CHECK(folder_create(scratch("data/normal"), false, &err));
    CHECK_INT(file_kind_of(scratch("other-disk/normal")), FILE_FOLDER);
}

TEST(create_names_what_stands_in_the_way)
{
    struct error err = {0};
    CHECK(file_replace(scratch("file"), "", 0, false, &err));
    CHECK(!folder_create(scratch("file"), false, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "file' is not a folder");
    CHECK(!folder_create(scratch("file/below"), false, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK(!folder_create("", false, &err));
    CHECK(!folder_create("/proc/leakwatch", false, &err));
    CHECK_CONTAINS(err.message, "/proc/leakwatch");
    char path[2 * PATH_SIZE];
    memset(path, 'p', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    CHECK(!folder_create(path, false, &err));
    CHECK_INT(err.code, ERROR_INPUT);
}

TEST(list_is_in_byte_order_without_hidden_names)
{
    static const char *const made[] = {"b", "a", "ä", "B", "10", "9", ".hidden", ".a.123-0.tmp"};
    static const char *const expected[] = {"10", "9", "B", "a", "b", "ä"};
    struct error err = {0};
    struct name_list list = {0};
    char path[PATH_SIZE];
    CHECK(folder_create(scratch("list"), false, &err));
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
        CHECK(path_join(path, sizeof path, scratch("list"), made[i], &err));
        CHECK(file_replace(path, "", 0, false, &err));
    }
    CHECK(folder_list(scratch("list"), 6, &list, &err));
    CHECK_INT(list.count, 6);
    for (size_t i = 0; i < 6; i++)
        CHECK_TEXT(list.names[i], expected[i]);
    name_list_finish(&list);
    CHECK(list.names == NULL);
    CHECK_INT(list.count, 0);
}

TEST(list_is_bounded)
{
    struct error err = {0};
    struct name_list list = {.count = 99};
    CHECK(!folder_list(scratch("list"), 5, &list, &err));
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "more than the 5 files");
    CHECK_INT(list.count, 0);
    name_list_finish(&list);
}

TEST(list_grows_and_is_empty_where_nothing_is)
{
    struct error err = {0};
    struct name_list list = {0};
    CHECK(folder_create(scratch("many"), false, &err));
    CHECK(folder_list(scratch("many"), 0, &list, &err));
    CHECK_INT(list.count, 0);
    for (int i = 0; i < 200; i++) {
        char name[32];
        snprintf(name, sizeof name, "many/%03d", 199 - i);
        CHECK(folder_create(scratch(name), false, &err));
    }
    CHECK(folder_list(scratch("many"), 1000, &list, &err));
    CHECK_INT(list.count, 200);
    CHECK_TEXT(list.names[0], "000");
    CHECK_TEXT(list.names[199], "199");
    name_list_finish(&list);
}

TEST(list_of_no_folder_is_an_error)
{
    struct error err = {0};
    struct name_list list = {0};
    CHECK(!folder_list(scratch("none"), 10, &list, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "none");
    CHECK(!folder_list(scratch("file"), 10, &list, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    name_list_finish(&list);
}

TEST(inside_is_inside)
{
    struct error err = {0};
    CHECK(folder_create(scratch("root/sub"), false, &err));
    CHECK(file_replace(scratch("root/sub/a"), "", 0, false, &err));
    CHECK(path_check_inside(scratch("root/sub/a"), scratch("root"), &err));
    CHECK(path_check_inside(scratch("root/sub/../sub/./a"), scratch("root/"), &err));
    CHECK(path_check_inside(scratch("root"), scratch("root"), &err));
    CHECK(path_check_inside(scratch("root"), "/", &err));
    CHECK_INT(symlink("sub/a", scratch("root/link")), 0);
    CHECK(path_check_inside(scratch("root/link"), scratch("root"), &err));
    CHECK_INT(symlink(scratch("root"), scratch("alias")), 0);
    CHECK(path_check_inside(scratch("alias/link"), scratch("root"), &err));
    CHECK(path_check_inside(scratch("root/link"), scratch("alias"), &err));
}

TEST(outside_is_refused_however_it_is_reached)
{
    struct error err = {0};
    CHECK(folder_create(scratch("root-2"), false, &err));
    CHECK(file_replace(scratch("root-2/b"), "", 0, false, &err));
    CHECK_INT(symlink(scratch("root-2/b"), scratch("root/out")), 0);
    CHECK_INT(symlink(scratch("root-2"), scratch("root/out-folder")), 0);
    static const char *const names[] = {"root/out", "root/out-folder/b", "root/../root-2/b",
                                        "root-2/b", "root/.."};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        err = (struct error){0};
        if (path_check_inside(scratch(names[i]), scratch("root"), &err))
            CHECK_FAIL("\"%s\" counts as inside", names[i]);
        CHECK_INT(err.code, ERROR_INPUT);
        CHECK_CONTAINS(err.message, names[i]);
        CHECK_CONTAINS(err.message, "/root'");
    }
    CHECK(!path_check_inside(scratch("root/none"), scratch("root"), &err));
    CHECK(!path_check_inside(scratch("root/sub"), scratch("none"), &err));
    CHECK_CONTAINS(err.message, "none");
}

TEST(absolute_paths_are_real)
{
    struct error err = {0};
    char path[PATH_SIZE], real[PATH_SIZE];
    CHECK(path_absolute(scratch("root"), real, sizeof real, &err));
    CHECK(path_absolute(scratch("alias/sub/.."), path, sizeof path, &err));
    CHECK_TEXT(path, real);
    CHECK(!path_absolute(scratch("none"), path, sizeof path, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "none");
    CHECK_TEXT(path, real); /* untouched */
    CHECK(!path_absolute(scratch("root"), path, strlen(real), &err));
    CHECK_INT(err.code, ERROR_INPUT);
}

static bool make_file(const char *folder, const char *name)
{
    char path[PATH_SIZE + 300];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wx");
    return file && fclose(file) == 0;
}

static int count_files(const char *path)
{
    int count = 0;
    DIR *folder = opendir(path);
    while (folder && readdir(folder))
        count++;
    if (folder)
        closedir(folder);
    return count - 2;
}

TEST(leftovers_of_the_dead_are_removed_and_nothing_else)
{
    struct error err = {0};
    char name[128];
    size_t count = 0;
    const char *folder = scratch("leftovers");
    CHECK(folder_create(folder, false, &err));
    pid_t dead = fork();
    if (dead == 0)
        _exit(0);
    CHECK(dead > 0 && waitpid(dead, NULL, 0) == dead);
    static const char *const around[][2] = {{".autoencoder.onnx.", "-0.tmp"},
                                            {".a-b.c.", "-12.tmp"},
                                            {"autoencoder.onnx.", "-0.tmp"},
                                            {".autoencoder.onnx.", "-0"},
                                            {".autoencoder.onnx.", ".tmp"},
                                            {".", "-0.tmp"},
                                            {".x.", "-.tmp"},
                                            {".x.1", "00000000000-0.tmp"},
                                            {".x.-", "-1x.tmp"},
                                            {".tmp", ""}};
    for (size_t i = 0; i < sizeof around / sizeof around[0]; i++) {
        snprintf(name, sizeof name, "%s%d%s", around[i][0], (int)dead, around[i][1]);
        CHECK(make_file(folder, name));
    }
    snprintf(name, sizeof name, ".mine.%d-3.tmp", (int)getpid());
    CHECK(make_file(folder, name) && make_file(folder, ".alive.1-3.tmp"));
    int before = count_files(folder);
    CHECK(folder_remove_leftovers(folder, &count, &err));
    CHECK_INT(count, 2); /* the first two */
    CHECK_INT(count_files(folder), before - 2);
    CHECK(folder_remove_leftovers(folder, &count, &err));
    CHECK_INT(count, 0);
    CHECK(folder_remove_leftovers(scratch("none"), NULL, &err));
    CHECK(!folder_remove_leftovers(scratch("file"), NULL, &err));
    CHECK_CONTAINS(err.message, "file");
}

TEST(what_a_killed_replacement_leaves_is_a_leftover)
{
    struct error err = {0};
    char temporary[PATH_SIZE];
    size_t count = 0;
    const char *folder = scratch("killed");
    CHECK(folder_create(folder, false, &err));
    pid_t child = fork();
    if (child == 0) {
        bool made =
            file_temporary_name(scratch("killed/model.onnx"), temporary, sizeof temporary, &err) &&
            fopen(temporary, "wx");
        kill(getpid(), made ? SIGKILL : SIGTERM);
    }
    int status = 0;
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    CHECK_INT(count_files(folder), 1);
    CHECK(folder_remove_leftovers(folder, &count, &err));
    CHECK_INT(count, 1);
    CHECK_INT(count_files(folder), 0);
}

TEST(free_space_is_known)
{
    struct error err = {0};
    uint64_t bytes = 0;
    CHECK(folder_free_bytes(scratch(""), &bytes, &err));
    CHECK(bytes > 0);
    CHECK(!folder_free_bytes(scratch("none"), &bytes, &err));
    CHECK_INT(err.code, ERROR_INPUT);
}

struct visited {
    int kinds[FILE_OTHER + 1], most;
};

static bool visit(void *context, const char *name, enum file_kind kind)
{
    struct visited *visited = context;
    visited->kinds[kind] += *name != '\0';
    return --visited->most > 0;
}

TEST(visit_shows_every_entry_with_its_kind)
{
    struct error err = {0};
    CHECK(folder_create(scratch("visit/folder"), false, &err));
    CHECK(file_replace(scratch("visit/file"), "", 0, false, &err));
    CHECK(file_replace(scratch("visit/.hidden"), "", 0, false, &err));
    CHECK_INT(symlink("file", scratch("visit/link")), 0);
    CHECK_INT(mkfifo(scratch("visit/pipe"), 0600), 0);
    struct visited visited = {.most = 100};
    CHECK(folder_visit(scratch("visit"), visit, &visited, &err));
    CHECK_INT(visited.kinds[FILE_REGULAR], 2);
    CHECK_INT(visited.kinds[FILE_FOLDER], 1);
    CHECK_INT(visited.kinds[FILE_LINK], 1);
    CHECK_INT(visited.kinds[FILE_OTHER], 1);
    visited = (struct visited){.most = 2};
    CHECK(folder_visit(scratch("visit"), visit, &visited, &err));
    CHECK_INT(visited.most, 0);
    CHECK(!folder_visit(scratch("visit/none"), visit, &visited, &err));
    CHECK_CONTAINS(err.message, "visit/none");
}

TEST(a_measured_file_is_a_regular_one)
{
    struct error err = {0};
    struct file_extent extent = {0};
    char text[10000] = "text";
    CHECK(file_replace(scratch("measured"), text, sizeof text, false, &err));
    CHECK(file_measure(scratch("measured"), &extent, &err));
    CHECK(extent.freed_bytes >= sizeof text && extent.freed_bytes < 200000);
    CHECK(extent.written_utc_ms > INT64_C(1600000000000));
    CHECK_INT(link(scratch("measured"), scratch("measured-2")), 0);
    CHECK(file_measure(scratch("measured"), &extent, &err));
    CHECK_INT(extent.freed_bytes, 0);
    CHECK_INT(symlink("measured", scratch("measured-link")), 0);
    CHECK(!file_measure(scratch("measured-link"), &extent, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK(!file_measure(scratch("measured-none"), &extent, &err));
    CHECK_INT(err.code, ERROR_INPUT);
}

TEST(the_disk_of_a_folder)
{
    struct error err = {0};
    uint64_t free_bytes = 0, total_bytes = 0;
    bool same = false;
    CHECK(folder_create(scratch("disk"), false, &err));
    CHECK(folder_free_bytes(scratch("disk"), &free_bytes, &err));
    CHECK(folder_total_bytes(scratch("disk"), &total_bytes, &err));
    CHECK(total_bytes >= free_bytes && total_bytes > 0);
    CHECK(folder_same_disk(scratch("disk"), scratch("."), &same, &err));
    CHECK(same);
    CHECK(folder_same_disk(scratch("disk"), "/proc", &same, &err));
    CHECK(!same);
    CHECK(!folder_free_bytes(scratch("no-disk"), &free_bytes, &err));
    CHECK(!folder_total_bytes(scratch("no-disk"), &total_bytes, &err));
    CHECK(!folder_same_disk(scratch("disk"), scratch("no-disk"), &same, &err));
    CHECK(!folder_same_disk(scratch("no-disk"), scratch("disk"), &same, &err));
    CHECK_CONTAINS(err.message, "no-disk");
}

int main(void)
{
    RUN(create_makes_parents_and_keeps_modes);
    RUN(create_follows_a_link_to_a_folder);
    RUN(create_names_what_stands_in_the_way);
    RUN(list_is_in_byte_order_without_hidden_names);
    RUN(list_is_bounded);
    RUN(list_grows_and_is_empty_where_nothing_is);
    RUN(list_of_no_folder_is_an_error);
    RUN(inside_is_inside);
    RUN(outside_is_refused_however_it_is_reached);
    RUN(absolute_paths_are_real);
    RUN(leftovers_of_the_dead_are_removed_and_nothing_else);
    RUN(what_a_killed_replacement_leaves_is_a_leftover);
    RUN(free_space_is_known);
    RUN(visit_shows_every_entry_with_its_kind);
    RUN(a_measured_file_is_a_regular_one);
    RUN(the_disk_of_a_folder);
    return check_report();
}

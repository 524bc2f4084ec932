/* Whole files: replaced in one step or not at all, read with a bound, and no temporary file left
 * behind. The disk "fills up" by a limit on file sizes, which the kernel reports as EFBIG.
 */
#include "base/buffer.h"
#include "check.h"
#include "platform/clock.h"
#include "platform/file.h"
#include "scratch.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

static int count_names(const char *path)
{
    DIR *folder = opendir(path);
    int count = 0;
    while (folder && readdir(folder))
        count++;
    if (folder)
        closedir(folder);
    return count - 2; /* "." and ".." */
}

static bool set_file_size_limit(rlim_t bytes)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_FSIZE, &limit) != 0)
        return false;
    limit.rlim_cur = bytes;
    return setrlimit(RLIMIT_FSIZE, &limit) == 0;
}

static bool contains(const char *path, const char *expected)
{
    struct buffer contents = {0};
    struct error err = {0};
    bool equal =
        file_read(path, 1 << 20, &contents, &err) && strcmp(buffer_text(&contents), expected) == 0;
    if (!equal)
        printf("%s: \"%.60s\" %s\n", path, buffer_text(&contents), err.message);
    buffer_finish(&contents);
    return equal;
}

static unsigned mode_of(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0 ? status.st_mode & 07777 : 0;
}

TEST(join_puts_one_slash)
{
    char path[16];
    struct error err = {0};
    CHECK(path_join(path, sizeof path, "a", "b", &err));
    CHECK_TEXT(path, "a/b");
    CHECK(path_join(path, sizeof path, "a/", "b", &err));
    CHECK_TEXT(path, "a/b");
    CHECK(path_join(path, sizeof path, "", "b", &err));
    CHECK_TEXT(path, "b");
    CHECK(path_join(path, sizeof path, "a", "/b", &err));
    CHECK_TEXT(path, "/b");
    CHECK(path_join(path, sizeof path, "1234567", "1234567", &err));
    CHECK_TEXT(path, "1234567/1234567");
    CHECK(!path_join(path, sizeof path, "1234567", "12345678", &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_TEXT(path, "1234567/1234567");
}

TEST(replace_makes_and_replaces)
{
    struct error err = {0};
    umask(022);
    CHECK(folder_create(scratch("plain"), false, &err));
    CHECK(file_replace(scratch("plain/a"), "one", 3, false, &err));
    CHECK(contains(scratch("plain/a"), "one"));
    CHECK_INT(mode_of(scratch("plain/a")), 0644);
    CHECK(file_replace(scratch("plain/a"), "second", 6, true, &err));
    CHECK(contains(scratch("plain/a"), "second"));
    CHECK_INT(mode_of(scratch("plain/a")), 0600);
    CHECK(file_replace(scratch("plain/a"), NULL, 0, true, &err));
    CHECK(contains(scratch("plain/a"), ""));
    CHECK_INT(count_names(scratch("plain")), 1);
}

TEST(replace_works_on_a_bare_name)
{
    struct error err = {0};
    char before[1024];
    CHECK(getcwd(before, sizeof before) != NULL);
    CHECK(folder_create(scratch("bare"), false, &err));
    CHECK_INT(chdir(scratch("bare")), 0);
    bool done = file_replace("name", "x", 1, false, &err);
    CHECK_INT(chdir(before), 0);
    CHECK(done);
    CHECK(contains(scratch("bare/name"), "x"));
}

TEST(full_disk_leaves_the_old_file_and_nothing_else)
{
    static char large[10000];
    struct error err = {0};
    CHECK(folder_create(scratch("full"), false, &err));
    CHECK(file_replace(scratch("full/a"), "old", 3, false, &err));
    CHECK(set_file_size_limit(4096));
    bool done = file_replace(scratch("full/a"), large, sizeof large, false, &err);
    CHECK(set_file_size_limit(RLIM_INFINITY));
    CHECK(!done);
    CHECK_INT(err.code, ERROR_SPACE);
    CHECK_CONTAINS(err.message, "full/a");
    CHECK(contains(scratch("full/a"), "old"));
    CHECK_INT(count_names(scratch("full")), 1);
}

TEST(replace_names_what_stands_in_the_way)
{
    struct error err = {0};
    CHECK(!file_replace(scratch("missing/a"), "x", 1, false, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "missing/a");
    CHECK(folder_create(scratch("way/folder"), false, &err));
    CHECK(!file_replace(scratch("way/folder"), "x", 1, false, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_INT(file_kind_of(scratch("way/folder")), FILE_FOLDER);
    CHECK_INT(count_names(scratch("way")), 1);
    char name[400];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    CHECK(!file_replace(scratch(name), "x", 1, false, &err));
    CHECK_CONTAINS(err.message, "File name too long");
    char path[2 * PATH_SIZE];
    memset(path, 'p', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    CHECK(!file_replace(path, "x", 1, false, &err));
    CHECK_INT(err.code, ERROR_INPUT);
}

TEST(replace_does_not_follow_a_link)
{
    struct error err = {0};
    CHECK(folder_create(scratch("link"), false, &err));
    CHECK(file_replace(scratch("link/outside"), "untouched", 9, false, &err));
    CHECK_INT(symlink(scratch("link/outside"), scratch("link/a")), 0);
    CHECK(file_replace(scratch("link/a"), "new", 3, false, &err));
    CHECK_INT(file_kind_of(scratch("link/a")), FILE_REGULAR);
    CHECK(contains(scratch("link/a"), "new"));
    CHECK(contains(scratch("link/outside"), "untouched"));
}

static void replace_for_ever(const char *path)
{
    static char a[50000], b[70000];
    memset(a, 'a', sizeof a);
    memset(b, 'b', sizeof b);
    for (;;) {
        if (!file_replace(path, a, sizeof a, false, NULL) ||
            !file_replace(path, b, sizeof b, false, NULL))
            _exit(1);
    }
}

static bool is_whole(const struct buffer *contents)
{
    char letter = contents->size == 50000 ? 'a' : contents->size == 70000 ? 'b' : '\0';
    for (size_t i = 0; letter && i < contents->size; i++)
        if (contents->data[i] != letter)
            return false;
    return letter != '\0';
}

TEST(killed_at_any_moment_the_file_is_whole)
{
    struct error err = {0};
    CHECK(folder_create(scratch("kill"), false, &err));
    for (int i = 0; i < 25; i++) {
        pid_t child = fork();
        CHECK(child >= 0);
        if (child == 0)
            replace_for_ever(scratch("kill/file"));
        clock_sleep_ns((8 + i) * NS_PER_MS);
        struct buffer contents = {0};
        bool read = file_read(scratch("kill/file"), 100000, &contents, &err);
        bool whole_while_running = !read || is_whole(&contents);
        kill(child, SIGKILL);
        int status = 0;
        waitpid(child, &status, 0);
        buffer_clear(&contents);
        read = file_read(scratch("kill/file"), 100000, &contents, &err);
        bool whole_afterwards = !read || is_whole(&contents);
        buffer_finish(&contents);
        CHECK(WIFSIGNALED(status));
        CHECK(whole_while_running);
        CHECK(whole_afterwards);
    }
    struct name_list list = {0}; /* what the kills left behind is never taken for data */
    CHECK(folder_list(scratch("kill"), 10, &list, &err));
    CHECK_INT(list.count, 1);
    CHECK_TEXT(list.names[0], "file");
    name_list_finish(&list);
}

TEST(temporary_names_are_hidden_near_and_new)
{
    char first[PATH_SIZE], second[PATH_SIZE], small[20] = "before";
    struct error err = {0};
    CHECK(file_temporary_name("model/a.onnx", first, sizeof first, &err));
    CHECK(file_temporary_name("model/a.onnx", second, sizeof second, &err));
    CHECK(strncmp(first, "model/.a.onnx.", 14) == 0);
    CHECK(strcmp(first, second) != 0);
    CHECK(!file_temporary_name("model/autoencoder.onnx", small, sizeof small, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_TEXT(small, "before");
    char name[300] = "x"; /* 3-byte characters that do not end at byte 64 */
    while (strlen(name) < 250)
        strcat(name, "漢");
    CHECK(file_temporary_name(name, first, sizeof first, &err));
    CHECK(strlen(first) < 100);
    CHECK(strncmp(first + 1, name, 64) == 0 && first[65] == '.');
    memmove(name + 1, name, strlen(name) + 1);
    CHECK(file_temporary_name(name, first, sizeof first, &err));
    CHECK(strncmp(first + 1, name, 62) == 0 && first[63] == '.');
}

TEST(commit_puts_a_foreign_file_in_place)
{
    struct error err = {0};
    char temporary[PATH_SIZE];
    CHECK(folder_create(scratch("commit"), false, &err));
    CHECK(file_replace(scratch("commit/a"), "old", 3, false, &err));
    CHECK(file_temporary_name(scratch("commit/a"), temporary, sizeof temporary, &err));
    CHECK(file_replace(temporary, "new", 3, false, &err));
    CHECK(file_commit(temporary, scratch("commit/a"), &err));
    CHECK(contains(scratch("commit/a"), "new"));
    CHECK_INT(file_kind_of(temporary), FILE_MISSING);
    CHECK(!file_commit(temporary, scratch("commit/a"), &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK(contains(scratch("commit/a"), "new"));
    CHECK(folder_create(scratch("commit/folder"), false, &err));
    CHECK(file_replace(temporary, "x", 1, false, &err));
    CHECK(!file_commit(temporary, scratch("commit/folder"), &err));
    CHECK_INT(file_kind_of(temporary), FILE_MISSING);
    CHECK(file_replace(temporary, "x", 1, false, &err));
    CHECK(!file_commit(temporary, scratch("nowhere/a"), &err));
    CHECK_INT(file_kind_of(temporary), FILE_MISSING);
    file_discard(temporary);
    CHECK_INT(count_names(scratch("commit")), 2);
}

TEST(read_appends_and_is_bounded)
{
    struct buffer contents = {0};
    struct error err = {0};
    CHECK(file_replace(scratch("read"), "0123456789", 10, false, &err));
    buffer_append_text(&contents, "before ");
    CHECK(file_read(scratch("read"), 10, &contents, &err));
    CHECK_TEXT(buffer_text(&contents), "before 0123456789");
    CHECK(!file_read(scratch("read"), 9, &contents, &err));
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "9 bytes");
    CHECK_TEXT(buffer_text(&contents), "before 0123456789");
    buffer_finish(&contents);
    CHECK_INT(truncate(scratch("read"), 100000), 0); /* more than one chunk */
    CHECK(!file_read(scratch("read"), 50000, &contents, &err));
    CHECK_TEXT(buffer_text(&contents), "");
    buffer_finish(&contents);
}

TEST(read_refuses_what_is_no_file)
{
    struct buffer contents = {0};
    struct error err = {0};
    CHECK(!file_read(scratch("nothing"), 10, &contents, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "nothing");
    CHECK(folder_create(scratch("folder"), false, &err));
    CHECK(!file_read(scratch("folder"), 10, &contents, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_INT(mkfifo(scratch("pipe"), 0600), 0);
    CHECK(!file_read(scratch("pipe"), 10, &contents, &err)); /* and does not wait for a writer */
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_INT(symlink("loop", scratch("loop")), 0);
    CHECK(!file_read(scratch("loop"), 10, &contents, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK(contents.data == NULL);
}

TEST(kinds_are_told_apart)
{
    struct error err = {0};
    CHECK(folder_create(scratch("kinds"), false, &err));
    CHECK(file_replace(scratch("kinds/file"), "", 0, false, &err));
    CHECK_INT(symlink("file", scratch("kinds/link")), 0);
    CHECK_INT(mkfifo(scratch("kinds/pipe"), 0600), 0);
    CHECK_INT(file_kind_of(scratch("kinds")), FILE_FOLDER);
    CHECK_INT(file_kind_of(scratch("kinds/file")), FILE_REGULAR);
    CHECK_INT(file_kind_of(scratch("kinds/link")), FILE_LINK);
    CHECK_INT(file_kind_of(scratch("kinds/pipe")), FILE_OTHER);
    CHECK_INT(file_kind_of(scratch("kinds/none")), FILE_MISSING);
    CHECK_INT(file_kind_of(scratch("kinds/file/below")), FILE_MISSING);
}

/* Root looks into every folder, so a test that runs as root becomes nobody for this. */
TEST(what_cannot_be_looked_at_is_not_missing)
{
    struct error err = {0};
    bool is_root = geteuid() == 0;
    CHECK(folder_create(scratch("hidden"), false, &err));
    CHECK(file_replace(scratch("hidden/file"), "", 0, false, &err));
    CHECK(!file_is_missing(scratch("hidden/file")));
    CHECK(file_is_missing(scratch("hidden/none")));
    CHECK(file_is_missing(scratch("hidden/file/below")));
    CHECK_INT(chmod(scratch("hidden"), 0), 0);
    CHECK(!is_root || seteuid(65534) == 0);
    bool missing = file_is_missing(scratch("hidden/none"));
    CHECK(!is_root || seteuid(0) == 0);
    CHECK_INT(chmod(scratch("hidden"), 0700), 0);
    CHECK(!missing);
}

TEST(remove_and_rename)
{
    struct error err = {0};
    CHECK(folder_create(scratch("move/to"), false, &err));
    CHECK(file_replace(scratch("move/a"), "a", 1, false, &err));
    CHECK(file_rename(scratch("move/a"), scratch("move/to/b"), &err));
    CHECK(contains(scratch("move/to/b"), "a"));
    CHECK(!file_rename(scratch("move/a"), scratch("move/to/b"), &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "move/to/b");
    CHECK(file_remove(scratch("move/to/b"), &err));
    CHECK(file_remove(scratch("move/to/b"), &err));
    CHECK_INT(file_kind_of(scratch("move/to/b")), FILE_MISSING);
    CHECK(!file_remove(scratch("move/to"), &err));
    CHECK_CONTAINS(err.message, "move/to");
}

TEST(private_means_the_owner_alone)
{
    struct error err = {0};
    bool is_private = false;
    CHECK(file_replace(scratch("secret"), "x", 1, true, &err));
    CHECK(file_is_private(scratch("secret"), &is_private, &err));
    CHECK(is_private);
    static const mode_t open_modes[] = {0640, 0604, 0660, 0644};
    for (size_t i = 0; i < sizeof open_modes / sizeof open_modes[0]; i++) {
        CHECK_INT(chmod(scratch("secret"), open_modes[i]), 0);
        is_private = true;
        CHECK(file_is_private(scratch("secret"), &is_private, &err));
        CHECK(!is_private);
    }
    CHECK(!file_is_private(scratch("no secret"), &is_private, &err));
    CHECK_INT(err.code, ERROR_INPUT);
}

int main(void)
{
    signal(SIGXFSZ, SIG_IGN); /* the limit shall be an error, not an end */
    RUN(join_puts_one_slash);
    RUN(replace_makes_and_replaces);
    RUN(replace_works_on_a_bare_name);
    RUN(full_disk_leaves_the_old_file_and_nothing_else);
    RUN(replace_names_what_stands_in_the_way);
    RUN(replace_does_not_follow_a_link);
    RUN(killed_at_any_moment_the_file_is_whole);
    RUN(temporary_names_are_hidden_near_and_new);
    RUN(commit_puts_a_foreign_file_in_place);
    RUN(read_appends_and_is_bounded);
    RUN(read_refuses_what_is_no_file);
    RUN(kinds_are_told_apart);
    RUN(what_cannot_be_looked_at_is_not_missing);
    RUN(remove_and_rename);
    RUN(private_means_the_owner_alone);
    return check_report();
}

/* Files that only grow: a failed append leaves the size as it was. The disk "fills up" by a limit
 * on file sizes: the kernel then writes the part that fits, as a full disk does.
 */
#include "check.h"
#include "platform/file.h"
#include "scratch.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>

static bool set_file_size_limit(rlim_t bytes)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_FSIZE, &limit) != 0)
        return false;
    limit.rlim_cur = bytes;
    return setrlimit(RLIMIT_FSIZE, &limit) == 0;
}

static long long size_of(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 ? (long long)status.st_size : -1;
}

static const char *text_of(struct append_file *file)
{
    static char text[256];
    size_t count = 0;
    struct error err = {0};
    if (!append_read(file, 0, text, sizeof text - 1, &count, &err))
        return err.message[0] ? "(unreadable)" : "(no message)";
    text[count] = '\0';
    return text;
}

TEST(appends_follow_each_other_over_a_reopen)
{
    struct append_file file = {0};
    struct error err = {0};
    CHECK(append_open(&file, scratch("log"), &err));
    CHECK_INT(file.size, 0);
    CHECK(append_write(&file, "one\n", 4, &err));
    CHECK(append_write(&file, "two\n", 4, &err));
    CHECK(append_flush(&file, &err));
    append_close(&file);
    append_close(&file);
    CHECK(append_open(&file, scratch("log"), &err));
    CHECK_INT(file.size, 8);
    CHECK(append_write(&file, "three\n", 6, &err));
    CHECK_INT(file.size, 14);
    CHECK_TEXT(text_of(&file), "one\ntwo\nthree\n");
    append_close(&file);
}

TEST(read_stops_at_the_end)
{
    struct append_file file = {0};
    struct error err = {0};
    char text[8] = "";
    size_t count = 99;
    CHECK(append_open(&file, scratch("log"), &err));
    CHECK(append_read(&file, 4, text, 3, &count, &err));
    CHECK_INT(count, 3);
    CHECK(memcmp(text, "two", 3) == 0);
    CHECK(append_read(&file, 12, text, sizeof text, &count, &err));
    CHECK_INT(count, 2);
    CHECK(append_read(&file, 1000, text, sizeof text, &count, &err));
    CHECK_INT(count, 0);
    append_close(&file);
}

TEST(short_write_is_cut_off_again)
{
    struct append_file file = {0};
    struct error err = {0};
    char line[5000];
    memset(line, 'x', sizeof line);
    CHECK(append_open(&file, scratch("full"), &err));
    CHECK(append_write(&file, "kept\n", 5, &err));
    CHECK(set_file_size_limit(4096));
    bool part = append_write(&file, line, sizeof line, &err); /* 4091 of them fit */
    enum error_code part_code = err.code;
    long long size_after_part = size_of(scratch("full"));
    bool small = append_write(&file, line, 4091, &err);
    bool nothing = append_write(&file, "y", 1, &err); /* none fits: EFBIG */
    CHECK(set_file_size_limit(RLIM_INFINITY));
    CHECK(!part);
    CHECK_INT(part_code, ERROR_SPACE);
    CHECK_INT(size_after_part, 5);
    CHECK(small);
    CHECK(!nothing);
    CHECK_INT(err.code, ERROR_SPACE);
    CHECK_CONTAINS(err.message, "full");
    CHECK_INT(size_of(scratch("full")), 4096);
    CHECK(!file.torn);
    CHECK(append_write(&file, "space again\n", 12, &err));
    CHECK_INT(file.size, 4108);
    append_close(&file);
}

TEST(torn_end_is_cut_off_before_the_next_append)
{
    struct append_file file = {0};
    struct error err = {0};
    CHECK(append_open(&file, scratch("torn"), &err));
    CHECK(append_write(&file, "whole\n", 6, &err));
    int other = open(scratch("torn"), O_WRONLY | O_APPEND);
    CHECK(other >= 0);
    CHECK_INT(write(other, "hal", 3), 3);
    close(other);
    file.torn = true; /* as after a cut that the disk refused; tests/fault makes a disk do it */
    CHECK(append_write(&file, "next\n", 5, &err));
    CHECK(!file.torn);
    CHECK_TEXT(text_of(&file), "whole\nnext\n");
    append_close(&file);
}

TEST(truncate_forgets_the_rest)
{
    struct append_file file = {0};
    struct error err = {0};
    CHECK(append_open(&file, scratch("cut"), &err));
    CHECK(append_write(&file, "one\ntwo", 7, &err));
    CHECK(append_truncate(&file, 4, &err));
    CHECK_INT(file.size, 4);
    CHECK(append_write(&file, "new\n", 4, &err));
    CHECK_TEXT(text_of(&file), "one\nnew\n");
    append_close(&file);
}

TEST(refresh_sees_other_writers_and_rotation)
{
    struct append_file file = {0}, other = {0};
    struct error err = {0};
    bool same = false;
    CHECK(append_open(&file, scratch("shared"), &err));
    CHECK(append_open(&other, scratch("shared"), &err));
    CHECK(append_write(&other, "theirs\n", 7, &err));
    CHECK(append_refresh(&file, scratch("shared"), &same, &err));
    CHECK(same);
    CHECK_INT(file.size, 7);
    CHECK(append_write(&file, "ours\n", 5, &err));
    CHECK_TEXT(text_of(&file), "theirs\nours\n");
    CHECK(file_rename(scratch("shared"), scratch("shared-1"), &err));
    CHECK(append_refresh(&file, scratch("shared"), &same, &err));
    CHECK(!same);
    append_close(&other);
    CHECK(append_open(&other, scratch("shared"), &err));
    CHECK(append_refresh(&file, scratch("shared"), &same, &err));
    CHECK(!same);
    CHECK(append_refresh(&other, scratch("shared"), &same, &err));
    CHECK(same);
    append_close(&other);
    append_close(&file);
}

TEST(open_refuses_links_pipes_and_folders)
{
    struct append_file file = {0};
    struct error err = {0};
    CHECK(file_replace(scratch("target"), "safe", 4, false, &err));
    CHECK_INT(symlink("target", scratch("link")), 0);
    CHECK(!append_open(&file, scratch("link"), &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "symbolic link");
    CHECK_INT(mkfifo(scratch("pipe"), 0600), 0);
    CHECK(!append_open(&file, scratch("pipe"), &err)); /* and does not wait for a reader */
    CHECK_CONTAINS(err.message, "regular file");
    CHECK(!append_open(&file, scratch(""), &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK(!append_open(&file, scratch("none/log"), &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_INT(file.handle, 0);
    char path[2 * PATH_SIZE];
    memset(path, 'p', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    CHECK(!append_open(&file, path, &err));
    CHECK_INT(err.code, ERROR_INPUT);
}

TEST(closed_descriptor_is_an_error_of_every_call)
{
    struct append_file file = {0};
    struct error err = {0};
    bool same;
    size_t count;
    char text[4];
    CHECK(append_open(&file, scratch("pulled"), &err));
    CHECK(append_write(&file, "kept\n", 5, &err));
    close((int)file.handle - 1); /* as if the disk had gone: every call now fails */
    CHECK(!append_write(&file, "x", 1, &err));
    CHECK_INT(err.code, ERROR_IO);
    CHECK(file.torn);
    CHECK_INT(file.size, 5);
    CHECK(!append_write(&file, "x", 1, &err));
    CHECK_CONTAINS(err.message, "torn end");
    CHECK(!append_flush(&file, &err));
    CHECK(!append_truncate(&file, 0, &err));
    CHECK(!append_read(&file, 0, text, sizeof text, &count, &err));
    CHECK(!append_refresh(&file, scratch("pulled"), &same, &err));
    CHECK_CONTAINS(err.message, "pulled");
    CHECK_INT(file.size, 5);
}

int main(void)
{
    signal(SIGXFSZ, SIG_IGN); /* the limit shall be an error, not an end */
    RUN(appends_follow_each_other_over_a_reopen);
    RUN(read_stops_at_the_end);
    RUN(short_write_is_cut_off_again);
    RUN(torn_end_is_cut_off_before_the_next_append);
    RUN(truncate_forgets_the_rest);
    RUN(refresh_sees_other_writers_and_rotation);
    RUN(open_refuses_links_pipes_and_folders);
    RUN(closed_descriptor_is_an_error_of_every_call);
    return check_report();
}

/* Files on a failing disk: every single call of a replace and of an append is made to fail, and the
 * promises of platform/file.h are checked from outside. This also tests failio itself: each case
 * counts on a failure that only failio can have caused.
 *
 * Arguments: the library, the victim program.
 */
#include "check.h"
#include "platform/file.h"
#include "scratch.h"

#include <ctype.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *failio_path, *victim_path;
static char output[4096];

enum { KILLED = -1, STATUS_OF_OTHER_SIGNAL = -2, OLD_SIZE = 2000, NEW_SIZE = 3000, LINES = 5 };

static void exec_victim(const char *const settings[][2], char **arguments, int output_end)
{
    for (int i = 0; settings[i][0]; i++)
        setenv(settings[i][0], settings[i][1], 1);
    setenv("LD_PRELOAD", failio_path, 1);
    setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 1);
    dup2(output_end, STDOUT_FILENO);
    execv(victim_path, arguments);
    _exit(127);
}

/* The exit status, or KILLED; what it printed is in `output`. */
static int run_victim(const char *const settings[][2], const char *job, const char *first,
                      const char *second)
{
    char *arguments[] = {(char *)victim_path, (char *)job, (char *)first, (char *)second, NULL};
    int ends[2], status = 0;
    if (pipe2(ends, O_CLOEXEC) != 0)
        abort();
    pid_t child = fork();
    if (child < 0)
        abort();
    if (child == 0)
        exec_victim(settings, arguments, ends[1]);
    close(ends[1]);
    size_t used = 0;
    ssize_t count;
    while ((count = read(ends[0], output + used, sizeof output - 1 - used)) > 0)
        used += (size_t)count;
    output[used] = '\0';
    close(ends[0]);
    waitpid(child, &status, 0);
    if (WIFEXITED(status))
        return WEXITSTATUS(status);
    return WTERMSIG(status) == SIGKILL ? KILLED : STATUS_OF_OTHER_SIGNAL;
}

static const char *number(long value)
{
    static char text[24];
    snprintf(text, sizeof text, "%ld", value);
    return text;
}

static bool write_old(const char *folder)
{
    char path[PATH_SIZE], text[OLD_SIZE];
    memset(text, 'o', sizeof text);
    return folder_create(folder, false, NULL) &&
           path_join(path, sizeof path, folder, "file", NULL) &&
           file_replace(path, text, sizeof text, false, NULL);
}

/* 'o' or 'n' when the file is wholly the old or the new one, '?' otherwise. */
static char state_of(const char *folder)
{
    char path[PATH_SIZE];
    struct buffer contents = {0};
    char state = '?';
    if (path_join(path, sizeof path, folder, "file", NULL) &&
        file_read(path, 10000, &contents, NULL)) {
        char first = buffer_text(&contents)[0];
        size_t expected = first == 'o' ? OLD_SIZE : NEW_SIZE;
        if (contents.size == expected && (first == 'o' || first == 'n'))
            state = first;
        for (size_t i = 0; i < contents.size; i++)
            if (contents.data[i] != first)
                state = '?';
    }
    buffer_finish(&contents);
    return state;
}

/* All names, hidden ones too. */
static int count_names(const char *folder)
{
    char command[PATH_SIZE + 32];
    int count = -1;
    snprintf(command, sizeof command, "ls -A '%s' | wc -l", folder);
    FILE *listing = popen(command, "r");
    if (listing && fscanf(listing, "%d", &count) != 1)
        count = -1;
    if (listing)
        pclose(listing);
    return count;
}

enum { REPLACE_CALLS = 5, RENAME_CALL = 4 }; /* open, write, fsync, rename, fsync of the folder */

TEST(every_failing_call_of_a_replace_leaves_old_or_new)
{
    const char *folder = scratch("replace");
    for (int n = 1; n <= REPLACE_CALLS + 1; n++) {
        CHECK(write_old(folder));
        const char *const settings[][2] = {{"FAILIO_UNDER", folder},
                                           {"FAILIO_NTH", number(n)},
                                           {"FAILIO_REPORT", scratch("report")},
                                           {NULL, NULL}};
        int status = run_victim(settings, "replace", folder, NULL);
        CHECK_INT(status, n <= REPLACE_CALLS ? 1 : 0);
        CHECK_INT(state_of(folder), n <= RENAME_CALL ? 'o' : 'n');
        CHECK_INT(count_names(folder), 1);
        if (n <= REPLACE_CALLS) {
            CHECK_CONTAINS(output, "io: '");
            CHECK_CONTAINS(output, "/file' ");
        }
    }
    struct buffer report = {0};
    CHECK(file_read(scratch("report"), 100, &report, NULL));
    CHECK_TEXT(buffer_text(&report), "5\n");
    buffer_finish(&report);
}

TEST(full_disk_is_named_and_interruptions_and_short_writes_are_not_errors)
{
    const char *folder = scratch("full");
    CHECK(write_old(folder));
    const char *const full[][2] = {{"FAILIO_UNDER", folder},
                                   {"FAILIO_CALLS", "write"},
                                   {"FAILIO_NTH", "1"},
                                   {"FAILIO_ERRNO", "ENOSPC"},
                                   {NULL, NULL}};
    CHECK_INT(run_victim(full, "replace", folder, NULL), 1);
    CHECK_CONTAINS(output, "space: ");
    CHECK_INT(state_of(folder), 'o');
    const char *const interrupted[][2] = {
        {"FAILIO_UNDER", folder}, {"FAILIO_CALLS", "write,fsync"}, {"FAILIO_NTH", "1"},
        {"FAILIO_TIMES", "2"},    {"FAILIO_ERRNO", "EINTR"},       {NULL, NULL}};
    CHECK_INT(run_victim(interrupted, "replace", folder, NULL), 0);
    CHECK_INT(state_of(folder), 'n');
    CHECK(write_old(folder));
    const char *const shortened[][2] = {{"FAILIO_UNDER", folder},   {"FAILIO_CALLS", "write"},
                                        {"FAILIO_NTH", "1"},        {"FAILIO_TIMES", "3"},
                                        {"FAILIO_ACTION", "short"}, {NULL, NULL}};
    CHECK_INT(run_victim(shortened, "replace", folder, NULL), 0);
    CHECK_INT(state_of(folder), 'n');
}

TEST(folder_that_cannot_be_flushed_by_its_kind_is_no_error)
{
    const char *folder = scratch("fat");
    CHECK(write_old(folder));
    const char *const settings[][2] = {
        {"FAILIO_UNDER", folder}, {"FAILIO_NTH", "5"}, {"FAILIO_ERRNO", "EINVAL"}, {NULL, NULL}};
    CHECK_INT(run_victim(settings, "replace", folder, NULL), 0);
    CHECK_INT(state_of(folder), 'n');
}

TEST(killed_at_every_call_the_file_is_old_or_new)
{
    static const char *const actions[] = {"kill", "tear", "kill-after"};
    const char *folder = scratch("kill");
    for (size_t i = 0; i < 3; i++) {
        for (int n = 1; n <= REPLACE_CALLS; n++) {
            CHECK(write_old(folder));
            const char *const settings[][2] = {{"FAILIO_UNDER", folder},
                                               {"FAILIO_NTH", number(n)},
                                               {"FAILIO_ACTION", actions[i]},
                                               {NULL, NULL}};
            CHECK_INT(run_victim(settings, "replace", folder, NULL), KILLED);
            bool renamed = n > RENAME_CALL || (n == RENAME_CALL && i > 0);
            CHECK_INT(state_of(folder), renamed ? 'n' : 'o');
        }
    }
}

/* Is the log exactly the acknowledged lines, in order, each once? Lines that were written but not
 * flushed may be there once more: their append was refused, and tried again. */
static bool log_holds_what_was_acknowledged(const char *folder, bool flushes_failed)
{
    char path[PATH_SIZE], line[32];
    struct buffer contents = {0};
    bool right = path_join(path, sizeof path, folder, "log", NULL) &&
                 file_read(path, 10000, &contents, NULL);
    const char *rest = buffer_text(&contents);
    for (const char *text = output; right && *text; text += 2) {
        int length = snprintf(line, sizeof line, "line %c of several\n", *text);
        int copies = 0;
        for (; strncmp(rest, line, (size_t)length) == 0; copies++)
            rest += length;
        right = isdigit((unsigned char)*text) && copies >= 1 && copies <= 1 + flushes_failed;
    }
    right = right && *rest == '\0';
    buffer_finish(&contents);
    return right;
}

TEST(every_failing_call_of_appends_loses_nothing)
{
    static const char *const kinds[] = {"write", "fdatasync", "truncate"};
    static const char *const actions[] = {"fail", "short"};
    const char *folder = scratch("append");
    for (int i = 0; i < 2 * 3; i++) {
        for (int n = 1; n <= LINES; n++) {
            CHECK(folder_create(folder, false, NULL));
            CHECK(file_remove(scratch("append/log"), NULL));
            const char *const settings[][2] = {{"FAILIO_UNDER", folder},
                                               {"FAILIO_CALLS", kinds[i / 2]},
                                               {"FAILIO_NTH", number(n)},
                                               {"FAILIO_ACTION", actions[i % 2]},
                                               {NULL, NULL}};
            int status = run_victim(settings, "append", folder, NULL);
            bool acted = i / 2 < 2; /* nothing is cut off while all goes well */
            CHECK_INT(status, acted ? 1 : 0);
            CHECK_TEXT(output, "0\n1\n2\n3\n4\n");
            CHECK(log_holds_what_was_acknowledged(folder, i / 2 == 1));
        }
    }
}

TEST(torn_append_that_cannot_be_cut_off_is_cut_off_later)
{
    const char *folder = scratch("torn");
    CHECK(folder_create(folder, false, NULL));
    const char *const settings[][2] = {
        {"FAILIO_UNDER", folder},   {"FAILIO_CALLS", "write,truncate"},
        {"FAILIO_NTH", "2"},   /* line 1 is torn, the cut fails … */
        {"FAILIO_TIMES", "4"}, /* … and again, and again */
        {"FAILIO_ACTION", "short"}, {NULL, NULL}};
    CHECK_INT(run_victim(settings, "append", folder, NULL), 1);
    CHECK_TEXT(output, "0\n2\n3\n4\n");
    CHECK(log_holds_what_was_acknowledged(folder, false));
}

TEST(space_returns_when_the_trigger_goes)
{
    const char *folder = scratch("space");
    CHECK(write_old(folder));
    CHECK(file_replace(scratch("trigger"), "", 0, false, NULL));
    const char *const settings[][2] = {
        {"FAILIO_UNDER", folder}, {"FAILIO_FULL_WHILE", scratch("trigger")}, {NULL, NULL}};
    CHECK_INT(run_victim(settings, "recover", folder, scratch("trigger")), 0);
    CHECK_CONTAINS(output, "space: ");
    CHECK_INT(state_of(folder), 'n');
    CHECK_INT(count_names(folder), 1);
}

TEST(other_folders_are_left_alone)
{
    const char *folder = scratch("space-2");
    CHECK(write_old(folder));
    const char *const settings[][2] = {{"FAILIO_UNDER", scratch("space")},
                                       {"FAILIO_NTH", "1"},
                                       {"FAILIO_TIMES", "1000"},
                                       {NULL, NULL}};
    CHECK_INT(run_victim(settings, "replace", folder, NULL), 0);
    CHECK_INT(state_of(folder), 'n');
}

TEST(wall_clock_jumps_and_monotonic_does_not)
{
    CHECK(file_replace(scratch("offset"), "0\n", 2, false, NULL));
    const char *const settings[][2] = {{"FAILIO_CLOCK", scratch("offset")}, {NULL, NULL}};
    CHECK_INT(run_victim(settings, "jump", scratch("offset"), NULL), 0);
    int wall_s = 0, monotonic_s = -1;
    CHECK_INT(sscanf(output, "%d %d", &wall_s, &monotonic_s), 2);
    CHECK(wall_s <= -7190 && wall_s >= -7200);
    CHECK(monotonic_s >= 0 && monotonic_s < 10);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        printf("usage: %s FAILIO-LIBRARY VICTIM\n", argv[0]);
        return 64;
    }
    failio_path = argv[1];
    victim_path = argv[2];
    RUN(every_failing_call_of_a_replace_leaves_old_or_new);
    RUN(full_disk_is_named_and_interruptions_and_short_writes_are_not_errors);
    RUN(folder_that_cannot_be_flushed_by_its_kind_is_no_error);
    RUN(killed_at_every_call_the_file_is_old_or_new);
    RUN(every_failing_call_of_appends_loses_nothing);
    RUN(torn_append_that_cannot_be_cut_off_is_cut_off_later);
    RUN(space_returns_when_the_trigger_goes);
    RUN(other_folders_are_left_alone);
    RUN(wall_clock_jumps_and_monotonic_does_not);
    return check_report();
}

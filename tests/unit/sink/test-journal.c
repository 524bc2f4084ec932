/* The journal under everything that happens to files: crashes, full disks, other processes. */
#include "check.h"

#include "sink/journal.h"
#include "sink/journal_line.h"

#include "sandbox.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- The n-th call of a file function fails (the linker puts these in between). --- */

static int calls_until_failure = -1;

static bool fails(struct error *err, const char *what)
{
    if (calls_until_failure < 0 || calls_until_failure-- > 0)
        return false;
    error_set(err, ERROR_IO, "%s was made to fail", what);
    return true;
}

#define WRAP(name, parameters, arguments)                                                          \
    bool __real_##name parameters;                                                                 \
    bool __wrap_##name parameters;                                                                 \
    bool __wrap_##name parameters                                                                  \
    {                                                                                              \
        return !fails(err, #name) && __real_##name arguments;                                      \
    }

WRAP(append_open, (struct append_file * file, const char *path, struct error *err),
     (file, path, err))
WRAP(append_write, (struct append_file * file, const void *data, size_t size, struct error *err),
     (file, data, size, err))
WRAP(append_flush, (struct append_file * file, struct error *err), (file, err))
WRAP(append_rewrite, (struct append_file * file, uint64_t offset, struct error *err),
     (file, offset, err))
WRAP(append_truncate, (struct append_file * file, uint64_t size, struct error *err),
     (file, size, err))
WRAP(append_read,
     (struct append_file * file, uint64_t offset, void *ret_data, size_t size, size_t *ret_count,
      struct error *err),
     (file, offset, ret_data, size, ret_count, err))
WRAP(append_refresh,
     (struct append_file * file, const char *path, bool *ret_same, struct error *err),
     (file, path, ret_same, err))
WRAP(file_rename, (const char *from, const char *to, struct error *err), (from, to, err))
WRAP(file_lock_wait, (struct file_lock * lock, const char *path, struct error *err),
     (lock, path, err))

/* --- Tools --- */

static int64_t append_number(struct journal *journal, int number, bool flush, struct error *err)
{
    json_t *record = json_pack("{s:s, s:i}", "type", "test", "number", number);
    int64_t seq = -1;
    if (!journal_append(journal, record, flush, &seq, err))
        seq = -1;
    json_decref(record);
    return seq;
}

/* Opens, appends one, closes. */
static int64_t append_once(const char *path, int number)
{
    struct journal *journal = journal_open(path, 0, NULL);
    int64_t seq = journal ? append_number(journal, number, true, NULL) : -1;
    journal_close(journal);
    return seq;
}

enum { NUMBERS_MAX = 5000 };
struct history {
    int count, seen[NUMBERS_MAX], foreign;
    int64_t last_seq;
    bool gapless;
};

static bool remember(void *context, const json_t *record, int64_t seq)
{
    struct history *history = context;
    if (seq == 0) {
        history->foreign++;
        return true;
    }
    history->gapless = history->gapless && (history->count == 0 || seq == history->last_seq + 1);
    history->last_seq = seq;
    history->count++;
    json_int_t number = json_integer_value(json_object_get(record, "number"));
    if (number >= 0 && number < NUMBERS_MAX)
        history->seen[number]++;
    return true;
}

/* -1 damaged = the reading failed */
static int64_t read_history(const char *path, int64_t after_seq, struct history *ret_history)
{
    *ret_history = (struct history){.gapless = true};
    int64_t damaged;
    if (!journal_read(path, after_seq, remember, ret_history, &damaged, NULL))
        return -1;
    return damaged;
}

static void path_beside(char ret_path[PATH_SIZE], const char *path, const char *ending)
{
    snprintf(ret_path, PATH_SIZE, "%.*s%s", PATH_SIZE - 32, path, ending);
}

/* --- Tests --- */

TEST(numbers_continue_after_reopening)
{
    char path[PATH_SIZE];
    sandbox_path(path, "events.jsonl");
    for (int i = 1; i <= 5; i++)
        CHECK_INT(append_once(path, i), i);
    char *text = sandbox_text(path, NULL);
    CHECK(text &&
          strncmp(text, "{\"schema\":1,\"seq\":1,\"type\":\"test\",\"number\":1}\n", 46) == 0);
    free(text);
    struct history history;
    CHECK_INT(read_history(path, 0, &history), 0);
    CHECK_INT(history.count, 5);
    CHECK(history.gapless);
    CHECK_INT(read_history(path, 3, &history), 0);
    CHECK_INT(history.count, 2);
}

TEST(two_structs_share_the_numbers)
{
    char path[PATH_SIZE];
    sandbox_path(path, "events.jsonl");
    struct journal *one = journal_open(path, 0, NULL), *two = journal_open(path, 0, NULL);
    CHECK(one && two);
    CHECK_INT(append_number(one, 1, false, NULL), 1);
    CHECK_INT(append_number(two, 2, false, NULL), 2);
    CHECK_INT(append_number(two, 3, false, NULL), 3);
    CHECK_INT(append_number(one, 4, false, NULL), 4);
    journal_close(one);
    journal_close(two);
    journal_close(NULL);
}

TEST(own_schema_and_seq_win)
{
    char path[PATH_SIZE];
    sandbox_path(path, "events.jsonl");
    struct journal *journal = journal_open(path, 0, NULL);
    json_t *record = json_pack("{s:i, s:f, s:i}", "seq", 77, "score", 0.1, "schema", 9);
    CHECK(journal && journal_append(journal, record, true, NULL, NULL));
    json_decref(record);
    journal_close(journal);
    char *text = sandbox_text(path, NULL);
    CHECK_TEXT(text, "{\"schema\":1,\"seq\":1,\"score\":0.1}\n");
    free(text);
}

TEST(records_of_the_old_tool_are_continued)
{
    char path[PATH_SIZE];
    sandbox_path(path, "events.jsonl");
    static const char old[] = "{\"ts\": \"2024-01-01T00:00:00+01:00\", \"type\": \"startup\"}\r\n"
                              "\n"
                              "{\"ts\": \"2024-01-01T00:00:01+01:00\", \"score\": NaN}\n"
                              "{\"ts\": \"2024-01-01T00:00:02+01:00\", \"type\": \"shutdown\"}\n";
    sandbox_write(path, old, sizeof old - 1);
    CHECK_INT(append_once(path, 1), 1);
    CHECK_INT(append_once(path, 2), 2);
    char *text = sandbox_text(path, NULL);
    CHECK(text && strncmp(text, old, sizeof old - 1) == 0);
    free(text);
    struct history history;
    CHECK_INT(read_history(path, 0, &history), 1);
    CHECK_INT(history.count, 2);
    CHECK_INT(history.foreign, 0);
    CHECK_INT(read_history(path, -1, &history), 1);
    CHECK_INT(history.count, 2);
    CHECK_INT(history.foreign, 2);
}

TEST(torn_tail_at_every_byte)
{
    char path[PATH_SIZE], torn[PATH_SIZE];
    sandbox_path(path, "events.jsonl");
    path_beside(torn, path, ".torn");
    append_once(path, 1);
    append_once(path, 2);
    size_t kept, size, torn_size;
    free(sandbox_text(path, &kept));
    append_once(path, 3);
    char *whole = sandbox_text(path, &size);
    CHECK(whole && size > kept);
    for (size_t cut = kept; cut < size; cut++) {
        sandbox_write(path, whole, cut);
        remove(torn);
        struct journal *journal = journal_open(path, 0, NULL);
        CHECK(journal);
        CHECK_INT(journal_repaired(journal), cut > kept);
        CHECK_INT(append_number(journal, 9, false, NULL), 3);
        journal_close(journal);
        struct history history;
        CHECK_INT(read_history(path, 0, &history), 0);
        CHECK_INT(history.count, 3);
        CHECK_INT(history.seen[3], 0);
        CHECK_INT(history.seen[9], 1);
        char *rest = sandbox_text(torn, &torn_size);
        if (cut > kept) {
            CHECK(rest && torn_size == cut - kept + 1);
            CHECK(memcmp(rest, whole + kept, cut - kept) == 0);
        }
        free(rest);
    }
    free(whole);
}

TEST(tail_torn_by_another_process_is_cut_before_an_append)
{
    char path[PATH_SIZE];
    sandbox_path(path, "events.jsonl");
    struct journal *journal = journal_open(path, 0, NULL);
    CHECK(journal);
    CHECK_INT(append_number(journal, 1, false, NULL), 1);
    FILE *other = fopen(path, "ab");
    CHECK(other && fputs("{\"schema\":1,\"seq\":2,\"nu", other) >= 0 && fclose(other) == 0);
    CHECK_INT(append_number(journal, 2, false, NULL), 2);
    CHECK_INT(journal_repaired(journal), 1);
    journal_close(journal);
    struct history history;
    CHECK_INT(read_history(path, 0, &history), 0);
    CHECK_INT(history.count, 2);
}

TEST(zeros_after_a_power_cut_are_a_torn_tail)
{
    char path[PATH_SIZE];
    sandbox_path(path, "events.jsonl");
    append_once(path, 1);
    FILE *file = fopen(path, "ab");
    CHECK(file);
    for (int i = 0; i < 200000; i++)
        fputc(0, file);
    CHECK(fclose(file) == 0);
    CHECK_INT(append_once(path, 2), 2);
    struct history history;
    CHECK_INT(read_history(path, 0, &history), 0);
    CHECK_INT(history.count, 2);
}

TEST(damaged_lines_are_counted_and_passed_over)
{
    char path[PATH_SIZE];
    sandbox_path(path, "events.jsonl");
    append_once(path, 1);
    FILE *file = fopen(path, "ab");
    CHECK(file && fputs("{\"schema\":1,\"seq\":2,\"num{\"schema\":1}\n[1,2]\n", file) >= 0);
    for (int i = 0; i < 70000; i++)
        fputc('x', file);
    fputs("\n\"text\"\n", file);
    CHECK(fclose(file) == 0);
    /* Four damaged lines may have been records 2..5: their numbers are not given out again. */
    CHECK_INT(append_once(path, 6), 6);
    struct history history;
    CHECK_INT(read_history(path, 0, &history), 4);
    CHECK_INT(history.count, 2);
    CHECK_INT(history.seen[1] + history.seen[6], 2);
}

TEST(a_record_too_large_is_refused_and_leaves_no_trace)
{
    char path[PATH_SIZE];
    sandbox_path(path, "events.jsonl");
    static char text[JOURNAL_LINE_MAX + 1];
    struct journal *journal = journal_open(path, 0, NULL);
    CHECK(journal);
    size_t around = strlen("{\"schema\":1,\"seq\":1,\"text\":\"\"}\n");
    for (int over = 0; over <= 1; over++) {
        size_t length = JOURNAL_LINE_MAX - around + (size_t)over;
        memset(text, 'x', length);
        text[length] = '\0';
        json_t *record = json_pack("{s:s}", "text", text);
        struct error err = {0};
        bool ok = journal_append(journal, record, false, NULL, &err);
        json_decref(record);
        CHECK_INT(ok, !over);
        if (over) {
            CHECK_INT(err.code, ERROR_FORMAT);
            CHECK_CONTAINS(err.message, "65537");
        }
    }
    CHECK_INT(append_number(journal, 2, false, NULL), 2);
    journal_close(journal);
    struct history history;
    CHECK_INT(read_history(path, 0, &history), 0);
    CHECK_INT(history.count, 2);
}

TEST(rotation_loses_and_renumbers_nothing)
{
    char path[PATH_SIZE], part[PATH_SIZE];
    sandbox_path(path, "events.jsonl");
    for (int i = 1; i <= 100; i++) {
        struct journal *journal = journal_open(path, 400, NULL);
        CHECK(journal);
        CHECK_INT(append_number(journal, i, false, NULL), i);
        journal_close(journal);
    }
    struct history history;
    CHECK_INT(read_history(path, 0, &history), 0);
    CHECK_INT(history.count, 100);
    CHECK(history.gapless);
    for (int after = 1; after <= 100; after++) {
        CHECK_INT(read_history(path, after, &history), 0);
        CHECK_INT(history.count, 100 - after);
    }
    CHECK(journal_rotated_path(path, 1, part, NULL));
    CHECK_INT(file_kind_of(part), FILE_REGULAR);
    size_t size;
    free(sandbox_text(part, &size));
    CHECK(size > 300 && size <= 400);
    /* A crash between the rename and the next append leaves no current file. */
    int64_t *seqs;
    size_t count;
    CHECK(remove(path) == 0 || errno == ENOENT);
    CHECK(journal_rotated_list(path, &seqs, &count, NULL) && count > 10);
    CHECK(journal_rotated_path(path, seqs[count - 1], part, NULL));
    struct history last;
    CHECK_INT(read_history(path, 0, &last), 0);
    free(seqs);
    CHECK_INT(append_once(path, 101), last.last_seq + 1);
}

TEST(a_rotation_that_cannot_be_done_costs_no_record)
{
    char path[PATH_SIZE], part[PATH_SIZE];
    sandbox_path(path, "events.jsonl");
    CHECK(journal_rotated_path(path, 1, part, NULL));
    CHECK(folder_create(part, false, NULL)); /* the name is taken */
    struct journal *journal = journal_open(path, 200, NULL);
    CHECK(journal);
    for (int i = 1; i <= 20; i++)
        CHECK_INT(append_number(journal, i, false, NULL), i);
    journal_close(journal);
    struct history history;
    CHECK_INT(read_history(path, 0, &history), 0);
    CHECK_INT(history.count, 20);
}

TEST(a_journal_deleted_under_us_goes_on_counting)
{
    char path[PATH_SIZE];
    sandbox_path(path, "events.jsonl");
    struct journal *journal = journal_open(path, 0, NULL);
    CHECK(journal);
    CHECK_INT(append_number(journal, 1, false, NULL), 1);
    CHECK_INT(remove(path), 0);
    CHECK_INT(append_number(journal, 2, false, NULL), 2);
    journal_close(journal);
    struct history history;
    CHECK_INT(read_history(path, 0, &history), 0);
    CHECK_INT(history.count, 1);
}

TEST(a_newer_schema_is_refused_with_a_sentence)
{
    char path[PATH_SIZE];
    sandbox_path(path, "events.jsonl");
    static const char newer[] = "{\"schema\":2,\"seq\":1,\"type\":\"x\"}\n";
    sandbox_write(path, newer, sizeof newer - 1);
    struct error err = {0};
    CHECK(!journal_open(path, 0, &err));
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "schema 2");
    struct history history = {0};
    err = (struct error){0};
    CHECK(!journal_read(path, 0, remember, &history, NULL, &err));
    CHECK_CONTAINS(err.message, "schema 2");
    CHECK_INT(history.count, 0);
}

TEST(missing_folders_and_paths_too_long)
{
    char path[PATH_SIZE], inside[PATH_SIZE + 16];
    sandbox_path(path, "nothing");
    snprintf(inside, sizeof inside, "%s/events.jsonl", path);
    struct error err = {0};
    CHECK(!journal_open(inside, 0, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    struct history history;
    CHECK_INT(read_history(inside, 0, &history), 0);
    CHECK_INT(history.count, 0);
    static char longest[2 * PATH_SIZE];
    memset(longest, 'a', sizeof longest - 1);
    CHECK(!journal_open(longest, 0, &err));
    CHECK_CONTAINS(err.message, "too long");
    CHECK_INT(read_history(longest, 0, &history), -1);
    CHECK(!journal_read(sandbox, 0, remember, &history, NULL, &err)); /* a folder */
    CHECK_INT(err.code, ERROR_INPUT);
}

static bool stop_at_two(void *context, const json_t *record, int64_t seq)
{
    (void)record;
    ++*(int *)context;
    return seq < 2;
}

TEST(reading_stops_when_told)
{
    char path[PATH_SIZE];
    sandbox_path(path, "events.jsonl");
    for (int i = 1; i <= 4; i++)
        append_once(path, i);
    int visits = 0;
    CHECK(journal_read(path, 0, stop_at_two, &visits, NULL, NULL));
    CHECK_INT(visits, 2);
}

TEST(a_full_disk_leaves_the_file_as_before)
{
    char path[PATH_SIZE];
    sandbox_path(path, "events.jsonl");
    struct journal *journal = journal_open(path, 0, NULL);
    CHECK(journal);
    CHECK_INT(append_number(journal, 1, true, NULL), 1);
    size_t before, after;
    free(sandbox_text(path, &before));
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit old, limit;
    getrlimit(RLIMIT_FSIZE, &old);
    for (size_t room = 0; room < 40; room += 13) {
        limit = (struct rlimit){.rlim_cur = before + room, .rlim_max = old.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
        struct error err = {0};
        int64_t seq = append_number(journal, 2, true, &err);
        setrlimit(RLIMIT_FSIZE, &old);
        CHECK_INT(seq, -1);
        CHECK_INT(err.code, ERROR_SPACE);
        free(sandbox_text(path, &after));
        CHECK_INT(after, before);
    }
    CHECK_INT(append_number(journal, 2, true, NULL), 2);
    journal_close(journal);
    struct history history;
    CHECK_INT(read_history(path, 0, &history), 0);
    CHECK_INT(history.count, 2);
}

TEST(whichever_call_fails_nothing_is_lost_or_told_twice)
{
    int failures = 0;
    for (int nth = 0; nth < 60; nth++) {
        char path[PATH_SIZE];
        sandbox_path(path, "events.jsonl");
        FILE *torn = fopen(path, "wb");
        CHECK(torn && fputs("{\"torn", torn) >= 0 && fclose(torn) == 0);
        calls_until_failure = nth;
        struct journal *journal = journal_open(path, 200, NULL);
        for (int i = 0; i < 12; i++) {
            if (!journal)
                journal = journal_open(path, 200, NULL);
            if (!journal || append_number(journal, i, true, NULL) < 0) {
                i--;
                failures++;
                CHECK(failures < 1000);
            }
        }
        calls_until_failure = -1;
        journal_close(journal);
        struct history history;
        CHECK_INT(read_history(path, 0, &history), 0);
        CHECK_INT(history.count, 12);
        CHECK(history.gapless);
        for (int i = 0; i < 12; i++)
            CHECK_INT(history.seen[i], 1);
    }
    CHECK(failures > 30);
}

/* --- Several processes --- */

static void child_appends(const char *path, int first, int count)
{
    struct journal *journal = journal_open(path, 3000, NULL);
    for (int i = 0; journal && i < count; i++) {
        if (append_number(journal, first + i, i % 50 == 0, NULL) < 0)
            _exit(1);
    }
    journal_close(journal);
    _exit(journal ? 0 : 1);
}

TEST(processes_append_together_without_gaps)
{
    enum { PROCESSES = 4, EACH = 250 };
    char path[PATH_SIZE];
    sandbox_path(path, "events.jsonl");
    fflush(stdout);
    pid_t children[PROCESSES];
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0)
            child_appends(path, i * EACH, EACH);
        CHECK(children[i] > 0);
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status;
        CHECK(waitpid(children[i], &status, 0) == children[i] && status == 0);
    }
    struct history history;
    CHECK_INT(read_history(path, 0, &history), 0);
    CHECK_INT(history.count, PROCESSES * EACH);
    CHECK(history.gapless);
    for (int i = 0; i < PROCESSES * EACH; i++)
        CHECK_INT(history.seen[i], 1);
}

/* Appends until killed; says each number on the pipe after journal_append has returned. */
static void child_appends_until_killed(const char *path, int first, int pipe_end)
{
    struct journal *journal = journal_open(path, 5000, NULL);
    for (int number = first; journal && number < NUMBERS_MAX; number++) {
        if (append_number(journal, number, number % 7 == 0, NULL) < 0 ||
            write(pipe_end, &number, sizeof number) != sizeof number)
            break;
    }
    _exit(1);
}

TEST(killed_at_any_moment_what_was_acknowledged_is_there)
{
    char path[PATH_SIZE];
    sandbox_path(path, "events.jsonl");
    static bool acknowledged[NUMBERS_MAX];
    int next = 0;
    fflush(stdout);
    for (int round = 0; round < 40 && next < NUMBERS_MAX - 200; round++) {
        int ends[2];
        CHECK(pipe(ends) == 0);
        pid_t child = fork();
        if (child == 0)
            child_appends_until_killed(path, next, ends[1]);
        close(ends[1]);
        int number, wanted = round % 9 * 3 + 1;
        for (int i = 0; i < wanted && read(ends[0], &number, sizeof number) == sizeof number; i++)
            acknowledged[next = number] = true;
        CHECK_INT(kill(child, SIGKILL), 0);
        while (read(ends[0], &number, sizeof number) == sizeof number)
            acknowledged[next = number] = true;
        close(ends[0]);
        int status;
        CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status));
        next += 2; /* the one that may or may not have been written is nobody's */
    }
    struct history history;
    CHECK_INT(append_once(path, NUMBERS_MAX - 1) > 0, 1);
    CHECK_INT(read_history(path, 0, &history), 0);
    CHECK(history.gapless);
    for (int i = 0; i < NUMBERS_MAX; i++) {
        CHECK(history.seen[i] <= 1);
        CHECK(!acknowledged[i] || history.seen[i] == 1);
    }
}

int main(void)
{
    if (!sandbox_enter())
        return 1;
    RUN(numbers_continue_after_reopening);
    RUN(two_structs_share_the_numbers);
    RUN(own_schema_and_seq_win);
    RUN(records_of_the_old_tool_are_continued);
    RUN(torn_tail_at_every_byte);
    RUN(tail_torn_by_another_process_is_cut_before_an_append);
    RUN(zeros_after_a_power_cut_are_a_torn_tail);
    RUN(damaged_lines_are_counted_and_passed_over);
    RUN(a_record_too_large_is_refused_and_leaves_no_trace);
    RUN(rotation_loses_and_renumbers_nothing);
    RUN(a_rotation_that_cannot_be_done_costs_no_record);
    RUN(a_journal_deleted_under_us_goes_on_counting);
    RUN(a_newer_schema_is_refused_with_a_sentence);
    RUN(missing_folders_and_paths_too_long);
    RUN(reading_stops_when_told);
    RUN(a_full_disk_leaves_the_file_as_before);
    RUN(whichever_call_fails_nothing_is_lost_or_told_twice);
    RUN(processes_append_together_without_gaps);
    RUN(killed_at_any_moment_what_was_acknowledged_is_there);
    sandbox_leave();
    return check_report();
}

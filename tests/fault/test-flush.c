/* A flush that fails once: on Linux the next one succeeds, and what the first could not write is
 * lost. failio keeps a platter, which holds what a power cut would leave; the journal on it must be
 * whole all the same.
 *
 * Arguments: the failio library. With "append" in its place: the child, which writes a journal.
 */
#include "check.h"
#include "scratch.h"

#include "platform/file.h"
#include "sink/journal.h"

#include <string.h>
#include <sys/wait.h>

static const char *failio_path, *own_path;

enum { ROUTINE = 40, ROUNDS = 4, REFUSED_MOST = 20 };

/* Routine records over several pages, then one that must be on disk; refused ones are tried again.
 */
static int append(const char *path, uint64_t rotate_bytes, int rounds)
{
    static char filler[400];
    memset(filler, 'f', sizeof filler - 1);
    struct journal *journal = journal_open(path, rotate_bytes, NULL);
    int refused = 0;
    for (int i = 0; journal && i < rounds * (ROUTINE + 1); i++) {
        bool flush = i % (ROUTINE + 1) == ROUTINE;
        json_t *record = json_pack("{s:i, s:s}", "number", i, "text", filler);
        while (!journal_append(journal, record, flush, NULL, NULL) && refused <= REFUSED_MOST)
            refused++;
        json_decref(record);
    }
    bool good = journal && refused <= REFUSED_MOST;
    journal_close(journal);
    return good ? refused : 255;
}

struct reading {
    int count;
    int64_t last_seq;
    bool gapless;
};

static bool visit(void *context, const json_t *record, int64_t seq)
{
    struct reading *reading = context;
    json_int_t number = json_integer_value(json_object_get(record, "number"));
    reading->gapless = reading->gapless && seq == reading->last_seq + 1 && number == reading->count;
    reading->last_seq = seq;
    reading->count++;
    return true;
}

/* How many appends were refused; -1: the child did not end well. */
static int run_child(const char *log, const char *platter, const char *nth, const char *times,
                     const char *rotate_bytes, const char *rounds)
{
    pid_t child = fork();
    if (child == 0) {
        setenv("LD_PRELOAD", failio_path, 1);
        setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 1);
        setenv("FAILIO_CALLS", "fdatasync", 1);
        setenv("FAILIO_NTH", nth, 1);
        setenv("FAILIO_TIMES", times, 1);
        setenv("FAILIO_PLATTER", platter, 1);
        setenv("FAILIO_PLATTER_OF", log, 1);
        execl(own_path, own_path, "append", log, rotate_bytes, rounds, (char *)NULL);
        _exit(254);
    }
    int status = -1;
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) ||
        WEXITSTATUS(status) > REFUSED_MOST)
        return -1;
    return WEXITSTATUS(status);
}

/* All records are there, in order, each once. */
static bool is_whole(const char *path, int rounds)
{
    struct reading reading = {.gapless = true};
    int64_t damaged = -1;
    return journal_read(path, 0, visit, &reading, &damaged, NULL) && damaged == 0 &&
           reading.gapless && reading.count == rounds * (ROUTINE + 1);
}

static const char *in_folder(const char *folder, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return scratch(path);
}

TEST(after_a_failed_flush_the_disk_holds_all_records)
{
    static const char *const cases[][2] = {{"1", "1"}, {"2", "1"}, {"2", "3"}, {"4", "1"}};
    for (int i = 0; i < 4; i++) {
        char folder[16];
        snprintf(folder, sizeof folder, "case%d", i);
        CHECK(folder_create(scratch(folder), false, NULL));
        const char *log = in_folder(folder, "events.jsonl");
        const char *platter = in_folder(folder, "platter.jsonl");
        int refused = run_child(log, platter, cases[i][0], cases[i][1], "0", "4");
        CHECK(refused >= 1);
        CHECK(is_whole(log, ROUNDS));
        if (!is_whole(platter, ROUNDS))
            CHECK_FAIL("flush %s fails %s times: a power cut would lose records", cases[i][0],
                       cases[i][1]);
    }
}

/* The flush before a rotation fails, which is put off; the record that was to begin the new file is
 * flushed into the old one right after. Some size lets that be the one. */
TEST(a_rotation_that_can_not_flush_loses_nothing)
{
    int met = 0;
    for (int rotate_bytes = 17000; rotate_bytes < 18600; rotate_bytes += 100) {
        char folder[24], size[24];
        snprintf(folder, sizeof folder, "rotation%d", rotate_bytes);
        snprintf(size, sizeof size, "%d", rotate_bytes);
        CHECK(folder_create(scratch(folder), false, NULL));
        const char *log = in_folder(folder, "events.jsonl");
        const char *platter = in_folder(folder, "platter.jsonl");
        int refused = run_child(log, platter, "1", "1", size, "1");
        CHECK(refused >= 0);
        CHECK(is_whole(log, 1));
        if (refused > 0 ||
            file_kind_of(in_folder(folder, "events-000000000001.jsonl")) != FILE_MISSING)
            continue; /* it was the record's own flush, or the next record has rotated */
        met++;
        if (!is_whole(platter, 1))
            CHECK_FAIL("a power cut would lose records, at a size of %d", rotate_bytes);
    }
    CHECK(met > 0);
}

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "append") == 0)
        return append(argv[2], strtoull(argv[3], NULL, 10), atoi(argv[4]));
    if (argc != 2) {
        printf("usage: %s FAILIO-LIBRARY\n", argv[0]);
        return 64;
    }
    own_path = argv[0];
    failio_path = argv[1];
    RUN(after_a_failed_flush_the_disk_holds_all_records);
    RUN(a_rotation_that_can_not_flush_loses_nothing);
    return check_report();
}

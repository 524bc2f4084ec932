/* Searching a journal: what is parsed, what is passed over, and which files are not read at all. */
#include "check.h"

#include "sink/journal.h"

#include "sandbox.h"

#include <sys/stat.h>

struct search {
    int asked, shown, foreign;
    int64_t from_utc_ms;
};

static bool wants_from(void *context, const struct journal_peek *peek)
{
    struct search *search = context;
    search->asked++;
    return strcmp(peek->type, "test") != 0 || peek->stamp.utc_ms >= search->from_utc_ms;
}

static bool count_shown(void *context, const json_t *record, int64_t seq)
{
    struct search *search = context;
    (void)record;
    search->shown++;
    search->foreign += seq == 0;
    return true;
}

static int64_t search_in(const char *path, int64_t since_utc_ms, struct search *ret_search)
{
    struct search search = {.from_utc_ms = INT64_C(1767225600000)}; /* 2026-01-01 */
    struct journal_query query = {since_utc_ms, wants_from, count_shown, &search};
    int64_t damaged = -1;
    if (!journal_search(path, &query, &damaged, NULL))
        return -1;
    *ret_search = search;
    return damaged;
}

TEST(a_search_parses_only_what_is_wanted)
{
    char path[PATH_SIZE];
    sandbox_path(path, "events.jsonl");
    static const char lines[] =
        "{\"schema\":1,\"seq\":1,\"ts\":\"2025-12-31T23:59:59.999+00:00\",\"type\":\"test\"}\n"
        "{\"schema\":1,\"seq\":2,\"ts\":\"2026-01-01T01:00:00.000+01:00\",\"type\":\"test\"}\n"
        "{\"schema\":1,\"seq\":3,\"ts\":\"2025-12-31T23:00:00.000Z\",\"type\":\"other\"}\n"
        /* not as we write it: shown without asking */
        "{ \"schema\":1,\"seq\":4,\"ts\":\"2025-12-31T23:00:00.000Z\",\"type\":\"test\"}\n"
        "{\"schema\":1,\"seq\":5,\"type\":\"test\",\"ts\":\"2025-12-31T23:00:00.000Z\"}\n"
        "{\"schema\":1,\"seq\":6,\"ts\":\"some day\",\"type\":\"test\"}\n"
        "{\"schema\":1,\"seq\":7,\"ts\":\"2025-12-31T23:00:00.000Z\",\"type\":\"te\\u0073t\"}\n"
        "{\"ts\":\"2025-12-31T23:00:00\",\"type\":\"test\"}\n"
        /* torn, though it begins well; and one that is long past, damaged inside */
        "{\"schema\":1,\"seq\":8,\"ts\":\"2025-12-31T23:00:00.000Z\",\"type\":\"test\",\"sco\n"
        "{\"schema\":1,\"seq\":9,\"ts\":\"2025-12-31T23:00:00.000Z\",\"type\":\"test\",oh}\n"
        "{\"schema\":1,\"seq\":10,\"ts\":\"2026-12-31T23:00:00.000Z\",\"type\":\"test\",oh}\n"
        "{\"schema\":1,\"seq\":11,\"ts\":\"2026-01-02T00:00:00.000Z\",\"type\":\"test\"}";
    sandbox_write(path, lines, sizeof lines - 1);
    struct search search;
    CHECK_INT(search_in(path, INT64_MIN, &search), 2);
    CHECK_INT(search.asked, 5);
    CHECK_INT(search.shown, 7); /* 2, 3, 4, 5, 6, 7 and the old one; the last has no line feed */
    CHECK_INT(search.foreign, 1);
}

TEST(a_wrong_number_hides_no_record_behind_it)
{
    char path[PATH_SIZE];
    sandbox_path(path, "events.jsonl");
    static const char lines[] =
        "{\"schema\":1,\"seq\":1,\"ts\":\"2026-01-02T00:00:00.000Z\",\"type\":\"test\"}\n"
        "{\"schema\":1,\"seq\":900002,\"ts\":\"2026-01-02T00:00:00.000Z\",\"type\":\"test\"}\n"
        "{\"schema\":1,\"seq\":3,\"ts\":\"2026-01-02T00:00:00.000Z\",\"type\":\"alarm\"}\n"
        "{\"schema\":1,\"seq\":900004,\"ts\":\"2025-01-02T00:00:00.000Z\",\"type\":\"test\"}\n"
        "{\"schema\":1,\"seq\":5,\"ts\":\"2026-01-02T00:00:00.000Z\",\"type\":\"alarm\"}\n";
    sandbox_write(path, lines, sizeof lines - 1);
    struct search search;
    CHECK_INT(search_in(path, INT64_MIN, &search), 0);
    CHECK_INT(search.shown, 4); /* the fourth is not wanted */
    search.shown = 0;
    CHECK(journal_read(path, 2, count_shown, &search, NULL, NULL));
    CHECK_INT(search.shown, 4); /* 1 is known */
}

static void write_part(const char *path, const char *first, const char *last)
{
    char text[512];
    int size = snprintf(text, sizeof text, "%s\n%s\n", first, last);
    sandbox_write(path, text, (size_t)size);
}

#define OLD(seq, zone)                                                                             \
    "{\"schema\":1,\"seq\":" seq ",\"ts\":\"2025-11-01T00:00:00.000" zone "\",\"type\":"           \
    "\"startup\"}"
#define NEW(seq)                                                                                   \
    "{\"schema\":1,\"seq\":" seq ",\"ts\":\"2026-01-01T00:00:00.000+00:00\",\"type\":\"startup\"}"

TEST(a_search_passes_over_files_that_are_surely_too_old)
{
    char path[PATH_SIZE], part[PATH_SIZE];
    sandbox_path(path, "events.jsonl");
    static const struct {
        const char *first, *last;
        bool passed_over;
    } rows[] = {{OLD("1", "+00:00"), OLD("2", "+00:00"), true},
                {OLD("3", "Z"), OLD("4", "+00:00"), false}, /* a replay: any day may follow */
                {OLD("5", "+00:00"), OLD("6", "Z"), false},
                {OLD("7", "+00:00"), NEW("8"), false},
                {NEW("9"), OLD("10", "+00:00"), false}, /* the clock was set back */
                {"{\"ts\":\"2025-11-01T00:00:00\"}", OLD("12", "+00:00"), false},
                {OLD("13", "+00:00"), "{\"torn", false}};
    enum { ROWS = sizeof rows / sizeof rows[0] };
    int lines = 0, kept = 0, damaged = 0;
    for (int i = 0; i < ROWS; i++) {
        snprintf(part, sizeof part, "%.*s-%012d.jsonl", (int)(strlen(path) - 6), path, 2 * i + 1);
        write_part(part, rows[i].first, rows[i].last);
        damaged += strcmp(rows[i].last, "{\"torn") == 0;
        lines += 2;
        kept += rows[i].passed_over ? 0 : 2;
    }
    sandbox_write(path, OLD("15", "+00:00") "\n", sizeof(OLD("15", "+00:00")));
    struct search search;
    CHECK_INT(search_in(path, INT64_C(1767225600000), &search), damaged);
    CHECK_INT(search.shown, kept + 1 - damaged); /* the current file is always read */
    CHECK_INT(search_in(path, INT64_MIN, &search), damaged);
    CHECK_INT(search.shown, lines + 1 - damaged);
}

TEST(a_long_file_is_judged_by_its_true_ends)
{
    char path[PATH_SIZE], part[PATH_SIZE];
    sandbox_path(path, "events.jsonl");
    snprintf(part, sizeof part, "%.*s-%012d.jsonl", (int)(strlen(path) - 6), path, 1);
    FILE *file = fopen(part, "wb");
    CHECK(file);
    for (int i = 1; i <= 2000; i++)
        fprintf(file,
                "{\"schema\":1,\"seq\":%d,\"ts\":\"%s-11-01T00:00:00.000+00:00\",\"type\":\"x\"}\n",
                i, i < 2000 ? "2025" : "2026");
    CHECK(fclose(file) == 0);
    struct search search;
    CHECK_INT(search_in(path, INT64_C(1767225600000), &search), 0);
    CHECK_INT(search.shown, 2000);
}

TEST(a_search_fails_as_reading_does)
{
    char path[PATH_SIZE];
    sandbox_path(path, "events.jsonl");
    struct search search;
    CHECK_INT(search_in(path, 0, &search), 0); /* none there: no records */
    CHECK_INT(search.shown, 0);
    static const char newer[] = "{\"schema\":2,\"seq\":1}\n";
    sandbox_write(path, newer, sizeof newer - 1);
    CHECK_INT(search_in(path, 0, &search), -1);
    CHECK_INT(search_in(sandbox, 0, &search), -1); /* a folder */
    CHECK(remove(path) == 0 && mkfifo(path, 0600) == 0);
    CHECK_INT(search_in(path, 0, &search), -1); /* a pipe */
}

int main(void)
{
    if (!sandbox_enter())
        return 2;
    RUN(a_search_parses_only_what_is_wanted);
    RUN(a_wrong_number_hides_no_record_behind_it);
    RUN(a_search_passes_over_files_that_are_surely_too_old);
    RUN(a_long_file_is_judged_by_its_true_ends);
    RUN(a_search_fails_as_reading_does);
    sandbox_leave();
    return check_report();
}

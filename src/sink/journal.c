/* Appending to a journal: the one place where records reach the disk.
 *
 * Invariants: whoever appends holds the lock file and has first looked at what the file holds now,
 * so any number of processes number their records without gaps. A line is one write(); after any
 * failure the file ends as before. The surprising things: the file may have been replaced, rotated
 * or torn by another process between any two appends, so nothing known from the last append is
 * believed before append_refresh agrees. And a flush that has failed can not be repeated: the
 * second one reports success for pages that the first has given up. What may be lost is written
 * again before anything follows it, which is why no more than UNFLUSHED_MOST is ever left
 * unflushed.
 */
#include "sink/journal.h"

#include "platform/file.h"
#include "sink/journal_line.h"
#include "sink/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { UNFLUSHED_MOST = 256 * 1024 };

struct journal {
    char path[PATH_SIZE], lock_path[PATH_SIZE], torn_path[PATH_SIZE];
    uint64_t rotate_bytes;
    struct append_file file;
    uint64_t known_size; /* of the file when `next_seq` was right */
    uint64_t safe_size;  /* up to here the file is on disk for certain */
    bool doubtful;       /* a flush has failed since: what lies behind may be in memory only */
    int64_t next_seq;
    int repaired;
};

int journal_repaired(const struct journal *journal)
{
    return journal->repaired;
}

/* Copies the torn bytes beside the journal. Best effort: a full disk tears lines and has no room
 * for the copy either, and the repair must go on. */
static void keep_torn(struct journal *journal, uint64_t start, uint64_t end)
{
    struct append_file torn = {0};
    char *data = malloc(JOURNAL_LINE_MAX + 1);
    size_t size = end - start < JOURNAL_LINE_MAX ? (size_t)(end - start) : JOURNAL_LINE_MAX, count;
    if (data && append_read(&journal->file, start, data, size, &count, NULL) &&
        append_open(&torn, journal->torn_path, NULL)) {
        data[count] = '\n';
        if (!append_write(&torn, data, count + 1, NULL))
            append_close(&torn);
    }
    append_close(&torn);
    free(data);
}

/* The number after the last one in the rotated files, newest first; 1 when there is none. */
static bool continue_rotated(struct journal *journal, int64_t damaged, int64_t *ret_next,
                             struct error *err)
{
    int64_t *seqs;
    size_t count;
    if (!journal_rotated_list(journal->path, &seqs, &count, err))
        return false;
    bool ok = true;
    int64_t next = 1;
    while (ok && count-- > 0 && next == 1) {
        char path[PATH_SIZE];
        struct append_file file = {0};
        struct journal_tail tail = {0};
        ok = journal_rotated_path(journal->path, seqs[count], path, err) &&
             append_open(&file, path, err) && journal_tail_scan(&file, path, &tail, err);
        append_close(&file);
        damaged += tail.damaged;
        if (tail.last_seq > 0)
            next = tail.last_seq + damaged + 1;
    }
    free(seqs);
    if (ok)
        *ret_next = next;
    return ok;
}

/* Finds the next number and cuts off what a crash left half written. */
static bool take_stock(struct journal *journal, struct error *err)
{
    struct journal_tail tail;
    if (!journal_tail_scan(&journal->file, journal->path, &tail, err))
        return false;
    int64_t next = tail.last_seq + tail.damaged + 1;
    if (tail.last_seq == 0 && !continue_rotated(journal, tail.damaged, &next, err))
        return false;
    if (tail.end < journal->file.size) {
        keep_torn(journal, tail.end, journal->file.size);
        if (!append_truncate(&journal->file, tail.end, err))
            return error_add_context(err, "the torn last line stays");
        journal->repaired++;
    }
    /* A journal that was deleted under us goes on counting. */
    if (next > journal->next_seq)
        journal->next_seq = next;
    journal->known_size = journal->file.size;
    if (journal->safe_size > journal->file.size)
        journal->safe_size = journal->file.size;
    return true;
}

static bool flush_file(struct journal *journal, struct error *err)
{
    if (!append_flush(&journal->file, err)) {
        journal->doubtful = true;
        return false;
    }
    journal->safe_size = journal->file.size;
    return true;
}

/* After a failed flush: what another process appended since is no concern of ours, but it may share
 * a page with what is. */
static bool make_certain(struct journal *journal, struct error *err)
{
    if (!journal->doubtful)
        return true;
    uint64_t size = journal->file.size;
    uint64_t from = journal->safe_size < size ? journal->safe_size : size;
    if (!append_rewrite(&journal->file, from, err))
        return false;
    journal->doubtful = false;
    journal->safe_size = size;
    return true;
}

/* Of what it holds already, whoever wrote it has seen to the safety of what matters. */
static bool open_file(struct journal *journal, struct error *err)
{
    if (!append_open(&journal->file, journal->path, err))
        return false;
    journal->safe_size = journal->file.size;
    journal->doubtful = false;
    return true;
}

/* Under the lock: makes `file` the file that `path` names now, and `next_seq` right for it. */
static bool refresh(struct journal *journal, struct error *err)
{
    if (journal->file.handle) {
        bool torn = journal->file.torn, same;
        if (!append_refresh(&journal->file, journal->path, &same, err))
            return false;
        if (same && !torn && journal->file.size == journal->known_size)
            return true;
        if (!same) {
            (void)!make_certain(journal, NULL); /* the last chance of what was put aside */
            append_close(&journal->file);
        }
    }
    if (!journal->file.handle && !open_file(journal, err))
        return false;
    return take_stock(journal, err);
}

struct journal *journal_open(const char *path, uint64_t rotate_bytes, struct error *err)
{
    if (strlen(path) + sizeof ".torn" > PATH_SIZE) {
        error_set(err, ERROR_INPUT, "the path '%.200s…' is too long", path);
        return NULL;
    }
    struct journal *journal = calloc(1, sizeof *journal);
    if (!journal) {
        error_set(err, ERROR_MEMORY, "no memory to open '%s'", path);
        return NULL;
    }
    snprintf(journal->path, sizeof journal->path, "%s", path);
    snprintf(journal->lock_path, sizeof journal->lock_path, "%.*s.lock", PATH_SIZE - 6, path);
    snprintf(journal->torn_path, sizeof journal->torn_path, "%.*s.torn", PATH_SIZE - 6, path);
    journal->rotate_bytes = rotate_bytes;
    struct file_lock lock = {0};
    bool ok = file_lock_wait(&lock, journal->lock_path, err) && refresh(journal, err);
    file_lock_release(&lock);
    if (!ok) {
        journal_close(journal);
        return NULL;
    }
    return journal;
}

void journal_close(struct journal *journal)
{
    if (!journal)
        return;
    append_close(&journal->file);
    free(journal);
}

/* `schema` and `seq`, then the record's own members; whatever it says of these two is left out. */
static json_t *numbered(json_t *record, int64_t seq)
{
    json_t *whole = json_pack("{s:i, s:I}", "schema", RECORD_SCHEMA, "seq", (json_int_t)seq);
    const char *key;
    json_t *value;
    bool ok = whole != NULL;
    json_object_foreach(record, key, value)
    {
        if (ok && strcmp(key, "schema") != 0 && strcmp(key, "seq") != 0)
            ok = json_object_set(whole, key, value) == 0;
    }
    if (ok)
        return whole;
    json_decref(whole);
    return NULL;
}

/* Gives the line with its line feed; the caller frees it. */
static char *make_line(json_t *record, int64_t seq, size_t *ret_size, struct error *err)
{
    json_t *whole = numbered(record, seq);
    char *text = whole ? json_dumps(whole, JSON_COMPACT | JSON_REAL_PRECISION(9)) : NULL;
    json_decref(whole);
    if (!text) {
        error_set(err, ERROR_MEMORY, "no memory to write record %lld", (long long)seq);
        return NULL;
    }
    size_t size = strlen(text) + 1;
    if (size > JOURNAL_LINE_MAX) {
        error_set(err, ERROR_FORMAT, "a record of %zu bytes is larger than the %d a line may have",
                  size, JOURNAL_LINE_MAX);
        free(text);
        return NULL;
    }
    text[size - 1] = '\n';
    *ret_size = size;
    return text;
}

static bool first_seq_seen(void *context, const json_t *record, int64_t seq)
{
    (void)record;
    *(int64_t *)context = seq;
    return false;
}

/* Puts the file aside under a name that nothing has yet. Flushed first: the order of records on
 * disk is the order of their numbers. */
static bool rotate(struct journal *journal, struct error *err)
{
    int64_t first_seq = 0;
    char aside[PATH_SIZE];
    if (!journal_file_visit(journal->path, 0, first_seq_seen, &first_seq, err) ||
        !journal_rotated_path(journal->path, first_seq, aside, err))
        return false;
    if (first_seq == 0 || file_kind_of(aside) != FILE_MISSING)
        return error_set(err, ERROR_BUSY, "'%s' cannot be put aside as '%s'", journal->path, aside);
    if (!flush_file(journal, err))
        return false;
    append_close(&journal->file);
    return file_rename(journal->path, aside, err);
}

/* A journal that cannot be rotated just grows on: a record is worth more than a size. */
static bool rotate_when_full(struct journal *journal, size_t line_size, struct error *err)
{
    if (journal->rotate_bytes == 0 || journal->known_size == 0 ||
        journal->known_size + line_size <= journal->rotate_bytes)
        return true;
    if (rotate(journal, NULL))
        journal->known_size = 0;
    if (journal->file.handle)
        return make_certain(journal, err);
    if (!open_file(journal, err))
        return false;
    journal->known_size = journal->file.size;
    return true;
}

/* A record that could not be flushed is cut off and written anew by the next try. Should the cut
 * fail too, the line stays and the next append finds it: told twice, not lost. */
static bool append_line(struct journal *journal, const char *line, size_t size, bool flush,
                        struct error *err)
{
    uint64_t before = journal->file.size;
    if (!append_write(&journal->file, line, size, err))
        return false;
    if (!flush && journal->file.size < journal->safe_size + UNFLUSHED_MOST)
        return true;
    if (flush_file(journal, err))
        return true;
    journal->file.torn = !append_truncate(&journal->file, before, NULL);
    return false;
}

bool journal_append(struct journal *journal, json_t *record, bool flush, int64_t *ret_seq,
                    struct error *err)
{
    struct file_lock lock = {0};
    if (!file_lock_wait(&lock, journal->lock_path, err))
        return false;
    char *line = NULL;
    size_t size = 0;
    bool ok = refresh(journal, err) && make_certain(journal, err);
    if (ok) {
        line = make_line(record, journal->next_seq, &size, err);
        ok = line && rotate_when_full(journal, size, err) &&
             append_line(journal, line, size, flush, err);
    }
    if (ok) {
        journal->known_size = journal->file.size;
        if (ret_seq)
            *ret_seq = journal->next_seq;
        journal->next_seq++;
    }
    file_lock_release(&lock);
    free(line);
    return ok;
}

/* Reading a journal from a given record on, across its rotated files, in constant memory.
 *
 * Readers take no lock: a line without its line feed is one that is being written and ends the
 * file. The surprising thing: the current file is opened before the rotated ones are listed, so
 * that a rotation in between shows a file twice (its records are then passed over by number) and
 * never hides one. Within a file every record counts, whatever number the one before has: a digit
 * that a disk has turned must not hide the alarms behind it. A search asks before it parses: of a
 * million lines a day's summary needs few, and parsing is nearly all that reading costs.
 */
#include "sink/journal.h"

#include "platform/file.h"
#include "sink/journal_line.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct line_reader {
    FILE *file;
    const char *path;
    size_t size;  /* bytes in `data` */
    size_t taken; /* of them given out */
    bool too_long, ended;
    char data[JOURNAL_LINE_MAX];
};

struct walk {
    int64_t floor_seq;    /* records up to here are passed over */
    int64_t last_seq;     /* of the last record that was not; the floor of the next file */
    int64_t since_utc_ms; /* whole files before it are passed over */
    bool foreign;         /* lines without a number are shown too */
    bool (*wanted)(void *context, const struct journal_peek *peek); /* NULL: all */
    bool (*visit)(void *context, const json_t *record, int64_t seq);
    void *context;
    int64_t damaged;
    bool stopped;
};

static bool fill(struct line_reader *reader, struct error *err)
{
    memmove(reader->data, reader->data + reader->taken, reader->size - reader->taken);
    reader->size -= reader->taken;
    reader->taken = 0;
    if (reader->size == sizeof reader->data) {
        reader->too_long = true;
        reader->size = 0;
    }
    size_t count =
        fread(reader->data + reader->size, 1, sizeof reader->data - reader->size, reader->file);
    reader->size += count;
    reader->ended = count == 0;
    if (ferror(reader->file))
        return error_set_errno(err, errno, "'%s' cannot be read", reader->path);
    return true;
}

/* The next line without its line feed; NULL in *ret_line at the end. A line that is too long is
 * given empty, with *ret_damaged. */
static bool next_line(struct line_reader *reader, const char **ret_line, size_t *ret_size,
                      bool *ret_damaged, struct error *err)
{
    for (;;) {
        char *start = reader->data + reader->taken;
        char *feed = memchr(start, '\n', reader->size - reader->taken);
        if (feed) {
            *ret_damaged = reader->too_long;
            *ret_line = start;
            *ret_size = reader->too_long ? 0 : (size_t)(feed - start);
            reader->too_long = false;
            reader->taken = (size_t)(feed - reader->data) + 1;
            return true;
        }
        if (!fill(reader, err))
            return false;
        if (reader->ended) {
            *ret_line = NULL;
            return true;
        }
    }
}

static bool walk_line(struct walk *walk, const char *path, const char *line, size_t size,
                      struct error *err)
{
    int64_t seq = journal_line_peek(line, size);
    if (seq > 0 && seq <= walk->floor_seq)
        return true;
    struct journal_peek peek;
    if (walk->wanted && journal_line_peek_all(line, size, &peek) &&
        !walk->wanted(walk->context, &peek)) {
        walk->last_seq = seq;
        return true;
    }
    json_t *record = NULL;
    enum line_kind kind = journal_line_parse(line, size, &record, &seq);
    walk->damaged += kind == LINE_DAMAGED;
    bool ok = true;
    bool wanted =
        (kind == LINE_RECORD && seq > walk->floor_seq) || (kind == LINE_FOREIGN && walk->foreign);
    if (wanted && kind == LINE_RECORD)
        ok = journal_schema_check(record, path, err);
    if (wanted && ok) {
        if (kind == LINE_RECORD)
            walk->last_seq = seq;
        walk->stopped = !walk->visit(walk->context, record, seq);
    }
    json_decref(record);
    return ok;
}

static bool walk_lines(struct walk *walk, struct line_reader *reader, struct error *err)
{
    while (!walk->stopped) {
        const char *line;
        size_t size;
        bool damaged;
        if (!next_line(reader, &line, &size, &damaged, err))
            return false;
        if (!line)
            return true;
        walk->damaged += damaged;
        if (!walk_line(walk, reader->path, line, size, err))
            return false;
    }
    return true;
}

static bool walk_file(struct walk *walk, FILE *file, const char *path, struct error *err)
{
    struct line_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return error_set(err, ERROR_MEMORY, "no memory to read '%s'", path);
    reader->file = file;
    reader->path = path;
    walk->floor_seq = walk->last_seq;
    bool ok = walk_lines(walk, reader, err);
    free(reader);
    return ok;
}

static bool open_existing(const char *path, FILE **ret_file, struct error *err)
{
    /* A pipe would wait for its writer for ever. */
    if (file_kind_of(path) == FILE_OTHER)
        return error_set(err, ERROR_INPUT, "'%s' is no file that can be read; move it away", path);
    FILE *file = fopen(path, "rb");
    if (!file && errno != ENOENT)
        return error_set_errno(err, errno, "'%s' cannot be opened", path);
    *ret_file = file;
    return true;
}

bool journal_file_visit(const char *path, int64_t after_seq,
                        bool (*visit)(void *context, const json_t *record, int64_t seq),
                        void *context, struct error *err)
{
    FILE *file = NULL;
    if (!open_existing(path, &file, err))
        return false;
    struct walk walk = {
        .last_seq = after_seq, .foreign = after_seq < 0, .visit = visit, .context = context};
    bool ok = !file || walk_file(&walk, file, path, err);
    if (file)
        fclose(file);
    return ok;
}

/* Is this line one of a live run, from before? */
static bool is_before(const char *line, size_t size, int64_t utc_ms)
{
    struct journal_peek peek;
    return journal_line_peek_all(line, size, &peek) && !peek.stamp.utc &&
           peek.stamp.utc_ms < utc_ms;
}

/* A look at the first and the last line. Whatever is unusual about them: the file is read. */
static bool lies_before(FILE *file, int64_t utc_ms)
{
    static const long back = JOURNAL_LINE_MAX;
    char *block = malloc(JOURNAL_LINE_MAX);
    bool before = false;
    size_t size = block ? fread(block, 1, JOURNAL_LINE_MAX, file) : 0;
    char *feed = size ? memchr(block, '\n', size) : NULL;
    if (feed && is_before(block, (size_t)(feed - block), utc_ms)) {
        if (size == JOURNAL_LINE_MAX && fseek(file, -back, SEEK_END) == 0)
            size = fread(block, 1, JOURNAL_LINE_MAX, file);
        while (size > 0 && block[size - 1] == '\n')
            size--;
        size_t start = size;
        while (start > 0 && block[start - 1] != '\n')
            start--;
        before = is_before(block + start, size - start, utc_ms);
    }
    free(block);
    rewind(file);
    return before;
}

static bool walk_rotated(struct walk *walk, const char *path, struct error *err)
{
    int64_t *seqs;
    size_t count;
    if (!journal_rotated_list(path, &seqs, &count, err))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < count && !walk->stopped; i++) {
        if (i + 1 < count && seqs[i + 1] <= walk->last_seq + 1 && walk->last_seq >= 0)
            continue; /* all of it lies before what is asked for */
        char part[PATH_SIZE];
        FILE *file = NULL;
        ok = journal_rotated_path(path, seqs[i], part, err) && open_existing(part, &file, err);
        if (ok && file &&
            (walk->since_utc_ms == INT64_MIN || !lies_before(file, walk->since_utc_ms)))
            ok = walk_file(walk, file, part, err);
        if (file)
            fclose(file);
    }
    free(seqs);
    return ok;
}

static bool walk_all(struct walk *walk, const char *path, int64_t *ret_damaged, struct error *err)
{
    FILE *current = NULL;
    if (!open_existing(path, &current, err))
        return false;
    bool ok = walk_rotated(walk, path, err);
    if (ok && current && !walk->stopped)
        ok = walk_file(walk, current, path, err);
    if (current)
        fclose(current);
    if (ok && ret_damaged)
        *ret_damaged = walk->damaged;
    return ok;
}

bool journal_read(const char *path, int64_t after_seq,
                  bool (*visit)(void *context, const json_t *record, int64_t seq), void *context,
                  int64_t *ret_damaged, struct error *err)
{
    struct walk walk = {.last_seq = after_seq,
                        .since_utc_ms = INT64_MIN,
                        .foreign = after_seq < 0,
                        .visit = visit,
                        .context = context};
    return walk_all(&walk, path, ret_damaged, err);
}

bool journal_search(const char *path, const struct journal_query *query, int64_t *ret_damaged,
                    struct error *err)
{
    struct walk walk = {.last_seq = -1,
                        .since_utc_ms = query->since_utc_ms,
                        .foreign = true,
                        .wanted = query->wanted,
                        .visit = query->visit,
                        .context = query->context};
    return walk_all(&walk, path, ret_damaged, err);
}

/* Lines of a journal, and the search for its last record from the end backwards.
 *
 * The search reads each block of the file once, so that a file of the old tool, which has no `seq`
 * anywhere, costs one pass. The surprising thing: damaged lines behind the last good record count
 * as records that were, so that their numbers are never given out a second time.
 */
#include "sink/journal_line.h"

#include "sink/journal.h"
#include "sink/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int64_t journal_line_peek(const char *line, size_t size)
{
    static const char start[] = "{\"schema\":1,\"seq\":";
    size_t at = sizeof start - 1;
    if (size <= at || memcmp(line, start, at) != 0)
        return 0;
    int64_t seq = 0;
    for (int digits = 0; at < size && digits < 18 && line[at] >= '0' && line[at] <= '9'; digits++)
        seq = 10 * seq + (line[at++] - '0');
    return at < size && (line[at] == ',' || line[at] == '}') ? seq : 0;
}

/* The text of the member `start` begins with, at *at; moves behind its closing quote. */
static bool peek_text(const char *line, size_t size, size_t *at, const char *start,
                      const char **ret_text, size_t *ret_size)
{
    size_t length = strlen(start);
    if (size - *at <= length || memcmp(line + *at, start, length) != 0)
        return false;
    const char *text = line + *at + length;
    const char *quote = memchr(text, '"', size - *at - length);
    if (!quote || memchr(text, '\\', (size_t)(quote - text)))
        return false;
    *at = (size_t)(quote - line) + 1;
    *ret_text = text;
    *ret_size = (size_t)(quote - text);
    return true;
}

bool journal_line_peek_all(const char *line, size_t size, struct journal_peek *ret_peek)
{
    struct journal_peek peek = {.seq = journal_line_peek(line, size)};
    if (peek.seq <= 0 || line[size - 1] != '}')
        return false;
    const char *comma = memchr(line + sizeof "{\"schema\":1", ',', size - sizeof "{\"schema\":1");
    size_t at = comma ? (size_t)(comma - line) : size, length;
    const char *text;
    if (!peek_text(line, size, &at, ",\"ts\":\"", &text, &length) ||
        !clock_parse_stamp(text, length, &peek.stamp) ||
        !peek_text(line, size, &at, ",\"type\":\"", &text, &length) || length >= sizeof peek.type)
        return false;
    memcpy(peek.type, text, length);
    *ret_peek = peek;
    return true;
}

static bool is_blank(const char *line, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r')
            return false;
    }
    return true;
}

enum line_kind journal_line_parse(const char *line, size_t size, json_t **ret_record,
                                  int64_t *ret_seq)
{
    if (is_blank(line, size))
        return LINE_BLANK;
    if (size >= JOURNAL_LINE_MAX)
        return LINE_DAMAGED;
    json_t *record = json_loadb(line, size, 0, NULL);
    if (!json_is_object(record)) {
        json_decref(record);
        return LINE_DAMAGED;
    }
    int64_t seq = json_integer_value(json_object_get(record, "seq"));
    *ret_record = record;
    *ret_seq = seq > 0 ? seq : 0;
    return seq > 0 ? LINE_RECORD : LINE_FOREIGN;
}

bool journal_schema_check(const json_t *record, const char *path, struct error *err)
{
    const json_t *schema = json_object_get(record, "schema");
    if (!schema || (json_is_integer(schema) && json_integer_value(schema) <= RECORD_SCHEMA))
        return true;
    return error_set(err, ERROR_FORMAT,
                     "'%s' has records of schema %lld, this program knows up to %d; "
                     "install the newer leakwatch again or move the file away",
                     path, (long long)json_integer_value(schema), RECORD_SCHEMA);
}

/* Walks a file from its end to its beginning. */
struct back_reader {
    struct append_file *file;
    uint64_t start; /* of the block in the file */
    size_t size;
    char block[JOURNAL_LINE_MAX];
    char line[JOURNAL_LINE_MAX];
};

static bool read_whole(struct append_file *file, uint64_t offset, char *ret_data, size_t size,
                       struct error *err)
{
    size_t count;
    if (!append_read(file, offset, ret_data, size, &count, err))
        return false;
    return count == size || error_set(err, ERROR_IO, "the journal became shorter while read");
}

/* *ret_end: just behind the last line feed before `before`, 0 when there is none. */
static bool find_line_feed(struct back_reader *reader, uint64_t before, uint64_t *ret_end,
                           struct error *err)
{
    for (uint64_t at = before; at > 0; at--) {
        if (at <= reader->start || at > reader->start + reader->size) {
            reader->size = at < sizeof reader->block ? (size_t)at : sizeof reader->block;
            reader->start = at - reader->size;
            if (!read_whole(reader->file, reader->start, reader->block, reader->size, err))
                return false;
        }
        if (reader->block[at - 1 - reader->start] == '\n') {
            *ret_end = at;
            return true;
        }
    }
    *ret_end = 0;
    return true;
}

static bool scan(struct back_reader *reader, const char *path, struct journal_tail *ret_tail,
                 struct error *err)
{
    struct journal_tail tail = {0};
    if (!find_line_feed(reader, reader->file->size, &tail.end, err))
        return false;
    uint64_t start;
    for (uint64_t end = tail.end; end > 0 && tail.last_seq == 0; end = start) {
        if (!find_line_feed(reader, end - 1, &start, err))
            return false;
        size_t size = end - 1 - start < JOURNAL_LINE_MAX ? (size_t)(end - 1 - start)
                                                         : (size_t)JOURNAL_LINE_MAX;
        if (size < JOURNAL_LINE_MAX && !read_whole(reader->file, start, reader->line, size, err))
            return false;
        json_t *record = NULL;
        enum line_kind kind = size < JOURNAL_LINE_MAX
                                  ? journal_line_parse(reader->line, size, &record, &tail.last_seq)
                                  : LINE_DAMAGED;
        tail.damaged += kind == LINE_DAMAGED;
        bool known = kind != LINE_RECORD || journal_schema_check(record, path, err);
        json_decref(record);
        if (!known)
            return false;
    }
    *ret_tail = tail;
    return true;
}

bool journal_tail_scan(struct append_file *file, const char *path, struct journal_tail *ret_tail,
                       struct error *err)
{
    struct back_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return error_set(err, ERROR_MEMORY, "no memory to look through '%s'", path);
    reader->file = file;
    bool ok = scan(reader, path, ret_tail, err);
    free(reader);
    return ok;
}

/* "logs/events.jsonl" → folder "logs", stem "events". */
static bool split_path(const char *path, char ret_folder[PATH_SIZE], char ret_stem[PATH_SIZE],
                       struct error *err)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    size_t name_length = strlen(name), folder_length = (size_t)(name - path);
    if (folder_length + name_length >= PATH_SIZE)
        return error_set(err, ERROR_INPUT, "the path '%.200s…' is too long", path);
    memcpy(ret_folder, path, folder_length);
    ret_folder[folder_length] = '\0';
    if (folder_length > 1)
        ret_folder[folder_length - 1] = '\0';
    else if (folder_length == 0)
        memcpy(ret_folder, ".", 2);
    static const char ending[] = ".jsonl";
    size_t ending_length = sizeof ending - 1;
    if (name_length > ending_length && strcmp(name + name_length - ending_length, ending) == 0)
        name_length -= ending_length;
    memcpy(ret_stem, name, name_length);
    ret_stem[name_length] = '\0';
    return true;
}

bool journal_rotated_path(const char *path, int64_t first_seq, char ret_path[PATH_SIZE],
                          struct error *err)
{
    char folder[PATH_SIZE], stem[PATH_SIZE], name[PATH_SIZE + 32];
    if (!split_path(path, folder, stem, err))
        return false;
    snprintf(name, sizeof name, "%s-%012lld.jsonl", stem, (long long)first_seq);
    return path_join(ret_path, PATH_SIZE, folder, name, err);
}

/* The number in "<stem>-<12 or more digits>.jsonl", -1 for any other name. */
static int64_t rotated_seq(const char *name, const char *stem)
{
    size_t length = strlen(stem);
    if (strncmp(name, stem, length) != 0 || name[length] != '-')
        return -1;
    const char *digits = name + length + 1;
    size_t count = strspn(digits, "0123456789");
    if (count < 12 || count > 18 || strcmp(digits + count, ".jsonl") != 0)
        return -1;
    return strtoll(digits, NULL, 10);
}

static int compare_seqs(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

bool journal_rotated_list(const char *path, int64_t **ret_first_seqs, size_t *ret_count,
                          struct error *err)
{
    char folder[PATH_SIZE], stem[PATH_SIZE];
    if (!split_path(path, folder, stem, err))
        return false;
    struct name_list list = {0};
    if (file_kind_of(folder) != FILE_MISSING &&
        !folder_list(folder, JOURNAL_FILES_MAX, &list, err)) {
        name_list_finish(&list);
        return false;
    }
    int64_t *seqs = malloc((list.count + 1) * sizeof *seqs);
    size_t count = 0;
    for (size_t i = 0; seqs && i < list.count; i++) {
        char part[PATH_SIZE];
        int64_t seq = rotated_seq(list.names[i], stem);
        if (seq >= 0 && path_join(part, sizeof part, folder, list.names[i], NULL) &&
            file_kind_of(part) == FILE_REGULAR)
            seqs[count++] = seq;
    }
    name_list_finish(&list);
    if (!seqs)
        return error_set(err, ERROR_MEMORY, "no memory to list the parts of '%s'", path);
    qsort(seqs, count, sizeof *seqs, compare_seqs);
    *ret_first_seqs = seqs;
    *ret_count = count;
    return true;
}

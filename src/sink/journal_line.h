/* Private to the journal: what one line of it is, and where the last whole one ends.
 *
 * Used by journal.c (which appends) and journal_read.c (which reads). One thread at a time per
 * object.
 */
#ifndef SINK_JOURNAL_LINE_H
#define SINK_JOURNAL_LINE_H

#include "platform/file.h"

#include <jansson.h>

enum { JOURNAL_LINE_MAX = 65536 }; /* bytes with the line feed; a longer line is damage */
enum { JOURNAL_FILES_MAX = 100000 };

enum line_kind {
    LINE_BLANK,
    LINE_RECORD,  /* an object with a `seq` of 1 or more */
    LINE_FOREIGN, /* an object without: the tool before us wrote such ones */
    LINE_DAMAGED
};

/* `size` without the line feed. For LINE_RECORD and LINE_FOREIGN the caller decrefs *ret_record;
 * `seq` of a foreign line is 0. */
enum line_kind journal_line_parse(const char *line, size_t size, json_t **ret_record,
                                  int64_t *ret_seq);

/* The `seq` of a line that begins as ours do, without parsing the rest; 0 = look closer. */
int64_t journal_line_peek(const char *line, size_t size);

/* The same with stamp and type; false = look closer. */
struct journal_peek;
bool journal_line_peek_all(const char *line, size_t size, struct journal_peek *ret_peek);

/* ERROR_FORMAT when a newer program wrote the record in another layout. */
MUST_CHECK bool journal_schema_check(const json_t *record, const char *path, struct error *err);

struct journal_tail {
    uint64_t end;     /* behind the last line feed; what follows is torn */
    int64_t last_seq; /* of the last record that has one, 0 = none */
    int64_t damaged;  /* damaged lines behind that record */
};
MUST_CHECK bool journal_tail_scan(struct append_file *file, const char *path,
                                  struct journal_tail *ret_tail, struct error *err);

/* The rotated files of the journal `path`, by the first `seq` in their names, oldest first.
 * Ownership: the caller frees *ret_first_seqs. A missing folder has none. */
MUST_CHECK bool journal_rotated_list(const char *path, int64_t **ret_first_seqs, size_t *ret_count,
                                     struct error *err);
MUST_CHECK bool journal_rotated_path(const char *path, int64_t first_seq, char ret_path[PATH_SIZE],
                                     struct error *err);

/* journal_read of one file alone; a missing one has no records. */
MUST_CHECK bool journal_file_visit(const char *path, int64_t after_seq,
                                   bool (*visit)(void *context, const json_t *record, int64_t seq),
                                   void *context, struct error *err);

#endif

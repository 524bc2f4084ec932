/* A disk and clocks that are the test's: the linker puts these in the place of the real functions
 * (--wrap). Calls are counted, and the next ones can be made to fail.
 */
#ifndef TESTS_MONITOR_MADE_DISK_H
#define TESTS_MONITOR_MADE_DISK_H

#include "platform/clock.h"
#include "platform/folder.h"
#include "sink/evidence.h"
#include "sink/journal.h"

#include <string.h>

#define START_MS INT64_C(1767225600000) /* 2026-01-01 00:00:00 UTC */

static int64_t disk_free, disk_total, wall_offset_s, now_s;
static int free_calls, journal_refusals, picture_refusals, journal_tries, picture_tries;
static bool other_disk, disk_unknown;
static enum error_code refusal;

bool __wrap_folder_free_bytes(const char *path, uint64_t *ret_bytes, struct error *err);
bool __wrap_folder_free_bytes(const char *path, uint64_t *ret_bytes, struct error *err)
{
    free_calls++;
    if (disk_unknown)
        return error_set(err, ERROR_IO, "no disk of '%s'", path);
    *ret_bytes = (uint64_t)disk_free;
    return true;
}

bool __wrap_folder_total_bytes(const char *path, uint64_t *ret_bytes, struct error *err);
bool __wrap_folder_total_bytes(const char *path, uint64_t *ret_bytes, struct error *err)
{
    if (disk_unknown)
        return error_set(err, ERROR_IO, "no disk of '%s'", path);
    *ret_bytes = (uint64_t)disk_total;
    return true;
}

bool __wrap_folder_same_disk(const char *path, const char *other, bool *ret_same,
                             struct error *err);
bool __wrap_folder_same_disk(const char *path, const char *other, bool *ret_same, struct error *err)
{
    (void)path, (void)other, (void)err;
    *ret_same = !other_disk;
    return true;
}

/* What is removed comes back. */
bool __real_file_remove(const char *path, struct error *err);
bool __wrap_file_remove(const char *path, struct error *err);
bool __wrap_file_remove(const char *path, struct error *err)
{
    struct file_extent extent = {0};
    if (strstr(path, "anomal") && file_measure(path, &extent, NULL))
        disk_free += (int64_t)extent.freed_bytes;
    return __real_file_remove(path, err);
}

int64_t __wrap_clock_monotonic_ns(void);
int64_t __wrap_clock_monotonic_ns(void)
{
    return now_s * NS_PER_SECOND;
}

int64_t __wrap_clock_wall_utc_ms(void);
int64_t __wrap_clock_wall_utc_ms(void)
{
    return START_MS + (now_s + wall_offset_s) * 1000;
}

bool __real_journal_append(struct journal *journal, json_t *record, bool flush, int64_t *ret_seq,
                           struct error *err);
bool __wrap_journal_append(struct journal *journal, json_t *record, bool flush, int64_t *ret_seq,
                           struct error *err);
bool __wrap_journal_append(struct journal *journal, json_t *record, bool flush, int64_t *ret_seq,
                           struct error *err)
{
    journal_tries++;
    if (journal_refusals > 0) {
        journal_refusals--;
        return error_set(err, refusal, "the test's disk takes no record");
    }
    return __real_journal_append(journal, record, flush, ret_seq, err);
}

bool __real_evidence_write(const struct config *config, const struct project *project,
                           const struct event *event, const struct evidence_input *input,
                           const struct evidence_set *set, struct error *err);
bool __wrap_evidence_write(const struct config *config, const struct project *project,
                           const struct event *event, const struct evidence_input *input,
                           const struct evidence_set *set, struct error *err);
bool __wrap_evidence_write(const struct config *config, const struct project *project,
                           const struct event *event, const struct evidence_input *input,
                           const struct evidence_set *set, struct error *err)
{
    picture_tries++;
    if (picture_refusals > 0) {
        picture_refusals--;
        return error_set(err, refusal, "the test's disk takes no picture");
    }
    return __real_evidence_write(config, project, event, input, set, err);
}

#endif

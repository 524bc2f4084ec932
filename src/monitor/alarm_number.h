/* The number that the next alarm of a replay gets, so that its event id is new in this project.
 *
 * An id is "<UTC ms>-<n>". A live run's milliseconds never come again; those of a replay do, each
 * time the recording is watched, so n goes on behind the highest that the records hold. A project
 * without records begins with 1. Thread: the caller's. Errors: the journal can not be read.
 */
#ifndef MONITOR_ALARM_NUMBER_H
#define MONITOR_ALARM_NUMBER_H

#include "base/error.h"

MUST_CHECK bool alarm_number_next(const char *journal_path, int *ret_number, struct error *err);

#endif

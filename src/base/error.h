/* What went wrong, in one value that a caller can act on and a person can read.
 *
 * A function that can fail returns bool (or NULL) and takes `struct error *err` last. On failure it
 * fills `err` and leaves its outputs untouched; on success it leaves `err` alone. The code says
 * what the caller can do about it; the message names object, value and remedy, starts in lower case
 * and has no full stop. Nothing here allocates. Library modules only return errors: `cmd/` and the
 * top loop of each thread print them, once.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(format_index, first_argument)                                                  \
    __attribute__((format(printf, format_index, first_argument)))

enum error_code {
    ERROR_NONE,
    ERROR_USAGE,     /* the command line asks for something impossible */
    ERROR_CONFIG,    /* config.yaml, the mode file, or a model that does not fit them */
    ERROR_INPUT,     /* a file or folder that was named does not exist or cannot be read */
    ERROR_FORMAT,    /* the contents of a file are damaged, foreign or hostile */
    ERROR_DEVICE,    /* a camera is missing, busy or failing */
    ERROR_IO,        /* the disk refused */
    ERROR_SPACE,     /* the disk is full, or a quota is */
    ERROR_NETWORK,   /* a server could not be reached or answered badly */
    ERROR_BUSY,      /* another process holds what is needed */
    ERROR_MEMORY,    /* no memory */
    ERROR_CANCELLED, /* the person at the keyboard asked to stop */
    ERROR_FINDINGS,  /* everything was looked at, and not all is well: said already */
    ERROR_INTERNAL,  /* a bug of ours, found before it did harm */
    ERROR_CODE_COUNT
};

enum { ERROR_MESSAGE_SIZE = 512 };

struct error {
    enum error_code code;
    char message[ERROR_MESSAGE_SIZE];
};

/* Fill `err` (which may be NULL) and return false, so that `return error_set(...)` reads well. */
bool error_set(struct error *err, enum error_code code, const char *format, ...) PRINTF_LIKE(3, 4);

/* The same for a failed system call: appends ": " and the text of `errno_value`, and chooses the
 * code from it (ENOSPC and EDQUOT are ERROR_SPACE, ENOENT is ERROR_INPUT, ENOMEM is ERROR_MEMORY,
 * …). */
bool error_set_errno(struct error *err, int errno_value, const char *format, ...) PRINTF_LIKE(3, 4);

/* Put "context: " before the message, on the way up. A message that would grow too long is cut at
 * its end. Returns false. */
bool error_add_context(struct error *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* sysexits status for the process (0 for ERROR_NONE). */
int error_exit_status(enum error_code code);

/* Is it worth trying the same thing again later? */
bool error_is_transient(enum error_code code);

/* A word for records and JSON: "config", "device", … */
const char *error_code_name(enum error_code code);

#endif

/* Errors: one table says what each code means to the shell, to a retry loop and to a record.
 *
 * Formatting happens into a scratch buffer first, so that a message may quote the message it
 * replaces.
 */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct code_row {
    const char *name;
    int exit_status; /* sysexits.h, which Windows lacks */
    bool transient;
};

static const struct code_row code_rows[ERROR_CODE_COUNT] = {
    [ERROR_NONE] = {"none", 0, false},
    [ERROR_USAGE] = {"usage", 64, false},
    [ERROR_CONFIG] = {"config", 78, false},
    [ERROR_INPUT] = {"input", 66, false},
    [ERROR_FORMAT] = {"format", 65, false},
    [ERROR_DEVICE] = {"device", 69, true},
    [ERROR_IO] = {"io", 74, true},
    [ERROR_SPACE] = {"space", 74, true},
    [ERROR_NETWORK] = {"network", 69, true},
    [ERROR_BUSY] = {"busy", 75, true},
    [ERROR_MEMORY] = {"memory", 71, true},
    [ERROR_CANCELLED] = {"cancelled", 130, false},
    [ERROR_FINDINGS] = {"findings", 1, false},
    [ERROR_INTERNAL] = {"internal", 70, false},
};

PRINTF_LIKE(2, 0)
static void format_message(struct error *err, const char *format, va_list arguments)
{
    char scratch[ERROR_MESSAGE_SIZE];
    vsnprintf(scratch, sizeof scratch, format, arguments);
    memcpy(err->message, scratch, sizeof scratch);
}

bool error_set(struct error *err, enum error_code code, const char *format, ...)
{
    if (!err)
        return false;
    va_list arguments;
    va_start(arguments, format);
    format_message(err, format, arguments);
    va_end(arguments);
    err->code = code;
    return false;
}

static enum error_code code_from_errno(int errno_value)
{
    switch (errno_value) {
    case ENOENT:
    case ENOTDIR:
    case EACCES:
    case EPERM:
    case EISDIR:
    case ELOOP:
    case ENAMETOOLONG:
        return ERROR_INPUT;
    case ENOSPC:
#ifdef EDQUOT
    case EDQUOT:
#endif
    case EFBIG:
        return ERROR_SPACE;
    case ENOMEM:
        return ERROR_MEMORY;
    case EBUSY:
        return ERROR_BUSY;
    case ENODEV:
    case ENXIO:
        return ERROR_DEVICE;
    default:
        return ERROR_IO;
    }
}

bool error_set_errno(struct error *err, int errno_value, const char *format, ...)
{
    if (!err)
        return false;
    va_list arguments;
    va_start(arguments, format);
    format_message(err, format, arguments);
    va_end(arguments);
    size_t used = strlen(err->message);
    snprintf(err->message + used, sizeof err->message - used, ": %s", strerror(errno_value));
    err->code = code_from_errno(errno_value);
    return false;
}

bool error_add_context(struct error *err, const char *format, ...)
{
    if (!err)
        return false;
    char context[ERROR_MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(context, sizeof context, format, arguments);
    va_end(arguments);
    char whole[2 * ERROR_MESSAGE_SIZE + 2];
    snprintf(whole, sizeof whole, "%s: %s", context, err->message);
    memcpy(err->message, whole, sizeof err->message - 1);
    err->message[sizeof err->message - 1] = '\0';
    return false;
}

static const struct code_row *row_of(enum error_code code)
{
    return &code_rows[code < ERROR_CODE_COUNT ? code : ERROR_INTERNAL];
}

int error_exit_status(enum error_code code)
{
    return row_of(code)->exit_status;
}

bool error_is_transient(enum error_code code)
{
    return row_of(code)->transient;
}

const char *error_code_name(enum error_code code)
{
    return row_of(code)->name;
}

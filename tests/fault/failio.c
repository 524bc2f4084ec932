/* failio: a disk that fails when a test wants it to, as a library for LD_PRELOAD.
 *
 *     LD_PRELOAD=$build/tests/fault/failio.so FAILIO_UNDER=/tmp/project/logs FAILIO_NTH=3 prog …
 *
 * Counted are calls on regular files (and flushes of folders) of these kinds: write (with pwrite),
 * fsync, fdatasync, rename (by its destination), open (for writing only), truncate; unlink too when
 * it is asked for.
 *
 *   FAILIO_CALLS   the kinds that count, as "write,fsync"; default: all but unlink
 *   FAILIO_UNDER   count only what lies in this folder (absolute, without links)
 *   FAILIO_NTH     the first counted call that is acted on, from 1; default 0 = none
 *   FAILIO_TIMES   how many counted calls from there on are acted on; default 1
 *   FAILIO_ACTION  fail (default)
 *                  short: half of a write is done
 *                  kill, kill-after: SIGKILL before or after the call
 *                  tear: half of a write, then SIGKILL
 *   FAILIO_ERRNO   EIO (default), ENOSPC, EDQUOT, EROFS, EACCES, EINTR, EMFILE, EINVAL, a number
 *   FAILIO_FULL_WHILE  while this file exists, every counted write fails with ENOSPC
 *   FAILIO_REPORT  at the end of the process the number of counted calls is written to this file,
 *                  so that a loop over FAILIO_NTH knows when it has been everywhere
 *   FAILIO_CLOCK   CLOCK_REALTIME, time() and gettimeofday() are ahead by the seconds (may be
 *                  negative) that this file holds; read at each call
 *   FAILIO_FREE    while this file exists, every disk has as many free bytes as it says (statvfs)
 *   FAILIO_PLATTER what a power cut would leave of the file FAILIO_PLATTER_OF (absolute, no links)
 *
 * The platter: as Linux does it, a flush that fails forgets which pages it could not write, and the
 * next one succeeds without them. Pages of FAILIO_PLATTER_OF are copied to FAILIO_PLATTER by each
 * flush that works and are lost by one that FAILIO_NTH makes fail, unless they are written again.
 *
 * Not seen: stdio's own writes, mmap, io_uring, statically linked code. The real work is done by
 * raw system calls, so that nothing has to be looked up. A program with AddressSanitizer needs
 * ASAN_OPTIONS=verify_asan_link_order=0.
 */
#undef _FILE_OFFSET_BITS /* would rename our open() to open64() */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum call {
    CALL_WRITE,
    CALL_FSYNC,
    CALL_FDATASYNC,
    CALL_RENAME,
    CALL_OPEN,
    CALL_TRUNCATE,
    CALL_UNLINK
};
enum action { ACTION_NONE, ACTION_FAIL, ACTION_SHORT, ACTION_KILL, ACTION_TEAR, ACTION_KILL_AFTER };

static const char *const call_names[] = {"write", "fsync",    "fdatasync", "rename",
                                         "open",  "truncate", "unlink"};

static struct {
    unsigned calls; /* a bit for each enum call */
    const char *under, *full_while, *report, *clock, *free, *platter, *platter_of;
    long nth, times;
    enum action action;
    int errno_value;
} settings;

static atomic_long counted;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static long read_number(const char *name, long fallback)
{
    const char *text = getenv(name);
    return text && *text ? strtol(text, NULL, 10) : fallback;
}

static int read_errno(void)
{
    static const struct {
        const char *name;
        int value;
    } rows[] = {{"EIO", EIO},       {"ENOSPC", ENOSPC}, {"EDQUOT", EDQUOT}, {"EROFS", EROFS},
                {"EACCES", EACCES}, {"EINTR", EINTR},   {"EMFILE", EMFILE}, {"EINVAL", EINVAL}};
    const char *text = getenv("FAILIO_ERRNO");
    for (size_t i = 0; text && i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(text, rows[i].name) == 0)
            return rows[i].value;
    return (int)read_number("FAILIO_ERRNO", EIO);
}

static enum action read_action(void)
{
    static const char *const names[] = {"", "fail", "short", "kill", "tear", "kill-after"};
    const char *text = getenv("FAILIO_ACTION");
    for (size_t i = 1; text && i < sizeof names / sizeof names[0]; i++)
        if (strcmp(text, names[i]) == 0)
            return (enum action)i;
    return ACTION_FAIL;
}

static void read_settings(void)
{
    const char *calls = getenv("FAILIO_CALLS");
    for (size_t i = 0; i < sizeof call_names / sizeof call_names[0]; i++) {
        const char *found = calls ? strstr(calls, call_names[i]) : "";
        /* "sync" inside "fdatasync" is no word of its own, nor is "fsync" part of another */
        if (found && (!calls || found == calls || found[-1] == ','))
            settings.calls |= 1u << i;
    }
    if (!calls)
        settings.calls &= ~(1u << CALL_UNLINK);
    settings.under = getenv("FAILIO_UNDER");
    settings.free = getenv("FAILIO_FREE");
    settings.platter = getenv("FAILIO_PLATTER");
    settings.platter_of = getenv("FAILIO_PLATTER_OF");
    settings.full_while = getenv("FAILIO_FULL_WHILE");
    settings.report = getenv("FAILIO_REPORT");
    settings.clock = getenv("FAILIO_CLOCK");
    settings.nth = read_number("FAILIO_NTH", 0);
    settings.times = read_number("FAILIO_TIMES", 1);
    settings.action = read_action();
    settings.errno_value = read_errno();
}

static bool is_under(const char *path)
{
    if (!settings.under)
        return true;
    size_t length = strlen(settings.under);
    return strncmp(path, settings.under, length) == 0 &&
           (path[length] == '/' || path[length] == '\0');
}

static bool path_of_descriptor(int descriptor, char ret_path[PATH_MAX])
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, ret_path, PATH_MAX - 1);
    if (length < 0)
        return false;
    ret_path[length] = '\0';
    return true;
}

static bool descriptor_counts(int descriptor, bool folders_too)
{
    struct stat status;
    char path[PATH_MAX];
    return fstat(descriptor, &status) == 0 &&
           (S_ISREG(status.st_mode) || (folders_too && S_ISDIR(status.st_mode))) &&
           path_of_descriptor(descriptor, path) && is_under(path);
}

static bool path_counts(int folder, const char *path)
{
    struct stat status;
    char parent[PATH_MAX], real[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t length = slash ? (size_t)(slash - path) + 1 : 0;
    if (length >= sizeof parent)
        return false;
    if (fstatat(folder, path, &status, 0) == 0 && !S_ISREG(status.st_mode))
        return false;
    if (folder != AT_FDCWD && path[0] != '/')
        return descriptor_counts(folder, true);
    memcpy(parent, path, length);
    parent[length] = '\0';
    return realpath(length ? parent : ".", real) && is_under(real);
}

/* Counts the call and says what is to be done about it; ACTION_KILL is done here. */
static enum action decide(enum call call)
{
    if (!(settings.calls & 1u << call))
        return ACTION_NONE;
    long number = atomic_fetch_add(&counted, 1) + 1;
    if (call == CALL_WRITE && settings.full_while && access(settings.full_while, F_OK) == 0) {
        errno = ENOSPC;
        return ACTION_FAIL;
    }
    if (settings.nth == 0 || number < settings.nth || number >= settings.nth + settings.times)
        return ACTION_NONE;
    if (settings.action == ACTION_KILL)
        kill(getpid(), SIGKILL);
    errno = settings.errno_value;
    if (settings.action == ACTION_SHORT && call != CALL_WRITE)
        return ACTION_FAIL;
    return settings.action;
}

static enum action decide_descriptor(enum call call, int descriptor)
{
    pthread_once(&once, read_settings);
    int saved_errno = errno;
    bool folders_too = call == CALL_FSYNC || call == CALL_FDATASYNC;
    bool counts = descriptor_counts(descriptor, folders_too);
    errno = saved_errno;
    return counts ? decide(call) : ACTION_NONE;
}

static enum action decide_path(enum call call, int folder, const char *path)
{
    pthread_once(&once, read_settings);
    int saved_errno = errno;
    bool counts = path_counts(folder, path);
    errno = saved_errno;
    return counts ? decide(call) : ACTION_NONE;
}

static long finish(enum action action, long result)
{
    if (action == ACTION_KILL_AFTER || action == ACTION_TEAR)
        kill(getpid(), SIGKILL);
    return result;
}

static size_t size_to_write(enum action action, size_t size)
{
    return action == ACTION_SHORT || action == ACTION_TEAR ? size / 2 : size;
}

/* ---- the platter */

enum { PAGE = 4096, PAGES = 4096 }; /* the first 16 MB of the file */
static bool dirty[PAGES];

static bool is_platter_of(int descriptor)
{
    char path[PATH_MAX];
    pthread_once(&once, read_settings);
    return settings.platter && path_of_descriptor(descriptor, path) &&
           strcmp(path, settings.platter_of) == 0;
}

static void note_written(int descriptor, off_t offset, size_t size)
{
    struct stat status;
    int saved_errno = errno;
    if (is_platter_of(descriptor)) {
        if (offset < 0 && fstat(descriptor, &status) == 0) /* appended */
            offset = status.st_size - (off_t)size;
        for (off_t page = offset / PAGE; page * PAGE < offset + (off_t)size && page < PAGES; page++)
            dirty[page] = true;
    }
    errno = saved_errno;
}

static void note_flushed(int descriptor, bool good)
{
    char bytes[PAGE];
    struct stat status;
    int saved_errno = errno;
    if (is_platter_of(descriptor) && fstat(descriptor, &status) == 0) {
        int platter = (int)syscall(SYS_openat, AT_FDCWD, settings.platter,
                                   O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
        for (off_t page = 0; page < PAGES; page++) {
            ssize_t count = good && dirty[page] ? pread(descriptor, bytes, PAGE, page * PAGE) : 0;
            if (count > 0)
                syscall(SYS_pwrite64, platter, bytes, (size_t)count, page * PAGE);
            dirty[page] = false;
        }
        if (good)
            syscall(SYS_ftruncate, platter, status.st_size);
        close(platter);
    }
    errno = saved_errno;
}

ssize_t write(int descriptor, const void *data, size_t size)
{
    enum action action = decide_descriptor(CALL_WRITE, descriptor);
    if (action == ACTION_FAIL)
        return -1;
    ssize_t count = syscall(SYS_write, descriptor, data, size_to_write(action, size));
    if (count > 0)
        note_written(descriptor, -1, (size_t)count);
    return finish(action, count);
}

ssize_t pwrite(int descriptor, const void *data, size_t size, off_t offset)
{
    enum action action = decide_descriptor(CALL_WRITE, descriptor);
    if (action == ACTION_FAIL)
        return -1;
    ssize_t count = syscall(SYS_pwrite64, descriptor, data, size_to_write(action, size), offset);
    if (count > 0)
        note_written(descriptor, offset, (size_t)count);
    return finish(action, count);
}

int fsync(int descriptor)
{
    enum action action = decide_descriptor(CALL_FSYNC, descriptor);
    return action == ACTION_FAIL ? -1 : (int)finish(action, syscall(SYS_fsync, descriptor));
}

int fdatasync(int descriptor)
{
    enum action action = decide_descriptor(CALL_FDATASYNC, descriptor);
    note_flushed(descriptor, action != ACTION_FAIL);
    return action == ACTION_FAIL ? -1 : (int)finish(action, syscall(SYS_fdatasync, descriptor));
}

int ftruncate(int descriptor, off_t size)
{
    enum action action = decide_descriptor(CALL_TRUNCATE, descriptor);
    return action == ACTION_FAIL ? -1
                                 : (int)finish(action, syscall(SYS_ftruncate, descriptor, size));
}

int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
    enum action action = decide_path(CALL_RENAME, to_folder, to);
    if (action == ACTION_FAIL)
        return -1;
    return (int)finish(action, syscall(SYS_renameat2, from_folder, from, to_folder, to, 0));
}

int rename(const char *from, const char *to)
{
    return renameat(AT_FDCWD, from, AT_FDCWD, to);
}

int unlinkat(int folder, const char *path, int flags)
{
    enum action action = decide_path(CALL_UNLINK, folder, path);
    if (action == ACTION_FAIL)
        return -1;
    return (int)finish(action, syscall(SYS_unlinkat, folder, path, flags));
}

int unlink(const char *path)
{
    return unlinkat(AT_FDCWD, path, 0);
}

static int open_any(int folder, const char *path, int flags, mode_t mode)
{
    enum action action = ACTION_NONE;
    if (flags & (O_WRONLY | O_RDWR | O_CREAT))
        action = decide_path(CALL_OPEN, folder, path);
    if (action == ACTION_FAIL)
        return -1;
    return (int)finish(action, syscall(SYS_openat, folder, path, flags, mode));
}

static mode_t mode_argument(int flags, va_list arguments)
{
    return flags & (O_CREAT | __O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
}

int open(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_argument(flags, arguments);
    va_end(arguments);
    return open_any(AT_FDCWD, path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_argument(flags, arguments);
    va_end(arguments);
    return open_any(folder, path, flags, mode);
}

/* Where off_t has 64 bits anyway, programs may have been compiled against either name. */
int open64(const char *, int, ...) __attribute__((alias("open")));
int openat64(int, const char *, int, ...) __attribute__((alias("openat")));
ssize_t pwrite64(int, const void *, size_t, off_t) __attribute__((alias("pwrite")));
int ftruncate64(int, off_t) __attribute__((alias("ftruncate")));

/* The number that the file holds now; `missing` when it is not there or not named. */
static long number_in(const char *path, long missing)
{
    if (!path)
        return missing;
    int saved_errno = errno;
    char text[32] = "";
    int descriptor = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
    ssize_t count = descriptor >= 0 ? read(descriptor, text, sizeof text - 1) : -1;
    text[count > 0 ? count : 0] = '\0';
    if (descriptor >= 0)
        close(descriptor);
    errno = saved_errno;
    return count > 0 ? strtol(text, NULL, 10) : missing;
}

int statvfs(const char *restrict path, struct statvfs *restrict ret_status)
{
    pthread_once(&once, read_settings);
    int descriptor = (int)syscall(SYS_openat, AT_FDCWD, path, O_PATH | O_CLOEXEC, 0);
    if (descriptor < 0)
        return -1;
    int result = fstatvfs(descriptor, ret_status);
    close(descriptor);
    long bytes = number_in(settings.free, -1);
    if (result == 0 && bytes >= 0)
        ret_status->f_bavail = ret_status->f_bfree =
            (fsblkcnt_t)((unsigned long)bytes / ret_status->f_frsize);
    return result;
}

int statvfs64(const char *restrict, struct statvfs64 *restrict) __attribute__((alias("statvfs")));

static long clock_offset_s(void)
{
    pthread_once(&once, read_settings);
    return number_in(settings.clock, 0);
}

int clock_gettime(clockid_t clock, struct timespec *ret_time)
{
    int result = (int)syscall(SYS_clock_gettime, clock, ret_time);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        ret_time->tv_sec += clock_offset_s();
    return result;
}

time_t time(time_t *ret_time)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (ret_time)
        *ret_time = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(struct timeval *restrict ret_time, void *restrict zone)
{
    (void)zone;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    *ret_time = (struct timeval){.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
    return 0;
}

__attribute__((destructor)) static void write_report(void)
{
    pthread_once(&once, read_settings);
    if (!settings.report)
        return;
    char text[32];
    int length = snprintf(text, sizeof text, "%ld\n", atomic_load(&counted));
    int descriptor = (int)syscall(SYS_openat, AT_FDCWD, settings.report,
                                  O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (descriptor < 0 || syscall(SYS_write, descriptor, text, (size_t)length) != length)
        abort(); /* a test that counts must not run on without its count */
    close(descriptor);
}

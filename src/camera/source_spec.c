/* The text after --source: which kind of source it means, and how to print it without its secrets.
 *
 * First match wins, in the order of `spec_rows`; what nothing else claims is a video file. The
 * surprising thing: in a URL everything up to its *last* '@' counts as user and password, because
 * people write passwords with '@' and '/' unescaped, and hiding too much is the safe side.
 */
#include "camera/source_ops.h"

#include "base/text.h"

#include "platform/file.h"

#include <ctype.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static bool has_prefix(const char *text, const char *prefix)
{
    for (; *prefix; text++, prefix++)
        if (tolower((unsigned char)*text) != *prefix)
            return false;
    return true;
}

static bool is_simulation(const char *spec)
{
    return strncmp(spec, "sim:", 4) == 0;
}

static bool is_stream(const char *spec)
{
    size_t letters =
        strspn(spec, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
    return letters > 0 && strncmp(spec + letters, "://", 3) == 0;
}

/* "NAME/." too, so that a link to a folder counts as one; NAME for folders that nobody may enter.
 */
static bool is_folder(const char *spec)
{
    char inside[PATH_SIZE];
    int length = snprintf(inside, sizeof inside, "%s/.", spec);
    return file_kind_of(spec) == FILE_FOLDER ||
           (length > 0 && (size_t)length < sizeof inside && file_kind_of(inside) == FILE_FOLDER);
}

static bool is_device(const char *spec)
{
    if (*spec && spec[strspn(spec, "0123456789")] == '\0')
        return true;
    /* But not a clip in /dev/shm. */
    return has_prefix(spec, "/dev/") && file_kind_of(spec) != FILE_REGULAR && !is_folder(spec);
}

static bool is_anything(const char *spec)
{
    return *spec != '\0';
}

struct spec_row {
    bool (*matches)(const char *spec);
    const struct source_ops *ops; /* NULL: streams */
};

static const struct spec_row spec_rows[] = {
    {is_simulation, &simulated_source_ops}, {is_stream, NULL},
    {is_device, &device_source_ops},        {is_folder, &folder_source_ops},
    {is_anything, &video_source_ops},
};

const struct source_ops *source_ops_for_spec(const char *spec, struct error *err)
{
    size_t row = 0;
    while (row < sizeof spec_rows / sizeof spec_rows[0] - 1 && !spec_rows[row].matches(spec))
        row++;
    if (!spec_rows[row].ops) {
        char masked[PATH_SIZE];
        source_mask_spec(spec, masked, sizeof masked);
        error_set(err, ERROR_USAGE,
                  "streams are not supported yet: \"%s\"; use a camera, a video file, a folder of "
                  "images or sim:SCENARIO",
                  masked);
    }
    return spec_rows[row].ops;
}

void source_info_set_name(struct source_info *info, const char *format, ...)
{
    char whole[2 * PATH_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(whole, sizeof whole, format, arguments);
    va_end(arguments);
    size_t used = 0;
    for (const char *from = whole; *from;) {
        uint32_t code = 0;
        size_t length = text_next((const unsigned char *)from, strlen(from), &code);
        bool shown = length > 0 && text_is_plain(from, length);
        size_t needed = shown ? length : 1;
        if (used + needed >= sizeof info->name)
            break;
        memcpy(info->name + used, shown ? from : "?", needed);
        used += needed;
        from += length > 0 ? length : 1;
    }
    info->name[used] = '\0';
}

const char *source_short_path(const char *path)
{
    const char *last = path;
    for (const char *at = path; *at; at++)
        if ((*at == '/' || *at == '\\') && at[1] != '\0')
            last = at + 1;
    return last;
}

/* Text that is cut at its buffer's end. */
struct text {
    char *data;
    size_t size, used;
};

static void text_append(struct text *text, const char *from, size_t length)
{
    for (size_t i = 0; i < length && text->used + 1 < text->size; i++)
        text->data[text->used++] = from[i];
    text->data[text->used] = '\0';
}

static void text_append_masked(struct text *text)
{
    text_append(text, "***", 3);
}

/* Copies "user:password" of `from` with the password masked; returns what follows it. Where a '?'
 * comes before the last '@', that '@' may stand inside a password of the query: all is masked. */
static const char *mask_credentials(const char *from, struct text *text)
{
    const char *at = strrchr(from, '@');
    const char *colon = at ? memchr(from, ':', (size_t)(at - from)) : NULL;
    if (!colon)
        return from;
    text_append(text, from, (size_t)(colon + 1 - from));
    text_append_masked(text);
    return memchr(from, '?', (size_t)(at - from)) ? "" : at;
}

/* Does the name of a query's parameter ("pwd" of "?user=a&pwd=b") sound like a secret? */
static bool is_secret_name(const char *name, size_t length)
{
    static const char *const words[] = {"pass", "pwd", "secret", "token", "key", "auth"};
    for (size_t at = 0; at < length; at++)
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
            if (strlen(words[i]) <= length - at && has_prefix(name + at, words[i]))
                return true;
    return false;
}

static void mask_query(const char *from, struct text *text)
{
    while (*from) {
        size_t length = strcspn(from, "?&=");
        bool secret = from[length] == '=' && is_secret_name(from, length);
        length += from[length] != '\0';
        text_append(text, from, length);
        from += length;
        if (secret) {
            text_append_masked(text);
            from += strcspn(from, "&");
        }
    }
}

void source_mask_spec(const char *spec, char *ret_text, size_t size)
{
    struct text text = {ret_text, size, 0};
    if (size == 0)
        return;
    ret_text[0] = '\0';
    if (!is_stream(spec)) {
        text_append(&text, spec, strlen(spec));
        return;
    }
    const char *rest = strstr(spec, "://") + 3;
    text_append(&text, spec, (size_t)(rest - spec));
    mask_query(mask_credentials(rest, &text), &text);
}

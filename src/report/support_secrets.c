/* Where secrets may stand, and every spelling in which one may be written.
 *
 * config.yaml is read a second time here, as bare lines: what the loader refuses, or what a
 * variable of the environment has overridden, is a secret all the same. The surprising thing: a
 * value is taken in several cuts (the whole rest of the line, up to a comma, between quotes),
 * because too many needles cost nothing and one too few gives a password away.
 */
#include "report/support_redact.h"

#include "camera/source.h"
#include "config/options.h"
#include "platform/file.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NEEDLE_MAX = 4096, NEEDLES_MAX = 512, CONFIG_FILE_MAX = 1 << 20, URL_MAX = 2048 };
enum { SECRET_FILE_MAX = 4096, URL_PART_LEAST = 8, CUT_LEAST = 3 };

/* ---- collecting */

static void wipe(char *text)
{
    volatile char *at = text; /* or the compiler may leave it out */
    for (; *at; at++)
        *at = '\0';
}

static void add_needle(struct redactor *redactor, const char *text)
{
    size_t length = strlen(text);
    if (length == 0 || length > NEEDLE_MAX || strcmp(text, "***") == 0)
        return;
    for (size_t i = 0; i < redactor->count; i++)
        if (strcmp(redactor->needles[i], text) == 0)
            return;
    char *copy = redactor->count < NEEDLES_MAX ? malloc(length + 1) : NULL;
    if (!copy) {
        redactor->failed = true;
        return;
    }
    memcpy(copy, text, length + 1);
    redactor->needles[redactor->count++] = copy;
}

static void add_buffer(struct redactor *redactor, struct buffer *text)
{
    redactor->failed = redactor->failed || text->failed;
    add_needle(redactor, buffer_text(text));
    if (text->data)
        wipe(text->data);
    buffer_finish(text);
}

/* The character at `text`, of 1 to 4 bytes; a byte that is no UTF-8 stands for itself. */
static size_t decode(const unsigned char *text, uint32_t *ret_code)
{
    size_t size = text[0] >= 0xf0 ? 4 : text[0] >= 0xe0 ? 3 : text[0] >= 0xc0 ? 2 : 1;
    uint32_t code = size == 1 ? text[0] : text[0] & (0x7fu >> size);
    for (size_t i = 1; i < size; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            *ret_code = text[0];
            return 1;
        }
        code = code << 6 | (text[i] & 0x3fu);
    }
    *ret_code = code;
    return size;
}

static void append_as_ascii(struct buffer *out, uint32_t code)
{
    if (code >= 0x10000)
        buffer_append_format(out, "\\u%04x\\u%04x", 0xd800 + ((code - 0x10000) >> 10 & 0x3ff),
                             0xdc00 + (code & 0x3ff));
    else
        buffer_append_format(out, "\\u%04x", code);
}

/* As a string of JSON has it; Python's json writes everything as ASCII, PHP's a slash as "\/". */
static void add_as_json(struct redactor *redactor, const char *secret, bool ascii, bool slash)
{
    struct buffer text = {0};
    for (const char *c = secret; *c;) {
        uint32_t code;
        size_t size = decode((const unsigned char *)c, &code);
        if (*c == '"' || *c == '\\' || (*c == '/' && slash))
            buffer_append_text(&text, "\\");
        if (size > 1 && ascii)
            append_as_ascii(&text, code);
        else
            buffer_append(&text, c, size);
        c += size;
    }
    add_buffer(redactor, &text);
}

static void add_as_url(struct redactor *redactor, const char *secret)
{
    struct buffer text = {0};
    for (const char *c = secret; *c; c++)
        buffer_append_format(&text,
                             isalnum((unsigned char)*c) || strchr("-._~", *c) ? "%c" : "%%%02x",
                             (unsigned char)*c);
    add_buffer(redactor, &text);
}

/* The path of a webhook is what is secret about it. */
static void add_url_parts(struct redactor *redactor, const char *secret)
{
    const char *host = strstr(secret, "://");
    const char *path = host ? strchr(host + 3, '/') : NULL;
    const char *last = strrchr(secret, '/');
    if (path && strlen(path) >= URL_PART_LEAST)
        add_needle(redactor, path);
    if (path && last && strlen(last + 1) >= URL_PART_LEAST)
        add_needle(redactor, last + 1);
}

static void add_secret(struct redactor *redactor, const char *secret)
{
    add_needle(redactor, secret);
    add_as_json(redactor, secret, false, false);
    add_as_json(redactor, secret, true, false);
    add_as_json(redactor, secret, false, true);
    add_as_url(redactor, secret);
    add_url_parts(redactor, secret);
}

/* The values of a query that source_mask_spec hides ("token=…"). */
static void add_query_of(struct redactor *redactor, const char *url)
{
    char masked[URL_MAX], value[URL_MAX];
    source_mask_spec(url, masked, sizeof masked);
    for (const char *at = strchr(url, '?'); at; at = strchr(at + 1, '&')) {
        const char *equals = strpbrk(at + 1, "=&");
        if (!equals || *equals != '=')
            continue;
        snprintf(value, sizeof value, "%.*s", (int)strcspn(equals + 1, "&"), equals + 1);
        if (!strstr(masked, value))
            add_secret(redactor, value);
        wipe(value);
    }
}

/* What "rtsp://user:password@host/?token=…" hides. */
static void add_secrets_of_url(struct redactor *redactor, const char *url)
{
    char password[NEEDLE_MAX];
    const char *start = strstr(url, "://");
    const char *at = start ? strrchr(start, '@') : NULL;
    const char *colon = at ? memchr(start + 3, ':', (size_t)(at - start - 3)) : NULL;
    if (start && strlen(url) < URL_MAX)
        add_query_of(redactor, url);
    if (!colon || (size_t)(at - colon) >= sizeof password)
        return;
    snprintf(password, sizeof password, "%.*s", (int)(at - colon - 1), colon + 1);
    add_secret(redactor, password);
    wipe(password);
}

static const char *text_of(const struct config *config, const struct option_row *row)
{
    return *(const char *const *)(const void *)((const char *)config + row->offset);
}

static void add_from_config(struct redactor *redactor, const struct config *config)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = &option_rows[i];
        if (row->flags & SECRET)
            add_secret(redactor, text_of(config, row));
        else if (row->flags & MAY_HOLD_PASSWORD)
            add_secrets_of_url(redactor, text_of(config, row));
    }
}

static void add_from_environment(struct redactor *redactor)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const char *value = option_rows[i].flags & SECRET ? getenv(option_rows[i].choices) : NULL;
        if (value)
            add_secret(redactor, value);
    }
}

/* ---- config.yaml as bare text */

/* False when it is not there or can not be read; that there was no memory is not overlooked. */
static bool read_file(struct redactor *redactor, const char *root, const char *name, size_t most,
                      struct buffer *ret_contents)
{
    char path[PATH_SIZE];
    struct error why = {0};
    bool good =
        path_join(path, sizeof path, root, name, &why) && file_read(path, most, ret_contents, &why);
    redactor->failed = redactor->failed || why.code == ERROR_MEMORY;
    return good && ret_contents->size > 0;
}

static void add_secret_file(struct redactor *redactor, const char *root, const char *name)
{
    struct buffer contents = {0};
    if (read_file(redactor, root, name, SECRET_FILE_MAX, &contents)) {
        contents.data[strcspn(contents.data, "\r\n")] = '\0';
        add_secret(redactor, contents.data);
        wipe(contents.data);
    }
    buffer_finish(&contents);
}

enum meaning { IS_SECRET, IS_SECRET_FILE, IS_URL };

/* What to do with each cut of a value. */
struct cuts {
    struct redactor *redactor;
    const char *root;
    enum meaning meaning;
};

static bool means_nothing(const char *value)
{
    return strcmp(value, "null") == 0 || *value == '#' || strlen(value) < CUT_LEAST;
}

static void take_cut(const struct cuts *cuts, const char *start, size_t size)
{
    char text[NEEDLE_MAX];
    while (size > 0 && (start[size - 1] == ' ' || start[size - 1] == '\t'))
        size--;
    if (size == 0 || size >= sizeof text)
        return;
    memcpy(text, start, size);
    text[size] = '\0';
    if (means_nothing(text))
        return;
    if (cuts->meaning == IS_SECRET_FILE)
        add_secret_file(cuts->redactor, cuts->root, text);
    else if (cuts->meaning == IS_SECRET)
        add_secret(cuts->redactor, text);
    add_secrets_of_url(cuts->redactor, text);
    wipe(text);
}

static void take_value(const struct cuts *cuts, const char *value)
{
    size_t line = strcspn(value, "\r\n");
    if (*value == '"' || *value == '\'') {
        const char *last = value + line;
        while (last > value + 1 && *last != *value)
            last--;
        take_cut(cuts, value + 1, strcspn(value + 1, *value == '"' ? "\"\r\n" : "'\r\n"));
        take_cut(cuts, value + 1, (size_t)(last - value - 1));
        return;
    }
    take_cut(cuts, value, line);
    for (size_t i = 1; i < line; i++) {
        bool comment = value[i] == '#' && value[i - 1] == ' ';
        if (comment || strchr(",}", value[i]))
            take_cut(cuts, value, i);
    }
}

/* What stands behind the colon; YAML lets a value begin on the next line, after "|" or ">". */
static const char *value_behind(const char *colon)
{
    const char *value = colon + 1 + strspn(colon + 1, " \t");
    if (!*value || !strchr("\r\n|>", *value))
        return value;
    value += strcspn(value, "\n");
    return value + strspn(value, " \t\r\n");
}

/* Each place where `name` stands as a key, or ends one. */
static void take_values_of(const struct cuts *cuts, const char *text, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = strstr(text, name); at; at = strstr(at + length, name)) {
        const char *value = at + length;
        value += strspn(value, "\"' \t");
        if (*value != ':')
            continue;
        take_value(cuts, value_behind(value));
    }
}

static const char *last_part(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot ? dot + 1 : path;
}

/* A key of ours that was written wrongly, so that the file can not be loaded, has a secret too. */
static void add_from_other_keys(struct redactor *redactor, const char *root, const char *text)
{
    static const char *const endings[] = {"password", "passwd", "webhook",
                                          "token",    "secret", "api_key"};
    const struct cuts cuts = {redactor, root, IS_SECRET};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
        take_values_of(&cuts, text, endings[i]);
}

static void add_from_text(struct redactor *redactor, const char *root, const char *text)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = &option_rows[i];
        struct cuts cuts = {redactor, root, row->flags & SECRET ? IS_SECRET : IS_URL};
        if (!(row->flags & (SECRET | MAY_HOLD_PASSWORD)))
            continue;
        take_values_of(&cuts, text, last_part(row->path));
        if (row->flags & SECRET) {
            char name[OPTION_PATH_SIZE];
            snprintf(name, sizeof name, "%.50s_file", last_part(row->path));
            cuts.meaning = IS_SECRET_FILE;
            take_values_of(&cuts, text, name);
        }
    }
}

static void add_from_file(struct redactor *redactor, const char *root)
{
    struct buffer text = {0};
    if (read_file(redactor, root, "config/config.yaml", CONFIG_FILE_MAX, &text)) {
        add_from_text(redactor, root, text.data);
        add_from_other_keys(redactor, root, text.data);
        wipe(text.data);
    }
    buffer_finish(&text);
}

static int longest_first(const void *a, const void *b)
{
    size_t first = strlen(*(char *const *)a), second = strlen(*(char *const *)b);
    return first < second ? 1 : first > second ? -1 : 0;
}

bool redactor_init(struct redactor *redactor, const struct config *config, const char *root,
                   struct error *err)
{
    *redactor = (struct redactor){.needles = calloc(NEEDLES_MAX, sizeof *redactor->needles)};
    if (!redactor->needles)
        return error_set(err, ERROR_MEMORY, "no memory to look for secrets");
    if (config)
        add_from_config(redactor, config);
    add_from_environment(redactor);
    add_from_file(redactor, root);
    if (redactor->failed)
        return error_set(err, ERROR_MEMORY, "no memory to look for secrets");
    if (redactor->count > 0)
        qsort(redactor->needles, redactor->count, sizeof *redactor->needles, longest_first);
    return true;
}

void redactor_finish(struct redactor *redactor)
{
    for (size_t i = 0; i < redactor->count; i++) {
        wipe(redactor->needles[i]);
        free(redactor->needles[i]);
    }
    free(redactor->needles);
    *redactor = (struct redactor){0};
}

/* Secrets are collected from every place where one may stand, then searched for in every text.
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
#include <jansson.h>
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
    char *copy = redactor->count < NEEDLES_MAX ? strdup(text) : NULL;
    if (copy)
        redactor->needles[redactor->count++] = copy;
    else
        redactor->failed = true;
}

/* As a string of JSON has it; Python's json writes everything as ASCII. */
static void add_as_json(struct redactor *redactor, const char *secret, size_t flags)
{
    json_t *value = json_string(secret);
    char *text = value ? json_dumps(value, JSON_ENCODE_ANY | flags) : NULL;
    size_t length = text ? strlen(text) : 0;
    if (length >= 2) {
        text[length - 1] = '\0';
        add_needle(redactor, text + 1);
        wipe(text);
    }
    free(text);
    json_decref(value);
}

static void add_as_url(struct redactor *redactor, const char *secret)
{
    struct buffer text = {0};
    for (const char *c = secret; *c; c++)
        buffer_append_format(&text,
                             isalnum((unsigned char)*c) || strchr("-._~", *c) ? "%c" : "%%%02x",
                             (unsigned char)*c);
    redactor->failed = redactor->failed || text.failed;
    add_needle(redactor, buffer_text(&text));
    if (text.data)
        wipe(text.data);
    buffer_finish(&text);
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
    add_as_json(redactor, secret, 0);
    add_as_json(redactor, secret, JSON_ENSURE_ASCII);
    add_as_json(redactor, secret, JSON_ESCAPE_SLASH);
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

static void add_secret_file(struct redactor *redactor, const char *root, const char *name)
{
    char path[PATH_SIZE];
    struct buffer contents = {0};
    struct error ignored;
    if (path_join(path, sizeof path, root, name, &ignored) &&
        file_read(path, SECRET_FILE_MAX, &contents, &ignored) && contents.size > 0) {
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

/* Each place where `name` stands as a key. */
static void take_values_of(const struct cuts *cuts, const char *text, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = strstr(text, name); at; at = strstr(at + length, name)) {
        const char *value = at + length;
        value += strspn(value, "\"' \t");
        if (*value != ':')
            continue;
        value++;
        take_value(cuts, value + strspn(value, " \t"));
    }
}

static const char *last_part(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot ? dot + 1 : path;
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
    char path[PATH_SIZE];
    struct buffer text = {0};
    struct error ignored;
    if (path_join(path, sizeof path, root, "config/config.yaml", &ignored) &&
        file_read(path, CONFIG_FILE_MAX, &text, &ignored) && text.size > 0) {
        add_from_text(redactor, root, text.data);
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

/* ---- searching */

static bool begins_with(const char *text, const char *beginning, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (tolower((unsigned char)text[i]) != tolower((unsigned char)beginning[i]))
            return false;
    return true;
}

static size_t needle_at(const struct redactor *redactor, const char *text, size_t left)
{
    for (size_t i = 0; i < redactor->count; i++) {
        size_t length = strlen(redactor->needles[i]);
        if (length <= left && begins_with(text, redactor->needles[i], length))
            return length;
    }
    return 0;
}

static void hide_needles(const struct redactor *redactor, const char *text, size_t size,
                         struct buffer *out)
{
    bool is_first[256] = {false};
    for (size_t i = 0; i < redactor->count; i++) {
        is_first[tolower((unsigned char)*redactor->needles[i])] = true;
        is_first[toupper((unsigned char)*redactor->needles[i])] = true;
    }
    size_t kept = 0;
    for (size_t at = 0; at < size;) {
        size_t length =
            is_first[(unsigned char)text[at]] ? needle_at(redactor, text + at, size - at) : 0;
        if (length == 0) {
            at++;
            continue;
        }
        buffer_append(out, text + kept, at - kept);
        buffer_append_text(out, "***");
        at += length;
        kept = at;
    }
    buffer_append(out, text + kept, size - kept);
}

static bool ends_url(char c)
{
    return (unsigned char)c <= ' ' || c == '"' || c == '\'' || c == '<' || c == '>' || c == '\\';
}

static void append_url(struct buffer *out, const char *url, size_t size)
{
    static const char slack[] = "hooks.slack.com/";
    char text[URL_MAX], masked[URL_MAX];
    if (size >= sizeof text) {
        buffer_append_text(out, "***");
        return;
    }
    memcpy(text, url, size);
    text[size] = '\0';
    source_mask_spec(text, masked, sizeof masked);
    size_t length = strlen(masked), host = 0, slack_length = sizeof slack - 1;
    while (host + slack_length <= length && !begins_with(masked + host, slack, slack_length))
        host++;
    if (host + slack_length < length)
        buffer_append_format(out, "%.*s***", (int)(host + slack_length), masked);
    else
        buffer_append_text(out, masked);
}

/* Begins with the letters before "://" and ends where no address goes on. */
static void hide_urls(const char *text, size_t size, struct buffer *out)
{
    size_t kept = 0;
    for (size_t at = 0; at + 3 <= size; at++) {
        if (memcmp(text + at, "://", 3) != 0)
            continue;
        size_t start = at, end = at + 3;
        while (start > kept &&
               (isalnum((unsigned char)text[start - 1]) || strchr("+-.", text[start - 1])))
            start--;
        while (end < size && !ends_url(text[end]))
            end++;
        if (start == at)
            continue;
        buffer_append(out, text + kept, start - kept);
        append_url(out, text + start, end - start);
        kept = end;
        at = end - 1;
    }
    buffer_append(out, text + kept, size - kept);
}

bool redactor_append(const struct redactor *redactor, const char *text, size_t size,
                     struct buffer *out, struct error *err)
{
    struct buffer half = {0};
    if (size > 0)
        hide_needles(redactor, text, size, &half);
    bool good = buffer_check(&half, err);
    if (good && half.size > 0)
        hide_urls(half.data, half.size, out);
    buffer_finish(&half);
    return good && buffer_check(out, err);
}

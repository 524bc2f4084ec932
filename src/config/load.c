/* YAML events → values, guided by the rows of schema.h.
 *
 * The reader walks the mappings and keeps the dotted path of where it is; a path that is a row is
 * set, one that is a section is entered, any other is skipped with a warning that names the nearest
 * one known. Skipped parts are read as strictly as the rest (nesting, duplicates), so that what is
 * refused does not depend on what is known. Recursion is bounded by CONFIG_NESTING_MAX. The
 * surprising thing: `camera.index: 1` on one line is the same as `index: 1` in section camera,
 * because our own messages and the command line write it like that.
 */
#include "config/load.h"

#include "base/parse.h"
#include "base/text.h"
#include "config/value.h"
#include "config/yaml_reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __linux__
static const bool on_linux = true;
#else
static const bool on_linux = false;
#endif

struct loader {
    struct yaml_reader yaml;
    struct config *config;
    struct config_warnings warnings;
    int depth;
    char path[CONFIG_NESTING_MAX * (CONFIG_KEY_MAX + 1) + 1];
    char **seen; /* the paths of all keys so far */
    size_t seen_count, seen_capacity;
};

static void warn(struct loader *loader, int line, const char *format, ...) PRINTF_LIKE(3, 4);

static void warn(struct loader *loader, int line, const char *format, ...)
{
    char problem[700], sentence[1024];
    if (!loader->warnings.warn)
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(problem, sizeof problem, format, arguments);
    va_end(arguments);
    snprintf(sentence, sizeof sentence, "%.300s:%d: %s", loader->yaml.file, line, problem);
    loader->warnings.warn(loader->warnings.context, sentence);
}

static int event_line(const struct loader *loader)
{
    return (int)loader->yaml.event.start_mark.line + 1;
}

static bool refuse(struct loader *loader, struct error *err, const char *format, ...)
    PRINTF_LIKE(3, 4);

static bool refuse(struct loader *loader, struct error *err, const char *format, ...)
{
    char problem[ERROR_MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(problem, sizeof problem, format, arguments);
    va_end(arguments);
    error_set(err, ERROR_CONFIG, "%s", problem);
    return yaml_reader_add_place(&loader->yaml, err);
}

/* Names are quoted in messages up to this many bytes. */
#define SHORT "%.100s"

static bool remember_key(struct loader *loader, struct error *err)
{
    for (size_t i = 0; i < loader->seen_count; i++) {
        if (strcmp(loader->seen[i], loader->path) == 0)
            return refuse(loader, err,
                          SHORT " stands here a second time, allowed is once: delete one of them",
                          loader->path);
    }
    if (loader->seen_count == loader->seen_capacity) {
        size_t capacity = loader->seen_capacity ? 2 * loader->seen_capacity : 128;
        char **seen = realloc(loader->seen, capacity * sizeof *seen);
        if (!seen)
            return error_set(err, ERROR_MEMORY, "no memory to read %s", loader->yaml.file);
        loader->seen = seen;
        loader->seen_capacity = capacity;
    }
    char *copy = text_copy(loader->path, strlen(loader->path));
    if (!copy)
        return error_set(err, ERROR_MEMORY, "no memory to read %s", loader->yaml.file);
    loader->seen[loader->seen_count++] = copy;
    return true;
}

/* Appends the key that the last event holds to loader->path. */
static bool enter_key(struct loader *loader, struct error *err)
{
    const yaml_event_t *event = &loader->yaml.event;
    if (event->type != YAML_SCALAR_EVENT)
        return refuse(loader, err, "a list or section where a name belongs, allowed is a name");
    const char *key = (const char *)event->data.scalar.value;
    size_t length = event->data.scalar.length;
    if (length == 0 || length > CONFIG_KEY_MAX)
        return refuse(loader, err, "a name of %zu bytes, allowed are 1 to %d", length,
                      CONFIG_KEY_MAX);
    if (!text_is_plain(key, length))
        return refuse(loader, err, "a name with control characters, allowed is plain text");
    size_t used = strlen(loader->path);
    snprintf(loader->path + used, sizeof loader->path - used, "%s%s", used ? "." : "", key);
    return remember_key(loader, err);
}

static bool enter_nesting(struct loader *loader, struct error *err)
{
    if (++loader->depth > CONFIG_NESTING_MAX)
        return refuse(loader, err, "nested deeper than the allowed %d levels", CONFIG_NESTING_MAX);
    return true;
}

static struct value_text event_text(const yaml_event_t *event)
{
    return (struct value_text){.bytes = (const char *)event->data.scalar.value,
                               .size = event->data.scalar.length,
                               .quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE};
}

static bool is_newer_schema(const struct option_row *row, struct value_text text)
{
    int64_t version;
    return strcmp(row->path, "schema") == 0 && !text.quoted &&
           parse_int(text.bytes, (int64_t)row->max + 1, INT32_MAX, &version);
}

static void warn_about(struct loader *loader, const struct option_row *row, int line)
{
    if (row->flags & SECRET && *value_text_of(loader->config, row))
        warn(loader, line,
             "%s is a secret in a file that is copied and shown around; better in the environment "
             "as %s, or in a file of its own named by %s_file",
             row->path, row->choices, row->path);
    if (on_linux && row->flags & IGNORED_ON_LINUX && !value_is_default(loader->config, row))
        warn(loader, line, "%s is for Windows and ignored here", row->path);
}

static bool set_scalar(struct loader *loader, const struct option_row *row, struct error *err)
{
    const yaml_event_t *event = &loader->yaml.event;
    if (yaml_event_is_null(event))
        return true;
    struct value_text text = event_text(event);
    if (is_newer_schema(row, text))
        return refuse(loader, err,
                      "this file is of layout version %s, written for a newer leakwatch; this one "
                      "reads version %g",
                      text.bytes, row->max);
    if (!value_set(loader->config, row, text, err))
        return yaml_reader_add_place(&loader->yaml, err);
    struct value_origin origin = {ORIGIN_FILE, event_line(loader),
                                  (int)event->start_mark.column + 1};
    value_set_origin(loader->config, row, origin);
    warn_about(loader, row, origin.line);
    return true;
}

static void free_texts(struct value_text *texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free((char *)(uintptr_t)texts[i].bytes);
    free(texts);
}

/* Collects the scalars of a sequence whose start was the last event. */
static bool read_texts(struct loader *loader, const struct option_row *row,
                       struct value_text *texts, size_t *count, struct error *err)
{
    for (;;) {
        if (!yaml_reader_next(&loader->yaml, err))
            return false;
        const yaml_event_t *event = &loader->yaml.event;
        if (event->type == YAML_SEQUENCE_END_EVENT)
            return true;
        if (event->type != YAML_SCALAR_EVENT || (double)*count >= row->max) {
            value_refuse(row, event->type == YAML_SCALAR_EVENT ? "a longer list" : "a nested list",
                         err);
            return yaml_reader_add_place(&loader->yaml, err);
        }
        struct value_text text = event_text(event);
        char *copy = text_copy(text.bytes, text.size);
        if (!copy)
            return error_set(err, ERROR_MEMORY, "no memory to read %s", loader->yaml.file);
        texts[(*count)++] = (struct value_text){copy, text.size, text.quoted};
    }
}

static bool set_sequence(struct loader *loader, const struct option_row *row, struct error *err)
{
    struct value_origin origin = {ORIGIN_FILE, event_line(loader),
                                  (int)loader->yaml.event.start_mark.column + 1};
    struct value_text *texts = calloc((size_t)row->max, sizeof *texts);
    if (!texts)
        return error_set(err, ERROR_MEMORY, "no memory to read %s", loader->yaml.file);
    size_t count = 0;
    bool ok = read_texts(loader, row, texts, &count, err);
    if (ok && !value_set_list(loader->config, row, texts, count, err))
        ok = error_add_context(err, "%s:%d:%d", loader->yaml.file, origin.line, origin.column);
    if (ok)
        value_set_origin(loader->config, row, origin);
    free_texts(texts, count);
    return ok;
}

static bool set_row(struct loader *loader, const struct option_row *row, struct error *err)
{
    yaml_event_type_t type = loader->yaml.event.type;
    if (type == YAML_SCALAR_EVENT)
        return set_scalar(loader, row, err);
    if (type == YAML_SEQUENCE_START_EVENT && row->type == OPTION_LIST)
        return set_sequence(loader, row, err);
    value_refuse(row, type == YAML_SEQUENCE_START_EVENT ? "a list" : "a section", err);
    return yaml_reader_add_place(&loader->yaml, err);
}

static bool read_mapping(struct loader *loader, bool known, struct error *err);

/* A value below an unknown key: checked for nesting and duplicates, otherwise ignored. */
static bool skip_value(struct loader *loader, struct error *err)
{
    yaml_event_type_t type = loader->yaml.event.type;
    if (type == YAML_MAPPING_START_EVENT)
        return read_mapping(loader, false, err);
    if (type != YAML_SEQUENCE_START_EVENT)
        return true;
    if (!enter_nesting(loader, err))
        return false;
    size_t used = strlen(loader->path);
    for (size_t i = 0;; i++) {
        if (!yaml_reader_next(&loader->yaml, err))
            return false;
        if (loader->yaml.event.type == YAML_SEQUENCE_END_EVENT)
            break;
        /* Every entry has its own names: the same key in two entries is no duplicate. */
        snprintf(loader->path + used, sizeof loader->path - used, "[%zu]", i);
        if (!skip_value(loader, err))
            return false;
        loader->path[used] = '\0';
    }
    loader->depth--;
    return true;
}

static bool read_section(struct loader *loader, struct error *err)
{
    if (loader->yaml.event.type == YAML_MAPPING_START_EVENT)
        return read_mapping(loader, true, err);
    if (yaml_event_is_null(&loader->yaml.event))
        return true;
    const struct option_row *row = option_section_switch(loader->path);
    if (row && loader->yaml.event.type == YAML_SCALAR_EVENT)
        return set_scalar(loader, row, err);
    return refuse(loader, err,
                  SHORT " is a section, allowed are lines `name: value` indented below it",
                  loader->path);
}

static void warn_unknown(struct loader *loader, int line)
{
    char nearest[OPTION_PATH_SIZE];
    if (option_nearest(loader->path, nearest))
        warn(loader, line, "unknown option " SHORT " is ignored; did you mean %s?", loader->path,
             nearest);
    else
        warn(loader, line,
             "unknown option " SHORT " is ignored; `leakwatch config docs` lists the known ones",
             loader->path);
}

/* The mapping whose start was the last event; `known` = it is the root or a section. */
static bool read_mapping(struct loader *loader, bool known, struct error *err)
{
    if (!enter_nesting(loader, err))
        return false;
    size_t used = strlen(loader->path);
    for (;;) {
        if (!yaml_reader_next(&loader->yaml, err))
            return false;
        if (loader->yaml.event.type == YAML_MAPPING_END_EVENT)
            break;
        int line = event_line(loader);
        if (!enter_key(loader, err) || !yaml_reader_next(&loader->yaml, err))
            return false;
        const struct option_row *row = known ? option_find(loader->path) : NULL;
        bool section = known && !row && option_is_section(loader->path);
        if (known && !row && !section)
            warn_unknown(loader, line);
        bool ok = row       ? set_row(loader, row, err)
                  : section ? read_section(loader, err)
                            : skip_value(loader, err);
        if (!ok)
            return false;
        loader->path[used] = '\0';
    }
    loader->depth--;
    return true;
}

static bool read_stream(struct loader *loader, struct error *err)
{
    struct yaml_reader *yaml = &loader->yaml;
    /* Stream start, then document start or, in an empty file, stream end. */
    if (!yaml_reader_next(yaml, err) || !yaml_reader_next(yaml, err))
        return false;
    if (yaml->event.type == YAML_STREAM_END_EVENT) {
        warn(loader, 1, "the file is empty, so every option has its default");
        return true;
    }
    if (!yaml_reader_next(yaml, err))
        return false;
    if (yaml->event.type == YAML_MAPPING_START_EVENT) {
        if (!read_mapping(loader, true, err))
            return false;
    } else if (!yaml_event_is_null(&yaml->event)) {
        return refuse(loader, err, "no configuration, allowed are lines such as `camera:`");
    }
    /* Document end, then stream end. */
    if (!yaml_reader_next(yaml, err) || !yaml_reader_next(yaml, err))
        return false;
    if (yaml->event.type != YAML_STREAM_END_EVENT)
        return refuse(loader, err, "a second document begins here, allowed is one: delete `---`");
    return true;
}

bool load_yaml(struct config *config, const void *data, size_t size,
               struct config_warnings warnings, struct error *err)
{
    struct loader *loader = calloc(1, sizeof *loader);
    if (!loader)
        return error_set(err, ERROR_MEMORY, "no memory to read %s", config->origin->file);
    loader->config = config;
    loader->warnings = warnings;
    bool ok = yaml_reader_init(&loader->yaml, config->origin->file, data, size, err) &&
              read_stream(loader, err);
    for (size_t i = 0; i < loader->seen_count; i++)
        free(loader->seen[i]);
    free(loader->seen);
    yaml_reader_finish(&loader->yaml);
    free(loader);
    return ok;
}

/* config.yaml → events. libyaml keeps the marks that make line and column of every message.
 *
 * The text is checked to be UTF-8 before libyaml sees it, because libyaml reports encoding errors
 * by byte offset only and would read UTF-16 without saying so. Aliases are refused before anything
 * is expanded, so a "billion laughs" file costs as little as any other.
 */
#include "config/yaml_reader.h"

#include "base/text.h"
#include "config/load.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Line and column, from 1, of a byte. */
static void place_of(const struct yaml_reader *reader, size_t offset, int *ret_line,
                     int *ret_column)
{
    int line = 1, column = 1;
    for (size_t i = 0; i < offset && i < reader->size; i++) {
        unsigned char c = (unsigned char)reader->data[i];
        if (c == '\n') {
            line++;
            column = 1;
        } else if ((c & 0xc0) != 0x80) {
            column++;
        }
    }
    *ret_line = line;
    *ret_column = column;
}

static bool refuse_at(const struct yaml_reader *reader, size_t offset, struct error *err)
{
    int line, column;
    place_of(reader, offset, &line, &column);
    return error_add_context(err, "%s:%d:%d", reader->file, line, column);
}

static bool check_text(const struct yaml_reader *reader, struct error *err)
{
    const unsigned char *data = (const unsigned char *)reader->data;
    if (reader->size >= 2 &&
        ((data[0] == 0xff && data[1] == 0xfe) || (data[0] == 0xfe && data[1] == 0xff)))
        return error_set(err, ERROR_CONFIG,
                         "%s is UTF-16 text, allowed is UTF-8: save it again with that encoding",
                         reader->file);
    for (size_t i = 0; i < reader->size;) {
        uint32_t code = 0;
        size_t length = text_next(data + i, reader->size - i, &code);
        if (length == 0) {
            error_set(err, ERROR_CONFIG,
                      "byte 0x%02x is not UTF-8 text: save the file again as UTF-8", data[i]);
            return refuse_at(reader, i, err);
        }
        if (code == 0x7f || (code < 0x20 && code != '\t' && code != '\n' && code != '\r')) {
            error_set(err, ERROR_CONFIG, "control character 0x%02x, allowed is plain text",
                      data[i]);
            return refuse_at(reader, i, err);
        }
        i += length;
    }
    return true;
}

bool yaml_reader_init(struct yaml_reader *reader, const char *file, const void *data, size_t size,
                      struct error *err)
{
    static const unsigned char byte_order_mark[] = {0xef, 0xbb, 0xbf};
    *reader = (struct yaml_reader){.file = file, .data = data, .size = size};
    if (size > CONFIG_FILE_MAX)
        return error_set(err, ERROR_CONFIG, "%s has %zu bytes, allowed are %d", file, size,
                         CONFIG_FILE_MAX);
    if (size >= 3 && memcmp(data, byte_order_mark, 3) == 0) {
        reader->data += 3;
        reader->size -= 3;
    }
    if (!check_text(reader, err))
        return false;
    if (!yaml_parser_initialize(&reader->parser))
        return error_set(err, ERROR_MEMORY, "no memory to read %s", file);
    reader->parser_ready = true;
    yaml_parser_set_encoding(&reader->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader->parser, (const unsigned char *)reader->data,
                                 reader->size);
    return true;
}

static void drop_event(struct yaml_reader *reader)
{
    if (reader->event_ready)
        yaml_event_delete(&reader->event);
    reader->event_ready = false;
}

void yaml_reader_finish(struct yaml_reader *reader)
{
    drop_event(reader);
    if (reader->parser_ready)
        yaml_parser_delete(&reader->parser);
    *reader = (struct yaml_reader){0};
}

/* The byte at a mark, whose column counts characters; NUL behind the end. */
static char byte_at(const struct yaml_reader *reader, const yaml_mark_t *mark)
{
    size_t line = 0, column = 0;
    for (size_t i = 0; i < reader->size; i++) {
        char c = reader->data[i];
        if (line == mark->line && column == mark->column)
            return c;
        if (c == '\n') {
            line++;
            column = 0;
        } else if (((unsigned char)c & 0xc0) != 0x80) {
            column++;
        }
    }
    return '\0';
}

/* What libyaml's words mean to someone who edits one file a year. */
static const char *remedy_for(const struct yaml_reader *reader, const char *problem)
{
    if (strstr(problem, "escape"))
        return "; write a Windows path with / or in 'single quotes'";
    if (strstr(problem, "cannot start any token")) {
        if (byte_at(reader, &reader->parser.problem_mark) == '\t')
            return "; this is a tab character: indent with spaces";
        return "; put the value into \"quotes\"";
    }
    if (strstr(problem, "mapping values are not allowed") || strstr(problem, "expected ':'"))
        return "; every line is `name: value` with a space after the colon, and indented alike "
               "within a section";
    if (strstr(problem, "did not find expected"))
        return "; look at the indentation and the quotes here and in the line above";
    return "";
}

static bool refuse_syntax(const struct yaml_reader *reader, struct error *err)
{
    const yaml_parser_t *parser = &reader->parser;
    if (parser->error == YAML_MEMORY_ERROR)
        return error_set(err, ERROR_MEMORY, "no memory to read %s", reader->file);
    const char *problem = parser->problem ? parser->problem : "unreadable";
    if (parser->error == YAML_READER_ERROR) {
        error_set(err, ERROR_CONFIG, "not valid YAML: %s", problem);
        return refuse_at(reader, parser->problem_offset, err);
    }
    return error_set(err, ERROR_CONFIG, "%s:%d:%d: not valid YAML: %s%s", reader->file,
                     (int)parser->problem_mark.line + 1, (int)parser->problem_mark.column + 1,
                     problem, remedy_for(reader, problem));
}

bool yaml_reader_add_place(const struct yaml_reader *reader, struct error *err)
{
    const yaml_mark_t *mark = &reader->event.start_mark;
    return error_add_context(err, "%s:%d:%d", reader->file, (int)mark->line + 1,
                             (int)mark->column + 1);
}

/* Does the event bring an anchor (&name), an alias (*name) or a tag (!!type)? */
static const char *needless_feature(const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_ALIAS_EVENT:
        return "an alias (*name)";
    case YAML_SCALAR_EVENT:
        return event->data.scalar.anchor ? "an anchor (&name)"
               : event->data.scalar.tag  ? "a tag (!name)"
                                         : NULL;
    case YAML_MAPPING_START_EVENT:
        return event->data.mapping_start.anchor ? "an anchor (&name)"
               : event->data.mapping_start.tag  ? "a tag (!name)"
                                                : NULL;
    case YAML_SEQUENCE_START_EVENT:
        return event->data.sequence_start.anchor ? "an anchor (&name)"
               : event->data.sequence_start.tag  ? "a tag (!name)"
                                                 : NULL;
    default:
        return NULL;
    }
}

bool yaml_reader_next(struct yaml_reader *reader, struct error *err)
{
    drop_event(reader);
    if (!yaml_parser_parse(&reader->parser, &reader->event))
        return refuse_syntax(reader, err);
    reader->event_ready = true;
    if (++reader->event_count > CONFIG_EVENTS_MAX) {
        error_set(err, ERROR_CONFIG, "too many entries, allowed are %d", CONFIG_EVENTS_MAX);
        return yaml_reader_add_place(reader, err);
    }
    const char *feature = needless_feature(&reader->event);
    if (feature) {
        error_set(err, ERROR_CONFIG,
                  "%s is not used in this file; write the value out, or in \"quotes\"", feature);
        return yaml_reader_add_place(reader, err);
    }
    return true;
}

bool yaml_event_is_null(const yaml_event_t *event)
{
    if (event->type != YAML_SCALAR_EVENT || event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
        return false;
    const char *text = (const char *)event->data.scalar.value;
    static const char *const words[] = {"", "~", "null", "Null", "NULL"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(text, words[i]) == 0)
            return true;
    }
    return false;
}

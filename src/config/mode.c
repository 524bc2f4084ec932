/* The mode file: one word that people write with whatever editor they have.
 *
 * Notepad, PowerShell's `>` and `echo` leave byte-order marks, UTF-16, CRLF and spaces around it;
 * all of these mean the word. Anything else is an error that quotes it: what to do then (keep the
 * last mode, record it, alert) is the monitor's business, never a silent OFF.
 */
#include "config/project.h"

#include "base/parse.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { MODE_FILE_MAX = 4096, SHOWN_MAX = 40 };

static const char *const mode_names[] = {
    [MODE_OFF] = "OFF", [MODE_CAPTURE] = "CAPTURE", [MODE_MONITOR] = "MONITOR"};
enum { MODE_COUNT = sizeof mode_names / sizeof mode_names[0] };

const char *mode_name(enum mode mode)
{
    return mode_names[mode];
}

enum encoding { ENCODING_BYTES, ENCODING_UTF16_LE, ENCODING_UTF16_BE };

/* A mark decides; without one, the zero half of an ASCII character gives UTF-16 away. */
static enum encoding detect(const unsigned char *bytes, size_t size, size_t *ret_skip)
{
    *ret_skip = 0;
    if (size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
        *ret_skip = 3;
        return ENCODING_BYTES;
    }
    if (size < 2)
        return ENCODING_BYTES;
    bool little_mark = bytes[0] == 0xff && bytes[1] == 0xfe;
    bool big_mark = bytes[0] == 0xfe && bytes[1] == 0xff;
    *ret_skip = little_mark || big_mark ? 2 : 0;
    if (little_mark || (bytes[0] != 0 && bytes[1] == 0))
        return ENCODING_UTF16_LE;
    if (big_mark || (bytes[0] == 0 && bytes[1] != 0))
        return ENCODING_UTF16_BE;
    return ENCODING_BYTES;
}

/* Character `index` behind the mark; what is no ASCII becomes DEL, which no mode contains. */
static char character_at(const unsigned char *bytes, enum encoding encoding, size_t index)
{
    unsigned code;
    if (encoding == ENCODING_BYTES)
        code = bytes[index];
    else if (encoding == ENCODING_UTF16_LE)
        code = bytes[2 * index] | (unsigned)bytes[2 * index + 1] << 8;
    else
        code = bytes[2 * index + 1] | (unsigned)bytes[2 * index] << 8;
    return code < 0x7f ? (char)code : 0x7f;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool refuse(const unsigned char *bytes, size_t size, struct error *err)
{
    char shown[4 * SHOWN_MAX + 1] = "";
    size_t used = 0;
    for (size_t i = 0; i < size && i < SHOWN_MAX; i++) {
        bool plain = bytes[i] >= 0x20 && bytes[i] < 0x7f && bytes[i] != '"' && bytes[i] != '\\';
        used +=
            (size_t)snprintf(shown + used, sizeof shown - used, plain ? "%c" : "\\x%02x", bytes[i]);
    }
    return error_set(err, ERROR_CONFIG,
                     "the mode is \"%s\"%s, allowed is one word: CAPTURE, MONITOR or OFF", shown,
                     size > SHOWN_MAX ? "…" : "");
}

bool mode_parse(const void *data, size_t size, enum mode *ret_mode, struct error *err)
{
    const unsigned char *bytes = data;
    size_t skip;
    enum encoding encoding = detect(bytes, size, &skip);
    size_t width = encoding == ENCODING_BYTES ? 1 : 2;
    size_t count = (size - skip) / width, first = 0;
    if ((size - skip) % width != 0)
        return refuse(bytes, size, err);
    while (first < count && is_blank(character_at(bytes + skip, encoding, first)))
        first++;
    while (count > first && is_blank(character_at(bytes + skip, encoding, count - 1)))
        count--;
    char word[16];
    if (count - first >= sizeof word)
        return refuse(bytes, size, err);
    for (size_t i = first; i < count; i++)
        word[i - first] = character_at(bytes + skip, encoding, i);
    word[count - first] = '\0';
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        /* The length too: a NUL inside would end the word early. */
        if (count - first == strlen(mode_names[mode]) &&
            parse_equal_ignoring_case(word, mode_names[mode])) {
            *ret_mode = (enum mode)mode;
            return true;
        }
    }
    return refuse(bytes, size, err);
}

bool mode_read(const char *path, enum mode *ret_mode, struct error *err)
{
    struct buffer contents = {0};
    bool ok = file_read(path, MODE_FILE_MAX, &contents, err);
    if (!ok && err && err->code != ERROR_MEMORY)
        err->code = err->code == ERROR_FORMAT ? ERROR_CONFIG : ERROR_INPUT;
    if (ok && !mode_parse(buffer_text(&contents), contents.size, ret_mode, err))
        ok = error_add_context(err, "%s", path);
    buffer_finish(&contents);
    return ok;
}

bool mode_write(const char *path, enum mode mode, struct error *err)
{
    char line[16];
    int length = snprintf(line, sizeof line, "%s\n", mode_name(mode));
    return file_replace(path, line, (size_t)length, false, err);
}

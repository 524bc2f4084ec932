/* The mode file from hostile bytes. Promised: a mode or an error, never both; the error is one line
 * of plain ASCII but for "…"; what is accepted is one of three words; nothing beyond the bytes is
 * read. */
#include "config/project.h"
#include "fuzz.h"

#include <assert.h>
#include <string.h>

static const struct {
    const char *bytes;
    size_t size;
} seed_table[] = {
#define SEED(text)                                                                                 \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }
    SEED("MONITOR\n"),
    SEED(" capture\r\n"),
    SEED("\xef\xbb\xbfOFF"),
    SEED("\xff\xfeO\0F\0F\0\r\0\n\0"),
    SEED("\xfe\xff\0M\0O\0N\0I\0T\0O\0R"),
    SEED("m\0o\0n\0i\0t\0o\0r\0"),
    SEED("\0O\0F\0F"),
    SEED(""),
#undef SEED
};

bool fuzz_seed(size_t index, struct buffer *out)
{
    if (index >= sizeof seed_table / sizeof seed_table[0])
        return false;
    buffer_append(out, seed_table[index].bytes, seed_table[index].size);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err = {0};
    enum mode mode = (enum mode)99;
    if (mode_parse(data, size, &mode, &err)) {
        assert(mode == MODE_OFF || mode == MODE_CAPTURE || mode == MODE_MONITOR);
        assert(size >= strlen(mode_name(mode)));
        assert(err.code == ERROR_NONE);
        return 0;
    }
    assert((int)mode == 99 && err.code == ERROR_CONFIG);
    const char *ellipsis = strstr(err.message, "…");
    for (const char *c = err.message; *c; c++) {
        bool in_ellipsis = ellipsis && c >= ellipsis && c < ellipsis + strlen("…");
        assert(in_ellipsis || (*c >= 0x20 && *c < 0x7f));
    }
    return 0;
}

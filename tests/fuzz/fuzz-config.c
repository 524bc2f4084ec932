/* config.yaml from hostile bytes. Promised: refused with a place and on one line, or loaded; then
 * every value is in its range, and what `init` would write of it loads back to the same values. */
#include "base/text.h"
#include "config/load.h"
#include "config/options.h"
#include "config/value.h"
#include "fuzz.h"

#include <assert.h>
#include <string.h>

static const char *const other_seeds[] = {
    "",
    "schema: 1\ncamera.index: 3\n",
    "monitor: {save_reconstruction: no, save_context: {enabled: yes, pre_frames: 3}}\n",
    "notify:\n  email:\n    to_addrs:\n      - anna@lab.example\n      - 'Bo'\n",
    "? camera\n: index: 1\n---\nroi: ~\n",
    "a: &x [1, 2]\nb: *x\nc: !!str d\n",
    "%YAML 1.1\n---\npaths: {model_dir: \"C:\\\\m\\u00f6\\x41\\n\"}\n",
    "paths:\n  logs_dir: |\n    text\n    >\n",
    "unknown: [{a: 1}, {b: [2, [3, [4]]]}]\ncamera: {source: 'rtsp://a:b@c/d'}\n",
};

bool fuzz_seed(size_t index, struct buffer *out)
{
    enum { OTHER_COUNT = sizeof other_seeds / sizeof other_seeds[0] };
    if (index < OTHER_COUNT) {
        buffer_append_text(out, other_seeds[index]);
        return true;
    }
    if (index > OTHER_COUNT)
        return false;
    struct config *config = config_default(NULL);
    bool ok = config && config_write_yaml(config, false, out, NULL);
    config_destroy(config);
    return ok;
}

static void check_warning(void *context, const char *sentence)
{
    (void)context;
    assert(strchr(sentence, '\n') == NULL);
}

/* Loads into a fresh configuration; NULL when refused. */
static struct config *load(const void *data, size_t size)
{
    struct error err = {0};
    struct config *config = config_default(&err);
    assert(config);
    if (load_yaml(config, data, size, (struct config_warnings){check_warning, NULL}, &err))
        return config;
    assert(err.code == ERROR_CONFIG);
    assert(strncmp(err.message, "config/config.yaml", 18) == 0 && !strchr(err.message, '\n'));
    config_destroy(config);
    return NULL;
}

static void check_values(const struct config *config)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = &option_rows[i];
        const char *member = (const char *)config + row->offset;
        if (row->type == OPTION_INT)
            assert(*(const int *)member >= row->min && *(const int *)member <= row->max);
        if (row->type == OPTION_REAL)
            assert(*(const double *)member >= row->min && *(const double *)member <= row->max);
        if (row->type == OPTION_TEXT) {
            const char *text = value_text_of(config, row);
            assert((double)strlen(text) <= row->max && text_is_plain(text, strlen(text)));
        }
    }
}

static void check_round_trip(const struct config *config)
{
    struct buffer json = {0}, yaml = {0}, json_again = {0};
    assert(config_write_json(config, &json, NULL));
    /* What is hidden cannot come back. */
    if (!strstr(buffer_text(&json), "***")) {
        assert(config_write_yaml(config, false, &yaml, NULL));
        struct config *again = load(buffer_text(&yaml), yaml.size);
        assert(again && config_write_json(again, &json_again, NULL));
        assert(strcmp(buffer_text(&json), buffer_text(&json_again)) == 0);
        config_destroy(again);
    }
    buffer_finish(&json);
    buffer_finish(&yaml);
    buffer_finish(&json_again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct config *config = load(data, size);
    if (config) {
        check_values(config);
        check_round_trip(config);
    }
    config_destroy(config);
    return 0;
}

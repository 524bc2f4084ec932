/* Digests for taking up earlier work.
 *
 * Each part goes into the digest with its length in front, so that no two different lists of parts
 * run together into the same bytes.
 */
#include "evaluate/sequence_key.h"

#include "frame/image.h"
#include "platform/folder.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_VERSION = 1, NAMES_MOST = 2 * CASE_FRAMES_MOST, MODEL_FILE_MOST = 1 << 30 };

static void add_bytes(struct sha256 *sha, const void *data, size_t size)
{
    char length[24];
    const int digits = snprintf(length, sizeof length, "%zu:", size);
    sha256_update(sha, length, (size_t)digits);
    if (size > 0)
        sha256_update(sha, data, size);
}

static void add_text(struct sha256 *sha, const char *text)
{
    add_bytes(sha, text, strlen(text));
}

static void begin(struct sha256 *sha, const char *what)
{
    char version[24];
    snprintf(version, sizeof version, "%d", KEY_VERSION);
    sha256_init(sha);
    add_text(sha, what);
    add_text(sha, version);
}

/* A link counts as what it leads to. */
static bool add_file_mark(struct sha256 *sha, const char *folder, const char *name,
                          struct error *err)
{
    char path[PATH_SIZE], real[PATH_SIZE], mark[32];
    const char *slash = strrchr(name, '/');
    struct file_extent extent;
    if (!path_join(path, sizeof path, folder, name, err) ||
        !path_absolute(path, real, sizeof real, err) || !file_measure(real, &extent, err))
        return false;
    snprintf(mark, sizeof mark, "%lld", (long long)extent.written_utc_ms);
    add_text(sha, slash ? slash + 1 : name);
    add_text(sha, mark);
    return true;
}

static bool add_pictures(struct sha256 *sha, const char *folder, struct error *err)
{
    struct name_list names;
    bool good = folder_list(folder, NAMES_MOST, &names, err);
    for (size_t i = 0; good && i < names.count; i++)
        if (image_has_known_name(names.names[i]))
            good = add_file_mark(sha, folder, names.names[i], err);
    name_list_finish(&names);
    return good;
}

static bool add_contents(struct sha256 *sha, const char *folder, const char *name,
                         struct error *err)
{
    char path[PATH_SIZE];
    struct buffer contents = {0};
    const bool good = path_join(path, sizeof path, folder, name, err) &&
                      file_read(path, MODEL_FILE_MOST, &contents, err);
    if (good)
        add_bytes(sha, contents.data, contents.size);
    buffer_finish(&contents);
    return good;
}

/* The sections that decide what is learned, seen and alarmed. */
static bool add_config(struct sha256 *sha, const struct config *config, struct error *err)
{
    static const char *const sections[] = {"roi",     "image",           "training", "threshold",
                                           "scoring", "heatmap_trigger", "detector", "monitor"};
    struct buffer text = {0};
    json_t *all = NULL;
    bool good = config_write_json(config, &text, err);
    if (good) {
        all = json_loadb(buffer_text(&text), text.size, 0, NULL);
        good = all || error_set(err, ERROR_MEMORY, "no memory to compare configurations");
    }
    for (size_t i = 0; good && i < sizeof sections / sizeof sections[0]; i++) {
        char *section =
            json_dumps(json_object_get(all, sections[i]), JSON_COMPACT | JSON_ENCODE_ANY);
        good = section || error_set(err, ERROR_MEMORY, "no memory to compare configurations");
        if (good)
            add_text(sha, section);
        free(section);
    }
    json_decref(all);
    buffer_finish(&text);
    return good;
}

bool learning_key(const char *normal_folder, const struct config *config,
                  const struct detector_kind *kind, char ret_key[SHA256_TEXT_SIZE],
                  struct error *err)
{
    struct sha256 sha;
    begin(&sha, "learning");
    add_text(&sha, kind->name);
    if (!add_config(&sha, config, err) || !add_pictures(&sha, normal_folder, err))
        return false;
    sha256_finish_hex(&sha, ret_key);
    return true;
}

bool model_key(const char *model_folder, const struct detector_kind *kind,
               char ret_key[SHA256_TEXT_SIZE], struct error *err)
{
    struct sha256 sha;
    begin(&sha, "model");
    add_text(&sha, kind->name);
    for (size_t i = 0; kind->files[i]; i++)
        if (!add_contents(&sha, model_folder, kind->files[i], err))
            return false;
    sha256_finish_hex(&sha, ret_key);
    return true;
}

bool sequence_key(const struct sequence_set *set, const struct sequence *sequence,
                  const struct config *config, const char *model, char ret_key[SHA256_TEXT_SIZE],
                  struct error *err)
{
    struct sha256 sha;
    bool there = false;
    char masks[PATH_SIZE];
    begin(&sha, "sequence");
    add_text(&sha, model);
    if (!add_config(&sha, config, err) ||
        !add_contents(&sha, sequence->folder, CASE_FILE_NAME, err))
        return false;
    for (size_t i = 0; i < sequence->frames.count; i++)
        if (!add_file_mark(&sha, sequence->folder, sequence->frames.names[i], err))
            return false;
    for (size_t i = 0; i < sequence->frames.count; i++) {
        if (!sequence_mask_find(set, sequence, i, masks, &there, err))
            return false;
        if (there && !add_file_mark(&sha, "", masks, err))
            return false;
    }
    sha256_finish_hex(&sha, ret_key);
    return true;
}

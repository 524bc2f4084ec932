/* scene.bin from hostile bytes, with a digest that fits them. Promised: refused with ERROR_FORMAT
 * on one line, or loaded; then every number is one that a detector can divide by, and saved again
 * the file is the same to the byte. */
#include "fuzz.h"
#include "platform/file.h"
#include "score/scene_file.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DIGEST_SIZE = 64, FILE_MOST = 1 << 24 };

static char folder[64], path[96];

static void remove_folder(void)
{
    unlink(path);
    rmdir(folder);
}

static void make_folder(void)
{
    struct error err;
    if (folder[0])
        return;
    snprintf(folder, sizeof folder, "/tmp/leakwatch-fuzz-scene-%ld", (long)getpid());
    snprintf(path, sizeof path, "%s/%s", folder, SCENE_FILE_NAME);
    const bool made = folder_create(folder, true, &err);
    assert(made);
    atexit(remove_folder);
}

static void read_whole(struct buffer *out)
{
    struct error err;
    const bool good = file_read(path, FILE_MOST, out, &err);
    assert(good);
}

/* Without its digest, which every input gets anew. */
static void append_example(int width, int height, struct buffer *out)
{
    struct error err;
    struct scene_normal *normal = scene_normal_create(width, height, &err);
    assert(normal);
    const size_t plane = scene_pixels(normal->size);
    for (size_t i = 0; i < MAP_COUNT * plane; i++)
        normal->spread[i] = 0.01f;
    for (int map = 0; map < MAP_COUNT; map++)
        normal->threshold[map] = 5.0f;
    const bool saved = scene_file_save(folder, normal, &err);
    assert(saved);
    scene_normal_destroy(normal);
    read_whole(out);
    out->size -= DIGEST_SIZE;
    out->data[out->size] = '\0';
}

bool fuzz_seed(size_t index, struct buffer *out)
{
    make_folder();
    if (index == 0)
        append_example(16, 16, out);
    else if (index == 1)
        append_example(23, 17, out);
    else if (index == 2)
        buffer_append_text(out, "LWSCENE1");
    else
        return false;
    return true;
}

static bool all_above(const float *values, size_t count, float least)
{
    for (size_t i = 0; i < count; i++)
        if (!isfinite(values[i]) || values[i] < least)
            return false;
    return true;
}

static void check_loaded(const struct scene_normal *normal, const struct buffer *contents)
{
    struct error err;
    struct buffer again = {0};
    const size_t plane = scene_pixels(normal->size);
    assert(normal->size.width >= 16 && normal->size.height >= 16 && normal->size.reduction >= 1);
    assert(all_above(normal->mean, CHANNEL_COUNT * plane, -100.0f));
    assert(all_above(normal->spread, MAP_COUNT * plane, 1e-6f));
    assert(all_above(normal->threshold, MAP_COUNT, 1e-3f));
    assert(all_above(normal->calm, MAP_COUNT, 0.0f));
    const bool saved = scene_file_save(folder, normal, &err);
    assert(saved);
    read_whole(&again);
    assert(again.size == contents->size && memcmp(again.data, contents->data, again.size) == 0);
    buffer_finish(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buffer contents = {0};
    struct sha256 sha;
    char digest[SHA256_TEXT_SIZE], loaded_digest[SHA256_TEXT_SIZE];
    struct error err = {0};
    make_folder();
    sha256_init(&sha);
    sha256_update(&sha, data, size);
    sha256_finish_hex(&sha, digest);
    buffer_append(&contents, (const char *)data, size);
    buffer_append(&contents, digest, DIGEST_SIZE);
    const bool written = file_replace(path, contents.data, contents.size, false, &err);
    assert(written);
    struct scene_normal *normal = scene_file_load(folder, loaded_digest, &err);
    if (normal)
        check_loaded(normal, &contents);
    else
        assert(err.code == ERROR_FORMAT && err.message[0] && !strchr(err.message, '\n'));
    scene_normal_destroy(normal);
    buffer_finish(&contents);
    return 0;
}

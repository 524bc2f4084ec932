/* scene.bin: written as it lies in memory of any machine that we build for, read with suspicion.
 *
 * The sizes in the head decide how long the file must be before anything is allocated from them.
 */
#include "score/scene_file.h"

#include "frame/image.h"
#include "platform/file.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define MAGIC "LWSCENE1"

enum { MAGIC_SIZE = 8, INT_COUNT = 6, REAL_COUNT = 4 + 2 * MAP_COUNT, DIGEST_SIZE = 64 };
enum { HEAD_SIZE = MAGIC_SIZE + 4 * INT_COUNT + 4 * REAL_COUNT };
enum { FILE_MOST = 256 << 20 };

static_assert(sizeof(float) == 4, "the file holds IEEE 754 singles");

static void put_reals(struct buffer *out, const float *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &values[i], 4);
        const uint8_t bytes[4] = {(uint8_t)bits, (uint8_t)(bits >> 8), (uint8_t)(bits >> 16),
                                  (uint8_t)(bits >> 24)};
        buffer_append(out, bytes, 4);
    }
}

static void put_int(struct buffer *out, int value)
{
    const uint32_t bits = (uint32_t)value;
    const uint8_t bytes[4] = {(uint8_t)bits, (uint8_t)(bits >> 8), (uint8_t)(bits >> 16),
                              (uint8_t)(bits >> 24)};
    buffer_append(out, bytes, 4);
}

static uint32_t word_at(const char *data)
{
    const unsigned char *at = (const unsigned char *)data;
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static void take_reals(const char **data, float *ret_values, size_t count)
{
    for (size_t i = 0; i < count; i++, *data += 4) {
        const uint32_t bits = word_at(*data);
        memcpy(&ret_values[i], &bits, 4);
    }
}

static int take_int(const char **data)
{
    const uint32_t bits = word_at(*data);
    *data += 4;
    return bits <= INT32_MAX ? (int)bits : -1;
}

static void digest_of(const void *data, size_t size, char ret_text[SHA256_TEXT_SIZE])
{
    struct sha256 sha;
    sha256_init(&sha);
    sha256_update(&sha, data, size);
    sha256_finish_hex(&sha, ret_text);
}

static void put_head(struct buffer *out, const struct scene_normal *normal)
{
    buffer_append(out, MAGIC, MAGIC_SIZE);
    put_int(out, normal->picture_width);
    put_int(out, normal->picture_height);
    put_int(out, normal->size.width);
    put_int(out, normal->size.height);
    put_int(out, normal->size.reduction);
    put_int(out, normal->noiseless);
    const float reals[4] = {normal->likeness, normal->sharpness_low, normal->brightness_low,
                            normal->brightness_high};
    put_reals(out, reals, 4);
    put_reals(out, normal->calm, MAP_COUNT);
    put_reals(out, normal->threshold, MAP_COUNT);
}

bool scene_file_save(const char *folder, const struct scene_normal *normal, struct error *err)
{
    const size_t plane = scene_pixels(normal->size);
    char path[PATH_SIZE], digest[SHA256_TEXT_SIZE];
    struct buffer contents = {0};
    put_head(&contents, normal);
    put_reals(&contents, normal->mean, CHANNEL_COUNT * plane);
    put_reals(&contents, normal->spread, MAP_COUNT * plane);
    digest_of(contents.data, contents.size, digest);
    buffer_append(&contents, digest, DIGEST_SIZE);
    const bool good = buffer_check(&contents, err) && folder_create(folder, false, err) &&
                      path_join(path, sizeof path, folder, SCENE_FILE_NAME, err) &&
                      file_replace(path, contents.data, contents.size, false, err);
    buffer_finish(&contents);
    return good;
}

static bool all_between(const float *values, size_t count, float low, float high)
{
    for (size_t i = 0; i < count; i++)
        if (!(values[i] >= low && values[i] <= high))
            return false;
    return true;
}

/* Sizes that scene_size_of would give, and a file that is as long as they say. */
static bool fits(const struct scene_size size, int picture_width, int picture_height,
                 size_t file_size)
{
    if (picture_width < 16 || picture_height < 16 || picture_width > IMAGE_SIDE_MAX ||
        picture_height > IMAGE_SIDE_MAX)
        return false;
    const struct scene_size expected = scene_size_of(picture_width, picture_height);
    return size.width == expected.width && size.height == expected.height &&
           size.reduction == expected.reduction &&
           file_size ==
               HEAD_SIZE + 4 * (CHANNEL_COUNT + MAP_COUNT) * scene_pixels(size) + DIGEST_SIZE;
}

static bool take_normal(const char *data, struct scene_normal *normal)
{
    const size_t plane = scene_pixels(normal->size);
    float reals[4];
    take_reals(&data, reals, 4);
    normal->likeness = reals[0];
    normal->sharpness_low = reals[1];
    normal->brightness_low = reals[2];
    normal->brightness_high = reals[3];
    take_reals(&data, normal->calm, MAP_COUNT);
    take_reals(&data, normal->threshold, MAP_COUNT);
    take_reals(&data, normal->mean, CHANNEL_COUNT * plane);
    take_reals(&data, normal->spread, MAP_COUNT * plane);
    return all_between(reals, 4, -1.0f, 2.0f) && all_between(normal->calm, MAP_COUNT, 0.0f, 1e6f) &&
           all_between(normal->threshold, MAP_COUNT, 1e-3f, 1e6f) &&
           all_between(normal->mean, CHANNEL_COUNT * plane, -20.0f, 20.0f) &&
           all_between(normal->spread, MAP_COUNT * plane, 1e-6f, 100.0f);
}

static struct scene_normal *parse(const struct buffer *contents, char ret_digest[SHA256_TEXT_SIZE],
                                  struct error *err)
{
    char digest[SHA256_TEXT_SIZE];
    if (contents->size < HEAD_SIZE + DIGEST_SIZE ||
        memcmp(contents->data, MAGIC, MAGIC_SIZE) != 0) {
        error_set(err, ERROR_FORMAT, "this is no scene that leakwatch learned; train again");
        return NULL;
    }
    const size_t body = contents->size - DIGEST_SIZE;
    digest_of(contents->data, body, digest);
    const char *at = contents->data + MAGIC_SIZE;
    const int picture_width = take_int(&at), picture_height = take_int(&at);
    struct scene_size size;
    size.width = take_int(&at);
    size.height = take_int(&at);
    size.reduction = take_int(&at);
    const int noiseless = take_int(&at);
    if (memcmp(contents->data + body, digest, DIGEST_SIZE) != 0 ||
        !fits(size, picture_width, picture_height, contents->size) || noiseless < 0 ||
        noiseless > 1) {
        error_set(err, ERROR_FORMAT, "the learned scene is damaged; train again");
        return NULL;
    }
    struct scene_normal *normal = scene_normal_create(picture_width, picture_height, err);
    if (!normal)
        return NULL;
    normal->noiseless = noiseless == 1;
    if (!take_normal(at, normal)) {
        scene_normal_destroy(normal);
        error_set(err, ERROR_FORMAT, "the learned scene holds impossible numbers; train again");
        return NULL;
    }
    memcpy(ret_digest, digest, SHA256_TEXT_SIZE);
    return normal;
}

struct scene_normal *scene_file_load(const char *folder, char ret_digest[SHA256_TEXT_SIZE],
                                     struct error *err)
{
    char path[PATH_SIZE];
    struct buffer contents = {0};
    if (!path_join(path, sizeof path, folder, SCENE_FILE_NAME, err))
        return NULL;
    if (file_is_missing(path)) {
        error_set(err, ERROR_INPUT, "there is no learned scene in %s; run `leakwatch train` first",
                  folder);
        return NULL;
    }
    struct scene_normal *normal = NULL;
    if (file_read(path, FILE_MOST, &contents, err))
        normal = parse(&contents, ret_digest, err);
    if (!normal)
        error_add_context(err, "%s", path);
    buffer_finish(&contents);
    return normal;
}

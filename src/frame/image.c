/* Still pictures: reads the file, tells JPEG from PNG by its first bytes (names lie), hands it to
 * the codec, and names the file in whatever goes wrong. Used for training images, folder sources,
 * evidence and reports; frames of cameras and videos are decoded in camera/.
 *
 * Invariant: nothing is allocated for pixels before image_check_size has agreed to the size that
 * the header claims.
 */
#include "frame/image.h"

#include "base/parse.h"
#include "frame/image_codec.h"
#include "platform/file.h"

#include <stdlib.h>
#include <string.h>

enum image_kind { KIND_UNKNOWN, KIND_JPEG, KIND_PNG };

void image_finish(struct image *image)
{
    free(image->rgb);
    *image = (struct image){0};
}

bool image_check_size(int64_t width, int64_t height, struct error *err)
{
    if (width < 2 || height < 2)
        return error_set(err, ERROR_FORMAT,
                         "the picture is only %lldx%lld px, the smallest usable one is 2x2",
                         (long long)width, (long long)height);
    if (width > IMAGE_SIDE_MAX || height > IMAGE_SIDE_MAX || width * height > IMAGE_PIXELS_MAX)
        return error_set(err, ERROR_FORMAT,
                         "the picture claims to be %lldx%lld px, more than %d px a side or "
                         "%d megapixels; scale it down",
                         (long long)width, (long long)height, IMAGE_SIDE_MAX,
                         IMAGE_PIXELS_MAX / 1000000);
    return true;
}

uint8_t *image_allocate(int width, int height, struct error *err)
{
    uint8_t *rgb = malloc((size_t)width * (size_t)height * 3);
    if (!rgb)
        error_set(err, ERROR_MEMORY, "no memory for a picture of %dx%d px", width, height);
    return rgb;
}

static enum image_kind kind_of(const void *data, size_t size)
{
    static const uint8_t jpeg_start[] = {0xff, 0xd8, 0xff};
    static const uint8_t png_start[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    if (size >= sizeof jpeg_start && memcmp(data, jpeg_start, sizeof jpeg_start) == 0)
        return KIND_JPEG;
    if (size >= sizeof png_start && memcmp(data, png_start, sizeof png_start) == 0)
        return KIND_PNG;
    return KIND_UNKNOWN;
}

static bool set_unknown_kind(size_t size, struct error *err)
{
    if (size == 0)
        return error_set(err, ERROR_FORMAT, "the file is empty");
    return error_set(err, ERROR_FORMAT, "neither a JPEG nor a PNG picture");
}

static bool decode_jpeg(const void *data, size_t size, struct image *ret_image, struct error *err)
{
    struct image_header header;
    if (!jpeg_decode_header(data, size, &header, err))
        return false;
    uint8_t *rgb = image_allocate(header.width, header.height, err);
    if (!rgb)
        return false;
    if (!jpeg_decode_pixels(data, size, &header, rgb, err)) {
        free(rgb);
        return false;
    }
    *ret_image = (struct image){header.width, header.height, header.is_grey, rgb};
    return true;
}

bool image_decode(const void *data, size_t size, struct image *ret_image, struct error *err)
{
    switch (kind_of(data, size)) {
    case KIND_JPEG:
        return decode_jpeg(data, size, ret_image, err);
    case KIND_PNG:
        return png_decode(data, size, ret_image, err);
    case KIND_UNKNOWN:
        break;
    }
    return set_unknown_kind(size, err);
}

bool image_decode_jpeg_to(const void *data, size_t size, int width, int height, uint8_t *ret_rgb,
                          struct error *err)
{
    struct image_header header;
    if (kind_of(data, size) != KIND_JPEG)
        return set_unknown_kind(size, err);
    if (!jpeg_decode_header(data, size, &header, err))
        return false;
    if (header.width != width || header.height != height)
        return error_set(err, ERROR_FORMAT, "the picture is %dx%d px instead of %dx%d",
                         header.width, header.height, width, height);
    return jpeg_decode_pixels(data, size, &header, ret_rgb, err);
}

bool image_decode_header(const void *data, size_t size, struct image_header *ret_header,
                         struct error *err)
{
    switch (kind_of(data, size)) {
    case KIND_JPEG:
        return jpeg_decode_header(data, size, ret_header, err);
    case KIND_PNG:
        return png_decode_header(data, size, ret_header, err);
    case KIND_UNKNOWN:
        break;
    }
    return set_unknown_kind(size, err);
}

bool image_read(const char *path, struct image *ret_image, struct error *err)
{
    struct buffer file = {0};
    bool read = file_read(path, IMAGE_FILE_MAX, &file, err);
    bool decoded = read && image_decode(file.data, file.size, ret_image, err);
    buffer_finish(&file);
    if (read && !decoded)
        error_add_context(err, "%s", path);
    return decoded;
}

bool image_read_header(const char *path, struct image_header *ret_header, struct error *err)
{
    struct buffer file = {0};
    bool read = file_read(path, IMAGE_FILE_MAX, &file, err);
    bool decoded = read && image_decode_header(file.data, file.size, ret_header, err);
    buffer_finish(&file);
    if (read && !decoded)
        error_add_context(err, "%s", path);
    return decoded;
}

bool image_has_known_name(const char *name)
{
    static const char *const endings[] = {".jpg", ".jpeg", ".png"};
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        size_t ending_length = strlen(endings[i]);
        if (length > ending_length &&
            parse_equal_ignoring_case(name + length - ending_length, endings[i]))
            return true;
    }
    return false;
}

bool image_write_jpeg(const char *path, const uint8_t *rgb, int width, int height, int quality,
                      struct error *err)
{
    struct buffer jpeg = {0};
    bool done = image_encode_jpeg(rgb, width, height, quality, &jpeg, err) &&
                file_replace(path, jpeg.data, jpeg.size, true, err);
    buffer_finish(&jpeg);
    return done;
}

bool image_write_png(const char *path, const uint8_t *rgb, int width, int height, struct error *err)
{
    struct buffer png = {0};
    bool done = image_encode_png(rgb, width, height, &png, err) &&
                file_replace(path, png.data, png.size, true, err);
    buffer_finish(&png);
    return done;
}

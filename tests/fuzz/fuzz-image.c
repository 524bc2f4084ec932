/* Pictures from hostile bytes. Promised: a whole picture within the limits of image.h, every byte
 * of it written, or ERROR_FORMAT with a reason and nothing handed out; the header alone never
 * promises another size than the picture then has, and never refuses what the decoder accepts. */
#include "frame/image.h"
#include "fuzz.h"

#include <assert.h>
#include <stdlib.h>

enum { WIDTH = 40, HEIGHT = 24 };

static void paint(uint8_t rgb[WIDTH * HEIGHT * 3])
{
    for (int i = 0; i < WIDTH * HEIGHT * 3; i++)
        rgb[i] = (uint8_t)(i * 7 + i / WIDTH);
}

bool fuzz_seed(size_t index, struct buffer *out)
{
    uint8_t rgb[WIDTH * HEIGHT * 3];
    paint(rgb);
    switch (index) {
    case 0:
        return image_encode_jpeg(rgb, WIDTH, HEIGHT, 80, out, NULL); /* 4:2:0 */
    case 1:
        return image_encode_jpeg(rgb, WIDTH, HEIGHT, 95, out, NULL); /* 4:4:4 */
    case 2:
        return image_encode_png(rgb, WIDTH, HEIGHT, out, NULL);
    case 3:
        return image_encode_png(rgb, 2, 2, out, NULL);
    case 4:
        buffer_append(out, "\xff\xd8\xff", 3);
        return true;
    case 5:
        buffer_append(out, "\x89PNG\r\n\x1a\n", 8);
        return true;
    default:
        return false;
    }
}

static void check_accepted(const struct image *image)
{
    assert(image->width >= 2 && image->width <= IMAGE_SIDE_MAX);
    assert(image->height >= 2 && image->height <= IMAGE_SIDE_MAX);
    assert((int64_t)image->width * image->height <= IMAGE_PIXELS_MAX);
    const size_t size = (size_t)image->width * (size_t)image->height * 3;
    volatile uint8_t sum = 0; /* so that a sanitizer sees every byte read */
    for (size_t i = 0; i < size; i++)
        sum = (uint8_t)(sum + image->rgb[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err = {0}, header_err = {0};
    struct image image = {-1, -1, false, NULL};
    struct image_header header = {-1, -1, false};
    const bool has_header = image_decode_header(data, size, &header, &header_err);
    if (!image_decode(data, size, &image, &err)) {
        assert(err.code == ERROR_FORMAT && err.message[0]);
        assert(image.width == -1 && !image.rgb);
        assert(has_header || (header_err.code == ERROR_FORMAT && header.width == -1));
        return 0;
    }
    assert(has_header && header.width == image.width && header.height == image.height);
    assert(header.is_grey == image.was_grey);
    check_accepted(&image);
    uint8_t *rgb = malloc((size_t)image.width * (size_t)image.height * 3);
    if (rgb && data[0] == 0xff)
        assert(image_decode_jpeg_to(data, size, image.width, image.height, rgb, &err));
    free(rgb);
    image_finish(&image);
    return 0;
}

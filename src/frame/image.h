/* Still pictures from and to disk: JPEG and PNG, read with suspicion, written whole.
 *
 * Shapes: 8-bit RGB interleaved, packed rows. Grey pictures are read as RGB with `was_grey` set.
 * Ownership: image_finish frees the pixels and takes a zeroed struct. Any thread.
 * Errors: ERROR_FORMAT with the reason for a truncated, empty, CMYK, 16-bit, damaged or unknown
 * file, one below 2x2 or above IMAGE_SIDE_MAX x IMAGE_SIDE_MAX or IMAGE_PIXELS_MAX pixels (looked
 * up before anything is allocated), and one whose file is above IMAGE_FILE_MAX bytes. A JPEG that
 * ends early is an error, not a half-grey picture. Transparent parts of a PNG are read as lying on
 * black. JPEG or PNG is decided by the contents, never by the name.
 */
#ifndef FRAME_IMAGE_H
#define FRAME_IMAGE_H

#include "base/buffer.h"
#include "base/error.h"

#include <stdint.h>

#define IMAGE_SIDE_MAX 16384
#define IMAGE_PIXELS_MAX 50000000
#define IMAGE_FILE_MAX (64u << 20)

struct image {
    int width, height; /* px */
    bool was_grey;
    uint8_t *rgb;
};

void image_finish(struct image *image);

MUST_CHECK bool image_read(const char *path, struct image *ret_image, struct error *err);
MUST_CHECK bool image_decode(const void *data, size_t size, struct image *ret_image,
                             struct error *err);

/* A JPEG straight into memory of the caller's (a frame's pixels): ERROR_FORMAT when it is not
 * exactly width x height. After a failure the pixels are undefined. */
MUST_CHECK bool image_decode_jpeg_to(const void *data, size_t size, int width, int height,
                                     uint8_t *ret_rgb, struct error *err);

/* Width, height and kind from the header alone, with all the checks above. */
struct image_header {
    int width, height;
    bool is_grey;
};
MUST_CHECK bool image_read_header(const char *path, struct image_header *ret_header,
                                  struct error *err);
MUST_CHECK bool image_decode_header(const void *data, size_t size, struct image_header *ret_header,
                                    struct error *err);

/* Is this a name the reader would try? .jpg .jpeg .png, any case. */
bool image_has_known_name(const char *name);

/* Writes by file_replace, mode 0600 (pictures may show people). quality 1..100; 4:4:4 from 90 up,
 * else 4:2:0. */
MUST_CHECK bool image_write_jpeg(const char *path, const uint8_t *rgb, int width, int height,
                                 int quality, struct error *err);
MUST_CHECK bool image_encode_jpeg(const uint8_t *rgb, int width, int height, int quality,
                                  struct buffer *ret_jpeg, struct error *err);
MUST_CHECK bool image_write_png(const char *path, const uint8_t *rgb, int width, int height,
                                struct error *err);
/* Both encoders append to the buffer. */
MUST_CHECK bool image_encode_png(const uint8_t *rgb, int width, int height, struct buffer *ret_png,
                                 struct error *err);

#endif

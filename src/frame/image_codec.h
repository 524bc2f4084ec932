/* What image.c and the two codecs behind it (image_jpeg.c, image_png.c) share. Private to frame/.
 *
 * Each decoder gets the whole file in memory, checks the size that the header claims by
 * image_check_size before it allocates, and fills `ret_image` only when every pixel is sound.
 */
#ifndef FRAME_IMAGE_CODEC_H
#define FRAME_IMAGE_CODEC_H

#include "frame/image.h"

/* ERROR_FORMAT for a side or an area outside of what image.h promises. */
MUST_CHECK bool image_check_size(int64_t width, int64_t height, struct error *err);

/* Packed RGB of a size that was checked; NULL with ERROR_MEMORY. */
uint8_t *image_allocate(int width, int height, struct error *err);

MUST_CHECK bool jpeg_decode_header(const void *data, size_t size, struct image_header *ret_header,
                                   struct error *err);
/* `rgb` has room for the size that the header gave. */
MUST_CHECK bool jpeg_decode_pixels(const void *data, size_t size, const struct image_header *header,
                                   uint8_t *rgb, struct error *err);

MUST_CHECK bool png_decode_header(const void *data, size_t size, struct image_header *ret_header,
                                  struct error *err);
MUST_CHECK bool png_decode(const void *data, size_t size, struct image *ret_image,
                           struct error *err);

#endif

/* JPEG behind image.c, through libjpeg-turbo's TurboJPEG interface.
 *
 * The library repairs what it can and calls that a warning: a file cut in half becomes a picture
 * with a grey lower half. For us that is a broken picture, so warnings stop the decoder
 * (TJFLAG_STOPONWARNING). TJFLAG_LIMITSCANS bounds the time that a progressive file with thousands
 * of scans may take. Both transforms are the accurate ones, so that a picture has the same pixels
 * on every machine with the same library. Orientation tags are not followed: a camera on a stand
 * writes none.
 */
#include "frame/image_codec.h"

#include <assert.h>
#include <turbojpeg.h>

enum { FULL_CHROMA_FROM_QUALITY = 90 };

static bool set_jpeg_error(tjhandle handle, struct error *err)
{
    return error_set(err, ERROR_FORMAT, "damaged JPEG: %s", tjGetErrorStr2(handle));
}

static bool read_header(tjhandle handle, const void *data, size_t size,
                        struct image_header *ret_header, struct error *err)
{
    int width = 0, height = 0, subsampling = 0, color_space = 0;
    if (tjDecompressHeader3(handle, data, size, &width, &height, &subsampling, &color_space) != 0)
        return set_jpeg_error(handle, err);
    if (width == 0 || height == 0)
        return error_set(err, ERROR_FORMAT, "damaged JPEG: there is no picture in it");
    if (color_space == TJCS_CMYK || color_space == TJCS_YCCK)
        return error_set(err, ERROR_FORMAT,
                         "a JPEG in CMYK colours, made for printing; convert it to RGB");
    if (!image_check_size(width, height, err))
        return false;
    *ret_header = (struct image_header){width, height, color_space == TJCS_GRAY};
    return true;
}

bool jpeg_decode_header(const void *data, size_t size, struct image_header *ret_header,
                        struct error *err)
{
    tjhandle handle = tjInitDecompress();
    if (!handle)
        return error_set(err, ERROR_MEMORY, "no memory for the JPEG decoder");
    bool done = read_header(handle, data, size, ret_header, err);
    tjDestroy(handle);
    return done;
}

bool jpeg_decode_pixels(const void *data, size_t size, const struct image_header *header,
                        uint8_t *rgb, struct error *err)
{
    tjhandle handle = tjInitDecompress();
    if (!handle)
        return error_set(err, ERROR_MEMORY, "no memory for the JPEG decoder");
    const int flags = TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS | TJFLAG_ACCURATEDCT;
    bool done = tjDecompress2(handle, data, size, rgb, header->width, 0, header->height, TJPF_RGB,
                              flags) == 0;
    if (!done)
        set_jpeg_error(handle, err);
    tjDestroy(handle);
    return done;
}

bool image_encode_jpeg(const uint8_t *rgb, int width, int height, int quality,
                       struct buffer *ret_jpeg, struct error *err)
{
    assert(width > 0 && height > 0 && quality >= 1 && quality <= 100);
    tjhandle handle = tjInitCompress();
    if (!handle)
        return error_set(err, ERROR_MEMORY, "no memory for the JPEG encoder");
    const int subsampling = quality >= FULL_CHROMA_FROM_QUALITY ? TJSAMP_444 : TJSAMP_420;
    unsigned char *jpeg = NULL;
    unsigned long size = 0;
    bool done = tjCompress2(handle, rgb, width, 0, height, TJPF_RGB, &jpeg, &size, subsampling,
                            quality, TJFLAG_ACCURATEDCT) == 0;
    if (done) {
        buffer_append(ret_jpeg, jpeg, size);
        done = buffer_check(ret_jpeg, err);
    } else {
        error_set(err, ERROR_INTERNAL, "cannot encode %dx%d px as JPEG: %s", width, height,
                  tjGetErrorStr2(handle));
    }
    tjFree(jpeg);
    tjDestroy(handle);
    return done;
}

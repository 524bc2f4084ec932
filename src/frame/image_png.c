/* PNG behind image.c, through libpng's classic interface.
 *
 * Transparency is composited on black: cameras write none, so it only has to be defined. Palettes
 * and 1-, 2- and 4-bit samples become 8-bit RGB, interlaced files are read whole, 16-bit files are
 * refused. The surprising thing: libpng reports errors by longjmp, so each function with a setjmp
 * keeps no local variable that changes after it; what must survive stands in struct png_reader or
 * struct png_writer, which its caller owns.
 */
#include "frame/image_codec.h"

#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_CHUNK_SIZE_MAX = 1 << 20 }; /* comments, colour profiles: inflated size each */

struct png_reader {
    png_structp png;
    png_infop info;
    const uint8_t *data;
    size_t size;
    size_t offset;
    char reason[128];
};

struct png_writer {
    png_structp png;
    png_infop info;
    struct buffer *output;
    char reason[128];
};

static void on_error(png_structp png, png_const_charp message)
{
    char *reason = png_get_error_ptr(png);
    snprintf(reason, 128, "%s", message);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

static void read_bytes(png_structp png, png_bytep bytes, size_t count)
{
    struct png_reader *reader = png_get_io_ptr(png);
    if (count > reader->size - reader->offset)
        png_error(png, "the file ends early");
    memcpy(bytes, reader->data + reader->offset, count);
    reader->offset += count;
}

static void reader_finish(struct png_reader *reader)
{
    png_destroy_read_struct(&reader->png, &reader->info, NULL);
}

static bool reader_init(struct png_reader *reader, const void *data, size_t size, struct error *err)
{
    *reader = (struct png_reader){.data = data, .size = size};
    reader->png =
        png_create_read_struct(PNG_LIBPNG_VER_STRING, reader->reason, on_error, on_warning);
    if (reader->png)
        reader->info = png_create_info_struct(reader->png);
    if (!reader->info) {
        reader_finish(reader);
        return error_set(err, ERROR_MEMORY, "no memory for the PNG decoder");
    }
    png_set_read_fn(reader->png, reader, read_bytes);
    /* The size is checked by image_check_size, whose words a chemist understands. */
    png_set_user_limits(reader->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_chunk_malloc_max(reader->png, TEXT_CHUNK_SIZE_MAX);
    return true;
}

static bool set_png_error(const struct png_reader *reader, struct error *err)
{
    return error_set(err, ERROR_FORMAT, "damaged PNG: %s", reader->reason);
}

static bool read_info(struct png_reader *reader)
{
    if (setjmp(png_jmpbuf(reader->png)))
        return false;
    png_read_info(reader->png, reader->info);
    return true;
}

static bool read_header(struct png_reader *reader, struct image_header *ret_header,
                        struct error *err)
{
    if (!read_info(reader))
        return set_png_error(reader, err);
    if (png_get_bit_depth(reader->png, reader->info) > 8)
        return error_set(err, ERROR_FORMAT, "a PNG with 16 bits per channel; convert it to 8 bits");
    const png_uint_32 width = png_get_image_width(reader->png, reader->info);
    const png_uint_32 height = png_get_image_height(reader->png, reader->info);
    if (!image_check_size(width, height, err))
        return false;
    const bool has_color = png_get_color_type(reader->png, reader->info) & PNG_COLOR_MASK_COLOR;
    *ret_header = (struct image_header){(int)width, (int)height, !has_color};
    return true;
}

static bool read_pixels(struct png_reader *reader, png_bytep *rows, size_t row_size)
{
    if (setjmp(png_jmpbuf(reader->png)))
        return false;
    static const png_color_16 black = {0};
    png_set_expand(reader->png);
    png_set_gray_to_rgb(reader->png);
    png_set_background(reader->png, &black, PNG_BACKGROUND_GAMMA_SCREEN, 0, 1.0);
    png_set_interlace_handling(reader->png);
    png_read_update_info(reader->png, reader->info);
    if (png_get_rowbytes(reader->png, reader->info) != row_size)
        png_error(reader->png, "rows of an unexpected size");
    png_read_image(reader->png, rows);
    png_read_end(reader->png, NULL);
    return true;
}

static bool decode_pixels(struct png_reader *reader, const struct image_header *header,
                          uint8_t *rgb, struct error *err)
{
    const size_t row_size = (size_t)header->width * 3;
    png_bytep *rows = malloc((size_t)header->height * sizeof *rows);
    if (!rows)
        return error_set(err, ERROR_MEMORY, "no memory for the rows of a PNG");
    for (int y = 0; y < header->height; y++)
        rows[y] = rgb + (size_t)y * row_size;
    bool done = read_pixels(reader, rows, row_size);
    if (!done)
        set_png_error(reader, err);
    free(rows);
    return done;
}

bool png_decode_header(const void *data, size_t size, struct image_header *ret_header,
                       struct error *err)
{
    struct png_reader reader;
    if (!reader_init(&reader, data, size, err))
        return false;
    bool done = read_header(&reader, ret_header, err);
    reader_finish(&reader);
    return done;
}

bool png_decode(const void *data, size_t size, struct image *ret_image, struct error *err)
{
    struct png_reader reader;
    struct image_header header = {0};
    uint8_t *rgb = NULL;
    if (!reader_init(&reader, data, size, err))
        return false;
    bool done = read_header(&reader, &header, err) &&
                (rgb = image_allocate(header.width, header.height, err)) &&
                decode_pixels(&reader, &header, rgb, err);
    reader_finish(&reader);
    if (done)
        *ret_image = (struct image){header.width, header.height, header.is_grey, rgb};
    else
        free(rgb);
    return done;
}

static void write_bytes(png_structp png, png_bytep bytes, size_t count)
{
    struct png_writer *writer = png_get_io_ptr(png);
    buffer_append(writer->output, bytes, count);
}

static void flush_nothing(png_structp png)
{
    (void)png;
}

static bool write_rows(struct png_writer *writer, const uint8_t *rgb, int width, int height)
{
    if (setjmp(png_jmpbuf(writer->png)))
        return false;
    png_set_write_fn(writer->png, writer, write_bytes, flush_nothing);
    png_set_IHDR(writer->png, writer->info, (png_uint_32)width, (png_uint_32)height, 8,
                 PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    png_write_info(writer->png, writer->info);
    for (int y = 0; y < height; y++)
        png_write_row(writer->png, rgb + (size_t)y * (size_t)width * 3);
    png_write_end(writer->png, writer->info);
    return true;
}

bool image_encode_png(const uint8_t *rgb, int width, int height, struct buffer *ret_png,
                      struct error *err)
{
    struct png_writer writer = {.output = ret_png};
    writer.png =
        png_create_write_struct(PNG_LIBPNG_VER_STRING, writer.reason, on_error, on_warning);
    if (writer.png)
        writer.info = png_create_info_struct(writer.png);
    bool done;
    if (!writer.info)
        done = error_set(err, ERROR_MEMORY, "no memory for the PNG encoder");
    else if (!write_rows(&writer, rgb, width, height))
        done = error_set(err, ERROR_INTERNAL, "cannot encode %dx%d px as PNG: %s", width, height,
                         writer.reason);
    else
        done = buffer_check(ret_png, err);
    png_destroy_write_struct(&writer.png, &writer.info);
    return done;
}

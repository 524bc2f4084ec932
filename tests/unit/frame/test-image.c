/* Reading and writing pictures: round trips, and every kind of bad file that image.h names. The
 * hostile files are made here, from sound ones, by libpng and TurboJPEG or byte by byte.
 */
#include "check.h"

#include "base/rng.h"
#include "frame/image.h"
#include "platform/file.h"

#include <png.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <turbojpeg.h>
#include <unistd.h>

enum { WIDTH = 48, HEIGHT = 32 };

static char folder[] = "/tmp/test-image-XXXXXX";

/* A smooth picture with an edge: survives JPEG well, and no two rows are alike. */
static void paint(uint8_t *rgb)
{
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            uint8_t *pixel = rgb + 3 * ((size_t)y * WIDTH + (size_t)x);
            pixel[0] = (uint8_t)(40 + 3 * x);
            pixel[1] = (uint8_t)(20 + 6 * y);
            pixel[2] = x < WIDTH / 2 ? 60 : 180;
        }
}

static struct buffer sound_jpeg(void)
{
    uint8_t rgb[WIDTH * HEIGHT * 3];
    struct buffer jpeg = {0};
    paint(rgb);
    if (!image_encode_jpeg(rgb, WIDTH, HEIGHT, 95, &jpeg, NULL))
        buffer_clear(&jpeg);
    return jpeg;
}

static struct buffer sound_png(void)
{
    uint8_t rgb[WIDTH * HEIGHT * 3];
    struct buffer png = {0};
    paint(rgb);
    if (!image_encode_png(rgb, WIDTH, HEIGHT, &png, NULL))
        buffer_clear(&png);
    return png;
}

struct png_kind {
    int width, height;
    int bit_depth, color_type;
    bool interlaced;
    bool transparent_key; /* a tRNS chunk: sample 0 (or palette entry 0) is transparent */
};

static void append_png(png_structp png, png_bytep bytes, size_t count)
{
    buffer_append(png_get_io_ptr(png), bytes, count);
}

static void flush_nothing(png_structp png)
{
    (void)png;
}

/* A PNG of any kind, each byte of its rows counting up from 0. */
static struct buffer make_png(struct png_kind kind)
{
    struct buffer output = {0};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    if (setjmp(png_jmpbuf(png))) {
        png_destroy_write_struct(&png, &info);
        return output;
    }
    png_set_write_fn(png, &output, append_png, flush_nothing);
    png_set_IHDR(png, info, (png_uint_32)kind.width, (png_uint_32)kind.height, kind.bit_depth,
                 kind.color_type, kind.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (kind.color_type == PNG_COLOR_TYPE_PALETTE) {
        static const png_color palette[4] = {{200, 0, 0}, {0, 100, 0}, {0, 0, 50}, {9, 8, 7}};
        png_set_PLTE(png, info, palette, 4);
    }
    if (kind.transparent_key) {
        static const png_byte alphas[1] = {0};
        static const png_color_16 key = {0};
        png_set_tRNS(png, info, alphas, 1, &key);
    }
    png_write_info(png, info);
    const int passes = png_set_interlace_handling(png);
    uint8_t row[256 * 8];
    for (int pass = 0; pass < passes; pass++)
        for (int y = 0; y < kind.height; y++) {
            for (size_t i = 0; i < sizeof row; i++)
                row[i] = (uint8_t)(i + (size_t)y * 16);
            png_write_row(png, row);
        }
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    return output;
}

static const uint8_t *pixel_of(const struct image *image, int x, int y)
{
    return image->rgb + 3 * ((size_t)y * (size_t)image->width + (size_t)x);
}

/* Decodes, expects ERROR_FORMAT with `reason`, and that nothing was handed out. */
static bool is_refused(const void *data, size_t size, const char *reason)
{
    struct image image = {-1, -1, true, NULL};
    struct error err = {0};
    if (image_decode(data, size, &image, &err)) {
        printf("was accepted\n");
        image_finish(&image);
        return false;
    }
    if (err.code != ERROR_FORMAT || !strstr(err.message, reason))
        printf("code %d, message \"%s\"\n", err.code, err.message);
    return err.code == ERROR_FORMAT && strstr(err.message, reason) && image.width == -1 &&
           !image.rgb;
}

static int largest_difference(const uint8_t *a, const uint8_t *b, size_t size)
{
    int largest = 0;
    for (size_t i = 0; i < size; i++)
        largest = abs(a[i] - b[i]) > largest ? abs(a[i] - b[i]) : largest;
    return largest;
}

TEST(png_is_lossless_on_disk)
{
    uint8_t rgb[WIDTH * HEIGHT * 3];
    char path[256];
    struct error err = {0};
    struct image image = {0};
    struct stat status;
    paint(rgb);
    snprintf(path, sizeof path, "%s/lossless.png", folder);
    CHECK(image_write_png(path, rgb, WIDTH, HEIGHT, &err));
    CHECK(stat(path, &status) == 0);
    CHECK_INT(status.st_mode & 0777, 0600);
    CHECK(image_read(path, &image, &err));
    CHECK_INT(image.width, WIDTH);
    CHECK_INT(image.height, HEIGHT);
    CHECK(!image.was_grey);
    const int difference = largest_difference(rgb, image.rgb, sizeof rgb);
    image_finish(&image);
    CHECK_INT(difference, 0);
    CHECK(!image.rgb);
}

TEST(jpeg_is_close_on_disk)
{
    uint8_t rgb[WIDTH * HEIGHT * 3];
    char path[256];
    struct error err = {0};
    struct image image = {0};
    struct image_header header = {0};
    paint(rgb);
    snprintf(path, sizeof path, "%s/close.jpg", folder);
    CHECK(image_write_jpeg(path, rgb, WIDTH, HEIGHT, 95, &err));
    CHECK(image_read_header(path, &header, &err));
    CHECK_INT(header.width, WIDTH);
    CHECK_INT(header.height, HEIGHT);
    CHECK(!header.is_grey);
    CHECK(image_read(path, &image, &err));
    const int difference = largest_difference(rgb, image.rgb, sizeof rgb);
    image_finish(&image);
    CHECK(difference <= 12);
}

TEST(chroma_is_whole_from_quality_90_up)
{
    uint8_t rgb[WIDTH * HEIGHT * 3];
    paint(rgb);
    for (int quality = 89; quality <= 90; quality++) {
        struct buffer jpeg = {0};
        int width, height, subsampling = -1, color_space;
        CHECK(image_encode_jpeg(rgb, WIDTH, HEIGHT, quality, &jpeg, NULL));
        tjhandle handle = tjInitDecompress();
        tjDecompressHeader3(handle, (uint8_t *)jpeg.data, jpeg.size, &width, &height, &subsampling,
                            &color_space);
        tjDestroy(handle);
        buffer_finish(&jpeg);
        CHECK_INT(subsampling, quality == 90 ? TJSAMP_444 : TJSAMP_420);
    }
}

TEST(jpeg_is_decoded_into_given_memory)
{
    uint8_t rgb[WIDTH * HEIGHT * 3];
    struct image image = {0};
    struct error err = {0};
    struct buffer jpeg = sound_jpeg();
    CHECK(image_decode(jpeg.data, jpeg.size, &image, &err));
    CHECK(image_decode_jpeg_to(jpeg.data, jpeg.size, WIDTH, HEIGHT, rgb, &err));
    CHECK(memcmp(rgb, image.rgb, sizeof rgb) == 0);
    image_finish(&image);
    CHECK(!image_decode_jpeg_to(jpeg.data, jpeg.size, HEIGHT, WIDTH, rgb, &err));
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "48x32 px instead of 32x48");
    CHECK(!image_decode_jpeg_to(jpeg.data, jpeg.size / 2, WIDTH, HEIGHT, rgb, &err));
    CHECK(!image_decode_jpeg_to("", 0, WIDTH, HEIGHT, rgb, &err));
    CHECK_CONTAINS(err.message, "empty");
    buffer_finish(&jpeg);
}

TEST(grey_pictures_become_rgb)
{
    uint8_t grey[WIDTH * HEIGHT];
    unsigned char *jpeg = NULL;
    unsigned long size = 0;
    struct image image = {0};
    struct error err = {0};
    memset(grey, 77, sizeof grey);
    tjhandle handle = tjInitCompress();
    const int status =
        tjCompress2(handle, grey, WIDTH, 0, HEIGHT, TJPF_GRAY, &jpeg, &size, TJSAMP_GRAY, 90, 0);
    tjDestroy(handle);
    CHECK_INT(status, 0);
    CHECK(image_decode(jpeg, size, &image, &err));
    tjFree(jpeg);
    CHECK(image.was_grey);
    const uint8_t *last = pixel_of(&image, WIDTH - 1, HEIGHT - 1);
    CHECK(last[0] == 77 && last[1] == 77 && last[2] == 77);
    image_finish(&image);

    struct buffer png =
        make_png((struct png_kind){16, 4, .bit_depth = 8, .color_type = PNG_COLOR_TYPE_GRAY});
    CHECK(image_decode(png.data, png.size, &image, &err));
    buffer_finish(&png);
    CHECK(image.was_grey);
    CHECK(pixel_of(&image, 5, 1)[0] == 16 + 5 && pixel_of(&image, 5, 1)[2] == 16 + 5);
    image_finish(&image);
}

TEST(small_samples_palettes_and_interlacing_are_read)
{
    struct image image = {0};
    struct error err = {0};
    struct buffer bits =
        make_png((struct png_kind){16, 4, .bit_depth = 1, .color_type = PNG_COLOR_TYPE_GRAY});
    CHECK(image_decode(bits.data, bits.size, &image, &err));
    buffer_finish(&bits);
    CHECK_INT(pixel_of(&image, 15, 0)[0], 255); /* the second byte of the row is 0000 0001 */
    CHECK_INT(pixel_of(&image, 14, 0)[0], 0);
    image_finish(&image);

    struct buffer palette =
        make_png((struct png_kind){8, 4, .bit_depth = 2, .color_type = PNG_COLOR_TYPE_PALETTE});
    CHECK(image_decode(palette.data, palette.size, &image, &err));
    buffer_finish(&palette);
    CHECK(!image.was_grey);
    CHECK_INT(image.rgb[0], 200);
    CHECK_INT(pixel_of(&image, 7, 0)[1], 100); /* 0000 0001: the last sample is entry 1 */
    image_finish(&image);

    struct png_kind kind = {64, 9, .bit_depth = 8, .color_type = PNG_COLOR_TYPE_RGB};
    struct image interlaced = {0};
    struct buffer plain_png = make_png(kind);
    kind.interlaced = true;
    struct buffer interlaced_png = make_png(kind);
    CHECK(image_decode(plain_png.data, plain_png.size, &image, &err));
    CHECK(image_decode(interlaced_png.data, interlaced_png.size, &interlaced, &err));
    buffer_finish(&plain_png);
    buffer_finish(&interlaced_png);
    const bool same = memcmp(image.rgb, interlaced.rgb, (size_t)64 * 9 * 3) == 0;
    image_finish(&image);
    image_finish(&interlaced);
    CHECK(same);
}

TEST(transparency_lies_on_black)
{
    struct image image = {0};
    struct error err = {0};
    struct buffer alpha =
        make_png((struct png_kind){8, 2, .bit_depth = 8, .color_type = PNG_COLOR_TYPE_RGB_ALPHA});
    CHECK(image_decode(alpha.data, alpha.size, &image, &err));
    buffer_finish(&alpha);
    /* Pixel 1 is 4 5 6 with alpha 7/255; pixel 7 of row 1 is 44 45 46 with alpha 47/255. */
    CHECK_INT(pixel_of(&image, 1, 0)[0], 0);
    CHECK_NEAR(pixel_of(&image, 7, 1)[0], 44 * 47 / 255.0, 1.0);
    image_finish(&image);

    struct buffer key = make_png((struct png_kind){
        8, 2, .bit_depth = 2, .color_type = PNG_COLOR_TYPE_PALETTE, .transparent_key = true});
    CHECK(image_decode(key.data, key.size, &image, &err));
    buffer_finish(&key);
    CHECK_INT(image.rgb[0], 0); /* palette entry 0 is red, but transparent */
    CHECK_INT(pixel_of(&image, 7, 0)[1], 100);
    image_finish(&image);

    struct buffer grey =
        make_png((struct png_kind){8, 2, .bit_depth = 8, .color_type = PNG_COLOR_TYPE_GRAY_ALPHA});
    CHECK(image_decode(grey.data, grey.size, &image, &err));
    buffer_finish(&grey);
    CHECK(image.was_grey);
    CHECK_NEAR(pixel_of(&image, 7, 1)[0], 30 * 31 / 255.0, 1.0);
    image_finish(&image);
}

TEST(empty_and_foreign_files_are_refused)
{
    CHECK(is_refused("", 0, "the file is empty"));
    CHECK(is_refused(NULL, 0, "the file is empty"));
    CHECK(is_refused("\xff\xd8", 2, "neither a JPEG nor a PNG"));
    CHECK(is_refused("GIF89a trailing bytes", 21, "neither a JPEG nor a PNG"));
    CHECK(is_refused("\xff\xd8\xff\xe0", 4, "damaged JPEG"));
    CHECK(is_refused("\x89PNG\r\n\x1a\n", 8, "damaged PNG: the file ends early"));
}

TEST(jpeg_cut_anywhere_is_refused)
{
    struct buffer jpeg = sound_jpeg();
    CHECK(jpeg.size > 200);
    for (size_t size = 0; size < jpeg.size; size++)
        CHECK(is_refused(jpeg.data, size, ""));
    struct image image = {0};
    CHECK(image_decode(jpeg.data, jpeg.size, &image, NULL));
    image_finish(&image);
    buffer_finish(&jpeg);
}

TEST(png_cut_anywhere_is_refused)
{
    struct buffer png = sound_png();
    CHECK(png.size > 100);
    for (size_t size = 0; size < png.size; size++)
        CHECK(is_refused(png.data, size, ""));
    buffer_finish(&png);
}

TEST(flipped_bits_never_crash_and_pngs_notice_them)
{
    struct rng rng = rng_seeded(11, 0);
    for (int round = 0; round < 400; round++) {
        struct image image = {0};
        struct buffer jpeg = sound_jpeg();
        for (int i = 0; i < 3; i++)
            jpeg.data[rng_below(&rng, (uint32_t)jpeg.size)] ^= (char)(1u << rng_below(&rng, 8));
        if (image_decode(jpeg.data, jpeg.size, &image, NULL))
            image_finish(&image); /* changed pixels cannot be told from a changed scene */
        buffer_finish(&jpeg);
        struct buffer png = sound_png();
        png.data[8 + rng_below(&rng, (uint32_t)png.size - 8)] ^= (char)(1u << rng_below(&rng, 8));
        const bool refused = is_refused(png.data, png.size, "");
        buffer_finish(&png);
        CHECK(refused);
    }
}

TEST(cmyk_jpegs_are_refused)
{
    uint8_t cmyk[WIDTH * HEIGHT * 4];
    unsigned char *jpeg = NULL;
    unsigned long size = 0;
    memset(cmyk, 100, sizeof cmyk);
    tjhandle handle = tjInitCompress();
    const int status =
        tjCompress2(handle, cmyk, WIDTH, 0, HEIGHT, TJPF_CMYK, &jpeg, &size, TJSAMP_444, 90, 0);
    tjDestroy(handle);
    CHECK_INT(status, 0);
    const bool refused = is_refused(jpeg, size, "CMYK");
    /* The transform flag of the Adobe marker tells YCCK (2), as written here, from CMYK (0). */
    bool refused_as_cmyk = false;
    for (unsigned long i = 0; i + 12 < size; i++)
        if (memcmp(jpeg + i, "Adobe", 5) == 0) {
            jpeg[i + 11] = 0;
            refused_as_cmyk = is_refused(jpeg, size, "CMYK");
        }
    tjFree(jpeg);
    CHECK(refused);
    CHECK(refused_as_cmyk);
}

TEST(pngs_with_16_bits_are_refused)
{
    static const int color_types[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_RGB,
                                      PNG_COLOR_TYPE_RGB_ALPHA};
    for (int i = 0; i < 3; i++) {
        struct buffer png =
            make_png((struct png_kind){16, 4, .bit_depth = 16, .color_type = color_types[i]});
        CHECK(png.size > 0);
        CHECK(is_refused(png.data, png.size, "16 bits"));
        buffer_finish(&png);
    }
}

TEST(pictures_of_one_pixel_are_refused)
{
    static const int sizes[][2] = {{1, 1}, {1, 40}, {40, 1}};
    uint8_t rgb[40 * 3] = {0};
    for (int i = 0; i < 3; i++) {
        const int width = sizes[i][0], height = sizes[i][1];
        struct buffer jpeg = {0}, png = {0};
        CHECK(image_encode_jpeg(rgb, width, height, 90, &jpeg, NULL));
        CHECK(image_encode_png(rgb, width, height, &png, NULL));
        CHECK(is_refused(jpeg.data, jpeg.size, "the smallest usable one is 2x2"));
        CHECK(is_refused(png.data, png.size, "the smallest usable one is 2x2"));
        buffer_finish(&jpeg);
        buffer_finish(&png);
    }
    struct image image = {0};
    struct buffer smallest = {0};
    CHECK(image_encode_png(rgb, 2, 2, &smallest, NULL));
    CHECK(image_decode(smallest.data, smallest.size, &image, NULL));
    image_finish(&image);
    buffer_finish(&smallest);
}

/* The size in the frame header (SOF0) of a JPEG. */
static void patch_jpeg_size(struct buffer *jpeg, unsigned width, unsigned height)
{
    uint8_t *data = (uint8_t *)jpeg->data;
    for (size_t i = 2; i + 9 < jpeg->size; i++)
        if (data[i] == 0xff && data[i + 1] == 0xc0) {
            data[i + 5] = (uint8_t)(height >> 8);
            data[i + 6] = (uint8_t)height;
            data[i + 7] = (uint8_t)(width >> 8);
            data[i + 8] = (uint8_t)width;
            return;
        }
}

static void put_u32(uint8_t *bytes, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(value >> (24 - 8 * i));
}

static uint32_t crc32_of(const uint8_t *bytes, size_t size)
{
    uint32_t crc = 0xffffffffu;
    for (size_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320u : 0u);
    }
    return ~crc;
}

static void patch_png_size(struct buffer *png, uint32_t width, uint32_t height)
{
    uint8_t *header = (uint8_t *)png->data + 12; /* "IHDR", 13 bytes, their checksum */
    put_u32(header + 4, width);
    put_u32(header + 8, height);
    put_u32(header + 17, crc32_of(header, 17));
}

TEST(huge_sizes_are_refused_from_the_header)
{
    struct buffer jpeg = sound_jpeg();
    patch_jpeg_size(&jpeg, 65500, 65500);
    CHECK(is_refused(jpeg.data, jpeg.size, "claims to be 65500x65500 px"));
    patch_jpeg_size(&jpeg, 16384, 3052); /* 50.004 megapixels */
    CHECK(is_refused(jpeg.data, jpeg.size, "50 megapixels"));
    patch_jpeg_size(&jpeg, 0, 0);
    CHECK(is_refused(jpeg.data, jpeg.size, ""));
    buffer_finish(&jpeg);
    struct buffer png = sound_png();
    patch_png_size(&png, 0x7fffffff, 0x7fffffff);
    CHECK(is_refused(png.data, png.size, "claims to be 2147483647x2147483647 px"));
    patch_png_size(&png, 2, 16385);
    CHECK(is_refused(png.data, png.size, "claims to be 2x16385 px"));
    patch_png_size(&png, 7072, 7072); /* 50.01 megapixels */
    CHECK(is_refused(png.data, png.size, "50 megapixels"));
    patch_png_size(&png, 0, 5);
    CHECK(is_refused(png.data, png.size, ""));
    /* Within the limits, but the file holds far fewer rows than that. */
    patch_png_size(&png, WIDTH, 4000);
    CHECK(is_refused(png.data, png.size, "damaged PNG"));
    buffer_finish(&png);
}

TEST(files_are_named_in_errors)
{
    char path[256];
    struct image image = {0};
    struct image_header header = {0};
    struct error err = {0};
    snprintf(path, sizeof path, "%s/missing.jpg", folder);
    CHECK(!image_read(path, &image, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "missing.jpg");
    CHECK(!image_read_header(path, &header, &err));
    CHECK_CONTAINS(err.message, "missing.jpg");

    snprintf(path, sizeof path, "%s/empty.png", folder);
    CHECK(file_replace(path, "", 0, true, &err));
    CHECK(!image_read(path, &image, &err));
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "empty.png: the file is empty");
    CHECK(!image_read_header(path, &header, &err));
    CHECK_CONTAINS(err.message, "empty.png: the file is empty");

    CHECK(!image_read(folder, &image, &err));
    CHECK_INT(err.code, ERROR_INPUT);
}

TEST(a_file_of_more_than_64_megabytes_is_refused)
{
    char path[256];
    struct image image = {0};
    struct error err = {0};
    snprintf(path, sizeof path, "%s/large.jpg", folder);
    CHECK(file_replace(path, "\xff\xd8\xff", 3, true, &err));
    CHECK(truncate(path, (off_t)IMAGE_FILE_MAX + 1) == 0); /* sparse: takes no room */
    CHECK(!image_read(path, &image, &err));
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "large.jpg");
}

TEST(writing_into_a_missing_folder_fails)
{
    uint8_t rgb[WIDTH * HEIGHT * 3];
    char path[256];
    struct error err = {0};
    paint(rgb);
    snprintf(path, sizeof path, "%s/nowhere/picture.jpg", folder);
    CHECK(!image_write_jpeg(path, rgb, WIDTH, HEIGHT, 90, &err));
    CHECK_CONTAINS(err.message, "nowhere");
    err = (struct error){0};
    snprintf(path, sizeof path, "%s/nowhere/picture.png", folder);
    CHECK(!image_write_png(path, rgb, WIDTH, HEIGHT, &err));
    CHECK_CONTAINS(err.message, "nowhere");
}

TEST(names_of_pictures_are_known)
{
    static const char *const good[] = {"a.jpg", "b.JPEG", "normal_1.png", ".hidden.PnG"};
    static const char *const bad[] = {"", "jpg", ".jpg", "a.jpg.tmp", "a.gif", "a.pn", "ajpg"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        CHECK(image_has_known_name(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK(!image_has_known_name(bad[i]));
}

static void remove_folder(void)
{
    static const char *const names[] = {"lossless.png", "close.jpg", "empty.png", "large.jpg"};
    char path[256];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
}

int main(void)
{
    if (!mkdtemp(folder))
        return 1;
    RUN(png_is_lossless_on_disk);
    RUN(jpeg_is_close_on_disk);
    RUN(chroma_is_whole_from_quality_90_up);
    RUN(jpeg_is_decoded_into_given_memory);
    RUN(grey_pictures_become_rgb);
    RUN(small_samples_palettes_and_interlacing_are_read);
    RUN(transparency_lies_on_black);
    RUN(empty_and_foreign_files_are_refused);
    RUN(jpeg_cut_anywhere_is_refused);
    RUN(png_cut_anywhere_is_refused);
    RUN(flipped_bits_never_crash_and_pngs_notice_them);
    RUN(cmyk_jpegs_are_refused);
    RUN(pngs_with_16_bits_are_refused);
    RUN(pictures_of_one_pixel_are_refused);
    RUN(huge_sizes_are_refused_from_the_header);
    RUN(files_are_named_in_errors);
    RUN(a_file_of_more_than_64_megabytes_is_refused);
    RUN(writing_into_a_missing_folder_fails);
    RUN(names_of_pictures_are_known);
    remove_folder();
    return check_report();
}

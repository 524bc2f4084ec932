/* Decoders and colour conversion: what is refused, what is exact, and that no byte beyond the
 * picture is written. */
#include "camera/codec.h"
#include "check.h"

#include <libavutil/pixdesc.h>

static struct error err;

TEST(a_jpeg_is_complete_when_its_end_marker_comes_last)
{
    static const struct {
        uint8_t data[8];
        size_t size;
        bool complete;
    } rows[] = {
        {{0xff, 0xd8, 0xff, 0xd9}, 4, true},
        {{0xff, 0xd8, 0xff, 0xd9, 0, 0, 0}, 7, true},
        {{0xff, 0xd8, 1, 0xff, 0xd9}, 5, true},
        {{0xff, 0xd8, 1, 0xff, 0xd9, 1}, 6, false},
        {{0xff, 0xd8, 1, 0xff}, 4, false},
        {{0xff, 0xd9, 0xff, 0xd9}, 4, false}, /* no start */
        {{0xff, 0xd8, 0xd9}, 3, false},
        {{0, 0, 0, 0}, 4, false},
        {{0}, 0, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK_INT(mjpeg_is_complete(rows[i].data, rows[i].size), rows[i].complete);
}

TEST(sizes_are_bounded)
{
    CHECK(codec_check_size(2, 2, &err));
    CHECK(codec_check_size(8192, 6103, &err));
    static const int bad[][2] = {{0, 0},    {1, 100},  {100, 1},    {-5, 10},
                                 {8193, 2}, {2, 8193}, {8192, 8192}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK(!codec_check_size(bad[i][0], bad[i][1], &err));
        CHECK_INT(err.code, ERROR_FORMAT);
    }
}

TEST(decoders_come_from_the_allow_list)
{
    AVCodecParameters parameters = {
        .codec_type = AVMEDIA_TYPE_VIDEO, .codec_id = AV_CODEC_ID_FLV1, .format = AV_PIX_FMT_NONE};
    CHECK(codec_open(&parameters, &err) == NULL);
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "flv1");
    parameters.codec_id = AV_CODEC_ID_MJPEG;
    AVCodecContext *codec = codec_open(&parameters, &err);
    CHECK(codec != NULL);
    CHECK_INT(codec->thread_count, 1);
    avcodec_free_context(&codec);
}

TEST(all_common_decoders_are_there)
{
    static const enum AVCodecID ids[] = {AV_CODEC_ID_H264, AV_CODEC_ID_HEVC,  AV_CODEC_ID_MJPEG,
                                         AV_CODEC_ID_VP8,  AV_CODEC_ID_MPEG4, AV_CODEC_ID_VP9};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        AVCodecParameters parameters = {
            .codec_type = AVMEDIA_TYPE_VIDEO, .codec_id = ids[i], .format = AV_PIX_FMT_NONE};
        AVCodecContext *codec = codec_open(&parameters, &err);
        CHECK(codec != NULL);
        avcodec_free_context(&codec);
    }
}

static AVFrame *grey_picture(enum AVPixelFormat format, int width, int height, int luma)
{
    AVFrame *picture = av_frame_alloc();
    picture->format = format;
    picture->width = width;
    picture->height = height;
    if (av_frame_get_buffer(picture, 0) < 0)
        return picture;
    memset(picture->data[0], luma, (size_t)picture->linesize[0] * (size_t)height);
    int shift = av_pix_fmt_desc_get(format)->log2_chroma_h;
    for (int plane = 1; plane < 3 && picture->data[plane]; plane++)
        memset(picture->data[plane], 128,
               (size_t)picture->linesize[plane] * (size_t)AV_CEIL_RSHIFT(height, shift));
    return picture;
}

/* The level of the first pixel, or -1 when a byte after the picture was touched. */
static int converted_level(struct rgb_converter *converter, const AVFrame *picture)
{
    static uint8_t rgb[3 * 130 * 70 + 64];
    size_t size = 3 * (size_t)picture->width * (size_t)picture->height;
    memset(rgb, 0xa5, sizeof rgb);
    if (!rgb_convert(converter, picture, rgb, &err))
        return -2;
    for (size_t i = size; i < sizeof rgb; i++)
        if (rgb[i] != 0xa5)
            return -1;
    for (size_t i = 1; i < size; i++)
        if (rgb[i] != rgb[0])
            return -3;
    return rgb[0];
}

TEST(range_is_respected)
{
    static const struct {
        enum AVPixelFormat format;
        enum AVColorRange range;
        int luma, level;
    } rows[] = {
        {AV_PIX_FMT_YUV420P, AVCOL_RANGE_MPEG, 16, 0},
        {AV_PIX_FMT_YUV420P, AVCOL_RANGE_MPEG, 235, 255},
        {AV_PIX_FMT_YUV420P, AVCOL_RANGE_UNSPECIFIED, 235, 255},
        {AV_PIX_FMT_YUV420P, AVCOL_RANGE_JPEG, 16, 16},
        {AV_PIX_FMT_YUVJ420P, AVCOL_RANGE_UNSPECIFIED, 16, 16},
        {AV_PIX_FMT_YUVJ420P, AVCOL_RANGE_JPEG, 200, 200},
    };
    struct rgb_converter converter = {0};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AVFrame *picture = grey_picture(rows[i].format, 64, 48, rows[i].luma);
        picture->color_range = rows[i].range;
        int level = converted_level(&converter, picture);
        av_frame_free(&picture);
        CHECK_NEAR(level, rows[i].level, 1);
    }
    rgb_converter_finish(&converter);
    rgb_converter_finish(&converter);
}

TEST(nothing_is_written_beyond_the_picture)
{
    static const enum AVPixelFormat formats[] = {AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ422P,
                                                 AV_PIX_FMT_YUYV422, AV_PIX_FMT_GRAY8};
    struct rgb_converter converter = {0};
    for (int width = 2; width <= 130; width += width < 40 ? 1 : 9)
        for (int height = 2; height <= 70; height += height < 6 ? 1 : 32)
            for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
                AVFrame *picture = grey_picture(formats[i], width, height, 128);
                int level = converted_level(&converter, picture);
                av_frame_free(&picture);
                if (level < 0)
                    CHECK_FAIL("%dx%d, format %zu: result %d", width, height, i, level);
            }
    rgb_converter_finish(&converter);
}

TEST(colours_come_out_right)
{
    /* Pure red in BT.601, limited range: Y 81, Cb 90, Cr 240; in BT.709: Y 63, Cb 102, Cr 240. */
    static const struct {
        enum AVColorSpace space;
        int y, cb, cr, height;
    } rows[] = {
        {AVCOL_SPC_SMPTE170M, 81, 90, 240, 32},
        {AVCOL_SPC_UNSPECIFIED, 81, 90, 240, 32},
        {AVCOL_SPC_BT709, 63, 102, 240, 32},
        {AVCOL_SPC_UNSPECIFIED, 63, 102, 240, 720},
    };
    static uint8_t rgb[3 * 32 * 720];
    struct rgb_converter converter = {0};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AVFrame *picture = grey_picture(AV_PIX_FMT_YUV420P, 32, rows[i].height, rows[i].y);
        size_t rows_of_chroma = (size_t)rows[i].height / 2;
        memset(picture->data[1], rows[i].cb, (size_t)picture->linesize[1] * rows_of_chroma);
        memset(picture->data[2], rows[i].cr, (size_t)picture->linesize[2] * rows_of_chroma);
        picture->colorspace = rows[i].space;
        bool done = rgb_convert(&converter, picture, rgb, &err);
        av_frame_free(&picture);
        CHECK(done);
        CHECK_NEAR(rgb[0], 255, 2);
        CHECK_NEAR(rgb[1], 0, 2);
        CHECK_NEAR(rgb[2], 0, 2);
    }
    rgb_converter_finish(&converter);
}

TEST(formats_that_cannot_be_converted_are_refused)
{
    AVFrame *picture = grey_picture(AV_PIX_FMT_YUV420P, 32, 32, 100);
    struct rgb_converter converter = {0};
    uint8_t rgb[3 * 32 * 32];
    picture->format = AV_PIX_FMT_VAAPI; /* in the memory of a graphics card */
    bool done = rgb_convert(&converter, picture, rgb, &err);
    av_frame_free(&picture);
    CHECK(!done);
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, "vaapi");
}

int main(void)
{
    codec_library_init();
    RUN(a_jpeg_is_complete_when_its_end_marker_comes_last);
    RUN(sizes_are_bounded);
    RUN(decoders_come_from_the_allow_list);
    RUN(all_common_decoders_are_there);
    RUN(range_is_respected);
    RUN(nothing_is_written_beyond_the_picture);
    RUN(colours_come_out_right);
    RUN(formats_that_cannot_be_converted_are_refused);
    return check_report();
}

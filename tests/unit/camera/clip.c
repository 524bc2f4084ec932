/* Encodes test clips. A failure here is no result: the program aborts. */
#include "clip.h"

#include <libavformat/avformat.h>
#include <libavutil/log.h>
#include <stdio.h>
#include <stdlib.h>

struct writer {
    const struct clip *clip;
    AVFormatContext *format;
    AVCodecContext *codec;
    AVStream *stream;
    AVFrame *picture;
    AVPacket *packet;
};

static void require(bool condition, const char *what)
{
    if (condition)
        return;
    fprintf(stderr, "test set-up: cannot %s a clip\n", what);
    abort();
}

int clip_level(int64_t number)
{
    return 16 + (int)(number % 32) * 7;
}

int clip_number(const uint8_t *rgb, int width)
{
    int level = rgb[(4 * width + 4) * 3];
    return (level - 16 + 3) / 7;
}

/* RGB grey of a level → luma of the clip's range. */
static uint8_t luma(const struct writer *writer, int level)
{
    bool full = writer->codec->color_range == AVCOL_RANGE_JPEG;
    return (uint8_t)(full ? level : 16 + (level * 219 + 127) / 255);
}

static void paint(struct writer *writer, int number)
{
    AVFrame *picture = writer->picture;
    require(av_frame_make_writable(picture) >= 0, "paint");
    for (int y = 0; y < picture->height; y++)
        for (int x = 0; x < picture->width; x++) {
            bool block = x < picture->width / 2 && y < picture->height / 2;
            int level = block ? clip_level(number) : 40 + (x + y) % 160;
            picture->data[0][y * picture->linesize[0] + x] = luma(writer, level);
        }
    for (int plane = 1; plane < 3; plane++)
        for (int y = 0; y < (picture->height + 1) / 2; y++)
            for (int x = 0; x < (picture->width + 1) / 2; x++)
                picture->data[plane][y * picture->linesize[plane] + x] = 128;
}

static void open_codec(struct writer *writer)
{
    const struct clip *clip = writer->clip;
    const AVCodec *encoder = avcodec_find_encoder(clip->codec);
    writer->codec = encoder ? avcodec_alloc_context3(encoder) : NULL;
    require(writer->codec != NULL, "find an encoder for");
    AVCodecContext *codec = writer->codec;
    bool is_jpeg = clip->codec == AV_CODEC_ID_MJPEG;
    codec->width = clip->width;
    codec->height = clip->height;
    codec->time_base = av_inv_q(clip->rate);
    codec->framerate = clip->rate;
    codec->pix_fmt = is_jpeg ? AV_PIX_FMT_YUVJ420P : AV_PIX_FMT_YUV420P;
    codec->color_range = is_jpeg ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    codec->gop_size = 12;
    codec->flags |= AV_CODEC_FLAG_QSCALE | AV_CODEC_FLAG_BITEXACT;
    codec->global_quality = 2 * FF_QP2LAMBDA;
    codec->thread_count = 1;
    if ((writer->format->oformat->flags & AVFMT_GLOBALHEADER) != 0)
        codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    require(avcodec_open2(codec, encoder, NULL) >= 0, "start the encoder for");
}

static void write_packets(struct writer *writer)
{
    while (avcodec_receive_packet(writer->codec, writer->packet) >= 0) {
        av_packet_rescale_ts(writer->packet, writer->codec->time_base, writer->stream->time_base);
        writer->packet->stream_index = 0;
        require(av_write_frame(writer->format, writer->packet) >= 0, "write");
    }
}

static void write_frames(struct writer *writer)
{
    for (int i = 0; i < writer->clip->frames; i++) {
        paint(writer, i);
        writer->picture->pts = writer->clip->pts ? writer->clip->pts[i] : i;
        writer->picture->quality = writer->codec->global_quality;
        require(avcodec_send_frame(writer->codec, writer->picture) >= 0, "encode");
        write_packets(writer);
    }
    avcodec_send_frame(writer->codec, NULL);
    write_packets(writer);
}

void clip_write(const char *path, const struct clip *clip)
{
    av_log_set_level(AV_LOG_ERROR);
    struct writer writer = {.clip = clip};
    avformat_alloc_output_context2(&writer.format, NULL, clip->container, path);
    require(writer.format != NULL, "find the container for");
    writer.format->flags |= AVFMT_FLAG_BITEXACT;
    open_codec(&writer);
    writer.stream = avformat_new_stream(writer.format, NULL);
    writer.picture = av_frame_alloc();
    writer.packet = av_packet_alloc();
    require(writer.stream && writer.picture && writer.packet, "allocate");
    avcodec_parameters_from_context(writer.stream->codecpar, writer.codec);
    writer.stream->time_base = writer.codec->time_base;
    writer.stream->avg_frame_rate = clip->rate;
    writer.picture->format = writer.codec->pix_fmt;
    writer.picture->width = clip->width;
    writer.picture->height = clip->height;
    require(av_frame_get_buffer(writer.picture, 0) >= 0, "allocate");
    require(avio_open(&writer.format->pb, path, AVIO_FLAG_WRITE) >= 0, "create");
    AVDictionary *options = NULL;
    if (clip->index_first)
        av_dict_set(&options, "movflags", "faststart", 0);
    require(avformat_write_header(writer.format, &options) >= 0, "begin");
    av_dict_free(&options);
    write_frames(&writer);
    require(av_write_trailer(writer.format) >= 0, "finish");
    avio_closep(&writer.format->pb);
    av_packet_free(&writer.packet);
    av_frame_free(&writer.picture);
    avcodec_free_context(&writer.codec);
    avformat_free_context(writer.format);
}

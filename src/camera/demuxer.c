/* Opening a video file through libavformat without trusting it.
 *
 * Stands before the decoder in video.c. Invariants: the name is opened as "file:NAME", so that it
 * cannot be taken for a protocol ("concat:a|b"); the container is recognised by its contents and
 * must be on the allow-list, which has no format that names other files; streams, probing and
 * decoding while probing are bounded. The surprising thing: only regular files are opened, because
 * opening a pipe would wait for ever.
 */
#include "camera/demuxer.h"

#include "camera/codec.h"
#include "frame/image.h"
#include "platform/file.h"

#include <errno.h>
#include <libavutil/dict.h>
#include <libavutil/mem.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const struct {
    const char *name, *value;
} open_options[] = {
    {"protocol_whitelist", "file"},
    {"format_whitelist", "mov,matroska,avi,mpegts,mjpeg"},
    {"codec_whitelist", codec_allowed_names},
    {"max_streams", "16"},
    {"probesize", "5000000"},
    {"formatprobesize", "1048576"},
    {"enable_drefs", "0"},
    {"use_absolute_path", "0"},
};

static bool check_file(const char *path, struct error *err)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        int reason = errno;
        if (reason != ENOENT && reason != ENOTDIR)
            return error_set_errno(err, reason, "cannot open \"%s\"", path);
        return error_set(err, ERROR_INPUT,
                         "there is no \"%s\"; a source is a camera (0), a video file, a folder of "
                         "images or sim:SCENARIO",
                         path);
    }
    if (!S_ISREG(status.st_mode))
        return error_set(err, ERROR_INPUT, "\"%s\" is neither a video file nor a folder", path);
    if (status.st_size == 0)
        return error_set(err, ERROR_FORMAT, "video file \"%s\" is empty", path);
    return true;
}

/* A file of JPEGs, one behind the other, is taken for a single picture by libavformat when they
 * have JFIF headers; NULL where it may find out by itself. */
static const AVInputFormat *format_of(const char *path)
{
    static const unsigned char jpeg_start[] = {0xff, 0xd8, 0xff};
    unsigned char start[sizeof jpeg_start] = {0};
    FILE *file = image_has_known_name(path) ? NULL : fopen(path, "rb");
    if (!file)
        return NULL;
    bool is_jpeg =
        fread(start, sizeof start, 1, file) == 1 && memcmp(start, jpeg_start, sizeof start) == 0;
    fclose(file);
    return is_jpeg ? av_find_input_format("mjpeg") : NULL;
}

static bool open_input(struct demuxer *demuxer, const char *path, struct error *err)
{
    char url[PATH_SIZE + 8];
    int length = snprintf(url, sizeof url, "file:%s", path);
    if (length < 0 || (size_t)length >= sizeof url)
        return error_set(err, ERROR_INPUT, "the path of the video file is longer than %d bytes",
                         PATH_SIZE);
    AVDictionary *options = NULL;
    int status = 0;
    for (size_t i = 0; i < sizeof open_options / sizeof open_options[0] && status >= 0; i++)
        status = av_dict_set(&options, open_options[i].name, open_options[i].value, 0);
    if (status >= 0)
        status = avformat_open_input(&demuxer->format, url, format_of(path), &options);
    av_dict_free(&options);
    if (status >= 0)
        return true;
    if (status == AVERROR(EACCES) || status == AVERROR(EPERM) || status == AVERROR(ENOENT))
        return error_set_errno(err, AVUNERROR(status), "cannot open \"%s\"", path);
    if (image_has_known_name(path))
        return error_set(err, ERROR_FORMAT,
                         "\"%s\" is a single picture; name the folder that holds it", path);
    return codec_error_set(
        err, ERROR_FORMAT, status,
        "\"%s\" is no video that can be read, or is cut off; name an mp4, mov, mkv, "
        "webm, avi, ts or mjpeg file",
        path);
}

/* Looks into the streams; decoding a few pictures on the way is bounded like our own decoding. */
static int probe_streams(AVFormatContext *format)
{
    unsigned count = format->nb_streams;
    AVDictionary **options = av_calloc(count ? count : 1, sizeof *options);
    int status = options ? 0 : AVERROR(ENOMEM);
    for (unsigned i = 0; i < count && status >= 0; i++) {
        status = av_dict_set_int(&options[i], "max_pixels", CODEC_PIXELS_MAX, 0);
        if (status >= 0)
            status = av_dict_set_int(&options[i], "threads", 1, 0);
    }
    if (status >= 0)
        status = avformat_find_stream_info(format, options);
    for (unsigned i = 0; options && i < count; i++)
        av_dict_free(&options[i]);
    av_free(options);
    return status;
}

static bool find_video(struct demuxer *demuxer, const char *path, struct error *err)
{
    int status = probe_streams(demuxer->format);
    if (status < 0)
        return codec_error_set(err, ERROR_FORMAT, status,
                               "video file \"%s\" is damaged or holds no video", path);
    int index = av_find_best_stream(demuxer->format, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
    if (index < 0 ||
        (demuxer->format->streams[index]->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0)
        return error_set(err, ERROR_FORMAT, "\"%s\" has no video in it", path);
    for (unsigned i = 0; i < demuxer->format->nb_streams; i++)
        if ((int)i != index)
            demuxer->format->streams[i]->discard = AVDISCARD_ALL;
    demuxer->stream = demuxer->format->streams[index];
    return true;
}

bool demuxer_open(struct demuxer *demuxer, const char *path, struct error *err)
{
    codec_library_init();
    *demuxer = (struct demuxer){0};
    if (check_file(path, err) && open_input(demuxer, path, err) && find_video(demuxer, path, err))
        return true;
    demuxer_close(demuxer);
    return false;
}

void demuxer_close(struct demuxer *demuxer)
{
    avformat_close_input(&demuxer->format);
    demuxer->stream = NULL;
}

int demuxer_read(struct demuxer *demuxer, AVPacket *packet)
{
    int status;
    do {
        av_packet_unref(packet);
        status = av_read_frame(demuxer->format, packet);
    } while (status >= 0 && packet->stream_index != demuxer->stream->index);
    return status;
}

double demuxer_duration_s(const struct demuxer *demuxer)
{
    const AVFormatContext *format = demuxer->format;
    const AVStream *stream = demuxer->stream;
    if (format->duration_estimation_method != AVFMT_DURATION_FROM_STREAM)
        return 0.0;
    if (stream->duration > 0)
        return (double)stream->duration * av_q2d(stream->time_base);
    /* The whole file's length may be that of a longer sound track. */
    if (format->nb_streams == 1 && format->duration > 0)
        return (double)format->duration / AV_TIME_BASE;
    return 0.0;
}

/* A video file as a source: packets from demuxer.h, decoded one after the other.
 *
 * Finite; frame n is the n-th decoded picture in order of presentation, damaged ones included.
 * Every frame is decoded, because later ones build on it, but only due ones are converted to RGB.
 * Invariants: the first picture is decoded at open, so a file without any fails there and the size
 * is known for sure; a file that yields no picture for long is given up. The surprising thing: a
 * damaged end is told by one SOURCE_NONE with a reason before SOURCE_END, since what came before it
 * is good. Rotation marks of phones are ignored: the picture is as the sensor saw it.
 */
#include "camera/codec.h"
#include "camera/demuxer.h"
#include "camera/source_ops.h"
#include "platform/clock.h"

#include <math.h>

/* In a row without a picture; honest decoders hold back some 20. */
enum { BARREN_PACKETS_MAX = 1000 };

/* A step in time larger than this is a broken stamp, not a pause. */
static const int64_t step_max_ns = 24 * 3600 * NS_PER_SECOND;

struct video_source {
    struct source head;
    struct demuxer demuxer;
    AVCodecContext *codec;
    AVPacket *packet;
    AVFrame *picture;
    struct rgb_converter converter;
    int width, height;   /* px, of the first decoded picture; 0 before */
    int64_t period_ns;   /* between two frames, by the file's rate */
    int64_t next_number; /* of the next decoded picture */
    int64_t first_pts;   /* AV_NOPTS_VALUE when the first picture has none */
    int64_t time_ns;     /* of the picture before, then of this one */
    int barren_packets;
    bool first_is_held; /* `picture` was decoded by open and not yet reported */
};

static struct video_source *video_of(struct source *source)
{
    return (struct video_source *)source;
}

static bool video_init(struct source *source, struct error *err)
{
    (void)err;
    source->finite = true;
    return true;
}

static void video_close(struct source *source)
{
    struct video_source *video = video_of(source);
    rgb_converter_finish(&video->converter);
    av_frame_free(&video->picture);
    av_packet_free(&video->packet);
    avcodec_free_context(&video->codec);
    demuxer_close(&video->demuxer);
}

static enum source_result damaged(struct video_source *video)
{
    video->head.counts.damaged++;
    return SOURCE_NONE;
}

/* Nothing more comes from the file: lets the decoder give what it holds back. */
static int start_draining(struct video_source *video)
{
    return avcodec_send_packet(video->codec, NULL);
}

static enum source_result end_early(struct video_source *video, int averror, struct error *err)
{
    codec_error_set(err, ERROR_FORMAT, averror,
                    "video file \"%s\" is damaged or cut off after %lld frames; what comes before "
                    "is used",
                    video->head.settings.spec, (long long)video->next_number);
    start_draining(video);
    return damaged(video);
}

static bool packet_is_whole(const struct video_source *video)
{
    const AVPacket *packet = video->packet;
    if ((packet->flags & AV_PKT_FLAG_CORRUPT) != 0)
        return false;
    return video->codec->codec_id != AV_CODEC_ID_MJPEG ||
           mjpeg_is_complete(packet->data, (size_t)packet->size);
}

/* Gives the decoder its next packet. SOURCE_FRAME: done; else as `next`. */
static enum source_result feed_decoder(struct video_source *video, struct error *err)
{
    const char *path = video->head.settings.spec;
    int status = demuxer_read(&video->demuxer, video->packet);
    if (status == AVERROR_EOF) {
        start_draining(video);
        return SOURCE_FRAME;
    }
    if (status < 0)
        return end_early(video, status, err);
    if (++video->barren_packets > BARREN_PACKETS_MAX) {
        error_set(err, ERROR_FORMAT,
                  "video file \"%s\" is damaged: no picture in %d packets after frame %lld", path,
                  BARREN_PACKETS_MAX, (long long)video->next_number - 1);
        return SOURCE_LOST;
    }
    if (packet_is_whole(video)) {
        status = avcodec_send_packet(video->codec, video->packet);
        if (status >= 0)
            return SOURCE_FRAME;
    }
    codec_error_set(err, ERROR_FORMAT, status < 0 ? status : AVERROR_INVALIDDATA,
                    "video file \"%s\": the picture after frame %lld is damaged and passed over",
                    path, (long long)video->next_number - 1);
    return damaged(video);
}

/* Sets `time_ns` for the picture that was just decoded; always later than the one before. */
static void advance_time(struct video_source *video)
{
    AVRational nanoseconds = {1, (int)NS_PER_SECOND};
    int64_t pts = video->picture->best_effort_timestamp;
    if (video->next_number == 0) {
        video->first_pts = pts;
        video->time_ns = 0;
        return;
    }
    int64_t by_rate_ns = video->time_ns + video->period_ns;
    int64_t since_first;
    if (pts == AV_NOPTS_VALUE || video->first_pts == AV_NOPTS_VALUE ||
        __builtin_sub_overflow(pts, video->first_pts, &since_first)) {
        video->time_ns = by_rate_ns;
        return;
    }
    int64_t time_ns = av_rescale_q(since_first, video->demuxer.stream->time_base, nanoseconds);
    bool credible = time_ns > video->time_ns && time_ns - video->time_ns <= step_max_ns;
    video->time_ns = credible ? time_ns : by_rate_ns;
}

/* Judges the picture that was just decoded. */
static enum source_result accept_picture(struct video_source *video, struct error *err)
{
    const AVFrame *picture = video->picture;
    const char *path = video->head.settings.spec;
    advance_time(video);
    int64_t number = video->next_number++;
    video->barren_packets = 0;
    if (number == 0) {
        video->width = picture->width;
        video->height = picture->height;
    }
    if (picture->width != video->width || picture->height != video->height) {
        error_set(err, ERROR_FORMAT,
                  "video file \"%s\" changes its size from %dx%d to %dx%d px at frame %lld; split "
                  "it there",
                  path, video->width, video->height, picture->width, picture->height,
                  (long long)number);
        return SOURCE_LOST;
    }
    if (picture->decode_error_flags == 0 && (picture->flags & AV_FRAME_FLAG_CORRUPT) == 0)
        return SOURCE_FRAME;
    error_set(err, ERROR_FORMAT, "video file \"%s\": frame %lld is damaged and passed over", path,
              (long long)number);
    return damaged(video);
}

static enum source_result decode_next(struct video_source *video, struct error *err)
{
    for (;;) {
        int status = avcodec_receive_frame(video->codec, video->picture);
        if (status == 0)
            return accept_picture(video, err);
        if (status == AVERROR_EOF)
            return SOURCE_END;
        if (status != AVERROR(EAGAIN)) {
            codec_error_set(err, ERROR_FORMAT, status,
                            "video file \"%s\": the picture after frame %lld is damaged and passed "
                            "over",
                            video->head.settings.spec, (long long)video->next_number - 1);
            return damaged(video);
        }
        enum source_result result = feed_decoder(video, err);
        if (result != SOURCE_FRAME)
            return result;
    }
}

/* Decodes up to the first good picture. */
static bool decode_first(struct video_source *video, struct error *err)
{
    struct error reason = {.code = ERROR_NONE};
    enum source_result result;
    do {
        result = decode_next(video, &reason);
    } while (result == SOURCE_NONE);
    if (result == SOURCE_FRAME)
        return codec_check_size(video->width, video->height, err);
    return error_set(err, ERROR_FORMAT, "video file \"%s\" has no picture that can be decoded%s%s",
                     video->head.settings.spec, reason.code ? "; " : "", reason.message);
}

static int64_t frame_period_ns(const struct demuxer *demuxer)
{
    AVRational rate = av_guess_frame_rate(demuxer->format, demuxer->stream, NULL);
    double per_second = rate.num > 0 && rate.den > 0 ? av_q2d(rate) : 0.0;
    if (per_second < 0.01 || per_second > 1000.0)
        per_second = 25.0;
    return llround((double)NS_PER_SECOND / per_second);
}

static bool video_open(struct source *source, struct source_info *ret_info, struct error *err)
{
    struct video_source *video = video_of(source);
    if (!demuxer_open(&video->demuxer, source->settings.spec, err))
        return false;
    video->codec = codec_open(video->demuxer.stream->codecpar, err);
    if (!video->codec)
        return error_add_context(err, "video file \"%s\"", source->settings.spec);
    video->codec->pkt_timebase = video->demuxer.stream->time_base;
    video->packet = av_packet_alloc();
    video->picture = av_frame_alloc();
    if (!video->packet || !video->picture)
        return error_set(err, ERROR_MEMORY, "no memory to decode video");
    video->period_ns = frame_period_ns(&video->demuxer);
    video->next_number = 0;
    video->barren_packets = 0;
    if (!decode_first(video, err))
        return false;
    video->first_is_held = true;
    ret_info->width = video->width;
    ret_info->height = video->height;
    int64_t count = video->demuxer.stream->nb_frames;
    ret_info->frame_count = count > 0 ? count : -1;
    source_info_set_name(ret_info, "video %s, %s %dx%d", source_short_path(source->settings.spec),
                         avcodec_get_name(video->codec->codec_id), ret_info->width,
                         ret_info->height);
    return true;
}

static enum source_result video_next(struct source *source, int64_t deadline_ns,
                                     struct source_stamp *ret_stamp, struct error *err)
{
    (void)deadline_ns;
    struct video_source *video = video_of(source);
    if (!video->first_is_held) {
        enum source_result result = decode_next(video, err);
        if (result != SOURCE_FRAME)
            return result;
    }
    video->first_is_held = false;
    *ret_stamp = (struct source_stamp){.number = video->next_number - 1, .time_ns = video->time_ns};
    return SOURCE_FRAME;
}

static enum source_result video_fill(struct source *source, uint8_t *ret_rgb, struct error *err)
{
    struct video_source *video = video_of(source);
    if (rgb_convert(&video->converter, video->picture, ret_rgb, err))
        return SOURCE_FRAME;
    error_add_context(err, "video file \"%s\", frame %lld", source->settings.spec,
                      (long long)video->next_number - 1);
    return damaged(video);
}

const struct source_ops video_source_ops = {
    .kind = "video",
    .size = sizeof(struct video_source),
    .clock = SOURCE_CLOCK_MEDIA,
    .init = video_init,
    .open = video_open,
    .close = video_close,
    .next = video_next,
    .fill = video_fill,
};

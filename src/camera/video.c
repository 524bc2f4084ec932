/* A video file as a source: packets from demuxer.h, decoded one after the other.
 *
 * Finite; frame n is the n-th picture in order of presentation; one that cannot be decoded keeps
 * its number, so that numbers stay those of other players. Every frame is decoded, because later
 * ones build on it, but only due ones are converted to RGB. Invariants: the first picture is
 * decoded at open, so a file without any fails there and the size is known for sure; a file that
 * yields no picture for long is given up. The surprising thing: a damaged end is told by one
 * SOURCE_NONE with a reason before SOURCE_END, since what came before it is good. Rotation marks of
 * phones are ignored: the picture is as the sensor saw it.
 */
#include "camera/codec.h"
#include "camera/demuxer.h"
#include "camera/source_ops.h"
#include "platform/clock.h"

#include <math.h>

/* In a row without a picture; honest decoders hold back some 20. */
enum { BARREN_PACKETS_MAX = 1000 };

/* A step in time larger than this is a broken stamp, not a pause. */
static const int64_t step_max_ns = INT64_C(86400) * NS_PER_SECOND;

/* Containers round their length, and the last frames may be held shorter. */
static const double video_end_tolerance_s = 0.5;

struct video_source {
    struct source head;
    struct demuxer demuxer;
    AVCodecContext *codec;
    AVPacket *packet;
    AVFrame *picture;
    struct rgb_converter converter;
    int width, height;   /* px, of the first decoded picture; 0 before */
    int64_t period_ns;   /* between two frames, by the file's rate */
    int64_t next_number; /* of the next picture */
    int64_t lost;        /* pictures since the last decoded one that could not be decoded */
    int64_t first_pts;   /* AV_NOPTS_VALUE when the first picture has none */
    int64_t time_ns;     /* of the picture before, then of this one */
    int barren_packets;
    bool end_is_told;   /* that the file is cut off */
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

static enum source_result count_damage(struct video_source *video)
{
    video->head.counts.damaged++;
    return SOURCE_NONE;
}

/* A picture that could not be decoded still has its place in the row. */
static enum source_result pass_over(struct video_source *video, int averror, struct error *err)
{
    codec_error_set(err, ERROR_FORMAT, averror,
                    "video file \"%s\": frame %lld is damaged and passed over",
                    video->head.settings.spec, (long long)video->next_number);
    video->next_number++;
    video->lost++;
    return count_damage(video);
}

/* Nothing more comes from the file: lets the decoder give what it holds back. */
static void start_draining(struct video_source *video)
{
    (void)avcodec_send_packet(video->codec, NULL);
}

static bool packet_is_whole(const struct video_source *video)
{
    const AVPacket *packet = video->packet;
    if ((packet->flags & AV_PKT_FLAG_CORRUPT) != 0)
        return false;
    return video->codec->codec_id != AV_CODEC_ID_MJPEG ||
           mjpeg_is_complete(packet->data, (size_t)packet->size);
}

static enum source_result end_packets(struct video_source *video, int averror, struct error *err)
{
    start_draining(video);
    if (averror == AVERROR_EOF)
        return SOURCE_FRAME;
    video->end_is_told = true;
    codec_error_set(
        err, ERROR_FORMAT, averror,
        "video file \"%s\" is damaged or cut off after frame %lld; what comes before is "
        "used",
        video->head.settings.spec, (long long)video->next_number - 1);
    return count_damage(video);
}

/* After the last picture. Where the container says how long the video is, a missing part is told.
 */
static enum source_result end_pictures(struct video_source *video, struct error *err)
{
    double read_s = (double)(video->time_ns + video->period_ns) / (double)NS_PER_SECOND;
    double whole_s = demuxer_duration_s(&video->demuxer);
    if (video->end_is_told || read_s + video_end_tolerance_s >= whole_s)
        return SOURCE_END;
    video->end_is_told = true;
    error_set(err, ERROR_FORMAT,
              "video file \"%s\" is cut off: it ends at %.1f s of %.1f s; what there is, is used",
              video->head.settings.spec, read_s, whole_s);
    return count_damage(video);
}

/* Gives the decoder its next packet. SOURCE_FRAME: done; else as `next`. */
static enum source_result feed_decoder(struct video_source *video, struct error *err)
{
    int status = demuxer_read(&video->demuxer, video->packet);
    if (status < 0)
        return end_packets(video, status, err);
    if (++video->barren_packets > BARREN_PACKETS_MAX) {
        error_set(
            err, ERROR_FORMAT,
            "video file \"%s\" is damaged: no picture in %d packets in a row up to frame %lld",
            video->head.settings.spec, BARREN_PACKETS_MAX, (long long)video->next_number);
        return SOURCE_LOST;
    }
    if (!packet_is_whole(video))
        return pass_over(video, AVERROR_INVALIDDATA, err);
    status = avcodec_send_packet(video->codec, video->packet);
    return status < 0 ? pass_over(video, status, err) : SOURCE_FRAME;
}

/* Media time of the picture that was just decoded, by its stamp; false when that is no use. */
static bool stamped_time(const struct video_source *video, int64_t *ret_time_ns)
{
    AVRational nanoseconds = {1, (int)NS_PER_SECOND};
    int64_t pts = video->picture->best_effort_timestamp, since_first;
    if (pts == AV_NOPTS_VALUE || video->first_pts == AV_NOPTS_VALUE ||
        __builtin_sub_overflow(pts, video->first_pts, &since_first))
        return false;
    int64_t time_ns = av_rescale_q(since_first, video->demuxer.stream->time_base, nanoseconds);
    if (time_ns <= video->time_ns || time_ns - video->time_ns > step_max_ns)
        return false;
    *ret_time_ns = time_ns;
    return true;
}

/* Sets `time_ns` for the picture that was just decoded; always later than the one before. */
static void advance_time(struct video_source *video, bool is_first)
{
    if (is_first) {
        video->first_pts = video->picture->best_effort_timestamp;
        video->time_ns = 0;
    } else if (!stamped_time(video, &video->time_ns)) {
        video->time_ns += (1 + video->lost) * video->period_ns;
    }
    video->lost = 0;
}

/* Judges the picture that was just decoded. */
static enum source_result accept_picture(struct video_source *video, struct error *err)
{
    const AVFrame *picture = video->picture;
    const char *path = video->head.settings.spec;
    bool is_first = video->width == 0;
    advance_time(video, is_first);
    int64_t number = video->next_number++;
    video->barren_packets = 0;
    if (is_first) {
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
    return count_damage(video);
}

static enum source_result decode_next(struct video_source *video, struct error *err)
{
    for (;;) {
        int status = avcodec_receive_frame(video->codec, video->picture);
        if (status == 0)
            return accept_picture(video, err);
        if (status == AVERROR_EOF)
            return end_pictures(video, err);
        if (status != AVERROR(EAGAIN))
            return pass_over(video, status, err);
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
    video->width = video->height = 0;
    video->next_number = video->lost = video->time_ns = 0;
    video->barren_packets = 0;
    video->end_is_told = false;
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
    return count_damage(video);
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

/* A video file → the compressed packets of its one video stream, read with suspicion.
 *
 * Opens nothing but the file itself: protocol "file" only, containers from an allow-list, no
 * playlists, no references to other files. Private to camera/. Ownership: demuxer_close frees what
 * demuxer_open made and takes a zeroed struct. One thread at a time.
 */
#ifndef CAMERA_DEMUXER_H
#define CAMERA_DEMUXER_H

#include "base/error.h"

#include <libavformat/avformat.h>

struct demuxer {
    AVFormatContext *format;
    AVStream *stream; /* the video; borrowed from `format` */
};

/* ERROR_INPUT when there is no such file or it cannot be opened, ERROR_FORMAT when it is no video
 * of an allowed kind or has no video stream. */
MUST_CHECK bool demuxer_open(struct demuxer *demuxer, const char *path, struct error *err);
void demuxer_close(struct demuxer *demuxer);

/* The next packet of the video stream; AVERROR_EOF at the end, another AVERROR where the file is
 * damaged. */
int demuxer_read(struct demuxer *demuxer, AVPacket *packet);

/* How long the video is by what the container says of it, 0 when it says nothing. */
double demuxer_duration_s(const struct demuxer *demuxer);

#endif

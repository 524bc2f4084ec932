/* From a folder of pictures to the same pictures, cropped.
 *
 * Order for each picture: original to the backup (flushed), note of what will be written (flushed),
 * the crop in its place (as one step). Whoever is killed in between leaves a picture that is its
 * original, byte for byte, and the next run goes on from there. The surprising thing: the note is
 * needed to tell our own crops from a new picture that somebody put there under an old name;
 * without it such a picture would be replaced by a crop of the old one.
 */
#include "cmd/crop_pictures.h"

#include "base/sha256.h"
#include "frame/image.h"
#include "model/picture_list.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_MAX = 2 * PICTURES_MOST };
#define NOTES_SIZE_MAX (256u << 20)

enum plan { PLAN_CROP, PLAN_PASS_OVER };

struct picture {
    const char *name;
    enum plan plan;
    bool has_original;
    struct rect region;
};

struct job {
    const struct crop_settings *settings;
    struct crop_report *report;
    struct name_list names;
    struct picture *pictures; /* [report->pictures] */
    struct buffer notes;      /* what cropped.txt holds, lines ended by NUL */
    char **lines;             /* into it, sorted */
    size_t line_count;
    char notes_path[PATH_SIZE];
    bool notes_torn;
    struct append_file notes_file;
};

static void leave(const struct job *job, const char *name, const char *why)
{
    char sentence[2 * ERROR_MESSAGE_SIZE];
    snprintf(sentence, sizeof sentence, "%.200s is left as it is: %s", name, why);
    job->settings->warn(job->settings->context, sentence);
}

static bool original_path(const struct job *job, const char *name, char path[PATH_SIZE],
                          struct error *err)
{
    return path_join(path, PATH_SIZE, job->report->originals, name, err);
}

/* ---- before anything is touched */

static bool roi_of(const struct crop_settings *settings, int width, int height,
                   struct rect *ret_region, struct error *err)
{
    return roi_resolve(settings->relative, settings->x, settings->y, settings->width,
                       settings->height, width, height, ret_region, err);
}

/* Was it cropped to this very region when it was captured? Its size tells. */
static bool is_captured_crop(const struct crop_settings *settings,
                             const struct image_header *header)
{
    struct rect region;
    struct error ignored;
    int width = settings->captured_from_width, height = settings->captured_from_height;
    return width > 0 && roi_of(settings, width, height, &region, &ignored) &&
           (region.width < width || region.height < height) && region.width == header->width &&
           region.height == header->height;
}

static void note_region(struct crop_report *report, const struct image_header *header,
                        struct rect region)
{
    if (report->from_width == 0) {
        report->from_width = header->width;
        report->from_height = header->height;
        report->region = region;
    } else if (region.width != report->region.width || region.height != report->region.height)
        report->several_sizes = true;
}

static bool survey_picture(struct job *job, struct picture *picture, struct error *err)
{
    char path[PATH_SIZE];
    struct error why;
    struct image_header header;
    const struct crop_settings *settings = job->settings;
    const char *folder = picture->has_original ? job->report->originals : settings->folder;
    if (!path_join(path, sizeof path, folder, picture->name, &why) ||
        !image_read_header(path, &header, &why)) {
        leave(job, picture->name, why.message);
        picture->plan = PLAN_PASS_OVER;
        job->report->unreadable++;
        return true;
    }
    if (!picture->has_original && is_captured_crop(settings, &header)) {
        picture->plan = PLAN_PASS_OVER;
        job->report->already++;
        return true;
    }
    if (!roi_of(settings, header.width, header.height, &picture->region, err))
        return error_add_context(err, "%.200s, so nothing was changed", path);
    note_region(job->report, &header, picture->region);
    return true;
}

static bool is_plain(const char *name)
{
    for (; *name; name++)
        if ((unsigned char)*name < 0x20 || *name == 0x7f)
            return false;
    return true;
}

static bool consider(struct job *job, const char *name, struct error *err)
{
    char path[PATH_SIZE], original[PATH_SIZE];
    if (!image_has_known_name(name))
        return true;
    if (!path_join(path, sizeof path, job->settings->folder, name, err) ||
        !original_path(job, name, original, err))
        return false;
    enum file_kind kind = file_kind_of(path);
    if (kind == FILE_FOLDER)
        return true;
    struct picture *picture = &job->pictures[job->report->pictures++];
    *picture =
        (struct picture){.name = name, .has_original = file_kind_of(original) != FILE_MISSING};
    if (kind == FILE_REGULAR && is_plain(name))
        return survey_picture(job, picture, err);
    leave(job, is_plain(name) ? name : "a picture",
          kind == FILE_REGULAR ? "its name holds control characters" : "it is not a plain file");
    picture->plan = PLAN_PASS_OVER;
    job->report->unreadable++;
    return true;
}

static bool survey(struct job *job, struct error *err)
{
    const char *folder = job->settings->folder;
    if (file_is_missing(folder))
        return error_set(err, ERROR_INPUT,
                         "there is no folder %.300s; `leakwatch capture` makes it and fills it",
                         folder);
    if (!folder_list(folder, NAMES_MAX, &job->names, err))
        return false;
    job->pictures = calloc(job->names.count + 1, sizeof *job->pictures);
    if (!job->pictures)
        return error_set(err, ERROR_MEMORY, "no memory for a list of %zu pictures",
                         job->names.count);
    for (size_t i = 0; i < job->names.count; i++)
        if (!consider(job, job->names.names[i], err))
            return false;
    return job->report->pictures > 0 ||
           error_set(err, ERROR_INPUT,
                     "%.300s holds no pictures; take some with `leakwatch capture` first", folder);
}

/* ---- notes of what was written */

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool index_notes(struct job *job, struct error *err)
{
    size_t count = 0, size = job->notes.size;
    job->notes_torn = size > 0 && job->notes.data[size - 1] != '\n';
    for (size_t i = 0; i < job->notes.size; i++)
        count += job->notes.data[i] == '\n';
    job->lines = calloc(count + 1, sizeof *job->lines);
    if (!job->lines)
        return error_set(err, ERROR_MEMORY, "no memory for the notes in %.300s", job->notes_path);
    char *start = job->notes.data;
    for (size_t i = 0; i < count; i++) {
        char *feed = memchr(start, '\n', (size_t)(job->notes.data + job->notes.size - start));
        assert(feed);
        *feed = '\0';
        job->lines[job->line_count++] = start;
        start = feed + 1;
    }
    if (count > 0)
        qsort(job->lines, job->line_count, sizeof *job->lines, compare_lines);
    return true;
}

static bool read_notes(struct job *job, struct error *err)
{
    if (!path_join(job->notes_path, PATH_SIZE, job->report->originals, "cropped.txt", err))
        return false;
    if (!file_is_missing(job->notes_path) &&
        !file_read(job->notes_path, NOTES_SIZE_MAX, &job->notes, err))
        return false;
    return index_notes(job, err);
}

static void make_note(const struct buffer *contents, const char *name, char ret_line[PATH_SIZE])
{
    struct sha256 sha;
    char digest[SHA256_TEXT_SIZE];
    sha256_init(&sha);
    sha256_update(&sha, contents->data, contents->size);
    sha256_finish_hex(&sha, digest);
    snprintf(ret_line, PATH_SIZE, "%s %s", digest, name);
}

static bool is_noted(const struct job *job, const char *line)
{
    return job->line_count > 0 &&
           bsearch(&line, job->lines, job->line_count, sizeof *job->lines, compare_lines) != NULL;
}

/* What a power cut tore gets its line feed first: then it is a line of its own and matches nothing.
 */
static bool write_note(struct job *job, const char *line, struct error *err)
{
    char text[PATH_SIZE + 3];
    if (is_noted(job, line))
        return true;
    if (!job->notes_file.handle && !append_open(&job->notes_file, job->notes_path, err))
        return false;
    int length = snprintf(text, sizeof text, "%s%s\n", job->notes_torn ? "\n" : "", line);
    job->notes_torn = false;
    return append_write(&job->notes_file, text, (size_t)length, err) &&
           append_flush(&job->notes_file, err);
}

/* ---- one picture */

static bool same_bytes(const struct buffer *a, const struct buffer *b)
{
    return a->size == b->size && (a->size == 0 || memcmp(a->data, b->data, a->size) == 0);
}

static bool ends_with_png(const char *name)
{
    size_t length = strlen(name);
    return length >= 4 && (name[length - 1] == 'g' || name[length - 1] == 'G') &&
           (name[length - 2] == 'n' || name[length - 2] == 'N');
}

/* The whole picture is the original itself: that is how a crop is undone. */
static bool encode_crop(const struct job *job, const struct picture *picture,
                        const struct buffer *original, const struct image *image,
                        struct buffer *crop, struct error *err)
{
    const struct rect *region = &picture->region;
    if (region->width == image->width && region->height == image->height) {
        buffer_append(crop, original->data, original->size);
        return buffer_check(crop, err);
    }
    uint8_t *rgb = malloc(3 * (size_t)region->width * (size_t)region->height);
    if (!rgb)
        return error_set(err, ERROR_MEMORY, "no memory for a picture of %dx%d px", region->width,
                         region->height);
    rgb_crop(image->rgb, image->width, *region, rgb);
    bool good = ends_with_png(picture->name)
                    ? image_encode_png(rgb, region->width, region->height, crop, err)
                    : image_encode_jpeg(rgb, region->width, region->height,
                                        job->settings->jpg_quality, crop, err);
    free(rgb);
    return good;
}

/* The region was made for the header that was looked at; the file may be another by now. */
static bool check_region(const struct picture *picture, const struct image *image,
                         struct error *err)
{
    const struct rect *region = &picture->region;
    return (region->x + region->width <= image->width &&
            region->y + region->height <= image->height) ||
           error_set(err, ERROR_FORMAT, "it was exchanged meanwhile; crop again");
}

/* Original and crop of a picture; false with `ret_fatal` when it is not the picture's fault. */
static bool make_crop(const struct job *job, const struct picture *picture,
                      struct buffer *ret_original, struct buffer *ret_crop, bool *ret_fatal,
                      struct error *err)
{
    char path[PATH_SIZE];
    struct image image = {0};
    const char *folder = picture->has_original ? job->report->originals : job->settings->folder;
    bool good = path_join(path, sizeof path, folder, picture->name, err) &&
                file_read(path, IMAGE_FILE_MAX, ret_original, err) &&
                image_decode(ret_original->data, ret_original->size, &image, err) &&
                check_region(picture, &image, err);
    *ret_fatal = !good && err->code == ERROR_MEMORY;
    if (good) {
        good = encode_crop(job, picture, ret_original, &image, ret_crop, err);
        *ret_fatal = !good;
    }
    image_finish(&image);
    return good;
}

enum present { PRESENT_ORIGINAL, PRESENT_CROP, PRESENT_THIS_CROP, PRESENT_OTHER };

/* What stands in the folder under the name of a picture whose original is kept. */
static bool look_at_present(const struct job *job, const struct picture *picture,
                            const struct buffer *original, const char *note,
                            enum present *ret_present, struct error *err)
{
    char path[PATH_SIZE], present_note[PATH_SIZE];
    struct buffer present = {0};
    if (!path_join(path, sizeof path, job->settings->folder, picture->name, err) ||
        !file_read(path, IMAGE_FILE_MAX, &present, err)) {
        buffer_finish(&present);
        return false;
    }
    make_note(&present, picture->name, present_note);
    *ret_present = same_bytes(&present, original)    ? PRESENT_ORIGINAL
                   : strcmp(present_note, note) == 0 ? PRESENT_THIS_CROP
                   : is_noted(job, present_note)     ? PRESENT_CROP
                                                     : PRESENT_OTHER;
    buffer_finish(&present);
    return true;
}

static bool write_crop(struct job *job, const struct picture *picture,
                       const struct buffer *original, const struct buffer *crop, const char *note,
                       struct error *err)
{
    char backup[PATH_SIZE], target[PATH_SIZE];
    if (!path_join(target, sizeof target, job->report->target, picture->name, err))
        return false;
    if (!job->settings->overwrite)
        return file_replace(target, crop->data, crop->size, true, err);
    if (!original_path(job, picture->name, backup, err))
        return false;
    if (!picture->has_original && !file_replace(backup, original->data, original->size, true, err))
        return error_add_context(err, "the original of %.200s can not be kept, so it stays",
                                 picture->name);
    return write_note(job, note, err) && file_replace(target, crop->data, crop->size, true, err);
}

static bool is_same_file(const char *folder, const char *name, const struct buffer *contents)
{
    char path[PATH_SIZE];
    struct buffer there = {0};
    struct error ignored;
    bool same = path_join(path, sizeof path, folder, name, &ignored) &&
                file_kind_of(path) == FILE_REGULAR &&
                file_read(path, IMAGE_FILE_MAX, &there, &ignored) && same_bytes(&there, contents);
    buffer_finish(&there);
    return same;
}

static bool put_crop(struct job *job, const struct picture *picture, const struct buffer *original,
                     const struct buffer *crop, struct error *err)
{
    char note[PATH_SIZE];
    enum present present = PRESENT_ORIGINAL;
    make_note(crop, picture->name, note);
    if (picture->has_original && !look_at_present(job, picture, original, note, &present, err))
        return false;
    if (present == PRESENT_OTHER) {
        char why[ERROR_MESSAGE_SIZE];
        snprintf(why, sizeof why,
                 "it is neither the original in %.300s nor a crop of it; give it another name, or "
                 "move that original away",
                 job->report->originals);
        leave(job, picture->name, why);
        job->report->changed++;
        return true;
    }
    bool done = job->settings->overwrite
                    ? present == PRESENT_THIS_CROP ||
                          (picture->has_original && present == PRESENT_ORIGINAL &&
                           same_bytes(original, crop))
                    : is_same_file(job->report->target, picture->name, crop);
    if (done) {
        job->report->unchanged++;
        return true;
    }
    if (!job->settings->dry_run && !write_crop(job, picture, original, crop, note, err))
        return false;
    job->report->cropped++;
    return true;
}

static bool crop_picture(struct job *job, const struct picture *picture, struct error *err)
{
    struct buffer original = {0}, crop = {0};
    struct error why = {0};
    bool fatal, good = make_crop(job, picture, &original, &crop, &fatal, &why);
    if (good)
        good = put_crop(job, picture, &original, &crop, err);
    else if (fatal)
        error_set(err, why.code, "%s", why.message);
    else {
        leave(job, picture->name, why.message);
        job->report->unreadable++;
        good = true;
    }
    buffer_finish(&original);
    buffer_finish(&crop);
    return good;
}

/* ---- all of them */

static bool crop_all(struct job *job, struct error *err)
{
    const struct crop_settings *settings = job->settings;
    size_t total = job->report->pictures;
    for (size_t i = 0; i < total; i++) {
        if (!settings->progress(settings->context, i, total))
            return error_set(err, ERROR_CANCELLED,
                             "stopped after %zu of %zu pictures; run it again to complete it", i,
                             total);
        if (job->pictures[i].plan == PLAN_CROP && !crop_picture(job, &job->pictures[i], err))
            return false;
    }
    return true;
}

static bool make_folders(const struct job *job, struct error *err)
{
    const char *folder = job->report->target;
    if (job->settings->dry_run)
        return true;
    if (job->settings->overwrite)
        folder = job->report->originals;
    return folder_create(folder, true, err) && folder_remove_leftovers(folder, NULL, err) &&
           folder_remove_leftovers(job->settings->folder, NULL, err);
}

static bool set_target(const struct crop_settings *settings, struct crop_report *report,
                       struct error *err)
{
    return settings->overwrite
               ? path_join(report->target, PATH_SIZE, "", settings->folder, err)
               : path_join(report->target, PATH_SIZE, settings->folder, "cropped", err);
}

bool crop_pictures(const struct crop_settings *settings, struct crop_report *report,
                   struct error *err)
{
    *report = (struct crop_report){0};
    struct job job = {.settings = settings, .report = report};
    bool good = path_join(report->originals, PATH_SIZE, settings->folder, "originals", err) &&
                set_target(settings, report, err) && survey(&job, err) && read_notes(&job, err) &&
                make_folders(&job, err) && crop_all(&job, err);
    append_close(&job.notes_file);
    buffer_finish(&job.notes);
    free(job.lines);
    free(job.pictures);
    name_list_finish(&job.names);
    return good;
}

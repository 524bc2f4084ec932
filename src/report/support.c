/* Puts the archive together: every part through the redactor, then the pictures if they are wanted,
 * then what the receiver reads first.
 *
 * Invariant: nothing but pictures reaches the zip past add_text, which is where secrets are taken
 * out. Pictures are taken by their names in the records, but only plain files that really lie in
 * the folder of evidence: a record may have been edited.
 */
#include "report/support.h"

#include "frame/image.h"
#include "platform/clock.h"
#include "report/support_parts.h"
#include "report/support_redact.h"
#include "report/support_zip.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define PICTURES_BYTES_MAX (40u << 20)
enum { FOLDER_SIZE = 64 };

struct making {
    const struct support_request *request;
    struct redactor redactor;
    struct zip zip;
    char folder[FOLDER_SIZE]; /* in the archive */
    struct buffer problems;
    struct support_report report;
};

static bool add_text(struct making *making, const char *name, const char *what,
                     const struct buffer *text, struct error *err)
{
    char whole[FOLDER_SIZE + 64];
    struct buffer clean = {0};
    snprintf(whole, sizeof whole, "%s/%s", making->folder, name);
    bool good = buffer_check(text, err) &&
                redactor_append(&making->redactor, text->data, text->size, &clean, err) &&
                zip_add(&making->zip, whole, clean.data, clean.size, err);
    if (good)
        making->report.entries[making->report.entry_count++] =
            (struct support_entry){name, what, clean.size};
    buffer_finish(&clean);
    return good;
}

static void note_problem(struct making *making, const char *name, const struct error *why)
{
    buffer_append_format(&making->problems, "%s: %s\n", name, why->message);
    making->report.problems++;
}

static bool add_part(struct making *making, const struct support_part *part, struct error *err)
{
    struct buffer text = {0};
    struct error why;
    bool good = true;
    if (!making->request->goes_on(making->request->context))
        return error_set(err, ERROR_CANCELLED, "stopped; no archive was made");
    if (!part->write(making->request, &text, &why))
        note_problem(making, part->name, &why);
    if (text.size > 0)
        good = add_text(making, part->name, part->what, &text, err);
    buffer_finish(&text);
    return good;
}

/* ---- pictures */

static void safe_name(const char *path, char *ret_name, size_t size)
{
    const char *slash = strrchr(path, '/');
    snprintf(ret_name, size, "%.100s", slash ? slash + 1 : path);
    for (char *c = ret_name; *c; c++)
        if (!isalnum((unsigned char)*c) && !(c > ret_name && strchr("._-", *c) && c[-1] != '.'))
            *c = '_';
}

static bool read_picture(const struct making *making, const char *relative, struct buffer *bytes)
{
    const struct project *project = making->request->project;
    char path[PATH_SIZE];
    struct image_header header;
    struct error ignored;
    return path_join(path, sizeof path, project->root, relative, &ignored) &&
           image_has_known_name(path) && file_kind_of(path) == FILE_REGULAR &&
           path_check_inside(path, project->anomalies_dir, &ignored) &&
           image_read_header(path, &header, &ignored) &&
           file_read(path, IMAGE_FILE_MAX, bytes, &ignored);
}

/* The number goes first: two names may become the same when they are made safe. */
static bool add_picture(struct making *making, size_t number, const char *relative,
                        size_t *bytes_left, struct error *err)
{
    char name[128], whole[FOLDER_SIZE + 160];
    struct buffer bytes = {0};
    bool good = true;
    safe_name(relative, name, sizeof name);
    snprintf(whole, sizeof whole, "%s/pictures/%03zu_%s", making->folder, number, name);
    if (read_picture(making, relative, &bytes) && bytes.size <= *bytes_left) {
        *bytes_left -= bytes.size;
        making->report.pictures++;
        good = zip_add(&making->zip, whole, bytes.data, bytes.size, err);
    } else
        making->report.pictures_left_out++;
    buffer_finish(&bytes);
    return good;
}

static bool add_pictures(struct making *making, struct error *err)
{
    struct support_pictures pictures = {0};
    struct error why;
    size_t bytes_left = PICTURES_BYTES_MAX;
    if (!making->request->with_pictures)
        return true;
    if (!support_pictures_find(making->request, &pictures, &why)) {
        note_problem(making, "pictures", &why);
        return true;
    }
    bool good = true;
    making->report.pictures_left_out = pictures.more;
    for (size_t i = 0; good && i < pictures.count; i++) {
        good = making->request->goes_on(making->request->context)
                   ? add_picture(making, i + 1, pictures.paths[i], &bytes_left, err)
                   : error_set(err, ERROR_CANCELLED, "stopped; no archive was made");
    }
    support_pictures_finish(&pictures);
    return good;
}

/* ---- the whole */

static bool add_read_me(struct making *making, struct error *err)
{
    struct buffer text = {0};
    const struct support_report *report = &making->report;
    buffer_append_text(&text, "An archive for those who help with leakwatch, made by `leakwatch "
                              "support`.\n\n");
    for (size_t i = 0; i < report->entry_count; i++)
        buffer_append_format(&text, "%-16s %9zu bytes  %s\n", report->entries[i].name,
                             report->entries[i].bytes, report->entries[i].what);
    buffer_append_format(&text, "pictures         %9zu\n\n", report->pictures);
    buffer_append_text(&text,
                       "Passwords, webhooks and other secrets were replaced by ***. Names of "
                       "files, addresses\nof e-mail and places in the picture are in it. "
                       "Look through it before you send it.\n");
    bool good = add_text(making, "README.txt", "what is in here", &text, err);
    buffer_finish(&text);
    return good;
}

static bool make_archive(struct making *making, struct error *err)
{
    const struct support_request *request = making->request;
    if (!redactor_init(&making->redactor, request->config, request->project->root, err) ||
        !zip_init(&making->zip, request->now_utc_ms, err))
        return false;
    for (size_t i = 0; i < support_part_count; i++)
        if (!add_part(making, &support_parts[i], err))
            return false;
    if (!add_pictures(making, err))
        return false;
    if (making->problems.size > 0 &&
        !add_text(making, "problems.txt", "parts that could not be read, and why",
                  &making->problems, err))
        return false;
    return add_read_me(making, err) && zip_close(&making->zip, err);
}

bool support_make(const struct support_request *request, struct support_report *ret_report,
                  struct error *err)
{
    char stamp[CLOCK_TEXT_SIZE];
    struct making making = {.request = request};
    if (file_kind_of(request->path) != FILE_MISSING)
        return error_set(err, ERROR_INPUT, "%s exists already; name another file with --output",
                         request->path);
    clock_format_stamp(request->now_utc_ms, false, stamp);
    snprintf(making.folder, sizeof making.folder, "leakwatch-support-%.30s", stamp);
    bool good = make_archive(&making, err) && file_replace(request->path, making.zip.bytes.data,
                                                           making.zip.bytes.size, true, err);
    making.report.bytes = making.zip.bytes.size;
    if (good)
        *ret_report = making.report;
    zip_finish(&making.zip);
    redactor_finish(&making.redactor);
    buffer_finish(&making.problems);
    return good;
}

/* libarchive, fenced. It writes through a callback into a buffer, so that the file itself appears
 * by file_replace like all others.
 */
#include "report/support_zip.h"

#include <archive.h>
#include <archive_entry.h>
#include <assert.h>
#include <stdlib.h>
#include <string.h>

static la_ssize_t take_bytes(struct archive *archive, void *context, const void *data, size_t size)
{
    struct buffer *bytes = context;
    (void)archive;
    buffer_append(bytes, data, size);
    return bytes->failed ? -1 : (la_ssize_t)size;
}

static bool fails(const struct zip *zip, struct error *err)
{
    if (zip->bytes.failed)
        return error_set(err, ERROR_MEMORY, "no memory for the archive");
    const char *why = archive_error_string(zip->archive);
    return error_set(err, ERROR_INTERNAL, "the archive cannot be made: %s",
                     why ? why : "no reason given");
}

bool zip_name_is_safe(const char *name)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/";
    size_t length = strlen(name);
    return length > 0 && length < 256 && name[strspn(name, allowed)] == '\0' && name[0] != '/' &&
           name[0] != '-' && name[length - 1] != '/' && !strstr(name, "..") && !strstr(name, "//");
}

bool zip_init(struct zip *zip, int64_t utc_ms, struct error *err)
{
    *zip = (struct zip){.archive = archive_write_new(), .utc_ms = utc_ms};
    if (!zip->archive)
        return error_set(err, ERROR_MEMORY, "no memory for the archive");
    /* Blocks of a tape would pad its end. */
    return (archive_write_set_format_zip(zip->archive) == ARCHIVE_OK &&
            archive_write_set_bytes_in_last_block(zip->archive, 1) == ARCHIVE_OK &&
            archive_write_open(zip->archive, &zip->bytes, NULL, take_bytes, NULL) == ARCHIVE_OK) ||
           fails(zip, err);
}

bool zip_add(struct zip *zip, const char *name, const void *data, size_t size, struct error *err)
{
    assert(zip_name_is_safe(name));
    struct archive_entry *entry = archive_entry_new();
    if (!entry)
        return error_set(err, ERROR_MEMORY, "no memory for the archive");
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0600);
    archive_entry_set_size(entry, (la_int64_t)size);
    archive_entry_set_mtime(entry, zip->utc_ms / 1000, 0);
    bool good = archive_write_header(zip->archive, entry) == ARCHIVE_OK &&
                (size == 0 || archive_write_data(zip->archive, data, size) == (la_ssize_t)size);
    archive_entry_free(entry);
    return good || fails(zip, err);
}

bool zip_close(struct zip *zip, struct error *err)
{
    bool good = archive_write_close(zip->archive) == ARCHIVE_OK;
    if (!good)
        fails(zip, err);
    archive_write_free(zip->archive);
    zip->archive = NULL;
    return good && buffer_check(&zip->bytes, err);
}

void zip_finish(struct zip *zip)
{
    if (zip->archive)
        archive_write_free(zip->archive);
    buffer_finish(&zip->bytes);
    *zip = (struct zip){0};
}

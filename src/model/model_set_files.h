/* The three files of a model set as bytes: put in place together, and read back.
 *
 * Private to model_set.c. Each new file is first written whole and flushed under a name of its own
 * beside the old one (".threshold.json.new"); when all three are there, they are renamed, the model
 * first. A kill between two renames thus leaves a new model with its other files under their
 * waiting names, where `set_file_read` still finds them; which of the two is right is for the
 * caller to tell, by the digest. One thread and one writer per folder. Errors: those of
 * platform/file.h; ERROR_INPUT with the remedy when a file is missing.
 */
#ifndef MODEL_MODEL_SET_FILES_H
#define MODEL_MODEL_SET_FILES_H

#include "base/buffer.h"
#include "base/error.h"

enum set_file { SET_FILE_MODEL, SET_FILE_THRESHOLD, SET_FILE_STATS, SET_FILES };

const char *set_file_name(enum set_file file);

/* After a failure the old files stand as they were, or, when only a rename after the first one
 * failed, the new set is in place and the message says so. */
MUST_CHECK bool set_files_replace(const char *folder, const struct buffer files[SET_FILES],
                                  struct error *err);

/* The file itself, or the one that waits to take its place. */
MUST_CHECK bool set_file_read(const char *folder, enum set_file file, bool waiting,
                              struct buffer *contents, struct error *err);

/* The one that waits takes the place of the other. */
MUST_CHECK bool set_file_put_in_place(const char *folder, enum set_file file, struct error *err);

/* One file alone, in one step; what waited to take its place is forgotten. */
MUST_CHECK bool set_file_replace(const char *folder, enum set_file file,
                                 const struct buffer *contents, struct error *err);

#endif

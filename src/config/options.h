/* The rows of schema.h as a table that can be walked: by the loader, the command line, the exports.
 *
 * Read-only; any thread.
 */
#ifndef CONFIG_OPTIONS_H
#define CONFIG_OPTIONS_H

#include "config/config.h"

#include <stdbool.h>
#include <stddef.h>

enum option_type {
    OPTION_BOOL,
    OPTION_INT,
    OPTION_REAL,
    OPTION_TEXT,
    OPTION_CHOICE,
    OPTION_LIST,
};

enum option_flag {
    SECRET = 1,            /* never shown, never quoted; see secrets.h */
    FOLDER = 2,            /* relative to the project folder */
    FILE_PATH = 4,         /* relative to the project folder */
    IGNORED_ON_LINUX = 8,  /* accepted, a note says so */
    SECTION_SWITCH = 16,   /* its section may be written as this bool alone: "section: false" */
    MAY_HOLD_PASSWORD = 32 /* "rtsp://user:password@host": shown without it */
};

struct option_row {
    enum option_type type;
    const char *path; /* "camera.index" */
    size_t offset;    /* of the member in struct config */
    double default_number;
    const char *default_text;
    double min, max;
    const char *unit;
    unsigned flags;
    const char *choices;
    const char *text;
};

#define OPTION_COUNT_ROW(...) +1
enum { OPTION_COUNT = 0 CONFIG_OPTIONS(OPTION_COUNT_ROW) };
extern const struct option_row option_rows[OPTION_COUNT];

enum { OPTION_PATH_SIZE = 64, OPTION_LIST_TEXT_MAX = 254 };

/* The row of "camera.index", or NULL. */
const struct option_row *option_find(const char *path);
size_t option_index(const struct option_row *row);

/* "camera" and "notify.slack" are sections: some row stands below them. */
bool option_is_section(const char *path);

/* The row that `section: true` means, or NULL. */
const struct option_row *option_section_switch(const char *path);

/* The known option or section that someone who wrote `path` most likely meant; NULL when nothing is
 * near. `ret_nearest` has room for OPTION_PATH_SIZE bytes. */
const char *option_nearest(const char *path, char ret_nearest[OPTION_PATH_SIZE]);

/* Choice number `index` of a CHOICE row; false behind the last one. */
enum { OPTION_CHOICE_SIZE = 32 };
bool option_choice(const struct option_row *row, int index, char ret_name[OPTION_CHOICE_SIZE]);

/* All choices are digits only ("4|8"), so files and JSON write them as numbers. */
bool option_choices_are_numbers(const struct option_row *row);

/* What may stand there, for messages and documents: "a whole number from 0 to 63". */
MUST_CHECK bool option_allowed(const struct option_row *row, struct buffer *out, struct error *err);

#endif

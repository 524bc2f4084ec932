/* One value of a configuration: set from text, freed, shown; and where it came from.
 *
 * Private to config/. Ownership: texts that a value holds belong to the config.
 */
#ifndef CONFIG_VALUE_H
#define CONFIG_VALUE_H

#include "config/options.h"
#include "platform/file.h"

enum origin_kind {
    ORIGIN_DEFAULT,
    ORIGIN_FILE,         /* config.yaml, at line and column */
    ORIGIN_COMMAND_LINE, /* --section.name=value */
    ORIGIN_ENVIRONMENT,  /* the row's variable */
    ORIGIN_SECRET_FILE,  /* the file that the row's *_file names */
};

struct value_origin {
    enum origin_kind kind;
    int line, column; /* from 1, of ORIGIN_FILE */
};

struct config_origin {
    char file[PATH_SIZE]; /* as people call it: "config/config.yaml" */
    struct value_origin of[OPTION_COUNT];
};

/* A text from outside: YAML scalar, override, environment, secret file. */
struct value_text {
    const char *bytes; /* followed by a NUL that is not counted */
    size_t size;
    bool quoted; /* in YAML; then it cannot be a number or a bool */
};

/* Where the value of `row` lies in `config`. */
void *value_member(const struct config *config, const struct option_row *row);

/* Sets the default, which cannot fail but for memory. */
MUST_CHECK bool value_set_default(struct config *config, const struct option_row *row,
                                  struct error *err);

/* Checks type and range first. ERROR_CONFIG "camera.index is 99, allowed is …"; the value is not
 * quoted when the row is SECRET. A text for a LIST is split at commas. */
MUST_CHECK bool value_set(struct config *config, const struct option_row *row,
                          struct value_text text, struct error *err);

/* Sets a LIST; `texts` are copied. */
MUST_CHECK bool value_set_list(struct config *config, const struct option_row *row,
                               const struct value_text *texts, size_t count, struct error *err);

/* The same error, for something that is no text at all: `found` = "a list". */
bool value_refuse(const struct option_row *row, const char *found, struct error *err);

void value_finish(struct config *config, const struct option_row *row);

/* "" or what stands there, for TEXT rows. */
const char *value_text_of(const struct config *config, const struct option_row *row);

bool value_is_default(const struct config *config, const struct option_row *row);

/* As YAML, which for these values is JSON too: 30, true, "mean", ["a", "b"]; secrets as "***". */
void value_append(const struct config *config, const struct option_row *row, struct buffer *out);
void value_append_default(const struct option_row *row, struct buffer *out);
void value_append_quoted(struct buffer *out, const char *plain_text);

/* Shortest decimal number that reads back as the same double. */
void value_append_number(struct buffer *out, double number);

void value_set_origin(struct config *config, const struct option_row *row,
                      struct value_origin origin);
struct value_origin value_origin_of(const struct config *config, const struct option_row *row);

/* Prefixes where the value of `row` came from ("config/config.yaml:12:5: …"); returns false. */
bool value_add_origin(const struct config *config, const struct option_row *row, struct error *err);

#endif

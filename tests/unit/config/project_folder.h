/* A project folder for tests of config/: write config.yaml, load it, see what it warned of. */
#ifndef TESTS_CONFIG_PROJECT_FOLDER_H
#define TESTS_CONFIG_PROJECT_FOLDER_H

#include "config/config.h"
#include "platform/file.h"
#include "scratch.h"

#include <string.h>

static char warning_text[8192]; /* all of them, one a line */
static int warning_count;

static inline void note_warning(void *context, const char *sentence)
{
    size_t used = strlen(warning_text);
    (void)context;
    warning_count++;
    snprintf(warning_text + used, sizeof warning_text - used, "%s\n", sentence);
}

static inline struct config_warnings noted_warnings(void)
{
    warning_text[0] = '\0';
    warning_count = 0;
    return (struct config_warnings){note_warning, NULL};
}

/* Writes `size` bytes as config/config.yaml of the scratch project. */
static inline bool write_config_bytes(const void *bytes, size_t size)
{
    return folder_create(scratch("config"), false, NULL) &&
           file_replace(scratch("config/config.yaml"), bytes, size, false, NULL);
}

/* Loads `yaml` as the scratch project's configuration; NULL with `err`. */
static inline struct config *load_text(const char *yaml, struct error *err)
{
    *err = (struct error){0};
    if (!write_config_bytes(yaml, strlen(yaml))) {
        error_set(err, ERROR_INTERNAL, "the test cannot write its config.yaml");
        return NULL;
    }
    return config_load(scratch(""), (struct config_overrides){0}, noted_warnings(), err);
}

/* Behind the scratch folder's own name: "config/config.yaml:3:5: …". */
static inline const char *from_config(const char *message)
{
    const char *start = strstr(message, "config/config.yaml");
    return start ? start : message;
}

#endif

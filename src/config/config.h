/* The configuration of one project: read from config.yaml, overridden by the command line,
 * completed by secrets.
 *
 * `struct config` has one member per row of schema.h (`camera_index`, `notify_slack_webhook_url`,
 * …): BOOL → bool, INT → int, REAL → double, TEXT → const char *, CHOICE → int (index into the
 * row's choices), LIST → struct text_list. After loading it never changes, so any thread may read
 * it.
 *
 * Ownership: config_load and config_default return a config that config_destroy frees (takes NULL);
 * all texts in it are its own. Errors: ERROR_CONFIG "config/config.yaml:12:5: …" with file, line,
 * column, the allowed range, and a remedy; ERROR_USAGE "--section.name: …" for an override;
 * ERROR_INPUT when there is no config.yaml. Problems that do not stop the program (unknown key,
 * secret in the file, option ignored here) are given to `warn`, one sentence each, in the order of
 * the file. Hostile input: files above 1 MB, YAML with more than 10,000 events, nesting above 16,
 * aliases and anchors, duplicate keys, several documents and text that is not UTF-8 are refused.
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include "base/buffer.h"
#include "base/error.h"
#include "config/schema.h"

#include <stdbool.h>
#include <stddef.h>

struct text_list {
    char **texts;
    size_t count;
};

#define CONFIG_TYPE_BOOL bool
#define CONFIG_TYPE_INT int
#define CONFIG_TYPE_REAL double
#define CONFIG_TYPE_TEXT const char *
#define CONFIG_TYPE_CHOICE int
#define CONFIG_TYPE_LIST struct text_list
#define CONFIG_MEMBER(type, member, ...) CONFIG_TYPE_##type member;

struct config {
    CONFIG_OPTIONS(CONFIG_MEMBER)
    struct config_origin *origin; /* private: where each value came from */
};

enum { ROI_RELATIVE, ROI_PIXELS };
enum { SCORING_MEAN, SCORING_TOPK };
enum { CONNECTIVITY_4, CONNECTIVITY_8 };
enum { DETECTOR_REFERENCE, DETECTOR_SCENE };

struct config_warnings {
    void (*warn)(void *context, const char *sentence);
    void *context;
};

/* "section.name=value" overrides from the command line, applied after the file, checked like it. */
struct config_overrides {
    const char *const *texts; /* "camera.index=1" */
    size_t count;
};

/* `project` is the project folder; reads <project>/config/config.yaml. NULL: no
 * project; all defaults, and no secrets. Secrets: from the
 * environment (SLACK_WEBHOOK_URL, SMTP_PASSWORD, LEAKWATCH_HEARTBEAT_URL), else the *_file option,
 * else config.yaml. */
struct config *config_load(const char *project, struct config_overrides overrides,
                           struct config_warnings warnings, struct error *err);

/* Copies `source` with the password of a URL ("rtsp://user:password@host") replaced by ***; cut to
 * `size`. */
void config_hide_password(const char *source, char *ret_shown, size_t size);

/* All defaults; for init, docs and tests. */
struct config *config_default(struct error *err);
void config_destroy(struct config *config);

/* The whole configuration as YAML with one comment line per option (what `init` writes), or as it
 * is in force (what `config show` prints: secrets as ***, the origin of each value as a comment).
 */
MUST_CHECK bool config_write_yaml(const struct config *config, bool show_origin, struct buffer *out,
                                  struct error *err);
MUST_CHECK bool config_write_json(const struct config *config, struct buffer *out,
                                  struct error *err); /* secrets as *** */
MUST_CHECK bool config_write_docs(struct buffer *out,
                                  struct error *err); /* docs/configuration.md */
MUST_CHECK bool config_write_json_schema(struct buffer *out, struct error *err); /* for editors */

#endif

/* The project folder: names of its files and the mode file.
 *
 * Ownership: `struct project` is the caller's and holds only paths. Any thread may read it.
 */
#ifndef CONFIG_PROJECT_H
#define CONFIG_PROJECT_H

#include "config/config.h"
#include "platform/file.h"

struct project {
    char root[PATH_SIZE]; /* "." when the command runs in it */
    char config_file[PATH_SIZE];
    char mode_file[PATH_SIZE];
    char normal_dir[PATH_SIZE];
    char anomalies_dir[PATH_SIZE];
    char model_dir[PATH_SIZE];
    char logs_dir[PATH_SIZE];
    char events_file[PATH_SIZE]; /* the journal */
    char delivery_log_file[PATH_SIZE];
    char outbox_file[PATH_SIZE];
    char monitor_lock_file[PATH_SIZE];
    char delivery_lock_file[PATH_SIZE];
    char training_lock_file[PATH_SIZE];
    char checkpoint_file[PATH_SIZE];   /* training, interrupted */
    char acknowledged_file[PATH_SIZE]; /* event ids that `ack` leaves for a running monitor */
    char visualize_dir[PATH_SIZE];     /* reports; pictures may show people */
    char calibration_dir[PATH_SIZE];
    char health_dir[PATH_SIZE];
    char summary_dir[PATH_SIZE];
};

/* Paths only; makes nothing. */
MUST_CHECK bool project_resolve(const char *root, const struct config *config,
                                struct project *ret_project, struct error *err);

/* Makes the folders that are missing: a project may be no more than a config.yaml that someone
 * brought. */
MUST_CHECK bool project_create_folders(const struct project *project, struct error *err);

/* Makes the folders (pictures 0700), config.yaml and mode.txt (OFF). Existing files are left as
 * they are; ERROR_INPUT when `root` holds a project already. config.yaml comes last, so an init
 * that failed half-way can be repeated. */
MUST_CHECK bool project_init(const char *root, struct error *err);

/* ERROR_INPUT with a remedy ("run `leakwatch init` …") when `root` has no config/config.yaml. */
MUST_CHECK bool project_check(const char *root, struct error *err);

enum mode { MODE_OFF, MODE_CAPTURE, MODE_MONITOR };
const char *mode_name(enum mode mode);

/* Any case, byte-order mark, UTF-16 of either order, CRLF and spaces are accepted; ERROR_CONFIG
 * quotes what stood there (escaped, shortened), ERROR_INPUT says that it cannot be read. At most 4
 * KB are read. */
MUST_CHECK bool mode_read(const char *path, enum mode *ret_mode, struct error *err);
MUST_CHECK bool mode_write(const char *path, enum mode mode, struct error *err);
MUST_CHECK bool mode_parse(const void *data, size_t size, enum mode *ret_mode, struct error *err);

#endif

/* Names of a project folder's files, and how it is made.
 *
 * Locks and the outbox stand where no option can move them: two monitors with different overrides
 * must still find each other's lock. Folders that hold pictures are for their owner only, because
 * pictures may show people.
 */
#include "config/project.h"

#include <stdio.h>
#include <string.h>

static bool resolve(char ret_path[PATH_SIZE], const char *root, const char *name, struct error *err)
{
    /* "model" reads better in messages than "./model". */
    return path_join(ret_path, PATH_SIZE, strcmp(root, ".") == 0 ? "" : root, name, err);
}

bool project_resolve(const char *root, const struct config *config, struct project *ret_project,
                     struct error *err)
{
    struct project project;
    if (strlen(root) >= sizeof project.root)
        return error_set(err, ERROR_INPUT, "the name of the project folder is too long");
    snprintf(project.root, sizeof project.root, "%s", root);
    const struct {
        char *path; /* [PATH_SIZE] */
        const char *folder;
        const char *name;
    } files[] = {
        {project.config_file, root, "config/config.yaml"},
        {project.mode_file, root, config->paths_state_mode_file},
        {project.normal_dir, root, config->paths_data_normal_dir},
        {project.anomalies_dir, root, config->paths_data_anomalies_dir},
        {project.model_dir, root, config->paths_model_dir},
        {project.logs_dir, root, config->paths_logs_dir},
        {project.events_file, project.logs_dir, "events.jsonl"},
        {project.delivery_log_file, project.logs_dir, "delivery.jsonl"},
        {project.outbox_file, root, "outbox.db"},
        {project.monitor_lock_file, root, "state/monitor.lock"},
        {project.delivery_lock_file, root, "state/delivery.lock"},
        {project.training_lock_file, root, "state/training.lock"},
        {project.checkpoint_file, project.model_dir, "training.checkpoint"},
        {project.acknowledged_file, root, "state/acknowledged.txt"},
        {project.visualize_dir, root, "reports/reconstruction_viz"},
        {project.calibration_dir, root, "reports/threshold_calibration"},
        {project.health_dir, root, "reports/health_check"},
        {project.summary_dir, root, "reports/daily_summary"},
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if (!resolve(files[i].path, files[i].folder, files[i].name, err))
            return false;
    }
    *ret_project = project;
    return true;
}

static bool create_parent(const char *file, struct error *err)
{
    char folder[PATH_SIZE];
    snprintf(folder, sizeof folder, "%s", file);
    char *slash = strrchr(folder, '/');
    if (!slash || slash == folder)
        return true;
    *slash = '\0';
    return folder_create(folder, false, err);
}

bool project_create_folders(const struct project *project, struct error *err)
{
    const struct {
        const char *path;
        bool pictures;
    } folders[] = {{project->normal_dir, true},    {project->anomalies_dir, true},
                   {project->model_dir, false},    {project->logs_dir, false},
                   {project->visualize_dir, true}, {project->calibration_dir, true},
                   {project->health_dir, true},    {project->summary_dir, true}};
    if (!create_parent(project->mode_file, err) || !create_parent(project->monitor_lock_file, err))
        return false;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        if (!create_parent(folders[i].path, err) ||
            !folder_create(folders[i].path, folders[i].pictures, err))
            return false;
    }
    return true;
}

static bool write_config(const struct config *config, const char *path, struct error *err)
{
    struct buffer text = {0};
    bool ok = config_write_yaml(config, false, &text, err) &&
              file_replace(path, buffer_text(&text), text.size, false, err);
    buffer_finish(&text);
    return ok;
}

static bool make_project(const char *root, const struct config *config, struct error *err)
{
    struct project project;
    if (!project_resolve(root, config, &project, err))
        return false;
    if (file_kind_of(project.config_file) != FILE_MISSING)
        return error_set(err, ERROR_INPUT,
                         "%s exists already: this folder holds a project, which is left as it is",
                         project.config_file);
    if (!folder_create(root, false, err) || !create_parent(project.config_file, err) ||
        !project_create_folders(&project, err))
        return false;
    if (file_kind_of(project.mode_file) == FILE_MISSING &&
        !mode_write(project.mode_file, MODE_OFF, err))
        return false;
    return write_config(config, project.config_file, err);
}

bool project_init(const char *root, struct error *err)
{
    struct config *config = config_default(err);
    bool ok = config && make_project(root, config, err);
    config_destroy(config);
    return ok;
}

bool project_check(const char *root, struct error *err)
{
    char path[PATH_SIZE];
    if (!resolve(path, root, "config/config.yaml", err))
        return false;
    if (!file_is_missing(path))
        return true;
    return error_set(err, ERROR_INPUT,
                     "no %.300s; make a project folder with `leakwatch init DIR`, then run this in "
                     "it or with --project DIR",
                     path);
}

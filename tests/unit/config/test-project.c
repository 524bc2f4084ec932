/* The project folder: made once, left alone afterwards, and what happens where it cannot be made.
 */
#include "check.h"
#include "config/project.h"
#include "project_folder.h"

#include <stdlib.h>
#include <sys/wait.h>

static unsigned permissions_of(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 ? status.st_mode & 07777u : 0;
}

TEST(init_makes_a_project_that_loads_and_is_off)
{
    struct error err = {0};
    enum mode mode;
    CHECK(project_init(scratch("rig"), &err));
    CHECK(project_check(scratch("rig"), &err));
    struct config *config =
        config_load(scratch("rig"), (struct config_overrides){0}, noted_warnings(), &err);
    CHECK_TEXT(config ? "" : err.message, "");
    CHECK_TEXT(warning_text, "");
    config_destroy(config);
    CHECK(mode_read(scratch("rig/state/mode.txt"), &mode, &err));
    CHECK_INT(mode, MODE_OFF);
    static const char *const folders[] = {"rig/data/normal",
                                          "rig/data/anomalies",
                                          "rig/model",
                                          "rig/logs",
                                          "rig/reports/reconstruction_viz",
                                          "rig/reports/threshold_calibration",
                                          "rig/reports/health_check",
                                          "rig/reports/daily_summary"};
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
        CHECK_INT(file_kind_of(scratch(folders[i])), FILE_FOLDER);
    CHECK_INT(permissions_of(scratch("rig/data/normal")), 0700);
    CHECK_INT(permissions_of(scratch("rig/data/anomalies")), 0700);
    CHECK_INT(permissions_of(scratch("rig/reports/reconstruction_viz")), 0700);
}

TEST(a_second_init_is_refused_and_changes_nothing)
{
    struct error err = {0};
    struct buffer text = {0};
    CHECK(project_init(scratch("twice"), &err));
    CHECK(file_replace(scratch("twice/config/config.yaml"), "schema: 1\n", 10, false, &err));
    CHECK(mode_write(scratch("twice/state/mode.txt"), MODE_MONITOR, &err));
    CHECK(!project_init(scratch("twice"), &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "twice/config/config.yaml exists already");
    CHECK(file_read(scratch("twice/config/config.yaml"), 1 << 20, &text, &err));
    CHECK_TEXT(buffer_text(&text), "schema: 1\n");
    buffer_finish(&text);
    enum mode mode;
    CHECK(mode_read(scratch("twice/state/mode.txt"), &mode, &err));
    CHECK_INT(mode, MODE_MONITOR);
}

TEST(init_completes_a_folder_and_keeps_what_is_there)
{
    struct error err = {0};
    enum mode mode;
    CHECK(folder_create(scratch("half/state"), false, &err));
    CHECK(mode_write(scratch("half/state/mode.txt"), MODE_CAPTURE, &err));
    CHECK(!project_check(scratch("half"), &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "leakwatch init");
    CHECK(project_init(scratch("half"), &err));
    CHECK(mode_read(scratch("half/state/mode.txt"), &mode, &err));
    CHECK_INT(mode, MODE_CAPTURE);
}

TEST(init_below_a_file_fails)
{
    struct error err = {0};
    CHECK(file_replace(scratch("file"), "x", 1, false, &err));
    CHECK(!project_init(scratch("file"), &err));
    CHECK_CONTAINS(err.message, "file");
    CHECK(!project_init(scratch("file/below"), &err));
    CHECK_CONTAINS(err.message, "file");
}

/* As someone who may not write there: root may write everywhere. */
static bool init_as_nobody(const char *path, struct error *ret_err)
{
    int ends[2];
    if (pipe(ends) != 0)
        return true;
    pid_t child = fork();
    if (child == 0) {
        struct error err = {0};
        bool ok = (getuid() != 0 || setuid(65534) == 0) && project_init(path, &err);
        ssize_t written = write(ends[1], &err, sizeof err);
        _exit(ok || written != (ssize_t)sizeof err);
    }
    close(ends[1]);
    ssize_t count = read(ends[0], ret_err, sizeof *ret_err);
    close(ends[0]);
    int status;
    return waitpid(child, &status, 0) != child || status != 0 || count != (ssize_t)sizeof *ret_err;
}

TEST(init_in_a_read_only_folder_fails_and_names_it)
{
    struct error err = {0};
    CHECK(folder_create(scratch("locked"), false, &err));
    CHECK(chmod(scratch(""), 0755) == 0 && chmod(scratch("locked"), 0555) == 0);
    CHECK(!init_as_nobody(scratch("locked/rig"), &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "locked");
    CHECK(!init_as_nobody(scratch("locked"), &err));
    CHECK_CONTAINS(err.message, "locked");
    CHECK(chmod(scratch("locked"), 0755) == 0);
    CHECK_INT(file_kind_of(scratch("locked/rig")), FILE_MISSING);
    CHECK_INT(file_kind_of(scratch("locked/config")), FILE_MISSING);
}

TEST(paths_come_from_the_configuration_and_locks_do_not)
{
    static const char *const overrides[] = {"paths.model_dir=m/x", "paths.logs_dir=/var/l",
                                            "paths.state_mode_file=s/m.txt"};
    struct error err = {0};
    struct project project;
    CHECK(write_config_bytes("schema: 1\n", 10));
    struct config *config =
        config_load(scratch(""), (struct config_overrides){overrides, 3}, noted_warnings(), &err);
    CHECK_TEXT(config ? "" : err.message, "");
    CHECK(project_resolve("rig", config, &project, &err));
    CHECK_TEXT(project.root, "rig");
    CHECK_TEXT(project.model_dir, "rig/m/x");
    CHECK_TEXT(project.checkpoint_file, "rig/m/x/training.checkpoint");
    CHECK_TEXT(project.logs_dir, "/var/l");
    CHECK_TEXT(project.mode_file, "rig/s/m.txt");
    CHECK_TEXT(project.monitor_lock_file, "rig/state/monitor.lock");
    CHECK(project_resolve(".", config, &project, &err));
    CHECK_TEXT(project.config_file, "config/config.yaml");
    CHECK_TEXT(project.model_dir, "m/x");
    CHECK_TEXT(project.outbox_file, "outbox.db");
    char root[PATH_SIZE + 8];
    memset(root, 'r', sizeof root);
    root[sizeof root - 1] = '\0';
    CHECK(!project_resolve(root, config, &project, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    root[PATH_SIZE - 1] = '\0';
    CHECK(!project_resolve(root, config, &project, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_TEXT(project.model_dir, "m/x");
    config_destroy(config);
}

TEST(missing_folders_of_a_brought_configuration_are_made)
{
    struct error err = {0};
    struct project project;
    struct config *config = config_default(&err);
    CHECK(config && project_resolve(scratch("brought"), config, &project, &err));
    CHECK(project_create_folders(&project, &err));
    CHECK(project_create_folders(&project, &err));
    CHECK_INT(file_kind_of(scratch("brought/state")), FILE_FOLDER);
    CHECK_INT(file_kind_of(scratch("brought/data/anomalies")), FILE_FOLDER);
    config_destroy(config);
}

int main(void)
{
    RUN(init_makes_a_project_that_loads_and_is_off);
    RUN(a_second_init_is_refused_and_changes_nothing);
    RUN(init_completes_a_folder_and_keeps_what_is_there);
    RUN(init_below_a_file_fails);
    RUN(init_in_a_read_only_folder_fails_and_names_it);
    RUN(paths_come_from_the_configuration_and_locks_do_not);
    RUN(missing_folders_of_a_brought_configuration_are_made);
    return check_report();
}

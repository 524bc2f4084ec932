/* Before capture, training or monitoring begins: the temporary files of processes that are gone. A
 * model is 12 MB and a checkpoint 50 MB, so they would fill a disk in time. That one cannot be
 * removed stops no job.
 */
#include "cmd/leftovers.h"

#include "base/log.h"

void leftovers_remove(const struct project *project)
{
    char previous[PATH_SIZE];
    struct error ignored;
    if (!path_join(previous, sizeof previous, project->model_dir, "previous", &ignored))
        previous[0] = '\0';
    const char *folders[] = {project->model_dir,       previous,
                             project->normal_dir,      project->anomalies_dir,
                             project->calibration_dir, project->health_dir,
                             project->summary_dir};
    size_t total = 0;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        size_t count = 0;
        if (folders[i][0] && folder_remove_leftovers(folders[i], &count, &ignored))
            total += count;
    }
    if (total > 0)
        log_note("removed %zu unfinished file%s of a run that was interrupted", total,
                 total == 1 ? "" : "s");
}

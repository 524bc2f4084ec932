/* Health of the model: does the set fit together, the configuration and the camera, and does a
 * picture of now count as normal?
 *
 * The score is made by the very detector that a monitor uses, so what is normal here is normal
 * there.
 */
#include "cmd/health.h"

#include "platform/folder.h"

#include <stdio.h>

static void append_age(const struct health *health, char *text, size_t size)
{
    char age[HEALTH_AGE_SIZE];
    int64_t made_utc_ms;
    text[0] = '\0';
    if (!detector_kind_model_time(detector_kind_of(health->config), health->project.model_dir,
                                  &made_utc_ms))
        return;
    double age_s = (double)(health->report.utc_ms - made_utc_ms) / 1000;
    health_format_age(age_s > 0 ? age_s : 0, age);
    snprintf(text, size, ", %s old", age);
}

void health_check_model(struct health *health, struct health_result *result)
{
    struct error err;
    char age[HEALTH_AGE_SIZE + 16];
    if (invocation_has(health->invocation, "skip-model")) {
        health_set(result, HEALTH_SKIP, "as asked (--skip-model)");
        return;
    }
    const struct detector_kind *kind = detector_kind_of(health->config);
    if (!kind->load(health->project.model_dir, &health->model, &err)) {
        health_set_error(result, HEALTH_FAIL, &err);
        if (err.code == ERROR_INPUT)
            health_set_remedy(result, "capture normal pictures (`leakwatch capture`), then "
                                      "`leakwatch train`");
        return;
    }
    health->has_model = true;
    const struct model_set *model = &health->model.set;
    append_age(health, age, sizeof age);
    health_add_figure(result, "threshold", model->threshold.threshold);
    const size_t pictures = model->stats.n_train + model->stats.n_val; /* 0 = not known */
    if (pictures > 0)
        health_add_figure(result, "pictures", (double)pictures);
    if (!kind->check(&health->model, health->config, &err)) {
        health_set_error(result, HEALTH_FAIL, &err);
        return;
    }
    char origin[64] = "";
    if (pictures > 0)
        snprintf(origin, sizeof origin, "; made from %zu pictures", pictures);
    health_set(result, HEALTH_OK, "model %.12s of the %s detector fits the configuration%s%s",
               model->identity.set_digest, kind->name, origin, age);
}

static void judge(const struct observation *seen, struct health_result *result)
{
    health_add_figure(result, "score", seen->score);
    health_add_figure(result, "threshold", seen->threshold);
    health_add_figure(result, "largest_blob_area", seen->largest_blob_area);
    health_add_figure(result, "blob_area_threshold", seen->blob_area_threshold);
    if (seen->busy || seen->camera_faults) {
        health_set(result, HEALTH_WARN,
                   "the picture is too different from the normal ones to be "
                   "judged");
        health_set_remedy(result, "look whether the camera has been moved, covered or put out of "
                                  "focus, or whether somebody stands before it");
        return;
    }
    if (!seen->score_triggered && !seen->heatmap_triggered) {
        health_set(result, HEALTH_OK, "normal: score %.4g, threshold %.4g", seen->score,
                   seen->threshold);
        return;
    }
    if (seen->score_triggered)
        health_set(result, HEALTH_WARN, "a monitor would alarm now: score %.4g, threshold %.4g",
                   seen->score, seen->threshold);
    else
        health_set(result, HEALTH_WARN,
                   "a monitor would alarm now: a spot of %.0f px of the map, threshold %.0f",
                   seen->largest_blob_area, seen->blob_area_threshold);
    health_set_remedy(result, "look at the rig; if all is normal, capture pictures of how it looks "
                              "now and train again");
}

void health_check_score(struct health *health, struct health_result *result)
{
    const struct health_camera *camera = &health->camera;
    struct error err;
    struct observation seen;
    if (!health->has_model || camera->count == 0) {
        health_set(result, HEALTH_SKIP, "needs %s%s%s", health->has_model ? "" : "a model",
                   !health->has_model && camera->count == 0 ? " and " : "",
                   camera->count == 0 ? "a picture" : "");
        return;
    }
    const struct frame frame = {.width = camera->width,
                                .height = camera->height,
                                .number = camera->last_number,
                                .time_ns = camera->last_ns,
                                .utc_ms = camera->last_utc_ms,
                                .rgb = camera->rgb};
    struct detector *detector =
        detector_kind_of(health->config)
            ->open(&health->model, health->config, camera->width, camera->height, 1, &err);
    if (detector &&
        detector_kind_look(detector_kind_of(health->config), detector, &frame, &seen, &err))
        judge(&seen, result);
    else
        health_set_error(result, HEALTH_FAIL, &err);
    detector_destroy(detector);
}

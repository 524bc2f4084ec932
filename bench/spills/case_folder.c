/* Makes one folder: empties what an interrupted run left, renders and writes frame by frame, and
 * writes the .json that declares it complete last and as one step.
 *
 * The recipe in that file is everything the pictures follow from; when a new version of this
 * program would draw others, RECIPE_VERSION goes up and old folders are made anew. The pictures are
 * written without a flush to the disk each, which would take longer than drawing them: a set
 * survives kill -9 of this program, but is better made again after a power cut.
 */
#include "case_folder.h"

#include "frame/image.h"
#include "platform/file.h"
#include "platform/folder.h"
#include "platform/signal.h"
#include "renderer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECIPE_VERSION = 2, JSON_MAX = 1 << 20, FRAMES_MAX = 1000000 };

/* One line without quotes. */
static void append_recipe(struct buffer *out, const struct scene_plan *scene,
                          const struct case_plan *plan)
{
    buffer_append_format(out,
                         "v%d %s %dx%d scene-seed %llu, %d normals; %s seed %llu, %d frames, onset "
                         "%d, every %g s from %g s, scenario %s x%g at x%g%s",
                         (int)RECIPE_VERSION, scene->name, scene->width, scene->height,
                         (unsigned long long)scene->seed, scene->normals, plan->kind,
                         (unsigned long long)plan->seed, plan->frames, plan->onset,
                         plan->interval_s, plan->start_s, scenario_rows[plan->scenario].name,
                         plan->rig_amount, plan->rig_rate, plan->has_visits ? ", visits" : "");
    const struct leak_settings *leak = &plan->leak_settings;
    if (plan->leak == LEAK_PAINTED)
        buffer_append_format(out, "; leak %s area %g contrast %g in %g s, liquid %d, growth %d",
                             leak_kind_name(leak->kind), leak->area_fraction, leak->contrast,
                             leak->grow_s, (int)leak->liquid, (int)leak->growth);
    for (int i = 0; i < plan->nuisance_count; i++) {
        const struct nuisance *nuisance = &plan->nuisances[i];
        buffer_append_format(out, "; %s %g", nuisance_rows[nuisance->kind].name, nuisance->amount);
        if (nuisance->from_s > 0.0)
            buffer_append_format(out, " from %g s", nuisance->from_s);
    }
}

struct folder_paths {
    char scene[PATH_SIZE];
    char frames[PATH_SIZE];
    char masks[PATH_SIZE];
    char json[PATH_SIZE];
};

static bool find_paths(const char *out, const struct scene_plan *scene,
                       const struct case_plan *plan, struct folder_paths *ret_paths,
                       struct error *err)
{
    return path_join(ret_paths->scene, PATH_SIZE, out, scene->name, err) &&
           path_join(ret_paths->frames, PATH_SIZE, ret_paths->scene,
                     plan->is_normal ? "normal" : plan->name, err) &&
           path_join(ret_paths->masks, PATH_SIZE, ret_paths->frames, "mask", err) &&
           path_join(ret_paths->json, PATH_SIZE,
                     plan->is_normal ? ret_paths->scene : ret_paths->frames,
                     plan->is_normal ? "scene.json" : "case.json", err);
}

bool case_folder_is_complete(const char *out, const struct scene_plan *scene,
                             const struct case_plan *plan)
{
    struct folder_paths paths;
    if (!find_paths(out, scene, plan, &paths, NULL) || file_is_missing(paths.json))
        return false;
    struct buffer recipe = {0}, json = {0};
    buffer_append_text(&recipe, "\"source\": \"");
    append_recipe(&recipe, scene, plan);
    buffer_append_text(&recipe, "\"");
    const bool complete = file_read(paths.json, JSON_MAX, &json, NULL) && !recipe.failed &&
                          strstr(buffer_text(&json), buffer_text(&recipe));
    buffer_finish(&recipe);
    buffer_finish(&json);
    return complete;
}

static bool empty_folder(const char *path, struct error *err)
{
    if (file_kind_of(path) != FILE_FOLDER)
        return true;
    struct name_list list = {0};
    bool done = folder_list(path, FRAMES_MAX, &list, err);
    for (size_t i = 0; done && i < list.count; i++) {
        char file[PATH_SIZE];
        done = path_join(file, sizeof file, path, list.names[i], err) &&
               (file_kind_of(file) == FILE_FOLDER || file_remove(file, err));
    }
    name_list_finish(&list);
    return done;
}

static bool write_file(const char *path, const struct buffer *contents, struct error *err)
{
    FILE *file = fopen(path, "wb");
    if (!file)
        return error_set_errno(err, errno, "cannot create %s", path);
    errno = 0;
    const bool written = fwrite(contents->data, 1, contents->size, file) == contents->size;
    const int reason = errno;
    if (fclose(file) == 0 && written)
        return true;
    return error_set_errno(err, written ? errno : reason, "cannot write %s", path);
}

/* The mask as a picture in grey. */
static bool write_mask(const char *path, const struct rendering *rendering, struct error *err)
{
    const size_t pixels = (size_t)rendering->width * (size_t)rendering->height;
    uint8_t *rgb = malloc(pixels * 3);
    if (!rgb)
        return error_set(err, ERROR_MEMORY, "no memory for a mask");
    for (size_t i = 0; i < pixels; i++)
        memset(rgb + 3 * i, rendering->mask[i], 3);
    struct buffer png = {0};
    const bool done = image_encode_png(rgb, rendering->width, rendering->height, &png, err) &&
                      buffer_check(&png, err) && write_file(path, &png, err);
    buffer_finish(&png);
    free(rgb);
    return done;
}

static bool write_frame(const struct folder_paths *paths, int frame, const struct buffer *jpeg,
                        const struct rendering *rendering, struct error *err)
{
    char name[32], path[PATH_SIZE];
    snprintf(name, sizeof name, "%06d.jpg", frame);
    if (!path_join(path, sizeof path, paths->frames, name, err) || !write_file(path, jpeg, err))
        return false;
    if (rendering->area_px == 0)
        return true;
    snprintf(name, sizeof name, "%06d.png", frame);
    return path_join(path, sizeof path, paths->masks, name, err) &&
           write_mask(path, rendering, err);
}

static bool write_json(const struct folder_paths *paths, const struct scene_plan *scene,
                       const struct case_plan *plan, const int64_t *areas, double contrast,
                       struct error *err)
{
    struct buffer json = {0};
    buffer_append_format(&json, "{\"name\": \"%s/%s\", \"kind\": \"%s\", ", scene->name,
                         plan->is_normal ? "normal" : plan->name, plan->kind);
    if (plan->onset >= 0)
        buffer_append_format(&json, "\"onset\": %d, \"contrast\": %.4f, ", plan->onset, contrast);
    else
        buffer_append_text(&json, "\"onset\": null, ");
    if (plan->expect[0])
        buffer_append_format(&json, "\"expect\": \"%s\", ", plan->expect);
    buffer_append_format(&json, "\"frame_interval_seconds\": %g,\n\"source\": \"",
                         plan->interval_s);
    append_recipe(&json, scene, plan);
    buffer_append_text(&json, "\",\n\"area\": [");
    for (int i = 0; i < plan->frames; i++)
        buffer_append_format(&json, "%s%lld", i ? "," : "", (long long)areas[i]);
    buffer_append_text(&json, "]}\n");
    const bool done =
        buffer_check(&json, err) && file_replace(paths->json, json.data, json.size, false, err);
    buffer_finish(&json);
    return done;
}

static bool write_frames(const struct folder_paths *paths, const struct scene_plan *scene,
                         const struct case_plan *plan, const struct footage *footage,
                         int64_t *areas, double *ret_contrast, struct error *err)
{
    struct renderer *renderer = renderer_create(scene, plan, footage, err);
    struct buffer jpeg = {0};
    bool done = renderer, leaks = false;
    for (int i = 0; done && i < plan->frames; i++) {
        struct rendering rendering;
        buffer_clear(&jpeg);
        if (stop_requested())
            done = error_set(err, ERROR_CANCELLED, "stopped; run it again to go on");
        done = done && renderer_frame(renderer, i, &jpeg, &rendering, err) &&
               write_frame(paths, i, &jpeg, &rendering, err);
        if (!done)
            break;
        areas[i] = rendering.area_px;
        if (rendering.area_px) {
            *ret_contrast = rendering.contrast;
            leaks = true;
        }
    }
    if (done && plan->onset >= 0 && !leaks)
        done =
            error_set(err, ERROR_INTERNAL, "the leak is seen in none of %d frames", plan->frames);
    buffer_finish(&jpeg);
    renderer_destroy(renderer);
    return done;
}

bool case_folder_make(const char *out, const struct scene_plan *scene, const struct case_plan *plan,
                      const struct footage *footage, struct error *err)
{
    struct folder_paths paths;
    if (!find_paths(out, scene, plan, &paths, err))
        return false;
    int64_t *areas = calloc((size_t)plan->frames, sizeof *areas);
    double contrast = 0.0;
    if (!areas)
        return error_set(err, ERROR_MEMORY, "no memory for the areas of %d frames", plan->frames);
    const bool done = file_remove(paths.json, err) && folder_create(paths.frames, false, err) &&
                      folder_remove_leftovers(paths.scene, NULL, err) &&
                      folder_remove_leftovers(paths.frames, NULL, err) &&
                      empty_folder(paths.frames, err) && empty_folder(paths.masks, err) &&
                      (plan->onset < 0 || folder_create(paths.masks, false, err)) &&
                      write_frames(&paths, scene, plan, footage, areas, &contrast, err) &&
                      write_json(&paths, scene, plan, areas, contrast, err);
    free(areas);
    if (!done)
        return error_add_context(err, "%s", paths.frames);
    return true;
}

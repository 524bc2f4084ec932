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

enum { RECIPE_VERSION = 1, RECIPE_SIZE = 512, JSON_MAX = 1 << 20, FRAMES_MAX = 1000000 };

static const double normal_interval_s = 1.5;

static struct case_plan plan_of_normals(const struct scene_plan *scene)
{
    struct case_plan plan = {
        .kind = "normal",
        .onset = -1,
        .frames = scene->normals,
        .seed = scene->seed,
        .interval_s = normal_interval_s,
        .jpeg_quality = 90,
    };
    return plan;
}

static void write_recipe(const struct scene_plan *scene, const struct case_plan *plan,
                         char ret_recipe[RECIPE_SIZE])
{
    snprintf(ret_recipe, RECIPE_SIZE,
             "v%d %s %dx%d scene-seed %llu; %s seed %llu frames %d onset %d every %g s from %g s, "
             "leak %d, scenario %s, jpeg %d",
             (int)RECIPE_VERSION, scene->name, scene->width, scene->height,
             (unsigned long long)scene->seed, plan->kind, (unsigned long long)plan->seed,
             plan->frames, plan->onset, plan->interval_s, plan->start_s, (int)plan->leak,
             scenario_rows[plan->scenario].name, plan->jpeg_quality);
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
           path_join(ret_paths->frames, PATH_SIZE, ret_paths->scene, plan ? plan->name : "normal",
                     err) &&
           path_join(ret_paths->masks, PATH_SIZE, ret_paths->frames, "mask", err) &&
           path_join(ret_paths->json, PATH_SIZE, plan ? ret_paths->frames : ret_paths->scene,
                     plan ? "case.json" : "scene.json", err);
}

bool case_folder_is_complete(const char *out, const struct scene_plan *scene,
                             const struct case_plan *plan)
{
    const struct case_plan normals = plan_of_normals(scene);
    struct folder_paths paths;
    if (!find_paths(out, scene, plan, &paths, NULL) || file_is_missing(paths.json))
        return false;
    char recipe[RECIPE_SIZE];
    write_recipe(scene, plan ? plan : &normals, recipe);
    struct buffer json = {0};
    const bool complete =
        file_read(paths.json, JSON_MAX, &json, NULL) && strstr(buffer_text(&json), recipe);
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
    char recipe[RECIPE_SIZE];
    write_recipe(scene, plan, recipe);
    struct buffer json = {0};
    buffer_append_format(&json, "{\"name\": \"%s/%s\", \"kind\": \"%s\", ", scene->name, plan->name,
                         plan->kind);
    if (plan->onset >= 0)
        buffer_append_format(&json, "\"onset\": %d, \"contrast\": %.4f, ", plan->onset, contrast);
    else
        buffer_append_text(&json, "\"onset\": null, ");
    if (plan->expect[0])
        buffer_append_format(&json, "\"expect\": \"%s\", ", plan->expect);
    buffer_append_format(&json, "\"frame_interval_seconds\": %g, \"source\": \"%s\",\n\"area\": [",
                         plan->interval_s, recipe);
    for (int i = 0; i < plan->frames; i++)
        buffer_append_format(&json, "%s%lld", i ? "," : "", (long long)areas[i]);
    buffer_append_text(&json, "]}\n");
    const bool done =
        buffer_check(&json, err) && file_replace(paths->json, json.data, json.size, false, err);
    buffer_finish(&json);
    return done;
}

static bool write_frames(const struct folder_paths *paths, const struct scene_plan *scene,
                         const struct case_plan *plan, int64_t *areas, double *ret_contrast,
                         struct error *err)
{
    struct renderer *renderer = renderer_create(scene, plan, err);
    struct buffer jpeg = {0};
    bool done = renderer;
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
        if (rendering.area_px)
            *ret_contrast = rendering.contrast;
    }
    buffer_finish(&jpeg);
    renderer_destroy(renderer);
    return done;
}

bool case_folder_make(const char *out, const struct scene_plan *scene, const struct case_plan *plan,
                      struct error *err)
{
    const struct case_plan normals = plan_of_normals(scene);
    struct folder_paths paths;
    if (!find_paths(out, scene, plan, &paths, err))
        return false;
    if (!plan)
        plan = &normals;
    int64_t *areas = calloc((size_t)plan->frames, sizeof *areas);
    double contrast = 0.0;
    if (!areas)
        return error_set(err, ERROR_MEMORY, "no memory for the areas of %d frames", plan->frames);
    const bool done = file_remove(paths.json, err) && folder_create(paths.frames, false, err) &&
                      empty_folder(paths.frames, err) && empty_folder(paths.masks, err) &&
                      (plan->onset < 0 || folder_create(paths.masks, false, err)) &&
                      write_frames(&paths, scene, plan, areas, &contrast, err) &&
                      write_json(&paths, scene, plan, areas, contrast, err);
    free(areas);
    if (!done)
        return error_add_context(err, "%s", paths.frames);
    return true;
}

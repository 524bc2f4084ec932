/* `leakwatch visualize`: what the network makes of pictures: input, reconstruction, error.
 *
 * The command itself: its flags, what they allow together, and the order of the work.
 * visualize_frames.c looks at frames, visualize_result.c says what came of it.
 */
#include "cmd/visualize.h"

#include "cmd/commands.h"
#include "cmd/look.h"

enum { NUM_DEFAULT = 16, NUM_MOST = 1000, SEEDS = 1000000 };

static bool read_wishes(const struct invocation *invocation, struct wishes *ret_wishes,
                        struct error *err)
{
    const bool has_seed = invocation_has(invocation, "seed");
    const bool has_folder = invocation_has(invocation, "input-dir");
    struct wishes wishes = {
        .num = (size_t)invocation_int(invocation, "num", NUM_DEFAULT),
        .random = invocation_has(invocation, "random"),
        .camera = invocation_has(invocation, "use-camera") || invocation_has(invocation, "source"),
        .json = invocation_has(invocation, "json"),
        .seed = (uint64_t)invocation_int(invocation, "seed", clock_wall_utc_ms() % SEEDS),
        .folder = invocation_text(invocation, "input-dir", invocation->project->normal_dir),
        .files = {.colors = (enum color_map)invocation->config->heatmap_colormap,
                  .montage = !invocation_has(invocation, "no-grid"),
                  .individual = !invocation_has(invocation, "no-individual"),
                  .columns = (int)invocation_int(invocation, "grid-cols", 0)}};
    if (!wishes.files.montage && !wishes.files.individual)
        return error_set(err, ERROR_USAGE,
                         "--no-grid and --no-individual together leave nothing to make");
    if (wishes.camera && (wishes.random || has_folder))
        return error_set(err, ERROR_USAGE,
                         "%s goes with the pictures of a folder, not with a camera",
                         has_folder ? "--input-dir" : "--random");
    if (has_seed && !wishes.random)
        return error_set(err, ERROR_USAGE, "--seed goes with --random");
    *ret_wishes = wishes;
    return true;
}

static bool load_model(struct visualization *job, struct error *err)
{
    return detector_kind_load(detector_kind_of(job->config), job->project->model_dir, job->config,
                              &job->model, err);
}

static bool run(const struct invocation *invocation, struct error *err)
{
    struct visualization job = {.config = invocation->config,
                                .project = invocation->project,
                                .progress = progress_begin("visualize"),
                                .err = err};
    clock_format_stamp(clock_wall_utc_ms(), false, job.stamp);
    if (!read_wishes(invocation, &job.wishes, err) ||
        !path_join(job.wishes.files.folder, PATH_SIZE, job.project->visualize_dir, job.stamp, err))
        return false;
    job.wanted = job.wishes.num;
    bool good =
        load_model(&job, err) &&
        (job.wishes.camera ? visualize_camera(&job, invocation, err) : visualize_folder(&job, err));
    progress_end(&job.progress);
    good = good && visualize_finish(&job, err);
    reconstructions_destroy(job.shown);
    detector_destroy(job.detector);
    detector_kind_of(job.config)->unload(&job.model);
    return good;
}

static const struct command_flag flags[] = {
    {"num", FLAG_INT, "N", 1, NUM_MOST, "how many pictures; 16 without this"},
    {"random", FLAG_SWITCH, NULL, 0, 0, "choose at random instead of evenly from oldest to newest"},
    {"seed", FLAG_INT, "SEED", 0, 9007199254740992.0,
     "with --random: the same seed, the same choice"},
    {"input-dir", FLAG_TEXT, "FOLDER", 0, 0,
     "take the pictures in FOLDER instead of those in data/normal"},
    {"use-camera", FLAG_SWITCH, NULL, 0, 0, "take pictures of the camera, as they come"},
    LOOK_SOURCE_FLAG,
    {"grid-cols", FLAG_INT, "N", 1, NUM_MOST,
     "columns of the montage; as fits a screen without this"},
    {"no-grid", FLAG_SWITCH, NULL, 0, 0, "make no montage, only a panel for each picture"},
    {"no-individual", FLAG_SWITCH, NULL, 0, 0, "make no panels, only the montage"},
    {"json", FLAG_SWITCH, NULL, 0, 0, "print the result as JSON"},
    {0},
};

const struct command command_visualize = {
    .name = "visualize",
    .arguments = "",
    .summary = "show what the network makes of pictures",
    .details =
        "Shows pictures beside what the detector expects there (its reconstruction) and a heat map "
        "of what differs, with score and name: a panel for each and one montage, in "
        "reports/reconstruction_viz. Without flags 16 "
        "of "
        "data/normal, evenly from the oldest to the newest. A reconstruction that is blurred "
        "everywhere needs more training; an error that is always at one place is something that "
        "moves there. --source SOURCE means --use-camera, from that source.",
    .flags = flags,
    .needs = NEEDS_PROJECT | NEEDS_FOLDERS | NEEDS_THREADS,
    .run = run,
};

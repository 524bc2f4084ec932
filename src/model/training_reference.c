/* The reference method's task: reconstruct the picture itself, varied a little, under plain squared
 * error; a random split, judged by the squared error of the unvaried validation pictures.
 *
 * Input and target are one memory: the variation is part of both.
 */
#include "model/training_parts.h"

#include "model/augment.h"

static void split(struct training *training)
{
    dataset_split(training->dataset, training->settings->validation_share, training->settings->seed,
                  training->train, &training->train_count, training->validation,
                  &training->validation_count);
}

static void fill_batch(struct training *training, int pass, size_t first, size_t count)
{
    const struct dataset *dataset = training->dataset;
    for (size_t i = 0; i < count; i++) {
        const size_t index = training->order[first + i];
        float *planes = training->input + i * training->picture_floats;
        picture_to_planes(dataset->pictures[index], dataset->width, dataset->height, planes);
        const struct variation variation =
            variation_draw(&training->settings->augmentation, dataset->width, dataset->height,
                           training->settings->seed, pass, index);
        variation_apply(&variation, dataset->width, dataset->height, planes, training->scratch);
    }
}

static void fill_validation(struct training *training, size_t index)
{
    const struct dataset *dataset = training->dataset;
    picture_to_planes(dataset->pictures[index], dataset->width, dataset->height, training->scratch);
}

static double squared_difference(const struct training *training)
{
    double sum = 0.0;
    for (size_t i = 0; i < training->picture_floats; i++) {
        const double difference =
            (double)training->scratch[i] - (double)training->reconstruction[i];
        sum += difference * difference;
    }
    return sum / (double)training->picture_floats;
}

static const struct training_task reference_task = {
    .network = &network_reference,
    .passes = 1,
    .digest_text = "",
    .split = split,
    .fill_batch = fill_batch,
    .fill_validation = fill_validation,
    .validation_error = squared_difference,
};

bool training_run(const struct dataset *dataset, const struct training_settings *settings,
                  bool (*progress)(void *context, const struct training_progress *progress),
                  void *context, struct parameters *ret_parameters,
                  struct training_result *ret_result, struct error *err)
{
    struct training training = {
        .task = &reference_task,
        .dataset = dataset,
        .settings = settings,
        .progress = progress,
        .context = context,
    };
    return training_execute(&training, ret_parameters, ret_result, err);
}

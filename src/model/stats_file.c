/* stats.json ⇄ struct model_stats, with the settings and the machine that the numbers belong to.
 *
 * Read back are the numbers that a comparison of models needs, and the curves, so that a set that
 * is saved again keeps them; paths and settings are for people and for the tools that know them by
 * name.
 */
#include "model/stats_file.h"

#include "model/json_fields.h"
#include "model/threshold_file.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

enum { EPOCHS_MAX = 1000000, COUNT_MAX = 100000000, THREADS_MAX = 4096 };

static json_t *losses_to_json(const double *losses, int count)
{
    json_t *array = json_array();
    for (int i = 0; array && losses && i < count; i++)
        if (json_array_append_new(array, json_real(losses[i])) != 0) {
            json_decref(array);
            return NULL;
        }
    return array;
}

/* All keys but the curves and the settings. */
static json_t *stats_numbers(const struct model_set *set)
{
    const struct model_stats *stats = &set->stats;
    const struct model_identity *identity = &set->identity;
    return json_pack("{s:i, s:I, s:I, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:i, s:i, s:i, s:f,"
                     " s:b, s:s, s:s, s:s, s:s, s:s}",
                     "schema", STATS_SCHEMA,                      //
                     "n_train", (json_int_t)stats->n_train,       //
                     "n_val", (json_int_t)stats->n_val,           //
                     "val_error_mean", stats->val_error_mean,     //
                     "val_error_std", stats->val_error_std,       //
                     "val_error_min", stats->val_error_min,       //
                     "val_error_max", stats->val_error_max,       //
                     "final_train_loss", stats->final_train_loss, //
                     "final_val_loss", stats->final_val_loss,     //
                     "threshold", set->threshold.threshold,       //
                     "epochs", stats->epochs,                     //
                     "best_epoch", stats->best_epoch,             //
                     "threads", stats->threads,                   //
                     "seconds", stats->seconds,                   //
                     "interrupted", stats->interrupted,           //
                     "data_digest", identity->data_digest,        //
                     "onednn_version", identity->onednn_version,  //
                     "isa", identity->isa,                        //
                     "model_path", MODEL_FILE_NAME,               //
                     "threshold_path", THRESHOLD_FILE_NAME);
}

json_t *stats_to_json(const struct model_set *set)
{
    const struct model_stats *stats = &set->stats;
    json_t *object = stats_numbers(set);
    if (object && threshold_add_settings(object, &set->threshold) &&
        json_object_set_new(object, "train_losses",
                            losses_to_json(stats->train_losses, stats->epochs)) == 0 &&
        json_object_set_new(object, "validation_losses",
                            losses_to_json(stats->validation_losses, stats->epochs)) == 0)
        return object;
    json_decref(object);
    return NULL;
}

bool stats_from_json(const json_t *object, struct model_stats *ret_stats, struct error *err)
{
    struct model_stats read = {0};
    json_int_t n_train, n_val, epochs, best_epoch, threads;
    if (!json_read_schema(object, STATS_SCHEMA, err) ||
        !json_read_int(object, "n_train", 1, COUNT_MAX, &n_train, err) ||
        !json_read_int(object, "n_val", 1, COUNT_MAX, &n_val, err) ||
        !json_read_real(object, "val_error_mean", 0.0, DBL_MAX, &read.val_error_mean, err) ||
        !json_read_real(object, "val_error_std", 0.0, DBL_MAX, &read.val_error_std, err) ||
        !json_read_real(object, "val_error_min", 0.0, DBL_MAX, &read.val_error_min, err) ||
        !json_read_real(object, "val_error_max", 0.0, DBL_MAX, &read.val_error_max, err) ||
        !json_read_real(object, "final_train_loss", 0.0, DBL_MAX, &read.final_train_loss, err) ||
        !json_read_real(object, "final_val_loss", 0.0, DBL_MAX, &read.final_val_loss, err) ||
        !json_read_int(object, "epochs", 1, EPOCHS_MAX, &epochs, err) ||
        !json_read_int(object, "best_epoch", 1, epochs, &best_epoch, err) ||
        !json_read_int(object, "threads", 1, THREADS_MAX, &threads, err) ||
        !json_read_real(object, "seconds", 0.0, DBL_MAX, &read.seconds, err))
        return false;
    read.n_train = (size_t)n_train;
    read.n_val = (size_t)n_val;
    read.epochs = (int)epochs;
    read.best_epoch = (int)best_epoch;
    read.threads = (int)threads;
    read.interrupted = json_is_true(json_object_get(object, "interrupted"));
    *ret_stats = read;
    return true;
}

/* No array, or an empty one: the curve is unknown, which is no error. */
static bool curve_length(const json_t *object, const char *key, size_t epochs, size_t *ret_length,
                         struct error *err)
{
    const json_t *array = json_object_get(object, key);
    const size_t length = json_array_size(array);
    if (array && (!json_is_array(array) || (length != 0 && length != epochs)))
        return error_set(err, ERROR_FORMAT, "'%s' is not a list of %zu losses, one of each epoch",
                         key, epochs);
    *ret_length = length;
    return true;
}

static bool read_curve(const json_t *object, const char *key, size_t epochs, double *ret_losses,
                       struct error *err)
{
    const json_t *array = json_object_get(object, key);
    for (size_t i = 0; i < epochs; i++) {
        const double loss = json_number_value(json_array_get(array, i));
        if (!json_is_number(json_array_get(array, i)) || !(loss >= 0.0 && isfinite(loss)))
            return error_set(err, ERROR_FORMAT, "'%s' holds no loss for epoch %zu", key, i + 1);
        ret_losses[i] = loss;
    }
    return true;
}

bool stats_curves_from_json(const json_t *object, int epochs, double **ret_curves,
                            struct error *err)
{
    const size_t count = (size_t)epochs;
    size_t train_length = 0, validation_length = 0;
    if (!curve_length(object, "train_losses", count, &train_length, err) ||
        !curve_length(object, "validation_losses", count, &validation_length, err))
        return false;
    if (train_length == 0 || validation_length == 0) {
        *ret_curves = NULL;
        return true;
    }
    double *curves = calloc(2 * count, sizeof *curves);
    if (!curves)
        return error_set(err, ERROR_MEMORY, "no memory for the losses of %zu epochs", count);
    if (!read_curve(object, "train_losses", count, curves, err) ||
        !read_curve(object, "validation_losses", count, curves + count, err)) {
        free(curves);
        return false;
    }
    *ret_curves = curves;
    return true;
}

/* The loss of a batch: plain squared error, or the loss that repair is trained with.
 *
 * Both end with the gradient by z in the place of z, in one pass over the reconstruction, and sum
 * up in an order that does not depend on the number of threads. The surprising thing: the plain
 * loss is not the other one with a weight of zero. Its bits are those of the reference method.
 */
#include "model/trainer_parts.h"

#include "model/floats.h"

#include <omp.h>

/* Mean squared error over the batch; leaves its gradient by z in the place of z. Rows are summed
 * one by one, so that the order is the same for any number of threads. */
static double plain_loss(struct trainer *trainer, const float *target, int count)
{
    enum { STRETCH = 3 * 16 * 16 }; /* every batch of every network is so many of these */
    const size_t values =
        (size_t)count * OUTPUT_CHANNELS * (size_t)trainer->width * (size_t)trainer->height;
    const float factor = (float)(2.0 / (double)values);
    double sums[256];
    double total = 0;
    const size_t stretches = values / STRETCH;
    for (size_t first = 0; first < stretches; first += 256) {
        const size_t end = stretches - first < 256 ? stretches - first : 256;
#pragma omp parallel for schedule(static)
        for (size_t i = 0; i < end; i++) {
            const size_t at = (first + i) * STRETCH;
            sums[i] = trainer->kernels->sigmoid_error(trainer->reconstruction + at, target + at,
                                                      STRETCH, factor);
        }
        for (size_t i = 0; i < end; i++)
            total += sums[i];
    }
    return total / (double)values;
}

static size_t thread_row_floats(const struct trainer *trainer)
{
    return REPAIR_ROWS * ((size_t)trainer->width + 2 * (REPAIR_BOX - 1));
}

bool trainer_use_loss(struct trainer *trainer, const struct loss *loss, struct error *err)
{
    if (!trainer->loss_rows)
        trainer->loss_rows =
            floats_create((size_t)trainer->library.threads * thread_row_floats(trainer), err);
    if (!trainer->loss_rows)
        return false;
    trainer->loss = *loss;
    return true;
}

static double plane_loss(struct trainer *trainer, const struct trainer_batch *batch, size_t plane)
{
    const size_t width = (size_t)trainer->width, height = (size_t)trainer->height;
    const size_t area = width * height, planes = (size_t)batch->count * OUTPUT_CHANNELS;
    const size_t boxes = (width - (REPAIR_BOX - 1)) * (height - (REPAIR_BOX - 1));
    const struct repair_plane part = {
        .values = trainer->reconstruction + plane * area,
        .target = batch->target + plane * area,
        .mask = batch->mask ? batch->mask + plane / OUTPUT_CHANNELS * area : NULL,
        .width = width,
        .height = height,
        .squared_factor = (float)(1.0 / (double)(planes * area)),
        .structure_factor = (float)(trainer->loss.structure_weight / (double)(planes * boxes)),
        .masked_weight = (float)trainer->loss.masked_weight,
        .rows = trainer->loss_rows + (size_t)omp_get_thread_num() * thread_row_floats(trainer),
    };
    trainer->kernels->sigmoid(part.values, area);
    return trainer->kernels->repair_error(&part);
}

static double repair_loss(struct trainer *trainer, const struct trainer_batch *batch)
{
    enum { PLANES = 48 };
    const size_t planes = (size_t)batch->count * OUTPUT_CHANNELS;
    double losses[PLANES], total = 0;
    for (size_t first = 0; first < planes; first += PLANES) {
        const size_t end = planes - first < PLANES ? planes - first : PLANES;
#pragma omp parallel for schedule(static)
        for (size_t i = 0; i < end; i++)
            losses[i] = plane_loss(trainer, batch, first + i);
        for (size_t i = 0; i < end; i++)
            total += losses[i];
    }
    return total;
}

double trainer_loss(struct trainer *trainer, const struct trainer_batch *batch)
{
    return trainer->loss_rows ? repair_loss(trainer, batch)
                              : plain_loss(trainer, batch->target, batch->count);
}

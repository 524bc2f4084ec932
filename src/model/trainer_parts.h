/* What the files of the trainer share; nobody else includes this. */
#ifndef MODEL_TRAINER_PARTS_H
#define MODEL_TRAINER_PARTS_H

#include "model/activation.h"
#include "model/convolution.h"
#include "model/output_layer.h"
#include "model/trainer.h"

#include <stdint.h>

enum { HIDDEN_MAX = NETWORK_LAYERS_MAX - 1 }; /* all but "out", which is an output_layer */

struct trainer_layer {
    const struct layer_spec *spec;
    int in_height, in_width, out_height, out_width; /* px */
    float *convolved; /* [batch][out] blocked: the convolution's result */
    float *activated; /* the same shape: its activation; on the way back, the gradients */
    struct activation_layer activation;
};

/* Convolutions for one number of pictures; all sets work in the same buffers. */
struct pass_set {
    int count; /* 0 = not built */
    struct convolution forward[HIDDEN_MAX];
    struct convolution backward_data[HIDDEN_MAX]; /* [0] unused: nobody asks for it */
    struct convolution backward_weights[HIDDEN_MAX];
};

struct scratch {
    float *floats;
    size_t bytes;
};

struct trainer {
    const struct network *network;
    int hidden_count; /* layers but "out" */
    struct onednn library;
    const struct kernels *kernels;
    int width, height, batch_size;
    double learning_rate;
    uint64_t steps; /* done; Adam's time */
    struct loss loss;
    float *loss_rows; /* [threads]; NULL = the plain loss, which needs none */
    struct trainer_layer layers[HIDDEN_MAX];
    struct output_layer output;
    float *reconstruction; /* [batch][3][height][width]: z, then its gradient */
    struct pass_set full, partial;
    struct scratch weights, scratchpad; /* shared by all convolutions */
    struct parameters *parameters, *gradients, *moment1, *moment2;
};

/* The set for `count` pictures, built when it is new. */
struct pass_set *trainer_pass_set(struct trainer *trainer, int count, struct error *err);

/* Loss and all gradients into trainer->gradients; when the loss is not finite, the loss only. */
MUST_CHECK bool trainer_differentiate(struct trainer *trainer, const struct trainer_batch *batch,
                                      double *ret_loss, struct error *err);

/* The loss of a batch whose z is in `reconstruction`, where its gradient by z is left. */
double trainer_loss(struct trainer *trainer, const struct trainer_batch *batch);

/* Adam, and the running statistics from the last batch. */
void trainer_update(struct trainer *trainer);

/* Tensor `index` (weights, bias, gamma, beta, mean, variance), 0 when the layer has none. */
enum { LAYER_TENSORS = 6, LAYER_LEARNED_TENSORS = 4 };
size_t layer_tensor(int layer, const struct parameters *parameters, int index, float **ret_values);

#endif

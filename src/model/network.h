/* Networks as tables: what inference, training, the ONNX writer and its reader all walk.
 *
 * Both networks are chains, encoder and decoder without a way around the middle. The reference
 * network: 4 x [conv 3x3 stride 2 → 32, 64, 128, 256; batch norm; ReLU]; conv 3x3 → 512, ReLU; 4 x
 * [transposed conv 3x3 stride 2 → 256, 128, 64, 32; batch norm; ReLU]; conv 3x3 → 3, sigmoid. The
 * repair network is a fifth of its cost per pixel and one halving deeper, so that what is behind a
 * large leak can be told from what is around it. "Same" padding as TensorFlow has it: at stride 2
 * the pad is 0 before and 1 after. Input and output are [batch][3][height][width] in 0..1; height
 * and width are multiples of the network's `side_multiple`.
 *
 * Parameters are held in plain layouts, whatever the compute library likes: convolution weights
 * [out][in][3][3], transposed ones [in][out][3][3] (as ONNX ConvTranspose has them), vectors
 * [channels]. Ownership: parameters_create / parameters_destroy; everything inside belongs to it.
 * One thread at a time.
 */
#ifndef MODEL_NETWORK_H
#define MODEL_NETWORK_H

#include "base/error.h"
#include "base/rng.h"

#include <stddef.h>

enum layer_kind { LAYER_CONV, LAYER_TRANSPOSED_CONV };
enum activation { ACTIVATION_RELU, ACTIVATION_SIGMOID };

struct layer_spec {
    const char *name; /* "enc1" … "dec4", "out" */
    enum layer_kind kind;
    int in_channels, out_channels;
    int stride; /* 1 or 2; the kernel is 3x3 everywhere */
    bool batch_norm;
    enum activation activation;
};

enum { NETWORK_LAYERS_MAX = 16, PICTURE_CHANNELS = 3 };

struct network {
    const char *name; /* in files: the metadata "leakwatch.network" */
    int layer_count;  /* the last one is 32 → 3 with a sigmoid */
    const struct layer_spec *layers;
    int side_multiple;         /* px */
    float batch_norm_momentum; /* of the running statistics: 0.99 forgets in some 500 steps, 0.9 in
                                  some 50 */
};

extern const struct network network_reference, network_repair;

/* NULL when there is none of that name. */
const struct network *network_by_name(const char *name);

/* Width and height are positive multiples of `side_multiple`. */
bool network_fits(const struct network *network, int width, int height);

#define BATCH_NORM_EPSILON 1e-3f

struct layer_parameters {
    float *weights;
    float *bias;                           /* [out] */
    float *gamma, *beta, *mean, *variance; /* [out] each, NULL without batch norm */
};

struct parameters {
    const struct network *network;
    struct layer_parameters layers[NETWORK_LAYERS_MAX]; /* [network->layer_count] */
};

/* All zero; variance and gamma 1. Without a name it is the reference network's. */
struct parameters *parameters_create(struct error *err);
struct parameters *parameters_create_for(const struct network *network, struct error *err);
void parameters_destroy(struct parameters *parameters);
void parameters_copy(struct parameters *to, const struct parameters *from); /* of one network */

/* Glorot uniform weights, zero bias. */
void parameters_randomise(struct parameters *parameters, struct rng *rng);

size_t layer_weight_count(const struct layer_spec *layer);
size_t parameters_count(const struct parameters *parameters); /* all, statistics included */
bool parameters_are_finite(const struct parameters *parameters);

/* All parameters_count floats, one after another: layer by layer as in the table, within a layer
 * as in its struct. */
float *parameters_values(const struct parameters *parameters);

#endif

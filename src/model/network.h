/* The reference network as a table: what inference, training, the ONNX writer and its reader all
 * walk.
 *
 * Encoder: 4 x [conv 3x3 stride 2 → 32, 64, 128, 256; batch norm; ReLU]; conv 3x3 → 512, ReLU;
 * decoder: 4 x [transposed conv 3x3 stride 2 → 256, 128, 64, 32; batch norm; ReLU]; conv 3x3 → 3,
 * sigmoid. "Same" padding as TensorFlow has it: at stride 2 the pad is 0 before and 1 after. Input
 * and output are [batch][3][height][width] in 0..1; height and width are multiples of 16.
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

enum { LAYER_COUNT = 10, NETWORK_SIDE_MULTIPLE = 16 };
extern const struct layer_spec network_layers[LAYER_COUNT];

#define BATCH_NORM_EPSILON 1e-3f
#define BATCH_NORM_MOMENTUM 0.99f

struct layer_parameters {
    float *weights;
    float *bias;                           /* [out] */
    float *gamma, *beta, *mean, *variance; /* [out] each, NULL without batch norm */
};

struct parameters {
    struct layer_parameters layers[LAYER_COUNT];
};

struct parameters *parameters_create(struct error *err); /* all zero; variance and gamma 1 */
void parameters_destroy(struct parameters *parameters);
void parameters_copy(struct parameters *to, const struct parameters *from);

/* Glorot uniform weights, zero bias. */
void parameters_randomise(struct parameters *parameters, struct rng *rng);

size_t layer_weight_count(const struct layer_spec *layer);
size_t parameters_count(void); /* all floats, running statistics included */
bool parameters_are_finite(const struct parameters *parameters);

/* All parameters_count() floats, one after another: layer by layer as in the table, within a layer
 * as in its struct. */
float *parameters_values(const struct parameters *parameters);

#endif

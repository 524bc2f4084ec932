/* The kernels of kernels_body.h for AVX2 and FMA, 8 floats at a time. */
#define LANES 8
#define KERNELS kernels_avx2
#define KERNELS_NAME "avx2"
#include "model/kernels_body.h"

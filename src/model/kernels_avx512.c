/* The kernels of kernels_body.h for AVX-512, 16 floats at a time. */
#define LANES 16
#define KERNELS kernels_avx512
#define KERNELS_NAME "avx512"
#include "model/kernels_body.h"

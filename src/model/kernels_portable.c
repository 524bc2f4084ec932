/* The kernels of kernels_body.h for any processor, 8 floats at a time. */
#define LANES 8
#define KERNELS kernels_portable
#define KERNELS_NAME "portable"
#include "model/kernels_body.h"

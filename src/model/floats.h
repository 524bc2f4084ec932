/* Arrays of floats aligned to 64 bytes, as vector instructions and oneDNN like them. Not zeroed. */
#ifndef MODEL_FLOATS_H
#define MODEL_FLOATS_H

#include "base/error.h"

#include <stddef.h>

/* NULL with ERROR_MEMORY, naming the size. */
float *floats_create(size_t count, struct error *err);
void floats_destroy(float *floats); /* takes NULL */

#endif

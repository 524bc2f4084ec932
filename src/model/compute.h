/* What computes: for stats.json, model metadata, the startup record and `leakwatch version`. Any
 * thread. */
#ifndef MODEL_COMPUTE_H
#define MODEL_COMPUTE_H

struct compute_info {
    char library[32]; /* "oneDNN 2.6.3" */
    char isa[32];     /* "avx512_core", what the library really uses here */
};

struct compute_info compute_describe(void);

#endif

/* oneDNN's C API in the shape of its version 3, on version 2 as well: all differences end here.
 *
 * Memory descriptions are opaque and are destroyed; primitive descriptions are made in one call.
 * Everything is f32 on the CPU. A `struct onednn` is an engine and a stream: one per trainer or
 * inference object, used by one thread at a time. The library runs `threads` OpenMP threads of its
 * own; the number belongs to the *calling* thread, so onednn_use_threads() opens every public
 * function that computes. Errors: ERROR_MEMORY, or ERROR_INTERNAL naming what was asked for.
 */
#ifndef MODEL_ONEDNN_H
#define MODEL_ONEDNN_H

#include "base/error.h"

#include <oneapi/dnnl/dnnl.h>
#include <stddef.h>
#include <stdint.h>

struct onednn {
    dnnl_engine_t engine;
    dnnl_stream_t stream;
    int threads;
};

MUST_CHECK bool onednn_init(struct onednn *library, int threads, struct error *err);
void onednn_finish(struct onednn *library); /* takes a zeroed one */
void onednn_use_threads(const struct onednn *library);

/* "avx512_core": what the library's code generator may use here (DNNL_MAX_CPU_ISA lowers it). */
const char *onednn_isa_name(void);

/* Channels that lie together in LAYOUT_BLOCKED: 16 with AVX-512, else 8. */
int onednn_block(void);

/* True for dnnl_success; else fills `err` with "oneDNN cannot <doing>: <reason>". */
MUST_CHECK bool onednn_check(dnnl_status_t status, const char *doing, struct error *err);

enum tensor_layout {
    LAYOUT_PLAIN,   /* [n][c][h][w], weights [o][i][h][w], vectors [c] */
    LAYOUT_BLOCKED, /* [n][c / block][h][w][block] */
    LAYOUT_ANY      /* the primitive chooses */
};

enum { TENSOR_RANK_MAX = 4 };

struct tensor_desc;
struct tensor_desc *tensor_desc_create(int rank, const int64_t *dims, enum tensor_layout layout,
                                       struct error *err);
void tensor_desc_destroy(struct tensor_desc *desc); /* takes NULL */
size_t tensor_desc_bytes(const struct tensor_desc *desc);

enum convolution_pass { PASS_FORWARD, PASS_BACKWARD_DATA, PASS_BACKWARD_WEIGHTS };

/* What a convolution primitive is made from; borrowed during the call. */
struct convolution_request {
    enum convolution_pass pass;
    const struct tensor_desc *source, *weights, *destination;
    const struct tensor_desc *bias; /* NULL = none; forward only */
    bool relu;                      /* fused behind a forward pass */
    int64_t stride, pad_before, pad_after;
};

MUST_CHECK bool convolution_desc_create(const struct onednn *library,
                                        const struct convolution_request *request,
                                        dnnl_primitive_desc_t *ret_desc, struct error *err);
MUST_CHECK bool reorder_desc_create(const struct onednn *library, const struct tensor_desc *from,
                                    const struct tensor_desc *to, dnnl_primitive_desc_t *ret_desc,
                                    struct error *err);

/* What a primitive wants: a copy, destroyed by the caller. */
enum tensor_role { ROLE_WEIGHTS, ROLE_DIFF_WEIGHTS, ROLE_SCRATCHPAD };
struct tensor_desc *primitive_desc_tensor(dnnl_primitive_desc_t desc, enum tensor_role role,
                                          struct error *err);

/* "jit:avx512_core"; borrowed until `desc` is destroyed; "" where unknown. */
const char *primitive_desc_implementation(dnnl_primitive_desc_t desc);

/* A memory object without memory: the address is set before each run. */
MUST_CHECK bool tensor_memory_create(const struct onednn *library, const struct tensor_desc *desc,
                                     dnnl_memory_t *ret_memory, struct error *err);

#endif

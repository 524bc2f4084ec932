/* The one pair of files that knows which oneDNN it is built against.
 *
 * Version 2 describes an operation first (convolution_desc) and has transparent memory
 * descriptions; version 3 has neither. The small functions under each #if carry the same names and
 * version 3's arguments, so that everything below them is written once. The surprising thing:
 * primitives get a scratchpad of the caller's ("user" mode), so that nine layers share one instead
 * of each keeping its own.
 */
#include "model/onednn.h"

#include <omp.h>
#include <stdlib.h>

bool onednn_check(dnnl_status_t status, const char *doing, struct error *err)
{
    static const char *const reasons[] = {"success",       "out of memory", "invalid arguments",
                                          "not supported", "exhausted",     "runtime error",
                                          "not required"};
    if (status == dnnl_success)
        return true;
    const size_t count = sizeof reasons / sizeof reasons[0];
    const char *reason = (size_t)status < count ? reasons[status] : "unknown reason";
    return error_set(err, status == dnnl_out_of_memory ? ERROR_MEMORY : ERROR_INTERNAL,
                     "oneDNN cannot %s: %s", doing, reason);
}

#if DNNL_VERSION_MAJOR >= 3

struct tensor_desc {
    dnnl_memory_desc_t handle;
};

static const dnnl_dims_t no_dilation;

static dnnl_status_t desc_fill(struct tensor_desc *desc, int rank, const dnnl_dims_t dims,
                               dnnl_format_tag_t tag)
{
    return dnnl_memory_desc_create_with_tag(&desc->handle, rank, dims, dnnl_f32, tag);
}

static dnnl_status_t desc_copy(struct tensor_desc *desc, const_dnnl_memory_desc_t from)
{
    return dnnl_memory_desc_clone(&desc->handle, from);
}

static void desc_clear(struct tensor_desc *desc)
{
    dnnl_memory_desc_destroy(desc->handle);
}

static const_dnnl_memory_desc_t desc_of(const struct tensor_desc *desc)
{
    return desc ? desc->handle : NULL;
}

static dnnl_status_t append_relu(dnnl_post_ops_t operations)
{
    return dnnl_post_ops_append_eltwise(operations, dnnl_eltwise_relu, 0.0f, 0.0f);
}

static dnnl_status_t forward_create(dnnl_primitive_desc_t *ret_desc, dnnl_engine_t engine,
                                    const struct convolution_request *request,
                                    const dnnl_dim_t *strides, const dnnl_dim_t *before,
                                    const dnnl_dim_t *after, dnnl_primitive_attr_t attributes)
{
    return dnnl_convolution_forward_primitive_desc_create(
        ret_desc, engine, dnnl_forward_training, dnnl_convolution_direct, desc_of(request->source),
        desc_of(request->weights), desc_of(request->bias), desc_of(request->destination), strides,
        no_dilation, before, after, attributes);
}

static dnnl_status_t backward_create(dnnl_primitive_desc_t *ret_desc, dnnl_engine_t engine,
                                     const struct convolution_request *request,
                                     const dnnl_dim_t *strides, const dnnl_dim_t *before,
                                     const dnnl_dim_t *after, dnnl_primitive_attr_t attributes,
                                     dnnl_primitive_desc_t forward)
{
    if (request->pass == PASS_BACKWARD_DATA)
        return dnnl_convolution_backward_data_primitive_desc_create(
            ret_desc, engine, dnnl_convolution_direct, desc_of(request->source),
            desc_of(request->weights), desc_of(request->destination), strides, no_dilation, before,
            after, forward, attributes);
    return dnnl_convolution_backward_weights_primitive_desc_create(
        ret_desc, engine, dnnl_convolution_direct, desc_of(request->source),
        desc_of(request->weights), NULL, desc_of(request->destination), strides, no_dilation,
        before, after, forward, attributes);
}

#else

struct tensor_desc {
    dnnl_memory_desc_t value;
};

static dnnl_status_t desc_fill(struct tensor_desc *desc, int rank, const dnnl_dims_t dims,
                               dnnl_format_tag_t tag)
{
    return dnnl_memory_desc_init_by_tag(&desc->value, rank, dims, dnnl_f32, tag);
}

static dnnl_status_t desc_copy(struct tensor_desc *desc, const dnnl_memory_desc_t *from)
{
    desc->value = *from;
    return dnnl_success;
}

static void desc_clear(struct tensor_desc *desc)
{
    (void)desc;
}

static const dnnl_memory_desc_t *desc_of(const struct tensor_desc *desc)
{
    return desc ? &desc->value : NULL;
}

static dnnl_status_t append_relu(dnnl_post_ops_t operations)
{
    return dnnl_post_ops_append_eltwise(operations, 1.0f, dnnl_eltwise_relu, 0.0f, 0.0f);
}

static dnnl_status_t forward_create(dnnl_primitive_desc_t *ret_desc, dnnl_engine_t engine,
                                    const struct convolution_request *request,
                                    const dnnl_dim_t *strides, const dnnl_dim_t *before,
                                    const dnnl_dim_t *after, dnnl_primitive_attr_t attributes)
{
    dnnl_convolution_desc_t operation;
    dnnl_status_t status = dnnl_convolution_forward_desc_init(
        &operation, dnnl_forward_training, dnnl_convolution_direct, desc_of(request->source),
        desc_of(request->weights), desc_of(request->bias), desc_of(request->destination), strides,
        before, after);
    if (status != dnnl_success)
        return status;
    return dnnl_primitive_desc_create(ret_desc, &operation, attributes, engine, NULL);
}

static dnnl_status_t backward_create(dnnl_primitive_desc_t *ret_desc, dnnl_engine_t engine,
                                     const struct convolution_request *request,
                                     const dnnl_dim_t *strides, const dnnl_dim_t *before,
                                     const dnnl_dim_t *after, dnnl_primitive_attr_t attributes,
                                     dnnl_primitive_desc_t forward)
{
    dnnl_convolution_desc_t operation;
    dnnl_status_t status;
    if (request->pass == PASS_BACKWARD_DATA)
        status = dnnl_convolution_backward_data_desc_init(
            &operation, dnnl_convolution_direct, desc_of(request->source),
            desc_of(request->weights), desc_of(request->destination), strides, before, after);
    else
        status = dnnl_convolution_backward_weights_desc_init(
            &operation, dnnl_convolution_direct, desc_of(request->source),
            desc_of(request->weights), NULL, desc_of(request->destination), strides, before, after);
    if (status != dnnl_success)
        return status;
    return dnnl_primitive_desc_create(ret_desc, &operation, attributes, engine, forward);
}

#endif

bool onednn_init(struct onednn *library, int threads, struct error *err)
{
    *library = (struct onednn){.threads = threads > 0 ? threads : 1};
    onednn_use_threads(library);
    if (onednn_check(dnnl_engine_create(&library->engine, dnnl_cpu, 0), "start on this CPU", err) &&
        onednn_check(
            dnnl_stream_create(&library->stream, library->engine, dnnl_stream_default_flags),
            "open a stream", err))
        return true;
    onednn_finish(library);
    return false;
}

void onednn_finish(struct onednn *library)
{
    if (library->stream)
        dnnl_stream_destroy(library->stream);
    if (library->engine)
        dnnl_engine_destroy(library->engine);
    *library = (struct onednn){0};
}

void onednn_use_threads(const struct onednn *library)
{
    omp_set_num_threads(library->threads);
}

static bool isa_includes(dnnl_cpu_isa_t isa)
{
    return ((unsigned)dnnl_get_effective_cpu_isa() & (unsigned)isa) == (unsigned)isa;
}

const char *onednn_isa_name(void)
{
    static const struct {
        dnnl_cpu_isa_t isa;
        const char *name;
    } names[] = {
        {dnnl_cpu_isa_avx512_core_amx, "avx512_core_amx"},
        {dnnl_cpu_isa_avx512_core_bf16, "avx512_core_bf16"},
        {dnnl_cpu_isa_avx512_core_vnni, "avx512_core_vnni"},
        {dnnl_cpu_isa_avx512_core, "avx512_core"},
        {dnnl_cpu_isa_avx2_vnni, "avx2_vnni"},
        {dnnl_cpu_isa_avx2, "avx2"},
        {dnnl_cpu_isa_avx, "avx"},
        {dnnl_cpu_isa_sse41, "sse41"},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (isa_includes(names[i].isa))
            return names[i].name;
    return "none";
}

int onednn_block(void)
{
    return isa_includes(dnnl_cpu_isa_avx512_core) ? 16 : 8;
}

static dnnl_format_tag_t layout_tag(int rank, enum tensor_layout layout)
{
    if (layout == LAYOUT_ANY)
        return dnnl_format_tag_any;
    if (layout == LAYOUT_BLOCKED)
        return onednn_block() == 16 ? dnnl_nChw16c : dnnl_nChw8c;
    return rank == 1 ? dnnl_a : dnnl_abcd;
}

static struct tensor_desc *desc_alloc(struct error *err)
{
    struct tensor_desc *desc = calloc(1, sizeof *desc);
    if (!desc)
        error_set(err, ERROR_MEMORY, "no memory for the description of a tensor");
    return desc;
}

struct tensor_desc *tensor_desc_create(int rank, const int64_t *dims, enum tensor_layout layout,
                                       struct error *err)
{
    struct tensor_desc *desc = desc_alloc(err);
    if (!desc)
        return NULL;
    dnnl_dims_t all = {0};
    for (int i = 0; i < rank; i++)
        all[i] = dims[i];
    if (onednn_check(desc_fill(desc, rank, all, layout_tag(rank, layout)), "describe a tensor",
                     err))
        return desc;
    free(desc);
    return NULL;
}

void tensor_desc_destroy(struct tensor_desc *desc)
{
    if (!desc)
        return;
    desc_clear(desc);
    free(desc);
}

size_t tensor_desc_bytes(const struct tensor_desc *desc)
{
    return dnnl_memory_desc_get_size(desc_of(desc));
}

static dnnl_status_t attributes_create(bool relu, dnnl_primitive_attr_t *ret_attributes)
{
    dnnl_primitive_attr_t attributes;
    dnnl_status_t status = dnnl_primitive_attr_create(&attributes);
    if (status != dnnl_success)
        return status;
    status = dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
    dnnl_post_ops_t operations = NULL;
    if (status == dnnl_success && relu) {
        status = dnnl_post_ops_create(&operations);
        if (status == dnnl_success)
            status = append_relu(operations);
        if (status == dnnl_success)
            status = dnnl_primitive_attr_set_post_ops(attributes, operations);
        dnnl_post_ops_destroy(operations);
    }
    if (status == dnnl_success)
        *ret_attributes = attributes;
    else
        dnnl_primitive_attr_destroy(attributes);
    return status;
}

bool convolution_desc_create(const struct onednn *library,
                             const struct convolution_request *request,
                             dnnl_primitive_desc_t *ret_desc, struct error *err)
{
    static const char *const doing[] = {"describe a convolution forward",
                                        "describe a convolution backward to its input",
                                        "describe a convolution backward to its weights"};
    const dnnl_dims_t strides = {request->stride, request->stride};
    const dnnl_dims_t before = {request->pad_before, request->pad_before};
    const dnnl_dims_t after = {request->pad_after, request->pad_after};
    dnnl_primitive_attr_t attributes = NULL;
    dnnl_primitive_desc_t forward = NULL;
    dnnl_status_t status = attributes_create(request->relu, &attributes);
    if (status == dnnl_success)
        status =
            forward_create(&forward, library->engine, request, strides, before, after, attributes);
    if (status == dnnl_success && request->pass != PASS_FORWARD) {
        dnnl_primitive_desc_t backward = NULL;
        status = backward_create(&backward, library->engine, request, strides, before, after,
                                 attributes, forward);
        dnnl_primitive_desc_destroy(forward);
        forward = backward;
    }
    if (attributes)
        dnnl_primitive_attr_destroy(attributes);
    if (!onednn_check(status, doing[request->pass], err))
        return false;
    *ret_desc = forward;
    return true;
}

bool reorder_desc_create(const struct onednn *library, const struct tensor_desc *from,
                         const struct tensor_desc *to, dnnl_primitive_desc_t *ret_desc,
                         struct error *err)
{
    return onednn_check(dnnl_reorder_primitive_desc_create(ret_desc, desc_of(from), library->engine,
                                                           desc_of(to), library->engine, NULL),
                        "describe a change of layout", err);
}

struct tensor_desc *primitive_desc_tensor(dnnl_primitive_desc_t desc, enum tensor_role role,
                                          struct error *err)
{
    static const dnnl_query_t queries[] = {dnnl_query_weights_md, dnnl_query_diff_weights_md,
                                           dnnl_query_scratchpad_md};
    struct tensor_desc *copy = desc_alloc(err);
    if (!copy)
        return NULL;
    if (onednn_check(desc_copy(copy, dnnl_primitive_desc_query_md(desc, queries[role], 0)),
                     "describe what a primitive wants", err))
        return copy;
    free(copy);
    return NULL;
}

const char *primitive_desc_implementation(dnnl_primitive_desc_t desc)
{
    const char *text = NULL;
    if (dnnl_primitive_desc_query(desc, dnnl_query_impl_info_str, 0, &text) != dnnl_success)
        return "";
    return text ? text : "";
}

bool tensor_memory_create(const struct onednn *library, const struct tensor_desc *desc,
                          dnnl_memory_t *ret_memory, struct error *err)
{
    return onednn_check(
        dnnl_memory_create(ret_memory, desc_of(desc), library->engine, DNNL_MEMORY_NONE),
        "create a memory object", err);
}

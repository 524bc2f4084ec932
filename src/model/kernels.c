/* Chooses the table of kernels by what oneDNN uses: both read and write the same blocked tensors,
 * so the lanes of one must be the block of the other, and lowering the library's instruction set
 * (DNNL_MAX_CPU_ISA) lowers ours too, which is how the tests reach all three tables.
 */
#include "model/kernels.h"

#include "model/onednn.h"

#include <string.h>

const struct kernels *kernels_select(void)
{
#if defined(__x86_64__)
    if (onednn_block() == 16)
        return &kernels_avx512;
    if (strncmp(onednn_isa_name(), "avx2", 4) == 0)
        return &kernels_avx2;
#endif
    return &kernels_portable;
}

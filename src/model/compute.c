/* Names what computes, as it is at run time, not as it was at build time: the library may have been
 * updated since, and its instruction set depends on the machine.
 */
#include "model/compute.h"

#include "model/onednn.h"

#include <stdio.h>

struct compute_info compute_describe(void)
{
    struct compute_info info = {0};
    const dnnl_version_t *version = dnnl_version();
    snprintf(info.library, sizeof info.library, "oneDNN %d.%d.%d", version->major, version->minor,
             version->patch);
    snprintf(info.isa, sizeof info.isa, "%s", onednn_isa_name());
    return info;
}

/* leakwatch version: what is running, for reports of problems. */
#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "model/compute.h"
#include "model/model_set.h"
#include "sink/record.h"

#include <stdio.h>

static bool run_version(const struct invocation *invocation, struct error *err)
{
    struct compute_info compute = compute_describe();
    (void)err;
    if (invocation_has(invocation, "json"))
        printf("{\"version\": \"%s\", \"compute\": \"%s\", \"isa\": \"%s\", "
               "\"schema\": {\"config\": %d, \"records\": %d, \"model\": %d}}\n",
               LEAKWATCH_VERSION, compute.library, compute.isa, CONFIG_SCHEMA, RECORD_SCHEMA,
               MODEL_FORMAT_VERSION);
    else
        printf("leakwatch %s\n%s on %s\nlayout versions: config.yaml %d, records %d, model %d\n",
               LEAKWATCH_VERSION, compute.library, compute.isa, CONFIG_SCHEMA, RECORD_SCHEMA,
               MODEL_FORMAT_VERSION);
    return true;
}

static const struct command_flag flags[] = {
    {"json", FLAG_SWITCH, NULL, 0, 0, "print as JSON"},
    {0},
};

const struct command command_version = {
    .name = "version",
    .arguments = "",
    .summary = "print the versions of program, library and file layouts",
    .details = "",
    .flags = flags,
    .run = run_version,
};

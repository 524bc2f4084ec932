/* leakwatch: the command table, in the order in which help lists it. */
#include "cmd/commands.h"

#include <stddef.h>

const struct command *const command_table[] = {
    &command_init,
    &command_demo,
    &command_cameras,
    &command_mode,
    &command_capture,
    &command_crop,
    &command_train,
    &command_calibrate,
    &command_visualize,
    &command_health,
    &command_monitor,
    &command_alarms,
    &command_ack,
    &command_snapshot,
    &command_summary,
    &command_evaluate,
    &command_support,
    &command_config_show,
    &command_config_check,
    &command_config_docs,
    &command_config_schema,
    &command_completion,
    &command_man,
    &command_version,
    NULL,
};

int main(int argc, char **argv)
{
    return command_main(argc, argv);
}

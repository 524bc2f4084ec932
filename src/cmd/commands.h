/* The commands that exist, for the table in main.c. */
#ifndef CMD_COMMANDS_H
#define CMD_COMMANDS_H

#include "cmd/cmd.h"

extern const struct command command_init;
extern const struct command command_demo;
extern const struct command command_cameras;
extern const struct command command_mode;
extern const struct command command_capture;
extern const struct command command_crop;
extern const struct command command_train;
extern const struct command command_visualize;
extern const struct command command_health;
extern const struct command command_calibrate;
extern const struct command command_monitor;
extern const struct command command_alarms;
extern const struct command command_ack;
extern const struct command command_evaluate;
extern const struct command command_support;
extern const struct command command_snapshot;
extern const struct command command_summary;
extern const struct command command_config_show;
extern const struct command command_config_check;
extern const struct command command_config_docs;
extern const struct command command_config_schema;
extern const struct command command_completion;
extern const struct command command_man;
extern const struct command command_version;

#endif

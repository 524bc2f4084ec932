/* leakwatch init: makes a project folder and says what to do next, naming only commands that this
 * build has. */
#include "cmd/cmd.h"
#include "cmd/commands.h"

#include <stdio.h>
#include <string.h>

struct next_step {
    const char *command; /* listed only when it exists; "" = always */
    const char *text;
};

static const struct next_step next_steps[] = {
    {"", "look at config/config.yaml: which camera, who gets the alerts"},
    {"config check", "leakwatch config check        is the file as it should be?"},
    {"capture", "leakwatch mode CAPTURE\n     leakwatch capture             take pictures of the "
                "rig while nothing leaks, some hours of them"},
    {"train", "leakwatch train               learn what normal looks like"},
    {"monitor", "leakwatch mode MONITOR\n     leakwatch monitor             watch, and alarm"},
};

static void print_steps(const char *root)
{
    int number = 1;
    printf("Made the project folder %s. Next:\n\n", strcmp(root, ".") == 0 ? "here" : root);
    if (strcmp(root, ".") != 0)
        printf("  %d. cd %s\n", number++, root);
    for (size_t i = 0; i < sizeof next_steps / sizeof next_steps[0]; i++) {
        if (!*next_steps[i].command || command_find(next_steps[i].command))
            printf("  %d. %s\n", number++, next_steps[i].text);
    }
    printf("\nThe webhook of Slack and the password for e-mail do not belong into config.yaml: put "
           "them\ninto the environment as SLACK_WEBHOOK_URL and SMTP_PASSWORD.\n");
}

static bool run_init(const struct invocation *invocation, struct error *err)
{
    const char *root = invocation->argument_count > 0 ? invocation->arguments[0] : ".";
    if (!*root)
        return error_set(err, ERROR_USAGE, "the name of the project folder is empty");
    if (!project_init(root, err))
        return false;
    print_steps(root);
    return true;
}

const struct command command_init = {
    .name = "init",
    .arguments = "[DIR]",
    .summary = "make a project folder",
    .details = "Makes DIR (otherwise uses the current folder) with a commented config/config.yaml, "
               "the mode\nOFF, and the folders for pictures, model, records and reports. Nothing "
               "that is there\nalready is changed; a folder that holds a project is refused.",
    .max_arguments = 1,
    .run = run_init,
};

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
    {"cameras", "leakwatch cameras              which camera is it? Its number goes behind index:"},
    {"", "open config/config.yaml in an editor: which camera, who is told"},
    {"config check", "leakwatch config check         is the file as it should be?"},
    {"health", "leakwatch health --skip-model --save-snapshot\n"
               "                                    is the picture good? What else is missing?"},
    {"capture", "leakwatch mode CAPTURE\n"
                "     leakwatch capture --count 500  take pictures while nothing leaks"},
    {"train", "leakwatch train                learn from them what normal looks like"},
    {"monitor", "leakwatch mode MONITOR\n"
                "     leakwatch monitor              watch, and alarm; Ctrl+C ends it"},
    {"health", "leakwatch health               in a second terminal: is all well?\n"
               "     leakwatch summary              in the morning: what was in the night?"},
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
    printf(
        "\nUSER_GUIDE.md explains each step. The webhook of Slack and the password for e-mail do "
        "not\nbelong into config.yaml: put each into a file that only you can read, named there "
        "by\nwebhook_url_file and smtp_password_file, or into the environment as "
        "SLACK_WEBHOOK_URL\nand SMTP_PASSWORD.\n");
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

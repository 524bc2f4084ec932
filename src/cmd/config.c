/* leakwatch config show | check | docs | schema: the configuration, seen from outside. */
#include "base/log.h"
#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "cmd/output.h"

#include <stdio.h>

/* Prints what `ok` says was written, and frees it. */
static bool print(struct buffer *text, bool ok, struct error *err)
{
    ok = ok && output_write(text, err);
    buffer_finish(text);
    return ok;
}

static bool run_show(const struct invocation *invocation, struct error *err)
{
    struct buffer text = {0};
    const struct config *config = invocation->config;
    return print(&text,
                 invocation_has(invocation, "json") ? config_write_json(config, &text, err)
                                                    : config_write_yaml(config, true, &text, err),
                 err);
}

static const struct command_flag show_flags[] = {
    {"json", FLAG_SWITCH, NULL, 0, 0, "print as JSON, without the origins"},
    {0},
};

const struct command command_config_show = {
    .name = "config show",
    .arguments = "",
    .summary = "print the configuration in force, and where each value comes from",
    .details = "Secrets are shown as ***.",
    .flags = show_flags,
    .needs = NEEDS_PROJECT,
    .run = run_show,
};

/* Loading has done the work; what is left to say is what works, but surely is not meant. */
static bool run_check(const struct invocation *invocation, struct error *err)
{
    const struct config *config = invocation->config;
    (void)err;
    if (config->notify_slack_enabled && !*config->notify_slack_webhook_url)
        log_warning(
            "notify.slack.enabled is true, but there is no webhook, so nothing will be sent to "
            "Slack; name a file with the webhook in notify.slack.webhook_url_file, or set "
            "SLACK_WEBHOOK_URL, or switch it off with notify.slack.enabled: false");
    printf("%s can be used\n", invocation->project->config_file);
    return true;
}

const struct command command_config_check = {
    .name = "config check",
    .arguments = "",
    .summary = "say whether config.yaml can be used, and what is odd in it",
    .details = "Ends with status 0 when it can be used, also when there are warnings; with 78 and "
               "the line\nand column of the first problem when it cannot.",
    .needs = NEEDS_PROJECT,
    .run = run_check,
};

static bool run_docs(const struct invocation *invocation, struct error *err)
{
    struct buffer text = {0};
    (void)invocation;
    return print(&text, config_write_docs(&text, err), err);
}

const struct command command_config_docs = {
    .name = "config docs",
    .arguments = "",
    .summary = "print every option with default, range and meaning (Markdown)",
    .details = "",
    .run = run_docs,
};

static bool run_schema(const struct invocation *invocation, struct error *err)
{
    struct buffer text = {0};
    (void)invocation;
    return print(&text, config_write_json_schema(&text, err), err);
}

const struct command command_config_schema = {
    .name = "config schema",
    .arguments = "",
    .summary = "print the JSON Schema of config.yaml, for editors",
    .details = "",
    .run = run_schema,
};

/* All channels, in the order in which they are tried; and which of them a configuration uses. */
#include "sink/channel.h"

#include "sink/delivery.h"

const struct channel_ops *const channel_table[] = {&slack_channel, &email_channel, NULL};

size_t delivery_channels(const struct config *config, struct config_warnings warnings,
                         const char *ret_names[CHANNELS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; channel_table[i] && count < CHANNELS_MAX; i++) {
        struct error err = {0};
        bool enabled = false;
        bool ok = channel_table[i]->check(config, &enabled, &err);
        if (ok && enabled)
            ret_names[count++] = channel_table[i]->name;
        if (!ok && warnings.warn)
            warnings.warn(warnings.context, err.message);
    }
    return count;
}

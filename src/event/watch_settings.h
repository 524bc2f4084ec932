/* From the configuration to how it is watched: the same for `monitor` and for `evaluate`. Pure. */
#ifndef EVENT_WATCH_SETTINGS_H
#define EVENT_WATCH_SETTINGS_H

#include "event/watch.h"

/* `first_alarm_number`: see struct watch_settings. */
struct watch_settings watch_settings_from(const struct config *config, int first_alarm_number);

#endif

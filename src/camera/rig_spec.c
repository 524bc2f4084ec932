/* What may stand in a "sim:" spec, and nothing else: one row per scenario and per parameter.
 * Nonsense is an error that lists what is allowed; nothing is rounded, clamped or ignored, because
 * a typing mistake must not quietly become another simulation.
 */
#include "camera/rig.h"

#include "base/parse.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

const struct scenario_row scenario_rows[SCENARIO_COUNT] = {
    [SCENARIO_NORMAL] = {"normal", "nothing happens; what to train on"},
    [SCENARIO_DROPS] = {"drops", "drops fall from a fitting, wet spots grow into a small puddle"},
    [SCENARIO_TRICKLE] = {"trickle", "liquid creeps down a tube and into the tray"},
    [SCENARIO_PUDDLE] = {"puddle", "a coloured puddle grows in the tray"},
    [SCENARIO_WALKER] = {"walker", "someone walks past, stands in front, leaves; every 80 s"},
    [SCENARIO_LAMP] = {"lamp", "a desk lamp is switched on for a minute of every two"},
    [SCENARIO_COVERED] = {"covered", "a hand covers the camera for a minute of every two"},
    [SCENARIO_CLEAR] = {"clear", "a puddle of clear liquid grows: refraction, rim and gloss only"},
    [SCENARIO_CRUST] = {"crust", "salt grows out of a fitting and down its tube, over minutes"},
    [SCENARIO_STAIN] = {"stain", "a damp patch spreads in something porous"},
    [SCENARIO_SUNRISE] = {"sunrise", "brighter and warmer until the end; a patch of sun wanders"},
    [SCENARIO_CLOUDS] = {"clouds", "the daylight changes by up to 30 % within 5 to 60 s"},
    [SCENARIO_FLICKER] = {"flicker", "a fluorescent tube at its end: bands, beats and dips"},
    [SCENARIO_INSECT] = {"insect", "a fly walks and sits, for 72 s of every 90"},
    [SCENARIO_STANDER] = {"stander", "someone stands in the picture for a minute; every 180 s"},
    [SCENARIO_OBJECT] = {"object", "somebody comes once and leaves a bottle behind"},
    [SCENARIO_VIBRATION] = {"vibration", "the camera shakes by 0.3 to 1.5 px"},
    [SCENARIO_MOVED] = {"moved", "the camera has been bumped: some 20 px and 2 degrees"},
    [SCENARIO_DEFOCUSED] = {"defocused", "the lens is out of focus"},
    [SCENARIO_FROZEN] = {"frozen", "the camera repeats one frame for ever"},
    [SCENARIO_DARK] = {"dark", "all lights are off; displays glow, noise stays"},
    [SCENARIO_SATURATED] = {"saturated", "the exposure has run away: nearly all white"},
};

static const char prefix[] = "sim:";

/* Three years: beyond that nobody means it. */
static const double time_max_s = 1e8;

enum { PARAMETER_SIZE = 64, NAME_SHOWN = 24 };

static bool read_seed(const char *value, struct rig_settings *settings)
{
    int64_t seed;
    if (!parse_int(value, 0, INT64_MAX, &seed))
        return false;
    settings->seed = (uint64_t)seed;
    return true;
}

static bool read_duration(const char *value, struct rig_settings *settings)
{
    return parse_double(value, 0.001, time_max_s, &settings->duration_s);
}

static bool read_size(const char *value, struct rig_settings *settings)
{
    int width, height;
    if (!parse_size(value, &width, &height))
        return false;
    if (width < RIG_WIDTH_MIN || width > RIG_WIDTH_MAX || height < RIG_HEIGHT_MIN ||
        height > RIG_HEIGHT_MAX)
        return false;
    settings->width = width;
    settings->height = height;
    return true;
}

static bool read_fps(const char *value, struct rig_settings *settings)
{
    return parse_double(value, 0.01, 120.0, &settings->fps);
}

static bool read_onset(const char *value, struct rig_settings *settings)
{
    return parse_double(value, 0.0, time_max_s, &settings->onset_s);
}

static bool read_start(const char *value, struct rig_settings *settings)
{
    return parse_double(value, 0.0, time_max_s, &settings->start_s);
}

static bool read_rig(const char *value, struct rig_settings *settings)
{
    int64_t rig;
    if (!parse_int(value, 0, RIG_LAYOUT_COUNT - 1, &rig))
        return false;
    settings->rig = (int)rig;
    return true;
}

static bool read_amount(const char *value, struct rig_settings *settings)
{
    return parse_double(value, 0.001, 10.0, &settings->amount);
}

static bool read_rate(const char *value, struct rig_settings *settings)
{
    return parse_double(value, 0.01, 100.0, &settings->rate);
}

struct parameter {
    const char *name;
    const char *values; /* what is allowed, for the message */
    bool (*read)(const char *value, struct rig_settings *settings);
};

static const struct parameter parameters[] = {
    {"seed", "a whole number from 0 up", read_seed},
    {"duration", "seconds, 0.001 to 100000000; leave it out for no end", read_duration},
    {"size", "WIDTHxHEIGHT, 160x90 to 3840x2160", read_size},
    {"fps", "frames per second, 0.01 to 120", read_fps},
    {"onset", "seconds, 0 to 100000000", read_onset},
    {"start", "seconds, 0 to 100000000", read_start},
    {"rig", "which laboratory, 0 to 7", read_rig},
    {"amount", "a factor on the area that a leak covers, 0.001 to 10", read_amount},
    {"rate", "a factor on how fast a leak grows, 0.01 to 100", read_rate},
};
enum { PARAMETER_COUNT = sizeof parameters / sizeof parameters[0] };

static bool set_unknown_scenario(const char *name, size_t length, struct error *err)
{
    char names[256] = "";
    for (int i = 0; i < SCENARIO_COUNT; i++) {
        const size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "", scenario_rows[i].name);
    }
    return error_set(err, ERROR_USAGE, "no simulated scenario \"%.*s\"; there are %s",
                     (int)(length > NAME_SHOWN ? NAME_SHOWN : length), name, names);
}

static bool set_unknown_parameter(const char *name, struct error *err)
{
    char names[256] = "";
    for (int i = 0; i < PARAMETER_COUNT; i++) {
        const size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "", parameters[i].name);
    }
    return error_set(err, ERROR_USAGE,
                     "a simulated rig takes no parameter \"%s\"; it takes %s, written "
                     "sim:SCENARIO?name=value&name=value",
                     name, names);
}

static bool read_parameter(const char *text, unsigned *seen, struct rig_settings *settings,
                           struct error *err)
{
    char name[PARAMETER_SIZE];
    const char *equals = strchr(text, '=');
    const int name_length = (int)(equals ? equals - text : (ptrdiff_t)strlen(text));
    snprintf(name, sizeof name, "%.*s", name_length, text);
    for (int i = 0; i < PARAMETER_COUNT; i++) {
        if (strcmp(parameters[i].name, name) != 0)
            continue;
        if (*seen & 1u << i)
            return error_set(err, ERROR_USAGE, "the simulated rig's %s is given twice", name);
        *seen |= 1u << i;
        if (!equals || !parameters[i].read(equals + 1, settings))
            return error_set(err, ERROR_USAGE, "the simulated rig's %s cannot be \"%s\"; it is %s",
                             name, equals ? equals + 1 : "", parameters[i].values);
        return true;
    }
    return set_unknown_parameter(name, err);
}

static bool read_scenario(const char *name, size_t length, enum scenario *ret_scenario,
                          struct error *err)
{
    for (int i = 0; i < SCENARIO_COUNT; i++)
        if (strlen(scenario_rows[i].name) == length &&
            strncmp(scenario_rows[i].name, name, length) == 0) {
            *ret_scenario = (enum scenario)i;
            return true;
        }
    return set_unknown_scenario(name, length, err);
}

bool rig_settings_parse(const char *spec, struct rig_settings *ret_settings, struct error *err)
{
    struct rig_settings settings = {.seed = 1,
                                    .width = 1280,
                                    .height = 720,
                                    .fps = 10.0,
                                    .onset_s = 20.0,
                                    .amount = 1.0,
                                    .rate = 1.0};
    if (strncmp(spec, prefix, strlen(prefix)) != 0)
        return error_set(err, ERROR_USAGE, "\"%.64s\" is no simulated rig; write sim:SCENARIO",
                         spec);
    const char *name = spec + strlen(prefix);
    const size_t name_length = strcspn(name, "?");
    if (!read_scenario(name, name_length, &settings.scenario, err))
        return false;
    unsigned seen = 0;
    const char *rest = name + name_length;
    while (*rest) { /* at '?' or '&' */
        char text[PARAMETER_SIZE];
        const size_t length = strcspn(++rest, "&");
        if (length >= sizeof text)
            return error_set(err, ERROR_USAGE, "\"%.64s\" is too long for a simulated rig", rest);
        memcpy(text, rest, length);
        text[length] = '\0';
        if (!read_parameter(text, &seen, &settings, err))
            return false;
        rest += length;
    }
    *ret_settings = settings;
    return true;
}

double rig_since_s(const struct rig_settings *settings, enum scenario scenario, double time_s)
{
    return settings->scenario == scenario ? time_s - settings->onset_s : -1.0;
}

/* The simulated rig without memory: each allocation that fails is an error that says so, and
 * nothing is lost (under the address sanitizer, that is seen).
 */
#include "check.h"
#include "failing_alloc.h"

#include "camera/rig.h"

/* Those that need what others don't. */
static const char *const specs[] = {
    "sim:normal?size=160x90",
    "sim:moved?size=160x90&rig=5",
    "sim:vibration?size=160x90",
    "sim:defocused?size=160x90",
};

TEST(a_rig_that_gets_no_memory_says_so)
{
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++) {
        struct rig_settings settings;
        struct rig *rig = NULL;
        long failures = 0;
        CHECK(rig_settings_parse(specs[i], &settings, NULL));
        for (; !rig && failures < 100; failures++) {
            struct error err = {0};
            allocations_until_failure = failures;
            rig = rig_create(&settings, &err);
            allocations_until_failure = -1;
            if (rig)
                break;
            CHECK_INT(err.code, ERROR_MEMORY);
            CHECK_CONTAINS(err.message, "no memory for a simulated");
        }
        rig_destroy(rig);
        CHECK(rig);
        CHECK(failures >= 7); /* the rig, two canvases, the film, three of the sensor */
        CHECK_INT(failures > 7, i > 0);
    }
}

TEST(a_frame_that_gets_no_memory_says_so)
{
    static uint8_t rgb[160 * 90 * 3];
    struct rig_settings settings;
    CHECK(rig_settings_parse(specs[0], &settings, NULL));
    struct error err = {0};
    struct rig *rig = rig_create(&settings, NULL);
    CHECK(rig);
    allocations_until_failure = 0;
    const bool done = rig_render(rig, 0, rgb, &err);
    allocations_until_failure = -1;
    const bool later = rig_render(rig, 0, rgb, NULL);
    rig_destroy(rig);
    CHECK(!done);
    CHECK_INT(err.code, ERROR_MEMORY);
    CHECK(later);
}

int main(void)
{
    RUN(a_rig_that_gets_no_memory_says_so);
    RUN(a_frame_that_gets_no_memory_says_so);
    return check_report();
}

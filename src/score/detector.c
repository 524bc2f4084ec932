/* The door to whatever method looks at the frames: inference thread → detector → watch. Each
 * method's struct begins with `struct detector`, so this file knows none of them.
 */
#include "score/detector.h"

bool detector_observe(struct detector *detector, const struct frame *frame,
                      struct observation *ret_observation, struct error *err)
{
    return detector->ops->observe(detector, frame, ret_observation, err);
}

void detector_destroy(struct detector *detector)
{
    if (detector)
        detector->ops->destroy(detector);
}

bool detector_find_region(const struct config *config, int camera_width, int camera_height,
                          int picture_width, int picture_height, struct rect *ret_region,
                          struct error *err)
{
    struct rect region = {0, 0, camera_width, camera_height};
    if (config->roi_enabled && !roi_resolve(config->roi_units == ROI_RELATIVE, config->roi_x,
                                            config->roi_y, config->roi_width, config->roi_height,
                                            camera_width, camera_height, &region, err))
        return false;
    if (region.width != picture_width || region.height != picture_height)
        return error_set(
            err, ERROR_CONFIG,
            "the model was trained on pictures of %dx%d px, but this source gives %dx%d "
            "px%s; set the source to the size it had, or capture and train again",
            picture_width, picture_height, region.width, region.height,
            config->roi_enabled ? " inside the ROI" : "");
    *ret_region = region;
    return true;
}

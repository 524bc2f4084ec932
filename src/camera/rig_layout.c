/* Which layouts there are. Everything else about them is in the tables, rig_layouts_design.c and
 * rig_layouts_final.c. */
#include "camera/rig_layouts.h"

#include <assert.h>

const struct layout *const rig_layouts[RIG_LAYOUT_COUNT] = {
    &layout_white_tray, &layout_dark_tray, &layout_wood,  &layout_hood,
    &layout_tissue,     &layout_shelf,     &layout_night, &layout_near,
};

void layout_feed_tube(const struct layout *layout, int circuit,
                      struct point ret_points[RIG_TUBE_POINTS])
{
    assert(circuit >= 0 && circuit < layout->circuit_count);
    curve_points(layout->circuits[circuit].feed, ret_points, RIG_TUBE_POINTS);
}

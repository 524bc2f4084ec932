/* The tables of the simulated laboratories, by what one sees first. */
#ifndef CAMERA_RIG_LAYOUTS_H
#define CAMERA_RIG_LAYOUTS_H

#include "camera/rig_layout.h"

extern const struct layout layout_white_tray, layout_dark_tray, layout_wood;

#endif

/* The tables of the simulated laboratories, by what one sees first. */
#ifndef CAMERA_RIG_LAYOUTS_H
#define CAMERA_RIG_LAYOUTS_H

#include "camera/rig_layout.h"

/* rig_layouts_design.c */
extern const struct layout layout_white_tray, layout_dark_tray, layout_wood;
/* rig_layouts_final.c */
extern const struct layout layout_hood, layout_tissue, layout_shelf, layout_night, layout_near;

#endif

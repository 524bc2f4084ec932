/* A detector's map at the resolution of a picture. Pure; no allocation; any thread.
 *
 * Bilinear between pixel centres (a pixel's centre lies at +0.5), beyond the outermost ones the
 * value of the edge: what papers do to maps before they count pixels. At the same size it is a
 * copy, bit by bit.
 */
#ifndef EVALUATE_MAP_RESIZE_H
#define EVALUATE_MAP_RESIZE_H

/* float [height][width] → float [to_height][to_width]. */
void map_resize(const float *map, int width, int height, int to_width, int to_height,
                float *ret_map);

#endif

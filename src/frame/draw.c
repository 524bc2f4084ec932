/* Drawing for evidence and reports: heat maps, outlines, panels beside each other.
 *
 * The table of "inferno" is the one that Stefan van der Walt and Nathaniel Smith gave to the public
 * domain (CC0) with matplotlib, rounded to 8 bits.
 */
#include "frame/draw.h"

#include <string.h>

enum { INFERNO_COUNT = 256 };

static const uint8_t inferno[INFERNO_COUNT][3] = {
    {0, 0, 4},       {1, 0, 5},       {1, 1, 6},       {1, 1, 8},       {2, 1, 10},
    {2, 2, 12},      {2, 2, 14},      {3, 2, 16},      {4, 3, 18},      {4, 3, 20},
    {5, 4, 23},      {6, 4, 25},      {7, 5, 27},      {8, 5, 29},      {9, 6, 31},
    {10, 7, 34},     {11, 7, 36},     {12, 8, 38},     {13, 8, 41},     {14, 9, 43},
    {16, 9, 45},     {17, 10, 48},    {18, 10, 50},    {20, 11, 52},    {21, 11, 55},
    {22, 11, 57},    {24, 12, 60},    {25, 12, 62},    {27, 12, 65},    {28, 12, 67},
    {30, 12, 69},    {31, 12, 72},    {33, 12, 74},    {35, 12, 76},    {36, 12, 79},
    {38, 12, 81},    {40, 11, 83},    {41, 11, 85},    {43, 11, 87},    {45, 11, 89},
    {47, 10, 91},    {49, 10, 92},    {50, 10, 94},    {52, 10, 95},    {54, 9, 97},
    {56, 9, 98},     {57, 9, 99},     {59, 9, 100},    {61, 9, 101},    {62, 9, 102},
    {64, 10, 103},   {66, 10, 104},   {68, 10, 104},   {69, 10, 105},   {71, 11, 106},
    {73, 11, 106},   {74, 12, 107},   {76, 12, 107},   {77, 13, 108},   {79, 13, 108},
    {81, 14, 108},   {82, 14, 109},   {84, 15, 109},   {85, 15, 109},   {87, 16, 110},
    {89, 16, 110},   {90, 17, 110},   {92, 18, 110},   {93, 18, 110},   {95, 19, 110},
    {97, 19, 110},   {98, 20, 110},   {100, 21, 110},  {101, 21, 110},  {103, 22, 110},
    {105, 22, 110},  {106, 23, 110},  {108, 24, 110},  {109, 24, 110},  {111, 25, 110},
    {113, 25, 110},  {114, 26, 110},  {116, 26, 110},  {117, 27, 110},  {119, 28, 109},
    {120, 28, 109},  {122, 29, 109},  {124, 29, 109},  {125, 30, 109},  {127, 30, 108},
    {128, 31, 108},  {130, 32, 108},  {132, 32, 107},  {133, 33, 107},  {135, 33, 107},
    {136, 34, 106},  {138, 34, 106},  {140, 35, 105},  {141, 35, 105},  {143, 36, 105},
    {144, 37, 104},  {146, 37, 104},  {147, 38, 103},  {149, 38, 103},  {151, 39, 102},
    {152, 39, 102},  {154, 40, 101},  {155, 41, 100},  {157, 41, 100},  {159, 42, 99},
    {160, 42, 99},   {162, 43, 98},   {163, 44, 97},   {165, 44, 96},   {166, 45, 96},
    {168, 46, 95},   {169, 46, 94},   {171, 47, 94},   {173, 48, 93},   {174, 48, 92},
    {176, 49, 91},   {177, 50, 90},   {179, 50, 90},   {180, 51, 89},   {182, 52, 88},
    {183, 53, 87},   {185, 53, 86},   {186, 54, 85},   {188, 55, 84},   {189, 56, 83},
    {191, 57, 82},   {192, 58, 81},   {193, 58, 80},   {195, 59, 79},   {196, 60, 78},
    {198, 61, 77},   {199, 62, 76},   {200, 63, 75},   {202, 64, 74},   {203, 65, 73},
    {204, 66, 72},   {206, 67, 71},   {207, 68, 70},   {208, 69, 69},   {210, 70, 68},
    {211, 71, 67},   {212, 72, 66},   {213, 74, 65},   {215, 75, 63},   {216, 76, 62},
    {217, 77, 61},   {218, 78, 60},   {219, 80, 59},   {221, 81, 58},   {222, 82, 56},
    {223, 83, 55},   {224, 85, 54},   {225, 86, 53},   {226, 87, 52},   {227, 89, 51},
    {228, 90, 49},   {229, 92, 48},   {230, 93, 47},   {231, 94, 46},   {232, 96, 45},
    {233, 97, 43},   {234, 99, 42},   {235, 100, 41},  {235, 102, 40},  {236, 103, 38},
    {237, 105, 37},  {238, 106, 36},  {239, 108, 35},  {239, 110, 33},  {240, 111, 32},
    {241, 113, 31},  {241, 115, 29},  {242, 116, 28},  {243, 118, 27},  {243, 120, 25},
    {244, 121, 24},  {245, 123, 23},  {245, 125, 21},  {246, 126, 20},  {246, 128, 19},
    {247, 130, 18},  {247, 132, 16},  {248, 133, 15},  {248, 135, 14},  {248, 137, 12},
    {249, 139, 11},  {249, 140, 10},  {249, 142, 9},   {250, 144, 8},   {250, 146, 7},
    {250, 148, 7},   {251, 150, 6},   {251, 151, 6},   {251, 153, 6},   {251, 155, 6},
    {251, 157, 7},   {252, 159, 7},   {252, 161, 8},   {252, 163, 9},   {252, 165, 10},
    {252, 166, 12},  {252, 168, 13},  {252, 170, 15},  {252, 172, 17},  {252, 174, 18},
    {252, 176, 20},  {252, 178, 22},  {252, 180, 24},  {251, 182, 26},  {251, 184, 29},
    {251, 186, 31},  {251, 188, 33},  {251, 190, 35},  {250, 192, 38},  {250, 194, 40},
    {250, 196, 42},  {250, 198, 45},  {249, 199, 47},  {249, 201, 50},  {249, 203, 53},
    {248, 205, 55},  {248, 207, 58},  {247, 209, 61},  {247, 211, 64},  {246, 213, 67},
    {246, 215, 70},  {245, 217, 73},  {245, 219, 76},  {244, 221, 79},  {244, 223, 83},
    {244, 225, 86},  {243, 227, 90},  {243, 229, 93},  {242, 230, 97},  {242, 232, 101},
    {242, 234, 105}, {241, 236, 109}, {241, 237, 113}, {241, 239, 117}, {241, 241, 121},
    {242, 242, 125}, {242, 244, 130}, {243, 245, 134}, {243, 246, 138}, {244, 248, 142},
    {245, 249, 146}, {246, 250, 150}, {248, 251, 154}, {249, 252, 157}, {250, 253, 161},
    {252, 255, 164},
};

static float clamp_unit(float value)
{
    return value > 0.0f ? (value < 1.0f ? value : 1.0f) : 0.0f; /* NaN becomes 0 */
}

/* Each channel of jet is a trapezoid, 1.5 high before clamping, around its centre. */
static uint8_t jet_channel(float value, float center)
{
    const float distance = value > center ? value - center : center - value;
    return (uint8_t)(clamp_unit(1.5f - 4.0f * distance) * 255.0f + 0.5f);
}

void color_map_lookup(enum color_map map, float value, uint8_t ret_rgb[3])
{
    value = clamp_unit(value);
    if (map == COLOR_MAP_JET) {
        ret_rgb[0] = jet_channel(value, 0.75f);
        ret_rgb[1] = jet_channel(value, 0.5f);
        ret_rgb[2] = jet_channel(value, 0.25f);
        return;
    }
    memcpy(ret_rgb, inferno[(int)(value * (INFERNO_COUNT - 1) + 0.5f)], 3);
}

void draw_heat_map(const float *map, int width, int height, float full_scale, enum color_map colors,
                   uint8_t *ret_rgb)
{
    const size_t count = (size_t)width * (size_t)height;
    for (size_t i = 0; i < count; i++)
        color_map_lookup(colors, full_scale > 0.0f ? map[i] / full_scale : 0.0f, ret_rgb + i * 3);
}

/* The half-open range [start, end) of one axis that lies inside the picture. */
static void clip(int64_t *start, int64_t *end, int64_t limit)
{
    if (*start < 0)
        *start = 0;
    if (*end > limit)
        *end = limit;
}

static void fill(uint8_t *rgb, int width, int height, int64_t left, int64_t top, int64_t right,
                 int64_t bottom, const uint8_t color[3])
{
    clip(&left, &right, width);
    clip(&top, &bottom, height);
    for (int64_t y = top; y < bottom; y++)
        for (int64_t x = left; x < right; x++)
            memcpy(rgb + (y * width + x) * 3, color, 3);
}

void draw_color_bar(uint8_t *rgb, int width, int height, struct rect bar, enum color_map colors)
{
    for (int i = 0; i < bar.width; i++) {
        uint8_t color[3];
        color_map_lookup(colors, bar.width > 1 ? (float)i / (float)(bar.width - 1) : 0.0f, color);
        const int64_t x = (int64_t)bar.x + i;
        fill(rgb, width, height, x, bar.y, x + 1, (int64_t)bar.y + bar.height, color);
    }
}

void draw_rect(uint8_t *rgb, int width, int height, struct rect rect, int thickness_px,
               const uint8_t color[3])
{
    const int64_t left = rect.x, right = left + rect.width;
    const int64_t top = rect.y, bottom = top + rect.height;
    const int64_t across = thickness_px < rect.width ? thickness_px : rect.width;
    const int64_t down = thickness_px < rect.height ? thickness_px : rect.height;
    fill(rgb, width, height, left, top, right, top + down, color);
    fill(rgb, width, height, left, bottom - down, right, bottom, color);
    fill(rgb, width, height, left, top, left + across, bottom, color);
    fill(rgb, width, height, right - across, top, right, bottom, color);
}

static int scaled(int value, int to, int from)
{
    return (int)((int64_t)value * to / from);
}

void draw_marks(uint8_t *rgb, int width, int height, const struct rect *boxes, int count,
                int from_width, int from_height)
{
    static const uint8_t dark[3] = {0, 0, 0}, amber[3] = {255, 176, 0};
    for (int i = 0; i < count; i++) {
        const struct rect *box = &boxes[i];
        struct rect outer = {scaled(box->x, width, from_width) - 3,
                             scaled(box->y, height, from_height) - 3,
                             scaled(box->width, width, from_width) + 6,
                             scaled(box->height, height, from_height) + 6};
        struct rect inner = {outer.x + 1, outer.y + 1, outer.width - 2, outer.height - 2};
        draw_rect(rgb, width, height, outer, 4, dark);
        draw_rect(rgb, width, height, inner, 2, amber);
    }
}

void draw_picture(uint8_t *rgb, int width, int height, const uint8_t *picture, int picture_width,
                  int picture_height, int x, int y)
{
    int64_t left = x, right = left + picture_width;
    int64_t top = y, bottom = top + picture_height;
    clip(&left, &right, width);
    clip(&top, &bottom, height);
    if (left >= right)
        return;
    for (int64_t row = top; row < bottom; row++)
        memcpy(rgb + (row * width + left) * 3,
               picture + ((row - y) * picture_width + (left - x)) * 3, (size_t)(right - left) * 3);
}

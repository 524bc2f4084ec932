/* The repair loss of one plane and its gradient; included by kernels_body.h, once per instruction
 * set.
 *
 * SSIM is taken over 7x7 boxes that lie wholly inside the plane. With the box's means of x, x² and
 * xy as variables, a box's S has three derivatives, and a pixel's gradient is the sum of those over
 * the boxes it is in: a box sum too. So the plane is walked once, row by row: sums along the new
 * row → the box row that ends there → its derivatives, spread along the row → the pixel row six
 * above, which all its boxes are now known for. The surprising thing: that row of the
 * reconstruction is not needed any more, so its gradient is written in its place.
 */
enum { BOX = REPAIR_BOX, RING = REPAIR_BOX, SUMS = 5, SLOPES = 3, SPREAD = REPAIR_BOX - 1 };

_Static_assert(REPAIR_ROWS == RING * (SUMS + SLOPES) + SUMS + SLOPES, "the rows it works in");

static const float repair_c1 = 0.01f * 0.01f, repair_c2 = 0.03f * 0.03f;

/* Sums of seven neighbours: `count` of them, from count + 6 values. */
INLINE void sum_along(const float *restrict values, size_t count, float *restrict ret_sums)
{
    for (size_t i = 0; i < count; i++)
        ret_sums[i] = ((values[i] + values[i + 1]) + (values[i + 2] + values[i + 3])) +
                      ((values[i + 4] + values[i + 5]) + values[i + 6]);
}

struct repair_rows {
    float *sums[SUMS][RING];     /* of x, y, xx, yy, xy along a row; [width] each */
    float *slopes[SLOPES][RING]; /* of a box row, spread along it */
    float *products[SUMS];       /* one row, before it is summed */
    float *padded[SLOPES];       /* one box row, six zeros at either end */
};

static void repair_rows_init(struct repair_rows *rows, const struct repair_plane *plane)
{
    const size_t stride = plane->width + 2 * SPREAD;
    float *next = plane->rows;
    memset(next, 0, REPAIR_ROWS * stride * sizeof *next);
    for (size_t i = 0; i < SUMS; i++)
        for (size_t k = 0; k < RING; k++, next += stride)
            rows->sums[i][k] = next;
    for (size_t i = 0; i < SLOPES; i++)
        for (size_t k = 0; k < RING; k++, next += stride)
            rows->slopes[i][k] = next;
    for (size_t i = 0; i < SUMS; i++, next += stride)
        rows->products[i] = next;
    for (size_t i = 0; i < SLOPES; i++, next += stride)
        rows->padded[i] = next;
}

static void repair_add_row(const struct repair_rows *rows, const struct repair_plane *plane,
                           size_t y)
{
    const float *restrict a = plane->values + y * plane->width;
    const float *restrict b = plane->target + y * plane->width;
    float *restrict aa = rows->products[2], *restrict bb = rows->products[3];
    float *restrict ab = rows->products[4];
    for (size_t x = 0; x < plane->width; x++) {
        aa[x] = a[x] * a[x];
        bb[x] = b[x] * b[x];
        ab[x] = a[x] * b[x];
    }
    const float *const from[SUMS] = {a, b, aa, bb, ab};
    for (size_t i = 0; i < SUMS; i++)
        sum_along(from[i], plane->width - SPREAD, rows->sums[i][y % RING]);
}

/* The means of a box row into `products`. */
static void repair_box_means(const struct repair_rows *rows, size_t boxes)
{
    const float share = 1.0f / (BOX * BOX);
    for (size_t i = 0; i < SUMS; i++) {
        float *const *restrict ring = rows->sums[i];
        float *restrict mean = rows->products[i];
        for (size_t x = 0; x < boxes; x++)
            mean[x] = (((ring[0][x] + ring[1][x]) + (ring[2][x] + ring[3][x])) +
                       ((ring[4][x] + ring[5][x]) + ring[6][x])) *
                      share;
    }
}

/* The box row whose first pixel row is `y`: its part of the loss, and its slopes. */
static double repair_box_row(const struct repair_rows *rows, const struct repair_plane *plane,
                             size_t y)
{
    const size_t boxes = plane->width - SPREAD;
    repair_box_means(rows, boxes);
    const float *restrict mean_a = rows->products[0], *restrict mean_b = rows->products[1];
    const float *restrict mean_aa = rows->products[2], *restrict mean_bb = rows->products[3];
    const float *restrict mean_ab = rows->products[4];
    const float *restrict mask =
        plane->mask ? plane->mask + (y + BOX / 2) * plane->width + BOX / 2 : plane->values;
    const float masked = plane->mask ? plane->masked_weight - 1.0f : 0.0f;
    const float factor = -plane->structure_factor / (BOX * BOX);
    float *restrict by_mean = rows->padded[0] + SPREAD;
    float *restrict by_square = rows->padded[1] + SPREAD;
    float *restrict by_product = rows->padded[2] + SPREAD;
    float loss = 0.0f;
    for (size_t x = 0; x < boxes; x++) {
        const float ma = mean_a[x], mb = mean_b[x];
        const float a1 = 2.0f * ma * mb + repair_c1;
        const float a2 = 2.0f * (mean_ab[x] - ma * mb) + repair_c2;
        const float b1 = ma * ma + mb * mb + repair_c1;
        const float b2 = mean_aa[x] - ma * ma + mean_bb[x] - mb * mb + repair_c2;
        const float inverse = 1.0f / (b1 * b2);
        const float s = a1 * a2 * inverse;
        const float weight = 1.0f + masked * mask[x];
        const float slope = factor * weight;
        loss += weight * (1.0f - s);
        by_mean[x] =
            slope * 2.0f *
            (inverse * (mb * a2 - mb * a1) - s * ma * inverse * b2 + s * ma * inverse * b1);
        by_square[x] = slope * -s * inverse * b1;
        by_product[x] = slope * 2.0f * a1 * inverse;
    }
    for (size_t i = 0; i < SLOPES; i++)
        sum_along(rows->padded[i], plane->width, rows->slopes[i][y % RING]);
    return (double)loss * (double)plane->structure_factor;
}

/* Pixel row y, whose boxes begin in rows `first` to `end` - 1: its squared error, and the gradient
 * by z in its place. */
static double repair_pixel_row(const struct repair_rows *rows, const struct repair_plane *plane,
                               size_t y, size_t first, size_t end)
{
    float *restrict sums[SLOPES] = {rows->products[0], rows->products[1], rows->products[2]};
    for (size_t i = 0; i < SLOPES; i++) {
        memset(sums[i], 0, plane->width * sizeof(float));
        for (size_t k = first; k < end; k++) {
            const float *restrict slopes = rows->slopes[i][k % RING];
            for (size_t x = 0; x < plane->width; x++)
                sums[i][x] += slopes[x];
        }
    }
    float *restrict values = plane->values + y * plane->width;
    const float *restrict target = plane->target + y * plane->width;
    const float *restrict mask = plane->mask ? plane->mask + y * plane->width : target;
    const float masked = plane->mask ? plane->masked_weight - 1.0f : 0.0f;
    const float factor = plane->squared_factor;
    float loss = 0.0f;
    for (size_t x = 0; x < plane->width; x++) {
        const float value = values[x], off = value - target[x];
        const float weighted = (1.0f + masked * mask[x]) * off;
        const float gradient = 2.0f * factor * weighted + sums[0][x] + 2.0f * value * sums[1][x] +
                               target[x] * sums[2][x];
        loss += weighted * off;
        values[x] = gradient * value * (1.0f - value);
    }
    return (double)loss * (double)factor;
}

static double repair_error(const struct repair_plane *plane)
{
    struct repair_rows rows;
    double loss = 0.0;
    size_t done = 0; /* pixel rows */
    repair_rows_init(&rows, plane);
    for (size_t y = 0; y < plane->height; y++) {
        repair_add_row(&rows, plane, y);
        if (y < SPREAD)
            continue;
        loss += repair_box_row(&rows, plane, y - SPREAD);
        loss += repair_pixel_row(&rows, plane, done, done < SPREAD ? 0 : done - SPREAD, done + 1);
        done++;
    }
    for (; done < plane->height; done++)
        loss += repair_pixel_row(&rows, plane, done, done < SPREAD ? 0 : done - SPREAD,
                                 plane->height - SPREAD);
    return loss;
}

/* The body of every kernel, for LANES floats at a time; included by kernels_<isa>.c, each compiled
 * for its own instruction set, which define LANES, KERNELS and KERNELS_NAME.
 *
 * Written with GCC's vector types rather than intrinsics: the same lines become AVX-512, AVX2, or
 * pairs of SSE instructions. These files are compiled with -ffp-contract=fast, so that a * b + c is
 * one fused instruction. Sums over many pixels are kept in float for a chunk that fits the first
 * cache and then added up in double: exact enough, and the inner loop stays fast.
 */
#include "model/kernels.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

typedef float lanes_t __attribute__((vector_size(LANES * sizeof(float)), may_alias));
typedef float loose_t
    __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float)), may_alias));
typedef int32_t int_lanes_t __attribute__((vector_size(LANES * sizeof(int32_t))));

#define INLINE static inline __attribute__((always_inline))

enum {
    CHUNK_PIXELS = 128,
    BLOCKS = OUTPUT_IN_CHANNELS / LANES,
    TILE = LANES / 2, /* pixels at a time: as many sums as there are registers for */
    TAPS = 3
};

INLINE lanes_t load(const float *from)
{
    return *(const loose_t *)from;
}

INLINE void store(float *to, lanes_t value)
{
    *(loose_t *)to = value;
}

INLINE lanes_t splat(float value)
{
    return value - (lanes_t){0};
}

/* `value` where the mask is set, else 0. */
INLINE lanes_t keep(int_lanes_t mask, lanes_t value)
{
    return (lanes_t)(mask & (int_lanes_t)value);
}

INLINE lanes_t positive(lanes_t value)
{
    return keep(~(value < 0.0f), value); /* NaN stays */
}

/* Adds lane by lane in double. */
INLINE void add_lanes(double *sum, lanes_t value)
{
    for (size_t lane = 0; lane < LANES; lane++)
        sum[lane] += (double)value[lane];
}

static size_t chunk_length(size_t done, size_t pixels)
{
    return pixels - done < CHUNK_PIXELS ? pixels - done : CHUNK_PIXELS;
}

/* Chan, Golub & LeVeque 1979: each chunk has its own mean, so nothing cancels. */
static void moments(const float *x, size_t pixels, double *ret_mean, double *ret_deviation)
{
    double mean[LANES] = {0}, deviation[LANES] = {0};
    for (size_t done = 0; done < pixels; done += CHUNK_PIXELS) {
        const size_t length = chunk_length(done, pixels);
        const float *chunk = x + done * LANES;
        lanes_t sum[4] = {{0}};
        for (size_t i = 0; i < length; i++)
            sum[i % 4] += load(chunk + i * LANES);
        const lanes_t center = ((sum[0] + sum[1]) + (sum[2] + sum[3])) / (float)length;
        lanes_t square[4] = {{0}}, rest[4] = {{0}};
        for (size_t i = 0; i < length; i++) {
            const lanes_t off = load(chunk + i * LANES) - center;
            square[i % 4] += off * off;
            rest[i % 4] += off;
        }
        const lanes_t squares = (square[0] + square[1]) + (square[2] + square[3]);
        const lanes_t rests = (rest[0] + rest[1]) + (rest[2] + rest[3]);
        const double share = (double)length / (double)(done + length);
        for (size_t lane = 0; lane < LANES; lane++) {
            const double correction = (double)rests[lane] / (double)length;
            const double delta = (double)center[lane] + correction - mean[lane];
            mean[lane] += delta * share;
            deviation[lane] += (double)squares[lane] - correction * correction * (double)length +
                               delta * delta * share * (double)done;
        }
    }
    memcpy(ret_mean, mean, sizeof mean);
    memcpy(ret_deviation, deviation, sizeof deviation);
}

static void activate(const float *x, size_t pixels, const float *scale, const float *shift,
                     float *ret_y)
{
    const lanes_t by = load(scale), add = load(shift);
    for (size_t i = 0; i < pixels; i++)
        store(ret_y + i * LANES, positive(load(x + i * LANES) * by + add));
}

static void gradient_sums(const float *x, const float *dy, size_t pixels, const float *scale,
                          const float *shift, const float *center, double *ret_sum,
                          double *ret_product)
{
    const lanes_t by = load(scale), add = load(shift), middle = load(center);
    double sum[LANES] = {0}, product[LANES] = {0};
    for (size_t done = 0; done < pixels; done += CHUNK_PIXELS) {
        const size_t length = chunk_length(done, pixels);
        lanes_t sums[2] = {{0}}, products[2] = {{0}};
        for (size_t i = 0; i < length; i++) {
            const lanes_t value = load(x + (done + i) * LANES);
            const lanes_t gradient = load(dy + (done + i) * LANES);
            const lanes_t kept = keep(value * by + add > 0.0f, gradient);
            sums[i % 2] += kept;
            products[i % 2] += kept * (value - middle);
        }
        add_lanes(sum, sums[0] + sums[1]);
        add_lanes(product, products[0] + products[1]);
    }
    memcpy(ret_sum, sum, sizeof sum);
    memcpy(ret_product, product, sizeof product);
}

static void gradient_apply(const float *x, float *dy, size_t pixels, const float *scale,
                           const float *shift, const float *slope, const float *offset)
{
    const lanes_t by = load(scale), add = load(shift), rise = load(slope), base = load(offset);
    for (size_t i = 0; i < pixels; i++) {
        const lanes_t value = load(x + i * LANES);
        const lanes_t gradient = load(dy + i * LANES);
        const lanes_t kept = keep(value * by + add > 0.0f, gradient);
        store(dy + i * LANES, kept * by + (value * rise + base));
    }
}

/* Where the weights of one tap and output channel lie in packed order. */
INLINE size_t packed_at(size_t ky, size_t block, size_t kx, size_t out)
{
    return (((ky * BLOCKS + block) * TAPS + kx) * OUTPUT_CHANNELS + out) * LANES;
}

INLINE size_t plain_at(size_t out, size_t channel, size_t ky, size_t kx)
{
    return ((out * OUTPUT_IN_CHANNELS + channel) * TAPS + ky) * TAPS + kx;
}

static void output_pack(const float *plain, float *ret_packed)
{
    for (size_t out = 0; out < OUTPUT_CHANNELS; out++)
        for (size_t channel = 0; channel < OUTPUT_IN_CHANNELS; channel++)
            for (size_t tap = 0; tap < TAPS * TAPS; tap++)
                ret_packed[packed_at(tap / TAPS, channel / LANES, tap % TAPS, out) +
                           channel % LANES] = plain[plain_at(out, channel, tap / TAPS, tap % TAPS)];
}

static void output_unpack(const float *packed, float *ret_plain)
{
    for (size_t out = 0; out < OUTPUT_CHANNELS; out++)
        for (size_t channel = 0; channel < OUTPUT_IN_CHANNELS; channel++)
            for (size_t tap = 0; tap < TAPS * TAPS; tap++)
                ret_plain[plain_at(out, channel, tap / TAPS, tap % TAPS)] =
                    packed[packed_at(tap / TAPS, channel / LANES, tap % TAPS, out) +
                           channel % LANES];
}

#if LANES == 16
#define EVEN_OF_TWO 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define ODD_OF_TWO 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31
#else
#define EVEN_OF_TWO 0, 2, 4, 6, 8, 10, 12, 14
#define ODD_OF_TWO 1, 3, 5, 7, 9, 11, 13, 15
#endif

/* Neighbouring lanes added: those of `a` in the lower half, those of `b` in the upper one. */
INLINE lanes_t add_neighbours(lanes_t a, lanes_t b)
{
    return __builtin_shufflevector(a, b, EVEN_OF_TWO) + __builtin_shufflevector(a, b, ODD_OF_TWO);
}

/* Turns a tile of vectors into one vector with the sum of each in its lower half. */
INLINE lanes_t tile_sums(lanes_t tile[TILE])
{
#pragma GCC unroll 3
    for (size_t left = TILE / 2; left > 0; left /= 2)
#pragma GCC unroll 4
        for (size_t i = 0; i < left; i++)
            tile[i] = add_neighbours(tile[2 * i], tile[2 * i + 1]);
    return add_neighbours(tile[0], tile[0]);
}

static void output_forward(const float *const rows[3], size_t width, const float *packed,
                           const float bias[3], float *const ret_rows[3])
{
    for (size_t x = 0; x < width; x += TILE) {
        lanes_t sums[OUTPUT_CHANNELS][TILE];
        memset(sums, 0, sizeof sums);
        for (size_t ky = 0; ky < TAPS; ky++) {
            if (!rows[ky])
                continue;
            for (size_t block = 0; block < BLOCKS; block++) {
                const float *pixels = rows[ky] + (block * (width + 2) + x) * LANES;
                const float *weights = packed + packed_at(ky, block, 0, 0);
#pragma GCC unroll 1 /* unrolled, pixels are kept for the next tap and sums spilled instead */
                for (size_t kx = 0; kx < TAPS; kx++) {
                    const lanes_t red = load(weights + (kx * 3 + 0) * LANES);
                    const lanes_t green = load(weights + (kx * 3 + 1) * LANES);
                    const lanes_t blue = load(weights + (kx * 3 + 2) * LANES);
#pragma GCC unroll 8
                    for (size_t i = 0; i < TILE; i++) {
                        const lanes_t pixel = load(pixels + (kx + i) * LANES);
                        sums[0][i] += pixel * red;
                        sums[1][i] += pixel * green;
                        sums[2][i] += pixel * blue;
                    }
                }
            }
        }
        for (size_t out = 0; out < OUTPUT_CHANNELS; out++) {
            const lanes_t z = tile_sums(sums[out]) + bias[out];
            memcpy(ret_rows[out] + x, &z, TILE * sizeof(float));
        }
    }
}

static void output_backward_data(const float *const gradients[3], size_t width, const float *packed,
                                 float *const *ret_rows)
{
    for (size_t x = 0; x < width; x += TILE) {
        for (size_t block = 0; block < BLOCKS; block++) {
            lanes_t sums[TILE];
            memset(sums, 0, sizeof sums);
            for (size_t tap = 0; tap < TAPS * TAPS; tap++) {
                const size_t ky = tap / TAPS, kx = tap % TAPS;
                for (size_t out = 0; out < OUTPUT_CHANNELS; out++) {
                    const lanes_t weight = load(packed + packed_at(ky, block, kx, out));
                    const float *gradient = gradients[TAPS - 1 - ky] + out * (width + 2) + x;
#pragma GCC unroll 8
                    for (size_t i = 0; i < TILE; i++)
                        sums[i] += weight * splat(gradient[TAPS - 1 - kx + i]);
                }
            }
            for (size_t i = 0; i < TILE; i++)
                store(ret_rows[block] + (x + i) * LANES, sums[i]);
        }
    }
}

static void output_backward_weights(const float *const rows[3], const float *gradient, size_t width,
                                    float *sum_packed)
{
    const float *red = gradient + 1, *green = red + width + 2, *blue = green + width + 2;
    for (size_t ky = 0; ky < TAPS; ky++) {
        if (!rows[ky])
            continue;
        for (size_t block = 0; block < BLOCKS; block++) {
            const float *pixels = rows[ky] + block * (width + 2) * LANES;
            float *total = sum_packed + packed_at(ky, block, 0, 0);
            lanes_t sums[TAPS][OUTPUT_CHANNELS];
            memset(sums, 0, sizeof sums);
            for (size_t x = 0; x < width; x++) {
                const lanes_t r = splat(red[x]), g = splat(green[x]), b = splat(blue[x]);
#pragma GCC unroll 3
                for (size_t kx = 0; kx < TAPS; kx++) {
                    const lanes_t pixel = load(pixels + (x + kx) * LANES);
                    sums[kx][0] += pixel * r;
                    sums[kx][1] += pixel * g;
                    sums[kx][2] += pixel * b;
                }
            }
            for (size_t i = 0; i < TAPS * OUTPUT_CHANNELS; i++)
                store(total + i * LANES,
                      load(total + i * LANES) + sums[i / OUTPUT_CHANNELS][i % OUTPUT_CHANNELS]);
        }
    }
}

/* exp(x), relative error below 2e-7 within ±87, clamped outside. Cephes, expf. */
INLINE lanes_t exponential(lanes_t x)
{
    const lanes_t high = splat(87.0f), low = splat(-87.0f);
    x = keep(x > high, high) + keep(~(x > high), x);
    x = keep(x < low, low) + keep(~(x < low), x);
    const lanes_t magic = splat(12582912.0f); /* 1.5 * 2^23: adding it rounds to an integer */
    const lanes_t power = (x * 1.44269504088896341f + magic) - magic;
    const lanes_t rest = (x - power * 0.693359375f) - power * -2.12194440e-4f;
    lanes_t series = splat(1.9875691500e-4f);
    series = series * rest + 1.3981999507e-3f;
    series = series * rest + 8.3334519073e-3f;
    series = series * rest + 4.1665795894e-2f;
    series = series * rest + 1.6666665459e-1f;
    series = series * rest + 5.0000001201e-1f;
    series = series * (rest * rest) + rest + 1.0f;
    const int_lanes_t bits = (__builtin_convertvector(power, int_lanes_t) + 127) << 23;
    lanes_t scale;
    memcpy(&scale, &bits, sizeof scale);
    return series * scale;
}

INLINE lanes_t logistic(lanes_t value)
{
    return 1.0f / (1.0f + exponential(-value));
}

static void sigmoid(float *values, size_t count)
{
    for (size_t i = 0; i < count; i += LANES)
        store(values + i, logistic(load(values + i)));
}

static double sigmoid_error(float *values, const float *target, size_t count, float factor)
{
    double total = 0;
    for (size_t done = 0; done < count; done += CHUNK_PIXELS * LANES) {
        size_t end = done + CHUNK_PIXELS * LANES;
        if (end > count)
            end = count;
        lanes_t sum = {0};
        for (size_t i = done; i < end; i += LANES) {
            const lanes_t value = logistic(load(values + i));
            const lanes_t off = value - load(target + i);
            sum += off * off;
            store(values + i, factor * off * (value * (1.0f - value)));
        }
        double parts[LANES] = {0};
        add_lanes(parts, sum);
        for (size_t lane = 0; lane < LANES; lane++)
            total += parts[lane];
    }
    return total;
}

#include "model/ssim_body.h"

static void adam(float *weights, const float *gradient, float *moment1, float *moment2,
                 size_t count, const struct adam_rates *rates)
{
    const float beta1 = rates->beta1, beta2 = rates->beta2, step = rates->step;
    for (size_t i = 0; i < count; i++) {
        const float g = gradient[i];
        moment1[i] = beta1 * moment1[i] + (1.0f - beta1) * g;
        moment2[i] = beta2 * moment2[i] + (1.0f - beta2) * g * g;
        weights[i] -= step * moment1[i] / (sqrtf(moment2[i]) + rates->epsilon);
    }
}

const struct kernels KERNELS = {
    .name = KERNELS_NAME,
    .lanes = LANES,
    .moments = moments,
    .activate = activate,
    .gradient_sums = gradient_sums,
    .gradient_apply = gradient_apply,
    .output_pack = output_pack,
    .output_unpack = output_unpack,
    .output_forward = output_forward,
    .output_backward_data = output_backward_data,
    .output_backward_weights = output_backward_weights,
    .sigmoid = sigmoid,
    .sigmoid_error = sigmoid_error,
    .repair_error = repair_error,
    .adam = adam,
};

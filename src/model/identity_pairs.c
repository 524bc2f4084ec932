/* struct model_identity ⇄ text pairs. One table says key, kind, place and range of each member, for
 * both directions. Numbers are written so that they come back bit for bit. */
#include "model/identity_pairs.h"

#include "base/parse.h"

#include <stdio.h>
#include <string.h>

enum pair_kind { PAIR_INT, PAIR_REAL, PAIR_BOOL, PAIR_TEXT, PAIR_DIGEST };

struct carried {
    struct model_identity identity;
    char weights_digest[DIGEST_TEXT_SIZE];
};

struct pair_row {
    const char *key;
    enum pair_kind kind;
    size_t offset; /* in struct carried */
    double max;    /* of a number, from 0; of a text its size */
};

#define MEMBER(member) offsetof(struct carried, identity.member)

enum { SIDE_MAX = 16384, VERSION_MAX = 1000000, THREADS_MAX = 4096, TEXT_SIZE = 32 };

static const struct pair_row rows[] = {
    {"leakwatch.format_version", PAIR_INT, MEMBER(format_version), VERSION_MAX},
    {"leakwatch.picture_width", PAIR_INT, MEMBER(picture_width), SIDE_MAX},
    {"leakwatch.picture_height", PAIR_INT, MEMBER(picture_height), SIDE_MAX},
    {"leakwatch.roi_enabled", PAIR_BOOL, MEMBER(roi_enabled), 0},
    {"leakwatch.roi_units", PAIR_INT, MEMBER(roi_units), ROI_PIXELS},
    {"leakwatch.roi_x", PAIR_REAL, MEMBER(roi_x), SIDE_MAX},
    {"leakwatch.roi_y", PAIR_REAL, MEMBER(roi_y), SIDE_MAX},
    {"leakwatch.roi_width", PAIR_REAL, MEMBER(roi_width), SIDE_MAX},
    {"leakwatch.roi_height", PAIR_REAL, MEMBER(roi_height), SIDE_MAX},
    {"leakwatch.data_digest", PAIR_DIGEST, MEMBER(data_digest), DIGEST_TEXT_SIZE},
    {"leakwatch.weights_digest", PAIR_DIGEST, offsetof(struct carried, weights_digest),
     DIGEST_TEXT_SIZE},
    {"leakwatch.set_digest", PAIR_DIGEST, MEMBER(set_digest), DIGEST_TEXT_SIZE},
    {"leakwatch.onednn_version", PAIR_TEXT, MEMBER(onednn_version), TEXT_SIZE},
    {"leakwatch.isa", PAIR_TEXT, MEMBER(isa), TEXT_SIZE},
    {"leakwatch.threads", PAIR_INT, MEMBER(threads), THREADS_MAX},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

_Static_assert((int)ROWS <= (int)ONNX_PAIRS_MAX, "an ONNX file holds all pairs");
_Static_assert(sizeof((struct model_identity *)0)->onednn_version == TEXT_SIZE, "room for a text");
_Static_assert(sizeof((struct model_identity *)0)->isa == TEXT_SIZE, "room for a text");

static void format_value(const struct pair_row *row, const void *member, char *ret_text,
                         size_t size)
{
    switch (row->kind) {
    case PAIR_INT:
        snprintf(ret_text, size, "%d", *(const int *)member);
        break;
    case PAIR_REAL:
        snprintf(ret_text, size, "%.17g", *(const double *)member);
        break;
    case PAIR_BOOL:
        snprintf(ret_text, size, "%s", *(const bool *)member ? "true" : "false");
        break;
    case PAIR_TEXT:
    case PAIR_DIGEST:
        snprintf(ret_text, size, "%s", (const char *)member);
        break;
    }
}

size_t identity_to_pairs(const struct model_identity *identity,
                         const char weights_digest[DIGEST_TEXT_SIZE],
                         struct onnx_pair ret_pairs[ONNX_PAIRS_MAX])
{
    struct carried carried = {.identity = *identity};
    memcpy(carried.weights_digest, weights_digest, sizeof carried.weights_digest);
    for (size_t i = 0; i < ROWS; i++) {
        snprintf(ret_pairs[i].key, sizeof ret_pairs[i].key, "%s", rows[i].key);
        format_value(&rows[i], (const char *)&carried + rows[i].offset, ret_pairs[i].value,
                     sizeof ret_pairs[i].value);
    }
    return ROWS;
}

static bool is_digest(const char *text)
{
    return strlen(text) == DIGEST_TEXT_SIZE - 1 &&
           strspn(text, "0123456789abcdef") == DIGEST_TEXT_SIZE - 1;
}

static bool parse_value(const struct pair_row *row, const char *text, void *member)
{
    int64_t whole;
    switch (row->kind) {
    case PAIR_INT:
        if (!parse_int(text, 0, (int64_t)row->max, &whole))
            return false;
        *(int *)member = (int)whole;
        return true;
    case PAIR_REAL:
        return parse_double(text, 0.0, row->max, member);
    case PAIR_BOOL:
        return parse_bool(text, member);
    case PAIR_TEXT:
    case PAIR_DIGEST:
        if (strlen(text) >= (size_t)row->max || (row->kind == PAIR_DIGEST && !is_digest(text)))
            return false;
        memcpy(member, text, strlen(text) + 1);
        return true;
    }
    return false;
}

static bool check_version(int version, struct error *err)
{
    if (version == MODEL_FORMAT_VERSION)
        return true;
    return error_set(err, ERROR_FORMAT,
                     "it was written by %s leakwatch (model format %d, this program reads %d)",
                     version > MODEL_FORMAT_VERSION ? "a newer" : "an older", version,
                     MODEL_FORMAT_VERSION);
}

bool identity_from_pairs(const struct onnx_pair *pairs, size_t count,
                         struct model_identity *identity, char ret_weights_digest[DIGEST_TEXT_SIZE],
                         struct error *err)
{
    struct carried carried = {.identity = *identity};
    for (size_t i = 0; i < ROWS; i++) { /* the version first: it decides what the others mean */
        const struct onnx_pair *pair = NULL;
        for (size_t k = 0; k < count && !pair; k++)
            if (strcmp(pairs[k].key, rows[i].key) == 0)
                pair = &pairs[k];
        if (!pair)
            return error_set(err, ERROR_FORMAT, "the metadata '%s' is missing", rows[i].key);
        if (!parse_value(&rows[i], pair->value, (char *)&carried + rows[i].offset))
            return error_set(err, ERROR_FORMAT, "the metadata '%s' is '%s', which is not allowed",
                             rows[i].key, pair->value);
        if (i == 0 && !check_version(carried.identity.format_version, err))
            return false;
    }
    *identity = carried.identity;
    memcpy(ret_weights_digest, carried.weights_digest, sizeof carried.weights_digest);
    return true;
}

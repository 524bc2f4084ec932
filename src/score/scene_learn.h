/* Learns what is normal from pictures in the order of their time: mean, spread, thresholds.
 *
 * The first 3/4 of the pictures give mean and spread, the last 1/4, which the statistics have not
 * seen, the thresholds: a split by time, because neighbouring pictures are alike and a random split
 * would measure how well it remembers. Robust: the mean starts as a median over time, and pictures
 * in which far more strays than in the others (somebody stood there) are left out and named.
 * Deterministic. Thread: the caller's. Errors: those of `read`; ERROR_FORMAT when the pictures can
 * not teach a scene (all black), in plain words; ERROR_CANCELLED; ERROR_MEMORY.
 */
#ifndef SCORE_SCENE_LEARN_H
#define SCORE_SCENE_LEARN_H

#include "score/scene_lasting.h"
#include "score/scene_normal.h"

enum { SCENE_PICTURES_LEAST = 20 };

struct scene_pictures {
    size_t count; /* at least SCENE_PICTURES_LEAST */
    int width, height;
    /* Picture `index`, packed RGB of that size; valid until the next call. */
    bool (*read)(void *context, size_t index, const uint8_t **ret_rgb, struct error *err);
    /* May be NULL; false stops. */
    bool (*progress)(void *context, double done, double total);
    void *context;
};

struct scene_learning {
    struct scene_parts parts;
    double interval_seconds;       /* between two pictures */
    double false_alarms_per_month; /* that the thresholds are set for */
};

/* What was learned and what was strange about the pictures. */
struct scene_lesson {
    size_t used, held_out;
    size_t outlier_count;
    size_t *outliers;                /* [outlier_count], indices; freed by scene_lesson_finish */
    bool moves;                      /* so many pictures stray that none was left out, */
    size_t stray_count, first_stray; /* this many, since that one */
    size_t repeats;                  /* equal the picture before them bit for bit */
    size_t dark_count, first_dark;   /* all black or nearly */
    size_t second_place;             /* the first picture that was taken from elsewhere; 0 = none */
    float edges;                     /* gradient that a hundredth of the mean picture has, per px */
    float spread;                    /* median over the picture, of luma in the smaller window */
    struct scene_change change;      /* during the hold-out, and to its end */
};

struct scene_normal *scene_learn(const struct scene_pictures *pictures,
                                 const struct scene_learning *learning,
                                 struct scene_lesson *ret_lesson, struct error *err);
void scene_lesson_finish(struct scene_lesson *lesson);

#endif

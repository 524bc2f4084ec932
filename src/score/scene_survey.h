/* What is strange about the pictures that a scene is learned from: do they repeat, are they black,
 * do they all show the scene from one place?
 *
 * Pictures are looked at in the order of their time, each once; those that were not looked at count
 * for nothing. Where the camera stood is compared by the strength of edges in cells of a coarse
 * grid, which light hardly changes, and by the shifts of registration: two places are two stretches
 * of time whose pictures agree among each other and not across. Ownership: create/destroy (takes
 * NULL). Memory: about 5 KB a picture. One thread.
 */
#ifndef SCORE_SCENE_SURVEY_H
#define SCORE_SCENE_SURVEY_H

#include "score/scene_rest.h"

struct scene_survey;
/* `picture_size`: bytes of one picture. */
struct scene_survey *scene_survey_create(size_t count, size_t picture_size, struct scene_size size,
                                         struct error *err);
void scene_survey_destroy(struct scene_survey *survey);

/* `frame` [CHANNEL_COUNT][height][width] is scene_rest_frame of the picture. */
void scene_survey_take(struct scene_survey *survey, size_t index, const uint8_t *rgb,
                       const float *frame, const struct scene_glance *glance);

/* How many equal the one before them bit for bit. */
size_t scene_survey_repeats(const struct scene_survey *survey);

/* How many are all black or nearly, and the first of them (untouched when there are none). */
size_t scene_survey_dark(const struct scene_survey *survey, size_t *ret_first);
bool scene_is_black(const struct scene_brightness *brightness);

/* The first picture that was taken from another place than those before it; 0 = there is none. */
size_t scene_survey_second_place(const struct scene_survey *survey);

#endif

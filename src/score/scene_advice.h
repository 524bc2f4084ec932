/* What a lesson found strange about its pictures, in sentences for a chemist, and a sheet of the
 * pictures that were left out.
 *
 * `say` gets one sentence at a time, never more than LEARN_TEXT_SIZE bytes. Thread: the caller's.
 */
#ifndef SCORE_SCENE_ADVICE_H
#define SCORE_SCENE_ADVICE_H

#include "model/picture_list.h"
#include "score/detector_kind.h"
#include "score/scene_learn.h"

#define SCENE_SHEET_NAME "left-out.jpg"

struct scene_adviser {
    const char *folder; /* of the pictures */
    const struct picture_list *list;
    const struct scene_normal *normal;
    const struct scene_lesson *lesson;
    struct learn_listener listener;
};

void scene_advise(const struct scene_adviser *adviser);

/* Writes SCENE_SHEET_NAME into `model_folder`, at most 16 thumbnails of what was left out, and says
 * where it is and what is on it. Nothing left out: an older sheet goes. */
MUST_CHECK bool scene_sheet_write(const struct scene_adviser *adviser, const char *model_folder,
                                  struct error *err);

#endif

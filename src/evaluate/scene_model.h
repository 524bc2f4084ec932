/* The model that the sequences of a scene are judged by: learned once from the scene's normals and
 * kept below the output folder, or that of the project.
 *
 * A kept model is taken up when pictures, configuration, seed and kind are the same
 * (evaluate/sequence_key.h); learning that was interrupted goes on from its checkpoint. Ownership:
 * scene_model_finish frees what is loaded; it takes a zeroed struct. One thread, and one process
 * per output folder. Errors: those of the kind's learn and load, with the scene's name;
 * ERROR_CANCELLED when the listener stops it (nothing is saved then but the checkpoint);
 * ERROR_INPUT, neither normals nor a project.
 */
#ifndef EVALUATE_SCENE_MODEL_H
#define EVALUATE_SCENE_MODEL_H

#include "evaluate/sequence_key.h"

struct scene_model_job {
    const struct config *config; /* with kind and seed */
    const struct detector_kind *kind;
    const char *out;
    const char *normal_folder;      /* NULL: take the project's model */
    const char *scene;              /* for names and messages */
    const char *project_model;      /* folder; NULL = there is no project */
    int threads;                    /* of learning */
    bool again;                     /* learn anew whatever is there */
    struct learn_listener listener; /* before_save is not called */
};

struct scene_model {
    const struct detector_kind *kind;
    struct trained_model model;
    char key[SHA256_TEXT_SIZE]; /* of its contents */
    bool learned;               /* just now */
};

MUST_CHECK bool scene_model_open(const struct scene_model_job *job, struct scene_model *ret_model,
                                 struct error *err);
void scene_model_finish(struct scene_model *model);

#endif

/* The methods that `detector.kind` chooses from: how each learns from normal pictures, what it
 * keeps on disk, and how its detector is made. A kind is one row of detector_kinds.
 *
 * The way of a model: learn (pictures → model folder), load (model folder → struct trained_model),
 * check (does it fit the configuration?), open (→ struct detector, for one size of camera), unload.
 * Everyone who needs a detector goes this way: `train`, `monitor`, `snapshot`, `visualize`,
 * `health`, `evaluate`.
 *
 * Ownership: a trained_model is the caller's; `unload` frees what is in it and takes a zeroed one.
 * It is read-only once loaded, so that several threads may open detectors of one; `open` borrows it
 * during the call only. Locks on the folder and what becomes of an older model are the caller's
 * business. Errors: those of model/dataset.h, model/training.h and model/model_set.h.
 */
#ifndef SCORE_DETECTOR_KIND_H
#define SCORE_DETECTOR_KIND_H

#include "score/detector.h"

enum { LEARN_TEXT_SIZE = 512 };

/* RESULT: what the person at the keyboard asked for; NOTE: good to know; WARNING: to act on. */
enum learn_tone { LEARN_RESULT, LEARN_NOTE, LEARN_WARNING };

struct learn_progress {
    const char *phase;  /* "pictures", "training", "threshold": one after the other */
    double done, total; /* of this phase; the first call of a phase has done = 0 */
    const char *note;   /* for people; may be "" */
};

/* Each may be NULL. All are called on the caller's thread. */
struct learn_listener {
    void (*say)(void *context, enum learn_tone tone, const char *sentence);
    /* False stops: before there is anything to keep with ERROR_CANCELLED, later with the best model
     * so far, saved, and `interrupted` set. */
    bool (*progress)(void *context, const struct learn_progress *now);
    /* The new model is whole and goes into the folder next: the last chance to put an older one
     * aside. A failure ends learning with its error and nothing saved. */
    bool (*before_save)(void *context, struct error *err);
    void *context;
};

struct learning {
    const struct config *config; /* training.seed too is taken from here */
    const char *normal_folder, *model_folder;
    const char *checkpoint_file; /* NULL = none. It stays: the caller removes it */
    int threads;
    struct learn_listener listener;
};

/* What came of it, in the words of the kind. */
struct learned {
    bool interrupted; /* stopped by the listener; learning again with the checkpoint goes on */
    int epochs_done;
    double seconds;                /* of all sessions, when taken up */
    char outcome[LEARN_TEXT_SIZE]; /* "epoch 3 of 5 was best, validation loss …", for the console */
    char summary[LEARN_TEXT_SIZE]; /* "trained on 32 pictures in 3 s, …", for the record */
    char warning[LEARN_TEXT_SIZE]; /* what to do better next time; "" when all is well */
};

/* A model as loaded from its folder. */
struct trained_model {
    struct model_set set;
    void *extra; /* the kind's own, beyond the set */
};

struct detector_kind {
    const char *name;         /* as in `detector.kind` */
    const char *const *files; /* what a model is on disk: names in its folder; ends with NULL */
    bool accepts;             /* its detectors can be told what is normal (`ack --normal`) */
    int looks; /* how often a single picture must be shown, a second apart, to be judged */
    bool (*learn)(const struct learning *learning, struct learned *ret_learned, struct error *err);
    bool (*load)(const char *model_folder, struct trained_model *ret_model, struct error *err);
    /* ERROR_CONFIG, with both values and the remedy, when model and configuration differ. */
    bool (*check)(const struct trained_model *model, const struct config *config,
                  struct error *err);
    void (*unload)(struct trained_model *model);
    /* Checks too. Camera size: what the source gives. */
    struct detector *(*open)(const struct trained_model *model, const struct config *config,
                             int camera_width, int camera_height, int threads, struct error *err);
};

/* In the order of the choices of `detector.kind`. */
enum { DETECTOR_KINDS = DETECTOR_SCENE + 1 };
extern const struct detector_kind *const detector_kinds[DETECTOR_KINDS];

const struct detector_kind *detector_kind_of(const struct config *config);
const struct detector_kind *detector_kind_find(const char *name); /* NULL = none of that name */

/* Load and check; nothing is left loaded after a failure. */
MUST_CHECK bool detector_kind_load(const struct detector_kind *kind, const char *model_folder,
                                   const struct config *config, struct trained_model *ret_model,
                                   struct error *err);

/* Judges one picture as if it stayed: shows it to `detector`, which has seen nothing yet, as often
 * as its kind asks for. What would pass for a visit in a picture with a history counts as
 * triggered, because this one has none. */
MUST_CHECK bool detector_kind_look(const struct detector_kind *kind, struct detector *detector,
                                   const struct frame *frame, struct observation *ret_observation,
                                   struct error *err);

/* When the model in this folder was made: the time of its first file. False without a model. */
bool detector_kind_model_time(const struct detector_kind *kind, const char *model_folder,
                              int64_t *ret_utc_ms);

#endif

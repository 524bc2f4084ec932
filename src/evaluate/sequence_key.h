/* Digests of what a result depends on: whether an earlier model or result still holds is a question
 * of equal keys.
 *
 * Pictures count by name and time of their last change, so that asking costs no reading of
 * gigabytes; a copied dataset is evaluated anew unless the copy kept the times. Of the
 * configuration, those sections count that decide what is learned, seen and alarmed. The program
 * itself does not count: whoever changes it evaluates --again. Any thread. Errors: those of
 * platform/file.h and platform/folder.h; ERROR_MEMORY.
 */
#ifndef EVALUATE_SEQUENCE_KEY_H
#define EVALUATE_SEQUENCE_KEY_H

#include "base/sha256.h"
#include "evaluate/sequence_set.h"

/* What has to be learned: pictures of a folder, configuration (its seed included), kind. */
MUST_CHECK bool learning_key(const char *normal_folder, const struct config *config,
                             const struct detector_kind *kind, char ret_key[SHA256_TEXT_SIZE],
                             struct error *err);

/* A model, by the contents of its files. */
MUST_CHECK bool model_key(const char *model_folder, const struct detector_kind *kind,
                          char ret_key[SHA256_TEXT_SIZE], struct error *err);

/* A sequence with its frames and masks, judged by a model under a configuration. */
MUST_CHECK bool sequence_key(const struct sequence_set *set, const struct sequence *sequence,
                             const struct config *config, const char *model,
                             char ret_key[SHA256_TEXT_SIZE], struct error *err);

#endif

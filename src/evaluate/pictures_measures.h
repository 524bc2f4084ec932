/* From what was seen in each picture to the numbers of a kind, or of all kinds.
 *
 * Private to evaluate/pictures.c. One thread. Errors: ERROR_MEMORY.
 */
#ifndef EVALUATE_PICTURES_MEASURES_H
#define EVALUATE_PICTURES_MEASURES_H

#include "evaluate/pictures.h"
#include "evaluate/pixel_counts.h"

/* Stands for all kinds but "good". */
#define EVERY_KIND SIZE_MAX

/* `entries`: all so far; normal ones and those of `kind` are looked at. `pixels`: those of the same
 * pictures. `ret_ranking` may be NULL. */
MUST_CHECK bool pictures_measure(const struct pictures_entry *entries, size_t entry_count,
                                 size_t kind, const struct pixel_counts *pixels,
                                 struct pictures_measures *ret_measures,
                                 struct ranking *ret_ranking, struct error *err);

struct pictures_share pictures_share_of(size_t count, size_t total);

/* The two curves over all pixels; none without pixels of both kinds. */
void pictures_draw_curves(const struct pixel_counts *pixels, struct pictures_result *result);

/* Nothing is known. */
struct pictures_measures pictures_measures_none(void);

#endif

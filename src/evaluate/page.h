/* What an evaluation found, as one page that needs nothing else, and its plots as files.
 *
 * The page is for people who were not there: what was found and how soon in one sentence per
 * detector, the detectors side by side, curves, tables by kind and by size, the worst misses and
 * false alarms as pictures, and what each figure means. It is at most PAGE_SIZE_MAX bytes: pictures
 * are made small, and long lists end with how many more there are. Names and texts of the dataset
 * are escaped; its pictures are read anew, only from inside its folder, and one that cannot be
 * shown is said, not shown broken. The same results make the same page.
 *
 * Ownership: all is borrowed. One thread. Errors: ERROR_CANCELLED when `stopped` says so,
 * ERROR_MEMORY; of the functions that write, those of platform/file.h too.
 */
#ifndef EVALUATE_PAGE_H
#define EVALUATE_PAGE_H

#include "evaluate/pictures.h"
#include "evaluate/sequence_result.h"

enum { PAGE_SIZE_MAX = 4 << 20, PAGE_PICTURES_MAX = 12 /* of misses, and as many false alarms */ };

/* One detector, trained with one seed, on a folder in the layout of MVTec AD. */
struct pictures_run {
    const struct detector_kind *kind;
    int64_t seed;
    const struct pictures_result *result;
};

struct evaluation_page {
    const char *dataset;                         /* the folder */
    int64_t made_utc_ms;                         /* for the foot of the page */
    const struct sequence_evaluation *sequences; /* NULL = no sequences */
    const struct pictures_run *pictures;         /* [picture_run_count] */
    size_t picture_run_count;
    bool (*stopped)(void); /* asked before each picture; NULL = never */
};

/* Appends to `out`, on failure nothing. */
MUST_CHECK bool evaluation_page_html(const struct evaluation_page *page, struct buffer *out,
                                     struct error *err);

/* Writes the page by file_replace. */
MUST_CHECK bool evaluation_page_write(const struct evaluation_page *page, const char *path,
                                      struct error *err);

/* Writes each plot of the page as PNG into `folder`, which exists: "roc.png",
 * "scores-scene.png", … */
MUST_CHECK bool evaluation_page_write_plots(const struct evaluation_page *page, const char *folder,
                                            struct error *err);

#endif

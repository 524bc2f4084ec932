/* What the parts of the page share. Private to page*.c.
 *
 * A column is a detector with a seed, of sequences or of single pictures; tables and plots have one
 * for each. Words for one place are collected in `part` and escaped together.
 */
#ifndef EVALUATE_PAGE_PARTS_H
#define EVALUATE_PAGE_PARTS_H

#include "evaluate/page.h"
#include "report/plot.h"

enum { PAGE_COLUMNS_MAX = 12, PAGE_LABEL_SIZE = 64, PAGE_ROWS_MAX = 100 };

struct page {
    const struct evaluation_page *source;
    struct buffer *out;
    struct buffer part;
    size_t run_count, picture_count; /* columns of sequences, of single pictures */
    char run_labels[PAGE_COLUMNS_MAX][PAGE_LABEL_SIZE];
    char picture_labels[PAGE_COLUMNS_MAX][PAGE_LABEL_SIZE];
};

void page_begin(struct page *page, const struct evaluation_page *source, struct buffer *out);
static inline const struct sequence_run *page_run(const struct page *page, size_t column)
{
    return &page->source->sequences->runs[column];
}
static inline const struct pictures_result *page_pictures(const struct page *page, size_t column)
{
    return page->source->pictures[column].result;
}

/* ---- words (page_text.c); the first three go to the page as they are, escaped, and from `part` */

void page_put(struct page *page, const char *html);
void page_put_text(struct page *page, const char *text);
void page_put_part(struct page *page);

void append_count(struct buffer *out, size_t count);
void append_number(struct buffer *out, double value); /* NAN is "unknown" */
/* 0.917 is "91.7 %"; what is neither 0 nor 1 never reads "0 %" or "100 %". */
void append_percent(struct buffer *out, double share);
/* "11 of 12 (92 %)", "0 of 0" */
void append_share(struct buffer *out, size_t hits, size_t total);
/* "11 of 12 leaks (92 %)" */
void append_share_of(struct buffer *out, size_t hits, size_t total, const char *what);
/* Three digits, or as many more as it takes to tell it from 1; NAN is "unknown". */
void append_probability(struct buffer *out, double value);
/* "65 % to 99 %" */
void append_percent_interval(struct buffer *out, struct interval interval);
/* "0.05 % of the picture" is a matter of the caller: this is "0.05 %". */
void append_fraction(struct buffer *out, double fraction);
void append_seconds(struct buffer *out, double seconds); /* "8.2 s", "unknown" */

void page_begin_table(struct page *page, const char *caption, const char *first_head,
                      char labels[][PAGE_LABEL_SIZE], size_t label_count);
void page_end_table(struct page *page);
void page_begin_row(struct page *page, const char *head); /* its first cell, escaped */
void page_end_row(struct page *page);
/* A cell from what is in `part`, and in small letters below it `small`, which may be empty and is
 * emptied. */
void page_put_cell(struct page *page, struct buffer *small);
void page_put_more(struct page *page, size_t more, const char *what);

/* ---- figures (page_figures.c) */

void page_put_headline(struct page *page);
void page_put_figures(struct page *page);     /* detectors side by side */
void page_put_definitions(struct page *page); /* of the same figures, and of the plots' */

/* ---- tables (page_tables.c) */

void page_put_tables(struct page *page);
void page_put_faults(struct page *page); /* page_faults.c */

/* Quiet time and false alarms of the sequences of one kind, or of all with a leak. */
struct quiet_time {
    const char *name; /* a kind; NULL: sequences with a leak, outside of it */
    double quiet_s;
    size_t false_alarm_count, sequence_count, disturbed_count;
    double per_day; /* NAN without quiet time */
    struct interval day_interval;
};
/* The names that rows have: up to PAGE_ROWS_MAX of the quiet kinds of all columns, then NULL when
 * there are leaks. Returns how many. */
size_t page_quiet_names(const struct page *page, const char *ret_names[PAGE_ROWS_MAX + 1]);
struct quiet_time page_quiet_time(const struct sequence_run *run, const char *name);

/* ---- plots (page_plots.c, page_plots_sequences.c, page_plots_pictures.c) */

struct page_plot {
    const char *file; /* name of the PNG without ".png"; of each column: with its label behind */
    bool of_each_column, of_sequences;
    bool (*draw)(const struct page *page, size_t column, enum plot_format format,
                 struct buffer *out, struct error *err);
};
extern const struct page_plot page_sequence_plots[],
    page_picture_plots[]; /* end with a NULL file */

enum { PLOT_LABEL_SIZE = 128 };
/* "scene: AUROC 0.91"; without the figure when it is NAN. */
void page_label_figure(char text[PLOT_LABEL_SIZE], const char *label, const char *name,
                       double figure);

MUST_CHECK bool page_put_plots(struct page *page, bool of_sequences, struct error *err);

/* A histogram of scores in parts of their thresholds. Changes both arrays. */
MUST_CHECK bool scores_draw(const char *label, double *normal, size_t normal_count, double *leaking,
                            size_t leaking_count, const char *normal_name, const char *leaking_name,
                            enum plot_format format, struct buffer *out, struct error *err);

/* ---- pictures (page_choice.c, page_picture.c, page_cards.c) */

/* A miss or a false alarm: of a sequence, or a single picture. */
struct page_card {
    double weight;                          /* the higher, the worse */
    size_t column;                          /* of its kind of results */
    const struct sequence_result *sequence; /* NULL: a single picture */
    const struct sequence_alarm *alarm;     /* NULL: a miss */
    const struct pictures_entry *entry;
};

/* The worst of every column, in turn; `ret_total` counts all there are. Returns how many. */
size_t page_choose(const struct page *page, bool misses,
                   struct page_card ret_cards[PAGE_PICTURES_MAX], size_t *ret_total);

enum card_picture_state {
    CARD_PICTURE_SHOWN,
    CARD_PICTURE_MISSING,
    CARD_PICTURE_OUTSIDE, /* a link leads out of the dataset */
    CARD_PICTURE_DAMAGED,
    CARD_PICTURE_TOO_LARGE /* for the page */
};

struct card_picture {
    enum card_picture_state state;
    bool has_outline; /* of the leak */
    int width, height;
    struct buffer jpeg;
};

enum { CARD_PICTURE_WIDTH = 480, CARD_PICTURE_HEIGHT = 480, CARD_PICTURE_BYTES_MAX = 85000 };

/* Reads and marks the picture of a card. False only for lack of memory. Ownership: the caller
 * finishes `jpeg`. */
MUST_CHECK bool card_picture_load(const struct page *page, const struct page_card *card,
                                  struct card_picture *ret_picture, struct error *err);

MUST_CHECK bool page_put_cards(struct page *page, struct error *err);

void page_append_style(struct buffer *out); /* page_style.c: beyond that of the summary */

#endif

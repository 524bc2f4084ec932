/* A day's summary as files: Markdown, JSON, a plot, and one HTML page that needs nothing else.
 *
 * `struct summary` is what the pages are made of: the day, a choice of its alarms (all of them are
 * in the JSON, up to DAY_ALARMS_MAX), and their pictures, made small. What comes from records is
 * escaped where it is written; pictures are read only from inside the project, and one that is not
 * there any more is said, not shown broken. Ownership: summary_finish takes a zeroed struct; the
 * day is borrowed. One thread. Errors: ERROR_MEMORY; a picture that can not be shown is none.
 */
#ifndef REPORT_SUMMARY_H
#define REPORT_SUMMARY_H

#include "config/project.h"
#include "report/day.h"

enum {
    SUMMARY_SHOWN_MAX = 100,   /* alarms on a page */
    SUMMARY_PICTURES_MAX = 24, /* of them with a picture */
    SUMMARY_PICTURE_WIDTH = 400,
    SUMMARY_PICTURE_HEIGHT = 300
};

enum summary_picture_state {
    SUMMARY_PICTURE_BEYOND, /* there are more alarms than pictures */
    SUMMARY_PICTURE_SHOWN,
    SUMMARY_PICTURE_NONE,    /* the records name none */
    SUMMARY_PICTURE_MISSING, /* removed, or never written */
    SUMMARY_PICTURE_OUTSIDE, /* the record names a file outside of the project */
    SUMMARY_PICTURE_DAMAGED
};

struct summary_picture {
    enum summary_picture_state state;
    int width, height; /* px */
    struct buffer jpeg;
};

struct summary {
    const struct day_summary *day;
    char project[64]; /* the folder's name, for the head of the page */
    int64_t made_utc_ms;
    size_t shown_count;
    size_t shown[SUMMARY_SHOWN_MAX]; /* of told->alarm_list, in order of time */
    struct summary_picture pictures[SUMMARY_SHOWN_MAX];
};

/* Chooses the alarms: open ones, those that nobody acknowledged, then the strongest. */
MUST_CHECK bool summary_begin(struct summary *summary, const struct day_summary *day,
                              const char *project_name, struct error *err);
void summary_finish(struct summary *summary);

/* Reads the pictures of the first SUMMARY_PICTURES_MAX of that choice. `stopped` is asked before
 * each and may end it (ERROR_CANCELLED). */
MUST_CHECK bool summary_load_pictures(struct summary *summary, const struct project *project,
                                      bool (*stopped)(void), struct error *err);

/* All append to `out`. */
MUST_CHECK bool summary_plot(const struct summary *summary, enum plot_format format,
                             struct buffer *out, struct error *err);
MUST_CHECK bool summary_markdown(const struct summary *summary, struct buffer *out,
                                 struct error *err);
/* `plot_svg` is put into the page. */
MUST_CHECK bool summary_html(const struct summary *summary, const struct buffer *plot_svg,
                             struct buffer *out, struct error *err);

/* What to say where a picture is not shown; "" for those that are. */
const char *summary_picture_text(enum summary_picture_state state);

/* A new reference for the caller; NULL with ERROR_MEMORY. */
json_t *summary_json(const struct day_summary *day, int64_t made_utc_ms, struct error *err);

#endif

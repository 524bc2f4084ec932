/* The report of one calibration: a JSON file that the next one compares with, a histogram, and a
 * few lines for people.
 *
 * Scores are squared differences of 0..1 values. Everything in the struct is borrowed. A picture
 * counts as above when its score is greater than the threshold in force, as in monitoring.
 * One thread. Errors: ERROR_MEMORY; of the histogram those of report/plot.h.
 */
#ifndef REPORT_CALIBRATION_REPORT_H
#define REPORT_CALIBRATION_REPORT_H

#include "report/calibration_drift.h"
#include "report/plot.h"

struct calibration_report {
    const struct model_set *set; /* with the threshold in force */
    const struct dataset *dataset;
    const struct calibration *calibration; /* of all pictures of the dataset, in order */
    const char *folder;                    /* as people named it */
    const struct past_calibration *past;
    struct drift drift;
    int64_t made_utc_ms;
};

/* Pictures above the threshold in force: so many normal frames are taken for abnormal. */
size_t calibration_report_above(const struct calibration_report *report);

/* A new reference; NULL without memory. `pictures` adds the score of each. */
json_t *calibration_report_to_json(const struct calibration_report *report, bool pictures);

/* Lines, each with a line feed. */
void calibration_report_append_text(const struct calibration_report *report, struct buffer *out);

MUST_CHECK bool calibration_report_draw(const struct calibration_report *report,
                                        const char *project_name, enum plot_format format,
                                        struct buffer *out, struct error *err);

#endif

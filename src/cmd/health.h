/* The checks of `leakwatch health`, split by topic, and what they share. Private to cmd/.
 *
 * A check looks at one thing and fills its result; it is called only when the configuration could
 * be used, but for the one that says so. Checks run in the order of the table in health.c, and
 * later ones use what earlier ones found. Nothing is repaired and nothing of the project is
 * changed, but for a torn last record, which opening the journal repairs. One thread.
 */
#ifndef CMD_HEALTH_H
#define CMD_HEALTH_H

#include "cmd/cmd.h"
#include "frame/quality.h"
#include "report/health.h"
#include "report/standing_faults.h"
#include "score/detector_kind.h"

/* What the records of the last two days say, replays left out. */
struct health_records {
    int64_t last_seq;                  /* 0 = there is none */
    int64_t first_utc_ms, last_utc_ms; /* 0 = unknown */
    int64_t last_begin_utc_ms;         /* when a monitor started or the mode changed; 0 = unknown */
    int64_t last_frame_utc_ms;         /* of the last frame_status; 0 = there is none */
    struct standing_faults camera;
};

/* What the camera showed. */
struct health_camera {
    int count;         /* pictures looked at; 0 = none */
    int width, height; /* px */
    int64_t first_number, last_number, first_ns, last_ns, last_utc_ms;
    double most_difference; /* between two pictures in a row */
    uint8_t *rgb;           /* the last one; NULL = none */
};

struct health {
    const struct invocation *invocation;
    const struct config *config; /* NULL: it can not be used */
    struct error config_error;
    int config_warnings;
    char first_warnings[768];
    struct project project;
    bool mode_known;
    enum mode mode;
    bool monitor_known, monitor_running;
    struct health_records records;
    struct health_camera camera;
    bool has_model;
    struct trained_model model;
    struct health_report report;
};

typedef void health_check(struct health *health, struct health_result *result);

/* health_disk.c */
health_check health_check_folders, health_check_space, health_check_writing, health_check_clock;

/* health_records.c */
health_check health_check_mode, health_check_records, health_check_outbox, health_check_monitor;
/* Fills health->records, mode and monitor before the first check. */
void health_look_at_records(struct health *health);

/* health_camera.c */
health_check health_check_camera, health_check_region, health_check_picture, health_check_snapshot;
void health_camera_finish(struct health_camera *camera);

/* health_model.c */
health_check health_check_model, health_check_score;

/* health_people.c */
health_check health_check_messages, health_check_slack, health_check_email,
    health_check_certificates, health_check_heartbeat;

/* "3 min", "2.5 h", "12 days" */
enum { HEALTH_AGE_SIZE = 32 };
void health_format_age(double seconds, char ret_text[HEALTH_AGE_SIZE]);

#endif

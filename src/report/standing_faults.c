/* Between the journal and those who ask whether anything is watched: `alarms` and `health`. */
#include "report/standing_faults.h"

#include "base/parse.h"
#include "base/text.h"
#include "sink/record_fields.h"

#include <stdio.h>
#include <string.h>

static bool is_of_camera(enum fault_kind kind)
{
    return kind == FAULT_CAMERA_DOWN || (kind >= FAULT_CAMERA_FROZEN && kind < FAULT_KIND_COUNT);
}

static struct standing_fault *find(struct standing_faults *standing, const json_t *record)
{
    const char *name = record_text(record, "fault");
    for (int kind = 0; kind < FAULT_KIND_COUNT; kind++)
        if (is_of_camera((enum fault_kind)kind) &&
            strcmp(fault_kind_name((enum fault_kind)kind), name) == 0)
            return &standing->faults[kind];
    return NULL;
}

static void begin(struct standing_fault *fault, const json_t *record)
{
    if (fault->stands)
        return;
    *fault = (struct standing_fault){.stands = true};
    if (!parse_time_utc_ms(record_text(record, "ts"), &fault->since_utc_ms))
        fault->since_utc_ms = 0;
    text_copy_plain(fault->text, sizeof fault->text, record_text(record, "text"));
}

void standing_faults_take(struct standing_faults *standing, const json_t *record)
{
    struct standing_fault *fault = find(standing, record);
    if (record_is(record, "startup") || record_is(record, "shutdown"))
        *standing = (struct standing_faults){0};
    else if (fault && record_is(record, "fault"))
        begin(fault, record);
    else if (fault && record_is(record, "recovered"))
        fault->stands = false;
}

enum fault_kind standing_faults_first(const struct standing_faults *standing)
{
    int kind = 0;
    while (kind < FAULT_KIND_COUNT && !standing->faults[kind].stands)
        kind++;
    return (enum fault_kind)kind;
}

void standing_fault_name(enum fault_kind kind, char *ret_name, size_t size)
{
    snprintf(ret_name, size, "%s", fault_kind_name(kind));
    for (char *c = ret_name; *c; c++)
        if (*c == '_')
            *c = ' ';
}

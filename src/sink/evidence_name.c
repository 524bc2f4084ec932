/* Names of evidence, made when pictures are written and recognised when they are removed.
 *
 * Recognising is strict, since what is recognised may be deleted: no leading zeros, no other
 * ending, no number beyond what is ever given. The surprising thing: "-10" comes after "-9", so
 * stamps are not in the order of their bytes.
 */
#include "sink/evidence_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const prefixes[EVIDENCE_KIND_COUNT] = {
    [EVIDENCE_ANOMALY] = "anomaly_",
    [EVIDENCE_INPUT_RESIZED] = "input_resized_",
    [EVIDENCE_RECONSTRUCTION] = "reconstruction_",
    [EVIDENCE_ERROR_HEATMAP] = "error_heatmap_",
    [EVIDENCE_COMPARE] = "compare_",
    [EVIDENCE_CONTEXT_PRE] = "context_pre_",
    [EVIDENCE_CONTEXT_POST] = "context_post_",
};

static const char time_form[] = "dddddddd_dddddd_ddd";
enum { TIME_LENGTH = sizeof time_form - 1 };

bool evidence_kind_is_numbered(enum evidence_kind kind)
{
    return kind == EVIDENCE_CONTEXT_PRE || kind == EVIDENCE_CONTEXT_POST;
}

void evidence_name_make(enum evidence_kind kind, const char *stamp, int number,
                        char ret_name[EVIDENCE_NAME_SIZE])
{
    if (evidence_kind_is_numbered(kind))
        snprintf(ret_name, EVIDENCE_NAME_SIZE, "%s%s_%d.jpg", prefixes[kind], stamp, number);
    else
        snprintf(ret_name, EVIDENCE_NAME_SIZE, "%s%s.jpg", prefixes[kind], stamp);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Moves *at behind a number of `least` … `most` without leading zeros. */
static bool pass_number(const char **at, int least, int most)
{
    int value = 0;
    const char *c = *at;
    if (*c == '0')
        return false;
    while (is_digit(*c) && value <= most)
        value = 10 * value + (*c++ - '0');
    *at = c;
    return value >= least && value <= most;
}

static bool pass_stamp(const char **at)
{
    for (int i = 0; i < TIME_LENGTH; i++)
        if (time_form[i] == 'd' ? !is_digit((*at)[i]) : (*at)[i] != time_form[i])
            return false;
    *at += TIME_LENGTH;
    if (**at != '-')
        return true;
    ++*at;
    return pass_number(at, 2, EVIDENCE_SAME_TIME);
}

bool evidence_name_stamp(const char *name, char ret_stamp[EVIDENCE_STAMP_SIZE])
{
    enum evidence_kind kind = 0;
    while (kind < EVIDENCE_KIND_COUNT && strncmp(name, prefixes[kind], strlen(prefixes[kind])) != 0)
        kind++;
    if (kind == EVIDENCE_KIND_COUNT)
        return false;
    const char *start = name + strlen(prefixes[kind]), *end = start;
    if (!pass_stamp(&end))
        return false;
    const char *rest = end;
    if (evidence_kind_is_numbered(kind) &&
        (*rest++ != '_' || !pass_number(&rest, 1, CONTEXT_FRAMES_MAX)))
        return false;
    if (strcmp(rest, ".jpg") != 0)
        return false;
    memcpy(ret_stamp, start, (size_t)(end - start));
    ret_stamp[end - start] = '\0';
    return true;
}

int evidence_stamp_compare(const char *a, const char *b)
{
    int order = strncmp(a, b, TIME_LENGTH);
    if (order != 0 || strlen(a) < TIME_LENGTH || strlen(b) < TIME_LENGTH)
        return order;
    long first = a[TIME_LENGTH] == '-' ? strtol(a + TIME_LENGTH + 1, NULL, 10) : 1;
    long second = b[TIME_LENGTH] == '-' ? strtol(b + TIME_LENGTH + 1, NULL, 10) : 1;
    return (first > second) - (first < second);
}

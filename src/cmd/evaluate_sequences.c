/* `evaluate` on recorded sequences: the work, and the figures as a table for people. */
#include "cmd/evaluate.h"

#include <math.h>
#include <stdio.h>

enum { NAME_WIDTH = 21 };
#define PERCENT 100.0
#define SECONDS_PER_HOUR 3600.0

bool evaluate_sequences(struct evaluation *evaluation, struct error *err)
{
    const char *only = invocation_text(evaluation->invocation, "only", NULL);
    struct evaluate_job job = {.config = evaluation->config,
                               .set = &evaluation->set,
                               .out = evaluation->out,
                               .project_model =
                                   evaluation->project ? evaluation->project->model_dir : NULL,
                               .kind_count = evaluation->kind_count,
                               .seeds = evaluation->seeds,
                               .threads = evaluation->threads,
                               .again = evaluation->again,
                               .listener = {evaluate_on_say, evaluate_on_progress, evaluation}};
    for (int i = 0; i < evaluation->kind_count; i++)
        job.kinds[i] = evaluation->kinds[i];
    return sequence_set_load(evaluation->dataset, only, &evaluation->set, err) &&
           sequences_evaluate(&job, &evaluation->sequences, err);
}

/* ---- the table */

static void append_share(struct buffer *out, const struct sequence_share *share)
{
    buffer_append_format(out, "%zu of %zu", share->hits, share->total);
    if (share->total > 0)
        buffer_append_format(out, " (%.0f %%; 95 %% sure: %.0f to %.0f %%)",
                             PERCENT * (double)share->hits / (double)share->total,
                             PERCENT * share->interval.low, PERCENT * share->interval.high);
}

static void append_seconds(struct buffer *out, double seconds)
{
    if (isnan(seconds))
        buffer_append_text(out, "-");
    else
        buffer_append_format(out, "%.1f s", seconds);
}

static void append_group(struct buffer *out, const struct sequence_group *group)
{
    buffer_append_format(out, "    %-*s ", NAME_WIDTH, group->name);
    append_share(out, &group->found);
    if (group->from_onset.count > 0) {
        buffer_append_text(out, ", median ");
        append_seconds(out, group->from_onset.median_s);
    }
    buffer_append_text(out, "\n");
}

static void append_delays(struct buffer *out, const char *since,
                          const struct sequence_delays *delays)
{
    if (delays->count == 0)
        return;
    buffer_append_format(out, "  delay from %s: median ", since);
    append_seconds(out, delays->median_s);
    buffer_append_text(out, ", 95 % within ");
    append_seconds(out, delays->p95_s);
    buffer_append_format(out, " (of %zu)\n", delays->count);
}

static void append_leaks(struct buffer *out, const struct sequences_summary *summary)
{
    if (summary->all.found.total == 0)
        return;
    buffer_append_text(out, "  leaks found: ");
    append_share(out, &summary->all.found);
    buffer_append_format(out, "; %zu with a box on the leak\n", summary->all.localised.hits);
    if (summary->masked_count > 0)
        buffer_append_format(out, "  of the missed, %zu began while a false alarm was open\n",
                             summary->masked_count);
    buffer_append_text(out, "  by the largest size of the leak, of the picture\n");
    for (int i = 0; i < SIZE_CLASSES; i++)
        if (summary->sizes[i].found.total > 0)
            append_group(out, &summary->sizes[i]);
    buffer_append_text(out, "  by kind\n");
    for (size_t i = 0; i < summary->kind_count; i++)
        append_group(out, &summary->kinds[i]);
    append_delays(out, "the first drop", &summary->all.from_onset);
    append_delays(out, "0.05 % of the picture", &summary->all.from_visible);
    if (isnan(summary->smallest_area_fraction))
        buffer_append_text(out, "  no size of which 90 % are found\n");
    else
        buffer_append_format(out, "  90 %% are found from %.3g %% of the picture on (%zu of %zu)\n",
                             PERCENT * summary->smallest_area_fraction, summary->at_least.hits,
                             summary->at_least.total);
}

static void append_quiet(struct buffer *out, const struct sequences_summary *summary)
{
    const struct false_alarm_rate *rate = &summary->false_alarms;
    buffer_append_format(out, "  false alarms: %zu in %.2f h without a leak", rate->count,
                         rate->quiet_s / SECONDS_PER_HOUR);
    if (!isnan(rate->per_day))
        buffer_append_format(out, ", %.3g a day and camera (95 %% sure: %.3g to %.3g)",
                             rate->per_day, rate->day_interval.low, rate->day_interval.high);
    buffer_append_text(out, "\n");
    for (size_t i = 0; i < summary->quiet_kind_count; i++) {
        const struct sequence_quiet_group *group = &summary->quiet_kinds[i];
        buffer_append_format(out, "    %-*s %zu of %zu disturbed", NAME_WIDTH, group->name,
                             group->disturbed_count, group->sequence_count);
        if (group->expected_count > 0)
            buffer_append_format(out, ", what was expected was reported in %zu of %zu",
                                 group->met_count, group->expected_count);
        buffer_append_text(out, "\n");
    }
}

void evaluate_append_sequences(const struct sequence_run *run, struct buffer *out)
{
    const struct sequences_summary *summary = &run->summary;
    buffer_append_format(out, "%s detector, seed %lld: %zu sequences, %zu frames\n",
                         run->kind->name, (long long)run->seed, run->count, summary->frame_count);
    append_leaks(out, summary);
    append_quiet(out, summary);
    if (summary->unexpected_count > 0)
        buffer_append_format(out, "  faults and changes of scene that were not expected: %zu\n",
                             summary->unexpected_count);
    if (!isnan(summary->frame_auroc))
        buffer_append_format(out, "  frames ranked by score: AUROC %.3f\n", summary->frame_auroc);
    buffer_append_text(out, "\n");
}

/* Which misses and false alarms are shown: the worst of each detector, in turn.
 *
 * In turn, because a poor detector beside a good one would fill the page with its own. Of a
 * sequence only its strongest false alarm is shown, so that twelve pictures show twelve different
 * reasons.
 */
#include "evaluate/page_parts.h"

#include <math.h>

struct choice {
    struct page_card cards[PAGE_PICTURES_MAX]; /* the worst first; equal ones in their order */
    size_t count, total;
};

static void add_card(struct choice *choice, struct page_card card)
{
    size_t at = choice->count;
    choice->total++;
    if (!isfinite(card.weight))
        card.weight = 0;
    while (at > 0 && choice->cards[at - 1].weight < card.weight)
        at--;
    if (at == PAGE_PICTURES_MAX)
        return;
    if (choice->count < PAGE_PICTURES_MAX)
        choice->count++;
    for (size_t i = choice->count - 1; i > at; i--)
        choice->cards[i] = choice->cards[i - 1];
    choice->cards[at] = card;
}

/* A large leak that is missed is worse than a small one. */
static void add_miss(struct choice *choice, size_t column, const struct sequence_result *result)
{
    if (sequence_has_leak(result) && result->found_frame < 0)
        add_card(choice, (struct page_card){.weight = result->largest_fraction,
                                            .column = column,
                                            .sequence = result});
}

static void add_false_alarm(struct choice *choice, size_t column,
                            const struct sequence_result *result)
{
    struct page_card worst = {.weight = -1, .column = column, .sequence = result};
    for (size_t i = 0; i < result->alarm_count; i++) {
        const struct sequence_alarm *alarm = &result->alarms[i];
        double ratio = alarm->score / alarm->threshold;
        if (!alarm->is_false)
            continue;
        ratio = isfinite(ratio) && ratio > 0 ? ratio : 0;
        if (ratio > worst.weight) {
            worst.weight = ratio;
            worst.alarm = alarm;
        }
    }
    if (worst.alarm)
        add_card(choice, worst);
}

static void choose_of_run(const struct page *page, size_t column, bool misses,
                          struct choice *choice)
{
    const struct sequence_run *run = page_run(page, column);
    for (size_t i = 0; i < run->count; i++) {
        if (misses)
            add_miss(choice, column, &run->results[i]);
        else
            add_false_alarm(choice, column, &run->results[i]);
    }
}

static void choose_of_pictures(const struct page *page, size_t column, bool misses,
                               struct choice *choice)
{
    const struct pictures_result *result = page_pictures(page, column);
    for (size_t i = 0; i < result->entry_count; i++) {
        const struct pictures_entry *entry = &result->entries[i];
        double ratio = entry->score / entry->threshold;
        if (entry->anomalous != misses || entry->flagged == misses)
            continue;
        add_card(choice, (struct page_card){.weight = misses ? entry->area_fraction : ratio,
                                            .column = column,
                                            .entry = entry});
    }
}

size_t page_choose(const struct page *page, bool misses,
                   struct page_card ret_cards[PAGE_PICTURES_MAX], size_t *ret_total)
{
    struct choice choices[2 * PAGE_COLUMNS_MAX] = {{.count = 0}};
    size_t used = 0, columns = 0;
    for (size_t i = 0; i < page->run_count; i++)
        choose_of_run(page, i, misses, &choices[columns++]);
    for (size_t i = 0; i < page->picture_count; i++)
        choose_of_pictures(page, i, misses, &choices[columns++]);
    *ret_total = 0;
    for (size_t i = 0; i < columns; i++)
        *ret_total += choices[i].total;
    for (size_t rank = 0; rank < PAGE_PICTURES_MAX; rank++)
        for (size_t i = 0; i < columns && used < PAGE_PICTURES_MAX; i++)
            if (rank < choices[i].count)
                ret_cards[used++] = choices[i].cards[rank];
    return used;
}

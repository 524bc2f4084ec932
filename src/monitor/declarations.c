/* Two lists, of which the second follows the first. Inference thread, between two frames. */
#include "monitor/declarations.h"

#include <string.h>

void declarations_renew(struct declarations *declarations, int64_t model_utc_ms)
{
    struct accepted *wanted = &declarations->wanted;
    size_t kept = 0;
    for (size_t i = 0; i < wanted->count; i++)
        if (wanted->entries[i].utc_ms >= model_utc_ms)
            wanted->entries[kept++] = wanted->entries[i];
    wanted->count = kept;
    declarations->settled = false;
}

static bool is_same(const struct acceptance *a, const struct acceptance *b)
{
    return a->utc_ms == b->utc_ms && a->box_count == b->box_count &&
           memcmp(a->boxes, b->boxes, (size_t)a->box_count * sizeof a->boxes[0]) == 0;
}

static bool holds(const struct accepted *list, const struct acceptance *acceptance)
{
    const struct acceptance *found = accepted_find(list, acceptance->event_id);
    return found && is_same(found, acceptance);
}

static bool overlap(const struct acceptance *a, const struct acceptance *b)
{
    for (int i = 0; i < a->box_count; i++)
        for (int j = 0; j < b->box_count; j++) {
            const struct rect *p = &a->boxes[i], *q = &b->boxes[j];
            if (p->x < q->x + q->width && q->x < p->x + p->width && p->y < q->y + q->height &&
                q->y < p->y + p->height)
                return true;
        }
    return false;
}

/* Forgets that `gone`, and what lies over it, is in force. */
static void drop(struct accepted *list, struct acceptance gone)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++)
        if (!overlap(&list->entries[i], &gone))
            list->entries[kept++] = list->entries[i];
    list->count = kept;
}

static bool take_back(struct declarations *declarations, struct detector *detector)
{
    for (size_t i = 0; i < declarations->in_force.count;) {
        const struct acceptance *entry = &declarations->in_force.entries[i];
        if (holds(&declarations->wanted, entry)) {
            i++;
            continue;
        }
        if (!detector->ops->accept(detector, entry->boxes, entry->box_count, true))
            return false;
        drop(&declarations->in_force, *entry);
        i = 0;
    }
    return true;
}

static bool take_in(struct declarations *declarations, struct detector *detector)
{
    for (size_t i = 0; i < declarations->wanted.count; i++) {
        const struct acceptance *entry = &declarations->wanted.entries[i];
        if (holds(&declarations->in_force, entry))
            continue;
        if (!detector->ops->accept(detector, entry->boxes, entry->box_count, false))
            return false;
        declarations->in_force.entries[declarations->in_force.count++] = *entry;
    }
    return true;
}

void declarations_apply(struct declarations *declarations, struct detector *detector)
{
    if (declarations->settled || !detector->ops->accept)
        return;
    declarations->settled = take_back(declarations, detector) && take_in(declarations, detector);
}

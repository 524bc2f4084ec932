/* What all lists of cameras share: memory, limits, and text that can be shown.
 *
 * The systems' own ways to cameras (v4l2_list.c) fill the list through these functions, so that no
 * driver's answer gets past a limit.
 */
#include "camera/listing.h"

#include "camera/source_ops.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void camera_list_finish(struct camera_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->cameras[i].offers);
    free(list->cameras);
    *list = (struct camera_list){0};
}

struct camera_entry *camera_list_add(struct camera_list *list, struct error *err)
{
    struct camera_entry *longer = realloc(list->cameras, (list->count + 1) * sizeof *list->cameras);
    if (!longer) {
        error_set(err, ERROR_MEMORY, "no memory for a list of cameras");
        return NULL;
    }
    list->cameras = longer;
    struct camera_entry *entry = &list->cameras[list->count++];
    *entry = (struct camera_entry){0};
    return entry;
}

bool camera_entry_add_offer(struct camera_entry *entry, const struct camera_offer *offer)
{
    if (entry->offer_count == CAMERA_OFFERS_MAX)
        return false;
    struct camera_offer *longer =
        realloc(entry->offers, (entry->offer_count + 1) * sizeof *entry->offers);
    if (!longer)
        return false;
    entry->offers = longer;
    entry->offers[entry->offer_count++] = *offer;
    return true;
}

void camera_offer_add_rate(struct camera_offer *offer, double frames_per_second)
{
    const double lowest = 1e-3, highest = 1e4; /* a driver that claims more does not know */
    if (!(frames_per_second >= lowest && frames_per_second <= highest))
        return;
    int at = 0;
    while (at < offer->rate_count && offer->rates[at] > frames_per_second)
        at++;
    bool known = at < offer->rate_count && offer->rates[at] == frames_per_second;
    if (known || offer->rate_count == CAMERA_RATES_MAX)
        return;
    memmove(offer->rates + at + 1, offer->rates + at,
            (size_t)(offer->rate_count - at) * sizeof offer->rates[0]);
    offer->rates[at] = frames_per_second;
    offer->rate_count++;
}

void camera_text_clean(const void *bytes, size_t length, char *ret_text, size_t size)
{
    struct source_info cleaned;
    source_info_set_name(&cleaned, "%.*s", (int)length, (const char *)bytes);
    /* Cut at a whole character: one that does not fit begins no new text. */
    size_t end = strlen(cleaned.name);
    while (end >= size || (end > 0 && ((unsigned char)cleaned.name[end] & 0xc0) == 0x80))
        end--;
    memcpy(ret_text, cleaned.name, end);
    ret_text[end] = '\0';
}

const char *camera_state_name(enum camera_state state)
{
    static const char *const names[] = {[CAMERA_READY] = "ready",
                                        [CAMERA_BUSY] = "busy",
                                        [CAMERA_FORBIDDEN] = "forbidden",
                                        [CAMERA_FAILING] = "failing"};
    return names[state];
}

/* Draws the plots of page_sequence_plots and page_picture_plots: into the page as SVG, into a
 * folder as PNG.
 *
 * A page with several plots must not have the same id twice, and all SVGs of the canvas name their
 * groups alike: each plot's ids get its number in front.
 */
#include "evaluate/page_parts.h"

#include "platform/file.h"

#include <stdio.h>
#include <string.h>

static size_t times_of(const struct page *page, const struct page_plot *plot)
{
    size_t columns = plot->of_sequences ? page->run_count : page->picture_count;
    return plot->of_each_column ? columns : columns > 0;
}

/* ---- into the page */

static void put_svg(struct page *page, const char *svg, size_t number)
{
    static const char group[] = "<g id=\"";
    page_put(page, "<div class=\"plot\">\n");
    for (const char *at; (at = strstr(svg, group)); svg = at + strlen(group)) {
        buffer_append(page->out, svg, (size_t)(at - svg));
        buffer_append_format(page->out, "%splot-%zu-", group, number);
    }
    page_put(page, svg);
    page_put(page, "</div>\n");
}

/* Plots are numbered through all of the page: those of single pictures come after the others. */
bool page_put_plots(struct page *page, bool of_sequences, struct error *err)
{
    const struct page_plot *plot = of_sequences ? page_sequence_plots : page_picture_plots;
    size_t number = of_sequences ? 0 : 100;
    struct buffer svg = {0};
    bool good = true;
    for (; good && plot->file; plot++) {
        for (size_t column = 0; good && column < times_of(page, plot); column++) {
            buffer_clear(&svg);
            good = plot->draw(page, column, PLOT_SVG, &svg, err);
            if (good)
                put_svg(page, buffer_text(&svg), ++number);
        }
    }
    buffer_finish(&svg);
    return good;
}

/* ---- into files */

/* Letters, digits and '-'; whatever else becomes one '-'. Returns the length. */
static size_t plain_name(char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    size_t used = 0;
    for (const char *at = name; *at; at++) {
        if (strchr(letters, *at))
            name[used++] = *at;
        else if (used > 0 && name[used - 1] != '-')
            name[used++] = '-';
    }
    name[used] = '\0';
    return used;
}

static bool write_plot(const struct page *page, const struct page_plot *plot, size_t column,
                       const char *folder, struct error *err)
{
    char name[PAGE_LABEL_SIZE + 64], path[PATH_SIZE];
    const char *label =
        plot->of_sequences ? page->run_labels[column] : page->picture_labels[column];
    snprintf(name, sizeof name, "%s%s%s", plot->file, plot->of_each_column ? "-" : "",
             plot->of_each_column ? label : "");
    size_t used = plain_name(name);
    snprintf(name + used, sizeof name - used, ".png");
    struct buffer png = {0};
    bool good = path_join(path, sizeof path, folder, name, err) &&
                plot->draw(page, column, PLOT_PNG, &png, err) &&
                file_replace(path, png.data, png.size, false, err);
    buffer_finish(&png);
    return good;
}

static bool write_plots(const struct page *page, const struct page_plot *plot, const char *folder,
                        struct error *err)
{
    for (; plot->file; plot++)
        for (size_t column = 0; column < times_of(page, plot); column++)
            if (!write_plot(page, plot, column, folder, err))
                return false;
    return true;
}

bool evaluation_page_write_plots(const struct evaluation_page *source, const char *folder,
                                 struct error *err)
{
    struct page page;
    page_begin(&page, source, NULL);
    return write_plots(&page, page_sequence_plots, folder, err) &&
           write_plots(&page, page_picture_plots, folder, err);
}

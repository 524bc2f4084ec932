/* Reads split.txt: one "SPLIT rig N", "SPLIT footage FILE" or "SPLIT seeds FIRST LAST" a line.
 *
 * The whole file is read before anything is believed: both splits have to be there with seeds of
 * their own. A rig that is in neither has no place to be asked for, so a set can not use it.
 */
#include "split.h"

#include "base/parse.h"
#include "platform/file.h"

#include <stdio.h>
#include <string.h>

const char *const split_names[SPLIT_COUNT] = {"design", "final"};

enum { SPLIT_FILE_MAX = 1 << 16, LINE_SIZE = 160, WORDS_MAX = 5 };

bool split_name_parse(const char *text, enum split_name *ret_name)
{
    for (int i = 0; i < SPLIT_COUNT; i++)
        if (strcmp(text, split_names[i]) == 0) {
            *ret_name = (enum split_name)i;
            return true;
        }
    return false;
}

bool split_has_rig(const struct split *split, int rig)
{
    for (int i = 0; i < split->rig_count; i++)
        if (split->rigs[i] == rig)
            return true;
    return false;
}

bool split_has_footage(const struct split *split, const char *file)
{
    for (int i = 0; i < split->footage_count; i++)
        if (strcmp(split->footage[i], file) == 0)
            return true;
    return false;
}

static bool add_rig(struct split splits[SPLIT_COUNT], enum split_name name, const char *text,
                    struct error *err)
{
    int64_t rig;
    if (!parse_int(text, 0, 1000, &rig))
        return error_set(err, ERROR_FORMAT, "\"%s\" is no number of a rig", text);
    for (int i = 0; i < SPLIT_COUNT; i++)
        if (split_has_rig(&splits[i], (int)rig))
            return error_set(err, ERROR_FORMAT, "rig %s is given twice; it belongs to one split",
                             text);
    struct split *split = &splits[name];
    if (split->rig_count == SPLIT_RIGS_MAX)
        return error_set(err, ERROR_FORMAT, "more than %d rigs", (int)SPLIT_RIGS_MAX);
    split->rigs[split->rig_count++] = (int)rig;
    return true;
}

static bool add_footage(struct split splits[SPLIT_COUNT], enum split_name name, const char *text,
                        struct error *err)
{
    if (strlen(text) >= SPLIT_FILE_NAME_SIZE || strchr(text, '/'))
        return error_set(err, ERROR_FORMAT, "\"%s\" is no name of a file without its folder", text);
    for (int i = 0; i < SPLIT_COUNT; i++)
        if (split_has_footage(&splits[i], text))
            return error_set(err, ERROR_FORMAT, "%s is given twice; it belongs to one split", text);
    struct split *split = &splits[name];
    if (split->footage_count == SPLIT_FOOTAGE_MAX)
        return error_set(err, ERROR_FORMAT, "more than %d clips", (int)SPLIT_FOOTAGE_MAX);
    snprintf(split->footage[split->footage_count++], SPLIT_FILE_NAME_SIZE, "%s", text);
    return true;
}

static bool set_seeds(struct split splits[SPLIT_COUNT], enum split_name name, const char *first,
                      const char *last, struct error *err)
{
    int64_t low, high;
    if (!parse_int(first, 1, INT64_MAX, &low) || !parse_int(last, low, INT64_MAX, &high))
        return error_set(err, ERROR_FORMAT, "seeds %s to %s are no range of numbers from 1 up",
                         first, last);
    struct split *split = &splits[name];
    if (split->seed_last)
        return error_set(err, ERROR_FORMAT, "the seeds of %s are given twice", split_names[name]);
    for (int i = 0; i < SPLIT_COUNT; i++)
        if (splits[i].seed_last && (uint64_t)low <= splits[i].seed_last &&
            (uint64_t)high >= splits[i].seed_first)
            return error_set(err, ERROR_FORMAT, "seeds %s to %s belong to %s already", first, last,
                             split_names[i]);
    split->seed_first = (uint64_t)low;
    split->seed_last = (uint64_t)high;
    return true;
}

/* `line` is taken apart. */
static bool read_line(char *line, struct split splits[SPLIT_COUNT], struct error *err)
{
    line[strcspn(line, "#")] = '\0';
    char *words[WORDS_MAX], *rest;
    int count = 0;
    for (char *word = strtok_r(line, " \t\r", &rest); word; word = strtok_r(NULL, " \t\r", &rest)) {
        if (count == WORDS_MAX)
            return error_set(err, ERROR_FORMAT, "too many words, from \"%.40s\" on", word);
        words[count++] = word;
    }
    if (count == 0)
        return true;
    enum split_name name;
    if (!split_name_parse(words[0], &name))
        return error_set(err, ERROR_FORMAT, "there is no split \"%s\"; there are design and final",
                         words[0]);
    if (count == 3 && strcmp(words[1], "rig") == 0)
        return add_rig(splits, name, words[2], err);
    if (count == 3 && strcmp(words[1], "footage") == 0)
        return add_footage(splits, name, words[2], err);
    if (count == 4 && strcmp(words[1], "seeds") == 0)
        return set_seeds(splits, name, words[2], words[3], err);
    return error_set(err, ERROR_FORMAT,
                     "after %s comes rig NUMBER, footage FILE or seeds FIRST LAST", words[0]);
}

static bool read_lines(const char *text, struct split splits[SPLIT_COUNT], struct error *err)
{
    int number = 1;
    for (const char *at = text; *at; number++) {
        char line[LINE_SIZE];
        const size_t length = strcspn(at, "\n");
        if (length >= sizeof line)
            return error_set(err, ERROR_FORMAT, "line %d is longer than %d bytes", number,
                             (int)sizeof line - 1);
        memcpy(line, at, length);
        line[length] = '\0';
        if (!read_line(line, splits, err))
            return error_add_context(err, "line %d", number);
        at += length + (at[length] == '\n');
    }
    for (int i = 0; i < SPLIT_COUNT; i++)
        if (!splits[i].seed_last)
            return error_set(err, ERROR_FORMAT, "the seeds of %s are missing", split_names[i]);
    return true;
}

bool splits_read(const char *path, struct split ret_splits[SPLIT_COUNT], struct error *err)
{
    struct buffer text = {0};
    struct split splits[SPLIT_COUNT] = {0};
    bool done = file_read(path, SPLIT_FILE_MAX, &text, err);
    if (done && !read_lines(buffer_text(&text), splits, err))
        done = error_add_context(err, "%s", path);
    buffer_finish(&text);
    if (done)
        memcpy(ret_splits, splits, sizeof splits);
    return done;
}

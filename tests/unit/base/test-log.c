/* Terminal lines: their prefixes, their bound, and that those of two threads never mix. */
#include "base/log.h"
#include "check.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

/* Runs `body` with stderr in a temporary file and returns what it wrote. */
static const char *captured(void (*body)(void))
{
    static char text[1 << 20];
    FILE *file = tmpfile();
    int before = dup(STDERR_FILENO);
    dup2(fileno(file), STDERR_FILENO);
    body();
    dup2(before, STDERR_FILENO);
    close(before);
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

static void write_one_of_each(void)
{
    log_error("no camera at index %d", 3);
    log_warning("the disk is nearly full");
    log_note("ready");
}

TEST(levels_have_prefixes_and_no_colour_in_a_file)
{
    CHECK_TEXT(captured(write_one_of_each), "leakwatch: error: no camera at index 3\n"
                                            "leakwatch: warning: the disk is nearly full\n"
                                            "leakwatch: ready\n");
}

TEST(colour_only_on_demand)
{
    log_set_color(true);
    const char *text = captured(write_one_of_each);
    log_set_color(false);
    CHECK_CONTAINS(text, "\033[1;31merror: \033[0mno camera at index 3\n");
    CHECK_CONTAINS(text, "leakwatch: ready\n");
    CHECK(!strchr(captured(write_one_of_each), '\033'));
}

static void write_long_line(void)
{
    char line[5000];
    memset(line, 'y', sizeof line - 1);
    line[sizeof line - 1] = '\0';
    log_note("%s", line);
}

TEST(long_lines_are_cut_and_end)
{
    const char *text = captured(write_long_line);
    size_t length = strlen(text);
    CHECK(length > 1000 && length < 2049);
    CHECK_INT(text[length - 1], '\n');
    CHECK(strchr(text, '\n') == text + length - 1);
}

static void write_hostile_line(void)
{
    log_warning("'%s' cannot be read", "K\xc3\xbcvette\n\x1b]0;x\x07\xc2\x9b"
                                       "2J\xff.png");
}

TEST(nothing_in_a_line_steers_the_terminal)
{
    CHECK_TEXT(captured(write_hostile_line),
               "leakwatch: warning: 'K\xc3\xbcvette  ]0;x   2J?.png' cannot be read\n");
}

enum { THREADS = 4, LINES = 200 };

static void *write_lines(void *context)
{
    char line[64];
    memset(line, *(char *)context, sizeof line - 1);
    line[sizeof line - 1] = '\0';
    for (int i = 0; i < LINES; i++)
        log_note("%s", line);
    return NULL;
}

static void write_from_threads(void)
{
    pthread_t threads[THREADS];
    char letters[THREADS];
    for (int i = 0; i < THREADS; i++) {
        letters[i] = (char)('a' + i);
        if (pthread_create(&threads[i], NULL, write_lines, &letters[i]) != 0)
            abort();
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

TEST(lines_of_threads_never_mix)
{
    const char *text = captured(write_from_threads);
    int lines = 0;
    for (const char *line = text; *line; line = strchr(line, '\n') + 1, lines++) {
        CHECK(strncmp(line, "leakwatch: ", 11) == 0);
        CHECK_INT(strspn(line + 11, (char[]){line[11], '\0'}), 63);
        CHECK_INT(line[74], '\n');
    }
    CHECK_INT(lines, THREADS * LINES);
}

static void write_to_closed_stderr(void)
{
    close(STDERR_FILENO);
    log_error("nobody hears this");
}

TEST(closed_terminal_is_no_reason_to_stop)
{
    CHECK_TEXT(captured(write_to_closed_stderr), "");
}

int main(void)
{
    RUN(levels_have_prefixes_and_no_colour_in_a_file);
    RUN(colour_only_on_demand);
    RUN(long_lines_are_cut_and_end);
    RUN(nothing_in_a_line_steers_the_terminal);
    RUN(lines_of_threads_never_mix);
    RUN(closed_terminal_is_no_reason_to_stop);
    return check_report();
}

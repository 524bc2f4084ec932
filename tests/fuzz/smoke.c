/* The fuzz target without libFuzzer: seeds as they are, then seeded mutations of them.
 *
 *     fuzz-config [ITERATIONS [FIRST]]     as a test; after a crash, `1 N` repeats iteration N
 *     fuzz-config --write-corpus DIR       the seeds as files, for libFuzzer to start from
 *     fuzz-config --run FILE…              inputs that were found elsewhere
 *
 * Iteration N depends on N alone, so that a crash can be repeated without the ones before it.
 */
#include "base/parse.h"
#include "base/rng.h"
#include "fuzz.h"
#include "platform/file.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SEEDS_MAX = 64, GROWTH_MAX = 65536, INPUT_FILE_MAX = 64 << 20, RNG_SEED = 20260131 };

static struct buffer seeds[SEEDS_MAX];
static size_t seed_count;
static char crash_line[96]; /* written before each iteration: a signal handler may not format */

static void report_crash(int number)
{
    ssize_t written = write(STDERR_FILENO, crash_line, sizeof crash_line);
    (void)written;
    signal(number, SIG_DFL);
    raise(number);
}

static void remove_bytes(struct buffer *input, size_t at, size_t count)
{
    memmove(input->data + at, input->data + at + count, input->size - at - count);
    input->size -= count;
    input->data[input->size] = '\0';
}

static void insert_bytes(struct buffer *input, size_t at, const char *bytes, size_t count)
{
    struct buffer rest = {0};
    buffer_append(&rest, input->data + at, input->size - at);
    input->size = at;
    buffer_append(input, bytes, count);
    buffer_append(input, buffer_text(&rest), rest.size);
    buffer_finish(&rest);
}

/* Bytes that formats treat specially: limits of integers, separators, quotes, varint bits. */
static char telling_byte(struct rng *rng)
{
    static const char bytes[] = "\0\1\x7f\x80\xfe\xff\n\r\t :-,[]{}&*!|>'\"%@`#?\\.0129eExa";
    return bytes[rng_below(rng, sizeof bytes - 1)];
}

/* A copy of some bytes of `from`, at most `most`; the caller finishes it. */
static struct buffer some_of(const struct buffer *from, size_t most, struct rng *rng)
{
    struct buffer part = {0};
    size_t start = from->size ? rng_below(rng, (uint32_t)from->size) : 0;
    size_t left = from->size - start;
    size_t count = left ? 1 + rng_below(rng, (uint32_t)(left < most ? left : most)) : 0;
    buffer_append(&part, from->data ? from->data + start : "", count);
    return part;
}

static void mutate_once(struct buffer *input, struct rng *rng)
{
    struct buffer part = {0};
    size_t at = rng_below(rng, (uint32_t)input->size + 1);
    size_t byte = input->size ? rng_below(rng, (uint32_t)input->size) : 0;
    uint32_t kind = rng_below(rng, 8);
    char one = telling_byte(rng);
    if (input->size == 0)
        kind = 2;
    switch (kind) {
    case 0:
        input->data[byte] ^= (char)(1u << rng_below(rng, 8));
        break;
    case 1:
        input->data[byte] = one;
        break;
    case 2:
        insert_bytes(input, at, &one, 1);
        break;
    case 3:
        remove_bytes(input, byte, 1 + rng_below(rng, (uint32_t)(input->size - byte)));
        break;
    case 4: /* a part again, somewhere else */
        part = some_of(input, 256, rng);
        insert_bytes(input, at, buffer_text(&part), part.size);
        break;
    case 5: /* a part of another seed */
        part = some_of(&seeds[rng_below(rng, (uint32_t)seed_count)], 256, rng);
        insert_bytes(input, at, buffer_text(&part), part.size);
        break;
    case 6: /* a small part many times over */
        part = some_of(input, 8, rng);
        for (uint32_t i = rng_below(rng, 200); i > 0; i--)
            insert_bytes(input, at, buffer_text(&part), part.size);
        break;
    default:
        input->data[byte] = (char)rng_below(rng, 256);
        break;
    }
    buffer_finish(&part);
}

static void run(const struct buffer *input)
{
    /* An exact copy on the heap, so that reading one byte too many is seen. */
    uint8_t *copy = malloc(input->size ? input->size : 1);
    if (!copy)
        abort();
    memcpy(copy, buffer_text(input), input->size);
    LLVMFuzzerTestOneInput(copy, input->size);
    free(copy);
}

static void run_iteration(int iteration)
{
    struct rng rng = rng_seeded(RNG_SEED, (uint64_t)iteration);
    const struct buffer *seed = &seeds[rng_below(&rng, (uint32_t)seed_count)];
    struct buffer input = {0};
    buffer_append(&input, buffer_text(seed), seed->size);
    snprintf(crash_line, sizeof crash_line,
             "crashed in iteration %d; repeat with arguments: 1 %d\n", iteration, iteration);
    for (uint32_t i = 1 + rng_below(&rng, 8); i > 0; i--) {
        if (input.size <= seed->size + GROWTH_MAX)
            mutate_once(&input, &rng);
    }
    run(&input);
    buffer_finish(&input);
}

static bool write_corpus(const char *folder)
{
    struct error err;
    for (size_t i = 0; i < seed_count; i++) {
        char path[PATH_SIZE];
        snprintf(path, sizeof path, "%s/seed-%02zu", folder, i);
        if (!file_replace(path, buffer_text(&seeds[i]), seeds[i].size, false, &err)) {
            fprintf(stderr, "%s\n", err.message);
            return false;
        }
    }
    return true;
}

static bool run_files(int count, char **paths)
{
    for (int i = 0; i < count; i++) {
        struct buffer input = {0};
        struct error err;
        bool ok = file_read(paths[i], INPUT_FILE_MAX, &input, &err);
        if (ok)
            run(&input);
        else
            fprintf(stderr, "%s\n", err.message);
        buffer_finish(&input);
        if (!ok)
            return false;
    }
    return true;
}

static bool run_smoke(int iterations, int first)
{
    for (size_t i = 0; first == 0 && i < seed_count; i++)
        run(&seeds[i]);
    for (int i = first; i < first + iterations; i++)
        run_iteration(i);
    printf("%zu seeds, %d mutations\n", seed_count, iterations);
    return true;
}

int main(int argc, char **argv)
{
    while (seed_count < SEEDS_MAX && fuzz_seed(seed_count, &seeds[seed_count]))
        seed_count++;
    signal(SIGABRT, report_crash);
    signal(SIGSEGV, report_crash);
    int64_t iterations = 5000, first = 0;
    bool ok;
    if (argc == 3 && strcmp(argv[1], "--write-corpus") == 0)
        ok = write_corpus(argv[2]);
    else if (argc >= 3 && strcmp(argv[1], "--run") == 0)
        ok = run_files(argc - 2, argv + 2);
    else
        ok = (argc < 2 || parse_int(argv[1], 0, INT32_MAX, &iterations)) &&
             (argc < 3 || parse_int(argv[2], 0, INT32_MAX - iterations, &first)) &&
             run_smoke((int)iterations, (int)first);
    for (size_t i = 0; i < seed_count; i++)
        buffer_finish(&seeds[i]);
    return ok && seed_count > 0 ? 0 : 1;
}

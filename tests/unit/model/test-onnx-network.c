/* Which network an ONNX file holds: named by its metadata, the reference network when it is not.
 */
#include "check.h"

#include "base/rng.h"
#include "base/sha256.h"
#include "model/onnx.h"
#include "model/onnx_graph.h"

#include <stdlib.h>

enum { WIDTH = 64, HEIGHT = 32 };

static const struct onnx_pair pair = {"leakwatch.isa", "x"};

/* What a read gives back. */
static struct onnx_pair pairs[ONNX_PAIRS_MAX];
static size_t pair_count;
static struct error err;

static struct parameters *random_parameters(const struct network *network)
{
    struct rng rng = rng_seeded(1, 2);
    struct parameters *parameters = parameters_create_for(network, &err);
    if (parameters)
        parameters_randomise(parameters, &rng);
    return parameters;
}

static bool write_file(const struct parameters *parameters, struct buffer *ret_file)
{
    err = (struct error){0};
    return onnx_write(parameters, WIDTH, HEIGHT, &pair, 1, ret_file, &err);
}

static bool read_file(const struct buffer *file, struct parameters *ret_parameters)
{
    int width, height;
    err = (struct error){0};
    return onnx_read(file->data, file->size, ret_parameters, &width, &height, pairs, &pair_count,
                     &err) &&
           width == WIDTH && height == HEIGHT;
}

/* The digest is of the file that was written before there was a second network. */
TEST(a_reference_file_is_the_one_it_always_was)
{
    struct buffer file = {0};
    struct parameters *parameters = random_parameters(&network_reference);
    const bool done = parameters && write_file(parameters, &file);
    parameters_destroy(parameters);
    char digest[SHA256_TEXT_SIZE];
    struct sha256 sha;
    sha256_init(&sha);
    sha256_update(&sha, file.data, file.size);
    sha256_finish_hex(&sha, digest);
    buffer_finish(&file);
    CHECK(done);
    CHECK_TEXT(digest, "250f03a2a31b0309ef5fafe81520ef87149e221aa5e37a9841c5fcedc66cf513");
}

TEST(a_repair_network_comes_back_bit_for_bit)
{
    struct buffer file = {0}, again = {0};
    struct parameters *written = random_parameters(&network_repair);
    struct parameters *read = parameters_create_for(&network_repair, &err);
    const bool done = written && read && write_file(written, &file) && read_file(&file, read) &&
                      write_file(read, &again);
    const bool same = done && memcmp(parameters_values(written), parameters_values(read),
                                     parameters_count(written) * sizeof(float)) == 0;
    const bool same_file = file.size == again.size && memcmp(file.data, again.data, file.size) == 0;
    parameters_destroy(written);
    parameters_destroy(read);
    buffer_finish(&file);
    buffer_finish(&again);
    CHECK(done);
    CHECK(same);
    CHECK(same_file);
    CHECK_INT(pair_count, 1); /* the network's name is not among the caller's pairs */
    CHECK_TEXT(pairs[0].key, pair.key);
}

static void check_refused(const struct network *in_file, const struct network *expected,
                          const char *message)
{
    struct buffer file = {0};
    struct parameters *written = random_parameters(in_file);
    struct parameters *read = parameters_create_for(expected, &err);
    CHECK(written && read);
    const bool done = write_file(written, &file);
    const bool taken = done && read_file(&file, read);
    parameters_destroy(written);
    parameters_destroy(read);
    buffer_finish(&file);
    CHECK(done);
    CHECK(!taken);
    CHECK_INT(err.code, ERROR_FORMAT);
    CHECK_CONTAINS(err.message, message);
}

TEST(a_file_of_the_other_network_is_refused_by_name)
{
    check_refused(&network_repair, &network_reference,
                  "it holds the network 'repair' where 'reference' is expected");
    check_refused(&network_reference, &network_repair,
                  "it holds the network 'reference' where 'repair' is expected");
}

/* The pair as bytes: key field, length, "leakwatch.network", value field, length, the name. */
#define NAMED(length, name) "\x72" length "\x0a\x11leakwatch.network\x12" name

static bool read_with(const char *tail, size_t size)
{
    struct buffer file = {0};
    struct parameters *parameters = random_parameters(&network_reference);
    bool taken = parameters && write_file(parameters, &file);
    buffer_append(&file, tail, size);
    taken = taken && read_file(&file, parameters);
    parameters_destroy(parameters);
    buffer_finish(&file);
    return taken;
}

TEST(a_named_reference_is_taken_once)
{
    static const char once[] = NAMED("\x1e", "\x09reference");
    static const char twice[] = NAMED("\x1e", "\x09reference") NAMED("\x1e", "\x09reference");
    static const char foreign[] = NAMED("\x1c", "\x07"
                                                "Unknown");
    CHECK(read_with(once, sizeof once - 1));
    CHECK_INT(pair_count, 1);
    CHECK(!read_with(twice, sizeof twice - 1));
    CHECK_CONTAINS(err.message, "'leakwatch.network' is there twice");
    CHECK(!read_with(foreign, sizeof foreign - 1));
    CHECK_CONTAINS(err.message, "it holds the network 'Unknown'");
}

TEST(a_caller_cannot_name_the_network)
{
    const struct onnx_pair name = {ONNX_NETWORK_KEY, "reference"};
    struct buffer file = {0};
    struct parameters *parameters = random_parameters(&network_repair);
    CHECK(parameters);
    const bool written = onnx_write(parameters, WIDTH, HEIGHT, &name, 1, &file, &err);
    const bool possible = onnx_write(parameters, 48, HEIGHT, NULL, 0, &file, &err);
    parameters_destroy(parameters);
    buffer_finish(&file);
    CHECK(!written);
    CHECK(!possible); /* 48 fits the reference network only */
    CHECK_CONTAINS(err.message, "48x32");
}

TEST(networks_are_found_by_name)
{
    CHECK(network_by_name("reference") == &network_reference);
    CHECK(network_by_name("repair") == &network_repair);
    CHECK(!network_by_name("Repair"));
    CHECK(!network_by_name(""));
}

int main(void)
{
    RUN(a_reference_file_is_the_one_it_always_was);
    RUN(a_repair_network_comes_back_bit_for_bit);
    RUN(a_file_of_the_other_network_is_refused_by_name);
    RUN(a_named_reference_is_taken_once);
    RUN(a_caller_cannot_name_the_network);
    RUN(networks_are_found_by_name);
    return check_report();
}

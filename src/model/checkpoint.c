/* Checkpoints of training: written whole after each epoch, believed only when everything agrees.
 *
 * The file is one line of text, so that `head -1` tells what it is, and then the payload: a fixed
 * struct, the two loss curves, the best parameters, the trainer's own state. Numbers are as this
 * machine has them in memory. The line carries the payload's SHA-256, so a torn or foreign file is
 * recognised before a single number of it is used.
 */
#include "model/checkpoint.h"

#include "base/parse.h"
#include "base/sha256.h"
#include "platform/file.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { FILE_MAX = 256 << 20, LINE_SIZE = 256 };

struct payload_head {
    int32_t epochs_done, best_epoch;
    double best_validation_loss;
    double seconds;
    uint64_t trainer_size;
};

static void hash_hex(const void *data, size_t size, char ret_text[SHA256_TEXT_SIZE])
{
    struct sha256 sha;
    sha256_init(&sha);
    sha256_update(&sha, data, size);
    sha256_finish_hex(&sha, ret_text);
}

/* The first line, up to the payload's digest. */
static int format_line(char line[LINE_SIZE], int version, const char *run_digest,
                       const char *payload_digest)
{
    return snprintf(line, LINE_SIZE, "leakwatch checkpoint %d run %s payload %s\n", version,
                    run_digest, payload_digest);
}

static void append_payload(struct buffer *payload, const struct checkpoint *checkpoint)
{
    const struct payload_head head = {
        .epochs_done = checkpoint->epochs_done,
        .best_epoch = checkpoint->best_epoch,
        .best_validation_loss = checkpoint->best_validation_loss,
        .seconds = checkpoint->seconds,
        .trainer_size = checkpoint->trainer_state.size,
    };
    const size_t losses_size = (size_t)checkpoint->epochs_done * sizeof(double);
    buffer_append(payload, &head, sizeof head);
    buffer_append(payload, checkpoint->train_losses, losses_size);
    buffer_append(payload, checkpoint->validation_losses, losses_size);
    buffer_append(payload, parameters_values(checkpoint->best),
                  parameters_count(checkpoint->best) * sizeof(float));
    buffer_append(payload, checkpoint->trainer_state.data, checkpoint->trainer_state.size);
}

bool checkpoint_write(const char *path, const char run_digest[DIGEST_TEXT_SIZE],
                      const struct checkpoint *checkpoint, struct error *err)
{
    struct buffer payload = {0}, file = {0};
    append_payload(&payload, checkpoint);
    bool done = buffer_check(&payload, err);
    if (done) {
        char payload_digest[SHA256_TEXT_SIZE], line[LINE_SIZE];
        hash_hex(payload.data, payload.size, payload_digest);
        const int length = format_line(line, CHECKPOINT_VERSION, run_digest, payload_digest);
        buffer_append(&file, line, (size_t)length);
        buffer_append(&file, payload.data, payload.size);
        done = buffer_check(&file, err) && file_replace(path, file.data, file.size, true, err);
    }
    buffer_finish(&payload);
    buffer_finish(&file);
    return done;
}

/* What is left of the file while it is taken apart; sizes are compared before anything is taken. */
struct rest {
    const char *next;
    size_t left;
};

static void take(struct rest *rest, void *ret_data, size_t size)
{
    memcpy(ret_data, rest->next, size);
    rest->next += size;
    rest->left -= size;
}

/* The version in the first line, -1 if it is no line of ours. */
static int version_of(const char *line)
{
    static const char start[] = "leakwatch checkpoint ";
    char number[8];
    int64_t version;
    if (strncmp(line, start, sizeof start - 1) != 0)
        return -1;
    line += sizeof start - 1;
    const size_t length = strcspn(line, " ");
    if (length >= sizeof number)
        return -1;
    memcpy(number, line, length);
    number[length] = '\0';
    return parse_int(number, 0, 99999, &version) ? (int)version : -1;
}

/* Leaves `rest` at the payload, which is known to be whole and of this run. */
static bool check_line(struct rest *rest, const char *run_digest, struct error *err)
{
    char line[LINE_SIZE], payload_digest[SHA256_TEXT_SIZE];
    const char *end = rest->left ? memchr(rest->next, '\n', rest->left) : NULL;
    const size_t length = end ? (size_t)(end - rest->next) + 1 : 0;
    if (length == 0 || length >= sizeof line || memchr(rest->next, '\0', length))
        return error_set(err, ERROR_FORMAT, "it is not a checkpoint");
    memcpy(line, rest->next, length);
    line[length] = '\0';
    const int version = version_of(line);
    if (version < 0)
        return error_set(err, ERROR_FORMAT, "it is not a checkpoint");
    if (version != CHECKPOINT_VERSION)
        return error_set(err, ERROR_FORMAT,
                         "it has format version %d and this program reads version %d", version,
                         CHECKPOINT_VERSION);
    rest->next += length;
    rest->left -= length;
    hash_hex(rest->next, rest->left, payload_digest);
    char expected[LINE_SIZE];
    format_line(expected, CHECKPOINT_VERSION, run_digest, payload_digest);
    if (strcmp(line, expected) == 0)
        return true;
    return strstr(line, payload_digest)
               ? error_set(err, ERROR_FORMAT, "it belongs to other pictures or settings")
               : error_set(err, ERROR_FORMAT, "it is damaged");
}

static bool head_is_sound(const struct payload_head *head, int epochs_max)
{
    return head->epochs_done >= 1 && head->epochs_done <= epochs_max && head->best_epoch >= 1 &&
           head->best_epoch <= head->epochs_done && isfinite(head->best_validation_loss) &&
           isfinite(head->seconds) && head->seconds >= 0.0;
}

static bool take_payload(struct rest *rest, int epochs_max, struct checkpoint *checkpoint,
                         struct error *err)
{
    struct payload_head head;
    const size_t best_size = parameters_count(checkpoint->best) * sizeof(float);
    if (rest->left < sizeof head)
        return error_set(err, ERROR_FORMAT, "it is too short");
    take(rest, &head, sizeof head);
    if (!head_is_sound(&head, epochs_max))
        return error_set(err, ERROR_FORMAT, "its numbers make no sense");
    const size_t losses_size = (size_t)head.epochs_done * sizeof(double);
    if (rest->left < 2 * losses_size + best_size ||
        head.trainer_size != rest->left - 2 * losses_size - best_size)
        return error_set(err, ERROR_FORMAT, "its size is not that of this network");
    struct buffer state = {0};
    buffer_append(&state, rest->next + 2 * losses_size + best_size, head.trainer_size);
    if (!buffer_check(&state, err)) {
        buffer_finish(&state);
        return false;
    }
    take(rest, checkpoint->train_losses, losses_size);
    take(rest, checkpoint->validation_losses, losses_size);
    take(rest, parameters_values(checkpoint->best), best_size);
    checkpoint->epochs_done = head.epochs_done;
    checkpoint->best_epoch = head.best_epoch;
    checkpoint->best_validation_loss = head.best_validation_loss;
    checkpoint->seconds = head.seconds;
    buffer_finish(&checkpoint->trainer_state);
    checkpoint->trainer_state = state;
    return true;
}

bool checkpoint_read(const char *path, const char run_digest[DIGEST_TEXT_SIZE], int epochs_max,
                     struct checkpoint *checkpoint, struct error *err)
{
    struct buffer file = {0};
    bool good = file_read(path, FILE_MAX, &file, err);
    if (good) {
        struct rest rest = {file.data, file.size};
        good =
            check_line(&rest, run_digest, err) && take_payload(&rest, epochs_max, checkpoint, err);
    }
    buffer_finish(&file);
    return good;
}

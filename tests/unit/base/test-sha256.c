/* SHA-256 against the examples of FIPS 180-4, and over all ways to cut its input. */
#include "base/sha256.h"
#include "check.h"

static void digest(const void *data, size_t size, size_t step, char ret_text[SHA256_TEXT_SIZE])
{
    struct sha256 sha;
    sha256_init(&sha);
    const char *bytes = data;
    for (size_t done = 0; done < size; done += step)
        sha256_update(&sha, bytes + done, size - done < step ? size - done : step);
    sha256_finish_hex(&sha, ret_text);
}

TEST(matches_the_published_examples)
{
    static const struct {
        const char *text, *digest;
    } rows[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrl"
         "m"
         "nopqrsmnopqrstnopqrstu",
         "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[SHA256_TEXT_SIZE];
        digest(rows[i].text, strlen(rows[i].text), 1000, text);
        CHECK_TEXT(text, rows[i].digest);
    }
}

TEST(million_letters)
{
    struct sha256 sha;
    char block[1000], text[SHA256_TEXT_SIZE];
    memset(block, 'a', sizeof block);
    sha256_init(&sha);
    for (int i = 0; i < 1000; i++)
        sha256_update(&sha, block, sizeof block);
    sha256_finish_hex(&sha, text);
    CHECK_TEXT(text, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(cuts_do_not_matter)
{
    unsigned char data[1000];
    for (int i = 0; i < 1000; i++)
        data[i] = (unsigned char)i;
    for (size_t step = 1; step <= 200; step++) {
        char text[SHA256_TEXT_SIZE];
        digest(data, sizeof data, step, text);
        CHECK_TEXT(text, "a8af099bf2e878609558dbf69d8f88f4a31040a8cf84b549a0cfa912f12ffc3f");
    }
}

TEST(every_length_around_the_padding_differs)
{
    char data[130], previous[SHA256_TEXT_SIZE] = "";
    memset(data, 'x', sizeof data);
    for (size_t size = 0; size <= sizeof data; size++) {
        char whole[SHA256_TEXT_SIZE], bytewise[SHA256_TEXT_SIZE];
        digest(data, size, sizeof data, whole);
        digest(data, size, 1, bytewise);
        CHECK_TEXT(bytewise, whole);
        CHECK(strcmp(whole, previous) != 0);
        memcpy(previous, whole, sizeof previous);
    }
}

int main(void)
{
    RUN(matches_the_published_examples);
    RUN(million_letters);
    RUN(cuts_do_not_matter);
    RUN(every_length_around_the_padding_differs);
    return check_report();
}

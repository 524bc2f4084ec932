/* Unit tests in one header: each test program lists its test functions and runs them all.
 *
 *     TEST(buffer_grows) { CHECK_INT(buffer.size, 3); }
 *     int main(void) { RUN(buffer_grows); return check_report(); }
 *
 * A failed check prints file, line, expression and values, fails its test, and leaves the test
 * function, so that nothing after it runs on bad ground. Checks stay on in release builds. The last
 * line is "N passed, N failed".
 */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int check_passed, check_failed;
static bool check_test_failed;

#define TEST(name) static void test_##name(void)

#define RUN(name)                                                                                  \
    do {                                                                                           \
        check_test_failed = false;                                                                 \
        test_##name();                                                                             \
        check_failed += check_test_failed;                                                         \
        check_passed += !check_test_failed;                                                        \
        printf("%s %s\n", check_test_failed ? "FAIL" : "ok  ", #name);                             \
        fflush(stdout);                                                                            \
    } while (0)

#define CHECK_FAIL(...)                                                                            \
    do {                                                                                           \
        printf("%s:%d: ", __FILE__, __LINE__);                                                     \
        printf(__VA_ARGS__);                                                                       \
        printf("\n");                                                                              \
        check_test_failed = true;                                                                  \
        return;                                                                                    \
    } while (0)

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            CHECK_FAIL("not true: %s", #condition);                                                \
    } while (0)

#define CHECK_INT(actual, expected)                                                                \
    do {                                                                                           \
        long long check_a = (long long)(actual), check_e = (long long)(expected);                  \
        if (check_a != check_e)                                                                    \
            CHECK_FAIL("%s is %lld, expected %lld", #actual, check_a, check_e);                    \
    } while (0)

#define CHECK_NEAR(actual, expected, tolerance)                                                    \
    do {                                                                                           \
        double check_a = (double)(actual), check_e = (double)(expected);                           \
        if (!(fabs(check_a - check_e) <= (double)(tolerance)))                                     \
            CHECK_FAIL("%s is %.9g, expected %.9g within %g", #actual, check_a, check_e,           \
                       (double)(tolerance));                                                       \
    } while (0)

#define CHECK_TEXT(actual, expected)                                                               \
    do {                                                                                           \
        const char *check_a = (actual), *check_e = (expected);                                     \
        if (!check_a || strcmp(check_a, check_e) != 0)                                             \
            CHECK_FAIL("%s is \"%s\", expected \"%s\"", #actual, check_a ? check_a : "(null)",     \
                       check_e);                                                                   \
    } while (0)

#define CHECK_CONTAINS(actual, part)                                                               \
    do {                                                                                           \
        const char *check_a = (actual), *check_e = (part);                                         \
        if (!check_a || !strstr(check_a, check_e))                                                 \
            CHECK_FAIL("%s is \"%s\", which does not contain \"%s\"", #actual,                     \
                       check_a ? check_a : "(null)", check_e);                                     \
    } while (0)

static inline int check_report(void)
{
    printf("%d passed, %d failed\n", check_passed, check_failed);
    return check_failed ? 1 : check_passed ? 0 : 1;
}

#endif

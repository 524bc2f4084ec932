/* Checked conversions. strtod() would read "1,5" in some locales and "0x1p3" in all: numbers are
 * matched against a grammar first, and the program never calls setlocale() for LC_NUMERIC.
 */
#include "base/parse.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool parse_int(const char *text, int64_t min, int64_t max, int64_t *ret_value)
{
    const char *digits = text + (*text == '-' || *text == '+');
    if (!isdigit((unsigned char)*digits) || digits[strspn(digits, "0123456789")] != '\0')
        return false;
    errno = 0;
    long long value = strtoll(text, NULL, 10);
    if (errno == ERANGE || value < min || value > max)
        return false;
    *ret_value = value;
    return true;
}

static bool is_decimal_number(const char *text)
{
    text += *text == '-' || *text == '+';
    size_t whole = strspn(text, "0123456789");
    text += whole;
    size_t fraction = 0;
    if (*text == '.') {
        fraction = strspn(text + 1, "0123456789");
        text += 1 + fraction;
    }
    if (whole + fraction == 0)
        return false;
    if (*text == 'e' || *text == 'E') {
        text++;
        text += *text == '-' || *text == '+';
        size_t exponent = strspn(text, "0123456789");
        if (exponent == 0)
            return false;
        text += exponent;
    }
    return *text == '\0';
}

bool parse_double(const char *text, double min, double max, double *ret_value)
{
    if (!is_decimal_number(text))
        return false;
    double value = strtod(text, NULL);
    if (!isfinite(value) || value < min || value > max)
        return false;
    *ret_value = value;
    return true;
}

bool parse_bool(const char *text, bool *ret_value)
{
    static const struct {
        const char *word;
        bool value;
    } words[] = {{"true", true},   {"yes", true}, {"on", true},
                 {"false", false}, {"no", false}, {"off", false}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (parse_equal_ignoring_case(text, words[i].word)) {
            *ret_value = words[i].value;
            return true;
        }
    }
    return false;
}

bool parse_size(const char *text, int *ret_width, int *ret_height)
{
    char width[8];
    const char *cross = strchr(text, 'x');
    if (!cross || (size_t)(cross - text) >= sizeof width)
        return false;
    memcpy(width, text, (size_t)(cross - text));
    width[cross - text] = '\0';
    int64_t w, h;
    if (!parse_int(width, 1, 16384, &w) || !parse_int(cross + 1, 1, 16384, &h))
        return false;
    *ret_width = (int)w;
    *ret_height = (int)h;
    return true;
}

/* Days since 1970-01-01 of a proleptic Gregorian date (Howard Hinnant, "chrono-compatible low-level
 * date algorithms", days_from_civil). */
static int64_t days_from_civil(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

static bool read_digits(const char **text, int count, int min, int max, int *ret_value)
{
    int value = 0;
    for (int i = 0; i < count; i++) {
        char c = (*text)[i];
        if (!isdigit((unsigned char)c))
            return false;
        value = value * 10 + (c - '0');
    }
    if (value < min || value > max)
        return false;
    *text += count;
    *ret_value = value;
    return true;
}

static bool read_char(const char **text, char expected)
{
    if (**text != expected)
        return false;
    (*text)++;
    return true;
}

static bool read_offset_minutes(const char **text, int *ret_minutes)
{
    *ret_minutes = 0;
    if (**text == '\0')
        return true;
    if (read_char(text, 'Z'))
        return **text == '\0';
    int sign = **text == '-' ? -1 : 1;
    if (!read_char(text, '+') && !read_char(text, '-'))
        return false;
    int hours, minutes;
    if (!read_digits(text, 2, 0, 23, &hours) || !read_char(text, ':') ||
        !read_digits(text, 2, 0, 59, &minutes) || **text != '\0')
        return false;
    *ret_minutes = sign * (hours * 60 + minutes);
    return true;
}

bool parse_time_utc_ms(const char *text, int64_t *ret_utc_ms)
{
    int year, month, day, hour, minute, second, millisecond = 0, offset_minutes;
    if (!read_digits(&text, 4, 1970, 9999, &year) || !read_char(&text, '-') ||
        !read_digits(&text, 2, 1, 12, &month) || !read_char(&text, '-') ||
        !read_digits(&text, 2, 1, days_in_month(year, month), &day))
        return false;
    if (!read_char(&text, 'T') && !read_char(&text, ' '))
        return false;
    if (!read_digits(&text, 2, 0, 23, &hour) || !read_char(&text, ':') ||
        !read_digits(&text, 2, 0, 59, &minute) || !read_char(&text, ':') ||
        !read_digits(&text, 2, 0, 59, &second))
        return false;
    if (read_char(&text, '.') && !read_digits(&text, 3, 0, 999, &millisecond))
        return false;
    if (!read_offset_minutes(&text, &offset_minutes))
        return false;
    int64_t minutes =
        (days_from_civil(year, month, day) * 24 + hour) * 60 + minute - offset_minutes;
    *ret_utc_ms = (minutes * 60 + second) * 1000 + millisecond;
    return true;
}

bool parse_equal_ignoring_case(const char *a, const char *b)
{
    for (;; a++, b++) {
        unsigned char x = (unsigned char)*a, y = (unsigned char)*b;
        if (x >= 'A' && x <= 'Z')
            x = (unsigned char)(x + 32);
        if (y >= 'A' && y <= 'Z')
            y = (unsigned char)(y + 32);
        if (x != y)
            return false;
        if (x == '\0')
            return true;
    }
}

int parse_edit_distance(const char *a, const char *b)
{
    enum { LONGEST = 63 };
    int row[LONGEST + 1];
    int a_length = (int)strnlen(a, LONGEST), b_length = (int)strnlen(b, LONGEST);
    for (int j = 0; j <= b_length; j++)
        row[j] = j;
    for (int i = 1; i <= a_length; i++) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j <= b_length; j++) {
            int substituted = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            int inserted = row[j - 1] + 1, deleted = row[j] + 1;
            int best = inserted < deleted ? inserted : deleted;
            row[j] = substituted < best ? substituted : best;
        }
    }
    return row[b_length];
}

// Numbers: agreement with strtod to the last bit, and refusal of whatever is not wholly a number.
#include <check.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"

static double parsed(const char *text) {
    double x = NAN;
    ck_assert_msg(sw_number_parse(text, &x), "'%s' was refused", text);
    return x;
}

START_TEST(a_number_has_the_same_bits_as_strtod) {
    static const char *const text[] = {"0",
                                       "-0",
                                       "1",
                                       "+7",
                                       ".5",
                                       "5.",
                                       "-12.75",
                                       "49.230000000000004",
                                       "0.1",
                                       "1e22",
                                       "1e23",
                                       "9007199254740993",
                                       "123456789012345678",
                                       "1234567890123456789",
                                       "1.7976931348623157e308",
                                       "4.9e-324",
                                       "1e-400",
                                       "000000000000000000000000000001.5",
                                       "0.000000000000000000000000001",
                                       "2.2250738585072011e-308",
                                       "3.14159265358979323846264338327950288",
                                       "1E+3",
                                       "0e999999999"};
    for (size_t i = 0; i < sizeof text / sizeof text[0]; i++) {
        const double got = parsed(text[i]);
        const double want = strtod(text[i], NULL);
        ck_assert_msg(memcmp(&got, &want, sizeof got) == 0, "%s: %a, not %a", text[i], got, want);
    }
    uint64_t state = 1;
    for (int i = 0; i < 200000; i++) {
        char random[64];
        state = state * 6364136223846793005u + 1442695040888963407u;
        (void)snprintf(random, sizeof random, "%s%" PRIu64 ".%04u%s%d", i % 2 ? "-" : "",
                 (state >> 20) >> (i % 44), (unsigned)(state % 10000), i % 3 ? "e" : "E",
                 (int)(state >> 58) - 32);
        const double got = parsed(random);
        const double want = strtod(random, NULL);
        ck_assert_msg(memcmp(&got, &want, sizeof got) == 0, "%s: %a, not %a", random, got, want);
    }
}
END_TEST

START_TEST(a_number_is_taken_from_the_front_of_a_text) {
    static const struct {
        const char *text;
        double number;
        const char *rest;
    } taken[] = {{"6:42:4", 6.0, ":42:4"},
                 {"-.5e1,2", -5.0, ",2"},
                 {"1e", 1.0, "e"},
                 {"2e+x", 2.0, "e+x"},
                 {"0x10", 0.0, "x10"},
                 {"3 4", 3.0, " 4"},
                 {"1.2.3", 1.2, ".3"},
                 {"1e999;", 1.7976931348623157e308, ";"},
                 {"-1e999", -1.7976931348623157e308, ""}};
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        const char *at = taken[i].text;
        double x = NAN;
        ck_assert_msg(sw_number_take(&at, &x), "'%s' was refused", taken[i].text);
        ck_assert_double_eq(x, taken[i].number);
        ck_assert_str_eq(at, taken[i].rest);
    }
    static const char *const none[] = {"", "-", ".", "e5", " 1", "inf", "nan", "+-1"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        const char *at = none[i];
        double x = 7.0;
        ck_assert_msg(!sw_number_take(&at, &x) && at == none[i] && x == 7.0, "'%s' was taken",
                      none[i]);
    }
}
END_TEST

START_TEST(infinity_is_a_number_and_has_a_sign) {
    ck_assert(isinf(parsed("inf")) && parsed("inf") > 0 && parsed("+inf") > 0 &&
              parsed("-inf") < 0);
}
END_TEST

START_TEST(text_that_is_not_wholly_a_number_is_refused) {
    static const char *const text[] = {"",      " ",        " 1",    "1 ",     "1x",  "0x10",
                                       "nan",   "NaN",      "Inf",   "e5",     ".",   "-",
                                       "+-1",   "1e",       "1e+",   "1.2.3",  "1,5", "--1",
                                       "1e5.5", "infinity", "1e999", "-1e400", "n/e"};
    for (size_t i = 0; i < sizeof text / sizeof text[0]; i++) {
        double x = 42.0;
        ck_assert_msg(!sw_number_parse(text[i], &x), "'%s' was taken", text[i]);
        ck_assert_double_eq(x, 42.0);
    }
}
END_TEST

START_TEST(an_integer_is_exact_or_refused) {
    int64_t v = 0;
    ck_assert(sw_integer_parse("9223372036854775807", &v) && v == INT64_MAX);
    ck_assert(sw_integer_parse("-9223372036854775808", &v) && v == INT64_MIN);
    ck_assert(sw_integer_parse("+0012", &v) && v == 12);
    static const char *const text[] = {"",
                                       "-",
                                       "1.0",
                                       "1e3",
                                       " 1",
                                       "1 ",
                                       "9223372036854775808",
                                       "-9223372036854775809",
                                       "99999999999999999999"};
    for (size_t i = 0; i < sizeof text / sizeof text[0]; i++) {
        ck_assert_msg(!sw_integer_parse(text[i], &v), "'%s' was taken", text[i]);
    }
    ck_assert(v == 12);
}
END_TEST

// What printing was defined by: the first of %.15g, %.16g, %.17g that reads back.
static const char *by_printf(double x) {
    static char text[64];
    for (int digits = 15; digits <= 17; digits++) {
        (void)snprintf(text, sizeof text, "%.*g", digits, x);
        if (strtod(text, NULL) == x) {
            break;
        }
    }
    return text;
}

START_TEST(a_number_is_printed_with_the_fewest_digits_that_read_back) {
    static const double fixed[] = {0,         -0.0,    1,        -1,      0.1,     0.3,
                                   0.1 + 0.2, 1.0 / 3, 1e-4,     9.9e-5,  1e15,    999999999999999,
                                   1e22,      1e300,   5e-324,   123.456, -49.995, 100,
                                   0.0001,    120.5,   INFINITY, 1e-7,    2.5e14,  0.000123456789};
    char text[SW_NUMBER_TEXT];
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
        sw_number_print(fixed[i], text);
        ck_assert_str_eq(text, by_printf(fixed[i]));
    }
    unsigned long long state = 1;
    for (int i = 0; i < 200000; i++) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        const double u = (double)(state >> 11) * 0x1p-53;
        const int digits = (int)(state >> 8) % 12;
        // Short decimals of all sizes, and full doubles.
        const double scale = pow(10, digits);
        const double x =
            (i & 1 ? -1 : 1) * (i % 3 == 0 ? u * scale : rint(u * scale * 100) / scale);
        sw_number_print(x, text);
        ck_assert_str_eq(text, by_printf(x));
    }
}
END_TEST

int main(void) {
    TCase *tc = tcase_create("number");
    tcase_add_test(tc, a_number_has_the_same_bits_as_strtod);
    tcase_add_test(tc, a_number_is_taken_from_the_front_of_a_text);
    tcase_add_test(tc, infinity_is_a_number_and_has_a_sign);
    tcase_add_test(tc, text_that_is_not_wholly_a_number_is_refused);
    tcase_add_test(tc, an_integer_is_exact_or_refused);
    tcase_add_test(tc, a_number_is_printed_with_the_fewest_digits_that_read_back);
    Suite *suite = suite_create("number");
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

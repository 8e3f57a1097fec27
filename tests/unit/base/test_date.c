// Dates: known instants, every form that is allowed, every kind of text that is not, and all days of 400 years.
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "base/date.h"

static double parsed(const char *text)
{
    double unix_s = NAN;
    ck_assert_msg(sw_date_parse(text, &unix_s), "'%s' was refused", text);
    return unix_s;
}

START_TEST(known_instants_give_their_unix_seconds)
{
    ck_assert_double_eq(parsed("1970-01-01T00:00:00Z"), 0.0);
    ck_assert_double_eq(parsed("2025-07-14T00:00:00Z"), 1752451200.0);
    ck_assert_double_eq(parsed("2000-02-29T23:59:59Z"), 951868799.0);
    ck_assert_double_eq(parsed("1969-12-31T23:59:59Z"), -1.0);
    ck_assert_double_eq(parsed("0001-01-01"), -62135596800.0);
    ck_assert_double_eq(parsed("9999-12-31T23:59:59Z"), 253402300799.0);
}
END_TEST

START_TEST(every_allowed_form_gives_the_same_instant)
{
    static const char *const form[] = {
        "2025-07-14T12:00:00Z",      "2025-07-14T12:00:00",       "2025-07-14 12:00:00",
        "2025-07-14T12:00",          "2025-07-14T12:00Z",         "2025-07-14T12:00:00.000Z",
        "2025-07-14T07:00:00-05:00", "2025-07-14T07:00-0500",     "2025-07-14T07:00:00-05",
        "2025-07-14T17:30:00+05:30", "2025-07-15T02:00:00+14:00", "2025-07-14T12:00:00+00:00"};
    for (size_t i = 0; i < sizeof form / sizeof form[0]; i++) {
        ck_assert_double_eq(parsed(form[i]), 1752494400.0);
    }
    ck_assert_double_eq(parsed("1970-01-01T00:00:00.25Z"), 0.25);
    ck_assert_double_eq(parsed("1970-01-01T00:00:00.123456789"), 0.123456789);
}
END_TEST

START_TEST(any_other_text_is_refused_and_writes_nothing)
{
    static const char *const bad[] = {
        "", "x", "2025", "2025-07", "2025-7-14", "2025-07-14T", "2025-07-14T12", "2025-07-14T12:00:00z",
        "2025-07-14t12:00:00", "2025-02-29", "2100-02-29", "2025-00-10", "2025-13-01", "2025-04-31",
        "2025-07-00", "0000-01-01", "2025-07-14T24:00:00Z", "2025-07-14T12:60:00Z",
        "2025-07-14T12:00:60Z", "2025-07-14T12:00:00.Z", "2025-07-14T12:00:00.1234567890Z",
        "2025-07-14T12:00:00+", "2025-07-14T12:00:00+5", "2025-07-14T12:00:00+05:",
        "2025-07-14T12:00:00+05:60", "2025-07-14T12:00:00+24:00", "2025-07-14T12:00:00ZZ",
        "2025-07-14T12:00:00Z ", " 2025-07-14", "+2025-07-14", "2025-07-14Z", "2025/07/14",
        "2025-07-14  12:00", "2025-07-14T12:00.5"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        double unix_s = 42.0;
        ck_assert_msg(!sw_date_parse(bad[i], &unix_s), "'%s' was taken", bad[i]);
        ck_assert_double_eq(unix_s, 42.0);
    }
}
END_TEST

START_TEST(every_day_of_400_years_comes_back_as_it_was_written)
{
    char text[SW_DATE_TEXT];
    const double first_s = parsed("1801-01-01");
    for (int day = 0; day < 146097; day++) {
        const double t_s = first_s + 86400.0 * day + (double)(day % 86400);
        ck_assert(sw_date_format(t_s, text));
        ck_assert_double_eq(parsed(text), t_s);
    }
    ck_assert(sw_date_format(first_s + 86400.0 * 146097, text));
    ck_assert_str_eq(text, "2201-01-01T00:00:00Z");
}
END_TEST

START_TEST(fractions_are_written_as_microseconds_and_carry)
{
    char text[SW_DATE_TEXT];
    ck_assert(sw_date_format(0.25, text));
    ck_assert_str_eq(text, "1970-01-01T00:00:00.250000Z");
    ck_assert(sw_date_format(59.9999999, text));
    ck_assert_str_eq(text, "1970-01-01T00:01:00Z");
    ck_assert(sw_date_format(-0.5, text));
    ck_assert_str_eq(text, "1969-12-31T23:59:59.500000Z");
}
END_TEST

START_TEST(instants_outside_years_1_to_9999_are_not_written)
{
    char text[SW_DATE_TEXT];
    ck_assert(!sw_date_format(NAN, text));
    ck_assert(!sw_date_format(INFINITY, text));
    ck_assert(!sw_date_format(-62135596801.0, text));
    ck_assert(!sw_date_format(253402300800.0, text));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("date");
    TCase *tcase = tcase_create("iso8601");
    tcase_add_test(tcase, known_instants_give_their_unix_seconds);
    tcase_add_test(tcase, every_allowed_form_gives_the_same_instant);
    tcase_add_test(tcase, any_other_text_is_refused_and_writes_nothing);
    tcase_add_test(tcase, every_day_of_400_years_comes_back_as_it_was_written);
    tcase_add_test(tcase, fractions_are_written_as_microseconds_and_carry);
    tcase_add_test(tcase, instants_outside_years_1_to_9999_are_not_written);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
